"""What of a layout does not stand once its pieces have their true sizes: left out, so that the rest can be shown."""

from dataclasses import replace

from ml.staging.furniture import Piece
from ml.staging.gate.standing import standing_checks
from ml.staging.layout import Layout
from ml.staging.room import Room


def fitted(room: Room, layout: Layout, pieces: tuple[Piece, ...]) -> tuple[Layout, tuple[Piece, ...]]:
    """The layout, with its pieces, without those for whose sake it would not stand; the anchor stays.

    A piece is placed by the size of its kind, and comes out a little larger or smaller: leaves, cushions, vases.
    """
    kept, notes = [0], list(layout.notes)
    failed = _failed(room, layout, pieces, kept)
    for number, item in enumerate(layout.items[1:], start=1):
        found = _failed(room, layout, pieces, [*kept, number])
        if found <= failed:
            kept.append(number)
        else:
            notes.append(f"{item.slot}: {', '.join(sorted(found - failed))}")
    items = tuple(layout.items[number] for number in kept)
    return replace(layout, items=items, notes=tuple(notes)), tuple(pieces[number] for number in kept)


def _failed(room: Room, layout: Layout, pieces: tuple[Piece, ...], kept: list[int]) -> set[str]:
    some = replace(layout, items=tuple(layout.items[number] for number in kept))
    checks = standing_checks(room, some, [pieces[number] for number in kept])
    return {check.name for check in checks if not check.passed}
