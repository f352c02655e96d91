"""The catalogue: which kinds and designs there are, their real widths, and `make`, which builds one."""

from collections.abc import Callable
from dataclasses import dataclass

from ml.staging.furniture import (
    armchairs,
    beds,
    benches,
    desk_chairs,
    desks,
    dining,
    lamps,
    nightstands,
    plants,
    rugs,
    shelves,
    sofas,
    storage,
    tables,
    tv_benches,
    wall,
)
from ml.staging.furniture.piece import Piece
from ml.staging.furniture.surfaces.finishes import Finishes

Maker = Callable[[Finishes, int, float], Piece]


class FurnitureError(ValueError):
    """A piece was asked for that the catalogue does not have."""


@dataclass(frozen=True, slots=True)
class Design:
    """A design: who builds it, and the widths it is made in, in centimetres, the usual one first."""

    make: Maker
    widths_cm: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of furniture: its designs, and the narrowest and the widest that makes sense, in centimetres."""

    designs: dict[str, Design]
    least_cm: int
    most_cm: int


CATALOGUE: dict[str, Kind] = {
    "sofa": Kind(
        {
            "track": Design(sofas.track_sofa, (220, 200, 170, 150)),
            "rounded": Design(sofas.rounded_sofa, (230, 205, 180, 155)),
            "framed": Design(sofas.framed_sofa, (210, 190, 165, 145)),
        },
        130,
        280,
    ),
    "bed": Kind(
        {
            "panel": Design(beds.panel_bed, (160, 180, 140, 90)),
            "channel": Design(beds.channel_bed, (160, 180, 140, 90)),
            "wooden": Design(beds.wooden_bed, (160, 180, 140, 90)),
        },
        80,
        200,
    ),
    "rug": Kind(
        {
            "pile": Design(rugs.pile_rug, (240, 290, 200, 170)),
            "flatwoven": Design(rugs.flatwoven_rug, (240, 290, 200, 170)),
            "round": Design(rugs.round_rug, (200, 240, 160)),
        },
        100,
        400,
    ),
    "dining_table": Kind(
        {
            "plank": Design(dining.plank_table, (180, 160, 140, 120)),
            "pedestal": Design(dining.pedestal_table, (120, 110, 100, 90)),
            "trestle": Design(dining.trestle_table, (200, 180, 160, 140)),
        },
        80,
        260,
    ),
    "dining_chair": Kind(
        {
            "shell": Design(dining.shell_chair, (52,)),
            "wishbone": Design(dining.wishbone_chair, (56,)),
            "padded": Design(dining.padded_chair, (50,)),
        },
        42,
        62,
    ),
    "armchair": Kind(
        {
            "barrel": Design(armchairs.barrel_armchair, (76, 70)),
            "lounge": Design(armchairs.lounge_armchair, (70, 66)),
            "club": Design(armchairs.club_armchair, (82, 76)),
        },
        60,
        105,
    ),
    "coffee_table": Kind(
        {
            "round": Design(tables.round_coffee_table, (80, 70, 60)),
            "framed": Design(tables.framed_coffee_table, (110, 100, 90)),
            "nested": Design(tables.nested_coffee_tables, (110, 95)),
            "glass": Design(tables.glass_coffee_table, (85, 75)),
        },
        45,
        150,
    ),
    "floor_lamp": Kind(
        {
            "tripod": Design(lamps.tripod_lamp, (54,)),
            "arc": Design(lamps.arc_lamp, (120, 105)),
            "globe": Design(lamps.reading_lamp, (28,)),
        },
        24,
        160,
    ),
    "plant": Kind(
        {
            "rubber_tree": Design(plants.rubber_tree, (70, 55)),
            "olive_tree": Design(plants.olive_tree, (80, 65)),
            "snake_plant": Design(plants.snake_plant, (42,)),
            "fan_palm": Design(plants.fan_palm, (95, 80)),
        },
        30,
        130,
    ),
    "sideboard": Kind(
        {
            "reeded": Design(storage.reeded_sideboard, (160, 140, 120)),
            "legged": Design(storage.legged_sideboard, (160, 140, 120)),
            "drawers": Design(storage.drawer_sideboard, (150, 130, 110)),
        },
        80,
        220,
    ),
    "nightstand": Kind(
        {
            "drawers": Design(nightstands.drawer_nightstand, (48, 42)),
            "shelf": Design(nightstands.shelf_nightstand, (45, 40)),
            "round": Design(nightstands.round_nightstand, (42, 38)),
        },
        34,
        65,
    ),
    "tv_bench": Kind(
        {
            "slatted": Design(tv_benches.slatted_tv_bench, (180, 160, 140)),
            "legged": Design(tv_benches.legged_tv_bench, (160, 140)),
            "lacquer": Design(tv_benches.lacquer_tv_bench, (180, 160, 140)),
        },
        110,
        240,
    ),
    "desk": Kind(
        {
            "legged": Design(desks.legged_desk, (130, 120, 110)),
            "framed": Design(desks.framed_desk, (140, 120, 110)),
            "pedestal": Design(desks.pedestal_desk, (150, 130)),
        },
        90,
        200,
    ),
    "desk_chair": Kind(
        {
            "swivel": Design(desk_chairs.swivel_chair, (54,)),
            "executive": Design(desk_chairs.executive_chair, (62,)),
            "wooden": Design(desk_chairs.wooden_desk_chair, (54,)),
        },
        46,
        72,
    ),
    "shelf": Kind(
        {
            "open": Design(shelves.open_shelf, (90, 80)),
            "ladder": Design(shelves.ladder_shelf, (100, 80)),
            "cabinet": Design(shelves.cabinet_shelf, (100, 90)),
        },
        60,
        140,
    ),
    "bench": Kind(
        {
            "padded": Design(benches.padded_bench, (130, 120, 100)),
            "framed": Design(benches.framed_bench, (130, 120, 100)),
            "slatted": Design(benches.slatted_bench, (130, 120, 100)),
        },
        80,
        180,
    ),
    "print": Kind(
        {
            "single": Design(wall.single_print, (70, 60, 50)),
            "pair": Design(wall.pair_of_prints, (110, 90)),
            "row": Design(wall.row_of_prints, (150, 126)),
        },
        35,
        200,
    ),
    "pendant": Kind(
        {
            "dome": Design(lamps.dome_pendant, (45, 38)),
            "globe": Design(lamps.globe_pendant, (34, 28)),
            "woven": Design(lamps.woven_pendant, (50, 42)),
        },
        20,
        70,
    ),
}
KINDS: tuple[str, ...] = tuple(CATALOGUE)


def designs_of(kind: str) -> tuple[str, ...]:
    """The designs of a kind; raises FurnitureError for a kind that there is none of."""
    return tuple(_kind(kind).designs)


def widths_of(kind: str, design: str) -> tuple[float, ...]:
    """The widths that a design is made in, in metres, the usual one first; raises FurnitureError."""
    return tuple(width / 100 for width in _design(kind, design).widths_cm)


def make(kind: str, design: str, *, seed: int, finishes: Finishes, width_m: float | None = None) -> Piece:
    """Build a piece: the same arguments give the same bytes.

    width_m: its usual width if None. Raises FurnitureError for an unknown kind or design, or an impossible width.
    """
    found = _design(kind, design)
    width = found.widths_cm[0] / 100 if width_m is None else width_m
    limits = CATALOGUE[kind]
    if not limits.least_cm <= round(width * 100) <= limits.most_cm:
        raise FurnitureError(
            f"A {kind} is {limits.least_cm} to {limits.most_cm} cm wide; {width * 100:.0f} cm were asked for."
        )
    return found.make(finishes, seed, width)


def _kind(kind: str) -> Kind:
    if kind not in CATALOGUE:
        raise FurnitureError(f"There is no furniture {kind!r}; there is: {', '.join(CATALOGUE)}.")
    return CATALOGUE[kind]


def _design(kind: str, design: str) -> Design:
    designs = _kind(kind).designs
    if design not in designs:
        raise FurnitureError(f"There is no {kind} {design!r}; there are: {', '.join(designs)}.")
    return designs[design]
