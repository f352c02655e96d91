"""Carcasses of veneered boards, and sideboards: reeded doors, sliding doors on legs, lacquered drawers."""

import numpy as np

from ml.staging.furniture.decor import dress_board
from ml.staging.furniture.mesh import rotation
from ml.staging.furniture.piece import Assembly, Piece
from ml.staging.furniture.solids import board, cylinder, leg, tube
from ml.staging.furniture.surfaces.finishes import Finishes
from ml.staging.furniture.surfaces.metal import metal
from ml.staging.furniture.surfaces.wood import wood

CLEARANCE_M = 0.6
PANEL_M = 0.02
_TALL_M = 1.2
"""From which on the sides of a carcass are boards that stand."""


def carcass(
    build: Assembly, finish: str, rng: np.random.Generator, size: tuple[float, float, float], low: float
) -> None:
    """A box of boards, open to the front: `size` width, depth, height, its underside at `low`."""
    grain = wood(finish)
    width, depth, height = size
    for z in (low + PANEL_M / 2, low + height - PANEL_M / 2):
        build.add(
            grain, board((width, depth, PANEL_M), (0, 0, z), radius=0.0025, grain=0).shifted_uvs(*rng.uniform(0, 2, 2))
        )
    for side in (-1, 1):
        at = (side * (width / 2 - PANEL_M / 2), 0, low + height / 2)
        build.add(
            grain,
            board(
                (PANEL_M, depth, height - 2 * PANEL_M), at, radius=0.001, grain=2 if height > _TALL_M else 1
            ).shifted_uvs(*rng.uniform(0, 2, 2)),
        )
    build.add(
        grain,
        board(
            (width - 2 * PANEL_M, 0.008, height - 2 * PANEL_M),
            (0, depth / 2 - 0.004, low + height / 2),
            radius=0.001,
            grain=0,
        ),
    )


def turned_legs(build: Assembly, finish: str, rng: np.random.Generator, width: float, depth: float, low: float) -> None:
    """Four splayed legs below a carcass whose underside is at `low`, with a rail between each pair."""
    grain = wood(finish)
    for side in (-1, 1):
        for end in (-1, 1):
            top = (side * (width / 2 - 0.13), end * (depth / 2 - 0.075), low + 0.002)
            foot = (side * (width / 2 - 0.095), end * (depth / 2 - 0.045), 0.0)
            build.add(grain, leg(top, foot, 0.019, 0.012).shifted_uvs(*rng.uniform(0, 2, 2)))
        rail = [
            (side * (width / 2 - 0.128), -depth / 2 + 0.075, low - 0.02),
            (side * (width / 2 - 0.128), depth / 2 - 0.075, low - 0.02),
        ]
        build.add(grain, tube(rail, 0.013, 12))


def reeded_sideboard(finishes: Finishes, seed: int, width_m: float) -> Piece:
    """Doors of upright half-round reeds on a recessed plinth."""
    rng = np.random.default_rng(seed)
    build = Assembly()
    grain = wood(finishes.wood)
    depth, height, low = 0.43, 0.66, 0.10
    carcass(build, finishes.wood, rng, (width_m, depth, height), low)
    build.add(metal("black"), board((width_m - 0.10, depth - 0.08, low), (0, 0.02, low / 2), radius=0.002))
    inner, tall = width_m - 2 * PANEL_M - 0.006, height - 2 * PANEL_M - 0.006
    doors = max(2, round(inner / 0.48))
    each = inner / doors
    for door in range(doors):
        left = -inner / 2 + each * door + 0.0015
        build.add(
            grain,
            board(
                (each - 0.003, 0.014, tall),
                (left + each / 2 - 0.0015, -depth / 2 + 0.019, low + height / 2),
                radius=0.001,
                grain=2,
            ).shifted_uvs(*rng.uniform(0, 2, 2)),
        )
        count = int((each - 0.004) / 0.020)
        pitch = (each - 0.004) / count
        for number in range(count):
            x = left + pitch * (number + 0.5)
            reed = board((pitch * 0.96, 0.016, tall), (x, -depth / 2 + 0.010, low + height / 2), radius=0.0078, grain=2)
            build.add(grain, reed.shifted_uvs(*rng.uniform(0, 2, 2)))
    dress_board(build, finishes, rng, low + height, width=width_m)
    return build.piece("sideboard", "reeded", clearance_m=CLEARANCE_M)


def legged_sideboard(finishes: Finishes, seed: int, width_m: float) -> Piece:
    """Sliding doors and a column of drawers between, on turned legs."""
    rng = np.random.default_rng(seed)
    build = Assembly()
    depth, height, low = 0.42, 0.52, 0.20
    carcass(build, finishes.wood, rng, (width_m, depth, height), low)
    turned_legs(build, finishes.wood, rng, width_m, depth, low)
    grain = wood(finishes.wood)
    inner, tall = width_m - 2 * PANEL_M - 0.006, height - 2 * PANEL_M - 0.006
    middle, face = low + height / 2, -depth / 2 + 0.012
    drawers = inner * 0.32
    door = (inner - drawers) / 2
    for side in (-1, 1):
        x = side * (drawers / 2 + door / 2)
        build.add(
            grain,
            board((door - 0.004, 0.018, tall), (x, face, middle), radius=0.002, grain=0).shifted_uvs(
                *rng.uniform(0, 2, 2)
            ),
        )
        grip = cylinder(0.014, 0.012, edge=0.003, sides=28).turned(rotation("x", 90))
        build.add(metal(finishes.metal), grip.moved(side * (drawers / 2 + 0.055), face - 0.009, middle))
    for number in range(3):
        z = middle + tall * ((number + 0.5) / 3 - 0.5)
        build.add(
            grain,
            board((drawers - 0.004, 0.018, tall / 3 - 0.004), (0, face, z), radius=0.002, grain=0).shifted_uvs(
                *rng.uniform(0, 2, 2)
            ),
        )
        grip = cylinder(0.011, 0.014, edge=0.003, sides=28).turned(rotation("x", 90))
        build.add(metal(finishes.metal), grip.moved(0, face - 0.009, z))
    dress_board(build, finishes, rng, low + height, width=width_m)
    return build.piece("sideboard", "legged", clearance_m=CLEARANCE_M)


def drawer_sideboard(finishes: Finishes, seed: int, width_m: float) -> Piece:
    """A chest of six wide drawers in lacquer under a top of wood, bar handles, slim metal feet."""
    rng = np.random.default_rng(seed)
    build = Assembly()
    depth, height, low = 0.45, 0.66, 0.13
    lacquer, bars = wood(finishes.lacquer), metal(finishes.metal)
    carcass(build, finishes.lacquer, rng, (width_m, depth, height), low)
    top = board((width_m + 0.012, depth + 0.01, 0.024), (0, -0.003, low + height + 0.012), radius=0.004, grain=0)
    build.add(wood(finishes.wood), top.shifted_uvs(*rng.uniform(0, 2, 2)))
    inner, tall = width_m - 0.012, height - 0.012
    columns = 2 if width_m >= 1.1 else 1
    for column in range(columns):
        for row in range(3):
            wide, high = inner / columns, tall / 3
            x, z = -inner / 2 + wide * (column + 0.5), low + 0.006 + high * (row + 0.5)
            build.add(
                lacquer, board((wide - 0.005, 0.02, high - 0.005), (x, -depth / 2 - 0.009, z), radius=0.003, grain=0)
            )
            handle = [(x - 0.09, -depth / 2 - 0.042, z + high * 0.16), (x + 0.09, -depth / 2 - 0.042, z + high * 0.16)]
            build.add(bars, tube(handle, 0.0055, 10))
            for end in (-1, 1):
                post = [
                    (x + end * 0.07, -depth / 2 - 0.016, z + high * 0.16),
                    (x + end * 0.07, -depth / 2 - 0.042, z + high * 0.16),
                ]
                build.add(bars, tube(post, 0.0045, 8))
    for side in (-1, 1):
        for end in (-1, 1):
            build.add(
                bars,
                board(
                    (0.022, 0.022, low), (side * (width_m / 2 - 0.03), end * (depth / 2 - 0.03), low / 2), radius=0.002
                ),
            )
        build.add(
            bars, board((0.022, depth - 0.06, 0.018), (side * (width_m / 2 - 0.03), 0, low - 0.009), radius=0.002)
        )
    for end in (-1, 1):
        build.add(bars, board((width_m - 0.06, 0.022, 0.018), (0, end * (depth / 2 - 0.03), low - 0.009), radius=0.002))
    dress_board(build, finishes, rng, low + height + 0.024, width=width_m)
    return build.piece("sideboard", "drawers", clearance_m=CLEARANCE_M)
