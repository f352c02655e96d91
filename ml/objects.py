"""The things in a photo that a listing names, and where they are: from a detector, or else from the segmentation."""

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from ml.models.loaded import LoadedModel
from ml.models.readings.detection import as_box, detect
from ml.segmentation import Segmentation
from schemas.photo import FoundObject

LISTED = ("bed", "sofa", "table", "chair", "fridge", "oven", "microwave", "sink", "toilet", "tv", "plant", "car")
"""What a listing names."""

_OF_DETECTORS = {
    "bed": "bed",
    "couch": "sofa",
    "dining table": "table",
    "chair": "chair",
    "refrigerator": "fridge",
    "oven": "oven",
    "microwave": "microwave",
    "sink": "sink",
    "toilet": "toilet",
    "tv": "tv",
    "potted plant": "plant",
    "car": "car",
}
"""COCO's names."""

_OF_SEGMENTATIONS = {
    "bed": "bed",
    "sofa": "sofa",
    "table": "table",
    "chair": "chair",
    "armchair": "chair",
    "plant": "plant",
    "car": "car",
}
"""ADE20K's names."""

SEEN_BY_SEGMENTATION = tuple(label for label in LISTED if label in _OF_SEGMENTATIONS.values())
"""What can be found without a detector. The others are not among the classes of the segmentation."""

PEOPLE = frozenset({"person"})
VEHICLES = frozenset({"car", "motorcycle", "bus", "truck"})

_SMALLEST = 0.004
"""Share of the photo below which a region is a speck of the segmentation and no thing."""

_LARGE = 0.02
"""Share from which a region's size no longer speaks against it."""


def objects_of(
    pixels: NDArray[np.uint8], detector: LoadedModel | None, segmentation: Segmentation | None
) -> list[FoundObject]:
    """The listed things in a photo (sRGB, height x width x 3), the surest first.

    As `objects_among`, of what the detector finds, where one is configured. Raises ModelError.
    """
    return objects_among(detect(pixels, detector) if detector is not None else [], segmentation)


def objects_among(detected: Sequence[FoundObject], segmentation: Segmentation | None) -> list[FoundObject]:
    """The listed things of a photo, the surest first: a detector's finds, under the names of listings.

    The kinds of which it found none come from the segmentation.
    """
    found = listed(detected)
    if segmentation is not None:
        known = {thing.label for thing in found}
        found += [thing for thing in regions_of(segmentation) if thing.label not in known]
    return sorted(found, key=lambda thing: -thing.confidence)


def listed(found: Sequence[FoundObject]) -> list[FoundObject]:
    """Those of a detector's finds that a listing names, under its names."""
    return [
        thing.model_copy(update={"label": _OF_DETECTORS[thing.label]})
        for thing in found
        if thing.label in _OF_DETECTORS
    ]


def people_in(found: Sequence[FoundObject]) -> list[FoundObject]:
    """The people among a detector's finds."""
    return [thing for thing in found if thing.label in PEOPLE]


def vehicles_in(found: Sequence[FoundObject]) -> list[FoundObject]:
    """The motor vehicles among a detector's finds."""
    return [thing for thing in found if thing.label in VEHICLES]


def regions_of(segmentation: Segmentation) -> list[FoundObject]:
    """The connected regions of the classes that a listing names, the surest first.

    Things that touch or hide each other are one region: they count as one. The confidence is the mean probability of
    the class over the region, less for small ones.
    """
    found = []
    for index, label in enumerate(segmentation.labels):
        if label not in _OF_SEGMENTATIONS:
            continue
        of_class = (segmentation.class_map == index).astype(np.uint8)
        rows, columns = of_class.shape
        count, parts, boxes, _ = cv2.connectedComponentsWithStats(of_class, connectivity=8)
        for part in range(1, count):
            left, top, width, height, area = (int(value) for value in boxes[part])
            share = area / of_class.size
            if share < _SMALLEST:
                continue
            chance = float(segmentation.chances[index][parts == part].mean())
            confidence = round(min(1.0, chance * min(1.0, share / _LARGE) ** 0.5), 4)
            corners = np.array([left / columns, top / rows, (left + width) / columns, (top + height) / rows])
            found.append(FoundObject(label=_OF_SEGMENTATIONS[label], confidence=confidence, box=as_box(corners)))
    return sorted(found, key=lambda thing: -thing.confidence)
