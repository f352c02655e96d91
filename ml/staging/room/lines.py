"""The straight edges of a room, each with what it counts when vanishing points are looked for."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from ml.lines import line_segments
from ml.srgb import luma_of
from ml.staging.room.camera import Floats

SIDE = 1024
"""Pixels of the longer side at which a photo is analysed, whatever its own size: edges found differ between sizes."""

_SHORTEST = 0.025
"""Of a line, as a share of the longer side."""

_LONGEST = 0.3
"""From which length on a line counts no more, as a share of the longer side."""

_MOST = 260
"""Lines that are kept, the heaviest: more of them say the same, and the search goes over all."""

_LEARNT = 1.5
"""What a line of a network counts beside one of LSD: it is seldom a texture's."""

_SIDE_BY_SIDE = 0.035
"""Distance, as a share of the longer side, up to which parallel lines that overlap are one thing: louvres, grooves."""
_PARALLEL = 0.05
_CROWDED = 0.5
"""Power of how many such lines there are, by which each counts less: twenty louvres tell little more than a few."""

_NO_STRUCTURE = ("tree", "plant", "grass", "sky", "person", "water", "mountain", "curtain", "car")
"""Classes whose edges follow no wall."""


@dataclass(frozen=True, slots=True, eq=False)
class Lines:
    """Line segments in pixels of a photo whose longer side has SIDE pixels."""

    width: int
    height: int
    ends: Floats
    """n x 4: x and y of both ends."""
    weight: Floats
    """n: length as a share of the longer side, up to _LONGEST, times how much the detector's lines count."""
    sigma_rad: Floats
    """n: standard deviation of a line's direction."""

    @property
    def middle(self) -> Floats:
        """N x 2, from the middle of the photo."""
        return np.asarray((self.ends[:, :2] + self.ends[:, 2:]) / 2 - np.array([self.width / 2, self.height / 2]))

    @property
    def direction(self) -> Floats:
        """Unit vectors, n x 2."""
        along = self.ends[:, 2:] - self.ends[:, :2]
        return np.asarray(along / np.maximum(np.linalg.norm(along, axis=1, keepdims=True), 1e-9))

    def only(self, kept: NDArray[np.bool_]) -> "Lines":
        """Those of a mask."""
        return Lines(self.width, self.height, self.ends[kept], self.weight[kept], self.sigma_rad[kept])


def at_analysis_size(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """A photo (height x width x 3) with SIDE pixels along its longer side."""
    height, width = pixels.shape[:2]
    scale = SIDE / max(height, width)
    if scale == 1:
        return pixels
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(pixels, size, interpolation=how), np.uint8)


def lines_of(
    pixels: NDArray[np.uint8],
    classes: NDArray[np.uint8] | None = None,
    labels: tuple[str, ...] = (),
    learnt: NDArray[np.float32] | None = None,
) -> Lines:
    """The lines of a photo at analysis size (sRGB, height x width x 3).

    `classes`: what is where, an index into `labels` for each pixel; lines of what is no structure are left out.
    `learnt`: further segments, n x 5 as `ml.models.readings.geometry.line_segments` gives them.
    """
    height, width = pixels.shape[:2]
    luma = _with_all_tones(luma_of(pixels))
    ends = line_segments(luma, _SHORTEST).astype(np.float64)
    counts = np.ones(len(ends))
    if learnt is not None and len(learnt):
        ends = np.concatenate([ends, learnt[:, :4] * np.array([width, height, width, height])])
        counts = np.concatenate([counts, np.full(len(learnt), _LEARNT)])
    length = np.hypot(ends[:, 2] - ends[:, 0], ends[:, 3] - ends[:, 1])
    # Half a degree is what lenses and plasterers leave; the ends of a short line are some tenths of a pixel off.
    sigma = np.hypot(np.radians(0.5), 0.8 / np.maximum(length, 1))
    weight = counts * np.minimum(length / max(width, height), _LONGEST)
    lines = _thinned(Lines(width, height, ends, weight, sigma))
    if classes is None or not len(ends):
        return _heaviest(lines)
    x, y = ((ends[:, :2] + ends[:, 2:]) / 2).T
    found = classes[np.clip(y, 0, height - 1).astype(int), np.clip(x, 0, width - 1).astype(int)]
    loose = [index for index, label in enumerate(labels) if label in _NO_STRUCTURE]
    return _heaviest(lines.only(~np.isin(found, loose)))


def _thinned(lines: Lines) -> Lines:
    """Lines that repeat side by side count less each: their errors are the same error."""
    if not len(lines.ends):
        return lines
    direction, middle = lines.direction, lines.middle
    length = np.hypot(*(lines.ends[:, 2:] - lines.ends[:, :2]).T)
    apart = middle[None] - middle[:, None]
    along = np.abs((apart * direction[:, None]).sum(axis=2))
    aside = np.abs(apart[..., 0] * direction[:, None, 1] - apart[..., 1] * direction[:, None, 0])
    parallel = np.abs(direction[:, None, 0] * direction[None, :, 1] - direction[:, None, 1] * direction[None, :, 0])
    beside = (parallel < _PARALLEL) & (aside < _SIDE_BY_SIDE * max(lines.width, lines.height))
    beside &= along < (length[:, None] + length[None]) / 2
    # A long line among short ones stands out; a short one beside a long one says the same again.
    crowd = (beside * np.minimum(1.0, lines.weight[None] / np.maximum(lines.weight[:, None], 1e-9))).sum(axis=1)
    weight = lines.weight / np.maximum(crowd, 1) ** _CROWDED
    return Lines(lines.width, lines.height, lines.ends, weight, lines.sigma_rad)


def _heaviest(lines: Lines) -> Lines:
    kept = np.zeros(len(lines.ends), bool)
    kept[np.argsort(-lines.weight, kind="stable")[:_MOST]] = True
    return lines.only(kept)


def _with_all_tones(luma: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """A dark room has its lines too: spread over the whole range of tones."""
    low, high = np.percentile(luma[::2, ::2], (1, 98))
    levels = np.clip((np.arange(256) - low) * (235 / max(40.0, high - low)), 0, 255)
    return np.asarray(cv2.LUT(luma, levels.astype(np.uint8)), np.uint8)


def angle_to(lines: Lines, points: Floats) -> Floats:
    """Angle between each line and the direction from its middle to vanishing points, radians: ... x n.

    `points`: ... x 3, homogeneous, seen from the middle of the photo.
    """
    middle, direction = lines.middle, lines.direction
    towards = points[..., None, :2] - points[..., None, 2:3] * middle
    reach = np.maximum(np.hypot(towards[..., 0], towards[..., 1]), 1e-12)
    sine = np.abs(towards[..., 0] * direction[:, 1] - towards[..., 1] * direction[:, 0]) / reach
    return np.asarray(np.arcsin(np.clip(sine, 0, 1)))
