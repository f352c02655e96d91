"""A dining room: the table where there is most room around it, chairs at its sides, a rug, a pendant, a sideboard."""

import numpy as np

from ml.staging.layout.accessories import hang_prints, lay_rug, put_in_corner, put_storage, sideways
from ml.staging.layout.along_walls import Spot
from ml.staging.layout.anchoring import chosen
from ml.staging.layout.arrangement import Arrangement
from ml.staging.layout.items import Placed, Size, facing
from ml.staging.layout.rectangles import Rectangle
from ml.staging.layout.sight import picture_share

_AROUND_M = 0.75
"""Behind the table's edge: a chair that is drawn back."""

_UNDER_M = 0.22
"""By which a chair stands under the table."""

_STEP_M = 0.2
_PLACE_M = 0.60
"""Along the table, for one who sits there."""

_PENDANT_ABOVE_M = 0.72
"""Of its lowest point over the table's top."""

_UNKNOWN = 0.3


def arrange_dining(making: Arrangement, variation: int) -> bool:
    """Furnish as a dining room; False where no table with chairs fits."""
    table = _table(making, variation)
    if table is None:
        return False
    making.add(table)
    _chairs(making, table)
    lay_rug(making, np.array([table.x, table.y]), table.heading_deg, least_m=table.size.width_m + 0.7)
    _pendant(making, table)
    storage = put_storage(making, table)
    put_in_corner(making, "plant", away_from=table)
    if storage is not None:
        hang_prints(making, storage)
    return True


def _table(making: Arrangement, variation: int) -> Placed | None:
    slot = making.slot("dining_table")
    if slot is None:
        return None
    room = making.occupancy.roominess()
    x, y = making.room.floor.centres()
    spots: list[Spot] = []
    for rank, (option, size) in enumerate(making.options(slot)):
        least = min(size.width_m, size.depth_m) / 2 + 0.35
        for row in range(0, len(y), max(1, round(_STEP_M / making.room.floor.cell_m))):
            for column in range(0, len(x), max(1, round(_STEP_M / making.room.floor.cell_m))):
                if room[row, column] < least:
                    continue
                for heading in (0.0, 90.0):
                    at = (float(x[column]), float(y[row]))
                    item = making.place(slot, option, size, at, heading, anchor=True)
                    if not _seats(making, item) or not making.stands(item, unknown=0.1):
                        continue
                    if not any(making.hides(item, other) for other in making.of(("sofa",))):
                        spots.append(Spot(item, _score(making, item, float(room[row, column])) - 0.12 * rank))
        if spots:
            break
    best = chosen(spots, variation)
    return best.item if best else None


def _seats(making: Arrangement, table: Placed) -> bool:
    """Whether there is room for chairs along both long sides."""
    behind = table.size.clearance_m or _AROUND_M
    around = Rectangle.about(
        table.x, table.y, table.size.width_m + 0.2, table.size.depth_m + 2 * behind, table.heading_deg
    )
    shares = making.occupancy.shares(around)
    return shares.blocked <= 0.04 and shares.taken <= 0.0 and shares.unknown <= _UNKNOWN and shares.approach <= 0.06


def _score(making: Arrangement, table: Placed, room_m: float) -> float:
    distance = float(np.hypot(table.x, table.y))
    pixels, _ = making.room.camera.project(np.array([[table.x, table.y, 0.4]]))
    off_middle = abs(float(pixels[0, 0]) / making.room.camera.width - 0.5)
    share = picture_share(making.room.camera, table)
    return (
        0.6 * min(room_m, 1.8)
        - 0.15 * abs(distance - 3.4)
        - 0.8 * max(0.0, off_middle - 0.15)
        - 2 * max(0.0, share - 0.25)
    )


def _chairs(making: Arrangement, table: Placed) -> None:
    slot = making.slot("dining_chair")
    if slot is None:
        return
    options = making.options(slot)
    if not options:
        return
    option, size = options[0]
    put = 0
    for at, heading in _seat_places(table, size):
        if put >= slot.count:
            break
        # As people leave chairs: none stands exactly as the next.
        turn = float(making.rng.normal(0, 3.0))
        item = making.place(slot, option, size, at, heading + turn)
        shares = making.occupancy.shares(item.footprint)
        if shares.blocked > 0.04 or shares.approach > 0.05 or shares.unknown > 0.5:
            continue
        if making.fits_picture(item) and making.leaves_openings(item):
            making.add(item)
            put += 1
    if not put:
        making.without("dining_chair", "no room around the table")


def _seat_places(table: Placed, chair: Size) -> list[tuple[tuple[float, float], float]]:
    """Middles and headings, along the long sides in pairs that face each other, then at the ends."""
    ahead, across = facing(table.heading_deg), sideways(table)
    middle = np.array([table.x, table.y])
    places = []
    along = max(1, int(table.size.width_m / _PLACE_M + 0.15))
    if abs(table.size.width_m - table.size.depth_m) < 0.15:
        along = 1
    for number in range(along):
        left = (number - (along - 1) / 2) * table.size.width_m / along
        for side, heading in ((1, table.heading_deg + 180), (-1, table.heading_deg)):
            reach = table.size.depth_m / 2 + chair.depth_m / 2 - _UNDER_M
            at = middle + across * left + ahead * side * reach
            places.append(((float(at[0]), float(at[1])), heading))
    for side, heading in ((1, table.heading_deg + 270), (-1, table.heading_deg + 90)):
        at = middle + across * side * (table.size.width_m / 2 + chair.depth_m / 2 - _UNDER_M + 0.04)
        places.append(((float(at[0]), float(at[1])), heading))
    return places


def _pendant(making: Arrangement, table: Placed) -> None:
    """Over the table's middle, where the ceiling that it hangs from is known."""
    slot = making.slot("pendant")
    if slot is None:
        return
    scale = making.room.scale
    if not scale.ceiling_seen:
        making.without("pendant", "the ceiling is not in the photo")
        return
    for option, size in making.options(slot):
        if scale.ceiling_m - size.height_m < table.size.height_m + _PENDANT_ABOVE_M - 0.15:
            continue
        item = making.place(slot, option, size, (table.x, table.y), table.heading_deg, z=scale.ceiling_m)
        if making.fits_picture(item) and making.leaves_openings(item):
            making.add(item)
            return
    making.without("pendant", "it would hang too low or out of the picture")
