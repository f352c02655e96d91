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

_SATIN_LIKE, _POLISHED_LIKE = 0.12, 0.3
"""Correlation from which on that is a reflection, and not chance: boards, veins and patches of sun have their own."""

Photo = np.ndarray[tuple[int, int, int], np.dtype[np.uint8]]


def floor_gloss(room: Room, photo: Photo) -> tuple[float, float]:
    """Specular strength and roughness of the floor in a photo (H x W x 3)."""
    share, likeness = mirrored_share(room, photo)
    if share >= _POLISHED_FROM and likeness >= _POLISHED_LIKE:
        return _POLISHED
    return _SATIN if share >= _SATIN_FROM and likeness >= _SATIN_LIKE else _MATT


def mirrored_share(room: Room, photo: Photo) -> tuple[float, float]:
    """By how much the floor grows brighter for each unit of light that a mirror in its place shows; the correlation.

    Both are freed of what changes slowly over the floor, such as light that falls off from a window. 0 where the
    photo does not show enough of what is mirrored.
    """
    height = max(8, round(photo.shape[0] * _SIDE / photo.shape[1]))
    small = np.asarray(cv2.resize(photo, (_SIDE, height), interpolation=cv2.INTER_AREA), np.float32)
    grey: Floats = linear_light(np.asarray(small / 255, np.float32)) @ _LUMA
    floor = cv2.resize(room.floor_mask.astype(np.uint8), (_SIDE, height), interpolation=cv2.INTER_NEAREST)
    core = cv2.erode(floor, np.ones((3, 3), np.uint8)) > 0
    mirrored = _mirrored(grey, floor > 0)
    seen = core & np.isfinite(mirrored)
    if int(seen.sum()) < _LEAST:
        return 0.0, 0.0
    known = seen.astype(np.float64)
    x, y = (_detail(np.where(seen, values, 0), known)[seen] for values in (mirrored, grey))
    # Bright patches of sun on the floor are not what is above them.
    usual = np.abs(y) < 3 * max(1e-4, float(np.std(y)))
    x, y = x[usual], y[usual]
    spread = float(x @ x)
    if spread <= 1e-5 * len(x):
        return 0.0, 0.0
    return float(np.clip((x @ y) / spread, 0, 1)), float((x @ y) / max(1e-9, (spread * float(y @ y)) ** 0.5))


def _mirrored(grey: Floats, floor: np.ndarray[tuple[int, int], np.dtype[np.bool_]]) -> Floats:
    """What a mirror in the floor's place shows in each of its pixels; nan where the photo does not have it.

    What stands upright on the floor at depth d is mirrored z below it where it is z high: in a photo whose verticals
    are upright, f z / d pixels below the line where it meets the floor, as it itself is f z / d above.
    """
    mirrored = np.full(grey.shape, np.nan)
    for column in np.flatnonzero(floor.any(axis=0)):
        top = int(np.argmax(floor[:, column]))
        below = floor[top:, column]
        reach = min(top, len(below) if below.all() else int(np.argmin(below)))
        mirrored[top : top + reach, column] = grey[top - reach : top, column][::-1]
    return mirrored


def _detail(values: Floats, known: Floats) -> Floats:
    """Values less their mean around, over what is known."""
    fine = cv2.GaussianBlur(values * known, (0, 0), 2.0) / np.maximum(cv2.GaussianBlur(known, (0, 0), 2.0), 1e-6)
    coarse = cv2.GaussianBlur(values * known, (0, 0), 24.0) / np.maximum(cv2.GaussianBlur(known, (0, 0), 24.0), 1e-6)
    return np.asarray((fine - coarse) * known)
