"""The one network of the rooms: what it says of a photo, from which scene, segmentation and groups are read."""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from ml.store import LoadedModel, PictureInput

Pixels = NDArray[np.uint8]
Floats = NDArray[np.float32]

VIEWS = 4
_BEYOND_SQUARE = 0.3
"""How much of what a photo is longer than wide, or wider than high, its ends keep."""


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


def views_of(pixels: Pixels) -> list[Pixels]:
    """What the network is shown of a photo (sRGB, height x width x 3): all of it, its mirror image, and both ends.

    Most photos to learn from are nearly square, wide ones are squashed: in its ends, cut nearly square, things have
    their shape again. The second end is mirrored too.
    """
    height, width = pixels.shape[:2]
    shorter = min(height, width)
    kept = round(shorter + _BEYOND_SQUARE * (max(height, width) - shorter))
    if width >= height:
        first, second = pixels[:, :kept], pixels[:, width - kept :]
    else:
        first, second = pixels[:kept], pixels[height - kept :]
    return [pixels, pixels[:, ::-1], first, second[:, ::-1]]


def network_input(pixels: Pixels, wanted: PictureInput) -> Floats:
    """The views of a photo as the network wants them, each squashed to its shape: VIEWS x 3 x height x width."""
    mean, std = (np.array(values, np.float32)[:, None, None] for values in (wanted.mean, wanted.std))
    planes = np.empty((VIEWS, 3, wanted.height, wanted.width), np.float32)
    for at, view in enumerate(views_of(pixels)):
        shrinks = min(view.shape[:2]) > wanted.width
        how = cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR
        small = cv2.resize(np.ascontiguousarray(view), (wanted.width, wanted.height), interpolation=how)
        # Plane by plane: arithmetic on pixels of three numbers each takes several times as long.
        planes[at] = np.asarray(small).transpose(2, 0, 1)
        planes[at] /= np.float32(255)
        planes[at] -= mean
        planes[at] /= std
    return planes


def look(photos: Sequence[Pixels], model: LoadedModel) -> list[RoomView]:
    """Look at photos (sRGB, height x width x 3, any sizes), in their order.

    The network sees the views of one photo at a time: this fixed shape gives the same answer to a photo whatever
    stands beside it, and larger batches are hardly faster on one core. The scores are the mean over all views,
    segmentation and signature over the whole photo and its mirror image.
    """
    return [_view(model.run(network_input(pixels, model.spec.input))) for pixels in photos]


def _view(found: dict[str, Floats]) -> RoomView:
    straight, mirrored = found["segmentation"][:2]
    signature = found["signature"][:2].mean(axis=0)
    return RoomView(
        found["scores"].mean(axis=0),
        (straight + mirrored[:, :, ::-1]) / np.float32(2),
        signature / np.maximum(np.linalg.norm(signature), np.float32(1e-6)),
    )
