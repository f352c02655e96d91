"""Curtains: two drawn panels on a rod, with rings, pinch pleats or as one wave. `width_m` is the rod's length."""

import numpy as np

from ml.staging.furniture.mesh import Floats, Mesh
from ml.staging.furniture.piece import Assembly, Mount, Piece
from ml.staging.furniture.shading import shaded
from ml.staging.furniture.solids import lathe, sheet_faces, tube
from ml.staging.furniture.surfaces.fabric import textile
from ml.staging.furniture.surfaces.finishes import Finishes
from ml.staging.furniture.surfaces.metal import metal
from ml.staging.furniture.surfaces.wood import wood

HEIGHT_M = 2.40
"""From the hem, a finger above the floor, to the rod: panels are made for rooms of the usual height and cut to others."""

_AWAY_M = 0.085
"""Of the rod's middle from the wall."""


def _panel(wide: float, folds: int, rng: np.random.Generator, *, pinched: float, deep: float) -> Mesh:
    """A hanging panel about x = 0, its top at z = 0, its hem at -HEIGHT_M; folds run down and wander a little.

    pinched: by how much the folds are drawn together at the top, 0 for a wave that is the same all the way down.
    """
    columns, rows = folds * 18 + 1, 40
    across = np.linspace(0, 1, columns)
    down = np.linspace(0, 1, rows)
    wander = 0.22 * np.sin(2 * np.pi * (across[None, :] * 1.3 + rng.uniform()) + 2.2 * down[:, None])
    phase = 2 * np.pi * folds * across[None, :] + wander * np.clip(down * 3, 0, 1)[:, None]
    grow = (1 - pinched) + pinched * np.clip(down / 0.16, 0, 1)
    height = deep * grow[:, None] * np.sin(phase) + 0.010 * down[:, None] * np.sin(phase * 0.37 + rng.uniform(0, 6))
    # Cloth in folds stands out as omegas: it swings to the side as it swings out.
    swing = wide / folds * 0.13 * np.sin(2 * phase) * grow[:, None]
    spread = 1 + 0.05 * np.sin(np.pi * down) + 0.03 * down
    sheet = np.empty((rows, columns, 3))
    sheet[..., 0] = (across[None, :] - 0.5) * wide * spread[:, None] + swing
    sheet[..., 1] = -_AWAY_M + height
    sheet[..., 2] = -HEIGHT_M * down[:, None] + 0.004 * np.sin(phase) * (down == 1)[:, None]
    return _double(sheet)


def _double(sheet: Floats) -> Mesh:
    """A sheet (rows, columns, 3) seen from both sides, uvs in metres of cloth."""
    rows, columns = sheet.shape[:2]
    along = np.concatenate([[0], np.cumsum(np.linalg.norm(np.diff(sheet[rows // 2], axis=0), axis=1))])
    uvs = np.stack(np.broadcast_arrays(along[None, :], -sheet[..., 2]), axis=-1).reshape(-1, 2)
    faces = sheet_faces(rows, columns)[:, ::-1]
    return shaded(sheet.reshape(-1, 3), faces, uvs, crease=80.0)


def _rod(build: Assembly, finishes: Finishes, width: float, *, thick: float, wooden: bool) -> None:
    """The rod with its two ends and three brackets; its middle at z = 0."""
    stuff = wood(finishes.wood) if wooden else metal(finishes.metal)
    build.add(stuff, tube([(-width / 2 + 0.05, -_AWAY_M, 0), (width / 2 - 0.05, -_AWAY_M, 0)], thick, 16))
    ball = lathe(
        [
            (thick * 2.0 * float(np.cos(a)), thick * 2.0 * float(np.sin(a)))
            for a in np.linspace(-np.pi / 2, np.pi / 2, 13)
        ],
        20,
    )
    for side in (-1, 1):
        build.add(stuff, ball.moved(side * (width / 2 - thick * 2.0), -_AWAY_M, 0))
        build.add(
            stuff,
            tube(
                [(side * (width / 2 - 0.06), -_AWAY_M, 0), (side * (width / 2 - thick * 3), -_AWAY_M, 0)],
                thick * 0.7,
                12,
            ),
        )
    for x in (-width / 2 + 0.10, 0.0, width / 2 - 0.10):
        build.add(stuff, tube([(x, -0.002, -0.012), (x, -_AWAY_M, -0.012)], 0.007, 10))
        build.add(stuff, tube([(x, -0.006, -0.05), (x, -0.006, 0.04)], 0.012, 12))


def _hang(finishes: Finishes, seed: int, width_m: float, design: str) -> Piece:
    rng = np.random.default_rng(seed)
    build = Assembly()
    cloth = textile(finishes.curtain)
    wide = min(0.52, max(0.26, width_m * 0.17))
    folds = max(3, round(wide / (0.085 if design == "pleated" else 0.10)))
    wooden = design == "ringed"
    _rod(build, finishes, width_m, thick=0.016 if wooden else 0.012, wooden=wooden)
    pinched, deep = {"pleated": (0.55, 0.040), "ringed": (0.45, 0.044), "waved": (0.0, 0.046)}[design]
    for side in (-1, 1):
        x = side * (width_m / 2 - 0.07 - wide / 2)
        drop = -0.035 if design != "waved" else -0.004
        build.add(cloth, _panel(wide, folds, rng, pinched=pinched, deep=deep).moved(x, 0, drop))
        for number in range(folds):
            at = x + wide * ((number + 0.25) / folds - 0.5)
            if design == "waved":
                build.add(metal(finishes.metal), tube([(at, -_AWAY_M, -0.02), (at, -_AWAY_M, 0.0)], 0.004, 8))
                continue
            ring = np.linspace(0, 2 * np.pi, 25)
            radius = 0.027 if wooden else 0.021
            hoop = np.stack([np.full(25, at), -_AWAY_M + radius * np.cos(ring), -0.008 + radius * np.sin(ring)], axis=1)
            stuff = wood(finishes.wood) if wooden else metal(finishes.metal)
            build.add(stuff, tube(hoop, 0.004, 8))
    return build.piece("curtain", design, mount=Mount.WALL)


def ringed_curtains(finishes: Finishes, seed: int, width_m: float) -> Piece:
    """Loose folds on rings along a rod of wood."""
    return _hang(finishes, seed, width_m, "ringed")


def pleated_curtains(finishes: Finishes, seed: int, width_m: float) -> Piece:
    """Pinch pleats on rings along a rod of metal."""
    return _hang(finishes, seed, width_m, "pleated")


def waved_curtains(finishes: Finishes, seed: int, width_m: float) -> Piece:
    """One even wave from top to hem, on gliders."""
    return _hang(finishes, seed, width_m, "waved")
