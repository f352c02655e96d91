"""How far a decoded picture is from where the camera should have it: jitter of the file, measured against the plan.

The frame is brought back to the span's first frame by the planned views, and what is left of motion is read from the
brightness itself: one step of least squares on the gradient (B. Lucas and T. Kanade, 1981), for a shift and a zoom of
the whole picture. What is left is far below a pixel, so that one step is enough.
"""

from dataclasses import dataclass, field

import cv2
import numpy as np
import numpy.typing as npt

from render.checks.expectation import PlannedCamera, PlannedText
from render.probe import Planes

Plane = npt.NDArray[np.uint8]
Levels = npt.NDArray[np.float32]
Floats = npt.NDArray[np.float64]
Taps = list[tuple[npt.NDArray[np.int64], Levels]]

_TILE = 80
_TILES = (6, 5)  # across, down
# Compression errs in patches: so many pixels tell as much as one that errs alone.
_PIXELS_THAT_ERR_TOGETHER = 4
_CERTAIN_WITHIN = 0.02  # pixels per frame squared that noise alone may make of a steady camera
# The finest detail shifts by its own rules under any interpolation, this one's included: frames made by a sinc of eight
# taps read as .11 px/frame^2 without smoothing, as .01 with it, and linear ones as .014. In whole levels the smoothed
# picture would stand still and jump.
_SMOOTHING = 1.5  # pixels, standard deviation
_MARGIN = 6  # pixels around what is smoothed
_LEAST_GRADIENT = 0.7  # mean luma levels a pixel below which a picture has nothing to hold on to
_LEAST_FRAMES = 3


@dataclass(slots=True)
class _Tile:
    left: int
    top: int
    width: int
    height: int
    reference: npt.NDArray[np.float32]
    terms: npt.NDArray[np.float32]  # (3, pixels): derivatives of brightness by shift in x, in y, and by zoom


@dataclass(frozen=True, slots=True)
class _Reach:
    """What of a frame a tile is read from along one side: `first` to `stop`, and in it what each place is made of."""

    first: int
    stop: int
    taps: Taps

    @classmethod
    def of(cls, scale: float, offset: float, start: int, length: int, side: int) -> "_Reach":
        """For a tile that starts at `start`, in a frame of `side` pixels."""
        # Index i of a pixel means position i + 1/2.
        places: Floats = scale * (start + np.arange(length, dtype=np.float64) + 0.5) + offset - 0.5
        first = max(0, int(places[0]) - _MARGIN)
        stop = min(side, int(places[-1]) + _MARGIN + 2)
        return cls(first, stop, _taps(places - first, stop - first))


@dataclass(slots=True)
class CameraWatch:
    """Watches the frames of one planned camera; `jitter()` is what it saw."""

    planned: PlannedCamera
    texts: tuple[PlannedText, ...] = ()
    _tiles: list[_Tile] = field(default_factory=list)
    _normal: Floats = field(default_factory=lambda: np.zeros((3, 3)))
    _errors: list[float] = field(default_factory=list)  # mean square of what motion does not explain, a frame each
    _left_over: list[Floats] = field(default_factory=list)  # (3,) a frame: shift x, shift y in pixels, zoom
    _size: tuple[int, int] = (0, 0)

    def watch(self, number: int, planes: Planes) -> None:
        """Take a frame of the video; frames outside of the span are passed over."""
        index = number - self.planned.span.first
        if not 0 <= index < self.planned.span.frames:
            return
        if index == 0:
            self._start(planes.y)
            self._left_over.append(np.zeros(3))
            return
        if self._tiles:
            self._left_over.append(self._measure(index, planes.y))
        if index == self.planned.span.frames - 1:
            self._tiles = []  # a video has many cameras, one after the other

    def jitter(self) -> float | None:
        """Mean length of the second difference of the corners' measured minus planned places, pixels per frame squared.

        None when there are too few frames, or too little in the picture to be certain.
        """
        if len(self._left_over) < _LEAST_FRAMES or len(self._left_over) != self.planned.span.frames:
            return None
        width, height = self._size
        if self._uncertainty(width, height) > _CERTAIN_WITHIN:
            return None
        left = np.stack(self._left_over)
        corners = [
            left[:, :2] + left[:, 2:] * np.array([x * width / 2, y * height / 2]) for x in (-1, 1) for y in (-1, 1)
        ]
        second = np.diff(np.stack(corners, axis=1), n=2, axis=0)
        return float(np.linalg.norm(second, axis=2).mean())

    def _uncertainty(self, width: int, height: int) -> float:
        """What noise alone makes of the jitter: the standard deviation of a corner's second difference."""
        variance = float(np.mean(self._errors)) * _PIXELS_THAT_ERR_TOGETHER
        spread = np.diag(np.linalg.inv(self._normal)) * variance
        corner = spread[0] + spread[1] + spread[2] * (width**2 + height**2) / 4
        return float(np.sqrt(6 * corner))

    def _start(self, luma: Plane) -> None:
        height, width = luma.shape
        self._size = (width, height)
        side_x, side_y = min(_TILE, width // _TILES[0]), min(_TILE, height // _TILES[1])
        if min(side_x, side_y) < 8:
            return
        gradient = 0.0
        for row in range(_TILES[1]):
            for column in range(_TILES[0]):
                left = round((column + 0.5) * width / _TILES[0] - side_x / 2)
                top = round((row + 0.5) * height / _TILES[1] - side_y / 2)
                if self._stays_inside(left, top, side_x, side_y) and not self._under_text(left, top, side_x, side_y):
                    tile = _tile(luma, left, top, side_x, side_y)
                    gradient = max(gradient, float(np.abs(tile.terms[:2]).mean()))
                    self._tiles.append(tile)
        self._normal = np.zeros((3, 3))
        for tile in self._tiles:
            self._normal += np.einsum("ip,jp->ij", tile.terms, tile.terms)  # no threads for so little
        if gradient < _LEAST_GRADIENT or np.linalg.cond(self._normal) > 1e12:
            self._tiles = []

    def _map(self, index: int) -> tuple[float, float, float]:
        """Scale and offsets that bring a place in the span's first frame to its place in frame `index`, in pixels."""
        first, here = self.planned.views[0], self.planned.views[index]
        width, height = self._size
        scale = first[2] / here[2]
        return scale, (first[0] - here[0]) / here[2] * width, (first[1] - here[1]) / here[3] * height

    def _stays_inside(self, left: int, top: int, width: int, height: int) -> bool:
        """Whether the tile is in every frame of the span."""
        first, second, third, fourth = self._way(left, top, width, height)
        return first >= 1 and second >= 1 and third <= self._size[0] - 1 and fourth <= self._size[1] - 1

    def _way(self, left: int, top: int, width: int, height: int) -> tuple[float, float, float, float]:
        """Left, top, right and bottom of all that the tile passes; a path's extremes are at its ends and its middle."""
        sides = []
        for index in (0, self.planned.span.frames // 2, self.planned.span.frames - 1):
            scale, x, y = self._map(index)
            sides.append((left * scale + x, top * scale + y, (left + width) * scale + x, (top + height) * scale + y))
        lefts, tops, rights, bottoms = zip(*sides, strict=True)
        return min(lefts), min(tops), max(rights), max(bottoms)

    def _under_text(self, left: int, top: int, width: int, height: int) -> bool:
        """Whether a text, or the band behind it, may stand before the tile: texts do not move with the camera."""
        first, second, third, fourth = self._way(left, top, width, height)
        for text in self.texts:
            high, wide = text.coverage.shape
            margin = max(8, high // 2)
            meets = text.span.first < self.planned.span.stop and self.planned.span.first < text.span.stop
            across = first < text.left + wide + margin and text.left - margin < third
            down = second < text.top + high + margin and text.top - margin < fourth
            if meets and across and down:
                return True
        return False

    def _measure(self, index: int, luma: Plane) -> Floats:
        scale, x, y = self._map(index)
        height, width = luma.shape
        # Tiles of a row have their lines in common, those of a column their columns.
        down = {tile.top: _Reach.of(scale, y, tile.top, tile.height, height) for tile in self._tiles}
        across = {tile.left: _Reach.of(scale, x, tile.left, tile.width, width) for tile in self._tiles}
        right, square, count = np.zeros(3), 0.0, 0
        for tile in self._tiles:
            rows, columns = down[tile.top], across[tile.left]
            part = luma[rows.first : rows.stop, columns.first : columns.stop]
            difference = tile.reference - _sampled(_smooth(part), rows.taps, columns.taps).ravel()
            right += (tile.terms * difference).sum(axis=1)
            square, count = square + float((difference**2).sum()), count + difference.size
        # A picture that lies d too far right shows I(x - d): reference minus it is d times the gradient.
        shift = np.linalg.solve(self._normal, right)
        self._errors.append(max(0.0, square - float(shift @ right)) / count)
        return np.asarray(shift * scale, np.float64)


def _smooth(luma: Plane) -> Levels:
    return np.asarray(cv2.GaussianBlur(luma.astype(np.float32), (0, 0), _SMOOTHING), np.float32)


def sample(luma: Levels, rows: Floats, columns: Floats) -> npt.NDArray[np.float32]:
    """Brightness at fractional indices, (rows, columns), by Keys' cubic convolution (1981), a = -1/2.

    OpenCV rounds places to 1/32 of a pixel; that would be most of what is measured here.
    """
    return _sampled(luma, _taps(rows, luma.shape[0]), _taps(columns, luma.shape[1]))


def _sampled(luma: Levels, down: Taps, across: Taps) -> Levels:
    lines = luma[down[0][0]] * down[0][1][:, None]
    for index, weight in down[1:]:
        lines += luma[index] * weight[:, None]
    found = lines[:, across[0][0]] * across[0][1]
    for index, weight in across[1:]:
        found += lines[:, index] * weight
    return np.asarray(found, np.float32)


def _taps(places: Floats, length: int) -> Taps:
    """The four indices that are read for each place, and their weights."""
    base = np.floor(places).astype(np.int64)
    taps = []
    for offset in (-1, 0, 1, 2):
        distance = np.abs(places - (base + offset))
        near = 1 - 2.5 * distance**2 + 1.5 * distance**3
        far = 2 - 4 * distance + 2.5 * distance**2 - 0.5 * distance**3
        weight = np.where(distance <= 1, near, far).astype(np.float32)
        taps.append((np.clip(base + offset, 0, length - 1), weight))
    return taps


def _tile(luma: Plane, left: int, top: int, width: int, height: int) -> _Tile:
    """A piece of the first frame with its derivatives, central differences."""
    first_row, first_column = max(0, top - _MARGIN), max(0, left - _MARGIN)
    smoothed = _smooth(luma[first_row : top + height + _MARGIN, first_column : left + width + _MARGIN])
    row, column = top - first_row, left - first_column
    whole = smoothed[row - 1 : row + height + 1, column - 1 : column + width + 1]
    across = (whole[1:-1, 2:] - whole[1:-1, :-2]) / 2
    down = (whole[2:, 1:-1] - whole[:-2, 1:-1]) / 2
    x = np.arange(left, left + width, dtype=np.float32) + 0.5 - luma.shape[1] / 2
    y = np.arange(top, top + height, dtype=np.float32) + 0.5 - luma.shape[0] / 2
    zoom = across * x[None, :] + down * y[:, None]
    terms = np.stack([across.ravel(), down.ravel(), zoom.ravel()])
    return _Tile(left, top, width, height, whole[1:-1, 1:-1].ravel(), terms)
