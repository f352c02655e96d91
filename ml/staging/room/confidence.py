"""How sure a room's parts are, from the spreads of their estimates, and what speaks against staging it."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml.staging.room.bending import FISHEYE
from ml.staging.room.camera import Camera
from ml.staging.room.estimate import CameraFit
from ml.staging.room.geometry import FloorMap, Grid, Scale, WallRun
from ml.staging.room.understanding import Confidence, Doubt, Reason

_LEAST_FLOOR_SHARE = 0.06
_LEAST_FLOOR_M2 = 2.5
_LEAST_WALL_M = 1.0
DARKEST = 0.012
"""Median linear light."""
_MOST_ROLL_DEG, _MOST_PITCH_DEG = 9.0, 28.0
_DOOR_M = (1.75, 2.5)
_FIELD_DEG = (35.0, 125.0)
_ROOM_SHARE = 0.45
"""Least share of the photo that is wall, floor, ceiling, window and door together."""
LEAST_CAMERA = 0.2
LEAST_SCALE = 0.25


@dataclass(frozen=True, slots=True)
class LensAndHold:
    """What is measured of a photo besides its camera: how the lens bends lines, and how far it was turned."""

    barrel: float
    """`ml.staging.room.bending.barrel_of`."""
    roll_deg: float | None
    """`ml.lines.posture_of`, which tells turns beyond what a camera is looked for; None where lines do not tell."""


def _falling(value: float, half: float) -> float:
    """1 at zero, one half at `half`, towards 0 beyond."""
    return 1 / (1 + (value / half) ** 2)


def confidence_of(
    fit: CameraFit, scale: Scale, scale_sd: float, walls: Sequence[WallRun], floor_edge: float, bare: float
) -> Confidence:
    """floor_edge: how decided the segmentation is about the floor; bare: `ml.staging.room.bareness`; 0 to 1 each."""
    height, levels, upright = fit.camera.height, fit.levels, fit.upright
    parts = {
        "focal": _falling(levels.log_focal_sd, 0.12),
        "vertical": _falling(math.degrees(upright.roll_sd), 0.8) * _falling(levels.share - 1, 0.75),
        "pitch": _falling(math.degrees(_pitch_sd(fit)), 0.6),
        "horizon": _falling(levels.horizon_sd_px / height, 0.035),
        "heading": _falling(math.degrees(levels.heading_sd), 4.0),
        "scale": _falling(max(scale_sd, math.log(scale.disagreement) / 3), 0.12),
        "floor": floor_edge,
        "bare": bare,
        "walls": min(1.0, sum(wall.length_m for wall in walls) / 4),
    }
    overall = math.exp(
        sum(weight * math.log(max(parts[name], 1e-3)) for name, weight in _WEIGHTS.items()) / sum(_WEIGHTS.values())
    )
    return Confidence(overall, parts)


def _pitch_sd(fit: CameraFit) -> float:
    """Standard deviation of the pitch, radians; its tangent is focal length over distance of the nadir's point."""
    focal, levels, upright = fit.camera.focal_px, fit.levels, fit.upright
    return math.hypot(focal * upright.inverse_sd, math.tan(abs(levels.pitch_rad)) * levels.log_focal_sd)


_WEIGHTS = {"focal": 1.0, "vertical": 1.0, "horizon": 2.0, "heading": 1.0, "scale": 1.5, "floor": 1.0, "walls": 0.5}
"""Of the parts, in the geometric mean."""


def doubts_of(
    fit: CameraFit,
    scale: Scale,
    confidence: Confidence,
    floor: FloorMap,
    walls: Sequence[WallRun],
    shares: dict[str, float],
    floor_mask: Grid,
    linear: NDArray[np.float32],
    lens: LensAndHold,
) -> tuple[Doubt, ...]:
    """What speaks against staging, the weightiest first."""
    found: list[Doubt] = []

    def doubt(reason: Reason, detail: str) -> None:
        found.append(Doubt(reason, detail))

    room = sum(shares.get(label, 0.0) for label in ("wall", "floor", "ceiling", "window", "door", "rug", "curtain"))
    outside = sum(shares.get(label, 0.0) for label in ("sky", "grass", "road", "building", "house", "tree", "earth"))
    if room < _ROOM_SHARE or outside > 0.4:
        doubt(Reason.NOT_A_ROOM, f"{room:.0%} of the photo is walls, floor, ceiling and openings of a room.")
    brightness = float(np.median(linear))
    if brightness < DARKEST:
        doubt(Reason.TOO_DARK, f"The median light is {brightness:.3f} of white, and {DARKEST} is needed.")
    share = float(floor_mask.mean())
    if share < _LEAST_FLOOR_SHARE or floor.free_m2 < _LEAST_FLOOR_M2:
        doubt(Reason.NO_FLOOR, f"{share:.0%} of the photo is floor, {floor.free_m2:.1f} square metres of it free.")
    length = sum(wall.length_m for wall in walls)
    if length < _LEAST_WALL_M:
        doubt(Reason.NO_WALL, f"{length:.1f} m of wall meet the floor in the photo.")
    found += _doubts_of_camera(fit.camera, confidence, lens)
    parts = confidence.parts
    door = scale.door_m
    if parts["scale"] < LEAST_SCALE or (door is not None and not _DOOR_M[0] <= door <= _DOOR_M[1]):
        implied = "" if door is None else f"; a door would be {door:.2f} m high"
        differ = f"Cues of scale differ {scale.disagreement:.2f} times{implied}."
        found.append(Doubt(Reason.SCALE_UNCERTAIN, differ, answerable=True))
    return tuple(found)


def _doubts_of_camera(camera: Camera, confidence: Confidence, lens: LensAndHold) -> list[Doubt]:
    """A turned camera, a bent picture, lines that do not tell: the first of them alone, as it causes the others."""
    roll, pitch = math.degrees(camera.roll_rad), math.degrees(camera.pitch_rad)
    if lens.roll_deg is not None and abs(lens.roll_deg) > _MOST_ROLL_DEG:
        roll = lens.roll_deg
    if abs(roll) > _MOST_ROLL_DEG or abs(pitch) > _MOST_PITCH_DEG:
        return [Doubt(Reason.TILTED, f"The camera was turned by {roll:.0f} and tilted by {pitch:.0f} degrees.")]
    if lens.barrel <= FISHEYE:
        detail = f"Straight edges are bent as by a fisheye (k = {lens.barrel:.2f}, division model)."
        return [Doubt(Reason.CAMERA_UNCERTAIN, detail)]
    weakest = min(("vertical", "horizon", "heading"), key=lambda name: confidence.parts[name])
    sure, field = confidence.parts[weakest], camera.horizontal_fov_deg
    if sure >= LEAST_CAMERA and _FIELD_DEG[0] <= field <= _FIELD_DEG[1]:
        return []
    detail = f"Lines tell the {weakest} with confidence {sure:.2f}; the field of view would be {field:.0f}."
    return [Doubt(Reason.CAMERA_UNCERTAIN, detail, answerable=True)]
