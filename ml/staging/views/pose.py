"""How two views of a room lie to each other: a turn by right angles, a shift over the floor, and a scale.

Both views have their axes along the room's walls and z up, so nothing else can differ between their worlds; each has
its origin below its own camera and its own guess of the scale.
"""

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from ml.staging.layout import Placed
from ml.staging.room import Camera, FloorMap, KeepOut, Light, Opening, Room, Stretch, WallRun
from ml.staging.room.camera import Floats
from ml.staging.room.geometry import Grid


@dataclass(frozen=True, slots=True)
class Pose:
    """Where another view's world lies in the reference's: reference = turned(scale * other) + (x, y)."""

    quarter_turns: int
    """Counter-clockwise as seen from above, 0 to 3."""
    x_m: float
    y_m: float
    scale: float
    """What a metre of the other view is in the reference."""

    @property
    def rotation(self) -> Floats:
        """2 x 2, exact."""
        cosine, sine = ((1, 0), (0, 1), (-1, 0), (0, -1))[self.quarter_turns % 4]
        return np.array([[cosine, -sine], [sine, cosine]], np.float64)

    @property
    def camera_m(self) -> Floats:
        """Where the other camera stands in the reference, (2,)."""
        return np.array([self.x_m, self.y_m])

    def to_reference(self, points_m: Floats) -> Floats:
        """Points of the other view (n x 2 or n x 3) in the reference."""
        points = np.asarray(points_m, np.float64) * self.scale
        flat = points[:, :2] @ self.rotation.T + self.camera_m
        return np.asarray(np.column_stack([flat, points[:, 2:]]))

    def to_other(self, points_m: Floats) -> Floats:
        """Points of the reference (n x 2 or n x 3) in the other view's own metres."""
        points = np.asarray(points_m, np.float64)
        flat = (points[:, :2] - self.camera_m) @ self.rotation
        return np.asarray(np.column_stack([flat, points[:, 2:]]) / self.scale)

    def placed(self, item: Placed, wall: int | None) -> Placed:
        """A piece of the reference where the other view has it, once that is `scaled`; `wall` is its wall there."""
        x, y = (np.array([item.x, item.y]) - self.camera_m) @ self.rotation
        turned = (item.heading_deg - 90.0 * self.quarter_turns) % 360
        return replace(item, x=float(x), y=float(y), heading_deg=turned, wall=wall)


def scaled(room: Room, factor: float) -> Room:
    """A room whose metres are `factor` of what they were: the same picture of a larger or a smaller room."""
    if factor == 1.0:
        return room
    cues = tuple(replace(cue, camera_height_m=cue.camera_height_m * factor) for cue in room.scale.cues)
    door = room.scale.door_m
    scale = replace(
        room.scale,
        camera_height_m=room.scale.camera_height_m * factor,
        cues=cues,
        ceiling_m=room.scale.ceiling_m * factor,
        door_m=None if door is None else door * factor,
    )
    return replace(
        room,
        camera=replace(room.camera, height_m=room.camera.height_m * factor),
        scale=scale,
        floor=_floor(room.floor, factor),
        walls=tuple(_wall(wall, factor) for wall in room.walls),
        openings=tuple(_opening(opening, factor) for opening in room.openings),
        keep_outs=tuple(KeepOut(part.reason, part.polygon_m * factor) for part in room.keep_outs),
        light=_light(room.light, factor),
        focal_points=tuple(replace(each, u0=each.u0 * factor, u1=each.u1 * factor) for each in room.focal_points),
    )


def turned_floor(floor: FloorMap, pose: Pose) -> FloorMap:
    """A reference's floor map in the world of the other view, once that is scaled: its cells turn with it."""
    back = -pose.quarter_turns % 4
    rows, columns = floor.free.shape
    (x0, y0), cell = floor.origin_m, floor.cell_m
    corners = np.array([[x0, y0], [x0 + columns * cell, y0 + rows * cell]])
    moved = (corners - pose.camera_m) @ pose.rotation
    low = moved.min(axis=0)

    def turn(grid: Grid) -> NDArray[np.bool_]:
        # Rows ascend with y: counter-clockwise from above is clockwise for the array.
        return np.ascontiguousarray(np.rot90(grid, -back))

    polygon = (floor.polygon_m - pose.camera_m) @ pose.rotation if len(floor.polygon_m) else floor.polygon_m
    return FloorMap(
        cell,
        (float(low[0]), float(low[1])),
        turn(floor.free),
        turn(floor.keep_out),
        turn(floor.unknown),
        turn(floor.approach),
        np.asarray(polygon),
    )


def turned_wall(wall: WallRun, pose: Pose) -> WallRun:
    """A reference's wall in the world of the other view, once that is scaled."""
    ends = np.array([wall.point(u, 0.0)[:2] for u in (wall.start_m, wall.end_m)])
    moved = (ends - pose.camera_m) @ pose.rotation
    normal = np.array(wall.normal[:2]) @ pose.rotation
    axis: Literal[0, 1] = 0 if abs(normal[0]) > abs(normal[1]) else 1
    start, end = float(moved[0, 1 - axis]), float(moved[1, 1 - axis])
    reverse = end < start
    columns = np.s_[:, ::-1] if reverse else np.s_[:, :]
    return replace(
        wall,
        axis=axis,
        offset_m=float(moved[0, axis]),
        side=1 if normal[axis] > 0 else -1,
        start_m=min(start, end),
        end_m=max(start, end),
        free=tuple(
            sorted(
                (_stretched(part, wall, start, reverse=reverse) for part in wall.free), key=lambda part: part.start_m
            )
        ),
        plain=np.ascontiguousarray(wall.plain[columns]),
        seen=np.ascontiguousarray(wall.seen[columns]),
    )


def turned_opening(opening: Opening, wall: WallRun, pose: Pose, camera: Camera) -> Opening:
    """A reference's opening, of its `wall` there, in the world of the other view and in the pixels of its camera."""
    there = turned_wall(wall, pose)
    along = [
        float(((wall.point(u, 0.0)[:2] - pose.camera_m) @ pose.rotation)[1 - there.axis])
        for u in (opening.u0, opening.u1)
    ]
    u0, u1 = min(along), max(along)
    corners = [there.point(u, z) for u, z in ((u0, opening.z0), (u1, opening.z0), (u1, opening.z1), (u0, opening.z1))]
    pixels, _ = camera.project(np.array(corners))
    return replace(opening, u0=u0, u1=u1, pixels=pixels)


def _stretched(part: Stretch, wall: WallRun, start: float, *, reverse: bool) -> Stretch:
    """A stretch along a wall whose coordinate has begun anew at `start`, or runs back from there."""
    low, high = part.start_m - wall.start_m, part.end_m - wall.start_m
    return Stretch(start - high, start - low) if reverse else Stretch(start + low, start + high)


def _floor(floor: FloorMap, factor: float) -> FloorMap:
    x, y = floor.origin_m
    return replace(
        floor,
        cell_m=floor.cell_m * factor,
        origin_m=(x * factor, y * factor),
        polygon_m=floor.polygon_m * factor,
    )


def _wall(wall: WallRun, factor: float) -> WallRun:
    return replace(
        wall,
        offset_m=wall.offset_m * factor,
        start_m=wall.start_m * factor,
        end_m=wall.end_m * factor,
        height_m=wall.height_m * factor,
        free=tuple(Stretch(part.start_m * factor, part.end_m * factor) for part in wall.free),
        cell_m=wall.cell_m * factor,
    )


def _opening(opening: Opening, factor: float) -> Opening:
    return replace(
        opening,
        u0=opening.u0 * factor,
        u1=opening.u1 * factor,
        z0=opening.z0 * factor,
        z1=opening.z1 * factor,
    )


def _light(light: Light, factor: float) -> Light:
    return replace(light, windows=tuple(replace(each, corners_m=each.corners_m * factor) for each in light.windows))
