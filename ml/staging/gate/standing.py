"""Checks on the layout in its room: everything stands on free floor, nothing floats, openings are free."""

from collections.abc import Sequence

from ml.staging.furniture import Mount, Piece
from ml.staging.gate.checks import Check, at_least, at_most
from ml.staging.gate.reasons import UnstagedReason
from ml.staging.layout.items import Layout, Placed
from ml.staging.layout.occupancy import Occupancy
from ml.staging.layout.sight import hidden_of, share_in_frame
from ml.staging.room import OpeningKind, Room

BLOCKED = 0.05
UNKNOWN = 0.55
APPROACH = 0.06
FLOATING_M = 0.012
"""Between the lowest point of a piece and what carries it: the thickness of a felt pad, and rounding."""

WALL_GAP_M = 0.03
WINDOW_HIDDEN = 0.25
WINDOW_WIDTH = 0.96
DOOR_HIDDEN = 0.2
ANCHOR_IN_FRAME = 1.0


def standing_checks(room: Room, layout: Layout, pieces: Sequence[Piece]) -> list[Check]:
    """Measured on the floor map and on the meshes themselves."""
    occupancy = Occupancy(room.floor)
    on_floor = [item for item in layout.items if item.size.mount is Mount.FLOOR]
    shares = [occupancy.shares(item.footprint) for item in on_floor]
    solid = [share for share, item in zip(shares, on_floor, strict=True) if not item.flat]
    windows = [hidden_of(room, o, layout.items) for o in room.openings if o.kind is OpeningKind.WINDOW]
    doors = [hidden_of(room, o, layout.items) for o in room.openings if o.kind is not OpeningKind.WINDOW]
    floating = [_gap(room, item, piece) for item, piece in zip(layout.items, pieces, strict=True)]
    return [
        at_most(
            "footprint_blocked", max((s.blocked for s in shares), default=0), BLOCKED, UnstagedReason.DOES_NOT_STAND
        ),
        at_most("footprint_unseen", max((s.unknown for s in solid), default=0), UNKNOWN, UnstagedReason.DOES_NOT_STAND),
        at_most(
            "footprint_in_approach",
            max((s.approach for s in solid), default=0),
            APPROACH,
            UnstagedReason.BLOCKS_OPENING,
        ),
        at_most("floating_m", max(floating, default=0), FLOATING_M, UnstagedReason.DOES_NOT_STAND),
        at_most(
            "window_hidden", max((area for area, _ in windows), default=0), WINDOW_HIDDEN, UnstagedReason.BLOCKS_OPENING
        ),
        at_most(
            "window_width_hidden",
            max((width for _, width in windows), default=0),
            WINDOW_WIDTH,
            UnstagedReason.BLOCKS_OPENING,
        ),
        at_most("door_hidden", max((area for area, _ in doors), default=0), DOOR_HIDDEN, UnstagedReason.BLOCKS_OPENING),
        at_least(
            "anchor_in_frame", share_in_frame(room.camera, layout.anchor), ANCHOR_IN_FRAME, UnstagedReason.OUT_OF_FRAME
        ),
    ]


def _gap(room: Room, item: Placed, piece: Piece) -> float:
    """Metres between a piece and the floor, wall or ceiling that carries it."""
    low, high = piece.bounds()
    if item.size.mount is Mount.FLOOR:
        return abs(float(low[2]) + item.z)
    if item.size.mount is Mount.CEILING:
        return abs(float(high[2]) + item.z - room.scale.ceiling_m)
    wall = room.walls[item.wall or 0]
    at = item.x if wall.axis == 0 else item.y
    away = abs(at - wall.offset_m) - float(high[1])
    return max(0.0, away - WALL_GAP_M)
