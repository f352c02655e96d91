"""What in a photo should be neutral, and what colour it has: the cast, the colour temperature and the tint."""

import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from ml.sizes import within
from ml.srgb import linear_light

_SIDE = 160
"""Pixels of the longer side that are looked at."""

_REACH = 60
"""Largest a* and b* of a surface that may be neutral under a strong cast."""

_BINS = 2 * _REACH + 1

_BLUR = 3.0
"""Standard deviation, in delta E, of what a painted wall spreads over."""

_PLAUSIBLE = 22.0
"""Standard deviation of casts, in delta E: further away it is a coloured wall."""

_NEAR = 5.0
"""Delta E from the commonest colour within which a pixel belongs to the surface."""

_LEAST_SHARE = 0.015

_CLIPPED = 0.25
"""Weight of pure white: a blown window tells less than a wall, and more than nothing."""

_TO_XYZ = np.array(
    [[0.4123908, 0.3575843, 0.1804808], [0.2126390, 0.7151687, 0.0721923], [0.0193308, 0.1191948, 0.9505322]]
)
"""Linear sRGB to CIE XYZ (IEC 61966-2-1)."""


_WHITE_PAINT = ((85 + 16) / 116) ** 3
"""Luminance of the CIELAB lightness 85."""


@dataclass(frozen=True, slots=True)
class Neutral:
    """The colour of what should be neutral."""

    a: float
    b: float
    """CIELAB, D65, at the lightness 85 that white paint has in a well exposed photo: the exposure plays no part."""
    colour_temperature_k: float
    """Correlated colour temperature, 1,000 to 25,000."""
    tint: float
    """Duv, positive is green."""

    @property
    def cast_delta_e(self) -> float:
        """Distance from grey, CIE 1976."""
        return math.hypot(self.a, self.b)


def neutral_of(pixels: NDArray[np.uint8], sky: NDArray[np.bool_] | None = None) -> Neutral | None:
    """The colour of the bright surface nearest to grey (sRGB, height x width x 3, any size); None where none is.

    Ceilings, trim and paper are the brightest things that are not lamps: of the bright pixels, the commonest colour
    counts, brighter ones and likelier casts more, those that are clipped in some channels only not at all. A coloured
    wall that fills the picture is taken for a cast, as the eye would take it without knowing the room. The `sky`
    (height x width), where it is known, is left out: it is bright, and blue without any cast.
    """
    pixels = within(pixels, _SIDE)
    colours = pixels.reshape(-1, 3)
    lab = np.asarray(cv2.cvtColor(pixels.astype(np.float32) / np.float32(255), cv2.COLOR_RGB2Lab)).reshape(-1, 3)
    chroma = np.hypot(lab[:, 1], lab[:, 2])
    clipped = colours.max(axis=1) >= 252
    usable = _outside_of(sky, pixels) & (lab[:, 0] > 25) & (chroma < _REACH) & (~clipped | (colours.min(axis=1) >= 250))
    if (usable & ~clipped).sum() < _LEAST_SHARE * len(lab):
        return None
    lab, light = lab[usable], linear_light(colours[usable].astype(np.float32) / np.float32(255))
    bright = float(np.percentile(lab[~clipped[usable], 0], 97))
    weight = np.exp(-0.5 * (np.minimum(lab[:, 0] - bright, 0) / 14) ** 2) * np.where(clipped[usable], _CLIPPED, 1)
    places = np.rint(lab[:, 1:]).astype(int) + _REACH
    counts = np.bincount(places[:, 0] * _BINS + places[:, 1], weight, minlength=_BINS * _BINS)
    density = np.asarray(cv2.GaussianBlur(counts.reshape(_BINS, _BINS).astype(np.float32), (0, 0), _BLUR))
    grid = np.arange(_BINS) - _REACH
    prior = np.exp(-0.5 * (grid[:, None] ** 2 + grid[None, :] ** 2) / _PLAUSIBLE**2)
    at = int(np.argmax(density * prior))
    centre = np.array([at // _BINS, at % _BINS]) - _REACH
    kept = weight * (np.hypot(*(lab[:, 1:] - centre).T) <= _NEAR)
    if float(kept.sum()) < _LEAST_SHARE * len(chroma):
        return None
    xyz = _TO_XYZ @ ((kept @ light) / kept.sum())
    a, b = _hue_and_chroma(xyz)
    temperature, tint = temperature_and_tint(xyz)
    return Neutral(a, b, temperature, tint)


def _outside_of(sky: NDArray[np.bool_] | None, pixels: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Of each pixel of the small picture, in rows: whether the sky does not cover it."""
    height, width = pixels.shape[:2]
    if sky is None:
        return np.ones(height * width, bool)
    small = cv2.resize(sky.astype(np.uint8), (width, height), interpolation=cv2.INTER_NEAREST)
    return np.asarray(np.asarray(small).reshape(-1) == 0, bool)


def _hue_and_chroma(xyz: NDArray[np.float64]) -> tuple[float, float]:
    """The a* and b* (CIE 15:2018, 8.2.1) of a colour that is given the lightness 85."""
    x, y, z = np.cbrt(xyz / _TO_XYZ.sum(axis=1) * (_WHITE_PAINT / xyz[1]))
    return float(500 * (x - y)), float(200 * (y - z))


def temperature_and_tint(xyz: NDArray[np.float64]) -> tuple[float, float]:
    """Correlated colour temperature in kelvin, 1,000 to 25,000, and Duv, positive above the black body's line.

    The nearest point of Krystek's rational approximation of that line in the CIE 1960 diagram (Color Research and
    Application 10, 1985), found on a fine grid of reciprocal temperatures.
    """
    x, y, z = (float(part) for part in xyz)
    below = x + 15 * y + 3 * z
    u, v = 4 * x / below, 6 * y / below
    kelvin = 1e6 / np.linspace(40, 1000, 4801)
    line_u = (0.860117757 + 1.54118254e-4 * kelvin + 1.28641212e-7 * kelvin**2) / (
        1 + 8.42420235e-4 * kelvin + 7.08145163e-7 * kelvin**2
    )
    line_v = (0.317398726 + 4.22806245e-5 * kelvin + 4.20481691e-8 * kelvin**2) / (
        1 - 2.89741816e-5 * kelvin + 1.61456053e-7 * kelvin**2
    )
    distance = np.hypot(line_u - u, line_v - v)
    at = int(np.argmin(distance))
    return float(kelvin[at]), float(math.copysign(distance[at], v - line_v[at]))
