"""A plain room of known size with one window, as a photo of it would be understood: where a kit's pieces are shown."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml.staging.room import (
    Camera,
    Confidence,
    FloorMap,
    FocalSource,
    Light,
    Opening,
    OpeningKind,
    Room,
    Scale,
    ScaleCue,
    Stretch,
    WallRun,
    WindowLight,
)
from ml.staging.room.camera import Floats
from ml.staging.room.geometry import Grid

CEILING_M = 2.7
FRONT_M = -1.2

_WINDOW = (2.4, 1.1, 0.85, 2.1)
"""In the left wall: from and to, metres before the back wall, sill and top."""

_CELL_M = 0.05
_CAMERA_HEIGHT_M, _PITCH_RAD, _YAW_RAD, _FOCAL = 1.42, 0.12, -0.10, 0.64
_LABELS = ("wall", "floor", "ceiling", "window")

FLOOR_ALBEDO = (0.40, 0.31, 0.22)
WALL_ALBEDO = (0.66, 0.65, 0.62)
WHITE = 0.82
"""Luminance of a white wall, in the picture's linear units."""


@dataclass(frozen=True, slots=True)
class Shape:
    """Where its walls are, metres; the camera stands at x = y = 0 and looks along y."""

    left: float = -2.6
    right: float = 2.4
    back: float = 4.5

    @property
    def window(self) -> tuple[float, float, float, float]:
        """Along the left wall from and to, sill and top."""
        far, near, sill, top = _WINDOW
        return self.back - far, self.back - near, sill, top


LARGE = Shape(-3.6, 3.4, 6.8)
"""For two rooms in one."""


def made_room(width: int, height: int, shape: Shape | None = None) -> Room:
    """The room, seen by a camera of that many pixels."""
    shape = shape or Shape()
    camera = Camera(
        width, height, _FOCAL * width, width / 2, height / 2, _PITCH_RAD, 0.0, _YAW_RAD, _CAMERA_HEIGHT_M,
        focal_from=FocalSource.VANISHING_POINTS,
    )  # fmt: skip
    walls = _walls(shape)
    u0, u1, z0, z1 = shape.window
    corners = np.array([walls[1].point(u, z) for u, z in ((u0, z0), (u1, z0), (u1, z1), (u0, z1))])
    window = Opening(OpeningKind.WINDOW, 1, u0, u1, z0, z1, camera.project(corners)[0])
    classes = _classes(camera, shape)
    floor_mask = classes == 1
    environment = np.full((16, 32, 3), 0.50, np.float32)
    environment[:5] = 0.80
    white = (WHITE, WHITE, WHITE)
    light = Light(
        (WindowLight(0, corners, (1.0, 1.0, 1.0), 0.8),), white, FLOOR_ALBEDO, WALL_ALBEDO, (0.8, 0.8, 0.8), environment
    )
    cues = (ScaleCue("ceiling", _CAMERA_HEIGHT_M, 1.5),)
    return Room(
        camera=camera,
        scale=Scale(_CAMERA_HEIGHT_M, cues, CEILING_M, ceiling_seen=True),
        floor=_floor(camera, shape),
        walls=walls,
        openings=(window,),
        keep_outs=(),
        light=light,
        labels=_LABELS,
        classes=classes,
        floor_mask=floor_mask,
        confidence=Confidence(1.0, {}),
        doubts=(),
    )


def _walls(shape: Shape) -> tuple[WallRun, ...]:
    """Back, left and right; the left one has the window."""
    walls = []
    for axis, offset, side, start, end in (
        (1, shape.back, -1, shape.left, shape.right),
        (0, shape.left, 1, FRONT_M, shape.back),
        (0, shape.right, -1, FRONT_M, shape.back),
    ):
        plain = np.ones((round(CEILING_M / _CELL_M), round((end - start) / _CELL_M)), bool)
        free: tuple[Stretch, ...] = (Stretch(start, end),)
        if axis == 0 and side == 1:
            u0, u1, z0, z1 = shape.window
            columns = slice(round((u0 - start) / _CELL_M), round((u1 - start) / _CELL_M))
            plain[round(z0 / _CELL_M) : round(z1 / _CELL_M), columns] = False
            free = (Stretch(start, u0), Stretch(u1, end))
        colour = tuple(WHITE * value for value in WALL_ALBEDO)
        walls.append(WallRun(axis, offset, side, start, end, CEILING_M, free, colour, plain, plain))  # type: ignore[arg-type]
    return tuple(walls)


def surfaces_met(
    camera: Camera, *, left: float, right: float, back: float, ceiling: float
) -> tuple[NDArray[np.intp], Floats]:
    """Each pixel's ray followed to the first surface of a box, and where it meets it (n x 3, metres).

    Surfaces: 0 floor, 1 ceiling, 2 back, 3 left, 4 right.
    """
    columns, rows = np.meshgrid(np.arange(camera.width) + 0.5, np.arange(camera.height) + 0.5)
    rays = camera.rays(np.stack([columns.ravel(), rows.ravel()], 1))
    with np.errstate(divide="ignore", invalid="ignore"):
        reach = np.stack(
            [
                np.where(rays[:, 2] < 0, -camera.height_m / rays[:, 2], np.inf),
                np.where(rays[:, 2] > 0, (ceiling - camera.height_m) / rays[:, 2], np.inf),
                np.where(rays[:, 1] > 0, back / rays[:, 1], np.inf),
                np.where(rays[:, 0] < 0, left / rays[:, 0], np.inf),
                np.where(rays[:, 0] > 0, right / rays[:, 0], np.inf),
            ],
            1,
        )
    return reach.argmin(1), rays * reach.min(1)[:, None] + camera.position_m


def _classes(camera: Camera, shape: Shape) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    first, points = surfaces_met(camera, left=shape.left, right=shape.right, back=shape.back, ceiling=CEILING_M)
    classes = np.array([1, 2, 0, 0, 0], np.uint8)[first]
    u0, u1, z0, z1 = shape.window
    glass = (first == 3) & (points[:, 1] > u0) & (points[:, 1] < u1) & (points[:, 2] > z0) & (points[:, 2] < z1)
    classes[glass] = _LABELS.index("window")
    return np.asarray(classes.reshape(camera.height, camera.width), np.uint8)


def _floor(camera: Camera, shape: Shape) -> FloorMap:
    low, high = (shape.left - 0.5, FRONT_M - 0.3), (shape.right + 0.5, shape.back + 0.5)
    columns, rows = (round((end - start) / _CELL_M) for start, end in zip(low, high, strict=True))
    x = low[0] + (np.arange(columns) + 0.5) * _CELL_M
    y = low[1] + (np.arange(rows) + 0.5) * _CELL_M
    across, away = np.meshgrid(x, y)
    inside = (across > shape.left) & (across < shape.right) & (away < shape.back) & (away > FRONT_M)
    at: Floats = np.column_stack([across.ravel(), away.ravel(), np.zeros(across.size)])
    pixels, depth = camera.project(at)
    seen = (depth > 0.1) & (pixels >= 0).all(1) & (pixels[:, 0] < camera.width) & (pixels[:, 1] < camera.height)
    seen_grid: Grid = seen.reshape(across.shape)
    corners = np.array([[shape.left, 0.5], [shape.right, 0.5], [shape.right, shape.back], [shape.left, shape.back]])
    nothing = np.zeros_like(inside)
    return FloorMap(_CELL_M, low, inside & seen_grid, ~inside, inside & ~seen_grid, nothing, corners)
