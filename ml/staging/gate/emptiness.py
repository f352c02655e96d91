"""Checks on what stands in the room already: an empty or partly furnished one is needed, unless an engine clears it."""

import numpy as np

from ml.staging.gate.checks import Check, at_least, at_most
from ml.staging.gate.reasons import UnstagedReason
from ml.staging.room import Room

LEAST_BARE = 0.45
"""Of what is below eye level: empty rooms show 0.6 to 0.95 of it as floor, plain wall and openings."""

MOST_FURNITURE = 0.055
"""Of the photo. Once floor that was taken for a bed is floor again, empty rooms show at most 0.044, most furnished ones
0.06 and more (41 photos); a lone chair shows less."""

_FURNITURE = ("bed", "sofa", "armchair", "chair", "table")
_STEP = 4


def emptiness_checks(room: Room) -> list[Check]:
    """How much furniture and other things a photo shows."""
    known = [room.labels.index(label) for label in _FURNITURE if label in room.labels]
    share = float(np.isin(room.classes[::_STEP, ::_STEP], known).mean())
    checks = [at_most("furniture_share", share, MOST_FURNITURE, UnstagedReason.FURNISHED)]
    bare = room.confidence.parts.get("bare")
    if bare is not None:
        checks.append(at_least("bare_below_eye_level", bare, LEAST_BARE, UnstagedReason.FURNISHED))
    return checks
