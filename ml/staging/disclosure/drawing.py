"""The picture with its disclosure drawn: on it, or on a strip below it, and measured to be legible."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml.staging.disclosure.errors import LegibilityError
from ml.staging.disclosure.legibility import THUMBNAIL_WIDTH, Box, Legibility, measure
from ml.staging.disclosure.plaque import DARK, LIGHT, Plaque, make_plaque
from ml.staging.disclosure.policy import Corner, Placement
from ml.staging.disclosure.terms import Terms

REVISION = 1
"""Raised by hand when the same picture and terms give another disclosed picture."""

_MARGIN = 0.02
"""Between a plaque on the picture and its edges, as a share of the width."""


@dataclass(frozen=True, slots=True, eq=False)
class Disclosed:
    """A picture that says what it is."""

    pixels: NDArray[np.uint8]
    """sRGB, height x width x 3: the picture, and below it the strip where there is one."""
    words: Box | None
    """Where the wording's letters are; None without a label."""
    code: Box | None
    """Where the QR code is, with its quiet zone."""
    covered: Box | None
    """The part of the picture that lies under a plaque; all its other pixels are as they were."""
    strip_px: int
    """Height of the strip below the picture, in pixels; 0 without."""
    legibility: Legibility | None
    """None without a label."""


def draw(picture: NDArray[np.uint8], terms: Terms) -> Disclosed:
    """Draw what the terms say with a picture (sRGB, uint8, height x width x 3).

    Raises LegibilityError where the label as drawn is below the policy's size or contrast at thumbnail width,
    WordingError and OriginalLinkError where wording or address are too long for the picture.
    """
    label, original = terms.policy.label, terms.policy.original
    address = (original.link_caption, terms.original_url) if terms.original_url is not None else None
    height, width = picture.shape[:2]
    here = {
        place: (
            terms.wording if label.placement is place else None,
            address if original.link_placement is place else None,
        )
        for place in Placement
    }
    pixels = np.array(picture, np.uint8)
    words = code = covered = None
    cap = 0.0
    strip = 0
    if any(here[Placement.ON_PICTURE]):
        wording, link = here[Placement.ON_PICTURE]
        plaque = make_plaque(
            width, wording=wording, address=link, least_cap_height=label.least_cap_height_px, ground=DARK, ink=LIGHT
        )
        covered = _place(plaque, (height, width), label.corner)
        left, top, wide, high = covered
        pixels[top : top + high, left : left + wide] = plaque.pixels
        words, code, cap = _moved(plaque.words, covered), _moved(plaque.code, covered), plaque.cap_height
    if any(here[Placement.BELOW]):
        wording, link = here[Placement.BELOW]
        plaque = make_plaque(
            width,
            wording=wording,
            address=link,
            least_cap_height=label.least_cap_height_px,
            ground=LIGHT,
            ink=DARK,
            width=width,
        )
        below = (0, height, width, plaque.pixels.shape[0])
        pixels = np.concatenate([pixels, plaque.pixels])
        strip = below[3]
        code = _moved(plaque.code, below) or code
        if plaque.words is not None:
            words, cap = _moved(plaque.words, below), plaque.cap_height
    legibility = _checked(pixels, words, cap, terms) if words is not None else None
    return Disclosed(pixels, words, code, covered, strip, legibility)


def _checked(pixels: NDArray[np.uint8], words: Box, cap: float, terms: Terms) -> Legibility:
    label = terms.policy.label
    found = measure(pixels, words, cap)
    if found.contrast < label.least_contrast or found.cap_height_px < label.least_cap_height_px:
        raise LegibilityError(
            f"The label {terms.wording!r} has a contrast of {found.contrast:.1f} and capitals of "
            f"{found.cap_height_px:.1f} pixels at {THUMBNAIL_WIDTH} pixels' width; policy "
            f"{terms.policy.title_with_version} demands {label.least_contrast} and {label.least_cap_height_px}."
        )
    return found


def _place(plaque: Plaque, size: tuple[int, int], corner: Corner) -> Box:
    """Where a plaque goes on a picture of `size` (height, width). Raises LegibilityError where it does not fit."""
    high, wide = plaque.pixels.shape[:2]
    margin = round(_MARGIN * size[1])
    if high + 2 * margin > size[0] / 2 or wide + 2 * margin > size[1]:
        raise LegibilityError(
            f"A legible label needs {wide} x {high} pixels, more than half of a picture of {size[1]} x {size[0]}: "
            "take a policy whose label stands below the picture, or a shorter wording."
        )
    left = margin if corner in (Corner.BOTTOM_LEFT, Corner.TOP_LEFT) else size[1] - margin - wide
    top = margin if corner in (Corner.TOP_LEFT, Corner.TOP_RIGHT) else size[0] - margin - high
    return left, top, wide, high


def _moved(box: Box | None, to: Box) -> Box | None:
    return None if box is None else (box[0] + to[0], box[1] + to[1], box[2], box[3])
