"""What a design kit says: palette, woods, metals, textiles, light, and the pieces of each room with their sizes."""

from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, field_validator, model_validator

from ml.staging.furniture.catalogue import CATALOGUE
from ml.staging.furniture.surfaces.finishes import RUGS, TEXTILES, Cloth, Finishes, RugFinish
from ml.staging.furniture.surfaces.metal import METALS
from ml.staging.furniture.surfaces.prints import PRINTS
from ml.staging.furniture.surfaces.wood import PAINTS, WOODS

Colour = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{6}$")]


class Room(StrEnum):
    """The rooms that a kit furnishes. An open plan is furnished as a living room and a dining room in one."""

    LIVING = "living"
    BEDROOM = "bedroom"
    DINING = "dining"
    HOME_OFFICE = "home_office"
    KIDS = "kids"
    """A child's room; a kit may leave it out, and the cot is for the child that is too young for the bed."""


OPTIONAL = (Room.KIDS,)
"""Rooms that a kit may leave out."""


SLOTS: dict[Room, dict[str, tuple[str, ...]]] = {
    Room.LIVING: {
        "sofa": ("sofa",),
        "coffee_table": ("coffee_table",),
        "rug": ("rug",),
        "armchair": ("armchair",),
        "floor_lamp": ("floor_lamp",),
        "plant": ("plant",),
        "storage": ("sideboard", "tv_bench", "shelf"),
        "print": ("print",),
        "mirror": ("mirror",),
        "curtain": ("curtain",),
    },
    Room.BEDROOM: {
        "bed": ("bed",),
        "nightstand": ("nightstand",),
        "rug": ("rug",),
        "bench": ("bench",),
        "armchair": ("armchair",),
        "storage": ("sideboard", "shelf"),
        "wardrobe": ("wardrobe",),
        "plant": ("plant",),
        "floor_lamp": ("floor_lamp",),
        "print": ("print",),
        "mirror": ("mirror",),
        "curtain": ("curtain",),
    },
    Room.DINING: {
        "dining_table": ("dining_table",),
        "dining_chair": ("dining_chair",),
        "rug": ("rug",),
        "storage": ("sideboard", "shelf"),
        "pendant": ("pendant",),
        "plant": ("plant",),
        "print": ("print",),
        "mirror": ("mirror",),
        "curtain": ("curtain",),
    },
    Room.HOME_OFFICE: {
        "desk": ("desk",),
        "desk_chair": ("desk_chair",),
        "rug": ("rug",),
        "storage": ("shelf", "sideboard"),
        "armchair": ("armchair",),
        "floor_lamp": ("floor_lamp",),
        "plant": ("plant",),
        "print": ("print",),
        "curtain": ("curtain",),
    },
    Room.KIDS: {
        "bed": ("kids_bed",),
        "cot": ("cot",),
        "nightstand": ("nightstand",),
        "rug": ("rug",),
        "storage": ("sideboard", "shelf"),
        "wardrobe": ("wardrobe",),
        "armchair": ("armchair",),
        "plant": ("plant",),
        "print": ("print",),
        "curtain": ("curtain",),
    },
}
"""The slots of each room, and the kinds of furniture that may fill each. The first slot is the room's anchor."""


class Strict(BaseModel):
    """Nothing unknown is taken, nothing changes."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class PaletteRole(StrEnum):
    """What a colour of the palette is for."""

    BASE = "base"
    MAIN = "main"
    SECOND = "second"
    ACCENT = "accent"
    ACCENT_SECOND = "accent_second"


class Palette(Strict):
    """Five colours, sRGB, six hex digits: rugs and bedding; the sofa; the second seat; two accents."""

    base: Colour
    main: Colour
    second: Colour
    accent: Colour
    accent_second: Colour

    def of(self, role: PaletteRole) -> str:
        """The colour of a role."""
        colours = {
            PaletteRole.BASE: self.base,
            PaletteRole.MAIN: self.main,
            PaletteRole.SECOND: self.second,
            PaletteRole.ACCENT: self.accent,
            PaletteRole.ACCENT_SECOND: self.accent_second,
        }
        return colours[role]


def _offered(value: str, offered: tuple[str, ...], what: str) -> str:
    if value not in offered:
        raise ValueError(f"there is no {what} {value!r}; there are: {', '.join(offered)}")
    return value


class TextileUse(Strict):
    """A textile in a colour of the palette."""

    textile: str
    colour: PaletteRole

    @field_validator("textile")
    @classmethod
    def _known(cls, value: str) -> str:
        return _offered(value, TEXTILES, "textile")


class Textiles(Strict):
    """The textile of each use."""

    upholstery: TextileUse
    upholstery_second: TextileUse
    accent: TextileUse
    accent_second: TextileUse
    bedding: TextileUse
    throw: TextileUse
    curtain: TextileUse | None = None
    """Linen in the base colour where a kit says nothing."""


class RugUse(Strict):
    """The pattern of rugs, and the palette's colours of its ground and its figure."""

    pattern: str
    ground: PaletteRole
    figure: PaletteRole

    @field_validator("pattern")
    @classmethod
    def _known(cls, value: str) -> str:
        return _offered(value, RUGS, "rug pattern")


class Decor(Strict):
    """What stands on furniture and hangs on walls: colours of ceramics and lamp shades, the prints to choose from."""

    dressed: bool = True
    ceramic: Colour
    ceramic_second: Colour
    shade: Colour
    prints: tuple[str, ...] = Field(min_length=3)

    @field_validator("prints")
    @classmethod
    def _known(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for name in value:
            _offered(name, tuple(PRINTS), "print")
        return value


class Slot(Strict):
    """What fills a place of a room: designs and widths in the order in which they are tried.

    widths_cm: of a bed the mattress, of a rug its longer side. clearance_cm: free floor before it; None for what its
    kind needs by itself. count: at most so many.
    """

    kind: str
    designs: tuple[str, ...] = Field(min_length=1)
    widths_cm: tuple[int, ...] = Field(min_length=1)
    count: int = Field(default=1, ge=1, le=8)
    clearance_cm: int | None = Field(default=None, ge=0, le=200)

    @model_validator(mode="after")
    def _made(self) -> Self:
        _offered(self.kind, tuple(CATALOGUE), "furniture")
        kind = CATALOGUE[self.kind]
        for design in self.designs:
            _offered(design, tuple(kind.designs), f"{self.kind} design")
        for width in self.widths_cm:
            if not kind.least_cm <= width <= kind.most_cm:
                raise ValueError(f"a {self.kind} is {kind.least_cm} to {kind.most_cm} cm wide; widths_cm says {width}")
        return self


class Kit(Strict):
    """A design kit: one hand for all rooms. `name@version` names it in events and cache keys."""

    name: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z_]*$")]
    version: int = Field(ge=1)
    title: str = Field(min_length=1)
    about: str = Field(default="", max_length=120)
    """One line: what tells it from the others."""
    palette: Palette
    wood: str
    wood_second: str
    metal: str
    lacquer: str
    textiles: Textiles
    rug: RugUse
    light_kelvin: int = Field(ge=2200, le=6500)
    density: Literal["airy", "usual", "full"]
    decor: Decor
    rooms: dict[Room, dict[str, Slot]]

    @field_validator("wood", "wood_second", "lacquer")
    @classmethod
    def _known_wood(cls, value: str) -> str:
        return _offered(value, (*WOODS, *PAINTS), "wood")

    @field_validator("metal")
    @classmethod
    def _known_metal(cls, value: str) -> str:
        return _offered(value, tuple(METALS), "metal")

    @field_validator("rooms")
    @classmethod
    def _whole(cls, value: dict[Room, dict[str, Slot]]) -> dict[Room, dict[str, Slot]]:
        missing = [room.value for room in Room if room not in value and room not in OPTIONAL]
        if missing:
            raise ValueError(f"a kit furnishes every room; missing: {', '.join(missing)}")
        for room, slots in value.items():
            offered = SLOTS[room]
            for name, slot in slots.items():
                _offered(name, tuple(offered), f"slot of {room.value}")
                _offered(slot.kind, offered[name], f"kind for the slot {room.value}.{name}")
            anchor = next(iter(offered))
            if anchor not in slots:
                raise ValueError(f"{room.value} has no {anchor}, which is its anchor")
        return value

    @property
    def title_with_version(self) -> str:
        """`name@version`."""
        return f"{self.name}@{self.version}"

    def slots(self, room: Room) -> dict[str, Slot]:
        """The slots of a room by name, the anchor first, then in the order of SLOTS; none of a room it leaves out."""
        mine = self.rooms.get(room, {})
        return {name: mine[name] for name in SLOTS[room] if name in mine}

    def finishes(self) -> Finishes:
        """The finishes that furniture is made in: the same for every room."""
        curtain = self.textiles.curtain or TextileUse(textile="linen", colour=PaletteRole.BASE)
        cloths = {
            use: Cloth(textile.textile, self.palette.of(textile.colour))
            for use, textile in (
                ("upholstery", self.textiles.upholstery),
                ("upholstery_second", self.textiles.upholstery_second),
                ("accent", self.textiles.accent),
                ("accent_second", self.textiles.accent_second),
                ("bedding", self.textiles.bedding),
                ("throw", self.textiles.throw),
                ("curtain", curtain),
            )
        }
        return Finishes(
            **cloths,
            wood=self.wood,
            wood_second=self.wood_second,
            metal=self.metal,
            lacquer=self.lacquer,
            ceramic=self.decor.ceramic,
            ceramic_second=self.decor.ceramic_second,
            shade=self.decor.shade,
            rug=RugFinish(self.rug.pattern, self.palette.of(self.rug.ground), self.palette.of(self.rug.figure)),
            prints=self.decor.prints,
            light_kelvin=self.light_kelvin,
            dressed=self.decor.dressed,
        )
