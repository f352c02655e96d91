"""One pass over the pictures of a video: what the checks need of each frame, in bounded memory."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from render.probe import Planes

# Every so many pixels of luma are enough to see black, stillness and change.
_SAMPLES_ACROSS = 480
# ffmpeg's blackdetect counts a picture as black when 98 % of its pixels are below 10 % of the range; so here.
BLACK_BELOW = 16 + round(0.10 * 219)
BLACK_SHARE = 0.98
# Mean luma levels between pictures half a second apart: a held photo after x264 differs by up to 0.05 (measured at CRF
# 20 and 28), the slowest camera move by 0.5 and more.
STILL_BELOW = 0.15
STILL_S = 0.5
_LONGEST_LAG = 120

Watcher = Callable[[int, Planes], None]
"""Gets the frame's number and its planes, valid during the call."""


@dataclass(slots=True)
class PictureTrack:
    """What was seen of each frame, in order."""

    lag: int = 15  # frames that `moved` looks back: half a second
    black: list[bool] = field(default_factory=list)
    moved: list[float] = field(
        default_factory=list
    )  # mean luma difference to `lag` frames before; inf in the beginning
    change: list[float] = field(default_factory=list)  # the same to the frame before; 0 for the first
    texture: list[float] = field(default_factory=list)  # mean luma difference of neighbouring samples


class PictureWatch:
    """Takes the luma plane of every frame in turn; `track` is what was seen."""

    def __init__(self, watchers: tuple[Watcher, ...] = ()) -> None:
        """`watchers` are given every frame as well."""
        self.track = PictureTrack()
        self._watchers = watchers
        self._before: deque[npt.NDArray[np.int16]] = deque()

    def take(self, planes: Planes, fps: float) -> None:
        """The next frame of a video with so many frames a second."""
        luma = planes.y
        number = len(self.track.change)
        if number == 0:
            self.track.lag = min(max(1, round(STILL_S * fps)), _LONGEST_LAG) if fps > 0 else self.track.lag
            self._before = deque(maxlen=self.track.lag)
        step = max(1, luma.shape[1] // _SAMPLES_ACROSS)
        small = luma[::step, ::step].astype(np.int16)
        full = len(self._before) == self.track.lag
        self.track.black.append(bool((small < BLACK_BELOW).mean() >= BLACK_SHARE))
        self.track.moved.append(_difference(small, self._before[0]) if full else float("inf"))
        self.track.change.append(_difference(small, self._before[-1]) if self._before else 0.0)
        self.track.texture.append(float(np.abs(np.diff(small, axis=1)).mean()) if small.shape[1] > 1 else 0.0)
        self._before.append(small)
        for watcher in self._watchers:
            watcher(number, planes)


def _difference(one: npt.NDArray[np.int16], other: npt.NDArray[np.int16]) -> float:
    if one.shape != other.shape:
        return float("inf")
    return float(np.abs(one - other).mean())
