"""One layout for all views of a room: laid out once, on the plan of all, and told again in each view's own world."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from ml.staging.fitting import fitted
from ml.staging.furnishing import furnished, furnishing_of
from ml.staging.furniture import Mount, Piece
from ml.staging.kits import Kit
from ml.staging.layout import Layout, Placed, RoomKind, lay_out
from ml.staging.layout.sight import box_points, nearest_depth, picture_share, share_in_frame
from ml.staging.room import Room, WallRun
from ml.staging.views.plan import Member, shared_floor, with_floor
from ml.staging.views.pose import turned_floor

_NEAREST_M = 0.8
"""From a camera, nothing that it shows: it would fill the picture, and be seen as from within."""

_LARGEST = 0.5
_SHOWN = 0.02
"""Of the box around a piece, the share in the frame from which on the picture shows it."""

_SAME_WALL_M = 0.5
_PAST_END_M = 0.4
_TRIES = 4


@dataclass(frozen=True, slots=True, eq=False)
class Sight:
    """What a view shows of the layout: its room with the plan's floor, and the layout in its own world."""

    room: Room
    layout: Layout | None
    """None where no piece is wholly in its frame."""


def plan_of(reference: Room, members: Sequence[Member]) -> Room:
    """The reference's room with the floor that all views show."""
    return with_floor(reference, shared_floor(reference, members))


def laid_out(
    plan: Room, members: Sequence[Member], kit: Kit, kinds: Sequence[RoomKind], seed: int, variation: int
) -> Layout | None:
    """Where furniture goes, for every view to show the same; None where the anchor stands well for none of them.

    Of pieces that one view cannot show, all do without. Where that is the anchor, other places for it are tried.
    """
    furnishing = furnishing_of(kit)
    for kind in kinds:
        for attempt in range(_TRIES):
            layout = lay_out(plan, furnishing, kind, seed, variation + attempt)
            if layout is None:
                break
            shared = _for_all(plan, replace(layout, variation=variation), members, kit)
            if shared is not None:
                return shared
    return None


def sight_of(plan: Room, member: Member, layout: Layout) -> Sight:
    """The layout as a view shows it, what is wholly in its frame first; pieces that it does not show left out."""
    room = _member_room(plan, member)
    seen = [moved for moved in (told(plan, item, member, room) for item in layout.items) if moved is not None]
    shown = [item for item in seen if share_in_frame(room.camera, item) > _SHOWN]
    whole = [item for item in shown if share_in_frame(room.camera, item) >= 1.0 and not item.flat]
    if not whole:
        return Sight(room, None)
    anchors = [item for item in whole if item.anchor]
    first = anchors[0] if anchors else max(whole, key=lambda item: picture_share(room.camera, item))
    rest = tuple(item for item in shown if item is not first)
    return Sight(room, replace(layout, items=(first, *rest)))


def told(plan: Room, item: Placed, member: Member, room: Room) -> Placed | None:
    """A piece in a view's own world, at that view's own wall; None where it hangs on one that the view has not."""
    moved = member.pose.placed(item, None)
    if item.wall is None:
        return moved
    wall = plan.walls[item.wall]
    number = _wall_in(room, wall, moved, member)
    if number is None:
        return None if item.size.mount is Mount.WALL else moved
    mine = room.walls[number]
    gap = (item.x if wall.axis == 0 else item.y) - wall.offset_m
    # As far before this view's wall as it stands before the reference's.
    at = mine.offset_m + mine.side * wall.side * gap
    return replace(moved, wall=number, **({"x": at} if mine.axis == 0 else {"y": at}))


def _member_room(plan: Room, member: Member) -> Room:
    return with_floor(member.room, turned_floor(plan.floor, member.pose))


def _wall_in(room: Room, wall: WallRun, moved: Placed, member: Member) -> int | None:
    """Which wall of a view that is: facing alike, nearly in the same place, and behind the piece."""
    normal = np.array(wall.normal[:2]) @ member.pose.rotation
    found: list[tuple[float, int]] = []
    for number, mine in enumerate(room.walls):
        if float(normal @ np.array(mine.normal[:2])) < 0.9:
            continue
        across, along = (moved.x, moved.y) if mine.axis == 0 else (moved.y, moved.x)
        gap = (across - mine.offset_m) * mine.side - _back(moved)
        if abs(gap) < _SAME_WALL_M and mine.start_m - _PAST_END_M < along < mine.end_m + _PAST_END_M:
            found.append((abs(gap), number))
    return min(found)[1] if found else None


def _back(item: Placed) -> float:
    """From a piece's origin to its back."""
    return 0.0 if item.size.mount is Mount.WALL else item.size.depth_m / 2


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
    room = _member_room(plan, member)
    kept: list[int] = []
    for number, item in enumerate(layout.items):
        moved = told(plan, item, member, room)
        if moved is None:
            # It hangs on a wall that this view has not: no matter where the view does not show that place.
            well = share_in_frame(room.camera, member.pose.placed(item, None)) <= _SHOWN
        else:
            well = _well_seen(room, moved)
        if well:
            kept.append(number)
    if 0 not in kept:
        return None
    sight = sight_of(plan, member, _only(layout, kept))
    if sight.layout is not None:
        seen = {item.seed: piece for item, piece in zip(layout.items, pieces, strict=True)}
        own, _ = fitted(sight.room, sight.layout, tuple(seen[item.seed] for item in sight.layout.items))
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
