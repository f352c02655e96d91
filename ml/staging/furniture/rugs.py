"""Rugs: a thick one, a thin woven one with a fringe, a round one. `width_m` is the longer side."""

import numpy as np

from ml.staging.furniture.mesh import Mesh
from ml.staging.furniture.piece import Assembly, Piece
from ml.staging.furniture.shading import shaded
from ml.staging.furniture.solids import board, box_surface, disc_top, tube
from ml.staging.furniture.surfaces.fabric import textile
from ml.staging.furniture.surfaces.finishes import Cloth, Finishes
from ml.staging.furniture.surfaces.rug import rug_material

_RATIO = 0.70


def _face(width: float, depth: float, height: float, rng: np.random.Generator) -> Mesh:
    """The rug's body: edges not quite straight, the surface a little uneven; uvs 0 to 1 over its size."""
    points, faces = box_surface((width, depth, height), height * 0.49, spacing=0.05, rim=3)
    x, y = points[:, 0].copy(), points[:, 1].copy()
    first, second = rng.uniform(0, 6, 2)
    points[:, 0] += 0.004 * np.sin(y * 4.7 + first) * np.abs(x) / (width / 2)
    points[:, 1] += 0.004 * np.sin(x * 4.1 + second) * np.abs(y) / (depth / 2)
    above = points[:, 2] > 0
    points[above, 2] += 0.0012 * np.sin(x[above] * 13 + second) * np.sin(y[above] * 11 + first)
    uvs = np.stack([points[:, 0] / width + 0.5, 0.5 - points[:, 1] / depth], axis=1)
    mesh = shaded(points, faces, np.clip(uvs, 0.001, 0.999))
    return mesh.moved(0, 0, height / 2)


def pile_rug(finishes: Finishes, seed: int, width_m: float) -> Piece:
    """A thick rug with cut pile."""
    rng = np.random.default_rng(seed)
    build = Assembly()
    depth = round(width_m * _RATIO, 2)
    build.add(rug_material(finishes.rug, width_m, depth, seed), _face(width_m, depth, 0.014, rng))
    return build.piece("rug", "pile")


def flatwoven_rug(finishes: Finishes, seed: int, width_m: float) -> Piece:
    """A thin rug with a fringe at its two short ends."""
    rng = np.random.default_rng(seed)
    build = Assembly()
    body, depth = width_m - 0.10, round(width_m * _RATIO, 2)
    build.add(rug_material(finishes.rug, body, depth, seed), _face(body, depth, 0.007, rng))
    yarn = textile(Cloth("cotton", finishes.rug.ground))
    for side in (-1, 1):
        for y in np.arange(-depth / 2 + 0.01, depth / 2 - 0.005, 0.0165):
            long, sway = 0.05 + rng.normal(0, 0.004), rng.normal(0, 0.006)
            start = side * (body / 2 - 0.004)
            path = [
                (start, y, 0.004),
                (start + side * long * 0.5, y + sway * 0.4, 0.0035),
                (start + side * long, y + sway, 0.0028),
            ]
            build.add(yarn, tube(path, [0.0022, 0.0032, 0.0026], 5))
        build.add(yarn, board((0.012, depth - 0.004, 0.008), (side * body / 2, 0, 0.004), radius=0.003, grain=1))
    return build.piece("rug", "flatwoven")


def round_rug(finishes: Finishes, seed: int, width_m: float) -> Piece:
    """A round rug."""
    build = Assembly()
    disc = disc_top(width_m / 2, 0.013, (0, 0, 0), edge=0.006, sides=128)
    uvs = np.stack([disc.vertices[:, 0] / width_m + 0.5, 0.5 - disc.vertices[:, 1] / width_m], axis=1)
    mesh = Mesh(disc.vertices, disc.faces, disc.normals, np.clip(uvs, 0.001, 0.999).astype(np.float32))
    build.add(rug_material(finishes.rug, width_m, width_m, seed, is_round=True), mesh)
    return build.piece("rug", "round")
