"""A room like a box, known to the millimetre, with the photo that its camera would take."""

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
from ml.staging.sheets.made_room import surfaces_met

LABELS = ("wall", "floor", "ceiling", "window", "door", "sofa")
CEILING_M = 2.6
_CELL_M = 0.05
_COLOURS = {
    0: (205, 203, 198),
    1: (158, 128, 96),
    2: (232, 232, 230),
    3: (250, 252, 255),
    4: (120, 96, 78),
    5: (90, 90, 120),
}


@dataclass(frozen=True)
class Hole:
    """A door or a window: in the back (0), the left (1) or the right wall (2)."""

    kind: OpeningKind
    wall: int
    u0: float
    u1: float
    z0: float
    z1: float


@dataclass(frozen=True)
class Box:
    """Where the walls are, the camera standing at x = y = 0."""

    left: float = -2.4
    right: float = 2.2
    back: float = 4.6
    holes: tuple[Hole, ...] = ()
    pitch: float = 0.12
    yaw: float = 0.1


def box_room(box: Box | None = None, *, width: int = 320, height: int = 240, focal: float = 0.62) -> Room:
    """The room; `focal` in widths of the photo."""
    box = box or Box()
    camera = Camera(
        width,
        height,
        focal * width,
        width / 2,
        height / 2,
        box.pitch,
        0.0,
        box.yaw,
        1.4,
        focal_from=FocalSource.VANISHING_POINTS,
    )
    classes, floor_mask = _classes(box, camera)
    walls = _walls(box)
    openings = tuple(_opening(camera, walls, hole) for hole in box.holes)
    windows = tuple(
        WindowLight(number, _corners(walls[o.wall], o), (1.0, 1.0, 1.0), 0.8)
        for number, o in enumerate(openings)
        if o.kind is OpeningKind.WINDOW
    )
    environment = np.full((16, 32, 3), 0.55, np.float32)
    environment[:5] = 0.85
    light = Light(windows, (0.72, 0.7, 0.66), (0.34, 0.23, 0.13), (0.6, 0.59, 0.56), (0.8, 0.8, 0.79), environment)
    return Room(
        camera=camera,
        scale=Scale(1.4, (ScaleCue("camera", 1.4, 1.0), ScaleCue("ceiling", 1.4, 1.5)), CEILING_M, ceiling_seen=True),
        floor=_floor(box, camera, floor_mask),
        walls=walls,
        openings=openings,
        keep_outs=(),
        light=light,
        labels=LABELS,
        classes=classes,
        floor_mask=floor_mask,
        confidence=Confidence(0.9, {"focal": 0.9, "vertical": 0.9}),
        doubts=(),
    )


def box_photo(room: Room, seed: int = 0) -> NDArray[np.uint8]:
    """What the camera sees: flat colours with a little texture and noise."""
    rng = np.random.default_rng(seed)
    palette = np.array([_COLOURS[n] for n in range(len(LABELS))], np.float32)
    picture = palette[room.classes]
    shade = np.linspace(1.05, 0.85, picture.shape[1], dtype=np.float32)[None, :, None]
    noise = rng.normal(0, 1.5, picture.shape[:2]).astype(np.float32)[..., None]
    return np.asarray(np.clip(picture * shade + noise, 0, 255), np.uint8)


def _walls(box: Box) -> tuple[WallRun, ...]:
    ends = (
        (1, box.back, -1, box.left, box.right),
        (0, box.left, 1, -1.0, box.back),
        (0, box.right, -1, -1.0, box.back),
    )
    walls = []
    for number, (axis, offset, side, start, end) in enumerate(ends):
        shape = (round(CEILING_M / _CELL_M), round((end - start) / _CELL_M))
        plain = np.ones(shape, bool)
        free = [(start, end)]
        for hole in box.holes:
            if hole.wall == number:
                columns = slice(max(0, round((hole.u0 - start) / _CELL_M)), round((hole.u1 - start) / _CELL_M))
                plain[round(hole.z0 / _CELL_M) : round(hole.z1 / _CELL_M), columns] = False
                free = [
                    part for a, b in free for part in ((a, min(b, hole.u0)), (max(a, hole.u1), b)) if part[1] > part[0]
                ]
        stretches = tuple(Stretch(a, b) for a, b in free)
        walls.append(WallRun(axis, offset, side, start, end, CEILING_M, stretches, (0.6, 0.59, 0.56), plain, plain))  # type: ignore[arg-type]
    return tuple(walls)


def _corners(wall: WallRun, hole: Opening | Hole) -> NDArray[np.float64]:
    return np.array(
        [wall.point(u, z) for u, z in ((hole.u0, hole.z0), (hole.u1, hole.z0), (hole.u1, hole.z1), (hole.u0, hole.z1))]
    )


def _opening(camera: Camera, walls: tuple[WallRun, ...], hole: Hole) -> Opening:
    pixels, _ = camera.project(_corners(walls[hole.wall], hole))
    return Opening(hole.kind, hole.wall, hole.u0, hole.u1, hole.z0, hole.z1, pixels)


def _classes(box: Box, camera: Camera) -> tuple[NDArray[np.uint8], NDArray[np.bool_]]:
    first, points = surfaces_met(camera, left=box.left, right=box.right, back=box.back, ceiling=CEILING_M)
    classes = np.array([1, 2, 0, 0, 0], np.uint8)[first]
    for hole in box.holes:
        u = points[:, 0] if hole.wall == 0 else points[:, 1]
        on = (
            (first == hole.wall + 2)
            & (u > hole.u0)
            & (u < hole.u1)
            & (points[:, 2] > hole.z0)
            & (points[:, 2] < hole.z1)
        )
        classes[on] = LABELS.index("window" if hole.kind is OpeningKind.WINDOW else "door")
    grid = classes.reshape(camera.height, camera.width)
    return grid, grid == 1


def _floor(box: Box, camera: Camera, mask: NDArray[np.bool_]) -> FloorMap:
    low, high = (-4.0, -2.0), (4.0, 7.0)
    columns, rows = (round((h - a) / _CELL_M) for a, h in zip(low, high, strict=True))
    x = low[0] + (np.arange(columns) + 0.5) * _CELL_M
    y = low[1] + (np.arange(rows) + 0.5) * _CELL_M
    X, Y = np.meshgrid(x, y)
    inside = (box.left < X) & (box.right > X) & (box.back > Y) & (Y > -1.5)
    pixels, depth = camera.project(np.column_stack([X.ravel(), Y.ravel(), np.zeros(X.size)]))
    seen = (depth > 0.1) & (pixels >= 0).all(1) & (pixels[:, 0] < camera.width) & (pixels[:, 1] < camera.height)
    seen = seen.reshape(X.shape)
    approach = np.zeros_like(inside)
    for hole in box.holes:
        if hole.kind is OpeningKind.WINDOW:
            continue
        along, away = (X, box.back - Y) if hole.wall == 0 else (Y, X - box.left if hole.wall == 1 else box.right - X)
        approach |= inside & (along > hole.u0 - 0.1) & (along < hole.u1 + 0.1) & (away < 0.6)
    corners = np.array([[box.left, 0.5], [box.right, 0.5], [box.right, box.back], [box.left, box.back]])
    return FloorMap(_CELL_M, low, inside & seen, ~inside, inside & ~seen, approach, corners)
