"""Curtains hang beside the glass, mirrors over storage, wardrobes at another wall than the bed; a child gets a bed."""

from dataclasses import replace

import pytest

from ml.staging.furniture import Mount
from ml.staging.layout import Design, Furnishing, Layout, Option, Placed, RoomKind, Size, Slot, lay_out, limits
from ml.staging.layout.sight import hidden_of
from ml.staging.room import OpeningKind, Room
from tests.ml.staging.scene.box_room import Box, Hole, box_room
from tests.ml.staging.scene.sets import FURNISHING
from tests.ml.staging.scene.test_layout import broken

WINDOW = Hole(OpeningKind.WINDOW, 1, 3.8, 4.6, 0.9, 2.1)
"""In the left wall, with wall at both sides."""

DEEP = Box(left=-2.4, right=2.2, back=5.8, yaw=0.0, holes=(WINDOW,))

_SIZES = {
    "curtain": Size(0.5, 0.13, 2.25, mount=Mount.WALL),
    "mirror": Size(0.8, 0.03, 0.8, mount=Mount.WALL),
    "wardrobe": Size(1.2, 0.6, 2.0, 0.75),
    "kids_bed": Size(1.1, 2.1, 0.95, 0.6),
    "cot": Size(0.72, 1.3, 0.9, 0.6),
}


def _slot(name: str, kind: str, width: float, count: int = 1) -> Slot:
    return Slot(name, kind, (Design("plain", (width,)),), count)


EXTRA = {
    "curtain": _slot("curtain", "curtain", 0.5, 2),
    "mirror": _slot("mirror", "mirror", 0.8),
    "wardrobe": _slot("wardrobe", "wardrobe", 1.2),
}
CHILD = {"bed": _slot("bed", "kids_bed", 0.9), "cot": _slot("cot", "cot", 0.6)}


def _measure(option: Option) -> Size:
    return _SIZES[option.kind] if option.kind in _SIZES else FURNISHING.measure(option)


def furnishing() -> Furnishing:
    rooms = {kind: {**slots, **EXTRA} for kind, slots in FURNISHING.rooms.items()}
    bedroom = rooms[RoomKind.BEDROOM]
    rooms[RoomKind.KIDS] = {**CHILD, **{name: bedroom[name] for name in ("nightstand", "rug", "storage", "print")}}
    return replace(FURNISHING, rooms=rooms, measure=_measure)


def laid(room: Room, kind: RoomKind, variation: int = 0) -> Layout:
    layout = lay_out(room, furnishing(), kind, seed=0, variation=variation)
    assert layout is not None
    assert broken(room, layout) == []
    return layout


def of(layout: Layout, slot: str) -> list[Placed]:
    return [item for item in layout.items if item.slot == slot]


def test_a_window_gets_a_panel_at_each_side_and_all_of_its_glass_stays_free() -> None:
    room = box_room(DEEP)
    panels = of(laid(room, RoomKind.DINING), "curtain")
    assert len(panels) == 2
    near, far = sorted(panels, key=lambda item: item.y)
    assert near.y + 0.25 <= WINDOW.u0 < WINDOW.u1 <= far.y - 0.25
    assert all(0 < item.heights_m[0] < 0.05 for item in panels)
    area, _ = hidden_of(room, room.openings[0], tuple(panels))
    # Seen aslant, the near panel hides some of it.
    assert area <= limits.WINDOW_HIDDEN


@pytest.mark.parametrize(
    "window",
    [
        replace(WINDOW, u0=4.7, u1=5.5),  # the far panel would hang in the corner
        replace(WINDOW, z1=2.4),  # taller than a panel
    ],
)
def test_where_a_pair_does_not_fit_there_are_no_curtains(window: Hole) -> None:
    layout = laid(box_room(replace(DEEP, holes=(window,))), RoomKind.DINING)
    assert not of(layout, "curtain")
    assert any(note.startswith("curtain") for note in layout.notes)


def test_a_panel_that_would_hang_beyond_the_picture_is_left_out_and_the_other_hangs() -> None:
    room = box_room(replace(DEEP, holes=(replace(WINDOW, u0=2.6, u1=3.6),)))
    (panel,) = of(laid(room, RoomKind.DINING), "curtain")
    assert panel.y > 3.6


def test_a_mirror_hangs_over_storage_and_nothing_hangs_in_anything() -> None:
    layout = laid(box_room(Box()), RoomKind.LIVING)
    (mirror,) = of(layout, "mirror")
    (storage,) = of(layout, "storage")
    assert mirror.wall == storage.wall
    assert mirror.heights_m[0] > 0.9
    hung = [item for item in layout.items if item.size.mount is Mount.WALL]
    for number, first in enumerate(hung):
        for second in hung[number + 1 :]:
            assert first.footprint.overlap_m2(second.footprint) < 1e-4


def test_a_wardrobe_stands_at_another_wall_than_the_bed() -> None:
    layout = laid(box_room(Box(left=-2.0, right=2.4, back=6.5, yaw=0.0)), RoomKind.BEDROOM)
    (wardrobe,) = of(layout, "wardrobe")
    assert wardrobe.wall is not None
    assert wardrobe.wall != layout.anchor.wall


def test_a_childs_room_gets_a_bed_and_in_its_next_variation_a_cot() -> None:
    room = box_room(Box())
    assert laid(room, RoomKind.KIDS).anchor.option.kind == "kids_bed"
    assert laid(room, RoomKind.KIDS, variation=1).anchor.option.kind == "cot"


def test_a_set_without_a_childs_room_furnishes_none() -> None:
    assert lay_out(box_room(Box()), FURNISHING, RoomKind.KIDS, seed=0) is None
