"""TV benches: slatted doors, drawers on legs, a lacquered box."""

import numpy as np

from ml.staging.furniture.decor import bowl, standing_books, vase
from ml.staging.furniture.piece import Assembly, Piece
from ml.staging.furniture.solids import board, tube
from ml.staging.furniture.storage import CLEARANCE_M, PANEL_M, carcass, turned_legs
from ml.staging.furniture.surfaces.finishes import Finishes
from ml.staging.furniture.surfaces.metal import metal
from ml.staging.furniture.surfaces.wood import wood


def slatted_tv_bench(finishes: Finishes, seed: int, width_m: float) -> Piece:
    """Long and low, doors of level slats, an open compartment."""
    rng = np.random.default_rng(seed)
    build = Assembly()
    grain = wood(finishes.wood)
    depth, height, low = 0.40, 0.38, 0.09
    carcass(build, finishes.wood, rng, (width_m, depth, height), low)
    build.add(metal("black"), board((width_m - 0.12, depth - 0.10, low), (0, 0.02, low / 2), radius=0.002))
    inner, tall = width_m - 2 * PANEL_M, height - 2 * PANEL_M
    bay = inner / 3
    for side in (-1, 1):
        build.add(
            grain, board((0.018, depth - 0.02, tall), (side * bay / 2, 0.0, low + height / 2), radius=0.001, grain=1)
        )
        rows = 9
        for row in range(rows):
            z = low + PANEL_M + tall * (row + 0.5) / rows
            slat = board(
                (bay - 0.012, 0.016, tall / rows * 0.80), (side * bay, -depth / 2 + 0.012, z), radius=0.003, grain=0
            )
            build.add(grain, slat.shifted_uvs(*rng.uniform(0, 2, 2)))
        build.add(
            metal("black"),
            board((bay - 0.01, 0.004, tall), (side * bay, -depth / 2 + 0.03, low + height / 2), radius=0.001),
        )
    build.add(grain, board((bay - 0.02, depth - 0.04, 0.016), (0, 0, low + height / 2), radius=0.002, grain=0))
    if finishes.dressed:
        standing_books(build, rng, (-bay * 0.42, -0.03, low + PANEL_M), width=bay * 0.55, tall=0.15)
        bowl(build, finishes, rng, (width_m * 0.36, 0, low + height))
        vase(build, finishes, rng, (-width_m * 0.40, 0.02, low + height), size=0.9)
    return build.piece("tv_bench", "slatted", clearance_m=CLEARANCE_M)


def legged_tv_bench(finishes: Finishes, seed: int, width_m: float) -> Piece:
    """Two drawers beside an open shelf, on turned legs."""
    rng = np.random.default_rng(seed)
    build = Assembly()
    grain = wood(finishes.wood)
    depth, height, low = 0.40, 0.32, 0.18
    carcass(build, finishes.wood, rng, (width_m, depth, height), low)
    turned_legs(build, finishes.wood, rng, width_m, depth, low)
    inner, tall = width_m - 2 * PANEL_M, height - 2 * PANEL_M
    bay = inner / 3
    for side in (-1, 1):
        build.add(
            grain, board((0.018, depth - 0.02, tall), (side * bay / 2, 0, low + height / 2), radius=0.001, grain=1)
        )
        front = board(
            (bay - 0.012, 0.018, tall - 0.006),
            (side * bay, -depth / 2 + 0.012, low + height / 2),
            radius=0.002,
            grain=0,
        )
        build.add(grain, front.shifted_uvs(*rng.uniform(0, 2, 2)))
        build.add(
            metal(finishes.metal),
            tube(
                [
                    (side * bay - 0.07, -depth / 2 - 0.014, low + height * 0.62),
                    (side * bay + 0.07, -depth / 2 - 0.014, low + height * 0.62),
                ],
                0.005,
                10,
            ),
        )
    if finishes.dressed:
        standing_books(build, rng, (-bay * 0.40, -0.03, low + PANEL_M), width=bay * 0.6, tall=0.24)
        vase(build, finishes, rng, (width_m * 0.38, 0.02, low + height), size=1.0)
    return build.piece("tv_bench", "legged", clearance_m=CLEARANCE_M)


def lacquer_tv_bench(finishes: Finishes, seed: int, width_m: float) -> Piece:
    """A lacquered box with push-open doors under a board of wood."""
    rng = np.random.default_rng(seed)
    build = Assembly()
    depth, height, low = 0.42, 0.36, 0.06
    carcass(build, finishes.lacquer, rng, (width_m, depth, height), low)
    build.add(metal("black"), board((width_m - 0.10, depth - 0.10, low), (0, 0.02, low / 2), radius=0.002))
    top = board((width_m + 0.01, depth + 0.01, 0.022), (0, -0.003, low + height + 0.011), radius=0.004, grain=0)
    build.add(wood(finishes.wood), top.shifted_uvs(*rng.uniform(0, 2, 2)))
    doors = max(2, round(width_m / 0.55))
    for number in range(doors):
        x = -width_m / 2 + width_m * (number + 0.5) / doors
        build.add(
            wood(finishes.lacquer),
            board(
                (width_m / doors - 0.005, 0.018, height - 0.01), (x, -depth / 2 - 0.008, low + height / 2), radius=0.002
            ),
        )
    if finishes.dressed:
        vase(build, finishes, rng, (-width_m * 0.36, 0.0, low + height + 0.022), size=1.0)
        bowl(build, finishes, rng, (width_m * 0.34, 0.0, low + height + 0.022))
    return build.piece("tv_bench", "lacquer", clearance_m=CLEARANCE_M)
