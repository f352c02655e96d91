"""A photo's camera over the floor of a room: pixels to rays and floor points, points of the room to pixels.

World: metres, origin on the floor below the camera, z up. x and y lie along the room's walls where these are known, y
being the wall direction nearest to where the camera looks. Pixels: x to the right, y down, (0, 0) the corner of the
first pixel, so that the middle of a photo is (width / 2, height / 2).
"""

import math
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


class FocalSource(StrEnum):
    """What told the focal length."""

    EXIF = "exif"
    """FocalLengthIn35mmFilm, corrected for crop and resize."""
    VANISHING_POINTS = "vanishing_points"
    SHARED = "shared"
    """Other photos of the same shoot."""
    PRIOR = "prior"
    """Nothing in the photo: what photos of rooms usually have."""


@dataclass(frozen=True, slots=True)
class Camera:
    """A pinhole camera, square pixels. (cx, cy) may lie off the middle: a shifted lens, or a straightened photo."""

    width: int
    height: int
    focal_px: float
    cx: float
    cy: float
    pitch_rad: float
    """Positive looks down."""
    roll_rad: float
    """Turn of the picture, positive clockwise: uprights lean to the right."""
    yaw_rad: float
    """From the world's y to where the camera looks, positive to the right; within 45 degrees."""
    height_m: float
    """Above the floor."""
    one_point: bool = False
    """The photo faces a wall: one horizontal vanishing point alone is seen, and it does not tell the focal length."""
    focal_from: FocalSource = FocalSource.PRIOR

    @property
    def position_m(self) -> Floats:
        """Of the camera in the world: (0, 0, height)."""
        return np.array([0.0, 0.0, self.height_m])

    @property
    def horizontal_fov_deg(self) -> float:
        """Angle between the left and the right edge, for a principal point in the middle."""
        return math.degrees(2 * math.atan(self.width / 2 / self.focal_px))

    @property
    def intrinsics(self) -> Floats:
        """3 x 3: camera coordinates (x right, y down, z ahead) to homogeneous pixels."""
        return np.array([[self.focal_px, 0, self.cx], [0, self.focal_px, self.cy], [0, 0, 1]], np.float64)

    @property
    def rotation(self) -> Floats:
        """3 x 3: world directions to camera coordinates (x right, y down, z ahead)."""
        turn, tilt, roll = self.yaw_rad, self.pitch_rad, self.roll_rad
        right = np.array([math.cos(turn), -math.sin(turn), 0])
        forward = np.array([math.sin(turn), math.cos(turn), 0])
        up = np.array([0.0, 0.0, 1.0])
        ahead = math.cos(tilt) * forward - math.sin(tilt) * up
        down = -(math.sin(tilt) * forward + math.cos(tilt) * up)
        return np.stack(
            [math.cos(roll) * right - math.sin(roll) * down, math.sin(roll) * right + math.cos(roll) * down, ahead]
        )

    def project(self, points_m: Floats) -> tuple[Floats, Floats]:
        """Pixels (n x 2) and depth along the optical axis in metres (n) of world points (n x 3).

        Depth is zero or negative for what is not before the camera; its pixels mean nothing.
        """
        inside = (np.asarray(points_m, np.float64) - self.position_m) @ self.rotation.T
        depth = inside[:, 2]
        safe = np.where(np.abs(depth) < 1e-9, 1e-9, depth)
        pixels = inside[:, :2] / safe[:, None] * self.focal_px + np.array([self.cx, self.cy])
        return pixels, depth

    def rays(self, pixels: Floats) -> Floats:
        """World directions (n x 3), of depth 1 along the optical axis, through pixels (n x 2)."""
        at = np.asarray(pixels, np.float64)
        inside = np.column_stack([(at - np.array([self.cx, self.cy])) / self.focal_px, np.ones(len(at))])
        return np.asarray(inside @ self.rotation)

    def floor_point(self, pixels: Floats) -> Floats:
        """Where the rays through pixels (n x 2) meet the floor: n x 2, metres; nan at or above the horizon."""
        rays = self.rays(pixels)
        with np.errstate(divide="ignore", invalid="ignore"):
            reach = np.where(rays[:, 2] < -1e-6, -self.height_m / rays[:, 2], np.nan)
        return np.asarray(rays[:, :2] * reach[:, None])

    def plane_point(self, pixels: Floats, axis: int, offset_m: float) -> Floats:
        """Where the rays meet the upright plane world[axis] = offset_m: n x 3, nan where that is behind the camera."""
        rays = self.rays(pixels)
        with np.errstate(divide="ignore", invalid="ignore"):
            reach = offset_m / rays[:, axis]
        reach = np.where(np.isfinite(reach) & (reach > 0), reach, np.nan)
        return np.asarray(rays * reach[:, None] + self.position_m)

    def at_size(self, width: int, height: int) -> "Camera":
        """The same camera for the photo resized to other pixels (same picture, same proportions)."""
        across, down = width / self.width, height / self.height
        return replace(
            self,
            width=width,
            height=height,
            focal_px=self.focal_px * math.sqrt(across * down),
            cx=self.cx * across,
            cy=self.cy * down,
        )
