"""Where walls meet the floor: straight lines along the room's two directions, fitted to where the floor ends."""

import itertools
import math
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from ml.staging.room.camera import Floats
from ml.staging.room.scan import HEIGHTS, NOT_SEEN, Scan

_AGREEING = math.radians(0.55)
"""Of a floor's end from a wall's base, seen from the camera: segmentations are one or two of their places off."""

_OFFSETS = 0.14 * np.exp(np.arange(0, 4.2, 0.02))
"""Distances of walls from the camera that are tried, in camera heights: up to nine times its height."""

_LEAST_SPAN = 0.30
"""Length of a wall, in camera heights."""
_LEAST_DIRECTIONS = 8

_MOST_LINES = 10
_NO_LINE = 1.2
"""Cost of a direction that no line explains; one that a line explains costs up to 1."""
_CHANGE = 3.0
"""Cost of going over to another line."""

_WALL_CLASSES = ("wall", "window", "door", "curtain", "painting", "mirror", "building", "ceiling", "house", "other")
"""What may be seen above the foot of a wall, at the height of a person's chest."""
_CHEST = (0.75, 1.25)
"""In camera heights."""
_LEAST_WALL = 0.5


@dataclass(frozen=True, slots=True)
class Baseline:
    """A straight foot of a wall, in camera heights."""

    axis: Literal[0, 1]
    offset: float
    start: float
    end: float
    """Along the other axis, start < end."""
    first: int
    last: int
    """Directions of the scan that show it, both included."""

    @property
    def side(self) -> Literal[-1, 1]:
        """Towards the camera: its front is what is seen."""
        return -1 if self.offset > 0 else 1


def baselines_of(scan: Scan, labels: tuple[str, ...]) -> tuple[Baseline, ...]:
    """The feet of walls, from left to right."""
    if not np.isfinite(scan.depression).any():
        return ()
    chosen = _assigned(scan, _candidates(scan))
    runs = [run for run in _runs(scan, chosen) if _is_wall(scan, run, labels)]
    return tuple(_joined(scan, runs))


def _predicted(scan: Scan, axis: int, offset: Floats) -> Floats:
    """Depression at which walls (n) end the floor in each direction: n x directions, nan where they are behind."""
    along = np.sin(scan.azimuth) if axis == 0 else np.cos(scan.azimuth)
    with np.errstate(divide="ignore", invalid="ignore"):
        reach = offset[:, None] / along[None, :]
    return np.where((reach > 0.05) & (reach < 14), np.arctan(1 / np.where(reach > 0, reach, np.nan)), np.nan)


def _errors(scan: Scan, axis: int, offset: Floats) -> Floats:
    """Distance of each floor's end from walls, as angles: across the wall's base, which may run up in the photo."""
    predicted = _predicted(scan, axis, offset)
    slope = np.gradient(predicted, scan.azimuth, axis=1)
    return np.asarray((predicted - scan.depression) / np.sqrt(1 + slope**2))


def _candidates(scan: Scan) -> list[tuple[Literal[0, 1], float]]:
    """Lines that explain most, one after the other, each from what the earlier ones leave."""
    left = np.isfinite(scan.depression)
    signed = np.concatenate([-_OFFSETS, _OFFSETS])
    axes: tuple[Literal[0, 1], ...] = (0, 1)
    errors = {axis: np.nan_to_num(_errors(scan, axis, signed), nan=9.0) for axis in axes}
    close = {axis: np.exp(-0.5 * (error / _AGREEING) ** 2) for axis, error in errors.items()}
    found: list[tuple[Literal[0, 1], float]] = []
    while len(found) < _MOST_LINES:
        scores = {axis: (agree * left).sum(axis=1) for axis, agree in close.items()}
        axis = max(axes, key=lambda each: float(scores[each].max()))
        best = int(scores[axis].argmax())
        if scores[axis][best] < _LEAST_DIRECTIONS * 0.7:
            break
        inliers = left & (np.abs(errors[axis][best]) < 2 * _AGREEING)
        offset = float(np.median(scan.ends[inliers, axis]))
        found.append((axis, offset))
        left &= ~inliers
    return found


def _assigned(scan: Scan, lines: list[tuple[Literal[0, 1], float]]) -> list[tuple[Literal[0, 1], float] | None]:
    """The line of each direction: the cheapest sequence (Viterbi), where changing costs."""
    if not lines:
        return [None] * len(scan.azimuth)
    costs = []
    for axis, offset in lines:
        error = _errors(scan, axis, np.array([offset]))[0]
        costs.append(np.nan_to_num(np.minimum((error / (2 * _AGREEING)) ** 2, 4.0), nan=4.0))
    table = np.stack([*costs, np.full(len(scan.azimuth), _NO_LINE)], axis=1)
    table[~np.isfinite(scan.depression), :-1] = 4.0
    total = table[0].copy()
    came: list[NDArray[np.int64]] = []
    for row in table[1:]:
        change = total.min() + _CHANGE
        came.append(np.where(total <= change, np.arange(len(total)), int(total.argmin())))
        total = np.minimum(total, change) + row
    path = [int(total.argmin())]
    for back in reversed(came):
        path.append(int(back[path[-1]]))
    return [lines[index] if index < len(lines) else None for index in reversed(path)]


def _runs(scan: Scan, chosen: list[tuple[Literal[0, 1], float] | None]) -> list[Baseline]:
    runs, first = [], 0
    for at in range(1, len(chosen) + 1):
        if at < len(chosen) and chosen[at] == chosen[first]:
            continue
        line = chosen[first]
        if line is not None:
            run = _run(scan, line[0], first, at - 1)
            if run is not None:
                runs.append(run)
        first = at
    return runs


def _run(scan: Scan, axis: Literal[0, 1], first: int, last: int) -> Baseline | None:
    ends = scan.ends[first : last + 1]
    ends = ends[np.isfinite(ends).all(axis=1)]
    if len(ends) < _LEAST_DIRECTIONS:
        return None
    offset = float(np.median(ends[:, axis]))
    along = ends[:, 1 - axis]
    # By the directions' own geometry, so that one stray end does not lengthen the wall.
    start, end = np.percentile(along, (1, 99))
    if end - start < _LEAST_SPAN or abs(offset) < 0.1:
        return None
    return Baseline(axis, offset, float(start), float(end), first, last)


def _is_wall(scan: Scan, run: Baseline, labels: tuple[str, ...]) -> bool:
    """Whether something like a wall rises above the foot, instead of the front of a cabinet or a sofa."""
    rows = scan.above[run.first : run.last + 1][:, (_CHEST[0] <= HEIGHTS) & (_CHEST[1] >= HEIGHTS)]
    seen = rows[rows != NOT_SEEN]
    if not len(seen):
        return True
    walls = [index for index, label in enumerate(labels) if label in _WALL_CLASSES]
    return float(np.isin(seen, walls).mean()) >= _LEAST_WALL


def _joined(scan: Scan, runs: list[Baseline]) -> list[Baseline]:
    """Neighbours that are one wall become one; neighbours that meet in a corner end there."""
    joined: list[Baseline] = []
    for run in runs:
        before = joined[-1] if joined else None
        if before is not None and before.axis == run.axis and abs(before.offset - run.offset) < 0.06 * abs(run.offset):
            gap = max(before.start, run.start) - min(before.end, run.end)
            if gap < 0.12:
                share = (before.last - before.first) / max(1, before.last - before.first + run.last - run.first)
                offset = share * before.offset + (1 - share) * run.offset
                start, end = min(before.start, run.start), max(before.end, run.end)
                joined[-1] = Baseline(run.axis, offset, start, end, before.first, run.last)
                continue
        joined.append(run)
    for at, (left, right) in enumerate(itertools.pairwise(list(joined))):
        if left.axis == right.axis or scan.azimuth[right.first] - scan.azimuth[left.last] > math.radians(4):
            continue
        near = 0.25 + 0.05 * (abs(left.offset) + abs(right.offset))
        joined[at], joined[at + 1] = _to(joined[at], right.offset, near), _to(right, left.offset, near)
    return joined


def _to(run: Baseline, corner: float, near: float) -> Baseline:
    """The run with its nearer end at a corner, where that is not far."""
    if abs(run.start - corner) <= min(near, abs(run.end - corner)):
        return replace(run, start=corner) if corner < run.end else run
    if abs(run.end - corner) <= near and corner > run.start:
        return replace(run, end=corner)
    return run
