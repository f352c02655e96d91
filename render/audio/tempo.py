"""Tempo: which beat periods a novelty curve repeats at, and the line that a list of beats lies on."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import fft, ndimage

from render.audio.novelty import Curve
from render.audio.spectrogram import FRAME_RATE_HZ

SLOWEST_BPM = 40.0
FASTEST_BPM = 240.0

_PRIOR_BPM = 110.0
_PRIOR_OCTAVES = 0.6
_GRID_POINTS = 480
_WINDOW_S = 8.0
_WINDOW_HOP_FRAMES = 25
_LONGEST_LAG_S = 6.0
_WINDOWS_AT_ONCE = 256


@dataclass(frozen=True, slots=True, eq=False)
class TempoCurve:
    """Salience of each tempo on a logarithmic grid, shape (480,), before and after the prior."""

    bpm: Curve
    salience: Curve
    weighted: Curve

    @property
    def best_bpm(self) -> float:
        """The most likely tempo, as fine as the grid (0.4 %)."""
        return float(self.bpm[self.weighted.argmax()])

    def at(self, bpm: float) -> float:
        """Weighted salience near a tempo, relative to the best."""
        near = np.interp(bpm * np.array([0.98, 0.99, 1.0, 1.01, 1.02]), self.bpm, self.weighted, left=0.0, right=0.0)
        return float(near.max() / (self.weighted.max() + 1e-9))


def tempo_prior(bpm: NDArray[np.float64] | float) -> NDArray[np.float64]:
    """Log-normal preference for tempi that people tap: 110 beats a minute, 0.6 octaves."""
    return np.exp(-0.5 * (np.log2(np.asarray(bpm) / _PRIOR_BPM) / _PRIOR_OCTAVES) ** 2)


def tempo_curve(curve: Curve) -> TempoCurve:
    """How strongly a novelty curve repeats at each tempo from 40 to 240 beats a minute.

    A comb over the mean autocorrelation at one to four beats finds the metrical level; the Fourier spectrum of the
    whole curve sharpens it and suppresses what only a subdivision supports.
    """
    bpm = np.geomspace(SLOWEST_BPM, FASTEST_BPM, _GRID_POINTS)
    correlation = mean_autocorrelation(curve)
    lag = 60 / bpm * FRAME_RATE_HZ
    grid = np.arange(len(correlation))
    comb = np.zeros(_GRID_POINTS)
    for multiple, weight in ((1, 1.0), (2, 0.5), (3, 0.25), (4, 0.33)):
        comb += weight * np.interp(multiple * lag, grid, correlation, right=0.0)
    comb = np.maximum(0, comb)
    length = fft.next_fast_len(8 * len(curve), real=True)
    spectrum = np.abs(fft.rfft((curve - curve.mean()) * np.hanning(len(curve)), length))
    pulse = np.interp(
        bpm / 60 * length / FRAME_RATE_HZ, np.arange(len(spectrum)), ndimage.maximum_filter1d(spectrum, 5)
    )
    salience = comb / (comb.max() + 1e-9) * np.sqrt(pulse / (pulse.max() + 1e-9) + 0.05)
    return TempoCurve(bpm, salience, salience * tempo_prior(bpm))


def mean_autocorrelation(curve: Curve) -> Curve:
    """Autocorrelation over windows of 8 s, each scaled to 1 at lag 0, averaged; shape (lags,), index in frames."""
    width = int(_WINDOW_S * FRAME_RATE_HZ)
    taper = np.hanning(width)
    length = fft.next_fast_len(2 * width, real=True)
    lags = int(_LONGEST_LAG_S * FRAME_RATE_HZ)
    padded = np.pad(curve - curve.mean(), width // 2)
    windows = np.lib.stride_tricks.sliding_window_view(padded, width)[::_WINDOW_HOP_FRAMES]
    total = np.zeros(lags)
    for start in range(0, len(windows), _WINDOWS_AT_ONCE):
        spectra = fft.rfft(windows[start : start + _WINDOWS_AT_ONCE] * taper, length, axis=1)
        correlations = fft.irfft(np.abs(spectra) ** 2, length, axis=1)[:, :lags]
        total += (correlations / (correlations[:, :1] + 1e-9)).sum(axis=0)
    taper_correlation = fft.irfft(np.abs(fft.rfft(taper, length)) ** 2, length)[:lags]
    mean: Curve = total / len(windows) / (taper_correlation / taper_correlation[0])
    return mean


def line_tempo(beats_s: Curve) -> float:
    """Beats a minute of the line through beat time on beat index, outliers left out.

    Gaps of several beats count as such. Raises ValueError for fewer than two beats.
    """
    if len(beats_s) < 2:
        raise ValueError(f"a tempo needs at least two beats, not {len(beats_s)}")
    steps = np.diff(beats_s)
    index = np.concatenate([[0], np.cumsum(np.round(steps / np.median(steps)).clip(1))])
    keep = np.ones(len(index), dtype=bool)
    slope = float(np.median(steps))
    for _ in range(3):
        slope, start = np.polyfit(index[keep], beats_s[keep], 1)
        residual = beats_s - (start + slope * index)
        spread = 1.4826 * np.median(np.abs(residual)) + 0.005
        keep = np.abs(residual) < 3 * spread
    return float(60 / slope)
