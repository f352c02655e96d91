"""A room as a record of plain values, for a line of JSON."""

import math
from typing import Any

import numpy as np

from ml.staging.room.camera import Camera, Floats
from ml.staging.room.geometry import Opening, WallRun
from ml.staging.room.understanding import Room

_METRES, _PIXELS = 3, 1
Record = dict[str, Any]


def record_of_room(room: Room) -> Record:
    """Camera, scale with its cues, floor, walls, openings, keep-outs, light, confidence and doubts; metres, degrees."""
    scale = room.scale
    return {
        "camera": _camera(room.camera),
        "scale": {
            "camera_height_m": round(scale.camera_height_m, _METRES),
            "ceiling_m": round(scale.ceiling_m, _METRES),
            "ceiling_seen": scale.ceiling_seen,
            "door_m": None if scale.door_m is None else round(scale.door_m, _METRES),
            "cues": [
                {
                    "name": cue.name,
                    "camera_height_m": round(cue.camera_height_m, _METRES),
                    "weight": round(cue.weight, _METRES),
                }
                for cue in scale.cues
            ],
        },
        "floor": {
            "free_m2": round(room.floor.free_m2, 2),
            "share_of_photo": round(float(room.floor_mask.mean()), 4),
            "polygon_m": _points(room.floor.polygon_m, _METRES),
        },
        "walls": [_wall(wall) for wall in room.walls],
        "openings": [_opening(opening) for opening in room.openings],
        "focal_points": [
            {"kind": str(point.kind), "wall": point.wall, "u_m": [round(point.u0, _METRES), round(point.u1, _METRES)]}
            for point in room.focal_points
        ],
        "keep_outs": [
            {"reason": keep_out.reason, "polygon_m": _points(keep_out.polygon_m, _METRES)}
            for keep_out in room.keep_outs
        ],
        "light": {
            "white": [round(value, _METRES) for value in room.light.white],
            "floor_albedo": [round(value, _METRES) for value in room.light.floor_albedo],
            "windows": len(room.light.windows),
        },
        "confidence": {
            "overall": round(room.confidence.overall, _METRES),
            **{name: round(value, _METRES) for name, value in room.confidence.parts.items()},
        },
        "doubts": [{"reason": str(doubt.reason), "detail": doubt.detail} for doubt in room.doubts],
    }


def _camera(camera: Camera) -> Record:
    return {
        "width": camera.width,
        "height": camera.height,
        "focal_px": round(camera.focal_px, _PIXELS),
        "principal_point_px": [round(camera.cx, _PIXELS), round(camera.cy, _PIXELS)],
        "horizontal_fov_deg": round(camera.horizontal_fov_deg, 2),
        "pitch_deg": round(math.degrees(camera.pitch_rad), 2),
        "roll_deg": round(math.degrees(camera.roll_rad), 2),
        "yaw_deg": round(math.degrees(camera.yaw_rad), 2),
        "height_m": round(camera.height_m, _METRES),
        "one_point": camera.one_point,
        "focal_from": str(camera.focal_from),
    }


def _wall(wall: WallRun) -> Record:
    ends = np.stack([wall.point(wall.start_m, 0.0)[:2], wall.point(wall.end_m, 0.0)[:2]])
    return {
        "ends_m": _points(ends, _METRES),
        "normal": [wall.normal[0], wall.normal[1]],
        "free_m": [[round(stretch.start_m, _METRES), round(stretch.end_m, _METRES)] for stretch in wall.free],
    }


def _opening(opening: Opening) -> Record:
    return {
        "kind": str(opening.kind),
        "wall": opening.wall,
        "u_m": [round(opening.u0, _METRES), round(opening.u1, _METRES)],
        "z_m": [round(opening.z0, _METRES), round(opening.z1, _METRES)],
        "pixels": _points(opening.pixels, _PIXELS),
    }


def _points(points: Floats, decimals: int) -> list[list[float]]:
    return [[round(float(value), decimals) for value in point] for point in points]
