"""What a photo is before anything is furnished: an empty room, or a reason why it is none."""

import cv2
import numpy as np
from numpy.typing import NDArray

from ml.furnishing import furnishing_of
from ml.srgb import linear_light, luma_of
from ml.staging.gate.reasons import Unstaged, UnstagedReason
from ml.staging.looking import Look
from ml.staging.room.confidence import DARKEST
from schemas.photo import Furnishing, Space

SMALLEST_SIDE = 480
"""Pixels of the longer side: below it furniture has too few to look like any."""

MOST_PIXELS = 45_000_000
"""Above it, the furniture's layer would be enlarged more than four times."""

OF_ANOTHER_USE = {
    "bathroom": "a bathroom",
    "kitchen": "a kitchen",
    "hallway": "a hallway",
    "stairs": "stairs",
    "entry_foyer": "an entrance hall",
    "laundry": "a laundry",
    "closet": "a closet",
    "garage": "a garage",
    "pantry": "a pantry",
}
"""Scene labels of interiors that no kit has furniture for, of models and of commands."""

_OF_ANOTHER_USE_FROM = 0.75
"""Confidence of such a label: empty bedrooms are taken for bathrooms with up to two thirds."""

_SEAM_SHARE = 0.94
"""Of a photo's height or width that a seam of a collage runs along, as an edge of one pixel."""

_CROSSING_SHARES = (0.62, 0.78)
"""Of two seams that cross, upright and level, the weaker and the stronger: white walls on both sides hide parts."""

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


def sight_reason(
    pixels: NDArray[np.uint8], look: Look, *, removes_furniture: bool, use_given: bool = False
) -> Unstaged | None:
    """What speaks against a photo (H x W x 3, sRGB) at sight: too dark, no empty room, put together of several.

    use_given: somebody said what the room is, or what it is to be furnished as.
    """
    return (
        light_reason(pixels)
        or scene_reason(look, removes_furniture=removes_furniture, use_given=use_given)
        or collage_reason(pixels)
    )


def scene_reason(look: Look, *, removes_furniture: bool, use_given: bool = False) -> Unstaged | None:
    """What speaks against it by what the models see: no interior, one that is furnished already, a bathroom.

    use_given: somebody said what the room is to be furnished as; then its label does not matter.
    """
    space, label = look.space, look.label
    if space not in (Space.INTERIOR, Space.UNKNOWN):
        return Unstaged(UnstagedReason.NOT_A_ROOM, f"The photo shows {space.value} ({label}); a room is needed.")
    other = OF_ANOTHER_USE.get(label)
    if other is not None and look.confidence >= _OF_ANOTHER_USE_FROM and not use_given:
        return Unstaged(
            UnstagedReason.NOT_A_ROOM,
            f"The photo shows {other} ({look.confidence:.0%}); a room to live, sleep, eat or work in is needed.",
        )
    furnishing = furnishing_of(label, look.segmentation, look.thresholds)
    if furnishing is Furnishing.FURNISHED and not removes_furniture:
        return Unstaged(UnstagedReason.FURNISHED, "The room is furnished; an empty or partly furnished one is needed.")
    return None


def light_reason(pixels: NDArray[np.uint8]) -> Unstaged | None:
    """Whether a photo (H x W x 3, sRGB) is too dark for anything in it to be told."""
    luma = luma_of(np.asarray(pixels[::4, ::4], np.uint8)).astype(np.float32) / np.float32(255)
    median = float(np.median(linear_light(luma)))
    if median < DARKEST:
        return Unstaged(UnstagedReason.TOO_DARK, f"The median light is {median:.4f} of white, and {DARKEST} is needed.")
    return None


def collage_reason(pixels: NDArray[np.uint8]) -> Unstaged | None:
    """Whether a picture (H x W x 3) is put together of several: an edge runs straight from border to border.

    Edges of rooms do not: they end at the floor or the ceiling, and lenses and sensors soften them over pixels.
    """
    width = 640
    small = cv2.resize(pixels, (width, max(8, round(pixels.shape[0] * width / pixels.shape[1]))))
    luma = luma_of(np.asarray(small, np.uint8)).astype(np.int16)
    weaker, stronger = sorted(_seam_share(turned) for turned in (luma, luma.T))
    crossing = weaker >= _CROSSING_SHARES[0] and stronger >= _CROSSING_SHARES[1]
    if stronger >= _SEAM_SHARE or crossing:
        return Unstaged(UnstagedReason.NOT_A_ROOM, "The picture is put together of several; one photo is needed.")
    return None


def _seam_share(luma: NDArray[np.int16]) -> float:
    """Of the height of a picture (H x W), the largest share that is an edge between the same two columns."""
    step = np.abs(np.diff(luma, axis=1)) >= _SEAM_STEP
    # Where a resized edge lies between two columns, either has it.
    share = (step[:, 1:] | step[:, :-1]).mean(axis=0)
    margin = round(_SEAM_MARGIN * luma.shape[1])
    return float(share[margin:-margin].max(initial=0))
