"""What a photo is before anything is furnished: an empty room, or a reason why it is none."""

import cv2
import numpy as np
from numpy.typing import NDArray

from ml.furnishing import furnishing_of
from ml.srgb import luma_of
from ml.staging.gate.reasons import Unstaged, UnstagedReason
from ml.staging.looking import Look
from schemas.photo import Furnishing, Space

SMALLEST_SIDE = 480
"""Pixels of the longer side: below it furniture has too few to look like any."""

MOST_PIXELS = 45_000_000
"""Above it, the furniture's layer would be enlarged more than four times."""

_SEAM_SHARE = 0.94
"""Of a photo's height or width that a seam of a collage runs along, as an edge of one pixel."""

_SEAM_STEP = 14
_SEAM_MARGIN = 0.08


def size_reason(width: int, height: int) -> Unstaged | None:
    """What speaks against a photo of this size."""
    if max(width, height) < SMALLEST_SIDE:
        found = f"The photo has {width} x {height} pixels; furniture needs {SMALLEST_SIDE} along the longer side."
        return Unstaged(UnstagedReason.IMAGE_TOO_SMALL, found)
    if width * height > MOST_PIXELS:
        found = f"The photo has {width * height / 1e6:.0f} megapixels; {MOST_PIXELS / 1e6:.0f} are the most."
        return Unstaged(UnstagedReason.IMAGE_TOO_LARGE, found)
    return None


def scene_reason(look: Look, *, removes_furniture: bool) -> Unstaged | None:
    """What speaks against it by what the models see: no interior, or one that is furnished already."""
    space, label = look.space, look.label
    if space not in (Space.INTERIOR, Space.UNKNOWN):
        return Unstaged(UnstagedReason.NOT_A_ROOM, f"The photo shows {space.value} ({label}); a room is needed.")
    furnishing = furnishing_of(label, look.segmentation, look.thresholds)
    if furnishing is Furnishing.FURNISHED and not removes_furniture:
        return Unstaged(UnstagedReason.FURNISHED, "The room is furnished; an empty or partly furnished one is needed.")
    return None


def collage_reason(pixels: NDArray[np.uint8]) -> Unstaged | None:
    """Whether a picture (H x W x 3) is put together of several: an edge runs straight from border to border.

    Edges of rooms do not: they end at the floor or the ceiling, and lenses and sensors soften them over pixels.
    """
    width = 640
    small = cv2.resize(pixels, (width, max(8, round(pixels.shape[0] * width / pixels.shape[1]))))
    luma = luma_of(np.asarray(small, np.uint8)).astype(np.int16)
    for turned in (luma, luma.T):
        length = turned.shape[1]
        step = np.abs(np.diff(turned, axis=1)) >= _SEAM_STEP
        # Where a resized edge lies between two columns, either has it.
        share = (step[:, 1:] | step[:, :-1]).mean(axis=0)
        margin = round(_SEAM_MARGIN * length)
        if share[margin:-margin].max(initial=0) >= _SEAM_SHARE:
            return Unstaged(UnstagedReason.NOT_A_ROOM, "The picture is put together of several; one photo is needed.")
    return None
