"""One floor plan of several views: what any of them shows as free, without what any of them shows as taken."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np

from ml.staging.room import FloorMap, OpeningKind, Room
from ml.staging.room.geometry import Grid
from ml.staging.views.pose import Pose, scaled, turned_floor
from ml.staging.views.registration import inverse_of

UNSURE_M = 0.3
"""By which walls may lie elsewhere in another view: what is taken is believed from that depth on."""

_AROUND_CAMERA_M = 0.6
"""What stays free where a photographer stood: another photo was taken from there, past everything."""

_BEHIND_M = 0.35
_CUT_SHARE = 0.5


@dataclass(frozen=True, slots=True, eq=False)
class Member:
    """A view of a room in the reference's metres, its world its own; `pose` has the scale 1."""

    room: Room
    pose: Pose


def member_of(room: Room, pose: Pose) -> Member:
    """A view and how it was registered, in the reference's metres."""
    return Member(scaled(room, pose.scale), replace(pose, scale=1.0))


def shared_floor(reference: Room, members: Sequence[Member]) -> FloorMap:
    """The floor of all views on the reference's grid."""
    mine = reference.floor
    free, taken, approach = mine.free.copy(), np.zeros_like(mine.free), mine.approach.copy()
    x, y = mine.centres()
    across, along = np.meshgrid(x, y)
    for member in members:
        moved = turned_floor(member.room.floor, inverse_of(member.pose))
        free |= mine.unknown & _on(mine, moved, moved.free)
        taken |= _on(mine, moved, _deep(moved.keep_out, UNSURE_M / moved.cell_m))
        approach |= _on(mine, moved, moved.approach)
        camera_x, camera_y = member.pose.camera_m
        taken |= np.hypot(across - camera_x, along - camera_y) < _AROUND_CAMERA_M
    free &= ~taken
    keep_out = mine.keep_out | taken
    unknown = ~(free | keep_out)
    return replace(mine, free=free, keep_out=keep_out, unknown=unknown, approach=approach & ~keep_out)


def with_floor(room: Room, floor: FloorMap) -> Room:
    """A view's room with the plan's floor, without walls that would stand in the middle of it."""
    kept = [number for number, wall in enumerate(room.walls) if not _cuts(room, number, floor)]
    if len(kept) == len(room.walls):
        return replace(room, floor=floor)
    wall_at = {number: place for place, number in enumerate(kept)}
    holes = [number for number, opening in enumerate(room.openings) if opening.wall in wall_at]
    hole_at = {number: place for place, number in enumerate(holes)}
    windows = tuple(
        replace(each, opening=hole_at[each.opening]) for each in room.light.windows if each.opening in hole_at
    )
    return replace(
        room,
        floor=floor,
        walls=tuple(room.walls[number] for number in kept),
        openings=tuple(replace(room.openings[number], wall=wall_at[room.openings[number].wall]) for number in holes),
        light=replace(room.light, windows=windows),
    )


def _cuts(room: Room, number: int, floor: FloorMap) -> bool:
    """Whether free floor lies behind most of a wall: another view looked past it. A passage's wall is none of those."""
    wall = room.walls[number]
    if any(opening.wall == number and opening.kind is not OpeningKind.WINDOW for opening in room.openings):
        return False
    along = np.linspace(wall.start_m, wall.end_m, 24)
    behind = np.full_like(along, wall.offset_m - wall.side * _BEHIND_M)
    points = np.column_stack([behind, along] if wall.axis == 0 else [along, behind])
    cells = floor.cells(points)
    inside = ((cells >= 0) & (cells < floor.free.shape)).all(axis=1)
    known = cells[inside]
    return float(floor.free[known[:, 0], known[:, 1]].sum()) > _CUT_SHARE * len(along)


def _on(mine: FloorMap, theirs: FloorMap, grid: Grid) -> Grid:
    """A grid of another map on the cells of this one; what lies off it is unset."""
    x, y = mine.centres()
    across, along = np.meshgrid(x, y)
    cells = theirs.cells(np.column_stack([across.ravel(), along.ravel()]))
    inside = ((cells >= 0) & (cells < grid.shape)).all(axis=1)
    found = np.zeros(across.size, bool)
    found[inside] = grid[cells[inside, 0], cells[inside, 1]]
    return np.asarray(found.reshape(across.shape))


def _deep(grid: Grid, cells: float) -> Grid:
    return np.asarray(cv2.distanceTransform(grid.astype(np.uint8), cv2.DIST_L2, 5) > cells)
