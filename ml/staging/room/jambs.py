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


def doors_by_frames(base: Baseline, wall: int, camera: Camera, lines: Lines, ceiling_m: float) -> list[Hole]:
    """Doors of a wall (in metres) that their frames show; `camera` and `lines` at analysis size."""
    ends = np.stack(
        [camera.plane_point(part, base.axis, base.offset) for part in (lines.ends[:, :2], lines.ends[:, 2:])], axis=1
    )
    u, z = ends[:, :, 1 - base.axis], ends[:, :, 2]
    there = np.isfinite(u).all(axis=1) & (u > base.start - 0.15).all(axis=1) & (u < base.end + 0.15).all(axis=1)
    u, z = u[there], z[there]
    across, up = np.abs(u[:, 1] - u[:, 0]), np.abs(z[:, 1] - z[:, 0])
    upright, level = across < _UPRIGHT * up, (up < _LEVEL * across) & (z.min(axis=1) > _TOP_M[0] - 0.1)
    jambs = _jambs(u[upright], z[upright], min(_TOP_M[1], ceiling_m - 0.12))
    found: list[Hole] = []
    for index, (left, left_top) in enumerate(jambs):
        for right, right_top in jambs[index + 1 :]:
            if not _WIDTH_M[0] <= right - left <= _WIDTH_M[1] or abs(left_top - right_top) > _SAME_TOP_M:
                continue
            top = (left_top + right_top) / 2
            if _lintel_share(u[level], z[level], left, right, top) < _LINTEL_SHARE:
                continue
            found.append(Hole(OpeningKind.DOOR, wall, left, right, 0.0, top))
    return _apart(found)


def _jambs(u: Floats, z: Floats, highest: float) -> list[tuple[float, float]]:
    """Place and top of each upright edge from the floor to a door's height, from left to right."""
    if not len(u):
        return []
    place = u.mean(axis=1)
    low, high = z.min(axis=1), z.max(axis=1)
    found: list[tuple[float, float]] = []
    for at in np.arange(place.min(), place.max() + _STEP_M, _STEP_M):
        near = np.flatnonzero(np.abs(place - at) <= _STEP_M)
        top = _reach(low[near], high[near])
        if top is None or not _TOP_M[0] <= top <= highest:
            continue
        middle = float(np.average(place[near], weights=high[near] - low[near]))
        if not found or middle - found[-1][0] > 1.5 * _STEP_M:
            found.append((middle, top))
    return found


def _reach(low: Floats, high: Floats) -> float | None:
    """How high pieces of an edge go on from near the floor; None where they do not begin there or are too few."""
    top, covered = 0.0, 0.0
    for start, end in sorted(zip(low.tolist(), high.tolist(), strict=True)):
        if start > max(top + _GAP_M, _FOOT_M):
            break
        covered += max(0.0, end - max(start, top))
        top = max(top, end)
    return top if top > 0 and covered >= _COVERED * top else None


def _lintel_share(u: Floats, z: Floats, left: float, right: float, top: float) -> float:
    """Share of a door's width that level edges near its top cover."""
    near = np.abs(z.mean(axis=1) - top) < _SAME_TOP_M
    grid = np.linspace(left, right, 40)
    covered = np.zeros(len(grid), bool)
    for start, end in np.sort(u[near], axis=1):
        covered |= (grid >= start - 0.02) & (grid <= end + 0.02)
    return float(covered.mean())


def _apart(holes: list[Hole]) -> list[Hole]:
    """Those that do not overlap, the outermost frame first: leaf and casing give one door."""
    kept: list[Hole] = []
    for hole in sorted(holes, key=lambda each: (-(each.u1 - each.u0), each.u0)):
        if all(hole.u1 <= other.u0 + 0.1 or hole.u0 >= other.u1 - 0.1 for other in kept):
            kept.append(hole)
    return sorted(kept, key=lambda each: each.u0)
