"""The catalogue: which kinds and designs there are, their real widths, and `make`, which builds one."""

from collections.abc import Callable
from dataclasses import dataclass

from ml.staging.furniture import (
    armchairs,
    beds,
    benches,
    curtains,
    desk_chairs,
    desks,
    dining,
    framed_beds,
    kids_beds,
    lamps,
    mirrors,
    nightstands,
    plants,
    rolled_sofas,
    rugs,
    shelves,
    slim_sofas,
    sofas,
    storage,
    styled_armchairs,
    styled_bedsides,
    styled_chairs,
    styled_desks,
    styled_dining_tables,
    styled_lamps,
    styled_storage,
    styled_tables,
    tables,
    tv_benches,
    wall,
    wardrobes,
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
            "rolled": Design(rolled_sofas.rolled_sofa, (215, 195, 175, 155)),
            "chesterfield": Design(rolled_sofas.chesterfield_sofa, (220, 200, 180, 160)),
            "slipcovered": Design(rolled_sofas.slipcovered_sofa, (220, 200, 180, 160)),
            "tapered": Design(slim_sofas.tapered_sofa, (215, 195, 175, 155)),
            "platform": Design(slim_sofas.platform_sofa, (220, 200, 180, 155)),
            "steel": Design(slim_sofas.steel_sofa, (215, 195, 175, 150)),
        },
        130,
        280,
    ),
    "bed": Kind(
        {
            "panel": Design(beds.panel_bed, (160, 180, 140, 90)),
            "channel": Design(beds.channel_bed, (160, 180, 140, 90)),
            "wooden": Design(beds.wooden_bed, (160, 180, 140, 90)),
            "platform": Design(framed_beds.platform_bed, (160, 180, 140, 90)),
            "slab": Design(framed_beds.slab_bed, (160, 180, 140, 90)),
            "iron": Design(framed_beds.iron_bed, (160, 180, 140, 90)),
            "rattan": Design(framed_beds.rattan_bed, (160, 180, 140, 90)),
            "boarded": Design(framed_beds.boarded_bed, (160, 180, 140, 90)),
            "tufted": Design(framed_beds.tufted_bed, (160, 180, 140, 90)),
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
            "farm": Design(styled_dining_tables.farm_table, (200, 180, 160, 140, 120)),
            "oval": Design(styled_dining_tables.oval_table, (200, 180, 160, 140, 120)),
            "iron": Design(styled_dining_tables.iron_table, (200, 180, 160, 140, 120)),
            "double_pedestal": Design(styled_dining_tables.double_pedestal_table, (200, 180, 160, 140, 120)),
            "slab": Design(styled_dining_tables.slab_table, (200, 180, 160, 140, 120)),
        },
        80,
        260,
    ),
    "dining_chair": Kind(
        {
            "shell": Design(dining.shell_chair, (52,)),
            "wishbone": Design(dining.wishbone_chair, (56,)),
            "padded": Design(dining.padded_chair, (50,)),
            "crossback": Design(styled_chairs.crossback_chair, (48,)),
            "spindle": Design(styled_chairs.spindle_chair, (48,)),
            "steel": Design(styled_chairs.steel_chair, (46,)),
            "upholstered": Design(styled_chairs.upholstered_chair, (50,)),
            "cane": Design(styled_chairs.cane_chair, (48,)),
            "rail": Design(styled_chairs.rail_chair, (50,)),
        },
        42,
        62,
    ),
    "armchair": Kind(
        {
            "barrel": Design(armchairs.barrel_armchair, (76, 70)),
            "lounge": Design(armchairs.lounge_armchair, (70, 66)),
            "club": Design(armchairs.club_armchair, (82, 76)),
            "wing": Design(styled_armchairs.wing_armchair, (80, 74)),
            "rattan": Design(styled_armchairs.rattan_armchair, (76, 70)),
            "sling": Design(styled_armchairs.sling_armchair, (72, 66)),
            "shell": Design(styled_armchairs.shell_armchair, (76, 70)),
            "spindle": Design(styled_armchairs.spindle_armchair, (74, 68)),
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
            "oval": Design(styled_tables.oval_coffee_table, (120, 105, 90)),
            "turned": Design(styled_tables.turned_coffee_table, (115, 100, 90)),
            "woven": Design(styled_tables.woven_coffee_table, (85, 75, 65)),
            "cart": Design(styled_tables.cart_coffee_table, (110, 100, 90)),
            "slab": Design(styled_tables.slab_coffee_table, (115, 100, 85)),
            "crossed": Design(styled_tables.crossed_coffee_table, (115, 100, 90)),
        },
        45,
        150,
    ),
    "floor_lamp": Kind(
        {
            "tripod": Design(lamps.tripod_lamp, (54,)),
            "arc": Design(lamps.arc_lamp, (120, 105)),
            "globe": Design(lamps.reading_lamp, (28,)),
            "turned": Design(styled_lamps.turned_lamp, (46,)),
            "studio": Design(styled_lamps.studio_lamp, (62,)),
            "paper": Design(styled_lamps.paper_lamp, (34,)),
            "woven": Design(styled_lamps.woven_lamp, (85,)),
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
            "panelled": Design(styled_storage.panelled_sideboard, (160, 140, 120)),
            "barn": Design(styled_storage.barn_sideboard, (160, 140, 120)),
            "cane": Design(styled_storage.cane_sideboard, (160, 140, 120)),
            "locker": Design(styled_storage.locker_sideboard, (160, 140, 120)),
            "slatted": Design(styled_storage.slatted_sideboard, (160, 140, 120)),
        },
        80,
        220,
    ),
    "nightstand": Kind(
        {
            "drawers": Design(nightstands.drawer_nightstand, (48, 42)),
            "shelf": Design(nightstands.shelf_nightstand, (45, 40)),
            "round": Design(nightstands.round_nightstand, (42, 38)),
            "panelled": Design(styled_bedsides.panelled_nightstand, (50, 44)),
            "block": Design(styled_bedsides.block_nightstand, (48, 42)),
            "steel": Design(styled_bedsides.steel_nightstand, (45, 40)),
            "cane": Design(styled_bedsides.cane_nightstand, (48, 42)),
            "turned": Design(styled_bedsides.turned_nightstand, (48, 42)),
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
            "trestle": Design(styled_desks.trestle_desk, (150, 130, 120)),
            "panelled": Design(styled_desks.panelled_desk, (150, 135, 125)),
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
            "turned": Design(styled_desks.turned_bench, (130, 120, 100)),
            "woven": Design(styled_desks.woven_bench, (130, 120, 100)),
            "steel": Design(styled_desks.steel_bench, (130, 120, 100)),
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
            "paper": Design(styled_lamps.paper_pendant, (55, 45)),
            "armed": Design(styled_lamps.armed_pendant, (68, 60)),
            "cluster": Design(styled_lamps.cluster_pendant, (62, 54)),
            "cage": Design(styled_lamps.cage_pendant, (34, 28)),
        },
        20,
        70,
    ),
    "mirror": Kind(
        {
            "round": Design(mirrors.round_mirror, (80, 70, 60)),
            "arched": Design(mirrors.arched_mirror, (70, 60)),
            "rayed": Design(mirrors.rayed_mirror, (90, 75)),
            "framed": Design(mirrors.framed_mirror, (75, 65)),
            "woven": Design(mirrors.woven_mirror, (80, 70)),
        },
        40,
        120,
    ),
    "curtain": Kind(
        {
            "ringed": Design(curtains.ringed_curtains, (60, 50, 40)),
            "pleated": Design(curtains.pleated_curtains, (60, 50, 40)),
            "waved": Design(curtains.waved_curtains, (60, 50, 40)),
        },
        35,
        90,
    ),
    "wardrobe": Kind(
        {
            "panelled": Design(wardrobes.panelled_wardrobe, (150, 110, 100)),
            "slatted": Design(wardrobes.slatted_wardrobe, (150, 120, 100)),
            "plain": Design(wardrobes.plain_wardrobe, (150, 100)),
            "cane": Design(wardrobes.cane_wardrobe, (150, 100)),
        },
        80,
        240,
    ),
    "kids_bed": Kind(
        {
            "house": Design(kids_beds.house_bed, (90,)),
            "spindle": Design(kids_beds.spindle_kids_bed, (90,)),
            "drawers": Design(kids_beds.drawer_kids_bed, (90,)),
        },
        80,
        120,
    ),
    "cot": Kind(
        {
            "slim": Design(kids_beds.slim_cot, (60,)),
            "turned": Design(kids_beds.turned_cot, (60,)),
            "panelled": Design(kids_beds.panelled_cot, (60,)),
        },
        55,
        75,
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
