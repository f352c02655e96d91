"""Lamps: floor lamps (tripod, arc, reading), a table lamp and pendants."""

from functools import lru_cache

import numpy as np

from ml.staging.furniture.decor import smooth_profile, vessel
from ml.staging.furniture.light import lamplight
from ml.staging.furniture.material import Material, MaterialKind, srgb
from ml.staging.furniture.mesh import Mesh, rotation
from ml.staging.furniture.piece import Assembly, Mount, Piece
from ml.staging.furniture.solids import cylinder, lathe, leg, tube
from ml.staging.furniture.surfaces.finishes import Finishes
from ml.staging.furniture.surfaces.metal import ceramic, metal
from ml.staging.furniture.surfaces.wood import wood


@lru_cache(maxsize=16)
def shade_cloth(colour: str, kelvin: int) -> Material:
    """A shade of thin cloth with a lit bulb behind it."""
    return Material(
        f"shade:{colour}:{kelvin}",
        MaterialKind.LAMP,
        srgb(colour),
        roughness=0.9,
        specular=0.1,
        emission=lamplight(kelvin, 0.62),
    )


@lru_cache(maxsize=16)
def opal_glass(kelvin: int) -> Material:
    """A lit globe of opal glass."""
    return Material(
        f"opal:{kelvin}",
        MaterialKind.LAMP,
        srgb("f4f1ea"),
        roughness=0.2,
        specular=0.5,
        emission=lamplight(kelvin, 0.95),
    )


@lru_cache(maxsize=16)
def bulb(kelvin: int) -> Material:
    """A lit bulb."""
    return Material(f"bulb:{kelvin}", MaterialKind.LAMP, srgb("ffffff"), roughness=0.3, emission=lamplight(kelvin, 4.0))


def drum_shade(low_radius: float, high_radius: float, height: float, wall: float = 0.002) -> Mesh:
    """A conical shade, open above and below, its lower rim at z = 0, with a rolled edge at both rims."""
    outer = [(low_radius + (high_radius - low_radius) * share, height * share) for share in np.linspace(0, 1, 6)]
    inner = [(radius - wall, z) for radius, z in reversed(outer)]
    return lathe([*outer, *inner, outer[0]], 64)


def dome(points: list[tuple[float, float]], wall: float = 0.003) -> Mesh:
    """An open bell of an outer profile given from its top down to its rim, `wall` metres thick."""
    outer = smooth_profile(tuple(points), 4)
    inner = smooth_profile(tuple((max(radius - wall, 0.0), height - wall * 0.7) for radius, height in points), 4)
    # Down the inside, then up the outside: outwards on both.
    return lathe([*inner, *reversed(outer)], 64)


def bulb_at(build: Assembly, finishes: Finishes, at: tuple[float, float, float]) -> None:
    """A lit bulb whose socket stands `at`."""
    profile = [(0.0, 0.0), (0.013, 0.0), (0.014, 0.02), (0.028, 0.05), (0.03, 0.068), (0.022, 0.09), (0.0, 0.098)]
    build.add(bulb(finishes.light_kelvin), lathe(profile, 20).moved(*at))


def tripod_lamp(finishes: Finishes, seed: int, width_m: float) -> Piece:
    """Three legs of wood and a drum of cloth."""
    rng = np.random.default_rng(seed)
    build = Assembly()
    grain, bars = wood(finishes.wood), metal(finishes.metal)
    start = rng.uniform(0, 120)
    for turn in np.radians(np.array([0, 120, 240]) + start):
        x, y = float(np.cos(turn)), float(np.sin(turn))
        foot = (width_m / 2 * x, width_m / 2 * y, 0.0)
        build.add(grain, leg((0.035 * x, 0.035 * y, 1.16), foot, 0.013, 0.011).shifted_uvs(*rng.uniform(0, 2, 2)))
    build.add(bars, cylinder(0.05, 0.035, (0, 0, 1.14)), tube([(0, 0, 1.16), (0, 0, 1.32)], 0.007))
    build.add(
        bars,
        tube([(-0.20, 0, 1.315), (0.20, 0, 1.315)], 0.003, 8),
        tube([(0, -0.20, 1.315), (0, 0.20, 1.315)], 0.003, 8),
    )
    build.add(shade_cloth(finishes.shade, finishes.light_kelvin), drum_shade(0.225, 0.19, 0.27).moved(0, 0, 1.25))
    bulb_at(build, finishes, (0, 0, 1.33))
    return build.piece("floor_lamp", "tripod")


def arc_lamp(finishes: Finishes, seed: int, width_m: float) -> Piece:
    """A heavy foot, a bow of metal, and a dome that hangs from it."""
    rng = np.random.default_rng(seed)
    build = Assembly()
    bars = metal(finishes.metal)
    side = 1.0 if rng.uniform() < 0.5 else -1.0
    reach = width_m - 0.17 - 0.16
    turns = np.linspace(0, np.pi * 0.80, 40)
    bow = np.stack(
        [side * (reach * 0.55 - reach * 0.55 * np.cos(turns)), np.zeros(40), 1.05 + 0.80 * np.sin(turns)], axis=1
    )
    path = np.concatenate([[[0, 0, 0.03], [0, 0, 0.5]], bow])
    build.add(bars, tube(path, 0.0095, 14), cylinder(0.155, 0.035, edge=0.006, sides=64))
    tip = path[-1]
    bell = dome([(0.0, 0.158), (0.03, 0.156), (0.09, 0.135), (0.135, 0.09), (0.155, 0.03), (0.156, 0.0)])
    hang = (float(tip[0]), 0.0, float(tip[2]) - 0.20)
    build.add(
        bars,
        bell.moved(*hang),
        tube([tuple(tip), (hang[0], 0, hang[2] + 0.15)], 0.005, 8),
    )
    bulb_at(build, finishes, (hang[0], 0.0, hang[2] + 0.035))
    return build.piece("floor_lamp", "arc")


def reading_lamp(finishes: Finishes, seed: int, width_m: float) -> Piece:
    """A slim post with a globe of opal glass on a short arm."""
    del seed
    build = Assembly()
    bars = metal(finishes.metal)
    foot = width_m / 2
    build.add(bars, cylinder(foot, 0.022, edge=0.006, sides=56), tube([(0, 0, 0.02), (0, 0, 1.40)], 0.009, 14))
    build.add(bars, cylinder(0.03, 0.035, (0, 0, 1.395)), cylinder(0.046, 0.012, (0, 0, 1.42)))
    turns = np.linspace(-np.pi / 2 + 0.32, np.pi / 2, 24)
    globe = [(0.118 * float(np.cos(turn)), 0.118 * float(np.sin(turn))) for turn in turns]
    build.add(opal_glass(finishes.light_kelvin), lathe([(0.0, globe[0][1]), *globe], 48).moved(0, 0, 1.54))
    return build.piece("floor_lamp", "globe")


def table_lamp(finishes: Finishes, rng: np.random.Generator, tall: float = 0.46) -> Assembly:
    """A table lamp about the origin: a base of ceramic or wood, a shade of cloth."""
    build = Assembly()
    profiles = (
        ((0, 0), (0.07, 0), (0.074, 0.008), (0.088, 0.06), (0.085, 0.12), (0.055, 0.18), (0.018, 0.21), (0.012, 0.235)),
        ((0, 0), (0.055, 0), (0.06, 0.008), (0.062, 0.10), (0.058, 0.19), (0.03, 0.215), (0.012, 0.235)),
        ((0, 0), (0.075, 0), (0.08, 0.006), (0.078, 0.02), (0.024, 0.035), (0.02, 0.12), (0.02, 0.20), (0.012, 0.235)),
    )
    profile = profiles[int(rng.integers(3))]
    size = tall / 0.46
    scaled = tuple((radius * size, z * size) for radius, z in profile)
    base = (
        wood(finishes.wood)
        if rng.uniform() < 0.3
        else ceramic(finishes.ceramic if rng.uniform() < 0.5 else finishes.ceramic_second, 0.45)
    )
    build.add(base, vessel(scaled, 0.003))
    top = scaled[-1][1]
    build.add(metal(finishes.metal), tube([(0, 0, top - 0.01), (0, 0, top + 0.07 * size)], 0.006, 10))
    build.add(
        shade_cloth(finishes.shade, finishes.light_kelvin),
        drum_shade(0.145 * size, 0.115 * size, 0.20 * size).moved(0, 0, 0.26 * size),
    )
    # The shade's ring is carried by two thin bars on the stem.
    reach, level = 0.1425 * size, 0.275 * size
    for end in ((reach, 0.0), (0.0, reach)):
        bar = [(-end[0], -end[1], level), (end[0], end[1], level)]
        build.add(metal(finishes.metal), tube(bar, 0.002, 6))
    bulb_at(build, finishes, (0, 0, top + 0.06 * size))
    return build


def dome_pendant(finishes: Finishes, seed: int, width_m: float) -> Piece:
    """A metal dome on a cord."""
    del seed
    build = Assembly()
    bars = metal(finishes.metal)
    radius = width_m / 2
    bell = dome(
        [
            (0.02, 0.62 * radius),
            (0.35 * radius, 0.58 * radius),
            (0.75 * radius, 0.36 * radius),
            (0.97 * radius, 0.08 * radius),
            (radius, 0.0),
        ]
    )
    low = -1.0
    build.add(
        bars,
        bell.moved(0, 0, low),
        cylinder(0.024, 0.05, (0, 0, low + 0.60 * radius)),
    )
    build.add(bars, tube([(0, 0, low + 0.6 * radius), (0, 0, -0.01)], 0.0025, 6), cylinder(0.05, 0.022, (0, 0, -0.022)))
    bulb_at(build, finishes, (0, 0, low + 0.10 * radius))
    return build.piece("pendant", "dome", mount=Mount.CEILING)


def globe_pendant(finishes: Finishes, seed: int, width_m: float) -> Piece:
    """A globe of opal glass on a rod."""
    del seed
    build = Assembly()
    bars = metal(finishes.metal)
    radius = width_m / 2
    low = -1.0
    turns = np.linspace(-np.pi / 2, np.pi / 2, 30)
    profile = [(radius * float(np.cos(turn)), radius * float(np.sin(turn))) for turn in turns]
    build.add(opal_glass(finishes.light_kelvin), lathe(profile, 56).moved(0, 0, low + radius))
    build.add(
        bars,
        cylinder(0.045, 0.04, (0, 0, low + 2 * radius - 0.012)),
        tube([(0, 0, low + 2 * radius), (0, 0, -0.01)], 0.005, 10),
    )
    build.add(bars, cylinder(0.06, 0.02, (0, 0, -0.02)))
    return build.piece("pendant", "globe", mount=Mount.CEILING)


def woven_pendant(finishes: Finishes, seed: int, width_m: float) -> Piece:
    """A bell of woven cane: hoops and ribs with light between."""
    rng = np.random.default_rng(seed)
    build = Assembly()
    cane = wood("oak")
    radius, low = width_m / 2, -1.05
    shares = np.linspace(0, 1, 22)
    outline = radius * (0.22 + 0.78 * np.sin(np.pi / 2 * (1 - shares) ** 0.62))
    heights = low + shares * radius * 1.15
    turns = np.linspace(0, 2 * np.pi, 49)
    for hoop, z in zip(outline, heights, strict=True):
        build.add(cane, tube(np.stack([hoop * np.cos(turns), hoop * np.sin(turns), np.full(49, z)], axis=1), 0.0045, 6))
    for turn in np.linspace(0, 2 * np.pi, 40, endpoint=False):
        wobble = turn + rng.normal(0, 0.02)
        build.add(
            cane, tube(np.stack([outline * np.cos(wobble), outline * np.sin(wobble), heights], axis=1), 0.0035, 6)
        )
    top = float(heights[-1])
    build.add(
        metal(finishes.metal),
        tube([(0, 0, top - 0.12), (0, 0, -0.01)], 0.003, 6),
        cylinder(0.05, 0.022, (0, 0, -0.022)),
    )
    build.add(metal(finishes.metal), cylinder(float(outline[-1]), 0.006, (0, 0, top)))
    build.add(bulb(finishes.light_kelvin), _globe_bulb().moved(0, 0, top - 0.20))
    return build.piece("pendant", "woven", mount=Mount.CEILING)


def _globe_bulb() -> Mesh:
    turns = np.linspace(-np.pi / 2, np.pi / 2, 16)
    return lathe([(0.045 * float(np.cos(turn)), 0.045 * float(np.sin(turn))) for turn in turns], 24).turned(
        rotation("z", 0)
    )
