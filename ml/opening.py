"""A picture's file opened within limits, nothing of it decoded yet; what is wrong with a file, named."""

import contextlib
import io
import re
import struct
import time
import warnings
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from PIL import Image, ImageFile, UnidentifiedImageError
from pillow_heif import register_heif_opener

from ml.errors import (
    PhotoCostError,
    PhotoFormatError,
    PhotoPixelsError,
    PhotoTooSmallError,
    PhotoTruncatedError,
    PhotoUnreadableError,
)
from schemas.photo import ImageFormat

register_heif_opener(thumbnails=False, depth_images=False, aux_images=False, decode_threads=1)

_FORMATS = {
    "JPEG": ImageFormat.JPEG,
    # A JPEG with further pictures behind it, as some phones and cameras write: the first one is the photo.
    "MPO": ImageFormat.JPEG,
    "PNG": ImageFormat.PNG,
    "WEBP": ImageFormat.WEBP,
    "TIFF": ImageFormat.TIFF,
    "BMP": ImageFormat.BMP,
    "GIF": ImageFormat.GIF,
    "HEIF": ImageFormat.HEIC,
}

_JPEG = b"\xff\xd8\xff"
_MARKER = re.compile(rb"\xff[^\x00\xd0-\xd8\xff]")  # within a scan a zero or a restart follows each 0xff
_END, _SCAN = 0xD9, 0xDA
_MOST_SEGMENTS = 100_000  # far more than any camera or program writes

BROKEN = (
    OSError,
    ValueError,
    SyntaxError,
    EOFError,
    IndexError,
    KeyError,
    TypeError,
    RuntimeError,
    OverflowError,
    ZeroDivisionError,
    struct.error,
    zlib.error,
)
"""What Pillow raises for data that is no picture."""

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
    """What is refused: before it is decoded, by what the file claims, and while, by what it costs."""

    max_bytes: int = 100 * 1024 * 1024
    max_pixels: int = 120_000_000
    """Width times height, from the header: a small file can claim any size."""
    min_side: int = 32
    """Pixels of the shorter side."""
    max_scanned_pixels: int = 3_000_000_000
    """Pixels times scans of a JPEG: a few bytes make a scan, and each goes over the whole picture."""
    max_cpu_seconds: float = 30.0
    """Processor time of one decoding, checked whenever it asks for more of the file."""


class _Metered(io.BytesIO):
    """A file in memory that is read no more when decoding it has cost too much."""

    def __init__(self, data: bytes, name: str, max_cpu_seconds: float) -> None:
        super().__init__(data)
        self._name, self._limit = name, max_cpu_seconds
        self._started = time.thread_time()

    def read(self, size: int | None = -1, /) -> bytes:
        if time.thread_time() - self._started > self._limit:
            raise PhotoCostError(f"{self._name} takes more than {self._limit:g} s of processor time to decode.")
        return super().read(size)


@contextlib.contextmanager
def opened(data: bytes, name: str, limits: Limits) -> Iterator[Image.Image]:
    """The picture with its header read and nothing decoded.

    Raises PhotoPixelsError, PhotoTruncatedError or PhotoUnreadableError.
    """
    if ImageFile.LOAD_TRUNCATED_IMAGES:
        raise RuntimeError("PIL.ImageFile.LOAD_TRUNCATED_IMAGES must stay off: half a photo must not pass for one")
    with warnings.catch_warnings():
        # Our own limit on pixels decides; Pillow's warnings about odd metadata change nothing.
        warnings.simplefilter("ignore")
        try:
            image = Image.open(_Metered(data, name, limits.max_cpu_seconds))
        except Image.DecompressionBombError as error:
            raise PhotoPixelsError(f"{name} claims more pixels than can be a photo.") from error
        except UnidentifiedImageError as error:
            if _ends_early(data):
                raise reading_error(name, data, error) from error
            raise PhotoUnreadableError(f"{name} is not a picture.") from error
        except BROKEN as error:
            raise reading_error(name, data, error) from error
        with image:
            yield image


def format_of(image: Image.Image, name: str) -> ImageFormat:
    """How the file is encoded; raises PhotoFormatError where that is not taken."""
    form = _FORMATS.get(image.format or "")
    if form is None:
        taken = ", ".join(sorted(set(_FORMATS.values())))
        raise PhotoFormatError(f"{name} is a picture in the format {image.format}; taken are {taken}.")
    return form


def _ends_early(data: bytes) -> bool:
    """Whether a file is shorter than its own header says, or stops within it."""
    if data.startswith(_JPEG):
        return _SCAN not in data
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return b"IEND" not in data[-64:]
    return _claimed_end(data) > len(data)


def _claimed_end(data: bytes) -> int:
    """How long a file is by its own header, at least; 0 where it does not say."""
    if data.startswith(b"RIFF") and b"WEBP".startswith(data[8:12]):
        return max(12, 8 + int.from_bytes(data[4:8], "little"))
    if data.startswith(b"BM"):
        return int.from_bytes(data[2:6], "little")
    if data[4:8] == b"ftyp":
        return _boxes_end(data)
    if data[:4] in (b"II*\0", b"MM\0*"):
        # The directory of pages stands anywhere, often at the end.
        order: Literal["little", "big"] = "little" if data.startswith(b"II") else "big"
        return int.from_bytes(data[4:8], order) + 2
    return 0


def _boxes_end(data: bytes) -> int:
    """Where the last box of an ISO base media file ends, by its own size (ISO/IEC 14496-12, 4.2)."""
    at = 0
    while at + 8 <= len(data):
        size = int.from_bytes(data[at : at + 4], "big")
        if size == 1:
            size = int.from_bytes(data[at + 8 : at + 16], "big")
        elif size == 0:
            return len(data)
        at += max(8, size)
    return at


def check_claims(size: tuple[int, int], data: bytes, name: str, limits: Limits) -> None:
    """Refuse a picture by what its header claims: PhotoPixelsError, PhotoTooSmallError or PhotoCostError."""
    width, height = size
    if width * height > limits.max_pixels:
        raise PhotoPixelsError(
            f"{name} claims {width} x {height} pixels, and {limits.max_pixels:,} are the most that are taken."
        )
    if min(width, height) < limits.min_side:
        raise PhotoTooSmallError(f"{name} has {width} x {height} pixels, and its shorter side needs {limits.min_side}.")
    if data.startswith(_JPEG):
        scans = scans_of(data)
        if scans * width * height > limits.max_scanned_pixels:
            raise PhotoCostError(f"{name} has {scans:,} scans of {width} x {height} pixels: save it anew.")


def scans_of(data: bytes) -> int:
    """How often a JPEG goes over its picture (ITU-T T.81, annex B); not its thumbnails, nor what follows its end."""
    at, scans = 2, 0
    for _ in range(_MOST_SEGMENTS):
        found = _MARKER.search(data, at)
        if found is None or data[found.end() - 1] == _END:
            return scans
        scans += data[found.end() - 1] == _SCAN
        at = found.end() + max(2, int.from_bytes(data[found.end() : found.end() + 2], "big"))
    return len(data)


def reading_error(name: str, data: bytes, error: Exception) -> PhotoUnreadableError | PhotoTruncatedError:
    """The error that says what kept Pillow from reading a file."""
    said = str(error).lower()
    if isinstance(error, EOFError) or _ends_early(data) or any(sign in said for sign in _CUT_SHORT):
        return PhotoTruncatedError(f"{name} ends before its last row: upload it again.")
    return PhotoUnreadableError(f"{name} is broken and cannot be decoded: upload it again.")
