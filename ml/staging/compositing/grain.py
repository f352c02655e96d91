"""The photo's own noise and sharpness, measured and given to what is laid into it."""

import cv2
import numpy as np
from numpy.typing import NDArray

from ml.noise import noise_sigma
from ml.srgb import luma_of

Pixels = NDArray[np.float32]

_REBLUR = 1.2
_RENDER_SIGMA = 0.45
"""Of the render's own edges, in pixels: a box of one pixel, and the denoiser."""

_SOFTEST = 1.6
_OPERATOR_VARIANCE = 0.6
"""Of the blur that Sobel's masks add to what they measure, in square pixels."""

_EDGES = 0.5
"""Percent of the pixels with the strongest edges, that tell how sharp a photo is."""


def sharpness_sigma(pixels: NDArray[np.uint8]) -> float:
    """Standard deviation of the blur of a photo's sharpest edges, in pixels.

    The gradient before and after a known blur gives it (Zhuo and Sim, Pattern Recognition 44, 2011).
    """
    luma = luma_of(pixels).astype(np.float32)
    first = _gradient(luma)
    second = _gradient(np.asarray(cv2.GaussianBlur(luma, (0, 0), _REBLUR), np.float32))
    limit = float(np.percentile(first, 100 - _EDGES))
    strong = first >= max(limit, 4.0)
    if not strong.any():
        return _RENDER_SIGMA
    share = np.maximum(first[strong] / np.maximum(second[strong], 1e-3), 1.001)
    found = float(np.median(_REBLUR / np.sqrt(share**2 - 1)))
    return float(np.clip(max(0.0, found**2 - _OPERATOR_VARIANCE) ** 0.5, 0.3, _SOFTEST))


def softened(layer: Pixels, sigma: float) -> Pixels:
    """A rendered layer as sharp as a photo whose edges are blurred by sigma pixels."""
    missing = sigma**2 - _RENDER_SIGMA**2
    return layer if missing <= 0.02 else np.asarray(cv2.GaussianBlur(layer, (0, 0), missing**0.5), np.float32)


def grain(shape: tuple[int, int], pixels: NDArray[np.uint8], seed: int) -> Pixels:
    """Noise like the photo's, h x w x 1, in units of 0 to 1, the same in every process."""
    sigma = min(4.0, noise_sigma(luma_of(pixels)))
    if sigma < 0.3:
        return np.zeros((*shape, 1), np.float32)
    drawn = np.random.default_rng(seed).standard_normal(shape, dtype=np.float32)
    # Demosaicing and JPEG leave noise of neighbours alike.
    drawn = np.asarray(cv2.GaussianBlur(drawn, (0, 0), 0.6), np.float32)
    return np.asarray(drawn[..., None] / drawn.std() * (sigma / 255), np.float32)


def _gradient(luma: Pixels) -> Pixels:
    return np.asarray(np.hypot(cv2.Sobel(luma, cv2.CV_32F, 1, 0), cv2.Sobel(luma, cv2.CV_32F, 0, 1)), np.float32)
