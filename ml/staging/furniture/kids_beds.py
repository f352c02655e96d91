"""Beds for children: a house of posts, rails of spindles, a plain one with drawers; and cots. `width_m`: mattress."""

import numpy as np

from ml.staging.furniture.bedding import lay_bedding
from ml.staging.furniture.cloth.baking import MATTRESS_LONG_M
from ml.staging.furniture.cloth.shapes import filled, thickened
from ml.staging.furniture.mesh import rotation
from ml.staging.furniture.piece import Assembly, Piece
from ml.staging.furniture.solids import board, leg
from ml.staging.furniture.surfaces.fabric import textile
from ml.staging.furniture.surfaces.finishes import Finishes
from ml.staging.furniture.surfaces.wood import wood
from ml.staging.furniture.turnings import spindle, turned_leg
from ml.staging.furniture.upholstery import soft_box

CLEARANCE_M = 0.6
_TOP_M = 0.48


def _frame(build: Assembly, stuff: str, rng: np.random.Generator, wide: float, long: float) -> None:
    """Rails around a mattress and the deck under it."""
    grain = wood(stuff)
    for side in (-1, 1):
        rail = board((0.028, long, 0.13), (side * (wide / 2 - 0.014), 0, 0.255), radius=0.008, grain=1)
        build.add(grain, rail.shifted_uvs(*rng.uniform(0, 2, 2)))
        end = board((wide - 0.02, 0.028, 0.13), (0, side * (long / 2 - 0.014), 0.255), radius=0.008, grain=0)
        build.add(grain, end.shifted_uvs(*rng.uniform(0, 2, 2)))
    build.add(grain, board((wide - 0.05, long - 0.05, 0.02), (0, 0, 0.225), radius=0.002, grain=0))


def house_bed(finishes: Finishes, seed: int, width_m: float) -> Piece:
    """Four posts that carry the outline of a house."""
    rng = np.random.default_rng(seed)
    build = Assembly()
    grain, post = wood(finishes.wood), 0.055
    long, wide = MATTRESS_LONG_M + 0.07, width_m + 0.06
    _frame(build, finishes.wood, rng, wide, long)
    x, y, eaves, ridge = (wide - post) / 2 + 0.01, (long - post) / 2 + 0.01, 1.22, 1.62
    for side in (-1, 1):
        for end in (-1, 1):
            upright = board((post, post, eaves), (side * x, end * y, eaves / 2), radius=0.007)
            build.add(grain, upright.shifted_uvs(*rng.uniform(0, 2, 2)))
            lean, slope = float(np.degrees(np.arctan2(ridge - eaves, x))), float(np.hypot(ridge - eaves, x))
            rafter = board((slope + 0.045, post * 0.98, post * 0.9), radius=0.006, grain=0).turned(
                rotation("y", side * lean)
            )
            build.add(
                grain,
                rafter.moved(side * x / 2, end * y, (eaves + ridge) / 2 - 0.012).shifted_uvs(*rng.uniform(0, 2, 2)),
            )
        beam = board((post * 0.96, 2 * y, post * 0.96), (side * x, 0, eaves - 0.03), radius=0.006, grain=1)
        build.add(grain, beam.shifted_uvs(*rng.uniform(0, 2, 2)))
    build.add(grain, board((post, 2 * y + 0.03, post), (0, 0, ridge - 0.02), radius=0.006, grain=1))
    for level in (0.62, 0.86):
        build.add(
            grain, board((2 * x, 0.026, 0.07), (0, y, level), radius=0.006, grain=0).shifted_uvs(*rng.uniform(0, 2, 2))
        )
    lay_bedding(build, finishes, rng, width_m, long / 2 - 0.03, _TOP_M, footboard=True)
    return build.piece("kids_bed", "house", clearance_m=CLEARANCE_M)


def spindle_kids_bed(finishes: Finishes, seed: int, width_m: float) -> Piece:
    """Painted, a head and a lower foot of turned spindles between turned posts."""
    rng = np.random.default_rng(seed)
    build = Assembly()
    paint = wood(finishes.lacquer)
    long, wide = MATTRESS_LONG_M + 0.06, width_m + 0.06
    _frame(build, finishes.lacquer, rng, wide, long)
    for y, height in ((long / 2 + 0.01, 0.98), (-long / 2 - 0.01, 0.66)):
        for side in (-1, 1):
            build.add(paint, turned_leg(height, 0.062, (side * (wide / 2 - 0.02), y, 0.0), block=0.12))
            build.add(paint, board((0.058, 0.058, 0.20), (side * (wide / 2 - 0.02), y, 0.27), radius=0.004))
        for level in (0.36, height - 0.05):
            build.add(paint, board((wide - 0.06, 0.034, 0.05), (0, y, level), radius=0.010, grain=0))
        count = max(5, round(wide / 0.11))
        for number in range(count):
            at = (wide - 0.10) * ((number + 0.5) / count - 0.5)
            build.add(paint, spindle((at, y, 0.37), (at, y, height - 0.06), 0.0085, swell=1.6))
    lay_bedding(build, finishes, rng, width_m, long / 2 - 0.015, _TOP_M, footboard=True)
    return build.piece("kids_bed", "spindle", clearance_m=CLEARANCE_M)


def drawer_kids_bed(finishes: Finishes, seed: int, width_m: float) -> Piece:
    """Plain boards with rounded corners at head and foot, drawers below on both sides."""
    rng = np.random.default_rng(seed)
    build = Assembly()
    grain, front = wood(finishes.wood), wood(finishes.lacquer)
    long, wide = MATTRESS_LONG_M + 0.07, width_m + 0.06
    _frame(build, finishes.wood, rng, wide, long)
    for end, tall in ((1, 0.86), (-1, 0.56)):
        board_end = board((wide + 0.03, 0.032, tall), (0, end * (long / 2 + 0.008), tall / 2), radius=0.014, grain=0)
        build.add(grain, board_end.shifted_uvs(*rng.uniform(0, 2, 2)))
    for side in (-1, 1):
        for number in range(2):
            y = (number - 0.5) * long * 0.485
            drawer = board((0.020, long * 0.475, 0.165), (side * (wide / 2 - 0.006), y, 0.102), radius=0.004)
            build.add(front, drawer)
            grip = board((0.026, 0.14, 0.018), (side * (wide / 2 + 0.004), y, 0.155), radius=0.006, grain=1)
            build.add(grain, grip)
    build.add(grain, board((wide - 0.04, long - 0.04, 0.19), (0, 0, 0.105), radius=0.003, grain=1))
    lay_bedding(build, finishes, rng, width_m, long / 2 - 0.012, _TOP_M, hem=0.05, footboard=True)
    return build.piece("kids_bed", "drawers", clearance_m=CLEARANCE_M)


_COT_LONG_M = 1.20
_COT_TOP_M = 0.50


def _cot(finishes: Finishes, seed: int, width_m: float, design: str) -> Piece:
    """A mattress 120 cm long between rails of bars, a folded blanket and a small cushion."""
    rng = np.random.default_rng(seed)
    build = Assembly()
    stuff = finishes.lacquer if design == "turned" else finishes.wood
    grain, rail_top, post = wood(stuff), 0.86, 0.042
    wide, long = width_m + 0.05, _COT_LONG_M + 0.06
    x, y = wide / 2, long / 2
    for side in (-1, 1):
        for end in (-1, 1):
            if design == "turned":
                build.add(grain, turned_leg(0.30, 0.046, (side * x, end * y, 0.0), block=0.1))
                build.add(
                    grain,
                    board(
                        (post, post, rail_top - 0.26), (side * x, end * y, 0.28 + (rail_top - 0.26) / 2), radius=0.006
                    ),
                )
            else:
                build.add(
                    grain, leg((side * x, end * y, 0.30), (side * (x + 0.03), end * (y + 0.03), 0.0), 0.021, 0.013)
                )
                build.add(
                    grain,
                    board(
                        (post, post, rail_top - 0.26), (side * x, end * y, 0.28 + (rail_top - 0.26) / 2), radius=0.014
                    ),
                )
        for level, tall in ((0.33, 0.055), (rail_top - 0.02, 0.036)):
            build.add(
                grain,
                board((0.028, 2 * y, tall), (side * x, 0, level), radius=0.010, grain=1).shifted_uvs(
                    *rng.uniform(0, 2, 2)
                ),
            )
            build.add(
                grain,
                board((2 * x, 0.028, tall), (0, side * y, level), radius=0.010, grain=0).shifted_uvs(
                    *rng.uniform(0, 2, 2)
                ),
            )
        swell = 1.5 if design == "turned" else 1.0
        for at in np.linspace(-y, y, 17)[1:-1]:
            build.add(
                grain, spindle((side * x, float(at), 0.34), (side * x, float(at), rail_top - 0.03), 0.0075, swell=swell)
            )
        if design == "panelled":
            panel = board(
                (2 * x - 0.03, 0.022, rail_top - 0.36), (0, side * y, (rail_top + 0.30) / 2), radius=0.006, grain=0
            )
            build.add(grain, panel.shifted_uvs(*rng.uniform(0, 2, 2)))
            continue
        for at in np.linspace(-x, x, 9)[1:-1]:
            build.add(
                grain, spindle((float(at), side * y, 0.34), (float(at), side * y, rail_top - 0.03), 0.0075, swell=swell)
            )
    build.add(grain, board((2 * x, 2 * y, 0.018), (0, 0, 0.345), radius=0.002, grain=1))
    linen = textile(finishes.bedding)
    mattress = soft_box((width_m, _COT_LONG_M, 0.13), rng, radius=0.04, puff=(0, 0, 0.006), wrinkle=0.001)
    build.add(linen, mattress.moved(0, 0, _COT_TOP_M - 0.085))
    if finishes.dressed:
        cushion, _ = filled("lumbar", rng, size=0.72)
        build.add(
            textile(finishes.accent_second), cushion.turned(rotation("x", -12)).moved(0, y - 0.05, _COT_TOP_M - 0.02)
        )
        rows, columns = 16, 40
        over = np.linspace(-0.5, 0.5, columns) * (2 * x + 0.50)
        hang = np.maximum(np.abs(over) - x - 0.022, 0)
        sheet = np.empty((rows, columns, 3))
        sheet[..., 0] = np.clip(over, -x - 0.022, x + 0.022)[None, :]
        sheet[..., 1] = (np.linspace(-0.17, 0.17, rows) - y * 0.35)[:, None] + 0.008 * np.sin(over * 9)[None, :]
        inside = np.clip((x - 0.03 - np.abs(over)) / 0.10, 0, 1)
        sheet[..., 2] = (rail_top + 0.006 - hang - (rail_top - _COT_TOP_M - 0.02) * inside**0.8)[None, :]
        build.add(textile(finishes.throw), thickened(sheet, 0.008))
    return build.piece("cot", design, clearance_m=CLEARANCE_M)


def slim_cot(finishes: Finishes, seed: int, width_m: float) -> Piece:
    """Round bars in a frame with soft corners, on splayed feet."""
    return _cot(finishes, seed, width_m, "slim")


def turned_cot(finishes: Finishes, seed: int, width_m: float) -> Piece:
    """Painted, turned bars and feet."""
    return _cot(finishes, seed, width_m, "turned")


def panelled_cot(finishes: Finishes, seed: int, width_m: float) -> Piece:
    """Closed ends, round bars along its sides."""
    return _cot(finishes, seed, width_m, "panelled")
