"""Dining tables (plank, pedestal, trestle) and dining chairs (shell, wishbone, padded)."""

import numpy as np

from ml.staging.furniture.armchairs import outward
from ml.staging.furniture.cloth.shapes import thickened
from ml.staging.furniture.decor import vase
from ml.staging.furniture.mesh import Mesh, rotation
from ml.staging.furniture.piece import Assembly, Piece
from ml.staging.furniture.shading import shaded
from ml.staging.furniture.solids import board, box_surface, disc_top, lathe, leg, sheet_faces, tube
from ml.staging.furniture.surfaces.fabric import textile
from ml.staging.furniture.surfaces.finishes import Cloth, Finishes
from ml.staging.furniture.surfaces.metal import metal
from ml.staging.furniture.surfaces.wood import wood
from ml.staging.furniture.upholstery import soft_box

TABLE_HEIGHT_M = 0.75
SEAT_HEIGHT_M = 0.46
TABLE_CLEARANCE_M = 0.75
CHAIR_CLEARANCE_M = 0.0


def dress_table(build: Assembly, finishes: Finishes, rng: np.random.Generator) -> None:
    """A large vase with branches in the middle of the table; nothing if undressed."""
    if finishes.dressed:
        vase(
            build,
            finishes,
            rng,
            (rng.uniform(-0.1, 0.1), rng.uniform(-0.04, 0.04), TABLE_HEIGHT_M),
            size=1.2,
            branches=True,
        )


def plank_table(finishes: Finishes, seed: int, width_m: float) -> Piece:
    """A board of wood on four turned legs with an apron."""
    rng = np.random.default_rng(seed)
    build = Assembly()
    grain = wood(finishes.wood)
    depth, thick = min(0.95, width_m * 0.55), 0.03
    top = board((width_m, depth, thick), (0, 0, TABLE_HEIGHT_M - thick / 2), radius=0.009, grain=0)
    build.add(grain, top.shifted_uvs(*rng.uniform(0, 2, 2)))
    under = TABLE_HEIGHT_M - thick
    for side in (-1, 1):
        rail = board((0.022, depth - 0.26, 0.07), (side * (width_m / 2 - 0.13), 0, under - 0.035), grain=1)
        long = board((width_m - 0.30, 0.022, 0.07), (0, side * (depth / 2 - 0.11), under - 0.035), grain=0)
        build.add(grain, rail.shifted_uvs(*rng.uniform(0, 2, 2)), long.shifted_uvs(*rng.uniform(0, 2, 2)))
        for end in (-1, 1):
            start = (side * (width_m / 2 - 0.13), end * (depth / 2 - 0.11), under)
            foot = (side * (width_m / 2 - 0.075), end * (depth / 2 - 0.065), 0.0)
            build.add(grain, leg(start, foot, 0.034, 0.018, 24).shifted_uvs(*rng.uniform(0, 2, 2)))
    dress_table(build, finishes, rng)
    return build.piece("dining_table", "plank", clearance_m=TABLE_CLEARANCE_M)


def pedestal_table(finishes: Finishes, seed: int, width_m: float) -> Piece:
    """A round top on a fluted drum or a trumpet foot."""
    rng = np.random.default_rng(seed)
    build = Assembly()
    radius = width_m / 2
    build.add(
        wood(finishes.wood),
        disc_top(radius, 0.028, (0, 0, TABLE_HEIGHT_M - 0.028), edge=0.010, sides=128).shifted_uvs(
            *rng.uniform(0, 2, 2)
        ),
    )
    foot = radius * 0.48
    profile = [
        (0.0, 0.0),
        (foot, 0.0),
        (foot, 0.008),
        (foot * 0.80, 0.024),
        (foot * 0.42, 0.07),
        (0.075, 0.16),
        (0.05, 0.30),
        (0.046, 0.46),
        (0.06, 0.62),
        (0.12, 0.70),
        (0.17, 0.722),
        (0.0, 0.722),
    ]
    stuff = wood("white" if finishes.metal == "white" else finishes.lacquer)
    build.add(stuff, lathe(profile, 72, crease=28))
    dress_table(build, finishes, rng)
    return build.piece("dining_table", "pedestal", clearance_m=TABLE_CLEARANCE_M)


def trestle_table(finishes: Finishes, seed: int, width_m: float) -> Piece:
    """A thick board on two closed frames of metal."""
    rng = np.random.default_rng(seed)
    build = Assembly()
    grain, bars = wood(finishes.wood), metal(finishes.metal)
    depth, thick = min(1.0, width_m * 0.52), 0.042
    top = board((width_m, depth, thick), (0, 0, TABLE_HEIGHT_M - thick / 2), radius=0.006, grain=0)
    build.add(grain, top.shifted_uvs(*rng.uniform(0, 2, 2)))
    under, flat, deep = TABLE_HEIGHT_M - thick, 0.075, 0.022
    half = depth / 2 - 0.11
    for side in (-1, 1):
        x = side * (width_m / 2 - 0.30)
        for level in (deep / 2, under - deep / 2):
            build.add(bars, board((flat, 2 * half + deep, deep), (x, 0, level), radius=0.002))
        for end in (-1, 1):
            build.add(bars, board((flat, deep, under), (x, end * half, under / 2), radius=0.002))
    dress_table(build, finishes, rng)
    return build.piece("dining_table", "trestle", clearance_m=TABLE_CLEARANCE_M)


def seat_pad(rng: np.random.Generator, wide: float, deep: float, thick: float) -> Mesh:
    """A padded seat, narrower at the back, its top at z = 0."""
    points, faces = box_surface((wide, deep, thick), thick * 0.45, spacing=0.03, rim=4)
    share = points[:, 1] / (deep / 2)
    points[:, 0] *= 1 - 0.07 * share
    crown = np.clip(1 - (points[:, 0] / (wide / 2)) ** 2, 0, 1) * np.clip(1 - share**2, 0, 1)
    points[:, 2] += 0.010 * crown * (points[:, 2] > 0)
    points[:, 2] += 0.0008 * np.sin(points[:, 0] * 40 + rng.uniform(0, 6)) * crown
    return shaded(points, faces, crease=75).moved(0, 0, -thick / 2)


def shell_chair(finishes: Finishes, seed: int, width_m: float) -> Piece:
    """A bucket of padded fabric, seat and back in one, on slim legs."""
    rng = np.random.default_rng(seed)
    build = Assembly()
    cloth, bars = textile(finishes.upholstery_second), metal(finishes.metal)
    build.add(cloth, bucket(width_m - 0.02, 0.035, rng))
    for side in (-1, 1):
        build.add(bars, leg((side * 0.15, -0.13, SEAT_HEIGHT_M - 0.05), (side * 0.22, -0.21, 0.0), 0.011, 0.009, 14))
        build.add(bars, leg((side * 0.14, 0.13, SEAT_HEIGHT_M - 0.05), (side * 0.21, 0.23, 0.0), 0.011, 0.009, 14))
    build.add(bars, tube([(-0.15, -0.13, SEAT_HEIGHT_M - 0.052), (0.15, -0.13, SEAT_HEIGHT_M - 0.052)], 0.009, 10))
    build.add(bars, tube([(-0.14, 0.13, SEAT_HEIGHT_M - 0.052), (0.14, 0.13, SEAT_HEIGHT_M - 0.052)], 0.009, 10))
    return build.piece("dining_chair", "shell", clearance_m=CHAIR_CLEARANCE_M)


def bucket(wide: float, thick: float, rng: np.random.Generator) -> Mesh:
    """A moulded seat and back: a sheet that curves up behind and at its sides, made thick."""
    rows, columns = 44, 33
    across = np.linspace(-1, 1, columns)
    along = np.linspace(0, 1, rows)
    # The spine: the seat runs back, turns up over a round corner, and leans.
    seat_deep, back_tall, corner = 0.42, 0.36, 0.11
    lengths = np.array([seat_deep - corner, corner * np.pi / 2 * 0.9, back_tall])
    ends = np.cumsum(lengths)
    s = along * ends[-1]
    y, z, lean = np.zeros(rows), np.zeros(rows), np.radians(81)
    for number, at in enumerate(s):
        if at < ends[0]:
            y[number], z[number] = at, -0.016 * np.sin(np.pi * at / ends[0])
        elif at < ends[1]:
            turn = (at - ends[0]) / lengths[1] * lean
            y[number], z[number] = ends[0] + corner * np.sin(turn), corner * (1 - np.cos(turn))
        else:
            rest = at - ends[1]
            y[number] = ends[0] + corner * np.sin(lean) + rest * np.cos(lean)
            z[number] = corner * (1 - np.cos(lean)) + rest * np.sin(lean)
    back = np.clip((s - ends[0]) / (ends[-1] - ends[0]), 0, 1)
    half = wide / 2 * (0.90 + 0.10 * np.sin(np.pi * np.clip(along * 1.5, 0, 1)) - 0.24 * back**2.5)
    # The sides sweep up by the seat and forward by the back.
    wing = 0.070 * np.sin(np.pi * np.clip(along, 0, 1)) ** 1.2
    sheet = np.empty((rows, columns, 3))
    sheet[..., 0] = half[:, None] * across
    bend = np.abs(across) ** 2.6
    sheet[..., 1] = (y - 0.20)[:, None] - (wing * 1.5 * back)[:, None] * bend
    sheet[..., 2] = SEAT_HEIGHT_M + z[:, None] + (wing * (1 - back * 0.9))[:, None] * bend
    # Rounded outline at the front and at the top.
    sheet[..., 1] += 0.045 * np.clip(1 - along / 0.12, 0, 1)[:, None] * np.abs(across) ** 3
    sheet[..., 2] -= 0.075 * np.clip((along - 0.86) / 0.14, 0, 1)[:, None] * np.abs(across) ** 2.6
    sheet[..., 2] += 0.0012 * np.sin(sheet[..., 0] * 31 + rng.uniform(0, 6))
    return thickened(sheet, thick).moved(0, 0, -thick * 0.9)


def wishbone_chair(finishes: Finishes, seed: int, width_m: float) -> Piece:
    """Bent wood: a curved top rail that is back and arms, a Y of wood behind, a seat of paper cord."""
    rng = np.random.default_rng(seed)
    build = Assembly()
    grain = wood(finishes.wood)
    half = width_m / 2 - 0.03
    turns = np.radians(np.linspace(-105, 105, 40))
    share = np.abs(turns) / turns[-1]
    rail = np.stack([half * np.sin(turns), -0.02 + 0.235 * np.cos(turns), 0.735 - 0.05 * share**2], axis=1)
    build.add(grain, tube(rail, 0.014 + 0.004 * (1 - share), 16, flat=1.0).shifted_uvs(*rng.uniform(0, 2, 2)))
    for side in (-1, 1):
        front = [(side * (half - 0.045), -0.20, SEAT_HEIGHT_M - 0.01), (side * (half - 0.035), -0.215, 0.0)]
        build.add(grain, leg(front[0], front[1], 0.019, 0.014).shifted_uvs(*rng.uniform(0, 2, 2)))
        steps = np.linspace(0, 1, 12)
        # The rear leg bows forward under the rail.
        y = 0.235 - 0.045 * np.sin(np.pi * steps * 0.9) - 0.10 * np.clip(steps - 0.62, 0, 1) / 0.38
        x = side * (half - 0.10 + 0.085 * np.clip(steps - 0.45, 0, 1) / 0.55)
        post = np.stack([x, y, 0.72 * steps], axis=1)
        build.add(
            grain,
            tube(post, np.interp(steps, [0, 0.6, 1], [0.013, 0.018, 0.012]), 14).shifted_uvs(*rng.uniform(0, 2, 2)),
        )
        build.add(grain, tube([(side * (half - 0.05), -0.20, 0.425), (side * (half - 0.10), 0.20, 0.425)], 0.013, 12))
        build.add(grain, tube([(side * (half - 0.045), -0.205, 0.22), (side * (half - 0.098), 0.215, 0.20)], 0.009, 12))
        wing = np.stack(
            [side * 0.075 * np.clip(steps - 0.35, 0, 1) / 0.65, 0.205 + 0.008 * steps, 0.43 + 0.29 * steps], axis=1
        )
        build.add(grain, tube(wing, 0.013, 12, flat=0.5))
    for end, level, reach in ((-0.20, 0.425, half - 0.05), (0.20, 0.425, half - 0.10)):
        build.add(grain, tube([(-reach, end, level), (reach, end, level)], 0.013, 12))
    cord = textile(Cloth("weave", "c9b48e"))
    build.add(cord, _cord_seat(half - 0.045, half - 0.095))
    return build.piece("dining_chair", "wishbone", clearance_m=CHAIR_CLEARANCE_M)


def _cord_seat(front: float, rear: float) -> Mesh:
    """A seat woven of cord in four triangles that meet in the middle: ridges run along each side."""
    n = 61
    u, v = np.meshgrid(np.linspace(-1, 1, n), np.linspace(-1, 1, n))
    half = front + (rear - front) * (v + 1) / 2
    side = np.abs(u) > np.abs(v)
    ridge = np.where(side, np.abs(np.sin(u * 46)), np.abs(np.sin(v * 46)))
    seam = np.abs(np.abs(u) - np.abs(v)) < 0.03
    sag = -0.014 * (1 - u**2) * (1 - v**2)
    z = (
        SEAT_HEIGHT_M
        - 0.010
        + sag
        + 0.0022 * ridge
        - 0.002 * seam
        - 0.014 * np.clip(np.maximum(np.abs(u), np.abs(v)) - 0.95, 0, 1) / 0.05
    )
    points = np.stack([u * (half + 0.008), v * 0.212, z], axis=-1).reshape(-1, 3)
    below = points - np.array([0, 0, 0.022])
    faces = sheet_faces(n, n)
    rim = np.concatenate(
        [
            np.arange(n - 1),
            np.arange(n - 1, n * n - 1, n),
            np.arange(n * n - 1, n * n - n, -1),
            np.arange(n * n - n, 0, -n),
        ]
    )
    after = np.roll(rim, -1)
    walls = np.stack([rim, rim + n * n, after + n * n, after], axis=1)
    return outward(
        shaded(np.concatenate([points, below]), np.concatenate([faces, faces[:, ::-1] + n * n, walls]), crease=60)
    )


def padded_chair(finishes: Finishes, seed: int, width_m: float) -> Piece:
    """A padded seat and a curved padded back on four turned legs of wood."""
    rng = np.random.default_rng(seed)
    build = Assembly()
    cloth, grain = textile(finishes.upholstery), wood(finishes.wood)
    wide, deep = width_m - 0.03, 0.45
    build.add(cloth, seat_pad(rng, wide, deep, 0.07).moved(0, -0.02, SEAT_HEIGHT_M))
    back = soft_box(
        (wide - 0.02, 0.055, 0.27), rng, radius=0.026, puff=(0, 0.006, 0.003), wrinkle=0.0006, spacing=0.022
    )
    points = back.vertices.astype(float)
    # Bent around the sitter.
    points[:, 1] -= 0.55 * points[:, 0] ** 2
    bent = shaded(points, back.faces.astype(np.int64), back.uvs.astype(float), crease=75)
    build.add(cloth, bent.turned(rotation("x", -9)).moved(0, deep / 2 + 0.02, SEAT_HEIGHT_M + 0.27))
    for side in (-1, 1):
        x = side * (wide / 2 - 0.05)
        build.add(
            grain,
            leg(
                (x, -deep / 2 + 0.03, SEAT_HEIGHT_M - 0.06), (x + side * 0.025, -deep / 2 - 0.005, 0.0), 0.018, 0.012
            ).shifted_uvs(*rng.uniform(0, 2, 2)),
        )
        steps = np.linspace(0, 1, 10)
        y = deep / 2 + 0.035 - 0.055 * np.sin(np.pi * np.clip(steps * 1.35, 0, 1)) + 0.03 * steps
        post = np.stack([np.full(10, x) + side * 0.012 * (1 - steps), y, (SEAT_HEIGHT_M + 0.22) * steps], axis=1)
        build.add(
            grain,
            tube(post, np.interp(steps, [0, 0.6, 1], [0.012, 0.018, 0.012]), 16).shifted_uvs(*rng.uniform(0, 2, 2)),
        )
    build.add(grain, board((wide - 0.10, 0.02, 0.045), (0, -deep / 2 + 0.035, SEAT_HEIGHT_M - 0.088), grain=0))
    build.add(grain, board((wide - 0.10, 0.02, 0.045), (0, deep / 2 - 0.03, SEAT_HEIGHT_M - 0.088), grain=0))
    for side in (-1, 1):
        build.add(
            grain, board((0.02, deep - 0.07, 0.045), (side * (wide / 2 - 0.05), 0, SEAT_HEIGHT_M - 0.088), grain=1)
        )
    return build.piece("dining_chair", "padded", clearance_m=CHAIR_CLEARANCE_M)
