"""Sofas with rolled arms and loose covers: an English one on turned legs, a deep-buttoned one, a slipcovered one."""

import numpy as np

from ml.staging.furniture.cushions import blanket_over_arm, scatter_cushions
from ml.staging.furniture.mesh import Mesh, rotation
from ml.staging.furniture.piece import Assembly, Piece
from ml.staging.furniture.shading import shaded
from ml.staging.furniture.sofas import CLEARANCE_M, SEAT_M, seats_of
from ml.staging.furniture.solids import sheet_faces
from ml.staging.furniture.surfaces.fabric import textile
from ml.staging.furniture.surfaces.finishes import Finishes
from ml.staging.furniture.surfaces.wood import wood
from ml.staging.furniture.tufting import rolled_arm, tufted_panel
from ml.staging.furniture.turnings import bun_foot, turned_leg
from ml.staging.furniture.upholstery import soft_box


def rolled_sofa(finishes: Finishes, seed: int, width_m: float) -> Piece:
    """Rolled arms lower than a rounded back, plump cushions, turned front legs."""
    rng = np.random.default_rng(seed)
    build = Assembly()
    cloth, grain = textile(finishes.upholstery), wood(finishes.wood)
    depth, low, arm_top, back_top = 0.94, 0.15, 0.63, 0.86
    half = width_m / 2
    for side in (-1, 1):
        arm = rolled_arm(depth - 0.06, low, arm_top)
        build.add(cloth, _sided(arm, side).moved(side * (half - 0.125), -0.02, 0))
    inner = width_m - 2 * 0.18
    base = soft_box((inner + 0.03, depth - 0.07, 0.17), rng, radius=0.025, wrinkle=0.0006, piping=0.004)
    build.add(cloth, base.moved(0, -0.01, low + 0.085))
    back = soft_box((width_m - 0.14, 0.20, back_top - low), rng, radius=0.085, puff=(0.0, 0.01, 0.012), wrinkle=0.0012)
    build.add(cloth, back.turned(rotation("x", -5)).moved(0, depth / 2 - 0.125, low + (back_top - low) / 2))
    _loose(build, finishes, rng, inner, front=-depth / 2 - 0.015, rear=depth / 2 - 0.22, tall=0.46)
    for side in (-1, 1):
        leg = turned_leg(low + 0.01, 0.055, (side * (half - 0.13), -depth / 2 + 0.07, 0.0), block=0.2)
        rear = turned_leg(low + 0.01, 0.05, (side * (half - 0.14), depth / 2 - 0.13, 0.0), block=0.2)
        build.add(grain, leg, rear)
    return build.piece("sofa", "rolled", clearance_m=CLEARANCE_M)


def chesterfield_sofa(finishes: Finishes, seed: int, width_m: float) -> Piece:
    """Arms and back of one height, rolled over and deep-buttoned, bun feet."""
    rng = np.random.default_rng(seed)
    build = Assembly()
    cloth = textile(finishes.upholstery)
    depth, low, top = 0.92, 0.12, 0.73
    half = width_m / 2
    for side in (-1, 1):
        arm = rolled_arm(depth - 0.04, low, top, roll=0.105, stem=0.06)
        build.add(cloth, _sided(arm, side).moved(side * (half - 0.15), 0, 0))
    inner = width_m - 2 * 0.21
    roll = rolled_arm(width_m - 0.30, low, top, roll=0.105, stem=0.06)
    build.add(cloth, roll.turned(rotation("z", 90)).moved(0, depth / 2 - 0.15, 0))
    face = tufted_panel((inner, 0.09, 0.34), pitch=(0.22, 0.22), deep=0.032, radius=0.03)
    build.add(cloth, face.turned(rotation("x", -9)).moved(0, depth / 2 - 0.245, 0.575))
    for side in (-1, 1):
        inside = tufted_panel((depth - 0.34, 0.06, 0.30), pitch=(0.22, 0.22), deep=0.026, radius=0.025)
        turned = inside.turned(rotation("z", side * 90))
        build.add(cloth, turned.moved(side * (half - 0.235), -0.08, 0.56))
    base = soft_box((inner + 0.03, depth - 0.09, 0.20), rng, radius=0.025, wrinkle=0.0006, piping=0.004)
    build.add(cloth, base.moved(0, -0.02, low + 0.10))
    front, rear = -depth / 2 - 0.005, depth / 2 - 0.25
    count = seats_of(inner)
    each = inner / count
    for number in range(count):
        seat = soft_box(
            (each - 0.006, rear - front, 0.15), rng, radius=0.045, puff=(0.004, 0.010, 0.020), wrinkle=0.0018,
            piping=0.004,
        )  # fmt: skip
        build.add(cloth, seat.moved(-inner / 2 + each * (number + 0.5), (front + rear) / 2, SEAT_M - 0.07))
    scatter_cushions(build, finishes, rng, width=inner, seat=SEAT_M, back=rear - 0.05)
    for side in (-1, 1):
        for end in (-1, 1):
            at = (side * (half - 0.16), end * (depth / 2 - 0.10), 0.0)
            build.add(wood(finishes.wood_second), bun_foot(0.045, low + 0.01, at))
    return build.piece("sofa", "chesterfield", clearance_m=CLEARANCE_M)


def slipcovered_sofa(finishes: Finishes, seed: int, width_m: float) -> Piece:
    """A loose cover down to the floor, with a skirt that falls in soft folds, and cushions that have been sat on."""
    rng = np.random.default_rng(seed)
    build = Assembly()
    cloth = textile(finishes.upholstery)
    depth, arm, arm_top, hem = 0.95, 0.19, 0.62, 0.27
    inner = width_m - 2 * arm
    build.add(cloth, soft_box((inner + 0.04, depth - 0.08, 0.20), rng, radius=0.03, wrinkle=0.001).moved(0, 0, 0.27))
    for side in (-1, 1):
        body = soft_box(
            (arm, depth - 0.02, arm_top - 0.10), rng, radius=0.075, puff=(0.008, 0.006, 0.012), wrinkle=0.0026
        )
        build.add(cloth, body.moved(side * (width_m - arm) / 2, 0, 0.10 + (arm_top - 0.10) / 2))
    back = soft_box((width_m - 0.06, 0.22, 0.66), rng, radius=0.09, puff=(0.0, 0.01, 0.015), wrinkle=0.0022)
    build.add(cloth, back.moved(0, depth / 2 - 0.12, 0.12 + 0.33))
    build.add(cloth, skirt(width_m + 0.006, depth - 0.012, 0.006, hem, rng))
    _loose(build, finishes, rng, inner, front=-depth / 2 - 0.02, rear=depth / 2 - 0.22, tall=0.48, softer=1.6)
    if finishes.dressed and rng.uniform() < 0.6:
        side = 1 if rng.uniform() < 0.5 else -1
        blanket_over_arm(build, finishes, rng, x=side * (width_m - arm) / 2, y=-0.1, top=arm_top + 0.012, arm=arm)
    return build.piece("sofa", "slipcovered", clearance_m=CLEARANCE_M)


def skirt(width: float, depth: float, low: float, high: float, rng: np.random.Generator) -> Mesh:
    """Cloth hung around a rounded box from `high` down to `low`: it flares a little, its folds deepen to the hem."""
    rows, radius = 12, 0.07
    outline = []
    corner = np.linspace(0, np.pi / 2, 7)
    for turn in range(4):
        signs = ((1, 1), (-1, 1), (-1, -1), (1, -1))[turn]
        angle = corner + turn * np.pi / 2
        x = signs[0] * (width / 2 - radius) + radius * np.cos(angle)
        y = signs[1] * (depth / 2 - radius) + radius * np.sin(angle)
        outline.append(np.stack([x, y, np.cos(angle), np.sin(angle)], axis=1))
    ring = np.concatenate([*outline, outline[0][:1]])
    long = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(ring[:, :2], axis=0), axis=1))])
    at = np.linspace(0, long[-1], max(120, int(long[-1] / 0.012)))
    path = np.stack([np.interp(at, long, ring[:, axis]) for axis in range(4)], axis=1)
    turns = 2 * np.pi * at / long[-1]
    waves = sum(np.sin(turns * count + rng.uniform(0, 6)) for count in (23, 37, 52)) / 3
    sheet = np.empty((rows, len(at), 3))
    for row, share in enumerate(np.linspace(1, 0, rows)):
        out = 0.004 + 0.010 * share + 0.011 * share * waves
        sheet[row, :, :2] = path[:, :2] + path[:, 2:] * out[:, None]
        sheet[row, :, 2] = high + (low - high) * share
    uvs = np.stack(np.broadcast_arrays(at[None, :], sheet[..., 2]), axis=-1).reshape(-1, 2)
    return shaded(sheet.reshape(-1, 3), sheet_faces(rows, len(at)), uvs, crease=80.0)


def _sided(arm: Mesh, side: int) -> Mesh:
    """A right arm as it is, or turned round to be a left one: front and back are alike."""
    return arm if side > 0 else arm.turned(rotation("z", 180))


def _loose(
    build: Assembly,
    finishes: Finishes,
    rng: np.random.Generator,
    inner: float,
    *,
    front: float,
    rear: float,
    tall: float,
    softer: float = 1.0,
) -> None:
    """Seat and back cushions filled with feathers, and the ones in the accents before them."""
    cloth = textile(finishes.upholstery)
    count = seats_of(inner)
    each = inner / count
    for number in range(count):
        x = -inner / 2 + each * (number + 0.5)
        seat = soft_box(
            (each - 0.004, rear - front, 0.18), rng, radius=0.055, puff=(0.006, 0.014, 0.026 * softer),
            wrinkle=0.0022 * softer, piping=0.004,
        )  # fmt: skip
        build.add(cloth, seat.moved(x, (front + rear) / 2, SEAT_M - 0.09))
        lean = rotation("x", -11 + rng.uniform(-1.5, 1.5)) @ rotation("z", rng.uniform(-2, 2))
        rest = soft_box(
            (each - 0.012, 0.19, tall), rng, radius=0.085, puff=(0.008, 0.045, 0.018), wrinkle=0.0036 * softer,
            piping=0.004,
        )  # fmt: skip
        build.add(cloth, rest.turned(lean).moved(x, rear - 0.09, SEAT_M + tall / 2 - 0.02))
    scatter_cushions(build, finishes, rng, width=inner, seat=SEAT_M, back=rear - 0.185)
