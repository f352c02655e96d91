"""Tempo over time: changes are found where they are, and drift and swing are none."""

import numpy as np
import pytest

from render.audio import analyse_decoded
from render.audio.sections import tempo_sections
from tests.render.audio.sounds import decoded, groove


def test_a_piece_that_changes_its_tempo_is_tracked_at_both() -> None:
    first, second = groove(100, seconds=20, start_s=0.5), groove(132, seconds=20, start_s=0.3)
    found = analyse_decoded(decoded(np.concatenate([first, second])))
    assert [section.bpm for section in found.tempo_sections] == [
        pytest.approx(100, rel=0.01),
        pytest.approx(132, rel=0.01),
    ]
    assert found.tempo_sections[1].start_s == pytest.approx(20, abs=1.5)
    late = [beat for beat in found.beats_s if beat > 24]
    assert np.median(np.diff(late)) == pytest.approx(60 / 132, abs=0.005)


def test_a_steady_piece_has_one_section() -> None:
    found = analyse_decoded(decoded(groove(120, seconds=30)))
    assert len(found.tempo_sections) == 1
    assert found.tempo_sections[0].bpm == pytest.approx(120, rel=0.005)
    assert found.tempo_sections[0].end_s == found.beats_s[-1]


def test_uneven_playing_is_no_change_of_tempo() -> None:
    rng = np.random.default_rng(3)
    beats = np.cumsum(0.5 + rng.normal(0, 0.012, 120))
    assert len(tempo_sections(beats)) == 1


@pytest.mark.parametrize("change", [1.06, 0.9])
def test_a_change_among_given_beats_is_found_within_two_beats(change: float) -> None:
    beats = np.concatenate([np.arange(40) * 0.5, 20 + np.arange(40) * 0.5 / change])
    sections = tempo_sections(beats)
    assert [section.bpm for section in sections] == [
        pytest.approx(120, rel=0.01),
        pytest.approx(120 * change, rel=0.01),
    ]
    assert sections[1].start_s == pytest.approx(20, abs=1)


def test_a_single_beat_has_no_tempo() -> None:
    assert tempo_sections(np.array([1.0])) == []
