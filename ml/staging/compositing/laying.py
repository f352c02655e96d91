"""Layers laid into the photo: furniture over floor and walls that it shades; every other pixel stays as it was."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from ml.srgb import gamma_coded, linear_light
from ml.staging.compositing.grain import grain, sharpness_sigma, softened
from ml.staging.rendering.scene import Crop

Pixels = NDArray[np.float32]
Photo = NDArray[np.uint8]

_SHOULDER = 0.72
"""Linear light from which on highlights are compressed: white furniture by a window does not clip."""

_SHOWN = 1 / 255
_LEAST_PATCH = 64
"""Pixels of a shaded patch that does not touch furniture: below it is rounding, and no shadow."""


@dataclass(frozen=True, slots=True, eq=False)
class Laid:
    """A furnished photo and what was changed in it."""

    pixels: Photo
    furniture: NDArray[np.bool_]
    """Pixels that show furniture, in part or whole."""
    shadow: NDArray[np.bool_]
    """Other pixels that are not the photo's any more."""


def lay(
    photo: Photo,
    crop: Crop,
    size: tuple[int, int],
    furniture: Pixels,
    alpha: Pixels,
    ratio: Pixels,
    *,
    shadable: NDArray[np.bool_],
    seed: int,
) -> Laid:
    """The photo (H x W x 3) with layers of a crop of it at `size` (width, height), which may be smaller.

    furniture: linear light, h x w x 3. alpha: h x w. ratio: factor on the photo's light beside furniture, h x w x 3.
    shadable: H x W, where that factor may be used at all.
    """
    height, width = photo.shape[:2]
    place = _at_full_size(crop, size, (width, height))
    under = photo[place.rows, place.columns]
    furniture, alpha, ratio = (_enlarged(layer, place) for layer in (furniture, alpha, ratio))
    alpha = np.where(alpha >= _SHOWN, alpha, 0)
    sigma = sharpness_sigma(photo)
    own = softened(_compressed(furniture), sigma)
    light = linear_light(np.asarray(under, np.float32) / np.float32(255))
    cover = softened(alpha, sigma)[..., None] * (alpha > 0)[..., None]
    mixed = own * cover + light * ratio * (1 - cover)
    # The grain is the photo's where the photo shows through.
    coded = gamma_coded(mixed) + grain(alpha.shape, photo, seed) * cover
    changed = np.rint(np.clip(coded, 0, 1) * 255).astype(np.uint8)
    covered = cover[..., 0] > 0
    shade = (np.abs(ratio - 1).max(axis=2) > 0) & shadable[place.rows, place.columns]
    touched = covered | shade
    kept = _whole_patches(touched & (covered | (changed != under).any(axis=2)), covered)
    pixels = photo.copy()
    pixels[place.rows, place.columns] = np.where(kept[..., None], changed, under)
    masks = [np.zeros((height, width), bool) for _ in range(2)]
    masks[0][place.rows, place.columns] = covered
    masks[1][place.rows, place.columns] = kept & ~covered
    return Laid(pixels, masks[0], masks[1])


def _at_full_size(crop: Crop, size: tuple[int, int], full: tuple[int, int]) -> Crop:
    if size == full:
        return crop
    across, down = full[0] / size[0], full[1] / size[1]
    left, top = round(crop.left * across), round(crop.top * down)
    right = min(full[0], round((crop.left + crop.width) * across))
    bottom = min(full[1], round((crop.top + crop.height) * down))
    return Crop(left, top, right - left, bottom - top)


def _enlarged(layer: Pixels, place: Crop) -> Pixels:
    if layer.shape[:2] == (place.height, place.width):
        return layer
    return np.asarray(cv2.resize(layer, (place.width, place.height), interpolation=cv2.INTER_LINEAR), np.float32)


def _compressed(light: Pixels) -> Pixels:
    over = np.maximum(light - _SHOULDER, 0)
    room = 1 - _SHOULDER
    return np.asarray(
        np.where(over > 0, _SHOULDER + room * (1 - np.exp(-over / room)), np.maximum(light, 0)), np.float32
    )


def _whole_patches(changed: NDArray[np.bool_], furniture: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Changed pixels without single ones at the rim of a shadow, where rounding decides which of them change."""
    dense = cv2.morphologyEx(changed.astype(np.uint8), cv2.MORPH_OPEN, np.ones((3, 3), np.uint8)) > 0
    kept = (dense & changed) | furniture
    count, parts, stats, _ = cv2.connectedComponentsWithStats(kept.astype(np.uint8), connectivity=8)
    touching = np.zeros(count, bool)
    touching[np.unique(parts[furniture])] = True
    large = stats[:, cv2.CC_STAT_AREA] >= _LEAST_PATCH
    good = touching | large
    good[0] = False
    return np.asarray(good[parts] & kept)
