"""Short-time spectra on the time grid of the analysis: about 100 frames a second."""

from collections.abc import Iterator
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy import fft

from render.audio.decode import ANALYSIS_RATE_HZ

Floats = NDArray[np.float32]

HOP = 220
FRAME_RATE_HZ = ANALYSIS_RATE_HZ / HOP

_BLOCK_FRAMES = 4096  # bounds the memory: spectra of a long piece are made and reduced block by block


def frame_count(samples: Floats) -> int:
    """Frames of a signal: frame k is centred on sample k * HOP."""
    return 1 + len(samples) // HOP


def magnitude_blocks(samples: Floats, window: int) -> Iterator[Floats]:
    """Magnitudes of the Hann-windowed spectrum, in blocks of shape (frames, window // 2 + 1), over all frames in turn.

    A sine of amplitude 1 has magnitude 1/4 at its bin whatever the window, for the window's length is divided out.
    """
    taper = (np.hanning(window + 1)[:-1] / window).astype(np.float32)
    padded = np.pad(samples, (window // 2, window))
    frames = np.lib.stride_tricks.sliding_window_view(padded, window)[::HOP][: frame_count(samples)]
    for start in range(0, len(frames), _BLOCK_FRAMES):
        yield np.abs(fft.rfft(frames[start : start + _BLOCK_FRAMES] * taper, axis=1))


def log_spectrogram(samples: Floats, window: int, bands_per_octave: int) -> Floats:
    """Logarithmic magnitudes in log-spaced triangular bands, shape (frames, bands): log10(1 + 800 |X|)."""
    bank = filter_bank(window, bands_per_octave)
    blocks = [np.log10(1 + 800 * (block @ bank)) for block in magnitude_blocks(samples, window)]
    return np.concatenate(blocks).astype(np.float32, copy=False)


def band_centres_hz(window: int, bands_per_octave: int) -> NDArray[np.float64]:
    """Centre of each band of `log_spectrogram`, shape (bands,)."""
    return _edge_bins(window, bands_per_octave)[1:-1] * ANALYSIS_RATE_HZ / window


@lru_cache
def filter_bank(window: int, bands_per_octave: int) -> Floats:
    """Triangles between neighbouring log-spaced bins, each of sum 1, shape (window // 2 + 1, bands)."""
    edges = _edge_bins(window, bands_per_octave)
    bins = np.arange(window // 2 + 1)
    low, centre, high = edges[:-2, None], edges[1:-1, None], edges[2:, None]
    bank = np.maximum(0, np.minimum((bins - low) / (centre - low), (high - bins) / (high - centre)))
    bank /= bank.sum(axis=1, keepdims=True)
    return np.ascontiguousarray(bank.T, dtype=np.float32)


@lru_cache
def _edge_bins(
    window: int, bands_per_octave: int, low_hz: float = 30.0, high_hz: float = 10_000.0
) -> NDArray[np.int64]:
    steps = np.arange(-5 * bands_per_octave, 6 * bands_per_octave)
    tones_hz = 440.0 * 2.0 ** (steps / bands_per_octave)
    tones_hz = tones_hz[(tones_hz >= low_hz) & (tones_hz <= high_hz)]
    # Low bands are narrower than a bin: equal bins are taken once.
    return np.unique(np.round(tones_hz * window / ANALYSIS_RATE_HZ).astype(np.int64))


def chromagram(samples: Floats, window: int = 4096) -> Floats:
    """Square root of the energy in each of the 12 pitch classes from 55 Hz to 4 kHz, shape (frames, 12)."""
    fold = _pitch_class_matrix(window)
    return np.concatenate([np.sqrt((block**2) @ fold) for block in magnitude_blocks(samples, window)])


@lru_cache
def _pitch_class_matrix(window: int) -> Floats:
    hz = np.arange(1, window // 2 + 1) * ANALYSIS_RATE_HZ / window
    pitch = 12 * np.log2(hz / 440.0)
    distance = (pitch[:, None] - np.arange(12) + 6) % 12 - 6
    # A Gaussian of half a semitone, wider where the bins themselves are wider than that.
    width = np.maximum(0.5, 12 * np.log2(1 + ANALYSIS_RATE_HZ / window / hz) / 2)[:, None]
    fold = np.exp(-0.5 * (distance / width) ** 2) / width
    fold[(hz < 55) | (hz > 4000)] = 0
    return np.concatenate([np.zeros((1, 12)), fold]).astype(np.float32)
