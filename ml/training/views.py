"""Views of the photos to learn from: cropped, turned, mirrored, darkened, each with its part of the teachers' maps.

Photos that people take of rooms with telephones are dark, tilted, noisy and tinted by lamps: so are the views.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

SIDE = 192
"""Pixels, in both directions, of the pictures from which views are cut."""

_SMALLEST = 0.4
"""Share of a photo that the smallest crop shows."""
_ALIASED = 1.6
"""Shrinking by more than this needs averaging first; by less, what aliases is one more way to be a worse camera."""
_TILT = np.deg2rad(8)

_POOR_SIDES, _POOR_QUALITIES = (64, 116), (60, 90)
"""Pixels of a side and JPEG quality of poor copies: those of the small web photos that some labels have alone."""


@dataclass(frozen=True, slots=True)
class Frames:
    """Where views lie in their photos: points (x, y) in -1 to 1 of a view are centre + axes @ point in the photo."""

    centres: NDArray[np.float64]
    """views x 2."""
    axes: NDArray[np.float64]
    """views x 2 x 2."""

    def at(self, side: int) -> NDArray[np.float64]:
        """Where the cells of a side x side grid over the views lie in the photos, mirrored at their borders.

        The middle of each cell: views x side * side x 2, rows first.
        """
        steps = (np.arange(side) + 0.5) / side * 2 - 1
        grid = np.stack(np.meshgrid(steps, steps), axis=-1).reshape(-1, 2)
        points = self.centres[:, None] + np.einsum("vij,pj->vpi", self.axes, grid)
        return np.asarray(np.clip(np.where(points > 1, 2 - points, np.where(points < -1, -2 - points, points)), -1, 1))


def whole(count: int) -> Frames:
    """The frames of views that are the whole photos."""
    return Frames(np.zeros((count, 2)), np.tile(np.eye(2), (count, 1, 1)))


def draw(count: int, chance: np.random.Generator, smallest: float = _SMALLEST) -> Frames:
    """Random frames: crops of at least `smallest` of the photo, a quarter of them tilted, half of them mirrored."""
    area, stretch = chance.uniform(smallest, 1, count), np.exp(chance.uniform(-0.2, 0.2, count))
    entire = chance.random(count) < 0.35
    sizes = np.minimum(np.stack([np.sqrt(area * stretch), np.sqrt(area / stretch)], axis=1), 1)
    sizes[entire] = 1
    centres = (1 - sizes) * chance.uniform(-1, 1, (count, 2))
    angle = np.where(chance.random(count) < 0.25, chance.uniform(-_TILT, _TILT, count), 0)
    turn = np.stack([np.cos(angle), -np.sin(angle), np.sin(angle), np.cos(angle)], axis=1).reshape(-1, 2, 2)
    mirror = np.where(chance.random(count) < 0.5, -1.0, 1.0)
    scale = np.stack([sizes[:, 0] * mirror, sizes[:, 1]], axis=1)
    return Frames(centres, turn * scale[:, None, :])


def cut(
    picture: NDArray[np.uint8], centre: NDArray[np.float64], axes: NDArray[np.float64], side: int
) -> NDArray[np.uint8]:
    """One view of a picture (uint8, height x width x 3): side x side x 3, mirrored at the borders."""
    height, width = picture.shape[:2]
    zoom = np.linalg.norm(axes, axis=0) * (width, height) / side
    if max(zoom) > _ALIASED:
        width, height = (max(round(n / max(z, 1.0)), side // 2) for n, z in zip((width, height), zoom, strict=True))
        picture = np.asarray(cv2.resize(picture, (width, height), interpolation=cv2.INTER_AREA), np.uint8)
    # from pixels of the view to -1..1, to -1..1 of the photo, to pixels of the photo; pixels' middles are half numbers
    half = np.array([width / 2, height / 2])
    matrix = axes * half[:, None] * (2 / side)
    offset = (centre + 1) * half - 0.5 + matrix @ np.array([0.5, 0.5]) - axes.sum(axis=1) * half
    affine = np.concatenate([matrix, offset[:, None]], axis=1)
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    return np.asarray(
        cv2.warpAffine(picture, affine, (side, side), flags=flags, borderMode=cv2.BORDER_REFLECT), np.uint8
    )


_LEVELS = np.arange(256) / 255


def _tones(chance: np.random.Generator) -> NDArray[np.uint8]:
    """A table of tones for each channel: exposure, gamma, contrast and a colour cast."""
    exposure = np.exp(chance.uniform(-0.5, 0.3))
    gamma = np.exp(chance.uniform(-0.35, 0.5))
    cast = np.exp(chance.normal(0, 0.07, 3))
    contrast = chance.uniform(0.75, 1.2)
    values = np.clip(_LEVELS[:, None] * exposure * cast, 0, 1) ** gamma
    values = (values - 0.5) * contrast + 0.5 + chance.uniform(-0.08, 0.08)
    return np.asarray(np.rint(np.clip(values, 0, 1) * 255), np.uint8)


def spoil(view: NDArray[np.uint8], chance: np.random.Generator) -> NDArray[np.uint8]:
    """A view as a worse camera in other light might have given it: tones, saturation, blur, noise, compression."""
    if chance.random() < 0.6:
        view = np.asarray(cv2.LUT(view, _tones(chance)[None]), np.uint8)
    if chance.random() < 0.25:
        grey = np.array([0.299, 0.587, 0.114])
        much = chance.uniform(0, 1.5)
        view = np.asarray(cv2.transform(view, np.eye(3) * much + (1 - much) * grey), np.uint8)
    if chance.random() < 0.15:
        view = np.asarray(cv2.GaussianBlur(view, (0, 0), chance.uniform(0.4, 1.5)), np.uint8)
    if chance.random() < 0.15:
        noise = chance.standard_normal(view.shape, np.float32) * np.float32(chance.uniform(2, 16))
        view = np.asarray(cv2.add(view, noise, dtype=cv2.CV_8U), np.uint8)
    if chance.random() < 0.1:
        coded = cv2.imencode(".jpg", view, [cv2.IMWRITE_JPEG_QUALITY, int(chance.integers(12, 60))])[1]
        view = np.asarray(cv2.imdecode(coded, cv2.IMREAD_COLOR), np.uint8)
    return view


def poor_copies(pictures: NDArray[np.uint8], seed: int) -> NDArray[np.uint8]:
    """Pictures (pictures x side x side x 3) as a small, compressed file would show them, at the same size again."""
    copies = np.empty_like(pictures)
    for row, picture in enumerate(pictures):
        chance = np.random.default_rng((seed, row))
        side = int(chance.integers(*_POOR_SIDES))
        small = cv2.resize(picture, (side, side), interpolation=cv2.INTER_AREA)
        coded = cv2.imencode(".jpg", small, [cv2.IMWRITE_JPEG_QUALITY, int(chance.integers(*_POOR_QUALITIES))])[1]
        copies[row] = cv2.resize(np.asarray(cv2.imdecode(coded, cv2.IMREAD_COLOR), np.uint8), picture.shape[1::-1])
    return copies


def pick(cells: NDArray[np.uint8], points: NDArray[np.float64]) -> NDArray[np.uint8]:
    """The nearest cells of a map (height x width x channels) to points in -1 to 1: points x channels."""
    height, width = cells.shape[:2]
    column = np.minimum(((points[:, 0] + 1) / 2 * width).astype(np.int64), width - 1)
    row = np.minimum(((points[:, 1] + 1) / 2 * height).astype(np.int64), height - 1)
    return np.asarray(cells.reshape(height * width, -1)[row * width + column], np.uint8)


def weights(points: NDArray[np.float64], side: int) -> NDArray[np.float32]:
    """Bilinear weights of the cells of a side x side map at points (... x 2) in -1 to 1: ... x side * side."""
    at = np.clip((points + 1) / 2 * side - 0.5, 0, side - 1)
    across, down = (np.maximum(0, 1 - np.abs(at[..., axis, None] - np.arange(side))) for axis in (0, 1))
    both = down[..., :, None] * across[..., None, :]
    return np.asarray(both.reshape(*both.shape[:-2], side * side), np.float32)
