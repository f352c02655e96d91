"""How far the network's segmentation agrees with its teacher's, on photos that the network has not seen."""

import cv2
import numpy as np
from numpy.typing import NDArray

from ml.training.evaluation import Agreement

_SHOWN = 0.003
"""Classes that take less of all photos are left out of the mean: a handful of photos would decide them."""


def segmentation_report(chances: NDArray[np.float16], teacher: NDArray[np.uint8], classes: tuple[str, ...]) -> str:
    """Probabilities (photos x classes x height x width) against scores (photos x rows x columns x classes)."""
    agreement = Agreement(len(classes))
    size = (teacher.shape[2], teacher.shape[1])
    for ours, theirs in zip(chances, teacher, strict=True):
        planes = [cv2.resize(plane.astype(np.float32), size, interpolation=cv2.INTER_LINEAR) for plane in ours]
        agreement.add(theirs.argmax(axis=-1).astype(np.uint8), np.stack(planes).argmax(axis=0).astype(np.uint8))
    places, overlaps = agreement.places(), agreement.overlaps()
    shown = places / places.sum() >= _SHOWN
    lines = ["| class | share of the places | intersection over union |", "|---|---|---|"]
    lines += [
        f"| {classes[index]} | {places[index] / places.sum():.3f} | {overlaps[index]:.2f} |"
        for index in np.argsort(-places)
        if shown[index]
    ]
    right, mean = agreement.right(), overlaps[shown].mean()
    lines.append(f"| **mean of the {shown.sum()}** | {right:.3f} of the places agree | **{mean:.3f}** |")
    return "### Segmentation against the teacher\n\n" + "\n".join(lines)
