"""What is where in a photo: walls, floor, ceiling, openings and furniture, and how furnished a room is."""

from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np
from numpy.typing import NDArray

from ml.models.manifest import Task
from ml.models.readings.segmentation import class_chances
from ml.room_net import Floats, Pixels, RoomView, look
from ml.store import LoadedModel

STRUCTURE = ("wall", "floor", "ceiling", "window", "door")
"""What a room consists of; a window may hide behind `curtain`."""

FURNITURE = ("bed", "table", "chair", "sofa", "armchair", "shelf", "rug", "cabinet")
"""What a room is furnished with. A fitted kitchen counts: a bare room has no cabinets either."""


@dataclass(frozen=True)
class Segmentation:
    """The classes of a photo's places."""

    labels: tuple[str, ...]
    """Names of the classes, of ADE20K; `other` is everything else."""
    chances: Floats
    """Probabilities: classes x height x width, at the network's resolution, the whole photo squashed."""

    @cached_property
    def class_map(self) -> NDArray[np.uint8]:
        """Index of the likeliest class of each place, into `labels`: height x width."""
        return np.asarray(self.chances.argmax(axis=0), np.uint8)

    def shares(self) -> dict[str, float]:
        """Share of the photo's area that each class takes, those it does not show left out; together 1."""
        counts = np.bincount(self.class_map.reshape(-1), minlength=len(self.labels))
        return {
            label: float(count / self.class_map.size) for label, count in zip(self.labels, counts, strict=True) if count
        }

    def share_of(self, *labels: str) -> float:
        """Share of the photo's area that these classes take together; raises ValueError for an unknown class."""
        return float(np.isin(self.class_map, [self.labels.index(label) for label in labels]).mean())

    def class_map_at(self, width: int, height: int) -> NDArray[np.uint8]:
        """The class map at a photo's size: height x width. Edges follow the interpolated probabilities."""
        best = np.full((height, width), -1.0, np.float32)
        classes = np.zeros((height, width), np.uint8)
        for index in np.unique(self.class_map):
            chance = _enlarged(self.chances[index], width, height)
            better = chance > best
            best[better] = chance[better]
            classes[better] = index
        return classes

    def where(self, label: str, *, width: int, height: int) -> NDArray[np.bool_]:
        """Whether each place of a photo of that size shows the class, blocky as the class map: height x width.

        Nowhere for a class that the model does not have.
        """
        if label not in self.labels:
            return np.zeros((height, width), bool)
        found = (self.class_map == self.labels.index(label)).astype(np.uint8)
        return np.asarray(cv2.resize(found, (width, height), interpolation=cv2.INTER_NEAREST)) > 0

    def mask(self, *labels: str, width: int, height: int) -> Floats:
        """Probability at a photo's size that a place is one of these classes: height x width, 0 to 1.

        Raises ValueError for an unknown class.
        """
        indices = [self.labels.index(label) for label in labels]
        return np.clip(_enlarged(self.chances[indices].sum(axis=0), width, height), 0, 1)


def _enlarged(plane: Floats, width: int, height: int) -> Floats:
    return np.asarray(cv2.resize(plane, (width, height), interpolation=cv2.INTER_LINEAR), np.float32)


def segmentation_of(view: RoomView, model: LoadedModel) -> Segmentation:
    """The segmentation of a photo that the network has looked at."""
    return Segmentation(model.spec.classes, view.chances)


def segment(pixels: Pixels, model: LoadedModel) -> Segmentation:
    """Segment one photo (sRGB, height x width x 3), with our network or another segmenter. Raises ModelError.

    Where the scene is wanted too, and our network gives both, use `ml.room_net.look`.
    """
    if model.spec.task is Task.SEGMENTATION:
        return Segmentation(model.spec.classes, class_chances(pixels, model))
    (view,) = look([pixels], model)
    return segmentation_of(view, model)
