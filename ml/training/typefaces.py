"""The typefaces that overlays are set in, and which of them a detector may not see in training."""

import functools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import ImageFont

Mask = NDArray[np.float32]

LEARNT = (
    "DejaVuSans", "DejaVuSansMono", "LiberationSans", "LiberationMono", "OpenSans", "Roboto", "Quicksand", "Comfortaa",
    "Cabin", "Dosis", "Play", "Inter", "lobster", "C059", "P052", "URWBookman", "URWGothic", "EBGaramond12",
)  # fmt: skip
"""Families to train on, by what their file names begin with."""

HELD_OUT = ("Lato", "Carlito", "Cantarell", "DancingScript", "DejaVuSerif", "LiberationSerif")
"""Families that only the measurement uses."""

_TOO_THIN = ("Thin", "Hairline", "ExtraLight")
"""Weights that vanish at the sizes of a date stamp; nobody sets a mark in them."""

_HERSHEY_LEARNT = (cv2.FONT_HERSHEY_SIMPLEX, cv2.FONT_HERSHEY_PLAIN)
_HERSHEY_HELD_OUT = (cv2.FONT_HERSHEY_DUPLEX, cv2.FONT_HERSHEY_COMPLEX)


@dataclass(frozen=True, slots=True)
class Typeface:
    """A font: a file, a stroke font of OpenCV, or, with neither, the one that Pillow carries."""

    name: str
    file: Path | None = None
    hershey: int | None = None

    def mask(self, text: str, height: int) -> Mask:
        """How much of each pixel a line of text covers: 0 to 1, as high as a capital with its descenders."""
        if self.hershey is not None:
            return _strokes(text, height, self.hershey)
        size = max(6, height)
        drawn = _font(self.file, size).getmask(text, mode="L")
        covered = np.asarray(drawn, np.float32).reshape(drawn.size[1], drawn.size[0])
        return covered / np.float32(255)


@functools.lru_cache(maxsize=1024)
def _font(file: Path | None, size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.truetype(str(file), size) if file else ImageFont.load_default(size)


def _strokes(text: str, height: int, face: int) -> Mask:
    scale = max(height, 6) / 28
    thickness = max(1, round(scale * 1.6))
    (width, tall), base = cv2.getTextSize(text, face, scale, thickness)
    drawn = np.zeros((tall + base + 4, width + 4), np.uint8)
    cv2.putText(drawn, text, (2, tall + 2), face, scale, 255, thickness, cv2.LINE_AA)
    return drawn.astype(np.float32) / np.float32(255)


def _of(families: Sequence[str], files: Iterable[Path]) -> list[Typeface]:
    found = {}
    for file in files:
        family = file.stem.split("-")[0].removesuffix("Condensed").removesuffix("Narrow")
        weight = file.stem.partition("-")[2]
        if family in families and not any(thin in weight for thin in _TOO_THIN):
            found[file.stem] = Typeface(file.stem, file)
    return [found[name] for name in sorted(found)]


def learnt_faces(folders: Sequence[Path]) -> list[Typeface]:
    """The typefaces to train with, by name; raises ValueError where the folders hold fewer than ten."""
    faces = _of(LEARNT, _files(folders)) + [Typeface(f"hershey-{face}", hershey=face) for face in _HERSHEY_LEARNT]
    return _enough(faces, folders)


def held_out_faces(folders: Sequence[Path]) -> list[Typeface]:
    """The typefaces to measure with, none of them among the learnt; raises ValueError where they are fewer than ten."""
    return _enough(_of(HELD_OUT, _files(folders)) + carried_faces(), folders)


def carried_faces() -> list[Typeface]:
    """Those of the held-out typefaces that come with Pillow and OpenCV, so that they are there everywhere."""
    return [Typeface("pillow"), *(Typeface(f"hershey-{face}", hershey=face) for face in _HERSHEY_HELD_OUT)]


def _files(folders: Sequence[Path]) -> list[Path]:
    return sorted(file for folder in folders for file in folder.rglob("*") if file.suffix in (".ttf", ".otf"))


def _enough(faces: list[Typeface], folders: Sequence[Path]) -> list[Typeface]:
    if len(faces) < 10:
        raise ValueError(f"only {len(faces)} of the typefaces were found below {[str(folder) for folder in folders]}")
    return faces
