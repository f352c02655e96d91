"""A kit to what a layout needs of it, and a layout's places to the pieces that stand there."""

import os
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from ml.staging import kits
from ml.staging.furniture import Finishes, Piece, PieceStore, widths_of
from ml.staging.kits import Kit
from ml.staging.layout import Density, Design, Furnishing, Layout, Option, RoomKind, Size, Slot

_MEASURED = 0
"""Seed of the piece that tells an option's size; the one that stands there has its own, and cushions of its own."""


def pieces_folder() -> Path:
    """Where built pieces are kept: XDG_CACHE_HOME, or ~/.cache."""
    cache = os.environ.get("XDG_CACHE_HOME")
    return (Path(cache) if cache else Path.home() / ".cache") / "vls-media" / "furniture"


def furnishing_of(kit: Kit) -> Furnishing:
    """The slots of a kit in metres. Sizes are taken from the meshes, each when it is first asked for."""
    finishes = kit.finishes()
    rooms = {
        RoomKind(room.value): {name: _slot(name, slot) for name, slot in kit.slots(room).items()} for room in kit.rooms
    }

    def measure(option: Option) -> Size:
        return size_of(_built(option, finishes, _MEASURED))

    return Furnishing(kit.title_with_version, rooms, measure, Density(kit.density))


def furnished(layout: Layout, kit: Kit) -> tuple[Layout, tuple[Piece, ...]]:
    """The pieces of a layout, in its order, and the layout with their true sizes."""
    finishes = kit.finishes()
    pieces = tuple(_built(item.option, finishes, item.seed) for item in layout.items)
    items = tuple(replace(item, size=size_of(piece)) for item, piece in zip(layout.items, pieces, strict=True))
    return replace(layout, items=items), pieces


def size_of(piece: Piece) -> Size:
    """The size of a piece."""
    return Size(piece.width_m, piece.depth_m, piece.height_m, piece.clearance_m, piece.mount)


def _slot(name: str, slot: kits.Slot) -> Slot:
    """A slot whose designs have those of its widths that each is made in; all of them where none is."""
    designs = []
    for design in slot.designs:
        made = {round(width * 100) for width in widths_of(slot.kind, design)}
        widths = [width for width in slot.widths_cm if width in made] or slot.widths_cm
        designs.append(Design(design, tuple(width / 100 for width in widths)))
    clearance = None if slot.clearance_cm is None else slot.clearance_cm / 100
    return Slot(name, slot.kind, tuple(designs), slot.count, clearance)


@lru_cache(maxsize=96)
def _built(option: Option, finishes: Finishes, seed: int) -> Piece:
    store = PieceStore(pieces_folder())
    return store.make(option.kind, option.design, seed=seed, finishes=finishes, width_m=option.width_m)
