"""What a model is worth on photos of a source that it has not seen, and the temperature that makes it honest."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml.training.labels import LABELS

SEVEN = ("living_room", "bedroom", "kitchen", "bathroom", "dining_room", "exterior", "pool")
"""The labels that a listing cannot do without, reported apart."""


WANTED_PRECISION = 0.8
"""Share of the answers at or above the threshold that must be right, on the source left out."""


@dataclass(frozen=True, slots=True)
class Score:
    """How often a model was right on one label."""

    label: str
    photos: int
    right: int


def per_label(answers: NDArray[np.float32], labels: NDArray[np.int64]) -> list[Score]:
    """Right answers for each label that occurs; rows without a label (-1) do not count."""
    best = answers.argmax(axis=1)
    return [
        Score(LABELS[label], int((labels == label).sum()), int(((labels == label) & (best == label)).sum()))
        for label in range(len(LABELS))
        if (labels == label).any()
    ]


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
    for candidate in np.arange(0.5, 4.0, 0.02):
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


def table(title: str, results: list[Score]) -> str:
    """A Markdown table of results, with the mean over labels and over the seven."""
    rows = [f"| {title} | photos | right |", "|---|---|---|"]
    rows += [f"| {score.label} | {score.photos} | {score.right / score.photos:.2f} |" for score in results]
    shares = {score.label: score.right / score.photos for score in results}
    seven = [share for label, share in shares.items() if label in SEVEN]
    total = sum(score.photos for score in results)
    right = sum(score.right for score in results)
    rows.append(f"| **all photos** | {total} | **{right / total:.3f}** |")
    rows.append(f"| **mean over the {len(shares)} labels** | | **{np.mean(list(shares.values())):.3f}** |")
    rows.append(f"| **mean over {len(seven)} of the seven** | | **{np.mean(seven):.3f}** |")
    return "\n".join(rows)
