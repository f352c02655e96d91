"""When each pixel of a transition turns over: clock fields, 0 (first) to 1 (last), and how soft their edge is. Pure.

At time t the new picture has the weight clip((t (1 + s) - clock) / s, 0, 1), with s the softness: all of the old
picture at t = 0, all of the new one at t = 1.
"""

import functools
import math

import cv2
import numpy as np
import numpy.typing as npt

from schemas.video import TransitionKind

K = TransitionKind
Field = npt.NDArray[np.float32]
SOFTNESS = {
    **dict.fromkeys((K.WIPE_LEFT, K.WIPE_RIGHT, K.WIPE_UP, K.WIPE_DOWN), 0.004),
    **dict.fromkeys((K.SMOOTH_LEFT, K.SMOOTH_RIGHT, K.SMOOTH_UP, K.SMOOTH_DOWN), 0.6),
    **dict.fromkeys((K.CIRCLE_OPEN, K.CIRCLE_CLOSE, K.RADIAL, K.VERT_OPEN, K.HORZ_OPEN), 0.02),
    K.DISSOLVE: 0.25,
}
"""Every transition that has a clock, and the softness of its edge."""

_GRAINS = 160  # across the frame
_SEED = 20


@functools.lru_cache(maxsize=4)
def clock(kind: TransitionKind, width: int, height: int) -> Field:
    """The clock field of a transition: (height, width), 0 to 1. Raises ValueError for a kind that has none."""
    x = ((np.arange(width, dtype=np.float32) + 0.5) / width)[None, :]
    y = ((np.arange(height, dtype=np.float32) + 0.5) / height)[:, None]
    match kind:
        case K.WIPE_RIGHT | K.SMOOTH_RIGHT:
            field = x
        case K.WIPE_LEFT | K.SMOOTH_LEFT:
            field = 1 - x
        case K.WIPE_DOWN | K.SMOOTH_DOWN:
            field = y
        case K.WIPE_UP | K.SMOOTH_UP:
            field = 1 - y
        case K.VERT_OPEN:
            field = np.abs(2 * x - 1)
        case K.HORZ_OPEN:
            field = np.abs(2 * y - 1)
        case K.CIRCLE_OPEN | K.CIRCLE_CLOSE:
            across, down = (x - 0.5) * width, (y - 0.5) * height
            field = np.hypot(across, down) / np.float32(math.hypot(width, height) / 2)
            field = field if kind is K.CIRCLE_OPEN else 1 - field
        case K.RADIAL:  # clockwise from twelve
            field = np.arctan2((x - 0.5) * width, (0.5 - y) * height) / np.float32(2 * math.pi) % 1
        case K.DISSOLVE:
            return _grain(width, height)
        case _:
            raise ValueError(f"{kind.value} has no clock")
    whole = np.ascontiguousarray(np.broadcast_to(field, (height, width)), np.float32)
    # Of half the pixels the time is over at one half, whatever the shape: the change is at the middle.
    return np.clip(_evened(whole) if kind in {K.CIRCLE_OPEN, K.CIRCLE_CLOSE} else whole, 0, 1)


def weights(kind: TransitionKind, width: int, height: int, t: float) -> tuple[Field, Field]:
    """The weight of the new picture at time `t`: for luma (height, width) and for chroma (half of both)."""
    soft = SOFTNESS[kind]
    luma = np.clip((np.float32(t * (1 + soft)) - clock(kind, width, height)) / np.float32(soft), 0, 1)
    chroma = cv2.resize(luma, (width // 2, height // 2), interpolation=cv2.INTER_AREA)
    return luma, np.asarray(chroma, np.float32)


def _evened(field: Field) -> Field:
    """A field with its values replaced by their rank: as much of the picture turns over in each moment."""
    levels = np.sort(field.ravel()[:: max(1, field.size // 20_000)])
    return np.interp(field, levels, np.linspace(0, 1, len(levels))).astype(np.float32)


def _grain(width: int, height: int) -> Field:
    """Soft grains in a fixed pattern, each rank equally often."""
    down = max(2, round(_GRAINS * height / width))
    rng = np.random.default_rng(_SEED)
    ranks = rng.permutation(_GRAINS * down).reshape(down, _GRAINS) / np.float32(_GRAINS * down - 1)
    return np.asarray(cv2.resize(ranks.astype(np.float32), (width, height), interpolation=cv2.INTER_LINEAR), np.float32)
