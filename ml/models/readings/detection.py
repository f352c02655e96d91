"""Detectors' outputs as found objects: boxes decoded, doubles left out."""

import numpy as np
from numpy.typing import NDArray

from ml.boxes import area, intersection_over_union, shared_area
from ml.errors import ModelError
from ml.models.loaded import LoadedModel
from ml.models.manifest import Reading
from ml.models.tensors import picture_tensor
from schemas.photo import Box, FoundObject

Floats = NDArray[np.float32]

_OVERLAP = 0.5
"""Intersection over union from which two boxes of one class are the same thing."""

_INSIDE = 0.85
"""Share of a box that lies in a surer one of its class, from which it is a part of that thing."""

_STRIDES = (8, 16, 32, 64)
_DECIMALS = 4


def detect(pixels: NDArray[np.uint8], model: LoadedModel) -> list[FoundObject]:
    """What a detector finds in a photo (sRGB, height x width x 3), under the detector's own labels, the surest first.

    Raises ModelError where the model is no detector or its outputs are not those of the manifest.
    """
    pictures = picture_tensor(pixels, model.spec.input)
    if model.spec.reading is Reading.PICODET:
        boxes, scores = _picodet(pictures, model)
    elif model.spec.reading is Reading.BOXES:
        boxes, scores = _finished(np.asarray(model.output(pictures, "boxes"), np.float32)[0], len(model.labels))
    else:
        raise ModelError(f"The model {model.spec.title} is for {model.spec.task} and detects nothing.")
    found: list[FoundObject] = []
    for index, label in enumerate(model.labels):
        threshold = model.spec.label_thresholds.get(label, model.spec.threshold)
        sure = np.flatnonzero(scores[:, index] >= threshold)
        found.extend(
            FoundObject(label=label, confidence=_rounded(scores[row, index]), box=as_box(boxes[row]))
            for row in sure[distinct(boxes[sure], scores[sure, index])]
        )
    return sorted(found, key=lambda thing: -thing.confidence)


def _picodet(pictures: NDArray[np.generic], model: LoadedModel) -> tuple[Floats, Floats]:
    """Boxes (x1, y1, x2, y2 in shares) and scores (boxes x labels) of PicoDet's four scales.

    Each side of a box is a distribution over multiples of the stride, and its mean the distance from the cell's centre:
    Li et al., Generalized Focal Loss, 2020; Yu et al., PP-PicoDet, 2021.
    """
    outputs = model.run(pictures)
    wanted = model.spec.input
    corners, scores = [], []
    for stride in _STRIDES:
        try:
            chances = outputs[model.spec.outputs[f"scores_{stride}"]][0]
            sides = outputs[model.spec.outputs[f"edges_{stride}"]][0]
        except KeyError as error:
            raise ModelError(f"The model {model.spec.title} has no output {error} for the stride {stride}.") from error
        columns, rows = -(-wanted.width // stride), -(-wanted.height // stride)
        if chances.shape != (rows * columns, len(model.labels)):
            raise ModelError(
                f"The model {model.spec.title} answers {chances.shape} at the stride {stride}, expected "
                f"{(rows * columns, len(model.labels))}."
            )
        x = np.tile((np.arange(columns) + 0.5) * stride, rows)
        y = np.repeat((np.arange(rows) + 0.5) * stride, columns)
        left, up, right, down = distances(sides).T * stride
        corners.append(np.stack([x - left, y - up, x + right, y + down], axis=1))
        scores.append(chances)
    size = np.array([wanted.width, wanted.height, wanted.width, wanted.height])
    return np.clip(np.concatenate(corners) / size, 0, 1).astype(np.float32), np.concatenate(scores)


def distances(sides: Floats) -> Floats:
    """Mean of each side's distribution, in strides: cells x (4 x bins), before the softmax, to cells x 4."""
    bins = sides.reshape(len(sides), 4, -1).astype(np.float64)
    raised = np.exp(bins - bins.max(axis=2, keepdims=True))
    return np.asarray((raised @ np.arange(bins.shape[2])) / raised.sum(axis=2), np.float32)


def _finished(rows: Floats, labels: int) -> tuple[Floats, Floats]:
    """Boxes and scores of rows of x1, y1, x2, y2 (shares), confidence, class."""
    scores = np.zeros((len(rows), labels), np.float32)
    scores[np.arange(len(rows)), rows[:, 5].astype(int)] = rows[:, 4]
    return np.clip(rows[:, :4], 0, 1), scores


def distinct(boxes: Floats, scores: Floats) -> NDArray[np.intp]:
    """Rows of the boxes (x1, y1, x2, y2) to keep, the surest first: greedy non-maximum suppression.

    A box is left out where a surer one overlaps it by half (of their union), or holds nearly all of it.
    """
    order = np.argsort(-scores, kind="stable")
    kept: list[int] = []
    for row in order:
        if not any(is_seen_by(boxes[row], boxes[other]) for other in kept):
            kept.append(int(row))
    return np.array(kept, np.intp)


def is_seen_by(box: Floats, surer: Floats) -> bool:
    """Whether a box (x1, y1, x2, y2) is the same thing as a surer one of its class, or a part of it."""
    shared = shared_area(box, surer)
    same = intersection_over_union(box, surer) >= _OVERLAP or shared >= _INSIDE * area(box)
    return bool(shared > 0 and same)


def as_box(corners: NDArray[np.floating]) -> Box:
    """A box from x1, y1, x2, y2 in shares of the picture."""
    left, top, right, bottom = (_rounded(value) for value in corners)
    return Box(x=left, y=top, width=_rounded(max(0.0, right - left)), height=_rounded(max(0.0, bottom - top)))


def _rounded(value: float | np.floating) -> float:
    return round(min(1.0, max(0.0, float(value))), _DECIMALS)
