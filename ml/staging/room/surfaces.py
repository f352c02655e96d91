"""Walls laid flat: for each place of a wall, whether it is seen, what it is by class, and whether it is plain wall."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from ml.srgb import linear_light
from ml.staging.room.baselines import Baseline
from ml.staging.room.camera import Camera, Floats
from ml.staging.room.geometry import Colour, Grid, Stretch, WallRun
from ml.staging.room.scan import NOT_SEEN, Scan

CELL_M = 0.05

_HIDDEN = 0.88
"""Share of a wall's distance at which the floor must not have ended already: something stands before the wall."""

_LIGHTNESS, _COLOUR = 11.0, 6.0
"""CIELAB differences from the wall's own smooth shading that are still the wall, at least."""
_SPREADS = 3.0
"""Or this many times its own median deviation."""

_TEXTURE, _TEXTURES = 3.5, 2.5
"""Units of lightness of local contrast that a plain wall may have at most, or that many times its own median."""
_ROUGHEST = 4.5
"""Median local contrast from which on a wall is brick, stone or slats: nothing is hung or put before it."""

_FURNITURE_M = (0.15, 0.8)
"""Heights of a wall that furniture stands before."""
_FREE_SHARE = 0.8
_SHORTEST_M = 0.3
_BUILT_IN_SHARE = 0.45
"""Least share of plain wall above a stretch that is free: below shelves and mantelpieces stands no sofa."""


@dataclass(frozen=True, slots=True, eq=False)
class Elevation:
    """A wall from the front: rows z upwards from the floor, columns u from its start, cells of CELL_M."""

    base: Baseline
    """In metres."""
    height_m: float
    seen: Grid
    classes: NDArray[np.uint8]
    """NOT_SEEN where it is not."""
    plain: Grid
    light: NDArray[np.float32]
    """Mean of red, green and blue, linear."""
    colour: Colour
    rough: float
    """Median local contrast of what is wall by class, in levels."""


@dataclass(frozen=True, slots=True, eq=False)
class Appearance:
    """The photo at analysis size, prepared once for all walls."""

    lab: NDArray[np.float32]
    """CIELAB, slightly smoothed: height x width x 3."""
    contrast: NDArray[np.float32]
    """Local standard deviation of the lightness: height x width."""
    linear: NDArray[np.float32]
    """Linear light, 0 to 1: height x width x 3."""


def appearance_of(pixels: NDArray[np.uint8]) -> Appearance:
    """Of a photo at analysis size (sRGB, height x width x 3)."""
    scaled: NDArray[np.float32] = np.asarray(pixels, np.float32) / np.float32(255)
    lab = np.asarray(cv2.cvtColor(cv2.GaussianBlur(scaled, (0, 0), 1.5), cv2.COLOR_RGB2LAB), np.float32)
    light = np.asarray(cv2.cvtColor(scaled, cv2.COLOR_RGB2LAB), np.float32)[:, :, 0]
    mean = cv2.blur(light, (11, 11))
    contrast = np.sqrt(np.maximum(cv2.blur(light * light, (11, 11)) - mean * mean, 0))
    return Appearance(lab, np.asarray(contrast, np.float32), linear_light(scaled))


def elevation_of(
    base: Baseline,
    camera: Camera,
    scan: Scan,
    look: Appearance,
    classes: NDArray[np.uint8],
    labels: tuple[str, ...],
    height_m: float,
) -> Elevation:
    """Lay a wall flat. `base` in metres, `camera` at analysis size with its height in metres."""
    columns = max(1, round((base.end - base.start) / CELL_M))
    rows = max(1, round(height_m / CELL_M))
    u: Floats = base.start + (np.arange(columns, dtype=np.float64) + 0.5) * CELL_M
    z: Floats = (np.arange(rows, dtype=np.float64) + 0.5) * CELL_M
    grid_u, grid_z = np.meshgrid(u, z)
    points = np.empty((rows, columns, 3))
    points[..., base.axis], points[..., 1 - base.axis], points[..., 2] = base.offset, grid_u, grid_z
    pixels, depth = camera.project(points.reshape(-1, 3))
    inside = (depth > 0.05) & (pixels >= 0).all(axis=1) & (pixels < [camera.width, camera.height]).all(axis=1)
    at = np.where(inside[:, None], pixels, 0).astype(np.int64)
    x, y = at[:, 0], at[:, 1]
    seen = inside.reshape(rows, columns) & _unhidden(base, u, camera, scan)[None, :]
    found = np.where(seen.reshape(-1), classes[y, x], NOT_SEEN).reshape(rows, columns).astype(np.uint8)
    wall = found == (labels.index("wall") if "wall" in labels else NOT_SEEN - 1)
    lab, contrast = look.lab[y, x].reshape(rows, columns, 3), look.contrast[y, x].reshape(rows, columns)
    plain, rough = _plain(wall, lab, contrast)
    ground = plain if plain.sum() > 20 else wall if wall.any() else seen
    linear = look.linear[y, x].reshape(rows, columns, 3)
    colour = np.median(linear[ground], axis=0) if ground.any() else np.full(3, 0.5)
    own: Colour = (float(colour[0]), float(colour[1]), float(colour[2]))
    return Elevation(base, height_m, seen, found, plain, linear.mean(axis=2), own, rough)


def _unhidden(base: Baseline, u: Floats, camera: Camera, scan: Scan) -> Grid:
    """Which columns of a wall no obstacle stands before: the floor goes on up to the wall there."""
    points = np.empty((len(u), 2))
    points[:, base.axis], points[:, 1 - base.axis] = base.offset, u
    if not len(scan.azimuth):
        return np.ones(len(u), bool)
    azimuth = np.arctan2(points[:, 0], points[:, 1])
    distance = np.hypot(points[:, 0], points[:, 1])
    index = np.clip(np.searchsorted(scan.azimuth, azimuth), 0, len(scan.azimuth) - 1)
    reach = scan.reach[index] * camera.height_m
    return np.asarray(~(reach < _HIDDEN * distance))


def _plain(wall: Grid, lab: NDArray[np.float32], contrast: NDArray[np.float32]) -> tuple[Grid, float]:
    """Which places of class wall look like the rest of this wall, and how rough the wall is.

    Light falls off smoothly over a wall: its lightness and colour are compared with a quadratic surface, fitted to
    what agrees with it (three rounds).
    """
    nothing = np.zeros(wall.shape, bool)
    if wall.sum() < 40:
        return nothing, 0.0
    rough = float(np.median(contrast[wall]))
    if rough > _ROUGHEST:
        return nothing, rough
    rows, columns = wall.shape
    across = np.linspace(-1, 1, columns)[None, :].repeat(rows, axis=0)
    up = np.linspace(-1, 1, rows)[:, None].repeat(columns, axis=1)
    terms = np.stack([np.ones_like(up), across, up, across * up, across**2, up**2], axis=-1)
    agreeing = wall.copy()
    for _ in range(3):
        fitted = terms @ np.linalg.lstsq(terms[agreeing], lab[agreeing].astype(np.float64), rcond=None)[0]
        off = np.abs(lab - fitted)
        light, colour = off[..., 0], np.hypot(off[..., 1], off[..., 2])
        kept = (light < max(_LIGHTNESS, _SPREADS * float(np.median(light[agreeing])))) & (
            colour < max(_COLOUR, _SPREADS * float(np.median(colour[agreeing])))
        )
        if (wall & kept).sum() < 40:
            return nothing, rough
        agreeing = wall & kept
    plain = agreeing & (contrast < max(_TEXTURE, _TEXTURES * rough))
    # Sockets and switches do not matter; single cells between other things do not help.
    closed = cv2.morphologyEx(plain.astype(np.uint8), cv2.MORPH_CLOSE, np.ones((3, 3), np.uint8))
    opened = cv2.morphologyEx(closed, cv2.MORPH_OPEN, np.ones((3, 3), np.uint8))
    return np.asarray(opened > 0) & wall, rough


def wall_run(elevation: Elevation, closed: Grid, glazed: Grid) -> WallRun:
    """The wall with its free stretches.

    closed: columns where a door or a passage is, or its casing; glazed: columns where a window is.
    """
    base = elevation.base
    low, high = (round(height / CELL_M) for height in _FURNITURE_M)
    plain, seen = elevation.plain, elevation.seen
    foot_seen = seen[low:high].sum(axis=0)
    foot = plain[low:high].sum(axis=0) / np.maximum(foot_seen, 1)
    upper_seen = seen[high:].sum(axis=0)
    upper = plain[high:].sum(axis=0) / np.maximum(upper_seen, 1)
    free = (foot >= _FREE_SHARE) & (foot_seen >= (high - low) / 2) & ~closed
    free &= glazed | (upper >= _BUILT_IN_SHARE) | (upper_seen < 6)
    return WallRun(
        axis=base.axis,
        offset_m=base.offset,
        side=base.side,
        start_m=base.start,
        end_m=base.end,
        height_m=elevation.height_m,
        free=_stretches(free, base.start),
        colour=elevation.colour,
        plain=plain,
        seen=seen,
        cell_m=CELL_M,
    )


def _stretches(free: Grid, start: float) -> tuple[Stretch, ...]:
    edges = np.flatnonzero(np.diff(np.concatenate([[0], free.astype(np.int8), [0]])))
    found = [Stretch(start + float(a) * CELL_M, start + float(b) * CELL_M) for a, b in edges.reshape(-1, 2)]
    return tuple(stretch for stretch in found if stretch.length_m >= _SHORTEST_M)
