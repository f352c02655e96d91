"""A piece of furniture: its parts, its size and how it stands; and the assembly that puts one together."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from ml.staging.furniture.material import Material
from ml.staging.furniture.mesh import Mesh, joined


class Mount(StrEnum):
    """What carries a piece."""

    FLOOR = "floor"
    WALL = "wall"
    CEILING = "ceiling"


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """A mesh of one material."""

    mesh: Mesh
    material: Material


@dataclass(frozen=True, slots=True, eq=False)
class Piece:
    """A piece in its own frame: metres, +x right seen from its front, front faces -y, back (the wall) +y, z up.

    Origin: on the floor in the middle of the footprint (Mount.FLOOR); on the wall in the middle of the piece, which
    then lies at y <= 0 (WALL); on the ceiling above its middle, the piece at z <= 0 (CEILING). width_m, depth_m and
    height_m hold all parts, decor included. clearance_m: the free depth that its use needs in front of it.
    """

    kind: str
    design: str
    width_m: float
    depth_m: float
    height_m: float
    parts: tuple[Part, ...]
    mount: Mount = Mount.FLOOR
    clearance_m: float = 0.0

    @property
    def hangs(self) -> bool:
        """Whether it does not stand on the floor."""
        return self.mount is not Mount.FLOOR

    @property
    def triangles(self) -> int:
        """How many triangles it has."""
        return sum(len(part.mesh.faces) for part in self.parts)

    def bounds(
        self,
    ) -> tuple[np.ndarray[tuple[int], np.dtype[np.float32]], np.ndarray[tuple[int], np.dtype[np.float32]]]:
        """The least and the largest corner of all parts, float32 (3,) each, in metres."""
        corners = [part.mesh.bounds() for part in self.parts]
        least = np.min([low for low, _ in corners], axis=0)
        most = np.max([high for _, high in corners], axis=0)
        return least, most


class Assembly:
    """Collects meshes by material; `piece` closes it."""

    def __init__(self) -> None:
        self._meshes: dict[int, tuple[Material, list[Mesh]]] = {}

    def add(self, material: Material, *meshes: Mesh) -> None:
        """Put meshes of one material in."""
        self._meshes.setdefault(id(material), (material, []))[1].extend(meshes)

    def take(self, other: "Assembly", x: float = 0.0, y: float = 0.0, z: float = 0.0) -> None:
        """Put all of another assembly in, shifted by metres: decor on a table."""
        for material, meshes in other._meshes.values():  # noqa: SLF001 - its own class
            self.add(material, *(mesh.moved(x, y, z) for mesh in meshes))

    def parts(self) -> tuple[Part, ...]:
        """What was put in, one part for each material."""
        return tuple(Part(joined(meshes), material) for material, meshes in self._meshes.values())

    def piece(
        self,
        kind: str,
        design: str,
        *,
        mount: Mount = Mount.FLOOR,
        clearance_m: float = 0.0,
    ) -> Piece:
        """The piece of all that was put in, centred on its footprint where it stands on the floor."""
        parts = self.parts()
        least = np.min([part.mesh.bounds()[0] for part in parts], axis=0)
        most = np.max([part.mesh.bounds()[1] for part in parts], axis=0)
        if mount is Mount.FLOOR:
            x, y = (float(value) for value in -(least + most)[:2] / 2)
            parts = tuple(Part(part.mesh.moved(x, y, float(-least[2])), part.material) for part in parts)
        width, depth, height = (float(value) for value in most - least)
        return Piece(kind, design, width, depth, height, parts, mount, clearance_m)
