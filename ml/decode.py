"""From a file to pixels as a person sees them: oriented, in sRGB, on white, within limits; nothing else of the file."""

import hashlib
import stat
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image
from PIL.JpegImagePlugin import JpegImageFile

from ml.errors import PhotoBytesError, PhotoNotFoundError, PhotoUnreadableError
from ml.opening import BROKEN, Limits, check_claims, format_of, opened, reading_error
from ml.srgb import luma_curve, luma_of, to_srgb

_ORIENTATION = 0x0112
_LYING = (5, 6, 7, 8)
"""Orientations of EXIF that exchange width and height."""

_TURNS: dict[int, Callable[[NDArray[np.uint8]], NDArray[np.uint8]]] = {
    2: lambda stored: stored[:, ::-1],
    3: lambda stored: stored[::-1, ::-1],
    4: lambda stored: stored[::-1],
    5: lambda stored: stored.swapaxes(0, 1),
    6: lambda stored: stored[::-1].swapaxes(0, 1),
    7: lambda stored: stored[::-1, ::-1].swapaxes(0, 1),
    8: lambda stored: stored[:, ::-1].swapaxes(0, 1),
}
"""What makes a picture of each EXIF orientation upright (CIPA DC-008, tag 0x0112)."""

DRAFT_SIDE = 320
"""Pixels that the shorter side of a draft keeps."""


class DecodedPhoto:
    """A photo without its metadata, each form of its pixels decoded when it is first asked for.

    The draft is decoded at once, so a file that ends early or is broken never becomes a photo.
    """

    def __init__(self, data: bytes, name: str, limits: Limits) -> None:
        """Raises what `decode_bytes` raises."""
        self._data, self._name, self._limits = data, name, limits
        self._pixels: NDArray[np.uint8] | None = None
        self._luma: NDArray[np.uint8] | None = None
        self.bytes = len(data)
        self.sha256 = hashlib.sha256(data).hexdigest()
        with opened(data, name, limits) as image:
            self.format = format_of(image, name)
            check_claims(image.size, data, name, limits)
            width, height = image.size
            factor = draft_factor(width, height)
            self._luma_apart = factor > 1 and isinstance(image, JpegImageFile) and image.mode in ("L", "RGB")
            if isinstance(image, JpegImageFile):
                image.draft("RGB", (width // factor, height // factor))
            decoded, lying = _pixels(image, data, name)
        if lying:
            width, height = height, width
        self.width: int = width
        """Width in pixels, after the orientation."""
        self.height: int = height
        """Height in pixels, after the orientation."""
        if decoded.shape[:2] == (self.height, self.width):
            self._pixels = decoded
            decoded = shrink(decoded, factor)
        self.draft: NDArray[np.uint8] = decoded
        """sRGB, height x width x 3, shorter side at least DRAFT_SIDE pixels where the photo has them."""

    @property
    def pixels(self) -> NDArray[np.uint8]:
        """All pixels in sRGB, height x width x 3. Raises a PhotoError where only the draft can be decoded."""
        if self._pixels is None:
            with opened(self._data, self._name, self._limits) as image:
                self._pixels, _ = _pixels(image, self._data, self._name)
        return self._pixels

    @property
    def luma(self) -> NDArray[np.uint8]:
        """Luma at full size, height x width: BT.601, which a JPEG has as its own Y. Raises as `pixels` does."""
        if self._luma is None:
            self._luma = self._own_luma() if self._luma_apart else luma_of(self.pixels)
        return self._luma

    def _own_luma(self) -> NDArray[np.uint8]:
        """Decoded without the colours, which takes half as long."""
        with opened(self._data, self._name, self._limits) as image:
            curve = luma_curve(image.mode, image.info.get("icc_profile"))
            image.draft("L", image.size)
            try:
                levels = turned_upright(np.asarray(image, np.uint8), _orientation(image))
            except BROKEN as error:
                raise reading_error(self._name, self._data, error) from error
        return levels if curve is None else np.asarray(cv2.LUT(levels, curve), np.uint8)


def draft_factor(width: int, height: int) -> int:
    """How many times smaller a draft is: 1, 2, 4 or 8, the sizes that a JPEG can be decoded at."""
    return next(factor for factor in (8, 4, 2, 1) if factor == 1 or min(width, height) // factor >= DRAFT_SIDE)


def shrink(pixels: NDArray[np.uint8], factor: int) -> NDArray[np.uint8]:
    """Each square of `factor` pixels becomes one, their mean; a rest at the edge is one more."""
    if factor == 1:
        return pixels
    height, width = pixels.shape[:2]
    size = (-(-width // factor), -(-height // factor))
    return np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), np.uint8)


def read_bytes(path: Path, limits: Limits) -> bytes:
    """The file's bytes.

    Raises PhotoNotFoundError, PhotoBytesError, and PhotoUnreadableError for an empty file or one that is no file.
    """
    try:
        found = path.stat()
        if not stat.S_ISREG(found.st_mode):
            raise PhotoUnreadableError(f"{path.name} is not a regular file: give the address of a picture.")
        if found.st_size > limits.max_bytes:
            raise PhotoBytesError(
                f"{path.name} has {found.st_size:,} bytes, and {limits.max_bytes:,} are the most that are taken."
            )
        with path.open("rb") as file:
            data = file.read(limits.max_bytes + 1)
    except (FileNotFoundError, NotADirectoryError) as error:
        raise PhotoNotFoundError(f"There is no file {path.name}.") from error
    except OSError as error:
        raise PhotoUnreadableError(f"{path.name} cannot be read: {error.strerror}.") from error
    if len(data) > limits.max_bytes:
        raise PhotoBytesError(f"{path.name} has more than {limits.max_bytes:,} bytes, the most that are taken.")
    if not data:
        raise PhotoUnreadableError(f"{path.name} is empty: upload it again.")
    return data


def decode_photo(path: Path, limits: Limits | None = None) -> DecodedPhoto:
    """Read and decode a photo, whatever its name ends in; of an animation or a multi-page file, the first picture.

    Raises a PhotoError whose message names the file.
    """
    limits = limits or Limits()
    data = read_bytes(path, limits)
    return decode_bytes(data, path.name, limits)


def decode_bytes(data: bytes, name: str, limits: Limits | None = None) -> DecodedPhoto:
    """Decode a photo from its bytes; `name` is for messages alone.

    Raises PhotoUnreadableError, PhotoFormatError, PhotoTruncatedError, PhotoPixelsError or PhotoTooSmallError.
    """
    return DecodedPhoto(data, name, limits or Limits())


def _pixels(image: Image.Image, data: bytes, name: str) -> tuple[NDArray[np.uint8], bool]:
    """Upright pixels in sRGB, and whether width and height were exchanged for that."""
    try:
        image.load()
        orientation = _orientation(image)
        pixels = to_srgb(image)
    except BROKEN as error:
        raise reading_error(name, data, error) from error
    # What Pillow holds goes before the pixels are turned, which needs them twice.
    image.close()
    return turned_upright(pixels, orientation), orientation in _LYING


def _orientation(image: Image.Image) -> int:
    """The EXIF orientation, 1 (upright) to 8; 1 as well where the metadata is broken, for the pixels are not."""
    try:
        found = image.getexif().get(_ORIENTATION, 1)
    except (*BROKEN, AttributeError):
        return 1
    return found if isinstance(found, int) and found in _TURNS else 1


def turned_upright(pixels: NDArray[np.uint8], orientation: int) -> NDArray[np.uint8]:
    """Pixels (height x width, or x 3) that were stored in this EXIF orientation, as a person sees them."""
    turn = _TURNS.get(orientation)
    return pixels if turn is None else np.ascontiguousarray(turn(pixels))
