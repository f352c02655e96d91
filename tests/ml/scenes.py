"""Pictures for tests: rooms of flat walls, edges and a little texture, all different by seed, and files of them."""

import io
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

Pixels = NDArray[np.uint8]


def room(seed: int, width: int = 640, height: int = 480) -> Pixels:
    """A picture with walls, floor, windows and furniture: sRGB, height x width x 3, well exposed, without noise."""
    draw = np.random.default_rng(seed)
    canvas = np.empty((height, width, 3), np.uint8)
    canvas[:] = draw.integers(150, 200, 3)
    horizon = int(height * draw.uniform(0.5, 0.75))
    canvas[horizon:] = draw.integers(90, 150, 3)
    for _ in range(22):
        left, top = int(draw.integers(0, width * 9 // 10)), int(draw.integers(0, height * 9 // 10))
        right, bottom = (
            left + int(draw.integers(width // 30, width // 3)),
            top + int(draw.integers(height // 30, height // 3)),
        )
        red, green, blue = (int(part) for part in draw.integers(25, 235, 3))
        cv2.rectangle(canvas, (left, top), (right, bottom), (red, green, blue), -1)
    for _ in range(40):
        start, end = draw.integers(0, [width, height]), draw.integers(0, [width, height])
        grey = int(draw.integers(30, 230))
        cv2.line(canvas, (int(start[0]), int(start[1])), (int(end[0]), int(end[1])), (grey, grey, grey), 2)
    return canvas


def encoded(pixels: Pixels, form: str = "JPEG", **options: object) -> bytes:
    """A picture's file in one of Pillow's formats."""
    target = io.BytesIO()
    Image.fromarray(pixels).save(target, form, **options)
    return target.getvalue()


def saved(folder: Path, name: str, pixels: Pixels, form: str = "JPEG", **options: object) -> Path:
    """Write a picture's file and return its path."""
    path = folder / name
    path.write_bytes(encoded(pixels, form, **options))
    return path
