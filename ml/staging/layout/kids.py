"""A child's room: a bed at a wall, or a cot, with a nightstand, a rug, storage, a chair to read in, a print."""

import numpy as np

from ml.staging.layout.accessories import hang_prints, lay_rug, put_beside, put_in_corner, put_storage, sideways
from ml.staging.layout.along_walls import Spot, wall_spots
from ml.staging.layout.anchoring import chosen
from ml.staging.layout.arrangement import Arrangement
from ml.staging.layout.items import Placed, facing
from ml.staging.layout.rectangles import Rectangle

_ASIDE_M = 0.6
"""Along one side: to get in, or to lift a child out."""

_OF_FLOOR = 0.40
"""Of the free floor, the share that the bed may take."""


def arrange_kids(making: Arrangement, variation: int) -> bool:
    """Furnish as a child's room; False where neither bed nor cot fits.

    Even variations try the bed first, odd ones the cot.
    """
    slots = ("bed", "cot") if variation % 2 == 0 else ("cot", "bed")
    bed = next((found for name in slots if (found := _bed(making, name, variation)) is not None), None)
    if bed is None:
        return False
    making.add(bed)
    if bed.slot == "bed":
        put_beside(making, "nightstand", bed)
    across, ahead = sideways(bed), facing(bed.heading_deg)
    for side in (-1, 1):
        at = np.array([bed.x, bed.y]) + across * side * (bed.size.width_m / 2 + 0.75) + ahead * 0.2
        if lay_rug(making, at, bed.heading_deg + 90) is not None:
            break
    if making.spare():
        put_storage(making, bed)
    if making.spare():
        put_in_corner(making, "armchair", away_from=bed)
    put_in_corner(making, "plant", away_from=bed)
    hang_prints(making, bed)
    return True


def _bed(making: Arrangement, name: str, variation: int) -> Placed | None:
    slot = making.slot(name)
    if slot is None:
        return None
    free = making.occupancy.open_m2()
    spots: list[Spot] = []
    for option, size in making.every_option(slot):
        if size.width_m * size.depth_m > _OF_FLOOR * free:
            continue
        for spot in wall_spots(making, slot, option, size, anchor=True):
            sides = [_side_free(making, spot.item, side) for side in (-1, 1)]
            if any(sides):
                spots.append(Spot(spot.item, spot.score + 0.1 * all(sides)))
    best = chosen(spots, variation // 2)
    return best.item if best else None


def _side_free(making: Arrangement, bed: Placed, side: int) -> bool:
    middle = np.array([bed.x, bed.y]) + sideways(bed) * side * (bed.size.width_m / 2 + _ASIDE_M / 2)
    place = Rectangle.about(float(middle[0]), float(middle[1]), _ASIDE_M, bed.size.depth_m * 0.8, bed.heading_deg)
    return making.roomy(place, blocked=0.12)
