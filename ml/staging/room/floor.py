"""The map of the floor from above: what is free, taken or not seen."""

import math
from collections.abc import Sequence

import cv2
import numpy as np

from ml.staging.room.baselines import Baseline
from ml.staging.room.camera import Camera, Floats
from ml.staging.room.geometry import FloorMap, Grid, KeepOut
from ml.staging.room.openings import Hole
from ml.staging.room.scan import Scan

CELL_M = 0.05
FARTHEST_M = 8.5
"""From the camera: beyond, a pixel is too much floor."""
_NEAREST_DEPTH_M = 0.3
_UNKNOWN_M = 4.5
"""Around the camera, how far the floor that the photo does not show may matter."""

APPROACH_M = 0.6
"""Before a door or passage that stays free."""

_OBJECT_M2 = 0.02


def floor_map(
    camera: Camera,
    floor: Grid,
    bases: tuple[Baseline, ...],
    holes: Sequence[Hole],
    scan: Scan,
    labels: tuple[str, ...],
    keep_out: Sequence[Floats] = (),
    features: Sequence[tuple[int, float, float]] = (),
) -> FloorMap:
    """The map of the floor: `camera` and `floor` at analysis size, `bases` and `keep_out` (n x 2) in metres.

    features: parts of walls that the floor before stays free of things: number of the wall, from and to along it.
    """
    x = np.arange(-FARTHEST_M, FARTHEST_M, CELL_M) + CELL_M / 2
    grid_x, grid_y = np.meshgrid(x, x)
    points = np.stack([grid_x, grid_y, np.zeros_like(grid_x)], axis=-1).reshape(-1, 3)
    pixels, depth = camera.project(points)
    inside = (depth > _NEAREST_DEPTH_M) & (pixels >= 0).all(axis=1)
    inside &= (pixels < [camera.width, camera.height]).all(axis=1)
    at = np.where(inside[:, None], pixels, 0).astype(np.int64)
    distance = np.hypot(grid_x, grid_y)
    seen = inside.reshape(grid_x.shape)
    free = seen & floor[at[:, 1], at[:, 0]].reshape(grid_x.shape) & (distance < FARTHEST_M)
    free = np.asarray(cv2.morphologyEx(free.astype(np.uint8), cv2.MORPH_CLOSE, np.ones((3, 3), np.uint8)) > 0)
    beyond = _beyond(grid_x, grid_y, bases, scan, camera)
    free = _this_room(free & ~beyond, x, bases, holes)
    given = np.zeros(free.shape, np.uint8)
    for polygon in keep_out:
        cells = np.rint((np.asarray(polygon) - x[0]) / CELL_M).astype(np.int32)
        cv2.fillPoly(given, [cells], 1)
    free &= given == 0
    unknown = ~seen & ~beyond & (distance < _UNKNOWN_M) & (given == 0) & ~free & _ahead(camera, grid_x, grid_y)
    used = [(hole.wall, hole.u0, hole.u1) for hole in holes if hole.walked_through]
    approach = _before(grid_x, grid_y, bases, [*used, *features])
    approach |= _before_lost_doors(grid_x, grid_y, scan, camera, labels)
    approach &= free | unknown
    return _cropped(x, free, unknown, approach)


def _ahead(camera: Camera, x: Floats, y: Floats) -> Grid:
    """Not behind the camera's back by more than an arm's length."""
    return np.asarray(x * math.sin(camera.yaw_rad) + y * math.cos(camera.yaw_rad) > -0.7)


def _beyond(x: Floats, y: Floats, bases: tuple[Baseline, ...], scan: Scan, camera: Camera) -> Grid:
    """Cells behind a wall. A wall that leaves the photo goes on as far as matters."""
    hidden = np.zeros(x.shape, bool)
    count = len(scan.azimuth)
    for base in bases:
        along, across = (y, x) if base.axis == 0 else (x, y)
        start, end = base.start - 0.1, base.end + 0.1
        if base.first <= 3 or base.last >= count - 4:
            # Which end is the one at the photo's border: the one that lies less far ahead.
            ahead_start, ahead_end = (_depth(base, u, camera) for u in (base.start, base.end))
            if ahead_start < ahead_end:
                start = -FARTHEST_M
            else:
                end = FARTHEST_M
        past = across * -base.side > base.offset * -base.side - CELL_M / 4
        hidden |= past & (along > start) & (along < end)
    return hidden


def _depth(base: Baseline, u: float, camera: Camera) -> float:
    at = (base.offset, u) if base.axis == 0 else (u, base.offset)
    return at[0] * math.sin(camera.yaw_rad) + at[1] * math.cos(camera.yaw_rad)


def _this_room(free: Grid, x: Floats, bases: tuple[Baseline, ...], holes: Sequence[Hole]) -> Grid:
    """Without what lies through openings: walls and passages cut the floor, the largest piece is the room."""
    cut = free.astype(np.uint8)
    spans = [(base, base.start, base.end) for base in bases]
    spans += [(bases[hole.wall], hole.u0, hole.u1) for hole in holes if hole.walked_through]
    for base, start, end in spans:
        across = np.abs(x - base.offset) < 0.08
        along = (x > start - 0.1) & (x < end + 0.1)
        cut[np.ix_(along, across) if base.axis == 0 else np.ix_(across, along)] = 0
    count, pieces, facts, _ = cv2.connectedComponentsWithStats(cut, connectivity=4)
    if count < 2:
        return np.zeros(free.shape, bool)
    room = (pieces == 1 + int(facts[1:, cv2.CC_STAT_AREA].argmax())).astype(np.uint8)
    # Back up to the walls that cut it.
    grown = cv2.dilate(room, np.ones((5, 5), np.uint8)) > 0
    return np.asarray(grown & free)


def _before(x: Floats, y: Floats, bases: tuple[Baseline, ...], used: Sequence[tuple[int, float, float]]) -> Grid:
    """Cells within APPROACH_M of stretches of walls: number of the wall, from and to along it."""
    near = np.zeros(x.shape, bool)
    for number, u0, u1 in used:
        base = bases[number]
        along, across = (y, x) if base.axis == 0 else (x, y)
        off = np.maximum(np.maximum(u0 - along, along - u1), 0)
        near |= np.hypot(off, across - base.offset) < APPROACH_M
    return near


def _before_lost_doors(x: Floats, y: Floats, scan: Scan, camera: Camera, labels: tuple[str, ...]) -> Grid:
    """Cells within APPROACH_M of doors that no wall was found for: of every place where the floor ends at one."""
    near = np.zeros(x.shape, bool)
    if "door" not in labels:
        return near
    foot = scan.above[:, 3:12] == labels.index("door")
    ends = scan.ends[(foot.mean(axis=1) > 0.5) & np.isfinite(scan.depression)] * camera.height_m
    for point in ends[np.hypot(ends[:, 0], ends[:, 1]) < FARTHEST_M][::2]:
        near |= np.hypot(x - point[0], y - point[1]) < APPROACH_M
    return near


def _cropped(x: Floats, free: Grid, unknown: Grid, approach: Grid) -> FloorMap:
    """Without the margins where nothing is free or unknown."""
    matters = free | unknown
    rows, columns = (np.flatnonzero(matters.any(axis=axis)) for axis in (1, 0))
    if not len(rows):
        rows = columns = np.array([len(x) // 2, len(x) // 2 + 1])
    margin = 10
    top, bottom = max(0, int(rows[0]) - margin), min(len(x), int(rows[-1]) + margin + 1)
    left, right = max(0, int(columns[0]) - margin), min(len(x), int(columns[-1]) + margin + 1)
    part = (slice(top, bottom), slice(left, right))
    origin = (float(x[left]) - CELL_M / 2, float(x[top]) - CELL_M / 2)
    return FloorMap(
        cell_m=CELL_M,
        origin_m=origin,
        free=free[part],
        keep_out=~(free | unknown)[part],
        unknown=unknown[part],
        approach=approach[part],
        polygon_m=_outline(free[part], origin),
    )


def _outline(free: Grid, origin: tuple[float, float]) -> Floats:
    """Outline of the largest piece, simplified to a cell and a half, counter-clockwise seen from above."""
    contours, _ = cv2.findContours(free.astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    if not contours:
        return np.zeros((0, 2))
    largest = max(contours, key=cv2.contourArea)
    simple = np.asarray(cv2.approxPolyDP(largest, 1.5, True), np.float64).reshape(-1, 2)
    points = (simple + 0.5) * CELL_M + np.array(origin)
    area = np.dot(points[:, 0], np.roll(points[:, 1], -1)) - np.dot(points[:, 1], np.roll(points[:, 0], -1))
    return np.asarray(points if area >= 0 else points[::-1].copy())


def obstacles(floor: FloorMap, given: Sequence[Floats]) -> tuple[KeepOut, ...]:
    """What stands within the free floor's outline, and what the caller gave, as polygons."""
    found = [KeepOut("given", np.asarray(polygon, np.float64)) for polygon in given]
    if len(floor.polygon_m):
        inside = np.zeros(floor.free.shape, np.uint8)
        outline = np.rint((floor.polygon_m - np.array(floor.origin_m)) / floor.cell_m - 0.5).astype(np.int32)
        cv2.fillPoly(inside, [outline], 1)
        islands = ((inside > 0) & floor.keep_out).astype(np.uint8)
        contours, _ = cv2.findContours(islands, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
        for contour in contours:
            if cv2.contourArea(contour) * floor.cell_m**2 < _OBJECT_M2:
                continue
            simple = np.asarray(cv2.approxPolyDP(contour, 1.0, True), np.float64).reshape(-1, 2)
            found.append(KeepOut("object", (simple + 0.5) * floor.cell_m + np.array(floor.origin_m)))
    contours, _ = cv2.findContours(floor.approach.astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    for contour in contours:
        simple = np.asarray(cv2.approxPolyDP(contour, 1.0, True), np.float64).reshape(-1, 2)
        if len(simple) >= 3:
            found.append(KeepOut("approach", (simple + 0.5) * floor.cell_m + np.array(floor.origin_m)))
    return tuple(found)
