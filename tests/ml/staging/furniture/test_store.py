"""A piece that was kept is the one that was made; a damaged file is made anew."""

from pathlib import Path

import numpy as np

from ml.staging.furniture import Finishes, Piece, PieceStore, Texture, make
from ml.staging.furniture.store import key_of


def digests(piece: Piece) -> list[tuple[str, str]]:
    return [(part.material.name, part.mesh.digest()) for part in piece.parts]


def test_what_is_read_back_is_what_was_made(tmp_path: Path) -> None:
    store = PieceStore(tmp_path)
    made = make("floor_lamp", "tripod", seed=2, finishes=Finishes())
    store.make("floor_lamp", "tripod", seed=2, finishes=Finishes())
    kept = store.make("floor_lamp", "tripod", seed=2, finishes=Finishes())
    assert digests(kept) == digests(made)
    assert (kept.width_m, kept.height_m, kept.mount, kept.clearance_m) == (
        made.width_m,
        made.height_m,
        made.mount,
        made.clearance_m,
    )
    for mine, theirs in zip(kept.parts, made.parts, strict=True):
        assert mine.material.emission == theirs.material.emission
        assert mine.material.roughness == theirs.material.roughness
        if isinstance(theirs.material.base_colour, Texture):
            assert isinstance(mine.material.base_colour, Texture)
            assert np.array_equal(mine.material.base_colour.pixels, theirs.material.base_colour.pixels)
    assert len(list(tmp_path.iterdir())) == 1


def test_a_torn_or_changed_file_is_made_anew(tmp_path: Path) -> None:
    store = PieceStore(tmp_path)
    made = store.make("coffee_table", "framed", seed=1, finishes=Finishes())
    (file,) = tmp_path.iterdir()
    whole = file.read_bytes()
    for damaged in (whole[: len(whole) // 2], b"", whole[:4000] + b"\xff" * 64 + whole[4064:]):
        file.write_bytes(damaged)
        assert digests(store.make("coffee_table", "framed", seed=1, finishes=Finishes())) == digests(made)


def test_all_that_a_piece_is_made_from_is_in_its_key() -> None:
    def key(kind: str = "sofa", seed: int = 1, width_m: float | None = None, wood: str = "oak") -> str:
        return key_of(kind, "track", seed=seed, finishes=Finishes(wood=wood), width_m=width_m)

    assert key() == key()
    assert len({key(), key(kind="bed"), key(seed=2), key(width_m=2.0), key(wood="walnut")}) == 5
