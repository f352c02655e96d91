"""Where a person looks first in a photo, and what to keep of it for another ratio."""

from collections.abc import Mapping
from typing import Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

from ml.sizes import size_at
from schemas.photo import Box, Crop, Point

Floats = NDArray[np.float32]

RATIOS = ((16, 9), (9, 16), (1, 1), (4, 5))
"""Width to height of the crops, in the order of `PhotoRecord.crops`."""

_SIDE = 256
"""Pixels of the longer side that a photo is looked at with."""

_SALIENCY_SIDE = 64
"""The same for the saliency, as in its paper."""

_LINES_SIGMA = 10.0
"""Pixels over which lines are gathered."""

_STRONGEST_LINE = 150.0
"""Sobel response above which an edge counts no more: a window against the light is not all there is."""

_SALIENCY_SHARE = 0.3
"""What saliency adds to lines and classes."""

_WORTH: Mapping[str, float] = {
    **dict.fromkeys(("bed", "table", "sofa", "house"), 1.0),
    **dict.fromkeys(("chair", "armchair", "desk", "bathtub", "toilet", "sink", "stove", "refrigerator"), 0.9),
    **dict.fromkeys(("building", "person", "fireplace", "stairs", "staircase", "pool"), 0.8),
    **dict.fromkeys(("cabinet", "chest of drawers", "wardrobe", "television", "counter"), 0.6),
    **dict.fromkeys(("painting", "shelf", "mirror", "lamp", "chandelier"), 0.5),
    **dict.fromkeys(("window", "plant", "water"), 0.45),
    **dict.fromkeys(("rug", "door", "car", "mountain", "sea"), 0.3),
    "curtain": 0.25,
    "tree": 0.15,
    **dict.fromkeys(("wall", "floor", "grass", "field"), 0.1),
    "earth": 0.08,
    **dict.fromkeys(("road", "sidewalk"), 0.05),
    **dict.fromkeys(("ceiling", "sky"), 0.03),
}
"""What a class of the segmentation is worth keeping, 0 to 1; names of ADE20K."""

_WORTH_OF_OTHERS = 0.35

_HEIGHTS = (0.3, 1.3)
"""What the top of a photo counts, and what its lower part counts: ceilings and skies are full of lines too."""

_CENTRED = 1.2
"""Share of what matters that a crop must win to stand at the edge of the photo instead of its middle."""

_CUT = 0.01
"""Cost of a crop's edges, for the importance that they cut through, as a multiple of the photo's mean."""

_USUAL_FOCUS = (0.5, 0.55)
"""Where people look on average: a little below the middle."""

_FOCUS_WINDOW = 0.4
"""Share of the width that holds what is looked at first."""

_FOCUS_SHARES = (0.6, 0.3)
"""How far the focus follows that window across, and the middle of what matters down: people agree no better."""


class ClassMap(Protocol):
    """The segmentation of a photo, of any size; it is stretched over the photo."""

    @property
    def labels(self) -> tuple[str, ...]:
        """Names of the classes."""

    @property
    def class_map(self) -> NDArray[np.uint8]:
        """Index of each place's class into `labels`, height x width."""


def focus_and_crops(pixels: NDArray[np.uint8], segmentation: ClassMap | None) -> tuple[Point, list[Crop]]:
    """The focus point of a photo, and its best crop for 16:9, 9:16, 1:1 and 4:5.

    `pixels`: sRGB, height x width x 3, any size. Each crop is the largest of its ratio; its score is the share of what
    matters in the photo that it keeps. Without a segmentation lines and saliency alone tell what matters.
    """
    matters = importance(pixels, segmentation)
    height, width = pixels.shape[:2]
    crops = [_best_crop(matters, width / height, wide, high) for wide, high in RATIOS]
    return _focus(matters), crops


def importance(pixels: NDArray[np.uint8], segmentation: ClassMap | None) -> Floats:
    """How much each place matters: above zero, sum 1, height x width of at most _SIDE pixels."""
    height, width = pixels.shape[:2]
    size = size_at(width, height, _SIDE, enlarged=True)
    how = cv2.INTER_AREA if max(height, width) > _SIDE else cv2.INTER_CUBIC
    luma = cv2.cvtColor(np.asarray(cv2.resize(pixels, size, interpolation=how)), cv2.COLOR_RGB2GRAY)
    levels = np.asarray(luma, np.float32)
    salient = _saliency(levels)
    found = _lines(levels) * (1 - _SALIENCY_SHARE + _SALIENCY_SHARE * salient / max(float(salient.mean()), 1e-6))
    if segmentation is not None:
        worth = np.array([_WORTH.get(label, _WORTH_OF_OTHERS) for label in segmentation.labels], np.float32)
        found *= np.sqrt(cv2.resize(worth[segmentation.class_map], size, interpolation=cv2.INTER_AREA))
    # A picture without anything in it keeps the middle.
    found = (found + 1e-6) * np.minimum(np.linspace(_HEIGHTS[0], 1.7, size[1]), _HEIGHTS[1])[:, None]
    return np.asarray(found / found.sum(), np.float32)


def _lines(luma: Floats) -> Floats:
    """Density of edges, 0 to 1."""
    across, down = cv2.Sobel(luma, cv2.CV_32F, 1, 0), cv2.Sobel(luma, cv2.CV_32F, 0, 1)
    strength = np.sqrt(np.minimum(np.hypot(across, down), _STRONGEST_LINE))
    return _stretched(np.asarray(cv2.GaussianBlur(strength, (0, 0), _LINES_SIGMA), np.float32))


def _saliency(luma: Floats) -> Floats:
    """Spectral residual (Hou and Zhang 2007), 0 to 1: what the spectrum of the photo's own neighbourhood leaves out."""
    height, width = luma.shape
    size = size_at(width, height, _SALIENCY_SIDE, enlarged=True)
    spectrum = np.fft.fft2(cv2.resize(luma, size, interpolation=cv2.INTER_AREA))
    log = np.log(np.abs(spectrum) + 1e-6)
    residual = log - cv2.blur(log, (3, 3))
    found = np.abs(np.fft.ifft2(np.exp(residual + 1j * np.angle(spectrum)))) ** 2
    blurred = cv2.GaussianBlur(found.astype(np.float32), (0, 0), 2.5)
    return _stretched(np.asarray(cv2.resize(blurred, (width, height), interpolation=cv2.INTER_LINEAR), np.float32))


def _stretched(values: Floats) -> Floats:
    lowest = values.min()
    return np.asarray((values - lowest) / np.maximum(values.max() - lowest, np.float32(1e-6)), np.float32)


def _best_crop(matters: Floats, photo_ratio: float, wide: int, high: int) -> Crop:
    ratio = wide / high
    name = f"{wide}:{high}"
    if photo_ratio > ratio:
        share = ratio / photo_ratio
        start, score = _best_window(matters.sum(axis=0), share)
        return Crop(ratio=name, box=Box(x=start, y=0, width=share, height=1), score=score)
    share = photo_ratio / ratio
    start, score = _best_window(matters.sum(axis=1), share)
    return Crop(ratio=name, box=Box(x=0, y=start, width=1, height=share), score=score)


def _best_window(profile: Floats, share: float) -> tuple[float, float]:
    """Where the best window begins that takes `share` of an axis, and how much of the profile (sum 1) it keeps.

    What a window keeps is weighed against how far it stands from the middle, measured in the room that it has, and
    against what its two edges cut through.
    """
    places = len(profile)
    length = min(places, max(1, round(share * places)))
    before = np.concatenate([[0.0], np.cumsum(profile, dtype=np.float64)])
    kept = before[length:] - before[:-length]
    starts = np.arange(len(kept))
    slack = max(len(kept) - 1, 1)
    away = (starts - (len(kept) - 1) / 2) / slack
    smooth = np.asarray(cv2.GaussianBlur(profile.reshape(1, -1), (0, 0), 2.0)).reshape(-1)
    # The edges of the photo itself cut nothing more.
    cut = np.where(starts > 0, smooth[starts], 0) + np.where(starts < len(kept) - 1, smooth[starts + length - 1], 0)
    best = int((kept - _CENTRED * away**2 - _CUT * places * cut).argmax())
    start = best / slack * (1 - share) if len(kept) > 1 else (1 - share) / 2
    return min(start, 1 - share), min(1.0, float(kept[best]))


def _focus(matters: Floats) -> Point:
    start, _ = _best_window(matters.sum(axis=0), _FOCUS_WINDOW)
    across = start + _FOCUS_WINDOW / 2
    heights = (np.arange(len(matters)) + 0.5) / len(matters)
    down = float(matters.sum(axis=1) @ heights)
    x, y = (
        usual + share * (at - usual)
        for usual, share, at in zip(_USUAL_FOCUS, _FOCUS_SHARES, (across, down), strict=True)
    )
    return Point(x=x, y=y)
