"""Texts on plates and logos as pictures, and how they are laid over frames."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw

from render.errors import PhotoError
from render.frames import FrameBytes, planes_of
from render.placement import padding
from render.plate import BT709
from render.text import font

_OVERSAMPLED = 4  # the plate's round corners
Layer = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Stamp:
    """A picture to lay over frames: for Y, Cb and Cr its values times its opacity, and its opacity, 0 to 1."""

    left: int
    top: int
    colors: tuple[Layer, Layer, Layer]
    opacities: tuple[Layer, Layer]  # of luma and of chroma

    def draw(self, frame: FrameBytes, width: int, height: int, strength: float = 1.0) -> None:
        """Lay it over a yuv420p frame, `strength` (0 to 1) of it."""
        for number, plane in enumerate(planes_of(frame, width, height)):
            color, opacity = self.colors[number], self.opacities[min(number, 1)]
            half = 1 if number == 0 else 2
            top, left = self.top // half, self.left // half
            part = plane[top : top + color.shape[0], left : left + color.shape[1]]
            mixed = part * (1 - np.float32(strength) * opacity) + np.float32(strength) * color
            np.rint(mixed, out=mixed)
            part[...] = mixed


def draw_text(drawing: Mapping[str, Any]) -> Stamp:
    """The stamp of a text; `drawing` comes from Placed.drawing."""
    width, height, size = drawing["width"], drawing["height"], drawing["size"]
    color, plate = drawing["color"], drawing["background"]
    shape = Image.new("L", (width * _OVERSAMPLED, height * _OVERSAMPLED), 0)
    radius = round(0.3 * size) * _OVERSAMPLED
    box = (0, 0, width * _OVERSAMPLED - 1, height * _OVERSAMPLED - 1)
    ImageDraw.Draw(shape).rounded_rectangle(box, radius, fill=255)
    opacity = np.asarray(shape.resize((width, height), Image.Resampling.BOX), np.float32) / np.float32(255)
    opacity *= np.float32(drawing["opacity"])
    text = ink(drawing).astype(np.float32) / np.float32(255)
    whole = text + opacity * (1 - text)
    colors = _codes(Image.new("RGB", (1, 1), color)) * text[..., None]
    colors = colors + _codes(Image.new("RGB", (1, 1), plate)) * (opacity * (1 - text))[..., None]
    return _stamp(drawing, colors, whole)


def ink(drawing: Mapping[str, Any]) -> npt.NDArray[np.uint8]:
    """The letters alone, (height, width) of the plate, 0 to 255."""
    picture = Image.new("L", (drawing["width"], drawing["height"]), 0)
    pen = ImageDraw.Draw(picture)
    across, down = padding(drawing["size"])
    face = font(drawing["size"], drawing["bold"])
    ascent, descent = face.getmetrics()
    lead = (drawing["line_height"] - ascent - descent) / 2
    for number, line in enumerate(drawing["lines"]):
        pen.text((across, down + number * drawing["line_height"] + lead), line, fill=255, font=face)
    return np.asarray(picture, np.uint8)


def draw_logo(drawing: Mapping[str, Any], logo: Path) -> Stamp:
    """The stamp of a logo, transparent where the file is. Raises PhotoError."""
    size = (drawing["width"], drawing["height"])
    picture = load_logo(logo).convert("RGBa").resize(size, Image.Resampling.LANCZOS).convert("RGBA")
    opacity = np.asarray(picture.getchannel("A"), np.float32) / np.float32(255)
    return _stamp(drawing, _codes(picture.convert("RGB")) * opacity[..., None], opacity)


def load_logo(path: Path) -> Image.Image:
    """A logo as RGBA. Raises PhotoError: photo_not_found, image_unreadable, image_too_large."""
    try:
        with Image.open(path, formats=("PNG", "WEBP", "JPEG", "GIF", "TIFF")) as opened:
            if opened.width * opened.height > 40_000_000:
                raise PhotoError("image_too_large", f"the logo {path.name} has {opened.width}x{opened.height} pixels")
            return opened.convert("RGBA")
    except FileNotFoundError as error:
        raise PhotoError("photo_not_found", f"there is no file {path.name}") from error
    except (OSError, SyntaxError, ValueError) as error:
        raise PhotoError("image_unreadable", f"the logo {path.name} cannot be read: {error}") from error


def _codes(picture: Image.Image) -> Layer:
    """RGB to Y', Cb, Cr of BT.709, limited range: (height, width, 3)."""
    return np.asarray(cv2.transform(np.asarray(picture, np.float32), BT709), np.float32)


def _stamp(drawing: Mapping[str, Any], colors: Layer, opacity: Layer) -> Stamp:
    """`colors` are (height, width, 3) times opacity. Chroma is the mean of 2x2, as a plate's."""
    half = (opacity.shape[1] // 2, opacity.shape[0] // 2)
    small = np.asarray(cv2.resize(colors[..., 1:], half, interpolation=cv2.INTER_AREA), np.float32)
    thin = np.asarray(cv2.resize(opacity, half, interpolation=cv2.INTER_AREA), np.float32)
    planes = (np.ascontiguousarray(colors[..., 0]), small[..., 0].copy(), small[..., 1].copy())
    return Stamp(drawing["left"], drawing["top"], planes, (opacity, thin))
