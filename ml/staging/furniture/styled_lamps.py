"""Lamps of a style: a turned post, a studio spot, paper, a woven shade; pendants of paper, arms, globes, bars."""

import itertools
from functools import lru_cache

import numpy as np

from ml.staging.furniture.lamps import bulb, bulb_at, dome, opal_glass, shade_cloth
from ml.staging.furniture.light import lamplight
from ml.staging.furniture.material import Material, MaterialKind, srgb
from ml.staging.furniture.mesh import Mesh, rotation
from ml.staging.furniture.piece import Assembly, Mount, Piece
from ml.staging.furniture.shading import shaded
from ml.staging.furniture.solids import board, cylinder, lathe, leg, sheet_faces, tube
from ml.staging.furniture.surfaces.cane import basket, rattan
from ml.staging.furniture.surfaces.finishes import Finishes
from ml.staging.furniture.surfaces.metal import metal
from ml.staging.furniture.surfaces.wood import wood
from ml.staging.furniture.turnings import column

_DROP_M = 1.0
"""From the ceiling to a pendant's lowest point."""


@lru_cache(maxsize=8)
def _paper(kelvin: int) -> Material:
    """Paper with a lit bulb behind it."""
    return Material(
        f"lantern:{kelvin}", MaterialKind.LAMP, srgb("f5efe2"), roughness=0.95, specular=0.05,
        emission=lamplight(kelvin, 0.58),
    )  # fmt: skip


def lantern(radius: float, height: float, ribs: int) -> Mesh:
    """A paper lantern standing on z = 0: rings of bamboo hold it out, the paper between them falls in a little."""
    rows = ribs * 4 + 1
    steps = np.linspace(0, 1, rows)
    turn = np.pi * (0.09 + 0.82 * steps)
    outline = radius * np.sin(turn) ** 0.62
    outline -= 0.006 * np.abs(np.sin(np.pi * steps * ribs))
    around = np.linspace(0, 2 * np.pi, 73)
    points = np.stack(
        [
            outline[:, None] * np.cos(around)[None, :],
            outline[:, None] * np.sin(around)[None, :],
            np.broadcast_to((height * steps)[:, None], (rows, 73)),
        ],
        axis=-1,
    )
    return shaded(points.reshape(-1, 3), sheet_faces(rows, 73), np.zeros((rows * 73, 2)), crease=80.0)


def _pleated_shade(low: float, high: float, height: float) -> Mesh:
    """A cone-shaped shade in fine pleats, open above and below, its lower rim at z = 0."""
    around = np.linspace(0, 2 * np.pi, 361)
    pleat = 1 + 0.011 * np.abs(np.sin(around * 45))
    rows = np.linspace(0, 1, 5)
    reach = (low + (high - low) * rows)[:, None] * pleat[None, :]
    points = np.stack(
        [reach * np.cos(around), reach * np.sin(around), np.broadcast_to((rows * height)[:, None], reach.shape)],
        axis=-1,
    )
    return shaded(points.reshape(-1, 3), sheet_faces(5, 361), np.zeros((5 * 361, 2)), crease=70.0)


def turned_lamp(finishes: Finishes, seed: int, width_m: float) -> Piece:
    """A turned post of wood on a round foot, a pleated shade that widens downwards."""
    del seed
    build = Assembly()
    grain, bars = wood(finishes.wood), metal(finishes.metal)
    foot = [(0, 0), (0.145, 0), (0.15, 0.008), (0.145, 0.022), (0.10, 0.034), (0.055, 0.05), (0.03, 0.06), (0, 0.06)]
    build.add(grain, lathe(foot, 56), column(1.12, 0.085, (0, 0, 0.05)))
    build.add(bars, cylinder(0.024, 0.03, (0, 0, 1.165)), tube([(0, 0, 1.18), (0, 0, 1.50)], 0.006))
    low, high, tall = width_m / 2, width_m * 0.27, 0.30
    build.add(shade_cloth(finishes.shade, finishes.light_kelvin), _pleated_shade(low, high, tall).moved(0, 0, 1.21))
    for level, reach in ((1.212, low), (1.508, high)):
        ring = np.linspace(0, 2 * np.pi, 61)
        hoop = np.stack([reach * np.cos(ring), reach * np.sin(ring), np.full(61, level)], axis=1)
        build.add(shade_cloth(finishes.shade, finishes.light_kelvin), tube(hoop, 0.005, 8))
    for turn in (0.0, np.pi / 2):
        end = (high * 1.0 * float(np.cos(turn)), high * 1.0 * float(np.sin(turn)))
        build.add(bars, tube([(-end[0], -end[1], 1.498), (end[0], end[1], 1.498)], 0.0025, 6))
    build.add(bars, tube([(0, 0, 1.498), (0, 0, 1.525)], 0.008, 12))
    bulb_at(build, finishes, (0, 0, 1.27))
    return build.piece("floor_lamp", "turned")


def studio_lamp(finishes: Finishes, seed: int, width_m: float) -> Piece:
    """A spot with a deep hood on three braced legs."""
    rng = np.random.default_rng(seed)
    build = Assembly()
    grain, bars = wood(finishes.wood_second), metal(finishes.metal)
    start = rng.uniform(0, 120)
    for turn in np.radians(np.array([0, 120, 240]) + start):
        x, y = float(np.cos(turn)), float(np.sin(turn))
        foot = (width_m / 2 * x, width_m / 2 * y, 0.0)
        build.add(grain, leg((0.03 * x, 0.03 * y, 1.22), foot, 0.015, 0.013).shifted_uvs(*rng.uniform(0, 2, 2)))
        reach = 0.03 + (width_m / 2 - 0.03) * (1.22 - 0.52) / 1.22
        build.add(bars, tube([(0, 0, 0.66), (reach * x, reach * y, 0.52)], 0.005, 8))
    build.add(bars, cylinder(0.048, 0.05, (0, 0, 1.20)), tube([(0, 0, 0.63), (0, 0, 1.40)], 0.010, 14))
    fork = np.radians(np.linspace(180, 360, 19))
    yoke = np.stack([0.155 * np.cos(fork), np.zeros(19), 1.46 + 0.10 * np.sin(fork)], axis=1)
    build.add(bars, tube(yoke, 0.008, 12))
    hood = dome(
        [(0.0, 0.22), (0.06, 0.218), (0.085, 0.20), (0.10, 0.15), (0.125, 0.10), (0.142, 0.02), (0.145, 0.0)], 0.004
    )
    turned = rotation("z", 18 if rng.uniform() < 0.5 else -18) @ rotation("x", -72)
    build.add(bars, hood.moved(0, 0, -0.10).turned(turned).moved(0, 0, 1.47))
    ring = np.linspace(0, 2 * np.pi, 41)
    rim = np.stack([0.147 * np.cos(ring), 0.147 * np.sin(ring), np.full(41, -0.10)], axis=1)
    build.add(bars, tube(rim, 0.005, 10).turned(turned).moved(0, 0, 1.47))
    for side in (-1, 1):
        build.add(bars, tube([(side * 0.10, 0, 1.47), (side * 0.165, 0, 1.47)], 0.011, 12))
    glow = cylinder(0.105, 0.012, (0, 0, -0.075), edge=0.004)
    build.add(bulb(finishes.light_kelvin), glow.turned(turned).moved(0, 0, 1.47))
    return build.piece("floor_lamp", "studio")


def paper_lamp(finishes: Finishes, seed: int, width_m: float) -> Piece:
    """A tall lantern of paper in a frame of four slim posts."""
    del seed
    build = Assembly()
    grain = wood(finishes.wood_second)
    radius, tall, low = width_m / 2 - 0.025, 1.02, 0.22
    rows = 25
    outline = [(radius * (0.97 - 0.012 * (number % 2)), low + tall * number / (rows - 1)) for number in range(rows)]
    build.add(_paper(finishes.light_kelvin), lathe(outline, 56, crease=80))
    for turn in np.radians((45, 135, 225, 315)):
        x, y = (radius + 0.010) * float(np.cos(turn)), (radius + 0.010) * float(np.sin(turn))
        build.add(grain, board((0.016, 0.016, low + tall + 0.05), (x, y, (low + tall + 0.05) / 2), radius=0.003))
    ring = np.linspace(0, 2 * np.pi, 57)
    for level in (low, low + tall / 2, low + tall):
        hoop = np.stack([radius * np.cos(ring), radius * np.sin(ring), np.full(57, level)], axis=1)
        build.add(grain, tube(hoop, 0.006, 10))
    build.add(grain, cylinder(radius, 0.014, (0, 0, low - 0.010), edge=0.003, sides=56))
    return build.piece("floor_lamp", "paper")


def woven_lamp(finishes: Finishes, seed: int, width_m: float) -> Piece:
    """A bent rod of rattan with a bell of basket work."""
    rng = np.random.default_rng(seed)
    build = Assembly()
    side = 1.0 if rng.uniform() < 0.5 else -1.0
    reach = width_m - 0.20 - 0.17
    build.add(wood(finishes.wood), cylinder(0.165, 0.035, edge=0.008, sides=64))
    turns = np.linspace(0, np.pi * 0.66, 30)
    bow = np.stack([side * reach * 0.62 * (1 - np.cos(turns)), np.zeros(30), 1.15 + 0.44 * np.sin(turns)], axis=1)
    path = np.concatenate([[[0, 0, 0.03], [0, 0, 0.4], [0, 0, 0.8]], bow])
    build.add(rattan(), tube(path, 0.013, 14))
    tip = path[-1]
    steps = np.linspace(0, 1, 12)
    outline = 0.055 + 0.135 * np.sin(np.pi / 2 * steps) ** 0.85
    low = float(tip[2]) - 0.36
    bell = lathe([*zip(outline[::-1].tolist(), (steps * 0.27).tolist(), strict=True)], 56, crease=80)
    build.add(basket(), bell.moved(float(tip[0]), 0, low))
    ring = np.linspace(0, 2 * np.pi, 57)
    for level, wide in ((0.0, 0.192), (0.27, 0.058)):
        hoop = np.stack([tip[0] + wide * np.cos(ring), wide * np.sin(ring), np.full(57, low + level)], axis=1)
        build.add(rattan(), tube(hoop, 0.007, 10))
    build.add(
        rattan(), tube([(float(tip[0]) - 0.058, 0, low + 0.27), (float(tip[0]) + 0.058, 0, low + 0.27)], 0.004, 8)
    )
    build.add(metal(finishes.metal), tube([tuple(tip), (float(tip[0]), 0, low + 0.26)], 0.004, 8))
    bulb_at(build, finishes, (float(tip[0]), 0.0, low + 0.17))
    return build.piece("floor_lamp", "woven")


def paper_pendant(finishes: Finishes, seed: int, width_m: float) -> Piece:
    """A round lantern of paper on a cord."""
    del seed
    build = Assembly()
    radius = width_m / 2
    tall = radius * 1.62
    build.add(_paper(finishes.light_kelvin), lantern(radius, tall, 17).moved(0, 0, -_DROP_M))
    top = -_DROP_M + tall
    build.add(metal("black"), tube([(0, 0, top - 0.02), (0, 0, -0.01)], 0.003, 6))
    ring = cylinder(radius * 0.46, 0.008, (0, 0, top - 0.006), edge=0.002, sides=40)
    build.add(wood(finishes.wood), ring)
    build.add(metal(finishes.metal), cylinder(0.05, 0.022, (0, 0, -0.022)))
    return build.piece("pendant", "paper", mount=Mount.CEILING)


def armed_pendant(finishes: Finishes, seed: int, width_m: float) -> Piece:
    """A chandelier: a turned stem, six curved arms with candle cups and small pleated shades."""
    del seed
    build = Assembly()
    bars = metal(finishes.metal)
    low, reach = -_DROP_M, width_m / 2 - 0.062
    stem = [
        (0, 0),
        (0.012, 0.002),
        (0.03, 0.03),
        (0.022, 0.06),
        (0.045, 0.10),
        (0.040, 0.14),
        (0.014, 0.18),
        (0.012, 0.33),
        (0.028, 0.36),
        (0.010, 0.40),
        (0, 0.40),
    ]
    build.add(bars, lathe(stem, 32).moved(0, 0, low), tube([(0, 0, low + 0.39), (0, 0, -0.01)], 0.006, 10))
    build.add(bars, cylinder(0.06, 0.022, (0, 0, -0.022)))
    for turn in np.radians(np.arange(6) * 60 + 15):
        x, y = float(np.cos(turn)), float(np.sin(turn))
        steps = np.linspace(0, 1, 16)
        out = 0.035 + (reach - 0.035) * steps
        rise = 0.12 - 0.115 * np.sin(np.pi * np.clip(steps * 0.95, 0, 1)) + 0.03 * steps**2
        build.add(bars, tube(np.stack([out * x, out * y, low + rise], axis=1), 0.007, 12))
        at = (reach * x, reach * y, low + float(rise[-1]))
        cup = [
            (0, -0.012),
            (0.010, -0.012),
            (0.030, 0.004),
            (0.032, 0.010),
            (0.013, 0.010),
            (0.0125, 0.075),
            (0, 0.075),
        ]
        build.add(bars, lathe(cup, 24).moved(*at))
        shade = _pleated_shade(0.060, 0.036, 0.085).moved(at[0], at[1], at[2] + 0.062)
        build.add(shade_cloth(finishes.shade, finishes.light_kelvin), shade)
        build.add(
            bars,
            tube(
                [
                    (at[0] - 0.036 * x, at[1] - 0.036 * y, at[2] + 0.140),
                    (at[0] + 0.036 * x, at[1] + 0.036 * y, at[2] + 0.140),
                ],
                0.0015,
                6,
            ),
        )
        build.add(bars, tube([(at[0], at[1], at[2] + 0.07), (at[0], at[1], at[2] + 0.142)], 0.003, 8))
    return build.piece("pendant", "armed", mount=Mount.CEILING)


def cluster_pendant(finishes: Finishes, seed: int, width_m: float) -> Piece:
    """Globes of opal glass at the ends of straight arms that point all ways."""
    rng = np.random.default_rng(seed)
    build = Assembly()
    bars = metal(finishes.metal)
    globe, reach = 0.048, width_m / 2 - 0.048
    middle = -_DROP_M + reach * 0.8 + globe
    hub = lathe(
        [(0.045 * float(np.cos(a)), 0.045 * float(np.sin(a))) for a in np.linspace(-np.pi / 2, np.pi / 2, 15)], 28
    )
    build.add(bars, hub.moved(0, 0, middle), tube([(0, 0, middle), (0, 0, -0.01)], 0.006, 10))
    build.add(bars, cylinder(0.06, 0.022, (0, 0, -0.022)))
    ball = lathe(
        [(globe * float(np.cos(a)), globe * float(np.sin(a))) for a in np.linspace(-np.pi / 2, np.pi / 2, 17)], 28
    )
    start = rng.uniform(0, 60)
    for rise, count, shift in ((-52, 3, 30), (-12, 5, 0), (28, 5, 36)):
        for number in range(count):
            turn, up = np.radians(start + shift + number * 360 / count), np.radians(rise)
            out = np.array([np.cos(turn) * np.cos(up), np.sin(turn) * np.cos(up), np.sin(up)])
            tip = np.array([0, 0, middle]) + out * reach
            build.add(bars, tube([(0, 0, middle), tuple(tip - out * globe * 0.9)], 0.0045, 10))
            build.add(opal_glass(finishes.light_kelvin), ball.moved(*tip))
            cap = tube([tuple(tip - out * (globe + 0.012)), tuple(tip - out * globe * 0.86)], 0.014, 12)
            build.add(bars, cap)
    return build.piece("pendant", "cluster", mount=Mount.CEILING)


def cage_pendant(finishes: Finishes, seed: int, width_m: float) -> Piece:
    """An open lantern of bars, wider above than below, a bulb within."""
    del seed
    build = Assembly()
    bars = metal(finishes.metal)
    half, tall = width_m / 2, width_m * 1.35
    low = -_DROP_M
    for x in (-1, 1):
        for y in (-1, 1):
            foot, head = (x * half * 0.70, y * half * 0.70, low), (x * half, y * half, low + tall * 0.78)
            build.add(bars, tube([foot, head], 0.006, 8), tube([head, (x * 0.03, y * 0.03, low + tall)], 0.006, 8))
    for level, reach in ((low, half * 0.70), (low + tall * 0.78, half)):
        corners = [(-reach, -reach), (reach, -reach), (reach, reach), (-reach, reach), (-reach, -reach)]
        for first, second in itertools.pairwise(corners):
            build.add(bars, tube([(*first, level), (*second, level)], 0.006, 8))
    build.add(
        bars, cylinder(0.045, 0.02, (0, 0, low + tall - 0.01)), tube([(0, 0, low + tall), (0, 0, -0.01)], 0.005, 10)
    )
    build.add(
        bars, tube([(0, 0, low + tall), (0, 0, low + tall * 0.62)], 0.010, 12), cylinder(0.06, 0.022, (0, 0, -0.022))
    )
    bulb_at(build, finishes, (0, 0, low + tall * 0.62 - 0.09))
    return build.piece("pendant", "cage", mount=Mount.CEILING)
