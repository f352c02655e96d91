"""The one network of the rooms: what it says of a photo, from which scene, segmentation and groups are read."""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from ml.store import LoadedModel, PictureInput

Pixels = NDArray[np.uint8]
Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class RoomView:
    """What the network says of one photo."""

    scores: Floats
    """Scene scores, before temperature and softmax, in the order of the model's labels."""
    chances: Floats
    """Probabilities of the segmentation's classes, classes x height x width: the whole photo, squashed, at the
    network's own resolution."""
    signature: Floats
    """64 numbers of length 1: photos of the same room lie near each other (dot product)."""


def network_input(pixels: Pixels, wanted: PictureInput) -> Floats:
    """A photo (sRGB, height x width x 3) as the network wants it, with its mirror image: 2 x 3 x height x width.

    The whole photo is squashed to the network's shape, as in training, so that nothing at its sides is lost.
    """
    shrinks = min(pixels.shape[:2]) > wanted.width
    how = cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR
    small = cv2.resize(pixels, (wanted.width, wanted.height), interpolation=how)
    mean, std = np.array(wanted.mean, np.float32), np.array(wanted.std, np.float32)
    values = (np.asarray(small, np.float32) / np.float32(255) - mean) / std
    planes = values.transpose(2, 0, 1)
    return np.ascontiguousarray(np.stack([planes, planes[:, :, ::-1]]), dtype=np.float32)


def look(photos: Sequence[Pixels], model: LoadedModel) -> list[RoomView]:
    """Look at photos (sRGB, height x width x 3, any sizes), in their order.

    The network sees one photo and its mirror image at a time, and the answer is the mean of both: this fixed shape
    gives the same answer to a photo whatever stands beside it, and larger batches are hardly faster on one core.
    """
    return [_view(model.run(network_input(pixels, model.spec.input))) for pixels in photos]


def _view(found: dict[str, Floats]) -> RoomView:
    straight, mirrored = found["segmentation"]
    signature = found["signature"].mean(axis=0)
    return RoomView(
        found["scores"].mean(axis=0),
        (straight + mirrored[:, :, ::-1]) / np.float32(2),
        signature / np.maximum(np.linalg.norm(signature), np.float32(1e-6)),
    )
