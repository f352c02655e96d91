"""Dining tables of a style: farm legs, an oval, planks on crossed iron, two pedestals, slab ends."""

import numpy as np

from ml.staging.furniture.dining import TABLE_CLEARANCE_M, TABLE_HEIGHT_M, dress_table
from ml.staging.furniture.mesh import rotation
from ml.staging.furniture.piece import Assembly, Piece
from ml.staging.furniture.solids import board, leg, tube
from ml.staging.furniture.styled_tables import oval_top
from ml.staging.furniture.surfaces.finishes import Finishes
from ml.staging.furniture.surfaces.metal import metal
from ml.staging.furniture.surfaces.wood import wood
from ml.staging.furniture.turnings import column, turned_leg


def _planked(
    build: Assembly, finishes: Finishes, rng: np.random.Generator, wide: float, deep: float, thick: float
) -> None:
    """A top of planks between two breadboard ends."""
    grain, planks = wood(finishes.wood), 5
    each, end = deep / planks, 0.11
    for number in range(planks):
        y = -deep / 2 + each * (number + 0.5)
        plank = board(
            (wide - 2 * end - 0.002, each - 0.002, thick), (0, y, TABLE_HEIGHT_M - thick / 2), radius=0.004, grain=0
        )
        build.add(grain, plank.shifted_uvs(*rng.uniform(0, 2, 2)))
    for side in (-1, 1):
        cap = board((end, deep, thick), (side * (wide - end) / 2, 0, TABLE_HEIGHT_M - thick / 2), radius=0.005, grain=1)
        build.add(grain, cap.shifted_uvs(*rng.uniform(0, 2, 2)))


def farm_table(finishes: Finishes, seed: int, width_m: float) -> Piece:
    """Planks with breadboard ends on a painted frame with stout turned legs."""
    rng = np.random.default_rng(seed)
    build = Assembly()
    paint = wood(finishes.lacquer)
    depth, thick = min(1.0, width_m * 0.56), 0.042
    _planked(build, finishes, rng, width_m, depth, thick)
    under = TABLE_HEIGHT_M - thick
    x, y = width_m / 2 - 0.14, depth / 2 - 0.12
    for side in (-1, 1):
        for end in (-1, 1):
            build.add(paint, turned_leg(under - 0.12, 0.10, (side * x, end * y, 0.0), block=0.06))
            build.add(paint, board((0.095, 0.095, 0.125), (side * x, end * y, under - 0.0625), radius=0.004))
        build.add(paint, board((0.028, 2 * y - 0.09, 0.10), (side * (x + 0.02), 0, under - 0.05), radius=0.003))
        build.add(paint, board((2 * x - 0.09, 0.028, 0.10), (0, side * (y + 0.02), under - 0.05), radius=0.003))
    dress_table(build, finishes, rng)
    return build.piece("dining_table", "farm", clearance_m=TABLE_CLEARANCE_M)


def oval_table(finishes: Finishes, seed: int, width_m: float) -> Piece:
    """A long rounded top with a thin edge on four tapered, splayed legs."""
    rng = np.random.default_rng(seed)
    build = Assembly()
    grain = wood(finishes.wood)
    depth = min(1.0, max(0.82, width_m * 0.56))
    build.add(grain, oval_top(width_m, depth, 0.028, TABLE_HEIGHT_M, square=2.7).shifted_uvs(*rng.uniform(0, 2, 2)))
    under = TABLE_HEIGHT_M - 0.028
    x, y = width_m * 0.30, depth * 0.26
    for side in (-1, 1):
        for end in (-1, 1):
            foot = (side * (x + 0.10), end * (y + 0.09), 0.0)
            build.add(grain, leg((side * x, end * y, under), foot, 0.031, 0.014, 24).shifted_uvs(*rng.uniform(0, 2, 2)))
        build.add(grain, board((0.024, 2 * y, 0.06), (side * x, 0, under - 0.03), radius=0.004, grain=1))
        build.add(grain, board((2 * x, 0.024, 0.06), (0, side * y, under - 0.03), radius=0.004, grain=0))
    dress_table(build, finishes, rng)
    return build.piece("dining_table", "oval", clearance_m=TABLE_CLEARANCE_M)


def iron_table(finishes: Finishes, seed: int, width_m: float) -> Piece:
    """A thick rough top on two crossed frames of flat iron, a tie bar between them."""
    rng = np.random.default_rng(seed)
    build = Assembly()
    grain, bars = wood(finishes.wood), metal(finishes.metal)
    depth, thick, planks = min(1.0, width_m * 0.52), 0.055, 4
    each = depth / planks
    for number in range(planks):
        y = -depth / 2 + each * (number + 0.5)
        plank = board((width_m, each - 0.003, thick), (0, y, TABLE_HEIGHT_M - thick / 2), radius=0.006, grain=0)
        build.add(grain, plank.shifted_uvs(*rng.uniform(0, 2, 2)))
    under, half = TABLE_HEIGHT_M - thick, depth / 2 - 0.10
    lean = float(np.degrees(np.arctan2(under - 0.03, 2 * half)))
    for side in (-1, 1):
        x = side * (width_m / 2 - 0.26)
        for turn in (-1, 1):
            bar = board((0.072 + 0.006 * turn, float(np.hypot(under - 0.03, 2 * half)), 0.016), radius=0.002)
            build.add(bars, bar.turned(rotation("x", turn * lean)).moved(x, 0, under / 2))
            build.add(bars, board((0.09, 0.16, 0.012), (x, turn * half, 0.006), radius=0.002))
        build.add(bars, board((0.09, 2 * half + 0.10, 0.012), (x, 0, under - 0.006), radius=0.002))
    build.add(bars, tube([(-width_m / 2 + 0.26, 0, under / 2), (width_m / 2 - 0.26, 0, under / 2)], 0.013, 16))
    dress_table(build, finishes, rng)
    return build.piece("dining_table", "iron", clearance_m=TABLE_CLEARANCE_M)


def double_pedestal_table(finishes: Finishes, seed: int, width_m: float) -> Piece:
    """A moulded top with rounded corners on two turned columns, each on three curved feet."""
    rng = np.random.default_rng(seed)
    build = Assembly()
    grain = wood(finishes.wood)
    depth = min(1.06, max(0.85, width_m * 0.55))
    build.add(
        grain,
        oval_top(width_m, depth, 0.022, TABLE_HEIGHT_M, square=7.0, edge=0.009).shifted_uvs(*rng.uniform(0, 2, 2)),
    )
    build.add(grain, oval_top(width_m - 0.03, depth - 0.03, 0.014, TABLE_HEIGHT_M - 0.021, square=7.0, edge=0.006))
    under = TABLE_HEIGHT_M - 0.034
    x = width_m * 0.25
    places = (-x, x) if width_m >= 1.5 else (0.0,)
    for at in places:
        build.add(grain, column(under - 0.17, 0.15, (at, 0, 0.145)))
        build.add(grain, board((0.24, depth * 0.55, 0.035), (at, 0, under - 0.0175), radius=0.006, grain=1))
        for turn in np.radians((90, 210, 330) if len(places) > 1 else (45, 135, 225, 315)):
            steps = np.linspace(0, 1, 12)
            reach = 0.05 + 0.29 * steps
            rise = 0.20 * (1 - steps) ** 1.7 + 0.028 + 0.035 * np.sin(np.pi * steps)
            rise[-1] = 0.028
            path = np.stack([at + reach * np.cos(turn), reach * np.sin(turn), rise], axis=1)
            build.add(grain, tube(path, np.linspace(0.036, 0.026, 12), 16, flat=1.2))
            pad = tube([tuple(path[-1] - [0, 0, 0.0]), (float(path[-1][0]), float(path[-1][1]), 0.0)], 0.024, 14)
            build.add(metal(finishes.metal), pad)
    if len(places) > 1:
        build.add(grain, tube([(-x, 0, 0.24), (x, 0, 0.24)], 0.022, 16))
    dress_table(build, finishes, rng)
    return build.piece("dining_table", "double_pedestal", clearance_m=TABLE_CLEARANCE_M)


def slab_table(finishes: Finishes, seed: int, width_m: float) -> Piece:
    """A thick board with soft corners on two broad slabs, rounded at their edges."""
    rng = np.random.default_rng(seed)
    build = Assembly()
    grain = wood(finishes.wood)
    depth, thick = min(0.98, width_m * 0.54), 0.045
    build.add(
        grain,
        oval_top(width_m, depth, thick, TABLE_HEIGHT_M, square=9.0, edge=0.014).shifted_uvs(*rng.uniform(0, 2, 2)),
    )
    under = TABLE_HEIGHT_M - thick
    for side in (-1, 1):
        foot = oval_top(0.085, depth * 0.62, under, under, square=5.0, edge=0.003, grain=2)
        foot = foot.moved(side * (width_m / 2 - 0.27), 0, 0)
        build.add(grain, foot.shifted_uvs(*rng.uniform(0, 2, 2)))
    build.add(grain, board((width_m - 0.56, 0.06, 0.07), (0, 0, under - 0.09), radius=0.010, grain=0))
    dress_table(build, finishes, rng)
    return build.piece("dining_table", "slab", clearance_m=TABLE_CLEARANCE_M)
