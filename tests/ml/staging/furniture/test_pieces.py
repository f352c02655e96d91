"""What holds for every piece of the catalogue: it stands, it is whole, it has the size that it says."""

from functools import cache

import numpy as np
import pytest
from scipy.ndimage import label

from ml.staging.furniture import (
    CATALOGUE,
    KINDS,
    Cloth,
    Finishes,
    FurnitureError,
    Mesh,
    Mount,
    Piece,
    Texture,
    designs_of,
    make,
    widths_of,
)

EVERY = [(kind, design) for kind in KINDS for design in designs_of(kind)]
SPREADS = {"plant", "bed", "kids_bed", "cot", "floor_lamp"}
"""Kinds whose width is no outer measure: a crown, a mattress, a lamp that is turned."""


@cache
def built(kind: str, design: str) -> Piece:
    return make(kind, design, seed=4, finishes=Finishes())


@pytest.mark.parametrize(("kind", "design"), EVERY)
def test_stands_on_its_feet_or_hangs_where_it_is_mounted(kind: str, design: str) -> None:
    piece = built(kind, design)
    least, most = piece.bounds()
    if piece.mount is Mount.FLOOR:
        assert least[2] == pytest.approx(0.0, abs=1e-4)
        assert np.allclose((least + most)[:2], 0.0, atol=1e-3)
        points = np.concatenate([part.mesh.vertices for part in piece.parts])
        feet = points[points[:, 2] < 0.004]
        # What touches the floor surrounds the middle of the footprint, or a foot heavy enough lies under one end.
        assert np.ptp(feet[:, 0]) > 0.1
        assert np.ptp(feet[:, 1]) > 0.1
    elif piece.mount is Mount.WALL:
        assert most[1] == pytest.approx(0.0, abs=0.005)
    else:
        assert most[2] == pytest.approx(0.0, abs=0.005)


@pytest.mark.parametrize(("kind", "design"), EVERY)
def test_says_its_true_size(kind: str, design: str) -> None:
    piece = built(kind, design)
    least, most = piece.bounds()
    assert np.allclose(most - least, (piece.width_m, piece.depth_m, piece.height_m), atol=1e-4)
    asked = widths_of(kind, design)[0]
    if kind not in SPREADS:
        assert piece.width_m == pytest.approx(asked, rel=0.15)


def surface_points(mesh: Mesh, step: float) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    """Corners, points along the sides and all over the triangles, about `step` apart."""
    rng = np.random.default_rng(0)
    corners = mesh.vertices[mesh.faces].astype(float)
    found = [mesh.vertices.astype(float)]
    for first, second in ((0, 1), (1, 2), (2, 0)):
        long = np.linalg.norm(corners[:, first] - corners[:, second], axis=1)
        counts = np.maximum(np.ceil(long / step).astype(int), 1)
        owner = np.repeat(np.arange(len(corners)), counts - 1)
        share = (np.arange(len(owner)) - np.repeat(np.cumsum(counts - 1) - (counts - 1), counts - 1) + 1) / counts[
            owner
        ]
        found.append(corners[owner, first] + share[:, None] * (corners[owner, second] - corners[owner, first]))
    area = np.linalg.norm(np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]), axis=1) / 2
    owner = np.repeat(np.arange(len(corners)), np.floor(3 * area / step**2).astype(int))
    root, along = np.sqrt(rng.uniform(size=(len(owner), 1))), rng.uniform(size=(len(owner), 1))
    first, second, third = (corners[owner, corner] for corner in range(3))
    found.append(first * (1 - root) + second * root * (1 - along) + third * root * along)
    return np.concatenate(found)


@pytest.mark.parametrize(("kind", "design"), EVERY)
def test_nothing_of_it_floats(kind: str, design: str) -> None:
    piece = built(kind, design)
    step = 0.025
    points = np.concatenate([surface_points(part.mesh, step / 2) for part in piece.parts])
    cells = np.floor(points / step).astype(int)
    cells -= cells.min(axis=0)
    filled = np.zeros(cells.max(axis=0) + 1, bool)
    filled[tuple(cells.T)] = True
    groups, count = label(filled, np.ones((3, 3, 3)))
    sizes = np.bincount(groups[filled])
    # Prints of one set hang beside one another.
    assert (sizes > 0).sum() <= {"pair": 2, "row": 3}.get(design, 1), f"{count} separate things: {sizes}"


@pytest.mark.parametrize(("kind", "design"), EVERY)
def test_has_sound_meshes(kind: str, design: str) -> None:
    for part in built(kind, design).parts:
        mesh = part.mesh
        assert mesh.vertices.dtype == mesh.normals.dtype == mesh.uvs.dtype == np.float32
        assert mesh.faces.dtype == np.int32
        assert mesh.faces.min() >= 0
        assert mesh.faces.max() < len(mesh.vertices)
        assert np.isfinite(mesh.vertices).all()
        assert np.isfinite(mesh.uvs).all()
        assert np.allclose(np.linalg.norm(mesh.normals, axis=1), 1, atol=1e-3)
        corners = mesh.vertices[mesh.faces].astype(float)
        outwards = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
        against = np.einsum("ij,ij->i", outwards, mesh.normals[mesh.faces].astype(float).sum(axis=1)) < -1e-12
        assert against.mean() < 0.02, f"{part.material.name}: normals against their faces"


@pytest.mark.parametrize(("kind", "design"), EVERY)
def test_materials_of_one_name_are_one(kind: str, design: str) -> None:
    names = [part.material.name for part in built(kind, design).parts]
    assert len(names) == len(set(names))


def test_every_kind_that_fills_the_frame_has_three_designs() -> None:
    for kind in KINDS:
        assert len(designs_of(kind)) >= 3


def test_the_same_arguments_give_the_same_bytes_and_another_seed_others() -> None:
    def digests(seed: int) -> list[str]:
        piece = make("armchair", "barrel", seed=seed, finishes=Finishes())
        return [part.mesh.digest() for part in piece.parts]

    assert digests(7) == digests(7)
    assert digests(7) != digests(8)


def test_a_bed_comes_in_four_widths_around_its_mattress() -> None:
    for width in (0.9, 1.4, 1.6, 1.8):
        bed = make("bed", "wooden", seed=1, finishes=Finishes(), width_m=width)
        # The duvet hangs a hand's breadth beyond the mattress on either side.
        assert width + 0.05 < bed.width_m < width + 0.45


def test_finishes_change_the_colours() -> None:
    plain = make("bench", "padded", seed=1, finishes=Finishes(upholstery_second=Cloth("linen", "202830")))
    (cloth,) = (part.material for part in plain.parts if part.material.name.startswith("linen"))
    assert isinstance(cloth.base_colour, Texture)
    assert np.abs(cloth.base_colour.pixels.mean(axis=(0, 1)) - (0x20, 0x28, 0x30)).max() < 8


def test_without_decor_a_sideboard_is_bare() -> None:
    bare = make("sideboard", "legged", seed=1, finishes=Finishes(dressed=False))
    assert bare.height_m < 0.75 < make("sideboard", "legged", seed=1, finishes=Finishes()).height_m


@pytest.mark.parametrize(
    ("kind", "design", "width_m", "said"),
    [
        ("soffa", "track", None, "There is no furniture 'soffa'; there is: sofa, bed"),
        ("sofa", "trak", None, "There is no sofa 'trak'; there are: track, rounded, framed, "),
        ("sofa", "track", 9.0, "A sofa is 130 to 280 cm wide; 900 cm were asked for."),
    ],
)
def test_what_there_is_not_is_refused_in_one_sentence(kind: str, design: str, width_m: float | None, said: str) -> None:
    with pytest.raises(FurnitureError) as refused:
        make(kind, design, seed=0, finishes=Finishes(), width_m=width_m)
    assert said in str(refused.value)


def test_the_widths_of_the_catalogue_are_within_its_own_limits() -> None:
    for kind in CATALOGUE.values():
        for design in kind.designs.values():
            assert all(kind.least_cm <= width <= kind.most_cm for width in design.widths_cm)
