"""Throw cushions along a backrest, and a blanket over an arm."""

import numpy as np

from ml.staging.furniture.cloth.shapes import filled, thickened
from ml.staging.furniture.mesh import rotation
from ml.staging.furniture.piece import Assembly
from ml.staging.furniture.solids import tube
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
    build: Assembly, finishes: Finishes, rng: np.random.Generator, *, x: float, y: float, top: float, arm: float
) -> None:
    """A throw with a fringe, hung over an arm `arm` metres wide whose ridge runs along y at `x`, its top at `top`.

    Its section follows the arm; its folds deepen towards the hem, as hanging cloth gathers.
    """
    rows, columns = 40, 46
    outside = 1.0 if x > 0 else -1.0
    over, inside_drop, outside_drop = arm + 0.012, 0.13, rng.uniform(0.30, 0.38)
    length = np.linspace(-inside_drop, over + outside_drop, columns)
    corner = 0.03
    across = np.clip(length, 0, over) - over / 2
    drop = np.maximum(-length, 0) + np.maximum(length - over, 0)
    # Round the two edges of the arm.
    near = np.minimum(np.abs(length), np.abs(length - over))
    sink = np.where(near < corner, (corner - near) ** 2 / (4 * corner), 0.0)
    along = np.linspace(-0.5, 0.5, rows)
    wide = rng.uniform(0.40, 0.50)
    phase, pitch = rng.uniform(0, 6.28, 3), rng.uniform(26, 34)
    share = (drop / outside_drop)[None, :]
    gather = 1 - 0.16 * share
    base = along[:, None] * wide * gather
    folds = np.sin(base * pitch + phase[0] + 0.8 * np.sin(base * 11 + phase[1])) + 0.5 * np.sin(base * 61 + phase[2])
    lift = 0.005 + 0.011 * np.clip(share, 0, 1) * (1.4 + folds)
    sheet = np.empty((rows, columns, 3))
    outwards = np.where(length > over / 2, 1.0, -1.0)
    sheet[..., 0] = x + outside * (across[None, :] + outwards * lift * np.clip(drop / 0.03, 0, 1)[None, :])
    sheet[..., 1] = y + base + 0.012 * np.sin(length * 9 + phase[1])[None, :]
    sheet[..., 2] = top + 0.004 - (drop + sink)[None, :] + 0.004 * np.sin(base * 19 + phase[0]) * (drop < 0.01)[None, :]
    if outside < 0:
        sheet = sheet[::-1]
    cloth = textile(finishes.throw)
    build.add(cloth, thickened(sheet, 0.007))
    for column, hang in ((0, 0.035), (-1, 0.06)):
        hem = sheet[:, column]
        for row in np.linspace(0.5, rows - 1.5, 44):
            at = np.array([np.interp(row, np.arange(rows), hem[:, axis]) for axis in range(3)])
            sway = rng.normal(0, 0.004, 2)
            tip = at + np.array([sway[0], sway[1], -hang * rng.uniform(0.85, 1.1)])
            middle = (at + tip) / 2 + np.array([sway[1], 0, 0]) * 0.3
            build.add(cloth, tube(np.stack([at, middle, tip]), [0.0022, 0.003, 0.002], 5))
