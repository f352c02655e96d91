"""What a layout is made of: the options that fill a slot, a piece put in its place, and all of them together."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np

from ml.staging.furniture import Mount
from ml.staging.layout.rectangles import Rectangle
from ml.staging.room.camera import Floats


class RoomKind(StrEnum):
    """What a room is furnished as."""

    LIVING = "living"
    BEDROOM = "bedroom"
    DINING = "dining"
    HOME_OFFICE = "home_office"
    KIDS = "kids"
    """A child's room, with a bed or a cot."""
    OPEN_PLAN = "open_plan"
    """A living and a dining room in one."""


class Density(StrEnum):
    """How much furniture a room takes, beside what its use needs."""

    AIRY = "airy"
    USUAL = "usual"
    FULL = "full"


@dataclass(frozen=True, slots=True)
class Size:
    """Of a piece, all that is on it included, in metres; and the free depth that its use needs before it."""

    width_m: float
    depth_m: float
    height_m: float
    clearance_m: float = 0.0
    mount: Mount = Mount.FLOOR


@dataclass(frozen=True, slots=True)
class Option:
    """One way to fill a slot."""

    kind: str
    design: str
    width_m: float
    """Of the catalogue: of a bed the mattress, of a rug its longer side."""


Measure = Callable[[Option], Size]
"""The size of an option. A function, because building a piece is what tells its size, and few are looked at."""


@dataclass(frozen=True, slots=True)
class Design:
    """A design and the widths that it is made in, metres, in the order in which they are tried."""

    name: str
    widths_m: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Slot:
    """A place of a room, and what may fill it."""

    name: str
    kind: str
    designs: tuple[Design, ...]
    count: int = 1
    clearance_m: float | None = None
    """Free floor before it; None for what the piece itself asks for."""

    def options(self, turn: int) -> tuple[Option, ...]:
        """Every width of one design: which design, `turn` says."""
        design = self.designs[turn % len(self.designs)]
        return tuple(Option(self.kind, design.name, width) for width in design.widths_m)


@dataclass(frozen=True, slots=True)
class Furnishing:
    """The slots of each room kind that a set of furniture has, and how large its pieces are."""

    name: str
    rooms: Mapping[RoomKind, Mapping[str, Slot]]
    measure: Measure
    density: Density = Density.USUAL

    def slots(self, kind: RoomKind) -> Mapping[str, Slot]:
        """Of a room kind other than the open plan, which has those of its two rooms; none of one that the set lacks."""
        return self.rooms.get(kind, {})


@dataclass(frozen=True, slots=True)
class Placed:
    """A piece in its place. World coordinates, metres; heading counter-clockwise, 0 faces along -y."""

    slot: str
    option: Option
    size: Size
    x: float
    y: float
    z: float
    """Of the piece's origin: 0 on the floor, the middle of a print, the ceiling of a pendant."""
    heading_deg: float
    seed: int
    wall: int | None = None
    """Index of the wall that it stands or hangs against."""
    anchor: bool = False

    @property
    def to_room(self) -> Floats:
        """4 x 4, from the piece's frame to the room's."""
        sine, cosine = math.sin(math.radians(self.heading_deg)), math.cos(math.radians(self.heading_deg))
        return np.array([[cosine, -sine, 0, self.x], [sine, cosine, 0, self.y], [0, 0, 1, self.z], [0, 0, 0, 1.0]])

    @property
    def footprint(self) -> Rectangle:
        """What it covers seen from above: the upright box around it, along the room's directions."""
        turned = Rectangle.about(self.x, self.y, self.size.width_m, self.size.depth_m, self.heading_deg)
        if self.size.mount is Mount.WALL:
            ahead = facing(self.heading_deg) * self.size.depth_m / 2
            return turned.moved(float(ahead[0]), float(ahead[1]))
        return turned

    @property
    def heights_m(self) -> tuple[float, float]:
        """Of its lowest and its highest point."""
        height = self.size.height_m
        if self.size.mount is Mount.WALL:
            return (self.z - height / 2, self.z + height / 2)
        if self.size.mount is Mount.CEILING:
            return (self.z - height, self.z)
        return (self.z, self.z + height)

    def before(self, depth_m: float, *, share: float = 1.0) -> Rectangle:
        """The floor before it, so deep and as wide as that share of its width."""
        middle = np.array([self.x, self.y]) + facing(self.heading_deg) * (self.size.depth_m + depth_m) / 2
        return Rectangle.about(float(middle[0]), float(middle[1]), self.size.width_m * share, depth_m, self.heading_deg)

    @property
    def flat(self) -> bool:
        """Whether one walks over it and furniture stands on it."""
        return self.option.kind == "rug"


@dataclass(frozen=True, slots=True)
class Layout:
    """Where everything stands, the anchor first."""

    kind: RoomKind
    items: tuple[Placed, ...]
    score: float
    variation: int = 0
    notes: tuple[str, ...] = field(default=())
    """What was left out, and why: a slot and a sentence."""

    @property
    def anchor(self) -> Placed:
        """The piece that the rest is arranged around."""
        return self.items[0]


def facing(heading_deg: float) -> Floats:
    """The direction, (2,), that a piece of this heading faces."""
    angle = math.radians(heading_deg)
    return np.array([math.sin(angle), -math.cos(angle)])


def heading_of(direction: Floats) -> float:
    """The heading, degrees from 0 to 360, that faces along a level direction (2,)."""
    return math.degrees(math.atan2(float(direction[0]), -float(direction[1]))) % 360
