import io
import struct

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image, ImageCms
from pillow_heif import register_heif_opener

from ml.decode import decode_bytes
from ml.srgb import gamma_coded, linear_light, luma_of
from tests.ml.scenes import room

register_heif_opener()

P3_IN_D50 = {
    b"rXYZ": (0.51512, 0.24120, -0.00105),
    b"gXYZ": (0.29198, 0.69225, 0.04189),
    b"bXYZ": (0.15710, 0.06657, 0.78407),
}
"""Display P3's primaries, adapted to D50 as in its ICC profile."""

P3_XY = ((0.680, 0.320), (0.265, 0.690), (0.150, 0.060))
SRGB_XY = ((0.640, 0.330), (0.300, 0.600), (0.150, 0.060))
D65_XY = (0.3127, 0.3290)

COLOURS = [(200, 100, 80), (128, 128, 128), (90, 140, 120), (240, 230, 210), (60, 80, 150), (255, 255, 255), (0, 0, 0)]
"""Colours of Display P3 that sRGB holds too."""


def profile_with(changes: dict[bytes, tuple[float, float, float]]) -> bytes:
    """The sRGB profile with other primaries."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    (count,) = struct.unpack(">I", profile[128:132])
    for number in range(count):
        name, at, _ = struct.unpack(">4sII", profile[132 + 12 * number : 144 + 12 * number])
        if name in changes:
            profile[at + 8 : at + 20] = struct.pack(">3i", *(round(part * 65536) for part in changes[name]))
    return bytes(profile)


def to_xyz(primaries: tuple[tuple[float, float], ...]) -> NDArray[np.float64]:
    """Linear light of three primaries with the white D65 to XYZ, from their chromaticities alone."""
    columns = np.array([[x / y, 1, (1 - x - y) / y] for x, y in primaries]).T
    x, y = D65_XY
    return columns * np.linalg.solve(columns, np.array([x / y, 1, (1 - x - y) / y]))


def p3_in_srgb(colour: tuple[int, int, int]) -> NDArray[np.float64]:
    light = linear_light(np.array(colour, np.float32) / np.float32(255)).astype(np.float64)
    ours = np.linalg.solve(to_xyz(SRGB_XY), to_xyz(P3_XY) @ light)
    return np.asarray(gamma_coded(ours.astype(np.float32)) * 255, np.float64)


def file_of(image: Image.Image, form: str, **options: object) -> bytes:
    target = io.BytesIO()
    image.save(target, form, **options)
    return target.getvalue()


@pytest.mark.parametrize("colour", COLOURS)
@pytest.mark.parametrize(
    ("form", "options"),
    [("PNG", {}), ("JPEG", {"quality": 98, "subsampling": 0}), ("TIFF", {}), ("WEBP", {"lossless": True})],
)
def test_display_p3_becomes_the_srgb_that_the_primaries_say(
    colour: tuple[int, int, int], form: str, options: dict[str, object]
) -> None:
    image = Image.new("RGB", (64, 48), colour)
    photo = decode_bytes(file_of(image, form, icc_profile=profile_with(P3_IN_D50), **options), "phone")
    assert photo.pixels[20, 20].astype(float) == pytest.approx(p3_in_srgb(colour), abs=2.5)


@pytest.mark.parametrize("colour", COLOURS)
def test_a_phones_heic_in_display_p3_becomes_srgb(colour: tuple[int, int, int]) -> None:
    image = Image.new("RGB", (64, 64), colour)
    data = file_of(image, "HEIF", icc_profile=profile_with(P3_IN_D50), quality=-1, chroma=444)
    assert decode_bytes(data, "phone").pixels[20, 20].astype(float) == pytest.approx(p3_in_srgb(colour), abs=3.5)


@pytest.mark.parametrize("colour", COLOURS)
def test_heic_in_p3_by_its_code_points_alone_becomes_srgb(colour: tuple[int, int, int]) -> None:
    data = file_of(Image.new("RGB", (64, 64), colour), "HEIF", quality=-1, chroma=444, color_primaries=12)
    assert decode_bytes(data, "phone").pixels[20, 20].astype(float) == pytest.approx(p3_in_srgb(colour), abs=3.5)


def test_the_most_saturated_red_of_p3_is_the_most_saturated_of_srgb() -> None:
    data = file_of(Image.new("RGB", (64, 48), (255, 0, 0)), "PNG", icc_profile=profile_with(P3_IN_D50))
    assert decode_bytes(data, "phone").pixels[5, 5].tolist() == [255, 0, 0]


def profile_with_gamma(exponent: float) -> bytes:
    """The sRGB profile with another exponent in its tone curves."""
    profile = bytearray(profile_with({}))
    at = profile.index(b"para")
    while at >= 0:
        profile[at + 12 : at + 16] = struct.pack(">i", round(exponent * 65536))
        at = profile.find(b"para", at + 4)
    return bytes(profile)


def test_a_jpegs_luma_follows_the_tone_curve_of_its_profile() -> None:
    grey = np.repeat(luma_of(room(3, 1400, 1000))[:, :, None], 3, axis=2)
    photo = decode_bytes(file_of(Image.fromarray(grey), "JPEG", icc_profile=profile_with_gamma(1.8), quality=95), "a")
    assert float(photo.luma.mean()) > grey.mean() + 10
    assert np.abs(photo.luma.astype(int) - luma_of(photo.pixels)).max() <= 3


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "LA"])
def test_sixteen_bits_a_channel_become_eight(mode: str) -> None:
    levels = np.array([40, 130, 220], np.uint8)
    channels = {"RGB": (0, 1, 2), "RGBA": (0, 1, 2), "LA": (1,)}[mode]
    data = sixteen_bit_png(levels[list(channels)], alpha=mode != "RGB")
    photo = decode_bytes(data, "deep")
    wanted = levels if len(channels) == 3 else levels[[1, 1, 1]]
    assert np.abs(photo.pixels[10, 10].astype(int) - wanted).max() <= 1


def sixteen_bit_png(levels: NDArray[np.uint8], *, alpha: bool) -> bytes:
    import zlib

    parts = [*(int(level) * 257 for level in levels), *([65535] if alpha else [])]
    row = b"\0" + struct.pack(f">{len(parts)}H", *parts) * 48
    kind = (2 if len(levels) == 3 else 0) + (4 if alpha else 0)
    header = struct.pack(">IIBBBBB", 48, 48, 16, kind, 0, 0, 0)

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(row * 48)) + chunk(b"IEND", b"")


@pytest.mark.parametrize("form", ["JPEG", "TIFF"])
def test_cmyk_becomes_rgb(form: str) -> None:
    cmyk = Image.new("CMYK", (64, 48), (0, 255, 255, 0))
    pixels = decode_bytes(file_of(cmyk, form), "print").pixels
    assert pixels[10, 10, 0] > 230
    assert pixels[10, 10, 1:].max() < 30


def test_half_transparent_black_on_white_is_grey() -> None:
    pixels = np.zeros((40, 40, 4), np.uint8)
    pixels[:, :, 3] = 128
    photo = decode_bytes(file_of(Image.fromarray(pixels), "PNG"), "a")
    assert photo.pixels[5, 5].tolist() == [127, 127, 127]


@settings(max_examples=50, deadline=None, derandomize=True)
@given(level=st.floats(0, 1))
def test_linear_light_and_gamma_undo_each_other(level: float) -> None:
    value = np.array([level], np.float32)
    assert float(gamma_coded(linear_light(value))[0]) == pytest.approx(level, abs=1e-4)
