"""Embeddings, and labels that are none of ours."""

import numpy as np
from numpy.typing import NDArray

from ml.errors import ModelError
from ml.models.loaded import LoadedModel
from ml.models.manifest import Reading
from ml.models.tensors import picture_tensor
from schemas.photo import LabelScore


def embed(pixels: NDArray[np.uint8], model: LoadedModel) -> NDArray[np.float32]:
    """The embedding of a photo (sRGB, height x width x 3), of length 1: the dot product of two is their likeness.

    Raises ModelError where the model gives none.
    """
    vector = features(pixels, model)
    return vector / max(float(np.linalg.norm(vector)), 1e-6)


def features(pixels: NDArray[np.uint8], model: LoadedModel) -> NDArray[np.float32]:
    """The numbers that an embedding model gives for a photo (sRGB, height x width x 3), as they come.

    Raises ModelError where the model gives none.
    """
    _require(model, Reading.VECTOR)
    return np.asarray(model.output(picture_tensor(pixels, model.spec.input), "vector"), np.float32).reshape(-1)


def likeliest_labels(pixels: NDArray[np.uint8], model: LoadedModel, count: int = 5) -> list[LabelScore]:
    """The likeliest of the model's own labels for a photo (sRGB, height x width x 3), best first. Raises ModelError."""
    _require(model, Reading.CHANCES)
    chances = np.asarray(model.output(picture_tensor(pixels, model.spec.input), "chances"), np.float32).reshape(-1)
    if len(chances) != len(model.labels):
        raise ModelError(
            f"The model {model.spec.title} scores {len(chances)} labels, and its list has {len(model.labels)}."
        )
    best = np.argsort(-chances, kind="stable")[:count]
    return [
        LabelScore(label=model.labels[index], confidence=round(min(1.0, float(chances[index])), 4)) for index in best
    ]


def _require(model: LoadedModel, reading: Reading) -> None:
    if model.spec.reading is not reading:
        raise ModelError(f"The model {model.spec.title} is for {model.spec.task}: it gives no {reading}.")
