"""What the models see in a photo that is to be furnished: its scene, and what is where."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml.inspect import Models
from ml.models.manifest import Task
from ml.models.readings.geometry import line_segments
from ml.room_net import look
from ml.scene import scene_alone, scene_of, space_of_scene
from ml.segmentation import Segmentation, segment, segmentation_of
from ml.staging.errors import ModelsMissingError
from ml.store import FurnishingThresholds
from schemas.photo import Space


@dataclass(frozen=True, slots=True, eq=False)
class Look:
    """What the models say of one photo."""

    space: Space
    label: str
    segmentation: Segmentation
    thresholds: FurnishingThresholds | None
    lines: NDArray[np.float32] | None
    """Segments of a line network, n x 5 in pixels; None where none is chosen."""
    confidence: float = 0.0
    """Of the label, 0 to 1."""


def look_at(pixels: NDArray[np.uint8], models: Models) -> Look:
    """Look at a photo (H x W x 3, sRGB). Raises ModelsMissingError without a segmenter, and ModelError."""
    segmenter = models.get("segmentation")
    if segmenter is None:
        raise ModelsMissingError("Furnishing needs a segmentation model: choose one with VLS_MODEL_SEGMENTATION.")
    space, label, confidence, segmentation = Space.UNKNOWN, "", 0.0, None
    model = models.get("scene")
    if model is not None:
        if model.spec.task is Task.SCENE:
            scene = scene_alone(pixels, model)
        else:
            (view,) = look([pixels], model)
            scene = scene_of(view, model)
            if model is segmenter:
                segmentation = segmentation_of(view, model)
        space, label, confidence = space_of_scene(scene), scene.label, scene.confidence
    if segmentation is None:
        segmentation = segment(pixels, segmenter)
    liner = models.get("lines")
    lines = None if liner is None else line_segments(pixels, liner)
    return Look(space, label, segmentation, segmenter.spec.furnishing, lines, confidence)
