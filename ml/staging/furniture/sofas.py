"""Sofas: a low one with slim arms, a plump rounded one, and one in a wooden frame."""

import numpy as np

from ml.staging.furniture.cushions import blanket_over_arm, scatter_cushions
from ml.staging.furniture.mesh import rotation
from ml.staging.furniture.piece import Assembly, Piece
from ml.staging.furniture.solids import board, leg, tube
from ml.staging.furniture.surfaces.fabric import textile
from ml.staging.furniture.surfaces.finishes import Finishes
from ml.staging.furniture.surfaces.metal import metal
from ml.staging.furniture.surfaces.wood import wood
from ml.staging.furniture.upholstery import soft_box

SEAT_M = 0.44
CLEARANCE_M = 0.75


def seats_of(inner: float) -> int:
    """How many seat cushions an inner width has: none wider than 95 cm."""
    return max(1, int(np.ceil(inner / 0.95)))


def track_sofa(finishes: Finishes, seed: int, width_m: float) -> Piece:
    """Low, straight, slim arms, loose seat and back cushions, slim metal legs."""
    rng = np.random.default_rng(seed)
    build = Assembly()
    cloth, bars = textile(finishes.upholstery), metal(finishes.metal)
    depth, arm, arm_top, base = 0.92, 0.13, 0.60, 0.12
    inner = width_m - 2 * arm
    build.add(
        cloth, soft_box((inner + 0.04, depth - 0.03, 0.17), rng, radius=0.02, wrinkle=0.0006).moved(0, 0, base + 0.085)
    )
    for side in (-1, 1):
        size = (arm, depth, arm_top - base)
        body = soft_box(size, rng, radius=0.028, puff=(0.004, 0.003, 0.005), wrinkle=0.0008, piping=0.0035)
        build.add(cloth, body.moved(side * (width_m - arm) / 2, 0, base + (arm_top - base) / 2))
    back = soft_box((inner + 0.03, 0.17, 0.72 - base), rng, radius=0.03, wrinkle=0.0008)
    build.add(cloth, back.moved(0, depth / 2 - 0.088, base + (0.72 - base) / 2))
    count = seats_of(inner)
    each = inner / count
    front, rear = -depth / 2 - 0.01, depth / 2 - 0.17
    for number in range(count):
        x = -inner / 2 + each * (number + 0.5)
        seat = soft_box(
            (each - 0.006, rear - front, 0.17),
            rng,
            radius=0.038,
            puff=(0.006, 0.010, 0.020),
            wrinkle=0.0018,
            piping=0.004,
        )
        build.add(cloth, seat.moved(x, (front + rear) / 2, SEAT_M - 0.085))
        lean = rotation("x", -11 + rng.uniform(-1.2, 1.2)) @ rotation("z", rng.uniform(-1.5, 1.5))
        rest = soft_box(
            (each - 0.012, 0.17, 0.45), rng, radius=0.065, puff=(0.006, 0.040, 0.014), wrinkle=0.0032, piping=0.004
        )
        build.add(cloth, rest.turned(lean).moved(x, rear - 0.085, SEAT_M + 0.205))
    scatter_cushions(build, finishes, rng, width=inner, seat=SEAT_M, back=rear - 0.165)
    if finishes.dressed and rng.uniform() < 0.6:
        side = 1 if rng.uniform() < 0.5 else -1
        blanket_over_arm(build, finishes, rng, x=side * (width_m - arm) / 2, y=-0.1, top=arm_top + 0.006, arm=arm)
    for side in (-1, 1):
        for end in (-1, 1):
            foot = board(
                (0.035, 0.035, base + 0.01), (side * (width_m / 2 - 0.09), end * (depth / 2 - 0.09), base / 2 + 0.005)
            )
            build.add(bars, foot)
    return build.piece("sofa", "track", clearance_m=CLEARANCE_M)


def rounded_sofa(finishes: Finishes, seed: int, width_m: float) -> Piece:
    """Plump and rounded, arms as fat rolls, low feet hidden below."""
    rng = np.random.default_rng(seed)
    build = Assembly()
    cloth = textile(finishes.upholstery)
    depth, arm, arm_top, base = 0.96, 0.23, 0.58, 0.05
    inner = width_m - 2 * arm
    build.add(
        cloth, soft_box((width_m - 0.10, depth - 0.08, 0.24), rng, radius=0.05, wrinkle=0.001).moved(0, 0, base + 0.12)
    )
    for side in (-1, 1):
        body = soft_box(
            (arm, depth - 0.02, arm_top - base), rng, radius=0.108, puff=(0.012, 0.012, 0.012), wrinkle=0.0022
        )
        build.add(cloth, body.moved(side * (width_m - arm) / 2, -0.01, base + (arm_top - base) / 2))
    back = soft_box((width_m - 0.12, 0.27, 0.73 - base), rng, radius=0.125, puff=(0.01, 0.015, 0.02), wrinkle=0.0022)
    build.add(cloth, back.moved(0, depth / 2 - 0.135, base + (0.73 - base) / 2))
    count = seats_of(inner)
    each = inner / count
    front, rear = -depth / 2 - 0.005, depth / 2 - 0.25
    for number in range(count):
        x = -inner / 2 + each * (number + 0.5)
        seat = soft_box(
            (each + 0.004, rear - front, 0.20), rng, radius=0.075, puff=(0.008, 0.016, 0.030), wrinkle=0.0026
        )
        build.add(cloth, seat.moved(x, (front + rear) / 2, SEAT_M - 0.105))
        lean = rotation("x", -12 + rng.uniform(-1.5, 1.5)) @ rotation("z", rng.uniform(-2, 2))
        rest = soft_box((each - 0.01, 0.20, 0.42), rng, radius=0.095, puff=(0.01, 0.045, 0.02), wrinkle=0.0040)
        build.add(cloth, rest.turned(lean).moved(x, rear - 0.085, SEAT_M + 0.19))
    scatter_cushions(build, finishes, rng, width=inner, seat=SEAT_M, back=rear - 0.185)
    for side in (-1, 1):
        for end in (-1, 1):
            at = (side * (width_m / 2 - 0.16), end * (depth / 2 - 0.15), 0.03)
            build.add(wood(finishes.wood_second), board((0.07, 0.07, 0.06), at))
    return build.piece("sofa", "rounded", clearance_m=CLEARANCE_M)


def framed_sofa(finishes: Finishes, seed: int, width_m: float) -> Piece:
    """An open wooden frame with turned legs and arm rails, slim cushions on it."""
    rng = np.random.default_rng(seed)
    build = Assembly()
    cloth, grain = textile(finishes.upholstery), wood(finishes.wood)
    depth, arm_top = 0.84, 0.58
    inner = width_m - 0.16
    for end, thick in ((-1, 0.055), (1, 0.055)):
        rail = board((inner + 0.06, 0.028, thick), (0, end * (depth / 2 - 0.08), 0.275), radius=0.006, grain=0)
        build.add(grain, rail.shifted_uvs(*rng.uniform(0, 2, 2)))
    for side in (-1, 1):
        x = side * (width_m / 2 - 0.045)
        build.add(
            grain,
            board((0.028, depth - 0.16, 0.055), (side * (inner / 2 + 0.015), 0, 0.275), radius=0.006).shifted_uvs(
                *rng.uniform(0, 2, 2)
            ),
        )
        build.add(
            grain,
            leg((x, -depth / 2 + 0.09, arm_top - 0.02), (x, -depth / 2 + 0.05, 0.0), 0.021, 0.014).shifted_uvs(
                *rng.uniform(0, 2, 2)
            ),
        )
        build.add(
            grain,
            leg((x, depth / 2 - 0.10, arm_top - 0.03), (x, depth / 2 - 0.03, 0.0), 0.021, 0.014).shifted_uvs(
                *rng.uniform(0, 2, 2)
            ),
        )
        rest = board((0.062, depth - 0.06, 0.026), radius=0.011, grain=1)
        build.add(grain, rest.turned(rotation("x", -2.0)).moved(x, 0, arm_top).shifted_uvs(*rng.uniform(0, 2, 2)))
    lean = rotation("x", -14)
    for height in (0.44, 0.56, 0.68):
        slat = board((inner + 0.05, 0.018, 0.05), radius=0.006, grain=0)
        y = depth / 2 - 0.085 + (height - 0.44) * np.tan(np.radians(14))
        build.add(grain, slat.turned(lean).moved(0, y, height).shifted_uvs(*rng.uniform(0, 2, 2)))
    for side in (-1, 1):
        start = (side * inner / 2, depth / 2 - 0.13, 0.26)
        end_at = (side * inner / 2, depth / 2 - 0.01, 0.74)
        build.add(grain, tube([start, end_at], [0.017, 0.013], 16))
    count = seats_of(inner)
    each = inner / count
    rear = depth / 2 - 0.11
    for number in range(count):
        x = -inner / 2 + each * (number + 0.5)
        seat = soft_box(
            (each - 0.006, rear + depth / 2 - 0.02, 0.13),
            rng,
            radius=0.035,
            puff=(0.004, 0.006, 0.012),
            wrinkle=0.0014,
            piping=0.004,
        )
        build.add(cloth, seat.moved(x, (rear - depth / 2 + 0.02) / 2, 0.36))
        rest = soft_box(
            (each - 0.012, 0.13, 0.44), rng, radius=0.045, puff=(0.004, 0.022, 0.01), wrinkle=0.0022, piping=0.004
        )
        turn = rotation("x", -14 + rng.uniform(-1, 1)) @ rotation("z", rng.uniform(-1, 1))
        build.add(cloth, rest.turned(turn).moved(x, rear - 0.07, 0.425 + 0.20))
    scatter_cushions(build, finishes, rng, width=inner, seat=0.425, back=rear - 0.16)
    return build.piece("sofa", "framed", clearance_m=CLEARANCE_M)
