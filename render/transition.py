"""How one picture becomes another: the mix of two frames at a moment of a transition."""

import cv2
import numpy as np

from render.frames import FrameBytes
from schemas.video import TransitionKind

_BLACK, _WHITE = (16, 128, 128), (235, 128, 128)


def moment(frame: int, frames: int) -> float:
    """How far a transition of `frames` has come at the middle of frame number `frame`: symmetrical, never 0 or 1."""
    return (frame + 0.5) / frames


def blend(kind: TransitionKind, one: FrameBytes, other: FrameBytes, t: float, into: FrameBytes) -> None:
    """Mix two yuv420p frames, at `t` from 0 (only `one`) to 1 (only `other`), into a third buffer.

    A dissolve mixes code values, as every editor does; the fades go to one colour by the middle and come back. Raises
    ValueError for a kind that has no mix.
    """
    if kind is TransitionKind.DISSOLVE:
        cv2.addWeighted(one, 1 - t, other, t, 0, dst=into.reshape(-1, 1))
    elif kind in {TransitionKind.FADE_BLACK, TransitionKind.FADE_WHITE}:
        picture, strength = (one, 1 - 2 * t) if t < 0.5 else (other, 2 * t - 1)
        _fade(picture, _BLACK if kind is TransitionKind.FADE_BLACK else _WHITE, strength, into)
    else:
        raise ValueError(f"{kind.value} mixes nothing")


def _fade(picture: FrameBytes, color: tuple[int, int, int], strength: float, into: FrameBytes) -> None:
    luma, chroma = len(picture) * 2 // 3, len(picture) // 6
    limits = (0, luma, luma + chroma, len(picture))
    for plane, value in enumerate(color):
        part = slice(limits[plane], limits[plane + 1])
        levels = np.arange(256, dtype=np.float64)
        table = np.rint(value + (levels - value) * strength).clip(0, 255).astype(np.uint8)
        into[part] = table[picture[part]]
