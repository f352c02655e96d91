"""How large a picture is once its longer side is brought to a number of pixels, and pictures made smaller to fit."""

from typing import TypeVar

import cv2
import numpy as np
from numpy.typing import NDArray

Values = TypeVar("Values", np.uint8, np.float32)


def size_at(width: int, height: int, longer_side: int, *, enlarged: bool = False) -> tuple[int, int]:
    """Width and height with so many pixels on the longer side, none below 1; a smaller one grows if `enlarged`."""
    scale = longer_side / max(width, height)
    if scale >= 1 and not enlarged:
        return width, height
    return max(1, round(width * scale)), max(1, round(height * scale))


def within(picture: NDArray[Values], longer_side: int) -> NDArray[Values]:
    """A picture (height x width, or x channels) with at most so many pixels on its longer side, by means of areas.

    One that is small enough is given back as it is.
    """
    height, width = picture.shape[:2]
    size = size_at(width, height, longer_side)
    if size == (width, height):
        return picture
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), picture.dtype)
