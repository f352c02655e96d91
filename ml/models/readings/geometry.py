"""Depth, and line segments."""

import numpy as np
from numpy.typing import NDArray

from ml.errors import ModelError
from ml.models.loaded import LoadedModel
from ml.models.manifest import Reading
from ml.models.tensors import picture_tensor

Floats = NDArray[np.float32]

_SHORTEST = 20.0
"""Cells of M-LSD's map (its input has twice as many pixels a side) that a segment must be longer than."""


def depth_metres(pixels: NDArray[np.uint8], model: LoadedModel) -> Floats:
    """Distance of each place from the camera in metres: rows x columns, the whole photo squashed as the model sees it.

    `pixels`: sRGB, height x width x 3. Raises ModelError where the model gives none.
    """
    _require(model, Reading.METRES)
    metres: Floats = np.asarray(model.output(picture_tensor(pixels, model.spec.input), "metres"), np.float32)
    return metres.reshape(metres.shape[1:3])


def line_segments(pixels: NDArray[np.uint8], model: LoadedModel) -> Floats:
    """Line segments of a photo (sRGB, height x width x 3), the surest first: segments x 5.

    x1, y1, x2, y2 in shares of the photo's width and height, then the score, 0 to 1. Raises ModelError.
    """
    _require(model, Reading.MLSD)
    outputs = model.run(picture_tensor(pixels, model.spec.input))
    centres, scores, displacements = (
        outputs[model.spec.outputs[role]][0] for role in ("centres", "scores", "displacements")
    )
    return decode_segments(centres, scores, displacements, model.spec.threshold)


def decode_segments(centres: Floats, scores: Floats, displacements: Floats, threshold: float) -> Floats:
    """Segments from M-LSD's outputs: n x 5, as `line_segments` gives them.

    centres: candidates x (row, column), cells of the map. scores: of the candidates. displacements: rows x columns x
    (dx, dy to one end, dx, dy to the other), in cells (Gu et al., Towards Light-weight and Real-time Line Segment
    Detection, 2022).
    """
    rows, columns = displacements.shape[:2]
    y, x = centres.astype(int).T
    ends = displacements[y, x].reshape(-1, 2, 2)
    length = np.linalg.norm(ends[:, 0] - ends[:, 1], axis=1)
    kept = np.flatnonzero((scores > threshold) & (length > _SHORTEST))
    kept = kept[np.argsort(-scores[kept], kind="stable")]
    points = (np.stack([x, y], axis=1)[kept, None] + ends[kept]) / np.array([columns, rows])
    return np.concatenate([np.clip(points, 0, 1).reshape(-1, 4), scores[kept, None]], axis=1).astype(np.float32)


def _require(model: LoadedModel, reading: Reading) -> None:
    if model.spec.reading is not reading:
        raise ModelError(f"The model {model.spec.title} is for {model.spec.task}: it gives no {reading}.")
