"""Which pixels of a photo are floor or wall that furniture may shade, and how far from furniture each of them is."""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from ml.staging.layout.items import Placed
from ml.staging.rendering.scene import Crop
from ml.staging.room import Camera, Room
from ml.staging.room.geometry import Grid

REACH_M = 1.2
"""From furniture on, beyond which nothing of it is left on floor or wall."""

_SLACK_M = 0.08
_WALL = "wall"


@dataclass(frozen=True, slots=True, eq=False)
class Ground:
    """The surfaces of a crop, height x width each."""

    floor: Grid
    wall: Grid
    distance_m: NDArray[np.float32]
    """In the room, from the nearest piece of furniture; infinite off floor and wall."""

    @property
    def shadable(self) -> Grid:
        """Where furniture may change the photo beside itself."""
        return (self.floor | self.wall) & (self.distance_m <= REACH_M)


def ground_of(room: Room, items: Sequence[Placed], camera: Camera, crop: Crop) -> Ground:
    """The surfaces of a crop of the photo at the camera's size, which may be another than the room's."""
    size = (camera.width, camera.height)
    floor = _resized(room.floor_mask, size)[crop.rows, crop.columns]
    classes = cv2.resize(room.classes, size, interpolation=cv2.INTER_NEAREST)[crop.rows, crop.columns]
    wall_class = room.labels.index(_WALL) if _WALL in room.labels else -1
    wall = (classes == wall_class) & ~floor
    distance = np.full(floor.shape, np.inf, np.float32)
    columns, rows = np.meshgrid(
        np.arange(crop.left, crop.left + crop.width) + 0.5, np.arange(crop.top, crop.top + crop.height) + 0.5
    )
    points = camera.floor_point(np.stack([columns[floor], rows[floor]], 1))
    on_floor = np.column_stack([points, np.zeros(len(points))])
    distance[floor] = _from_items(on_floor, items)
    at = np.stack([columns[wall], rows[wall]], 1)
    beyond = np.full(len(at), np.inf, np.float32)
    depth = np.full(len(at), np.inf)
    ahead = camera.rotation[2]
    for run in room.walls:
        hit = camera.plane_point(at, run.axis, run.offset_m)
        u = hit[:, 1 - run.axis]
        with np.errstate(invalid="ignore"):
            on_run = (u >= run.start_m - _SLACK_M) & (u <= run.end_m + _SLACK_M)
            on_run &= (hit[:, 2] >= -_SLACK_M) & (hit[:, 2] <= run.height_m + _SLACK_M)
            far = (hit - camera.position_m) @ ahead
            nearer = on_run & (far < depth)
        depth[nearer] = far[nearer]
        beyond[nearer] = _from_items(hit[nearer], items)
    distance[wall] = beyond
    return Ground(floor, wall & np.isfinite(distance), distance)


def _resized(mask: Grid, size: tuple[int, int]) -> Grid:
    """A mask at another size, its small holes closed: a shadow does not stop at a speck."""
    large = cv2.resize(mask.astype(np.uint8), size, interpolation=cv2.INTER_NEAREST)
    reach = max(3, size[0] // 200) | 1
    return np.asarray(cv2.morphologyEx(large, cv2.MORPH_CLOSE, np.ones((reach, reach), np.uint8)) > 0)


def _from_items(points: NDArray[np.float64], items: Sequence[Placed]) -> NDArray[np.float32]:
    """Distance of points (n x 3) from the nearest of the boxes around the pieces, metres."""
    nearest = np.full(len(points), np.inf, np.float32)
    for item in items:
        low, high = item.heights_m
        level = item.footprint.distance(points[:, :2])
        upright = np.maximum(np.maximum(low - points[:, 2], points[:, 2] - high), 0)
        nearest = np.minimum(nearest, np.hypot(level, upright).astype(np.float32))
    return nearest
