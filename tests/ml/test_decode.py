import contextlib
import io
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms, ImageOps
from PIL.PngImagePlugin import PngInfo

from ml.decode import DRAFT_SIDE, decode_bytes, decode_photo, draft_factor, shrink
from ml.errors import (
    PhotoBytesError,
    PhotoCostError,
    PhotoError,
    PhotoFormatError,
    PhotoNotFoundError,
    PhotoPixelsError,
    PhotoTooSmallError,
    PhotoTruncatedError,
    PhotoUnreadableError,
)
from ml.opening import Limits, scans_of
from ml.srgb import luma_of
from schemas.errors import CATALOGUE
from schemas.photo import ImageFormat
from tests.ml.scenes import encoded, room, saved

FORMS = {
    "JPEG": ImageFormat.JPEG,
    "PNG": ImageFormat.PNG,
    "WEBP": ImageFormat.WEBP,
    "TIFF": ImageFormat.TIFF,
    "BMP": ImageFormat.BMP,
    "GIF": ImageFormat.GIF,
    "HEIF": ImageFormat.HEIC,
}


def image_bytes(image: Image.Image, form: str, **options: object) -> bytes:
    target = io.BytesIO()
    image.save(target, form, **options)
    return target.getvalue()


@pytest.mark.parametrize(("form", "expected"), FORMS.items())
def test_every_format_that_is_taken_gives_its_pixels(form: str, expected: ImageFormat) -> None:
    photo = decode_bytes(encoded(room(1), form), "a")
    assert photo.format is expected
    assert (photo.width, photo.height) == (640, 480)
    assert np.abs(photo.pixels.astype(int) - room(1)).mean() < 12


def test_a_lossless_file_gives_exactly_its_pixels() -> None:
    assert np.array_equal(decode_bytes(encoded(room(1), "PNG"), "a").pixels, room(1))


def test_the_name_of_a_file_does_not_matter(tmp_path: Path) -> None:
    path = saved(tmp_path, "photo.jpg", room(1), "PNG")
    assert decode_photo(path).format is ImageFormat.PNG


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_photo_stands_upright_whatever_its_exif_orientation(orientation: int) -> None:
    upright = room(2, 96, 64)
    undo = {
        1: upright,
        2: upright[:, ::-1],
        3: upright[::-1, ::-1],
        4: upright[::-1],
        5: upright.transpose(1, 0, 2),
        6: np.rot90(upright, 1),
        7: np.rot90(upright, 2).transpose(1, 0, 2),
        8: np.rot90(upright, -1),
    }
    exif = Image.Exif()
    exif[0x0112] = orientation
    stored = Image.fromarray(np.ascontiguousarray(undo[orientation]))
    photo = decode_bytes(image_bytes(stored, "PNG", exif=exif.tobytes()), "a")
    assert np.array_equal(photo.pixels, upright)


@pytest.mark.parametrize("orientation", [3, 6, 8])
def test_draft_and_luma_stand_upright_too(orientation: int) -> None:
    upright = room(2, 1400, 900)
    turned = np.rot90(upright, {3: 2, 6: 1, 8: -1}[orientation])
    exif = Image.Exif()
    exif[0x0112] = orientation
    stored = Image.fromarray(np.ascontiguousarray(turned))
    photo = decode_bytes(image_bytes(stored, "JPEG", exif=exif.tobytes(), quality=95), "a")
    assert (photo.width, photo.height) == (1400, 900)
    assert np.abs(photo.luma.astype(int) - luma_of(upright)).mean() < 8
    assert photo.draft.shape == (450, 700, 3)
    assert np.abs(photo.draft.astype(int) - shrink(upright, 2)).mean() < 6


def test_a_heic_turned_by_its_container_is_turned_once() -> None:
    upright = room(2, 96, 64)
    exif = Image.Exif()
    exif[0x0112] = 6
    stored = Image.fromarray(np.ascontiguousarray(np.rot90(upright, 1)))
    photo = decode_bytes(image_bytes(stored, "HEIF", exif=exif.tobytes(), quality=-1, chroma=444), "a")
    assert (photo.width, photo.height) == (96, 64)
    assert np.abs(photo.pixels.astype(int) - upright).mean() < 3


@pytest.mark.parametrize("form", ["JPEG", "PNG"])
def test_a_draft_shows_what_the_photo_shows(form: str) -> None:
    pixels = room(5, 2720, 2600)
    photo = decode_bytes(encoded(pixels, form), "a")
    assert photo.draft.shape == (325, 340, 3)
    assert np.abs(photo.draft.astype(int) - shrink(photo.pixels, 8)).mean() < 2


@settings(max_examples=100, deadline=None, derandomize=True)
@given(width=st.integers(32, 20_000), height=st.integers(32, 20_000))
def test_a_draft_keeps_enough_of_the_shorter_side(width: int, height: int) -> None:
    assert min(width, height) // draft_factor(width, height) >= min(DRAFT_SIDE, width, height)


@pytest.mark.parametrize("mode", ["RGB", "L"])
def test_the_luma_of_a_large_jpeg_is_that_of_its_greys(mode: str) -> None:
    grey = luma_of(room(6, 1400, 1000))
    photo = decode_bytes(image_bytes(Image.fromarray(grey).convert(mode), "JPEG", quality=95), "a")
    assert np.abs(photo.luma.astype(int) - luma_of(photo.pixels)).max() <= 2


def test_the_luma_does_not_depend_on_what_was_asked_before() -> None:
    data = encoded(room(6, 1400, 1000))
    before, after = decode_bytes(data, "a"), decode_bytes(data, "a")
    assert after.pixels.shape == (1000, 1400, 3)
    assert np.array_equal(before.luma, after.luma)


def test_transparent_parts_become_white() -> None:
    pixels = np.zeros((40, 40, 4), np.uint8)
    pixels[:20] = (10, 20, 30, 255)
    photo = decode_bytes(image_bytes(Image.fromarray(pixels), "PNG"), "a")
    assert photo.pixels[5, 5].tolist() == [10, 20, 30]
    assert photo.pixels[35, 35].tolist() == [255, 255, 255]


def test_a_palette_with_a_transparent_colour_is_laid_on_white() -> None:
    image = Image.new("P", (40, 40), 0)
    image.putpalette([200, 0, 0, 0, 0, 200] + [0] * 750)
    image.paste(1, (0, 0, 40, 20))
    photo = decode_bytes(image_bytes(image, "PNG", transparency=0), "a")
    assert photo.pixels[5, 5].tolist() == [0, 0, 200]
    assert photo.pixels[35, 35].tolist() == [255, 255, 255]


def test_sixteen_bit_grey_keeps_its_tones() -> None:
    ramp = np.tile(np.linspace(0, 65535, 256).astype(np.uint16), (40, 1))
    photo = decode_bytes(image_bytes(Image.fromarray(ramp), "PNG"), "a")
    assert np.abs(photo.pixels[0, :, 0].astype(int) - np.arange(256)).max() <= 1


@pytest.mark.parametrize("mode", ["L", "1", "CMYK", "YCbCr", "LAB", "F"])
def test_other_colour_modes_become_rgb(mode: str) -> None:
    grey = Image.fromarray(np.full((48, 48), 255, np.uint8))
    source = grey if mode in ("L", "1", "F") else Image.new("RGB", (48, 48), (255, 255, 255))
    if mode == "LAB":
        lab, srgb = ImageCms.createProfile("LAB"), ImageCms.createProfile("sRGB")
        source = ImageCms.profileToProfile(source, srgb, lab, outputMode="LAB") or source
    else:
        source = source.convert(mode)
    photo = decode_bytes(image_bytes(source, "TIFF"), "a")
    assert photo.pixels.shape == (48, 48, 3)
    assert photo.pixels.min() >= 250


def _swapped_profile() -> bytes:
    """An sRGB profile whose red and blue primaries are exchanged."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    (count,) = struct.unpack(">I", profile[128:132])
    at = {bytes(profile[132 + 12 * n : 136 + 12 * n]): 132 + 12 * n for n in range(count)}
    red, blue = at[b"rXYZ"], at[b"bXYZ"]
    profile[red + 4 : red + 12], profile[blue + 4 : blue + 12] = (
        profile[blue + 4 : blue + 12],
        profile[red + 4 : red + 12],
    )
    return bytes(profile)


def test_colours_follow_the_embedded_profile() -> None:
    red = Image.new("RGB", (48, 48), (255, 0, 0))
    photo = decode_bytes(image_bytes(red, "PNG", icc_profile=_swapped_profile()), "a")
    assert photo.pixels[0, 0, 2] > 240
    assert photo.pixels[0, 0, 0] < 15


def test_a_broken_profile_leaves_the_colours_as_they_are() -> None:
    red = Image.new("RGB", (48, 48), (255, 0, 0))
    photo = decode_bytes(image_bytes(red, "PNG", icc_profile=b"no profile at all"), "a")
    assert photo.pixels[0, 0].tolist() == [255, 0, 0]


def test_of_an_animation_the_first_picture_is_taken() -> None:
    first, second = Image.new("RGB", (48, 48), (200, 0, 0)), Image.new("RGB", (48, 48), (0, 0, 200))
    photo = decode_bytes(image_bytes(first, "GIF", save_all=True, append_images=[second]), "a")
    assert photo.pixels[0, 0, 0] > 150


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(PhotoNotFoundError, match=r"kitchen\.jpg") as caught:
        decode_photo(tmp_path / "kitchen.jpg")
    assert caught.value.code == "photo_not_found"


def test_a_folder_is_not_a_photo(tmp_path: Path) -> None:
    with pytest.raises(PhotoUnreadableError, match="not a regular file"):
        decode_photo(tmp_path)


def test_an_empty_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "empty.jpg"
    path.touch()
    with pytest.raises(PhotoUnreadableError, match=r"empty\.jpg is empty"):
        decode_photo(path)


def test_a_file_above_the_limit_of_bytes_is_not_read(tmp_path: Path) -> None:
    path = saved(tmp_path, "big.jpg", room(1))
    with pytest.raises(PhotoBytesError, match=r"big\.jpg"):
        decode_photo(path, Limits(max_bytes=1000))


def test_text_is_not_a_picture(tmp_path: Path) -> None:
    path = tmp_path / "notes.jpg"
    path.write_text("This is a letter, whatever its name ends in. " * 40)
    with pytest.raises(PhotoUnreadableError, match=r"notes\.jpg is not a picture"):
        decode_photo(path)


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "TIFF", "BMP", "HEIF"])
@pytest.mark.parametrize("share", [0.3, 0.6, 0.95])
def test_a_file_cut_short_is_truncated_and_never_half_a_photo(form: str, share: float) -> None:
    data = encoded(room(3, 320, 240), form)
    with pytest.raises(PhotoTruncatedError):
        decode_bytes(data[: int(len(data) * share)], "cut")


@pytest.mark.parametrize("length", [4, 20, 200])
def test_a_jpeg_cut_within_its_header_is_truncated(length: int) -> None:
    with pytest.raises(PhotoTruncatedError):
        decode_bytes(encoded(room(3))[:length], "cut")


def _png_chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


@pytest.mark.parametrize("side", [20_000, 60_000, 2_000_000_000])
def test_a_bomb_is_refused_by_its_header(side: int) -> None:
    header = _png_chunk(b"IHDR", struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0))
    bomb = b"\x89PNG\r\n\x1a\n" + header + _png_chunk(b"IDAT", zlib.compress(bytes(10_000))) + _png_chunk(b"IEND", b"")
    with pytest.raises(PhotoPixelsError):
        decode_bytes(bomb, "bomb")


def test_a_jpeg_of_very_many_scans_is_refused_before_it_is_decoded() -> None:
    data = image_bytes(Image.new("RGB", (640, 480), (90, 90, 90)), "JPEG", progressive=True)
    start = data.rindex(b"\xff\xda")
    bomb = data[:start] + data[start:-2] * 20_000 + data[-2:]
    with pytest.raises(PhotoCostError, match="scans"):
        decode_bytes(bomb, "bomb")
    assert decode_bytes(data, "fine").width == 640


@pytest.mark.parametrize("form", ["JPEG", "PNG", "TIFF", "BMP", "GIF"])
def test_decoding_ends_when_it_has_cost_too_much(form: str) -> None:
    with pytest.raises(PhotoCostError, match="processor time"):
        decode_bytes(encoded(room(1), form), "slow", Limits(max_cpu_seconds=-1.0))


def test_a_text_that_unpacks_without_end_is_no_photo() -> None:
    body = b"Comment\0\0" + zlib.compress(bytes(80_000_000))
    plain = encoded(room(1, 64, 48), "PNG")
    bomb = plain[:33] + _png_chunk(b"zTXt", body) + plain[33:]
    with pytest.raises(PhotoUnreadableError):
        decode_bytes(bomb, "bomb")


def _secrets() -> bytes:
    exif = Image.Exif()
    exif[0x010F], exif[0x0110], exif[0xA431] = "SECRETMAKER", "SECRETMODEL", "SECRETSERIAL"
    exif[0x9C9B] = "SECRETTITLE".encode("utf-16le")
    exif.get_ifd(0x8769)[0xA435] = "SECRETLENS"
    exif.get_ifd(0x8769)[0x927C] = b"SECRETNOTE"
    exif.get_ifd(0x8825).update({1: "N", 2: (52.0, 31.0, 12.0), 3: "E", 4: (13.0, 24.0, 18.0)})
    return exif.tobytes()


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "TIFF", "HEIF"])
def test_a_decoded_photo_is_its_pixels_and_nothing_of_the_camera_or_the_place(form: str) -> None:
    options: dict[str, object] = {"exif": _secrets()}
    if form in ("JPEG", "WEBP", "HEIF"):
        options["xmp"] = b"<x:xmpmeta xmlns:x='adobe:ns:meta/'>SECRETXMP</x:xmpmeta>"
    if form == "JPEG":
        options["comment"] = b"SECRETCOMMENT"
    if form == "PNG":
        texts = PngInfo()
        texts.add_text("Author", "SECRETAUTHOR")
        options["pnginfo"] = texts
    data = image_bytes(Image.fromarray(room(1, 320, 240)), form, **options)
    assert b"SECRET" in data
    photo = decode_bytes(data, "a")
    told = {name: value for name, value in vars(photo).items() if not name.startswith("_")}
    assert set(told) == {"bytes", "sha256", "format", "width", "height", "draft"}
    assert b"SECRET" not in photo.pixels.tobytes()


def test_a_picture_too_small_to_judge_is_refused() -> None:
    with pytest.raises(PhotoTooSmallError):
        decode_bytes(encoded(room(1, 20, 200), "PNG"), "icon")


def test_a_format_that_is_not_taken_is_named() -> None:
    with pytest.raises(PhotoFormatError, match="PPM"):
        decode_bytes(encoded(room(1), "PPM"), "old")


@pytest.mark.parametrize("error", PhotoError.__subclasses__())
def test_every_error_has_a_code_of_the_catalogue(error: type[PhotoError]) -> None:
    assert error.code in CATALOGUE


@settings(max_examples=150, deadline=None, derandomize=True)
@given(form=st.sampled_from(sorted(FORMS)), seed=st.integers(0, 2**32), cut=st.floats(0, 1))
def test_damaged_bytes_give_a_photo_or_a_photo_error_and_nothing_else(form: str, seed: int, cut: float) -> None:
    draw = np.random.default_rng(seed)
    data = bytearray(encoded(room(4, 96, 64), form))
    for _ in range(int(draw.integers(1, 12))):
        data[int(draw.integers(len(data)))] = int(draw.integers(256))
    damaged = bytes(data[: max(1, int(len(data) * cut))]) if draw.random() < 0.5 else bytes(data)
    with contextlib.suppress(PhotoError):
        assert decode_bytes(damaged, "damaged", Limits(max_pixels=4_000_000)).pixels.ndim == 3


@pytest.mark.parametrize("orientation", range(1, 9))
def test_every_orientation_is_turned_upright_as_pillow_does(orientation: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    data = image_bytes(Image.fromarray(room(3, 320, 240)), "PNG", exif=exif.tobytes())
    expected = np.asarray(ImageOps.exif_transpose(Image.open(io.BytesIO(data))))
    assert np.array_equal(decode_bytes(data, "a").pixels, expected)


@pytest.mark.parametrize("seed", range(40))
def test_broken_metadata_is_no_fault_of_the_pixels(seed: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = "Maker"
    exif[0x011A] = 72.0
    block = bytearray(exif.tobytes())
    draw = np.random.default_rng(seed)
    for place in draw.integers(14, len(block), 4):
        block[place] = draw.integers(256)
    photo = decode_bytes(image_bytes(Image.fromarray(room(3, 320, 240)), "PNG", exif=bytes(block)), "a")
    assert sorted(photo.pixels.shape) == [3, 240, 320]


def test_what_is_appended_to_a_jpeg_is_not_counted_as_its_scans() -> None:
    data = image_bytes(Image.fromarray(room(1, 320, 240)), "JPEG")
    tail = b"\xff\xda" * 1000
    assert scans_of(data) == scans_of(data + tail) == 1
    assert decode_bytes(data + tail, "motion.jpg").width == 320


def test_a_progressive_jpegs_scans_are_counted() -> None:
    assert scans_of(image_bytes(Image.fromarray(room(1, 320, 240)), "JPEG", progressive=True)) > 3


def test_a_jpeg_of_segments_without_end_is_too_costly() -> None:
    data = image_bytes(Image.fromarray(room(1, 320, 240)), "JPEG")
    with pytest.raises(PhotoCostError):
        decode_bytes(data[:2] + b"\xff\xfe\x00\x02" * 200_000 + data[2:], "a")
