"""Shelves and what stands in them: a closed bookcase, boards in a metal frame, a bookcase over doors."""

import numpy as np

from ml.staging.furniture.decor import books, bowl, standing_books, vase
from ml.staging.furniture.piece import Assembly, Piece
from ml.staging.furniture.solids import board, tube
from ml.staging.furniture.surfaces.finishes import Finishes
from ml.staging.furniture.surfaces.metal import metal
from ml.staging.furniture.surfaces.wood import wood

SHELF_CLEARANCE_M = 0.6
_PANEL = 0.022


def _fill_shelf(
    build: Assembly,
    finishes: Finishes,
    rng: np.random.Generator,
    at: tuple[float, float, float],
    wide: float,
    tall: float,
) -> None:
    """What stands in one compartment whose left end is `at`: books, a vase, a bowl, or nothing."""
    if not finishes.dressed:
        return
    draw = rng.uniform()
    if draw < 0.45:
        standing_books(build, rng, at, width=wide * rng.uniform(0.4, 0.85), tall=min(tall * 0.86, 0.27))
    elif draw < 0.62:
        books(build, rng, (at[0] + wide * 0.4, at[1], at[2]), count=3)
    elif draw < 0.78:
        vase(
            build,
            finishes,
            rng,
            (at[0] + wide * rng.uniform(0.3, 0.7), at[1], at[2]),
            size=min(1.0, tall / 0.32),
            branches=False,
        )
    elif draw < 0.90:
        bowl(build, finishes, rng, (at[0] + wide * 0.5, at[1], at[2]))


def _fill_board(
    build: Assembly,
    finishes: Finishes,
    rng: np.random.Generator,
    width: float,
    z: float,
    tall: float,
    *,
    free: tuple[float, float],
) -> None:
    """Both halves of a board. free: before a half's things, and of its width."""
    for half in (0, 1):
        at = (-width / 2 + free[0] + half * width / 2, 0.0, z)
        _fill_shelf(build, finishes, rng, at, width / 2 - free[1], tall)


def open_shelf(finishes: Finishes, seed: int, width_m: float) -> Piece:
    """Five boards between two closed sides of wood."""
    rng = np.random.default_rng(seed)
    build = Assembly()
    grain = wood(finishes.wood)
    depth, height, levels = 0.32, 1.85, 6
    for side in (-1, 1):
        panel = board((_PANEL, depth, height), (side * (width_m - _PANEL) / 2, 0, height / 2), grain=2)
        build.add(grain, panel.shifted_uvs(*rng.uniform(0, 2, 2)))
    build.add(
        grain,
        board(
            (width_m - 2 * _PANEL, 0.008, height - 0.08),
            (0, depth / 2 - 0.006, height / 2 + 0.03),
            radius=0.001,
            grain=2,
        ),
    )
    inner, pitch = width_m - 2 * _PANEL, (height - 0.08 - _PANEL) / (levels - 1)
    for level in range(levels):
        z = 0.08 + pitch * level
        build.add(
            grain,
            board((inner, depth - 0.012, _PANEL), (0, 0, z), radius=0.002, grain=0).shifted_uvs(*rng.uniform(0, 2, 2)),
        )
        if level < levels - 1:
            _fill_board(build, finishes, rng, inner, z + _PANEL / 2, pitch - _PANEL, free=(0.02, 0.04))
    build.add(grain, board((inner, 0.016, 0.07), (0, -depth / 2 + 0.03, 0.035), grain=0))
    return build.piece("shelf", "open", clearance_m=SHELF_CLEARANCE_M)


def ladder_shelf(finishes: Finishes, seed: int, width_m: float) -> Piece:
    """Boards in a frame of slim metal bars, open to all sides."""
    rng = np.random.default_rng(seed)
    build = Assembly()
    grain, bars = wood(finishes.wood), metal(finishes.metal)
    depth, height, bar = 0.34, 1.75, 0.02
    for side in (-1, 1):
        x = side * (width_m - bar) / 2
        for end in (-1, 1):
            build.add(bars, board((bar, bar, height), (x, end * (depth - bar) / 2, height / 2), radius=0.002))
        build.add(bars, board((bar, depth - 2 * bar, bar), (x, 0, height - bar / 2), radius=0.002))
    for level, z in enumerate((0.14, 0.53, 0.92, 1.31, 1.69)):
        build.add(
            grain,
            board((width_m - 0.012, depth - 0.006, 0.026), (0, 0, z), radius=0.003, grain=0).shifted_uvs(
                *rng.uniform(0, 2, 2)
            ),
        )
        if level < 4:
            _fill_board(build, finishes, rng, width_m, z + 0.013, 0.34, free=(0.05, 0.07))
    for lean in (-1, 1):
        path = [
            (lean * (width_m / 2 - bar), depth / 2 - 0.012, 0.16),
            (-lean * (width_m / 2 - bar), depth / 2 - 0.012, 1.66),
        ]
        build.add(bars, tube(path, 0.004, 8))
    return build.piece("shelf", "ladder", clearance_m=SHELF_CLEARANCE_M)


def cabinet_shelf(finishes: Finishes, seed: int, width_m: float) -> Piece:
    """A bookcase over two lacquered doors."""
    rng = np.random.default_rng(seed)
    build = Assembly()
    grain, lacquer = wood(finishes.wood), wood(finishes.lacquer)
    depth, height, door = 0.36, 1.90, 0.62
    for side in (-1, 1):
        panel = board((_PANEL, depth, height), (side * (width_m - _PANEL) / 2, 0, height / 2), grain=2)
        build.add(grain, panel.shifted_uvs(*rng.uniform(0, 2, 2)))
        face = board(
            (width_m / 2 - _PANEL - 0.003, 0.02, door - 0.08),
            (side * (width_m / 2 - _PANEL) / 2, -depth / 2 + 0.012, 0.07 + (door - 0.08) / 2),
            radius=0.003,
        )
        build.add(lacquer, face)
        x = side * 0.035
        build.add(
            metal(finishes.metal), tube([(x, -depth / 2 - 0.014, 0.30), (x, -depth / 2 - 0.014, 0.44)], 0.005, 10)
        )
    inner = width_m - 2 * _PANEL
    build.add(
        grain, board((inner, 0.008, height - 0.08), (0, depth / 2 - 0.006, height / 2 + 0.03), radius=0.001, grain=2)
    )
    levels = (0.06, door, door + 0.42, door + 0.84, height - _PANEL / 2)
    for level, z in enumerate(levels):
        build.add(
            grain,
            board((inner, depth - 0.012, _PANEL), (0, 0, z), radius=0.002, grain=0).shifted_uvs(*rng.uniform(0, 2, 2)),
        )
        if 1 <= level < len(levels) - 1:
            _fill_board(build, finishes, rng, inner, z + _PANEL / 2, 0.38, free=(0.02, 0.04))
    return build.piece("shelf", "cabinet", clearance_m=SHELF_CLEARANCE_M)
