"""Any picture that Pillow can hold to the colours of sRGB: profiles, 16 bits, CMYK, and white behind what is clear."""

import functools
import io

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


def to_srgb(image: Image.Image) -> NDArray[np.uint8]:
    """Pixels in sRGB: uint8, height x width x 3, transparent parts white. The picture is used up."""
    if image.mode.startswith("I") or image.mode == "F":
        return _deep_grey(image)
    profile = image.info.get("icc_profile")
    coded = image.info.get("nclx_profile")
    alpha: Image.Image | None = None
    if image.mode in ("RGBA", "LA", "PA", "La", "RGBa") or "transparency" in image.info:
        image = image.convert("RGBA")
        alpha = image.getchannel("A")
        image = image.convert("RGB")
    elif image.mode in ("1", "P"):
        image = image.convert("RGB")
    colours = apply_profile(image, profile) if profile else image
    pixels = np.asarray(colours if colours.mode == "RGB" else colours.convert("RGB"), np.uint8)
    if not profile and coded and coded.get("color_primaries") == _P3_PRIMARIES:
        pixels = _from_p3(pixels)
    if alpha is not None:
        share = np.asarray(alpha, np.float32)[:, :, None] / np.float32(255)
        pixels = np.rint(255 + (pixels - np.float32(255)) * share).astype(np.uint8)
    return pixels


def apply_profile(image: Image.Image, profile: bytes) -> Image.Image:
    """Colours by the embedded profile; one that does not fit the picture or cannot be read is no profile at all."""
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        converted = ImageCms.profileToProfile(image, source, _srgb(), outputMode="RGB")
    except (ImageCms.PyCMSError, OSError, ValueError):
        # Browsers do the same: the picture is whole, only the description of its colours is not.
        return image
    return converted if converted is not None else image


def luma_of(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """BT.601 luma of gamma-coded sRGB (height x width x 3): uint8, height x width."""
    return np.asarray(cv2.transform(pixels, BT_601), np.uint8).reshape(pixels.shape[:2])


def luma_curve(mode: str, profile: bytes | None) -> NDArray[np.uint8] | None:
    """What a profile makes of the 256 greys of a picture in `mode` (L or RGB); None where it leaves them alone."""
    if not profile:
        return None
    ramp = Image.fromarray(np.arange(256, dtype=np.uint8)[None])
    curve = luma_of(np.asarray(apply_profile(ramp.convert(mode), profile).convert("RGB"), np.uint8))[0]
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


def _deep_grey(image: Image.Image) -> NDArray[np.uint8]:
    """Grey with more than 8 bits to RGB: 0 to 65,535 for integers, 0 to 1 for floats, clipped."""
    values = np.asarray(image)
    if image.mode == "F":
        top = 1.0 if float(np.nanmax(values)) <= 1.0 else 255.0
        grey = np.nan_to_num(values) / top * 255
    else:
        grey = values.astype(np.float64) / 257
    levels = np.clip(np.rint(grey), 0, 255).astype(np.uint8)
    return np.asarray(cv2.cvtColor(levels, cv2.COLOR_GRAY2RGB), np.uint8)
