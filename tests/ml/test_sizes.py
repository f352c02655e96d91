import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml.sizes import size_at, within


@pytest.mark.parametrize(
    ("size", "longer_side", "wanted"),
    [((4000, 3000), 800, (800, 600)), ((3000, 4000), 800, (600, 800)), ((10000, 33), 100, (100, 1))],
)
def test_the_longer_side_gets_its_pixels(size: tuple[int, int], longer_side: int, wanted: tuple[int, int]) -> None:
    assert size_at(*size, longer_side) == wanted


def test_a_small_picture_grows_only_where_that_is_asked_for() -> None:
    assert size_at(40, 30, 80) == (40, 30)
    assert size_at(40, 30, 80, enlarged=True) == (80, 60)


def test_what_fits_is_given_back_as_it_is() -> None:
    picture = np.zeros((30, 40, 3), np.uint8)
    assert within(picture, 40) is picture


@given(st.integers(1, 300), st.integers(1, 300), st.integers(1, 300))
def test_a_picture_keeps_its_mean_and_its_kind(width: int, height: int, longer_side: int) -> None:
    picture = np.full((height, width), 7, np.float32)
    small = within(picture, longer_side)
    assert max(small.shape) == min(longer_side, max(width, height))
    assert small.dtype == np.float32
    assert small.mean() == pytest.approx(7, rel=1e-4)
