"""How far a room that was understood is from the one that was made, beside how sure it was."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from ml.staging.room import Camera, understand
from tests.ml.staging.room.made_rooms import Made, made_room, photograph


@dataclass(frozen=True)
class Errors:
    """Of one room."""

    seed: int
    fov_deg: float
    pitch_deg: float
    """Of the camera's tilt: a shifted lens that is taken for a tilted camera counts, though it moves no floor."""
    horizon_deg: float
    """Of where the horizon is: what decides where the floor is."""
    scale: float
    """Absolute difference of logarithms of the camera's height."""
    parts: dict[str, float]
    overall: float
    doubts: tuple[str, ...]


def errors_of(room: Made) -> Errors:
    """Photograph it, understand the photo, compare."""
    pixels, segmentation = photograph(room)
    found = understand(pixels, segmentation)
    return Errors(
        seed=room.seed,
        fov_deg=abs(found.camera.horizontal_fov_deg - room.camera.horizontal_fov_deg),
        pitch_deg=math.degrees(abs(found.camera.pitch_rad - room.camera.pitch_rad)),
        horizon_deg=abs(_dip(found.camera, room.camera) - _dip(room.camera, room.camera)),
        scale=abs(math.log(found.scale.camera_height_m / room.camera.height_m)),
        parts=dict(found.confidence.parts),
        overall=found.confidence.overall,
        doubts=tuple(str(doubt.reason) for doubt in found.doubts),
    )


def _dip(camera: Camera, measure: Camera) -> float:
    """Angle from the middle of the photo up to the camera's horizon, degrees, in the true camera's measure.

    A tilt and a shift of the lens put the horizon elsewhere alike; where it is decides where the floor is.
    """
    ahead = np.array([[math.sin(camera.yaw_rad), math.cos(camera.yaw_rad), 0.0]]) * 1e6
    pixels, _ = camera.project(ahead)
    return math.degrees(math.atan((camera.height / 2 - pixels[0, 1]) / measure.focal_px))


def errors_of_rooms(seeds: Iterable[int]) -> list[Errors]:
    """Of several small photos; every seventh faces a wall."""
    return [errors_of(made_room(seed, facing=seed % 7 == 6, size=(640, 480))) for seed in seeds]


MEASURES = (("fov_deg", "focal"), ("pitch_deg", "pitch"), ("horizon_deg", "horizon"), ("scale", "scale"))
"""An error, and the part of the confidence that should tell it."""


def by_confidence(found: Sequence[Errors], measure: str, part: str, bins: int) -> list[tuple[float, float, float, int]]:
    """Rooms in equal parts from the least sure to the surest: confidence from and to, mean error, how many."""
    ordered = sorted(found, key=lambda each: (each.parts[part], each.seed))
    groups = [ordered[len(ordered) * index // bins : len(ordered) * (index + 1) // bins] for index in range(bins)]
    return [
        (
            group[0].parts[part],
            group[-1].parts[part],
            float(np.mean([getattr(each, measure) for each in group])),
            len(group),
        )
        for group in groups
    ]
