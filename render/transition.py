"""How one picture becomes another: the mix of two frames at a moment of a transition.

Three families: the picture turns over where a clock field is behind the time (wipes, circles, ...), both pictures move
(slides, zoom), or all of it changes at once (fades, blur). All are symmetrical in time: what the eye takes for the
change is at the middle.
"""

from collections.abc import Callable

import cv2
import numpy as np
import numpy.typing as npt

from render.clocks import SOFTNESS, weights
from render.frames import FrameBytes, planes_of
from render.plate import Plane
from schemas.video import TransitionKind

K = TransitionKind
_BLACK, _WHITE = (16, 128, 128), (235, 128, 128)
_SLIDES = {K.SLIDE_LEFT: (-1, 0), K.SLIDE_RIGHT: (1, 0), K.SLIDE_UP: (0, -1), K.SLIDE_DOWN: (0, 1)}
_ZOOM = 0.35
_BLUR_SHARE = 0.12

STRONG = frozenset(kind for kind in K if kind not in {K.UNKNOWN, K.CUT, K.FADE, K.DISSOLVE, K.FADE_BLACK})
"""Transitions that draw the eye: for downbeats and section changes."""


def moment(frame: int, frames: int) -> float:
    """How far a transition of `frames` has come at the middle of frame number `frame`: symmetrical, never 0 or 1."""
    return (frame + 0.5) / frames


class Blend:
    """Mixes yuv420p frames of one size by one transition; keeps what does not change from frame to frame."""

    def __init__(self, kind: TransitionKind, width: int, height: int) -> None:
        """Raises ValueError for a kind that mixes nothing."""
        self.kind, self.width, self.height = kind, width, height
        self._mix = self._chosen()

    def mix(self, one: FrameBytes, other: FrameBytes, t: float, into: FrameBytes) -> None:
        """Mix two frames, at `t` from 0 (only `one`) to 1 (only `other`), into a third buffer."""
        self._mix(one, other, t, into)

    def _chosen(self) -> Callable[[FrameBytes, FrameBytes, float, FrameBytes], None]:
        if self.kind in SOFTNESS:
            return self._turn_over
        if self.kind in _SLIDES:
            return self._slide
        whole: dict[TransitionKind, Callable[[FrameBytes, FrameBytes, float, FrameBytes], None]] = {
            K.FADE: _fade_between,
            K.FADE_BLACK: lambda one, other, t, into: _fade_through(_BLACK, one, other, t, into),
            K.FADE_WHITE: lambda one, other, t, into: _fade_through(_WHITE, one, other, t, into),
            K.ZOOM_IN: self._zoom,
            K.HBLUR: self._blur,
        }
        if self.kind not in whole:
            raise ValueError(f"{self.kind.value} mixes nothing")
        return whole[self.kind]

    def _planes(self, frame: FrameBytes) -> tuple[Plane, Plane, Plane]:
        return planes_of(frame, self.width, self.height)

    def _turn_over(self, one: FrameBytes, other: FrameBytes, t: float, into: FrameBytes) -> None:
        luma, chroma = weights(self.kind, self.width, self.height, t)
        for a, b, out, weight in zip(
            self._planes(one), self._planes(other), self._planes(into), (luma, chroma, chroma), strict=True
        ):
            cv2.blendLinear(b, a, weight, 1 - weight, dst=out)

    def _slide(self, one: FrameBytes, other: FrameBytes, t: float, into: FrameBytes) -> None:
        """The old picture leaves, the new one follows it in. Offsets are even, so that chroma moves along."""
        across, down = _SLIDES[self.kind]
        eased = _smooth(t)
        for level, (a, b, out) in enumerate(
            zip(self._planes(one), self._planes(other), self._planes(into), strict=True)
        ):
            side = self.width if across else self.height
            gone = 2 * round(eased * side / 2) // (1 if level == 0 else 2)
            # Written for rows that go up: columns are rows of the transposed, and the other ways are mirror images.
            rows = [plane.T if across else plane for plane in (a, b, out)]
            leaving, coming, target = [plane[::-1] for plane in rows] if across + down > 0 else rows
            target[: len(target) - gone] = leaving[gone:]
            target[len(target) - gone :] = coming[:gone]

    def _zoom(self, one: FrameBytes, other: FrameBytes, t: float, into: FrameBytes) -> None:
        """Into the old picture, out of it comes the new one, which settles to its size."""
        leaving, coming = np.empty_like(into), np.empty_like(into)
        eased = _smooth(t)
        for source, target, zoom in ((one, leaving, 1 + _ZOOM * eased), (other, coming, 1 + _ZOOM * (1 - eased))):
            for plane, out in zip(self._planes(source), self._planes(target), strict=True):
                _enlarge(plane, zoom, out)
        _fade_between(leaving, coming, _smooth(min(max((t - 0.2) / 0.6, 0.0), 1.0)), into)

    def _blur(self, one: FrameBytes, other: FrameBytes, t: float, into: FrameBytes) -> None:
        """Smeared along the rows more and more towards the middle, where the pictures change."""
        _fade_between(one, other, _smooth(min(max((t - 0.3) / 0.4, 0.0), 1.0)), into)
        strength = 1 - abs(2 * t - 1)
        for plane in self._planes(into):
            reach = 2 * round(strength * _BLUR_SHARE * plane.shape[1] / 2) + 1
            if reach > 1:
                cv2.blur(plane, (reach, 1), dst=plane, borderType=cv2.BORDER_REPLICATE)


def blend(
    kind: TransitionKind, one: FrameBytes, other: FrameBytes, t: float, into: FrameBytes, size: tuple[int, int]
) -> None:
    """Mix two frames of `size` (width, height) once; see Blend for many. Raises ValueError for a kind without a mix."""
    Blend(kind, *size).mix(one, other, t, into)


def _smooth(t: float) -> float:
    """Slow at both ends (smoothstep), one half at one half."""
    return t * t * (3 - 2 * t)


def _fade_between(one: FrameBytes, other: FrameBytes, t: float, into: FrameBytes) -> None:
    """A mix of code values, as every editor does it."""
    cv2.addWeighted(one, 1 - t, other, t, 0, dst=into.reshape(-1, 1))


def _fade_through(color: tuple[int, int, int], one: FrameBytes, other: FrameBytes, t: float, into: FrameBytes) -> None:
    """To one colour by the middle, and out of it."""
    picture, strength = (one, 1 - 2 * t) if t < 0.5 else (other, 2 * t - 1)
    luma, chroma = len(picture) * 2 // 3, len(picture) // 6
    limits = (0, luma, luma + chroma, len(picture))
    for plane, value in enumerate(color):
        part = slice(limits[plane], limits[plane + 1])
        levels = np.arange(256, dtype=np.float64)
        table = np.rint(value + (levels - value) * strength).clip(0, 255).astype(np.uint8)
        into[part] = table[picture[part]]


def _enlarge(plane: Plane, zoom: float, into: Plane) -> None:
    """The middle of a plane, `zoom` times as large."""
    height, width = plane.shape
    matrix: npt.NDArray[np.float64] = np.array(
        [[1 / zoom, 0, (width - 1) / 2 * (1 - 1 / zoom)], [0, 1 / zoom, (height - 1) / 2 * (1 - 1 / zoom)]], np.float64
    )
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    cv2.warpAffine(plane, matrix, (width, height), dst=into, flags=flags, borderMode=cv2.BORDER_REPLICATE)
