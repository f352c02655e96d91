"""The colour of lamplight: a black body's, beside the daylight that a photo is balanced for."""

import numpy as np

from ml.staging.furniture.material import Rgb

_BALANCE_KELVIN = 4600
"""Indoor photos are balanced between daylight and lamps."""


def _chromaticity(kelvin: float) -> tuple[float, float]:
    """CIE 1931 x, y of a black body (Kim et al. 2002, a cubic fit, 1,667 to 25,000 K)."""
    inverse = 1000.0 / kelvin
    if kelvin <= 4000:
        x = -0.2661239 * inverse**3 - 0.2343589 * inverse**2 + 0.8776956 * inverse + 0.179910
    else:
        x = -3.0258469 * inverse**3 + 2.1070379 * inverse**2 + 0.2226347 * inverse + 0.240390
    if kelvin <= 2222:
        y = -1.1063814 * x**3 - 1.34811020 * x**2 + 2.18555832 * x - 0.20219683
    elif kelvin <= 4000:
        y = -0.9549476 * x**3 - 1.37418593 * x**2 + 2.09137015 * x - 0.16748867
    else:
        y = 3.0817580 * x**3 - 5.87338670 * x**2 + 3.75112997 * x - 0.37001483
    return x, y


def _linear(kelvin: float) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Linear sRGB of a black body of luminance 1."""
    x, y = _chromaticity(kelvin)
    xyz = np.array([x / y, 1.0, (1 - x - y) / y])
    matrix = np.array(
        [[3.2404542, -1.5371385, -0.4985314], [-0.9692660, 1.8760108, 0.0415560], [0.0556434, -0.2040259, 1.0572252]]
    )
    return np.asarray(np.clip(matrix @ xyz, 0.01, None), float)


def lamplight(kelvin: float, strength: float) -> Rgb:
    """Linear RGB of a lamp as a photo of a room shows it: its luminance is `strength` white walls."""
    colour = _linear(kelvin) / _linear(_BALANCE_KELVIN)
    colour *= strength / float(colour @ [0.2126, 0.7152, 0.0722])
    red, green, blue = (float(value) for value in colour)
    return red, green, blue
