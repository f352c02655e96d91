"""What lights a room: its windows, the colour of the light, the colours of its surfaces, and its surroundings."""

import math
from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from ml.staging.room.camera import Camera, Floats
from ml.staging.room.geometry import Colour, Grid, Light, Opening, OpeningKind, WallRun, WindowLight

_ENVIRONMENT = (32, 64)
"""Rows and columns of the map of the surroundings."""

_CLIPPED = 0.97
_WALL_ALBEDO = 0.75
"""Of white paint: what the illumination's brightness is told from."""
_LEAST_PIXELS = 60


def light_of(
    linear: NDArray[np.float32],
    camera: Camera,
    classes: NDArray[np.uint8],
    labels: tuple[str, ...],
    floor: Grid,
    walls: Sequence[WallRun],
    openings: Sequence[Opening],
) -> Light:
    """The light of a photo (linear, height x width x 3) with what was found in it, all at the camera's size."""
    white = _white(linear, classes, labels)
    return Light(
        windows=_windows(linear, walls, openings, camera),
        white=white,
        floor_albedo=_albedo(linear, floor, white),
        wall_albedo=_albedo(linear, _of(classes, labels, "wall"), white),
        ceiling_albedo=_albedo(linear, _of(classes, labels, "ceiling"), white),
        environment=_environment(linear, camera, white),
    )


def _of(classes: NDArray[np.uint8], labels: tuple[str, ...], label: str) -> Grid:
    return np.asarray(classes == labels.index(label)) if label in labels else np.zeros(classes.shape, bool)


def _colour(values: Floats | NDArray[np.float32]) -> Colour:
    return float(values[0]), float(values[1]), float(values[2])


def _white(linear: NDArray[np.float32], classes: NDArray[np.uint8], labels: tuple[str, ...]) -> Colour:
    """Mean of the brighter walls and ceilings, without their very brightest places, taken as white paint."""
    painted = _of(classes, labels, "wall") | _of(classes, labels, "ceiling")
    found = linear[painted] if painted.sum() > _LEAST_PIXELS else linear.reshape(-1, 3)
    level = found.mean(axis=1)
    low, high = np.percentile(level, (60, 92))
    chosen = found[(level >= low) & (level <= high)]
    return _colour(np.maximum(chosen.mean(axis=0), 0.01) / _WALL_ALBEDO)


def _albedo(linear: NDArray[np.float32], mask: Grid, white: Colour) -> Colour:
    found = np.median(linear[mask], axis=0) if mask.sum() > _LEAST_PIXELS else np.array(white) * 0.6
    return _colour(np.clip(found / np.array(white), 0.02, 0.95))


def _windows(
    linear: NDArray[np.float32], walls: Sequence[WallRun], openings: Sequence[Opening], camera: Camera
) -> tuple[WindowLight, ...]:
    found = []
    scale = np.array([linear.shape[1] / camera.width, linear.shape[0] / camera.height])
    for index, opening in enumerate(openings):
        if opening.kind is not OpeningKind.WINDOW:
            continue
        mask = np.zeros(linear.shape[:2], np.uint8)
        cv2.fillPoly(mask, [np.rint(np.clip(opening.pixels * scale, -1e4, 1e4)).astype(np.int32)], 1)
        seen = linear[mask > 0]
        if len(seen) < _LEAST_PIXELS:
            continue
        wall = walls[opening.wall]
        u, z = (opening.u0, opening.u1, opening.u1, opening.u0), (opening.z0, opening.z0, opening.z1, opening.z1)
        found.append(
            WindowLight(
                opening=index,
                corners_m=np.stack([wall.point(*corner) for corner in zip(u, z, strict=True)]),
                radiance=_colour(seen.mean(axis=0)),
                clipped=float((seen.max(axis=1) >= _CLIPPED).mean()),
            )
        )
    return tuple(found)


def _environment(linear: NDArray[np.float32], camera: Camera, white: Colour) -> NDArray[np.float32]:
    """What arrives from each direction at the camera; behind it the room is taken to mirror what is ahead."""
    rows, columns = _ENVIRONMENT
    height, width = linear.shape[:2]
    across = min(width, 160)
    size = (across, max(1, round(across * height / width)))
    small = cv2.resize(linear, size, interpolation=cv2.INTER_AREA)
    elevation = np.radians(90 - (np.arange(rows) + 0.5) * 180 / rows)
    azimuth = np.radians(-180 + (np.arange(columns) + 0.5) * 360 / columns)
    turn, lift = np.meshgrid(azimuth, elevation)
    directions = np.stack([np.sin(turn) * np.cos(lift), np.cos(turn) * np.cos(lift), np.sin(lift)], axis=-1)
    ahead = np.array([math.sin(camera.yaw_rad), math.cos(camera.yaw_rad), 0.0])
    depth = directions @ ahead
    mirrored = directions - 2 * np.minimum(depth, 0)[..., None] * ahead
    pixels, reach = camera.project(mirrored.reshape(-1, 3) * 100 + camera.position_m)
    x = np.where(reach > 1e-6, pixels[:, 0] / camera.width, 0.5) * small.shape[1]
    y = np.where(reach > 1e-6, pixels[:, 1] / camera.height, 0.5) * small.shape[0]
    at_x = np.clip(x, 0, small.shape[1] - 1).astype(int)
    at_y = np.clip(y, 0, small.shape[0] - 1).astype(int)
    # What lies above the photo's upper edge is ceiling, below its lower one floor: the nearest row stands for it.
    found = np.asarray(small[at_y, at_x], np.float32).reshape(rows, columns, 3)
    behind = (depth < 0)[..., None]
    found = np.where(behind, 0.5 * found + 0.5 * np.array(white, np.float32) * np.float32(_WALL_ALBEDO), found)
    return np.asarray(cv2.GaussianBlur(found, (0, 0), 1.0), np.float32)
