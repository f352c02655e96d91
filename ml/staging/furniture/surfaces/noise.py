"""Periodic noise: the same at both edges of a tile, so that a texture repeats without a seam."""

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter, gaussian_filter1d

from ml.staging.furniture.mesh import Floats


def smooth_noise(shape: tuple[int, int], sigma: tuple[float, float], rng: np.random.Generator) -> Floats:
    """Periodic Gaussian noise (h, w), mean 0, deviation 1, smoothed over `sigma` rows and columns."""
    rows, columns = (min(width, size / 4) for width, size in zip(sigma, shape, strict=True))
    noise: Floats = gaussian_filter(rng.normal(size=shape), (rows, columns), mode="wrap", truncate=3.0)
    noise -= noise.mean()
    noise /= noise.std() + 1e-12
    return noise


def smooth_line(length: int, sigma: float, rng: np.random.Generator) -> Floats:
    """Periodic Gaussian noise (length,), mean 0, deviation 1."""
    noise: Floats = gaussian_filter1d(rng.normal(size=length), min(sigma, length / 4), mode="wrap", truncate=3.0)
    noise -= noise.mean()
    noise /= noise.std() + 1e-12
    return noise


def painted(colours: Floats) -> NDArray[np.uint8]:
    """uint8 (h, w, 3) of sRGB 0 to 1."""
    return (np.clip(colours, 0.0, 1.0) * 255 + 0.5).astype(np.uint8)


def blended(first: str, second: str, share: Floats) -> Floats:
    """Colours (h, w, 3), sRGB, between two colours of six hex digits; share (h, w): 0 the first, 1 the second."""
    low, high = (np.array([int(code[at : at + 2], 16) / 255 for at in (0, 2, 4)]) for code in (first, second))
    colours: Floats = low + (high - low) * share[..., None]
    return colours
