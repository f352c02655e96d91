"""Surfaces repeat without a seam, wood runs along its part, prints differ."""

import numpy as np
import pytest

from ml.staging.furniture import Cloth, RugFinish, Texture
from ml.staging.furniture.mesh import Mesh
from ml.staging.furniture.solids import board
from ml.staging.furniture.surfaces.fabric import textile
from ml.staging.furniture.surfaces.finishes import RUGS, TEXTILES
from ml.staging.furniture.surfaces.prints import PRINTS, print_of
from ml.staging.furniture.surfaces.rug import rug_material
from ml.staging.furniture.surfaces.wood import PAINTS, WOODS, wood


def pixels_of(texture: object) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    assert isinstance(texture, Texture)
    return texture.pixels.astype(float)


def seam(pixels: np.ndarray[tuple[int, ...], np.dtype[np.float64]], axis: int) -> float:
    """The step across the tile's edge over the usual step between neighbours."""
    steps = np.abs(np.diff(pixels, axis=axis)).mean(axis=tuple(other for other in range(3) if other != axis))
    across = np.abs(np.take(pixels, 0, axis) - np.take(pixels, -1, axis)).mean()
    return float(across / np.percentile(steps, 90))


@pytest.mark.parametrize("name", TEXTILES)
def test_a_fabric_repeats_without_a_seam(name: str) -> None:
    pixels = pixels_of(textile(Cloth(name, "8a8f94")).base_colour)
    assert seam(pixels, 0) < 1.6
    assert seam(pixels, 1) < 1.6


@pytest.mark.parametrize("name", TEXTILES)
def test_a_fabric_keeps_its_colour(name: str) -> None:
    pixels = pixels_of(textile(Cloth(name, "8a8f94")).base_colour)
    assert np.abs(pixels.mean(axis=(0, 1)) - (0x8A, 0x8F, 0x94)).max() < 3


@pytest.mark.parametrize("name", WOODS)
def test_wood_repeats_along_its_grain_without_a_seam(name: str) -> None:
    assert seam(pixels_of(wood(name).base_colour), 1) < 1.6


@pytest.mark.parametrize("name", WOODS)
def test_grain_runs_along_u(name: str) -> None:
    grey = pixels_of(wood(name).base_colour).mean(axis=2)
    assert np.abs(np.diff(grey, axis=0)).mean() > 1.5 * np.abs(np.diff(grey, axis=1)).mean()


@pytest.mark.parametrize("axis", [0, 1, 2])
def test_a_board_has_its_grain_along_its_longest_side(axis: int) -> None:
    size = [0.02, 0.06, 0.04]
    size[axis] = 0.8
    mesh: Mesh = board((size[0], size[1], size[2]))
    corners, uvs = mesh.vertices[mesh.faces].astype(float), mesh.uvs[mesh.faces].astype(float)
    flat = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    large = np.linalg.norm(flat, axis=1) > 5e-3
    assert large.any()
    along = corners[large][:, :, axis]
    assert np.allclose(np.diff(uvs[large][:, :, 0], axis=1), np.diff(along, axis=1), atol=1e-5)


def test_there_are_a_dozen_prints_and_no_two_are_alike() -> None:
    inks = ("8f5a3c", "4f6168", "d9b48a", "8a9a7b")
    sheets = {name: pixels_of(print_of(name, inks).base_colour) for name in PRINTS}
    assert len(sheets) >= 12
    names = sorted(sheets)
    for number, first in enumerate(names):
        for second in names[number + 1 :]:
            assert np.abs(sheets[first] - sheets[second]).mean() > 4, (first, second)


@pytest.mark.parametrize("pattern", RUGS)
def test_a_rug_lies_between_its_two_colours(pattern: str) -> None:
    material = rug_material(RugFinish(pattern, "d8d2c6", "404448"), 1.7, 1.2, 3)
    mean = pixels_of(material.base_colour).mean()
    assert 0x44 < mean < 0xDA


def test_an_unknown_finish_is_refused_with_what_there_is() -> None:
    with pytest.raises(ValueError, match=r"no textile 'tweed'; there are: linen"):
        textile(Cloth("tweed", "808080"))
    with pytest.raises(ValueError, match=r"no wood 'pine'; there are: oak"):
        wood("pine")
    with pytest.raises(ValueError, match=r"no print 'cat'; there are: arches"):
        print_of("cat", ("808080",))
    assert wood(next(iter(PAINTS))).roughness > 0
