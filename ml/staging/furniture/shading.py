"""Turns raw surfaces into meshes: welded points, normals smooth up to a crease angle, projected coordinates."""

import numpy as np
from numpy.typing import NDArray

from ml.staging.furniture.mesh import Floats, Mesh

Faces = NDArray[np.int64]
CREASE_DEG = 40.0
_WELD_M = 1e-5


def triangles(faces: Faces) -> Faces:
    """Faces (m, 3) of faces (k, 3 or 4): a quad is two triangles."""
    if faces.shape[1] == 3:
        return faces
    return np.concatenate([faces[:, [0, 1, 2]], faces[:, [0, 2, 3]]])


def shaded(
    points: Floats,
    faces: Faces,
    uvs: Floats | None = None,
    *,
    grain: int | None = None,
    end_grain: float = 1.0,
    crease: float = CREASE_DEG,
) -> Mesh:
    """The mesh of a raw surface.

    points: (n, 3) metres. faces: (m, 3 or 4) indices, counter-clockwise from outside. uvs: (n, 2), or None to project
    along the axis that each face looks along, u along axis `grain` (the longest, if None). end_grain: by how much u is
    drawn together where a face looks along the grain. Faces that meet at more than `crease` degrees
    keep an edge. Triangles without area are left out.
    """
    corners = triangles(np.asarray(faces, np.int64))
    at = points[corners]
    areas = np.cross(at[:, 1] - at[:, 0], at[:, 2] - at[:, 0])
    twice = np.linalg.norm(areas, axis=1)
    keep = twice > 1e-12
    corners, at, areas, twice = corners[keep], at[keep], areas[keep], twice[keep]
    flat = areas / twice[:, None]
    _, _, welded = _distinct(np.round(points / _WELD_M).astype(np.int64))
    places = welded[corners]
    sums = np.zeros((int(places.max()) + 1, 3))
    weights = _corner_angles(at)
    for corner in range(3):
        for axis in range(3):
            weighted = flat[:, axis] * weights[:, corner]
            sums[:, axis] += np.bincount(places[:, corner], weighted, minlength=len(sums))
    sums /= np.linalg.norm(sums, axis=1, keepdims=True) + 1e-12
    normals = sums[places]
    sharp = np.einsum("ijk,ik->ij", normals, flat) < np.cos(np.radians(crease))
    normals = np.where(sharp[..., None], flat[:, None], normals)
    coordinates = _projected(points, at, flat, grain, end_grain) if uvs is None else uvs[corners]
    rows = np.concatenate([at.reshape(-1, 3), normals.reshape(-1, 3), coordinates.reshape(-1, 2)], axis=1).astype(
        np.float32
    )
    _, first, inverse = _distinct(np.round(rows * 2e4).astype(np.int64))
    kept = rows[first]
    return Mesh(
        np.ascontiguousarray(kept[:, :3]),
        inverse.reshape(-1, 3).astype(np.int32),
        np.ascontiguousarray(kept[:, 3:6]),
        np.ascontiguousarray(kept[:, 6:8]),
    )


def _distinct(rows: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """As `numpy.unique` of rows with index and inverse, told apart by a 64-bit hash (sorting rows is slow).

    Two different rows of a mesh of a million have the same hash once in ten million meshes.
    """
    mixed = np.zeros(len(rows), np.uint64)
    for column in rows.T:
        mixed ^= column.astype(np.uint64) + np.uint64(0x9E3779B97F4A7C15)
        mixed *= np.uint64(0xBF58476D1CE4E5B9)
        mixed ^= mixed >> np.uint64(31)
        mixed *= np.uint64(0x94D049BB133111EB)
        mixed ^= mixed >> np.uint64(29)
    found, first, inverse = np.unique(mixed, return_index=True, return_inverse=True)
    return found.astype(np.int64), first, inverse.reshape(-1)


def _corner_angles(at: Floats) -> Floats:
    """The inner angles (m, 3) of triangles (m, 3, 3): weights that do not depend on how a quad was split."""
    angles = np.empty(at.shape[:2])
    for corner in range(3):
        first = at[:, (corner + 1) % 3] - at[:, corner]
        second = at[:, (corner + 2) % 3] - at[:, corner]
        cosine = np.einsum("ij,ij->i", first, second)
        cosine /= np.linalg.norm(first, axis=1) * np.linalg.norm(second, axis=1) + 1e-18
        angles[:, corner] = np.arccos(np.clip(cosine, -1.0, 1.0))
    return angles


def _projected(points: Floats, at: Floats, flat: Floats, grain: int | None, end_grain: float) -> Floats:
    """Coordinates (m, 3, 2) in metres: u along the grain; end grain drawn together, it reads as pores."""
    extent = np.ptp(points, axis=0)
    along = int(np.argmax(extent)) if grain is None else grain
    looks = np.abs(flat).argmax(axis=1)
    others = [axis for axis in range(3) if axis != along]
    uvs = np.empty((len(at), 3, 2))
    for axis in range(3):
        chosen = looks == axis
        if axis == along:
            uvs[chosen, :, 0] = at[chosen][:, :, others[0]] * end_grain
            uvs[chosen, :, 1] = at[chosen][:, :, others[1]]
        else:
            across = next(other for other in others if other != axis)
            uvs[chosen, :, 0] = at[chosen][:, :, along]
            # The far face is moved on by the near one's breadth, so that they do not mirror each other.
            uvs[chosen, :, 1] = at[chosen][:, :, across] + np.where(flat[chosen, axis] > 0, 0.0, 0.37)[:, None]
    return uvs
