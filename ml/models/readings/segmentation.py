"""Segmenters' outputs as probabilities of classes."""

import cv2
import numpy as np
from numpy.typing import NDArray

from ml.errors import ModelError
from ml.models.loaded import LoadedModel
from ml.models.manifest import Reading
from ml.models.tensors import picture_tensor

Floats = NDArray[np.float32]


_SIDE = 256
"""Height and width that answers are brought to, where the model's are larger: what follows counts areas."""


def class_chances(pixels: NDArray[np.uint8], model: LoadedModel) -> Floats:
    """Probabilities of the model's classes in a photo (sRGB, height x width x 3): classes x rows x columns.

    The whole photo, squashed as the model sees it. A model that only names the likeliest class of each place gives
    shares of places: 1 or 0, between them where places were joined. Raises ModelError where the model is no segmenter.
    """
    pictures = picture_tensor(pixels, model.spec.input)
    count = len(model.spec.classes)
    if model.spec.reading is Reading.CLASS_IDS:
        ids = model.output(pictures, "class_ids")[0]
        if int(np.max(ids)) >= count or int(np.min(ids)) < 0:
            raise ModelError(f"The model {model.spec.title} answers a class that its {count} classes do not have.")
        return np.stack([_smaller((ids == index).astype(np.float32)) for index in range(count)])
    if model.spec.reading is Reading.CLASS_SCORES:
        scores = np.asarray(model.output(pictures, "class_scores"), np.float32)[0]
        if scores.shape[2] != count:
            raise ModelError(
                f"The model {model.spec.title} scores {scores.shape[2]} classes, the manifest says {count}."
            )
        coarse = np.stack([_smaller(np.ascontiguousarray(scores[:, :, index])) for index in range(count)])
        raised = np.exp(coarse / np.float32(model.spec.temperature) - coarse.max(axis=0) / model.spec.temperature)
        return np.asarray(raised / raised.sum(axis=0), np.float32)
    raise ModelError(f"The model {model.spec.title} is for {model.spec.task} and does not segment by itself.")


def _smaller(plane: Floats) -> Floats:
    rows, columns = (min(_SIDE, size) for size in plane.shape)
    if (rows, columns) == plane.shape:
        return plane
    return np.asarray(cv2.resize(plane, (columns, rows), interpolation=cv2.INTER_AREA), np.float32)
