"""Desks and benches of a style: a desk on trestles, one with two moulded chests; benches turned, woven, of leather."""

import numpy as np

from ml.staging.furniture.armchairs import outward
from ml.staging.furniture.desks import DESK_CLEARANCE_M, DESK_HEIGHT_M, dress_desk
from ml.staging.furniture.mesh import Mesh
from ml.staging.furniture.piece import Assembly, Piece
from ml.staging.furniture.shading import shaded
from ml.staging.furniture.solids import board, leg, sheet_faces, tube
from ml.staging.furniture.styled_storage import bail
from ml.staging.furniture.surfaces.fabric import textile
from ml.staging.furniture.surfaces.finishes import Cloth, Finishes
from ml.staging.furniture.surfaces.metal import metal
from ml.staging.furniture.surfaces.wood import wood
from ml.staging.furniture.turnings import turned_leg
from ml.staging.furniture.upholstery import soft_box

_BENCH_CLEARANCE_M = 0.4


def trestle_desk(finishes: Finishes, seed: int, width_m: float) -> Piece:
    """A thick board on two trestles with a bar between their legs."""
    rng = np.random.default_rng(seed)
    build = Assembly()
    grain, bars = wood(finishes.wood), metal(finishes.metal)
    depth, thick = 0.66, 0.036
    planks = 3
    each = depth / planks
    for number in range(planks):
        y = -depth / 2 + each * (number + 0.5)
        plank = board((width_m, each - 0.002, thick), (0, y, DESK_HEIGHT_M - thick / 2), radius=0.005, grain=0)
        build.add(grain, plank.shifted_uvs(*rng.uniform(0, 2, 2)))
    under = DESK_HEIGHT_M - thick
    for side in (-1, 1):
        x = side * (width_m / 2 - 0.24)
        build.add(bars, board((0.045, depth - 0.08, 0.030), (x, 0, under - 0.015), radius=0.003))
        for end in (-1, 1):
            for lean in (-1, 1):
                foot, head = (
                    (x + lean * 0.17, end * (depth / 2 - 0.05), 0.0),
                    (x + lean * 0.015, end * (depth / 2 - 0.09), under - 0.02),
                )
                build.add(bars, leg(head, foot, 0.013, 0.013, 14))
            build.add(
                bars,
                tube(
                    [(x - 0.105, end * (depth / 2 - 0.065), 0.28), (x + 0.105, end * (depth / 2 - 0.065), 0.28)],
                    0.009,
                    12,
                ),
            )
        build.add(bars, tube([(x, -depth / 2 + 0.065, 0.28), (x, depth / 2 - 0.065, 0.28)], 0.009, 12))
    dress_desk(build, finishes, rng, width_m)
    return build.piece("desk", "trestle", clearance_m=DESK_CLEARANCE_M)


def panelled_desk(finishes: Finishes, seed: int, width_m: float) -> Piece:
    """Two chests of drawers with hanging handles under a moulded top, a drawer between them."""
    rng = np.random.default_rng(seed)
    build = Assembly()
    grain = wood(finishes.wood)
    depth, chest = 0.66, min(0.40, width_m * 0.29)
    top = board((width_m, depth, 0.026), (0, 0, DESK_HEIGHT_M - 0.013), radius=0.008, grain=0)
    build.add(grain, top.shifted_uvs(*rng.uniform(0, 2, 2)))
    build.add(grain, board((width_m - 0.03, depth - 0.03, 0.018), (0, 0, DESK_HEIGHT_M - 0.034), radius=0.006, grain=0))
    under, low = DESK_HEIGHT_M - 0.043, 0.075
    face = -depth / 2 + 0.032
    for side in (-1, 1):
        x = side * (width_m / 2 - 0.028 - chest / 2)
        body = board((chest, depth - 0.07, under - low), (x, 0.003, low + (under - low) / 2), radius=0.003, grain=2)
        build.add(grain, body.shifted_uvs(*rng.uniform(0, 2, 2)))
        build.add(
            grain, board((chest + 0.018, depth - 0.05, low + 0.006), (x, 0.0, (low + 0.006) / 2), radius=0.006, grain=0)
        )
        tall = (under - low - 0.02) / 3
        for row in range(3):
            z = low + 0.01 + tall * (row + 0.5)
            front = board((chest - 0.024, 0.020, tall - 0.012), (x, face - 0.006, z), radius=0.006, grain=0)
            build.add(grain, front.shifted_uvs(*rng.uniform(0, 2, 2)))
            bail(build, finishes, (x, face - 0.014, z + 0.012))
    middle = width_m - 2 * chest - 0.05
    drawer = board((middle + 0.01, depth - 0.08, 0.095), (0, 0.003, under - 0.047), radius=0.003, grain=0)
    build.add(
        grain, drawer, board((middle - 0.016, 0.020, 0.078), (0, face - 0.004, under - 0.048), radius=0.006, grain=0)
    )
    bail(build, finishes, (0, face - 0.012, under - 0.040))
    dress_desk(build, finishes, rng, width_m)
    return build.piece("desk", "panelled", clearance_m=DESK_CLEARANCE_M)


def turned_bench(finishes: Finishes, seed: int, width_m: float) -> Piece:
    """Two planks on turned legs with an apron."""
    rng = np.random.default_rng(seed)
    build = Assembly()
    paint, depth, top = wood(finishes.lacquer), 0.38, 0.45
    for side in (-1, 1):
        plank = board((width_m, depth / 2 - 0.001, 0.034), (0, side * depth / 4, top - 0.017), radius=0.005, grain=0)
        build.add(wood(finishes.wood), plank.shifted_uvs(*rng.uniform(0, 2, 2)))
    x, y = width_m / 2 - 0.09, depth / 2 - 0.06
    for side in (-1, 1):
        for end in (-1, 1):
            build.add(paint, turned_leg(top - 0.034, 0.065, (side * x, end * y, 0.0), block=0.22))
        build.add(paint, board((0.022, 2 * y - 0.05, 0.07), (side * x, 0, top - 0.069), radius=0.002))
        build.add(paint, board((2 * x - 0.05, 0.022, 0.07), (0, side * y, top - 0.069), radius=0.002))
    return build.piece("bench", "turned", clearance_m=_BENCH_CLEARANCE_M)


def woven_bench(finishes: Finishes, seed: int, width_m: float) -> Piece:
    """A seat of cord wound around a frame of round wood."""
    rng = np.random.default_rng(seed)
    build = Assembly()
    grain, depth, top = wood(finishes.wood), 0.40, 0.44
    x, y = width_m / 2 - 0.03, depth / 2 - 0.03
    for side in (-1, 1):
        for end in (-1, 1):
            post = leg((side * x, end * y, top + 0.004), (side * (x + 0.012), end * (y + 0.012), 0.0), 0.021, 0.016)
            build.add(grain, post.shifted_uvs(*rng.uniform(0, 2, 2)))
        build.add(grain, tube([(side * x, -y, 0.20), (side * x, y, 0.20)], 0.012, 12))
        build.add(grain, tube([(-x, side * y, 0.27), (x, side * y, 0.27)], 0.012, 12))
        build.add(grain, tube([(side * x, -y, top - 0.022), (side * x, y, top - 0.022)], 0.016, 14))
        build.add(grain, tube([(-x, side * y, top - 0.022), (x, side * y, top - 0.022)], 0.016, 14))
    build.add(textile(Cloth("weave", "c9b48e")), _wound(2 * x - 0.035, 2 * y + 0.044, top - 0.022, 0.021))
    return build.piece("bench", "woven", clearance_m=_BENCH_CLEARANCE_M)


def _wound(wide: float, deep: float, level: float, radius: float) -> Mesh:
    """Cord wound around two rails along x: a flat loop whose ridges run along y."""
    turns = np.linspace(np.pi / 2, 3 * np.pi / 2, 9)
    half = deep / 2 - radius
    front = np.stack([-half + radius * np.cos(turns), radius * np.sin(turns)], axis=1)
    back = np.stack([half - radius * np.cos(turns), -radius * np.sin(turns)], axis=1)
    top = np.stack([np.linspace(half, -half, 16)[1:-1], np.full(14, radius)], axis=1)
    loop = np.concatenate(
        [front, np.stack([np.linspace(-half, half, 16)[1:-1], np.full(14, -radius)], axis=1), back, top]
    )
    loop = np.concatenate([loop, loop[:1]])
    count = int(wide / 0.0035)
    along = np.linspace(-wide / 2, wide / 2, count)
    ridge = 1 + 0.10 * np.abs(np.sin(np.pi * along / 0.007))
    sag = -0.012 * (1 - (2 * loop[:, 0] / deep) ** 2) * (loop[:, 1] > 0)
    points = np.empty((count, len(loop), 3))
    points[..., 0] = along[:, None]
    points[..., 1] = loop[None, :, 0]
    points[..., 2] = level + loop[None, :, 1] * ridge[:, None] + sag[None, :]
    uvs = np.stack(np.broadcast_arrays(along[:, None], np.arange(len(loop))[None, :] * 0.02), axis=-1).reshape(-1, 2)
    return outward(shaded(points.reshape(-1, 3), sheet_faces(count, len(loop)), uvs, crease=60))


def steel_bench(finishes: Finishes, seed: int, width_m: float) -> Piece:
    """A quilted leather pad in a shallow frame of steel on square legs."""
    rng = np.random.default_rng(seed)
    build = Assembly()
    bars, bar, depth, top = metal(finishes.metal), 0.025, 0.40, 0.37
    x, y = (width_m - bar) / 2, (depth - bar) / 2
    for side in (-1, 1):
        for end in (-1, 1):
            build.add(bars, board((bar, bar, top), (side * x, end * y, top / 2), radius=0.002))
        build.add(bars, board((bar * 0.96, 2 * y, bar), (side * x, 0, top - bar / 2), radius=0.002))
        build.add(bars, board((2 * x, bar * 0.96, bar), (0, side * y, top - bar / 2), radius=0.002))
        build.add(bars, board((bar * 0.9, 2 * y, bar * 0.9), (side * x, 0, 0.09), radius=0.002))
    build.add(bars, board((2 * x, bar * 0.9, bar * 0.9), (0, 0, 0.09), radius=0.002))
    count = max(3, round(width_m / 0.32))
    each = (width_m - 0.01) / count
    for number in range(count):
        pad = soft_box(
            (each, depth - 0.012, 0.085), rng, radius=0.024, puff=(0.0, 0.002, 0.008), wrinkle=0.0012, piping=0.003
        )
        build.add(
            textile(finishes.upholstery_second),
            pad.moved(-(width_m - 0.01) / 2 + each * (number + 0.5), 0, top + 0.040),
        )
    return build.piece("bench", "steel", clearance_m=_BENCH_CLEARANCE_M)
