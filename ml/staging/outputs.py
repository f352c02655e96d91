"""What staging writes: the master, a JPEG for delivery, both masks, and a record of how they came about.

Pixels are upright and in sRGB, with its profile; nothing of the source's metadata is carried over: no place, no serial
numbers, no thumbnail. The same result gives the same bytes.
"""

import io
import json
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageCms

from ml.staging.engines import Engine
from ml.staging.kits import Kit
from ml.staging.layout.items import Placed
from ml.staging.layout.sight import box_points
from ml.staging.room import Room
from ml.staging.staging import REVISION, Staged

_JPEG_QUALITY = 93
_PROFILE_DATE = slice(24, 36)
"""Bytes of the header that say when a profile was made (ICC.1:2022, 7.2)."""


def write(result: Staged, name: str, folder: Path) -> list[Path]:
    """The four pictures of a staged photo, in the folder; none for one that stays as it is. Raises OSError."""
    picture = result.picture
    if picture is None:
        return []
    files = {
        f"{name}.png": png_bytes(picture.pixels),
        f"{name}.jpg": jpeg_bytes(picture.pixels),
        f"{name}.furniture.png": mask_bytes(picture.furniture),
        f"{name}.shadow.png": mask_bytes(picture.shadow),
    }
    return [_written(folder / file, data) for file, data in files.items()]


def write_record(record: dict[str, Any], name: str, folder: Path) -> Path:
    """NAME.json. Raises OSError."""
    return _written(folder / f"{name}.json", (json.dumps(record, indent=1) + "\n").encode())


def png_bytes(pixels: NDArray[np.uint8]) -> bytes:
    """Lossless, H x W x 3, with the profile of sRGB."""
    target = io.BytesIO()
    Image.fromarray(pixels).save(target, "PNG", icc_profile=srgb_profile(), compress_level=4)
    return target.getvalue()


def jpeg_bytes(pixels: NDArray[np.uint8]) -> bytes:
    """For delivery: no colour is halved, and the profile of sRGB is there."""
    target = io.BytesIO()
    Image.fromarray(pixels).save(target, "JPEG", quality=_JPEG_QUALITY, subsampling=0, icc_profile=srgb_profile())
    return target.getvalue()


def mask_bytes(mask: NDArray[np.bool_]) -> bytes:
    """White where the mask is set, H x W, one bit a pixel."""
    target = io.BytesIO()
    Image.fromarray(mask).convert("1").save(target, "PNG")
    return target.getvalue()


@cache
def srgb_profile() -> bytes:
    """The profile of sRGB without the time at which it was made."""
    made = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    # 2000-01-01 00:00:00.
    made[_PROFILE_DATE] = b"\x07\xd0\x00\x01\x00\x01\x00\x00\x00\x00\x00\x00"
    return bytes(made)


def record_of(result: Staged, *, sha256: str, kit: Kit, seed: int, engine: Engine) -> dict[str, Any]:
    """How a result came about: what stands where, the gate's numbers, the camera, and what made it."""
    layout, room, verdict = result.layout, result.room, result.verdict
    return {
        "status": "staged" if result.picture is not None else "unstaged",
        "reasons": [reason.as_json() for reason in result.reasons],
        "source_sha256": sha256,
        "kit": kit.title_with_version,
        "room": result.kind.value if result.kind else None,
        "seed": seed,
        "variation": result.variation,
        "revision": REVISION,
        "engine": {"name": engine.name, "revision": engine.revision, **result.details},
        "camera": None if room is None else camera_record(room),
        "items": [] if layout is None or room is None else [item_record(room, item) for item in layout.items],
        "left_out": [] if layout is None else list(layout.notes),
        "gate": None
        if verdict is None
        else {"passed": verdict.passed, "checks": [check.as_json() for check in verdict.checks]},
    }


def camera_record(room: Room) -> dict[str, Any]:
    """Camera and scale, in degrees and metres."""
    camera, scale = room.camera, room.scale
    return {
        "width": camera.width,
        "height": camera.height,
        "focal_px": round(camera.focal_px, 2),
        "focal_from": camera.focal_from.value,
        "principal_point_px": [round(camera.cx, 2), round(camera.cy, 2)],
        "horizontal_fov_deg": round(camera.horizontal_fov_deg, 2),
        "pitch_deg": round(float(np.degrees(camera.pitch_rad)), 3),
        "roll_deg": round(float(np.degrees(camera.roll_rad)), 3),
        "yaw_deg": round(float(np.degrees(camera.yaw_rad)), 3),
        "height_m": round(camera.height_m, 4),
        "one_point": camera.one_point,
        "ceiling_m": round(scale.ceiling_m, 3) if scale.ceiling_seen else None,
        "scale_cues": {cue.name: round(cue.camera_height_m, 3) for cue in scale.cues},
        "confidence": round(room.confidence.overall, 4),
    }


def item_record(room: Room, item: Placed) -> dict[str, Any]:
    """A piece: what it is, where it stands in metres, and the rectangle around it in the photo."""
    pixels, depth = room.camera.project(box_points(item))
    seen = pixels[depth > 0.1]
    low = np.clip(seen.min(0), 0, [room.camera.width, room.camera.height]) if len(seen) else np.zeros(2)
    high = np.clip(seen.max(0), 0, [room.camera.width, room.camera.height]) if len(seen) else np.zeros(2)
    size = item.size
    return {
        "slot": item.slot,
        "kind": item.option.kind,
        "design": item.option.design,
        "anchor": item.anchor,
        "x_m": round(item.x, 3),
        "y_m": round(item.y, 3),
        "z_m": round(item.z, 3),
        "heading_deg": round(item.heading_deg, 2),
        "width_m": round(size.width_m, 3),
        "depth_m": round(size.depth_m, 3),
        "height_m": round(size.height_m, 3),
        "box_px": [round(float(value), 1) for value in (*low, *high)],
        "seed": item.seed,
    }


def _written(path: Path, data: bytes) -> Path:
    temporary = path.with_name(f".{path.name}.part")
    temporary.write_bytes(data)
    temporary.replace(path)
    return path
