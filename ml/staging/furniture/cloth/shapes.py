"""The baked cloth shapes as meshes: unpacked, refined, mirrored and bent a little so that no two are alike."""

from functools import lru_cache
from pathlib import Path

import numpy as np
from scipy.ndimage import zoom

from ml.staging.furniture.cloth.baking import STEP_M
from ml.staging.furniture.mesh import Floats, Mesh, joined
from ml.staging.furniture.shading import shaded
from ml.staging.furniture.solids import sheet_faces, tube

_FILE = Path(__file__).with_name("shapes.npz")


@lru_cache(maxsize=1)
def _packed() -> dict[str, Floats]:
    with np.load(_FILE) as file:
        return {name: np.cumsum(np.cumsum(file[name].astype(np.int64), axis=1), axis=2) * STEP_M for name in file.files}


def shape_names(family: str) -> tuple[str, ...]:
    """The shapes of a family: square, lumbar, sleeping, flat, duvet."""
    return tuple(name for name in sorted(_packed()) if name.rpartition("_")[0] == family)


def sheets(name: str, refine: int = 2) -> Floats:
    """A shape's sheets (layers, rows, columns, 3) in metres, `refine` times as fine (cubic splines)."""
    points = _packed()[name]
    if refine == 1:
        return points
    return np.stack([zoom(layer, (refine, refine, 1), order=3, mode="nearest", grid_mode=False) for layer in points])


def _sheet_mesh(layer: Floats, *, flipped: bool, spacing: float) -> Mesh:
    rows, columns = layer.shape[:2]
    faces = sheet_faces(rows, columns)
    v, u = np.mgrid[0:rows, 0:columns] * spacing
    uvs = np.stack([u, v], axis=-1).reshape(-1, 2)
    return shaded(layer.reshape(-1, 3), faces[:, ::-1] if flipped else faces, uvs, crease=80.0)


def filled(
    family: str, rng: np.random.Generator, *, size: float = 1.0, piped: bool = False
) -> tuple[Mesh, Mesh | None]:
    """A cushion of a family, and its piping if it is `piped`; it stands on z = 0 and leans on a back at y = 0.

    Chosen, mirrored, scaled (`size` about 1) and bent by `rng`.
    """
    names = shape_names(family)
    layers = sheets(names[int(rng.integers(len(names)))])
    mirrored = bool(rng.uniform() < 0.5)
    scale = size * rng.uniform(0.96, 1.03)
    layers = layers * scale
    if mirrored:
        layers = layers * [-1, 1, 1]
    # Hands have pressed it here and there: two or three long waves, a few millimetres deep.
    for _ in range(3):
        wave, phase = rng.normal(0, 9, 3), rng.uniform(0, 2 * np.pi)
        shift = 0.003 * np.sin(layers @ wave + phase)
        layers = layers + shift[..., None] * np.array([0.3, 1.0, 0.3])
    layers[..., 2] -= layers[..., 2].min()
    layers[..., 1] -= layers[..., 1].max()
    step = float(np.linalg.norm(layers[0, 1, 1] - layers[0, 0, 1]))
    top = _sheet_mesh(layers[0], flipped=mirrored, spacing=step)
    bottom = _sheet_mesh(layers[1], flipped=not mirrored, spacing=step)
    rim = _rim(layers[0])
    seam = np.concatenate([rim[:-1:2], rim[:1]])
    piping = tube(seam, 0.0045 if piped else 0.0022, 6)
    body = joined([top, bottom] if piped else [top, bottom, piping])
    return body, (piping if piped else None)


def _rim(layer: Floats) -> Floats:
    """The points (n, 3) around a sheet, closed, without repeats."""
    return np.concatenate([layer[0], layer[1:, -1], layer[-1, -2::-1], layer[-2:0:-1, 0], layer[:1, 0]])


def thickened(layer: Floats, thickness_m: float, puff_m: float = 0.0) -> Mesh:
    """A sheet (rows, columns, 3) as a closed blanket, its upper side as given plus the thickness along its normals."""
    rows, columns = layer.shape[:2]
    normals = np.cross(np.gradient(layer, axis=1), np.gradient(layer, axis=0))
    normals /= np.linalg.norm(normals, axis=-1, keepdims=True) + 1e-12
    v, u = np.mgrid[0:rows, 0:columns]
    to_rim = np.minimum(np.minimum(u, columns - 1 - u), np.minimum(v, rows - 1 - v))
    # A half-round rim: the two sides meet over the last few points.
    share = np.sqrt(np.clip(1 - (1 - np.clip(to_rim / 3, 0, 1)) ** 2, 0, 1))[..., None]
    quilted = puff_m * np.abs(np.sin(np.pi * u / columns * 5) * np.sin(np.pi * v / rows * 5))[..., None] ** 0.5
    upper = layer + normals * (thickness_m * (0.5 + 0.5 * share) + quilted * share)
    lower = layer + normals * thickness_m * (0.5 - 0.5 * share)
    step = float(np.median(np.linalg.norm(np.diff(layer, axis=1), axis=-1)))
    return joined([_sheet_mesh(upper, flipped=False, spacing=step), _sheet_mesh(lower, flipped=True, spacing=step)])
