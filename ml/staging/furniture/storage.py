"""Sideboards, nightstands, TV benches and shelves: carcasses of veneered boards with gaps where doors part."""

import numpy as np

from ml.staging.furniture.decor import bowl, dress_board, standing_books, vase
from ml.staging.furniture.lamps import table_lamp
from ml.staging.furniture.mesh import rotation
from ml.staging.furniture.piece import Assembly, Piece
from ml.staging.furniture.solids import board, cylinder, leg, tube
from ml.staging.furniture.surfaces.finishes import Finishes
from ml.staging.furniture.surfaces.metal import metal
from ml.staging.furniture.surfaces.wood import wood

CLEARANCE_M = 0.6
_PANEL = 0.02


def carcass(
    build: Assembly, finish: str, rng: np.random.Generator, size: tuple[float, float, float], low: float
) -> None:
    """A box of boards, open to the front: `size` width, depth, height, its underside at `low`."""
    grain = wood(finish)
    width, depth, height = size
    for z in (low + _PANEL / 2, low + height - _PANEL / 2):
        build.add(
            grain, board((width, depth, _PANEL), (0, 0, z), radius=0.0025, grain=0).shifted_uvs(*rng.uniform(0, 2, 2))
        )
    for side in (-1, 1):
        at = (side * (width / 2 - _PANEL / 2), 0, low + height / 2)
        build.add(
            grain,
            board((_PANEL, depth, height - 2 * _PANEL), at, radius=0.001, grain=1).shifted_uvs(*rng.uniform(0, 2, 2)),
        )
    build.add(
        grain,
        board(
            (width - 2 * _PANEL, 0.008, height - 2 * _PANEL),
            (0, depth / 2 - 0.004, low + height / 2),
            radius=0.001,
            grain=0,
        ),
    )


def _legs(build: Assembly, finish: str, rng: np.random.Generator, width: float, depth: float, low: float) -> None:
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
    inner, tall = width_m - 2 * _PANEL - 0.006, height - 2 * _PANEL - 0.006
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
    _legs(build, finishes.wood, rng, width_m, depth, low)
    grain = wood(finishes.wood)
    inner, tall = width_m - 2 * _PANEL - 0.006, height - 2 * _PANEL - 0.006
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


def _bedside(build: Assembly, finishes: Finishes, rng: np.random.Generator, top: float) -> None:
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
    _legs_small(build, finishes.wood, rng, width_m, depth, low)
    tall = (height - 2 * _PANEL - 0.006) / 2
    for row in range(2):
        z = low + _PANEL + 0.003 + tall * (row + 0.5)
        front = board(
            (width_m - 2 * _PANEL - 0.006, 0.018, tall - 0.004), (0, -depth / 2 + 0.012, z), radius=0.002, grain=0
        )
        build.add(wood(finishes.wood), front.shifted_uvs(*rng.uniform(0, 2, 2)))
        knob = cylinder(0.011, 0.016, edge=0.003, sides=28).turned(rotation("x", 90))
        build.add(metal(finishes.metal), knob.moved(0, -depth / 2 + 0.004, z))
    _bedside(build, finishes, rng, low + height)
    return build.piece("nightstand", "drawers", clearance_m=0.3)


def _legs_small(build: Assembly, finish: str, rng: np.random.Generator, width: float, depth: float, low: float) -> None:
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
                (_PANEL, depth, height - _PANEL), (side * (width_m - _PANEL) / 2, 0, (height - _PANEL) / 2), grain=2
            ).shifted_uvs(*rng.uniform(0, 2, 2)),
        )
    for z in (height - _PANEL / 2, height - 0.20, 0.10):
        wide = width_m if z > height - 0.1 else width_m - 2 * _PANEL
        build.add(
            grain, board((wide, depth, _PANEL), (0, 0, z), radius=0.003, grain=0).shifted_uvs(*rng.uniform(0, 2, 2))
        )
    build.add(
        grain,
        board(
            (width_m - 2 * _PANEL, 0.008, height - 0.12),
            (0, depth / 2 - 0.006, height / 2 + 0.04),
            radius=0.001,
            grain=0,
        ),
    )
    front = board(
        (width_m - 2 * _PANEL - 0.006, 0.018, 0.16), (0, -depth / 2 + 0.012, height - 0.105), radius=0.002, grain=0
    )
    build.add(grain, front.shifted_uvs(*rng.uniform(0, 2, 2)))
    build.add(
        metal(finishes.metal),
        tube([(-0.06, -depth / 2 - 0.016, height - 0.105), (0.06, -depth / 2 - 0.016, height - 0.105)], 0.005, 10),
    )
    if finishes.dressed:
        bowl(build, finishes, rng, (0, 0, 0.11))
    _bedside(build, finishes, rng, height)
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
    _bedside(build, finishes, rng, 0.522)
    return build.piece("nightstand", "round", clearance_m=0.3)


def slatted_tv_bench(finishes: Finishes, seed: int, width_m: float) -> Piece:
    """Long and low, doors of level slats, an open compartment."""
    rng = np.random.default_rng(seed)
    build = Assembly()
    grain = wood(finishes.wood)
    depth, height, low = 0.40, 0.38, 0.09
    carcass(build, finishes.wood, rng, (width_m, depth, height), low)
    build.add(metal("black"), board((width_m - 0.12, depth - 0.10, low), (0, 0.02, low / 2), radius=0.002))
    inner, tall = width_m - 2 * _PANEL, height - 2 * _PANEL
    bay = inner / 3
    for side in (-1, 1):
        build.add(
            grain, board((0.018, depth - 0.02, tall), (side * bay / 2, 0.0, low + height / 2), radius=0.001, grain=1)
        )
        rows = 9
        for row in range(rows):
            z = low + _PANEL + tall * (row + 0.5) / rows
            slat = board(
                (bay - 0.012, 0.016, tall / rows * 0.80), (side * bay, -depth / 2 + 0.012, z), radius=0.003, grain=0
            )
            build.add(grain, slat.shifted_uvs(*rng.uniform(0, 2, 2)))
        build.add(
            metal("black"),
            board((bay - 0.01, 0.004, tall), (side * bay, -depth / 2 + 0.03, low + height / 2), radius=0.001),
        )
    build.add(grain, board((bay - 0.02, depth - 0.04, 0.016), (0, 0, low + height / 2), radius=0.002, grain=0))
    if finishes.dressed:
        standing_books(build, rng, (-bay * 0.42, -0.03, low + _PANEL), width=bay * 0.55, tall=0.15)
        bowl(build, finishes, rng, (width_m * 0.36, 0, low + height))
        vase(build, finishes, rng, (-width_m * 0.40, 0.02, low + height), size=0.9)
    return build.piece("tv_bench", "slatted", clearance_m=CLEARANCE_M)


def legged_tv_bench(finishes: Finishes, seed: int, width_m: float) -> Piece:
    """Two drawers beside an open shelf, on turned legs."""
    rng = np.random.default_rng(seed)
    build = Assembly()
    grain = wood(finishes.wood)
    depth, height, low = 0.40, 0.32, 0.18
    carcass(build, finishes.wood, rng, (width_m, depth, height), low)
    _legs(build, finishes.wood, rng, width_m, depth, low)
    inner, tall = width_m - 2 * _PANEL, height - 2 * _PANEL
    bay = inner / 3
    for side in (-1, 1):
        build.add(
            grain, board((0.018, depth - 0.02, tall), (side * bay / 2, 0, low + height / 2), radius=0.001, grain=1)
        )
        front = board(
            (bay - 0.012, 0.018, tall - 0.006),
            (side * bay, -depth / 2 + 0.012, low + height / 2),
            radius=0.002,
            grain=0,
        )
        build.add(grain, front.shifted_uvs(*rng.uniform(0, 2, 2)))
        build.add(
            metal(finishes.metal),
            tube(
                [
                    (side * bay - 0.07, -depth / 2 - 0.014, low + height * 0.62),
                    (side * bay + 0.07, -depth / 2 - 0.014, low + height * 0.62),
                ],
                0.005,
                10,
            ),
        )
    if finishes.dressed:
        standing_books(build, rng, (-bay * 0.40, -0.03, low + _PANEL), width=bay * 0.6, tall=0.24)
        vase(build, finishes, rng, (width_m * 0.38, 0.02, low + height), size=1.0)
    return build.piece("tv_bench", "legged", clearance_m=CLEARANCE_M)


def lacquer_tv_bench(finishes: Finishes, seed: int, width_m: float) -> Piece:
    """A lacquered box with push-open doors under a board of wood."""
    rng = np.random.default_rng(seed)
    build = Assembly()
    depth, height, low = 0.42, 0.36, 0.06
    carcass(build, finishes.lacquer, rng, (width_m, depth, height), low)
    build.add(metal("black"), board((width_m - 0.10, depth - 0.10, low), (0, 0.02, low / 2), radius=0.002))
    top = board((width_m + 0.01, depth + 0.01, 0.022), (0, -0.003, low + height + 0.011), radius=0.004, grain=0)
    build.add(wood(finishes.wood), top.shifted_uvs(*rng.uniform(0, 2, 2)))
    doors = max(2, round(width_m / 0.55))
    for number in range(doors):
        x = -width_m / 2 + width_m * (number + 0.5) / doors
        build.add(
            wood(finishes.lacquer),
            board(
                (width_m / doors - 0.005, 0.018, height - 0.01), (x, -depth / 2 - 0.008, low + height / 2), radius=0.002
            ),
        )
    if finishes.dressed:
        vase(build, finishes, rng, (-width_m * 0.36, 0.0, low + height + 0.022), size=1.0)
        bowl(build, finishes, rng, (width_m * 0.34, 0.0, low + height + 0.022))
    return build.piece("tv_bench", "lacquer", clearance_m=CLEARANCE_M)
