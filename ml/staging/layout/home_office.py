"""A home office: a desk at a wall with its chair, a shelf, a rug, a chair to read in, a plant and a lamp."""

import numpy as np

from ml.staging.layout.accessories import hang_prints, lay_rug, put_beside, put_in_corner, put_storage
from ml.staging.layout.along_walls import Spot, wall_spots
from ml.staging.layout.anchoring import chosen
from ml.staging.layout.arrangement import Arrangement
from ml.staging.layout.items import Placed, facing

_CHAIR_ROOM_M = 0.9
"""Before a desk."""


def arrange_home_office(making: Arrangement, variation: int) -> bool:
    """Furnish as a home office; False where no desk fits."""
    desk = _desk(making, variation)
    if desk is None:
        return False
    making.add(desk)
    ahead = facing(desk.heading_deg)
    _chair(making, desk)
    lay_rug(making, np.array([desk.x, desk.y]) + ahead * (desk.size.depth_m / 2 + 0.5), desk.heading_deg)
    put_storage(making, desk)
    if put_beside(making, "plant", desk) is None:
        put_in_corner(making, "plant", away_from=desk)
    if making.spare():
        put_in_corner(making, "armchair", away_from=desk)
    if making.spare():
        put_in_corner(making, "floor_lamp", away_from=desk)
    hang_prints(making, desk)
    return True


def _desk(making: Arrangement, variation: int) -> Placed | None:
    slot = making.slot("desk")
    if slot is None:
        return None
    spots: list[Spot] = []
    for rank, (option, size) in enumerate(making.options(slot)):
        found = wall_spots(making, slot, option, size, anchor=True)
        room = size.clearance_m or _CHAIR_ROOM_M
        spots += [
            Spot(spot.item, spot.score - 0.1 * rank)
            for spot in found
            if making.roomy(spot.item.before(room, share=0.7))
        ]
    best = chosen(spots, variation)
    return best.item if best else None


def _chair(making: Arrangement, desk: Placed) -> None:
    """At the desk's long side, drawn back a little and turned, with its back to the room."""
    slot = making.slot("desk_chair")
    if slot is None:
        return
    ahead = facing(desk.heading_deg)
    for option, size in making.options(slot):
        at = np.array([desk.x, desk.y]) + ahead * (desk.size.depth_m / 2 + size.depth_m / 2 - 0.12)
        turn = float(making.rng.uniform(-22, 22))
        item = making.place(slot, option, size, (float(at[0]), float(at[1])), desk.heading_deg + 180 + turn)
        shares = making.occupancy.shares(item.footprint)
        if shares.blocked <= 0.05 and shares.approach <= 0.02 and making.fits_picture(item):
            making.add(item)
            return
    making.without("desk_chair", "no room before the desk")
