"""The focal length that a photo's file tells, corrected for what was cut off since."""

import math
from typing import Any

from ml.opening import BROKEN, Limits, opened

_EXIF_IFD = 0x8769
_FOCAL_35MM = 0xA405
_ORIGINAL_WIDTH, _ORIGINAL_HEIGHT = 0xA002, 0xA003
_MAKER, _MODEL, _LENS, _TAKEN, _CHANGED = 0x010F, 0x0110, 0xA434, 0x9003, 0x0132
_SHORTEST_MM, _LONGEST_MM = 8.0, 400.0
_SAME_SHAPE = 0.012
"""Difference of the logarithms of two aspect ratios up to which nothing was cut off."""


def focal_35mm_of(data: bytes, name: str, limits: Limits | None = None) -> float | None:
    """FocalLengthIn35mmFilm of the picture as it is now: what is left after a crop counts as a longer lens.

    None where the file does not tell. Raises what `ml.opening.opened` raises for what is no picture.
    """
    with opened(data, name, limits or Limits()) as image:
        size = image.size
        try:
            tags = image.getexif().get_ifd(_EXIF_IFD)
        except (*BROKEN, AttributeError):
            return None
    focal = _number(tags.get(_FOCAL_35MM))
    if focal is None or not _SHORTEST_MM <= focal <= _LONGEST_MM:
        return None
    return focal * crop_factor(size, _original_size(tags))


def camera_told(data: bytes, name: str, limits: Limits | None = None) -> str | None:
    """Maker, model, lens and day of a photo, as one string; None where its file does not tell maker or model.

    Raises what `ml.opening.opened` raises for what is no picture.
    """
    with opened(data, name, limits or Limits()) as image:
        try:
            whole = image.getexif()
            tags = whole.get_ifd(_EXIF_IFD)
        except (*BROKEN, AttributeError):
            return None
    maker, model = (str(whole.get(tag, "")).strip("\0 ") for tag in (_MAKER, _MODEL))
    if not maker and not model:
        return None
    lens = str(tags.get(_LENS, "")).strip("\0 ")
    day = str(tags.get(_TAKEN, whole.get(_CHANGED, "")))[:10]
    return f"{maker}|{model}|{lens}|{day}"


def crop_factor(size: tuple[int, int], original: tuple[float, float] | None) -> float:
    """Diagonal of the whole frame over that of the picture, both in the picture's pixels; sides in any order.

    With the size of the original: whichever side was cut less was not cut. Without: a shape between 4:3 and 3:2 is a
    sensor's; a longer one was cut above and below from the nearer of these, a squarer one at its ends.
    """
    longer, shorter = float(max(size)), float(min(size))
    if original is not None:
        whole, other = max(original), min(original)
        if abs(math.log(whole / other) - math.log(longer / shorter)) < _SAME_SHAPE:
            return 1.0
        scale = max(longer / whole, shorter / other)
        return math.hypot(whole, other) * scale / math.hypot(longer, shorter)
    ratio = longer / shorter
    if ratio > 1.5 * (1 + _SAME_SHAPE):
        return math.hypot(longer, longer / 1.5) / math.hypot(longer, shorter)
    if ratio < 4 / 3 * (1 - _SAME_SHAPE):
        return math.hypot(shorter * 4 / 3, shorter) / math.hypot(longer, shorter)
    return 1.0


def _original_size(tags: Any) -> tuple[float, float] | None:
    width, height = _number(tags.get(_ORIGINAL_WIDTH)), _number(tags.get(_ORIGINAL_HEIGHT))
    return None if width is None or height is None or min(width, height) < 32 else (width, height)


def _number(value: Any) -> float | None:
    try:
        number = float(value)
    except (TypeError, ValueError, ZeroDivisionError):
        return None
    return number if math.isfinite(number) and number > 0 else None
