"""Tracking: the search finds the best explanation there is, and follows a tempo that drifts."""

import itertools

import numpy as np
import pytest

from render.audio.spectrogram import FRAME_RATE_HZ
from render.audio.tracking import track_beats


def strength_at(beats_s: np.ndarray, seconds: float) -> np.ndarray:
    curve = np.full(int(seconds * FRAME_RATE_HZ), 0.01)
    curve[np.round(beats_s * FRAME_RATE_HZ).astype(int)] = 0.9
    return curve


def test_beats_of_a_drifting_tempo_are_followed() -> None:
    intervals = 0.5 * np.exp(np.linspace(0, 0.25, 50))
    beats = 0.4 + np.cumsum(intervals)
    found = track_beats(strength_at(beats, beats[-1] + 0.3))
    assert len(found) <= len(beats) + 1  # a first beat may be guessed before the first onset
    assert np.abs(beats[:, None] - found[None, :]).min(axis=1).max() < 0.03


def test_a_missing_onset_is_bridged() -> None:
    beats = 0.3 + np.arange(30) * 0.5
    found = track_beats(strength_at(np.delete(beats, 12), 15.5))
    assert np.abs(found - beats[12]).min() < 0.03


def test_the_range_of_tempi_is_kept() -> None:
    beats = 0.3 + np.arange(60) * 0.3
    found = track_beats(strength_at(beats, 18.5), (90.0, 110.0))
    assert np.diff(found).min() > 60 / 115
    assert np.diff(found).max() < 60 / 85


def test_what_is_shorter_than_a_beat_has_none() -> None:
    assert len(track_beats(np.full(40, 0.5))) == 0


@pytest.mark.parametrize("seed", range(3))
def test_no_other_choice_of_intervals_explains_a_short_curve_better(seed: int) -> None:
    """Every path over 85 frames, by brute force, with the model's own weights: at most three beats start in them."""
    frames = 85
    strength = np.random.default_rng(seed).uniform(0.02, 0.9, frames)
    intervals = np.arange(int(60 * FRAME_RATE_HZ / 145), int(np.ceil(60 * FRAME_RATE_HZ / 118)) + 1)
    on = np.concatenate([[0], np.cumsum(np.log(strength))])
    off = np.concatenate([[0], np.cumsum(np.log((1 - strength) / 15))])
    change = -100 * np.abs(intervals[None, :] / intervals[:, None] - 1)
    change -= np.log(np.exp(change).sum(axis=1, keepdims=True))

    def beat(start: int, interval: int) -> float:
        middle = min(start + max(1, round(interval / 16)), frames)
        end = min(start + interval, frames)
        return float(on[middle] - on[start] + off[end] - off[middle])

    best = (-np.inf, [0])
    for first, states in itertools.product(
        range(int(intervals[-1]) + 1), itertools.product(range(len(intervals)), repeat=3)
    ):
        if first > intervals[states[0]]:
            continue
        starts, total = [first], float(off[first])
        for index, state in enumerate(states):
            if index:
                total += float(change[states[index - 1], state])
            total += beat(starts[-1], int(intervals[state]))
            if starts[-1] + intervals[state] > frames:
                best = max(best, (total, starts))
                break
            starts = [*starts, starts[-1] + int(intervals[state])]
    expected = np.array([start for start in best[1] if start < frames])
    found = track_beats(strength, (118.0, 145.0)) * FRAME_RATE_HZ
    assert len(found) == len(expected)
    # Beats are then moved to the peak within the onset's width, three frames at these tempi.
    assert np.all((found > expected - 1.5) & (found < expected + 3.5))
