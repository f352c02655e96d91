"""A layout in the making: pieces are tried one after the other, and stay where every hard limit is met."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np

from ml.staging.furniture import Mount
from ml.staging.layout import limits
from ml.staging.layout.items import Furnishing, Option, Placed, RoomKind, Size, Slot
from ml.staging.layout.occupancy import Occupancy
from ml.staging.layout.rectangles import Rectangle
from ml.staging.layout.sight import Things, box_points, hidden, hidden_of, nearest_depth, picture_share, share_in_frame
from ml.staging.room import OpeningKind, Room

BEFORE_OTHERS = frozenset({"coffee_table", "bench", "dining_chair", "desk_chair"})
"""Slots whose pieces stand before others: where they may, the rule that puts them there says."""

_OWN_RULES = frozenset({"bed", "dining_table", "coffee_table", "dining_chair", "desk_chair"})
"""Slots whose use takes more, or other floor than that before them: their rooms' modules look after it."""

_USED_WIDTH = 0.7
"""Of a piece's width, what one who uses it needs."""

_TOUCH_M2 = 0.02


class Arrangement:
    """A room, what stands in it so far, and the set of furniture that it comes from."""

    def __init__(self, room: Room, furnishing: Furnishing, kind: RoomKind, rng: np.random.Generator) -> None:
        self.room, self.furnishing, self.kind, self.rng = room, furnishing, kind, rng
        self.occupancy = Occupancy(room.floor)
        self.items: list[Placed] = []
        self.notes: list[str] = []
        self._things = Things(room)
        self.turn = 0
        """Which of a slot's designs is used."""

    def slot(self, name: str) -> Slot | None:
        """The slot of this name, None where the set leaves it out."""
        return self.furnishing.slots(self.kind).get(name)

    def options(self, slot: Slot) -> tuple[tuple[Option, Size], ...]:
        """What may fill a slot, with sizes, in the order in which it is tried."""
        found = [(option, self.furnishing.measure(option)) for option in slot.options(self.turn)]
        if slot.clearance_m is None:
            return tuple(found)
        return tuple((option, replace(size, clearance_m=slot.clearance_m)) for option, size in found)

    def every_option(self, slot: Slot) -> tuple[tuple[Option, Size], ...]:
        """As `options`, and after them those of the slot's other designs, which fit where the first does not."""
        turns = (
            replace(slot, designs=(slot.designs[(self.turn + n) % len(slot.designs)],))
            for n in range(len(slot.designs))
        )
        return tuple(found for each in turns for found in self.options(each))

    def place(
        self,
        slot: Slot,
        option: Option,
        size: Size,
        at: tuple[float, float],
        heading_deg: float,
        *,
        z: float = 0.0,
        wall: int | None = None,
        anchor: bool = False,
    ) -> Placed:
        """A piece as it would stand there, not yet part of the layout."""
        seed = int(self.rng.integers(2**31))
        return Placed(slot.name, option, size, float(at[0]), float(at[1]), z, heading_deg % 360, seed, wall, anchor)

    def add(self, item: Placed) -> Placed:
        """Make a piece part of the layout."""
        self.items.append(item)
        if item.size.mount is Mount.FLOOR and not item.flat:
            self.occupancy.take(item.footprint)
        return item

    def first_that_stands(
        self, candidates: Iterable[Placed], *, unknown: float = limits.UNKNOWN, aside_m: float = 0.0
    ) -> Placed | None:
        """The first of the candidates that meets every limit, added; None without one."""
        for item in candidates:
            if self.stands(item, unknown=unknown, aside_m=aside_m):
                return self.add(item)
        return None

    def stands(self, item: Placed, *, unknown: float = limits.UNKNOWN, aside_m: float = 0.0) -> bool:
        """Whether a piece meets every hard limit where it is.

        aside_m: by how much farther off the openings' approach than it has to be: what could stand elsewhere does.
        """
        return (
            self.fits_floor(item, unknown=unknown)
            and self.fits_picture(item)
            and (aside_m <= 0 or self.occupancy.shares(item.footprint.grown(aside_m)).approach <= limits.APPROACH)
            and self.leaves_use(item)
            and self.leaves_openings(item)
            and self.leaves_paths(item)
        )

    def leaves_use(self, item: Placed) -> bool:
        """Whether the floor before a piece is free for its use, and it stands on none that another needs."""
        if item.flat or item.size.mount is not Mount.FLOOR:
            return True
        if item.slot not in BEFORE_OTHERS:
            place = item.footprint
            if any(_use_of(other).overlap_m2(place) > _TOUCH_M2 for other in self.items if _needs_room(other)):
                return False
        if not _needs_room(item):
            return True
        use = _use_of(item)
        if self.occupancy.shares(use).blocked > limits.USE_BLOCKED:
            return False
        return not any(
            use.overlap_m2(other.footprint) > _TOUCH_M2
            for other in self.items
            if not other.flat and other.size.mount is Mount.FLOOR and other.slot not in BEFORE_OTHERS
        )

    def spare(self) -> bool:
        """Whether the room takes another piece that nobody would miss, by how densely it is to be furnished."""
        standing = (item for item in self.items if item.size.mount is Mount.FLOOR and not item.flat)
        taken = sum(item.size.width_m * item.size.depth_m for item in standing)
        return taken < limits.COVERED[self.furnishing.density] * self.room.floor.free_m2

    def fits_floor(self, item: Placed, *, unknown: float = limits.UNKNOWN) -> bool:
        """On free floor, off the openings' approach, and not through another piece."""
        if item.size.mount is not Mount.FLOOR:
            return True
        shares = self.occupancy.shares(item.footprint)
        if item.flat:
            return (
                shares.blocked <= limits.RUG_BLOCKED
                and shares.unknown <= limits.RUG_UNKNOWN
                and shares.approach <= limits.RUG_APPROACH
            )
        if shares.blocked > limits.BLOCKED or shares.unknown > unknown or shares.taken > 0.005:
            return False
        return shares.approach <= limits.APPROACH

    def leaves_paths(self, item: Placed) -> bool:
        """Whether one can still walk past a piece, wherever one could before."""
        if item.size.mount is not Mount.FLOOR or item.flat:
            return True
        if item.slot == "coffee_table" and self.roomy(item.before(limits.PAST_TABLE_M)):
            return True
        return self.occupancy.passable_with(item.footprint)

    def fits_picture(self, item: Placed) -> bool:
        """Within the frame, the anchor wholly; not right before the camera, and not filling the picture."""
        camera = self.room.camera
        if item.flat:
            return share_in_frame(camera, item) >= limits.RUG_IN_FRAME
        if nearest_depth(camera, item) < limits.NEAREST_M or picture_share(camera, item) > limits.LARGEST:
            return False
        if item.anchor:
            return share_in_frame(camera, item, limits.ANCHOR_MARGIN) >= 1.0
        return share_in_frame(camera, item) >= limits.IN_FRAME

    def leaves_openings(self, item: Placed) -> bool:
        """Windows hidden by no more than they may be, with what stands there already; doors hardly at all."""
        if item.flat:
            return True
        together = (*self.items, item)
        for opening in self.room.openings:
            area, width = hidden_of(self.room, opening, together)
            if opening.kind is OpeningKind.WINDOW:
                if area > limits.WINDOW_HIDDEN or width > limits.WINDOW_WIDTH_HIDDEN:
                    return False
                if self.is_before(item, opening.wall, opening.u0, opening.u1) and (
                    item.heights_m[1] > limits.BEFORE_WINDOW_M and item.heights_m[1] > opening.z0
                ):
                    return False
            elif area > limits.DOOR_HIDDEN:
                return False
        return True

    def is_before(self, item: Placed, wall_number: int, u0: float, u1: float, within_m: float = 0.9) -> bool:
        """Whether a piece stands before this stretch of a wall."""
        wall, place = self.room.walls[wall_number], item.footprint
        if wall.axis == 0:
            near, along = (place.x0, place.x1), (place.y0, place.y1)
        else:
            near, along = (place.y0, place.y1), (place.x0, place.x1)
        gap = min(abs(value - wall.offset_m) for value in near)
        return gap < within_m and min(along[1], u1) - max(along[0], u0) > 0.02

    def hides(self, item: Placed, other: Placed, most: float = limits.OTHER_HIDDEN) -> bool:
        """Whether a piece hides more of another from the camera than that share."""
        return float(hidden(self.room.camera, box_points(other), item).mean()) > most

    def things_hidden(self, item: Placed) -> float:
        """Of the picture of a piece, the share that hides what the room is shown for: cupboards, shelves, mirrors."""
        return self._things.share_of(item)

    def roomy(self, place: Rectangle, *, blocked: float = 0.08) -> bool:
        """Whether a rectangle is open floor that nothing stands on: room to sit, to walk, to open a drawer."""
        shares = self.occupancy.shares(place)
        return shares.blocked <= blocked and shares.taken <= 0.01

    def without(self, slot: str, why: str) -> None:
        """Note that a slot stays empty."""
        self.notes.append(f"{slot}: {why}")

    def of(self, names: Sequence[str]) -> list[Placed]:
        """The pieces of these slots."""
        return [item for item in self.items if item.slot in names]


def _needs_room(item: Placed) -> bool:
    return item.size.clearance_m > 0 and item.slot not in _OWN_RULES and item.size.mount is Mount.FLOOR


def _use_of(item: Placed) -> Rectangle:
    return item.before(item.size.clearance_m, share=_USED_WIDTH)
