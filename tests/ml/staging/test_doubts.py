"""What speaks against a photo: by itself, and when another view of its room answers for its camera and scale."""

from dataclasses import replace

import numpy as np
import pytest

from ml.staging.engines import Removal
from ml.staging.gate import UnstagedReason
from ml.staging.kits import load_kit
from ml.staging.room import Doubt, Reason, Room
from ml.staging.staging import Order, doubts_of, removes
from tests.ml.staging.scene.box_room import LABELS, Box, box_room
from tests.ml.staging.scene.engines import NoiseEngine

UNSURE = Doubt(Reason.CAMERA_UNCERTAIN, "Lines tell the horizon with confidence 0.2.", answerable=True)
BENT = Doubt(Reason.CAMERA_UNCERTAIN, "Straight edges are bent as by a fisheye.")


def room(*doubts: Doubt, furnished: bool = False) -> Room:
    found = replace(box_room(Box()), doubts=doubts)
    if not furnished:
        return found
    classes = found.classes.copy()
    classes[len(classes) // 2 :] = LABELS.index("sofa")
    return replace(found, classes=np.asarray(classes, np.uint8))


def reasons(seen: Room, *, registered: bool, removes_furniture: bool = False) -> list[UnstagedReason]:
    return [each.reason for each in doubts_of(seen, removes_furniture=removes_furniture, registered=registered)]


def test_another_view_answers_for_lines_that_tell_too_little() -> None:
    assert reasons(room(UNSURE), registered=False) == [UnstagedReason.CAMERA_UNCERTAIN]
    assert reasons(room(UNSURE), registered=True) == []


def test_no_view_answers_for_a_bent_picture() -> None:
    assert reasons(room(BENT), registered=True) == [UnstagedReason.CAMERA_UNCERTAIN]


def test_a_furnished_room_stays_one_when_another_view_answers_for_its_camera() -> None:
    seen = room(UNSURE, furnished=True)
    assert reasons(seen, registered=True) == [UnstagedReason.FURNISHED]
    assert reasons(seen, registered=True, removes_furniture=True) == []


@pytest.mark.parametrize(("removal", "gone"), [(Removal.OFF, False), (Removal.AUTO, True), (Removal.ON, True)])
def test_an_engine_that_can_takes_furniture_out_only_where_it_was_asked_to(removal: Removal, *, gone: bool) -> None:
    assert removes(NoiseEngine(), Order(load_kit("japandi"), removal=removal)) is gone
