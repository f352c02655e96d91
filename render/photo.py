"""A photo file to an upright 8-bit sRGB picture, whatever the camera or the agent's software made of it."""

import io
import struct
import warnings
import zlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image, ImageCms, UnidentifiedImageError
from pillow_heif import register_heif_opener

from render.errors import PhotoError

MAX_PIXELS = 120_000_000  # the largest camera backs and stitched panoramas; decoded 360 MB
MAX_BYTES = 200_000_000
MIN_SIDE = 16

# Pillow warns from 89 million pixels on; the limit above, checked before anything is decoded, takes its place.
warnings.filterwarnings("ignore", category=Image.DecompressionBombWarning)

_FORMATS = ("JPEG", "PNG", "WEBP", "TIFF", "BMP", "GIF", "AVIF", "HEIF")
register_heif_opener(thumbnails=False, depth_images=False, aux_images=False, decode_threads=1)
_ORIENTATION_TAG = 0x0112
_UPRIGHT = {
    2: (Image.Transpose.FLIP_LEFT_RIGHT,),
    3: (Image.Transpose.ROTATE_180,),
    4: (Image.Transpose.FLIP_TOP_BOTTOM,),
    5: (Image.Transpose.TRANSPOSE,),
    6: (Image.Transpose.ROTATE_270,),
    7: (Image.Transpose.TRANSVERSE,),
    8: (Image.Transpose.ROTATE_90,),
}
_SIDEWAYS = frozenset({5, 6, 7, 8})
# What Pillow's decoders raise on broken data, besides their own errors.
_DECODER_ERRORS = (
    OSError,
    SyntaxError,
    ValueError,
    TypeError,
    KeyError,
    IndexError,
    EOFError,
    OverflowError,
    ZeroDivisionError,
    NotImplementedError,
    RuntimeError,
    struct.error,
    zlib.error,
)
_MAGIC = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF", b"II*\x00", b"MM\x00*", b"GIF8", b"BM")
_HEIF_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1")


@dataclass(frozen=True, slots=True)
class Photo:
    """A decoded photo.

    `image` is RGB, upright, sRGB. It may have been shrunk in decoding: `width` and `height` are the photo's own.
    """

    image: Image.Image
    width: int
    height: int
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PhotoHeader:
    """What the file's header says of a photo."""

    width: int  # upright
    height: int  # upright
    format: str


def read_header(path: Path) -> PhotoHeader:
    """Size and format of the photo at `path`, without decoding its pixels. Raises PhotoError."""
    with _open(path) as image:
        width, height = _upright_size(image, _orientation(image)[0])
        return PhotoHeader(width, height, image.format or "")


def load_photo(path: Path, need: tuple[int, int] | None = None) -> Photo:
    """Decode the photo at `path`.

    `need` is a width and a height in pixels, upright, that are enough: a JPEG may then be shrunk by 2, 4 or 8 while it
    is decoded, to no less than that. Transparent parts are laid over white. Raises PhotoError: photo_not_found,
    input_too_large, image_unreadable, image_truncated, image_format_unsupported, image_too_large, image_too_small.
    """
    with _open(path) as image:
        orientation, notes = _orientation(image)
        width, height = _upright_size(image, orientation)
        if need is not None and image.format in {"JPEG", "MPO"}:
            wanted = (need[1], need[0]) if orientation in _SIDEWAYS else need
            image.draft(None, (min(wanted[0], image.width), min(wanted[1], image.height)))
        try:
            image.load()
        except MemoryError as error:
            raise PhotoError("image_too_large", f"{path.name} needs more memory than there is to decode") from error
        except _DECODER_ERRORS as error:
            raise _broken(path, image.format, error) from error
        profile = image.info.get("icc_profile")
        try:
            picture, color_notes = _to_srgb(image, profile)
        except _DECODER_ERRORS as error:
            message = f"{path.name} has pixels of a kind ({image.mode}) that cannot be shown as colours"
            raise PhotoError("image_format_unsupported", message) from error
        for step in _UPRIGHT.get(orientation, ()):
            picture = picture.transpose(step)
        return Photo(picture, width, height, notes + color_notes)


def _open(path: Path) -> Image.Image:
    """Open without decoding; every limit that the header can break is checked here."""
    data = _read(path)
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP" and len(data) < int.from_bytes(data[4:8], "little") + 8:
        raise PhotoError("image_truncated", f"{path.name} ends early: {len(data)} bytes of those that it announces")
    try:
        image = Image.open(io.BytesIO(data), formats=_FORMATS)
    except Image.DecompressionBombError as error:
        message = f"{path.name} has more pixels than the limit of {MAX_PIXELS}"
        raise PhotoError("image_too_large", message) from error
    except UnidentifiedImageError as error:
        raise _unidentified(path, data) from error
    except _DECODER_ERRORS as error:
        raise _broken(path, None, error) from error
    if image.width * image.height > MAX_PIXELS:
        message = f"{path.name} has {image.width}x{image.height} pixels; at most {MAX_PIXELS} are taken"
        raise PhotoError("image_too_large", message)
    if min(image.width, image.height) < MIN_SIDE:
        message = f"{path.name} has {image.width}x{image.height} pixels; each side needs at least {MIN_SIDE}"
        raise PhotoError("image_too_small", message)
    return image


def _read(path: Path) -> bytes:
    try:
        size = path.stat().st_size
        if not path.is_file():
            raise PhotoError("image_unreadable", f"{path.name} is not a file but a folder or a device")
        if size == 0:
            raise PhotoError("image_unreadable", f"{path.name} is empty (0 bytes)")
        if size > MAX_BYTES:
            raise PhotoError("input_too_large", f"{path.name} has {size} bytes; at most {MAX_BYTES} are taken")
        return path.read_bytes()
    except (FileNotFoundError, NotADirectoryError) as error:
        raise PhotoError("photo_not_found", f"there is no file {path.name}") from error
    except OSError as error:
        raise PhotoError("image_unreadable", f"{path.name} cannot be read: {error.strerror}") from error


def _unidentified(path: Path, data: bytes) -> PhotoError:
    if data[4:8] == b"ftyp" and data[8:12] in _HEIF_BRANDS:
        message = f"{path.name} is a HEIC picture that cannot be opened: it is broken, or of a kind that is not taken"
        return PhotoError("image_unreadable", message)
    if data.startswith(_MAGIC[:2]):
        return PhotoError("image_truncated", f"{path.name} ends inside its header, after {len(data)} bytes")
    return PhotoError("image_unreadable", f"{path.name} is not a picture of a known format")


def _broken(path: Path, kind: str | None, error: BaseException) -> PhotoError:
    """Tell data that ends too early from data that is wrong, by what Pillow's decoders say of each."""
    text = str(error).lower()
    early = isinstance(error, EOFError) or any(
        word in text for word in ("truncated", "not enough", "unexpected end", "eof")
    )
    if early:
        return PhotoError("image_truncated", f"{path.name} ends before its last row of pixels ({error})")
    return PhotoError(
        "image_unreadable", f"{path.name} is broken: its {kind or 'picture'} data cannot be read ({error})"
    )


def _orientation(image: Image.Image) -> tuple[int, tuple[str, ...]]:
    try:
        value = image.getexif().get(_ORIENTATION_TAG, 1)
    except _DECODER_ERRORS:
        return 1, ("The EXIF data is broken; the photo is taken as upright.",)
    return (value if isinstance(value, int) and value in _UPRIGHT else 1), ()


def _upright_size(image: Image.Image, orientation: int) -> tuple[int, int]:
    return (image.height, image.width) if orientation in _SIDEWAYS else image.size


def _to_srgb(image: Image.Image, profile: bytes | None) -> tuple[Image.Image, tuple[str, ...]]:
    """Any mode of Pillow's to RGB: 8 bits deep, alpha over white, colours through the ICC profile if it is good."""
    picture = image
    if picture.mode.startswith("I") or picture.mode == "F":
        picture = _eight_bits(picture)
        profile = None
    if picture.mode in {"1", "La", "RGBa", "RGBX"}:
        picture = picture.convert({"1": "L", "La": "LA", "RGBa": "RGBA", "RGBX": "RGB"}[picture.mode])
    if picture.mode in {"P", "PA"}:
        transparent = picture.mode == "PA" or "transparency" in picture.info
        picture = picture.convert("RGBA" if transparent else "RGB")
    if picture.mode in {"L", "RGB"} and "transparency" in picture.info:
        picture = picture.convert("RGBA")
    alpha = picture.getchannel("A") if picture.mode in {"LA", "RGBA"} else None
    if alpha is not None:
        picture = picture.convert("L" if picture.mode == "LA" else "RGB")
    notes: tuple[str, ...] = ()
    if profile:
        picture, notes = _through_profile(picture, profile)
    if picture.mode != "RGB":
        picture = picture.convert("RGB")
    if alpha is not None:
        white = Image.new("RGB", picture.size, (255, 255, 255))
        picture = Image.composite(picture, white, alpha)
    return picture, notes


def _eight_bits(image: Image.Image) -> Image.Image:
    """Grey levels of 16 or 32 bits to 8. Float pictures have no agreed white and are refused."""
    if image.mode == "F":
        raise ValueError("floating point pixels")
    levels = np.asarray(image).astype(np.int64)
    scaled = (np.clip(levels, 0, 65535) * 255 + 32767) // 65535
    return Image.fromarray(scaled.astype(np.uint8))


def _through_profile(image: Image.Image, profile: bytes) -> tuple[Image.Image, tuple[str, ...]]:
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        converted = ImageCms.profileToProfile(
            image,
            source,
            ImageCms.createProfile("sRGB"),
            renderingIntent=ImageCms.Intent.RELATIVE_COLORIMETRIC,
            outputMode="RGB",
            flags=ImageCms.Flags.BLACKPOINTCOMPENSATION,
        )
    except (ImageCms.PyCMSError, OSError, ValueError):
        return image, ("The colour profile cannot be used; the colours are taken as sRGB.",)
    if converted is None:
        return image, ("The colour profile cannot be used; the colours are taken as sRGB.",)
    return converted, ()
