"""Phrases and the downbeats that carry a strong cut: from how much the sound of the bars changes."""

from dataclasses import dataclass

import numpy as np

from render.audio.bar_features import Matrix
from render.audio.novelty import Curve
from render.audio.spectrogram import FRAME_RATE_HZ, Floats
from schemas.audio import CutPlace, PhraseEnd

_BARS_A_PHRASE = 4
_REACH_BARS = 4
_FIRST_BAR_BONUS = 3.0  # standard errors: phrases are counted from the first bar unless the music says otherwise
_CHANGE_SHARE, _PHRASE_SHARE, _RISE_SHARE = 0.6, 0.25, 0.15
_FULL_RISE = 0.25  # of the log spectrum's mean level
_MOST_PLACES = 64
_LEAST_BARS = 3


@dataclass(frozen=True, slots=True)
class Structure:
    """Ends of phrases in order of time, and places for strong cuts, the best first."""

    phrase_ends: tuple[PhraseEnd, ...]
    strong_cuts: tuple[CutPlace, ...]


def find_structure(spectrum: Floats, downbeats_s: Curve) -> Structure:
    """Phrases and strong cuts from a log spectrogram (frames, bands) and the downbeats, ascending.

    A bar line's change is J. Foote's novelty (2000): how much more alike bars are on each side of it than across it.
    Phrases last four bars; which bar line of four ends them is decided by the changes of the whole piece.
    """
    if len(downbeats_s) < _LEAST_BARS:
        return Structure((), ())
    bars = _bar_means(spectrum, downbeats_s)
    change = bar_changes(bars)
    strength = _scaled(change)
    level = bars.mean(axis=1)
    rise = np.zeros(len(bars))
    rise[1:] = np.clip((level[1:] - level[:-1]) / _FULL_RISE, 0, 1)
    phase = phrase_phase(change)
    ends = [bar for bar in range(1, len(bars)) if bar % _BARS_A_PHRASE == phase]
    closing = np.zeros(len(bars))
    closing[ends] = 1.0
    score = _CHANGE_SHARE * strength + _PHRASE_SHARE * closing + _RISE_SHARE * rise
    ranked = sorted(range(1, len(bars)), key=lambda bar: (-round(float(score[bar]), 4), bar))[:_MOST_PLACES]
    times = [round(float(time), 4) for time in downbeats_s]
    return Structure(
        tuple(PhraseEnd(at_s=times[bar], strength=round(float(strength[bar]), 3)) for bar in ends),
        tuple(CutPlace(at_s=times[bar], score=round(float(score[bar]), 3)) for bar in ranked),
    )


def bar_changes(bars: Matrix) -> Curve:
    """Novelty of each bar line, the first of each bar, shape (bars,); 0 for the first."""
    rows = bars - bars.mean(axis=0)
    rows = rows / (np.linalg.norm(rows, axis=1, keepdims=True) + 1e-9)
    alike = rows @ rows.T
    change = np.zeros(len(bars))
    for bar in range(1, len(bars)):
        before, after = slice(max(0, bar - _REACH_BARS), bar), slice(bar, bar + _REACH_BARS)
        inside = [likeness for part in (before, after) if (likeness := _likeness(alike[part, part])) is not None]
        if inside:
            change[bar] = float(np.mean(inside)) - alike[before, after].mean()
    return change


def _likeness(block: Matrix) -> float | None:
    """How much alike bars are, each with each other one; None for a single bar, which is alike with itself alone."""
    count = len(block)
    return float((block.sum() - np.trace(block)) / (count * (count - 1))) if count > 1 else None


def phrase_phase(change: Curve) -> int:
    """Which bar line of four ends phrases: where the changes are largest; the first bar's own where nothing tells."""
    spread = float(change[1:].std()) + 1e-9
    sums = [change[1:][(np.arange(1, len(change)) % _BARS_A_PHRASE) == phase] for phase in range(_BARS_A_PHRASE)]
    means = [float(part.mean()) / spread if len(part) else -np.inf for part in sums]
    means[0] += _FIRST_BAR_BONUS / np.sqrt(max(1, len(change) / _BARS_A_PHRASE))
    return int(np.argmax(means))


def _scaled(change: Curve) -> Curve:
    """0 at the median bar line, 1 at the strongest."""
    middle = float(np.median(change[1:]))
    scaled: Curve = np.clip((change - middle) / (change.max() - middle + 1e-9), 0, 1)
    return scaled


def _bar_means(spectrum: Floats, downbeats_s: Curve) -> Matrix:
    """Mean spectrum of each bar; the last one as long as the one before."""
    frames = np.clip(np.round(downbeats_s * FRAME_RATE_HZ).astype(int), 0, len(spectrum) - 1)
    ends = np.append(frames[1:], min(int(2 * frames[-1] - frames[-2]), len(spectrum)))
    return np.stack(
        [
            spectrum[first : max(first + 1, last)].mean(axis=0, dtype=np.float64)
            for first, last in zip(frames, ends, strict=True)
        ]
    )
