"""Armchairs: a barrel of one curved shell, a lounge chair of wood with loose cushions, a square club chair."""

import numpy as np

from ml.staging.furniture.cloth.shapes import filled
from ml.staging.furniture.mesh import Mesh, rotation
from ml.staging.furniture.piece import Assembly, Piece
from ml.staging.furniture.shading import shaded
from ml.staging.furniture.solids import board, leg, sheet_faces, tube
from ml.staging.furniture.surfaces.fabric import textile
from ml.staging.furniture.surfaces.finishes import Finishes
from ml.staging.furniture.surfaces.metal import metal
from ml.staging.furniture.surfaces.wood import wood
from ml.staging.furniture.upholstery import soft_box

CLEARANCE_M = 0.5


def curved_shell(
    radius: float, thickness: float, bottom: float, tall: float, low: float, *, sweep_deg: float, deep: float
) -> Mesh:
    """A padded wall around a seat, open to the front (-y): `tall` at the back, falling to `low` at its ends.

    Its section is a stadium (a rounded wall); `deep` stretches the circle along y.
    """
    turns = np.radians(np.linspace(-sweep_deg, sweep_deg, 64))
    rim = np.linspace(0, np.pi, 13)
    half = thickness / 2
    rings = []
    for number, turn in enumerate(turns):
        share = abs(turn) / turns[-1]
        top = low + (tall - low) * (1 - share**2.4)
        # The two ends are drawn in to a rounded edge.
        ending = min(number, len(turns) - 1 - number)
        slim = np.sqrt(np.clip(1 - (1 - min(ending / 3.5, 1.0)) ** 2, 0.02, 1))
        wall = np.linspace(bottom + half, top - half, 12)
        off = np.concatenate(
            [np.full(12, half), half * np.cos(rim[1:-1]), np.full(12, -half), -half * np.cos(rim[1:-1])]
        )
        up = np.concatenate(
            [wall, top - half + half * np.sin(rim[1:-1]), wall[::-1], bottom + half - half * np.sin(rim[1:-1])]
        )
        # Foam is fuller in the middle of the wall.
        crown = 1 + 0.16 * np.sin(np.pi * np.clip((up - bottom) / (top - bottom), 0, 1))
        reach = radius - half + off * slim * crown
        rings.append(np.stack([reach * np.sin(turn), reach * np.cos(turn) * deep, up], axis=1))
    rows = np.asarray(rings)
    rows = np.concatenate([rows, rows[:, :1]], axis=1)
    count, around = rows.shape[:2]
    centres = rows[[0, -1], :-1].mean(axis=1)
    points = np.concatenate([rows.reshape(-1, 3), centres])
    ring = np.arange(around - 1)
    last = (count - 1) * around
    first_cap = np.stack([np.full_like(ring, len(points) - 2), ring + 1, ring, ring], axis=1)
    last_cap = np.stack([np.full_like(ring, len(points) - 1), last + ring, last + ring + 1, last + ring + 1], axis=1)
    faces = np.concatenate([sheet_faces(count, around), first_cap, last_cap])
    along = np.repeat(turns * radius, around)
    across = np.concatenate([[0], np.cumsum(np.linalg.norm(np.diff(rows[count // 2], axis=0), axis=1))])
    uvs = np.stack([along, np.tile(across, count)], axis=1)
    uvs = np.concatenate([uvs, [[turns[0] * radius, 0.0], [turns[-1] * radius, 0.0]]])
    mesh = shaded(points, faces, uvs, crease=75.0)
    return outward(mesh)


def outward(mesh: Mesh) -> Mesh:
    """The closed mesh with its faces looking outside: turned over if its volume comes out negative."""
    corners = mesh.vertices[mesh.faces].astype(float)
    volume = float(np.einsum("ij,ij->i", corners[:, 0], np.cross(corners[:, 1], corners[:, 2])).sum())
    if volume >= 0:
        return mesh
    return Mesh(mesh.vertices, np.ascontiguousarray(mesh.faces[:, ::-1]), -mesh.normals, mesh.uvs)


def accent_cushion(build: Assembly, finishes: Finishes, rng: np.random.Generator, y: float, seat: float) -> None:
    """A cushion in the accent on a seat whose top is at `seat`, against a back at `y`; none if undressed."""
    if not finishes.dressed:
        return
    family = "lumbar" if rng.uniform() < 0.4 else "square"
    body, piping = filled(family, rng, size=0.86, piped=rng.uniform() < 0.5)
    turn = rotation("z", rng.uniform(-8, 8))
    for mesh in (body, piping):
        if mesh is not None:
            build.add(textile(finishes.accent), mesh.turned(turn).moved(rng.uniform(-0.03, 0.03), y, seat - 0.01))


def barrel_armchair(finishes: Finishes, seed: int, width_m: float) -> Piece:
    """One curved padded wall around a thick seat, on short splayed legs."""
    rng = np.random.default_rng(seed)
    build = Assembly()
    cloth, grain = textile(finishes.upholstery_second), wood(finishes.wood)
    radius = width_m / 2
    build.add(cloth, curved_shell(radius, 0.105, 0.16, 0.74, 0.56, sweep_deg=122, deep=0.98))
    base = soft_box((width_m - 0.16, width_m - 0.14, 0.13), rng, radius=0.05, wrinkle=0.001)
    build.add(cloth, base.moved(0, -0.03, 0.235))
    seat = soft_box(
        (width_m - 0.215, width_m - 0.19, 0.16),
        rng,
        radius=0.065,
        puff=(0.012, 0.014, 0.026),
        wrinkle=0.0022,
        piping=0.004,
    )
    build.add(cloth, seat.moved(0, -0.055, 0.365))
    accent_cushion(build, finishes, rng, radius - 0.15, 0.455)
    for side in (-1, 1):
        for end in (-1, 1):
            top, foot = (side * 0.22, end * 0.21, 0.20), (side * 0.27, end * 0.26, 0.0)
            build.add(grain, leg(top, foot, 0.019, 0.012).shifted_uvs(*rng.uniform(0, 2, 2)))
    return build.piece("armchair", "barrel", clearance_m=CLEARANCE_M)


def lounge_armchair(finishes: Finishes, seed: int, width_m: float) -> Piece:
    """A chair of bent wood: sloping arms, slatted back, two slim loose cushions."""
    rng = np.random.default_rng(seed)
    build = Assembly()
    cloth, grain = textile(finishes.upholstery_second), wood(finishes.wood)
    depth = 0.78
    x = width_m / 2 - 0.03
    for side in (-1, 1):
        at = side * x
        front, back = -depth / 2 + 0.06, depth / 2 - 0.06
        build.add(
            grain, leg((at, front + 0.05, 0.56), (at, front, 0.0), 0.02, 0.014).shifted_uvs(*rng.uniform(0, 2, 2))
        )
        build.add(grain, leg((at, back - 0.12, 0.50), (at, back, 0.0), 0.02, 0.014).shifted_uvs(*rng.uniform(0, 2, 2)))
        steps = np.linspace(0, 1, 14)
        arm = np.stack(
            [
                np.full(14, at),
                front - 0.03 + (back - front + 0.04) * steps,
                0.575 - 0.075 * steps + 0.02 * np.sin(np.pi * steps),
            ],
            axis=1,
        )
        build.add(grain, tube(arm, 0.029, 20, flat=0.42).shifted_uvs(*rng.uniform(0, 2, 2)))
        build.add(grain, tube([(at, front + 0.03, 0.31), (at, back - 0.05, 0.25)], 0.016, 14))
        build.add(grain, tube([(at * 0.86, back - 0.24, 0.24), (at * 0.86, back + 0.05, 0.80)], [0.017, 0.013], 14))
    inner = 2 * x - 0.03
    for end, height in ((-depth / 2 + 0.10, 0.30), (depth / 2 - 0.16, 0.26)):
        build.add(grain, tube([(-inner / 2, end, height), (inner / 2, end, height)], 0.016, 14))
    for number in range(5):
        height = 0.38 + number * 0.10
        y = depth / 2 - 0.30 + (height - 0.24) * 0.51
        slat = board((2 * x * 0.86, 0.014, 0.045), radius=0.005, grain=0)
        build.add(grain, slat.turned(rotation("x", -27)).moved(0, y, height).shifted_uvs(*rng.uniform(0, 2, 2)))
    seat = soft_box(
        (inner - 0.05, 0.62, 0.12), rng, radius=0.04, puff=(0.005, 0.006, 0.016), wrinkle=0.0016, piping=0.004
    )
    build.add(cloth, seat.turned(rotation("x", -5)).moved(0, -0.06, 0.375))
    rest = soft_box(
        (inner - 0.07, 0.13, 0.56), rng, radius=0.045, puff=(0.005, 0.022, 0.008), wrinkle=0.0022, piping=0.004
    )
    build.add(cloth, rest.turned(rotation("x", -26)).moved(0, 0.235, 0.62))
    return build.piece("armchair", "lounge", clearance_m=CLEARANCE_M)


def club_armchair(finishes: Finishes, seed: int, width_m: float) -> Piece:
    """Square and deep: broad arms, one thick seat, a leaning back cushion, a plinth of metal."""
    rng = np.random.default_rng(seed)
    build = Assembly()
    cloth = textile(finishes.upholstery_second)
    depth, arm, base = 0.84, 0.15, 0.10
    inner = width_m - 2 * arm
    build.add(
        cloth, soft_box((inner + 0.05, depth - 0.05, 0.17), rng, radius=0.025, wrinkle=0.0006).moved(0, 0, base + 0.085)
    )
    for side in (-1, 1):
        body = soft_box(
            (arm, depth, 0.60 - base), rng, radius=0.045, puff=(0.006, 0.006, 0.008), wrinkle=0.0012, piping=0.0035
        )
        build.add(cloth, body.moved(side * (width_m - arm) / 2, 0, base + (0.60 - base) / 2))
    back = soft_box((width_m - 0.02, 0.17, 0.70 - base), rng, radius=0.045, puff=(0, 0.006, 0.006), wrinkle=0.001)
    build.add(cloth, back.moved(0, depth / 2 - 0.085, base + (0.70 - base) / 2))
    seat = soft_box(
        (inner - 0.006, depth - 0.18, 0.18), rng, radius=0.045, puff=(0.006, 0.01, 0.024), wrinkle=0.002, piping=0.004
    )
    build.add(cloth, seat.moved(0, -0.095, 0.35))
    rest = soft_box(
        (inner - 0.012, 0.17, 0.34), rng, radius=0.07, puff=(0.006, 0.035, 0.014), wrinkle=0.003, piping=0.004
    )
    build.add(cloth, rest.turned(rotation("x", -10)).moved(0, depth / 2 - 0.25, 0.60))
    accent_cushion(build, finishes, rng, depth / 2 - 0.335, 0.445)
    build.add(metal(finishes.metal), board((width_m - 0.10, depth - 0.10, base), (0, 0, base / 2), radius=0.004))
    return build.piece("armchair", "club", clearance_m=CLEARANCE_M)
