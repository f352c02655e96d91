"""Doors, windows and passages in the walls of a room."""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from ml.staging.room.baselines import Baseline
from ml.staging.room.camera import Camera, Floats
from ml.staging.room.geometry import Grid, Opening, OpeningKind
from ml.staging.room.scan import Scan
from ml.staging.room.surfaces import CELL_M, Elevation

OUTSIDE = ("sky", "tree", "building", "house", "grass", "mountain", "water", "sea", "earth", "field", "road")
"""Classes that are seen through a window."""

_FRAMED = ("painting", "mirror")
"""Classes that small windows are taken for; empty rooms seldom have pictures."""
_SHINING = 0.1
"""Share of a window's places that are brighter than the wall around it."""

_DOOR_WIDTH_M, _DOOR_HEIGHT_M, _DOOR_FOOT_M = 0.4, 1.45, 0.3
_WINDOW_SIDE_M = 0.3
_COVERED = 0.5
"""Share of a column of the opening that has its class."""

_PASSAGE_M = (0.55, 3.0)
_SAME_WALL = 0.14
"""Difference of the distances of two pieces of one wall, as a share."""
_FARTHER = 1.12
"""How much farther than the wall's line the floor goes on through a passage."""
_LINTEL_M = 2.0
_LINTEL_SHARE = 0.6

_PANE_OF_DOOR = 0.6
"""Of a door frame's width, that a window within it takes at most."""

_WALK_THROUGH_M = (0.12, 1.85)
"""A window from below the first to above the second height is a door of glass."""


@dataclass(frozen=True, slots=True)
class Hole:
    """An opening in wall coordinates, in metres."""

    kind: OpeningKind
    wall: int
    u0: float
    u1: float
    z0: float
    z1: float

    @property
    def walked_through(self) -> bool:
        """Whether people go through, so that the floor before it stays free."""
        return self.kind is not OpeningKind.WINDOW or (
            self.z0 < _WALK_THROUGH_M[0] and self.z1 > _WALK_THROUGH_M[1] and self.u1 - self.u0 > 0.5
        )


def holes_in(elevation: Elevation, wall: int, labels: tuple[str, ...]) -> list[Hole]:
    """Doors and windows of a wall, by class."""
    found = []
    for kind, label in ((OpeningKind.DOOR, "door"), (OpeningKind.WINDOW, "window")):
        if label not in labels:
            continue
        of_kind = (label,) if kind is OpeningKind.DOOR else (label, *OUTSIDE, *_FRAMED)
        indices = [index for index, each in enumerate(labels) if each in of_kind]
        mask = np.isin(elevation.classes, indices).astype(np.uint8)
        mask = np.asarray(cv2.morphologyEx(mask, cv2.MORPH_CLOSE, np.ones((5, 5), np.uint8)), np.uint8)
        mask = np.asarray(cv2.morphologyEx(mask, cv2.MORPH_OPEN, np.ones((3, 3), np.uint8)), np.uint8)
        count, pieces = cv2.connectedComponents(mask, connectivity=4)
        for index in range(1, count):
            piece = pieces == index
            hole = _hole(piece, elevation, kind, wall)
            framed = np.isin(elevation.classes[piece], [labels.index(each) for each in _FRAMED if each in labels])
            if hole is not None and (framed.mean() < 0.5 or _shines(piece, elevation)):
                found.append(hole)
    return found


def with_frames(holes: Sequence[Hole], framed: Sequence[Hole]) -> list[Hole]:
    """Openings by class, and doors by their frames where no class tells one.

    A frame around something narrower that is called a window is a door: a pane, a mirror or a lamp is seen through it.
    """
    kept, added = list(holes), []
    for frame in framed:
        within = [hole for hole in kept if _same_place(frame, hole)]
        if any(
            hole.kind is not OpeningKind.WINDOW or hole.u1 - hole.u0 > _PANE_OF_DOOR * (frame.u1 - frame.u0)
            for hole in within
        ):
            continue
        kept = [hole for hole in kept if hole not in within]
        added.append(frame)
    return kept + added


def _same_place(hole: Hole, other: Hole) -> bool:
    """Whether two openings overlap by a third of the narrower one."""
    shared = min(hole.u1, other.u1) - max(hole.u0, other.u0)
    return hole.wall == other.wall and shared > 0.34 * min(hole.u1 - hole.u0, other.u1 - other.u0)


def _shines(piece: Grid, elevation: Elevation) -> bool:
    return float((elevation.light[piece] > 1.02 * np.mean(elevation.colour)).mean()) >= _SHINING


def _hole(piece: Grid, elevation: Elevation, kind: OpeningKind, wall: int) -> Hole | None:
    rows = np.flatnonzero(piece.any(axis=1))
    low, high = int(rows[0]), int(rows[-1]) + 1
    columns = np.flatnonzero(piece[low:high].mean(axis=0) >= _COVERED)
    if not len(columns):
        return None
    start, end = int(columns[0]), int(columns[-1]) + 1
    # Robust against stray cells: the height that most columns have.
    heights = [np.flatnonzero(piece[:, column])[[0, -1]] for column in columns]
    low, high = (int(np.median([pair[side] for pair in heights])) for side in (0, 1))
    high += 1
    hole = Hole(
        kind,
        wall,
        elevation.base.start + start * CELL_M,
        elevation.base.start + end * CELL_M,
        low * CELL_M,
        high * CELL_M,
    )
    width, height = hole.u1 - hole.u0, hole.z1 - hole.z0
    if kind is OpeningKind.DOOR:
        cut = not elevation.seen[min(high + 1, len(elevation.seen) - 1), start:end].all()
        tall = height >= _DOOR_HEIGHT_M or (cut and height >= 0.8)
        return hole if width >= _DOOR_WIDTH_M and tall and hole.z0 <= _DOOR_FOOT_M else None
    return hole if min(width, height) >= _WINDOW_SIDE_M else None


def passages_of(
    bases: tuple[Baseline, ...],
    scan: Scan,
    camera: Camera,
    classes: np.ndarray[tuple[int, int], np.dtype[np.uint8]],
    labels: tuple[str, ...],
    ceiling_m: float,
) -> list[Hole]:
    """Openings without a leaf: gaps in a wall through which the floor goes on, and lintels at a wall's end.

    `bases` in metres, from left to right; `camera` at analysis size.
    """
    found: list[Hole] = []
    for index, base in enumerate(bases):
        for end in ("start", "end"):
            at = base.start if end == "start" else base.end
            if not _seen_beyond(base, at, upwards=end == "end", scan=scan, camera=camera):
                continue
            other = _continuation(bases, index, at, upwards=end == "end")
            if other is not None:
                far = other.start if end == "end" else other.end
                reach = abs(far - at)
            else:
                reach = _lintel(
                    base, at, upwards=end == "end", camera=camera, classes=classes, labels=labels, ceiling_m=ceiling_m
                )
            if not _PASSAGE_M[0] <= reach <= _PASSAGE_M[1]:
                continue
            u0, u1 = (at, at + reach) if end == "end" else (at - reach, at)
            if any(hole.wall != index and _overlap(hole, bases[hole.wall], base, u0, u1) for hole in found):
                continue
            found.append(Hole(OpeningKind.PASSAGE, index, u0, u1, 0.0, min(2.1, ceiling_m)))
    return found


def _overlap(hole: Hole, its: Baseline, base: Baseline, u0: float, u1: float) -> bool:
    """Whether it is the same passage, found from the other side."""
    same = its.axis == base.axis and abs(its.offset - base.offset) < _SAME_WALL * abs(base.offset) + 0.1
    return same and min(hole.u1, u1) - max(hole.u0, u0) > 0.2


def _on(base: Baseline, u: Floats, z: float = 0.0) -> Floats:
    points = np.full((len(u), 3), z)
    points[:, base.axis], points[:, 1 - base.axis] = base.offset, u
    return points


def _seen_beyond(base: Baseline, at: float, *, upwards: bool, scan: Scan, camera: Camera) -> bool:
    """Whether, just past a wall's end, the floor goes on farther than the wall's line."""
    steps = np.arange(0.1, 0.6, 0.1)
    points = _on(base, at + steps if upwards else at - steps)
    pixels, depth = camera.project(points)
    inside = (depth > 0.05) & (pixels[:, 0] >= 0) & (pixels[:, 0] < camera.width)
    if inside.sum() < 3 or not len(scan.azimuth):
        return False
    azimuth = np.arctan2(points[inside, 0], points[inside, 1])
    index = np.clip(np.searchsorted(scan.azimuth, azimuth), 0, len(scan.azimuth) - 1)
    distance = np.hypot(points[inside, 0], points[inside, 1])
    farther = scan.open_ended[index] | (scan.reach[index] * camera.height_m > _FARTHER * distance)
    return float(farther.mean()) >= 0.6


def _continuation(bases: tuple[Baseline, ...], index: int, at: float, *, upwards: bool) -> Baseline | None:
    """The next piece of the same wall past its end, if there is one within a passage's width."""
    base = bases[index]
    best: Baseline | None = None
    for other in bases:
        if other is base or other.axis != base.axis:
            continue
        if abs(other.offset - base.offset) > _SAME_WALL * abs(base.offset):
            continue
        gap = other.start - at if upwards else at - other.end
        nearer = best is None or gap < (best.start - at if upwards else at - best.end)
        if 0.3 < gap <= _PASSAGE_M[1] and nearer:
            best = other
    return best


def _lintel(
    base: Baseline,
    at: float,
    *,
    upwards: bool,
    camera: Camera,
    classes: np.ndarray[tuple[int, int], np.dtype[np.uint8]],
    labels: tuple[str, ...],
    ceiling_m: float,
) -> float:
    """How far wall goes on above an opening past a wall's end, right up to the ceiling's height, in metres.

    A farther wall that shows through an open side ends lower in the photo than the ceiling in the wall's own plane.
    """
    if "wall" not in labels or "ceiling" not in labels or ceiling_m < _LINTEL_M + 0.2:
        return 0.0
    steps = np.arange(0.05, _PASSAGE_M[1] + 0.3, 0.1)
    u = at + steps if upwards else at - steps
    good = np.ones(len(u), bool)
    below = _class_at(camera, classes, _on(base, u, ceiling_m - 0.1))
    above = _class_at(camera, classes, _on(base, u, ceiling_m + 0.15))
    middle = _class_at(camera, classes, _on(base, u, (ceiling_m + _LINTEL_M) / 2 + 0.05))
    wall, ceiling = labels.index("wall"), labels.index("ceiling")
    good &= (below == wall) & (middle == wall) & (above == ceiling)
    reach = 0.0
    for count in range(1, len(u) + 1):
        if good[:count].mean() >= _LINTEL_SHARE and good[count - 1]:
            reach = float(steps[count - 1])
    return reach


def _class_at(
    camera: Camera, classes: np.ndarray[tuple[int, int], np.dtype[np.uint8]], points: Floats
) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Class at world points, -1 outside of the photo."""
    pixels, depth = camera.project(points)
    inside = (depth > 0.05) & (pixels >= 0).all(axis=1) & (pixels < [camera.width, camera.height]).all(axis=1)
    at = np.where(inside[:, None], pixels, 0).astype(np.int64)
    return np.where(inside, classes[at[:, 1], at[:, 0]].astype(np.int64), -1)


def opening_of(hole: Hole, base: Baseline, camera: Camera) -> Opening:
    """The opening with its corners in the photo; `camera` at the photo's size."""
    corners = np.array([[hole.u0, hole.z0], [hole.u1, hole.z0], [hole.u1, hole.z1], [hole.u0, hole.z1]])
    points = _on(base, corners[:, 0])
    points[:, 2] = corners[:, 1]
    pixels, _ = camera.project(points)
    return Opening(hole.kind, hole.wall, hole.u0, hole.u1, hole.z0, hole.z1, pixels)
