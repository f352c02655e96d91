"""Whether a room is empty, partly furnished or furnished: from the share of furniture in its segmentation."""

from ml.segmentation import FURNITURE, Segmentation
from ml.store import FurnishingThresholds
from schemas.photo import Furnishing

JUDGED = frozenset({"living_room", "bedroom", "kitchen", "dining_room", "home_office", "entry_foyer"})
"""Labels of rooms that furniture furnishes: bathrooms, hallways and stairs that are lived in have next to none."""


def share(segmentation: Segmentation) -> float:
    """Furniture's share of the photo, 0 to 1: summed probabilities, so that a doubtful chair counts for half.

    Kinds that the segmenter does not know count for nothing.
    """
    planes = [segmentation.labels.index(label) for label in FURNITURE if label in segmentation.labels]
    return float(segmentation.chances[planes].sum(axis=0).mean())


def furnishing_of(label: str, segmentation: Segmentation, thresholds: FurnishingThresholds | None) -> Furnishing:
    """How furnished the room is; unknown where the scene label is none of a room that furniture furnishes.

    `thresholds` belong to the segmenter; None, and the answer is unknown, where its entry of the manifest has none.
    """
    if label not in JUDGED or thresholds is None:
        return Furnishing.UNKNOWN
    found = share(segmentation)
    if found < thresholds.empty_below:
        return Furnishing.EMPTY
    return Furnishing.PARTLY_FURNISHED if found < thresholds.furnished_from else Furnishing.FURNISHED
