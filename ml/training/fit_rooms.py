"""Fits the weights of ml/rooms.py to a room network: `python -m ml.training.fit_rooms LISTINGS PHOTOS`.

LISTINGS is tests/ml/data/rooms.yaml, PHOTOS the folder whose subfolders hold the photos. Prints the lines to put into
ml/rooms.py. A logistic regression over all pairs of a listing's photos; then the bias is raised or lowered until the
groups, and not the pairs alone, come nearest to those that a person made. Each listing is taught twice: with the
network's labels, and with those of the folders, so that the weights suit a better network too.
"""

import itertools
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np
import yaml

from ml.inspect import inspect_photo
from ml.rooms import DETAILS_AT_MOST, Likeness, Weights, group_by, likeness
from schemas.photo import LabelScore, PhotoRecord, Scene

_FOLDERS = {
    "exterior_front": "exterior",
    "exterior_building": "exterior",
    "driveway_garage": "garage_driveway",
    "patio_courtyard": "patio",
    "empty_room": None,
}
"""Labels of folders that are named otherwise; an empty room may be any."""

_STRENGTH = 3.0
"""Inverse of the regularisation; between 1 and 10 it changes little."""

_AS_GOOD = 0.02
"""Differences of F that so few listings do not tell from chance."""

_SHIFTS = np.arange(-1.0, 2.01, 0.25)
"""Changes of the bias that are tried."""


@dataclass(frozen=True)
class Lesson:
    """A listing's photos, and the numbers of those that show the same room."""

    photos: Sequence[PhotoRecord]
    rooms: Sequence[Sequence[int]]

    def pairs(self) -> set[tuple[int, int]]:
        """The pairs of photos of the same room."""
        return {pair for room in self.rooms for pair in itertools.combinations(sorted(room), 2)}


def lessons(listings: Path, photos: Path) -> list[Lesson]:
    """Read listings (listing: [[number, ...], ...]) with the records of their photos.

    Raises ValueError where records carry no signature.
    """
    found = []
    for name, rooms in yaml.safe_load(listings.read_text()).items():
        paths = {int(path.name.split(".")[1]): path for path in sorted(photos.glob(f"*/ph_{name}.*.jpg"))}
        place = {number: at for at, number in enumerate(sorted(paths))}
        records = [inspect_photo(paths[number]) for number in sorted(paths)]
        folders = [paths[number].parent.name for number in sorted(paths)]
        if any(record.room_signature is None for record in records):
            raise ValueError(f"{name}: records without a room signature teach nothing")
        same = [[place[number] for number in room] for room in rooms]
        told = [_told(record, _FOLDERS.get(folder, folder)) for record, folder in zip(records, folders, strict=True)]
        found += [Lesson(records, same), Lesson(told, same)]
    return found


def _told(record: PhotoRecord, label: str | None) -> PhotoRecord:
    """The record as a network that is sure and right would make it."""
    if label is None:
        return record
    top = [LabelScore(label=label, confidence=0.95)]
    return record.model_copy(update={"scene": Scene(label=label, confidence=0.95, top=top, abstained=False)})


def _row(alike: Likeness) -> list[float]:
    details = float(np.sqrt(min(alike.details or 0, DETAILS_AT_MOST)))
    return [alike.labels, alike.colours or 0.0, details, alike.embedding or 0.0]


def fitted(taught: Sequence[Lesson], parts: Sequence[str]) -> tuple[Weights, float]:
    """The weights that use only `parts` of a likeness, and the F of the pairs in their groups."""
    from sklearn.linear_model import LogisticRegression

    names = ("labels", "colours", "details", "embedding")
    kept = [names.index(part) for part in parts]
    rows, same = [], []
    for lesson in taught:
        true = lesson.pairs()
        for one, other in itertools.combinations(range(len(lesson.photos)), 2):
            rows.append(_row(likeness(lesson.photos[one], lesson.photos[other])))
            same.append((one, other) in true)
    model = LogisticRegression(C=_STRENGTH).fit(np.array(rows)[:, kept], same)
    found = Weights(
        bias=float(model.intercept_[0]),
        **{part: float(value) for part, value in zip(parts, model.coef_[0], strict=True)},
    )
    scores = [_pairs_score(taught, replace(found, bias=found.bias + shift)) for shift in _SHIFTS]
    # The strictest of the best: two rooms taken for one are worse than one room taken for two.
    best = next(at for at, score in enumerate(scores) if score >= max(scores) - _AS_GOOD)
    return replace(found, bias=found.bias + float(_SHIFTS[best])), scores[best]


def _pairs_score(taught: Sequence[Lesson], weights: Weights) -> float:
    """F of the pairs that stand in one group."""
    right = said = true = 0
    for lesson in taught:
        groups = group_by(lesson.photos, weights)
        found = {pair for group in groups for pair in itertools.combinations(group, 2)}
        right, said, true = right + len(found & lesson.pairs()), said + len(found), true + len(lesson.pairs())
    return 2 * right / max(said + true, 1)


def main(arguments: Sequence[str]) -> int:
    """Fit and print."""
    listings, photos = map(Path, arguments)
    taught = lessons(listings, photos)
    ways = {
        "LABELS_ALONE": ("labels",),
        "WITH_SIGNATURE": ("labels", "colours", "details"),
        "WITH_EMBEDDING": ("labels", "colours", "details", "embedding"),
    }
    for name, parts in ways.items():
        weights, score = fitted(taught, parts)
        numbers = ", ".join(f"{field}={value:.2f}" for field, value in asdict(weights).items() if value)
        sys.stdout.write(f"{name} = Weights({numbers})  # F {score:.2f}\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
