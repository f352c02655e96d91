"""A room as one photo shows it, and how sure that is."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from ml.staging.room.camera import Camera
from ml.staging.room.geometry import FloorMap, FocalPoint, Grid, KeepOut, Light, Opening, Scale, WallRun


class Reason(StrEnum):
    """Why a photo should not be staged."""

    NOT_A_ROOM = "not_a_room"
    NO_FLOOR = "no_floor"
    NO_WALL = "no_wall"
    CAMERA_UNCERTAIN = "camera_uncertain"
    SCALE_UNCERTAIN = "scale_uncertain"
    TOO_DARK = "too_dark"
    TILTED = "tilted"


@dataclass(frozen=True, slots=True)
class Doubt:
    """A reason with the numbers that it follows from."""

    reason: Reason
    detail: str
    """One sentence: what was found, and what is needed."""
    answerable: bool = False
    """Whether another view of the room, to which this one is registered, answers it."""


@dataclass(frozen=True, slots=True)
class Confidence:
    """How sure the parts are, each 0 to 1."""

    overall: float
    parts: Mapping[str, float]
    """focal, vertical, pitch, horizon, heading, scale, floor, walls; bare: of what is below eye level, how much."""


@dataclass(frozen=True, slots=True, eq=False)
class Room:
    """Everything that staging needs to know of a photo."""

    camera: Camera
    scale: Scale
    floor: FloorMap
    walls: tuple[WallRun, ...]
    openings: tuple[Opening, ...]
    keep_outs: tuple[KeepOut, ...]
    light: Light
    labels: tuple[str, ...]
    """Names of the segmentation's classes."""
    classes: NDArray[np.uint8]
    """Index into `labels` at each pixel of the photo, height x width."""
    floor_mask: Grid
    """Connected flat floor in the photo, height x width."""
    confidence: Confidence
    doubts: tuple[Doubt, ...]
    """Empty where nothing speaks against staging."""
    focal_points: tuple[FocalPoint, ...] = ()
    """What the room looks at, the widest first: fireplaces, built-ins, wide windows."""
