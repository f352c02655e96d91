"""Loops: exact repetition is found and measured, and nothing else is taken for it."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from render.audio.decode import ANALYSIS_RATE_HZ
from render.audio.loops import Loop, find_loop, loop_tempo
from render.audio.loudness import level
from render.audio.novelty import novelty
from render.audio.tempo import tempo_curve
from render.audio.training.music import make_clip
from tests.render.audio.sounds import Samples

FLAT_CURVE = tempo_curve(np.random.default_rng(1).random(3000))


def tiled(seconds: float) -> Samples:
    """A piece of synthetic music of that length, over and over."""
    piece = make_clip(4).samples[5 * ANALYSIS_RATE_HZ :][: round(seconds * ANALYSIS_RATE_HZ)]
    return level(np.resize(piece, 24 * ANALYSIS_RATE_HZ))


@pytest.mark.parametrize("seconds", [0.8838, 1.9, 4.9485])
def test_the_period_of_tiled_audio_is_exact(seconds: float) -> None:
    loop = find_loop(novelty(tiled(seconds)).spectrum)
    assert loop is not None
    repeats = loop.period_s / (round(seconds * ANALYSIS_RATE_HZ) / ANALYSIS_RATE_HZ)
    # Between frames a short period correlates less than its double, which then is taken: a power of two, and exact too.
    assert round(repeats) in {1, 2}
    assert repeats == pytest.approx(round(repeats), rel=5e-4)


def test_a_little_noise_does_not_hide_a_loop() -> None:
    samples = tiled(1.9)
    noise = 0.002 * np.random.default_rng(3).standard_normal(len(samples), dtype=np.float32)
    assert find_loop(novelty(samples + noise).spectrum) is not None


@pytest.mark.parametrize("seed", [0, 2, 8])
def test_music_that_varies_is_no_loop(seed: int) -> None:
    assert find_loop(novelty(level(make_clip(seed).samples)).spectrum) is None


def test_a_piece_that_is_played_again_is_no_loop() -> None:
    piece = level(make_clip(2).samples)
    twice = np.concatenate([piece, piece[: 8 * ANALYSIS_RATE_HZ], piece, piece[: 8 * ANALYSIS_RATE_HZ]])
    assert find_loop(novelty(twice).spectrum) is None


@settings(deadline=None)
@given(period_s=st.floats(0.35, 34.0))
def test_every_period_holds_a_musical_number_of_beats(period_s: float) -> None:
    assert 55 <= loop_tempo(Loop(period_s, 0.999), FLAT_CURVE) <= 215


@pytest.mark.parametrize("period_s", [0.4, 0.8837, 1.7533, 4.9485, 8.0, 16.0])
def test_the_tempo_puts_a_musical_number_of_beats_into_the_period(period_s: float) -> None:
    beats = loop_tempo(Loop(period_s, 0.999), FLAT_CURVE) * period_s / 60
    assert round(beats) in {1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64}
    assert beats == pytest.approx(round(beats))
