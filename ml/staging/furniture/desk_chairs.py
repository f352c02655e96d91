"""Desk chairs: a bucket on castors, a tall padded one, a bucket on legs of wood."""

import numpy as np

from ml.staging.furniture.dining import bucket
from ml.staging.furniture.mesh import rotation
from ml.staging.furniture.piece import Assembly, Piece
from ml.staging.furniture.solids import board, cylinder, leg, tube
from ml.staging.furniture.surfaces.fabric import textile
from ml.staging.furniture.surfaces.finishes import Finishes
from ml.staging.furniture.surfaces.metal import metal
from ml.staging.furniture.surfaces.wood import wood
from ml.staging.furniture.upholstery import soft_box


def _star_foot(build: Assembly, finishes: Finishes) -> None:
    """Five spokes on castors and a gas spring."""
    bars = metal(finishes.metal)
    for turn in np.radians(np.arange(5) * 72 + 18):
        x, y = float(np.cos(turn)), float(np.sin(turn))
        build.add(
            bars,
            tube(
                [(0.03 * x, 0.03 * y, 0.105), (0.16 * x, 0.16 * y, 0.088), (0.29 * x, 0.29 * y, 0.068)],
                [0.018, 0.015, 0.011],
                12,
            ),
        )
        wheel = cylinder(0.028, 0.036, edge=0.008, sides=28).moved(0, 0, -0.018).turned(rotation("y", 90))
        build.add(
            metal("black"), wheel.turned(rotation("z", float(np.degrees(turn)) + 60)).moved(0.29 * x, 0.29 * y, 0.028)
        )
        build.add(metal("black"), tube([(0.29 * x, 0.29 * y, 0.03), (0.29 * x, 0.29 * y, 0.07)], 0.006, 8))
    build.add(bars, tube([(0, 0, 0.09), (0, 0, 0.41)], [0.026, 0.020], 20), cylinder(0.09, 0.03, (0, 0, 0.395)))


def swivel_chair(finishes: Finishes, seed: int, width_m: float) -> Piece:
    """A padded bucket on a star foot with castors."""
    rng = np.random.default_rng(seed)
    build = Assembly()
    build.add(textile(finishes.upholstery_second), bucket(width_m - 0.02, 0.04, rng))
    _star_foot(build, finishes)
    return build.piece("desk_chair", "swivel")


def executive_chair(finishes: Finishes, seed: int, width_m: float) -> Piece:
    """A padded seat, a tall back of three pads, arms, a star foot."""
    rng = np.random.default_rng(seed)
    build = Assembly()
    cloth, bars = textile(finishes.upholstery_second), metal(finishes.metal)
    wide = width_m - 0.10
    seat = soft_box((wide, 0.50, 0.09), rng, radius=0.04, puff=(0.003, 0.004, 0.010), wrinkle=0.001, piping=0.003)
    build.add(cloth, seat.moved(0, -0.02, 0.465))
    for number in range(3):
        pad = soft_box((wide - 0.02 * number, 0.07, 0.19), rng, radius=0.032, puff=(0, 0.012, 0.002), wrinkle=0.001)
        z = 0.60 + number * 0.19
        build.add(cloth, pad.turned(rotation("x", -9)).moved(0, 0.235 + (z - 0.6) * 0.16, z))
    build.add(bars, tube([(0, 0.08, 0.42), (0, 0.24, 0.43), (0, 0.31, 0.55), (0, 0.335, 0.80)], 0.018, 14, flat=0.6))
    for side in (-1, 1):
        x = side * (wide / 2 + 0.025)
        build.add(bars, tube([(x * 0.6, 0.03, 0.42), (x, 0.03, 0.44), (x, 0.03, 0.64)], 0.012, 12))
        build.add(cloth, soft_box((0.055, 0.26, 0.035), rng, radius=0.016, wrinkle=0.0).moved(x, 0.0, 0.655))
    _star_foot(build, finishes)
    return build.piece("desk_chair", "executive")


def wooden_desk_chair(finishes: Finishes, seed: int, width_m: float) -> Piece:
    """A bucket of fabric on four legs of wood."""
    rng = np.random.default_rng(seed)
    build = Assembly()
    grain = wood(finishes.wood)
    build.add(textile(finishes.upholstery_second), bucket(width_m - 0.02, 0.038, rng))
    for side in (-1, 1):
        for end in (-1, 1):
            start, foot = (side * 0.13, end * 0.12, 0.425), (side * 0.215, end * 0.21, 0.0)
            build.add(grain, leg(start, foot, 0.019, 0.012).shifted_uvs(*rng.uniform(0, 2, 2)))
        build.add(grain, board((0.03, 0.32, 0.03), (side * 0.13, 0, 0.42), grain=1))
    return build.piece("desk_chair", "wooden")
