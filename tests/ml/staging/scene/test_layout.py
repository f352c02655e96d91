"""Layouts keep every hard limit, in rooms of any size with doors and windows anywhere."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ml.staging.fitting import fitted
from ml.staging.furniture import Mount
from ml.staging.layout import Density, Layout, RoomKind, lay_out, limits
from ml.staging.layout.arrangement import BEFORE_OTHERS
from ml.staging.layout.items import facing
from ml.staging.layout.occupancy import Occupancy
from ml.staging.layout.rectangles import Rectangle
from ml.staging.layout.sight import hidden, hidden_of, points_of_stretch, share_in_frame
from ml.staging.room import FocalKind, FocalPoint, OpeningKind, Room
from tests.ml.staging.scene.box_room import Box, Hole, box_room
from tests.ml.staging.scene.pieces import blocks
from tests.ml.staging.scene.sets import FURNISHING

DOOR = Hole(OpeningKind.DOOR, 1, 2.6, 3.5, 0.0, 2.05)
WINDOW = Hole(OpeningKind.WINDOW, 0, -0.9, 0.9, 0.85, 2.2)


def broken(room: Room, layout: Layout) -> list[str]:
    """Every hard limit that a layout does not keep."""
    occupancy = Occupancy(room.floor)
    said = []
    standing = [item for item in layout.items if item.size.mount is Mount.FLOOR and not item.flat]
    for item in standing:
        shares = occupancy.shares(item.footprint)
        if shares.blocked > 0.05 or shares.approach > 0.05:
            said.append(f"{item.slot} stands on keep-out or in a door's approach: {shares}")
    for number, first in enumerate(standing):
        for second in standing[number + 1 :]:
            chairs = {"dining_chair", "desk_chair", "dining_table", "desk"}
            if {first.slot, second.slot} <= chairs:
                continue
            if first.footprint.overlap_m2(second.footprint) > 0.01:
                said.append(f"{first.slot} stands in {second.slot}")
    for opening in room.openings:
        area, width = hidden_of(room, opening, layout.items)
        if opening.kind is OpeningKind.WINDOW and (area > 0.25 or width > 0.96):
            said.append(f"window hidden {area:.2f} {width:.2f}")
        if opening.kind is OpeningKind.DOOR and area > limits.DOOR_HIDDEN:
            said.append(f"door hidden {area:.2f}")
    if share_in_frame(room.camera, layout.anchor) < 1:
        said.append("anchor out of frame")
    return said


@pytest.mark.parametrize("kind", [RoomKind.LIVING, RoomKind.BEDROOM, RoomKind.DINING, RoomKind.HOME_OFFICE])
def test_a_room_of_21_square_metres_takes_every_kind(kind: RoomKind) -> None:
    room = box_room(Box(holes=(DOOR, WINDOW)))
    layout = lay_out(room, FURNISHING, kind, seed=0)
    assert layout is not None
    assert len(layout.items) >= 4
    assert broken(room, layout) == []


@settings(max_examples=25, deadline=None)
@given(
    left=st.floats(-3.2, -1.2),
    right=st.floats(1.2, 3.2),
    back=st.floats(2.6, 6.0),
    yaw=st.floats(-0.6, 0.6),
    door=st.floats(0.4, 2.0),
    window=st.floats(-1.0, 0.2),
    kind=st.sampled_from(list(RoomKind)),
    seed=st.integers(0, 5),
)
def test_no_layout_breaks_a_limit(
    left: float, right: float, back: float, yaw: float, door: float, window: float, kind: RoomKind, seed: int
) -> None:
    holes = (
        Hole(OpeningKind.DOOR, 1, door, door + 0.9, 0.0, 2.05),
        Hole(OpeningKind.WINDOW, 0, window, window + 1.1, 0.8, 2.1),
    )
    room = box_room(Box(left, right, back, holes, yaw=yaw))
    layout = lay_out(room, FURNISHING, kind, seed)
    if layout is not None:
        assert broken(room, layout) == []


def test_the_same_room_and_seed_give_the_same_layout() -> None:
    room = box_room(Box(holes=(DOOR, WINDOW)))
    assert lay_out(room, FURNISHING, RoomKind.LIVING, 3) == lay_out(room, FURNISHING, RoomKind.LIVING, 3)


def test_variations_differ() -> None:
    room = box_room(Box(holes=(DOOR,)))
    layouts = [lay_out(room, FURNISHING, RoomKind.LIVING, 0, variation) for variation in range(4)]
    seen = {(it.option, round(it.x, 2), round(it.y, 2)) for layout in layouts if layout for it in layout.items[:1]}
    assert len(seen) >= 3


def test_the_clearance_that_a_kit_asks_for_stays_free() -> None:
    slots = dict(FURNISHING.rooms[RoomKind.LIVING])
    wide = {**slots, "sofa": replace(slots["sofa"], clearance_m=1.6)}
    furnishing = replace(FURNISHING, rooms={**FURNISHING.rooms, RoomKind.LIVING: wide}, density=Density.FULL)
    room = box_room(Box(left=-3.2, right=3.2, back=6.0))
    layout = lay_out(room, furnishing, RoomKind.LIVING, 0)
    assert layout is not None
    kept = layout.anchor.before(1.6, share=0.7)
    others = [item for item in layout.items[1:] if item.slot not in BEFORE_OTHERS and not item.flat]
    assert len(others) >= 2
    assert all(item.size.mount is not Mount.FLOOR or item.footprint.overlap_m2(kept) <= 0.02 for item in others)


def test_a_dense_kit_puts_more_into_a_room_than_an_airy_one() -> None:
    room = box_room(Box(left=-2.2, right=2.2, back=4.2))
    layouts = [lay_out(room, replace(FURNISHING, density=density), RoomKind.LIVING, 0) for density in Density]
    counts = [len(layout.items) for layout in layouts if layout is not None]
    assert counts == sorted(counts)
    assert counts[0] < counts[-1]


@pytest.mark.parametrize("wall", [1, 2])
def test_a_seat_faces_what_the_room_looks_at_and_leaves_it_in_sight(wall: int) -> None:
    room = replace(box_room(Box(back=5.5, yaw=0.0)), focal_points=(FocalPoint(FocalKind.FEATURE, wall, 2.4, 4.2),))
    layout = lay_out(room, FURNISHING, RoomKind.LIVING, 0)
    assert layout is not None
    sofa = layout.anchor
    middle = room.walls[wall].point(3.3, 0.0)[:2]
    assert float(facing(sofa.heading_deg) @ (middle - np.array([sofa.x, sofa.y]))) > 0
    points = points_of_stretch(room, wall, 2.4, 4.2, 1.3)
    assert float(hidden(room.camera, points, sofa).mean()) < 0.2


def test_a_chair_in_a_corner_faces_into_the_room() -> None:
    slots = {
        name: slot for name, slot in FURNISHING.rooms[RoomKind.BEDROOM].items() if name not in {"plant", "storage"}
    }
    furnishing = replace(FURNISHING, rooms={RoomKind.BEDROOM: slots}, density=Density.FULL)
    layout = lay_out(box_room(Box(left=-3.0, right=3.0, back=5.5)), furnishing, RoomKind.BEDROOM, 0)
    assert layout is not None
    chairs = [item for item in layout.items if item.slot == "armchair"]
    assert chairs
    for chair in chairs:
        assert float(facing(chair.heading_deg) @ (np.array([0.0, 2.5]) - np.array([chair.x, chair.y]))) > 0


def test_a_piece_that_comes_out_too_large_is_left_out_and_the_rest_stays() -> None:
    room = box_room()
    layout = lay_out(room, FURNISHING, RoomKind.LIVING, 0)
    assert layout is not None
    number = next(n for n, item in enumerate(layout.items) if item.slot == "plant")
    huge = replace(layout.items[number], size=replace(layout.items[number].size, width_m=2.4, depth_m=2.4))
    layout = replace(layout, items=(*layout.items[:number], huge, *layout.items[number + 1 :]))
    kept, pieces = fitted(room, layout, blocks(layout))
    assert [item.slot for item in kept.items] == [item.slot for item in layout.items if item.slot != "plant"]
    assert len(pieces) == len(kept.items)
    assert any(note.startswith("plant: ") for note in kept.notes)


def test_a_narrow_room_gets_a_narrower_bed() -> None:
    wide = lay_out(box_room(Box()), FURNISHING, RoomKind.BEDROOM, 0)
    small = lay_out(box_room(Box(left=-1.45, right=1.15, back=4.5)), FURNISHING, RoomKind.BEDROOM, 0)
    assert wide is not None
    assert small is not None
    assert small.anchor.option.width_m < wide.anchor.option.width_m


def test_a_cupboard_gets_nothing() -> None:
    room = box_room(Box(left=-0.7, right=0.7, back=1.9))
    assert all(lay_out(room, FURNISHING, kind, 0) is None for kind in RoomKind)


def test_what_stands_there_already_is_left_alone() -> None:
    room = box_room()
    taken = room.floor.keep_out.copy()
    x, y = room.floor.centres()
    block = (x[None, :] > -1.2) & (x[None, :] < 0.2) & (y[:, None] > 3.4)
    object.__setattr__(room.floor, "free", room.floor.free & ~block)
    object.__setattr__(room.floor, "keep_out", taken | block)
    layout = lay_out(room, FURNISHING, RoomKind.LIVING, 0)
    assert layout is not None
    there = Rectangle(-1.2, 0.2, 3.4, 4.6)
    assert all(item.footprint.overlap_m2(there) <= 0.035 * item.footprint.area_m2 for item in layout.items)


def test_a_way_from_door_to_door_stays_open() -> None:
    other = Hole(OpeningKind.DOOR, 2, 2.6, 3.5, 0.0, 2.05)
    room = box_room(Box(left=-1.9, right=1.9, holes=(DOOR, other)))
    occupancy = Occupancy(room.floor)
    assert not occupancy.passable_with(Rectangle(-0.3, 0.3, -2.0, 4.6))
    assert occupancy.passable_with(Rectangle(-0.3, 0.3, 3.9, 4.6))


def test_a_piece_hides_what_is_behind_it_alone() -> None:
    room = box_room(Box(holes=(WINDOW,), yaw=0.0))
    layout = lay_out(room, FURNISHING, RoomKind.BEDROOM, 0)
    assert layout is not None
    area, width = hidden_of(room, room.openings[0], layout.items)
    assert 0 <= area <= 0.25
    assert 0 <= width <= 1
    assert np.isfinite([area, width]).all()
