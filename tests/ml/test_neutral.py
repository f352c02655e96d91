import math

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from ml.neutral import neutral_of, temperature_and_tint
from tests.ml.degraded import GAINS, tinted
from tests.ml.scenes import Pixels, box_room

WHITES = {
    "A": (0.44758, 0.40745, 2856, 0.0),
    "D50": (0.34567, 0.35850, 5003, 0.0033),
    "D65": (0.31272, 0.32903, 6504, 0.0032),
    "E": (1 / 3, 1 / 3, 5455, -0.0044),
}
"""Chromaticity, correlated colour temperature and Duv of CIE illuminants."""


def lab_of(rgb: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(cv2.cvtColor((rgb / 255).astype(np.float32).reshape(1, 1, 3), cv2.COLOR_RGB2Lab), float).reshape(
        3
    )


def white_room(seed: int) -> Pixels:
    """The room of the tests with its walls and ceiling made neutral: L* alone of what is nearly grey."""
    pixels = box_room(seed)
    grey = pixels.mean(axis=2, keepdims=True).repeat(3, axis=2)
    near = pixels.max(axis=2).astype(int) - pixels.min(axis=2) < 22
    return np.where(near[:, :, None], grey, pixels).astype(np.uint8)


@pytest.mark.parametrize("name", WHITES)
def test_temperature_and_tint_are_those_of_known_illuminants(name: str) -> None:
    x, y, kelvin, duv = WHITES[name]
    found = temperature_and_tint(np.array([x / y, 1, (1 - x - y) / y]))
    assert found[0] == pytest.approx(kelvin, rel=0.003)
    assert found[1] == pytest.approx(duv, abs=0.0003)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_white_room_has_no_cast_and_daylight(seed: int) -> None:
    found = neutral_of(white_room(seed))
    assert found is not None
    assert found.cast_delta_e < 1.5
    assert found.colour_temperature_k == pytest.approx(6500, rel=0.03)


@pytest.mark.parametrize("stops", [0.1, 0.2, 0.4])
@pytest.mark.parametrize("name", GAINS)
@pytest.mark.parametrize("seed", [1, 2])
def test_the_cast_that_was_laid_over_a_photo_is_found(seed: int, name: str, stops: float) -> None:
    after = neutral_of(tinted(white_room(seed), GAINS[name], stops))
    assert after is not None
    grey = np.asarray(cv2.cvtColor(np.array([[[85, 0, 0]]], np.float32), cv2.COLOR_Lab2RGB))
    _, a, b = lab_of(tinted(np.rint(grey * 255).astype(np.uint8), GAINS[name], stops).reshape(3).astype(float))
    assert math.hypot(after.a - a, after.b - b) < 1 + 0.12 * math.hypot(a, b)


def test_warm_light_has_a_low_temperature_and_green_a_positive_tint() -> None:
    room = white_room(4)
    warm, cold, green = (neutral_of(tinted(room, GAINS[name], 0.3)) for name in ("warm", "cold", "green"))
    assert warm is not None
    assert cold is not None
    assert green is not None
    assert warm.colour_temperature_k < 5500 < 7500 < cold.colour_temperature_k
    assert green.tint > 0.01


@pytest.mark.parametrize("level", [0, 255])
def test_nothing_is_neutral_in_black_or_in_clipped_white(level: int) -> None:
    assert neutral_of(np.full((60, 80, 3), level, np.uint8)) is None


def test_a_picture_of_deep_colours_alone_has_nothing_neutral() -> None:
    assert neutral_of(np.full((60, 80, 3), (220, 20, 10), np.uint8)) is None


@settings(max_examples=30, deadline=None, derandomize=True)
@given(seed=st.integers(0, 1000))
def test_the_size_of_a_photo_changes_little(seed: int) -> None:
    one, other = (neutral_of(box_room(seed, width=width, height=width * 2 // 3)) for width in (300, 600))
    assert one is not None
    assert other is not None
    assert math.hypot(one.a - other.a, one.b - other.b) < 2
