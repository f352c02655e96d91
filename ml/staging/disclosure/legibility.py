"""Whether a label can be read on a thumbnail: the contrast of its letters and their size, measured on the thumbnail."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

THUMBNAIL_WIDTH = 320
"""Pixels of a listing's card on a telephone."""

Box = tuple[int, int, int, int]
"""x, y, width, height in pixels."""

_INK = 90.0
"""Percentile of the distance from the ground that is taken for the ink: thin strokes are grey once they are small."""


@dataclass(frozen=True, slots=True)
class Legibility:
    """What was measured at THUMBNAIL_WIDTH."""

    contrast: float
    """Contrast ratio, 1 to 21."""
    cap_height_px: float
    """Height of a capital letter in the thumbnail."""


def measure(picture: NDArray[np.uint8], words: Box, cap_height: float) -> Legibility:
    """How a label reads on the thumbnail of a picture (sRGB, height x width x 3); `words` is the box of its letters.

    `cap_height` is that in the picture. The ground is the box's most common luminance.
    """
    height, width = picture.shape[:2]
    scale = THUMBNAIL_WIDTH / width
    size = (THUMBNAIL_WIDTH, max(1, round(height * scale)))
    small = cv2.resize(picture, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)
    left, top, wide, high = words
    rows = slice(round(top * scale), max(round(top * scale) + 1, round((top + high) * scale)))
    columns = slice(round(left * scale), max(round(left * scale) + 1, round((left + wide) * scale)))
    light = relative_luminance(np.asarray(small[rows, columns], np.uint8)).reshape(-1)
    counts, edges = np.histogram(light, bins=50, range=(0.0, 1.0))
    most = int(np.argmax(counts))
    ground = float(np.median(light[(light >= edges[most]) & (light <= edges[most + 1])]))
    distance = np.abs(light - ground)
    inked = light[distance >= np.percentile(distance, _INK)]
    return Legibility(contrast_ratio(ground, float(np.median(inked))), cap_height * scale)


def relative_luminance(pixels: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Relative luminance, 0 to 1, of sRGB pixels (... x 3), as WCAG 2.2 defines it."""
    level = pixels.astype(np.float64) / 255
    linear = np.where(level <= 0.04045, level / 12.92, ((level + 0.055) / 1.055) ** 2.4)
    return np.asarray(linear @ np.array([0.2126, 0.7152, 0.0722]), np.float64)


def contrast_ratio(one: float, other: float) -> float:
    """Contrast ratio of two relative luminances, 1 to 21 (WCAG 2.2)."""
    lighter, darker = max(one, other), min(one, other)
    return (lighter + 0.05) / (darker + 0.05)
