"""The signs of logos, drawn by code: discs, rings, roofs, shields, bars, stars, polygons, waves."""

import cv2
import numpy as np

from ml.training.overlays import Colour, Patch
from ml.training.typefaces import Mask

_FINER = 4
"""Drawn so many times as large, then shrunk."""

_ROOF = np.array([[0.02, 0.55], [0.5, 0.08], [0.98, 0.55], [0.85, 0.55], [0.85, 0.95], [0.15, 0.95], [0.15, 0.55]])
_SHIELD = np.array([[0.1, 0.05], [0.9, 0.05], [0.9, 0.5], [0.5, 0.97], [0.1, 0.5]])


def sign(draw: np.random.Generator, size: int, ink: Colour) -> Patch:
    """A sign of size x size pixels in one colour."""
    big = _FINER * size
    mask: Mask = np.zeros((big, big), np.float32)
    ways = (_disc, _ring, _roof, _shield, _bars, _star, _polygon, _waves)
    ways[int(draw.integers(len(ways)))](draw, mask, max(4, big // int(draw.integers(7, 16))))
    small = np.asarray(cv2.resize(mask, (size, size), interpolation=cv2.INTER_AREA), np.float32)
    colour = np.broadcast_to(np.asarray(ink, np.float32), (size, size, 3)).copy()
    return Patch(colour, small, np.ones_like(small))


def _disc(draw: np.random.Generator, mask: Mask, width: int) -> None:
    big, middle = len(mask), len(mask) // 2
    cv2.circle(mask, (middle, middle), middle - width // 4, 1.0, -1)
    cv2.circle(mask, (middle, middle), int(big * draw.uniform(0.1, 0.35)), float(draw.choice([0, 0.3])), -1)


def _ring(draw: np.random.Generator, mask: Mask, width: int) -> None:
    big, middle = len(mask), len(mask) // 2
    reaches = (middle - width, int(big * 0.32))
    cv2.ellipse(mask, (middle, middle), reaches, float(draw.uniform(0, 90)), 0, 360, 1.0, width)


def _roof(draw: np.random.Generator, mask: Mask, width: int) -> None:
    big = len(mask)
    if draw.random() < 0.5:
        cv2.fillPoly(mask, [(_ROOF * big).astype(np.int32)], 1.0)
        cv2.rectangle(mask, (int(big * 0.42), int(big * 0.65)), (int(big * 0.58), big), 0.0, -1)
    else:
        cv2.polylines(mask, [(_ROOF[:3] * big).astype(np.int32)], False, 1.0, width)
        cv2.polylines(mask, [(_ROOF[3:] * big).astype(np.int32)], False, 1.0, width)


def _shield(_draw: np.random.Generator, mask: Mask, width: int) -> None:
    big, middle = len(mask), len(mask) // 2
    cv2.fillPoly(mask, [(_SHIELD * big).astype(np.int32)], 1.0)
    cv2.line(mask, (middle, 0), (middle, big), 0.0, width)


def _bars(draw: np.random.Generator, mask: Mask, _width: int) -> None:
    big = len(mask)
    for at in range(int(draw.integers(3, 5))):
        left, top = int(big * at * 0.25), int(big * draw.uniform(0, 0.6))
        cv2.rectangle(mask, (left, top), (left + int(big * 0.17), big), 1.0, -1)


def _star(draw: np.random.Generator, mask: Mask, _width: int) -> None:
    turns = np.arange(10) * np.pi / 5
    reach = np.where(np.arange(10) % 2 == 0, 0.48, 0.48 * draw.uniform(0.35, 0.6))
    star = 0.5 + np.stack([np.sin(turns), -np.cos(turns)], axis=1) * reach[:, None]
    cv2.fillPoly(mask, [(star * len(mask)).astype(np.int32)], 1.0)


def _polygon(draw: np.random.Generator, mask: Mask, width: int) -> None:
    """A polygon of three to seven corners, its sides straight or rounded by cutting corners (Chaikin, 1974)."""
    corners = int(draw.integers(3, 8))
    turns = np.sort(draw.uniform(0, 2 * np.pi, corners))
    points = 0.5 + np.stack([np.cos(turns), np.sin(turns)], axis=1) * draw.uniform(0.25, 0.48, (corners, 1))
    for _ in range(int(draw.choice([0, 3]))):
        after = np.roll(points, -1, axis=0)
        points = np.stack([0.75 * points + 0.25 * after, 0.25 * points + 0.75 * after], axis=1).reshape(-1, 2)
    outline = (points * len(mask)).astype(np.int32)
    if draw.random() < 0.5:
        cv2.fillPoly(mask, [outline], 1.0)
    else:
        cv2.polylines(mask, [outline], True, 1.0, width)


def _waves(draw: np.random.Generator, mask: Mask, width: int) -> None:
    """Two to four lines, bent or straight, side by side."""
    big = len(mask)
    across = np.linspace(0.05, 0.95, 40)
    bend, turns = draw.uniform(0, 0.15), draw.uniform(0.5, 2)
    for place in np.linspace(0.2, 0.8, int(draw.integers(2, 5))):
        down = place + bend * np.sin(2 * np.pi * turns * across)
        points = np.stack([across, down] if draw.random() < 0.5 else [down, across], axis=1)
        cv2.polylines(mask, [(points * big).astype(np.int32)], False, 1.0, width)
