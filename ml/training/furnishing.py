"""Where empty rooms end and furnished ones begin, by the share of furniture, and how well that parts them."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml.furnishing import JUDGED
from ml.training.evaluation import interval
from ml.training.labels import EMPTY

_FURNISHED = ("living_room", "bedroom", "dining_room")
"""Folders of rooms that are furnished unless the photo is of something else."""

_PARTLY = 0.15
"""Share of the furnished rooms that may be called partly furnished."""


@dataclass(frozen=True)
class Rooms:
    """Photos of listings."""

    furniture: NDArray[np.float32]
    """Furniture's share of each photo."""
    folders: NDArray[np.str_]
    houses: NDArray[np.str_]
    guesses: NDArray[np.str_]
    """Scene label that the network gives each photo."""


def _cut(empty: NDArray[np.float32], furnished: NDArray[np.float32]) -> float:
    """The share below which rooms are called empty: most photos of both kinds right, each kind counting the same."""
    steps = np.unique(np.concatenate([empty, furnished]))
    middles = (steps[1:] + steps[:-1]) / 2
    right = [(empty < step).mean() + (furnished >= step).mean() for step in middles]
    best = np.flatnonzero(np.isclose(right, np.max(right)))
    return float(middles[best[len(best) // 2]])


def furnishing_thresholds(rooms: Rooms) -> dict[str, float]:
    """Thresholds for the manifest."""
    empty, furnished = rooms.folders == EMPTY, np.isin(rooms.folders, _FURNISHED)
    lower = _cut(rooms.furniture[empty], rooms.furniture[furnished])
    upper = max(lower, float(np.quantile(rooms.furniture[furnished], _PARTLY)))
    return {"empty_below": round(lower, 4), "furnished_from": round(upper, 4)}


def furnishing_report(rooms: Rooms, folds: int = 5) -> str:
    """How many photos of each folder are called empty, by thresholds from the other folds' listings."""
    names = np.unique(rooms.houses)
    order = np.random.default_rng(0).permutation(len(names)) % folds
    fold_of = dict(zip(names, order, strict=True))
    folds_of = np.array([fold_of[house] for house in rooms.houses])
    below = np.zeros(len(rooms.furniture), bool)
    for fold in range(folds):
        others = folds_of != fold
        empty, furnished = others & (rooms.folders == EMPTY), others & np.isin(rooms.folders, _FURNISHED)
        cut = _cut(rooms.furniture[empty], rooms.furniture[furnished])
        below[~others] = rooms.furniture[~others] < cut
    judged = np.isin(rooms.guesses, sorted(JUDGED))
    lines = [
        "| photos in | photos | called empty | 95 % interval | by their label not judged |",
        "|---|---|---|---|---|",
    ]
    for folder in np.unique(rooms.folders):
        here = rooms.folders == folder
        called = int((here & below & judged).sum())
        low, high = interval(called, int(here.sum()))
        aside = int((here & ~judged).sum())
        lines.append(f"| {folder} | {here.sum()} | {called / here.sum():.3f} | {low:.2f} to {high:.2f} | {aside} |")
    return "### Empty rooms, thresholds by listing\n\n" + "\n".join(lines)
