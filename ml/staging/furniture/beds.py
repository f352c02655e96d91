"""Beds in four widths: an upholstered panel, upholstered channels, and a frame of wood. `width_m` is the mattress's."""

import numpy as np

from ml.staging.furniture.bedding import lay_bedding
from ml.staging.furniture.cloth.baking import MATTRESS_LONG_M
from ml.staging.furniture.piece import Assembly, Piece
from ml.staging.furniture.solids import board, leg
from ml.staging.furniture.surfaces.fabric import textile
from ml.staging.furniture.surfaces.finishes import Finishes
from ml.staging.furniture.surfaces.wood import wood
from ml.staging.furniture.upholstery import soft_box

CLEARANCE_M = 0.6


def upholstered_base(build: Assembly, finishes: Finishes, rng: np.random.Generator, width: float) -> float:
    """A low upholstered box with feet; answers where the headboard's face is (y)."""
    cloth = textile(finishes.upholstery_second)
    long = MATTRESS_LONG_M + 0.02
    box = soft_box((width + 0.02, long, 0.24), rng, radius=0.03, puff=(0.003, 0.003, 0), wrinkle=0.0008, piping=0.004)
    build.add(cloth, box.moved(0, 0, 0.22))
    for side in (-1, 1):
        for end in (-1, 1):
            at = (side * (width / 2 - 0.05), end * (long / 2 - 0.10))
            build.add(wood(finishes.wood_second), leg((*at, 0.12), (*at, 0.0), 0.026, 0.019))
    return long / 2


def panel_bed(finishes: Finishes, seed: int, width_m: float) -> Piece:
    """A plain upholstered headboard with a welt, two panels for the wide ones."""
    rng = np.random.default_rng(seed)
    build = Assembly()
    head = upholstered_base(build, finishes, rng, width_m)
    cloth = textile(finishes.upholstery_second)
    count = 2 if width_m > 1.2 else 1
    each = (width_m + 0.12) / count
    for number in range(count):
        panel = soft_box(
            (each - 0.003, 0.10, 0.92), rng, radius=0.035, puff=(0.001, 0.012, 0.002), wrinkle=0.0012, piping=0.0
        )
        build.add(cloth, panel.moved(-(width_m + 0.12) / 2 + each * (number + 0.5), head + 0.05, 0.17 + 0.46))
    lay_bedding(build, finishes, rng, width_m, head)
    return build.piece("bed", "panel", clearance_m=CLEARANCE_M)


def channel_bed(finishes: Finishes, seed: int, width_m: float) -> Piece:
    """A tall headboard of upright padded channels."""
    rng = np.random.default_rng(seed)
    build = Assembly()
    head = upholstered_base(build, finishes, rng, width_m)
    cloth = textile(finishes.upholstery_second)
    wide = width_m + 0.14
    count = max(5, round(wide / 0.17))
    each = wide / count
    build.add(cloth, soft_box((wide - 0.01, 0.06, 1.02), rng, radius=0.02, wrinkle=0.0).moved(0, head + 0.085, 0.63))
    for number in range(count):
        channel = soft_box((each, 0.10, 1.05), rng, radius=0.047, puff=(0, 0.014, 0.004), wrinkle=0.0010)
        build.add(cloth, channel.moved(-wide / 2 + each * (number + 0.5), head + 0.05, 0.645))
    lay_bedding(build, finishes, rng, width_m, head)
    return build.piece("bed", "channel", clearance_m=CLEARANCE_M)


def wooden_bed(finishes: Finishes, seed: int, width_m: float) -> Piece:
    """A frame of wood: side boards, turned legs, a headboard of slats between posts."""
    rng = np.random.default_rng(seed)
    build = Assembly()
    grain = wood(finishes.wood)
    long = MATTRESS_LONG_M + 0.03
    head = long / 2
    wide = width_m + 0.03
    for side in (-1, 1):
        rail = board((0.03, long, 0.13), (side * (wide / 2 - 0.015), 0, 0.32), radius=0.008, grain=1)
        build.add(grain, rail.shifted_uvs(*rng.uniform(0, 2, 2)))
        foot = (side * (wide / 2 - 0.045), -long / 2 + 0.11)
        build.add(grain, leg((*foot, 0.34), (*foot, 0.0), 0.03, 0.019).shifted_uvs(*rng.uniform(0, 2, 2)))
        post = (side * (wide / 2 - 0.028), head + 0.02)
        build.add(grain, board((0.045, 0.045, 1.0), (*post, 0.5), radius=0.014).shifted_uvs(*rng.uniform(0, 2, 2)))
    for end in (-1, 1):
        rail = board((wide - 0.04, 0.03, 0.13), (0, end * (long / 2 - 0.015), 0.32), radius=0.008, grain=0)
        build.add(grain, rail.shifted_uvs(*rng.uniform(0, 2, 2)))
    build.add(
        grain,
        board((wide - 0.06, 0.032, 0.07), (0, head + 0.02, 0.955), radius=0.012, grain=0).shifted_uvs(
            *rng.uniform(0, 2, 2)
        ),
    )
    build.add(
        grain,
        board((wide - 0.06, 0.028, 0.05), (0, head + 0.02, 0.50), radius=0.010, grain=0).shifted_uvs(
            *rng.uniform(0, 2, 2)
        ),
    )
    count = round((wide - 0.1) / 0.085)
    for number in range(count):
        x = -(wide - 0.1) / 2 + (wide - 0.1) * (number + 0.5) / count
        slat = board((0.032, 0.014, 0.44), (x, head + 0.02, 0.73), radius=0.006)
        build.add(grain, slat.shifted_uvs(*rng.uniform(0, 2, 2)))
    lay_bedding(build, finishes, rng, width_m, head - 0.01)
    return build.piece("bed", "wooden", clearance_m=CLEARANCE_M)
