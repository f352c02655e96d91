"""Bars: positions follow one another, a slip does not break the count, the shipped model fits the features."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from render.audio.bar_features import FEATURES, beat_features, with_context
from render.audio.bars import bar_path, downbeat_model, find_bars
from render.audio.loudness import level
from render.audio.novelty import novelty
from tests.render.audio.sounds import beat_times, groove


@settings(deadline=None, max_examples=40)
@given(metre=st.sampled_from([3, 4]), first=st.integers(0, 3), beats=st.integers(9, 60))
def test_clear_downbeats_are_counted_from(metre: int, first: int, beats: int) -> None:
    downbeat = (np.arange(beats) - first) % metre == 0
    positions, _ = bar_path(np.where(downbeat, 0.9, 0.1), metre)
    assert positions.tolist() == [(index - first) % metre + 1 for index in range(beats)]


def test_an_extra_beat_shifts_the_count_after_it() -> None:
    downbeat = np.array([index in {0, 4, 8, 13, 17, 21, 25} for index in range(28)])
    positions, _ = bar_path(np.where(downbeat, 0.95, 0.05), 4)
    assert np.flatnonzero(positions == 1).tolist()[-4:] == [13, 17, 21, 25]


def test_the_right_metre_explains_better() -> None:
    downbeat = np.arange(36) % 3 == 0
    probability = np.where(downbeat, 0.8, 0.2)
    assert bar_path(probability, 3)[1] > bar_path(probability, 4)[1]


def test_the_shipped_model_has_a_weight_for_each_feature_of_nine_beats() -> None:
    model = downbeat_model()
    assert model.beat_weights.shape == (9 * len(FEATURES),)
    assert model.metre_weights.shape == (2,)


def test_features_are_standardised_and_context_stands_beside_them() -> None:
    samples = level(groove(110, seconds=10))
    features, sound = beat_features(samples, novelty(samples), beat_times(110, 10, 0.5))
    assert features.mean(axis=0) == pytest.approx(np.zeros(len(FEATURES)), abs=1e-9)
    assert len(sound) == len(features)
    context = with_context(features)
    middle = 4 * len(FEATURES)
    assert np.array_equal(context[:, middle : middle + len(FEATURES)], features)
    assert np.array_equal(context[1:, middle - len(FEATURES) : middle], features[:-1])


def test_one_beat_has_no_bars() -> None:
    samples = level(groove(110, seconds=3))
    with pytest.raises(ValueError, match="two beats"):
        find_bars(samples, novelty(samples), np.array([1.0]))
