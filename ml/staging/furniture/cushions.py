"""Throw cushions along a backrest, and a blanket over an arm."""

import numpy as np

from ml.staging.furniture.cloth.shapes import filled, shape_names, thick
from ml.staging.furniture.mesh import rotation
from ml.staging.furniture.piece import Assembly
from ml.staging.furniture.surfaces.fabric import textile
from ml.staging.furniture.surfaces.finishes import Finishes


def scatter_cushions(
    build: Assembly, finishes: Finishes, rng: np.random.Generator, *, width: float, seat: float, back: float
) -> None:
    """Cushions at both ends of a seat `width` metres wide, whose top is at `seat` and whose backrest starts at `back`.

    Two or three at one end, one or two at the other, in the accents; none if the finishes are undressed.
    """
    if not finishes.dressed:
        return
    accent, second = textile(finishes.accent), textile(finishes.accent_second)
    sides = (-1, 1) if rng.uniform() < 0.5 else (1, -1)
    reach = width / 2 - 0.23
    plan = [(sides[0], 0.0, 0.0, "square", accent), (sides[1], 0.0, 0.0, "square", second)]
    if width > 1.3:
        plan.append((sides[0], 0.30, 0.10, "lumbar" if rng.uniform() < 0.5 else "square", second))
    if width > 1.75 and rng.uniform() < 0.7:
        plan.append((sides[1], 0.28, 0.09, "lumbar", accent))
    for side, inward, forward, family, cloth in plan:
        body, piping = filled(family, rng, size=1.0 if inward == 0 else 0.9, piped=rng.uniform() < 0.4)
        turn = rotation("z", -side * rng.uniform(2, 13))
        x = side * (reach - inward) + rng.uniform(-0.02, 0.02)
        for mesh in (body, piping):
            if mesh is not None:
                build.add(cloth, mesh.turned(turn).moved(x, back - forward - 0.01, seat - 0.012))


def blanket_over_arm(
    build: Assembly, finishes: Finishes, rng: np.random.Generator, *, x: float, y: float, top: float
) -> None:
    """A throw hung over an arm whose ridge runs along y at `x`, its top at `top`."""
    name = shape_names("throw")[int(rng.integers(len(shape_names("throw"))))]
    build.add(textile(finishes.throw), thick(name, 0.012, rng).moved(x, y, top))
