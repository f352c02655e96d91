"""A plaque: the label's wording, the original's address and its QR code on an even ground."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml.staging.disclosure.errors import WordingError
from ml.staging.disclosure.legibility import THUMBNAIL_WIDTH, Box
from ml.staging.disclosure.lettering import LINE_HEIGHT, broken, draw_lines, text_width
from ml.staging.disclosure.qr_code import qr_code

Colour = tuple[int, int, int]
DARK: Colour = (18, 18, 18)
LIGHT: Colour = (255, 255, 255)

_SPARE = 1.15
"""Letters are drawn larger than demanded by this, for portals that crop or recompress."""

_ADDRESS_CAP = 4.6
"""Height of a capital of the address at THUMBNAIL_WIDTH; its QR code is what has to work there."""

_MOST_LINES = 3
_PADDING = 0.9
"""In heights of a capital letter."""


@dataclass(frozen=True, slots=True, eq=False)
class Plaque:
    """What is drawn, and where its parts are in it."""

    pixels: NDArray[np.uint8]
    """height x width x 3."""
    words: Box | None
    """The wording's letters."""
    cap_height: float
    """Of the wording, in pixels."""
    code: Box | None
    """The QR code with its quiet zone."""


def make_plaque(
    picture_width: int,
    *,
    wording: str | None,
    address: tuple[str, str] | None,
    least_cap_height: float,
    ground: Colour,
    ink: Colour,
    width: int | None = None,
) -> Plaque:
    """A plaque for a picture of that width, as narrow as its content, or exactly `width` pixels wide.

    `address` is what is written before the address, and the address. `least_cap_height` is at THUMBNAIL_WIDTH.
    Raises WordingError where the wording needs more than three lines, and OriginalLinkError for too long an address.
    """
    unit = picture_width / THUMBNAIL_WIDTH
    cap = least_cap_height * _SPARE * unit
    small = _ADDRESS_CAP * unit
    padding = round(_PADDING * cap)
    code = qr_code(address[1], picture_width) if address is not None else None
    beside = code.shape[1] + padding if code is not None else 0
    room = (width if width is not None else round(0.94 * picture_width)) - 2 * padding - beside
    said = broken(wording, cap, room) if wording is not None else []
    if len(said) > _MOST_LINES:
        raise WordingError(
            f"The wording has {len(wording or '')} characters: legible at {THUMBNAIL_WIDTH} pixels' width it needs "
            f"{len(said)} lines, and {_MOST_LINES} are the most; shorten it."
        )
    told = [*broken(address[0], small, room), *broken(address[1], small, room)] if address is not None else []
    said_high, told_high = _height(said, cap), _height(told, small)
    gap = round(0.8 * cap) if said and told else 0
    words_wide = max((text_width(line, cap) for line in said), default=0.0)
    text_wide = max([words_wide, *(text_width(line, small) for line in told)])
    text_high = said_high + gap + told_high
    high = max(text_high, code.shape[0] if code is not None else 0) + 2 * padding
    wide = width if width is not None else round(text_wide) + 2 * padding + beside
    pixels = np.full((round(high), wide, 3), ground, np.uint8)
    top = (high - text_high) / 2
    pixels = draw_lines(pixels, said, (padding, top), cap, ink)
    pixels = draw_lines(pixels, told, (padding, top + said_high + gap), small, ink).copy()
    place: Box | None = None
    if code is not None:
        side = code.shape[0]
        place = (wide - padding - side, (pixels.shape[0] - side) // 2, side, side)
        pixels[place[1] : place[1] + side, place[0] : place[0] + side] = code
    words = (padding, round(top), round(words_wide), round(said_high)) if said else None
    return Plaque(pixels, words, cap, place)


def _height(lines: list[str], cap: float) -> float:
    """From the top of the first line's capitals to the last base line."""
    return cap + (len(lines) - 1) * LINE_HEIGHT * cap if lines else 0.0
