"""Nightstands with a lamp: two drawers, an open shelf, a round table on a post."""

import numpy as np

from ml.staging.furniture.decor import bowl, vase
from ml.staging.furniture.lamps import table_lamp
from ml.staging.furniture.mesh import rotation
from ml.staging.furniture.piece import Assembly, Piece
from ml.staging.furniture.solids import board, cylinder, leg, tube
from ml.staging.furniture.storage import PANEL_M, carcass
from ml.staging.furniture.surfaces.finishes import Finishes
from ml.staging.furniture.surfaces.metal import metal
from ml.staging.furniture.surfaces.wood import wood


def dress_bedside(build: Assembly, finishes: Finishes, rng: np.random.Generator, top: float) -> None:
    """A lamp, and perhaps a book or a small vase."""
    if not finishes.dressed:
        return
    build.take(table_lamp(finishes, rng), rng.uniform(-0.03, 0.03), 0.05, top)
    if rng.uniform() < 0.6:
        vase(build, finishes, rng, (rng.choice([-1, 1]) * 0.11, -0.07, top), size=0.55, branches=False)


def drawer_nightstand(finishes: Finishes, seed: int, width_m: float) -> Piece:
    """Two drawers on turned legs, with a lamp."""
    rng = np.random.default_rng(seed)
    build = Assembly()
    depth, height, low = 0.40, 0.36, 0.17
    carcass(build, finishes.wood, rng, (width_m, depth, height), low)
    short_legs(build, finishes.wood, rng, width_m, depth, low)
    tall = (height - 2 * PANEL_M - 0.006) / 2
    for row in range(2):
        z = low + PANEL_M + 0.003 + tall * (row + 0.5)
        front = board(
            (width_m - 2 * PANEL_M - 0.006, 0.018, tall - 0.004), (0, -depth / 2 + 0.012, z), radius=0.002, grain=0
        )
        build.add(wood(finishes.wood), front.shifted_uvs(*rng.uniform(0, 2, 2)))
        knob = cylinder(0.011, 0.016, edge=0.003, sides=28).turned(rotation("x", 90))
        build.add(metal(finishes.metal), knob.moved(0, -depth / 2 + 0.004, z))
    dress_bedside(build, finishes, rng, low + height)
    return build.piece("nightstand", "drawers", clearance_m=0.3)


def short_legs(build: Assembly, finish: str, rng: np.random.Generator, width: float, depth: float, low: float) -> None:
    """Four splayed legs below a small carcass whose underside is at `low`."""
    for side in (-1, 1):
        for end in (-1, 1):
            top = (side * (width / 2 - 0.05), end * (depth / 2 - 0.05), low + 0.002)
            foot = (side * (width / 2 - 0.035), end * (depth / 2 - 0.035), 0.0)
            build.add(wood(finish), leg(top, foot, 0.016, 0.011).shifted_uvs(*rng.uniform(0, 2, 2)))


def shelf_nightstand(finishes: Finishes, seed: int, width_m: float) -> Piece:
    """A drawer over an open shelf, sides down to the floor, with a lamp."""
    rng = np.random.default_rng(seed)
    build = Assembly()
    grain = wood(finishes.wood)
    depth, height = 0.39, 0.52
    for side in (-1, 1):
        build.add(
            grain,
            board(
                (PANEL_M, depth, height - PANEL_M), (side * (width_m - PANEL_M) / 2, 0, (height - PANEL_M) / 2), grain=2
            ).shifted_uvs(*rng.uniform(0, 2, 2)),
        )
    for z in (height - PANEL_M / 2, height - 0.20, 0.10):
        wide = width_m if z > height - 0.1 else width_m - 2 * PANEL_M
        build.add(
            grain, board((wide, depth, PANEL_M), (0, 0, z), radius=0.003, grain=0).shifted_uvs(*rng.uniform(0, 2, 2))
        )
    build.add(
        grain,
        board(
            (width_m - 2 * PANEL_M, 0.008, height - 0.12),
            (0, depth / 2 - 0.006, height / 2 + 0.04),
            radius=0.001,
            grain=0,
        ),
    )
    front = board(
        (width_m - 2 * PANEL_M - 0.006, 0.018, 0.16), (0, -depth / 2 + 0.012, height - 0.105), radius=0.002, grain=0
    )
    build.add(grain, front.shifted_uvs(*rng.uniform(0, 2, 2)))
    build.add(
        metal(finishes.metal),
        tube([(-0.06, -depth / 2 - 0.016, height - 0.105), (0.06, -depth / 2 - 0.016, height - 0.105)], 0.005, 10),
    )
    if finishes.dressed:
        bowl(build, finishes, rng, (0, 0, 0.11))
    dress_bedside(build, finishes, rng, height)
    return build.piece("nightstand", "shelf", clearance_m=0.3)


def round_nightstand(finishes: Finishes, seed: int, width_m: float) -> Piece:
    """A small round table on a post, with a lamp."""
    rng = np.random.default_rng(seed)
    build = Assembly()
    radius = width_m / 2
    build.add(
        wood(finishes.wood),
        cylinder(radius, 0.022, (0, 0, 0.50), edge=0.008, sides=72).shifted_uvs(*rng.uniform(0, 2, 2)),
    )
    build.add(
        metal(finishes.metal),
        tube([(0, 0, 0.01), (0, 0, 0.505)], 0.014, 20),
        cylinder(radius * 0.68, 0.014, edge=0.005, sides=64),
    )
    dress_bedside(build, finishes, rng, 0.522)
    return build.piece("nightstand", "round", clearance_m=0.3)
