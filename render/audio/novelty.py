"""How much new sound begins in each frame: the onset curves that tempo, beats and downbeats are read from."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from render.audio.spectrogram import FRAME_RATE_HZ, Floats, band_centres_hz, log_spectrogram

Curve = NDArray[np.float64]

BANDS_HZ = ((30, 120), (120, 300), (300, 1000), (1000, 3000), (3000, 11_000))
SPECTRUM = (2048, 12)  # window in samples, bands an octave
_BAND_WEIGHTS = (1.0, 0.6, 0.5, 0.5, 0.5)
_FLUX_LAG_FRAMES = 2
_NORMALISE_OVER_S = 4.0
# Where less than this rises anywhere in the music there are no onsets: a held tone, hum, a fade.
_LEAST_FLUX = 2.0


@dataclass(frozen=True, slots=True, eq=False)
class Novelty:
    """Onset curves on the frame grid; each of `bands` belongs to a pair of `BANDS_HZ`."""

    fine: Curve  # SuperFlux on 24 bands an octave of a short window, shape (frames,)
    bands: Curve  # the same on 12 bands an octave of a longer window, summed in five ranges, shape (5, frames)
    mixed: Curve  # both, each normalised to its surroundings, shape (frames,)
    spectrum: Floats  # the log spectrogram behind `bands`, shape (frames, log bands): loops and bars read it too

    @property
    def has_onsets(self) -> bool:
        """Whether anything begins between the first and the last quarter of a second, where the file itself does."""
        edge = int(0.25 * FRAME_RATE_HZ)
        return bool(self.fine[edge:-edge].max(initial=0.0) > _LEAST_FLUX)


def novelty(samples: Floats) -> Novelty:
    """Onset curves of a signal at the analysis rate whose level is normalised."""
    fine = super_flux(log_spectrogram(samples, 1024, 24)).sum(axis=1)
    spectrum = log_spectrogram(samples, *SPECTRUM)
    rises = super_flux(spectrum)
    centres = band_centres_hz(*SPECTRUM)
    bands = np.array([rises[:, (centres >= low) & (centres < high)].sum(axis=1) for low, high in BANDS_HZ])
    weighted = sum(weight * normalise(band) for weight, band in zip(_BAND_WEIGHTS, bands, strict=True))
    return Novelty(fine, bands, smooth(normalise(fine) + 0.5 * weighted), spectrum)


def super_flux(spectrogram: Floats) -> Floats:
    """Rise of each band over the loudest of its neighbourhood two frames before, shape as given (frames, bands).

    The maximum over neighbouring bands keeps vibrato from counting as onsets (S. Böck and G. Widmer, "Maximum filter
    vibrato suppression for onset detection", DAFx 2013).
    """
    before = ndimage.maximum_filter1d(spectrogram, 3, axis=1)[:-_FLUX_LAG_FRAMES]
    rises = np.zeros_like(spectrogram)
    np.maximum(0, spectrogram[_FLUX_LAG_FRAMES:] - before, out=rises[_FLUX_LAG_FRAMES:])
    return rises


def normalise(curve: Curve) -> Curve:
    """The curve above its local mean, in local standard deviations, so that quiet passages count as well."""
    curve = curve.astype(np.float64)
    width = int(_NORMALISE_OVER_S * FRAME_RATE_HZ) | 1
    mean = ndimage.uniform_filter1d(curve, width)
    deviation = np.sqrt(np.maximum(ndimage.uniform_filter1d(curve**2, width) - mean**2, 0))
    floor = 0.1 * deviation.mean() + 1e-9
    normal: Curve = np.maximum(0, curve - 0.8 * mean) / (deviation + floor)
    return normal


def smooth(curve: Curve) -> Curve:
    """A Gaussian of one frame: onsets of one chord fall into one peak."""
    smoothed: Curve = ndimage.gaussian_filter1d(curve, 1.0)
    return smoothed


def activation(curve: Curve) -> Curve:
    """A novelty curve as the probability-like strength of a beat in each frame, 0.005 to 0.98."""
    return np.clip(curve / (np.percentile(curve, 98) + 1e-9), 0.005, 0.98)
