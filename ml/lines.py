"""How a photo was held: roll and converging verticals, from the vanishing point that its upright lines share."""

import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from ml.noise import noise_sigma
from ml.sizes import within

SIDE = 800
"""Pixels of the longer side at which lines are looked for."""

_SHORTEST = 0.035
"""Of a line that counts, as a share of the longer side; and never below 8 pixels."""

_NOISY = 4.0
"""Standard deviation of the noise, in levels, from which edges break up unless it is smoothed."""

_FEW_LEVELS, _FEWEST_LEVELS = 40.0, 10.0
"""Range of luma below which a photo counts as dark or flat, and the least that is stretched to the whole range."""

_UPRIGHT = 32.0
"""Degrees from the vertical within which a line may be the picture of an upright one."""

_ROLLS = np.radians(np.arange(-24, 24.01, 0.25))
_CONVERGENCES = np.linspace(-0.4, 0.4, 65)
"""Hypotheses: roll in radians, and the inverse distance of the vanishing point in half longer sides."""

_PRIOR_ROLL = math.radians(12)
_PRIOR_CONVERGENCE = 0.16
"""Standard deviations of what cameras do, so that a few slanted lines do not outvote many that are nearly upright."""

_AGREEING = math.radians(0.8)
"""Of an upright line from its vanishing point: what the edges of real rooms and the detector leave."""

_LEAST_LINES = 5
_LEAST_LENGTH = 0.8
"""Together, of the lines that agree, as a share of the picture's height."""

_LEAST_SHARE = 0.3
"""Of the length of all candidates, agreeing: below it any bundle of lines would do.

Measured on 200 small photos, each turned twice: half of the few wrong answers lie below, one right one in twenty-five.
"""

_LEAST_SPREAD = 0.2
"""Root mean square distance of the upright lines from their mean, in half longer sides, for a convergence."""


@dataclass(frozen=True, slots=True, eq=False)
class Posture:
    """How the camera was held."""

    roll_degrees: float | None
    """Turn of the picture, positive clockwise; None where too few lines tell."""
    vertical_convergence_degrees: float | None
    """Angle between the verticals at the left and right edge, positive where they meet above; None likewise."""
    segments: NDArray[np.float32]
    """All lines found, n x 4: x and y of both ends in shares of the width and height."""


def posture_of(luma: NDArray[np.uint8]) -> Posture:
    """How the camera was held, from the luma of a photo (height x width)."""
    small = _for_lines(luma)
    found = line_segments(small)
    height, width = small.shape
    segments = np.asarray(found / np.array([width, height, width, height], np.float32), np.float32)
    held = _vanishing_point(found, width, height)
    if held is None:
        return Posture(None, None, segments)
    roll, inverse, spread = held
    if spread < _LEAST_SPREAD:
        return Posture(round(math.degrees(roll), 2), None, segments)
    # The direction to the vanishing point at the middle of the left and the right edge.
    reach = inverse * width / max(width, height)
    left = math.atan2(math.sin(roll) + reach, math.cos(roll))
    right = math.atan2(math.sin(roll) - reach, math.cos(roll))
    return Posture(round(math.degrees(roll), 2), round(math.degrees(left - right), 2), segments)


def _for_lines(luma: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """At most SIDE pixels long, without much noise and with the whole range of tones: a dark room has its lines too."""
    small = within(luma, SIDE)
    noise = noise_sigma(small)
    if noise > _NOISY:
        small = np.asarray(cv2.GaussianBlur(small, (0, 0), min(2.0, 0.7 + noise / 15)), np.uint8)
    low, high = np.percentile(small[::2, ::2], (1, 98))
    if high - low < _FEW_LEVELS:
        # Levels pulled far apart would be edges themselves: between them goes what the neighbours tell.
        soft = cv2.GaussianBlur(small.astype(np.float32), (0, 0), 0.8)
        stretched = np.clip((np.asarray(soft) - low) * (235 / max(_FEWEST_LEVELS, high - low)), 0, 255)
        return np.asarray(stretched, np.uint8)
    levels = np.clip((np.arange(256) - low) * (235 / (high - low)), 0, 255)
    return np.asarray(cv2.LUT(small, levels.astype(np.uint8)), np.uint8)


def line_segments(luma: NDArray[np.uint8], shortest: float = _SHORTEST) -> NDArray[np.float32]:
    """Straight edges of a picture, n x 4: x and y of both ends in pixels, without those below `shortest`.

    `shortest` is a share of the longer side. The detector is LSD (von Gioi et al., Image Processing On Line 2, 2012).
    """
    found = cv2.createLineSegmentDetector(cv2.LSD_REFINE_STD).detect(luma)[0]
    if found is None:
        return np.empty((0, 4), np.float32)
    segments = np.asarray(found, np.float32).reshape(-1, 4)
    lengths = np.hypot(segments[:, 2] - segments[:, 0], segments[:, 3] - segments[:, 1])
    return np.asarray(segments[lengths >= max(8.0, shortest * max(luma.shape))], np.float32)


def _vanishing_point(segments: NDArray[np.float32], width: int, height: int) -> tuple[float, float, float] | None:
    """Roll in radians, inverse distance of the point in half longer sides, spread of the lines; None: too few.

    A line through the point (X, Y) = (sin roll, -cos roll) / inverse, seen from the middle, that leans by `lean` and
    passes the middle at the distance `offset` has sin(roll - lean) = inverse * offset: each line votes for one roll at
    each inverse distance. The vote is refined by least squares that are reweighted (Cauchy's weights).
    """
    half = max(width, height) / 2
    start, end = segments[:, :2].astype(np.float64), segments[:, 2:].astype(np.float64)
    across, down = (end - start).T
    turned = np.where(down > 0, -1.0, 1.0)
    lean = np.arctan2(across * turned, -down * turned)
    steep = np.abs(lean) <= math.radians(_UPRIGHT)
    lean, length = lean[steep], np.hypot(across, down)[steep] / height
    middle = ((start + end)[steep] / 2 - np.array([width / 2, height / 2])) / half
    if lean.size < _LEAST_LINES:
        return None
    offset = middle[:, 0] * np.cos(lean) + middle[:, 1] * np.sin(lean)
    roll, inverse = _most_voted(lean, offset, length)
    for _ in range(12):
        error = lean - roll + np.arcsin(np.clip(inverse * offset, -1, 1))
        weight = length / (1 + (error / _AGREEING) ** 2) ** 2
        total = weight.sum()
        # The prior counts like a tenth of a line as long as the picture is high.
        ridge = 0.1 * (_AGREEING / _PRIOR_CONVERGENCE) ** 2
        mean_offset, mean_lean = (weight @ offset) / total, (weight @ lean) / total
        centred = offset - mean_offset
        inverse = -float((weight * centred) @ (lean - mean_lean)) / float((weight * centred) @ centred + ridge)
        roll = float(mean_lean + inverse * mean_offset)
    error = lean - roll + np.arcsin(np.clip(inverse * offset, -1, 1))
    agreeing = np.abs(error) <= 2 * _AGREEING
    kept = length[agreeing]
    if kept.size < _LEAST_LINES or kept.sum() < _LEAST_LENGTH or kept.sum() < _LEAST_SHARE * length.sum():
        return None
    mean = (kept @ offset[agreeing]) / kept.sum()
    spread = math.sqrt(float(kept @ (offset[agreeing] - mean) ** 2 / kept.sum()))
    return roll, inverse, spread


def _most_voted(
    lean: NDArray[np.float64], offset: NDArray[np.float64], length: NDArray[np.float64]
) -> tuple[float, float]:
    """The roll and inverse distance that the most length of line votes for."""
    step = float(_ROLLS[1] - _ROLLS[0])
    bins = len(_ROLLS)
    votes = lean[None, :] + np.arcsin(np.clip(_CONVERGENCES[:, None] * offset[None, :], -1, 1))
    places = np.rint((votes - _ROLLS[0]) / step).astype(int)
    inside = (places >= 0) & (places < bins)
    flat = (places + bins * np.arange(len(_CONVERGENCES))[:, None])[inside]
    weights = np.broadcast_to(length, votes.shape)[inside]
    counts = np.bincount(flat, weights, minlength=bins * len(_CONVERGENCES)).reshape(len(_CONVERGENCES), bins)
    smooth = cv2.GaussianBlur(counts.astype(np.float32), (0, 0), sigmaX=_AGREEING / step, sigmaY=0.7)
    prior = np.exp(
        -0.5 * (_CONVERGENCES[:, None] / _PRIOR_CONVERGENCE) ** 2 - 0.5 * (_ROLLS[None, :] / _PRIOR_ROLL) ** 2
    )
    best = int(np.argmax(np.asarray(smooth) * prior))
    return float(_ROLLS[best % bins]), float(_CONVERGENCES[best // bins])
