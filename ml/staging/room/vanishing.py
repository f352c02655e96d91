"""Vanishing points of a room's three directions, searched exhaustively, with how well the lines determine each number.

Upright lines first: the picture's turn and the inverse distance of their vanishing point. Then both horizontal ones
together, over focal length, heading and height of the horizon (the Manhattan world of Coughlan and Yuille, 1999). A
hypothesis scores the length of the lines that agree with it; exp(score / temperature) serves as its likelihood, so that
the spread of the posterior tells what the photo leaves open: a photo that faces a wall tells no focal length.
"""

import math
from dataclasses import dataclass

import numpy as np
from scipy.ndimage import map_coordinates
from scipy.optimize import minimize

from ml.staging.room.camera import Floats
from ml.staging.room.lines import Lines, angle_to

_TEMPERATURE = 0.12
"""Length of lines (in longer sides of the photo) by which a hypothesis must be better to be e times as likely.

Chosen so that errors on rooms made by code fall with the posterior's spread (tests/bench/rooms.py)."""

_UPRIGHT_DEG = 28.0
_ROLLS = np.radians(np.arange(-15, 15.01, 0.25))
_INVERSES = np.arange(-0.9, 0.901, 0.02)
"""Of the distance to the vertical vanishing point, times the longer side; positive below: the camera looks down."""

_USUAL_ROLL_DEG = 2.5
_USUAL_INVERSE = 0.2

_FIELDS_DEG = np.arange(40, 121, 2.5)
"""Angle over the longer side."""
_USUAL_FIELD_DEG = (80.0, 14.0)
"""Mean and standard deviation over photos of rooms."""

_HEADINGS = np.radians(np.arange(-44, 46, 2.0))
"""From the nearer wall direction to the optical axis."""
_HORIZONS = np.arange(-0.3, 0.301, 0.0125)
"""Height of the horizon from the middle, down, as a share of the photo's height."""

_USUAL_SHIFT = 0.06
"""Standard deviation of the principal point from the middle, as a share of the height: shifted or cropped photos."""

_STEP = math.radians(0.5)
_PLACES = np.arange(-math.pi / 2, math.pi / 2 + 1e-9, _STEP)
"""Places along the horizon: arcus tangent of the distance from the middle in longer sides."""


@dataclass(frozen=True, slots=True)
class Upright:
    """The vertical vanishing point."""

    roll_rad: float
    """Positive clockwise."""
    inverse: float
    """1 / its distance from the middle in pixels, positive below."""
    roll_sd: float
    inverse_sd: float
    support: float
    """Length of the lines that agree, in longer sides."""
    share: float
    """Of the length of all candidates."""

    @property
    def point(self) -> Floats:
        """Homogeneous, seen from the middle: (3,)."""
        return np.array([-math.sin(self.roll_rad), math.cos(self.roll_rad), self.inverse])


@dataclass(frozen=True, slots=True)
class Levels:
    """What the horizontal lines tell, in pixels of the photo that was analysed."""

    focal_px: float
    heading_rad: float
    """From the nearer wall direction to the optical axis, positive to the right."""
    horizon_px: float
    """Below the middle of the photo, along the turned vertical."""
    log_focal_sd: float
    heading_sd: float
    horizon_sd_px: float
    support: tuple[float, float]
    """Length of the lines that agree with each direction: the one ahead and the one across, in longer sides."""
    share: float
    """Of all lines that are not upright, those that agree with one of both."""
    shift_px: float
    """Of the principal point from the middle, down."""
    pitch_rad: float


@dataclass(frozen=True, slots=True)
class FocalHint:
    """What is known of the focal length before looking at lines."""

    focal_px: float
    """At analysis size."""
    log_sd: float
    trust: float
    """Probability that it holds at all."""


def upright_of(lines: Lines) -> Upright:
    """The vanishing point of the lines that are upright; all spreads wide without any."""
    longer = max(lines.width, lines.height)
    lean = np.degrees(np.arctan2(lines.direction[:, 0], lines.direction[:, 1]))
    steep = lines.only(np.abs((lean + 90) % 180 - 90) < _UPRIGHT_DEG)
    roll, inverse = np.meshgrid(_ROLLS, _INVERSES / longer, indexing="ij")
    points = np.stack([-np.sin(roll), np.cos(roll), inverse], axis=-1)
    score = np.zeros(roll.shape)
    if len(steep.ends):
        agree = np.exp(-0.5 * (angle_to(steep, points) / steep.sigma_rad) ** 2)
        score = (agree * steep.weight).sum(axis=-1)
    prior = 0.5 * (roll / math.radians(_USUAL_ROLL_DEG)) ** 2 + 0.5 * (inverse * longer / _USUAL_INVERSE) ** 2
    posterior = _normalised(score / _TEMPERATURE - prior)
    mean_roll, sd_roll = _moments(posterior, roll)
    mean_inverse, sd_inverse = _moments(posterior, inverse)
    found = Upright(mean_roll, mean_inverse, sd_roll, sd_inverse, 0.0, 0.0)
    if not len(steep.ends):
        return found
    near = angle_to(steep, found.point[None])[0] < 2 * steep.sigma_rad
    support, total = float(steep.weight[near].sum()), float(steep.weight.sum())
    return Upright(mean_roll, mean_inverse, sd_roll, sd_inverse, support, support / max(total, 1e-9))


def levels_of(lines: Lines, upright: Upright, hint: FocalHint | None) -> Levels:
    """Focal length, heading and horizon: the likeliest together, refined between the places of the search."""
    flat = _not_upright(lines, upright)
    longer, height = max(lines.width, lines.height), lines.height
    horizons = _HORIZONS * height
    focals = np.sort(longer / 2 / np.tan(np.radians(_FIELDS_DEG / 2)))
    if hint is not None:
        focals = np.unique(np.concatenate([focals, hint.focal_px * np.exp(hint.log_sd * np.linspace(-2, 2, 5))]))
    search = _Search(flat, upright, longer, height, hint)
    logs = np.stack([search.over_focals_and_headings(focals, _HEADINGS, horizon) for horizon in horizons])
    # Focal lengths are not evenly spaced: each place stands for its share of the scale of logarithms.
    logs = logs + np.log(np.gradient(np.log(focals)))[None, :, None]
    posterior = _normalised(logs)
    at = np.unravel_index(int(posterior.argmax()), posterior.shape)
    horizon, focal, heading = search.refined(horizons[at[0]], focals[at[1]], _HEADINGS[at[2]])
    _, log_focal_sd = _moments(posterior, np.log(focals)[None, :, None], about=math.log(focal))
    _, horizon_sd = _moments(posterior, horizons[:, None, None], about=horizon)
    # A heading of 45 degrees is one of -45 as well.
    off = (_HEADINGS - heading + math.pi / 4) % (math.pi / 2) - math.pi / 4
    heading_sd = math.sqrt(float((posterior.sum(axis=(0, 1)) * off**2).sum()))
    ahead, across = search.agreement(focal, heading, horizon)
    supports = (float(ahead @ flat.weight), float(across @ flat.weight))
    share = float(np.maximum(ahead, across) @ flat.weight) / max(float(flat.weight.sum()), 1e-9)
    shift = _shift(focal, upright.inverse, horizon)
    return Levels(
        focal_px=focal,
        heading_rad=heading,
        horizon_px=horizon,
        log_focal_sd=log_focal_sd,
        heading_sd=heading_sd,
        horizon_sd_px=horizon_sd,
        support=supports,
        share=share,
        shift_px=float(shift),
        pitch_rad=math.atan2(float(shift) - horizon, focal),
    )


class _Search:
    """Scores of hypotheses about the horizontal directions."""

    def __init__(self, lines: Lines, upright: Upright, longer: int, height: int, hint: FocalHint | None) -> None:
        self._lines = lines
        self._upright = upright
        self._longer = longer
        self._height = height
        self._hint = hint
        self._cos, self._sin = math.cos(upright.roll_rad), math.sin(upright.roll_rad)

    def over_focals_and_headings(self, focals: Floats, headings: Floats, horizon: float) -> Floats:
        """Log posterior up to a constant, focals x headings, with the horizon at that height.

        A line counts for a + b - a b where it agrees by a and b with both points: the sums over lines of all pairs
        of places are one product of matrices.
        """
        agree = self._agree(np.sin(_PLACES) * self._longer, np.cos(_PLACES), horizon)
        single = agree @ self._lines.weight
        both = (agree * self._lines.weight) @ agree.T
        pairs = single[:, None] + single[None, :] - both
        focal, heading = np.meshgrid(focals, headings, indexing="ij")
        shift, reach = self._lens(focal, horizon)
        ahead = np.arctan2(reach * -np.sin(heading), self._longer * np.cos(heading))
        across = np.arctan2(reach * np.cos(heading), self._longer * np.sin(heading))
        across = np.where(across > math.pi / 2, across - math.pi, across)
        places = np.stack([ahead, across]).reshape(2, -1) / _STEP + (len(_PLACES) - 1) / 2
        score = map_coordinates(pairs, places, order=1, mode="nearest").reshape(focal.shape)
        return np.asarray(score / _TEMPERATURE + self._prior(focal, shift))

    def agreement(self, focal: float, heading: float, horizon: float) -> tuple[Floats, Floats]:
        """How far each line agrees with the direction ahead and with the one across, 0 to 1."""
        _, reach = self._lens(np.array(focal), horizon)
        x = float(reach) * np.array([-math.sin(heading), math.cos(heading)])
        ahead, across = self._agree(x, np.array([math.cos(heading), math.sin(heading)]), horizon)
        return ahead, across

    def refined(self, horizon: float, focal: float, heading: float) -> tuple[float, float, float]:
        """The best place near one of the search (simplex of Nelder and Mead)."""

        def cost(at: Floats) -> float:
            level, length, turn = at[0] * self._height, math.exp(at[1]), at[2]
            ahead, across = self.agreement(length, turn, level)
            score = float((ahead + across - ahead * across) @ self._lines.weight)
            shift, _ = self._lens(np.array(length), level)
            return -score / _TEMPERATURE - float(self._prior(np.array(length), shift))

        start = np.array([horizon / self._height, math.log(focal), heading])
        simplex = np.stack([start, *(start + step for step in np.diag([0.006, 0.03, 0.015]))])
        found = minimize(cost, start, method="Nelder-Mead", options={"initial_simplex": simplex, "maxiter": 150})
        level, length, turn = found.x if found.fun < cost(start) else start
        return float(level * self._height), math.exp(float(length)), float(turn)

    def _agree(self, x: Floats, scale: Floats, horizon: float) -> Floats:
        """How far each line agrees with points of the horizon, x / scale to the right of the middle: points x lines."""
        y = horizon * scale
        points = np.stack([x * self._cos - y * self._sin, x * self._sin + y * self._cos, scale], axis=-1)
        return np.exp(-0.5 * (angle_to(self._lines, points) / self._lines.sigma_rad) ** 2)

    def _lens(self, focal: Floats, horizon: float) -> tuple[Floats, Floats]:
        """Shift of the principal point, and distance of the camera from the horizon's middle, in pixels."""
        shift = _shift(focal, self._upright.inverse, horizon)
        return shift, np.hypot(focal, shift - horizon)

    def _prior(self, focal: Floats, shift: Floats) -> Floats:
        """Log of what is expected of field and principal point."""
        field = np.degrees(2 * np.arctan(self._longer / 2 / focal))
        usual = -0.5 * ((field - _USUAL_FIELD_DEG[0]) / _USUAL_FIELD_DEG[1]) ** 2
        if self._hint is not None:
            off = (np.log(focal) - math.log(self._hint.focal_px)) / self._hint.log_sd
            # Both are densities over the logarithm of the focal length; a field's standard deviation is 0.25 there.
            told = np.log(self._hint.trust) - 0.5 * off**2 + math.log(0.25 / self._hint.log_sd)
            usual = np.logaddexp(told, usual + math.log(1 - self._hint.trust))
        return np.asarray(usual - 0.5 * (shift / self._height / _USUAL_SHIFT) ** 2)


def _not_upright(lines: Lines, upright: Upright) -> Lines:
    """Lines that can be horizontal ones: neither near the vertical vanishing point nor steep."""
    if not len(lines.ends):
        return lines
    off = angle_to(lines, upright.point[None])[0]
    lean = np.degrees(np.arctan2(lines.direction[:, 0], lines.direction[:, 1])) - math.degrees(upright.roll_rad)
    return lines.only((off > math.radians(3)) & (np.abs((lean + 90) % 180 - 90) > 10))


def _shift(focal: Floats | float, inverse: float, horizon: float) -> Floats:
    """The principal point below the middle, from focal length, vertical vanishing point and horizon.

    (1 / inverse - shift) (shift - horizon) = focal^2, written so that it holds for verticals that are parallel.
    """
    shift = np.asarray(horizon + inverse * np.asarray(focal) ** 2)
    for _ in range(4):
        shift = horizon + inverse * (np.asarray(focal) ** 2 + shift * (shift - horizon))
    return np.asarray(shift)


def _normalised(logs: Floats) -> Floats:
    raised = np.exp(logs - logs.max())
    return np.asarray(raised / raised.sum())


def _moments(posterior: Floats, values: Floats, about: float | None = None) -> tuple[float, float]:
    """Mean, and standard deviation about it or about a given value."""
    mean = float((posterior * values).sum())
    centre = mean if about is None else about
    return mean, math.sqrt(float((posterior * (values - centre) ** 2).sum()))
