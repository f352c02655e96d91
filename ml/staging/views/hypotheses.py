"""Guesses of how two views lie to each other: where floors look alike, and openings or corners could be one."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from ml.staging.room import OpeningKind, Room, WallRun
from ml.staging.room.camera import Floats
from ml.staging.views.matching import Fixed
from ml.staging.views.pose import Pose
from ml.staging.views.rectified import Flat, Surface, View, detail

REACH_M = 6.6
"""From a camera, as far as its floor is looked at."""

LEAST_SCALE, MOST_SCALE = 0.82, 1.22
"""Two photos of one room say its scale each with an error of a tenth at most, or one of them is to be refused."""

_STEP = 0.025
_CELL_M = 0.03
_LEAST_OVERLAP_M2 = 2.0
_MEET_M = 0.45
_WIDTHS_DIFFER = 1.45
_APART_M = 0.3


@dataclass(frozen=True, slots=True)
class Guess:
    """A pose to be tried, and what it came from."""

    pose: Pose
    source: str
    """floor, opening or corner."""
    weight: float
    """To order those of one source."""


def guesses(reference: View, other: View, *, floors: int = 10, structures: int = 14) -> list[Guess]:
    """The likeliest of each source, no two of them alike."""
    by_floor = sorted(_floor_guesses(reference, other), key=lambda guess: -guess.weight)
    by_structure = sorted(_structure_guesses(reference.room, other.room), key=lambda guess: -guess.weight)
    return [*_different(by_floor, floors), *_different(by_structure, structures)]


def floor_surface() -> Surface:
    """The floor around the reference's camera."""
    return Surface("floor", (-REACH_M, -REACH_M, 0.0), (1, 0, 0), (0, 1, 0), 2 * REACH_M, 2 * REACH_M)


def _floor_guesses(reference: View, other: View) -> Iterator[Guess]:
    """Shifts at which both floors' textures correlate, for every quarter turn and every scale that can be."""
    ground = floor_surface()
    mine, mine_at = _cropped(detail(reference.flat(ground, _CELL_M), _CELL_M))
    if mine is None:
        return
    largest = round(2 * REACH_M / _CELL_M)
    fixed = Fixed(mine, (largest, largest))
    for scale in np.arange(LEAST_SCALE + 0.04, MOST_SCALE - 0.04, _STEP):
        theirs, at = _cropped(detail(other.flat(ground, _CELL_M, Pose(0, 0.0, 0.0, float(scale))), _CELL_M))
        if theirs is None:
            continue
        corners = np.array([at[::-1], np.add(at, theirs.luma.shape)[::-1]]) * _CELL_M - REACH_M
        for turns in range(4):
            # Rows ascend with y: counter-clockwise from above is clockwise for the array.
            turned = Flat(
                np.ascontiguousarray(np.rot90(theirs.luma, -turns), np.float32),
                np.ascontiguousarray(np.rot90(theirs.seen, -turns), np.bool_),
            )
            low = (corners @ Pose(turns, 0.0, 0.0, 1.0).rotation.T).min(axis=0)
            for shift in fixed.shifts(turned, least_cells=_LEAST_OVERLAP_M2 / _CELL_M**2):
                start = np.array([mine_at[1] + shift.columns, mine_at[0] + shift.rows]) * _CELL_M - REACH_M
                x, y = start - low
                weight = shift.correlation * math.sqrt(shift.overlap * _CELL_M**2)
                yield Guess(Pose(turns, float(x), float(y), float(scale)), "floor", weight)


def _cropped(flat: Flat) -> tuple[Flat | None, tuple[int, int]]:
    rows, columns = np.flatnonzero(flat.seen.any(axis=1)), np.flatnonzero(flat.seen.any(axis=0))
    if not len(rows):
        return None, (0, 0)
    part = np.s_[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    return Flat(np.ascontiguousarray(flat.luma[part]), np.ascontiguousarray(flat.seen[part])), (
        int(rows[0]),
        int(columns[0]),
    )


@dataclass(frozen=True, slots=True)
class _Mark:
    """A place of a room that another view may show as well."""

    kind: str
    facing: tuple[int, ...]
    """Quarter turns that its walls' normals have from +x."""
    at_m: tuple[float, float]
    width_m: float = 0.0
    sill_m: float = 0.0


def _structure_guesses(reference: Room, other: Room) -> Iterator[Guess]:
    """Each pair of openings of one kind and size, and each pair of corners, on walls that face alike."""
    scale = 1.0
    if reference.scale.ceiling_seen and other.scale.ceiling_seen:
        scale = float(np.clip(reference.scale.ceiling_m / other.scale.ceiling_m, LEAST_SCALE, MOST_SCALE))
    theirs = _marks(other)
    for mark in _marks(reference):
        for candidate in theirs:
            if candidate.kind != mark.kind:
                continue
            wide = max(mark.width_m, 0.01) / max(candidate.width_m * scale, 0.01)
            if not 1 / _WIDTHS_DIFFER < wide < _WIDTHS_DIFFER or abs(mark.sill_m - candidate.sill_m * scale) > 0.5:
                continue
            turns = (mark.facing[0] - candidate.facing[0]) % 4
            if tuple((facing + turns) % 4 for facing in candidate.facing) != mark.facing:
                continue
            moved = scale * Pose(turns, 0.0, 0.0, 1.0).rotation @ np.array(candidate.at_m)
            x, y = np.array(mark.at_m) - moved
            fit = 1 - abs(math.log(wide))
            source = "corner" if mark.kind == "corner" else "opening"
            yield Guess(Pose(turns, float(x), float(y), scale), source, fit + (source == "opening"))


def _marks(room: Room) -> list[_Mark]:
    marks = []
    for opening in room.openings:
        wall = room.walls[opening.wall]
        middle = wall.point((opening.u0 + opening.u1) / 2, 0.0)
        kind = "window" if opening.kind is OpeningKind.WINDOW else "door"
        place = (float(middle[0]), float(middle[1]))
        marks.append(_Mark(kind, (_facing(wall),), place, opening.u1 - opening.u0, opening.z0))
    return [*marks, *(_Mark("corner", facing, (float(at[0]), float(at[1]))) for facing, at in corners_of(room.walls))]


def corners_of(walls: Sequence[WallRun]) -> list[tuple[tuple[int, int], Floats]]:
    """Where two walls that stand at right angles end near each other: which ways they face, and the place (2,)."""
    found = []
    for across in walls:
        for along in walls:
            if across.axis != 0 or along.axis != 1:
                continue
            at = np.array([across.offset_m, along.offset_m])
            gap_across = max(across.start_m - at[1], at[1] - across.end_m, 0.0)
            gap_along = max(along.start_m - at[0], at[0] - along.end_m, 0.0)
            near_end = min(abs(at[1] - across.start_m), abs(at[1] - across.end_m)) < _MEET_M
            near_end &= min(abs(at[0] - along.start_m), abs(at[0] - along.end_m)) < _MEET_M
            if gap_across < _MEET_M and gap_along < _MEET_M and near_end:
                found.append(((_facing(across), _facing(along)), at))
    return found


def _facing(wall: WallRun) -> int:
    """Quarter turns of the normal from +x, counter-clockwise."""
    return {(0, 1): 0, (1, 1): 1, (0, -1): 2, (1, -1): 3}[wall.axis, wall.side]


def _different(ranked: Sequence[Guess], most: int) -> list[Guess]:
    kept: list[Guess] = []
    for guess in ranked:
        if len(kept) == most:
            break
        if all(_apart(guess.pose, other.pose) for other in kept):
            kept.append(guess)
    return kept


def _apart(one: Pose, other: Pose) -> bool:
    if one.quarter_turns != other.quarter_turns:
        return True
    return math.hypot(one.x_m - other.x_m, one.y_m - other.y_m) > _APART_M
