"""Dining chairs of a style: crossed back, spindles, pressed steel, upholstered, of cane, a bent rail."""

import numpy as np
from scipy.interpolate import CubicSpline

from ml.staging.furniture.cloth.shapes import thickened
from ml.staging.furniture.dining import CHAIR_CLEARANCE_M, SEAT_HEIGHT_M, seat_pad
from ml.staging.furniture.framed_beds import extruded
from ml.staging.furniture.mesh import Floats, Mesh, Vector, rotation
from ml.staging.furniture.piece import Assembly, Piece
from ml.staging.furniture.solids import leg, tube
from ml.staging.furniture.styled_tables import oval_top
from ml.staging.furniture.surfaces.cane import webbing
from ml.staging.furniture.surfaces.fabric import textile
from ml.staging.furniture.surfaces.finishes import Finishes
from ml.staging.furniture.surfaces.metal import metal
from ml.staging.furniture.surfaces.wood import wood
from ml.staging.furniture.turnings import spindle, turned_leg
from ml.staging.furniture.upholstery import soft_box


def _curve(points: list[Vector], count: int = 24) -> Floats:
    """A smooth line (count, 3) through points."""
    rows = np.asarray(points, float)
    fine: Floats = CubicSpline(np.arange(len(rows)), rows)(np.linspace(0, len(rows) - 1, count))
    return fine


def _squared(values: Floats) -> Floats:
    """Of a circle's sine or cosine, what makes a square with round corners of it."""
    drawn: Floats = np.sign(values) * np.abs(values) ** 0.62
    return drawn


def _wooden_seat(wide: float, deep: float, thick: float = 0.028) -> Mesh:
    """A rounded seat of wood, its top at the seat's height."""
    return oval_top(wide, deep, thick, SEAT_HEIGHT_M, square=4.0, edge=0.011)


def crossback_chair(finishes: Finishes, seed: int, width_m: float) -> Piece:
    """A bent hoop for a back with two crossing rods in it, a rounded seat, stretchers."""
    rng = np.random.default_rng(seed)
    build = Assembly()
    grain = wood(finishes.wood_second)
    half, y = width_m / 2 - 0.025, 0.19
    hoop = _curve(
        [
            (-half + 0.03, y + 0.035, 0.0),
            (-half + 0.035, y, 0.45),
            (-half + 0.02, y + 0.05, 0.70),
            (-half * 0.62, y + 0.09, 0.865),
            (0, y + 0.105, 0.905),
            (half * 0.62, y + 0.09, 0.865),
            (half - 0.02, y + 0.05, 0.70),
            (half - 0.035, y, 0.45),
            (half - 0.03, y + 0.035, 0.0),
        ],
        72,
    )
    build.add(grain, tube(hoop, 0.0145, 16).shifted_uvs(*rng.uniform(0, 2, 2)))
    for side in (-1, 1):
        rod = _curve(
            [
                (side * (half - 0.04), y + 0.002, 0.47),
                (side * 0.09, y + 0.028 + 0.006 * side, 0.60),
                (-side * 0.08, y + 0.062 + 0.006 * side, 0.74),
                (-side * half * 0.60, y + 0.088, 0.862),
            ]
        )
        build.add(grain, tube(rod, 0.010, 12))
        start, foot = (side * (half - 0.05), -0.185, SEAT_HEIGHT_M - 0.02), (side * (half - 0.015), -0.215, 0.0)
        build.add(grain, leg(start, foot, 0.018, 0.014).shifted_uvs(*rng.uniform(0, 2, 2)))
        build.add(
            grain, tube([(side * (half - 0.035), -0.20, 0.21), (side * (half - 0.032), y + 0.015, 0.21)], 0.009, 12)
        )
    for level, at in ((0.25, -0.20), (0.25, 0.205)):
        build.add(grain, tube([(-half + 0.035, at, level), (half - 0.035, at, level)], 0.009, 12))
    build.add(grain, _wooden_seat(width_m - 0.05, 0.43).shifted_uvs(*rng.uniform(0, 2, 2)))
    build.add(
        grain, tube(_curve([(-half + 0.04, -0.17, 0.425), (0, -0.185, 0.425), (half - 0.04, -0.17, 0.425)]), 0.011, 12)
    )
    return build.piece("dining_chair", "crossback", clearance_m=CHAIR_CLEARANCE_M)


def spindle_chair(finishes: Finishes, seed: int, width_m: float) -> Piece:
    """A saddle seat with turned legs, a fan of spindles under a bowed comb."""
    rng = np.random.default_rng(seed)
    build = Assembly()
    grain = wood(finishes.wood_second)
    build.add(grain, _wooden_seat(width_m - 0.05, 0.43, 0.036).shifted_uvs(*rng.uniform(0, 2, 2)))
    half = width_m / 2 - 0.05
    for side in (-1, 1):
        for end in (-1, 1):
            start, foot = (
                (side * half * 0.66, end * 0.13, SEAT_HEIGHT_M - 0.03),
                (side * (half + 0.015), end * 0.205, 0.0),
            )
            path = np.linspace(0, 1, 14)
            line = np.asarray(start)[None] * (1 - path[:, None]) + np.asarray(foot)[None] * path[:, None]
            thick = 0.0125 + 0.008 * np.sin(np.pi * np.clip(path * 1.1, 0, 1)) ** 2
            mesh = tube(line, thick, 14)
            points = mesh.vertices.copy()
            points[points[:, 2] < 0.012, 2] = 0.0
            build.add(grain, Mesh(points, mesh.faces, mesh.normals, mesh.uvs).shifted_uvs(*rng.uniform(0, 2, 2)))
        build.add(grain, spindle((side * half * 0.86, -0.17, 0.20), (side * half * 0.86, 0.17, 0.20), 0.008, swell=1.7))
    build.add(grain, spindle((-half * 0.86, 0.0, 0.20), (half * 0.86, 0.0, 0.20), 0.008, swell=1.7))
    comb = _curve(
        [
            (-half - 0.01, 0.245, 0.86),
            (-half * 0.5, 0.285, 0.885),
            (0, 0.298, 0.892),
            (half * 0.5, 0.285, 0.885),
            (half + 0.01, 0.245, 0.86),
        ],
        30,
    )
    build.add(grain, tube(comb, 0.0165, 16, flat=1.8).shifted_uvs(*rng.uniform(0, 2, 2)))
    count = 7
    for number in range(count):
        share = number / (count - 1) * 2 - 1
        low = (share * half * 0.78, 0.165 - 0.025 * share**2, SEAT_HEIGHT_M - 0.01)
        high = comb[int((share * 0.94 + 1) / 2 * 29)]
        build.add(grain, spindle(low, (float(high[0]), float(high[1]), float(high[2])), 0.0058, swell=1.5))
    return build.piece("dining_chair", "spindle", clearance_m=CHAIR_CLEARANCE_M)


def steel_chair(finishes: Finishes, seed: int, width_m: float) -> Piece:
    """Pressed sheet: a ribbed seat, a bent tube for a back with one broad splat, legs folded from the sheet."""
    del seed
    build = Assembly()
    bars = metal(finishes.metal)
    half = width_m / 2 - 0.045
    seat = oval_top(2 * half, 0.40, 0.016, SEAT_HEIGHT_M, square=5.0, edge=0.006)
    build.add(bars, seat, oval_top(2 * half + 0.004, 0.404, 0.045, SEAT_HEIGHT_M - 0.010, square=5.0, edge=0.004))
    build.add(bars, oval_top(2 * half - 0.07, 0.32, 0.006, SEAT_HEIGHT_M + 0.004, square=4.0, edge=0.0028))
    for side in (-1, 1):
        for end in (-1, 1):
            start = (side * (half - 0.035), end * 0.16, SEAT_HEIGHT_M - 0.05)
            foot = (side * (half + 0.025), end * 0.225, 0.0)
            flat = tube([foot, start], [0.0125, 0.024], 14, flat=0.72)
            points = flat.vertices.copy()
            points[points[:, 2] < 0.016, 2] = 0.0
            build.add(bars, Mesh(points, flat.faces, flat.normals, flat.uvs))
        brace = [(side * (half - 0.01), -0.185, 0.25), (side * (half - 0.01), 0.185, 0.25)]
        build.add(bars, tube(brace, 0.007, 10))
    build.add(bars, tube([(-half + 0.01, 0.0, 0.25), (half - 0.01, 0.0, 0.25)], 0.007, 10))
    back = _curve(
        [
            (-half + 0.01, 0.17, SEAT_HEIGHT_M - 0.01),
            (-half + 0.012, 0.215, 0.64),
            (-half + 0.05, 0.262, 0.80),
            (0, 0.285, 0.845),
            (half - 0.05, 0.262, 0.80),
            (half - 0.012, 0.215, 0.64),
            (half - 0.01, 0.17, SEAT_HEIGHT_M - 0.01),
        ],
        60,
    )
    build.add(bars, tube(back, 0.0125, 16))
    across, up = np.linspace(-1, 1, 13), np.linspace(0, 1, 20)
    sheet = np.empty((20, 13, 3))
    broad = 0.055 + 0.022 * up**2
    sheet[..., 0] = broad[:, None] * across
    line_y = np.interp(up, [0, 0.45, 0.8, 1], [0.185, 0.225, 0.262, 0.283])
    rib = 0.004 * np.exp(-((np.abs(across) - 0.5) ** 2) / 0.03)
    sheet[..., 1] = line_y[:, None] + rib[None, :] - 0.006 * (1 - across**2)[None, :]
    sheet[..., 2] = (SEAT_HEIGHT_M - 0.005 + up * (0.838 - SEAT_HEIGHT_M))[:, None]
    build.add(bars, thickened(sheet, 0.005))
    return build.piece("dining_chair", "steel", clearance_m=CHAIR_CLEARANCE_M)


def upholstered_chair(finishes: Finishes, seed: int, width_m: float) -> Piece:
    """A tall padded back, straight at its top, a welted seat, turned legs before and raked legs behind."""
    rng = np.random.default_rng(seed)
    build = Assembly()
    cloth, grain = textile(finishes.upholstery_second), wood(finishes.wood)
    wide, deep = width_m - 0.03, 0.47
    seat = soft_box(
        (wide, deep, 0.11), rng, radius=0.030, puff=(0.002, 0.002, 0.016), wrinkle=0.0008, piping=0.004, spacing=0.022
    )
    build.add(cloth, seat.moved(0, 0, SEAT_HEIGHT_M - 0.04))
    back = soft_box(
        (wide - 0.015, 0.072, 0.56), rng, radius=0.030, puff=(0.0, 0.010, 0.004), wrinkle=0.0006, spacing=0.022
    )
    build.add(cloth, back.turned(rotation("x", -8)).moved(0, deep / 2 + 0.0, SEAT_HEIGHT_M + 0.29))
    for side in (-1, 1):
        x = side * (wide / 2 - 0.045)
        build.add(grain, turned_leg(SEAT_HEIGHT_M - 0.085, 0.044, (x, -deep / 2 + 0.045, 0.0), block=0.14))
        start, foot = (x, deep / 2 - 0.045, SEAT_HEIGHT_M - 0.085), (x, deep / 2 + 0.045, 0.0)
        build.add(grain, leg(start, foot, 0.021, 0.015).shifted_uvs(*rng.uniform(0, 2, 2)))
    return build.piece("dining_chair", "upholstered", clearance_m=CHAIR_CLEARANCE_M)


def cane_chair(finishes: Finishes, seed: int, width_m: float) -> Piece:
    """Seat and back of cane webbing in rounded frames of wood on turned-down legs."""
    rng = np.random.default_rng(seed)
    build = Assembly()
    grain, cane = wood(finishes.wood), webbing()
    wide, deep = width_m - 0.04, 0.44
    build.add(
        grain,
        oval_top(wide, deep, 0.032, SEAT_HEIGHT_M - 0.002, square=4.5, edge=0.010).shifted_uvs(*rng.uniform(0, 2, 2)),
    )
    build.add(cane, oval_top(wide - 0.085, deep - 0.085, 0.008, SEAT_HEIGHT_M + 0.003, square=4.5, edge=0.003))
    turns = np.linspace(0, 2 * np.pi, 65)
    half_x, half_z = wide / 2 - 0.02, 0.155
    ring = np.stack(
        [half_x * _squared(np.cos(turns)), np.zeros(65), half_z * _squared(np.sin(turns))],
        axis=1,
    )
    lean = rotation("x", -9)
    at = (0.0, deep / 2 + 0.025, 0.72)
    build.add(grain, tube(ring, 0.0155, 14).turned(lean).moved(*at).shifted_uvs(*rng.uniform(0, 2, 2)))
    build.add(cane, extruded(ring[:-1, [0, 2]] * 0.97, 0.007, edge=0.001).turned(lean).moved(*at))
    for side in (-1, 1):
        x = side * (wide / 2 - 0.045)
        build.add(
            grain,
            leg(
                (x, -deep / 2 + 0.05, SEAT_HEIGHT_M - 0.02), (x + side * 0.02, -deep / 2 + 0.005, 0.0), 0.019, 0.012
            ).shifted_uvs(*rng.uniform(0, 2, 2)),
        )
        post = _curve(
            [
                (x + side * 0.018, deep / 2 + 0.03, 0.0),
                (x, deep / 2 - 0.03, SEAT_HEIGHT_M - 0.03),
                (x, deep / 2 + 0.006, 0.62),
                (x, deep / 2 + 0.035, 0.76),
            ]
        )
        build.add(
            grain,
            tube(post, np.interp(np.linspace(0, 1, 24), [0, 0.6, 1], [0.012, 0.018, 0.012]), 14).shifted_uvs(
                *rng.uniform(0, 2, 2)
            ),
        )
    return build.piece("dining_chair", "cane", clearance_m=CHAIR_CLEARANCE_M)


def rail_chair(finishes: Finishes, seed: int, width_m: float) -> Piece:
    """A thin padded seat in a frame of round wood, one broad bent rail for a back."""
    rng = np.random.default_rng(seed)
    build = Assembly()
    cloth, grain = textile(finishes.upholstery_second), wood(finishes.wood)
    half, y = width_m / 2 - 0.035, 0.20
    for side in (-1, 1):
        build.add(
            grain,
            leg((side * half, -y, SEAT_HEIGHT_M - 0.03), (side * half, -y - 0.012, 0.0), 0.0165, 0.0145).shifted_uvs(
                *rng.uniform(0, 2, 2)
            ),
        )
        post = _curve(
            [
                (side * half, y + 0.03, 0.0),
                (side * half, y, 0.42),
                (side * half, y + 0.012, 0.60),
                (side * (half - 0.004), y + 0.045, 0.735),
            ]
        )
        build.add(grain, tube(post, 0.0160, 16).shifted_uvs(*rng.uniform(0, 2, 2)))
        build.add(grain, tube([(side * half, -y, 0.415), (side * half, y, 0.415)], 0.0125, 14))
        build.add(grain, tube([(side * half, -y, 0.30), (side * half, y + 0.005, 0.30)], 0.0095, 12))
    for end in (-1, 1):
        build.add(grain, tube([(-half, end * y, 0.415), (half, end * y, 0.415)], 0.0125, 14))
    across, up = np.linspace(-1, 1, 41), np.linspace(-1, 1, 9)
    sheet = np.empty((9, 41, 3))
    sheet[..., 0] = (half + 0.030) * across[None, :]
    sheet[..., 1] = y + 0.085 - 0.055 * across[None, :] ** 2 + 0.018 * up[:, None]
    tall = 0.062 * (1 - 0.30 * across**2)
    sheet[..., 2] = 0.725 + tall[None, :] * up[:, None]
    build.add(grain, thickened(sheet, 0.016).shifted_uvs(*rng.uniform(0, 2, 2)))
    build.add(cloth, seat_pad(rng, 2 * half - 0.005, 2 * y - 0.005, 0.045).moved(0, 0, SEAT_HEIGHT_M))
    return build.piece("dining_chair", "rail", clearance_m=CHAIR_CLEARANCE_M)
