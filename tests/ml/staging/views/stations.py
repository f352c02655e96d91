"""A room made by code, photographed from a second place that is known: what registered views are compared with."""

import math
from dataclasses import dataclass, fields, replace

import numpy as np

from ml.segmentation import Segmentation
from ml.staging.room import Camera, Room, understand
from ml.staging.room.camera import Floats
from ml.staging.views.pose import Pose
from tests.ml.staging.room.made_rooms import Made, made_room, photograph

SIZE = (800, 600)
Photo = tuple[np.ndarray[tuple[int, int, int], np.dtype[np.uint8]], Room]


@dataclass(frozen=True)
class Station(Camera):
    """A camera elsewhere in the made room: (at_x, at_y), its own axes turned by right angles."""

    at_x: float = 0.0
    at_y: float = 0.0
    quarter_turns: int = 0

    @property
    def position_m(self) -> Floats:
        return np.array([self.at_x, self.at_y, self.height_m])

    def rays(self, pixels: Floats) -> Floats:
        own = super().rays(pixels)
        own[:, :2] = own[:, :2] @ Pose(self.quarter_turns, 0.0, 0.0, 1.0).rotation.T
        return own


def facing(camera: Camera, x: float, y: float, *, towards: tuple[float, float], height_m: float) -> Station:
    """The camera carried to (x, y), level, looking towards a place."""
    right = math.degrees(math.atan2(towards[0] - x, towards[1] - y))
    turns = round(-right / 90)
    given = {field.name: getattr(camera, field.name) for field in fields(Camera)}
    given |= {"yaw_rad": math.radians(right + 90 * turns), "pitch_rad": 0.0, "roll_rad": 0.0, "height_m": height_m}
    given |= {"cx": camera.width / 2, "cy": camera.height / 2}
    return Station(**given, at_x=x, at_y=y, quarter_turns=turns % 4)


def two_views(seed: int) -> tuple[Made, Photo, Photo, Pose]:
    """A room with boards, what two photos show of it by themselves, and the true pose with the scales as understood."""
    made = replace(made_room(seed, size=SIZE), floor="boards")
    rng = np.random.default_rng(seed + 5)
    width, depth = made.x[1] - made.x[0], made.y[1] - made.y[0]
    middle = (made.x[0] + width / 2, made.y[0] + 0.6 * depth)
    first = facing(made.camera, made.x[0] + 0.2 * width, made.y[0] + 0.5, towards=middle, height_m=1.35)
    corner = made.x[1] - 0.15 * width, made.y[0] + rng.uniform(0.1, 0.35) * depth
    second = facing(made.camera, *corner, towards=middle, height_m=1.45)
    photos = [photo_of(replace(made, camera=camera)) for camera in (first, second)]
    one, two = (
        photo[1].camera.height_m / camera.height_m for photo, camera in zip(photos, (first, second), strict=True)
    )
    back = Pose(first.quarter_turns, 0.0, 0.0, 1.0).rotation.T
    moved = back @ np.array([second.at_x - first.at_x, second.at_y - first.at_y]) * one
    turns = (second.quarter_turns - first.quarter_turns) % 4
    return made, photos[0], photos[1], Pose(turns, float(moved[0]), float(moved[1]), one / two)


def photo_of(made: Made) -> Photo:
    """A photo and the room that is understood of it alone."""
    pixels, segmentation = photograph(made)
    return pixels, _understood(pixels, segmentation)


def _understood(pixels: np.ndarray[tuple[int, int, int], np.dtype[np.uint8]], segmentation: Segmentation) -> Room:
    return understand(pixels, segmentation)
