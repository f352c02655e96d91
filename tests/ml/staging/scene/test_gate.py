"""The gate passes an honest picture and stops every other: each defect by the check that is there for it."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.ndimage import distance_transform_edt

from ml.staging.furniture import Piece
from ml.staging.gate import UnstagedReason, Verdict, judge
from ml.staging.layout import Layout, RoomKind, lay_out
from ml.staging.room import OpeningKind, Room
from tests.ml.staging.scene.box_room import Box, Hole, box_photo, box_room
from tests.ml.staging.scene.pieces import blocks, painted
from tests.ml.staging.scene.sets import FURNISHING

Photo = NDArray[np.uint8]
Mask = NDArray[np.bool_]
DOOR = Hole(OpeningKind.DOOR, 1, 2.6, 3.5, 0.0, 2.05)


class Case:
    """A room, its photo, a layout, and the picture of an honest engine."""

    def __init__(self, *holes: Hole, pieces: int = 99) -> None:
        self.room: Room = box_room(Box(holes=holes or (DOOR,)))
        self.photo: Photo = box_photo(self.room)
        layout = lay_out(self.room, FURNISHING, RoomKind.LIVING, 0)
        assert layout is not None
        self.layout: Layout = replace(layout, items=layout.items[:pieces])
        self.pieces: tuple[Piece, ...] = blocks(self.layout)
        self.after, self.furniture, self.shade = painted(self.photo, self.room, self.layout)

    def judged(self, *, layout: Layout | None = None, room: Room | None = None) -> Verdict:
        return judge(self.photo, self.after, self.furniture, room or self.room, layout or self.layout, self.pieces)


@pytest.fixture
def case() -> Case:
    return Case()


def failed(verdict: Verdict) -> set[str]:
    return {check.name for check in verdict.failed}


def test_an_honest_picture_passes(case: Case) -> None:
    verdict = case.judged()
    assert failed(verdict) == set()
    assert verdict.passed


@pytest.mark.parametrize("place", ["ceiling", "far floor", "wall high up"])
def test_one_changed_pixel_is_caught(case: Case, place: str) -> None:
    untouched = (case.after == case.photo).all(axis=2)
    where = {
        "ceiling": case.room.classes == 2,
        "far floor": case.room.floor_mask,
        "wall high up": case.room.classes == 0,
    }[place]
    # As far from what was changed as there is any: close by, it would be a part of the shade.
    away = np.where(where, distance_transform_edt(untouched), 0)
    case.after[np.unravel_index(int(away.argmax()), away.shape)] ^= 1
    assert failed(case.judged()) & {"changed_off_floor_and_wall_px", "stray_px", "shadow_reach_m"}


def test_one_changed_pixel_on_a_door_is_caught() -> None:
    case = Case(Hole(OpeningKind.DOOR, 0, 1.1, 2.0, 0.0, 2.05))
    rows, columns = np.nonzero((case.room.classes == 4) & (case.after == case.photo).all(axis=2))
    case.after[rows[0], columns[0], 1] ^= 8
    assert "changed_off_floor_and_wall_px" in failed(case.judged())


def test_a_mask_that_is_too_large_is_caught(case: Case) -> None:
    from scipy.ndimage import binary_dilation

    case.furniture = binary_dilation(case.furniture, iterations=12)
    assert "mask_outside_layout" in failed(case.judged())


def test_a_mask_of_the_whole_picture_is_caught(case: Case) -> None:
    case.furniture = np.ones_like(case.furniture)
    assert "mask_outside_layout" in failed(case.judged())


def test_a_mask_without_furniture_is_caught(case: Case) -> None:
    case.furniture = np.zeros_like(case.furniture)
    assert failed(case.judged()) >= {"mask_of_layout"}


def test_a_shadow_that_is_too_large_is_caught() -> None:
    case = Case(pieces=1)
    case.after[case.room.floor_mask & ~case.furniture] //= 2
    assert failed(case.judged()) & {"shadow_of_furniture", "shadow_reach_m"}


def test_furniture_without_any_shadow_is_caught(case: Case) -> None:
    case.after[~case.furniture] = case.photo[~case.furniture]
    verdict = case.judged()
    assert "shadow_there" in failed(verdict)
    assert {check.reason for check in verdict.failed} == {UnstagedReason.DOES_NOT_STAND}


def test_noise_all_over_is_caught(case: Case) -> None:
    case.after = np.random.default_rng(0).integers(0, 255, case.photo.shape, np.uint8)
    assert not case.judged().passed


def test_noise_within_the_furniture_alone_is_caught(case: Case) -> None:
    noise = np.random.default_rng(0).integers(0, 255, case.photo.shape, np.uint8)
    case.after[case.furniture] = noise[case.furniture]
    assert failed(case.judged()) == {"noise_on_furniture"}


def test_noise_in_the_shadow_alone_is_caught(case: Case) -> None:
    noise = np.random.default_rng(0).integers(0, 255, case.photo.shape, np.uint8)
    case.after[case.shade] = noise[case.shade]
    assert "shadow_jump_levels" in failed(case.judged())


def test_furniture_in_blinding_light_is_caught(case: Case) -> None:
    case.after[case.furniture] = 255
    assert failed(case.judged()) == {"furniture_burnt_out"}


def test_a_picture_of_another_size_is_caught(case: Case) -> None:
    case.after = case.after[:-1]
    assert "size_changed" in failed(case.judged())


def test_furniture_in_the_air_is_caught(case: Case) -> None:
    lifted = replace(case.layout, items=(replace(case.layout.items[0], z=0.05), *case.layout.items[1:]))
    assert "floating_m" in failed(case.judged(layout=lifted))


def test_furniture_before_a_door_is_caught(case: Case) -> None:
    moved = replace(case.layout.items[0], x=-1.9, y=3.0)
    verdict = case.judged(layout=replace(case.layout, items=(moved, *case.layout.items[1:])))
    assert failed(verdict) & {"footprint_in_approach", "door_hidden"}


def test_furniture_in_a_wall_is_caught(case: Case) -> None:
    moved = replace(case.layout.items[0], y=5.2)
    assert "footprint_blocked" in failed(
        case.judged(layout=replace(case.layout, items=(moved, *case.layout.items[1:])))
    )


def test_an_anchor_cut_by_the_frame_is_caught(case: Case) -> None:
    moved = replace(case.layout.items[0], x=0.0, y=1.2)
    assert "anchor_in_frame" in failed(case.judged(layout=replace(case.layout, items=(moved, *case.layout.items[1:]))))


def test_a_camera_that_cannot_be_is_caught(case: Case) -> None:
    sure = replace(case.room.confidence, overall=0.1)
    assert "confidence" in failed(case.judged(room=replace(case.room, confidence=sure)))
    door = replace(case.room.scale, door_m=3.4)
    assert "door_height_tallest_m" in failed(case.judged(room=replace(case.room, scale=door)))
