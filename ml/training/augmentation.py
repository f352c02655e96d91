"""Photos as other cameras would have taken them: darker, tilted, cast, noisy, compressed; all seeded."""

import cv2
import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]


def _corners(draw: np.random.Generator, width: int, height: int) -> NDArray[np.float32]:
    """Four source points (clockwise from the top left) that become the corners of the crop, in pixels."""
    # Trimmed by little, so that the teacher's embedding of the whole photo stays true of the crop.
    left, top = draw.uniform(0, 0.18, 2)
    right, bottom = 1 - draw.uniform(0, 0.18, 2)
    box = np.array([[left, top], [right, top], [right, bottom], [left, bottom]], np.float64) * (width, height)
    centre = box.mean(axis=0)
    roll = np.deg2rad(draw.normal(0, 3) if draw.random() < 0.7 else draw.uniform(-15, 15))
    turn = np.array([[np.cos(roll), -np.sin(roll)], [np.sin(roll), np.cos(roll)]])
    box = (box - centre) @ turn.T + centre
    if draw.random() < 0.4:
        box += draw.uniform(-0.06, 0.06, (4, 2)) * (width, height)
    if draw.random() < 0.5:
        box = box[[1, 0, 3, 2]]
    return np.asarray(box, np.float32)


def _tones(draw: np.random.Generator, pixels: Pixels) -> Pixels:
    """Exposure, gamma, contrast, colour cast: one lookup table for each channel."""
    ramp = np.linspace(0, 1, 256)
    gamma = np.exp(draw.normal(0, 0.25)) if draw.random() < 0.75 else draw.uniform(1.3, 2.8)
    gain = draw.uniform(0.75, 1.2) if draw.random() < 0.75 else draw.uniform(0.3, 0.75)
    contrast = draw.uniform(0.75, 1.25)
    cast = np.exp(draw.normal(0, 0.07, 3))
    curves = ((ramp**gamma)[:, None] * gain * cast - 0.5) * contrast + 0.5
    table = (np.clip(curves, 0, 1) * 255).astype(np.uint8)
    return np.asarray(cv2.LUT(pixels, table.reshape(256, 1, 3)), np.uint8)


def _faults(draw: np.random.Generator, pixels: Pixels) -> Pixels:
    """Grey, blur, noise, JPEG blocks, a pasted rectangle: each in a small share of the photos."""
    if draw.random() < 0.06:
        pixels = np.repeat(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)[:, :, None], 3, axis=2)
    if draw.random() < 0.15:
        pixels = np.asarray(cv2.GaussianBlur(pixels, (0, 0), draw.uniform(0.4, 1.4)), np.uint8)
    if draw.random() < 0.2:
        noise = draw.normal(0, draw.uniform(2, 14), pixels.shape)
        pixels = np.clip(pixels + noise, 0, 255).astype(np.uint8)
    if draw.random() < 0.15:
        quality = int(draw.integers(20, 70))
        coded = cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
        pixels = np.asarray(cv2.imdecode(coded, cv2.IMREAD_COLOR), np.uint8)
    if draw.random() < 0.2:
        side = pixels.shape[0]
        height, width = draw.integers(side // 8, side // 2.5, 2)
        top, left = draw.integers(0, side - height), draw.integers(0, side - width)
        pixels[top : top + height, left : left + width] = draw.integers(0, 256, 3)
    return pixels


def augment(draw: np.random.Generator, pixels: Pixels, side: int) -> Pixels:
    """One varied crop of a photo (uint8 RGB): side x side x 3.

    It is squashed to a square, which is also what inference does with the whole picture.
    """
    height, width = pixels.shape[:2]
    corners = _corners(draw, width, height)
    target = np.array([[0, 0], [side, 0], [side, side], [0, side]], np.float32)
    warp = cv2.getPerspectiveTransform(corners, target)
    crop = cv2.warpPerspective(pixels, warp, (side, side), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT_101)
    return _faults(draw, _tones(draw, np.asarray(crop, np.uint8)))
