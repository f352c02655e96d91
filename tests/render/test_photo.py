"""Decoding: whatever a camera writes becomes upright 8-bit sRGB; whatever is broken gets one code."""

import io
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms

from render import photo as photo_module
from render.errors import PhotoError
from render.photo import load_photo, read_header
from tests.render.pictures import make_photo, texture


def code_of(path: Path) -> str:
    with pytest.raises(PhotoError) as caught:
        load_photo(path)
    assert str(path.name) in caught.value.message
    return caught.value.code


def pixel(path: Path, x: int = 0, y: int = 0) -> tuple[int, ...]:
    found = load_photo(path).image.getpixel((x, y))
    assert isinstance(found, tuple)
    return tuple(int(value) for value in found)


def test_a_photo_keeps_its_size_and_colours(tmp_path: Path) -> None:
    photo = load_photo(make_photo(tmp_path / "a.jpg", 300, 200))
    assert (photo.width, photo.height, photo.image.mode) == (300, 200, "RGB")
    assert np.abs(np.asarray(photo.image).astype(int) - texture(300, 200)).mean() < 3


def test_a_jpeg_named_png_is_read_by_its_content(tmp_path: Path) -> None:
    path = make_photo(tmp_path / "a.jpg")
    misnamed = path.rename(tmp_path / "a.png")
    assert load_photo(misnamed).width == 480


@pytest.mark.parametrize("orientation", range(1, 9))
def test_every_exif_orientation_comes_out_upright(tmp_path: Path, orientation: int) -> None:
    upright = np.zeros((40, 60, 3), np.uint8)
    upright[:20, :30] = (255, 0, 0)  # red upper left
    upright[20:, 30:] = (0, 0, 255)  # blue lower right
    undo = {2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}  # Pillow's transposes that store it as such a camera does
    stored = Image.fromarray(upright)
    if orientation in undo:
        stored = stored.transpose(Image.Transpose(undo[orientation]))
    exif = Image.Exif()
    exif[0x0112] = orientation
    stored.save(tmp_path / "a.png", exif=exif)
    header = read_header(tmp_path / "a.png")
    assert (header.width, header.height) == (60, 40)
    assert np.array_equal(np.asarray(load_photo(tmp_path / "a.png").image), upright)


def test_a_wide_gamut_profile_is_converted_to_srgb(tmp_path: Path) -> None:
    # A profile whose red and blue are exchanged shows whether it was applied at all.
    source = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    swapped = bytearray(source)
    count = struct.unpack(">I", source[128:132])[0]
    tags = {source[132 + 12 * i : 136 + 12 * i]: 132 + 12 * i for i in range(count)}
    red, blue = tags[b"rXYZ"], tags[b"bXYZ"]
    swapped[red + 4 : red + 12], swapped[blue + 4 : blue + 12] = (
        source[blue + 4 : blue + 12],
        source[red + 4 : red + 12],
    )
    Image.new("RGB", (64, 64), (250, 10, 10)).save(tmp_path / "a.png", icc_profile=bytes(swapped))
    red_value, _, blue_value = pixel(tmp_path / "a.png")
    assert blue_value > 200 > 60 > red_value


def test_a_broken_profile_is_said_and_not_used(tmp_path: Path) -> None:
    Image.new("RGB", (64, 64), (200, 100, 50)).save(tmp_path / "a.png", icc_profile=b"no profile at all")
    photo = load_photo(tmp_path / "a.png")
    assert photo.image.getpixel((0, 0)) == (200, 100, 50)
    assert "profile" in photo.notes[0]


def test_sixteen_bit_grey_keeps_its_brightness(tmp_path: Path) -> None:
    Image.fromarray(np.full((40, 40), 32768, np.uint16)).save(tmp_path / "a.png")
    assert pixel(tmp_path / "a.png") == (128, 128, 128)


def test_sixteen_bit_colour_png_keeps_its_colours(tmp_path: Path) -> None:
    rows = b"".join(b"\0" + struct.pack(">3H", 65535, 32768, 0) * 32 for _ in range(32))
    chunks = (
        (b"IHDR", struct.pack(">IIBBBBB", 32, 32, 16, 2, 0, 0, 0)),
        (b"IDAT", zlib.compress(rows)),
        (b"IEND", b""),
    )
    data = b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body)) for kind, body in chunks
    )
    (tmp_path / "a.png").write_bytes(data)
    assert pixel(tmp_path / "a.png") == (255, 128, 0)


def test_transparent_pixels_become_white(tmp_path: Path) -> None:
    Image.new("RGBA", (32, 32), (0, 0, 0, 0)).save(tmp_path / "clear.png")
    Image.new("LA", (32, 32), (0, 128)).save(tmp_path / "half.png")
    assert pixel(tmp_path / "clear.png") == (255, 255, 255)
    assert pixel(tmp_path / "half.png") == (127, 127, 127)


def test_palettes_with_and_without_transparency_are_read(tmp_path: Path) -> None:
    picture = Image.new("P", (32, 32), 1)
    picture.putpalette([255, 0, 0, 0, 128, 0])
    picture.save(tmp_path / "plain.png")
    picture.save(tmp_path / "clear.gif", transparency=1)
    assert pixel(tmp_path / "plain.png") == (0, 128, 0)
    assert pixel(tmp_path / "clear.gif") == (255, 255, 255)


@pytest.mark.parametrize("mode", ["L", "1", "CMYK", "YCbCr"])
def test_other_modes_become_rgb(tmp_path: Path, mode: str) -> None:
    Image.new("RGB", (32, 32), (255, 255, 255)).convert(mode).save(tmp_path / "a.tif")
    assert pixel(tmp_path / "a.tif") == (255, 255, 255)


def test_a_cmyk_jpeg_is_not_inverted(tmp_path: Path) -> None:
    Image.new("CMYK", (32, 32), (0, 255, 255, 0)).save(tmp_path / "a.jpg", quality=95)
    red, green, blue = pixel(tmp_path / "a.jpg")
    assert red > 200 > 60 > max(green, blue)


def test_a_large_jpeg_is_shrunk_while_it_is_decoded_but_not_below_the_need(tmp_path: Path) -> None:
    path = make_photo(tmp_path / "a.jpg", 1600, 1200)
    photo = load_photo(path, (390, 290))
    assert (photo.width, photo.height) == (1600, 1200)
    assert photo.image.size == (400, 300)


def test_a_missing_file_is_photo_not_found(tmp_path: Path) -> None:
    assert code_of(tmp_path / "nowhere.jpg") == "photo_not_found"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "image_unreadable"),
        (b"Dear agent, here are the photos.", "image_unreadable"),
        (b"\xff\xd8\xff\xe0", "image_truncated"),
        (b"\x89PNG\r\n\x1a\n\0\0", "image_truncated"),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "image_unreadable"),
        (b"%PDF-1.4 1 0 obj", "image_unreadable"),
    ],
)
def test_files_that_are_no_pictures_get_their_code(tmp_path: Path, content: bytes, code: str) -> None:
    (tmp_path / "a.jpg").write_bytes(content)
    assert code_of(tmp_path / "a.jpg") == code


def test_a_folder_is_not_a_photo(tmp_path: Path) -> None:
    assert code_of(tmp_path) == "image_unreadable"


@pytest.mark.parametrize("kind", ["jpg", "png", "webp", "tif", "bmp"])
def test_half_of_a_file_is_truncated(tmp_path: Path, kind: str) -> None:
    buffer = io.BytesIO()
    names = {"jpg": "JPEG", "tif": "TIFF"}
    Image.fromarray(texture(200, 150)).save(buffer, names.get(kind, kind.upper()))
    (tmp_path / f"a.{kind}").write_bytes(buffer.getvalue()[: len(buffer.getvalue()) // 2])
    assert code_of(tmp_path / f"a.{kind}") == "image_truncated"


@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
def test_a_bomb_is_refused_by_its_header(tmp_path: Path) -> None:
    for width, height in ((20_000, 20_000), (12_000, 10_001)):
        header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
        chunk = struct.pack(">I", 13) + b"IHDR" + header + struct.pack(">I", zlib.crc32(b"IHDR" + header))
        idat = struct.pack(">I", 0) + b"IDAT" + struct.pack(">I", zlib.crc32(b"IDAT"))
        (tmp_path / "bomb.png").write_bytes(b"\x89PNG\r\n\x1a\n" + chunk + idat)
        assert code_of(tmp_path / "bomb.png") == "image_too_large"


def test_a_picture_of_a_few_pixels_is_too_small(tmp_path: Path) -> None:
    Image.new("RGB", (200, 8)).save(tmp_path / "a.png")
    assert code_of(tmp_path / "a.png") == "image_too_small"


def test_a_file_with_too_many_bytes_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(photo_module, "MAX_BYTES", 100)
    assert code_of(make_photo(tmp_path / "a.jpg")) == "input_too_large"


@pytest.mark.filterwarnings("ignore::UserWarning")
@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data(), kind=st.sampled_from(["JPEG", "PNG", "WEBP", "TIFF", "GIF"]))
def test_damaged_bytes_give_a_picture_or_a_photo_error(tmp_path: Path, data: st.DataObject, kind: str) -> None:
    buffer = io.BytesIO()
    Image.fromarray(texture(64, 48)).save(buffer, kind)
    content = bytearray(buffer.getvalue())
    for _ in range(data.draw(st.integers(1, 6))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    (tmp_path / "a").write_bytes(bytes(content[: data.draw(st.integers(1, len(content)))]))
    try:
        assert load_photo(tmp_path / "a").image.mode == "RGB"
    except PhotoError as error:
        assert error.message.startswith("a ")  # noqa: PT017 (either outcome is right)


def test_a_heic_photo_comes_out_as_it_is(tmp_path: Path) -> None:
    picture = texture(160, 96, grain=24)
    Image.fromarray(picture).save(tmp_path / "a.heic", quality=95)
    photo = load_photo(tmp_path / "a.heic")
    assert (photo.width, photo.height) == (160, 96)
    assert np.abs(np.asarray(photo.image, int) - picture).mean() < 4
