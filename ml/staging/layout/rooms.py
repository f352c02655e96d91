"""A room, a set of furniture and a seed to a layout: the same three give the same one."""

from collections.abc import Callable

import numpy as np

from ml.staging.layout.arrangement import Arrangement
from ml.staging.layout.bedroom import arrange_bedroom
from ml.staging.layout.dining import arrange_dining
from ml.staging.layout.finishing import finish
from ml.staging.layout.home_office import arrange_home_office
from ml.staging.layout.items import Furnishing, Layout, Placed, RoomKind
from ml.staging.layout.kids import arrange_kids
from ml.staging.layout.living import arrange_living
from ml.staging.room import Room

REVISION = 3
"""Goes up by hand when a layout changes for the same room, furniture and seed."""

_LEAST_M2 = 4.5
"""Of free floor: below it nothing that is worth a picture fits."""

_OPEN_PLAN_M2 = 20.0

_ARRANGE: dict[RoomKind, Callable[[Arrangement, int], bool]] = {
    RoomKind.LIVING: arrange_living,
    RoomKind.BEDROOM: arrange_bedroom,
    RoomKind.DINING: arrange_dining,
    RoomKind.HOME_OFFICE: arrange_home_office,
    RoomKind.KIDS: arrange_kids,
}


def lay_out(room: Room, furnishing: Furnishing, kind: RoomKind, seed: int, variation: int = 0) -> Layout | None:
    """Where furniture goes; None where the room's anchor fits nowhere.

    variation: 0 is the best layout; others put the anchor elsewhere where that is nearly as good, and use other
    designs. Doors and their approach stay free, windows mostly, and what was within reach of each other stays so.
    """
    if room.floor.free_m2 < _LEAST_M2:
        return None
    if kind is not RoomKind.OPEN_PLAN:
        making = _made(room, furnishing, kind, seed, variation, before=None)
        return None if making is None else _closed(kind, making, variation)
    living = _made(room, furnishing, RoomKind.LIVING, seed, variation, before=None)
    if living is None:
        return None
    if living.occupancy.open_m2() < _OPEN_PLAN_M2 / 3:
        living.without("dining_table", "no room beside the living room")
        return _closed(kind, living, variation)
    both = _made(room, furnishing, RoomKind.DINING, seed + 1, variation, before=living)
    if both is None:
        living.without("dining_table", "no room beside the living room")
        return _closed(kind, living, variation)
    return _closed(kind, both, variation)


def _made(
    room: Room, furnishing: Furnishing, kind: RoomKind, seed: int, variation: int, *, before: Arrangement | None
) -> Arrangement | None:
    making = Arrangement(room, furnishing, kind, np.random.default_rng([seed, variation]))
    making.turn = seed + variation
    if before is not None:
        for item in before.items:
            making.add(item)
        making.notes += before.notes
    return making if _ARRANGE[kind](making, variation) else None


def _closed(kind: RoomKind, making: Arrangement, variation: int) -> Layout:
    finish(making)
    anchor = making.items[0]
    rest: tuple[Placed, ...] = tuple(making.items[1:])
    return Layout(kind, (anchor, *rest), float(len(making.items)), variation, tuple(making.notes))
