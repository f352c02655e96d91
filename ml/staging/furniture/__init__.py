"""Furniture made by code: pieces in metres with their materials, for any renderer. Knows no renderer and no room."""

from ml.staging.furniture.catalogue import CATALOGUE, KINDS, FurnitureError, designs_of, make, widths_of
from ml.staging.furniture.material import Material, MaterialKind, Relief, Texture
from ml.staging.furniture.mesh import Mesh
from ml.staging.furniture.piece import Mount, Part, Piece
from ml.staging.furniture.store import PieceStore
from ml.staging.furniture.surfaces.finishes import Cloth, Finishes, RugFinish

__all__ = [
    "CATALOGUE",
    "KINDS",
    "Cloth",
    "Finishes",
    "FurnitureError",
    "Material",
    "MaterialKind",
    "Mesh",
    "Mount",
    "Part",
    "Piece",
    "PieceStore",
    "Relief",
    "RugFinish",
    "Texture",
    "designs_of",
    "make",
    "widths_of",
]
