import io

import numpy as np
import pytest
from PIL import Image

from ml.errors import PhotoUnreadableError
from ml.staging.room.exif import crop_factor, focal_35mm_of


def jpeg(size: tuple[int, int], tags: dict[int, object]) -> bytes:
    exif = Image.Exif()
    exif.get_ifd(0x8769).update(tags)
    data = io.BytesIO()
    Image.new("RGB", size).save(data, "JPEG", exif=exif)
    return data.getvalue()


def test_the_focal_length_is_read_from_the_file() -> None:
    assert focal_35mm_of(jpeg((400, 300), {0xA405: 24}), "a.jpg") == pytest.approx(24)


def test_a_resized_photo_keeps_its_focal_length() -> None:
    tags: dict[int, object] = {0xA405: 24, 0xA002: 4000, 0xA003: 3000}
    assert focal_35mm_of(jpeg((800, 600), tags), "a.jpg") == pytest.approx(24)


def test_a_crop_counts_as_a_longer_lens() -> None:
    """Half of the height cut off: the diagonal of 4000 x 3000 is 5000, that of 4000 x 1500 is 4272."""
    tags: dict[int, object] = {0xA405: 24, 0xA002: 4000, 0xA003: 3000}
    assert focal_35mm_of(jpeg((800, 300), tags), "a.jpg") == pytest.approx(24 * 5000 / np.hypot(4000, 1500), rel=1e-3)


def test_a_lying_original_is_the_same_shape() -> None:
    assert crop_factor((600, 800), (4000, 3000)) == 1.0


def test_a_shape_of_no_sensor_was_cut() -> None:
    assert crop_factor((1600, 900), None) == pytest.approx(np.hypot(1600, 1600 / 1.5) / np.hypot(1600, 900))
    assert crop_factor((1000, 1000), None) == pytest.approx((5 / 3) / np.sqrt(2), rel=1e-3)
    assert crop_factor((1500, 1000), None) == crop_factor((1200, 900), None) == 1.0


@pytest.mark.parametrize("value", [0, 3, 2000])
def test_what_no_lens_has_is_not_believed(value: int) -> None:
    assert focal_35mm_of(jpeg((400, 300), {0xA405: value}), "a.jpg") is None


def test_a_file_without_metadata_tells_nothing() -> None:
    data = io.BytesIO()
    Image.new("RGB", (64, 64)).save(data, "PNG")
    assert focal_35mm_of(data.getvalue(), "a.png") is None


def test_what_is_no_picture_is_refused() -> None:
    with pytest.raises(PhotoUnreadableError):
        focal_35mm_of(b"not a picture at all", "a.jpg")
