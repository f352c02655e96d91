"""Where in a plate the pixels of a frame are read: shifts by parts of a pixel, and warps that zoom.

Index i of a pixel means position i + 1/2. A frame's chroma sample (i, j) lies at luma index (2i, 2j + 1/2); a plate's
at (2i + 1/2, 2j + 1/2).
"""

import math

import cv2
import numpy as np
import numpy.typing as npt

from render.motion import View
from render.plate import Plane

Matrix = npt.NDArray[np.float64]

_TAPS = 8
_BEFORE = _TAPS // 2 - 1  # taps before the pixel that a place lies behind
_NOTHING = 1e-4  # pixels


def warp_matrices(view: View, seen: View, plate: tuple[int, int], frame: tuple[int, int]) -> tuple[Matrix, Matrix]:
    """Affine maps (2, 3) from indices of frame pixels to indices of plate pixels, for luma and for chroma.

    `seen` is what the plate holds, in the same pixels as `view`.
    """
    per_x, per_y = plate[0] / seen.width, plate[1] / seen.height
    step_x, step_y = view.width / frame[0] * per_x, view.height / frame[1] * per_y
    from_x = (view.left - seen.left) * per_x + step_x / 2 - 0.5
    from_y = (view.top - seen.top) * per_y + step_y / 2 - 0.5
    luma = np.array([[step_x, 0, from_x], [0, step_y, from_y]], np.float64)
    chroma_x = (from_x - 0.5) / 2
    chroma_y = (from_y + step_y / 2 - 0.5) / 2
    return luma, np.array([[step_x, 0, chroma_x], [0, step_y, chroma_y]], np.float64)


def warp(plane: Plane, matrix: Matrix, into: Plane) -> None:
    """Read `plane` where `matrix` says, by linear interpolation; beyond its edges its last pixels are repeated."""
    cv2.warpAffine(
        plane,
        matrix,
        (into.shape[1], into.shape[0]),
        dst=into,
        flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
        borderMode=cv2.BORDER_REPLICATE,
    )


class Shifted:
    """A plane that is read with one of its pixels for each of the frame's, from any place."""

    def __init__(self, plane: Plane) -> None:
        """`plane` is (height, width)."""
        self._padded = np.asarray(cv2.copyMakeBorder(plane, *(4 * (_TAPS,)), cv2.BORDER_REPLICATE), np.uint8)
        self._size = (int(plane.shape[0]), int(plane.shape[1]))

    def read(self, x: float, y: float, into: Plane) -> None:
        """Fill `into` with what lies at index (`x`, `y`) and beside it, by an interpolation that keeps all detail.

        Every pixel lies at the same place between its neighbours, so that it is one filter for all: a Lanczos-windowed
        sinc of eight taps along each side of which parts of a pixel are asked for.
        """
        height, width = into.shape
        (left, part_x), (top, part_y) = _split(x), _split(y)
        left, top = self._inside(left, width, 1), self._inside(top, height, 0)
        more_x, more_y = (_TAPS if part_x else 0), (_TAPS if part_y else 0)
        before_x, before_y = (_BEFORE if part_x else 0), (_BEFORE if part_y else 0)
        rows = slice(top - before_y, top - before_y + height + more_y)
        columns = slice(left - before_x, left - before_x + width + more_x)
        source = self._padded[rows, columns]
        if part_x or part_y:
            read = cv2.sepFilter2D(source, -1, _filter(part_x), _filter(part_y))
            into[...] = read[before_y : before_y + height, before_x : before_x + width]
        else:
            into[...] = source

    def _inside(self, start: int, length: int, axis: int) -> int:
        """A start in the padded plane, from which `length` pixels and their neighbours can be read."""
        return min(max(start, -_TAPS // 2), self._size[axis] - length + _TAPS // 2) + _TAPS


def _split(place: float) -> tuple[int, float]:
    """Whole pixels and the part of one; a part next to nothing is none."""
    whole = math.floor(place + _NOTHING)
    part = place - whole
    return whole, 0.0 if part < _NOTHING else part


def _filter(part: float) -> npt.NDArray[np.float64]:
    """The weights of the taps around a place `part` of a pixel behind one; the middle tap is OpenCV's anchor."""
    if not part:
        return np.ones(1)
    offsets = np.arange(_TAPS + 1) - _TAPS // 2 - part  # nine, so that the anchor is the pixel itself; one of them is 0
    weights = np.where(np.abs(offsets) < _TAPS / 2, np.sinc(offsets) * np.sinc(offsets / (_TAPS / 2)), 0.0)
    weights /= weights.sum()
    # A windowed sinc reads a slope a little beside its place, which is all that coarse detail has; two taps mend that.
    beside = float(weights @ offsets)
    weights[_TAPS // 2] += beside
    weights[_TAPS // 2 + 1] -= beside
    return np.asarray(weights, np.float64)
