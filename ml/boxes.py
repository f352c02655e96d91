"""How much boxes have in common. A box is its corners, in any one unit: left, top, right, bottom on the last axis."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from schemas.photo import Box

Floats = NDArray[np.float64]


def corners_of(box: Box) -> tuple[float, float, float, float]:
    """The corners of a box, in shares of the picture."""
    return box.x, box.y, box.x + box.width, box.y + box.height


def area(boxes: ArrayLike) -> Floats:
    """Width times height of each box; 0 where a corner is beyond the opposite one."""
    corners = np.asarray(boxes, np.float64)
    return np.asarray(np.clip(corners[..., 2:] - corners[..., :2], 0, None).prod(axis=-1))


def shared_area(one: ArrayLike, other: ArrayLike) -> Floats:
    """The area that is in both; the two are broadcast against each other."""
    first, second = np.asarray(one, np.float64), np.asarray(other, np.float64)
    low = np.maximum(first[..., :2], second[..., :2])
    high = np.minimum(first[..., 2:], second[..., 2:])
    return area(np.concatenate([low, high], axis=-1))


def intersection_over_union(one: ArrayLike, other: ArrayLike) -> Floats:
    """Shared area over the area of both together, 0 to 1; 0 where both are empty."""
    shared = shared_area(one, other)
    union = area(one) + area(other) - shared
    return np.asarray(np.divide(shared, union, out=np.zeros_like(union), where=union > 0))
