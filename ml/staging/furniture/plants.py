"""Plants in pots: a rubber tree, an olive tree, a snake plant, a fan palm."""

import numpy as np

from ml.staging.furniture.decor import vessel
from ml.staging.furniture.foliage import leaf_blade, leaf_material, soil, stem_material
from ml.staging.furniture.mesh import Floats, rotation
from ml.staging.furniture.piece import Assembly, Piece
from ml.staging.furniture.solids import cylinder, tube
from ml.staging.furniture.surfaces.finishes import Finishes
from ml.staging.furniture.surfaces.metal import ceramic

_GOLDEN_DEG = 137.5


def _pot(build: Assembly, finishes: Finishes, rng: np.random.Generator, *, radius: float, height: float) -> float:
    """A pot with soil on the floor; answers the height of the soil."""
    shapes = (
        ((0, 0), (0.74, 0), (0.78, 0.01), (0.92, 0.55), (1.0, 0.98)),
        ((0, 0), (0.86, 0), (0.90, 0.015), (0.97, 0.3), (1.0, 0.6), (0.95, 0.98)),
        ((0, 0), (0.60, 0), (0.66, 0.012), (0.96, 0.40), (1.0, 0.62), (0.86, 0.98)),
    )
    shape = shapes[int(rng.integers(len(shapes)))]
    profile = tuple((share * radius, up * height) for share, up in shape)
    colour = finishes.ceramic if rng.uniform() < 0.65 else finishes.ceramic_second
    build.add(ceramic(colour, 0.6), vessel(profile, 0.012))
    build.add(soil(), cylinder(profile[-1][0] - 0.012, 0.02, (0, 0, height * 0.84), edge=0.002))
    return height * 0.86


def _trunk(rng: np.random.Generator, start: float, top: float, lean: float, *, wild: float = 0.0045) -> Floats:
    """A trunk's path (14, 3) from the soil up."""
    steps = np.linspace(0, 1, 14)
    turn = rng.uniform(0, 2 * np.pi)
    path = np.stack(
        [
            np.cos(turn) * (0.02 + lean * steps**1.5),
            np.sin(turn) * (0.02 + lean * steps**1.5),
            start + (top - start) * steps,
        ],
        axis=1,
    )
    sway = np.cumsum(rng.normal(0, wild, (14, 2)), axis=0) * steps[:, None]
    path[:, :2] += sway
    return path


def _along(path: Floats, share: float) -> Floats:
    steps = np.linspace(0, 1, len(path))
    return np.array([np.interp(share, steps, path[:, axis]) for axis in range(3)])


def rubber_tree(finishes: Finishes, seed: int, width_m: float) -> Piece:
    """Two or three stems with large, glossy leaves."""
    rng = np.random.default_rng(seed)
    build = Assembly()
    size = width_m / 0.70
    start = _pot(build, finishes, rng, radius=0.19 * size, height=0.34 * size)
    leaf, bark = leaf_material("fig" if rng.uniform() < 0.4 else "rubber"), stem_material("bark")
    for stem in range(3):
        top = (1.62, 1.36, 1.12)[stem] * size * rng.uniform(0.93, 1.05)
        path = _trunk(rng, start, top, rng.uniform(0.04, 0.13) * size)
        build.add(bark, tube(path, np.linspace(0.014, 0.006, 14), 10))
        count = 21 - 3 * stem
        for number in range(count):
            share = 0.22 + 0.78 * number / (count - 1)
            turn = number * _GOLDEN_DEG + stem * 70 + rng.uniform(-22, 22)
            rise = rng.uniform(10, 42) + (30 if share > 0.93 else 0)
            long = rng.uniform(0.23, 0.33) * (1.14 - 0.36 * share) * size
            spin = rotation("z", turn) @ rotation("y", -rise) @ rotation("x", rng.uniform(-22, 22))
            at = _along(path, share)
            stalk = at + spin @ np.array([0.05, 0, 0.0])
            build.add(stem_material("green"), tube([tuple(at), tuple((at + stalk) / 2), tuple(stalk)], 0.003, 5))
            build.add(
                leaf,
                leaf_blade(long, rng.uniform(0.46, 0.58), rng.uniform(0.5, 1.15), steps=9).turned(spin).moved(*stalk),
            )
    return build.piece("plant", "rubber_tree")


def olive_tree(finishes: Finishes, seed: int, width_m: float) -> Piece:
    """A slim grey trunk, an airy crown of many small leaves."""
    rng = np.random.default_rng(seed)
    build = Assembly()
    size = width_m / 0.80
    start = _pot(build, finishes, rng, radius=0.20 * size, height=0.36 * size)
    leaf, bark = leaf_material("olive"), stem_material("grey")
    trunk = _trunk(rng, start, 1.15 * size, 0.05 * size, wild=0.006)
    build.add(bark, tube(trunk, np.linspace(0.019, 0.012, 14), 10))
    blades = [leaf_blade(long, 0.24, bend, steps=4, wave=0.0) for long in (0.055, 0.065, 0.075) for bend in (0.15, 0.5)]
    for number in range(38):
        share = 0.55 + 0.45 * number / 37
        at = _along(trunk, share)
        turn = np.radians(number * _GOLDEN_DEG + rng.uniform(-25, 25))
        rise = rng.uniform(0.3, 1.25) + 0.3 * (share > 0.9)
        long = rng.uniform(0.24, 0.44) * size * (1.1 - 0.35 * abs(share - 0.8))
        steps = np.linspace(0, 1, 9)
        out = np.array([np.cos(turn) * np.cos(rise), np.sin(turn) * np.cos(rise), np.sin(rise)])
        path = at + long * steps[:, None] * out + np.array([0, 0, -0.10]) * size * steps[:, None] ** 2
        path[:, :2] += np.cumsum(rng.normal(0, 0.006, (9, 2)), axis=0)
        build.add(bark, tube(path, np.linspace(0.0055, 0.0015, 9), 5))
        for step in np.linspace(0.15, 1, 19):
            for side in (-1, 1):
                spin = rotation("z", np.degrees(turn) + side * rng.uniform(25, 80)) @ rotation(
                    "y", -rng.uniform(-15, 60)
                )
                blade = blades[int(rng.integers(len(blades)))]
                build.add(leaf, blade.turned(spin @ rotation("x", rng.uniform(-50, 50))).moved(*_along(path, step)))
    return build.piece("plant", "olive_tree")


def snake_plant(finishes: Finishes, seed: int, width_m: float) -> Piece:
    """Upright, stiff, banded leaves in a low pot."""
    rng = np.random.default_rng(seed)
    build = Assembly()
    size = width_m / 0.42
    start = _pot(build, finishes, rng, radius=0.16 * size, height=0.28 * size)
    leaf = leaf_material("snake")
    for number in range(16):
        turn = number * _GOLDEN_DEG + rng.uniform(-15, 15)
        out = 0.10 * size * np.sqrt((number + 0.5) / 16)
        long = rng.uniform(0.45, 0.86) * size * (1.05 - 0.25 * out / (0.10 * size))
        lean = rng.uniform(1, 7) + 9 * out / (0.10 * size)
        blade = leaf_blade(long, 0.062 / long * rng.uniform(0.85, 1.2) * size, -0.10, steps=12, fold=0.5, wave=0.008)
        spin = rotation("z", turn) @ rotation("y", -(90 - lean)) @ rotation("x", rng.uniform(-60, 60))
        at = np.array([np.cos(np.radians(turn)), np.sin(np.radians(turn)), 0]) * out
        build.add(leaf, blade.turned(spin).moved(float(at[0]), float(at[1]), start - 0.02))
    return build.piece("plant", "snake_plant")


def fan_palm(finishes: Finishes, seed: int, width_m: float) -> Piece:
    """Arching fronds with narrow leaflets, from one crown."""
    rng = np.random.default_rng(seed)
    build = Assembly()
    size = width_m / 1.10
    start = _pot(build, finishes, rng, radius=0.18 * size, height=0.33 * size)
    leaf, stalk = leaf_material("palm"), stem_material("green")
    for number in range(13):
        turn = np.radians(number * _GOLDEN_DEG + rng.uniform(-14, 14))
        long = rng.uniform(0.80, 1.15) * size
        rise = rng.uniform(1.30, 1.54) - 0.12 * (number / 13)
        steps = np.linspace(0, 1, 18)
        angle = rise - 0.85 * steps**2.0
        reach = long * np.cumsum(np.concatenate([[0], np.cos(angle[1:]) / 17]))
        high = long * np.cumsum(np.concatenate([[0], np.sin(angle[1:]) / 17]))
        path = np.stack(
            [0.025 * np.cos(turn) + reach * np.cos(turn), 0.025 * np.sin(turn) + reach * np.sin(turn), start + high],
            axis=1,
        )
        build.add(stalk, tube(path, np.linspace(0.007, 0.002, 18), 6))
        for share in np.linspace(0.34, 1.0, 22):
            along = float(np.interp(share, steps, angle))
            for side in (-1, 1):
                wide = 0.26 * size * np.sin(np.pi * (0.25 + 0.70 * share)) * rng.uniform(0.85, 1.1)
                spread = 62 - 34 * share + rng.uniform(-6, 6)
                spin = (
                    rotation("z", np.degrees(turn))
                    @ rotation("y", -np.degrees(along))
                    @ rotation("z", side * spread)
                    @ rotation("y", rng.uniform(2, 16))
                )
                blade = leaf_blade(wide, 0.10, rng.uniform(0.3, 0.8), steps=6, fold=0.3, wave=0.0)
                build.add(leaf, blade.turned(spin).moved(*_along(path, share)))
    return build.piece("plant", "fan_palm")
