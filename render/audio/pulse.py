"""Recognise a bare pulse, such as a metronome or a lone kick drum: there each onset is a beat."""

import numpy as np
from scipy import signal

from render.audio.novelty import Novelty
from render.audio.spectrogram import FRAME_RATE_HZ, HOP, Floats
from render.audio.tempo import FASTEST_BPM, SLOWEST_BPM, line_tempo

_LEAST_ONSETS = 4
_EVEN_WITHIN = 0.04
_EVEN_SHARE = 0.9
_SILENT_BELOW_DB = -30.0


def pulse_bpm(samples: Floats, onsets: Novelty) -> float | None:
    """Tempo of evenly spaced onsets with silence between them, or None for anything fuller.

    A comb cannot tell the level of such a sound (its half and double tempo fit as well, and a prior would pull 60 and
    200 beats a minute towards the middle), but a listener can: there is nothing else to count.
    """
    peaks, _ = signal.find_peaks(onsets.fine, height=0.15 * onsets.fine.max(), distance=int(0.1 * FRAME_RATE_HZ))
    if len(peaks) < _LEAST_ONSETS:
        return None
    steps = np.diff(peaks)
    typical = float(np.median(steps))
    even = np.abs(steps - typical) <= np.maximum(2, _EVEN_WITHIN * typical)
    if even.mean() < _EVEN_SHARE:
        return None
    if not _silent_between(samples, peaks):
        return None
    bpm = line_tempo(peaks / FRAME_RATE_HZ)
    return bpm if SLOWEST_BPM <= bpm <= FASTEST_BPM else None


def _silent_between(samples: Floats, peaks: np.ndarray[tuple[int, ...], np.dtype[np.int64]]) -> bool:
    """Whether the sound dies away before the next onset, in the third quarter of nearly every interval."""
    energy = np.concatenate([[0.0], np.cumsum(samples.astype(np.float64) ** 2)])

    def mean_power(start: float, end: float) -> float:
        first, last = int(start), max(int(end), int(start) + 1)
        last = min(last, len(samples))
        return float(energy[last] - energy[first]) / max(1, last - first)

    quiet = 0
    for here, after in zip(peaks[:-1] * HOP, peaks[1:] * HOP, strict=True):
        length = after - here
        loud = mean_power(here, here + length / 4)
        rest = mean_power(here + length / 2, here + 3 * length / 4)
        quiet += rest <= loud * 10 ** (_SILENT_BELOW_DB / 10)
    return quiet >= _EVEN_SHARE * (len(peaks) - 1)
