"""How good a photo is: numbers measured on its pixels, and what they add up to."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from ml.srgb import luma_of
from schemas.photo import Quality, QualityReason

Luma = NDArray[np.uint8]

_VIEWING_SIDE = 2048
"""Pixels of the longer side at which sharpness is judged: what a 1080p video with room to move needs."""

_EDGE_REACH = 6
"""Pixels to each side of an edge within which its height is measured."""

_NOISE_BLOCK = 16

_DECIMALS = 4


@dataclass(frozen=True, slots=True)
class Measures:
    """The numbers of `schemas.photo.Quality`, in its units."""

    sharpness: float
    noise_sigma: float
    shadows_clipped: float
    highlights_clipped: float
    mean_luma: float
    contrast: float
    blockiness: float
    megapixels: float


def sharpness(luma: Luma) -> float:
    """How steep the edges are, 0 to 1: the step between two neighbours over the height of the edge they stand on.

    A step from one pixel to the next gives 1; one blurred by a Gaussian of sigma pixels 1 / (sigma * sqrt(2 pi)).
    Of all edges higher than 24 levels, and than twelve times the noise, the 80th percentile: what is in focus counts.
    Twice the noise is taken off each step, so that it does not pass for detail. 0 where there is no edge at all.
    """
    noise = noise_sigma(luma)
    steepness = np.concatenate([_steepness(luma, noise), _steepness(luma.T, noise)])
    return float(np.percentile(steepness, 80)) if steepness.size else 0.0


def _steepness(luma: Luma, noise: float) -> NDArray[np.float32]:
    luma = np.ascontiguousarray(luma)
    steps = np.asarray(cv2.absdiff(luma[:, 1:], luma[:, :-1]), np.uint8)
    reach = np.ones((1, 2 * _EDGE_REACH + 1), np.uint8)
    # Flat ends of the row would make the window shorter there: leave them out.
    middle = slice(_EDGE_REACH, luma.shape[1] - _EDGE_REACH - 1)
    edge = (np.asarray(cv2.dilate(luma, reach)) - np.asarray(cv2.erode(luma, reach)))[:, :-1][:, middle]
    steps = steps[:, middle]
    # The crest of an edge: no neighbour's step is larger, and the step is a real part of the edge.
    crest = (
        (steps >= np.asarray(cv2.dilate(steps, np.ones((1, 5), np.uint8))))
        & (steps > 0)
        & (edge >= max(24, 12 * noise))
    )
    return np.asarray(np.maximum(steps[crest] - 2 * noise, 0) / edge[crest], np.float32)


def noise_sigma(luma: Luma) -> float:
    """Standard deviation of the noise in levels, in the smoothest tenth of the picture.

    The mask and the factor are Immerkaer's (Computer Vision and Image Understanding 64, 1996); taking blocks and their
    10th percentile keeps texture out. Blocks close to black or white are left out: clipping hides their noise.
    """
    mask = np.array([[1, -2, 1], [-2, 4, -2], [1, -2, 1]], np.float32)
    response = np.abs(np.asarray(cv2.filter2D(luma, cv2.CV_32F, mask), np.float32))
    rows, columns = (side // _NOISE_BLOCK for side in luma.shape)
    if rows == 0 or columns == 0:
        return 0.0
    size = (columns, rows)
    whole = (slice(0, rows * _NOISE_BLOCK), slice(0, columns * _NOISE_BLOCK))
    answers = np.asarray(cv2.resize(response[whole], size, interpolation=cv2.INTER_AREA), np.float32)
    levels = np.asarray(cv2.resize(luma[whole], size, interpolation=cv2.INTER_AREA), np.uint8)
    usable = answers[(levels > 12) & (levels < 243)]
    return float(np.sqrt(np.pi / 2) / 6 * np.percentile(usable, 10)) if usable.size else 0.0


def blockiness(luma: Luma) -> float:
    """Mean step across the strongest 8-pixel grid, less the median of its positions, in levels; the larger axis."""
    return max(0.0, _grid(luma), _grid(np.ascontiguousarray(luma.T)))


def _grid(luma: Luma) -> float:
    if luma.shape[1] < 32:
        return 0.0
    # Larger steps are edges of the scene: a few of them on one column would outweigh the grid.
    steps = np.minimum(np.asarray(cv2.absdiff(luma[:, 1:], luma[:, :-1])), 16).mean(axis=0, dtype=np.float64)
    phases = np.array([steps[phase::8].mean() for phase in range(8)])
    return float(phases.max() - np.median(phases))


def measure(pixels: NDArray[np.uint8]) -> Measures:
    """Measure a photo (sRGB, height x width x 3)."""
    luma = luma_of(pixels)
    height, width = luma.shape
    counts = np.bincount(luma.reshape(-1), minlength=256)
    shares = np.cumsum(counts) / luma.size
    dark, bright = np.searchsorted(shares, (0.05, 0.95))
    scale = _VIEWING_SIDE / max(height, width)
    viewed = luma
    if scale < 1:
        size = (max(1, round(width * scale)), max(1, round(height * scale)))
        viewed = np.asarray(cv2.resize(luma, size, interpolation=cv2.INTER_AREA), np.uint8)
    return Measures(
        sharpness=round(sharpness(viewed), _DECIMALS),
        noise_sigma=round(noise_sigma(luma), _DECIMALS),
        shadows_clipped=round(float(shares[2]), _DECIMALS),
        highlights_clipped=round(float(1 - shares[252]), _DECIMALS),
        mean_luma=round(float(counts @ np.arange(256)) / luma.size, _DECIMALS),
        contrast=float(bright - dark),
        blockiness=round(blockiness(luma), _DECIMALS),
        megapixels=round(width * height / 1e6, _DECIMALS),
    )


def factors(measures: Measures) -> dict[QualityReason, float]:
    """What each fault leaves of a photo's worth, 0 to 1, monotone in its number.

    The curves are our own, set so that a fault which an agent would send back costs more than a quarter.
    """
    m = measures
    return {
        QualityReason.BLURRED: 1 - np.exp(-m.sharpness / 0.22),
        QualityReason.NOISY: 1 / (1 + (m.noise_sigma / 12) ** 1.5),
        QualityReason.TOO_DARK: np.exp(-(max(0.0, 140 - m.mean_luma) ** 2) / (2 * 70**2)),
        QualityReason.TOO_BRIGHT: np.exp(-(max(0.0, m.mean_luma - 205) ** 2) / (2 * 30**2)),
        QualityReason.SHADOWS_CLIPPED: 1 - 0.6 * min(1.0, m.shadows_clipped / 0.5),
        QualityReason.HIGHLIGHTS_CLIPPED: 1 - 0.6 * min(1.0, max(0.0, m.highlights_clipped - 0.02) / 0.5),
        QualityReason.LOW_CONTRAST: 1 - np.exp(-m.contrast / 45),
        QualityReason.LOW_RESOLUTION: 1 - np.exp(-m.megapixels / 0.25),
        QualityReason.COMPRESSION_BLOCKS: 1 - 0.35 * min(1.0, max(0.0, m.blockiness - 1) / 5),
    }


_WORTH_SAYING = 0.75
"""Factors below this are named."""

_HINTS = {
    QualityReason.BLURRED: "Take it again from a tripod, or upload the file as it came from the camera.",
    QualityReason.NOISY: "Take it again with more light or a longer exposure at low ISO.",
    QualityReason.TOO_DARK: "Switch the lights on and expose longer, or brighten it.",
    QualityReason.TOO_BRIGHT: "Expose shorter, or darken it.",
    QualityReason.SHADOWS_CLIPPED: "Add light or bracket the exposure: the dark parts are black.",
    QualityReason.HIGHLIGHTS_CLIPPED: "Expose for the windows or bracket the exposure: the bright parts are white.",
    QualityReason.LOW_CONTRAST: "Clean the lens, avoid light from the front, or raise the contrast.",
    QualityReason.LOW_RESOLUTION: "Upload the original file instead of a preview.",
    QualityReason.COMPRESSION_BLOCKS: "Upload the original file: this one was compressed too hard.",
}


def assess(measures: Measures) -> Quality:
    """The record of a photo's quality: its numbers, the product of `factors` as its worth, reasons and hints."""
    left = factors(measures)
    reasons = sorted(
        (reason for reason, share in left.items() if share < _WORTH_SAYING), key=lambda reason: left[reason]
    )
    return Quality(
        overall=round(100 * float(np.prod(list(left.values()))), 2),
        reasons=reasons,
        hints=[_HINTS[reason] for reason in reasons],
        sharpness=measures.sharpness,
        noise_sigma=measures.noise_sigma,
        shadows_clipped=measures.shadows_clipped,
        highlights_clipped=measures.highlights_clipped,
        mean_luma=measures.mean_luma,
        contrast=measures.contrast,
        blockiness=measures.blockiness,
        megapixels=measures.megapixels,
        window_blowout=None,
        cast_delta_e=None,
        roll_degrees=None,
        vertical_convergence_degrees=None,
    )
