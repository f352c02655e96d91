"""Sideboards of a style: moulded panels, crossed barn doors, cane doors, steel lockers, upright slats."""

import numpy as np

from ml.staging.furniture.decor import dress_board
from ml.staging.furniture.mesh import Mesh, rotation
from ml.staging.furniture.piece import Assembly, Piece
from ml.staging.furniture.solids import board, cylinder, lathe, tube
from ml.staging.furniture.storage import CLEARANCE_M, PANEL_M, carcass, turned_legs
from ml.staging.furniture.surfaces.cane import webbing
from ml.staging.furniture.surfaces.finishes import Finishes
from ml.staging.furniture.surfaces.metal import metal
from ml.staging.furniture.surfaces.wood import wood


def panelled_door(build: Assembly, finish: str, wide: float, tall: float, at: tuple[float, float, float]) -> None:
    """A door of a frame with a raised panel in it; its middle `at`, its back on that plane, seen from -y."""
    grain, stile = wood(finish), min(0.06, wide * 0.18)
    x, y, z = at
    for side in (-1, 1):
        build.add(grain, board((stile, 0.022, tall), (x + side * (wide - stile) / 2, y - 0.011, z), radius=0.003))
        rail = board(
            (wide - 2 * stile, 0.022, stile), (x, y - 0.011, z + side * (tall - stile) / 2), radius=0.003, grain=0
        )
        build.add(grain, rail)
    build.add(
        grain,
        board((wide - 2 * stile + 0.01, 0.010, tall - 2 * stile + 0.01), (x, y - 0.006, z), radius=0.001, grain=2),
    )
    raised = (wide - 2 * stile - 0.045, 0.016, tall - 2 * stile - 0.045)
    if min(raised[0], raised[2]) > 0.02:
        build.add(grain, board(raised, (x, y - 0.010, z), radius=0.0075, grain=2))


def knob(build: Assembly, finishes: Finishes, at: tuple[float, float, float], size: float = 1.0) -> None:
    """A turned knob of the metal, standing out from `at` towards -y."""
    profile = [(0, 0), (0.006, 0), (0.0055, 0.010), (0.013, 0.016), (0.0135, 0.021), (0.009, 0.026), (0, 0.027)]
    mesh = lathe([(radius * size, height * size) for radius, height in profile], 22)
    build.add(metal(finishes.metal), mesh.turned(rotation("x", 90)).moved(*at))


def bail(build: Assembly, finishes: Finishes, at: tuple[float, float, float], wide: float = 0.085) -> None:
    """A hanging handle between two posts."""
    x, y, z = at
    turns = np.radians(np.linspace(180, 360, 13))
    bow = np.stack([x + wide / 2 * np.cos(turns), np.full(13, y - 0.016), z + wide * 0.32 * np.sin(turns)], axis=1)
    build.add(metal(finishes.metal), tube(bow, 0.0038, 8))
    for side in (-1, 1):
        build.add(
            metal(finishes.metal), tube([(x + side * wide / 2, y, z), (x + side * wide / 2, y - 0.018, z)], 0.006, 10)
        )


def _bracket_feet(build: Assembly, finish: str, width: float, depth: float, tall: float) -> None:
    grain = wood(finish)
    for side in (-1, 1):
        for end in (-1, 1):
            x, y = side * (width / 2 - 0.06), end * (depth / 2 - 0.012)
            build.add(grain, board((0.12, 0.024, tall), (x, y, tall / 2), radius=0.006))
            build.add(
                grain,
                board(
                    (0.024, 0.11, tall), (side * (width / 2 - 0.012), end * (depth / 2 - 0.06), tall / 2), radius=0.006
                ),
            )
    build.add(
        grain, board((width - 0.02, 0.020, tall * 0.42), (0, -depth / 2 + 0.012, tall * 0.79), radius=0.004, grain=0)
    )


def panelled_sideboard(finishes: Finishes, seed: int, width_m: float) -> Piece:
    """Drawers over moulded doors, a stepped top, bracket feet, hanging handles."""
    rng = np.random.default_rng(seed)
    build = Assembly()
    depth, height, low = 0.46, 0.76, 0.12
    finish = finishes.wood
    carcass(build, finish, rng, (width_m, depth, height), low)
    _bracket_feet(build, finish, width_m + 0.012, depth + 0.008, low + 0.004)
    top = low + height
    for wide, thick, z in ((0.02, 0.016, 0.008), (0.045, 0.022, 0.027)):
        slab = board((width_m + wide, depth + wide / 2, thick), (0, -wide / 4, top + z), radius=0.007, grain=0)
        build.add(wood(finish), slab.shifted_uvs(*rng.uniform(0, 2, 2)))
    inner = width_m - 0.03
    doors = max(2, round(inner / 0.46))
    each, drawer, face = inner / doors, 0.15, -depth / 2 + 0.002
    rail = board((inner, 0.018, 0.05), (0, face + 0.004, top - drawer - 0.028), radius=0.002, grain=0)
    build.add(wood(finish), rail.shifted_uvs(*rng.uniform(0, 2, 2)))
    for number in range(doors):
        x = -inner / 2 + each * (number + 0.5)
        front = board(
            (each - 0.012, 0.020, drawer - 0.012), (x, face - 0.008, top - 0.02 - drawer / 2), radius=0.006, grain=0
        )
        build.add(wood(finish), front.shifted_uvs(*rng.uniform(0, 2, 2)))
        bail(build, finishes, (x, face - 0.018, top - 0.012 - drawer / 2))
        tall = height - drawer - 0.05
        panelled_door(build, finish, each - 0.012, tall, (x, face + 0.002, low + 0.02 + tall / 2))
        lean = 1 if number % 2 == 0 else -1
        knob(build, finishes, (x + lean * (each / 2 - 0.035), face - 0.02, low + 0.02 + tall * 0.62), 0.9)
    dress_board(build, finishes, rng, top + 0.038, width=width_m)
    return build.piece("sideboard", "panelled", clearance_m=CLEARANCE_M)


def crossed_door(build: Assembly, finish: str, wide: float, tall: float, at: tuple[float, float, float]) -> None:
    """A door of boards with a frame and a cross on it; its middle `at`, its back on that plane, seen from -y."""
    grain, strip = wood(finish), min(0.07, wide * 0.16)
    x, y, z = at
    planks = max(3, round(wide / 0.10))
    each = wide / planks
    for number in range(planks):
        at_x = x - wide / 2 + each * (number + 0.5)
        build.add(grain, board((each - 0.003, 0.016, tall), (at_x, y - 0.008, z), radius=0.003))
    for side in (-1, 1):
        build.add(grain, board((strip, 0.016, tall), (x + side * (wide - strip) / 2, y - 0.023, z), radius=0.003))
        build.add(
            grain,
            board(
                (wide - 2 * strip, 0.016, strip), (x, y - 0.023, z + side * (tall - strip) / 2), radius=0.003, grain=0
            ),
        )
    inside_x, inside_z = wide - 2 * strip, tall - 2 * strip
    lean, long = float(np.degrees(np.arctan2(inside_z, inside_x))), float(np.hypot(inside_x, inside_z))
    for turn in (-1, 1):
        brace = board((long - 0.01, 0.013 + 0.001 * turn, strip * 0.85), radius=0.003, grain=0)
        build.add(grain, brace.turned(rotation("y", turn * lean)).moved(x, y - 0.022, z))


def barn_sideboard(finishes: Finishes, seed: int, width_m: float) -> Piece:
    """Painted, two crossed doors on a rail of black iron before open shelves, a top of planks."""
    rng = np.random.default_rng(seed)
    build = Assembly()
    depth, height, low = 0.44, 0.74, 0.08
    paint, iron = finishes.lacquer, metal("black")
    carcass(build, paint, rng, (width_m, depth, height), low)
    build.add(wood(paint), board((width_m - 0.04, depth - 0.06, low), (0, 0.015, low / 2), radius=0.003))
    top, planks = low + height, 3
    each = (depth + 0.03) / planks
    for number in range(planks):
        y = -(depth + 0.03) / 2 + each * (number + 0.5) - 0.008
        plank = board((width_m + 0.04, each - 0.002, 0.032), (0, y, top + 0.016), radius=0.004, grain=0)
        build.add(wood(finishes.wood), plank.shifted_uvs(*rng.uniform(0, 2, 2)))
    inner = width_m - 2 * PANEL_M
    bay = inner / 3
    for side in (-1, 1):
        build.add(
            wood(paint),
            board((0.02, depth - 0.02, height - 0.04), (side * bay / 2, 0.005, low + height / 2), radius=0.002),
        )
    for level in (0.36, 0.68):
        build.add(
            wood(paint), board((inner, depth - 0.05, 0.018), (0, 0.02, low + height * level), radius=0.002, grain=0)
        )
    tall, face = height - 0.075, -depth / 2 - 0.006
    for side in (-1, 1):
        crossed_door(build, paint, bay + 0.012, tall, (side * bay, face, low + 0.012 + tall / 2))
        build.add(
            iron,
            tube(
                [
                    (side * (bay / 2 + 0.035), face - 0.042, low + tall * 0.40),
                    (side * (bay / 2 + 0.035), face - 0.042, low + tall * 0.62),
                ],
                0.006,
                10,
            ),
        )
        for level in (0.42, 0.60):
            build.add(
                iron,
                tube(
                    [
                        (side * (bay / 2 + 0.035), face - 0.028, low + tall * level),
                        (side * (bay / 2 + 0.035), face - 0.042, low + tall * level),
                    ],
                    0.005,
                    8,
                ),
            )
        for x in (side * bay - bay * 0.28, side * bay + bay * 0.28):
            strap = board((0.026, 0.005, 0.12), (x, face - 0.034, top - 0.075), radius=0.001)
            wheel = cylinder(0.026, 0.012, edge=0.003, sides=28).turned(rotation("x", 90))
            build.add(iron, strap, wheel.moved(x, face - 0.030, top - 0.018))
    build.add(iron, board((width_m - 0.01, 0.006, 0.030), (0, face - 0.020, top - 0.030), radius=0.001))
    for x in (-width_m * 0.42, 0.0, width_m * 0.42):
        build.add(iron, tube([(x, face + 0.012, top - 0.030), (x, face - 0.024, top - 0.030)], 0.008, 10))
    dress_board(build, finishes, rng, top + 0.032, width=width_m)
    return build.piece("sideboard", "barn", clearance_m=CLEARANCE_M)


def cane_sideboard(finishes: Finishes, seed: int, width_m: float) -> Piece:
    """Doors of cane webbing in slim frames, on turned legs."""
    rng = np.random.default_rng(seed)
    build = Assembly()
    depth, height, low = 0.42, 0.54, 0.20
    grain = wood(finishes.wood)
    carcass(build, finishes.wood, rng, (width_m, depth, height), low)
    turned_legs(build, finishes.wood, rng, width_m, depth, low)
    inner, tall = width_m - 2 * PANEL_M - 0.006, height - 2 * PANEL_M - 0.006
    doors = 2 * max(1, round(inner / 0.85))
    each, face, frame = inner / doors, -depth / 2 + 0.012, 0.038
    for number in range(doors):
        x, z = -inner / 2 + each * (number + 0.5), low + height / 2
        wide = each - 0.004
        for side in (-1, 1):
            build.add(grain, board((frame, 0.020, tall), (x + side * (wide - frame) / 2, face, z), radius=0.003))
            build.add(
                grain,
                board(
                    (wide - 2 * frame, 0.020, frame), (x, face, z + side * (tall - frame) / 2), radius=0.003, grain=0
                ),
            )
        cane = board((wide - 2 * frame + 0.006, 0.006, tall - 2 * frame + 0.006), (x, face + 0.001, z), radius=0.0005)
        build.add(webbing(), cane)
        lean = 1 if number % 2 == 0 else -1
        knob(build, finishes, (x + lean * (wide / 2 - frame / 2), face - 0.009, z), 0.75)
    dress_board(build, finishes, rng, low + height, width=width_m)
    return build.piece("sideboard", "cane", clearance_m=CLEARANCE_M)


def _louvres(x: float, y: float, z: float) -> list[Mesh]:
    """Three pressed slots in a sheet of steel."""
    return [board((0.10, 0.010, 0.009), (x, y, z - 0.022 * number), radius=0.004) for number in range(3)]


def locker_sideboard(finishes: Finishes, seed: int, width_m: float) -> Piece:
    """Steel doors with pressed slots and label holders in a steel body, a thick top of wood."""
    rng = np.random.default_rng(seed)
    build = Assembly()
    steel = metal(finishes.metal)
    depth, height, low = 0.44, 0.66, 0.13
    body = board((width_m, depth, height), (0, 0, low + height / 2), radius=0.006)
    build.add(steel, body)
    top = low + height
    slab = board((width_m + 0.02, depth + 0.02, 0.038), (0, -0.004, top + 0.019), radius=0.005, grain=0)
    build.add(wood(finishes.wood), slab.shifted_uvs(*rng.uniform(0, 2, 2)))
    doors = max(2, round(width_m / 0.42))
    each = (width_m - 0.03) / doors
    pull = metal("steel" if finishes.metal == "black" else "black")
    for number in range(doors):
        x, face = -(width_m - 0.03) / 2 + each * (number + 0.5), -depth / 2 - 0.006
        build.add(steel, board((each - 0.010, 0.016, height - 0.03), (x, face, low + height / 2), radius=0.004))
        build.add(steel, *_louvres(x, face - 0.007, top - 0.07), *_louvres(x, face - 0.007, low + 0.115))
        build.add(pull, board((0.075, 0.005, 0.032), (x, face - 0.009, top - 0.185), radius=0.001))
        lean = 1 if number % 2 == 0 else -1
        at = x + lean * (each / 2 - 0.05)
        build.add(pull, board((0.022, 0.018, 0.085), (at, face - 0.014, low + height * 0.5), radius=0.005))
    for side in (-1, 1):
        for end in (-1, 1):
            at_foot = (side * (width_m / 2 - 0.03), end * (depth / 2 - 0.03), low / 2)
            build.add(steel, board((0.030, 0.030, low + 0.006), at_foot, radius=0.003))
    dress_board(build, finishes, rng, top + 0.038, width=width_m)
    return build.piece("sideboard", "locker", clearance_m=CLEARANCE_M)


def slatted_sideboard(finishes: Finishes, seed: int, width_m: float) -> Piece:
    """Low, its sliding doors of close upright slats, on a recessed frame."""
    rng = np.random.default_rng(seed)
    build = Assembly()
    grain = wood(finishes.wood)
    depth, height, low = 0.42, 0.48, 0.12
    carcass(build, finishes.wood, rng, (width_m, depth, height), low)
    frame = wood(finishes.wood_second)
    for side in (-1, 1):
        for end in (-1, 1):
            post = board((0.040, 0.040, low + 0.002), (side * (width_m / 2 - 0.10), end * (depth / 2 - 0.06), low / 2))
            build.add(frame, post)
        build.add(frame, board((0.034, depth - 0.13, 0.030), (side * (width_m / 2 - 0.10), 0, low - 0.016), grain=1))
    build.add(frame, board((width_m - 0.22, 0.030, 0.030), (0, -depth / 2 + 0.062, low - 0.016), grain=0))
    inner, tall = width_m - 2 * PANEL_M - 0.004, height - 2 * PANEL_M - 0.004
    middle, face = low + height / 2, -depth / 2 + 0.016
    build.add(grain, board((inner, 0.008, tall), (0, face + 0.016, middle), radius=0.001, grain=2))
    count = round(inner / 0.026)
    pitch = inner / count
    for number in range(count):
        x = -inner / 2 + pitch * (number + 0.5)
        slat = board((pitch * 0.66, 0.020, tall), (x, face, middle), radius=0.003)
        build.add(grain, slat.shifted_uvs(*rng.uniform(0, 2, 2)))
    for side in (-1, 0, 1):
        upright = board((0.030, 0.024, tall), (side * (inner / 2 - 0.015), face - 0.001, middle), radius=0.003)
        build.add(grain, upright.shifted_uvs(*rng.uniform(0, 2, 2)))
    dress_board(build, finishes, rng, low + height, width=width_m)
    return build.piece("sideboard", "slatted", clearance_m=CLEARANCE_M)
