"""Accuracy on music whose beats are known: figures a little under those measured, where the recordings are at hand."""

import functools
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from render.audio import analyse_decoded
from render.audio.evaluate import Scores, Truth, annotated_pieces, beat_f, read_beats, score_piece, tiled_loops

DATA = Path(__file__).resolve().parents[3] / ".." / "shared" / "audio"
needs_recordings = pytest.mark.skipif(not DATA.is_dir(), reason="the recordings of ../shared/audio are not at hand")


@functools.cache
def scores(folder: str) -> list[Scores]:
    return [score_piece(audio, truth, alone=True) for _, audio, truth in annotated_pieces(DATA / folder)]


def mean(folder: str, field: str) -> float:
    return float(np.mean([getattr(row, field) for row in scores(folder)]))


@needs_recordings
def test_beats_of_annotated_recordings_are_found_as_well_as_measured() -> None:
    assert mean("annotated", "beat_f") >= 0.955
    assert mean("annotated", "beat_amlt") >= 0.94
    assert mean("annotated", "downbeat_f") >= 0.98


@needs_recordings
def test_beats_bars_and_metre_of_rendered_scores_are_found_as_well_as_measured() -> None:
    assert mean("synthetic", "beat_f") >= 0.96
    assert mean("synthetic", "beat_amlt") >= 0.97
    assert mean("synthetic", "downbeat_f") >= 0.75
    assert sum(row.metre_right for row in scores("synthetic")) >= 17


@needs_recordings
def test_the_tempo_of_every_loop_is_right_within_one_percent() -> None:
    wrong = [
        (name, bpm, found)
        for name, audio, bpm in tiled_loops(DATA / "loops")
        if (found := analyse_decoded(audio).tempo_bpm) is None or abs(found / bpm - 1) > 0.01
    ]
    assert wrong == []


def test_a_beats_file_is_read_with_positions(tmp_path: Path) -> None:
    path = tmp_path / "piece.beats"
    path.write_text("0.50\t2\n1.00\t3\n1.50\t1\n2.00\t2\n", encoding="utf-8")
    truth = read_beats(path)
    assert truth.beats_s.tolist() == [0.5, 1.0, 1.5, 2.0]
    assert truth.downbeats_s.tolist() == [1.5]


@pytest.mark.parametrize(("shift_s", "expected"), [(0.0, 1.0), (0.06, 1.0), (0.08, 0.0)])
def test_beats_count_within_seventy_milliseconds(shift_s: float, expected: float) -> None:
    truth = Truth(np.arange(0.0, 20.0, 0.5), (1,) * 40)
    shifted: Sequence[float] = [float(time) + shift_s for time in truth.beats_s]
    assert beat_f(truth.beats_s, np.array(shifted)) == pytest.approx(expected)
