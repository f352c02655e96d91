"""Coffee tables: a round top on three legs, two shelves in a metal frame, a drum of staves."""

import numpy as np

from ml.staging.furniture.piece import Assembly, Piece
from ml.staging.furniture.solids import board, disc_top, leg, tube
from ml.staging.furniture.surfaces.finishes import Finishes
from ml.staging.furniture.surfaces.metal import metal
from ml.staging.furniture.surfaces.wood import wood

COFFEE_HEIGHT_M = 0.40


def round_coffee_table(finishes: Finishes, seed: int, width_m: float) -> Piece:
    """A round top of wood on three splayed legs."""
    rng = np.random.default_rng(seed)
    build = Assembly()
    grain = wood(finishes.wood)
    radius, top = width_m / 2, COFFEE_HEIGHT_M
    build.add(grain, disc_top(radius, 0.028, (0, 0, top - 0.028), edge=0.011).shifted_uvs(*rng.uniform(0, 2, 2)))
    for turn in np.radians((30, 150, 270)):
        x, y = np.cos(turn), np.sin(turn)
        foot = (radius * 0.80 * x, radius * 0.80 * y, 0.0)
        build.add(
            grain,
            leg((radius * 0.62 * x, radius * 0.62 * y, top - 0.026), foot, 0.021, 0.013).shifted_uvs(
                *rng.uniform(0, 2, 2)
            ),
        )
    for turn in np.radians((30, 150, 270)):
        end = (radius * 0.62 * np.cos(turn), radius * 0.62 * np.sin(turn), top - 0.045)
        build.add(grain, tube([(0, 0, top - 0.045), end], 0.014))
    return build.piece("coffee_table", "round")


def framed_coffee_table(finishes: Finishes, seed: int, width_m: float) -> Piece:
    """Two shelves of wood in a frame of square bars."""
    rng = np.random.default_rng(seed)
    build = Assembly()
    grain, bars = wood(finishes.wood), metal(finishes.metal)
    depth, top, bar = width_m * 0.55, COFFEE_HEIGHT_M, 0.022
    for height, inset, thick in ((top, 0.0, 0.032), (0.15, 0.03, 0.02)):
        size = (width_m - 2 * inset, depth - 2 * inset, thick)
        build.add(grain, board(size, (0, 0, height - thick / 2), radius=0.004).shifted_uvs(*rng.uniform(0, 2, 2)))
    for side in (-1, 1):
        for end in (-1, 1):
            at = (side * (width_m / 2 - 0.05), end * (depth / 2 - 0.045), (top - 0.032) / 2)
            build.add(bars, board((bar, bar, top - 0.032), at, radius=0.002))
        rail = (side * (width_m / 2 - 0.05), 0, 0.15 - 0.02 - bar / 2)
        build.add(bars, board((bar, depth - 0.09 - bar, bar), rail, radius=0.002))
        build.add(bars, board((bar, depth - 0.09 - bar, bar), (rail[0], 0, top - 0.032 - bar / 2), radius=0.002))
    return build.piece("coffee_table", "framed")
