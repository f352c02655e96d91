"""Smooth sampled light without blurring edges, and bring it to a finer picture along the same edges."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from deploy.demo.rooms.shapes import Floats

_KERNEL = (1 / 16, 1 / 4, 3 / 8, 1 / 4, 1 / 16)
_NORMAL_POWER = 32
_PLANE_M = 0.05


def smooth_light(light: Floats, point: Floats, normal: Floats, rounds: int, tolerance: float) -> Floats:
    """The edge-avoiding a-trous wavelet transform (H. Dammertz et al., High Performance Graphics 2010).

    All arrays are (height, width, 3). Neighbours count when they lie in the same plane, face the same way and are about
    as bright: within `tolerance` times the local brightness, less in each round.
    """
    for step in (2**number for number in range(rounds)):
        total = np.zeros_like(light)
        weights = np.zeros(light.shape[:2], dtype=np.float32)
        bright = light.mean(axis=2)
        spread = tolerance * (_box(bright) + 0.02)
        for dy in range(-2, 3):
            for dx in range(-2, 3):
                move = (dy * step, dx * step)
                other = _shifted(point, move) - point
                plane = np.abs((other * normal).sum(axis=2)) / (_PLANE_M + 0.05 * np.sqrt((other**2).sum(axis=2)))
                facing = np.maximum((_shifted(normal, move) * normal).sum(axis=2), 0) ** _NORMAL_POWER
                contrast = np.abs(_shifted(bright, move) - bright) / spread
                weight = np.float32(_KERNEL[dy + 2] * _KERNEL[dx + 2]) * facing * np.exp(-plane - contrast)
                total += weight[:, :, None] * _shifted(light, move)
                weights += weight
        light = total / np.maximum(weights, 1e-6)[:, :, None]
        tolerance *= 0.7
    return light


def without_specks(light: Floats) -> Floats:
    """Pixels that are far brighter than the median of the eight around them take that median; (height, width, 3)."""
    around = [_shifted(light, (dy, dx)) for dy in (-1, 0, 1) for dx in (-1, 0, 1) if (dy, dx) != (0, 0)]
    middle = np.median(np.stack(around), axis=0).astype(np.float32)
    speck = light.mean(axis=2) > 1.6 * middle.mean(axis=2) + 0.02
    return np.where(speck[:, :, None], middle, light)


def _box(image: Floats, reach: int = 3) -> Floats:
    """Mean over a square, by running sums."""
    size = 2 * reach + 1
    for axis in (0, 1):
        padding = [(0, 0), (0, 0)]
        padding[axis] = (reach + 1, reach)
        total = np.cumsum(np.pad(image, padding, mode="edge"), axis=axis, dtype=np.float64)
        upper = np.take(total, np.arange(size, total.shape[axis]), axis=axis)
        lower = np.take(total, np.arange(0, total.shape[axis] - size), axis=axis)
        image = ((upper - lower) / size).astype(np.float32)
    return image


def _shifted(image: Floats, move: tuple[int, int]) -> Floats:
    """The image moved by whole pixels, its edge repeated."""
    height, width = image.shape[:2]
    rows = np.clip(np.arange(height) + move[0], 0, height - 1)
    columns = np.clip(np.arange(width) + move[1], 0, width - 1)
    return image[rows][:, columns]


def filled(light: Floats, known: NDArray[np.bool_], rounds: int = 64) -> Floats:
    """Pixels that show no surface take the mean of their neighbours that do, from the edges outwards.

    Thin bars before a bright sky would otherwise find no light at all in the coarse picture.
    """
    for _ in range(rounds):
        total = np.zeros_like(light)
        count = np.zeros(known.shape, dtype=np.float32)
        for move in ((-1, 0), (1, 0), (0, -1), (0, 1)):
            there = _shifted(known, move)
            total += np.where(there[:, :, None], _shifted(light, move), 0)
            count += there
        reached = ~known & (count > 0)
        light = np.where(reached[:, :, None], total / np.maximum(count, 1)[:, :, None], light)
        known = known | reached
    return light


@dataclass(frozen=True, eq=False)
class Places:
    """Points of the full picture: rows and columns on the coarse grid, shape (2, n), and their surfaces, (3, n)."""

    where: Floats
    point: Floats
    normal: Floats


def bring_up(image: Floats, coarse_point: Floats, coarse_normal: Floats, places: Places) -> Floats:
    """Values of a coarse image (height, width, channels) at finer places, shape (channels, n).

    Each is read between the four coarse pixels around it, those on the same surface first.
    """
    height, width = coarse_point.shape[:2]
    base = np.floor(places.where).astype(np.int64)
    part = (places.where - base).astype(np.float32)
    total = np.zeros((image.shape[2], base.shape[1]), dtype=np.float32)
    weights = np.zeros(base.shape[1], dtype=np.float32)
    for dy in (0, 1):
        for dx in (0, 1):
            row = np.clip(base[0] + dy, 0, height - 1)
            column = np.clip(base[1] + dx, 0, width - 1)
            near = (part[0] if dy else 1 - part[0]) * (part[1] if dx else 1 - part[1]) + np.float32(0.02)
            other = coarse_point[row, column].T - places.point
            plane = np.abs((other * places.normal).sum(axis=0)) / (0.02 + 0.05 * np.sqrt((other**2).sum(axis=0)))
            facing = np.maximum((coarse_normal[row, column].T * places.normal).sum(axis=0), 0) ** 8
            weight = near * (np.exp(-plane) * (facing + np.float32(0.03)) + np.float32(1e-5))
            weights += weight
            total += weight * image[row, column].T
    return total / weights
