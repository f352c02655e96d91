"""One photo to a room in metres: camera, scale, floor, walls, openings, light, and how sure each of them is."""

from ml.staging.room.camera import Camera, FocalSource
from ml.staging.room.estimate import SharedFocal, shared_focal
from ml.staging.room.exif import focal_35mm_of
from ml.staging.room.geometry import (
    FloorMap,
    FocalKind,
    FocalPoint,
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
from ml.staging.room.understand import REVISION, View, room_of, understand, view_of
from ml.staging.room.understanding import Confidence, Doubt, Reason, Room

__all__ = [
    "REVISION",
    "Camera",
    "Confidence",
    "Doubt",
    "FloorMap",
    "FocalKind",
    "FocalPoint",
    "FocalSource",
    "KeepOut",
    "Light",
    "Opening",
    "OpeningKind",
    "Reason",
    "Room",
    "Scale",
    "ScaleCue",
    "SharedFocal",
    "Stretch",
    "View",
    "WallRun",
    "WindowLight",
    "focal_35mm_of",
    "room_of",
    "shared_focal",
    "understand",
    "view_of",
]
