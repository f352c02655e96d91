import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ml.training.evaluation import (
    WANTED_PRECISION,
    Agreement,
    calibration_error,
    confusion,
    interval,
    mean_share,
    per_label,
    softmax,
    temperature,
    threshold,
)
from ml.training.labels import LABELS


def answers_for(best: list[int]) -> np.ndarray:
    return np.eye(len(LABELS), dtype=np.float32)[best] * 3


def test_right_answers_are_counted_for_each_label_and_photos_without_one_are_not() -> None:
    scores = per_label(answers_for([0, 1, 1, 2]), np.array([0, 0, 1, -1]))
    assert [(score.label, score.photos, score.right) for score in scores] == [(LABELS[0], 2, 1), (LABELS[1], 1, 1)]
    assert mean_share(scores, LABELS) == 0.75


def test_the_confusion_has_every_labelled_photo_once() -> None:
    counts = confusion(answers_for([0, 1, 1, 2]), np.array([0, 0, 1, -1]))
    assert counts.sum() == 3
    assert counts[0, 1] == 1


@given(st.integers(1, 500), st.floats(0, 1))
@settings(deadline=None, max_examples=50)
def test_the_interval_holds_the_share_and_narrows_with_more_photos(photos: int, part: float) -> None:
    right = round(part * photos)
    low, high = interval(right, photos)
    assert 0 <= low <= right / photos + 1e-9
    assert right / photos - 1e-9 <= high <= 1
    wider = interval(right * 4, photos * 4)
    assert wider[1] - wider[0] < high - low


def test_the_temperature_of_scores_that_are_too_sure_is_found_again() -> None:
    chance = np.random.default_rng(0)
    honest = chance.normal(0, 1.5, (6000, len(LABELS))).astype(np.float32)
    labels = np.array([chance.choice(len(LABELS), p=row) for row in softmax(honest)])
    assert temperature(honest * 2, labels) == pytest.approx(2, abs=0.15)
    chances = softmax(honest)
    assert calibration_error(chances.max(axis=1), chances.argmax(axis=1) == labels) < 0.03


def test_the_threshold_is_where_enough_answers_are_right() -> None:
    confidences = np.linspace(0.3, 1, 701)
    right = confidences > 0.6
    assert threshold(confidences, right) == pytest.approx(1 - 0.4 / WANTED_PRECISION, abs=0.02)


def test_maps_that_agree_overlap_wholly_and_others_in_part() -> None:
    agreement = Agreement(3)
    agreement.add(np.array([[0, 0], [1, 1]], np.uint8), np.array([[0, 0], [1, 0]], np.uint8))
    assert agreement.right() == 0.75
    assert agreement.overlaps()[:2].tolist() == pytest.approx([2 / 3, 1 / 2])
    assert np.isnan(agreement.overlaps()[2])
