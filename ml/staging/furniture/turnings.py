"""Turned parts of wood: legs with beads and vases, bun feet, spindles that swell in their middle."""

import numpy as np

from ml.staging.furniture.decor import smooth_profile
from ml.staging.furniture.mesh import Mesh, Vector
from ml.staging.furniture.solids import lathe, tube

_VASE = (
    # (share of the height, share of the thickest radius), from the floor up.
    (0.00, 0.40), (0.02, 0.50), (0.07, 0.52), (0.10, 0.36), (0.13, 0.34), (0.30, 0.50), (0.55, 0.86),
    (0.66, 0.95), (0.72, 0.70), (0.75, 0.56), (0.78, 0.56), (0.80, 0.84), (0.83, 0.88), (0.86, 0.62), (0.88, 0.60),
)  # fmt: skip


def turned_leg(height: float, thick: float, at: Vector = (0.0, 0.0, 0.0), *, block: float = 0.16) -> Mesh:
    """A turned leg standing `at`: a vase and beads, its upper `block` share left as thick as the wood, `thick` metres.

    The grain runs up.
    """
    radius, top = thick / 2, height * (1 - block)
    profile = smooth_profile(tuple((radius * share, top * level / 0.88) for level, share in _VASE), 3)
    ended = [(0.0, 0.0), *profile, (radius * 0.98, top), (radius * 0.98, height), (0.0, height)]
    return lathe(ended, 32).upright_grain().moved(*at)


def column(height: float, thick: float, at: Vector = (0.0, 0.0, 0.0)) -> Mesh:
    """A turned post standing `at`, thickest low, with a ring at its neck."""
    radius = thick / 2
    shape = (
        (1.00, 0.00), (1.0, 0.03), (0.72, 0.05), (0.62, 0.08), (0.96, 0.18), (0.90, 0.30), (0.52, 0.55), (0.42, 0.80),
        (0.44, 0.86), (0.70, 0.88), (0.70, 0.91), (0.42, 0.93), (0.40, 1.0),
    )  # fmt: skip
    profile = smooth_profile(tuple((radius * share, height * level) for share, level in shape), 4)
    return lathe([(0.0, 0.0), *profile, (0.0, height)], 36).upright_grain().moved(*at)


def bun_foot(radius: float, height: float, at: Vector = (0.0, 0.0, 0.0)) -> Mesh:
    """A flattened ball on a small ring, standing `at`."""
    turns = np.linspace(-np.pi / 2 + 0.5, np.pi / 2, 12)
    ball = [(radius * float(np.cos(turn)), height * (0.52 + 0.48 * float(np.sin(turn)))) for turn in turns]
    return lathe([(0.0, 0.0), (radius * 0.55, 0.0), *ball[:-1], (0.0, height)], 32).moved(*at)


def spindle(start: Vector, end: Vector, thick: float, *, swell: float = 1.45, sides: int = 12) -> Mesh:
    """A slim turned rod between two points, thicker in its middle by `swell`; `thick` is its radius at the ends."""
    steps = np.linspace(0, 1, 11)
    path = np.asarray(start)[None] + (np.asarray(end) - np.asarray(start))[None] * steps[:, None]
    return tube(path, thick * (1 + (swell - 1) * np.sin(np.pi * steps) ** 2), sides)
