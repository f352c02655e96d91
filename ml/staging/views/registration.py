"""Whether two photos show one room, and how their views lie to each other: checked, each number with its limit."""

import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from ml.staging.gate.checks import Check, at_least, at_most
from ml.staging.gate.reasons import UnstagedReason
from ml.staging.room import Room
from ml.staging.views.agreement import Agreement, Compared
from ml.staging.views.hypotheses import LEAST_SCALE, MOST_SCALE, guesses
from ml.staging.views.pose import Pose, scaled, turned_floor
from ml.staging.views.rectified import View

REVISION = 1
"""Raised by hand when the same photos and rooms register otherwise."""

LEAST_PATCHES = 10
"""Places of floor, ceiling and walls that have to be found again where the pose says."""

LEAST_SHARE = 0.3
"""Of those that were found somewhere. In wrong poses it is a few by accident."""

LEAST_BACK = 6
"""Places found again the other way round: patches of the other view in this one."""

LEAST_SPREAD_M = 0.25
MOST_ERROR_PX = 7.0
"""Median reprojection error in a photo 1,024 pixels wide: 3 cm at 2.5 m before a usual lens."""

MOST_BACK_AND_FORTH_M = 0.25
"""Between the pose found from one photo to the other, and the one found the other way round."""

MOST_FLOOR_BEYOND_WALL = 0.35
"""Of the free floor that one view shows, the share that lies clearly beyond a wall of the other."""

_REFINED = 6


@dataclass(frozen=True, slots=True, eq=False)
class Registration:
    """What came of holding one view against another."""

    pose: Pose | None
    """Of the other view in the reference's world; None where nothing at all speaks for one room."""
    checks: tuple[Check, ...]
    source: str = ""
    """What the pose was guessed from: floor, opening, corner."""

    @property
    def passed(self) -> bool:
        """Whether both views can share a floor plan."""
        return self.pose is not None and all(check.passed for check in self.checks)

    @property
    def sentence(self) -> str:
        """What speaks against it, for a person."""
        if self.pose is None:
            return "nothing that both photos show was found"
        failed = [check for check in self.checks if not check.passed]
        return "; ".join(f"{each.name} is {each.found:.3g}, and its limit is {each.limit:g}" for each in failed)


def register(reference: tuple[NDArray[np.uint8], Room], other: tuple[NDArray[np.uint8], Room]) -> Registration:
    """Hold a photo (H x W x 3, sRGB) and its room against another's.

    Of the likeliest poses the one that passes every check, else the one that passes most, and has most places.
    """
    views = View(*reference), View(*other)
    tried = guesses(*views)
    compared, back = Compared(*views), Compared(views[1], views[0])
    votes = sorted(
        ((compared.vote(guess.pose, tried=len(tried)), guess.source) for guess in tried),
        key=lambda pair: pair[0].chance,
    )
    found: list[tuple[int, int, Registration]] = []
    for vote, source in votes[:_REFINED]:
        agreed = compared.refined(vote, tried=len(tried))
        if agreed.agreeing < 3 or not LEAST_SCALE < agreed.pose.scale < MOST_SCALE:
            continue
        registration = Registration(agreed.pose, _checks(reference[1], other[1], agreed, back), source)
        found.append((sum(check.passed for check in registration.checks), agreed.agreeing, registration))
    if not found:
        return Registration(None, ())
    return max(found, key=lambda each: each[:2])[2]


def _checks(reference: Room, other: Room, agreed: Agreement, back: Compared) -> tuple[Check, ...]:
    inverse = inverse_of(agreed.pose)
    returned = back.refined(back.vote(inverse, tried=1), tried=1)
    apart = _apart(agreed.pose, inverse_of(returned.pose)) if returned.agreeing >= 3 else math.inf
    beyond = floor_beyond_wall(reference, other, agreed.pose)
    unfit = UnstagedReason.VIEW_NOT_REGISTERED
    return (
        at_least("matched_places", agreed.agreeing, LEAST_PATCHES, unfit),
        at_least("matched_share", agreed.agreeing / max(1, agreed.patches), LEAST_SHARE, unfit),
        at_least("matched_spread_m", agreed.spread_m, LEAST_SPREAD_M, unfit),
        at_least("matched_back", returned.agreeing, LEAST_BACK, unfit),
        at_most("reprojection_px", agreed.error_px, MOST_ERROR_PX, unfit),
        at_most("back_and_forth_m", apart, MOST_BACK_AND_FORTH_M, unfit),
        at_most("floor_beyond_wall", beyond, MOST_FLOOR_BEYOND_WALL, unfit),
    )


def inverse_of(pose: Pose) -> Pose:
    """Where the reference lies in the other view's world."""
    turns = -pose.quarter_turns % 4
    x, y = Pose(turns, 0.0, 0.0, 1.0).rotation @ -pose.camera_m / pose.scale
    return Pose(turns, float(x), float(y), 1 / pose.scale)


def floor_beyond_wall(reference: Room, other: Room, pose: Pose) -> float:
    """Of the free floor that either view shows, the larger share that the other one holds for something else."""
    moved = turned_floor(scaled(other, pose.scale).floor, inverse_of(Pose(pose.quarter_turns, pose.x_m, pose.y_m, 1.0)))
    mine = reference.floor
    shares = []
    for one, two in ((mine, moved), (moved, mine)):
        rows, columns = np.nonzero(one.free)
        if not len(rows):
            continue
        points = np.column_stack([columns + 0.5, rows + 0.5]) * one.cell_m + np.array(one.origin_m)
        cells = two.cells(points)
        inside = ((cells >= 0) & (cells < two.free.shape)).all(axis=1)
        known = cells[inside]
        blocked = _deep(two.keep_out, _DEEP_M / two.cell_m)[known[:, 0], known[:, 1]]
        shares.append(float(blocked.sum()) / len(rows))
    return max(shares, default=1.0)


_DEEP_M = 0.3
"""Walls' places are known to a tenth of a metre or two in each view."""


def _deep(grid: NDArray[np.bool_], cells: float) -> NDArray[np.bool_]:
    distance = cv2.distanceTransform(grid.astype(np.uint8), cv2.DIST_L2, 5)
    return np.asarray(distance > cells)


def _apart(one: Pose, other: Pose) -> float:
    if one.quarter_turns != other.quarter_turns:
        return math.inf
    return math.hypot(one.x_m - other.x_m, one.y_m - other.y_m)
