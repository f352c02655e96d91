"""Texts in a decoded picture: whether each is there on every frame, and how it stands out from what is behind it."""

from dataclasses import dataclass, field

import cv2
import numpy as np
import numpy.typing as npt

from render.checks.expectation import PlannedText
from render.probe import Planes

Plane = npt.NDArray[np.uint8]
Light = npt.NDArray[np.float32]

LEAST_LETTERS = 12  # pixels: of smaller letters the strokes are too thin to measure
_COVERED = 200  # of 255: inside a stroke, away from its soft edge
_TEXT_PERCENTILE = 75.0
_BEHIND_PERCENTILE = 90.0  # the background counts where it is most like the text, but for single pixels


@dataclass(slots=True)
class TextWatch:
    """Watches one text on the frames of its span."""

    planned: PlannedText
    presence: list[float] = field(default_factory=list)  # correlation with the letters as drawn, a number a frame
    contrast: list[float] = field(default_factory=list)  # contrast ratio, a number a frame
    _inside: npt.NDArray[np.bool_] | None = None
    _behind: npt.NDArray[np.bool_] | None = None
    _around: npt.NDArray[np.bool_] | None = None

    def watch(self, number: int, planes: Planes) -> None:
        """Take a frame of the video; frames outside of the span are passed over."""
        span = self.planned.span
        if not span.first <= number < span.stop:
            return
        high, wide = self.planned.coverage.shape
        reach, ring = around(self.planned.letters)
        top, left = self.planned.top - ring, self.planned.left - ring
        whole = np.pad(self.planned.coverage, ring)
        rows = slice(max(0, top), min(planes.y.shape[0], top + high + 2 * ring))
        columns = slice(max(0, left), min(planes.y.shape[1], left + wide + 2 * ring))
        piece = planes.y[rows, columns]
        if not piece.size:
            self.presence.append(0.0)
            self.contrast.append(1.0)
            return
        coverage = whole[rows.start - top : rows.stop - top, columns.start - left : columns.stop - left]
        if self._inside is None or self._inside.shape != piece.shape:
            self._inside, self._behind, self._around = _areas(coverage, reach, ring)
        assert self._around is not None
        self.presence.append(_correlation(piece[self._around], coverage[self._around]))
        self.contrast.append(self._contrast(piece, luminances(planes, rows, columns)))

    def _contrast(self, luma: Plane, light: Light) -> float:
        assert self._inside is not None
        assert self._behind is not None
        if not self._inside.any() or not self._behind.any():
            return 1.0
        lighter = float(np.median(luma[self._inside])) >= float(np.median(luma[self._behind]))
        # Compression takes a little off thin strokes; what they were drawn in is what most of them nearly reach.
        text = float(np.percentile(light[self._inside], _TEXT_PERCENTILE if lighter else 100 - _TEXT_PERCENTILE))
        nearest = float(np.percentile(light[self._behind], _BEHIND_PERCENTILE if lighter else 100 - _BEHIND_PERCENTILE))
        if (text >= nearest) is not lighter:
            return 1.0
        high, low = max(text, nearest), min(text, nearest)
        return (high + 0.05) / (low + 0.05)


def luminances(planes: Planes, rows: slice, columns: slice) -> Light:
    """Relative luminance of each pixel of a part, as WCAG 2.2 has it: sRGB's curve, BT.709's primaries and matrix."""
    y = (planes.y[rows, columns].astype(np.float32) - 16) / 219
    places = np.ix_(np.arange(rows.start, rows.stop) // 2, np.arange(columns.start, columns.stop) // 2)
    blue = (planes.cb[places].astype(np.float32) - 128) / 224
    red = (planes.cr[places].astype(np.float32) - 128) / 224
    colours = (y + 1.5748 * red, y - 0.1873 * blue - 0.4681 * red, y + 1.8556 * blue)
    total = np.zeros_like(y)
    for share, colour in zip((0.2126, 0.7152, 0.0722), colours, strict=True):
        part = np.clip(colour, 0, 1)
        total += share * np.where(part <= 0.04045, part / 12.92, ((part + 0.055) / 1.055) ** 2.4)
    return np.asarray(total, np.float32)


def around(height: int) -> tuple[int, int]:
    """For letters of so many pixels: how far its soft edges and their ringing reach, and how far what is behind it."""
    reach = max(2, round(height / 16))
    return reach, reach + max(3, round(height / 8))


def _areas(
    coverage: npt.NDArray[np.uint8], reach: int, ring: int
) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
    """Where the text is, away from its edges; what counts as behind it; and the letters with their soft edges."""
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * reach + 1, 2 * reach + 1))
    inside = coverage >= _COVERED
    thinner = cv2.erode(inside.astype(np.uint8), np.ones((3, 3), np.uint8)).astype(bool)
    touched = cv2.dilate((coverage > 0).astype(np.uint8), kernel).astype(bool)
    wide = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * ring + 1, 2 * ring + 1))
    near = cv2.dilate((coverage > 0).astype(np.uint8), wide).astype(bool)
    return thinner if thinner.sum() >= 20 else inside, near & ~touched, touched


def _correlation(luma: Plane, coverage: npt.NDArray[np.uint8]) -> float:
    """Absolute normalised correlation of pixels with a text's coverage there: light on dark or dark on light.

    Only letters and their soft edges are compared: a wider piece takes in the plate's rim, which against a bright
    picture stands out more than small letters do.
    """
    one = luma.astype(np.float32)
    other = coverage.astype(np.float32)
    one -= one.mean()
    other -= other.mean()
    size = float(np.linalg.norm(one) * np.linalg.norm(other))
    return abs(float((one * other).sum())) / size if size > 0 else 0.0
