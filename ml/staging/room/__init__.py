"""One photo to a room in metres: camera, scale, floor, walls, openings, light, and how sure each of them is."""

from ml.staging.room.camera import Camera, FocalSource
from ml.staging.room.geometry import (
    FloorMap,
    KeepOut,
    Light,
    Opening,
    OpeningKind,
    Scale,
    ScaleCue,
    Stretch,
    WallRun,
    WindowLight,
)
from ml.staging.room.understanding import Confidence, Doubt, Reason, Room

__all__ = [
    "Camera",
    "Confidence",
    "Doubt",
    "FloorMap",
    "FocalSource",
    "KeepOut",
    "Light",
    "Opening",
    "OpeningKind",
    "Reason",
    "Room",
    "Scale",
    "ScaleCue",
    "Stretch",
    "WallRun",
    "WindowLight",
]
