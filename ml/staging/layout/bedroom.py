"""A bedroom: the widest bed that leaves room to get in, nightstands, a rug under its foot, a bench, storage, prints."""

import numpy as np

from ml.staging.layout import limits
from ml.staging.layout.accessories import hang_prints, lay_rug, put_in_corner, put_storage, sideways
from ml.staging.layout.along_walls import Spot, wall_spots
from ml.staging.layout.anchoring import chosen
from ml.staging.layout.arrangement import Arrangement
from ml.staging.layout.items import Placed, facing
from ml.staging.layout.rectangles import Rectangle
from ml.staging.layout.sight import picture_share

_ASIDE_M = 0.6
"""To get in and out of bed."""

_FOOT_M = 0.6
_OF_FLOOR = 0.48
"""Of the free floor, the share that a bed may take."""

_DOUBLE_M = 1.35
"""A mattress from this width on is for two."""

_NIGHT_GAP_M = 0.06


def arrange_bedroom(making: Arrangement, variation: int) -> bool:
    """Furnish as a bedroom; False where no bed fits."""
    bed = _bed(making, variation)
    if bed is None:
        return False
    making.add(bed)
    _nightstands(making, bed)
    _rug(making, bed)
    _bench(making, bed)
    put_in_corner(making, "plant", away_from=bed)
    if making.spare():
        put_storage(making, bed)
    if making.spare():
        put_in_corner(making, "armchair", away_from=bed)
    if making.spare() and making.of(("armchair",)):
        put_in_corner(making, "floor_lamp", away_from=making.of(("armchair",))[0])
    hang_prints(making, bed)
    return True


def _bed(making: Arrangement, variation: int) -> Placed | None:
    slot = making.slot("bed")
    if slot is None:
        return None
    free = making.occupancy.open_m2()
    spots: list[Spot] = []
    for rank, (option, size) in enumerate(making.options(slot)):
        if size.width_m * size.depth_m > _OF_FLOOR * free:
            continue
        for spot in wall_spots(making, slot, option, size, anchor=True):
            sides = [_side_free(making, spot.item, side) for side in (-1, 1)]
            if not any(sides) or not _foot_free(making, spot.item):
                continue
            both = all(sides)
            lonely = 0.5 if option.width_m >= _DOUBLE_M and not both else 0.0
            share = picture_share(making.room.camera, spot.item)
            spots.append(Spot(spot.item, spot.score + 0.3 * both - lonely - 0.1 * rank - 2.0 * max(0.0, share - 0.30)))
    best = chosen(spots, variation)
    return best.item if best else None


def _side_free(making: Arrangement, bed: Placed, side: int) -> bool:
    room = bed.size.clearance_m or _ASIDE_M
    middle = np.array([bed.x, bed.y]) + sideways(bed) * side * (bed.size.width_m + room) / 2
    place = Rectangle.about(float(middle[0]), float(middle[1]), room, bed.size.depth_m * 0.8, bed.heading_deg)
    return making.roomy(place, blocked=0.12)


def _foot_free(making: Arrangement, bed: Placed) -> bool:
    return making.roomy(bed.before(bed.size.clearance_m or _FOOT_M, share=0.9), blocked=limits.USE_BLOCKED)


def _nightstands(making: Arrangement, bed: Placed) -> None:
    slot = making.slot("nightstand")
    if slot is None:
        return
    ahead, across = facing(bed.heading_deg), sideways(bed)
    back = np.array([bed.x, bed.y]) - ahead * bed.size.depth_m / 2
    put = 0
    for side in (-1, 1):
        if put >= slot.count:
            break
        candidates = []
        for option, size in making.options(slot):
            at = (
                back
                + ahead * (size.depth_m / 2 + 0.02)
                + across * side * (bed.size.width_m / 2 + size.width_m / 2 + _NIGHT_GAP_M)
            )
            candidates.append(
                making.place(slot, option, size, (float(at[0]), float(at[1])), bed.heading_deg, wall=bed.wall)
            )
        put += making.first_that_stands(candidates) is not None
    if not put:
        making.without("nightstand", "no room beside the bed")


def _rug(making: Arrangement, bed: Placed) -> None:
    """Across the bed, from under its middle to past its foot."""
    slot = making.slot("rug")
    if slot is None:
        return
    ahead = facing(bed.heading_deg)
    foot = np.array([bed.x, bed.y]) + ahead * bed.size.depth_m / 2
    for option, size in making.options(slot):
        if size.width_m < bed.size.width_m + 0.3:
            continue
        at = foot + ahead * (0.55 - size.depth_m / 2)
        if making.first_that_stands([making.place(slot, option, size, (float(at[0]), float(at[1])), bed.heading_deg)]):
            return
    # Beside the bed, along it, where none fits across.
    for side in (-1, 1):
        at = np.array([bed.x, bed.y]) + sideways(bed) * side * (bed.size.width_m / 2 + 0.45)
        if lay_rug(making, at, bed.heading_deg + 90):
            return


def _bench(making: Arrangement, bed: Placed) -> None:
    slot = making.slot("bench")
    if slot is None:
        return
    candidates = []
    for option, size in making.options(slot):
        if size.width_m > bed.size.width_m:
            continue
        at = np.array([bed.x, bed.y]) + facing(bed.heading_deg) * (bed.size.depth_m / 2 + size.depth_m / 2 + 0.06)
        item = making.place(slot, option, size, (float(at[0]), float(at[1])), bed.heading_deg)
        if making.roomy(item.before(_FOOT_M)):
            candidates.append(item)
    making.first_that_stands(candidates)
