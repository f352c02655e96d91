"""A fisheye's picture is told by its bent lines; a straight lens's is not."""

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from ml.staging.room.bending import FISHEYE, barrel_of
from tests.ml.staging.room.made_rooms import made_room, photograph


def bent(pixels: NDArray[np.uint8], k: float) -> NDArray[np.uint8]:
    """As a lens of the division model shows it, its rim kept in the frame."""
    height, width = pixels.shape[:2]
    middle, half = np.array([width / 2, height / 2]), np.hypot(width, height) / 2
    x, y = np.meshgrid(np.arange(width) + 0.5, np.arange(height) + 0.5)
    seen = (np.stack([x, y], axis=-1).reshape(-1, 2) - middle) / half
    straight = seen / (1 + k * (seen**2).sum(axis=1, keepdims=True)) * (1 + k)
    at = (straight * half + middle - 0.5).reshape(height, width, 2).astype(np.float32)
    return np.asarray(cv2.remap(pixels, at[..., 0], at[..., 1], cv2.INTER_LINEAR), np.uint8)


@pytest.mark.parametrize("seed", [1, 5])
def test_a_fisheye_is_told_and_a_straight_lens_is_none(seed: int) -> None:
    pixels, _ = photograph(made_room(seed))
    assert barrel_of(pixels) > FISHEYE
    assert barrel_of(bent(pixels, -0.42)) <= FISHEYE


def test_a_picture_of_nothing_is_not_bent() -> None:
    assert barrel_of(np.full((300, 400, 3), 200, np.uint8)) == 0
