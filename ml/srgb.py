"""Any picture that Pillow can hold to the colours of sRGB: profiles, 16 bits, CMYK, and white behind what is clear."""

import functools
import io
from collections.abc import Callable

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageCms

BT_601 = np.array([[0.299, 0.587, 0.114]], np.float32)
"""Weights of red, green and blue in luma (ITU-R BT.601-7, section 2.5.1): those of a JPEG's own Y (JFIF 1.02)."""

_P3_TO_SRGB = np.array(
    [[1.224940, -0.224940, 0.0], [-0.042057, 1.042057, 0.0], [-0.019638, -0.078636, 1.098274]], np.float32
)
"""Linear light with the primaries of SMPTE EG 432-1 (white D65) to those of sRGB."""

_P3_PRIMARIES = 12
"""`ColourPrimaries` of ITU-T H.273 for P3 with the white D65."""

_STRIP_PIXELS = 1 << 20
"""Pixels that are converted at a time: some conversions hold fifty bytes for each."""

Transform = ImageCms.ImageCmsTransform


def to_srgb(image: Image.Image) -> NDArray[np.uint8]:
    """Pixels in sRGB: uint8, height x width x 3, transparent parts white.

    The work is done in strips: beside the picture itself it takes three bytes a pixel, and a few megabytes.
    """
    width, height = image.size
    if image.mode.startswith("I") or image.mode == "F":
        convert = _deep_grey(image)
    else:
        convert = functools.partial(_strip_in_srgb, profile=_profile_of(image))
    pixels = np.empty((height, width, 3), np.uint8)
    rows = max(1, _STRIP_PIXELS // width)
    for top in range(0, height, rows):
        bottom = min(top + rows, height)
        strip = image if rows >= height else image.crop((0, top, width, bottom))
        pixels[top:bottom] = convert(strip)
    return pixels


def _strip_in_srgb(image: Image.Image, *, profile: Transform | None) -> NDArray[np.uint8]:
    coded = image.info.get("nclx_profile")
    alpha: Image.Image | None = None
    if _is_clear(image):
        image = image.convert("RGBA")
        alpha = image.getchannel("A")
        image = image.convert("RGB")
    elif image.mode in ("1", "P"):
        image = image.convert("RGB")
    colours = _applied(image, profile) if profile else image
    pixels = np.asarray(colours if colours.mode == "RGB" else colours.convert("RGB"), np.uint8)
    if not profile and coded and coded.get("color_primaries") == _P3_PRIMARIES:
        pixels = _from_p3(pixels)
    if alpha is not None:
        share = np.asarray(alpha, np.float32)[:, :, None] / np.float32(255)
        pixels = np.rint(255 + (pixels - np.float32(255)) * share).astype(np.uint8)
    return pixels


def _is_clear(image: Image.Image) -> bool:
    """Whether parts of a picture may be transparent."""
    return image.mode in ("RGBA", "LA", "PA", "La", "RGBa") or "transparency" in image.info


def _profile_of(image: Image.Image) -> Transform | None:
    """What the embedded profile does, to the mode that the picture has once nothing of it is transparent."""
    profile = image.info.get("icc_profile")
    if not profile:
        return None
    return _transform(profile, "RGB" if _is_clear(image) or image.mode in ("1", "P") else image.mode)


def _transform(profile: bytes, mode: str) -> Transform | None:
    """From a profile to sRGB; a profile that does not fit the mode or cannot be read is no profile at all."""
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        return ImageCms.buildTransform(source, _srgb(), mode, "RGB")
    except (ImageCms.PyCMSError, OSError, ValueError):
        # Browsers do the same: the picture is whole, only the description of its colours is not.
        return None


def _applied(image: Image.Image, transform: Transform) -> Image.Image:
    converted = ImageCms.applyTransform(image, transform)
    return converted if converted is not None else image


def luma_of(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """BT.601 luma of gamma-coded sRGB (height x width x 3): uint8, height x width."""
    return np.asarray(cv2.transform(pixels, BT_601), np.uint8).reshape(pixels.shape[:2])


def luma_curve(mode: str, profile: bytes | None) -> NDArray[np.uint8] | None:
    """What a profile makes of the 256 greys of a picture in `mode` (L or RGB); None where it leaves them alone."""
    if not profile:
        return None
    transform = _transform(profile, mode)
    if transform is None:
        return None
    ramp = Image.fromarray(np.arange(256, dtype=np.uint8)[None])
    curve = luma_of(np.asarray(_applied(ramp.convert(mode), transform).convert("RGB"), np.uint8))[0]
    return curve if int(np.abs(curve.astype(int) - np.arange(256)).max()) > 1 else None


@functools.cache
def _srgb() -> ImageCms.ImageCmsProfile:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))


def linear_light(levels: NDArray[np.float32]) -> NDArray[np.float32]:
    """Gamma-coded sRGB in 0 to 1 to linear light in 0 to 1 (IEC 61966-2-1)."""
    return np.where(levels <= 0.04045, levels / 12.92, ((levels + 0.055) / 1.055) ** 2.4).astype(np.float32)


def gamma_coded(light: NDArray[np.float32]) -> NDArray[np.float32]:
    """Linear light in 0 to 1 to gamma-coded sRGB in 0 to 1 (IEC 61966-2-1)."""
    kept = np.clip(light, 0, 1)
    return np.where(kept <= 0.0031308, kept * 12.92, 1.055 * kept ** (1 / 2.4) - 0.055).astype(np.float32)


def _from_p3(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    table = linear_light(np.arange(256, dtype=np.float32) / np.float32(255))
    light = np.asarray(cv2.transform(table[pixels], _P3_TO_SRGB), np.float32)
    return np.rint(gamma_coded(light) * 255).astype(np.uint8)


def _deep_grey(image: Image.Image) -> Callable[[Image.Image], NDArray[np.uint8]]:
    """From strips of grey with more than 8 bits to RGB: 0 to 65,535 for integers, 0 to 1 for floats, clipped.

    Floats that go beyond 1 anywhere in the picture are taken for 0 to 255.
    """
    if image.mode != "F":
        top = 65_535.0
    else:
        brightest = image.getextrema()[1]
        top = 255.0 if isinstance(brightest, float) and brightest > 1 else 1.0

    def convert(strip: Image.Image) -> NDArray[np.uint8]:
        grey = np.nan_to_num(np.asarray(strip).astype(np.float64)) / top * 255
        levels = np.clip(np.rint(grey), 0, 255).astype(np.uint8)
        return np.asarray(cv2.cvtColor(levels, cv2.COLOR_GRAY2RGB), np.uint8)

    return convert
