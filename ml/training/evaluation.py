"""What a model is worth on photos of a source that it has not seen, and the temperature that makes it honest."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml.training.labels import LABELS

SEVEN = ("living_room", "bedroom", "kitchen", "bathroom", "dining_room", "exterior", "pool")
"""The labels that a listing cannot do without, reported apart."""

COUNTED = (*SEVEN, "yard_garden", "stairs", "hallway", "aerial", "floor_plan", "not_a_photo")
"""The labels that are counted; with `empty` of the furnishing they are fourteen classes."""

WANTED_PRECISION = 0.8
"""Share of the answers at or above the threshold that must be right, on photos of a source that was not learnt."""


@dataclass(frozen=True, slots=True)
class Score:
    """How often a model was right on one label."""

    label: str
    photos: int
    right: int

    @property
    def share(self) -> float:
        """Right answers, of the photos."""
        return self.right / self.photos


def per_label(answers: NDArray[np.float32], labels: NDArray[np.int64]) -> list[Score]:
    """Right answers for each label that occurs; rows without a label (-1) do not count."""
    best = answers.argmax(axis=1)
    return [
        Score(LABELS[label], int((labels == label).sum()), int(((labels == label) & (best == label)).sum()))
        for label in range(len(LABELS))
        if (labels == label).any()
    ]


def mean_share(scores: list[Score], wanted: tuple[str, ...]) -> float:
    """Mean over the labels of `wanted` that occur, each counting the same."""
    return float(np.mean([score.share for score in scores if score.label in wanted]))


def interval(right: int, photos: int) -> tuple[float, float]:
    """The 95 % confidence interval of a share (Wilson, 1927)."""
    z = 1.96
    share = right / photos
    middle = (share + z * z / (2 * photos)) / (1 + z * z / photos)
    half = z / (1 + z * z / photos) * np.sqrt(share * (1 - share) / photos + z * z / (4 * photos**2))
    return max(0.0, float(middle - half)), min(1.0, float(middle + half))


def softmax(scores: NDArray[np.float32]) -> NDArray[np.float64]:
    """Scores (pictures x labels) to probabilities."""
    raised = np.exp(scores.astype(np.float64) - scores.max(axis=1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=1, keepdims=True))


def threshold(confidences: NDArray[np.float64], right: NDArray[np.bool_]) -> float:
    """The lowest confidence from which on WANTED_PRECISION of the answers are right."""
    for candidate in np.arange(0.3, 0.95, 0.01):
        sure = confidences >= candidate
        if sure.any() and right[sure].mean() >= WANTED_PRECISION:
            return round(float(candidate), 2)
    return 0.95


def temperature(answers: NDArray[np.float32], labels: NDArray[np.int64]) -> float:
    """The divisor of the scores that makes their log-loss least (Guo et al., 2017), to 0.02."""
    known = labels >= 0
    best, least = 1.0, np.inf
    for candidate in np.arange(0.3, 4.0, 0.02):
        raised = answers[known] / candidate
        raised = raised - raised.max(axis=1, keepdims=True)
        chance = raised - np.log(np.exp(raised).sum(axis=1, keepdims=True))
        loss = float(-chance[np.arange(known.sum()), labels[known]].mean())
        if loss < least:
            best, least = float(candidate), loss
    return round(best, 2)


def calibration_error(confidences: NDArray[np.float64], right: NDArray[np.bool_], bins: int = 10) -> float:
    """Expected calibration error over equal-width bins of confidence (Naeini et al., 2015)."""
    at = np.minimum((confidences * bins).astype(int), bins - 1)
    gaps = [
        abs(confidences[at == k].mean() - right[at == k].mean()) * (at == k).mean()
        for k in range(bins)
        if (at == k).any()
    ]
    return float(sum(gaps))


def confusion(answers: NDArray[np.float32], labels: NDArray[np.int64]) -> NDArray[np.int64]:
    """Photos by their label (rows) and the best guess (columns), LABELS x LABELS."""
    known = labels >= 0
    counts = np.zeros((len(LABELS), len(LABELS)), np.int64)
    np.add.at(counts, (labels[known], answers[known].argmax(axis=1)), 1)
    return counts


class Agreement:
    """Agreement of two class maps, gathered over photos."""

    def __init__(self, classes: int) -> None:
        self._both = np.zeros((classes, classes), np.int64)

    def add(self, wanted: NDArray[np.uint8], found: NDArray[np.uint8]) -> None:
        """Two maps of the same shape."""
        np.add.at(self._both, (wanted.reshape(-1), found.reshape(-1)), 1)

    def right(self) -> float:
        """Share of the places with the same class in both."""
        return float(np.trace(self._both) / self._both.sum())

    def overlaps(self) -> NDArray[np.float64]:
        """Intersection over union of each class, NaN where neither map has it."""
        common = np.diag(self._both).astype(np.float64)
        either = self._both.sum(axis=0) + self._both.sum(axis=1) - common
        return np.where(either > 0, common / np.maximum(either, 1), np.nan)

    def places(self) -> NDArray[np.int64]:
        """Places of each class in the wanted maps."""
        return np.asarray(self._both.sum(axis=1))


def table(title: str, results: list[Score], other: list[Score] | None = None) -> str:
    """A Markdown table of results with their confidence intervals, those of another model in brackets."""
    beside = {score.label: score for score in other or []}

    def told(share: float, theirs: float | None) -> str:
        return f"{share:.3f}" if theirs is None else f"{share:.3f} ({theirs:.3f})"

    rows = [f"| {title} | photos | right | 95 % interval |", "|---|---|---|---|"]
    for score in results:
        low, high = interval(score.right, score.photos)
        theirs = beside[score.label].share if score.label in beside else None
        rows.append(f"| {score.label} | {score.photos} | {told(score.share, theirs)} | {low:.2f} to {high:.2f} |")
    total = sum(score.photos for score in results)
    right = sum(score.right for score in results)
    theirs = sum(score.right for score in other) / total if other else None
    rows.append(f"| **all photos** | {total} | **{told(right / total, theirs)}** | |")
    for name, wanted in (("the labels above", LABELS), ("those of the seven", SEVEN)):
        if many := sum(score.label in wanted for score in results):
            theirs = mean_share(other, wanted) if other else None
            rows.append(f"| **mean of {many}: {name}** | | **{told(mean_share(results, wanted), theirs)}** | |")
    return "\n".join(rows)
