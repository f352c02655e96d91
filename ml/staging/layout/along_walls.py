"""Places along the walls: where a piece can stand with its back to one, and how good each of them is."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from ml.staging.layout import limits
from ml.staging.layout.arrangement import Arrangement
from ml.staging.layout.items import Option, Placed, Size, Slot, facing, heading_of
from ml.staging.room import OpeningKind, WallRun

_STEP_M = 0.10
_HIDES = 1.5
"""For a piece that would hide nothing but cupboards."""

_OVERHANG_M = 0.06
"""By which a piece may stand past the end of a free stretch, whose ends are known as well as the grid is."""


@dataclass(frozen=True, slots=True)
class Spot:
    """A piece at a wall, and the score of the place."""

    item: Placed
    score: float


def wall_spots(
    making: Arrangement,
    slot: Slot,
    option: Option,
    size: Size,
    *,
    anchor: bool = False,
    gap_m: float = limits.WALL_GAP_M,
) -> Iterator[Spot]:
    """Every place along every wall where the piece meets the hard limits, in the order of the walls."""
    for number, wall in enumerate(making.room.walls):
        normal = np.array(wall.normal[:2])
        heading = heading_of(normal)
        for u in _middles(making, wall, number, size):
            foot = wall.point(u, 0.0)[:2] + normal * (gap_m + size.depth_m / 2)
            at = (float(foot[0]), float(foot[1]))
            item = making.place(slot, option, size, at, heading, wall=number, anchor=anchor)
            if making.stands(item):
                yield Spot(item, wall_score(making, item))


def wall_score(making: Arrangement, item: Placed) -> float:
    """How good a piece looks there: it faces the camera, stands near the middle of its wall and of the picture."""
    room = making.room
    wall = room.walls[item.wall or 0]
    at = np.array([item.x, item.y])
    distance = float(np.hypot(*at))
    towards = -at / max(distance, 1e-6)
    facing_camera = float(facing(item.heading_deg) @ towards)
    pixels, _ = room.camera.project(np.array([[item.x, item.y, item.size.height_m / 2]]))
    off_middle = abs(float(pixels[0, 0]) / room.camera.width - 0.5)
    u = item.y if wall.axis == 0 else item.x
    half = item.size.width_m / 2
    plain = wall.plain_share(u - half, u + half, item.size.height_m, item.size.height_m + 0.6)
    windows = sum(
        max(0.0, min(u + half, opening.u1) - max(u - half, opening.u0)) / (2 * half)
        for opening in room.openings
        if opening.wall == item.wall and opening.kind is OpeningKind.WINDOW
    )
    off_wall = abs(u - (wall.start_m + wall.end_m) / 2)
    return (
        0.9 * facing_camera
        + 0.7 * plain
        - 0.4 * min(1.0, windows)
        - 0.12 * abs(distance - 3.6)
        - 0.22 * min(2.0, off_wall)
        - 0.9 * max(0.0, off_middle - 0.22)
        + 0.3 * min(1.0, wall.length_m / 4)
        - _HIDES * making.things_hidden(item)
    )


def _middles(making: Arrangement, wall: WallRun, number: int, size: Size) -> Iterator[float]:
    """Middles along a wall at which all of the piece's back is before free wall."""
    stretches = [(stretch.start_m, stretch.end_m) for stretch in wall.free]
    # A low piece may stand under a window: there the wall is free as far as the window's sill says.
    low = size.height_m <= limits.BEFORE_WINDOW_M
    if low:
        stretches += [
            (opening.u0, opening.u1)
            for opening in making.room.openings
            if opening.wall == number and opening.kind is OpeningKind.WINDOW and opening.z0 > 0.25
        ]
    for start, end in _joined(sorted(stretches)):
        first, last = start + size.width_m / 2 - _OVERHANG_M, end - size.width_m / 2 + _OVERHANG_M
        if first > last:
            continue
        count = int((last - first) / _STEP_M) + 1
        yield from np.linspace(first, last, max(2, count)) if last - first > 0.02 else ((first + last) / 2,)


def _joined(stretches: list[tuple[float, float]], gap_m: float = 0.12) -> list[tuple[float, float]]:
    """Stretches that touch as one."""
    joined: list[tuple[float, float]] = []
    for start, end in stretches:
        if joined and start - joined[-1][1] <= gap_m:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((start, end))
    return joined
