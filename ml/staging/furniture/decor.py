"""Small things that stand on furniture: vases with branches, stacks of books, bowls, trays, candles."""

import numpy as np

from ml.staging.furniture.foliage import leaf_blade, leaf_material, stem_material
from ml.staging.furniture.mesh import Mesh, rotation
from ml.staging.furniture.piece import Assembly
from ml.staging.furniture.solids import board, cylinder, lathe, tube
from ml.staging.furniture.surfaces.finishes import Finishes
from ml.staging.furniture.surfaces.metal import ceramic, metal, paper
from ml.staging.furniture.surfaces.wood import wood

_VASES: tuple[tuple[tuple[float, float], ...], ...] = (
    (
        (0, 0),
        (0.045, 0),
        (0.052, 0.004),
        (0.072, 0.05),
        (0.078, 0.09),
        (0.066, 0.135),
        (0.040, 0.17),
        (0.030, 0.19),
        (0.034, 0.212),
    ),
    ((0, 0), (0.050, 0), (0.056, 0.005), (0.060, 0.10), (0.058, 0.20), (0.050, 0.235), (0.052, 0.25)),
    ((0, 0), (0.060, 0), (0.066, 0.005), (0.098, 0.055), (0.104, 0.085), (0.090, 0.125), (0.050, 0.15), (0.046, 0.165)),
    (
        (0, 0),
        (0.036, 0),
        (0.040, 0.004),
        (0.055, 0.035),
        (0.058, 0.06),
        (0.044, 0.10),
        (0.020, 0.15),
        (0.017, 0.22),
        (0.023, 0.26),
    ),
)
"""Profiles of vases, (radius, height) in metres."""


def smooth_profile(points: tuple[tuple[float, float], ...], steps: int = 6) -> list[tuple[float, float]]:
    """A profile through points, rounded between them (Catmull and Rom's spline), its first point kept."""
    rows = np.asarray(points, float)
    padded = np.concatenate([rows[:1], rows, rows[-1:]])
    out = [tuple(rows[0])]
    for number in range(len(rows) - 1):
        before, start, end, after = padded[number : number + 4]
        for share in np.linspace(0, 1, steps + 1)[1:]:
            value = 0.5 * (
                2 * start
                + (end - before) * share
                + (2 * before - 5 * start + 4 * end - after) * share**2
                + (3 * start - before - 3 * end + after) * share**3
            )
            out.append((max(float(value[0]), 0.0), float(value[1])))
    return [(float(radius), float(height)) for radius, height in out]


def vessel(points: tuple[tuple[float, float], ...], wall: float = 0.005) -> Mesh:
    """A turned vessel of an outer profile, with a rounded lip and an inside."""
    outer = smooth_profile(points)
    lip_radius, lip = outer[-1]
    inner = [(max(radius - wall, 0.001), height) for radius, height in outer if height > 0.012 and radius > wall][::-1]
    rim = [(lip_radius - wall * 0.2, lip + wall * 0.5), (lip_radius - wall * 0.8, lip + wall * 0.5)]
    return lathe([*outer, *rim, *inner, (0.0, inner[-1][1])], 48)


def vase(
    build: Assembly,
    finishes: Finishes,
    rng: np.random.Generator,
    at: tuple[float, float, float],
    *,
    size: float = 1.0,
    branches: bool | None = None,
) -> None:
    """A vase, standing `at`, with branches or empty (`branches` None: as the dice fall)."""
    number = int(rng.integers(len(_VASES)))
    profile = tuple((radius * size, height * size) for radius, height in _VASES[number])
    colour = finishes.ceramic if rng.uniform() < 0.6 else finishes.ceramic_second
    build.add(ceramic(colour, 0.35 if rng.uniform() < 0.5 else 0.7), vessel(profile).moved(*at))
    if branches is None:
        branches = bool(rng.uniform() < 0.6)
    if branches:
        mouth = (at[0], at[1], at[2] + profile[-1][1] * 0.8)
        twigs(build, rng, mouth, tall=0.30 * size)


def twigs(build: Assembly, rng: np.random.Generator, at: tuple[float, float, float], *, tall: float) -> None:
    """A loose bunch of twigs with small leaves, out of a vase's mouth `at`."""
    green, bark = leaf_material("sage" if rng.uniform() < 0.5 else "olive"), stem_material("green")
    base = np.asarray(at)
    for _ in range(7):
        turn, out, high = rng.uniform(0, 2 * np.pi), rng.uniform(0.15, 0.62), tall * rng.uniform(0.7, 1.15)
        steps = np.linspace(0, 1, 8)
        reach = high * out * steps**1.6
        path = base + np.stack([reach * np.cos(turn), reach * np.sin(turn), high * steps], axis=1)
        build.add(bark, tube(path, np.linspace(0.0018, 0.0009, 8), 5))
        for step in range(3, 8):
            for side in (-1, 1):
                spin = rotation("z", np.degrees(turn) + side * rng.uniform(40, 85)) @ rotation("y", -rng.uniform(5, 50))
                blade = leaf_blade(rng.uniform(0.035, 0.055), 0.42, rng.uniform(0.1, 0.5), steps=6)
                build.add(green, blade.turned(spin @ rotation("x", rng.uniform(-30, 30))).moved(*path[step]))


_COVERS = ("d8d0c2", "2f3b42", "b59a7a", "e9e4da", "7b4b3a", "59614f", "c9c3b8")


def books(build: Assembly, rng: np.random.Generator, at: tuple[float, float, float], *, count: int = 3) -> float:
    """A stack of lying books at a place; answers how high it is, in metres."""
    height = 0.0
    for number in range(count):
        thick = rng.uniform(0.018, 0.034)
        wide, deep = rng.uniform(0.24, 0.29) - 0.02 * number, rng.uniform(0.18, 0.215) - 0.012 * number
        turn = rotation("z", rng.normal(0, 5))
        cover = paper(_COVERS[int(rng.integers(len(_COVERS)))])
        for level, mesh in (
            (thick - 0.0015, board((wide, deep, 0.003), radius=0.001)),
            (0.0015, board((wide, deep, 0.003), radius=0.001)),
        ):
            build.add(cover, mesh.turned(turn).moved(at[0], at[1], at[2] + height + level))
        spine = board((wide, 0.003, thick), (0, -deep / 2 + 0.0015, thick / 2), radius=0.001)
        build.add(cover, spine.turned(turn).moved(at[0], at[1], at[2] + height))
        pages = board((wide - 0.010, deep - 0.008, thick - 0.006), (0, 0.002, thick / 2), radius=0.001)
        build.add(paper("efe9dc"), pages.turned(turn).moved(at[0], at[1], at[2] + height))
        height += thick
    return height


def standing_books(
    build: Assembly, rng: np.random.Generator, at: tuple[float, float, float], *, width: float, tall: float
) -> None:
    """A row of books that stand from `at` towards +x, at most `width` metres; the last leans."""
    x = 0.0
    while x < width - 0.05:
        thick, high, deep = rng.uniform(0.016, 0.042), tall * rng.uniform(0.72, 0.98), rng.uniform(0.14, 0.19)
        cover = paper(_COVERS[int(rng.integers(len(_COVERS)))])
        body = board((thick, deep, high), (x + thick / 2, 0, high / 2), radius=0.002)
        build.add(cover, body.moved(at[0], at[1] - 0.01 + rng.uniform(-0.01, 0.01), at[2]))
        x += thick + 0.001


def bowl(build: Assembly, finishes: Finishes, rng: np.random.Generator, at: tuple[float, float, float]) -> None:
    """A wide bowl of ceramic or wood."""
    size = rng.uniform(0.11, 0.15)
    profile = ((0, 0), (size * 0.45, 0), (size * 0.5, 0.004), (size * 0.85, 0.035), (size, 0.075))
    stuff = wood(finishes.wood_second) if rng.uniform() < 0.4 else ceramic(finishes.ceramic_second, 0.6)
    build.add(stuff, vessel(profile, 0.006).moved(*at))


def candles(build: Assembly, finishes: Finishes, rng: np.random.Generator, at: tuple[float, float, float]) -> None:
    """Two or three candlesticks of different heights."""
    stand, wax = metal("brass" if finishes.metal == "black" else finishes.metal), ceramic("f2ede2", 0.6)
    for number in range(2 + int(rng.uniform() < 0.5)):
        x, y, tall = at[0] + (number - 0.5) * 0.075, at[1] + rng.uniform(-0.03, 0.03), rng.uniform(0.08, 0.20)
        build.add(
            stand,
            lathe(
                [
                    (0, 0),
                    (0.038, 0),
                    (0.038, 0.005),
                    (0.008, 0.012),
                    (0.006, tall),
                    (0.014, tall + 0.006),
                    (0.012, tall + 0.02),
                    (0, tall + 0.02),
                ],
                28,
            ).moved(x, y, at[2]),
        )
        build.add(wax, cylinder(0.0105, rng.uniform(0.14, 0.20), (x, y, at[2] + tall + 0.015), edge=0.002, sides=20))


def tray(build: Assembly, finishes: Finishes, rng: np.random.Generator, at: tuple[float, float, float]) -> float:
    """A tray of wood; answers the height of its ground."""
    build.add(
        wood(finishes.wood_second),
        board((0.40, 0.27, 0.012), (at[0], at[1], at[2] + 0.006), radius=0.005).shifted_uvs(*rng.uniform(0, 2, 2)),
    )
    return 0.012


def dress_top(build: Assembly, finishes: Finishes, rng: np.random.Generator, top: float, *, reach: float) -> None:
    """A low table's decor around the origin of its top, within `reach` metres: a vase, and books or a small bowl."""
    if not finishes.dressed:
        return
    side = 1 if rng.uniform() < 0.5 else -1
    small = vessel(((0, 0), (0.03, 0), (0.034, 0.003), (0.055, 0.03), (0.06, 0.045)), 0.004)
    at = (side * reach * 0.50, rng.uniform(-0.04, 0.04), top)
    if reach > 0.45 and rng.uniform() < 0.4:
        at = (at[0], at[1], top + tray(build, finishes, rng, at))
    vase(build, finishes, rng, at, size=rng.uniform(0.85, 1.05), branches=True)
    other = (-side * reach * 0.46, rng.uniform(-0.02, 0.03), top)
    # A stack of books is 29 cm wide: on a small table it would run into the vase.
    height = books(build, rng, other, count=2 + int(rng.uniform() < 0.5)) if reach > 0.32 else 0.0
    if height == 0.0 or rng.uniform() < 0.5:
        build.add(ceramic(finishes.ceramic_second, 0.5), small.moved(other[0], other[1], top + height))


def dress_board(build: Assembly, finishes: Finishes, rng: np.random.Generator, top: float, *, width: float) -> None:
    """A sideboard's decor: a tall vase at one end, books with candles or a bowl at the other."""
    if not finishes.dressed:
        return
    side = 1 if rng.uniform() < 0.5 else -1
    vase(
        build,
        finishes,
        rng,
        (side * width * rng.uniform(0.30, 0.36), 0.02, top),
        size=rng.uniform(1.2, 1.45),
        branches=rng.uniform() < 0.6,
    )
    at = (-side * width * rng.uniform(0.26, 0.34), 0.0, top)
    if rng.uniform() < 0.55:
        books(build, rng, at, count=3)
        candles(build, finishes, rng, (at[0] + side * 0.26, 0.02, top))
    else:
        bowl(build, finishes, rng, at)
