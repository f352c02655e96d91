"""A room and a layout to the scene that is rendered: proxies of what furniture stands on and by, and the lights."""

import math

import cv2
import numpy as np

from ml.srgb import linear_light
from ml.staging.compositing.surfaces import REACH_M
from ml.staging.engines.interface import Work
from ml.staging.layout.items import Placed
from ml.staging.layout.sight import box_points
from ml.staging.rendering.gloss import floor_gloss
from ml.staging.rendering.scene import Crop, Exposure, Floats, Panel, Rgb, Scene, Standing, Surface, Upright, Wall
from ml.staging.room import Camera, OpeningKind, Room

GLOSSY = 0.2
"""Specular strength of a floor from which on it shows reflections."""

_LUMA = np.array([0.2126, 0.7152, 0.0722])
_WINDOW = 4.5
"""Radiance of a clipped pane over what the photo shows of it: outdoor light against a white wall indoors."""

_KEY = (1.6, 0.8)
"""Of the soft light from behind the camera, in units of a white wall: without a window in the photo, and with one."""

_CEILING = (1.6, 1.0)
"""Of the ceiling above the furniture, in the same units: a room's light comes from above more than from its sides,
and what stands in it darkens the floor under itself."""

_CEILING_SIZE_M = 2.6
_CEILING_AHEAD_M = 3.2
_LEAST_CEILING_M = 2.35

_KEY_BEHIND_M, _KEY_ASIDE_M, _KEY_HEIGHT_M = 3.2, 2.0, 1.9
_KEY_SIZE_M = (4.0, 2.2)
"""Far and wide: a near one would burn out what stands before it while the floor it is measured on stays dark."""

_MARGIN_PX = 6


def scene_of(work: Work, *, longest: int, samples: int) -> Scene:
    """What is rendered for a picture, at most `longest` pixels along its longer side."""
    room = work.room
    height, width = work.photo.shape[:2]
    scale = min(1.0, longest / max(width, height))
    camera = room.camera.at_size(round(width * scale), round(height * scale))
    crop = crop_of(camera, work.layout.items)
    standing = tuple(
        Standing(piece.parts, item.to_room) for item, piece in zip(work.layout.items, work.pieces, strict=True)
    )
    white = float(_LUMA @ np.array(room.light.white))
    specular, roughness = floor_gloss(room, work.photo)
    return Scene(
        camera=camera,
        crop=crop,
        floor=Surface(room.light.floor_albedo, roughness, specular),
        walls=walls_of(room),
        panels=lights_of(room, white),
        environment=room.light.environment,
        standing=standing,
        exposure=_exposure(work, camera, crop),
        white=white,
        samples=samples,
        seed=work.seed % 2**31,
        threads=work.bounds.threads,
    )


def crop_of(camera: Camera, items: tuple[Placed, ...]) -> Crop:
    """The part of the picture that furniture and its shadows can change."""
    low, high = np.full(2, np.inf), np.full(2, -np.inf)
    for item in items:
        points = box_points(item)
        # A shadow lies on the floor, or on a wall no higher than the piece.
        ring = [points + np.array([x, y, 0]) for x in (-REACH_M, REACH_M) for y in (-REACH_M, REACH_M)]
        floor = [np.column_stack([shifted[:, :2], np.zeros(len(shifted))]) for shifted in ring]
        for group in (points, *([] if item.size.mount != "floor" else floor)):
            pixels, depth = camera.project(group)
            seen = pixels[depth > 0.2]
            if len(seen):
                low, high = np.minimum(low, seen.min(0)), np.maximum(high, seen.max(0))
    # Above furniture a wall keeps a little of its shade.
    low[1] -= 0.03 * camera.height
    left, top = (max(0, math.floor(value) - _MARGIN_PX) for value in np.minimum(low, 1e6))
    right = min(camera.width, math.ceil(min(high[0], 1e6)) + _MARGIN_PX)
    bottom = min(camera.height, math.ceil(min(high[1], 1e6)) + _MARGIN_PX)
    return Crop(left, top, max(8, right - left), max(8, bottom - top))


def walls_of(room: Room) -> tuple[Wall, ...]:
    """A proxy for each wall that is seen."""
    walls = []
    for run in room.walls:
        middle = run.point((run.start_m + run.end_m) / 2, run.height_m / 2)
        shape = Upright(middle, np.array(run.normal), run.length_m + 0.04, run.height_m)
        walls.append(Wall(shape, Surface(_clipped(room.light.wall_albedo))))
    return tuple(walls)


def _clipped(colour: Rgb) -> Rgb:
    red, green, blue = (float(np.clip(value, 0.05, 0.85)) for value in colour)
    return red, green, blue


def lights_of(room: Room, white: float) -> tuple[Panel, ...]:
    """The windows as lights, a soft one from behind the camera and one from above; `white` is a white wall's."""
    panels = []
    for window in room.light.windows:
        opening = room.openings[window.opening]
        if opening.kind is not OpeningKind.WINDOW:
            continue
        wall = room.walls[opening.wall]
        normal = np.array(wall.normal)
        middle = wall.point((opening.u0 + opening.u1) / 2, (opening.z0 + opening.z1) / 2) + 0.03 * normal
        # Frames and bars take about a fifth of the light.
        shape = Upright(middle, normal, 0.9 * (opening.u1 - opening.u0), 0.9 * (opening.z1 - opening.z0))
        shown = np.maximum(np.array(window.radiance), 0.25 * white)
        gain = 1.5 + (_WINDOW - 1.5) * window.clipped
        red, green, blue = (float(value) for value in shown * gain)
        panels.append(Panel(shape, (red, green, blue)))
    lit = bool(panels)
    return (*panels, _key(room, white, lit=lit), _ceiling(room, white, lit=lit))


def _ceiling(room: Room, white: float, *, lit: bool) -> Panel:
    """Light from above the middle of what the photo shows of the floor."""
    cells = np.argwhere(room.floor.free)
    if len(cells):
        row, column = cells.mean(axis=0)
        x, y = (room.floor.origin_m[axis] + at * room.floor.cell_m for axis, at in ((0, column), (1, row)))
    else:
        yaw = room.camera.yaw_rad
        x, y = _CEILING_AHEAD_M * math.sin(yaw), _CEILING_AHEAD_M * math.cos(yaw)
    height = max(_LEAST_CEILING_M, room.scale.ceiling_m) - 0.02
    strength = white * _CEILING[1 if lit else 0]
    shape = Upright(np.array([x, y, height]), np.array([0.0, 0.0, -1.0]), _CEILING_SIZE_M, _CEILING_SIZE_M)
    return Panel(shape, (strength, strength, strength))


def _key(room: Room, white: float, *, lit: bool) -> Panel:
    """Soft light from behind the camera and beside it: windows and openings that the photo does not show."""
    yaw = room.camera.yaw_rad
    ahead = np.array([math.sin(yaw), math.cos(yaw), 0.0])
    beside = np.array([-ahead[1], ahead[0], 0.0])
    middle = -_KEY_BEHIND_M * ahead + _KEY_ASIDE_M * beside + np.array([0, 0, _KEY_HEIGHT_M])
    towards = 3 * ahead - middle
    towards[2] = 0
    strength = white * _KEY[1 if lit else 0]
    shape = Upright(middle, towards / np.linalg.norm(towards), *_KEY_SIZE_M)
    return Panel(shape, (strength, strength, strength))


def _exposure(work: Work, camera: Camera, crop: Crop) -> Exposure:
    size = (camera.width, camera.height)
    small = cv2.resize(work.photo, size, interpolation=cv2.INTER_AREA)[crop.rows, crop.columns]
    floor = cv2.resize(work.room.floor_mask.astype(np.uint8), size, interpolation=cv2.INTER_NEAREST)
    here: np.ndarray[tuple[int, int], np.dtype[np.bool_]] = floor[crop.rows, crop.columns] > 0
    light: Floats = linear_light(np.asarray(small / np.float32(255), np.float32)) @ _LUMA
    return Exposure(here, float(np.median(light[here])) if here.any() else 0.3)
