"""Reading a plane by parts of a pixel."""

import numpy as np
import numpy.typing as npt
import pytest

from render.sampling import Shifted


def waves(x: npt.NDArray[np.number], y: npt.NDArray[np.number]) -> npt.NDArray[np.float64]:
    """A picture that is known at every place, with detail up to three pixels a wave."""
    across = 40 * np.sin(2 * np.pi * x / 3.1) + 30 * np.sin(2 * np.pi * x / 17)
    return np.asarray(128 + across[None, :] + 20 * np.cos(2 * np.pi * y / 4.3)[:, None], np.float64)


@pytest.mark.parametrize(("x", "y"), [(0.0, 0.0), (3.0, 2.0), (2.25, 0.0), (0.0, 5.5), (7.37, 3.81), (1.99999, 0.25)])
def test_a_plane_is_read_where_it_was_asked_for(x: float, y: float) -> None:
    plane = np.rint(waves(np.arange(80.0), np.arange(60.0))).astype(np.uint8)
    into = np.empty((40, 50), np.uint8)
    Shifted(plane).read(x, y, into)
    expected = waves(np.arange(50) + x, np.arange(40) + y)
    inner = np.abs(into.astype(float) - expected)[4:-4, 4:-4]
    assert inner.max() <= 3
    assert inner.mean() < 1


def test_whole_pixels_are_copied() -> None:
    plane = np.random.default_rng(1).integers(0, 256, (40, 50), dtype=np.uint8)
    into = np.empty((30, 30), np.uint8)
    Shifted(plane).read(7, 9, into)
    assert np.array_equal(into, plane[9:39, 7:37])


def test_beyond_an_edge_its_last_pixels_are_repeated() -> None:
    plane = np.full((10, 10), 200, np.uint8)
    into = np.empty((10, 12), np.uint8)
    Shifted(plane).read(-0.75, 0.5, into)
    assert set(np.unique(into)) == {200}


def test_a_slope_is_read_exactly_where_it_was_asked_for() -> None:
    slope = np.tile(np.arange(0, 240, 4, dtype=np.uint8), (12, 1))
    for part in (0.125, 0.25, 0.5, 0.875):
        into = np.empty((12, 40), np.uint8)
        Shifted(slope).read(5 + part, 0, into)
        off = into[:, 4:-4].astype(float) - 4 * (5 + part + np.arange(4, 36))
        assert np.abs(off).max() <= 0.5 + 1e-6
