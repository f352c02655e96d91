import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ml.training.views import Frames, cut, draw, pick, poor_copies, spoil, weights, whole


def ramps(side: int) -> np.ndarray:
    """A picture whose red grows from left to right and green from top to bottom."""
    steps = np.linspace(0, 255, side)
    return np.stack([*np.meshgrid(steps, steps), np.full((side, side), 128.0)], axis=-1).astype(np.uint8)


def test_the_whole_frame_cuts_the_whole_picture() -> None:
    picture = ramps(64)
    frames = whole(1)
    assert np.abs(cut(picture, frames.centres[0], frames.axes[0], 64).astype(int) - picture).max() <= 1


@given(st.integers(0, 2**32 - 1))
@settings(deadline=None, max_examples=60)
def test_a_view_shows_what_the_maps_are_asked_for(seed: int) -> None:
    """The colours of a picture of ramps tell where each pixel of a view comes from: there the maps must be read."""
    frames = draw(1, np.random.default_rng(seed))
    view = cut(ramps(192), frames.centres[0], frames.axes[0], 24).astype(float)
    points = frames.at(24)[0].reshape(24, 24, 2)
    wanted = (points + 1) / 2 * 255
    inner = (np.abs(points) < 0.9).all(axis=-1)
    assert np.abs(view[..., :2] - wanted)[inner].max() < 8


@given(st.integers(0, 2**32 - 1))
@settings(deadline=None, max_examples=60)
def test_points_of_a_view_stay_inside_the_photo(seed: int) -> None:
    points = draw(5, np.random.default_rng(seed)).at(6)
    assert np.abs(points).max() <= 1


def test_the_same_seed_draws_the_same_views() -> None:
    one, other = (draw(9, np.random.default_rng(7)) for _ in range(2))
    assert np.array_equal(one.axes, other.axes)
    assert np.array_equal(one.centres, other.centres)


def test_a_mirrored_frame_reads_a_map_from_right_to_left() -> None:
    cells = np.arange(16, dtype=np.uint8).reshape(4, 4, 1)
    mirrored = Frames(np.zeros((1, 2)), np.diag([-1.0, 1.0])[None])
    assert np.array_equal(pick(cells, mirrored.at(4)[0]).reshape(4, 4), cells[:, ::-1, 0])


@given(st.floats(-1, 1), st.floats(-1, 1))
@settings(deadline=None, max_examples=60)
def test_bilinear_weights_are_shares(x: float, y: float) -> None:
    found = weights(np.array([x, y]), 7)
    assert found.min() >= 0
    assert found.sum() == pytest.approx(1, abs=1e-5)


def test_bilinear_weights_at_the_middle_of_a_cell_are_that_cell() -> None:
    assert weights(np.array([0.0, 0.0]), 7).argmax() == 24
    assert weights(np.array([0.0, 0.0]), 7).max() == pytest.approx(1)


def test_a_spoilt_view_keeps_its_shape_and_is_the_same_for_the_same_seed() -> None:
    view = ramps(48)
    for seed in range(30):
        one, other = (spoil(view.copy(), np.random.default_rng(seed)) for _ in range(2))
        assert one.shape == view.shape
        assert one.dtype == np.uint8
        assert np.array_equal(one, other)


def test_a_poor_copy_has_the_size_of_its_picture_and_less_detail() -> None:
    pictures = np.random.default_rng(0).integers(0, 256, (3, 192, 192, 3), np.uint8)
    copies = poor_copies(pictures, 1)
    assert copies.shape == pictures.shape
    assert np.array_equal(copies, poor_copies(pictures, 1))
    assert all(copy.std() < 0.6 * picture.std() for copy, picture in zip(copies, pictures, strict=True))
