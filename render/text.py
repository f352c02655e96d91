"""Text in the fonts that ship: which characters they have, how wide lines are, how a text is broken to fit. Pure."""

import functools
import unicodedata
from dataclasses import dataclass
from pathlib import Path

from fontTools.ttLib import TTFont
from PIL import ImageFont

from render.errors import PlanError

FONTS_REVISION = 1
"""Raised by hand when a font file changes: other pixels for the same text."""

_FOLDER = Path(__file__).parent / "fonts"
_FILES = {False: "NotoSans-Regular.ttf", True: "NotoSans-Bold.ttf"}
_SMALLEST = 0.7  # of the size wanted
_STEPS = 7


@dataclass(frozen=True, slots=True)
class FittedText:
    """A text broken into lines that fit, and the size in pixels at which they do."""

    lines: tuple[str, ...]
    size: int
    width: int
    line_height: int


@functools.lru_cache(maxsize=64)
def font(size: int, bold: bool) -> ImageFont.FreeTypeFont:  # noqa: FBT001
    """The font at a size in pixels. The basic layout, for the other one depends on libraries of the machine."""
    return ImageFont.truetype(str(_FOLDER / _FILES[bold]), size, layout_engine=ImageFont.Layout.BASIC)


@functools.cache
def characters() -> frozenset[int]:
    """Code points that every font here has."""
    found = []
    for name in _FILES.values():
        with TTFont(_FOLDER / name, lazy=True) as opened:
            found.append(frozenset(opened.getBestCmap()))
    return frozenset.intersection(*found)


def clean_text(text: str, what: str) -> str:
    """The text in composed form (NFC), without spaces at the ends of lines.

    Raises PlanError plan_failed that names the first character that no font here has, or cannot be set by itself.
    """
    composed = unicodedata.normalize("NFC", text.replace("\r\n", "\n"))
    for character in composed:
        if character == "\n":
            continue
        name = unicodedata.name(character, "a control character")
        code = f"U+{ord(character):04X}"
        if ord(character) not in characters():
            shown = f"{character!r} ({name}, {code})" if character.isprintable() else f"{name} ({code})"
            raise PlanError("plan_failed", f"{what} has {shown}, which no font here has")
        if unicodedata.combining(character):
            raise PlanError("plan_failed", f"{what} has {name} ({code}) on a letter that has no such form")
    return "\n".join(line.strip() for line in composed.split("\n")).strip("\n")


def line_width(line: str, size: int, *, bold: bool) -> int:
    """Width of a line in pixels."""
    return round(font(size, bold).getlength(line) + 0.5)


def fit_text(text: str, what: str, *, size: int, width: int, lines: int, bold: bool = False) -> FittedText:
    """Break `text` into at most `lines` lines of at most `width` pixels, at `size` pixels or down to 70 % of it.

    Raises PlanError plan_failed: a character that no font has, or a text that does not fit.
    """
    cleaned = clean_text(text, what)
    for step in range(_STEPS):
        tried = max(1, round(size * (1 - (1 - _SMALLEST) * step / (_STEPS - 1))))
        broken = _broken(cleaned, tried, width, bold=bold)
        if broken is not None and len(broken) <= lines:
            widest = max(line_width(line, tried, bold=bold) for line in broken)
            return FittedText(tuple(broken), tried, widest, round(tried * 1.25))
    room = f"{lines} line{'s' if lines > 1 else ''} of {width} pixels"
    raise PlanError("plan_failed", f"{what} is too long: {shortened(cleaned)!r} does not fit into {room}; shorten it")


def _broken(text: str, size: int, width: int, *, bold: bool) -> list[str] | None:
    """Lines as full as they can be; None where a single word is wider than the line."""
    found = []
    for given in text.split("\n"):
        line = ""
        for word in given.split():
            longer = f"{line} {word}" if line else word
            if line_width(longer, size, bold=bold) <= width:
                line = longer
                continue
            if line_width(word, size, bold=bold) > width:
                return None
            found.append(line)
            line = word
        found.append(line)
    return found


def shortened(text: str) -> str:
    """As much of a text as a message can name."""
    return text if len(text) <= 60 else f"{text[:57]}..."
