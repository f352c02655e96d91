"""Doors told by their frames: upright edges that end at a door's height, in pairs, whatever the segmentation says."""

import numpy as np

from ml.staging.room.baselines import Baseline
from ml.staging.room.camera import Camera, Floats
from ml.staging.room.geometry import OpeningKind
from ml.staging.room.lines import Lines
from ml.staging.room.openings import Hole

_STEP_M = 0.04
_TOP_M = (1.85, 2.35)
"""Where door frames end. Windows do not reach the floor, corners and columns reach the ceiling."""
_FOOT_M = 0.5
"""Up to which height an upright edge of a door has begun."""
_COVERED = 0.55
"""Share of the height between floor and top that pieces of the edge cover."""
_GAP_M = 0.35
"""Between pieces of an edge, at most."""

_UPRIGHT, _LEVEL = 0.05, 0.06
"""Slant of edges in the plane of the wall: shift across over length."""
_LINTEL_SHARE = 0.4
"""Of the width between two jambs that a level edge covers at their top."""
_SAME_TOP_M = 0.12
_WIDTH_M = (0.55, 1.95)

_BEYOND_M = 1.1
"""How far past the end of a wall's foot the second jamb may stand: the floor goes on through an open door."""

_USUAL_CAMERA_M = 1.3
_LOWEST_TOP, _HIGHEST_TOP = 1.2, 2.8
"""Of doors, in camera heights: cameras stand at 0.75 to 1.75 m."""
_SLIMNESS = (0.3, 0.62)
"""Width of a door's frame over its height, one leaf."""


def frame_tops(bases: tuple[Baseline, ...], camera: Camera, lines: Lines, ceiling: float | None) -> Floats:
    """Heights of doors told by their frames before the scale is known, all in camera heights: n.

    Whatever of a door's shape ends below the ceiling counts, over the range of heights that cameras have.
    """
    unit = 1 / _USUAL_CAMERA_M
    highest = _HIGHEST_TOP if ceiling is None else min(_HIGHEST_TOP, 0.93 * ceiling)
    found = [
        hole.z1
        for index, base in enumerate(bases)
        for hole in _doors(base, index, camera, lines, (_LOWEST_TOP, highest), unit)
        if _SLIMNESS[0] <= (hole.u1 - hole.u0) / hole.z1 <= _SLIMNESS[1]
    ]
    return np.array(found)


def doors_by_frames(base: Baseline, wall: int, camera: Camera, lines: Lines, ceiling_m: float) -> list[Hole]:
    """Doors of a wall (in metres) that their frames show; `camera` and `lines` at analysis size."""
    return _doors(base, wall, camera, lines, (_TOP_M[0], min(_TOP_M[1], ceiling_m - 0.12)), 1.0)


def _doors(
    base: Baseline, wall: int, camera: Camera, lines: Lines, tops: tuple[float, float], unit: float
) -> list[Hole]:
    """Pairs of jambs with a lintel. `unit`: what a metre is in the lengths of `base`; `tops` in those as well."""
    ends = np.stack(
        [camera.plane_point(part, base.axis, base.offset) for part in (lines.ends[:, :2], lines.ends[:, 2:])], axis=1
    )
    u, z = ends[:, :, 1 - base.axis], ends[:, :, 2]
    margin = _BEYOND_M * unit
    there = np.isfinite(u).all(axis=1) & (u > base.start - margin).all(axis=1) & (u < base.end + margin).all(axis=1)
    u, z = u[there], z[there]
    across, up = np.abs(u[:, 1] - u[:, 0]), np.abs(z[:, 1] - z[:, 0])
    upright, level = across < _UPRIGHT * up, (up < _LEVEL * across) & (z.min(axis=1) > tops[0] - 0.1 * unit)
    jambs = _jambs(u[upright], z[upright], tops, unit)
    found: list[Hole] = []
    for index, (left, left_top) in enumerate(jambs):
        for right, right_top in jambs[index + 1 :]:
            if not any(base.start - 0.15 * unit < jamb < base.end + 0.15 * unit for jamb in (left, right)):
                continue
            width = (right - left) / unit
            if not _WIDTH_M[0] <= width <= _WIDTH_M[1] or abs(left_top - right_top) > _SAME_TOP_M * unit:
                continue
            top = (left_top + right_top) / 2
            if _lintel_share(u[level], z[level], (left, right, top), unit) < _LINTEL_SHARE:
                continue
            found.append(Hole(OpeningKind.DOOR, wall, left, right, 0.0, top))
    return _apart(found, 0.1 * unit)


def _jambs(u: Floats, z: Floats, tops: tuple[float, float], unit: float) -> list[tuple[float, float]]:
    """Place and top of each upright edge from the floor to a door's height, from left to right."""
    if not len(u):
        return []
    place = u.mean(axis=1)
    low, high = z.min(axis=1), z.max(axis=1)
    found: list[tuple[float, float]] = []
    step = _STEP_M * unit
    for at in np.arange(place.min(), place.max() + step, step):
        near = np.flatnonzero(np.abs(place - at) <= step)
        top = _reach(low[near], high[near], unit)
        if top is None or not tops[0] <= top <= tops[1]:
            continue
        middle = float(np.average(place[near], weights=high[near] - low[near]))
        if not found or middle - found[-1][0] > 1.5 * step:
            found.append((middle, top))
    return found


def _reach(low: Floats, high: Floats, unit: float) -> float | None:
    """How high pieces of an edge go on from near the floor; None where they do not begin there or are too few."""
    top, covered = 0.0, 0.0
    for start, end in sorted(zip(low.tolist(), high.tolist(), strict=True)):
        if start > max(top + _GAP_M * unit, _FOOT_M * unit):
            break
        covered += max(0.0, end - max(start, top))
        top = max(top, end)
    return top if top > 0 and covered >= _COVERED * top else None


def _lintel_share(u: Floats, z: Floats, frame: tuple[float, float, float], unit: float) -> float:
    """Share of a door's width that level edges near its top cover. `frame`: left, right, top."""
    left, right, top = frame
    near = np.abs(z.mean(axis=1) - top) < _SAME_TOP_M * unit
    grid = np.linspace(left, right, 40)
    covered = np.zeros(len(grid), bool)
    for start, end in np.sort(u[near], axis=1):
        covered |= (grid >= start - 0.02 * unit) & (grid <= end + 0.02 * unit)
    return float(covered.mean())


def _apart(holes: list[Hole], margin: float) -> list[Hole]:
    """Those that do not overlap, the outermost frame first: leaf and casing give one door."""
    kept: list[Hole] = []
    for hole in sorted(holes, key=lambda each: (-(each.u1 - each.u0), each.u0)):
        if all(hole.u1 <= other.u0 + margin or hole.u0 >= other.u1 - margin for other in kept):
            kept.append(hole)
    return sorted(kept, key=lambda each: each.u0)
