"""Coffee tables: a round top on three legs, two shelves in a metal frame, a drum of staves."""

import numpy as np

from ml.staging.furniture.decor import dress_top
from ml.staging.furniture.piece import Assembly, Piece
from ml.staging.furniture.solids import board, cylinder, disc_top, leg, tube
from ml.staging.furniture.surfaces.finishes import Finishes
from ml.staging.furniture.surfaces.metal import clear_glass, metal
from ml.staging.furniture.surfaces.wood import wood

COFFEE_HEIGHT_M = 0.40
CLEARANCE_M = 0.35


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
    dress_top(build, finishes, rng, top, reach=width_m * 0.42)
    return build.piece("coffee_table", "round", clearance_m=CLEARANCE_M)


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
    dress_top(build, finishes, rng, top, reach=width_m * 0.45)
    return build.piece("coffee_table", "framed", clearance_m=CLEARANCE_M)


def nested_coffee_tables(finishes: Finishes, seed: int, width_m: float) -> Piece:
    """Two round drums of different height, one of wood, one of lacquer, side by side."""
    rng = np.random.default_rng(seed)
    build = Assembly()
    side = 1.0 if rng.uniform() < 0.5 else -1.0
    large, small = width_m * 0.33, width_m * 0.25
    left, right = -side * (width_m / 2 - large), side * (width_m / 2 - small)
    grain = wood(finishes.wood)
    build.add(grain, disc_top(large, 0.024, (left, 0, 0.36), edge=0.008).shifted_uvs(*rng.uniform(0, 2, 2)))
    build.add(grain, cylinder(large * 0.90, 0.36, (left, 0, 0.0), edge=0.004, sides=96).upright_grain())
    stuff = wood(finishes.wood_second)
    y = -0.10 * width_m
    build.add(stuff, disc_top(small, 0.022, (right, y, 0.455), edge=0.008).shifted_uvs(*rng.uniform(0, 2, 2)))
    build.add(metal(finishes.metal), cylinder(small * 0.72, 0.012, (right, y, 0.0), edge=0.004, sides=72))
    build.add(metal(finishes.metal), tube([(right, y, 0.01), (right, y, 0.457)], 0.016, 20))
    low = Assembly()
    dress_top(low, finishes, rng, 0.384, reach=large * 0.72)
    build.take(low, left, 0.0, 0.0)
    return build.piece("coffee_table", "nested", clearance_m=CLEARANCE_M)


def glass_coffee_table(finishes: Finishes, seed: int, width_m: float) -> Piece:
    """A round top of clear glass on a ring of metal with four posts, a shelf of wood below."""
    rng = np.random.default_rng(seed)
    build = Assembly()
    bars, radius, top = metal(finishes.metal), width_m / 2, COFFEE_HEIGHT_M
    build.add(clear_glass(), cylinder(radius, 0.010, (0, 0, top - 0.010), edge=0.003, sides=96))
    turns = np.linspace(0, 2 * np.pi, 73)
    for level, reach in ((top - 0.018, radius * 0.94), (0.12, radius * 0.94)):
        ring = np.stack([reach * np.cos(turns), reach * np.sin(turns), np.full(73, level)], axis=1)
        build.add(bars, tube(ring, 0.008, 10))
    for turn in np.radians((45, 135, 225, 315)):
        x, y = radius * 0.94 * float(np.cos(turn)), radius * 0.94 * float(np.sin(turn))
        build.add(bars, tube([(x, y, 0.0), (x, y, top - 0.012)], 0.008, 12))
    shelf = disc_top(radius * 0.94, 0.016, (0, 0, 0.112), edge=0.004)
    build.add(wood(finishes.wood), shelf.shifted_uvs(*rng.uniform(0, 2, 2)))
    dress_top(build, finishes, rng, top, reach=width_m * 0.42)
    return build.piece("coffee_table", "glass", clearance_m=CLEARANCE_M)
