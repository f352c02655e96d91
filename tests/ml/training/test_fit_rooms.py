import itertools

import numpy as np
import pytest

from ml.rooms import group_by, signature
from ml.training.fit_rooms import Lesson, fitted
from schemas.photo import PhotoRecord
from tests.ml.scenes import room
from tests.photo_records import photo_record

pytest.importorskip("sklearn", reason="needs the train extra")


def lesson(seed: int) -> Lesson:
    """Two rooms of one kind, each seen twice by a camera that turned."""
    photos: list[PhotoRecord] = []
    for scene, left in itertools.product((seed, seed + 1), (0, 120)):
        view = np.ascontiguousarray(room(scene, 640, 400)[40:360, left : left + 480])
        photos.append(photo_record("bedroom", room_signature=signature(view), perceptual_hash=None))
    return Lesson(photos, [[0, 1], [2, 3]])


def test_fitted_weights_group_listings_that_they_have_not_seen() -> None:
    weights, score = fitted([lesson(seed) for seed in range(0, 12, 2)], ("labels", "colours", "details"))
    assert weights.details > 0
    assert score > 0.9
    found = [group_by(lesson(seed).photos, weights) for seed in range(100, 106, 2)]
    assert found.count([[0, 1], [2, 3]]) >= 2
