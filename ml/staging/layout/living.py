"""A living room: sofa, table and rug before it, chairs that face it, a lamp and a plant, storage, prints."""

from collections.abc import Iterator

import numpy as np

from ml.staging.layout import limits
from ml.staging.layout.accessories import hang_prints, lay_rug, put_beside, put_in_corner, put_storage, sideways
from ml.staging.layout.along_walls import Spot, wall_spots
from ml.staging.layout.anchoring import chosen
from ml.staging.layout.arrangement import Arrangement
from ml.staging.layout.items import Density, Option, Placed, Size, Slot, facing, heading_of
from ml.staging.layout.rectangles import Rectangle
from ml.staging.layout.sight import hidden, picture_share, points_of_stretch
from ml.staging.room import FocalKind, FocalPoint
from ml.staging.room.camera import Floats

_LEGS_M = 0.38
"""Between sofa and table (0.35 to 0.45 is usual)."""

_BEFORE_SOFA_M = 0.9
_OF_FLOOR = 0.30
"""Of the free floor, the share that a sofa may take."""

_CHAIR_PLACES = ((1.35, 0.1), (1.45, 0.35), (1.2, 0.6), (1.6, 0.2), (1.0, 1.0), (0.55, 1.25), (0.55, 1.5))
"""To the side of the table's middle and beyond it, away from the sofa, metres."""

_LEAST_FRONT = -0.35
"""By `_towards_camera`: a chair that shows its back hides what the picture is of."""

_CHAIRS_APART_M = 0.15
_CHAIR_SHARE, _CHAIR_OF_SOFA = 0.05, 0.75
"""Of the picture, and of what the sofa takes of it: a chair close to the camera would be the picture's subject."""

_FACED = {FocalKind.FEATURE: (0.45, 1.5), FocalKind.WINDOW: (0.1, 0.3)}
"""For a seat that faces it squarely; off for one that hides all of it. A window is also what light comes from."""

_FEATURE_HIGH_M = 1.3

_FLOATING_STEP_M = 0.3
_FLOATING_WORSE = 0.5


def arrange_living(making: Arrangement, variation: int) -> bool:
    """Furnish as a living room; False where no sofa fits."""
    sofa = _sofa(making, variation)
    if sofa is None:
        return False
    making.add(sofa)
    table = _table(making, sofa)
    reach = sofa.size.depth_m / 2
    middle = _at(sofa, reach + 0.55)
    lay_rug(making, middle, sofa.heading_deg, towards=sofa)
    chairs = _chair(making, sofa, table)
    if chairs is None and making.spare():
        put_in_corner(making, "armchair", away_from=sofa)
    if put_beside(making, "floor_lamp", sofa, ahead_m=0.02) is None:
        put_in_corner(making, "floor_lamp", away_from=sofa)
    if put_beside(making, "plant", sofa) is None:
        put_in_corner(making, "plant", away_from=sofa)
    if making.spare():
        put_storage(making, sofa)
    if chairs and making.spare() and making.furnishing.density is not Density.AIRY:
        _chair(making, sofa, table)
    hang_prints(making, sofa)
    return True


def _at(item: Placed, ahead_m: float, left_m: float = 0.0) -> Floats:
    """A point before a piece's middle."""
    return np.array([item.x, item.y]) + facing(item.heading_deg) * ahead_m + sideways(item) * left_m


def _sofa(making: Arrangement, variation: int) -> Placed | None:
    slot = making.slot("sofa")
    if slot is None:
        return None
    free = making.occupancy.open_m2()
    spots: list[Spot] = []
    for rank, (option, size) in enumerate(making.options(slot)):
        if size.width_m * size.depth_m > _OF_FLOOR * free:
            continue
        found = [*wall_spots(making, slot, option, size, anchor=True)]
        if not found:
            found = [*_floating(making, slot, option, size)]
        spots += [Spot(spot.item, spot.score + _seating(making, spot.item) - 0.12 * rank) for spot in found]
    usable = [spot for spot in spots if _room_to_sit(making, spot.item)]
    best = chosen(usable, variation)
    return best.item if best else None


def _seating(making: Arrangement, sofa: Placed) -> float:
    """How well the things that belong to a sofa would fit: table and rug before it, something at its sides."""
    before = _at(sofa, sofa.size.depth_m / 2 + _LEGS_M + 0.3)
    table = Rectangle.about(float(before[0]), float(before[1]), 1.0, 0.6, sofa.heading_deg)
    rug_at = _at(sofa, sofa.size.depth_m / 2 + 0.55)
    rug = Rectangle.about(float(rug_at[0]), float(rug_at[1]), 2.4, 1.7, sofa.heading_deg)
    score = 0.5 * making.roomy(table, blocked=0.04) + 0.3 * making.roomy(rug, blocked=0.06)
    for side in (-1, 1):
        at = _at(sofa, -sofa.size.depth_m / 2 + 0.25, side * (sofa.size.width_m / 2 + 0.35))
        beside = Rectangle.about(float(at[0]), float(at[1]), 0.5, 0.5)
        score += 0.15 * making.roomy(beside, blocked=0.05)
    score += sum(_looks_at(making, sofa, point) for point in making.room.focal_points)
    share = picture_share(making.room.camera, sofa)
    return score - 2.0 * max(0.0, share - 0.22) - 3.0 * max(0.0, 0.035 - share) * 10


def _looks_at(making: Arrangement, sofa: Placed, point: FocalPoint) -> float:
    """What a seat gains by facing what the room looks at, or loses by its back to it and by hiding it."""
    room = making.room
    middle = room.walls[point.wall].point((point.u0 + point.u1) / 2, 0.0)[:2]
    towards = middle - np.array([sofa.x, sofa.y])
    faced = float(facing(sofa.heading_deg) @ towards) / max(0.1, float(np.hypot(*towards)))
    high = _FEATURE_HIGH_M if point.kind is FocalKind.FEATURE else limits.BEFORE_WINDOW_M
    over = hidden(room.camera, points_of_stretch(room, point.wall, point.u0, point.u1, high), sofa)
    weight, loss = _FACED[point.kind]
    return weight * faced - loss * float(over.mean())


def _room_to_sit(making: Arrangement, sofa: Placed) -> bool:
    return making.roomy(sofa.before(max(_BEFORE_SOFA_M, sofa.size.clearance_m), share=0.8))


def _floating(making: Arrangement, slot: Slot, option: Option, size: Size) -> Iterator[Spot]:
    """Places in the middle of a large room, where no wall is free: seen from the front, with room behind."""
    x, y = making.room.floor.centres()
    roomy = making.occupancy.roominess() >= size.depth_m / 2
    step = max(1, round(_FLOATING_STEP_M / making.room.floor.cell_m))
    for column in range(0, len(x), step):
        for row in range(0, len(y), step):
            if not roomy[row, column]:
                continue
            at_x, at_y = float(x[column]), float(y[row])
            for heading in (0.0, 90.0, 180.0, 270.0):
                towards = -np.array([at_x, at_y]) / max(0.1, float(np.hypot(at_x, at_y)))
                seen_from_front = float(facing(heading) @ towards)
                if seen_from_front < 0.1:
                    continue
                item = making.place(slot, option, size, (at_x, at_y), heading, anchor=True)
                if not making.stands(item, unknown=0.1):
                    continue
                distance = float(np.hypot(at_x, at_y))
                yield Spot(item, 0.8 * seen_from_front - 0.12 * abs(distance - 3.6) - _FLOATING_WORSE)


def _table(making: Arrangement, sofa: Placed) -> Placed | None:
    slot = making.slot("coffee_table")
    if slot is None:
        return None
    candidates = []
    for option, size in making.options(slot):
        if size.width_m > 0.75 * sofa.size.width_m:
            continue
        at = _at(sofa, sofa.size.depth_m / 2 + (size.clearance_m or _LEGS_M) + size.depth_m / 2)
        candidates.append(making.place(slot, option, size, (float(at[0]), float(at[1])), sofa.heading_deg))
    placed = making.first_that_stands(candidates, unknown=0.5)
    if placed is None:
        making.without("coffee_table", "no room before the sofa")
    return placed


def _chair(making: Arrangement, sofa: Placed, table: Placed | None) -> Placed | None:
    """Beside the table, turned towards it; opposite the sofa only where that does not hide it."""
    slot = making.slot("armchair")
    if slot is None or len(making.of(("armchair",))) >= slot.count:
        return None
    middle = np.array([table.x, table.y]) if table else _at(sofa, sofa.size.depth_m / 2 + 0.8)
    largest = max(_CHAIR_SHARE, _CHAIR_OF_SOFA * picture_share(making.room.camera, sofa))
    for option, size in making.options(slot):
        found: list[tuple[float, Placed]] = []
        for side in (-1, 1):
            for left, ahead in _CHAIR_PLACES:
                at = middle + sideways(sofa) * side * left + facing(sofa.heading_deg) * ahead
                towards = middle - at
                # Turned towards the table, half of the way from looking straight across.
                straight = -sideways(sofa) * side
                look = straight + 0.6 * towards / max(0.1, float(np.hypot(*towards)))
                item = making.place(slot, option, size, (float(at[0]), float(at[1])), heading_of(look))
                if _towards_camera(item) < _LEAST_FRONT or picture_share(making.room.camera, item) > largest:
                    continue
                if not making.stands(item) or making.hides(item, sofa):
                    continue
                around = item.footprint.grown(_CHAIRS_APART_M)
                if any(around.overlap_m2(other.footprint) > 0 for other in making.of(("armchair",))):
                    continue
                found.append((_towards_camera(item) - 0.25 * ahead + 0.2 * making.rng.random(), item))
        if found:
            return making.add(max(found, key=lambda pair: pair[0])[1])
    making.without("armchair", "no place that keeps the sofa in sight")
    return None


def _towards_camera(item: Placed) -> float:
    """1 where a piece faces the camera, 0 where it is seen from its side, -1 from its back."""
    return float(facing(item.heading_deg) @ -np.array([item.x, item.y])) / max(0.1, float(np.hypot(item.x, item.y)))
