"""Where one flat texture lies on another: normalised correlation over every shift at once, each cell with a mask.

Padfield, Masked object registration in the Fourier domain (IEEE Transactions on Image Processing 21, 2012), for
textures whose mean is zero already.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
import scipy.fft
from numpy.typing import NDArray

from ml.staging.views.rectified import Flat

Spectrum = NDArray[np.complex64]


@dataclass(frozen=True, slots=True)
class Shift:
    """A place where two textures look alike."""

    rows: int
    columns: int
    """By which the second has to be moved to lie on the first."""
    correlation: float
    overlap: int
    """Cells that both show there."""


class Fixed:
    """The texture that others are laid on; its spectra are computed once."""

    def __init__(self, flat: Flat, largest: tuple[int, int]) -> None:
        """`largest`: rows and columns of the largest texture to be laid on it."""
        rows, columns = (mine + other for mine, other in zip(flat.luma.shape, largest, strict=True))
        self._size = (scipy.fft.next_fast_len(rows, real=True), scipy.fft.next_fast_len(columns, real=True))
        self._texture = self._spectrum(flat.luma)
        self._energy = self._spectrum(flat.luma**2)
        self._mask = self._spectrum(flat.seen.astype(np.float32))

    def shifts(self, other: Flat, *, least_cells: float, best: int = 2, apart: int = 8) -> list[Shift]:
        """The `best` shifts at which `other` looks most alike, at least `apart` cells from each other."""
        mask = np.conj(self._spectrum(other.seen.astype(np.float32)))
        overlap = self._back(self._mask * mask)
        common = self._back(self._texture * np.conj(self._spectrum(other.luma)))
        mine = self._back(self._energy * mask)
        theirs = self._back(self._mask * np.conj(self._spectrum(other.luma**2)))
        enough = overlap >= least_cells
        scale = np.sqrt(np.maximum(mine, 1e-3) * np.maximum(theirs, 1e-3))
        found = np.where(enough, common / scale, -1.0)
        return list(_peaks(found, overlap, best, apart))

    def _spectrum(self, values: NDArray[np.float32]) -> Spectrum:
        return np.asarray(scipy.fft.rfft2(values.astype(np.float32), self._size), np.complex64)

    def _back(self, spectrum: Spectrum) -> NDArray[np.float32]:
        return np.asarray(scipy.fft.irfft2(spectrum, self._size), np.float32)


def _peaks(found: NDArray[np.float32], overlap: NDArray[np.float32], best: int, apart: int) -> Iterator[Shift]:
    rows, columns = found.shape
    left = found.copy()
    for _ in range(best):
        row, column = (int(n) for n in np.unravel_index(int(left.argmax()), left.shape))
        value = float(left[row, column])
        if value <= 0:
            return
        # The second half of a cyclic correlation are the negative shifts.
        moved = (row if row < rows // 2 else row - rows, column if column < columns // 2 else column - columns)
        yield Shift(*moved, value, round(float(overlap[row, column])))
        near_rows = np.arange(row - apart, row + apart + 1) % rows
        near_columns = np.arange(column - apart, column + apart + 1) % columns
        left[np.ix_(near_rows, near_columns)] = -1.0


def agreeing_patches(
    first: Flat, second: Flat, cell_m: float, *, patch_m: float = 0.5, reach_m: float = 0.18
) -> NDArray[np.float64]:
    """Patches of the first found again in the second, which lies on it already: n x 5.

    Columns: row and column of the patch's middle, by how many rows and columns it was found off its place, and the
    normalised correlation there. Patches that either does not show, or without texture, are left out.
    """
    side, reach = round(patch_m / cell_m), round(reach_m / cell_m)
    found = []
    rows, columns = first.luma.shape
    for row in range(reach, rows - side - reach + 1, side):
        for column in range(reach, columns - side - reach + 1, side):
            patch = first.luma[row : row + side, column : column + side]
            around = np.s_[row - reach : row + side + reach, column - reach : column + side + reach]
            if first.seen[row : row + side, column : column + side].mean() < 0.9 or second.seen[around].mean() < 0.85:
                continue
            if float(patch.std()) < _TEXTURED:
                continue
            scores = _normalised(second.luma[around], patch)
            top = np.unravel_index(int(scores.argmax()), scores.shape)
            off = (float(top[0] - reach), float(top[1] - reach))
            found.append((row + side / 2, column + side / 2, *off, float(scores[top])))
    return np.array(found, np.float64).reshape(-1, 5)


_TEXTURED = 0.35
"""Standard deviation of a patch's evened texture, whose contrast is about 1 where there is any."""


def _normalised(area: NDArray[np.float32], patch: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.asarray(cv2.matchTemplate(area, patch, cv2.TM_CCOEFF_NORMED), np.float32)
