"""Find audio that repeats a stretch exactly, as tiled loops do: its period fixes the tempo up to a whole number."""

from dataclasses import dataclass

import numpy as np
from scipy import fft

from render.audio.novelty import Curve
from render.audio.spectrogram import FRAME_RATE_HZ, Floats
from render.audio.tempo import TempoCurve
from render.audio.tracking import FASTEST_BEAT_BPM, SLOWEST_BEAT_BPM

# Tiled loops reach this also after MP3 and noise; played music stays under 0.94.
_LEAST_CORRELATION = 0.985
_SHORTEST_PERIOD_S = 0.35
_LONGEST_PERIOD_S = 34.0  # beyond it is no loop but a piece that is played again
_EVEN_COUNTS = (1, 2, 4, 8, 16, 32, 64)
_TRIPLE_COUNTS = (3, 6, 12, 24, 48)
_CLEAR = 0.85  # shares of the strongest salience
_ABSENT = 0.35
_SALIENCE_WEIGHT = 0.5
_PRIOR_BPM = 115.0
_PRIOR_OCTAVES = 0.42


@dataclass(frozen=True, slots=True)
class Loop:
    """A stretch that the audio repeats from its start to its end."""

    period_s: float
    correlation: float

    def tempo_bpm(self, beats: int) -> float:
        """Tempo when the loop holds that many beats."""
        return 60 * beats / self.period_s


def find_loop(spectrogram: Floats) -> Loop | None:
    """The shortest clear period of a log spectrogram (frames, bands), or None when no lag repeats it."""
    correlation = lag_correlation(spectrogram)
    frames = len(correlation)
    longest = min(frames // 2, int(_LONGEST_PERIOD_S * FRAME_RATE_HZ))
    peaks = _peaks(correlation, int(_SHORTEST_PERIOD_S * FRAME_RATE_HZ), longest)
    if len(peaks) == 0:
        return None
    best = float(correlation[peaks].max())
    if best < _LEAST_CORRELATION:
        return None
    first = int(peaks[correlation[peaks] > best - 0.01][0])
    return Loop(_refine_period(correlation, first, best) / FRAME_RATE_HZ, best)


def loop_tempo(loop: Loop, curve: TempoCurve) -> float:
    """The most likely tempo among those that put a musical number of beats into the loop.

    Loops hold a power of two of beats, but where the onsets clearly repeat at a third of such a division and at none of
    the powers: then the loop is in three. For every period that `find_loop` gives, some power of two up to 64 makes a
    tempo from 55 to 215 beats a minute.
    """
    salience = curve.salience / (curve.salience.max() + 1e-9)

    def found(beats: int) -> float:
        return float(np.interp(loop.tempo_bpm(beats), curve.bpm, salience))

    def likelihood(beats: int) -> float:
        octaves = np.log2(loop.tempo_bpm(beats) / _PRIOR_BPM) / _PRIOR_OCTAVES
        return float(-0.5 * octaves**2 + _SALIENCE_WEIGHT * np.log(found(beats) + 0.1))

    even, triple = (
        [beats for beats in counts if SLOWEST_BEAT_BPM <= loop.tempo_bpm(beats) <= FASTEST_BEAT_BPM]
        for counts in (_EVEN_COUNTS, _TRIPLE_COUNTS)
    )
    in_three = max(map(found, triple), default=0.0) > _CLEAR and max(map(found, even)) < _ABSENT
    return loop.tempo_bpm(max(triple if in_three else even, key=likelihood))


def lag_correlation(spectrogram: Floats) -> Curve:
    """Correlation of a spectrogram (frames, bands) with itself at each lag, over what overlaps; shape (frames,)."""
    centred = (spectrogram - spectrogram.mean(axis=0)).astype(np.float64)
    frames = len(centred)
    length = fft.next_fast_len(2 * frames, real=True)
    power = np.zeros(length // 2 + 1)
    for band in centred.T:  # one at a time: long music has too many frames for all spectra at once
        power += np.abs(fft.rfft(band, length)) ** 2
    product = fft.irfft(power, length)[:frames]
    energy = np.concatenate([[0.0], np.cumsum((centred**2).sum(axis=1))])
    lags = np.arange(frames)
    early, late = energy[frames - lags], energy[frames] - energy[lags]
    correlation: Curve = product / np.sqrt(np.maximum(early, 1e-9) * np.maximum(late, 1e-9))
    return correlation


def _peaks(curve: Curve, low: int, high: int) -> np.ndarray[tuple[int, ...], np.dtype[np.int64]]:
    index = np.arange(max(1, low), min(high, len(curve) - 1))
    return index[(curve[index] > curve[index - 1]) & (curve[index] >= curve[index + 1])]


def _refine_period(correlation: Curve, first: int, best: float) -> float:
    """The period in frames, sharpened at ever higher multiples: the error shrinks with their number."""
    period = float(first)
    for multiple in range(1, 400):
        centre = round(period * multiple)
        if centre + 3 >= int(0.8 * len(correlation)):
            break
        around = correlation[centre - 3 : centre + 4]
        peak = int(around.argmax())
        if 0 < peak < 6 and around[peak] > best - 0.03:
            left, middle, right = around[peak - 1 : peak + 2]
            offset = 0.5 * (left - right) / (left - 2 * middle + right + 1e-12)
            period = (centre - 3 + peak + offset) / multiple
    return period
