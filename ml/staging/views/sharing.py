"""One layout for all views of a room: laid out once, on the plan of all, and told again in each view's own world."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from ml.staging.fitting import fitted
from ml.staging.furnishing import furnished, furnishing_of
from ml.staging.furniture import Piece
from ml.staging.gate.standing import standing_checks
from ml.staging.kits import Kit
from ml.staging.layout import Layout, Placed, RoomKind, lay_out
from ml.staging.layout.sight import box_points, nearest_depth, picture_share, share_in_frame
from ml.staging.room import Room
from ml.staging.staging import MOST_VARIATIONS
from ml.staging.views.plan import Member, member_room

_NEAREST_M = 0.8
"""From a camera, nothing that it shows: it would fill the picture, and be seen as from within."""

_LARGEST = 0.5
_SHOWN = 0.02
"""Of the box around a piece, the share in the frame from which on the picture shows it."""

_TRIES = 4


@dataclass(frozen=True, slots=True, eq=False)
class Sight:
    """What a view shows of the layout: its room with the plan's floor, and the layout in its own world."""

    room: Room
    layout: Layout | None
    """None where no piece is wholly in its frame."""


def laid_out(
    plan: Room, members: Sequence[Member], kit: Kit, kinds: Sequence[RoomKind], seed: int, variation: int
) -> Layout | None:
    """Where furniture goes, for every view to show the same; None where the anchor stands well for none of them.

    Of pieces that one view cannot show, all do without. Where that is the anchor, other places for it are tried.
    """
    furnishing = furnishing_of(kit)
    for kind in kinds:
        for attempt in range(_TRIES):
            layout = lay_out(plan, furnishing, kind, seed, variation + attempt * MOST_VARIATIONS)
            if layout is None:
                break
            shared = _for_all(plan, replace(layout, variation=variation), members, kit)
            if shared is not None:
                return shared
    return None


def sight_of(plan: Room, member: Member, layout: Layout) -> Sight:
    """The layout as a view shows it, what is wholly in its frame first; pieces that it does not show left out."""
    room = member_room(plan, member)
    # The plan's walls come first among the view's, in their order: a wall has the same number in both.
    seen = [member.pose.placed(item, item.wall) for item in layout.items]
    shown = [item for item in seen if share_in_frame(room.camera, item) > _SHOWN]
    whole = [item for item in shown if share_in_frame(room.camera, item) >= 1.0 and not item.flat]
    if not whole:
        return Sight(room, None)
    anchors = [item for item in whole if item.anchor]
    first = anchors[0] if anchors else max(whole, key=lambda item: picture_share(room.camera, item))
    rest = tuple(item for item in shown if item is not first)
    return Sight(room, replace(layout, items=(first, *rest)))


def _for_all(plan: Room, layout: Layout, members: Sequence[Member], kit: Kit) -> Layout | None:
    """What every view can show of a layout; None where the anchor is not among it."""
    layout, pieces = fitted(plan, *furnished(layout, kit))
    for member in members:
        found = _for_one(plan, layout, pieces, member)
        if found is None:
            return None
        layout, pieces = found
    return layout


def _for_one(
    plan: Room, layout: Layout, pieces: tuple[Piece, ...], member: Member
) -> tuple[Layout, tuple[Piece, ...]] | None:
    room = member_room(plan, member)
    kept = [number for number, item in enumerate(layout.items) if _well_seen(room, member.pose.placed(item, item.wall))]
    if 0 not in kept:
        return None
    sight = sight_of(plan, member, _only(layout, kept))
    if sight.layout is not None:
        seen = {item.seed: piece for item, piece in zip(layout.items, pieces, strict=True)}
        own, standing = fitted(sight.room, sight.layout, tuple(seen[item.seed] for item in sight.layout.items))
        if any(not check.passed for check in standing_checks(sight.room, own, standing)):
            return None
        gone = {item.seed for item in sight.layout.items} - {item.seed for item in own.items}
        kept = [number for number in kept if layout.items[number].seed not in gone]
        if 0 not in kept:
            return None
    left = [item.slot for number, item in enumerate(layout.items) if number not in kept]
    notes = (*layout.notes, *(f"{slot}: another view of the room cannot show it" for slot in left))
    return replace(_only(layout, kept), notes=notes), tuple(pieces[number] for number in kept)


def _well_seen(room: Room, item: Placed) -> bool:
    """Whether a view shows a piece from far enough, or not at all."""
    camera = room.camera
    if share_in_frame(camera, item) <= _SHOWN:
        # Nearly behind the camera, and still in the frame: its box cannot be drawn.
        _, depth = camera.project(box_points(item))
        return bool((depth < 0).all() or (depth > 0).all()) or share_in_frame(camera, item) == 0
    return item.flat or (nearest_depth(camera, item) >= _NEAREST_M and picture_share(camera, item) <= _LARGEST)


def _only(layout: Layout, kept: Sequence[int]) -> Layout:
    return replace(layout, items=tuple(layout.items[number] for number in kept))
