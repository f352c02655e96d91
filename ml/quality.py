"""How good a photo is: numbers measured on its pixels, and what they add up to."""

import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from ml.noise import blockiness, noise_sigma
from ml.picture import Picture
from ml.sizes import within
from ml.srgb import luma_of
from schemas.photo import Quality, QualityReason

Luma = NDArray[np.uint8]

_VIEWING_SIDE = 2048
"""Pixels of the longer side at which sharpness is judged: what a 1080p video with room to move needs."""

_VIEWING_MEGAPIXELS = 2.8
"""Of a photo of that side in 3:2: with fewer pixels, an edge as steep shows less."""

_EDGE_REACH = 6
"""Pixels to each side of an edge within which its height is measured."""

_USUAL_WARMTH = 4.0
"""CIELAB b* of what should be neutral, in the middle of photos that nobody would correct."""

_USUAL_LUMA = 130.0
"""Mean luma above which brightness no longer shows more."""

_WHITE, _WHITEST = 1 / 200, 1 / 500
"""Shares of the pixels that are taken for a photo's white: to tell how bright, and of what colour it is."""

_WHITE_SIDE = 160
"""Pixels of the longer side at which white is looked for: neither noise nor JPEG's ringing makes any there."""

_CLIPPED = 253
"""Level of a channel that is at its end, give or take what JPEG adds."""

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
    window_blowout: float | None = None
    cast_delta_e: float | None = None
    roll_degrees: float | None = None
    vertical_convergence_degrees: float | None = None
    blown: float = 0.0
    """Share of pixels within two levels of the brightest thousandth: clipped, even where they were darkened since."""
    cast_seen: float | None = None
    """`cast_delta_e` as it disturbs: counted from a little warmth instead of from grey."""
    white_luma: float = 255.0
    """What one pixel in 200 reaches: windows, lamps, glints are white in all but photos that were exposed too short."""
    white_tint: float = 0.0
    """Distance from grey, CIE 1976, of one pixel in 500, the brightest: a sensor's full pixels have no colour."""
    channels_clipped: float = 0.0
    """Share of the pixels of which one channel or more is at its end: their colours are wrong before luma clips."""


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
    if luma.shape[1] < 2 * _EDGE_REACH + 2:
        return np.zeros(0, np.float32)
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


def measure(picture: Picture) -> Measures:
    """Measure a photo: sharpness, noise, clipping and blocks at full size, the rest on the draft."""
    luma = picture.luma
    height, width = luma.shape
    shares = np.cumsum(_histogram(luma)) / luma.size
    seen = luma_of(picture.draft)
    counts = _histogram(seen)
    dark, bright = np.searchsorted(np.cumsum(counts) / seen.size, (0.05, 0.95))
    neutral = picture.neutral
    posture = picture.posture
    levels = np.asarray(picture.draft.max(axis=2), np.uint8)
    small = within(picture.draft, _WHITE_SIDE)
    return Measures(
        sharpness=round(sharpness(viewed(luma)), _DECIMALS),
        noise_sigma=round(noise_sigma(luma), _DECIMALS),
        shadows_clipped=round(float(shares[2]), _DECIMALS),
        highlights_clipped=round(float(1 - shares[252]), _DECIMALS),
        mean_luma=round(float(counts @ np.arange(256)) / seen.size, _DECIMALS),
        contrast=float(bright - dark),
        blockiness=round(blockiness(luma), _DECIMALS),
        megapixels=round(width * height / 1e6, _DECIMALS),
        window_blowout=window_blowout(seen, picture.mask("window")),
        cast_delta_e=None if neutral is None else round(neutral.cast_delta_e, _DECIMALS),
        roll_degrees=posture.roll_degrees,
        vertical_convergence_degrees=posture.vertical_convergence_degrees,
        blown=round(float(1 - shares[max(0, int(np.searchsorted(shares, 0.999)) - 3)]), _DECIMALS),
        cast_seen=None if neutral is None else round(math.hypot(neutral.a, _disturbing(neutral.b)), _DECIMALS),
        white_luma=round(float(np.percentile(luma_of(small), 100 * (1 - _WHITE))), _DECIMALS),
        white_tint=round(_tint(small, picture.mask("sky")), _DECIMALS),
        channels_clipped=round(float((levels >= _CLIPPED).mean()), _DECIMALS),
    )


def _tint(pixels: NDArray[np.uint8], sky: NDArray[np.bool_] | None) -> float:
    """Distance from grey of the brightest pixels (sRGB, height x width x 3): of the median of their a* and b*.

    The `sky` (any height x width), where it is known, is left out: it is blue by day and red in the evening.
    """
    height, width = pixels.shape[:2]
    beneath = pixels.reshape(-1, 3)
    if sky is not None:
        above = cv2.resize(sky.astype(np.uint8), (width, height), interpolation=cv2.INTER_NEAREST)
        beneath = beneath[np.asarray(above).reshape(-1) == 0]
    if not len(beneath):
        return 0.0
    luma = luma_of(beneath[None])[0]
    brightest = beneath[luma >= np.percentile(luma, 100 * (1 - _WHITEST))].astype(np.float32) / np.float32(255)
    lab = np.asarray(cv2.cvtColor(brightest[None], cv2.COLOR_RGB2Lab)).reshape(-1, 3)
    return float(np.hypot(*np.median(lab[:, 1:], axis=0)))


def _disturbing(warmth: float) -> float:
    """How far b* is from that of most photos that agents show; half of it for the first eight units.

    Their median is 2 to 4, for lamps and wood make good rooms a little warm, and half of them lie within eight units.
    """
    apart = abs(warmth - _USUAL_WARMTH)
    return min(apart, 8) / 2 + max(apart - 8, 0)


def _histogram(luma: Luma) -> NDArray[np.float64]:
    return np.asarray(cv2.calcHist([luma], [0], None, [256], [0, 256]), np.float64).reshape(-1)


def viewed(luma: Luma) -> Luma:
    """A photo at the size at which sharpness is judged, or as it is where it is smaller."""
    return within(luma, _VIEWING_SIDE)


def window_blowout(luma: Luma, windows: NDArray[np.bool_] | None) -> float | None:
    """Share of the windows' pixels at luma 250 or above; None where they are unknown or less than 0.2 % of the photo.

    `luma` and `windows` have the same height x width.
    """
    if windows is None or windows.mean() < 0.002:
        return None
    return round(float((luma[windows] >= 250).mean()), _DECIMALS)


def factors(measures: Measures) -> dict[QualityReason, float]:
    """What each fault leaves of a photo's worth, 0 to 1, monotone in its number.

    A photo that is well exposed shall gain neither by being brightened, at the cost of its highlights, nor by being
    darkened: the three curves of brightness, contrast and highlights were set together for that, on 20 real photos.

    What is white in a photo tells which way it was changed after it was taken: darkened photos have no white,
    brightened ones have colours at their end, and tinted ones a white of that colour, whatever colour the walls have.

    The curves are our own, set so that a fault which an agent would send back costs more than a quarter; those of white
    on 109 photos of six sources that were made brighter, darker and coloured.
    """
    m = measures
    detail = m.sharpness * min(1.0, math.sqrt(m.megapixels / _VIEWING_MEGAPIXELS))
    sharp, resolved = (1 - math.exp(-step / 0.16) for step in (m.sharpness, detail))
    kept = resolved / sharp if sharp > 0 else 1.0
    clipped = max(m.highlights_clipped, m.channels_clipped)
    # Brightening spreads the levels and shows no more: contrast counts as at the brightness of a usual photo, nearly.
    contrast = m.contrast * min(1.0, (_USUAL_LUMA / max(m.mean_luma, 1.0)) ** 0.7)
    return {
        QualityReason.BLURRED: sharp,
        QualityReason.LOW_RESOLUTION: kept * m.megapixels / (m.megapixels + 0.05),
        QualityReason.NOISY: _falling(m.noise_sigma, 12),
        QualityReason.TOO_DARK: (1 - math.exp(-((m.mean_luma / 62) ** 1.8))) * _falling(235 - m.white_luma, 45),
        QualityReason.TOO_BRIGHT: math.exp(-(max(0.0, m.mean_luma - 185) ** 2) / (2 * 40**2)),
        QualityReason.SHADOWS_CLIPPED: 1 - 0.6 * min(1.0, m.shadows_clipped / 0.5),
        QualityReason.HIGHLIGHTS_CLIPPED: 1
        - max(0.7 * (1 - math.exp(-clipped / 0.12)), 0.6 * (1 - math.exp(-m.blown / 0.25))),
        QualityReason.LOW_CONTRAST: 1 - math.exp(-contrast / 48),
        QualityReason.COMPRESSION_BLOCKS: 1 - 0.42 * (1 - math.exp(-((m.blockiness / 2.6) ** 2))),
        QualityReason.WINDOWS_BLOWN_OUT: 1 - 0.5 * max(0.0, (m.window_blowout or 0.0) - 0.3),
        QualityReason.COLOUR_CAST: _falling(min(m.cast_seen or 0.0, 25.0), 18)
        * _falling(min(m.white_tint, 10.0) - 1.5, 10),
        QualityReason.TILTED: _falling(abs(m.roll_degrees or 0.0) - 0.2, 5),
        QualityReason.CONVERGING_VERTICALS: _falling(abs(m.vertical_convergence_degrees or 0.0) - 2, 20),
    }


def _falling(fault: float, half: float) -> float:
    """1 up to zero, a half at `half`, towards 0 beyond."""
    return float(1 / (1 + (max(0.0, fault) / half) ** 1.5))


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
    QualityReason.WINDOWS_BLOWN_OUT: "Bracket the exposure, or light the room: the windows are white.",
    QualityReason.COLOUR_CAST: "Set the white balance on something white, and mix no lamps with daylight.",
    QualityReason.TILTED: "Straighten it: turn it {degrees:.1f} degrees {way}.",
    QualityReason.CONVERGING_VERTICALS: "Hold the camera level, or correct the verticals.",
}


def _hint(reason: QualityReason, measures: Measures) -> str:
    roll = measures.roll_degrees or 0.0
    return _HINTS[reason].format(degrees=abs(roll), way="anticlockwise" if roll > 0 else "clockwise")


def assess(measures: Measures) -> Quality:
    """The record of a photo's quality: its numbers, the product of `factors` as its worth, reasons and hints."""
    left = factors(measures)
    reasons = sorted(
        (reason for reason, share in left.items() if share < _WORTH_SAYING), key=lambda reason: left[reason]
    )
    return Quality(
        overall=round(100 * float(np.prod(list(left.values()))), 2),
        reasons=reasons,
        hints=[_hint(reason, measures) for reason in reasons],
        sharpness=measures.sharpness,
        noise_sigma=measures.noise_sigma,
        shadows_clipped=measures.shadows_clipped,
        highlights_clipped=measures.highlights_clipped,
        mean_luma=measures.mean_luma,
        contrast=measures.contrast,
        blockiness=measures.blockiness,
        megapixels=measures.megapixels,
        window_blowout=measures.window_blowout,
        cast_delta_e=measures.cast_delta_e,
        roll_degrees=measures.roll_degrees,
        vertical_convergence_degrees=measures.vertical_convergence_degrees,
    )
