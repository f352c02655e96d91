"""What goes with an anchor: prints on the wall above it, lamps and plants in corners, storage along another wall."""

from collections.abc import Iterator

import numpy as np

from ml.staging.layout import limits
from ml.staging.layout.along_walls import wall_spots
from ml.staging.layout.arrangement import Arrangement
from ml.staging.layout.items import Placed, Slot, facing
from ml.staging.layout.rectangles import Rectangle
from ml.staging.room.camera import Floats

_PRINT_ABOVE_M = 0.22
_PRINT_APART_M = 0.08
_BESIDE_M = 0.12
_DRAWERS_M = 0.6


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
    return making.first_that_stands(_beside(making, slot, by, sides, ahead_m))


def _beside(making: Arrangement, slot: Slot, by: Placed, sides: tuple[int, ...], ahead_m: float) -> Iterator[Placed]:
    across, ahead = sideways(by), facing(by.heading_deg)
    back = np.array([by.x, by.y]) - ahead * by.size.depth_m / 2
    for option, size in making.options(slot):
        for side in sides:
            reach = by.size.width_m / 2 + size.width_m / 2 + _BESIDE_M
            at = back + across * side * reach + ahead * (size.depth_m / 2 + ahead_m)
            yield making.place(slot, option, size, (float(at[0]), float(at[1])), by.heading_deg, wall=by.wall)


def put_in_corner(making: Arrangement, name: str, *, away_from: Placed) -> Placed | None:
    """A plant or a lamp near the end of a wall, rather far from the camera and from the anchor's middle."""
    slot = making.slot(name)
    if slot is None:
        return None
    found: list[tuple[float, Placed]] = []
    for option, size in making.options(slot):
        for number, wall in enumerate(making.room.walls):
            normal, half = np.array(wall.normal[:2]), size.width_m / 2
            for u in (wall.start_m + half + 0.12, wall.end_m - half - 0.12):
                foot = wall.point(u, 0.0)[:2] + normal * (limits.WALL_GAP_M + 0.04 + size.depth_m / 2)
                item = making.place(slot, option, size, (float(foot[0]), float(foot[1])), 0.0, wall=number)
                if making.stands(item, unknown=0.05):
                    distance = float(np.hypot(item.x, item.y))
                    apart = float(np.hypot(item.x - away_from.x, item.y - away_from.y))
                    found.append((-abs(distance - 4.0) - 0.4 * abs(apart - 2.2), item))
    if not found:
        making.without(name, "no free corner")
        return None
    return making.add(max(found, key=lambda pair: pair[0])[1])


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
            ahead = facing(spot.item.heading_deg)
            before = np.array([spot.item.x, spot.item.y]) + ahead * (size.depth_m / 2 + _DRAWERS_M / 2)
            free = Rectangle.about(float(before[0]), float(before[1]), size.width_m, _DRAWERS_M, spot.item.heading_deg)
            if making.roomy(free, blocked=0.15) and spot.score > 0.2:
                spots.append(spot)
        if spots:
            return making.add(max(spots, key=lambda spot: spot.score).item)
    making.without("storage", "no free stretch of another wall")
    return None


def lay_rug(making: Arrangement, middle: Floats, heading_deg: float, *, least_m: float = 0.0) -> Placed | None:
    """The largest rug that lies flat on free floor with its middle there; its longer side along the anchor."""
    slot = making.slot("rug")
    if slot is None:
        return None
    at = (float(middle[0]), float(middle[1]))
    return making.first_that_stands(
        making.place(slot, option, size, at, heading_deg)
        for option, size in making.options(slot)
        if size.width_m >= least_m
    )
