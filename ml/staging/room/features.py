"""What a wall has that is no plain wall and no opening: fireplaces, built-ins, radiators, doors that no frame told.

Nothing is named: a stretch counts that differs from its wall's own colour and texture from the skirting up to a
person's chest. The floor before it stays free, as people use what is there; a wide one, or a wide window, is
what a room looks at.
"""

from collections.abc import Sequence

import cv2
import numpy as np

from ml.staging.room.geometry import FocalKind, FocalPoint, Opening, OpeningKind, WallRun
from ml.staging.room.openings import Hole
from ml.staging.room.surfaces import CELL_M, Elevation

_HEIGHTS_M = (0.15, 1.15)
_DIFFERENT = 0.65
"""Of a column between these heights, the share that is no plain wall."""
_SEEN = 0.6
_LEAST_M, _MOST_M = 0.55, 4.0
_PLAIN_WALL = 0.18
"""Of a wall's seen places: where less is plain, what differs tells nothing (brick, panels, light through leaves)."""
_GAP_M = 0.2
_CASING_M = 0.12

_FEATURE_M, _WINDOW_M = 0.9, 1.5
"""Width from which on a feature, and the windows of a wall together, are what a room looks at."""
_WHOLE_WALL_M = 1.2
_WINDOWS_APART_M = 0.6


def features_in(elevation: Elevation, holes: Sequence[Hole], wall: int) -> list[tuple[float, float]]:
    """Stretches of a wall, from and to in metres, that differ from the rest of it and are no openings."""
    low, high = (round(height / CELL_M) for height in _HEIGHTS_M)
    seen, plain = elevation.seen, elevation.plain
    if plain.sum() < _PLAIN_WALL * max(1, int(seen.sum())):
        return []
    band = seen[low:high]
    if not len(band):
        return []
    there = band.sum(axis=0)
    differs = 1 - plain[low:high].sum(axis=0) / np.maximum(there, 1)
    found = (there >= _SEEN * len(band)) & (differs >= _DIFFERENT)
    found = _closed(found)
    u = elevation.base.start + (np.arange(len(found)) + 0.5) * CELL_M
    for hole in holes:
        if hole.wall == wall:
            found &= (u < hole.u0 - _CASING_M) | (u > hole.u1 + _CASING_M)
    edges = np.flatnonzero(np.diff(np.concatenate([[0], found.astype(np.int8), [0]])))
    start = elevation.base.start
    stretches = [(start + float(a) * CELL_M, start + float(b) * CELL_M) for a, b in edges.reshape(-1, 2)]
    return [(u0, u1) for u0, u1 in stretches if _LEAST_M <= u1 - u0 <= _MOST_M]


def unlike_wall(elevation: Elevation, openings: Sequence[Hole], wall: int) -> tuple[float, float] | None:
    """From and to of a wall that is nowhere plain: built-ins from end to end, a chimney breast of brick.

    None for one that is plain, mostly glass or doors, or short.
    """
    if elevation.plain.sum() >= _PLAIN_WALL * max(1, int(elevation.seen.sum())):
        return None
    columns = np.flatnonzero(elevation.seen[: round(_HEIGHTS_M[1] / CELL_M)].any(axis=0))
    if not len(columns):
        return None
    u0, u1 = (elevation.base.start + float(column) * CELL_M for column in (columns[0], columns[-1] + 1))
    open_m = sum(hole.u1 - hole.u0 for hole in openings if hole.wall == wall)
    return (u0, u1) if u1 - u0 >= _WHOLE_WALL_M and open_m < 0.5 * (u1 - u0) else None


def _closed(found: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    size = 2 * round(_GAP_M / CELL_M / 2) + 1
    row = np.pad(found.astype(np.uint8)[None], ((0, 0), (size, size)))
    closed = cv2.morphologyEx(row, cv2.MORPH_CLOSE, np.ones((1, size), np.uint8))
    return np.asarray(closed[0, size:-size] > 0)


def focal_points_of(
    walls: Sequence[WallRun], features: Sequence[tuple[int, float, float]], openings: Sequence[Opening]
) -> tuple[FocalPoint, ...]:
    """What a room looks at, the widest first. features: number of the wall, from, to."""
    found = [FocalPoint(FocalKind.FEATURE, wall, u0, u1) for wall, u0, u1 in features if u1 - u0 >= _FEATURE_M]
    for number in range(len(walls)):
        panes = sorted(
            (opening.u0, opening.u1)
            for opening in openings
            if opening.wall == number and opening.kind is OpeningKind.WINDOW
        )
        for start, end in _together(panes):
            if end - start >= _WINDOW_M:
                found.append(FocalPoint(FocalKind.WINDOW, number, start, end))
    return tuple(sorted(found, key=lambda point: -(point.u1 - point.u0)))


def _together(spans: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    joined: list[tuple[float, float]] = []
    for start, end in spans:
        if joined and start - joined[-1][1] <= _WINDOWS_APART_M:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((start, end))
    return joined
