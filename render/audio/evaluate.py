"""Measure the analysis on music whose beats are known, beside librosa in the same run.

Usage: python -m render.audio.evaluate --data FOLDER [--alone], with loops/ (audio and tempo.json) and any of
annotated/, synthetic/ and rendered/ (audio beside .beats files of time and position in the bar). What a file's name
begins with, up to `_`, is its style; the worst styles are named. --alone leaves librosa out.
"""

import argparse
import json
import math
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import librosa
import mir_eval
import numpy as np

from render.audio.analysis import analyse_decoded
from render.audio.decode import ANALYSIS_RATE_HZ, DecodedAudio, DecodeLimits, decode
from render.audio.novelty import Curve
from render.audio.tempo import line_tempo
from schemas.audio import AudioAnalysis

_AUDIO_SUFFIXES = (".wav", ".ogg", ".flac", ".mp3")
_TEMPO_WITHIN = 0.01
_LOOPS_TILED_TO_S = 40.0
_WORST_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Truth:
    """Beats that are known: times in seconds and positions in the bar."""

    beats_s: Curve
    positions: tuple[int, ...]

    @property
    def downbeats_s(self) -> Curve:
        """Times of the first beats of bars."""
        downbeats: Curve = self.beats_s[np.array(self.positions) == 1]
        return downbeats


@dataclass(frozen=True, slots=True)
class Scores:
    """What one piece scored: F at 70 ms for beats and downbeats, continuity, tempo and metre right, CPU seconds."""

    beat_f: float
    beat_cmlt: float
    beat_amlt: float
    downbeat_f: float
    tempo_right: bool
    metre_right: bool
    librosa_f: float
    librosa_tempo_right: bool
    confidence: float
    cpu_s_a_minute: float


def read_beats(path: Path) -> Truth:
    """A .beats file: a line a beat, seconds and position in the bar."""
    rows = np.loadtxt(path, ndmin=2)
    return Truth(rows[:, 0], tuple(int(position) for position in rows[:, 1]))


def beat_f(truth_s: Curve, found_s: Curve) -> float:
    """F-measure at 70 ms without the first five seconds, as is the custom (M. Davies et al. 2009, mir_eval)."""
    return float(mir_eval.beat.f_measure(mir_eval.beat.trim_beats(truth_s), mir_eval.beat.trim_beats(found_s)))


def annotated_pieces(folder: Path) -> Iterator[tuple[str, DecodedAudio, Truth]]:
    """Each audio file of a folder that has a .beats file beside it."""
    for path in sorted(folder.iterdir()):
        if path.suffix in _AUDIO_SUFFIXES and path.with_suffix(".beats").exists():
            yield path.stem, decode(path), read_beats(path.with_suffix(".beats"))


def tiled_loops(folder: Path) -> Iterator[tuple[str, DecodedAudio, float]]:
    """Each loop of tempo.json, repeated up to 40 s, with its tempo."""
    for entry in json.loads((folder / "tempo.json").read_text(encoding="utf-8")):
        loop = decode(folder / entry["file"], DecodeLimits(min_seconds=0.1))
        count = int(_LOOPS_TILED_TO_S * ANALYSIS_RATE_HZ)
        tiled = np.resize(loop.samples, count)
        yield entry["file"], DecodedAudio(tiled, loop.sample_rate_hz, loop.channels, loop.codec), float(entry["bpm"])


def score_piece(audio: DecodedAudio, truth: Truth, *, alone: bool = False) -> Scores:
    """Compare one piece with its truth; `alone` leaves librosa out, whose scores are 0 then."""
    started = time.process_time()
    found = analyse_decoded(audio)
    cpu_s = time.process_time() - started
    beats_s = np.array(found.beats_s)
    theirs_s, their_bpm = (np.zeros(0), 0.0) if alone else librosa_beats(audio)
    true_bpm = line_tempo(truth.beats_s)
    continuity = mir_eval.beat.continuity(mir_eval.beat.trim_beats(truth.beats_s), mir_eval.beat.trim_beats(beats_s))
    return Scores(
        beat_f=beat_f(truth.beats_s, beats_s),
        beat_cmlt=float(continuity[1]),
        beat_amlt=float(continuity[3]),
        downbeat_f=beat_f(truth.downbeats_s, np.array(found.downbeats_s)),
        tempo_right=_tempo_right(found.tempo_bpm, true_bpm),
        metre_right=found.beats_per_bar == max(truth.positions),
        librosa_f=0.0 if alone else beat_f(truth.beats_s, theirs_s),
        librosa_tempo_right=_tempo_right(their_bpm, true_bpm),
        confidence=found.tempo_confidence,
        cpu_s_a_minute=cpu_s / audio.duration_s * 60,
    )


def librosa_beats(audio: DecodedAudio) -> tuple[Curve, float]:
    """Beats in seconds and tempo as librosa.beat.beat_track gives them with its own settings."""
    tempo, beats_s = librosa.beat.beat_track(y=audio.samples, sr=ANALYSIS_RATE_HZ, units="time")
    return np.asarray(beats_s, dtype=np.float64), float(np.atleast_1d(tempo)[0])


def _tempo_right(found_bpm: float | None, true_bpm: float) -> bool:
    return found_bpm is not None and abs(found_bpm / true_bpm - 1) <= _TEMPO_WITHIN


def evaluate_pieces(folder: Path, write: Callable[[str], object], *, alone: bool = False) -> list[Scores]:
    """Score a folder: a line a piece, a line of means, and the styles that are found worst."""
    write(f"\n{folder.name}\n{'piece':28} beatF  CMLt  AMLt downF tempo metre  conf | librosa F tempo\n")
    scores, styles = [], defaultdict(list)
    for name, audio, truth in annotated_pieces(folder):
        row = score_piece(audio, truth, alone=alone)
        scores.append(row)
        styles[name.split("_")[0]].append(row)
        write(_line(name, [row]))
    write(_line("mean", scores))
    worst = sorted(styles, key=lambda style: math.fsum(row.beat_f for row in styles[style]) / len(styles[style]))
    for style in worst[:_WORST_SHOWN] if len(styles) > _WORST_SHOWN else ():
        write(_line(f"style {style}", styles[style]))
    return scores


def _line(name: str, rows: list[Scores]) -> str:
    def mean(field: str) -> float:
        return math.fsum(float(getattr(row, field)) for row in rows) / len(rows)

    beats = f"{mean('beat_f'):5.3f} {mean('beat_cmlt'):5.3f} {mean('beat_amlt'):5.3f}"
    ours = f"{beats} {mean('downbeat_f'):5.3f} {mean('tempo_right'):5.2f}"
    theirs = f"{mean('librosa_f'):9.3f} {mean('librosa_tempo_right'):5.2f}"
    return f"{name[:28]:28} {ours} {mean('metre_right'):5.2f} {mean('confidence'):5.2f} | {theirs}\n"


def evaluate_loops(folder: Path, write: Callable[[str], object], *, alone: bool = False) -> tuple[int, int, int]:
    """Loops with the tempo right within 1 %: ours, librosa's, and how many there are."""
    write(f"\n{folder.name} (tiled to {_LOOPS_TILED_TO_S:g} s)\n{'loop':28}   true    ours librosa\n")
    ours = theirs = count = 0
    for name, audio, bpm in tiled_loops(folder):
        found: AudioAnalysis = analyse_decoded(audio)
        _, their_bpm = (None, 0.0) if alone else librosa_beats(audio)
        ours += _tempo_right(found.tempo_bpm, bpm)
        theirs += _tempo_right(their_bpm, bpm)
        count += 1
        write(f"{name:28} {bpm:7.2f} {found.tempo_bpm or 0:7.2f} {their_bpm:7.2f}\n")
    write(f"right within 1 %: ours {ours}, librosa {theirs}, of {count}\n")
    return ours, theirs, count


def main() -> None:
    """Command line: see the module."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with annotated/, synthetic/ and loops/")
    parser.add_argument("--alone", action="store_true", help="without librosa")
    arguments = parser.parse_args()
    data: Path = arguments.data
    scores: list[Scores] = []
    for name in ("annotated", "synthetic", "rendered"):
        if (data / name).is_dir():
            scores += evaluate_pieces(data / name, sys.stdout.write, alone=arguments.alone)
    if scores:
        cpu = sorted(row.cpu_s_a_minute for row in scores)
        sys.stdout.write(f"\nCPU seconds a minute of music: median {cpu[len(cpu) // 2]:.2f}, most {cpu[-1]:.2f}\n")
    if (data / "loops").is_dir():
        evaluate_loops(data / "loops", sys.stdout.write, alone=arguments.alone)


if __name__ == "__main__":
    main()
