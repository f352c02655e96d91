"""Letters: the font that ships, its sizes by the height of a capital letter, and lines broken to a width."""

from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

_FONT = Path(__file__).parent / "fonts" / "NotoSans-Bold.ttf"
_CAP_HEIGHT = 0.714
"""Height of a capital letter in ems (OS/2 table, sCapHeight, of Noto Sans)."""

LINE_HEIGHT = 1.95
"""From one base line to the next, in heights of a capital letter."""


@lru_cache(maxsize=32)
def font_of(cap_height: float) -> ImageFont.FreeTypeFont:
    """The font at which a capital letter is `cap_height` pixels high."""
    # The basic layout depends on no library that may be there or not: the same pixels everywhere.
    return ImageFont.truetype(_FONT, cap_height / _CAP_HEIGHT, layout_engine=ImageFont.Layout.BASIC)


def missing_characters(text: str) -> list[str]:
    """The characters of a text that the font lacks, each once, in the order of the text."""
    font = font_of(20.0)
    unknown = _shape(font, "\uffff")
    return [letter for letter in dict.fromkeys(text) if not letter.isspace() and _shape(font, letter) == unknown]


def text_width(text: str, cap_height: float) -> float:
    """Width in pixels of one line."""
    return float(font_of(cap_height).getlength(text))


def broken(text: str, cap_height: float, width: float) -> list[str]:
    """The text in lines of at most `width` pixels, broken between words; a word that is wider is broken anywhere."""
    lines: list[str] = []
    line = ""
    for word in text.split():
        longer = f"{line} {word}" if line else word
        if text_width(longer, cap_height) <= width:
            line = longer
            continue
        if line:
            lines.append(line)
        line = word
        while text_width(line, cap_height) > width and len(line) > 1:
            fits = next((n for n in range(len(line) - 1, 1, -1) if text_width(line[:n], cap_height) <= width), 1)
            lines.append(line[:fits])
            line = line[fits:]
    return [*lines, line] if line else lines


def draw_lines(
    picture: NDArray[np.uint8], lines: list[str], at: tuple[float, float], cap_height: float, ink: tuple[int, int, int]
) -> NDArray[np.uint8]:
    """A copy of the picture (height x width x 3) with lines of text; `at`: x and y of the first capital's top left."""
    drawn = Image.fromarray(picture)
    pen = ImageDraw.Draw(drawn)
    font = font_of(cap_height)
    for number, line in enumerate(lines):
        baseline = at[1] + cap_height + number * LINE_HEIGHT * cap_height
        pen.text((at[0], baseline), line, font=font, fill=ink, anchor="ls")
    return np.asarray(drawn, np.uint8)


def _shape(font: ImageFont.FreeTypeFont, letter: str) -> tuple[tuple[int, int], bytes]:
    mask = font.getmask(letter)
    return mask.size, bytes(mask)
