"""Coffee tables of a style: oval on tapered legs, turned with a shelf, woven, on castors, a slab, crossed ends."""

import numpy as np

from ml.staging.furniture.decor import dress_top
from ml.staging.furniture.mesh import Mesh, rotation
from ml.staging.furniture.piece import Assembly, Piece
from ml.staging.furniture.shading import shaded
from ml.staging.furniture.solids import board, cylinder, disc_top, lathe, leg, tube
from ml.staging.furniture.surfaces.cane import basket, rattan
from ml.staging.furniture.surfaces.finishes import Finishes
from ml.staging.furniture.surfaces.metal import metal
from ml.staging.furniture.surfaces.wood import wood
from ml.staging.furniture.tables import CLEARANCE_M, COFFEE_HEIGHT_M
from ml.staging.furniture.turnings import turned_leg


def oval_top(
    width: float, depth: float, thick: float, level: float, *, square: float = 2.0, edge: float = 0.010, grain: int = 0
) -> Mesh:
    """A table top between an ellipse (`square` 2) and a rectangle (more), its upper side at `level`."""
    disc = disc_top(0.5, thick, (0, 0, 0), edge=min(edge, thick * 0.45))
    points = disc.vertices.astype(float)
    radius, angle = np.hypot(points[:, 0], points[:, 1]), np.arctan2(points[:, 1], points[:, 0])
    reach = (np.abs(np.cos(angle)) ** square + np.abs(np.sin(angle)) ** square) ** (-1 / square)
    inset = 0.5 - radius
    # The rounding of the edge keeps its metres while the outline grows.
    share = np.where(radius > 1e-6, reach * (1 - inset / 0.5), 0.0)
    points[:, 0] = share * np.cos(angle) * width / 2
    points[:, 1] = share * np.sin(angle) * depth / 2
    return shaded(points, disc.faces.astype(np.int64), grain=grain, end_grain=0.12).moved(0, 0, level - thick)


def oval_coffee_table(finishes: Finishes, seed: int, width_m: float) -> Piece:
    """A long oval top with a thin edge, a slatted shelf, tapered legs that splay."""
    rng = np.random.default_rng(seed)
    build = Assembly()
    grain = wood(finishes.wood)
    depth, top = width_m * 0.50, COFFEE_HEIGHT_M
    build.add(grain, oval_top(width_m, depth, 0.026, top, square=2.5).shifted_uvs(*rng.uniform(0, 2, 2)))
    x, y = width_m * 0.30, depth * 0.30
    for side in (-1, 1):
        for end in (-1, 1):
            foot = (side * (x + 0.055), end * (y + 0.035), 0.0)
            build.add(
                grain, leg((side * x, end * y, top - 0.024), foot, 0.021, 0.011).shifted_uvs(*rng.uniform(0, 2, 2))
            )
        rail = tube([(side * (x + 0.028), -y - 0.02, 0.175), (side * (x + 0.028), y + 0.02, 0.175)], 0.010, 12)
        build.add(grain, rail, tube([(side * x, -y, top - 0.045), (side * x, y, top - 0.045)], 0.013, 12))
    for at in np.linspace(-y - 0.005, y + 0.005, 8):
        slat = board((2 * x + 0.09, 0.020, 0.010), (0, float(at), 0.189), radius=0.004, grain=0)
        build.add(grain, slat.shifted_uvs(*rng.uniform(0, 2, 2)))
    dress_top(build, finishes, rng, top, reach=width_m * 0.38)
    return build.piece("coffee_table", "oval", clearance_m=CLEARANCE_M)


def turned_coffee_table(finishes: Finishes, seed: int, width_m: float) -> Piece:
    """A moulded top over a frieze with a drawer, four turned legs, a shelf below."""
    rng = np.random.default_rng(seed)
    build = Assembly()
    grain = wood(finishes.wood)
    depth, top = width_m * 0.58, 0.46
    build.add(
        grain,
        board((width_m, depth, 0.020), (0, 0, top - 0.010), radius=0.008, grain=0).shifted_uvs(*rng.uniform(0, 2, 2)),
        board((width_m - 0.03, depth - 0.03, 0.014), (0, 0, top - 0.026), radius=0.006, grain=0),
    )
    x, y = width_m / 2 - 0.065, depth / 2 - 0.065
    for side in (-1, 1):
        for end in (-1, 1):
            build.add(grain, turned_leg(top - 0.03, 0.062, (side * x, end * y, 0.0), block=0.24))
            block = board((0.062, 0.062, 0.05), (side * x, end * y, 0.115), radius=0.004)
            build.add(grain, block)
        build.add(grain, board((0.022, 2 * y - 0.05, 0.085), (side * x, 0, top - 0.075), radius=0.002, grain=1))
        build.add(grain, board((2 * x - 0.05, 0.022, 0.085), (0, side * y, top - 0.075), radius=0.002, grain=0))
    drawer = board((x * 1.1, 0.012, 0.062), (0, -y - 0.014, top - 0.075), radius=0.004, grain=0)
    build.add(grain, drawer.shifted_uvs(*rng.uniform(0, 2, 2)))
    for side in (-1, 1):
        knob = lathe([(0, 0), (0.006, 0), (0.006, 0.008), (0.012, 0.014), (0.010, 0.021), (0, 0.023)], 20)
        build.add(metal(finishes.metal), knob.turned(rotation("x", 90)).moved(side * x * 0.3, -y - 0.018, top - 0.075))
    shelf = board((2 * x + 0.03, 2 * y + 0.03, 0.018), (0, 0, 0.128), radius=0.005, grain=0)
    build.add(grain, shelf.shifted_uvs(*rng.uniform(0, 2, 2)))
    dress_top(build, finishes, rng, top, reach=width_m * 0.42)
    return build.piece("coffee_table", "turned", clearance_m=CLEARANCE_M)


def woven_coffee_table(finishes: Finishes, seed: int, width_m: float) -> Piece:
    """A drum of basket work between hoops of rattan under a round top of wood."""
    rng = np.random.default_rng(seed)
    build = Assembly()
    radius, top = width_m / 2, 0.40
    steps = np.linspace(0, 1, 18)
    waist = radius * (0.94 - 0.13 * np.sin(np.pi * steps))
    drum = lathe([(0.0, 0.012), *zip(waist.tolist(), (0.012 + steps * 0.355).tolist(), strict=True), (0.0, 0.367)], 96)
    build.add(basket(), drum)
    turns = np.linspace(0, 2 * np.pi, 73)
    for share, thick in ((0.0, 0.014), (0.33, 0.007), (0.66, 0.007), (1.0, 0.014)):
        reach = float(np.interp(share, steps, waist)) + 0.004
        hoop = np.stack([reach * np.cos(turns), reach * np.sin(turns), np.full(73, 0.014 + share * 0.347)], axis=1)
        build.add(rattan(), tube(hoop, thick, 10))
    build.add(
        wood(finishes.wood), disc_top(radius, 0.026, (0, 0, top - 0.030), edge=0.010).shifted_uvs(*rng.uniform(0, 2, 2))
    )
    dress_top(build, finishes, rng, top - 0.004, reach=width_m * 0.42)
    return build.piece("coffee_table", "woven", clearance_m=CLEARANCE_M)


def cart_coffee_table(finishes: Finishes, seed: int, width_m: float) -> Piece:
    """Thick boards bound in a frame of angle iron, a lower shelf, castors."""
    rng = np.random.default_rng(seed)
    build = Assembly()
    grain, bars = wood(finishes.wood), metal(finishes.metal)
    depth, top = width_m * 0.56, 0.42
    planks = 4
    each = (depth - 0.012) / planks
    for level, thick in ((top - 0.022, 0.044), (0.185, 0.030)):
        for number in range(planks):
            y = -(depth - 0.012) / 2 + each * (number + 0.5)
            plank = board((width_m - 0.012, each - 0.003, thick), (0, y, level), radius=0.004, grain=0)
            build.add(grain, plank.shifted_uvs(*rng.uniform(0, 2, 2)))
        for end in (-1, 1):
            build.add(bars, board((width_m, 0.005, thick + 0.008), (0, end * depth / 2, level - 0.003), radius=0.001))
            build.add(bars, board((0.005, depth, thick + 0.008), (end * width_m / 2, 0, level - 0.003), radius=0.001))
    for side in (-1, 1):
        for end in (-1, 1):
            x, y = side * (width_m / 2 - 0.018), end * (depth / 2 - 0.018)
            build.add(
                bars, board((0.038, 0.005, top - 0.14), (x, end * depth / 2, 0.12 + (top - 0.14) / 2), radius=0.001)
            )
            build.add(
                bars, board((0.005, 0.038, top - 0.14), (side * width_m / 2, y, 0.12 + (top - 0.14) / 2), radius=0.001)
            )
            inside_x, inside_y = side * (width_m / 2 - 0.05), end * (depth / 2 - 0.05)
            wheel = cylinder(0.055, 0.032, edge=0.006, sides=40).turned(rotation("y", 90))
            build.add(bars, wheel.moved(inside_x - 0.016, inside_y, 0.055))
            for lean in (-1, 1):
                build.add(bars, board((0.005, 0.045, 0.095), (inside_x + lean * 0.024, inside_y, 0.105), radius=0.001))
            build.add(bars, board((0.060, 0.060, 0.025), (inside_x, inside_y, 0.158), radius=0.002))
            for bolt in (0.25, 0.34):
                head = lathe([(0, 0), (0.007, 0), (0.006, 0.004), (0, 0.005)], 12).turned(rotation("x", 90))
                build.add(
                    bars,
                    head.moved(x, -depth / 2 - 0.002, bolt)
                    if end < 0
                    else head.turned(rotation("z", 180)).moved(x, depth / 2 + 0.002, bolt),
                )
    dress_top(build, finishes, rng, top, reach=width_m * 0.45)
    return build.piece("coffee_table", "cart", clearance_m=CLEARANCE_M)


def slab_coffee_table(finishes: Finishes, seed: int, width_m: float) -> Piece:
    """Low: a thick board with soft corners on two round drums."""
    rng = np.random.default_rng(seed)
    build = Assembly()
    grain = wood(finishes.wood)
    depth, top = width_m * 0.55, 0.33
    build.add(grain, oval_top(width_m, depth, 0.055, top, square=6.0, edge=0.016).shifted_uvs(*rng.uniform(0, 2, 2)))
    for side in (-1, 1):
        drum = (
            cylinder(depth * 0.26, top - 0.054, edge=0.006, sides=72).upright_grain().shifted_uvs(*rng.uniform(0, 2, 2))
        )
        build.add(grain, drum.moved(side * width_m * 0.26, 0, 0))
    dress_top(build, finishes, rng, top, reach=width_m * 0.42)
    return build.piece("coffee_table", "slab", clearance_m=CLEARANCE_M)


def crossed_coffee_table(finishes: Finishes, seed: int, width_m: float) -> Piece:
    """A plank top on a painted frame whose two ends are crossed, a shelf of slats."""
    rng = np.random.default_rng(seed)
    build = Assembly()
    grain, paint = wood(finishes.wood), wood(finishes.lacquer)
    depth, top, post = width_m * 0.58, 0.44, 0.055
    planks = 4
    each = depth / planks
    for number in range(planks):
        y = -depth / 2 + each * (number + 0.5)
        plank = board((width_m - 0.10, each - 0.002, 0.032), (0, y, top - 0.016), radius=0.004, grain=0)
        build.add(grain, plank.shifted_uvs(*rng.uniform(0, 2, 2)))
    for side in (-1, 1):
        ending = board(
            (0.098, depth + 0.002, 0.034), (side * (width_m / 2 - 0.049), 0, top - 0.017), radius=0.004, grain=1
        )
        build.add(grain, ending.shifted_uvs(*rng.uniform(0, 2, 2)))
    x, y, under = width_m / 2 - 0.075, depth / 2 - 0.065, top - 0.033
    for side in (-1, 1):
        for end in (-1, 1):
            build.add(paint, board((post, post, under), (side * x, end * y, under / 2), radius=0.004))
        build.add(paint, board((0.03, 2 * y, 0.06), (side * x, 0, under - 0.03), radius=0.003))
        build.add(paint, board((2 * x, 0.03, 0.06), (0, side * y, under - 0.03), radius=0.003))
        build.add(paint, board((0.04, 2 * y, 0.045), (side * x, 0, 0.115), radius=0.003))
        tall, wide = under - 0.06 - 0.135, 2 * y - post
        lean = float(np.degrees(np.arctan2(tall, wide)))
        for turn in (-1, 1):
            brace = board((0.024 + 0.004 * turn, float(np.hypot(tall, wide)), 0.042), radius=0.003)
            build.add(paint, brace.turned(rotation("x", turn * lean)).moved(side * x, 0, 0.135 + tall / 2))
    for at in np.linspace(-y + 0.03, y - 0.03, 7):
        slat = board((2 * x + 0.02, 0.055, 0.016), (0, float(at), 0.144), radius=0.003, grain=0)
        build.add(grain, slat.shifted_uvs(*rng.uniform(0, 2, 2)))
    dress_top(build, finishes, rng, top, reach=width_m * 0.42)
    return build.piece("coffee_table", "crossed", clearance_m=CLEARANCE_M)
