"""What a furnished room gets last: a wardrobe where one fits, a mirror over storage, curtains beside its windows."""

import numpy as np

from ml.staging.furniture import Mount
from ml.staging.layout import limits
from ml.staging.layout.along_walls import wall_spots
from ml.staging.layout.arrangement import Arrangement
from ml.staging.layout.items import Option, Placed, Size, Slot, heading_of
from ml.staging.layout.sight import nearest_depth, share_in_frame
from ml.staging.room import Opening, OpeningKind, WallRun

_MIRROR_LOW_M = 1.0
"""Of a mirror's lower edge: what stands on a sideboard shows before it."""

_ABOVE_M = 0.15
"""Free wall up to the ceiling."""

_HEM_M = 0.015
_SKIRTING_M = 0.2
_CURTAIN_PLAIN = 0.9
_WALL_SEEN = 0.25
"""Of the wall behind a panel, what the photo has to show, to know that it is wall."""

_IN_SIGHT = 0.12
"""Of a panel, from which on it belongs to the picture."""

_WINDOW_TOP_M = (1.55, 2.14)
"""Tops of windows that a panel of the usual height belongs to."""

_BESIDE_FRAME_M = 0.01
_WARDROBE_SCORE = 0.1


def finish(making: Arrangement) -> None:
    """Add what the set has slots for and the room has place for; the rest of the layout stays as it is."""
    if making.spare():
        _put_wardrobe(making)
    _hang_mirror(making)
    _hang_curtains(making)


def _put_wardrobe(making: Arrangement) -> None:
    """Along a wall that the anchor does not stand at, where most of it is seen."""
    slot = making.slot("wardrobe")
    if slot is None:
        return
    anchor = making.items[0]
    for option, size in making.every_option(slot):
        spots = [spot for spot in wall_spots(making, slot, option, size) if spot.item.wall != anchor.wall]
        good = [
            spot
            for spot in spots
            if spot.score > _WARDROBE_SCORE
            and not any(making.hides(spot.item, other) for other in making.items if not other.flat)
        ]
        if good:
            making.add(max(good, key=lambda spot: spot.score).item)
            return
    making.without("wardrobe", "no free stretch of another wall")


def _hang_mirror(making: Arrangement) -> None:
    """On plain wall over storage that nothing hangs above yet."""
    slot = making.slot("mirror")
    if slot is None or making.of(("mirror",)):
        return
    for below in making.of(("storage",)):
        if below.wall is None or below.option.kind not in {"sideboard", "tv_bench"}:
            continue
        wall = making.room.walls[below.wall]
        u = below.y if wall.axis == 0 else below.x
        for option, size in making.options(slot):
            z = _MIRROR_LOW_M + size.height_m / 2
            if size.width_m > 0.75 * below.size.width_m or z + size.height_m / 2 > _ceiling(making, wall) - _ABOVE_M:
                continue
            item = _on_wall(making, slot, option, size, below.wall, u, z)
            if item is not None and not any(_cross(item, other) for other in making.items):
                making.add(item)
                return
    making.without("mirror", "no storage with plain wall above it")


def _hang_curtains(making: Arrangement) -> None:
    """A panel at each side of a window, both or none, beside the glass and not before it.

    One alone where the other would hang beyond the edge of the picture.
    """
    slot = making.slot("curtain")
    if slot is None or making.of(("curtain",)):
        return
    low, high = _WINDOW_TOP_M
    for opening in making.room.openings:
        if opening.kind is not OpeningKind.WINDOW or not low <= opening.z1 <= high:
            continue
        for option, size in making.options(slot):
            pair = [_panel(making, slot, option, size, opening, side) for side in (-1, 1)]
            seen = [share_in_frame(making.room.camera, item) >= _IN_SIGHT for item in pair]
            fits = [_hangs_well(making, item) for item in pair]
            if any(seen) and all(fit or not shown for fit, shown in zip(fits, seen, strict=True)):
                for item, shown in zip(pair, seen, strict=True):
                    if shown:
                        making.add(item)
                break
    if not making.of(("curtain",)):
        making.without("curtain", "no window with plain wall at both sides")


def _panel(making: Arrangement, slot: Slot, option: Option, size: Size, opening: Opening, side: int) -> Placed:
    edge = opening.u0 if side < 0 else opening.u1
    u = edge + side * (_BESIDE_FRAME_M + size.width_m / 2)
    return _at_wall(making, slot, option, size, opening.wall, u, _HEM_M + size.height_m / 2)


def _hangs_well(making: Arrangement, item: Placed) -> bool:
    """Whether the wall behind a panel is plain as far as it is seen, its rod below the ceiling, and its place free."""
    number = item.wall or 0
    wall = making.room.walls[number]
    u, half = (item.y if wall.axis == 0 else item.x), item.size.width_m / 2
    _low, high = item.heights_m
    if high > _ceiling(making, wall) - 0.03 or u - half < wall.start_m - 0.3 or u + half > wall.end_m + 0.3:
        return False
    plain, seen = _plain(wall, (u - half, u + half), (_SKIRTING_M, high))
    if seen < _WALL_SEEN or plain < _CURTAIN_PLAIN:
        return False
    near = nearest_depth(making.room.camera, item) < limits.NEAREST_M
    return not near and making.leaves_openings(item) and not any(_cross(item, other) for other in making.items)


def _plain(wall: WallRun, along: tuple[float, float], up: tuple[float, float]) -> tuple[float, float]:
    """Of a rectangle of a wall, the share of what is seen that is plain, and the share that is seen."""
    columns = slice(*(max(0, round((u - wall.start_m) / wall.cell_m)) for u in along))
    rows = slice(*(max(0, round(z / wall.cell_m)) for z in up))
    seen = wall.seen[rows, columns]
    if not seen.any():
        return 0.0, 0.0
    return float(wall.plain[rows, columns][seen].mean()), float(seen.mean())


def _on_wall(
    making: Arrangement, slot: Slot, option: Option, size: Size, number: int, u: float, z: float
) -> Placed | None:
    """A piece that hangs with its middle there; None where the wall is not plain, or it would leave the picture."""
    wall, half = making.room.walls[number], size.width_m / 2
    if u - half < wall.start_m or u + half > wall.end_m:
        return None
    plain, seen = _plain(wall, (u - half, u + half), (z - size.height_m / 2, z + size.height_m / 2))
    if min(plain, seen) < limits.PLAIN_FOR_PRINT:
        return None
    item = _at_wall(making, slot, option, size, number, u, z)
    return item if making.fits_picture(item) and making.leaves_openings(item) else None


def _at_wall(making: Arrangement, slot: Slot, option: Option, size: Size, number: int, u: float, z: float) -> Placed:
    """A piece whose back lies on the wall, a hair before it."""
    wall = making.room.walls[number]
    at = wall.point(u, z) + 0.004 * np.array(wall.normal)
    heading = heading_of(np.array(wall.normal[:2]))
    return making.place(slot, option, size, (float(at[0]), float(at[1])), heading, z=z, wall=number)


def _cross(first: Placed, second: Placed) -> bool:
    """Whether two pieces take the same place: what lies on the floor and what hangs higher than the other do not."""
    if second.flat or first.footprint.overlap_m2(second.footprint) < 1e-4:
        return False
    if second.size.mount is Mount.FLOOR and second.option.kind in {"sideboard", "tv_bench"} and first.z > 1.2:
        # The size of a sideboard holds the vase on it, which stands before what hangs behind it.
        return False
    return first.heights_m[0] < second.heights_m[1] and second.heights_m[0] < first.heights_m[1]


def _ceiling(making: Arrangement, wall: WallRun) -> float:
    return wall.height_m if making.room.scale.ceiling_seen else 2.4
