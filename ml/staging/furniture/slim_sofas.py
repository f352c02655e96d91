"""Sofas of few parts: buttoned on tapered legs, low on a platform of wood, leather in a frame of steel."""

import numpy as np

from ml.staging.furniture.cushions import scatter_cushions
from ml.staging.furniture.mesh import Mesh, joined, rotation
from ml.staging.furniture.piece import Assembly, Piece
from ml.staging.furniture.shading import shaded
from ml.staging.furniture.sofas import CLEARANCE_M, seats_of
from ml.staging.furniture.solids import board, box_surface, cylinder, lathe, leg, tube
from ml.staging.furniture.surfaces.fabric import textile
from ml.staging.furniture.surfaces.finishes import Finishes
from ml.staging.furniture.surfaces.metal import metal
from ml.staging.furniture.surfaces.wood import wood
from ml.staging.furniture.upholstery import soft_box


def tapered_sofa(finishes: Finishes, seed: int, width_m: float) -> Piece:
    """A straight, thin-armed body on tapered legs: one long seat, buttoned back cushions, a bolster at each end."""
    rng = np.random.default_rng(seed)
    build = Assembly()
    cloth, grain = textile(finishes.upholstery), wood(finishes.wood)
    depth, low, seat_top, back_top, arm = 0.85, 0.20, 0.44, 0.80, 0.075
    inner = width_m - 2 * arm
    rail = board((width_m - 0.03, depth - 0.06, 0.035), (0, 0, low + 0.0175), radius=0.010, grain=0)
    build.add(grain, rail.shifted_uvs(*rng.uniform(0, 2, 2)))
    base = soft_box((width_m - 0.01, depth - 0.02, 0.09), rng, radius=0.02, wrinkle=0.0004)
    build.add(cloth, base.moved(0, 0, low + 0.078))
    for side in (-1, 1):
        body = soft_box((arm, depth - 0.03, 0.29), rng, radius=0.024, puff=(0.003, 0, 0.002), wrinkle=0.0005)
        build.add(cloth, body.moved(side * (width_m - arm) / 2, 0.0, low + 0.25))
    back = soft_box((width_m - 0.01, 0.10, back_top - low - 0.06), rng, radius=0.024, wrinkle=0.0005)
    lean = rotation("x", -7)
    build.add(cloth, back.turned(lean).moved(0, depth / 2 - 0.065, low + 0.06 + (back_top - low - 0.06) / 2))
    front, rear = -depth / 2 + 0.005, depth / 2 - 0.14
    seat = soft_box(
        (inner - 0.006, rear - front, 0.13), rng, radius=0.03, puff=(0.003, 0.008, 0.012), wrinkle=0.0012, piping=0.004
    )
    build.add(cloth, seat.moved(0, (front + rear) / 2, seat_top - 0.065))
    count = max(2, seats_of(inner))
    each = inner / count
    for number in range(count):
        x = -inner / 2 + each * (number + 0.5)
        build.add(cloth, _buttoned(each - 0.008, 0.36, rng).turned(rotation("x", -10)).moved(x, rear - 0.03, 0.60))
    for side in (-1, 1):
        bolster = _bolster(depth * 0.56, 0.082, rng)
        build.add(cloth, bolster.moved(side * (inner / 2 - 0.086), -0.02, seat_top + 0.086))
    if finishes.dressed:
        scatter_cushions(build, finishes, rng, width=inner - 0.34, seat=seat_top, back=rear - 0.10)
    for side in (-1, 1):
        for end in (-1, 1):
            top = (side * (width_m / 2 - 0.16), end * (depth / 2 - 0.13), low + 0.005)
            foot = (side * (width_m / 2 - 0.11), end * (depth / 2 - 0.08), 0.0)
            build.add(grain, leg(top, foot, 0.023, 0.012).shifted_uvs(*rng.uniform(0, 2, 2)))
    return build.piece("sofa", "tapered", clearance_m=CLEARANCE_M)


def _buttoned(wide: float, tall: float, rng: np.random.Generator) -> Mesh:
    """A thin back cushion drawn in by two rows of buttons, seen from -y; about the origin."""
    points, faces = box_surface((wide, 0.12, tall), 0.035, spacing=0.02, rim=5)
    columns = max(2, round(wide / 0.26))
    xs = [wide * ((number + 0.5) / columns - 0.5) for number in range(columns)]
    places = [(x, z) for z in (-tall * 0.17, tall * 0.17) for x in xs]
    front = points[:, 1] < 0
    x, z = points[:, 0], points[:, 2]
    crown = np.clip(1 - (np.abs(x) / (wide / 2)) ** 4, 0, 1) * np.clip(1 - (np.abs(z) / (tall / 2)) ** 3, 0, 1)
    push = 0.022 * crown
    for at in places:
        push -= 0.024 * np.exp(-np.hypot(x - at[0], z - at[1]) / 0.035)
    moved = points.copy()
    moved[:, 1] -= push * front
    body = shaded(moved, faces, crease=75.0).shifted_uvs(*rng.uniform(0, 2, 2))
    knob = lathe([(0.0, -0.003), (0.011, -0.002), (0.014, 0.001), (0.010, 0.006), (0.0, 0.008)], 16)
    turned = knob.turned(rotation("x", 90))
    buttons = [turned.moved(at[0], -0.06 - 0.022 * float(_crown(at, wide, tall)) + 0.022, at[1]) for at in places]
    return joined([body, *buttons])


def _crown(at: tuple[float, float], wide: float, tall: float) -> float:
    return (1 - abs(2 * at[0] / wide) ** 4) * (1 - abs(2 * at[1] / tall) ** 3)


def _bolster(long: float, radius: float, rng: np.random.Generator) -> Mesh:
    """A round cushion along y about the origin, its ends gathered to a button."""
    half = long / 2
    profile = [
        (0.0, -half + 0.012), (0.014, -half + 0.008), (radius * 0.75, -half), (radius * 0.94, -half + 0.012),
        (radius, -half + 0.04), (radius * 1.02, 0.0), (radius, half - 0.04), (radius * 0.94, half - 0.012),
        (radius * 0.75, half), (0.014, half - 0.008), (0.0, half - 0.012),
    ]  # fmt: skip
    return lathe(profile, 40, crease=70).shifted_uvs(*rng.uniform(0, 2, 2)).turned(rotation("x", 90))


def platform_sofa(finishes: Finishes, seed: int, width_m: float) -> Piece:
    """Low: thick cushions on a platform of wood that shows all around, low arms of wood."""
    rng = np.random.default_rng(seed)
    build = Assembly()
    cloth, grain = textile(finishes.upholstery), wood(finishes.wood)
    depth, low, deck = 0.92, 0.10, 0.16
    platform = board((width_m, depth, deck - low), (0, 0, (low + deck) / 2), radius=0.008, grain=0)
    build.add(grain, platform.shifted_uvs(*rng.uniform(0, 2, 2)))
    for side in (-1, 1):
        for end in (-1, 1):
            foot = board((0.07, 0.07, low + 0.004), (side * (width_m / 2 - 0.12), end * (depth / 2 - 0.12), low / 2))
            build.add(grain, foot.shifted_uvs(*rng.uniform(0, 2, 2)))
        slab = board((0.045, depth - 0.05, 0.36), (side * (width_m / 2 - 0.03), 0, deck + 0.178), radius=0.012, grain=1)
        build.add(grain, slab.shifted_uvs(*rng.uniform(0, 2, 2)))
    back = board((width_m - 0.10, 0.035, 0.40), radius=0.010, grain=0).shifted_uvs(*rng.uniform(0, 2, 2))
    build.add(grain, back.turned(rotation("x", -6)).moved(0, depth / 2 - 0.055, deck + 0.195))
    inner = width_m - 0.12
    count = seats_of(inner)
    each = inner / count
    front, rear = -depth / 2 + 0.025, depth / 2 - 0.10
    for number in range(count):
        x = -inner / 2 + each * (number + 0.5)
        seat = soft_box(
            (each - 0.006, rear - front, 0.23), rng, radius=0.055, puff=(0.006, 0.012, 0.018), wrinkle=0.0020,
            piping=0.0035,
        )  # fmt: skip
        build.add(cloth, seat.moved(x, (front + rear) / 2, deck + 0.115))
        rest = soft_box(
            (each - 0.02, 0.20, 0.42), rng, radius=0.09, puff=(0.008, 0.035, 0.012), wrinkle=0.0032, piping=0.0035
        )
        turn = rotation("x", -10 + rng.uniform(-1.2, 1.2)) @ rotation("z", rng.uniform(-1.5, 1.5))
        build.add(cloth, rest.turned(turn).moved(x, rear - 0.09, deck + 0.23 + 0.19))
    scatter_cushions(build, finishes, rng, width=inner, seat=deck + 0.23, back=rear - 0.18)
    return build.piece("sofa", "platform", clearance_m=CLEARANCE_M)


def steel_sofa(finishes: Finishes, seed: int, width_m: float) -> Piece:
    """Broad cushions slung in a frame of square steel whose ends are the arms."""
    rng = np.random.default_rng(seed)
    build = Assembly()
    cloth, bars = textile(finishes.upholstery), metal(finishes.metal)
    depth, top, bar = 0.90, 0.60, 0.028
    x = width_m / 2 - bar / 2
    for side in (-1, 1):
        for end in (-1, 1):
            build.add(bars, board((bar, bar, top), (side * x, end * (depth / 2 - bar / 2), top / 2), radius=0.003))
        for level in (bar / 2, 0.22, top - bar / 2):
            build.add(bars, board((bar * 0.98, depth - bar, bar), (side * x, 0, level), radius=0.003))
        pad = soft_box((0.055, depth - 0.10, 0.026), rng, radius=0.012, wrinkle=0.0003)
        build.add(cloth, pad.moved(side * x, -0.01, top + 0.010))
    for end, level in ((-1, 0.22), (1, 0.22), (1, top - bar / 2)):
        build.add(bars, board((width_m - bar, bar * 0.98, bar), (0, end * (depth / 2 - bar / 2), level), radius=0.003))
    build.add(bars, cylinder(0.012, 0.23, (0, -depth / 2 + bar / 2, 0.0), edge=0.002, sides=20))
    inner = width_m - 2 * bar - 0.01
    deck = board((inner, depth - 0.06, 0.016), (0, 0, 0.238), radius=0.003, grain=0)
    build.add(wood(finishes.wood_second), deck)
    count = seats_of(inner)
    each = inner / count
    front, rear = -depth / 2 + 0.01, depth / 2 - 0.05
    for number in range(count):
        place = -inner / 2 + each * (number + 0.5)
        seat = soft_box(
            (each - 0.008, rear - front, 0.19), rng, radius=0.045, puff=(0.006, 0.012, 0.022), wrinkle=0.0020,
            piping=0.0045,
        )  # fmt: skip
        build.add(cloth, seat.moved(place, (front + rear) / 2, 0.245 + 0.095))
        rest = soft_box(
            (each - 0.014, 0.19, 0.44), rng, radius=0.07, puff=(0.008, 0.042, 0.014), wrinkle=0.0034, piping=0.0045
        )
        turn = rotation("x", -12 + rng.uniform(-1.2, 1.2)) @ rotation("z", rng.uniform(-1.5, 1.5))
        build.add(cloth, rest.turned(turn).moved(place, rear - 0.12, 0.43 + 0.20))
    strap = [(-inner / 2, rear - 0.004, 0.46), (inner / 2, rear - 0.004, 0.46)]
    build.add(bars, tube(strap, 0.008, 10))
    scatter_cushions(build, finishes, rng, width=inner, seat=0.435, back=rear - 0.24)
    return build.piece("sofa", "steel", clearance_m=CLEARANCE_M)
