"""A piece of a kit inside a real photo, seen from three sides at once: what shows how it stands, and what is wrong."""

import math
from collections.abc import Iterator

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

_DEPTHS_M = (3.2, 3.8, 4.4, 2.7, 5.0, 5.8)
_APART = 1.35
_FREE = 0.15


def options_of(kit: Kit, kinds: tuple[str, ...]) -> tuple[Option, ...]:
    """Every design of these kinds that a kit has in any room, in its usual width."""
    found: dict[tuple[str, str], Option] = {}
    for slots in furnishing_of(kit).rooms.values():
        for slot in slots.values():
            for option in slot.options(0) if slot.kind in kinds else ():
                found.setdefault((option.kind, option.design), option)
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


def _places(room: Room, option: Option, size: Size) -> Iterator[Placed]:
    """Side by side, as far from the camera as most of them are on free floor."""
    rows = [[*_row(room, option, size, depth)] for depth in _DEPTHS_M]
    yield from max(rows, key=len)


def _row(room: Room, option: Option, size: Size, depth_m: float) -> Iterator[Placed]:
    occupancy = Occupancy(room.floor)
    yaw = room.camera.yaw_rad
    ahead = np.array([math.sin(yaw), math.cos(yaw)])
    right = np.array([ahead[1], -ahead[0]])
    apart = _APART * max(size.width_m, size.depth_m)
    for number, turn in enumerate(TURNS_DEG):
        at = depth_m * ahead + (number - 1) * apart * right
        heading = heading_of(-at) + turn
        item = Placed(
            option.kind, option, size, float(at[0]), float(at[1]), 0.0, heading % 360, number, anchor=not number
        )
        shares = occupancy.shares(item.footprint)
        if shares.blocked + shares.unknown <= _FREE:
            yield item
