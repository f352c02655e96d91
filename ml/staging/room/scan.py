"""The floor as the camera's surroundings: for each direction, where the floor ends and what stands above its end."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml.staging.room.camera import Camera, Floats
from ml.staging.room.geometry import Grid

_DIRECTIONS = 560
"""That are looked into, evenly across the photo: walls at its border run towards the camera, in few degrees."""

_DEPRESSIONS = np.radians(np.arange(80.0, 0.9, -0.2))
"""From below the camera to near the horizon."""

HEIGHTS = np.arange(0.0, 3.2, 0.02)
"""Above the floor, in camera heights, at which the places above a floor's end are looked at."""

_LASTING = 5
"""Steps of depression without floor that end it: narrower gaps are reflections, seams, cables."""

NOT_SEEN = 255
"""Class of what lies outside of the frame."""


@dataclass(frozen=True, slots=True, eq=False)
class Scan:
    """One row a direction, ascending; lengths in camera heights."""

    azimuth: Floats
    """World azimuth, radians clockwise from y: n."""
    depression: Floats
    """Of the floor's end below the horizontal, radians; nan where no end is seen: n."""
    open_ended: Grid
    """Where floor is seen that does not end within the photo: n."""
    above: NDArray[np.uint8]
    """Class at each of HEIGHTS above the floor's end, NOT_SEEN outside of the photo: n x heights."""

    @property
    def reach(self) -> Floats:
        """Distance of the floor's end from the point below the camera: n."""
        return np.asarray(1 / np.tan(self.depression))

    @property
    def ends(self) -> Floats:
        """Where the floor ends: n x 2."""
        return np.asarray(np.column_stack([np.sin(self.azimuth), np.cos(self.azimuth)]) * self.reach[:, None])


def scan_floor(camera: Camera, floor: Grid, classes: NDArray[np.uint8]) -> Scan:
    """Look around. `camera`: one unit above the floor. `floor` and `classes`: height x width, the camera's size."""
    azimuth = _azimuths(camera)
    directions = np.column_stack([np.sin(azimuth), np.cos(azimuth)])
    reach = 1 / np.tan(_DEPRESSIONS)
    points = np.zeros((len(azimuth), len(reach), 3))
    points[:, :, :2] = directions[:, None] * reach[None, :, None]
    inside, x, y = _places(camera, points.reshape(-1, 3))
    on_floor = np.zeros(len(inside), bool)
    on_floor[inside] = floor[y[inside], x[inside]]
    on_floor, inside = on_floor.reshape(points.shape[:2]), inside.reshape(points.shape[:2])
    depression = np.full(len(azimuth), np.nan)
    open_ended = np.zeros(len(azimuth), bool)
    for row in range(len(azimuth)):
        end = _end(on_floor[row], inside[row])
        if end is not None and end < len(reach):
            depression[row] = (_DEPRESSIONS[end - 1] + _DEPRESSIONS[end]) / 2
        open_ended[row] = end == len(reach)
    ends = directions / np.tan(depression)[:, None]
    above = np.full((len(azimuth), len(HEIGHTS)), NOT_SEEN, np.uint8)
    seen = np.flatnonzero(np.isfinite(depression))
    if len(seen):
        upright = np.zeros((len(seen), len(HEIGHTS), 3))
        upright[:, :, :2] = ends[seen][:, None]
        upright[:, :, 2] = HEIGHTS
        inside, x, y = _places(camera, upright.reshape(-1, 3))
        found = np.full(len(inside), NOT_SEEN, np.uint8)
        found[inside] = classes[y[inside], x[inside]]
        above[seen] = found.reshape(len(seen), -1)
    return Scan(azimuth, depression, open_ended, above)


def _azimuths(camera: Camera) -> Floats:
    """All directions over the floor that the photo's border encloses."""
    across = np.linspace(0, camera.width, 50)
    down = np.linspace(0, camera.height, 50)
    border = np.concatenate(
        [
            np.column_stack([across, np.full(50, float(camera.height))]),
            np.column_stack([np.zeros(50), down]),
            np.column_stack([np.full(50, float(camera.width)), down]),
        ]
    )
    rays = camera.rays(border)
    lower = rays[rays[:, 2] < -1e-3]
    if not len(lower):
        return np.zeros(0)
    off = np.arctan2(lower[:, 0], lower[:, 1]) - camera.yaw_rad
    off = np.clip((off + np.pi) % (2 * np.pi) - np.pi, -1.4, 1.4)
    across_photo = np.linspace(math.tan(float(off.min())), math.tan(float(off.max())), _DIRECTIONS)
    return np.asarray(camera.yaw_rad + np.arctan(across_photo))


def _places(camera: Camera, points: Floats) -> tuple[Grid, NDArray[np.int64], NDArray[np.int64]]:
    """Whether points (n x 3) are in the photo, and the column and row of their pixels."""
    pixels, depth = camera.project(points)
    inside = (depth > 0.05) & (pixels >= 0).all(axis=1) & (pixels < [camera.width, camera.height]).all(axis=1)
    at = np.where(inside[:, None], pixels, 0).astype(np.int64)
    return inside, at[:, 0], at[:, 1]


def _end(on_floor: Grid, inside: Grid) -> int | None:
    """First step after the first floor from which on there is none for a while; the number of steps where none ends.

    None without floor, and where it goes on out of the photo.
    """
    first = int(on_floor.argmax())
    if not on_floor[first]:
        return None
    missing = 0
    for step in range(first, len(on_floor)):
        if not inside[step]:
            return None
        missing = 0 if on_floor[step] else missing + 1
        if missing == _LASTING:
            return step - _LASTING + 1
    return len(on_floor)
