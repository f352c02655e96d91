"""Wardrobes: moulded doors, slatted sliding doors, plain doors on legs, steel frame with cane. Two metres tall."""

import numpy as np

from ml.staging.furniture.piece import Assembly, Piece
from ml.staging.furniture.solids import board, tube
from ml.staging.furniture.storage import PANEL_M, carcass, turned_legs
from ml.staging.furniture.styled_storage import knob, panelled_door
from ml.staging.furniture.surfaces.cane import webbing
from ml.staging.furniture.surfaces.finishes import Finishes
from ml.staging.furniture.surfaces.metal import metal
from ml.staging.furniture.surfaces.wood import wood

CLEARANCE_M = 0.75
_DEPTH_M = 0.58


def _doors(width: float) -> int:
    """How many doors: none wider than 56 cm."""
    return max(2, round(width / 0.50))


def panelled_wardrobe(finishes: Finishes, seed: int, width_m: float) -> Piece:
    """Two raised panels to a door, a stepped cornice, a plinth."""
    rng = np.random.default_rng(seed)
    build = Assembly()
    height, low = 1.94, 0.10
    finish = finishes.wood
    carcass(build, finish, rng, (width_m, _DEPTH_M, height), low)
    build.add(
        wood(finish),
        board((width_m + 0.02, _DEPTH_M + 0.014, low + 0.012), (0, -0.004, (low + 0.012) / 2), radius=0.005, grain=0),
    )
    for grow, thick, z in ((0.02, 0.030, 0.015), (0.06, 0.030, 0.045), (0.09, 0.018, 0.069)):
        cap = board(
            (width_m + grow, _DEPTH_M + grow / 2, thick), (0, -grow / 4, low + height + z), radius=0.007, grain=0
        )
        build.add(wood(finish), cap.shifted_uvs(*rng.uniform(0, 2, 2)))
    count = _doors(width_m)
    each, face = (width_m - 0.03) / count, -_DEPTH_M / 2 + 0.002
    lower, upper = height * 0.36, height * 0.585
    size = (width_m - 0.012, 0.018, height * 0.06)
    frieze = board(size, (0, face - 0.006, low + height * 0.97), radius=0.003, grain=0)
    build.add(wood(finish), frieze.shifted_uvs(*rng.uniform(0, 2, 2)))
    for number in range(count):
        x = -(width_m - 0.03) / 2 + each * (number + 0.5)
        panelled_door(build, finish, each - 0.008, lower, (x, face, low + 0.02 + lower / 2))
        panelled_door(build, finish, each - 0.008, upper, (x, face, low + 0.018 + lower + upper / 2))
        lean = 1 if number % 2 == 0 else -1
        knob(build, finishes, (x + lean * (each / 2 - 0.04), face - 0.022, low + lower + 0.10), 1.1)
    return build.piece("wardrobe", "panelled", clearance_m=CLEARANCE_M)


def slatted_wardrobe(finishes: Finishes, seed: int, width_m: float) -> Piece:
    """Two sliding doors of upright slats, flush sides."""
    rng = np.random.default_rng(seed)
    build = Assembly()
    grain, height, low = wood(finishes.wood), 2.0, 0.06
    carcass(build, finishes.wood, rng, (width_m, _DEPTH_M, height), low)
    build.add(
        wood(finishes.wood_second),
        board((width_m - 0.06, _DEPTH_M - 0.06, low + 0.002), (0, 0.012, low / 2), radius=0.002),
    )
    inner, tall = width_m - 2 * PANEL_M - 0.004, height - 2 * PANEL_M - 0.004
    wide = inner / 2 + 0.02
    for side, back in ((-1, 0.014), (1, 0.048)):
        x, y, z = side * (inner - wide) / 2, -_DEPTH_M / 2 + back, low + height / 2
        build.add(grain, board((wide, 0.008, tall), (x, y + 0.012, z), radius=0.001, grain=2))
        count = round((wide - 0.06) / 0.042)
        pitch = (wide - 0.06) / count
        for number in range(count):
            at = x - (wide - 0.06) / 2 + pitch * (number + 0.5)
            build.add(
                grain,
                board((pitch * 0.62, 0.018, tall - 0.06), (at, y, z), radius=0.003).shifted_uvs(*rng.uniform(0, 2, 2)),
            )
        for edge in (-1, 1):
            build.add(
                grain,
                board((0.030, 0.022, tall), (x + edge * (wide - 0.030) / 2, y, z), radius=0.003).shifted_uvs(
                    *rng.uniform(0, 2, 2)
                ),
            )
            build.add(
                grain, board((wide - 0.06, 0.022, 0.032), (x, y, z + edge * (tall - 0.032) / 2), radius=0.003, grain=0)
            )
    return build.piece("wardrobe", "slatted", clearance_m=CLEARANCE_M)


def plain_wardrobe(finishes: Finishes, seed: int, width_m: float) -> Piece:
    """Plain doors with long bar handles over two drawers, on short turned legs."""
    rng = np.random.default_rng(seed)
    build = Assembly()
    height, low = 1.84, 0.16
    carcass(build, finishes.wood, rng, (width_m, _DEPTH_M, height), low)
    turned_legs(build, finishes.wood, rng, width_m, _DEPTH_M, low)
    count, face = _doors(width_m), -_DEPTH_M / 2 - 0.008
    each, drawer = width_m / count, 0.34
    for number in range(count):
        x, tall = -width_m / 2 + each * (number + 0.5), height - drawer - 0.012
        door = board((each - 0.005, 0.018, tall), (x, face, low + drawer + 0.006 + tall / 2), radius=0.003, grain=2)
        build.add(wood(finishes.lacquer), door)
        front = board((each - 0.005, 0.018, drawer - 0.008), (x, face, low + drawer / 2 + 0.002), radius=0.003, grain=0)
        build.add(wood(finishes.wood), front.shifted_uvs(*rng.uniform(0, 2, 2)))
        lean = 1 if number % 2 == 0 else -1
        at, middle = x + lean * (each / 2 - 0.04), low + drawer + tall * 0.42
        build.add(
            metal(finishes.metal),
            tube([(at, face - 0.030, middle - 0.16), (at, face - 0.030, middle + 0.16)], 0.0055, 12),
        )
        for end in (-1, 1):
            build.add(
                metal(finishes.metal),
                tube([(at, face, middle + end * 0.13), (at, face - 0.030, middle + end * 0.13)], 0.0045, 8),
            )
        build.add(
            metal(finishes.metal),
            tube(
                [(x - 0.07, face - 0.026, low + drawer * 0.72), (x + 0.07, face - 0.026, low + drawer * 0.72)],
                0.005,
                10,
            ),
        )
        for end in (-1, 1):
            build.add(
                metal(finishes.metal),
                tube(
                    [
                        (x + end * 0.055, face, low + drawer * 0.72),
                        (x + end * 0.055, face - 0.026, low + drawer * 0.72),
                    ],
                    0.004,
                    8,
                ),
            )
    return build.piece("wardrobe", "plain", clearance_m=CLEARANCE_M)


def cane_wardrobe(finishes: Finishes, seed: int, width_m: float) -> Piece:
    """Doors with cane webbing in their upper two thirds."""
    rng = np.random.default_rng(seed)
    build = Assembly()
    grain, height, low = wood(finishes.wood), 1.84, 0.16
    carcass(build, finishes.wood, rng, (width_m, _DEPTH_M, height), low)
    turned_legs(build, finishes.wood, rng, width_m, _DEPTH_M, low)
    inner, tall = width_m - 2 * PANEL_M - 0.006, height - 2 * PANEL_M - 0.006
    count, face, frame = _doors(width_m), -_DEPTH_M / 2 + 0.012, 0.055
    each, z = inner / count, low + height / 2
    for number in range(count):
        x, wide = -inner / 2 + each * (number + 0.5), each - 0.004
        for side in (-1, 1):
            build.add(
                grain,
                board((frame, 0.022, tall), (x + side * (wide - frame) / 2, face, z), radius=0.003).shifted_uvs(
                    *rng.uniform(0, 2, 2)
                ),
            )
            build.add(
                grain,
                board(
                    (wide - 2 * frame, 0.022, frame), (x, face, z + side * (tall - frame) / 2), radius=0.003, grain=0
                ),
            )
        split = z - tall / 2 + tall * 0.34
        build.add(grain, board((wide - 2 * frame, 0.022, frame), (x, face, split), radius=0.003, grain=0))
        low_tall, up_tall = split - (z - tall / 2), z + tall / 2 - split
        build.add(
            grain,
            board(
                (wide - 2 * frame + 0.008, 0.010, low_tall - frame),
                (x, face + 0.003, z - tall / 2 + low_tall / 2),
                radius=0.001,
                grain=2,
            ),
        )
        build.add(
            webbing(),
            board(
                (wide - 2 * frame + 0.006, 0.006, up_tall - frame),
                (x, face + 0.002, split + up_tall / 2),
                radius=0.0005,
            ),
        )
        lean = 1 if number % 2 == 0 else -1
        knob(build, finishes, (x + lean * (wide / 2 - frame / 2), face - 0.010, split + 0.06), 0.9)
    return build.piece("wardrobe", "cane", clearance_m=CLEARANCE_M)
