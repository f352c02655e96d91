"""A picture of what was understood: the photo with a 1 m grid on its floor, walls, openings, and the plan beside it."""

import itertools

import cv2
import numpy as np
from numpy.typing import NDArray

from ml.staging.room.camera import Camera, Floats
from ml.staging.room.geometry import FloorMap, OpeningKind
from ml.staging.room.understanding import Room

_SIDE = 1280
"""Pixels of the longer side of the photo in the picture."""
_GRID_M = 8
_PX_PER_CELL = 3

_GRID, _WALL, _FREE, _FLOOR, _TAKEN, _UNKNOWN, _APPROACH, _CEILING = (
    (255, 220, 0),
    (255, 255, 255),
    (40, 220, 90),
    (70, 150, 80),
    (45, 40, 40),
    (90, 90, 110),
    (210, 120, 40),
    (190, 130, 255),
)
_FOCAL = (255, 90, 220)
_OPENINGS = {OpeningKind.DOOR: (255, 60, 60), OpeningKind.WINDOW: (70, 150, 255), OpeningKind.PASSAGE: (255, 150, 40)}

Picture = NDArray[np.uint8]


def overlay_of(pixels: Picture, room: Room) -> Picture:
    """The photo (sRGB, height x width x 3) with the room drawn on it and its plan to the right."""
    height, width = pixels.shape[:2]
    scale = _SIDE / max(height, width)
    size = (round(width * scale), round(height * scale))
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    picture = np.asarray(cv2.resize(pixels, size, interpolation=how), np.uint8)
    camera = room.camera.at_size(*size)
    floor = cv2.resize(room.floor_mask.astype(np.uint8), size, interpolation=cv2.INTER_NEAREST) > 0
    picture[floor] = (picture[floor] * 0.72 + np.array(_FLOOR) * 0.28).astype(np.uint8)
    _grid(picture, camera)
    _walls(picture, camera, room)
    _focal_points(picture, camera, room)
    for keep_out in room.keep_outs:
        if keep_out.reason != "approach":
            _line(picture, camera, _closed(keep_out.polygon_m), (230, 60, 200), 2)
    _words(picture, room)
    return _beside(picture, _plan(room))


def plan_scale(pixels: Picture, room: Room, height: int) -> tuple[int, float]:
    """Column of an overlay of that height at which its plan begins, and how much the plan is shrunk there."""
    rows = room.floor.free.shape[0] * _PX_PER_CELL
    width = round(pixels.shape[1] * _SIDE / max(pixels.shape[:2]))
    return width, min(1.0, height / rows)


def plan_point(floor: FloorMap, point: Floats, scale: float) -> tuple[int, int]:
    """Pixel of a point of the floor (2,) in a plan that is shrunk so."""
    column, row = _at(floor, point)
    return round(column * scale), round(row * scale)


def _grid(picture: Picture, camera: Camera) -> None:
    steps = np.linspace(-_GRID_M, _GRID_M, 16 * _GRID_M + 1)
    for at in range(-_GRID_M, _GRID_M + 1):
        for axis in (0, 1):
            points = np.zeros((len(steps), 2))
            points[:, axis], points[:, 1 - axis] = at, steps
            _line(picture, camera, points, _GRID, 1)


def _walls(picture: Picture, camera: Camera, room: Room) -> None:
    for wall in room.walls:
        steps = np.linspace(wall.start_m, wall.end_m, 40)
        for z, colour in ((0.0, _WALL), (wall.height_m, _CEILING)):
            _line(picture, camera, np.stack([wall.point(u, z) for u in steps]), colour, 2)
        for stretch in wall.free:
            along = np.linspace(stretch.start_m, stretch.end_m, 20)
            _line(picture, camera, np.stack([wall.point(u, 0.03) for u in along]), _FREE, 4)
    for opening in room.openings:
        wall = room.walls[opening.wall]
        across, up = (opening.u0, opening.u1, opening.u1, opening.u0), (opening.z0, opening.z0, opening.z1, opening.z1)
        outline = _closed(np.stack([wall.point(*corner) for corner in zip(across, up, strict=True)]))
        _line(picture, camera, outline, _OPENINGS[opening.kind], 3)


def _focal_points(picture: Picture, camera: Camera, room: Room) -> None:
    for point in room.focal_points:
        wall = room.walls[point.wall]
        along = np.linspace(point.u0, point.u1, 20)
        for z in (0.06, 0.10):
            _line(picture, camera, np.stack([wall.point(u, z) for u in along]), _FOCAL, 3)


def _closed(points: Floats) -> Floats:
    """Steps along an outline, so that what is partly behind the camera is drawn as far as it is not."""
    ring = np.concatenate([points, points[:1]])
    share = np.linspace(0, 1, 12)[:, None]
    return np.concatenate([a + share * (b - a) for a, b in itertools.pairwise(ring)])


def _line(picture: Picture, camera: Camera, points: Floats, colour: tuple[int, int, int], width: int) -> None:
    """A line through points of the room, on the floor where they have two coordinates."""
    at = points if points.shape[1] == 3 else np.column_stack([points, np.zeros(len(points))])
    pixels, depth = camera.project(at)
    near = (depth > 0.15) & (np.abs(pixels) < 2e4).all(axis=1)
    for first in range(len(pixels) - 1):
        if near[first] and near[first + 1]:
            a, b = (tuple(int(value) for value in pixels[index]) for index in (first, first + 1))
            cv2.line(picture, a, b, colour, width, cv2.LINE_AA)


def _words(picture: Picture, room: Room) -> None:
    camera, scale = room.camera, room.scale
    one_point = ", one-point" if camera.one_point else ""
    pitch, roll = np.degrees(camera.pitch_rad), np.degrees(camera.roll_rad)
    lines = [
        f"fov {camera.horizontal_fov_deg:.0f} ({camera.focal_from}{one_point})  pitch {pitch:.1f}  roll {roll:.1f}",
        f"camera {scale.camera_height_m:.2f} m  ceiling {scale.ceiling_m:.2f} m  floor {room.floor.free_m2:.1f} m2",
        f"confidence {room.confidence.overall:.2f}: "
        + " ".join(f"{name} {value:.2f}" for name, value in room.confidence.parts.items()),
        " ".join(str(doubt.reason) for doubt in room.doubts) or "no doubts",
    ]
    for row, text in enumerate(lines):
        for colour, width in (((0, 0, 0), 4), ((255, 255, 255), 1)):
            at = (8, 20 + 20 * row)
            cv2.putText(picture, text, at, cv2.FONT_HERSHEY_SIMPLEX, 0.5, colour, width, cv2.LINE_AA)


def _plan(room: Room) -> Picture:
    """The floor from above, the camera's view upwards."""
    floor = room.floor
    plan = np.empty((*floor.free.shape, 3), np.uint8)
    plan[:] = _TAKEN
    plan[floor.unknown] = _UNKNOWN
    plan[floor.free] = _FLOOR
    plan[floor.approach] = (plan[floor.approach] * 0.4 + np.array(_APPROACH) * 0.6).astype(np.uint8)
    height, width = floor.free.shape
    large = cv2.resize(plan, (width * _PX_PER_CELL, height * _PX_PER_CELL), interpolation=cv2.INTER_NEAREST)
    picture = np.ascontiguousarray(large[::-1], np.uint8)
    for wall in room.walls:
        ends = [wall.point(u, 0)[:2] for u in (wall.start_m, wall.end_m)]
        _stroke(picture, floor, ends, _WALL, 2)
        for stretch in wall.free:
            _stroke(picture, floor, [wall.point(u, 0)[:2] for u in (stretch.start_m, stretch.end_m)], _FREE, 4)
    for opening in room.openings:
        wall = room.walls[opening.wall]
        ends = [wall.point(u, 0)[:2] for u in (opening.u0, opening.u1)]
        _stroke(picture, floor, ends, _OPENINGS[opening.kind], 4)
    cv2.circle(picture, _at(floor, np.zeros(2)), 5, (255, 255, 0), -1)
    return picture


def _stroke(picture: Picture, floor: FloorMap, ends: list[Floats], colour: tuple[int, int, int], width: int) -> None:
    cv2.line(picture, _at(floor, ends[0]), _at(floor, ends[1]), colour, width)


def _at(floor: FloorMap, point: Floats) -> tuple[int, int]:
    column, row = (point - np.array(floor.origin_m)) / floor.cell_m * _PX_PER_CELL
    return int(column), int(floor.free.shape[0] * _PX_PER_CELL - row)


def _beside(left: Picture, right: Picture) -> Picture:
    """Two pictures side by side, the second one shrunk where it is higher, on black."""
    if right.shape[0] > left.shape[0]:
        scale = left.shape[0] / right.shape[0]
        size = (max(1, round(right.shape[1] * scale)), left.shape[0])
        right = np.asarray(cv2.resize(right, size, interpolation=cv2.INTER_AREA), np.uint8)
    canvas = np.zeros((left.shape[0], left.shape[1] + right.shape[1], 3), np.uint8)
    canvas[:, : left.shape[1]] = left
    canvas[: right.shape[0], left.shape[1] :] = right
    return canvas
