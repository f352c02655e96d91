"""Armchairs of a style: winged, of rattan, leather slung in steel, a moulded shell, a frame of spindles."""

import itertools

import numpy as np
from scipy.interpolate import CubicSpline

from ml.staging.furniture.armchairs import CLEARANCE_M, accent_cushion, outward
from ml.staging.furniture.cloth.shapes import thickened
from ml.staging.furniture.mesh import Mesh, rotation
from ml.staging.furniture.piece import Assembly, Piece
from ml.staging.furniture.solids import board, leg, swept, tube
from ml.staging.furniture.surfaces.cane import basket, rattan
from ml.staging.furniture.surfaces.fabric import textile
from ml.staging.furniture.surfaces.finishes import Finishes
from ml.staging.furniture.surfaces.metal import metal
from ml.staging.furniture.surfaces.wood import wood
from ml.staging.furniture.tufting import rolled_arm
from ml.staging.furniture.turnings import spindle, turned_leg
from ml.staging.furniture.upholstery import soft_box


def wing_armchair(finishes: Finishes, seed: int, width_m: float) -> Piece:
    """A tall back with wings, rolled arms, a thick seat, turned front legs."""
    rng = np.random.default_rng(seed)
    build = Assembly()
    cloth, grain = textile(finishes.upholstery_second), wood(finishes.wood)
    depth, low, arm_top, top = 0.82, 0.19, 0.60, 1.08
    half = width_m / 2
    for side in (-1, 1):
        arm = rolled_arm(0.58, low, arm_top, roll=0.062, stem=0.045)
        turned = arm if side > 0 else arm.turned(rotation("z", 180))
        build.add(cloth, turned.moved(side * (half - 0.085), -0.08, 0))
        wing = _side_wing(0.27, top - 0.57, 0.07)
        build.add(cloth, wing.turned(rotation("x", -7)).moved(side * (half - 0.095), depth / 2 - 0.10, 0.56))
    back = soft_box((width_m - 0.17, 0.13, top - low), rng, radius=0.06, puff=(0, 0.022, 0.006), wrinkle=0.0012)
    build.add(cloth, back.turned(rotation("x", -7)).moved(0, depth / 2 - 0.125, low + (top - low) / 2))
    base = soft_box((width_m - 0.17, depth - 0.15, 0.16), rng, radius=0.03, wrinkle=0.0006, piping=0.004)
    build.add(cloth, base.moved(0, -0.045, low + 0.08))
    seat = soft_box(
        (width_m - 0.21, depth - 0.24, 0.15), rng, radius=0.05, puff=(0.006, 0.012, 0.022), wrinkle=0.0018, piping=0.004
    )
    build.add(cloth, seat.moved(0, -0.085, low + 0.225))
    accent_cushion(build, finishes, rng, depth / 2 - 0.22, low + 0.30)
    for side in (-1, 1):
        build.add(grain, turned_leg(low + 0.01, 0.05, (side * (half - 0.12), -depth / 2 + 0.10, 0.0), block=0.18))
        start, foot = (
            (side * (half - 0.14), depth / 2 - 0.16, low + 0.02),
            (side * (half - 0.14), depth / 2 - 0.03, 0.0),
        )
        build.add(grain, leg(start, foot, 0.022, 0.017))
    return build.piece("armchair", "wing", clearance_m=CLEARANCE_M)


def _side_wing(deep: float, tall: float, thick: float) -> Mesh:
    """A padded wing standing on its lower edge: broad in its upper half, drawn in to the arm below and at its top."""
    steps = np.linspace(0, 1, 28)
    reach = deep * (0.50 + 0.50 * np.sin(np.pi * np.clip(steps * 1.02, 0, 1)) ** 0.8)
    turn = np.linspace(0, 2 * np.pi, 29)[:-1]
    rows = []
    for share, ahead in zip(steps, reach, strict=True):
        slim = float(np.sqrt(np.clip(1 - (1 - min(1.0, min(share + 0.02, 1 - share) / 0.07)) ** 2, 0.02, 1)))
        half_y = (ahead + 0.05) / 2 * (0.86 + 0.14 * slim)
        x = thick / 2 * slim * np.sign(np.cos(turn)) * np.abs(np.cos(turn)) ** 0.7
        y = 0.05 - half_y + half_y * np.sign(np.sin(turn)) * np.abs(np.sin(turn)) ** 0.5
        rows.append(np.stack([x, y, np.full(len(turn), share * tall)], axis=1))
    rails = np.asarray(rows)
    outline = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(rails[14], axis=0), axis=1))])
    return outward(swept(outline, rails, crease=65.0))


def rattan_armchair(finishes: Finishes, seed: int, width_m: float) -> Piece:
    """A woven tub in a hoop of bent rods, a round loose seat."""
    rng = np.random.default_rng(seed)
    build = Assembly()
    cloth, rods, weave = textile(finishes.upholstery_second), rattan(), basket()
    radius = width_m / 2 - 0.025
    turns = np.radians(np.linspace(-128, 128, 61))
    share = np.abs(turns) / turns[-1]
    high = 0.80 - 0.19 * np.clip(share * 1.25 - 0.12, 0, 1) ** 1.6
    low = np.full(61, 0.30)
    rows = np.linspace(0, 1, 16)
    flare = 0.86 + 0.14 * rows
    sheet = np.empty((16, 61, 3))
    sheet[..., 0] = radius * flare[:, None] * np.sin(turns)[None, :]
    sheet[..., 1] = radius * flare[:, None] * np.cos(turns)[None, :] * 0.96
    sheet[..., 2] = low + (high - low)[None, :] * rows[:, None]
    build.add(weave, thickened(sheet, 0.014))
    for row, thick in ((0, 0.014), (15, 0.019)):
        build.add(rods, tube(sheet[row], thick, 14))
    for column in (0, 60):
        build.add(rods, tube([tuple(point) for point in sheet[::3, column]], 0.015, 12))
    for column in range(6, 60, 6):
        build.add(rods, tube(sheet[:, column] * np.array([1.025, 1.025, 1]), 0.007, 8))
    ring = np.linspace(0, 2 * np.pi, 49)
    for level, reach in ((0.30, radius * 0.86), (0.12, radius * 0.80)):
        hoop = np.stack([reach * np.sin(ring), reach * 0.96 * np.cos(ring), np.full(49, level)], axis=1)
        build.add(rods, tube(hoop, 0.013, 12))
    for turn in np.radians((40, 140, 220, 320)):
        x, y = radius * 0.83 * float(np.sin(turn)), radius * 0.80 * float(np.cos(turn))
        build.add(rods, tube([(x * 1.05, y * 1.05, 0.0), (x, y, 0.14), (x, y, 0.31)], 0.016, 12))
        low_x, low_y = x * 0.98, y * 0.98
        build.add(rods, tube([(low_x, low_y, 0.13), (low_x * 0.86, low_y * 0.5, 0.29)], 0.008, 8))
    seat = soft_box(
        (width_m - 0.17, width_m - 0.17, 0.13),
        rng,
        radius=0.062,
        puff=(0.02, 0.02, 0.016),
        wrinkle=0.0022,
        piping=0.004,
    )
    build.add(cloth, _rounded(seat, (width_m - 0.17) / 2).moved(0, -0.005, 0.375))
    accent_cushion(build, finishes, rng, radius * 0.80, 0.435)
    return build.piece("armchair", "rattan", clearance_m=CLEARANCE_M)


def _rounded(pad: Mesh, radius: float) -> Mesh:
    """A square pad's corners drawn in to a rounder outline (x, y), about its middle."""
    points = pad.vertices.astype(float)
    x, y = points[:, 0] / radius, points[:, 1] / radius
    points[:, 0] = radius * x * np.sqrt(np.clip(1 - 0.36 * y**2, 0, 1))
    points[:, 1] = radius * y * np.sqrt(np.clip(1 - 0.36 * x**2, 0, 1))
    return Mesh(points.astype(np.float32), pad.faces, pad.normals, pad.uvs)


def sling_armchair(finishes: Finishes, seed: int, width_m: float) -> Piece:
    """One sheet of hide, stitched into channels, slung between two loops of steel; straps for arms."""
    rng = np.random.default_rng(seed)
    build = Assembly()
    hide, bars = textile(finishes.upholstery_second), metal(finishes.metal)
    half = width_m / 2 - 0.03
    spine = np.array(
        [(-0.34, 0.43), (-0.20, 0.40), (0.0, 0.355), (0.12, 0.345), (0.20, 0.40), (0.31, 0.62), (0.40, 0.82)]
    )
    steps = np.linspace(0, len(spine) - 1, 64)
    line = CubicSpline(np.arange(len(spine)), spine)(steps)
    tangent = np.gradient(line, axis=0)
    tangent /= np.linalg.norm(tangent, axis=1, keepdims=True)
    normal = np.stack([-tangent[:, 1], tangent[:, 0]], axis=1)
    long = np.concatenate([[0], np.cumsum(np.linalg.norm(np.diff(line, axis=0), axis=1))])
    channels = 0.012 * np.abs(np.sin(np.pi * long / long[-1] * 9)) ** 0.7
    across = np.linspace(-1, 1, 25)
    sag = 0.020 * (1 - across**2)
    sheet = np.empty((64, 25, 3))
    sheet[..., 0] = across[None, :] * (half - 0.025)
    off = channels[:, None] * np.sqrt(np.clip(1 - across**6, 0, 1))[None, :] - sag[None, :]
    sheet[..., 1] = line[:, None, 0] + normal[:, None, 0] * off
    sheet[..., 2] = line[:, None, 1] + normal[:, None, 1] * off
    sheet[..., 2] += 0.001 * rng.normal(size=(1, 1))
    build.add(hide, thickened(sheet, 0.026))
    for side in (-1, 1):
        x = side * half
        rail = np.stack([np.full(64, x), line[:, 0], line[:, 1]], axis=1)
        build.add(bars, tube(rail, 0.013, 14))
        loop = np.array([(-0.33, 0.43), (-0.345, 0.02), (-0.30, 0.0125), (0.36, 0.0125), (0.40, 0.02), (0.405, 0.825)])
        fine = np.concatenate(
            [loop[:1], *(a + (b - a) * np.linspace(0, 1, 9)[1:, None] for a, b in itertools.pairwise(loop))]
        )
        build.add(bars, tube(np.stack([np.full(len(fine), x), fine[:, 0], fine[:, 1]], axis=1), 0.0125, 14))
        arm = np.stack([np.full(14, x), np.linspace(-0.335, 0.355, 14), np.linspace(0.60, 0.60, 14)], axis=1)
        build.add(bars, tube([(x, -0.335, 0.43), (x, -0.335, 0.60)], 0.0125, 14), tube(arm, 0.0125, 14))
        pad = soft_box((0.065, 0.46, 0.022), rng, radius=0.010, wrinkle=0.0003)
        build.add(hide, pad.moved(x, -0.03, 0.617))
    for y, level in ((-0.335, 0.425), (0.40, 0.815), (0.12, 0.335), (0.38, 0.0125)):
        build.add(bars, tube([(-half, y, level), (half, y, level)], 0.011, 12))
    return build.piece("armchair", "sling", clearance_m=CLEARANCE_M)


def shell_armchair(finishes: Finishes, seed: int, width_m: float) -> Piece:
    """A moulded, padded shell whose sides are arms, a loose seat, four splayed legs of wood."""
    rng = np.random.default_rng(seed)
    build = Assembly()
    cloth, grain = textile(finishes.upholstery_second), wood(finishes.wood)
    half = width_m / 2 - 0.02
    rows, columns = 46, 41
    down, across = np.linspace(0, 1, rows), np.linspace(-1, 1, columns)
    # The spine from the seat's front over a round corner up to the back's top.
    spine = np.array([(-0.33, 0.375), (-0.12, 0.335), (0.10, 0.315), (0.20, 0.37), (0.28, 0.58), (0.37, 0.83)])
    line = CubicSpline(np.linspace(0, 1, len(spine)), spine)(down)
    broad = half * (0.90 + 0.10 * np.sin(np.pi * np.clip(down * 1.3, 0, 1)) - 0.30 * np.clip(down - 0.68, 0, 1) / 0.32)
    bend = np.abs(across) ** 2.4
    rise = 0.205 * np.sin(np.pi * np.clip(down * 1.22 + 0.02, 0, 1)) ** 0.9
    ahead = 0.17 * np.clip((down - 0.35) / 0.4, 0, 1) * np.clip((1.06 - down) / 0.3, 0, 1)
    sheet = np.empty((rows, columns, 3))
    sheet[..., 0] = broad[:, None] * across[None, :]
    sheet[..., 1] = line[:, 0][:, None] - ahead[:, None] * bend + 0.05 * np.clip(1 - down / 0.15, 0, 1)[:, None] * bend
    sheet[..., 2] = (
        line[:, 1][:, None] + rise[:, None] * bend - 0.09 * np.clip((down - 0.82) / 0.18, 0, 1)[:, None] * bend
    )
    build.add(cloth, thickened(sheet, 0.045))
    seat = soft_box(
        (width_m - 0.25, 0.50, 0.10), rng, radius=0.045, puff=(0.01, 0.012, 0.014), wrinkle=0.0016, piping=0.004
    )
    build.add(cloth, seat.turned(rotation("x", -4)).moved(0, -0.075, 0.405))
    accent_cushion(build, finishes, rng, 0.165, 0.44)
    for side in (-1, 1):
        for end, tall in ((-1, 0.34), (1, 0.33)):
            start, foot = (side * 0.17, end * 0.16, tall), (side * 0.27, end * 0.27 + 0.02, 0.0)
            build.add(grain, leg(start, foot, 0.021, 0.011).shifted_uvs(*rng.uniform(0, 2, 2)))
        build.add(grain, tube([(side * 0.185, -0.19, 0.27), (side * 0.185, 0.21, 0.27)], 0.011, 12))
    build.add(
        grain, board((0.40, 0.06, 0.03), (0, 0.0, 0.305), grain=0), board((0.06, 0.40, 0.03), (0, 0.0, 0.302), grain=1)
    )
    return build.piece("armchair", "shell", clearance_m=CLEARANCE_M)


def spindle_armchair(finishes: Finishes, seed: int, width_m: float) -> Piece:
    """A low, broad frame of square wood, its back and sides of close rods, thick loose cushions."""
    rng = np.random.default_rng(seed)
    build = Assembly()
    cloth, grain = textile(finishes.upholstery_second), wood(finishes.wood)
    depth, arm_top, back_top, bar = 0.76, 0.56, 0.70, 0.034
    x, y = width_m / 2 - bar / 2, depth / 2 - bar / 2
    for side in (-1, 1):
        for end, top in ((-1, arm_top), (1, back_top)):
            post = board((bar, bar, top), (side * x, end * y, top / 2), radius=0.006)
            build.add(grain, post.shifted_uvs(*rng.uniform(0, 2, 2)))
        rest = board((0.05, depth, 0.024), (side * x, 0, arm_top), radius=0.008, grain=1)
        low = board((0.026, depth - bar, 0.05), (side * x, 0, 0.24), radius=0.005, grain=1)
        build.add(grain, rest.shifted_uvs(*rng.uniform(0, 2, 2)), low.shifted_uvs(*rng.uniform(0, 2, 2)))
        for at in np.linspace(-y + 0.06, y - 0.06, 11):
            build.add(
                grain, spindle((side * x, float(at), 0.255), (side * x, float(at), arm_top - 0.008), 0.0062, swell=1.1)
            )
    for end in (-1, 1):
        build.add(grain, board((width_m - bar, 0.026, 0.05), (0, end * y, 0.24), radius=0.005, grain=0))
    build.add(grain, board((width_m - 0.004, bar, 0.05), (0, y, back_top - 0.02), radius=0.008, grain=0))
    for at in np.linspace(-x + 0.05, x - 0.05, 14):
        build.add(grain, spindle((float(at), y, 0.255), (float(at), y, back_top - 0.04), 0.0062, swell=1.1))
    build.add(grain, board((width_m - 0.07, depth - 0.06, 0.014), (0, 0, 0.262), radius=0.002, grain=0))
    seat = soft_box(
        (width_m - 0.085, depth - 0.11, 0.16),
        rng,
        radius=0.05,
        puff=(0.006, 0.010, 0.018),
        wrinkle=0.0020,
        piping=0.0035,
    )
    build.add(cloth, seat.moved(0, -0.045, 0.345))
    rest_pad = soft_box(
        (width_m - 0.11, 0.16, 0.40), rng, radius=0.07, puff=(0.006, 0.032, 0.012), wrinkle=0.0028, piping=0.0035
    )
    build.add(cloth, rest_pad.turned(rotation("x", -11)).moved(0, y - 0.125, 0.595))
    return build.piece("armchair", "spindle", clearance_m=CLEARANCE_M)
