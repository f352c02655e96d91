"""Beds whose frame shows: a low platform, a floating slab, iron bars, an arch of rattan, boards, a carved headboard."""

import numpy as np

from ml.staging.furniture.armchairs import outward
from ml.staging.furniture.bedding import lay_bedding
from ml.staging.furniture.beds import CLEARANCE_M, upholstered_base
from ml.staging.furniture.cloth.baking import MATTRESS_LONG_M
from ml.staging.furniture.mesh import Floats, Mesh, rotation
from ml.staging.furniture.piece import Assembly, Piece
from ml.staging.furniture.shading import shaded
from ml.staging.furniture.solids import board, cylinder, lathe, leg, swept, tube
from ml.staging.furniture.surfaces.cane import rattan, webbing
from ml.staging.furniture.surfaces.fabric import textile
from ml.staging.furniture.surfaces.finishes import Finishes
from ml.staging.furniture.surfaces.metal import metal
from ml.staging.furniture.surfaces.wood import wood
from ml.staging.furniture.tufting import tufted_panel


def platform_bed(finishes: Finishes, seed: int, width_m: float) -> Piece:
    """Low: a broad board under the mattress that shows all around, and a plain low headboard of two boards."""
    rng = np.random.default_rng(seed)
    build = Assembly()
    grain = wood(finishes.wood)
    top, border = 0.46, 0.10
    long, wide = MATTRESS_LONG_M + border, width_m + 2 * border
    head = long / 2
    deck = board((wide, long, 0.045), (0, 0, 0.215), radius=0.008, grain=1).shifted_uvs(*rng.uniform(0, 2, 2))
    plinth = board((width_m - 0.30, long - 0.40, 0.195), (0, 0.03, 0.0975), radius=0.004, grain=0)
    build.add(grain, deck, plinth)
    for number in range(2):
        plank = board((wide, 0.035, 0.285), (0, head + 0.02, 0.36 + 0.29 * number), radius=0.007, grain=0)
        build.add(grain, plank.shifted_uvs(*rng.uniform(0, 2, 2)))
    for side in (-1, 1):
        post = board((0.05, 0.03, 0.70), (side * (wide / 2 - 0.25), head + 0.052, 0.35), radius=0.004)
        build.add(grain, post)
    lay_bedding(build, finishes, rng, width_m, head, top, hem=0.07)
    return build.piece("bed", "platform", clearance_m=CLEARANCE_M)


def slab_bed(finishes: Finishes, seed: int, width_m: float) -> Piece:
    """A frame on tapered legs, its headboard one leaning panel of wood with rounded corners, broader than the bed."""
    rng = np.random.default_rng(seed)
    build = Assembly()
    grain = wood(finishes.wood)
    long, wide = MATTRESS_LONG_M + 0.04, width_m + 0.05
    head = long / 2
    for side in (-1, 1):
        rail = board((0.028, long, 0.15), (side * (wide / 2 - 0.014), 0, 0.315), radius=0.009, grain=1)
        build.add(grain, rail.shifted_uvs(*rng.uniform(0, 2, 2)))
        for end in (-1, 1):
            start = (side * (wide / 2 - 0.10), end * (long / 2 - 0.20), 0.26)
            foot = (side * (wide / 2 - 0.05), end * (long / 2 - 0.14), 0.0)
            build.add(grain, leg(start, foot, 0.026, 0.014).shifted_uvs(*rng.uniform(0, 2, 2)))
    build.add(grain, board((wide - 0.02, 0.028, 0.15), (0, -long / 2 + 0.014, 0.315), radius=0.009, grain=0))
    build.add(grain, board((wide - 0.06, long - 0.06, 0.03), (0, 0, 0.275), radius=0.002, grain=0))
    panel = rounded_panel(wide + 0.16, 0.62, 0.030, 0.10).turned(rotation("x", -5))
    build.add(grain, panel.moved(0, head + 0.035, 0.67).shifted_uvs(*rng.uniform(0, 2, 2)))
    for side in (-1, 1):
        post = board((0.06, 0.030, 0.72), radius=0.006).turned(rotation("x", -5))
        build.add(grain, post.moved(side * wide * 0.30, head + 0.050, 0.58))
    lay_bedding(build, finishes, rng, width_m, head - 0.015)
    return build.piece("bed", "slab", clearance_m=CLEARANCE_M)


def rounded_panel(wide: float, tall: float, thick: float, radius: float) -> Mesh:
    """An upright panel about the origin, its four corners rounded, its edges softened; the grain runs along x."""
    turns = np.linspace(0, np.pi / 2, 9)
    ring = []
    for quarter in range(4):
        signs = ((1, 1), (-1, 1), (-1, -1), (1, -1))[quarter]
        angle = turns + quarter * np.pi / 2
        x = signs[0] * (wide / 2 - radius) + radius * np.cos(angle)
        z = signs[1] * (tall / 2 - radius) + radius * np.sin(angle)
        ring.append(np.stack([x, z], axis=1))
    return extruded(np.concatenate(ring), thick)


def extruded(outline: Floats, thick: float, edge: float = 0.004) -> Mesh:
    """A convex outline (n, 2) of x and z, counter-clockwise seen from -y, as a panel `thick` deep about y = 0."""
    middle = outline.mean(axis=0)
    away = outline - middle
    away /= np.linalg.norm(away, axis=1, keepdims=True)
    rows = []
    for y, inset in (
        (-thick / 2, edge), (-thick / 2 + edge * 0.3, edge * 0.3), (-thick / 2 + edge, 0.0),
        (thick / 2 - edge, 0.0), (thick / 2 - edge * 0.3, edge * 0.3), (thick / 2, edge),
    ):  # fmt: skip
        drawn = outline - away * inset
        rows.append(np.stack([drawn[:, 0], np.full(len(drawn), y), drawn[:, 1]], axis=1))
    count = len(outline)
    points = np.concatenate([*rows, [[middle[0], -thick / 2, middle[1]], [middle[0], thick / 2, middle[1]]]])
    here = np.arange(count)
    after = (here + 1) % count
    faces = [
        np.stack(
            [level * count + here, (level + 1) * count + here, (level + 1) * count + after, level * count + after], 1
        )
        for level in range(len(rows) - 1)
    ]
    last = (len(rows) - 1) * count
    faces.append(np.stack([np.full(count, len(points) - 2), here, after, after], 1))
    faces.append(np.stack([np.full(count, len(points) - 1), last + after, last + here, last + here], 1))
    return outward(shaded(points, np.concatenate(faces), grain=0))


def iron_bed(finishes: Finishes, seed: int, width_m: float) -> Piece:
    """Round bars of metal: a bowed head, a lower foot, balls on the posts."""
    rng = np.random.default_rng(seed)
    build = Assembly()
    bars = metal(finishes.metal)
    long, wide = MATTRESS_LONG_M + 0.03, width_m + 0.05
    head = long / 2 + 0.02
    for y, height, rise in ((head, 1.02, 0.16), (-head, 0.62, 0.07)):
        for side in (-1, 1):
            x = side * wide / 2
            build.add(bars, tube([(x, y, 0.0), (x, y, height)], 0.017, 18))
            build.add(bars, _knob(0.026).moved(x, y, height + 0.012))
        steps = np.linspace(-1, 1, 33)
        for drop, thick in ((0.04, 0.012), (0.14, 0.008)):
            bow = np.stack(
                [steps * wide / 2, np.full(33, y), height - drop + rise * np.cos(steps * np.pi / 2) ** 1.3], axis=1
            )
            build.add(bars, tube(bow, thick, 14))
        low = 0.36
        build.add(bars, tube([(-wide / 2, y, low), (wide / 2, y, low)], 0.012, 14))
        count = max(5, round(wide / 0.16))
        for number in range(1, count):
            x = wide * (number / count - 0.5)
            top = height - 0.04 + rise * np.cos(2 * x / wide * np.pi / 2) ** 1.3
            build.add(bars, tube([(x, y, low), (x, y, float(top))], 0.0065, 10))
            build.add(bars, _knob(0.012).moved(x, y, (low + float(top)) / 2))
    for side in (-1, 1):
        build.add(bars, board((0.028, long, 0.05), (side * wide / 2, 0, 0.29), radius=0.004))
    slats = wood(finishes.wood_second)
    for y in np.linspace(-long / 2 + 0.1, long / 2 - 0.1, 10):
        build.add(slats, board((wide, 0.07, 0.02), (0, float(y), 0.31), radius=0.003))
    lay_bedding(build, finishes, rng, width_m, head - 0.035, footboard=True)
    return build.piece("bed", "iron", clearance_m=CLEARANCE_M)


def _knob(radius: float) -> Mesh:
    turns = np.linspace(-np.pi / 2, np.pi / 2, 13)
    return lathe([(radius * float(np.cos(turn)), radius * float(np.sin(turn))) for turn in turns], 20)


def rattan_bed(finishes: Finishes, seed: int, width_m: float) -> Piece:
    """A rounded headboard of cane webbing in bent rods over a light frame on wooden feet."""
    rng = np.random.default_rng(seed)
    build = Assembly()
    rods, grain = rattan(), wood(finishes.wood)
    long, wide = MATTRESS_LONG_M + 0.04, width_m + 0.05
    head = long / 2 + 0.02
    for side in (-1, 1):
        rail = board((0.03, long, 0.14), (side * (wide / 2 - 0.015), 0, 0.31), radius=0.009, grain=1)
        build.add(grain, rail.shifted_uvs(*rng.uniform(0, 2, 2)))
        foot = (side * (wide / 2 - 0.05), -long / 2 + 0.06)
        build.add(grain, leg((*foot, 0.30), (*foot, 0.0), 0.028, 0.020).shifted_uvs(*rng.uniform(0, 2, 2)))
    for end in (-1, 1):
        build.add(grain, board((wide - 0.03, 0.03, 0.14), (0, end * (long / 2 - 0.015), 0.31), radius=0.009, grain=0))
    tall, corner = 1.10, 0.34
    for inset, thick in ((0.0, 0.021), (0.075, 0.013)):
        build.add(rods, tube(_hoop(wide + 0.02 - 2 * inset, tall - inset, corner - inset * 0.6, head), thick, 16))
    hoop = _hoop(wide - 0.12, tall - 0.07, corner - 0.05, 0.0)
    panel = extruded(np.stack([hoop[:, 0], np.maximum(hoop[:, 2], 0.42)], axis=1), 0.010, edge=0.001)
    build.add(webbing(), panel.moved(0, head, 0))
    for level in (0.42, 0.50):
        build.add(rods, tube([(-wide / 2 + 0.01, head, level), (wide / 2 - 0.01, head, level)], 0.014, 14))
    count = max(6, round(wide / 0.13))
    ring = _hoop(wide + 0.02, tall, corner, head)
    inner = _hoop(wide - 0.13, tall - 0.075, corner - 0.045, head)
    for share in np.linspace(0.30, 0.70, 2 * count):
        at = int(share * (len(ring) - 1))
        build.add(rods, tube([tuple(ring[at]), tuple(inner[at])], 0.007, 8))
    lay_bedding(build, finishes, rng, width_m, head - 0.035)
    return build.piece("bed", "rattan", clearance_m=CLEARANCE_M)


def _hoop(wide: float, tall: float, corner: float, y: float) -> Floats:
    """A bent rod (n, 3) from the floor on the right over the top down to the floor on the left."""
    x = wide / 2
    turns = np.linspace(0, np.pi / 2, 22)
    right = np.stack([np.full(12, x), np.full(12, y), np.linspace(0.0, tall - corner, 12)], axis=1)
    bend = np.stack(
        [x - corner + corner * np.cos(turns), np.full(22, y), tall - corner + corner * np.sin(turns)], axis=1
    )
    half = np.concatenate([right, bend[1:]])
    left = half[::-1] * np.array([-1, 1, 1])
    return np.concatenate([half, left])


def boarded_bed(finishes: Finishes, seed: int, width_m: float) -> Piece:
    """Upright boards between stout posts under a moulded cap, a low foot of the same."""
    rng = np.random.default_rng(seed)
    build = Assembly()
    grain = wood(finishes.lacquer)
    long, wide = MATTRESS_LONG_M + 0.04, width_m + 0.06
    head = long / 2 + 0.02
    for y, height in ((head, 1.14), (-head, 0.50)):
        for side in (-1, 1):
            post = board((0.085, 0.085, height), (side * (wide / 2 + 0.015), y, height / 2), radius=0.006)
            build.add(grain, post)
        cap = board((wide + 0.16, 0.125, 0.035), (0, y, height + 0.0175), radius=0.008, grain=0)
        strip = board((wide - 0.05, 0.05, 0.085), (0, y, height - 0.043), radius=0.005, grain=0)
        below = board((wide - 0.05, 0.05, 0.10), (0, y, 0.25), radius=0.005, grain=0)
        build.add(grain, cap, strip, below)
        count = max(5, round(wide / 0.13))
        each = (wide - 0.05) / count
        for number in range(count):
            x = -(wide - 0.05) / 2 + each * (number + 0.5)
            plank = board((each - 0.006, 0.022, height - 0.36), (x, y, 0.30 + (height - 0.38) / 2), radius=0.004)
            build.add(grain, plank)
    for side in (-1, 1):
        build.add(grain, board((0.03, long, 0.17), (side * (wide / 2 - 0.015), 0, 0.30), radius=0.006, grain=1))
    lay_bedding(build, finishes, rng, width_m, head - 0.04, footboard=True)
    return build.piece("bed", "boarded", clearance_m=CLEARANCE_M)


def tufted_bed(finishes: Finishes, seed: int, width_m: float) -> Piece:
    """A tall headboard, deep-buttoned between padded wings."""
    rng = np.random.default_rng(seed)
    build = Assembly()
    head = upholstered_base(build, finishes, rng, width_m)
    cloth = textile(finishes.upholstery_second)
    wide, tall = width_m + 0.10, 1.10
    panel = tufted_panel((wide, 0.11, tall), pitch=(0.24, 0.26), deep=0.034)
    build.add(cloth, panel.moved(0, head + 0.075, 0.14 + tall / 2))
    for side in (-1, 1):
        wing = _wing(0.24, tall + 0.01, 0.075)
        build.add(cloth, wing.moved(side * (wide / 2 + 0.032), head - 0.005, 0.13))
        feet = cylinder(0.02, 0.15, (side * (wide / 2 - 0.05), head + 0.08, 0.0), edge=0.004, sides=20)
        build.add(wood(finishes.wood_second), feet)
    lay_bedding(build, finishes, rng, width_m, head - 0.012)
    return build.piece("bed", "tufted", clearance_m=CLEARANCE_M)


def _wing(deep: float, tall: float, thick: float) -> Mesh:
    """A padded wing along the side of a headboard, standing on its lower edge, drawn in towards its top."""
    steps = np.linspace(0, 1, 26)
    front = -deep * (0.545 + 0.225 * np.cos(np.pi * np.clip((steps - 0.45) / 0.5, 0, 1)))
    turn = np.linspace(0, 2 * np.pi, 25)[:-1]
    rings = []
    for share, reach in zip(steps, front, strict=True):
        round_off = np.sqrt(np.clip(1 - (1 - min((1 - share) / 0.05, 1.0)) ** 2, 0.03, 1))
        half_x, back = thick / 2 * round_off, 0.135
        middle, half_y = (reach + back) / 2, (back - reach) / 2 * (0.85 + 0.15 * round_off)
        x = half_x * np.sign(np.cos(turn)) * np.abs(np.cos(turn)) ** 0.6
        y = middle + half_y * np.sign(np.sin(turn)) * np.abs(np.sin(turn)) ** 0.35
        rings.append(np.stack([x, y, np.full(24, share * tall)], axis=1))
    rows = np.asarray(rings)
    outline = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(rows[0], axis=0), axis=1))])
    return outward(swept(outline, rows, crease=60.0))
