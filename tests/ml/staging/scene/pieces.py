"""Pieces as plain blocks with the sizes of `sets`, and what an honest engine would paint for them."""

import numpy as np
from numpy.typing import NDArray

from ml.staging.furniture import Material, MaterialKind, Mesh, Mount, Part, Piece
from ml.staging.gate.structure import projected
from ml.staging.layout import Layout, Size
from ml.staging.room import Room

_COLOUR = (150, 120, 90)


def block(size: Size, kind: str = "block", colour: tuple[float, float, float] = (0.5, 0.4, 0.3)) -> Piece:
    """A box of one colour, its origin as its mount says."""
    width, depth, height = size.width_m / 2, size.depth_m / 2, size.height_m
    low, y = {Mount.FLOOR: (0.0, 0.0), Mount.WALL: (-height / 2, -depth), Mount.CEILING: (-height, 0.0)}[size.mount]
    corners = np.array([(sx, sy, sz) for sx in (-1, 1) for sy in (-1, 1) for sz in (0, 1)], np.float32)
    sides: list[tuple[tuple[int, ...], tuple[int, ...]]] = [
        ((0, 1, 3, 2), (-1, 0, 0)),
        ((4, 6, 7, 5), (1, 0, 0)),
        ((0, 4, 5, 1), (0, -1, 0)),
    ]
    sides += [((2, 3, 7, 6), (0, 1, 0)), ((0, 2, 6, 4), (0, 0, -1)), ((1, 5, 7, 3), (0, 0, 1))]
    places = corners * np.array([width, depth, height], np.float32) + np.array([0, y, low], np.float32)
    vertices = np.concatenate([places[list(quad)] for quad, _ in sides])
    normals = np.repeat(np.array([normal for _, normal in sides], np.float32), 4, axis=0)
    faces = np.concatenate([np.array([[0, 1, 2], [0, 2, 3]]) + 4 * n for n in range(6)]).astype(np.int32)
    uvs = np.tile(np.array([[0, 0], [1, 0], [1, 1], [0, 1]], np.float32), (6, 1))
    mesh = Mesh(vertices, faces, normals, uvs)
    part = Part(mesh, Material("block", MaterialKind.PAINT, colour, roughness=0.6))
    return Piece(kind, "plain", size.width_m, size.depth_m, size.height_m, (part,), size.mount, size.clearance_m)


def blocks(layout: Layout) -> tuple[Piece, ...]:
    """A block for each piece of a layout."""
    return tuple(block(item.size, item.option.kind) for item in layout.items)


def painted(
    photo: NDArray[np.uint8], room: Room, layout: Layout
) -> tuple[NDArray[np.uint8], NDArray[np.bool_], NDArray[np.bool_]]:
    """A picture that the gate passes: flat furniture within its boxes, a soft shade on the floor around it.

    Also the mask of the furniture, and that of the shade.
    """
    from scipy.ndimage import binary_erosion, distance_transform_edt

    furniture = binary_erosion(projected(room.camera, layout.items, photo.shape[:2]), iterations=3)
    away = distance_transform_edt(~furniture)
    shade = room.floor_mask & ~furniture & (away < 4)
    after = photo.copy()
    after[shade] = (after[shade] * 0.8).astype(np.uint8)
    after[furniture] = _COLOUR
    return after, furniture, shade
