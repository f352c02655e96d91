"""The analysis as a whole: tempo, beats and bars of known sounds, and what must not change them."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from render.audio import analyse, analyse_decoded
from render.audio.decode import ANALYSIS_RATE_HZ
from tests.render.audio.sounds import beat_times, click_track, decoded, groove, write_wav


def largest_error_s(found_s: list[float], true_s: np.ndarray) -> float:
    """Over the true beats but the first and last: how far the nearest found beat is."""
    return float(np.abs(true_s[1:-1, None] - np.array(found_s)[None, :]).min(axis=1).max())


@pytest.mark.parametrize("beats_per_bar", [3, 4])
@pytest.mark.parametrize("bpm", [60, 72, 87.3, 100, 119.5, 140, 163, 180, 200])
def test_a_click_track_is_read_exactly(bpm: float, beats_per_bar: int) -> None:
    found = analyse_decoded(decoded(click_track(bpm, beats_per_bar)))
    assert found.tempo_bpm == pytest.approx(bpm, rel=0.01)
    truth = beat_times(bpm, 20.0, 0.5)
    assert largest_error_s(found.beats_s, truth) < 0.02
    assert abs(len(found.beats_s) - len(truth)) <= 2
    assert found.beats_per_bar == beats_per_bar
    assert largest_error_s(found.downbeats_s, truth[::beats_per_bar]) < 0.02


@pytest.mark.parametrize("beats_per_bar", [3, 4])
@pytest.mark.parametrize("bpm", [80, 96, 112, 128, 145])
def test_a_groove_is_read_with_its_bars(bpm: float, beats_per_bar: int) -> None:
    found = analyse_decoded(decoded(groove(bpm, beats_per_bar)))
    assert found.tempo_bpm == pytest.approx(bpm, rel=0.01)
    assert largest_error_s(found.beats_s, beat_times(bpm, 20.0, 0.5)) < 0.02
    assert found.beats_per_bar == beats_per_bar
    assert largest_error_s(found.downbeats_s, beat_times(bpm, 20.0, 0.5)[::beats_per_bar]) < 0.02


@settings(deadline=None, max_examples=8)
@given(shift_s=st.floats(0.0, 2.0), bpm=st.sampled_from([90.0, 113.0, 132.0]))
def test_silence_in_front_shifts_the_beats_by_its_length(shift_s: float, bpm: float) -> None:
    samples = groove(bpm, seconds=12.0)
    shift = round(shift_s * ANALYSIS_RATE_HZ)
    plain = analyse_decoded(decoded(samples))
    shifted = analyse_decoded(decoded(np.concatenate([np.zeros(shift, np.float32), samples])))
    assert shifted.tempo_bpm == pytest.approx(plain.tempo_bpm, rel=0.005)
    moved = np.array(plain.beats_s) + shift / ANALYSIS_RATE_HZ
    nearest = np.abs(moved[1:-1, None] - np.array(shifted.beats_s)[None, :]).min(axis=1)
    assert nearest.max() < 0.015


@settings(deadline=None, max_examples=8)
@given(gain_db=st.floats(-30.0, 0.0))
def test_gain_changes_neither_tempo_nor_beats(gain_db: float) -> None:
    samples = groove(104, seconds=12.0)
    plain = analyse_decoded(decoded(samples))
    quieter = analyse_decoded(decoded(samples * np.float32(10 ** (gain_db / 20))))
    assert quieter.beats_s == pytest.approx(plain.beats_s, abs=1e-3)
    assert quieter.tempo_bpm == pytest.approx(plain.tempo_bpm, rel=1e-4)
    assert quieter.beat_positions == plain.beat_positions
    assert quieter.energy[5].level_db == pytest.approx(plain.energy[5].level_db + gain_db, abs=0.11)


def test_the_same_file_gives_the_same_record(tmp_path: Path) -> None:
    path = write_wav(tmp_path / "a.wav", groove(99, seconds=8.0))
    assert analyse(path).model_dump_json() == analyse(path).model_dump_json()


def test_half_and_double_the_tempo_are_offered() -> None:
    found = analyse_decoded(decoded(groove(100)))
    offered = [candidate.bpm for candidate in found.tempo_alternatives]
    assert any(bpm == pytest.approx(50, rel=0.01) for bpm in offered)
    assert any(bpm == pytest.approx(200, rel=0.01) for bpm in offered)
    scores = [candidate.score for candidate in found.tempo_alternatives]
    assert scores == sorted(scores, reverse=True)


def test_a_clear_groove_is_surer_than_noise() -> None:
    noise = 0.1 * np.random.default_rng(2).standard_normal(15 * ANALYSIS_RATE_HZ, dtype=np.float32)
    assert analyse_decoded(decoded(groove(118))).tempo_confidence > 0.8
    assert analyse_decoded(decoded(noise)).tempo_confidence < 0.5


@pytest.mark.parametrize("amplitude", [0.0, 0.0005])
def test_silence_has_no_beats_and_is_no_error(amplitude: float, tmp_path: Path) -> None:
    hum = amplitude * np.sin(np.arange(5 * ANALYSIS_RATE_HZ) * 0.1)
    found = analyse(write_wav(tmp_path / "silence.wav", hum))
    assert found.silent
    assert (found.tempo_bpm, found.tempo_confidence, found.beats_s, found.beats_per_bar) == (None, 0.0, [], None)
    assert found.duration_s == pytest.approx(5.0)


def test_a_held_tone_has_no_beats() -> None:
    time = np.arange(10 * ANALYSIS_RATE_HZ) / ANALYSIS_RATE_HZ
    found = analyse_decoded(decoded((0.5 * np.sin(2 * np.pi * 330 * time)).astype(np.float32)))
    assert not found.silent
    assert (found.tempo_bpm, found.beats_s) == (None, [])


def test_two_seconds_of_music_are_enough_for_an_answer() -> None:
    found = analyse_decoded(decoded(groove(120, seconds=2.2, start_s=0.05)))
    assert found.beats_s == sorted(found.beats_s)


def test_beats_and_positions_belong_together() -> None:
    found = analyse_decoded(decoded(groove(126)))
    assert len(found.beat_positions) == len(found.beats_s)
    firsts = [time for time, position in zip(found.beats_s, found.beat_positions, strict=True) if position == 1]
    assert found.downbeats_s == firsts
    assert 0.0 <= min(found.beats_s) < max(found.beats_s) <= found.duration_s
