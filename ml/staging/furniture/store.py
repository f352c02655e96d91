"""Pieces kept in a folder by what they were made from: built once, read back in a fraction of the time."""

import hashlib
import json
import os
import tempfile
import zipfile
import zlib
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml.staging.furniture.catalogue import make
from ml.staging.furniture.material import Material, MaterialKind, Relief, Rgb, Texture
from ml.staging.furniture.mesh import Mesh
from ml.staging.furniture.piece import Mount, Part, Piece
from ml.staging.furniture.surfaces.finishes import Finishes

REVISION = 2
"""Raised when any piece comes out otherwise for the same arguments."""

Arrays = dict[str, NDArray[Any]]


def key_of(kind: str, design: str, *, seed: int, finishes: Finishes, width_m: float | None) -> str:
    """The sha256 that names a piece: of all that it is made from, and the revision of the code."""
    content = {
        "revision": REVISION,
        "kind": kind,
        "design": design,
        "seed": seed,
        "finishes": asdict(finishes),
        "width_m": None if width_m is None else round(width_m, 4),
    }
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class PieceStore:
    """Pieces in a folder, one numpy archive each. Safe for several processes: a file appears whole or not at all."""

    folder: Path

    def make(self, kind: str, design: str, *, seed: int, finishes: Finishes, width_m: float | None = None) -> Piece:
        """As `catalogue.make`, from the folder where it lies there whole; raises FurnitureError and OSError."""
        path = self.folder / f"{key_of(kind, design, seed=seed, finishes=finishes, width_m=width_m)}.npz"
        kept = _read(path)
        if kept is not None:
            return kept
        piece = make(kind, design, seed=seed, finishes=finishes, width_m=width_m)
        _write(path, piece)
        return piece


def _write(path: Path, piece: Piece) -> None:
    arrays: Arrays = {}
    head = {
        "kind": piece.kind,
        "design": piece.design,
        "size": [piece.width_m, piece.depth_m, piece.height_m],
        "mount": piece.mount.value,
        "clearance_m": piece.clearance_m,
        "parts": [_packed(number, part, arrays) for number, part in enumerate(piece.parts)],
    }
    arrays["head"] = np.frombuffer(json.dumps(head).encode(), np.uint8)
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            np.savez(file, **arrays)  # type: ignore[arg-type]
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _packed(number: int, part: Part, arrays: Arrays) -> dict[str, Any]:
    """A part's head; its arrays are put into `arrays`."""
    mesh, material = part.mesh, part.material
    for name in ("vertices", "faces", "normals", "uvs"):
        arrays[f"{number}.{name}"] = getattr(mesh, name)
    plain = {
        field: getattr(material, field)
        for field in ("name", "roughness", "metallic", "specular", "sheen", "clearcoat", "transmission", "emission")
    }
    head: dict[str, Any] = {"digest": mesh.digest(), "kind": material.kind.value, **plain}
    if isinstance(material.base_colour, Texture):
        arrays[f"{number}.pixels"] = material.base_colour.pixels
        head["tile"] = material.base_colour.tile
    else:
        head["colour"] = material.base_colour
    if material.relief is not None:
        arrays[f"{number}.heights"] = material.relief.heights_m
        head["relief_tile"] = material.relief.tile
    return head


def _read(path: Path) -> Piece | None:
    """The piece of a file; None where there is none, or where it is damaged and has to be made anew."""
    try:
        with np.load(path) as file:
            arrays = {name: file[name] for name in file.files}
        head = json.loads(arrays["head"].tobytes())
        parts = tuple(_part(number, part, arrays) for number, part in enumerate(head["parts"]))
    except (FileNotFoundError, ValueError, KeyError, EOFError, zipfile.BadZipFile, zlib.error):
        return None
    if any(part.mesh.digest() != packed["digest"] for part, packed in zip(parts, head["parts"], strict=True)):
        return None
    width, depth, height = head["size"]
    return Piece(head["kind"], head["design"], width, depth, height, parts, Mount(head["mount"]), head["clearance_m"])


def _part(number: int, head: dict[str, Any], arrays: Arrays) -> Part:
    mesh = Mesh(*(arrays[f"{number}.{name}"] for name in ("vertices", "faces", "normals", "uvs")))
    relief = Relief(arrays[f"{number}.heights"], _pair(head["relief_tile"])) if "relief_tile" in head else None
    emission: Rgb | None = None if head["emission"] is None else _three(head["emission"])
    colour = Texture(arrays[f"{number}.pixels"], _pair(head["tile"])) if "tile" in head else _three(head["colour"])
    material = Material(
        head["name"],
        MaterialKind(head["kind"]),
        colour,
        roughness=head["roughness"],
        metallic=head["metallic"],
        specular=head["specular"],
        sheen=head["sheen"],
        clearcoat=head["clearcoat"],
        transmission=head["transmission"],
        relief=relief,
        emission=emission,
    )
    return Part(mesh, _shared(material))


def _pair(values: list[float]) -> tuple[float, float]:
    return values[0], values[1]


def _three(values: list[float]) -> Rgb:
    return values[0], values[1], values[2]


_MATERIALS: dict[str, Material] = {}


def _shared(material: Material) -> Material:
    """The process's one material of that name: renderers put parts of one material together."""
    return _MATERIALS.setdefault(material.name, material)
