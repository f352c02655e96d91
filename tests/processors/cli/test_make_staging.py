"""`vls-media make staging`: a line a photo, the files it names, and one clear reason for each that stays as it is.

The engine and what is understood of a photo are the tests' own; everything between them is the command's.
"""

import io
import json
from dataclasses import replace
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageCms

from ml.segmentation import Segmentation
from ml.staging.engines import GROUP
from ml.staging.furniture import Piece
from ml.staging.kits import load_kit
from ml.staging.layout import Layout
from ml.staging.looking import Look
from ml.staging.room import Doubt, Reason, Room
from schemas.photo import Space
from tests.ml.staging.scene.box_room import Box, box_photo, box_room
from tests.ml.staging.scene.pieces import blocks
from tests.ml.staging.scene.sets import FURNISHING
from tests.processors.cli.conftest import Run

_SIDE = (640, 480)


class Seen:
    """What the models and the understanding say of every photo."""

    def __init__(self) -> None:
        self.room: Room = box_room(Box(), width=_SIDE[0], height=_SIDE[1])
        self.space, self.label = Space.INTERIOR, "living_room"
        self.asked: dict[str, Any] = {}

    def look(self, *_: Any) -> Look:
        chances = np.full((2, 4, 4), 0.5, np.float32)
        return Look(self.space, self.label, Segmentation(("wall", "floor"), chances), None, None)

    def understand(self, *_: Any, **given: Any) -> Room:
        self.asked = given
        return self.room


@pytest.fixture
def seen(monkeypatch: pytest.MonkeyPatch) -> Seen:
    made = Seen()
    points = [
        EntryPoint(name, f"tests.ml.staging.scene.engines:{kind}", GROUP)
        for name, kind in (("honest", "HonestEngine"), ("noise", "NoiseEngine"))
    ]
    monkeypatch.setattr("ml.staging.engines.finding.entry_points", lambda group: points if group == GROUP else [])
    monkeypatch.setattr("ml.staging.looking.look_at", made.look)
    monkeypatch.setattr("ml.staging.staging.understand", made.understand)
    monkeypatch.setattr("ml.staging.staging.furnishing_of", lambda _kit: FURNISHING)
    monkeypatch.setattr("ml.staging.staging.furnished", _as_blocks)
    monkeypatch.setattr("processors.cli.make_staging._models", dict)
    return made


def _as_blocks(layout: Layout, _kit: Any) -> tuple[Layout, tuple[Piece, ...]]:
    return layout, blocks(layout)


def _photo(path: Path, pixels: NDArray[np.uint8] | None = None, **saved: Any) -> Path:
    shown = box_photo(box_room(Box(), width=_SIDE[0], height=_SIDE[1])) if pixels is None else pixels
    Image.fromarray(shown).save(path, **saved)
    return path


def _lines(output: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in output.splitlines()]


def test_a_staged_photo_has_its_master_its_jpeg_both_masks_and_its_record(tmp_path: Path, run: Run, seen: Seen) -> None:
    source = _photo(tmp_path / "room.png")
    out = tmp_path / "out"

    result = run("make", "staging", source, "--kit", "contemporary", "--engine", "honest", "-o", out)

    assert result.exit_code == 0, result.output
    (line,) = _lines(result.stdout)
    assert line["status"] == "staged"
    assert sorted(line["files"]) == sorted(
        ["room.png", "room.jpg", "room.furniture.png", "room.shadow.png", "room.json"]
    )
    before, after = (np.asarray(Image.open(path)) for path in (source, out / "room.png"))
    furniture, shadow = (np.asarray(Image.open(out / f"room.{kind}.png")) for kind in ("furniture", "shadow"))
    assert ((before != after).any(axis=2) & ~furniture == shadow).all()
    record = json.loads((out / "room.json").read_text())
    assert record["gate"]["passed"]
    assert record["items"][0]["anchor"]
    assert {"x_m", "y_m", "box_px"} <= record["items"][0].keys()
    assert record["kit"] == load_kit("contemporary").title_with_version
    assert seen.asked["ceiling_m"] is None


def test_the_same_command_writes_the_same_bytes(tmp_path: Path, run: Run, seen: Seen) -> None:
    source = _photo(tmp_path / "room.png")
    for folder in ("a", "b"):
        run("make", "staging", source, "--kit", "contemporary", "--engine", "honest", "-o", tmp_path / folder)
    made = sorted(path.name for path in (tmp_path / "a").iterdir())
    assert len(made) == 5
    assert all((tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes() for name in made)
    assert seen.asked


def test_pixels_are_upright_srgb_and_nothing_else_of_the_source_is_carried_over(
    tmp_path: Path, run: Run, seen: Seen
) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0xA431] = "SERIAL-77"
    exif.get_ifd(0x8825)[1] = "N"
    upright = box_photo(seen.room)
    source = _photo(tmp_path / "room.jpg", np.rot90(upright, 1).copy(), quality=97, exif=exif)
    out = tmp_path / "out"

    run("make", "staging", source, "--kit", "contemporary", "--engine", "honest", "-o", out)

    for name in ("room.png", "room.jpg"):
        with Image.open(out / name) as made:
            assert made.size == _SIDE
            profile = ImageCms.ImageCmsProfile(io.BytesIO(made.info["icc_profile"]))
            assert "sRGB" in ImageCms.getProfileDescription(profile)
            assert len(made.getexif()) == 0
        assert b"SERIAL-77" not in (out / name).read_bytes()


def test_an_engine_that_paints_noise_is_stopped_by_the_gate(tmp_path: Path, run: Run, seen: Seen) -> None:
    out = tmp_path / "out"

    result = run(
        "make", "staging", _photo(tmp_path / "room.png"), "--kit", "contemporary", "--engine", "noise", "-o", out
    )

    (line,) = _lines(result.stdout)
    assert result.exit_code == 0
    assert line["status"] == "unstaged"
    assert "structure_changed" in {reason["reason"] for reason in line["reasons"]}
    assert [path.name for path in out.iterdir()] == ["room.json"]
    assert seen.asked


def test_a_mask_limits_every_engine(tmp_path: Path, run: Run, seen: Seen) -> None:
    mask = np.zeros((_SIDE[1], _SIDE[0]), np.uint8)
    mask[:, : _SIDE[0] // 2] = 255
    Image.fromarray(mask).save(tmp_path / "mask.png")
    out = tmp_path / "out"

    result = run(
        "make", "staging", _photo(tmp_path / "room.png"), "--kit", "contemporary", "--engine", "honest",
        "--mask", tmp_path / "mask.png", "-o", out,
    )  # fmt: skip

    (line,) = _lines(result.stdout)
    assert line["status"] == "unstaged"
    record = json.loads((out / "room.json").read_text())
    checks = {check["check"]: check for check in record["gate"]["checks"]}
    assert not checks["furniture_cut_by_mask"]["passed"]
    assert seen.asked


def test_a_mask_of_another_size_is_that_photos_error(tmp_path: Path, run: Run, seen: Seen) -> None:
    Image.fromarray(np.full((48, 64), 255, np.uint8)).save(tmp_path / "mask.png")
    result = run(
        "make", "staging", _photo(tmp_path / "room.png"), "--kit", "contemporary", "--engine", "honest",
        "--mask", tmp_path / "mask.png", "-o", tmp_path / "out",
    )  # fmt: skip
    assert result.exit_code == 1
    assert _lines(result.stdout)[0]["error"]["code"] == "invalid_command"
    assert not seen.asked


def test_variations_have_files_of_their_own(tmp_path: Path, run: Run, seen: Seen) -> None:
    out = tmp_path / "out"
    result = run(
        "make", "staging", _photo(tmp_path / "room.png"), "--kit", "contemporary", "--engine", "honest",
        "--variations", "2", "--room", "living", "-o", out,
    )  # fmt: skip
    (line,) = _lines(result.stdout)
    assert [each["status"] for each in line["variations"]] == ["staged", "staged"]
    assert (out / "room.png").read_bytes() != (out / "room.v2.png").read_bytes()
    assert seen.asked


def test_each_photo_that_cannot_be_used_has_its_reason_and_the_others_go_on(
    tmp_path: Path, run: Run, seen: Seen
) -> None:
    small = _photo(tmp_path / "small.png", np.zeros((200, 300, 3), np.uint8))
    large = tmp_path / "large.png"
    Image.new("1", (10_000, 5_000)).save(large)
    collage = box_photo(seen.room)
    collage[:, 320:] = collage[::-1, 320:] // 2
    files = [small, large, _photo(tmp_path / "collage.png", collage), tmp_path / "none.jpg", _photo(tmp_path / "z.png")]

    result = run("make", "staging", *files, "--kit", "contemporary", "--engine", "honest", "-o", tmp_path / "out")

    lines = _lines(result.stdout)
    assert result.exit_code == 1
    assert [line.get("status", "error") for line in lines] == ["unstaged", "unstaged", "unstaged", "error", "staged"]
    reasons = [line["reasons"][0]["reason"] for line in lines[:3]]
    assert reasons == ["image_too_small", "image_too_large", "not_a_room"]
    assert lines[3]["error"]["code"] == "photo_not_found"


@pytest.mark.parametrize(
    ("space", "label"),
    [(Space.EXTERIOR, "exterior"), (Space.NOT_A_PHOTO, "floor_plan"), (Space.AERIAL, "aerial")],
)
def test_what_is_no_room_stays_as_it_is(tmp_path: Path, run: Run, seen: Seen, space: Space, label: str) -> None:
    seen.space, seen.label = space, label
    result = run(
        "make", "staging", _photo(tmp_path / "a.png"), "--kit", "contemporary", "--engine", "honest",
        "-o", tmp_path / "out",
    )  # fmt: skip
    (line,) = _lines(result.stdout)
    assert (result.exit_code, line["status"]) == (0, "unstaged")
    assert [reason["reason"] for reason in line["reasons"]] == ["not_a_room"]


@pytest.mark.parametrize("doubt", [Reason.CAMERA_UNCERTAIN, Reason.NO_FLOOR, Reason.TOO_DARK, Reason.TILTED])
def test_what_cannot_be_understood_stays_as_it_is(tmp_path: Path, run: Run, seen: Seen, doubt: Reason) -> None:
    seen.room = replace(seen.room, doubts=(Doubt(doubt, "Found less than is needed."),))
    result = run(
        "make", "staging", _photo(tmp_path / "a.png"), "--kit", "contemporary", "--engine", "honest",
        "-o", tmp_path / "out",
    )  # fmt: skip
    (line,) = _lines(result.stdout)
    assert (result.exit_code, line["status"]) == (0, "unstaged")
    assert [reason["reason"] for reason in line["reasons"]] == [doubt.value]


def test_a_room_without_a_place_for_its_anchor_has_not_enough_floor(tmp_path: Path, run: Run, seen: Seen) -> None:
    seen.room = box_room(Box(left=-0.7, right=0.7, back=2.0), width=_SIDE[0], height=_SIDE[1])
    result = run(
        "make", "staging", _photo(tmp_path / "a.png"), "--kit", "contemporary", "--engine", "honest",
        "-o", tmp_path / "out",
    )  # fmt: skip
    assert _lines(result.stdout)[0]["reasons"][0]["reason"] == "not_enough_floor"


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (("--kit", "baroque"), "unknown_kit"),
        (("--kit", "misspelled.yaml"), "sofaa"),
        (("--kit", "huge.yaml"), "widths_cm"),
        (("--kit", "contemporary", "--engine", "gpu"), "engine_missing"),
        (("--kit", "contemporary", "--room", "kitchen"), "there is no room"),
        (("--kit", "contemporary", "--ceiling-cm", "90"), "--ceiling-cm"),
        (("--kit", "contemporary", "--remove-furniture", "on"), "not_supported"),
        (("--kit", "contemporary", "--keep-out", "broken.json"), "broken.json"),
        (("--kit", "contemporary", "--keep-out", "two.json"), "Polygon 1"),
    ],
)
def test_what_is_asked_wrongly_is_said_in_one_sentence(
    tmp_path: Path, run: Run, seen: Seen, monkeypatch: pytest.MonkeyPatch, options: tuple[str, ...], says: str
) -> None:
    monkeypatch.chdir(tmp_path)
    text = _kit_text()
    Path("misspelled.yaml").write_text(text.replace("    sofa:", "    sofaa:", 1))
    Path("huge.yaml").write_text(text.replace("[220,", "[2200,", 1))
    Path("broken.json").write_text("{")
    Path("two.json").write_text("[[[1, 2], [3, 4]]]")
    engine = () if "--engine" in options else ("--engine", "honest")

    result = run("make", "staging", _photo(tmp_path / "a.png"), *options, *engine, "-o", tmp_path / "out")

    assert result.exit_code == 1
    assert says in result.output
    assert "Traceback" not in result.output
    assert not seen.asked


def _kit_text() -> str:
    import ml.staging.kits as kits

    return (Path(kits.__file__).parent / "contemporary.yaml").read_text()


def test_keep_outs_are_those_of_the_photo(tmp_path: Path, run: Run, seen: Seen) -> None:
    polygon = [[10, 400], [200, 400], [200, 470]]
    (tmp_path / "keep.json").write_text(json.dumps({"a.png": [polygon], "b.png": []}))
    run(
        "make", "staging", _photo(tmp_path / "a.png"), "--kit", "contemporary", "--engine", "honest",
        "--keep-out", tmp_path / "keep.json", "--ceiling-cm", "310", "-o", tmp_path / "out",
    )  # fmt: skip
    assert [given.tolist() for given in seen.asked["keep_out"]] == [polygon]
    assert seen.asked["ceiling_m"] == 3.1
