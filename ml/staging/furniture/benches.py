"""Benches: padded on legs of wood, padded on metal frames, of slats."""

import numpy as np

from ml.staging.furniture.piece import Assembly, Piece
from ml.staging.furniture.solids import board, leg
from ml.staging.furniture.surfaces.fabric import textile
from ml.staging.furniture.surfaces.finishes import Finishes
from ml.staging.furniture.surfaces.metal import metal
from ml.staging.furniture.surfaces.wood import wood
from ml.staging.furniture.upholstery import soft_box


def padded_bench(finishes: Finishes, seed: int, width_m: float) -> Piece:
    """A thick cushion on turned legs of wood."""
    rng = np.random.default_rng(seed)
    build = Assembly()
    depth = 0.42
    pad = soft_box((width_m, depth, 0.13), rng, radius=0.045, puff=(0.004, 0.005, 0.014), wrinkle=0.0018, piping=0.004)
    build.add(textile(finishes.upholstery_second), pad.moved(0, 0, 0.405))
    for side in (-1, 1):
        for end in (-1, 1):
            top, foot = (
                (side * (width_m / 2 - 0.10), end * (depth / 2 - 0.08), 0.36),
                (side * (width_m / 2 - 0.06), end * (depth / 2 - 0.05), 0.0),
            )
            build.add(wood(finishes.wood), leg(top, foot, 0.020, 0.012).shifted_uvs(*rng.uniform(0, 2, 2)))
    return build.piece("bench", "padded", clearance_m=0.4)


def framed_bench(finishes: Finishes, seed: int, width_m: float) -> Piece:
    """A slim cushion on two closed frames of metal."""
    rng = np.random.default_rng(seed)
    build = Assembly()
    bars = metal(finishes.metal)
    depth, bar, top = 0.40, 0.022, 0.36
    pad = soft_box((width_m, depth, 0.10), rng, radius=0.030, puff=(0.003, 0.003, 0.010), wrinkle=0.0014, piping=0.0035)
    build.add(textile(finishes.upholstery_second), pad.moved(0, 0, top + 0.05))
    for side in (-1, 1):
        x = side * (width_m / 2 - 0.09)
        for end in (-1, 1):
            build.add(bars, board((bar, bar, top), (x, end * (depth / 2 - 0.03), top / 2), radius=0.002))
        for level in (bar / 2, top - bar / 2):
            build.add(bars, board((bar, depth - 0.06 - bar, bar), (x, 0, level), radius=0.002))
    return build.piece("bench", "framed", clearance_m=0.4)


def slatted_bench(finishes: Finishes, seed: int, width_m: float) -> Piece:
    """Slats of wood, as a museum has them."""
    rng = np.random.default_rng(seed)
    build = Assembly()
    grain = wood(finishes.wood)
    depth, slats = 0.42, 9
    for number in range(slats):
        y = -depth / 2 + depth * (number + 0.5) / slats
        build.add(
            grain,
            board((width_m, depth / slats * 0.66, 0.032), (0, y, 0.415), radius=0.005, grain=0).shifted_uvs(
                *rng.uniform(0, 2, 2)
            ),
        )
    for side in (-1, 1):
        x = side * (width_m / 2 - 0.16)
        build.add(grain, board((0.035, depth - 0.03, 0.035), (x, 0, 0.382), grain=1))
        for end in (-1, 1):
            start, foot = (x, end * (depth / 2 - 0.05), 0.37), (x + side * 0.03, end * (depth / 2 - 0.03), 0.0)
            build.add(grain, leg(start, foot, 0.021, 0.014).shifted_uvs(*rng.uniform(0, 2, 2)))
    return build.piece("bench", "slatted", clearance_m=0.4)
