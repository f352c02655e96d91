"""Desks, desk chairs, shelves, benches: what a study, a hall and the foot of a bed need."""

import numpy as np

from ml.staging.furniture.decor import books, bowl, standing_books, vase
from ml.staging.furniture.dining import bucket
from ml.staging.furniture.lamps import table_lamp
from ml.staging.furniture.mesh import rotation
from ml.staging.furniture.piece import Assembly, Piece
from ml.staging.furniture.solids import board, cylinder, leg, tube
from ml.staging.furniture.surfaces.fabric import textile
from ml.staging.furniture.surfaces.finishes import Finishes
from ml.staging.furniture.surfaces.metal import ceramic, metal
from ml.staging.furniture.surfaces.wood import wood
from ml.staging.furniture.upholstery import soft_box

DESK_HEIGHT_M = 0.74
DESK_CLEARANCE_M = 0.9
SHELF_CLEARANCE_M = 0.6
_PANEL = 0.022


def _dress_desk(build: Assembly, finishes: Finishes, rng: np.random.Generator, width: float) -> None:
    """A lamp at one side, books and a cup at the other; the middle stays free to work."""
    if not finishes.dressed:
        return
    side = 1 if rng.uniform() < 0.5 else -1
    build.take(table_lamp(finishes, rng, 0.42), side * (width / 2 - 0.19), 0.14, DESK_HEIGHT_M)
    at = (-side * (width / 2 - 0.24), 0.12, DESK_HEIGHT_M)
    height = books(build, rng, at, count=2)
    if rng.uniform() < 0.5:
        vase(build, finishes, rng, (at[0], at[1], at[2] + height), size=0.5, branches=False)
    cup = cylinder(0.036, 0.085, (at[0] + side * 0.22, 0.16, DESK_HEIGHT_M), edge=0.004, sides=32)
    build.add(ceramic(finishes.ceramic, 0.4), cup)


def legged_desk(finishes: Finishes, seed: int, width_m: float) -> Piece:
    """A board with two slim drawers below it, on turned legs."""
    rng = np.random.default_rng(seed)
    build = Assembly()
    grain = wood(finishes.wood)
    depth, box = 0.62, 0.10
    top = board((width_m, depth, _PANEL), (0, 0, DESK_HEIGHT_M - _PANEL / 2), radius=0.006, grain=0)
    build.add(grain, top.shifted_uvs(*rng.uniform(0, 2, 2)))
    under = DESK_HEIGHT_M - _PANEL
    inner = width_m - 0.10
    build.add(grain, board((inner, depth - 0.08, box), (0, 0, under - box / 2), radius=0.004, grain=0))
    for side in (-1, 1):
        front = board(
            (inner / 2 - 0.006, 0.016, box - 0.008), (side * inner / 4, -depth / 2 + 0.034, under - box / 2), grain=0
        )
        build.add(grain, front.shifted_uvs(*rng.uniform(0, 2, 2)))
        grip = cylinder(0.012, 0.014, edge=0.003, sides=28).turned(rotation("x", 90))
        build.add(metal(finishes.metal), grip.moved(side * inner / 4, -depth / 2 + 0.026, under - box / 2))
        for end in (-1, 1):
            start = (side * (width_m / 2 - 0.10), end * (depth / 2 - 0.085), under - box + 0.004)
            foot = (side * (width_m / 2 - 0.055), end * (depth / 2 - 0.05), 0.0)
            build.add(grain, leg(start, foot, 0.022, 0.013).shifted_uvs(*rng.uniform(0, 2, 2)))
    _dress_desk(build, finishes, rng, width_m)
    return build.piece("desk", "legged", clearance_m=DESK_CLEARANCE_M)


def framed_desk(finishes: Finishes, seed: int, width_m: float) -> Piece:
    """A board on two closed metal frames."""
    rng = np.random.default_rng(seed)
    build = Assembly()
    bars = metal(finishes.metal)
    depth, bar = 0.65, 0.03
    top = board((width_m, depth, 0.028), (0, 0, DESK_HEIGHT_M - 0.014), radius=0.004, grain=0)
    build.add(wood(finishes.wood), top.shifted_uvs(*rng.uniform(0, 2, 2)))
    under = DESK_HEIGHT_M - 0.028
    for side in (-1, 1):
        x = side * (width_m / 2 - 0.06)
        for end in (-1, 1):
            build.add(bars, board((bar, bar, under), (x, end * (depth / 2 - 0.05), under / 2), radius=0.002))
        for level in (bar / 2, under - bar / 2):
            build.add(bars, board((bar, depth - 0.10 - bar, bar), (x, 0, level), radius=0.002))
    build.add(bars, board((width_m - 0.12 - bar, bar, bar), (0, depth / 2 - 0.05, under - bar / 2), radius=0.002))
    _dress_desk(build, finishes, rng, width_m)
    return build.piece("desk", "framed", clearance_m=DESK_CLEARANCE_M)


def pedestal_desk(finishes: Finishes, seed: int, width_m: float) -> Piece:
    """A board on a chest of three drawers and a side panel."""
    rng = np.random.default_rng(seed)
    build = Assembly()
    grain, lacquer = wood(finishes.wood), wood(finishes.lacquer)
    depth, chest = 0.64, 0.42
    top = board((width_m, depth, 0.03), (0, 0, DESK_HEIGHT_M - 0.015), radius=0.004, grain=0)
    build.add(grain, top.shifted_uvs(*rng.uniform(0, 2, 2)))
    under = DESK_HEIGHT_M - 0.03
    side = 1 if rng.uniform() < 0.5 else -1
    x = side * (width_m / 2 - chest / 2 - 0.01)
    build.add(lacquer, board((chest, depth - 0.04, under), (x, 0.0, under / 2), radius=0.003))
    for row in range(3):
        high = (under - 0.03) / 3
        z = 0.02 + high * (row + 0.5)
        build.add(lacquer, board((chest - 0.008, 0.018, high - 0.005), (x, -depth / 2 + 0.012, z), radius=0.003))
        y = -depth / 2 - 0.012
        build.add(metal(finishes.metal), tube([(x - 0.07, y, z + 0.04), (x + 0.07, y, z + 0.04)], 0.005, 10))
        for end in (-1, 1):
            build.add(
                metal(finishes.metal),
                tube([(x + end * 0.055, y, z + 0.04), (x + end * 0.055, y + 0.02, z + 0.04)], 0.004, 8),
            )
    panel = board((0.03, depth - 0.04, under), (-side * (width_m / 2 - 0.025), 0, under / 2), radius=0.003, grain=2)
    build.add(grain, panel.shifted_uvs(*rng.uniform(0, 2, 2)))
    _dress_desk(build, finishes, rng, width_m)
    return build.piece("desk", "pedestal", clearance_m=DESK_CLEARANCE_M)


def _star_foot(build: Assembly, finishes: Finishes) -> None:
    """Five spokes on castors and a gas spring."""
    bars = metal(finishes.metal)
    for turn in np.radians(np.arange(5) * 72 + 18):
        x, y = float(np.cos(turn)), float(np.sin(turn))
        build.add(
            bars,
            tube(
                [(0.03 * x, 0.03 * y, 0.105), (0.16 * x, 0.16 * y, 0.088), (0.29 * x, 0.29 * y, 0.068)],
                [0.018, 0.015, 0.011],
                12,
            ),
        )
        wheel = cylinder(0.028, 0.036, edge=0.008, sides=28).moved(0, 0, -0.018).turned(rotation("y", 90))
        build.add(
            metal("black"), wheel.turned(rotation("z", float(np.degrees(turn)) + 60)).moved(0.29 * x, 0.29 * y, 0.028)
        )
        build.add(metal("black"), tube([(0.29 * x, 0.29 * y, 0.03), (0.29 * x, 0.29 * y, 0.07)], 0.006, 8))
    build.add(bars, tube([(0, 0, 0.09), (0, 0, 0.41)], [0.026, 0.020], 20), cylinder(0.09, 0.03, (0, 0, 0.395)))


def swivel_chair(finishes: Finishes, seed: int, width_m: float) -> Piece:
    """A padded bucket on a star foot with castors."""
    rng = np.random.default_rng(seed)
    build = Assembly()
    build.add(textile(finishes.upholstery_second), bucket(width_m - 0.02, 0.04, rng))
    _star_foot(build, finishes)
    return build.piece("desk_chair", "swivel")


def executive_chair(finishes: Finishes, seed: int, width_m: float) -> Piece:
    """A padded seat, a tall back of three pads, arms, a star foot."""
    rng = np.random.default_rng(seed)
    build = Assembly()
    cloth, bars = textile(finishes.upholstery_second), metal(finishes.metal)
    wide = width_m - 0.10
    seat = soft_box((wide, 0.50, 0.09), rng, radius=0.04, puff=(0.003, 0.004, 0.010), wrinkle=0.001, piping=0.003)
    build.add(cloth, seat.moved(0, -0.02, 0.465))
    for number in range(3):
        pad = soft_box((wide - 0.02 * number, 0.07, 0.19), rng, radius=0.032, puff=(0, 0.012, 0.002), wrinkle=0.001)
        z = 0.60 + number * 0.19
        build.add(cloth, pad.turned(rotation("x", -9)).moved(0, 0.235 + (z - 0.6) * 0.16, z))
    build.add(bars, tube([(0, 0.08, 0.42), (0, 0.24, 0.43), (0, 0.31, 0.55), (0, 0.335, 0.80)], 0.018, 14, flat=0.6))
    for side in (-1, 1):
        x = side * (wide / 2 + 0.025)
        build.add(bars, tube([(x * 0.6, 0.03, 0.42), (x, 0.03, 0.44), (x, 0.03, 0.64)], 0.012, 12))
        build.add(cloth, soft_box((0.055, 0.26, 0.035), rng, radius=0.016, wrinkle=0.0).moved(x, 0.0, 0.655))
    _star_foot(build, finishes)
    return build.piece("desk_chair", "executive")


def wooden_desk_chair(finishes: Finishes, seed: int, width_m: float) -> Piece:
    """A bucket of fabric on four legs of wood."""
    rng = np.random.default_rng(seed)
    build = Assembly()
    grain = wood(finishes.wood)
    build.add(textile(finishes.upholstery_second), bucket(width_m - 0.02, 0.038, rng))
    for side in (-1, 1):
        for end in (-1, 1):
            start, foot = (side * 0.13, end * 0.12, 0.425), (side * 0.215, end * 0.21, 0.0)
            build.add(grain, leg(start, foot, 0.019, 0.012).shifted_uvs(*rng.uniform(0, 2, 2)))
        build.add(grain, board((0.03, 0.32, 0.03), (side * 0.13, 0, 0.42), grain=1))
    return build.piece("desk_chair", "wooden")


def _fill_shelf(
    build: Assembly,
    finishes: Finishes,
    rng: np.random.Generator,
    at: tuple[float, float, float],
    wide: float,
    tall: float,
) -> None:
    """What stands in one compartment whose left end is `at`: books, a vase, a bowl, or nothing."""
    if not finishes.dressed:
        return
    draw = rng.uniform()
    if draw < 0.45:
        standing_books(build, rng, at, width=wide * rng.uniform(0.4, 0.85), tall=min(tall * 0.86, 0.27))
    elif draw < 0.62:
        books(build, rng, (at[0] + wide * 0.4, at[1], at[2]), count=3)
    elif draw < 0.78:
        vase(
            build,
            finishes,
            rng,
            (at[0] + wide * rng.uniform(0.3, 0.7), at[1], at[2]),
            size=min(1.0, tall / 0.32),
            branches=False,
        )
    elif draw < 0.90:
        bowl(build, finishes, rng, (at[0] + wide * 0.5, at[1], at[2]))


def open_shelf(finishes: Finishes, seed: int, width_m: float) -> Piece:
    """Five boards between two closed sides of wood."""
    rng = np.random.default_rng(seed)
    build = Assembly()
    grain = wood(finishes.wood)
    depth, height, levels = 0.32, 1.85, 6
    for side in (-1, 1):
        panel = board((_PANEL, depth, height), (side * (width_m - _PANEL) / 2, 0, height / 2), grain=2)
        build.add(grain, panel.shifted_uvs(*rng.uniform(0, 2, 2)))
    build.add(
        grain,
        board(
            (width_m - 2 * _PANEL, 0.008, height - 0.08),
            (0, depth / 2 - 0.006, height / 2 + 0.03),
            radius=0.001,
            grain=2,
        ),
    )
    inner, pitch = width_m - 2 * _PANEL, (height - 0.08 - _PANEL) / (levels - 1)
    for level in range(levels):
        z = 0.08 + pitch * level
        build.add(
            grain,
            board((inner, depth - 0.012, _PANEL), (0, 0, z), radius=0.002, grain=0).shifted_uvs(*rng.uniform(0, 2, 2)),
        )
        if level < levels - 1:
            for half in (0, 1):
                _fill_shelf(
                    build,
                    finishes,
                    rng,
                    (-inner / 2 + 0.02 + half * inner / 2, 0.0, z + _PANEL / 2),
                    inner / 2 - 0.04,
                    pitch - _PANEL,
                )
    build.add(grain, board((inner, 0.016, 0.07), (0, -depth / 2 + 0.03, 0.035), grain=0))
    return build.piece("shelf", "open", clearance_m=SHELF_CLEARANCE_M)


def ladder_shelf(finishes: Finishes, seed: int, width_m: float) -> Piece:
    """Boards in a frame of slim metal bars, open to all sides."""
    rng = np.random.default_rng(seed)
    build = Assembly()
    grain, bars = wood(finishes.wood), metal(finishes.metal)
    depth, height, bar = 0.34, 1.75, 0.02
    for side in (-1, 1):
        x = side * (width_m - bar) / 2
        for end in (-1, 1):
            build.add(bars, board((bar, bar, height), (x, end * (depth - bar) / 2, height / 2), radius=0.002))
        build.add(bars, board((bar, depth - 2 * bar, bar), (x, 0, height - bar / 2), radius=0.002))
    for level, z in enumerate((0.14, 0.53, 0.92, 1.31, 1.69)):
        build.add(
            grain,
            board((width_m - 0.012, depth - 0.006, 0.026), (0, 0, z), radius=0.003, grain=0).shifted_uvs(
                *rng.uniform(0, 2, 2)
            ),
        )
        if level < 4:
            for half in (0, 1):
                _fill_shelf(
                    build,
                    finishes,
                    rng,
                    (-width_m / 2 + 0.05 + half * width_m / 2, 0.0, z + 0.013),
                    width_m / 2 - 0.07,
                    0.34,
                )
    for lean in (-1, 1):
        path = [
            (lean * (width_m / 2 - bar), depth / 2 - 0.012, 0.16),
            (-lean * (width_m / 2 - bar), depth / 2 - 0.012, 1.66),
        ]
        build.add(bars, tube(path, 0.004, 8))
    return build.piece("shelf", "ladder", clearance_m=SHELF_CLEARANCE_M)


def cabinet_shelf(finishes: Finishes, seed: int, width_m: float) -> Piece:
    """A bookcase over two lacquered doors."""
    rng = np.random.default_rng(seed)
    build = Assembly()
    grain, lacquer = wood(finishes.wood), wood(finishes.lacquer)
    depth, height, door = 0.36, 1.90, 0.62
    for side in (-1, 1):
        panel = board((_PANEL, depth, height), (side * (width_m - _PANEL) / 2, 0, height / 2), grain=2)
        build.add(grain, panel.shifted_uvs(*rng.uniform(0, 2, 2)))
        face = board(
            (width_m / 2 - _PANEL - 0.003, 0.02, door - 0.08),
            (side * (width_m / 2 - _PANEL) / 2, -depth / 2 + 0.012, 0.07 + (door - 0.08) / 2),
            radius=0.003,
        )
        build.add(lacquer, face)
        x = side * 0.035
        build.add(
            metal(finishes.metal), tube([(x, -depth / 2 - 0.014, 0.30), (x, -depth / 2 - 0.014, 0.44)], 0.005, 10)
        )
    inner = width_m - 2 * _PANEL
    build.add(
        grain, board((inner, 0.008, height - 0.08), (0, depth / 2 - 0.006, height / 2 + 0.03), radius=0.001, grain=2)
    )
    levels = (0.06, door, door + 0.42, door + 0.84, height - _PANEL / 2)
    for level, z in enumerate(levels):
        build.add(
            grain,
            board((inner, depth - 0.012, _PANEL), (0, 0, z), radius=0.002, grain=0).shifted_uvs(*rng.uniform(0, 2, 2)),
        )
        if 1 <= level < len(levels) - 1:
            for half in (0, 1):
                _fill_shelf(
                    build,
                    finishes,
                    rng,
                    (-inner / 2 + 0.02 + half * inner / 2, 0.0, z + _PANEL / 2),
                    inner / 2 - 0.04,
                    0.38,
                )
    return build.piece("shelf", "cabinet", clearance_m=SHELF_CLEARANCE_M)


def padded_bench(finishes: Finishes, seed: int, width_m: float) -> Piece:
    """A thick cushion on turned legs of wood."""
    rng = np.random.default_rng(seed)
    build = Assembly()
    depth = 0.42
    pad = soft_box((width_m, depth, 0.13), rng, radius=0.045, puff=(0.004, 0.005, 0.014), wrinkle=0.0018, piping=0.004)
    build.add(textile(finishes.upholstery_second), pad.moved(0, 0, 0.405))
    for side in (-1, 1):
        for end in (-1, 1):
            top, foot = (
                (side * (width_m / 2 - 0.10), end * (depth / 2 - 0.08), 0.36),
                (side * (width_m / 2 - 0.06), end * (depth / 2 - 0.05), 0.0),
            )
            build.add(wood(finishes.wood), leg(top, foot, 0.020, 0.012).shifted_uvs(*rng.uniform(0, 2, 2)))
    return build.piece("bench", "padded", clearance_m=0.4)


def framed_bench(finishes: Finishes, seed: int, width_m: float) -> Piece:
    """A slim cushion on two closed frames of metal."""
    rng = np.random.default_rng(seed)
    build = Assembly()
    bars = metal(finishes.metal)
    depth, bar, top = 0.40, 0.022, 0.36
    pad = soft_box((width_m, depth, 0.10), rng, radius=0.030, puff=(0.003, 0.003, 0.010), wrinkle=0.0014, piping=0.0035)
    build.add(textile(finishes.upholstery_second), pad.moved(0, 0, top + 0.05))
    for side in (-1, 1):
        x = side * (width_m / 2 - 0.09)
        for end in (-1, 1):
            build.add(bars, board((bar, bar, top), (x, end * (depth / 2 - 0.03), top / 2), radius=0.002))
        for level in (bar / 2, top - bar / 2):
            build.add(bars, board((bar, depth - 0.06 - bar, bar), (x, 0, level), radius=0.002))
    return build.piece("bench", "framed", clearance_m=0.4)


def slatted_bench(finishes: Finishes, seed: int, width_m: float) -> Piece:
    """Slats of wood, as a museum has them."""
    rng = np.random.default_rng(seed)
    build = Assembly()
    grain = wood(finishes.wood)
    depth, slats = 0.42, 9
    for number in range(slats):
        y = -depth / 2 + depth * (number + 0.5) / slats
        build.add(
            grain,
            board((width_m, depth / slats * 0.66, 0.032), (0, y, 0.415), radius=0.005, grain=0).shifted_uvs(
                *rng.uniform(0, 2, 2)
            ),
        )
    for side in (-1, 1):
        x = side * (width_m / 2 - 0.16)
        build.add(grain, board((0.035, depth - 0.03, 0.035), (x, 0, 0.382), grain=1))
        for end in (-1, 1):
            start, foot = (x, end * (depth / 2 - 0.05), 0.37), (x + side * 0.03, end * (depth / 2 - 0.03), 0.0)
            build.add(grain, leg(start, foot, 0.021, 0.014).shifted_uvs(*rng.uniform(0, 2, 2)))
    return build.piece("bench", "slatted", clearance_m=0.4)
