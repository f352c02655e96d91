"""How fast a camera goes when: speed ramps as curves over a shot's time, 0 to 1. Pure.

A ramp is a row of (time, speed) knots; between two of them the speed follows half a cosine, so that the acceleration
has no step. How far the camera has come is the integral of that, in closed form, divided by the integral over the whole
shot: a ramp changes when the camera is where, never where it begins and ends.
"""

import math
from collections.abc import Sequence
from itertools import pairwise

from render.errors import PlanError
from schemas.video import Ramp, SpeedRamp

CONSTANT = SpeedRamp()
PEAKED = frozenset({Ramp.HERO, Ramp.BULLET, Ramp.MONTAGE})
_MOST_POINTS = 16

Knots = Sequence[tuple[float, float]]


def check_ramp(ramp: SpeedRamp) -> None:
    """Raises PlanError plan_failed for a ramp that is none: points out of order, missing, or where none belong."""
    if ramp.kind is Ramp.UNKNOWN:
        raise PlanError("plan_failed", "a speed ramp of kind 'unknown' is no choice")
    if ramp.kind is not Ramp.CUSTOM:
        if ramp.points:
            message = f"a {ramp.kind.value} ramp takes no points; those that are given need the kind custom"
            raise PlanError("plan_failed", message)
        return
    if not 2 <= len(ramp.points) <= _MOST_POINTS:
        message = f"a custom ramp has {len(ramp.points)} points; 2 to {_MOST_POINTS} are needed"
        raise PlanError("plan_failed", message)
    for before, after in pairwise(ramp.points):
        if after.at <= before.at:
            message = f"a custom ramp's point at {after.at:g} does not come after the one at {before.at:g}"
            raise PlanError("plan_failed", message)


def knots(ramp: SpeedRamp) -> Knots:
    """The (time, speed) knots of a ramp, time 0 to 1 ascending.

    hero slows down at its peak and bullet almost stops around it, montage bursts at it; flash_in starts very fast and
    settles, flash_out is its mirror image.
    """
    p = ramp.peak
    near = 0.6 * min(p, 1 - p)
    table: dict[Ramp, Knots] = {
        Ramp.CONSTANT: ((0, 1), (1, 1)),
        Ramp.EASE_IN: ((0, 0.25), (1, 1.75)),
        Ramp.EASE_OUT: ((0, 1.75), (1, 0.25)),
        Ramp.HERO: ((0, 1.8), (p, 0.4), (1, 1.8)),
        Ramp.BULLET: ((0, 5), (p - near, 0.3), (p + near, 0.3), (1, 5)),
        Ramp.MONTAGE: ((0, 0.4), (p, 3), (1, 0.4)),
        Ramp.FLASH_IN: ((0, 8), (0.25, 0.7), (1, 0.7)),
        Ramp.FLASH_OUT: ((0, 0.7), (0.75, 0.7), (1, 8)),
        Ramp.CUSTOM: tuple((point.at, point.speed) for point in ramp.points),
    }
    return table[ramp.kind]


def speed(ramp: SpeedRamp, t: float) -> float:
    """The speed at time `t`, relative to the mean over the shot, which is 1."""
    return _speed(knots(ramp), t) / _distance(knots(ramp), 1.0)


def progress(ramp: SpeedRamp, t: float) -> float:
    """How far the camera has come at time `t`, both 0 to 1; never backwards."""
    if ramp.kind is Ramp.CONSTANT:
        return t
    curve = knots(ramp)
    return _distance(curve, t) / _distance(curve, 1.0)


def _speed(curve: Knots, t: float) -> float:
    if t <= curve[0][0]:
        return curve[0][1]
    for (a, slow), (b, fast) in pairwise(curve):
        if t <= b:
            return slow + (fast - slow) * (1 - math.cos(math.pi * (t - a) / (b - a))) / 2
    return curve[-1][1]


def _distance(curve: Knots, t: float) -> float:
    """The integral of the speed from 0 to `t`."""
    first, last = curve[0], curve[-1]
    way = first[1] * min(t, first[0])
    for (a, slow), (b, fast) in pairwise(curve):
        if t <= a:
            break
        u = (min(t, b) - a) / (b - a)
        way += (b - a) * (slow * u + (fast - slow) * (u / 2 - math.sin(math.pi * u) / (2 * math.pi)))
    return way + last[1] * max(0.0, t - last[0])
