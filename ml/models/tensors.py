"""A photo's pixels as a model wants them."""

import cv2
import numpy as np
from numpy.typing import NDArray

from ml.models.manifest import PictureInput
from ml.models.memory import Tensor


def picture_tensor(pixels: NDArray[np.uint8], wanted: PictureInput) -> Tensor:
    """One photo (sRGB, height x width x 3) as a batch of one, in the layout, type and range that `wanted` says.

    The whole photo is squashed to the model's shape, so that nothing at its sides is lost and a place in the answer is
    the same place in the photo.
    """
    height, width = pixels.shape[:2]
    shrinks = width > wanted.width or height > wanted.height
    how = cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR
    values: Tensor = np.asarray(cv2.resize(pixels, (wanted.width, wanted.height), interpolation=how))
    if wanted.dtype == "float32":
        mean, std = np.array(wanted.mean, np.float32), np.array(wanted.std, np.float32)
        values = (values.astype(np.float32) * np.float32(wanted.range / 255) - mean) / std
    if wanted.ones_channel:
        values = np.concatenate([values, np.ones_like(values[:, :, :1])], axis=2)
    if wanted.layout == "nchw":
        values = values.transpose(2, 0, 1)
    return np.ascontiguousarray(values[None])
