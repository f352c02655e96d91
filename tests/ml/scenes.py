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


def box_room(
    seed: int, *, roll: float = 0, pitch: float = 0, yaw: float = 0, width: int = 900, height: int = 600
) -> Pixels:
    """A room as a camera of 70 degrees sees it: walls, boards, doors, windows and pictures, by seed.

    Roll turns the picture clockwise, pitch looks up, yaw to the right; degrees. Anti-aliased, a little soft and noisy.
    """
    draw = np.random.default_rng(seed)
    wide, deep, high = draw.uniform(3.5, 6), draw.uniform(4, 7), draw.uniform(2.5, 3)
    eye = np.array([wide * draw.uniform(0.35, 0.65), draw.uniform(0.3, 0.8), draw.uniform(1.2, 1.6)])
    focal = width / 2 / np.tan(np.radians(35))
    canvas = np.full((height, width, 3), 128, np.uint8)
    camera = _rotation(roll, pitch, yaw)

    def face(
        corner: NDArray[np.float64], along: NDArray[np.float64], up: NDArray[np.float64], colour: tuple[int, ...]
    ) -> None:
        corners = np.array([corner, corner + along, corner + along + up, corner + up], float)
        seen = _in_front((corners - eye) @ camera.T)
        if len(seen) >= 3:
            at = seen[:, :2] / seen[:, 2:] * focal + np.array([width / 2, height / 2])
            cv2.fillConvexPoly(
                canvas, np.clip(np.rint(at * 16), -(2**24), 2**24).astype(np.int32), colour, cv2.LINE_AA, 4
            )

    x, y, z = np.eye(3)
    zero = np.zeros(3)
    tones = [int(tone) for tone in draw.permutation([205, 190, 175, 220])]
    for corner, along, up, tone in (
        (deep * y, wide * x, high * z, tones[0]),
        (zero, deep * y, high * z, tones[1]),
        (wide * x, deep * y, high * z, tones[2]),
        (high * z, wide * x, deep * y, 235),
    ):
        face(corner, along, up, (tone, tone - 4, tone - 10))
    boards = int(draw.integers(12, 24))
    for board in range(boards):
        tone = int(draw.integers(110, 150))
        face(wide * board / boards * x, wide / boards * x, deep * y, (tone + 20, tone, tone - 25))
    for corner, along, far in ((deep * y, x, wide), (zero, y, deep), (wide * x, y, deep)):
        for _ in range(int(draw.integers(2, 5))):
            low = float(draw.choice([0.0, 0.9, 1.3]))
            size, top = draw.uniform(0.5, 1.2), draw.uniform(1.6, 2.1)
            red, green, blue = (int(part) for part in draw.integers(30, 240, 3))
            start = corner + along * draw.uniform(0.2, far - 1.4) + low * z
            face(start, along * size, (top - low) * z, (red, green, blue))
    # Light falls off towards the corners and away from a window: no real wall is one tone.
    rows, columns = np.mgrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j]
    light = 1 - 0.06 * (rows**2 + columns**2) + 0.05 * columns
    soft = np.asarray(cv2.GaussianBlur(canvas, (0, 0), 0.7), np.float32) * light[:, :, None]
    return np.asarray(np.clip(np.rint(soft + draw.normal(0, 1.5, canvas.shape)), 0, 255), np.uint8)


def _rotation(roll: float, pitch: float, yaw: float) -> NDArray[np.float64]:
    """From a room (x right, y ahead, z up) to a camera (x right, y down, z ahead)."""
    r, p, w = np.radians([roll, pitch, yaw])
    level = np.array([[np.cos(w), -np.sin(w), 0], [0, 0, -1], [np.sin(w), np.cos(w), 0]])
    tilt = np.array([[1, 0, 0], [0, np.cos(p), np.sin(p)], [0, -np.sin(p), np.cos(p)]])
    turn = np.array([[np.cos(r), -np.sin(r), 0], [np.sin(r), np.cos(r), 0], [0, 0, 1]])
    return np.asarray(turn @ tilt @ level)


def _in_front(corners: NDArray[np.float64], near: float = 0.05) -> NDArray[np.float64]:
    """The part of a polygon (n x 3, camera's axes) that is ahead of the camera."""
    kept = []
    for one, other in zip(corners, np.roll(corners, -1, axis=0), strict=True):
        if one[2] >= near:
            kept.append(one)
        if (one[2] >= near) != (other[2] >= near):
            kept.append(one + (other - one) * (near - one[2]) / (other[2] - one[2]))
    return np.array(kept)
