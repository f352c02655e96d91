"""What of a room is bare below eye level: nearly all of an empty one, little of one that is full of things."""

import numpy as np

from ml.staging.room.bareness import bare_share
from tests.ml.staging.scene.box_room import Box, box_room


def test_an_empty_room_is_bare_and_covered_floor_is_not() -> None:
    room = box_room(Box())
    empty = bare_share(room.camera, room.floor_mask, room.walls, room.openings)
    assert empty > 0.85
    half = room.floor_mask.copy()
    half[:, : half.shape[1] // 2] = False
    assert bare_share(room.camera, half, room.walls, room.openings) < empty - 0.15
    assert bare_share(room.camera, np.zeros_like(half), (), ()) == 0
