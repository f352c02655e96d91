"""What makes four planes a room: skirting along the walls, a window's frame and sill."""

import numpy as np

from ml.staging.furniture import Part
from ml.staging.furniture.mesh import joined
from ml.staging.furniture.solids import board
from ml.staging.furniture.surfaces.wood import wood
from ml.staging.sheets.made_room import FRONT_M, Shape

_SKIRTING_M, _THICK_M = 0.09, 0.014
_BAR_M, _DEEP_M = 0.06, 0.06


def trim(shape: Shape) -> tuple[Part, ...]:
    """Painted boards, in the room's own coordinates."""
    long = shape.back - FRONT_M
    middle = (shape.back + FRONT_M) / 2
    boards = [
        board(
            (shape.right - shape.left, _THICK_M, _SKIRTING_M),
            ((shape.left + shape.right) / 2, shape.back - _THICK_M / 2, _SKIRTING_M / 2),
        )
    ]
    for x, side in ((shape.left, 1), (shape.right, -1)):
        boards.append(
            board((_THICK_M, long, _SKIRTING_M), (x + side * _THICK_M / 2, middle, _SKIRTING_M / 2), radius=0.003)
        )
    u0, u1, z0, z1 = shape.window
    x = shape.left + _DEEP_M / 2
    boards += [
        board((_DEEP_M, _BAR_M, z1 - z0), (x, float(u), (z0 + z1) / 2), radius=0.006) for u in np.linspace(u0, u1, 3)
    ]
    boards += [
        board((_DEEP_M * 0.98, u1 - u0 + _BAR_M, _BAR_M), (x, (u0 + u1) / 2, z), radius=0.006)
        for z in (z0, z0 + 0.7 * (z1 - z0), z1)
    ]
    boards.append(board((0.16, u1 - u0 + 0.16, 0.03), (shape.left + 0.08, (u0 + u1) / 2, z0 - 0.045), radius=0.006))
    return (Part(joined(boards), wood("white")),)
