"""A piece of a kit inside a real photo, seen from three sides at once: what shows how it stands, and what is wrong."""

import math

import numpy as np
from numpy.typing import NDArray

from ml.staging.engines import Bounds, Engine, Work
from ml.staging.errors import NotSupportedError
from ml.staging.furnishing import furnished, furnishing_of
from ml.staging.furniture import Mount
from ml.staging.kits import Kit
from ml.staging.layout import Layout, Option, Placed, RoomKind, Size
from ml.staging.layout.items import heading_of
from ml.staging.layout.occupancy import Occupancy
from ml.staging.layout.sight import share_in_frame
from ml.staging.room import Room

FIRST_KINDS = (
    "sofa",
    "bed",
    "rug",
    "dining_table",
    "dining_chair",
    "armchair",
    "coffee_table",
    "floor_lamp",
    "plant",
    "sideboard",
)
"""Those that fill the frame."""

TURNS_DEG = (15.0, 75.0, 200.0)
"""Off facing the camera: from the front, from the side, from behind."""

_DISTANCE_M = 3.2
_STEP_M = 0.25
_APART_M = 0.3
_FREE = 0.03


def options_of(kit: Kit, kinds: tuple[str, ...]) -> tuple[Option, ...]:
    """Every design of these kinds that a kit has in any room, in its usual width."""
    found: dict[tuple[str, str], Option] = {}
    for slots in furnishing_of(kit).rooms.values():
        for slot in slots.values():
            for turn in range(len(slot.designs)) if slot.kind in kinds else ():
                option = slot.options(turn)[0]
                found.setdefault((option.kind, option.design), option)
    return tuple(found[key] for key in sorted(found, key=lambda key: (kinds.index(key[0]), key[1])))


def shown_in(
    pixels: NDArray[np.uint8], room: Room, kit: Kit, option: Option, engine: Engine, *, samples: int, threads: int = 2
) -> NDArray[np.uint8]:
    """The photo (H x W x 3) with three of a piece on its free floor.

    Raises NotSupportedError where the floor has no place for one or the piece hangs, and what the engine raises.
    """
    size = furnishing_of(kit).measure(option)
    if size.mount is not Mount.FLOOR:
        raise NotSupportedError(f"A {option.kind} hangs: what stands on the floor can be shown from three sides.")
    items = tuple(_places(room, option, size))
    if not items:
        raise NotSupportedError(f"The floor of this photo has no place for a {option.kind} of {option.width_m:g} m.")
    layout, pieces = furnished(Layout(RoomKind.LIVING, items, 0.0), kit)
    work = Work(pixels, room, layout, pieces, seed=0, samples=samples, bounds=Bounds(threads=threads))
    return engine.furnish(work).pixels


def _places(room: Room, option: Option, size: Size) -> list[Placed]:
    """On free floor, wholly in the picture, apart from one another, each turned otherwise; the closest that can be."""
    occupancy = Occupancy(room.floor)
    x, y = room.floor.centres()
    step = max(1, round(_STEP_M / room.floor.cell_m))
    spots = [(float(at_x), float(at_y)) for at_y in y[::step] for at_x in x[::step]]
    placed: list[Placed] = []
    for number, turn in enumerate(TURNS_DEG):
        for at in sorted(spots, key=lambda spot: abs(math.hypot(*spot) - _DISTANCE_M)):
            heading = (heading_of(-np.array(at)) + turn) % 360
            item = Placed(option.kind, option, size, *at, 0.0, heading, number)
            shares = occupancy.shares(item.footprint)
            if shares.blocked + shares.unknown > _FREE or share_in_frame(room.camera, item) < 1:
                continue
            if not any(item.footprint.grown(_APART_M).overlap_m2(other.footprint) > 0 for other in placed):
                placed.append(item)
                break
    return placed
