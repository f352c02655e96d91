"""A photo's camera from its lines, from EXIF's focal length and from other photos of the same shoot."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ml.staging.room.camera import Camera, FocalSource
from ml.staging.room.lines import Lines
from ml.staging.room.vanishing import FocalHint, Levels, Upright, levels_of, upright_of

FILM_DIAGONAL_MM = 43.267
"""Of a frame of 36 x 24 mm: focal lengths "in 35 mm film" compare diagonals (CIPA DC-008, tag 0xA405)."""

_EXIF_SD = 0.05
"""Of the logarithm: whole millimetres, lens correction and straightening shift it by a few per cent."""
_EXIF_TRUST = 0.93
"""The rest: crops that the file does not tell, adapters, makers that write something else."""

_SHARED_SD = 0.04
_SHARED_TRUST = 0.8
"""Photographers use one wide lens, and zoom now and then."""

_OPEN_LOG_SD = 0.11
"""From this spread of the focal length's logarithm on, the lines do not tell it."""

_FACING = math.radians(14)
"""Heading within which a photo with an open focal length faces a wall."""


@dataclass(frozen=True, slots=True)
class CameraFit:
    """A camera at analysis size, one unit above the floor, with what the lines said."""

    camera: Camera
    upright: Upright
    levels: Levels
    lines: Lines


@dataclass(frozen=True, slots=True)
class SharedFocal:
    """The focal length that photos of one shoot agree on."""

    per_diagonal: float
    """In diagonals of the photo."""
    photos: int
    """That tell it."""


def camera_of(lines: Lines, *, focal_35mm: float | None = None, shared: SharedFocal | None = None) -> CameraFit:
    """The camera that took the photo with these lines, in units of its own height above the floor.

    focal_35mm: what `ml.staging.room.exif.focal_35mm_of` gives: of this picture as it is, crop corrected.
    """
    diagonal = math.hypot(lines.width, lines.height)
    hint, source = None, FocalSource.PRIOR
    if focal_35mm is not None:
        hint = FocalHint(focal_35mm / FILM_DIAGONAL_MM * diagonal, _EXIF_SD, _EXIF_TRUST)
        source = FocalSource.EXIF
    elif shared is not None:
        hint, source = FocalHint(shared.per_diagonal * diagonal, _SHARED_SD, _SHARED_TRUST), FocalSource.SHARED
    upright = upright_of(lines)
    levels = levels_of(lines, upright, hint)
    if hint is None or abs(math.log(levels.focal_px / hint.focal_px)) > 3 * hint.log_sd:
        source = FocalSource.VANISHING_POINTS if levels.log_focal_sd < _OPEN_LOG_SD else FocalSource.PRIOR
    open_focal = levels.log_focal_sd >= _OPEN_LOG_SD or source in {FocalSource.SHARED, FocalSource.EXIF}
    camera = Camera(
        width=lines.width,
        height=lines.height,
        focal_px=levels.focal_px,
        cx=lines.width / 2 - levels.shift_px * math.sin(upright.roll_rad),
        cy=lines.height / 2 + levels.shift_px * math.cos(upright.roll_rad),
        pitch_rad=levels.pitch_rad,
        roll_rad=upright.roll_rad,
        yaw_rad=levels.heading_rad,
        height_m=1.0,
        one_point=open_focal and abs(levels.heading_rad) < _FACING and _one_sided(levels),
        focal_from=source,
    )
    return CameraFit(camera, upright, levels, lines)


def _one_sided(levels: Levels) -> bool:
    """Whether the point across lies too far away to tell the focal length: its lines are parallel in the photo."""
    return abs(math.tan(levels.heading_rad)) < 0.25


def shared_focal(fits: Sequence[CameraFit]) -> SharedFocal | None:
    """The focal length of a shoot, from those photos whose lines tell it; None where fewer than two agree.

    A weighted median over logarithms, so that a zoomed photo does not draw it away.
    """
    told = [
        (math.log(fit.camera.focal_px / math.hypot(fit.camera.width, fit.camera.height)), fit.levels.log_focal_sd)
        for fit in fits
        if fit.levels.log_focal_sd < _OPEN_LOG_SD
    ]
    if len(told) < 2:
        return None
    logs = np.array([log for log, _ in told])
    weights = 1 / np.maximum(np.array([sd for _, sd in told]), 0.02) ** 2
    order = np.argsort(logs, kind="stable")
    half = np.searchsorted(np.cumsum(weights[order]), weights.sum() / 2)
    middle = float(logs[order][min(int(half), len(logs) - 1)])
    agreeing = int((np.abs(logs - middle) < 0.1).sum())
    return SharedFocal(math.exp(middle), agreeing) if agreeing >= 2 else None
