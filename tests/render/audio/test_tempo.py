"""Tempo: the curve finds the period of pulses, the line through beats ignores outliers and gaps."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from render.audio.spectrogram import FRAME_RATE_HZ
from render.audio.tempo import line_tempo, mean_autocorrelation, tempo_curve, tempo_prior


def pulses(bpm: float, seconds: float = 30.0) -> np.ndarray:
    curve = np.zeros(int(seconds * FRAME_RATE_HZ))
    curve[np.round(np.arange(0.1, seconds - 0.1, 60 / bpm) * FRAME_RATE_HZ).astype(int)] = 1.0
    return np.convolve(curve, [0.2, 0.6, 1.0, 0.6, 0.2], "same")


@pytest.mark.parametrize("bpm", [80, 97.3, 110, 128, 150])
def test_the_curve_peaks_at_the_tempo_of_pulses(bpm: float) -> None:
    assert tempo_curve(pulses(bpm)).best_bpm == pytest.approx(bpm, rel=0.015)


def test_autocorrelation_is_one_at_lag_zero_and_nearly_one_at_the_period() -> None:
    correlation = mean_autocorrelation(pulses(120))
    assert correlation[0] == pytest.approx(1.0)
    assert correlation[round(0.5 * FRAME_RATE_HZ)] > 0.8


def test_the_prior_prefers_the_middle_and_is_even_in_octaves() -> None:
    assert tempo_prior(110.0) == pytest.approx(1.0)
    assert tempo_prior(55.0) == pytest.approx(float(tempo_prior(220.0)))


@settings(deadline=None, max_examples=30)
@given(bpm=st.floats(50, 220), start=st.floats(0, 5), seed=st.integers(0, 1000))
def test_the_line_gives_the_tempo_of_jittered_beats_with_a_beat_missing(bpm: float, start: float, seed: int) -> None:
    rng = np.random.default_rng(seed)
    beats: np.ndarray = start + np.arange(60) * 60 / bpm + rng.normal(0, 0.005, 60)
    kept = np.arange(60) != rng.integers(5, 55)
    assert line_tempo(beats[kept].astype(np.float64)) == pytest.approx(bpm, rel=0.002)


def test_the_line_is_not_moved_by_one_wild_beat() -> None:
    beats = np.arange(0.0, 20.0, 0.5)
    beats[20] += 0.15
    assert line_tempo(beats) == pytest.approx(120.0, rel=1e-6)


def test_one_beat_has_no_tempo() -> None:
    with pytest.raises(ValueError, match="two beats"):
        line_tempo(np.array([1.0]))
