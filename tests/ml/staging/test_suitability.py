"""What is refused before anything is understood."""

import numpy as np
import pytest
from numpy.typing import NDArray

from ml.segmentation import Segmentation
from ml.staging.gate import UnstagedReason
from ml.staging.looking import Look
from ml.staging.suitability import collage_reason, light_reason, scene_reason
from schemas.photo import Space
from tests.ml.staging.room.made_rooms import made_room, photograph


def look(label: str, confidence: float) -> Look:
    chances = np.full((2, 4, 4), 0.5, np.float32)
    return Look(Space.INTERIOR, label, Segmentation(("wall", "floor"), chances), None, None, confidence)


@pytest.fixture(scope="module")
def room() -> NDArray[np.uint8]:
    return photograph(made_room(1, size=(640, 480)))[0]


@pytest.mark.parametrize("label", ["bathroom", "kitchen", "hallway", "stairs", "entry_foyer"])
def test_a_room_of_another_use_is_refused_where_that_is_sure(label: str) -> None:
    found = scene_reason(look(label, 0.9), removes_furniture=False)
    assert found is not None
    assert found.reason is UnstagedReason.NOT_A_ROOM
    assert scene_reason(look(label, 0.6), removes_furniture=False) is None
    assert scene_reason(look(label, 0.9), removes_furniture=False, use_given=True) is None


def test_a_bedroom_is_none_of_them() -> None:
    assert scene_reason(look("bedroom", 0.99), removes_furniture=False) is None


def test_a_dark_photo_is_too_dark_and_a_dim_one_is_not(room: NDArray[np.uint8]) -> None:
    dark = light_reason((room * 0.08).astype(np.uint8))
    assert dark is not None
    assert dark.reason is UnstagedReason.TOO_DARK
    assert light_reason((room * 0.35).astype(np.uint8)) is None


def test_four_photos_in_one_are_a_collage_though_white_walls_hide_parts_of_the_seams(room: NDArray[np.uint8]) -> None:
    quarter = room[::2, ::2]
    other = np.clip(quarter * 0.75, 0, 255).astype(np.uint8)
    four = np.vstack([np.hstack([quarter, other]), np.hstack([other, quarter])])
    # A patch on which both sides of the upright seam look alike.
    four[: four.shape[0] // 10, :] = 240
    assert collage_reason(four) is not None
    assert collage_reason(room) is None
