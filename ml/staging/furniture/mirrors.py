"""Mirrors for the wall: round, arched, framed with rays, a framed oblong. `width_m` is the outer width."""

from functools import lru_cache

import numpy as np

from ml.staging.furniture.framed_beds import extruded
from ml.staging.furniture.material import Material, MaterialKind
from ml.staging.furniture.mesh import Floats, Mesh
from ml.staging.furniture.piece import Assembly, Mount, Piece
from ml.staging.furniture.solids import board, tube
from ml.staging.furniture.surfaces.cane import rattan
from ml.staging.furniture.surfaces.finishes import Finishes
from ml.staging.furniture.surfaces.metal import metal
from ml.staging.furniture.surfaces.wood import wood

_DEEP_M = 0.026


@lru_cache(maxsize=1)
def silvered() -> Material:
    """Silvered glass."""
    return Material("mirror", MaterialKind.METAL, (0.90, 0.915, 0.91), roughness=0.03, metallic=1.0, specular=0.9)


def _ring(width: float, height: float, count: int = 73) -> Floats:
    """An ellipse (count, 2) of x and z, counter-clockwise, closed."""
    turns = np.linspace(0, 2 * np.pi, count)
    return np.stack([width / 2 * np.cos(turns), height / 2 * np.sin(turns)], axis=1)


def _glass(build: Assembly, outline: Floats) -> None:
    build.add(silvered(), extruded(outline, 0.006, edge=0.001).moved(0, -0.011, 0))


def _rim(path: Floats, thick: float, *, flat: float = 1.0) -> Mesh:
    """A bar along an outline (n, 2), its middle in the frame's depth."""
    return tube(np.stack([path[:, 0], np.full(len(path), -_DEEP_M / 2), path[:, 1]], axis=1), thick, 14, flat=flat)


def _backed(build: Assembly, finishes: Finishes, outline: Floats) -> None:
    """A board behind the glass, flat on the wall."""
    build.add(wood(finishes.wood_second), extruded(outline * 0.985, 0.007, edge=0.001).moved(0, -0.0036, 0))


def round_mirror(finishes: Finishes, seed: int, width_m: float) -> Piece:
    """A round glass in a slim rim of metal."""
    del seed
    build = Assembly()
    ring = _ring(width_m - 0.02, width_m - 0.02)
    _glass(build, ring[:-1])
    _backed(build, finishes, ring[:-1])
    build.add(metal(finishes.metal), _rim(ring, 0.011))
    return build.piece("mirror", "round", mount=Mount.WALL)


def arched_mirror(finishes: Finishes, seed: int, width_m: float) -> Piece:
    """Upright, its top a half circle, in a rim of metal."""
    del seed
    build = Assembly()
    half, tall = width_m / 2 - 0.011, width_m * 1.5
    turns = np.linspace(0, np.pi, 37)
    arch = np.stack([half * np.cos(turns), tall / 2 - half + half * np.sin(turns)], axis=1)
    outline = np.concatenate([[[half, -tall / 2]], arch, [[-half, -tall / 2]]])
    _glass(build, outline)
    _backed(build, finishes, outline)
    build.add(metal(finishes.metal), _rim(np.concatenate([[[0.0, -tall / 2]], outline, [[0.0, -tall / 2]]]), 0.011))
    return build.piece("mirror", "arched", mount=Mount.WALL)


def rayed_mirror(finishes: Finishes, seed: int, width_m: float) -> Piece:
    """A round glass with long and short rays of wood or brass around it."""
    rng = np.random.default_rng(seed)
    build = Assembly()
    inner = width_m * 0.26
    ring = _ring(2 * inner, 2 * inner)
    _glass(build, ring[:-1])
    _backed(build, finishes, ring[:-1])
    build.add(metal(finishes.metal), _rim(ring, 0.012))
    count = 32
    for number in range(count):
        turn = 2 * np.pi * number / count
        long = width_m / 2 - 0.004 if number % 2 == 0 else width_m * 0.40
        start, end = inner + 0.004, long
        steps = np.linspace(start, end, 5)
        thick = np.linspace(0.0085, 0.0035, 5)
        path = np.stack([steps * np.cos(turn), np.full(5, -_DEEP_M / 2), steps * np.sin(turn)], axis=1)
        stuff = wood(finishes.wood) if number % 2 == 0 else metal(finishes.metal)
        build.add(stuff, tube(path, thick, 8).shifted_uvs(*rng.uniform(0, 2, 2)))
    return build.piece("mirror", "rayed", mount=Mount.WALL)


def framed_mirror(finishes: Finishes, seed: int, width_m: float) -> Piece:
    """An upright oblong in a broad moulded frame of wood."""
    rng = np.random.default_rng(seed)
    build = Assembly()
    grain, broad, tall = wood(finishes.wood), 0.065, width_m * 1.4
    for side in (-1, 1):
        upright = board((broad, 0.024, tall), (side * (width_m - broad) / 2, -0.012, 0), radius=0.006, grain=2)
        level = board(
            (width_m - 2 * broad, 0.024, broad), (0, -0.012, side * (tall - broad) / 2), radius=0.006, grain=0
        )
        bead = board(
            (0.014, 0.012, tall - 2 * broad + 0.026),
            (side * (width_m / 2 - broad - 0.001), -0.025, 0),
            radius=0.005,
            grain=2,
        )
        lower = board(
            (width_m - 2 * broad + 0.026, 0.012, 0.014),
            (0, -0.025, side * (tall / 2 - broad - 0.001)),
            radius=0.005,
            grain=0,
        )
        for mesh in (upright, level, bead, lower):
            build.add(grain, mesh.shifted_uvs(*rng.uniform(0, 2, 2)))
    half_x, half_z = width_m / 2 - broad + 0.004, tall / 2 - broad + 0.004
    _glass(build, np.array([[half_x, -half_z], [half_x, half_z], [-half_x, half_z], [-half_x, -half_z]]))
    build.add(grain, board((width_m - 0.04, 0.006, tall - 0.04), (0, -0.003, 0), radius=0.001))
    return build.piece("mirror", "framed", mount=Mount.WALL)


def woven_mirror(finishes: Finishes, seed: int, width_m: float) -> Piece:
    """A round glass in three hoops of rattan held by short rods."""
    del seed
    del finishes
    build = Assembly()
    rods = rattan()
    inner = width_m * 0.62
    glass = _ring(inner, inner)
    _glass(build, glass[:-1])
    build.add(rods, extruded(glass[:-1] * 0.985, 0.007, edge=0.001).moved(0, -0.0036, 0))
    for size, thick in ((inner, 0.013), (inner + (width_m - inner) * 0.5, 0.009), (width_m - 0.024, 0.012)):
        build.add(rods, _rim(_ring(size, size), thick))
    for turn in np.linspace(0, 2 * np.pi, 41)[:-1]:
        ends = [
            (reach * float(np.cos(turn)), -_DEEP_M / 2, reach * float(np.sin(turn)))
            for reach in (inner / 2, width_m / 2 - 0.012)
        ]
        build.add(rods, tube(ends, 0.006, 8))
    return build.piece("mirror", "woven", mount=Mount.WALL)
