"""How much of what the photo shows below eye level is bare: floor, plain wall, or an opening; the rest is things."""

import numpy as np
from numpy.typing import NDArray

from ml.staging.room.camera import Camera, Floats
from ml.staging.room.geometry import Grid, Opening, WallRun

_COLUMNS = 96
_DIP = np.radians(2.0)
"""Below the horizon, from which on places count."""
_EDGE_M = 0.06
"""Around openings and at walls' feet: casings and skirtings."""
_SKIRTING_M = 0.14


def bare_share(camera: Camera, floor: Grid, walls: tuple[WallRun, ...], openings: tuple[Opening, ...]) -> float:
    """Of the places below the horizon, the share that is floor, plain wall, skirting, door, window or passage.

    camera: at the size of `floor` (height x width), in metres. 0 without any place below the horizon.
    """
    rows = max(2, round(_COLUMNS * camera.height / camera.width))
    x, y = np.meshgrid((np.arange(_COLUMNS) + 0.5) / _COLUMNS, (np.arange(rows) + 0.5) / rows)
    pixels = np.stack([x * camera.width, y * camera.height], axis=-1).reshape(-1, 2)
    rays = camera.rays(pixels)
    below = np.arctan2(-rays[:, 2], np.hypot(rays[:, 0], rays[:, 1])) > _DIP
    if not below.any():
        return 0.0
    pixels, rays = pixels[below], rays[below]
    at = pixels.astype(np.int64)
    bare = floor[at[:, 1], at[:, 0]]
    for number, wall in enumerate(walls):
        bare |= _bare_on(wall, [each for each in openings if each.wall == number], camera, rays)
    return float(bare.mean())


def _bare_on(wall: WallRun, openings: list[Opening], camera: Camera, rays: Floats) -> NDArray[np.bool_]:
    """Which rays meet a wall where it is plain, or one of its openings."""
    with np.errstate(divide="ignore", invalid="ignore"):
        reach = wall.offset_m / rays[:, wall.axis]
        u = rays[:, 1 - wall.axis] * reach
        z = camera.height_m + rays[:, 2] * reach
    there = np.isfinite(reach) & (reach > 0) & (u >= wall.start_m) & (u < wall.end_m) & (z >= -_EDGE_M)
    there &= z < wall.height_m
    found = there & (z < _SKIRTING_M)
    column = np.clip(np.where(there, (u - wall.start_m) / wall.cell_m, 0), 0, wall.plain.shape[1] - 1).astype(np.int64)
    row = np.clip(np.where(there, z / wall.cell_m, 0), 0, wall.plain.shape[0] - 1).astype(np.int64)
    found |= there & wall.plain[row, column]
    for opening in openings:
        found |= (
            there
            & (u > opening.u0 - _EDGE_M)
            & (u < opening.u1 + _EDGE_M)
            & (z > opening.z0 - _EDGE_M)
            & (z < opening.z1 + _EDGE_M)
        )
    return np.asarray(found)
