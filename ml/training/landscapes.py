"""Views from the air, made by code: fields or forest, water, roads, roofs with shadows, haze, sky."""

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]


def _texture(draw: np.random.Generator, height: int, width: int, ground: tuple[int, int, int]) -> Pixels:
    noise = np.zeros((height, width), np.float32)
    for octave in (4, 16, 64, 200):
        coarse = draw.normal(0, 1, (max(2, height * octave // 600), max(2, width * octave // 600))).astype(np.float32)
        noise += cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC) * (60 / octave) ** 0.3
    return np.clip(np.array(ground) + 11 * noise[:, :, None] * draw.uniform(0.7, 1.1, 3), 0, 255).astype(np.uint8)


def aerial(draw: np.random.Generator, photos: Sequence[Pixels]) -> Pixels:
    """A landscape from the air: fields or forest, water, roads, roofs with shadows, haze, sky. `photos` is not used."""
    del photos
    side = 320
    green = (int(draw.integers(50, 130)), int(draw.integers(80, 140)), int(draw.integers(40, 80)))
    land = _texture(draw, side, side, green)
    for _ in range(int(draw.integers(0, 5))):
        points = (draw.integers(0, side, 2) + draw.normal(0, 70, (6, 2))).astype(np.int32)
        field = _texture(
            draw, side, side, (int(draw.integers(90, 190)), int(draw.integers(100, 170)), int(draw.integers(50, 120)))
        )
        mask = cv2.fillPoly(np.zeros((side, side), np.uint8), [cv2.convexHull(points)], 255)
        land[mask > 0] = field[mask > 0]
    if draw.random() < 0.45:
        shore = np.cumsum(draw.normal(0, 14, 13)) + draw.uniform(0, side)
        points = np.stack([np.linspace(0, side, 13), shore], axis=1)
        width = draw.uniform(30, 260)
        bank = np.concatenate([points, points[::-1] + np.array([0, width])]).astype(np.int32)
        cv2.fillPoly(
            land,
            [bank],
            (int(draw.integers(20, 90)), int(draw.integers(80, 140)), int(draw.integers(110, 190))),
            cv2.LINE_AA,
        )
    for _ in range(int(draw.integers(80, 900))):
        at = (int(draw.integers(0, side)), int(draw.integers(0, side)))
        tree = [int(part * draw.uniform(0.35, 0.95)) for part in green]
        cv2.circle(land, at, int(draw.integers(1, 5)), tree, -1, cv2.LINE_AA)
    roads = int(draw.integers(1, 6))
    for _ in range(roads):
        bends = (draw.integers(0, side, 2) + np.cumsum(draw.normal(0, 85, (5, 2)), axis=0)).astype(np.int32)
        grey = int(draw.integers(90, 200))
        cv2.polylines(land, [bends], False, (grey, grey, grey), int(draw.integers(2, 9)), cv2.LINE_AA)
    for _ in range(int(draw.integers(0, 130))):
        centre, size = draw.uniform(0, side, 2), draw.uniform(5, 18, 2)
        box = cv2.boxPoints(
            ((float(centre[0]), float(centre[1])), (float(size[0]), float(size[1])), float(draw.uniform(0, 90)))
        )
        cv2.fillPoly(land, [(box + size.mean() / 4).astype(np.int32)], (35, 40, 40), cv2.LINE_AA)
        roof = draw.integers(80, 210, 3) * 0.5 + 60
        cv2.fillPoly(land, [box.astype(np.int32)], [int(part) for part in roof], cv2.LINE_AA)
        half = np.array([box[0], box[1], (box[1] + box[2]) / 2, (box[0] + box[3]) / 2])
        cv2.fillPoly(land, [half.astype(np.int32)], [int(0.75 * part) for part in roof], cv2.LINE_AA)
    height, width = 240, int(draw.integers(240, 400))
    horizon = round(height * (draw.uniform(0.08, 0.4) if draw.random() < 0.6 else 0))
    tilt = draw.uniform(0, 0.38) if horizon == 0 else draw.uniform(0.2, 0.42)
    source = np.array([[0, 0], [side, 0], [side * (1 - tilt), side], [side * tilt, side]], np.float32)
    target = np.array([[0, horizon], [width, horizon], [width, height], [0, height]], np.float32)
    warp = cv2.getPerspectiveTransform(source, target)
    view: NDArray[np.float64] = np.asarray(
        cv2.warpPerspective(land, warp, (width, height), flags=cv2.INTER_AREA), np.float64
    )
    haze = np.clip(1 - (np.arange(height) - horizon) / (height * draw.uniform(0.2, 0.9)), 0, 1)[
        :, None, None
    ] * draw.uniform(0, 0.8)
    view = view * (1 - haze) + np.array([190, 205, 220]) * haze
    if horizon:
        view[:horizon] = _texture(draw, horizon, width, (int(draw.integers(120, 200)), 190, 225))
    return np.clip(view, 0, 255).astype(np.uint8)
