"""What goes with an anchor: prints on the wall above it, lamps and plants in corners, storage along another wall."""

from collections.abc import Iterator
from itertools import islice

import numpy as np

from ml.staging.layout import limits
from ml.staging.layout.along_walls import wall_spots
from ml.staging.layout.arrangement import Arrangement
from ml.staging.layout.items import Option, Placed, Size, Slot, facing, heading_of
from ml.staging.layout.rectangles import Rectangle
from ml.staging.layout.sight import share_in_frame
from ml.staging.room import Room
from ml.staging.room.camera import Floats

_PRINT_ABOVE_M = 0.22
_PRINT_APART_M = 0.08
_BESIDE_M = 0.12
_DRAWERS_M = 0.6
_CORNER_GAP_M = 0.1
_WIDEST_IN_CORNER_M = 1.0
"""An arc lamp reaches over what stands before it; alone in a corner it reaches over nothing."""

_SHORTEST_WALL_M = 1.2
_SPREAD_M = 1.8
"""Between lamps and plants: one corner is filled before another gets two things."""


def sideways(item: Placed) -> Floats:
    """The direction along a piece's width, to the left of one who sits on it."""
    ahead = facing(item.heading_deg)
    return np.array([-ahead[1], ahead[0]])


def hang_prints(making: Arrangement, above: Placed) -> None:
    """One print, or a pair, on plain wall above a piece that stands against it."""
    slot = making.slot("print")
    if slot is None or above.wall is None:
        return
    wall = making.room.walls[above.wall]
    u = above.y if wall.axis == 0 else above.x
    top = above.heights_m[1]
    for option, size in making.options(slot):
        for count in range(min(slot.count, 3), 0, -1):
            span = count * size.width_m + (count - 1) * _PRINT_APART_M
            z = max(top + _PRINT_ABOVE_M, 1.15) + size.height_m / 2
            ceiling = wall.height_m if making.room.scale.ceiling_seen else 2.4
            if span > 0.85 * max(above.size.width_m, 0.7) or z + size.height_m / 2 > ceiling - 0.2:
                continue
            bottom, high = z - size.height_m / 2 - 0.04, z + size.height_m / 2 + 0.04
            if wall.plain_share(u - span / 2 - 0.05, u + span / 2 + 0.05, bottom, high) < limits.PLAIN_FOR_PRINT:
                continue
            places = [u - span / 2 + size.width_m / 2 + n * (size.width_m + _PRINT_APART_M) for n in range(count)]
            # The middle of the back of a print lies on the wall, a hair before it.
            offsets = [wall.point(place, z) + 0.004 * np.array(wall.normal) for place in places]
            hung = [
                making.place(slot, option, size, (float(at[0]), float(at[1])), above.heading_deg, z=z, wall=above.wall)
                for at in offsets
            ]
            if all(making.fits_picture(item) and making.leaves_openings(item) for item in hung):
                for item in hung:
                    making.add(item)
                return
    making.without("print", "no plain wall above the anchor")


def put_beside(making: Arrangement, name: str, by: Placed, *, ahead_m: float = 0.0) -> Placed | None:
    """A lamp, a plant or a nightstand beside a piece, on the side that the variation prefers, else on the other."""
    slot = making.slot(name)
    if slot is None:
        return None
    sides = (1, -1) if making.rng.random() < 0.5 else (-1, 1)
    places = _beside(making, slot, by, sides, ahead_m)
    good = (item for item in places if _hides_little(making, item, by))
    return making.first_that_stands(good, aside_m=limits.ASIDE_M)


def _hides_little(making: Arrangement, item: Placed, anchor: Placed) -> bool:
    return making.things_hidden(item) <= limits.THINGS_HIDDEN and not making.hides(item, anchor)


def _beside(making: Arrangement, slot: Slot, by: Placed, sides: tuple[int, ...], ahead_m: float) -> Iterator[Placed]:
    across, ahead = sideways(by), facing(by.heading_deg)
    back = np.array([by.x, by.y]) - ahead * by.size.depth_m / 2
    for option, size in making.options(slot):
        for side in sides:
            reach = by.size.width_m / 2 + size.width_m / 2 + _BESIDE_M
            at = back + across * side * reach + ahead * (size.depth_m / 2 + ahead_m)
            yield making.place(slot, option, size, (float(at[0]), float(at[1])), by.heading_deg, wall=by.wall)


def put_in_corner(making: Arrangement, name: str, *, away_from: Placed) -> Placed | None:
    """A plant, a lamp or a chair at the end of a wall: a corner of the room before an end that is none.

    It faces into the room, rather far from the camera and from the anchor's middle.
    """
    slot = making.slot(name)
    if slot is None:
        return None
    for option, size in making.every_option(slot):
        if size.width_m > _WIDEST_IN_CORNER_M:
            continue
        found = [item for item in _in_corners(making, slot, option, size) if _hides_little(making, item, away_from)]
        if found:
            return making.add(max(found, key=lambda item: _corner_score(making, item, away_from)))
    making.without(name, "no free corner")
    return None


def _corner_score(making: Arrangement, item: Placed, away_from: Placed) -> float:
    distance = float(np.hypot(item.x, item.y))
    apart = float(np.hypot(item.x - away_from.x, item.y - away_from.y))
    others = making.of(("plant", "floor_lamp"))
    alone = min((float(np.hypot(item.x - it.x, item.y - it.y)) for it in others), default=_SPREAD_M)
    return (
        0.8 * _stands_in_corner(making, item)
        - 0.5 * abs(distance - 4.0)
        - 0.4 * abs(apart - 2.2)
        - 2.0 * making.things_hidden(item)
        - 1.2 * max(0.0, 1 - alone / _SPREAD_M)
    )


def _stands_in_corner(making: Arrangement, item: Placed) -> bool:
    wall = making.room.walls[item.wall or 0]
    u = item.y if wall.axis == 0 else item.x
    end = min((wall.start_m, wall.end_m), key=lambda end: abs(end - u))
    return is_corner(making.room, item.wall or 0, end)


def _in_corners(making: Arrangement, slot: Slot, option: Option, size: Size) -> Iterator[Placed]:
    """One place at each end of a wall that there is one at."""
    for number, wall in enumerate(making.room.walls):
        for end, inwards in ((wall.start_m, 1), (wall.end_m, -1)):
            if wall.length_m < _SHORTEST_WALL_M and not is_corner(making.room, number, end):
                # The face of a column, or what is left of a wall between two doors.
                continue
            places = _in_corner(making, slot, option, size, number, end, inwards)
            yield from islice((item for item in places if making.stands(item, unknown=0.05, aside_m=limits.ASIDE_M)), 1)


def _in_corner(
    making: Arrangement, slot: Slot, option: Option, size: Size, wall_number: int, end: float, inwards: int
) -> Iterator[Placed]:
    """At the end of a wall, then a little farther in. What one sits in is turned to the middle of the room."""
    wall = making.room.walls[wall_number]
    normal = np.array(wall.normal[:2])
    along = np.array([0.0, 1.0] if wall.axis == 0 else [1.0, 0.0]) * inwards
    heading = heading_of(normal + along) if slot.kind == "armchair" else heading_of(normal)
    for further in (0.0, 0.2, 0.45):
        turned = Rectangle.about(0.0, 0.0, size.width_m, size.depth_m, heading)
        half = turned.x1 if wall.axis == 1 else turned.y1
        off = turned.y1 if wall.axis == 1 else turned.x1
        foot = wall.point(end + inwards * (half + _CORNER_GAP_M + further), 0.0)[:2]
        foot = foot + normal * (limits.WALL_GAP_M + 0.04 + off)
        yield making.place(slot, option, size, (float(foot[0]), float(foot[1])), heading, wall=wall_number)


def is_corner(room: Room, wall_number: int, end: float, within_m: float = 0.35) -> bool:
    """Whether another wall meets the end of this one, so that both look into the same corner of the room."""
    wall = room.walls[wall_number]
    for other in room.walls:
        if other.axis == wall.axis or abs(other.offset_m - end) > within_m:
            continue
        # It goes on into the room from there, and faces along this wall.
        inside = other.start_m if wall.side > 0 else other.end_m
        faces = 1 if abs(end - wall.start_m) < abs(end - wall.end_m) else -1
        if abs(inside - wall.offset_m) <= within_m and other.side == faces:
            return True
    return False


def put_storage(making: Arrangement, anchor: Placed, *, same_wall: bool = False) -> Placed | None:
    """A sideboard, bench or shelf along a wall that the anchor does not stand at, with room before it."""
    slot = making.slot("storage")
    if slot is None:
        return None
    for option, size in making.options(slot):
        spots = []
        for spot in wall_spots(making, slot, option, size):
            if spot.item.wall == anchor.wall and not same_wall:
                continue
            free = spot.item.before(size.clearance_m or _DRAWERS_M)
            if making.roomy(free, blocked=limits.USE_BLOCKED) and spot.score > 0.2:
                spots.append(spot)
        if spots:
            return making.add(max(spots, key=lambda spot: spot.score).item)
    making.without("storage", "no free stretch of another wall")
    return None


def lay_rug(
    making: Arrangement, middle: Floats, heading_deg: float, *, least_m: float = 0.0, towards: Placed | None = None
) -> Placed | None:
    """The largest rug that lies flat on free floor with its middle there, or drawn under a piece; longer side across.

    One that is seen whole is taken before a larger one that the frame cuts.
    """
    slot = making.slot("rug")
    if slot is None:
        return None
    ahead = facing(towards.heading_deg) if towards is not None else np.zeros(2)
    cut: list[Placed] = []
    for option, size in making.options(slot):
        if size.width_m < least_m:
            continue
        for drawn in (0.0, 0.15, 0.3) if towards is not None else (0.0,):
            at = middle - ahead * drawn
            item = making.place(slot, option, size, (float(at[0]), float(at[1])), heading_deg)
            if not making.stands(item):
                continue
            if share_in_frame(making.room.camera, item) >= limits.RUG_WHOLE:
                return making.add(item)
            cut.append(item)
    if not cut:
        making.without("rug", "no free floor for one")
        return None
    return making.add(max(cut, key=lambda item: share_in_frame(making.room.camera, item)))
