"""Rooms made by code and photographed by a camera that is known: what the estimates are compared with."""

import math
from dataclasses import dataclass
from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from ml.segmentation import Segmentation
from ml.staging.room import Camera, FocalSource

Floats = NDArray[np.float64]

LABELS = ("other", "wall", "floor", "ceiling", "window", "door", "cabinet", "tree")
_OTHER, _WALL, _FLOOR, _CEILING, _WINDOW, _DOOR, _CABINET, _TREE = range(8)


@dataclass(frozen=True)
class Panel:
    """A door, window or picture in a wall: along it and upwards, in metres."""

    kind: int
    u0: float
    u1: float
    z0: float
    z1: float


@dataclass(frozen=True)
class Box:
    """Something that stands on the floor, from corner to corner."""

    low: tuple[float, float, float]
    high: tuple[float, float, float]
    kind: int


@dataclass(frozen=True)
class Made:
    """A room with four walls, and who looks at it."""

    camera: Camera
    x: tuple[float, float]
    y: tuple[float, float]
    ceiling_m: float
    floor: Literal["boards", "tiles", "carpet"]
    panels: dict[tuple[int, int], tuple[Panel, ...]]
    """By axis and side (0 low, 1 high)."""
    boxes: tuple[Box, ...]
    seed: int


def made_room(seed: int, *, facing: bool = False, size: tuple[int, int] = (1024, 768)) -> Made:
    """A room as listings have them. `facing`: seen straight on, so that one vanishing point alone tells."""
    rng = np.random.default_rng(seed)
    width, depth = rng.uniform(3.0, 6.5), rng.uniform(3.2, 7.5)
    ceiling = float(np.clip(rng.normal(2.62, 0.2), 2.25, 3.4))
    turned = 0.0 if facing else rng.choice([rng.normal(0, 6), rng.uniform(-44, 44)], p=[0.3, 0.7])
    yaw = math.radians(float(np.clip(turned + rng.normal(0, 0.6), -44, 44)))
    # The camera stands near the wall or the corner that it looks away from.
    x0 = -rng.uniform(0.25, 0.75) * width if abs(yaw) < 0.25 else -(0.2 + rng.uniform(0, 0.2)) * width
    if yaw < -0.25:
        x0 = -width - x0
    y0 = -rng.uniform(0.2, 0.9)
    phone = rng.random() < 0.35
    pitch = math.radians(rng.normal(3, 5)) if phone else math.radians(rng.normal(0, 0.3))
    roll = math.radians(rng.normal(0, 1.6 if phone else 0.3))
    shift = rng.normal(0, 0.01) if phone else rng.choice([0.0, rng.normal(0, 0.07)], p=[0.6, 0.4])
    across, down = size
    focal = across / 2 / math.tan(math.radians(float(np.clip(rng.normal(80, 14), 52, 112))) / 2)
    camera = Camera(
        width=across,
        height=down,
        focal_px=focal,
        cx=across / 2 - shift * down * math.sin(roll),
        cy=down / 2 + shift * down * math.cos(roll),
        pitch_rad=pitch,
        roll_rad=roll,
        yaw_rad=yaw,
        height_m=float(np.clip(rng.normal(1.32, 0.17), 0.95, 1.75)),
        focal_from=FocalSource.EXIF,
    )
    x, y = (float(x0), float(x0 + width)), (float(y0), float(y0 + depth))
    panels = {(axis, side): _panels(rng, (y, x)[axis], ceiling) for axis in (0, 1) for side in (0, 1)}
    kind = ("boards", "tiles", "carpet")[int(rng.choice(3, p=[0.5, 0.25, 0.25]))]
    boxes = tuple(_box(rng, x, y, ceiling) for _ in range(int(rng.integers(0, 3))))
    return Made(camera, x, y, ceiling, kind, panels, boxes, seed)  # type: ignore[arg-type]


def _panels(rng: np.random.Generator, span: tuple[float, float], ceiling: float) -> tuple[Panel, ...]:
    found: list[Panel] = []
    at = span[0] + rng.uniform(0.2, 1.0)
    while at < span[1] - 0.8 and len(found) < 3:
        what = rng.choice(["door", "window", "picture", "nothing"], p=[0.3, 0.35, 0.1, 0.25])
        if what == "door":
            found.append(Panel(_DOOR, at, at + rng.uniform(0.76, 0.92), 0.0, float(rng.normal(2.04, 0.03))))
        elif what == "window":
            wide, sill = rng.uniform(0.6, 1.8), rng.uniform(0.3, 1.0)
            if at + wide < span[1] - 0.1:
                found.append(Panel(_WINDOW, at, at + wide, sill, min(ceiling - 0.2, sill + rng.uniform(0.9, 1.5))))
        elif what == "picture":
            found.append(Panel(_OTHER, at, at + 0.5, 1.2, 1.8))
        at += rng.uniform(1.2, 2.6)
    return tuple(found)


def _box(rng: np.random.Generator, x: tuple[float, float], y: tuple[float, float], ceiling: float) -> Box:
    if rng.random() < 0.3:
        at = rng.uniform(x[0] + 0.8, x[1] - 0.8), rng.uniform(max(1.5, y[0] + 1), y[1] - 0.4)
        return Box((at[0], at[1], 0), (at[0] + 0.35, at[1] + 0.35, ceiling), _WALL)
    start = rng.uniform(x[0], x[1] - 1.2)
    return Box((start, y[1] - 0.55, 0), (start + rng.uniform(0.6, 1.2), y[1], rng.uniform(0.7, 2.2)), _CABINET)


def photograph(room: Made) -> tuple[NDArray[np.uint8], Segmentation]:
    """The photo (sRGB, height x width x 3), and what a good but blurred segmentation says of it."""
    rng = np.random.default_rng(room.seed + 77_000)
    camera = room.camera
    columns, rows = np.meshgrid(np.arange(camera.width) + 0.5, np.arange(camera.height) + 0.5)
    pixels = np.stack([columns, rows], axis=-1).reshape(-1, 2)
    colour = np.zeros((len(pixels), 3))
    classes = np.zeros(len(pixels), np.uint8)
    # Lenses bend straight lines a little: what profiles of cameras leave.
    middle, bend = np.array([camera.width, camera.height]) / 2, rng.normal(0, 0.012)
    off = (pixels - middle) / math.hypot(*middle)
    pixels = middle + (pixels - middle) * (1 + bend * (off**2).sum(axis=1, keepdims=True))
    paint = _Paint(room, rng)
    for index, (dx, dy) in enumerate(((-0.25, -0.2), (0.25, 0.2))):
        shade, kind = paint.along(camera.rays(pixels + np.array([dx, dy])))
        colour += shade / 2
        classes = kind if index == 0 else classes
    picture = colour.reshape(camera.height, camera.width, 3)
    picture = np.asarray(cv2.GaussianBlur(picture, (0, 0), rng.uniform(0.4, 0.9)), np.float64)
    picture = picture * rng.uniform(0.75, 1.1) + rng.normal(0, rng.uniform(0.004, 0.02), picture.shape)
    coded = np.clip(np.clip(picture, 0, 1) ** (1 / 2.2) * 255, 0, 255).astype(np.uint8)
    kept, data = cv2.imencode(".jpg", coded[:, :, ::-1], [cv2.IMWRITE_JPEG_QUALITY, 85])
    assert kept
    decoded = cv2.imdecode(data, cv2.IMREAD_COLOR)
    assert decoded is not None
    photo = np.ascontiguousarray(decoded[:, :, ::-1], np.uint8)
    return photo, _segmentation(classes.reshape(camera.height, camera.width), rng)


def _segmentation(classes: NDArray[np.uint8], rng: np.random.Generator) -> Segmentation:
    """Probabilities at a network's resolution, with edges a little off."""
    side = 192
    shape = (side, side)
    wave = [cv2.GaussianBlur(rng.normal(0, 1, shape), (0, 0), 9) * 9 for _ in range(2)]
    x, y = np.meshgrid(np.arange(side), np.arange(side))
    moved_x, moved_y = ((base + 0.6 * off).astype(np.float32) for base, off in zip((x, y), wave, strict=True))
    planes = []
    for index in range(len(LABELS)):
        plane = cv2.resize((classes == index).astype(np.float32), shape, interpolation=cv2.INTER_AREA)
        plane = cv2.remap(plane, moved_x, moved_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        planes.append(cv2.GaussianBlur(plane, (0, 0), 1.0) + 0.004)
    chances = np.stack(planes).astype(np.float32)
    return Segmentation(LABELS, chances / chances.sum(axis=0))


class _Paint:
    """Colours of a room's surfaces."""

    def __init__(self, room: Made, rng: np.random.Generator) -> None:
        self.room = room
        base = rng.uniform(0.45, 0.85)
        self.wall = np.clip(base + rng.normal(0, 0.03, 3), 0.1, 0.95)
        self.walls = {(axis, side): rng.uniform(0.8, 1.05) for axis in (0, 1) for side in (0, 1)}
        wood = np.array([0.42, 0.28, 0.17]) * rng.uniform(0.5, 1.7)
        self.floor = np.clip(wood if room.floor == "boards" else rng.uniform(0.3, 0.7) + rng.normal(0, 0.03, 3), 0, 1)
        self.along_x = rng.random() < 0.5
        self.board = rng.uniform(0.09, 0.2) if room.floor == "boards" else rng.uniform(0.3, 0.6)
        self.tones = rng.normal(1, 0.06, 4096)
        self.light = (rng.uniform(*room.x), room.y[1] - 0.3)
        self.skirting = rng.uniform(0.06, 0.14)
        self.sun = (rng.uniform(*room.x), rng.uniform(1.5, 4), rng.uniform(0, math.pi)) if rng.random() < 0.4 else None

    def along(self, rays: Floats) -> tuple[Floats, NDArray[np.uint8]]:
        """Linear colours and classes of what rays from the camera meet."""
        room = self.room
        origin = room.camera.position_m
        colour = np.zeros((len(rays), 3))
        classes = np.zeros(len(rays), np.uint8)
        nearest = np.full(len(rays), np.inf)
        with np.errstate(divide="ignore", invalid="ignore"):
            for axis, bounds in ((0, room.x), (1, room.y), (2, (0.0, room.ceiling_m))):
                for side in (0, 1):
                    reach = (bounds[side] - origin[axis]) / rays[:, axis]
                    hit = (reach > 1e-6) & (reach < nearest)
                    nearest[hit] = reach[hit]
                    points = origin + rays[hit] * reach[hit, None]
                    if axis == 2:
                        colour[hit], classes[hit] = self._ceiling(points) if side else self._floor(points)
                    else:
                        colour[hit], classes[hit] = self._wall(points, axis, side)
            for number, box in enumerate(room.boxes):
                low = (np.array(box.low) - origin) / rays
                high = (np.array(box.high) - origin) / rays
                enter = np.minimum(low, high)
                axis_in = np.nanargmax(enter, axis=1)
                first, last = np.nanmax(enter, axis=1), np.nanmin(np.maximum(low, high), axis=1)
                hit = (first < last) & (first > 1e-6) & (first < nearest)
                nearest[hit] = first[hit]
                tone = np.array([0.9, 0.72, 0.55])[axis_in[hit]]
                shade = self.wall if box.kind == _WALL else np.array([0.3, 0.3, 0.32]) * (1 + number)
                colour[hit] = tone[:, None] * shade
                classes[hit] = box.kind
        return colour, classes

    def _falloff(self, points: Floats) -> Floats:
        away = np.hypot(points[:, 0] - self.light[0], points[:, 1] - self.light[1])
        return np.asarray(0.72 + 0.5 / (1 + 0.25 * away**2))[:, None]

    def _floor(self, points: Floats) -> tuple[Floats, NDArray[np.uint8]]:
        u, v = (points[:, 0], points[:, 1]) if self.along_x else (points[:, 1], points[:, 0])
        row = np.floor(v / self.board).astype(int)
        shade = np.ones(len(points))
        if self.room.floor != "carpet":
            length = 1.2 if self.room.floor == "boards" else self.board
            start = (row * 7919 % 97) / 97 if self.room.floor == "boards" else 0
            cell = np.floor(u / length + start).astype(int)
            shade = self.tones[(row * 131 + cell * 17) % 4096] if self.room.floor == "boards" else shade
            seam = np.minimum(v / self.board - row, u / length + start - cell)
            shade = shade * np.where(seam < 0.03, 0.75, 1.0)
        else:
            grain = (np.floor(points[:, 0] * 90) * 7 + np.floor(points[:, 1] * 90) * 13).astype(int)
            shade = 0.92 + 0.16 * (self.tones[grain % 4096] - 1) * 6 + 0.08
        colour = shade[:, None] * self.floor * self._falloff(points)
        if self.sun is not None:
            x, y, turn = self.sun
            a = (points[:, 0] - x) * math.cos(turn) + (points[:, 1] - y) * math.sin(turn)
            b = -(points[:, 0] - x) * math.sin(turn) + (points[:, 1] - y) * math.cos(turn)
            colour[(np.abs(a) < 0.8) & (np.abs(b) < 0.4)] *= 2.0
        return colour, np.full(len(points), _FLOOR, np.uint8)

    def _ceiling(self, points: Floats) -> tuple[Floats, NDArray[np.uint8]]:
        colour = np.full((len(points), 3), 0.86) * self._falloff(points) * 0.9
        spots = np.hypot(points[:, 0] % 1.5 - 0.75, points[:, 1] % 1.8 - 0.9) < 0.07
        colour[spots] = 1.3
        return colour, np.full(len(points), _CEILING, np.uint8)

    def _wall(self, points: Floats, axis: int, side: int) -> tuple[Floats, NDArray[np.uint8]]:
        u, z = points[:, 1 - axis], points[:, 2]
        colour = np.repeat(self.wall[None] * self.walls[axis, side], len(points), axis=0) * self._falloff(points)
        classes = np.full(len(points), _WALL, np.uint8)
        foot = z < self.skirting
        colour[foot] = 0.82 * self.walls[axis, side]
        colour[np.abs(z - self.skirting) < 0.006] *= 0.7
        for panel in self.room.panels[axis, side]:
            off = np.maximum(np.maximum(panel.u0 - u, u - panel.u1), np.maximum(panel.z0 - z, z - panel.z1))
            frame = (off >= 0) & (off < 0.07)
            colour[frame] = 0.85 * self.walls[axis, side]
            inside = off < 0
            classes[inside | (frame & (panel.kind != _OTHER))] = panel.kind
            if panel.kind == _WINDOW:
                pane = np.where((z[inside] - panel.z0) > 0.45 * (panel.z1 - panel.z0), 1.15, 0.55)
                grain = self.tones[(np.floor(u[inside] * 9) * 31 + np.floor(z[inside] * 7) * 57).astype(int) % 4096]
                colour[inside] = (pane * grain)[:, None] * np.array([0.92, 1.0, 1.05])
                bars = np.abs(u[inside] - (panel.u0 + panel.u1) / 2) < 0.025
                colour[np.flatnonzero(inside)[bars]] = 0.7
            elif panel.kind == _DOOR:
                colour[inside] = np.array([0.75, 0.72, 0.68]) * self.walls[axis, side]
                middle = np.abs(off[inside] + 0.14) < 0.012
                colour[np.flatnonzero(inside)[middle]] *= 0.75
                colour[(np.abs(off) < 0.008)] *= 0.5
            else:
                colour[inside] = np.array([0.3, 0.35, 0.4])
        return colour, classes
