"""A room is furnished by the furniture that its photo shows, and by how little of it is bare."""

from dataclasses import replace

import numpy as np

from ml.staging.gate.emptiness import MOST_FURNITURE, emptiness_checks
from ml.staging.room import Confidence, Room
from tests.ml.staging.scene.box_room import Box, box_room


def failed(room: Room) -> list[str]:
    return [check.name for check in emptiness_checks(room) if not check.passed]


def with_bed(share: float) -> Room:
    room = box_room(Box())
    classes = room.classes.copy()
    height, width = classes.shape
    side = round(float(np.sqrt(share * height * width)))
    classes[-side:, :side] = len(room.labels)
    return replace(room, classes=classes, labels=(*room.labels, "bed"))


def test_an_empty_room_and_one_with_a_chair_are_no_furnished_ones() -> None:
    assert failed(box_room(Box())) == []
    assert failed(with_bed(MOST_FURNITURE / 2)) == []


def test_a_bed_makes_a_room_a_furnished_one() -> None:
    assert failed(with_bed(MOST_FURNITURE * 2)) == ["furniture_share"]


def test_a_room_full_of_other_things_is_furnished() -> None:
    room = box_room(Box())
    assert failed(replace(room, confidence=Confidence(0.9, {"bare": 0.3}))) == ["bare_below_eye_level"]
