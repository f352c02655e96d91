"""From a file to pixels as a person sees them: oriented, in sRGB, on white, within limits; nothing else of the file."""

import hashlib
import io
import stat
import struct
import warnings
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageCms, ImageFile, ImageOps, UnidentifiedImageError

from ml.errors import (
    PhotoBytesError,
    PhotoFormatError,
    PhotoNotFoundError,
    PhotoPixelsError,
    PhotoTooSmallError,
    PhotoTruncatedError,
    PhotoUnreadableError,
)
from schemas.photo import ImageFormat

_FORMATS = {
    "JPEG": ImageFormat.JPEG,
    # A JPEG with further pictures behind it, as some phones and cameras write: the first one is the photo.
    "MPO": ImageFormat.JPEG,
    "PNG": ImageFormat.PNG,
    "WEBP": ImageFormat.WEBP,
    "TIFF": ImageFormat.TIFF,
    "BMP": ImageFormat.BMP,
    "GIF": ImageFormat.GIF,
}

# What Pillow and the libraries below it say of data that ends too early, in lower case.
_CUT_SHORT = (
    "truncated",
    "incomplete",
    "premature",
    "broken data stream",
    "unexpected end",
    "not enough",
    "buffer is not large",
)


@dataclass(frozen=True, slots=True)
class Limits:
    """What is refused before it is decoded."""

    max_bytes: int = 100 * 1024 * 1024
    max_pixels: int = 120_000_000
    """Width times height, from the header: a small file can claim any size."""
    min_side: int = 32
    """Pixels of the shorter side."""


@dataclass(frozen=True, slots=True, eq=False)
class DecodedPhoto:
    """A photo without its metadata."""

    pixels: NDArray[np.uint8]
    """sRGB, height x width x 3."""
    format: ImageFormat
    sha256: str
    bytes: int

    @property
    def height(self) -> int:
        """Height in pixels, after the orientation."""
        return int(self.pixels.shape[0])

    @property
    def width(self) -> int:
        """Width in pixels, after the orientation."""
        return int(self.pixels.shape[1])


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
    limits = limits or Limits()
    with warnings.catch_warnings():
        # Our own limit on pixels decides; Pillow's warnings about odd metadata change nothing.
        warnings.simplefilter("ignore")
        image = _open(data, name)
        with image:
            form = _FORMATS.get(image.format or "")
            if form is None:
                taken = ", ".join(sorted(set(_FORMATS.values())))
                raise PhotoFormatError(f"{name} is a picture in the format {image.format}; taken are {taken}.")
            _check_size(image.size, name, limits)
            pixels = _pixels(image, data, name)
    return DecodedPhoto(pixels, form, hashlib.sha256(data).hexdigest(), len(data))


def _open(data: bytes, name: str) -> Image.Image:
    try:
        return Image.open(io.BytesIO(data))
    except Image.DecompressionBombError as error:
        raise PhotoPixelsError(f"{name} claims more pixels than can be a photo.") from error
    except UnidentifiedImageError as error:
        if _ends_early(data):
            raise _reading_error(name, data, error) from error
        raise PhotoUnreadableError(f"{name} is not a picture.") from error
    except (
        OSError,
        ValueError,
        SyntaxError,
        EOFError,
        IndexError,
        KeyError,
        TypeError,
        OverflowError,
        struct.error,
    ) as error:
        raise _reading_error(name, data, error) from error


def _ends_early(data: bytes) -> bool:
    """Whether a file is shorter than its own header says, or stops within it."""
    if data.startswith(b"\xff\xd8\xff"):
        return b"\xff\xda" not in data
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return b"IEND" not in data[-64:]
    if data.startswith(b"RIFF") and b"WEBP".startswith(data[8:12]):
        return len(data) < 12 or len(data) < 8 + int.from_bytes(data[4:8], "little")
    if data.startswith(b"BM"):
        return len(data) < int.from_bytes(data[2:6], "little")
    if data[:4] in (b"II*\0", b"MM\0*"):
        # The directory of pages stands anywhere, often at the end.
        order: Literal["little", "big"] = "little" if data.startswith(b"II") else "big"
        return len(data) < int.from_bytes(data[4:8], order) + 2
    return False


def _check_size(size: tuple[int, int], name: str, limits: Limits) -> None:
    width, height = size
    if width * height > limits.max_pixels:
        raise PhotoPixelsError(
            f"{name} claims {width} x {height} pixels, and {limits.max_pixels:,} are the most that are taken."
        )
    if min(width, height) < limits.min_side:
        raise PhotoTooSmallError(f"{name} has {width} x {height} pixels, and its shorter side needs {limits.min_side}.")


def _reading_error(name: str, data: bytes, error: Exception) -> PhotoUnreadableError | PhotoTruncatedError:
    said = str(error).lower()
    if isinstance(error, EOFError) or _ends_early(data) or any(sign in said for sign in _CUT_SHORT):
        return PhotoTruncatedError(f"{name} ends before its last row: upload it again.")
    return PhotoUnreadableError(f"{name} is broken and cannot be decoded: upload it again.")


def _pixels(image: Image.Image, data: bytes, name: str) -> NDArray[np.uint8]:
    if ImageFile.LOAD_TRUNCATED_IMAGES:
        raise RuntimeError("PIL.ImageFile.LOAD_TRUNCATED_IMAGES must stay off: half a photo must not pass for one")
    try:
        image.load()
        upright = ImageOps.exif_transpose(image)
        return _to_srgb(upright)
    except MemoryError:
        raise
    except (
        OSError,
        ValueError,
        SyntaxError,
        EOFError,
        IndexError,
        KeyError,
        TypeError,
        OverflowError,
        ZeroDivisionError,
        struct.error,
        zlib.error,
    ) as error:
        raise _reading_error(name, data, error) from error


def _to_srgb(image: Image.Image) -> NDArray[np.uint8]:
    """Any mode of Pillow to sRGB: uint8, height x width x 3, transparent parts white."""
    if image.mode in ("I;16", "I;16B", "I;16L", "I", "F"):
        return _grey_16(image)
    profile = image.info.get("icc_profile")
    alpha: Image.Image | None = None
    if image.mode in ("RGBA", "LA", "PA", "La", "RGBa") or "transparency" in image.info:
        image = image.convert("RGBA")
        alpha = image.getchannel("A")
        image = image.convert("RGB")
    elif image.mode in ("1", "P"):
        image = image.convert("RGB")
    colours = _apply_profile(image, profile) if profile else image
    colours = colours.convert("RGB")
    if alpha is not None:
        white = Image.new("RGB", colours.size, (255, 255, 255))
        white.paste(colours, mask=alpha)
        colours = white
    return np.asarray(colours, np.uint8)


def _apply_profile(image: Image.Image, profile: bytes) -> Image.Image:
    """Colours by the embedded profile; one that does not fit the picture or cannot be read is no profile at all."""
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        converted = ImageCms.profileToProfile(image, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
    except (ImageCms.PyCMSError, OSError, ValueError):
        # Browsers do the same: the picture is whole, only the description of its colours is not.
        return image
    return converted if converted is not None else image


def _grey_16(image: Image.Image) -> NDArray[np.uint8]:
    """Grey with more than 8 bits to RGB: 0 to 65,535 for integers, 0 to 1 for floats, clipped."""
    values = np.asarray(image)
    if image.mode == "F":
        top = 1.0 if float(np.nanmax(values)) <= 1.0 else 255.0
        grey = np.nan_to_num(values) / top * 255
    else:
        grey = values.astype(np.float64) / 257
    levels = np.clip(np.rint(grey), 0, 255).astype(np.uint8)
    return np.asarray(cv2.cvtColor(levels, cv2.COLOR_GRAY2RGB), np.uint8)
