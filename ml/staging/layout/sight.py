"""How a piece stands in the picture: how much of it is in the frame, and what of windows and doors it hides."""

import cv2
import numpy as np

from ml.staging.layout.items import Placed
from ml.staging.room import Camera, Opening, Room
from ml.staging.room.camera import Floats

_NEAR_M = 0.3
_ACROSS, _UP = 12, 8
_SMALL = 192
"""Pixels across, at which it is looked at what a piece hides."""

_SHOWN = ("cabinet", "shelf", "mirror", "painting", "table")
"""Classes of what a room is shown with: built-ins, a kitchen, what hangs on its walls."""


def box_points(item: Placed, *, across: int = 4) -> Floats:
    """Points over the box around a piece, n x 3; the whole of it lies between them."""
    place, (low, high) = item.footprint, item.heights_m
    x, y, z = (np.linspace(*ends, across) for ends in ((place.x0, place.x1), (place.y0, place.y1), (low, high)))
    grid = np.meshgrid(x, y, z, indexing="ij")
    return np.stack([axis.ravel() for axis in grid], axis=1)


def share_in_frame(camera: Camera, item: Placed, margin: float = 0.0) -> float:
    """Of the box around a piece, the share that is in the picture; `margin` is a share of the picture's width."""
    pixels, depth = camera.project(box_points(item))
    edge = margin * camera.width
    inside = (depth > _NEAR_M) & (pixels[:, 0] >= edge) & (pixels[:, 0] <= camera.width - edge)
    inside &= (pixels[:, 1] >= edge) & (pixels[:, 1] <= camera.height - edge)
    return float(inside.mean())


def nearest_depth(camera: Camera, item: Placed) -> float:
    """Depth of its nearest point along the optical axis, metres."""
    _, depth = camera.project(box_points(item, across=2))
    return float(depth.min())


def picture_share(camera: Camera, item: Placed) -> float:
    """Of the picture, the share that the rectangle around a piece takes."""
    pixels, depth = camera.project(box_points(item, across=2))
    if float(depth.min()) <= _NEAR_M:
        return 1.0
    low, high = np.clip(pixels.min(0), 0, None), np.minimum(pixels.max(0), (camera.width, camera.height))
    width, height = np.maximum(high - low, 0)
    return float(width * height / (camera.width * camera.height))


def opening_points(room: Room, opening: Opening) -> Floats:
    """Points evenly over an opening, n x 3, row by row from below."""
    wall = room.walls[opening.wall]
    across = opening.u0 + (np.arange(_ACROSS) + 0.5) / _ACROSS * (opening.u1 - opening.u0)
    up = opening.z0 + (np.arange(_UP) + 0.5) / _UP * (opening.z1 - opening.z0)
    u, z = (axis.ravel() for axis in np.meshgrid(across, up))
    offset = np.full_like(u, wall.offset_m)
    return np.stack([offset, u, z] if wall.axis == 0 else [u, offset, z], axis=1)


def hidden(camera: Camera, points: Floats, item: Placed) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Which of the points (n x 3) a piece hides from the camera: the line of sight meets its box (slab test)."""
    place, (low, high) = item.footprint, item.heights_m
    origin = camera.position_m
    ray = points - origin
    with np.errstate(divide="ignore", invalid="ignore"):
        first = (np.array([place.x0, place.y0, low]) - origin) / ray
        second = (np.array([place.x1, place.y1, high]) - origin) / ray
    enter = np.nanmax(np.minimum(first, second), axis=1)
    leave = np.nanmin(np.maximum(first, second), axis=1)
    return np.asarray((enter < leave) & (leave > 0) & (enter < 1.0))


def hidden_of(room: Room, opening: Opening, items: tuple[Placed, ...]) -> tuple[float, float]:
    """Of an opening, the share of its area and of its width that pieces hide together.

    A part of the width is hidden where anything of its column is.
    """
    points = opening_points(room, opening)
    covered = np.zeros(len(points), bool)
    for item in items:
        if not item.flat:
            covered |= hidden(room.camera, points, item)
    columns = covered.reshape(_UP, _ACROSS).any(axis=0)
    return float(covered.mean()), float(columns.mean())


def points_of_stretch(room: Room, wall_number: int, u0: float, u1: float, high_m: float) -> Floats:
    """Points evenly over a stretch of a wall from the floor up, n x 3."""
    wall = room.walls[wall_number]
    across = u0 + (np.arange(_ACROSS) + 0.5) / _ACROSS * (u1 - u0)
    up = (np.arange(_UP) + 0.5) / _UP * high_m
    return np.array([wall.point(float(u), float(z)) for z in up for u in across])


class Things:
    """Where a photo shows what is there to be seen, rather than wall, floor or ceiling."""

    def __init__(self, room: Room) -> None:
        height = max(1, round(room.camera.height * _SMALL / room.camera.width))
        self._camera = room.camera.at_size(_SMALL, height)
        numbers = [number for number, label in enumerate(room.labels) if label in _SHOWN]
        shown = np.isin(room.classes, numbers).astype(np.uint8)
        self._shown = cv2.resize(shown, (_SMALL, height), interpolation=cv2.INTER_NEAREST)

    def share_of(self, item: Placed) -> float:
        """Of the outline of a piece's box in the picture, the share that lies over things."""
        pixels, depth = self._camera.project(box_points(item, across=2))
        if not self._shown.any() or float(depth.min()) <= _NEAR_M:
            return 0.0
        outline = cv2.convexHull(np.clip(pixels, -4 * _SMALL, 4 * _SMALL).astype(np.float32))
        mask = np.zeros(self._shown.shape, np.uint8)
        cv2.fillConvexPoly(mask, np.rint(outline).astype(np.int32), 1)
        return float((mask & self._shown).sum()) / max(1, int(mask.sum()))
