"""What furniture does to the light on floor and walls: the ratio of the furnished proxy to the empty one.

Differential rendering (Debevec 1998) as a ratio, which keeps the photo's own texture: a proxy that is too bright by
half is so in both renders.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from ml.staging.compositing.surfaces import REACH_M, Ground
from ml.staging.rendering.scene import Layers

Pixels = NDArray[np.float32]

_FADE_M = (0.35, 0.96 * REACH_M)
_SOFT = (0.012, 0.05)
"""|ratio - 1| from which on a change counts, and from which on it counts in full: below is what noise leaves."""

_COLOUR = 0.6
"""Of the ratio's own colour that is kept: bounced light tints, and proxies are of one colour."""

_ON_WALL = 0.75
"""Walls are lit by more of the room than the proxy has."""

_DEEPER = 1.45
"""Exponent of shade on the floor. The photo stands for all light around, from everywhere alike: a room's own comes from
fewer places, and is shaded deeper. Chosen by eye."""

_WALL_NEAR = 0.5
"""Of the reach on the floor, that on walls: what is soft and wide there shows as the edge of a mask."""

_WALL_EDGE = 90
"""Over the width of the picture: by which shade fades towards the edge of what is known to be wall."""

_DARKEST = 0.12
_BRIGHTEST_FLOOR = 0.35
"""By which a reflection may brighten the floor."""

_LARGEST_SHARE = 1.35
"""Of the furniture's own pixels, those that it may shade beside itself; what is farthest goes first."""

_SEEN = 0.004
"""Change of light below which nothing is changed."""


def ratio_of(layers: Layers, ground: Ground, *, glossy: bool) -> Pixels:
    """The factor on the photo's linear light, h x w x 3: exactly 1 where nothing changes."""
    plain = np.maximum(layers.plain, 1e-4)
    width = layers.alpha.shape[1]
    ratio = cv2.GaussianBlur(layers.shaded / plain, (0, 0), max(0.6, width / 2200))
    grey = ratio.mean(axis=2, keepdims=True)
    change = np.asarray(grey + (ratio - grey) * np.float32(_COLOUR) - 1, np.float32)
    brighter = _BRIGHTEST_FLOOR if glossy else 0.0
    deeper = (1 + np.clip(change, -1, 0)) ** np.float32(_DEEPER) - 1 + np.maximum(change, 0)
    on_floor = np.clip(deeper, -1 + _DARKEST, brighter)
    on_wall = np.clip(change * np.float32(_ON_WALL), -1 + _DARKEST, 0)
    # Floor and wall meet in a soft line, as wide as the mask between them is unsure.
    floor = cv2.GaussianBlur(ground.floor.astype(np.float32), (0, 0), 0.8)[..., None]
    change = on_floor * floor + on_wall * (1 - floor)
    strength = np.abs(change).max(axis=2)
    edge = _feathered(ground.shadable, 1.5) * floor[..., 0]
    edge += _feathered(ground.shadable, max(1.5, width / _WALL_EDGE)) * (1 - floor[..., 0])
    weight = _smooth(strength, *_SOFT) * edge
    largest = _LARGEST_SHARE * max(1, int((layers.alpha > 0).sum()))
    start, end = _FADE_M
    distance = ground.distance_m * (1 + (1 / _WALL_NEAR - 1) * (1 - floor[..., 0]))
    near = np.float32(1) - _smooth(distance, start, end)
    while int(((weight * near * strength > _SEEN) & (layers.alpha <= 0)).sum()) > largest and end > 0.02:
        start, end = start * 0.85, end * 0.85
        near = np.float32(1) - _smooth(distance, start, end)
    weight = weight * near
    change = change * weight[..., None]
    change[np.abs(change).max(axis=2) < _SEEN] = 0
    return np.asarray(1 + change, np.float32)


def _smooth(values: Pixels, low: float, high: float) -> Pixels:
    """0 below, 1 above, and a smooth step between (Hermite)."""
    t = np.clip((np.nan_to_num(values, posinf=1e6) - low) / (high - low), 0, 1)
    return np.asarray(t * t * (3 - 2 * t), np.float32)


def _feathered(mask: NDArray[np.bool_], sigma: float) -> Pixels:
    """A mask that fades towards its edge from within, and is 0 outside of it."""
    soft = cv2.GaussianBlur(mask.astype(np.float32), (0, 0), sigma)
    return np.asarray(np.clip(soft * 2 - 1, 0, 1) * mask, np.float32)
