"""How glossy a floor is: whether it shows the walls and windows above it, upside down."""

import cv2
import numpy as np

from ml.srgb import linear_light
from ml.staging.room import Room
from ml.staging.room.camera import Floats

_SIDE = 320
_LUMA = np.array([0.2126, 0.7152, 0.0722])
_LEAST = 400
"""Pixels of floor whose reflection is in the photo."""

_MATT = (0.08, 0.6)
_SATIN = (0.25, 0.35)
_POLISHED = (0.5, 0.14)
"""Specular strength and roughness."""

_SATIN_FROM, _POLISHED_FROM = 0.045, 0.11
"""Share of what is above that the floor adds to its own colour; a varnish adds 0.04 and more towards grazing angles."""


def floor_gloss(room: Room, photo: np.ndarray[tuple[int, int, int], np.dtype[np.uint8]]) -> tuple[float, float]:
    """Specular strength and roughness of the floor in a photo (H x W x 3)."""
    slope = mirrored_share(room, photo)
    if slope >= _POLISHED_FROM:
        return _POLISHED
    return _SATIN if slope >= _SATIN_FROM else _MATT


def mirrored_share(room: Room, photo: np.ndarray[tuple[int, int, int], np.dtype[np.uint8]]) -> float:
    """By how much the floor grows brighter for each unit of light that a mirror in its place would show.

    Both are freed of what changes slowly over the floor, such as light that falls off from a window. 0 where the
    photo does not show enough of what is mirrored.
    """
    width = _SIDE
    height = max(8, round(photo.shape[0] * _SIDE / photo.shape[1]))
    camera = room.camera.at_size(width, height)
    small = np.asarray(cv2.resize(photo, (width, height), interpolation=cv2.INTER_AREA), np.float32)
    light = linear_light(np.asarray(small / 255, np.float32))
    grey: Floats = light @ _LUMA
    floor = cv2.resize(room.floor_mask.astype(np.uint8), (width, height), interpolation=cv2.INTER_NEAREST) > 0
    floor = cv2.erode(floor.astype(np.uint8), np.ones((5, 5), np.uint8)) > 0
    rows, columns = np.nonzero(floor)
    pixels = np.stack([columns + 0.5, rows + 0.5], 1)
    mirrored = _mirrored(room, camera.rays(pixels), camera.floor_point(pixels))
    seen_at, depth = camera.project(mirrored)
    with np.errstate(invalid="ignore"):
        there = np.isfinite(mirrored).all(1) & (depth > 0.2) & (seen_at >= 0).all(1)
        there &= (seen_at[:, 0] < width - 1) & (seen_at[:, 1] < height - 1)
    if int(there.sum()) < _LEAST:
        return 0.0
    above = np.zeros_like(grey)
    at = seen_at[there].astype(int)
    above[rows[there], columns[there]] = grey[at[:, 1], at[:, 0]]
    known = np.zeros(grey.shape, np.float64)
    known[rows[there], columns[there]] = 1
    x, y = (_detail(values, known)[rows[there], columns[there]] for values in (above, grey))
    # Bright patches of sun on the floor are not what is above them.
    usual = np.abs(y) < 3 * max(1e-4, float(np.std(y)))
    x, y = x[usual], y[usual]
    spread = float(x @ x)
    return float(np.clip((x @ y) / spread, 0, 1)) if spread > 1e-3 * len(x) * 0.01 else 0.0


def _mirrored(room: Room, rays: Floats, floor_points: Floats) -> Floats:
    """Where rays that the floor throws back meet a wall: n x 3, nan where they meet none."""
    up = rays * np.array([1, 1, -1])
    origin = np.column_stack([floor_points, np.zeros(len(floor_points))])
    best = np.full(len(rays), np.inf)
    for run in room.walls:
        with np.errstate(divide="ignore", invalid="ignore"):
            reach = (run.offset_m - origin[:, run.axis]) / up[:, run.axis]
            met = origin + up * reach[:, None]
            u = met[:, 1 - run.axis]
            on_run = (reach > 0.01) & (u >= run.start_m) & (u <= run.end_m) & (met[:, 2] <= run.height_m)
        best = np.where(on_run & (reach < best), reach, best)
    best[~np.isfinite(best)] = np.nan
    return np.asarray(origin + up * best[:, None])


def _detail(values: Floats, known: Floats) -> Floats:
    """Values less their mean around, over what is known."""
    fine = cv2.GaussianBlur(values * known, (0, 0), 2.0) / np.maximum(cv2.GaussianBlur(known, (0, 0), 2.0), 1e-6)
    coarse = cv2.GaussianBlur(values * known, (0, 0), 24.0) / np.maximum(cv2.GaussianBlur(known, (0, 0), 24.0), 1e-6)
    return np.asarray((fine - coarse) * known)
