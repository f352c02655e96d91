"""Which pixels are floor: what a coarse segmentation says, carried on by the colours and textures of this photo.

A network that sees 160 pixels a side leaves holes where sun falls on boards, and takes a carpet for a bed. What it is
sure of tells what this floor looks like, and what is not floor looks like: histograms of both (Jones and Rehg, 2002)
turn into a likelihood ratio that is added to the network's own log odds, edges of the photo are followed (guided
filter: He, Sun and Tang, 2010), and the histograms are taken anew.
"""

import math

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter, map_coordinates

from ml.segmentation import Segmentation
from ml.staging.room.camera import Camera, Floats
from ml.staging.room.geometry import Grid

FLOOR_CLASSES = ("floor", "rug")

_SIDE = 384
"""Pixels of the longer side at which colours are compared."""

_ROUNDS = 2
_MOST_LOG_RATIO = 3.0
"""That one pixel's colour may say for or against floor."""
_SURE = 0.98
"""The network is believed up to this probability, either way."""

_LOWER = 0.1
"""What a pixel below the horizon counts for the looks of what is no floor: it may be floor that the network missed."""

_BINS = (20, 16, 16, 5)
"""Of lightness, green to red, blue to yellow, local contrast."""
_BLUR = (0.8, 0.8, 0.8, 0.7)
_EMPTY = 1e-6
"""Share of pixels that any colour is thought to have: what neither side shows says nothing."""

_HAZE = math.radians(1.0)
"""Below the horizon: nearer to it a pixel is too much floor to be any."""


def floor_chance(pixels: NDArray[np.uint8], segmentation: Segmentation, camera: Camera) -> NDArray[np.float32]:
    """Probability that a pixel of a photo (sRGB, height x width x 3, the camera's size) shows floor: height x width."""
    height, width = pixels.shape[:2]
    present = [label for label in FLOOR_CLASSES if label in segmentation.labels]
    if not present:
        return np.zeros((height, width), np.float32)
    scale = _SIDE / max(height, width)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    small = np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), np.uint8)
    said = segmentation.mask(*present, width=size[0], height=size[1])
    below = _below_horizon(camera.at_size(*size))
    guide = np.asarray(cv2.cvtColor(small, cv2.COLOR_RGB2GRAY), np.float32) / np.float32(255)
    looks = _looks(small)
    told = np.clip(said, 1 - _SURE, _SURE)
    odds = np.log(told / (1 - told))
    chance = np.asarray(said * below, np.float32)
    for _ in range(_ROUNDS):
        other = (1 - chance) ** 2 * np.where(below > 0, np.float32(_LOWER), np.float32(1))
        ratio = np.clip(_log_ratio(looks, chance**2, other), -_MOST_LOG_RATIO, _MOST_LOG_RATIO)
        chance = np.asarray(below / (1 + np.exp(-(odds + ratio))), np.float32)
        for _ in range(2):
            chance = np.clip(_guided(guide, chance, 13, 2e-4), 0, 1)
    large = np.asarray(cv2.resize(chance, (width, height), interpolation=cv2.INTER_LINEAR), np.float32)
    fine = np.asarray(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY), np.float32) / np.float32(255)
    return np.clip(_guided(fine, large, max(5, width // 120) | 1, 4e-4), 0, 1)


def floor_mask(chance: NDArray[np.float32]) -> Grid:
    """Connected floor: the largest piece, without the threads that lead to others; height x width."""
    height, width = chance.shape
    mask = (chance > 0.5).astype(np.uint8)
    thread = max(3, width // 250)
    mask = np.asarray(cv2.morphologyEx(mask, cv2.MORPH_OPEN, np.ones((thread, thread), np.uint8)), np.uint8)
    count, pieces, facts, _ = cv2.connectedComponentsWithStats(mask)
    if count < 2:
        return np.zeros((height, width), bool)
    largest = (pieces == 1 + int(facts[1:, cv2.CC_STAT_AREA].argmax())).astype(np.uint8)
    kernel = np.ones((3 * thread, 3 * thread), np.uint8)
    return np.asarray(cv2.morphologyEx(largest, cv2.MORPH_CLOSE, kernel) > 0)


def classes_with(
    classes: NDArray[np.uint8], segmentation: Segmentation, chance: NDArray[np.float32]
) -> NDArray[np.uint8]:
    """The class map (height x width), made to agree with the floor: what is none has its likeliest other class."""
    present = [segmentation.labels.index(label) for label in FLOOR_CLASSES if label in segmentation.labels]
    if not present:
        return classes
    height, width = classes.shape
    floor = chance > 0.5
    mended = classes.copy()
    said = np.isin(classes, present)
    mended[floor & ~said] = present[0]
    wrong = said & ~floor
    if wrong.any():
        others = segmentation.chances.copy()
        others[present] = -1
        mended[wrong] = Segmentation(segmentation.labels, others).class_map_at(width, height)[wrong]
    return mended


def _below_horizon(camera: Camera) -> NDArray[np.float32]:
    columns, rows = np.meshgrid(np.arange(camera.width) + 0.5, np.arange(camera.height) + 0.5)
    rays = camera.rays(np.stack([columns, rows], axis=-1).reshape(-1, 2))
    dip = np.arctan2(-rays[:, 2], np.hypot(rays[:, 0], rays[:, 1]))
    return np.asarray((dip > _HAZE).reshape(camera.height, camera.width), np.float32)


def _looks(pixels: NDArray[np.uint8]) -> Floats:
    """Place of each pixel among the bins: 4 x height x width."""
    scaled: NDArray[np.float32] = np.asarray(pixels, np.float32) / np.float32(255)
    lab = np.asarray(cv2.cvtColor(cv2.bilateralFilter(scaled, 5, 0.1, 3), cv2.COLOR_RGB2LAB), np.float64)
    light = np.asarray(cv2.cvtColor(scaled, cv2.COLOR_RGB2LAB), np.float32)[..., 0]
    mean = cv2.blur(light, (7, 7))
    contrast = np.sqrt(np.maximum(cv2.blur(light * light, (7, 7)) - mean * mean, 0))
    rough = np.log1p(cv2.blur(contrast, (5, 5)))
    shares = (lab[..., 0] / 100, (lab[..., 1] + 30) / 60, (lab[..., 2] + 30) / 70, rough / 2.8)
    return np.stack([np.clip(share, 0, 1) * (bins - 1) for share, bins in zip(shares, _BINS, strict=True)])


def _log_ratio(looks: Floats, floor: NDArray[np.float32], other: NDArray[np.float32]) -> Floats:
    """How much likelier each pixel's look is on floor than elsewhere; by how much each pixel counts for either."""
    places = tuple(np.rint(plane).astype(np.int64).ravel() for plane in looks)
    here, there = (_histogram(places, weight.ravel()) for weight in (floor, other))
    table = np.log((here + _EMPTY) / (there + _EMPTY))
    return np.asarray(map_coordinates(table, looks.reshape(len(_BINS), -1), order=1).reshape(floor.shape))


def _histogram(places: tuple[NDArray[np.int64], ...], weight: NDArray[np.float32]) -> Floats:
    """Shares of the weight by look, smoothed."""
    counts = np.zeros(_BINS)
    np.add.at(counts, places, weight)
    return np.asarray(gaussian_filter(counts, _BLUR) / max(float(weight.sum()), 1e-9))


def _guided(guide: NDArray[np.float32], values: NDArray[np.float32], radius: int, eps: float) -> NDArray[np.float32]:
    def mean(plane: NDArray[np.float32]) -> NDArray[np.float32]:
        return np.asarray(cv2.blur(plane, (radius, radius)), np.float32)

    mean_guide, mean_values = mean(guide), mean(values)
    covariance = mean(guide * values) - mean_guide * mean_values
    spread = mean(guide * guide) - mean_guide * mean_guide + np.float32(eps)
    slope = np.asarray(covariance / spread, np.float32)
    return mean(slope) * guide + mean(mean_values - slope * mean_guide)
