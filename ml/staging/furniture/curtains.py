"""Curtains: a panel at a window's side on a short rod, on rings, in pinch pleats or as one wave; two make a pair."""

import numpy as np

from ml.staging.furniture.mesh import Floats, Mesh, rotation
from ml.staging.furniture.piece import Assembly, Mount, Piece
from ml.staging.furniture.shading import shaded
from ml.staging.furniture.solids import cylinder, lathe, sheet_faces, tube
from ml.staging.furniture.surfaces.fabric import textile
from ml.staging.furniture.surfaces.finishes import Finishes
from ml.staging.furniture.surfaces.metal import metal
from ml.staging.furniture.surfaces.wood import wood

HEIGHT_M = 2.20
"""From the hem to the rod: for windows whose top is at the usual height."""

_AWAY_M = 0.092
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
    """A short rod with two ends and a bracket near each; its middle at z = 0."""
    stuff = wood(finishes.wood) if wooden else metal(finishes.metal)
    end = thick * 2.0
    build.add(stuff, tube([(-width / 2 + end, -_AWAY_M, 0), (width / 2 - end, -_AWAY_M, 0)], thick, 16))
    turns = np.linspace(-np.pi / 2, np.pi / 2, 13)
    ball = lathe([(end * float(np.cos(turn)), end * float(np.sin(turn))) for turn in turns], 20)
    for side in (-1, 1):
        build.add(stuff, ball.moved(side * (width / 2 - end), -_AWAY_M, 0))
        x = side * (width / 2 - 3.4 * end)
        build.add(stuff, tube([(x, -0.004, 0), (x, -_AWAY_M, 0)], 0.007, 10))
        plate = cylinder(0.024, 0.008, edge=0.002, sides=24).turned(rotation("x", 90))
        build.add(stuff, plate.moved(x, 0, 0))


def _hang(finishes: Finishes, seed: int, width_m: float, design: str) -> Piece:
    rng = np.random.default_rng(seed)
    made = Assembly()
    cloth = textile(finishes.curtain)
    wooden = design == "ringed"
    thick = 0.016 if wooden else 0.012
    _rod(made, finishes, width_m, thick=thick, wooden=wooden)
    wide = (width_m - 9 * thick) / 1.08
    folds = max(3, round(wide / (0.085 if design == "pleated" else 0.10)))
    pinched, deep = {"pleated": (0.55, 0.048), "ringed": (0.45, 0.054), "waved": (0.0, 0.056)}[design]
    drop = -0.004 if design == "waved" else -0.035
    made.add(cloth, _panel(wide, folds, rng, pinched=pinched, deep=deep).moved(0, 0, drop))
    for number in range(folds):
        at = wide * ((number + 0.25) / folds - 0.5)
        if design == "waved":
            made.add(metal(finishes.metal), tube([(at, -_AWAY_M, -0.02), (at, -_AWAY_M, 0.0)], 0.004, 8))
            continue
        ring = np.linspace(0, 2 * np.pi, 25)
        radius = 0.027 if wooden else 0.021
        hoop = np.stack([np.full(25, at), -_AWAY_M + radius * np.cos(ring), -0.010 + radius * np.sin(ring)], axis=1)
        made.add(wood(finishes.wood) if wooden else metal(finishes.metal), tube(hoop, 0.004, 8))
    # What hangs on a wall has its origin in its middle.
    parts = made.parts()
    low = min(float(part.mesh.bounds()[0][2]) for part in parts)
    high = max(float(part.mesh.bounds()[1][2]) for part in parts)
    build = Assembly()
    build.take(made, 0, 0, -(low + high) / 2)
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
