"""Marks as agencies lay them over photos, made by code: patches of text, plates and signs, and how they are laid."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import cv2
import numpy as np
from numpy.typing import NDArray

from ml.training.typefaces import Mask, Typeface

Pixels = NDArray[np.uint8]
Colour = tuple[float, float, float]

KINDS = ("text", "phone_number", "logo", "watermark")
"""The kinds of `schemas.photo.MarkKind` that are made, in the order of a network's answers."""

WHITE: Colour = (255.0, 255.0, 255.0)
BLACK: Colour = (0.0, 0.0, 0.0)

LEAST_CONTRAST = 14.0
"""Mean change in levels of 0-255 of the pixels that a mark covers; with less of it a person does not see the mark."""


@dataclass(frozen=True, slots=True)
class Patch:
    """Something to lay over a photo."""

    colour: NDArray[np.float32]
    """height x width x 3, 0 to 255."""
    alpha: Mask
    """height x width, 0 to 1."""
    region: Mask
    """height x width, 1 where the mark is for a person, gaps between its letters included."""

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels."""
        return self.alpha.shape[1], self.alpha.shape[0]


@dataclass(frozen=True, slots=True)
class Truth:
    """A mark that was laid over a photo."""

    kind: str
    style: str
    opacity: float
    height: int
    """Height of the text in pixels."""
    box: tuple[int, int, int, int]
    """Left, top, right, bottom in pixels, right and bottom not included."""


@dataclass(slots=True)
class Marked:
    """A photo with the marks that were laid over it."""

    pixels: NDArray[np.float32]
    """height x width x 3, 0 to 255."""
    regions: NDArray[np.uint8] = field(init=False)
    """height x width: 0 where there is no mark, else 1 + the place of its kind in KINDS."""
    truths: list[Truth] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.regions = np.zeros(self.pixels.shape[:2], np.uint8)


def text_patch(face: Typeface, text: str, height: int, colour: Colour) -> Patch:
    """A line of text."""
    mask = face.mask(text, height)
    return Patch(_flat(mask.shape, colour), mask, np.ones_like(mask))


def _flat(shape: tuple[int, ...], colour: Colour) -> NDArray[np.float32]:
    return np.broadcast_to(np.asarray(colour, np.float32), (shape[0], shape[1], 3)).copy()


def over(below: Patch, above: Patch) -> Patch:
    """One patch over another of the same size."""
    alpha = above.alpha + below.alpha * (1 - above.alpha)
    share = np.where(alpha > 0, above.alpha / np.maximum(alpha, 1e-6), 0)[:, :, None]
    colour = above.colour * share + below.colour * (1 - share)
    return Patch(colour.astype(np.float32), alpha, np.maximum(above.region, below.region))


def padded(patch: Patch, left: int, top: int, right: int, bottom: int) -> Patch:
    """A patch with empty margins."""
    sides = ((top, bottom), (left, right))
    return Patch(
        np.pad(patch.colour, (*sides, (0, 0)), mode="edge"), np.pad(patch.alpha, sides), np.pad(patch.region, sides)
    )


def outlined(patch: Patch, width: int, colour: Colour) -> Patch:
    """A patch with an outline around its letters."""
    around = padded(patch, width, width, width, width)
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * width + 1, 2 * width + 1))
    grown = np.asarray(cv2.dilate(around.alpha, kernel), np.float32)
    return over(Patch(_flat(grown.shape, colour), grown, around.region), around)


def shadowed(patch: Patch, offset: int, softness: float, colour: Colour) -> Patch:
    """A patch with a soft shadow to its lower right."""
    around = padded(patch, 1, 1, offset + 2, offset + 2)
    shift = np.asarray([[1, 0, offset], [0, 1, offset]], np.float32)
    moved = cv2.warpAffine(around.alpha, shift, (around.alpha.shape[1], around.alpha.shape[0]))
    soft = np.asarray(cv2.GaussianBlur(moved, (0, 0), max(softness, 0.3)), np.float32) * 0.8
    return over(Patch(_flat(soft.shape, colour), soft, around.region), around)


def stacked(patches: Sequence[Patch], gap: int, align: float, *, across: bool = False) -> Patch:
    """Patches one below the other, or side by side; `align` is 0 for left or top, 1 for right or bottom."""
    widths, heights = [patch.size[0] for patch in patches], [patch.size[1] for patch in patches]
    fitted = []
    for at, patch in enumerate(patches):
        after = gap if at < len(patches) - 1 else 0
        free = max(heights) - heights[at] if across else max(widths) - widths[at]
        before = round(free * align)
        if across:
            fitted.append(padded(patch, 0, before, after, free - before))
        else:
            fitted.append(padded(patch, before, 0, free - before, after))
    axis = 1 if across else 0
    alpha = np.concatenate([patch.alpha for patch in fitted], axis=axis)
    return Patch(np.concatenate([patch.colour for patch in fitted], axis=axis), alpha, np.ones_like(alpha))


def plated(patch: Patch, margin: tuple[int, int], colour: Colour, opacity: float, roundness: float) -> Patch:
    """A patch on a plate of one colour with margins (across, down); `roundness` 0 is square, 1 a pill."""
    around = padded(patch, margin[0], margin[1], margin[0], margin[1])
    height, width = around.alpha.shape
    plate = np.zeros((height, width), np.float32)
    radius = int(roundness * min(height, width) / 2)
    if radius:
        for left, top, right, bottom in ((radius, 0, width - radius, height), (0, radius, width, height - radius)):
            plate[top:bottom, left:right] = 1
        for x in (radius, width - 1 - radius):
            for y in (radius, height - 1 - radius):
                cv2.circle(plate, (x, y), radius, 1.0, -1, cv2.LINE_AA)
    else:
        plate[:] = 1
    return over(Patch(_flat(plate.shape, colour), plate * opacity, np.ones_like(plate)), around)


def turned(patch: Patch, degrees: float) -> Patch:
    """A patch turned about its middle, in a frame that holds all of it."""
    if degrees == 0:
        return patch
    width, height = patch.size
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1.0)
    cos, sin = abs(turn[0, 0]), abs(turn[0, 1])
    wide, tall = int(height * sin + width * cos) + 2, int(height * cos + width * sin) + 2
    turn[:, 2] += np.array([wide / 2 - width / 2, tall / 2 - height / 2])
    alpha, region = (cv2.warpAffine(mask, turn, (wide, tall)) for mask in (patch.alpha, patch.region))
    colour = cv2.warpAffine(patch.colour, turn, (wide, tall), borderMode=cv2.BORDER_REPLICATE)
    return Patch(np.asarray(colour, np.float32), np.asarray(alpha, np.float32), np.asarray(region, np.float32))


def lay(marked: Marked, patch: Patch, at: tuple[int, int], opacity: float, kind: str) -> tuple[int, int, int, int]:
    """Lay a patch over the photo with its upper left corner at x, y; what reaches over the edge is cut off.

    Returns the box of what shows: left, top, right, bottom; all zero where nothing does.
    """
    height, width = marked.regions.shape
    left, top = max(at[0], 0), max(at[1], 0)
    right, bottom = min(at[0] + patch.size[0], width), min(at[1] + patch.size[1], height)
    if left >= right or top >= bottom:
        return 0, 0, 0, 0
    inside = np.s_[top - at[1] : bottom - at[1], left - at[0] : right - at[0]]
    alpha = (patch.alpha[inside] * opacity)[:, :, None]
    part = marked.pixels[top:bottom, left:right]
    part += (patch.colour[inside] - part) * alpha
    shown = patch.region[inside] > 0.5
    marked.regions[top:bottom, left:right][shown] = 1 + KINDS.index(kind)
    rows, columns = np.flatnonzero(shown.any(axis=1)), np.flatnonzero(shown.any(axis=0))
    if not len(rows):
        return 0, 0, 0, 0
    return left + int(columns[0]), top + int(rows[0]), left + int(columns[-1]) + 1, top + int(rows[-1]) + 1


def contrast(marked: Marked, patch: Patch, at: tuple[int, int], opacity: float) -> float:
    """Mean change in levels, the largest channel, that laying the patch makes on the pixels of its letters."""
    height, width = marked.regions.shape
    left, top = max(at[0], 0), max(at[1], 0)
    right, bottom = min(at[0] + patch.size[0], width), min(at[1] + patch.size[1], height)
    if left >= right or top >= bottom:
        return 0.0
    inside = np.s_[top - at[1] : bottom - at[1], left - at[0] : right - at[0]]
    solid = patch.alpha[inside] > 0.5 * float(patch.alpha.max())
    if not solid.any():
        return 0.0
    below = marked.pixels[top:bottom, left:right]
    # Only the letters: they are a small part of a plate or a large sign.
    change = np.abs(patch.colour[inside][solid] - below[solid]).max(axis=1) * patch.alpha[inside][solid] * opacity
    return float(change.mean())
