"""Triangle meshes of furniture: positions, shading normals, texture coordinates; moved and joined as values."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Vector = tuple[float, float, float]


@dataclass(frozen=True, slots=True, eq=False)
class Mesh:
    """Triangles in metres, z up.

    vertices: float32 (n, 3). faces: int32 (m, 3), counter-clockwise seen from outside. normals: float32 (n, 3), unit
    length. uvs: float32 (n, 2); a texture's `Texture.tile` says how many of these units one repeat covers, and (0, 0)
    is the texture's upper left corner, v growing downwards. Parts of cloth, leather, wood and stone have uvs in metres
    (grain along u), prints, rugs and leaves 0 to 1.
    """

    vertices: NDArray[np.float32]
    faces: NDArray[np.int32]
    normals: NDArray[np.float32]
    uvs: NDArray[np.float32]

    def moved(self, x: float = 0.0, y: float = 0.0, z: float = 0.0) -> "Mesh":
        """The mesh, shifted by metres."""
        return Mesh(self.vertices + np.array([x, y, z], np.float32), self.faces, self.normals, self.uvs)

    def turned(self, matrix: Floats) -> "Mesh":
        """The mesh, turned about the origin by a rotation matrix (3, 3)."""
        turn = matrix.T.astype(np.float32)
        return Mesh(self.vertices @ turn, self.faces, self.normals @ turn, self.uvs)

    def shifted_uvs(self, u: float, v: float) -> "Mesh":
        """The mesh with its texture moved, so that two equal parts do not show the same grain."""
        return Mesh(self.vertices, self.faces, self.normals, self.uvs + np.array([u, v], np.float32))

    def upright_grain(self) -> "Mesh":
        """The mesh with u and v exchanged: the grain of a turned drum runs up instead of around."""
        return Mesh(self.vertices, self.faces, self.normals, np.ascontiguousarray(self.uvs[:, ::-1]))

    def bounds(self) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """The least and the largest corner, float32 (3,) each, in metres."""
        return self.vertices.min(axis=0), self.vertices.max(axis=0)

    def digest(self) -> str:
        """The sha256 of the content."""
        state = hashlib.sha256()
        for array in (self.vertices, self.faces, self.normals, self.uvs):
            state.update(str(array.shape).encode())
            state.update(np.ascontiguousarray(array).tobytes())
        return state.hexdigest()


def joined(meshes: Iterable[Mesh]) -> Mesh:
    """One mesh of several; raises ValueError without any."""
    parts = list(meshes)
    starts = np.cumsum([0] + [len(part.vertices) for part in parts[:-1]])
    return Mesh(
        np.concatenate([part.vertices for part in parts]),
        np.concatenate([part.faces + np.int32(start) for part, start in zip(parts, starts, strict=True)]),
        np.concatenate([part.normals for part in parts]),
        np.concatenate([part.uvs for part in parts]),
    )


def rotation(axis: str, degrees: float) -> Floats:
    """The matrix (3, 3) that turns by `degrees` about x, y or z, counter-clockwise seen from the axis' tip."""
    sine, cosine = np.sin(np.radians(degrees)), np.cos(np.radians(degrees))
    first, second = {"x": (1, 2), "y": (2, 0), "z": (0, 1)}[axis]
    matrix = np.eye(3)
    matrix[[first, second], [first, second]] = cosine
    matrix[first, second], matrix[second, first] = -sine, sine
    return matrix
