"""Generated scores: the same seed gives the same piece, and its MIDI file says the same as its notes."""

import numpy as np
import pytest

from render.audio.training.rendered_styles import SCORE_STYLES
from render.audio.training.scores import make_score, midi_bytes
from render.audio.training.styles import STYLES


@pytest.mark.parametrize("style", SCORE_STYLES)
def test_a_score_hangs_on_its_seed_and_its_notes_lie_on_its_beats(style: str) -> None:
    score = make_score(style, 7)
    assert midi_bytes(score) == midi_bytes(make_score(style, 7))
    assert max(score.positions) == SCORE_STYLES[style].beats_per_bar
    assert np.all(np.diff(score.beats_s) > 0.25)
    starts = np.array([note.start_s for note in score.notes])
    near = np.abs(starts[:, None] - score.beats_s[None, :]).min(axis=1)
    assert (near < 0.05).mean() > 0.2


def test_no_style_is_one_that_anything_was_fitted_on() -> None:
    assert not set(SCORE_STYLES) & set(STYLES)


def test_the_midi_file_is_one_track_that_ends() -> None:
    data = midi_bytes(make_score("tango", 1))
    assert data[:4] == b"MThd"
    assert int.from_bytes(data[18:22]) == len(data) - 22
    assert data.endswith(b"\xff\x2f\x00")
