"""Which of the places found for the anchor a variation takes: the best, or a good one that differs."""

from collections.abc import Sequence

import numpy as np

from ml.staging.layout.along_walls import Spot

_WORSE = 0.55
"""By how much a place may score below the best, to be shown as a variation."""

_APART_M = 0.5


def chosen(spots: Sequence[Spot], variation: int) -> Spot | None:
    """The spot of a variation: 0 takes the best; each next one the best that stands elsewhere, while good ones last."""
    if not spots:
        return None
    ranked = sorted(spots, key=lambda spot: -spot.score)
    different = [ranked[0]]
    for spot in ranked[1:]:
        if ranked[0].score - spot.score > _WORSE:
            break
        if all(_differ(spot, other) for other in different):
            different.append(spot)
    return different[variation % len(different)]


def _differ(first: Spot, second: Spot) -> bool:
    if first.item.wall != second.item.wall or first.item.heading_deg != second.item.heading_deg:
        return True
    return float(np.hypot(first.item.x - second.item.x, first.item.y - second.item.y)) > _APART_M
