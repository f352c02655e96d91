import numpy as np
import pytest

from ml.models.manifest import PictureInput
from ml.models.tensors import picture_tensor
from tests.ml.scenes import room


def wanted(**fields: object) -> PictureInput:
    return PictureInput.model_validate({"width": 64, "height": 48, **fields})


def test_a_picture_becomes_a_batch_of_one_in_the_models_layout() -> None:
    pixels = room(1)
    assert picture_tensor(pixels, wanted()).shape == (1, 3, 48, 64)
    assert picture_tensor(pixels, wanted(layout="nhwc")).shape == (1, 48, 64, 3)
    assert np.array_equal(
        picture_tensor(pixels, wanted()).transpose(0, 2, 3, 1), picture_tensor(pixels, wanted(layout="nhwc"))
    )


def test_bytes_stay_the_pictures_own_values() -> None:
    white = np.full((90, 120, 3), 255, np.uint8)
    tensor = picture_tensor(white, wanted(dtype="uint8"))
    assert tensor.dtype == np.uint8
    assert (tensor == 255).all()


def test_real_values_are_less_the_mean_over_the_deviation_in_the_models_range() -> None:
    pixels = np.full((90, 120, 3), (0, 51, 255), np.uint8)
    unit = picture_tensor(pixels, wanted(mean=(0.5, 0.2, 0.0), std=(1.0, 1.0, 0.5)))
    assert unit[0, :, 0, 0] == pytest.approx([-0.5, 0.0, 2.0], abs=1e-6)
    full = picture_tensor(pixels, wanted(mean=(10.0, 0.0, 0.0), std=(1.0, 3.0, 1.0), range=255))
    assert full[0, :, 0, 0] == pytest.approx([-10.0, 17.0, 255.0], abs=1e-4)


def test_a_channel_of_ones_follows_the_colours() -> None:
    tensor = picture_tensor(room(2), wanted(layout="nhwc", range=255, ones_channel=True))
    assert tensor.shape == (1, 48, 64, 4)
    assert (tensor[..., 3] == 1).all()
    assert tensor[..., :3].max() > 1


@pytest.mark.parametrize("size", [(640, 480), (20, 16)])
def test_the_whole_photo_is_seen_larger_or_smaller_than_the_model(size: tuple[int, int]) -> None:
    pixels = np.zeros((size[1], size[0], 3), np.uint8)
    pixels[: size[1] // 2, : size[0] // 2] = 255
    tensor = picture_tensor(pixels, wanted(dtype="uint8", layout="nhwc"))[0, :, :, 0].astype(int)
    assert (tensor[0, 0], tensor[0, -1], tensor[-1, 0], tensor[-1, -1]) == (255, 0, 0, 0)
    assert tensor.mean() == pytest.approx(255 / 4, abs=3)
