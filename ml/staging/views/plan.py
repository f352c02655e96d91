"""One floor plan of several views: the reference's walls and floor, and what only other views show."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from ml.staging.room import Confidence, FloorMap, OpeningKind, Room, WindowLight
from ml.staging.room.geometry import Grid
from ml.staging.views.pose import Pose, scaled, turned_floor, turned_opening, turned_wall
from ml.staging.views.registration import inverse_of

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


def plan_of(reference: Room, members: Sequence[Member]) -> Room:
    """The reference's room with the floor that all views show."""
    return replace(reference, floor=shared_floor(reference, members))


def shared_floor(reference: Room, members: Sequence[Member]) -> FloorMap:
    """The floor of all views on the reference's grid.

    Floor that the best view sees is floor: whatever stood there would hide it. Others add what it does not see, and
    what stays free before doors; a view that is unsure of itself adds no doors.
    """
    mine = reference.floor
    free, cameras, approach = mine.free.copy(), np.zeros_like(mine.free), mine.approach.copy()
    x, y = mine.centres()
    across, along = np.meshgrid(x, y)
    for member in members:
        moved = turned_floor(member.room.floor, inverse_of(member.pose))
        free |= mine.unknown & _on(mine, moved, moved.free)
        if not member.room.doubts:
            approach |= _on(mine, moved, moved.approach)
        camera_x, camera_y = member.pose.camera_m
        cameras |= np.hypot(across - camera_x, along - camera_y) < _AROUND_CAMERA_M
    free &= ~cameras
    keep_out = (mine.keep_out & ~free) | cameras
    return replace(mine, free=free, keep_out=keep_out, unknown=~(free | keep_out), approach=approach & ~keep_out)


def member_room(plan: Room, member: Member) -> Room:
    """A view's room as the plan has it: its own camera, classes and light; walls and openings of the plan.

    Of its own walls only those stay that face a way in which the plan has none, unless free floor lies behind them.
    """
    pose, own = member.pose, member.room
    floor = turned_floor(plan.floor, pose)
    walls = [turned_wall(wall, pose) for wall in plan.walls]
    openings = [turned_opening(o, plan.walls[o.wall], pose, own.camera) for o in plan.openings]
    windows = [replace(each, corners_m=_moved(each, pose)) for each in plan.light.windows]
    facing = {(wall.axis, wall.side) for wall in walls}
    for number, wall in enumerate(own.walls):
        if (wall.axis, wall.side) in facing or _cuts(own, number, floor):
            continue
        walls.append(wall)
        for place, opening in enumerate(own.openings):
            if opening.wall == number:
                openings.append(replace(opening, wall=len(walls) - 1))
                windows += [
                    replace(each, opening=len(openings) - 1) for each in own.light.windows if each.opening == place
                ]
    return replace(
        own,
        floor=floor,
        walls=tuple(walls),
        openings=tuple(openings),
        light=replace(own.light, windows=tuple(windows)),
        scale=replace(own.scale, cues=plan.scale.cues, ceiling_m=plan.scale.ceiling_m, door_m=plan.scale.door_m),
        confidence=Confidence(plan.confidence.overall, {**own.confidence.parts, **_as_sure(plan)}),
        doubts=tuple(doubt for doubt in own.doubts if not doubt.answerable),
        # Of its own walls, which these are not.
        focal_points=(),
    )


def _as_sure(plan: Room) -> dict[str, float]:
    """Parts that a registered view is as sure of as the view that it was registered to."""
    return {name: plan.confidence.parts[name] for name in ("vertical", "scale") if name in plan.confidence.parts}


def _moved(window: WindowLight, pose: Pose) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    flat = (window.corners_m[:, :2] - pose.camera_m) @ pose.rotation
    return np.asarray(np.column_stack([flat, window.corners_m[:, 2]]))


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
