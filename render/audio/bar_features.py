"""What sets the first beat of a bar apart: features of each beat and of its neighbours."""

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from render.audio.novelty import Curve, Novelty
from render.audio.spectrogram import FRAME_RATE_HZ, Floats, chromagram

CONTEXT_BEATS = 4
FEATURES = (
    "low_onset",
    "kick_onset",
    "mid_onset",
    "high_onset",
    "onset",
    "harmony_onset",
    "chord_change",
    "chord_change_of_two",
    "timbre_change",
    "low_level",
    "high_level",
    "level",
    "low_change",
)

Matrix = NDArray[np.float64]

_ONSET_FRAMES = 3
_HARMONY_FRAMES = 6
_HARMONY_REACH_S = 0.2
_CHROMA_SMOOTHING_S = 0.3
_LOW_BANDS = 14
_HIGH_BANDS = 25


def beat_features(samples: Floats, onsets: Novelty, beats_s: Curve) -> tuple[Matrix, Matrix]:
    """Features of each beat, standardised over the piece, shape (beats, 13), and its sound, shape (beats, bands + 12).

    The sound is the mean log spectrum and the mean chroma up to the next beat; `bar_similarity` reads it.
    """
    spectrum = onsets.spectrum
    chroma = np.asarray(chromagram(samples)[: len(spectrum)], dtype=np.float64)
    frames = np.clip(np.round(beats_s * FRAME_RATE_HZ).astype(int), 0, len(spectrum) - 1)
    timbre = _beat_means(spectrum, frames)
    chords = _unit_rows(_beat_means(chroma, frames))
    low = onsets.bands[0] + onsets.bands[1]
    features = np.stack(
        [
            _peak_near(low, frames, _ONSET_FRAMES),
            _peak_near(onsets.bands[0], frames, _ONSET_FRAMES),
            _peak_near(onsets.bands[2], frames, _ONSET_FRAMES),
            _peak_near(onsets.bands[3] + onsets.bands[4], frames, _ONSET_FRAMES),
            _peak_near(onsets.mixed, frames, _ONSET_FRAMES),
            _peak_near(_harmony_novelty(chroma), frames, _HARMONY_FRAMES),
            _change(chords, 1),
            _change(chords, 2),
            _change(timbre, 1),
            timbre[:, :_LOW_BANDS].mean(axis=1),
            timbre[:, -_HIGH_BANDS:].mean(axis=1),
            timbre.mean(axis=1),
            _change(timbre[:, :_LOW_BANDS], 1),
        ],
        axis=1,
    )
    standard = (features - features.mean(axis=0)) / (features.std(axis=0) + 1e-6)
    sound = np.concatenate(
        [(timbre - timbre.mean(axis=0)) / (timbre.std() + 1e-9), 2 * (chords - chords.mean(axis=0))], axis=1
    )
    return standard, sound


def with_context(features: Matrix) -> Matrix:
    """Each beat's features beside those of four beats before and after, shape (beats, 9 * features); 0 outside."""
    padded = np.pad(features, ((CONTEXT_BEATS, CONTEXT_BEATS), (0, 0)))
    count = len(features)
    return np.concatenate([padded[shift : shift + count] for shift in range(2 * CONTEXT_BEATS + 1)], axis=1)


def bar_similarity(sound: Matrix) -> float:
    """How much more alike beats are at four and eight beats' distance than at three and six; 0 for short pieces."""
    rows = _unit_rows(sound)

    def alike(distance: int) -> float:
        return float((rows[distance:] * rows[:-distance]).sum(axis=1).mean())

    if len(rows) <= 12:
        return 0.0
    return (alike(4) + alike(8) - alike(3) - alike(6)) / 2


def _beat_means(track: NDArray[np.floating], frames: NDArray[np.int64]) -> Matrix:
    """Mean of a track (frames, columns) from each beat to the next; the last beat as long as the one before."""
    last = frames[-1] + max(1, int(frames[-1] - frames[-2]))
    ends = np.append(frames[1:], min(last, len(track)))
    total = np.concatenate([np.zeros((1, track.shape[1])), np.cumsum(track, axis=0, dtype=np.float64)])
    ends = np.maximum(ends, frames + 1)
    means: Matrix = (total[ends] - total[frames]) / (ends - frames)[:, None]
    return means


def _peak_near(curve: Curve, frames: NDArray[np.int64], reach: int) -> Curve:
    peaks: Curve = ndimage.maximum_filter1d(curve, 2 * reach + 1)[frames]
    return peaks


def _harmony_novelty(chroma: Matrix) -> Curve:
    """One minus the likeness of the chroma 0.2 s before and 0.2 s after each frame."""
    smoothed = _unit_rows(ndimage.uniform_filter1d(chroma, int(_CHROMA_SMOOTHING_S * FRAME_RATE_HZ), axis=0))
    reach = int(_HARMONY_REACH_S * FRAME_RATE_HZ)
    change = np.zeros(len(chroma))
    change[reach:-reach] = np.maximum(0, 1 - (smoothed[2 * reach :] * smoothed[: -2 * reach]).sum(axis=1))
    return change


def _change(rows: Matrix, width: int) -> Curve:
    """One minus the likeness of the `width` beats before each beat and the `width` beats from it on; 0 at the edges."""
    total = np.concatenate([np.zeros((1, rows.shape[1])), np.cumsum(rows, axis=0)])
    change = np.zeros(len(rows))
    inner = np.arange(width, len(rows) - width + 1)
    before = _unit_rows(total[inner] - total[inner - width])
    after = _unit_rows(total[inner + width] - total[inner])
    change[inner] = 1 - (before * after).sum(axis=1)
    return change


def _unit_rows(rows: Matrix) -> Matrix:
    unit: Matrix = rows / (np.linalg.norm(rows, axis=1, keepdims=True) + 1e-9)
    return unit
