"""Desks: two slim drawers on turned legs, a board on metal frames, a board on a chest of drawers."""

import numpy as np

from ml.staging.furniture.decor import books, vase
from ml.staging.furniture.lamps import table_lamp
from ml.staging.furniture.mesh import rotation
from ml.staging.furniture.piece import Assembly, Piece
from ml.staging.furniture.solids import board, cylinder, leg, tube
from ml.staging.furniture.surfaces.finishes import Finishes
from ml.staging.furniture.surfaces.metal import ceramic, metal
from ml.staging.furniture.surfaces.wood import wood

DESK_HEIGHT_M = 0.74
DESK_CLEARANCE_M = 0.9
_PANEL = 0.022


def dress_desk(build: Assembly, finishes: Finishes, rng: np.random.Generator, width: float) -> None:
    """A lamp at one side, books and a cup at the other; the middle stays free to work."""
    if not finishes.dressed:
        return
    side = 1 if rng.uniform() < 0.5 else -1
    build.take(table_lamp(finishes, rng, 0.42), side * (width / 2 - 0.19), 0.14, DESK_HEIGHT_M)
    at = (-side * (width / 2 - 0.24), 0.12, DESK_HEIGHT_M)
    height = books(build, rng, at, count=2)
    if rng.uniform() < 0.5:
        vase(build, finishes, rng, (at[0], at[1], at[2] + height), size=0.5, branches=False)
    cup = cylinder(0.036, 0.085, (at[0] + side * 0.22, 0.16, DESK_HEIGHT_M), edge=0.004, sides=32)
    build.add(ceramic(finishes.ceramic, 0.4), cup)


def legged_desk(finishes: Finishes, seed: int, width_m: float) -> Piece:
    """A board with two slim drawers below it, on turned legs."""
    rng = np.random.default_rng(seed)
    build = Assembly()
    grain = wood(finishes.wood)
    depth, box = 0.62, 0.10
    top = board((width_m, depth, _PANEL), (0, 0, DESK_HEIGHT_M - _PANEL / 2), radius=0.006, grain=0)
    build.add(grain, top.shifted_uvs(*rng.uniform(0, 2, 2)))
    under = DESK_HEIGHT_M - _PANEL
    inner = width_m - 0.10
    build.add(grain, board((inner, depth - 0.08, box), (0, 0, under - box / 2), radius=0.004, grain=0))
    for side in (-1, 1):
        front = board(
            (inner / 2 - 0.006, 0.016, box - 0.008), (side * inner / 4, -depth / 2 + 0.034, under - box / 2), grain=0
        )
        build.add(grain, front.shifted_uvs(*rng.uniform(0, 2, 2)))
        grip = cylinder(0.012, 0.014, edge=0.003, sides=28).turned(rotation("x", 90))
        build.add(metal(finishes.metal), grip.moved(side * inner / 4, -depth / 2 + 0.026, under - box / 2))
        for end in (-1, 1):
            start = (side * (width_m / 2 - 0.10), end * (depth / 2 - 0.085), under - box + 0.004)
            foot = (side * (width_m / 2 - 0.055), end * (depth / 2 - 0.05), 0.0)
            build.add(grain, leg(start, foot, 0.022, 0.013).shifted_uvs(*rng.uniform(0, 2, 2)))
    dress_desk(build, finishes, rng, width_m)
    return build.piece("desk", "legged", clearance_m=DESK_CLEARANCE_M)


def framed_desk(finishes: Finishes, seed: int, width_m: float) -> Piece:
    """A board on two closed metal frames."""
    rng = np.random.default_rng(seed)
    build = Assembly()
    bars = metal(finishes.metal)
    depth, bar = 0.65, 0.03
    top = board((width_m, depth, 0.028), (0, 0, DESK_HEIGHT_M - 0.014), radius=0.004, grain=0)
    build.add(wood(finishes.wood), top.shifted_uvs(*rng.uniform(0, 2, 2)))
    under = DESK_HEIGHT_M - 0.028
    for side in (-1, 1):
        x = side * (width_m / 2 - 0.06)
        for end in (-1, 1):
            build.add(bars, board((bar, bar, under), (x, end * (depth / 2 - 0.05), under / 2), radius=0.002))
        for level in (bar / 2, under - bar / 2):
            build.add(bars, board((bar, depth - 0.10 - bar, bar), (x, 0, level), radius=0.002))
    build.add(bars, board((width_m - 0.12 - bar, bar, bar), (0, depth / 2 - 0.05, under - bar / 2), radius=0.002))
    dress_desk(build, finishes, rng, width_m)
    return build.piece("desk", "framed", clearance_m=DESK_CLEARANCE_M)


def pedestal_desk(finishes: Finishes, seed: int, width_m: float) -> Piece:
    """A board on a chest of three drawers and a side panel."""
    rng = np.random.default_rng(seed)
    build = Assembly()
    grain, lacquer = wood(finishes.wood), wood(finishes.lacquer)
    depth, chest = 0.64, 0.42
    top = board((width_m, depth, 0.03), (0, 0, DESK_HEIGHT_M - 0.015), radius=0.004, grain=0)
    build.add(grain, top.shifted_uvs(*rng.uniform(0, 2, 2)))
    under = DESK_HEIGHT_M - 0.03
    side = 1 if rng.uniform() < 0.5 else -1
    x = side * (width_m / 2 - chest / 2 - 0.01)
    build.add(lacquer, board((chest, depth - 0.04, under), (x, 0.0, under / 2), radius=0.003))
    for row in range(3):
        high = (under - 0.03) / 3
        z = 0.02 + high * (row + 0.5)
        build.add(lacquer, board((chest - 0.008, 0.018, high - 0.005), (x, -depth / 2 + 0.012, z), radius=0.003))
        y = -depth / 2 - 0.012
        build.add(metal(finishes.metal), tube([(x - 0.07, y, z + 0.04), (x + 0.07, y, z + 0.04)], 0.005, 10))
        for end in (-1, 1):
            build.add(
                metal(finishes.metal),
                tube([(x + end * 0.055, y, z + 0.04), (x + end * 0.055, y + 0.02, z + 0.04)], 0.004, 8),
            )
    panel = board((0.03, depth - 0.04, under), (-side * (width_m / 2 - 0.025), 0, under / 2), radius=0.003, grain=2)
    build.add(grain, panel.shifted_uvs(*rng.uniform(0, 2, 2)))
    dress_desk(build, finishes, rng, width_m)
    return build.piece("desk", "pedestal", clearance_m=DESK_CLEARANCE_M)
