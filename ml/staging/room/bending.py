"""How much a lens bends straight lines: a fisheye's picture has no camera that furniture could be drawn with.

One parameter tells it (division model, Fitzgibbon 2001): a point at distance r from the middle, in half diagonals,
belongs at r / (1 + k r^2); barrels have k < 0. The picture is straightened by each of a few k, and that one is right
under which edges join to long straight lines. Their lengths are compared where they are in the photo, so that
straightening, which stretches a picture's rim, wins nothing by itself.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from ml.lines import line_segments
from ml.srgb import luma_of
from ml.staging.room.camera import Floats

_SIDE = 560
_TRIED = (0.0, -0.12, -0.24, -0.36, -0.48)
_SMALLER = 0.8
"""Of a straightened picture's middle, so that its rim, which grows, is mostly in it."""
_SHORTEST = 0.03
_GAIN = 1.3
"""By which lines must become longer to be called bent: straight ones of wide lenses gain up to 1.22 by chance."""
FISHEYE = -0.2
"""From which k on; wide lenses whose profile was not applied stay above -0.1."""


def barrel_of(pixels: NDArray[np.uint8]) -> float:
    """The parameter k of a photo (sRGB, height x width x 3): 0 where its straight lines are straight."""
    scale = _SIDE / max(pixels.shape[:2])
    size = (max(2, round(pixels.shape[1] * scale)), max(2, round(pixels.shape[0] * scale)))
    luma = luma_of(np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), np.uint8))
    scores = [_straightness(luma, k) for k in _TRIED]
    best = int(np.argmax(scores))
    return _TRIED[best] if scores[best] > _GAIN * scores[0] else 0.0


def _straightness(luma: NDArray[np.uint8], k: float) -> float:
    """Sum of the squared lengths, in half diagonals of the photo, of the lines in a picture straightened by k."""
    height, width = luma.shape
    middle, half = np.array([width / 2, height / 2]), float(np.hypot(width, height)) / 2
    columns, rows = np.meshgrid(np.arange(width) + 0.5, np.arange(height) + 0.5)
    straight = (np.stack([columns, rows], axis=-1).reshape(-1, 2) - middle) / half / _SMALLER
    source = _bent(straight, k) * half + middle - 0.5
    at = source.reshape(height, width, 2).astype(np.float32)
    picture = cv2.remap(luma, at[..., 0], at[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    ends = line_segments(np.asarray(picture, np.uint8), _SHORTEST).astype(np.float64)
    if not len(ends):
        return 0.0
    first, second = (_bent((part - middle) / half / _SMALLER, k) for part in (ends[:, :2], ends[:, 2:]))
    inside = (np.abs(np.stack([first, second])) <= middle / half).all(axis=(0, 2))
    return float((np.linalg.norm(first - second, axis=1)[inside] ** 2).sum())


def _bent(straight: Floats, k: float) -> Floats:
    """Where points of a straight picture (n x 2, from the middle) are in the lens's: k s r^2 - r + s = 0."""
    if k == 0:
        return straight
    reach = np.maximum(np.linalg.norm(straight, axis=1, keepdims=True), 1e-9)
    distance = (1 - np.sqrt(1 - 4 * k * reach**2)) / (2 * k * reach)
    return np.asarray(straight * distance / reach)
