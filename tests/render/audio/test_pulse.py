"""Bare pulses: a metronome counts at its own tempo, and a groove is not one."""

import numpy as np
import pytest

from render.audio.loudness import level
from render.audio.novelty import novelty
from render.audio.pulse import pulse_bpm
from tests.render.audio.sounds import Samples, click_track, groove


def tempo_of(samples: Samples) -> float | None:
    levelled = level(samples)
    return pulse_bpm(levelled, novelty(levelled))


@pytest.mark.parametrize("bpm", [45, 60, 131.7, 200, 230])
def test_a_metronome_counts_at_its_own_tempo(bpm: float) -> None:
    assert tempo_of(click_track(bpm, seconds=12)) == pytest.approx(bpm, rel=0.005)


def test_a_groove_is_no_bare_pulse() -> None:
    assert tempo_of(groove(110, seconds=12)) is None


def test_clicks_at_random_times_are_no_pulse() -> None:
    rng = np.random.default_rng(5)
    samples = np.zeros(12 * 22_050, dtype=np.float32)
    samples[rng.integers(0, len(samples), 25)] = 1.0
    assert tempo_of(samples) is None


def test_three_clicks_are_too_few() -> None:
    assert tempo_of(click_track(60, seconds=3.2)) is None
