"""Half a beat late: loud off-beats do not take the beat away from kick and bass."""

import numpy as np
import pytest

from render.audio.novelty import BANDS_HZ, Curve, Novelty
from render.audio.phase import on_the_beat
from render.audio.spectrogram import FRAME_RATE_HZ

SECONDS = 20.0
TRACKED = np.arange(0.5, SECONDS - 0.3, 0.5)
BETWEEN = TRACKED + 0.25


def peaks(times: Curve, height: float) -> Curve:
    curve = np.zeros(int(SECONDS * FRAME_RATE_HZ) + 1)
    curve[np.round(times[times < SECONDS - 0.05] * FRAME_RATE_HZ).astype(int)] = height
    return curve


def onsets(low: Curve, mixed: Curve) -> Novelty:
    bands = np.zeros((len(BANDS_HZ), len(low)))
    bands[0] = low
    return Novelty(mixed, bands, mixed, np.zeros((len(low), 4), np.float32))


def test_beats_move_to_where_the_low_onsets_are() -> None:
    mixed = peaks(TRACKED, 1.0) + peaks(BETWEEN, 0.7)
    found = on_the_beat(TRACKED, onsets(peaks(BETWEEN, 1.0), mixed), mixed, SECONDS)
    assert found[0] == pytest.approx(0.25, abs=0.02)
    assert found[1:-1] == pytest.approx(BETWEEN[: len(found) - 2], abs=0.02)
    assert np.all(found < SECONDS)


def test_beats_with_their_low_onsets_stay() -> None:
    mixed = peaks(TRACKED, 0.7) + peaks(BETWEEN, 1.0)
    low = peaks(TRACKED, 1.0) + peaks(BETWEEN, 0.9)
    assert on_the_beat(TRACKED, onsets(low, mixed), mixed, SECONDS) is TRACKED


def test_a_bass_between_beats_that_is_all_that_is_played_there_moves_nothing() -> None:
    mixed = peaks(TRACKED, 1.0) + peaks(BETWEEN, 0.3)
    assert on_the_beat(TRACKED, onsets(peaks(BETWEEN, 1.0), mixed), mixed, SECONDS) is TRACKED


def test_swung_off_beats_are_found_beside_the_middle() -> None:
    late = TRACKED + 0.29
    mixed = peaks(TRACKED, 1.0) + peaks(late, 0.7)
    found = on_the_beat(TRACKED, onsets(peaks(late, 1.0), mixed), mixed, SECONDS)
    assert found[1:-1] == pytest.approx(late[: len(found) - 2], abs=0.02)
