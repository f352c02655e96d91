"""What is in the pixels but not in the scene: the sensor's noise, and the blocks of JPEG."""

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

Luma = NDArray[np.uint8]

_NOISE_BLOCK = 16
_IMMERKAER = np.array([[1, -2, 1], [-2, 4, -2], [1, -2, 1]], np.float32)
_TENTH = 0.91
"""Tenth percentile over median of what even noise gives in such blocks."""

_TILE = 256
_TILES_A_SIDE = 5
"""Noise and blocks are the same all over a photo: 25 tiles tell as much as 12 megapixels."""


def _tiles(luma: Luma) -> list[Luma]:
    """The whole of a small picture, or tiles spread evenly over a large one, all beginning on JPEG's grid."""
    height, width = luma.shape
    if luma.size <= _TILE * _TILE * _TILES_A_SIDE**2 or min(height, width) < _TILE:
        return [luma]
    rows, columns = (np.linspace(0, side - _TILE, _TILES_A_SIDE).astype(int) // 16 * 16 for side in (height, width))
    return [luma[row : row + _TILE, column : column + _TILE] for row in rows for column in columns]


def noise_sigma(luma: Luma) -> float:
    """Standard deviation of the noise in levels, in the smoothest tenth of the picture.

    The mask and the factor are Immerkaer's (Computer Vision and Image Understanding 64, 1996); taking blocks and their
    10th percentile keeps texture out. Blocks close to black or white are left out: clipping hides their noise.
    """
    found = [_noise_of_blocks(tile) for tile in _tiles(luma)]
    usable = np.concatenate(found)
    return float(np.sqrt(np.pi / 2) / 6 / _TENTH * np.percentile(usable, 10)) if usable.size else 0.0


def _noise_of_blocks(luma: Luma) -> NDArray[np.float32]:
    """Mean absolute response to Immerkaer's mask of each block that is neither black nor white."""
    rows, columns = (side // _NOISE_BLOCK for side in luma.shape)
    if rows == 0 or columns == 0:
        return np.empty(0, np.float32)
    whole = np.ascontiguousarray(luma[: rows * _NOISE_BLOCK, : columns * _NOISE_BLOCK])
    response = np.abs(np.asarray(cv2.filter2D(whole, cv2.CV_16S, _IMMERKAER))).astype(np.float32)
    size = (columns, rows)
    answers = np.asarray(cv2.resize(response, size, interpolation=cv2.INTER_AREA), np.float32)
    levels = np.asarray(cv2.resize(whole, size, interpolation=cv2.INTER_AREA), np.uint8)
    return answers[(levels > 12) & (levels < 243)]


def blockiness(luma: Luma) -> float:
    """Mean step across the strongest 8-pixel grid, less the median of its positions, in levels; the larger axis."""
    tiles = _tiles(luma)
    return max(0.0, _grid(tiles), _grid([np.ascontiguousarray(tile.T) for tile in tiles]))


def _grid(tiles: Sequence[Luma]) -> float:
    length = min(tile.shape[1] for tile in tiles)
    if length < 32:
        return 0.0
    # Larger steps are edges of the scene: a few of them on one column would outweigh the grid.
    steps = np.mean(
        [np.minimum(cv2.absdiff(tile[:, 1:], tile[:, :-1]), 16).mean(axis=0, dtype=np.float64) for tile in tiles],
        axis=0,
    )
    phases = np.array([steps[phase::8].mean() for phase in range(8)])
    return float(phases.max() - np.median(phases))
