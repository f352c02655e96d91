"""What a training run looks at and learns: small pictures with their labels, and soft labels from the teacher."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ml.training.generated import MAKERS, generate
from ml.training.labels import LABELS
from ml.training.photos import Photo, read_index, read_small, shrink
from ml.training.probe import soft_labels

MADE = "generated"
"""The source of pictures made by code."""

_MADE_COUNTS = {"floor_plan": 220, "not_a_photo": 280, "aerial": 150}

_TRUST = 0.65
"""Weight of a photo's label beside the teacher's guess."""

_DISBELIEF = 0.02
"""A label that the teacher gives less than this is not learnt from, in the sources known to have wrong ones."""

_NOISY = frozenset({"places", "web", "mini"})

_TEMPERATURE = 1.5
"""Divisor of the teacher's scores: its second choices are worth learning."""


@dataclass(frozen=True)
class Collection:
    """Photos and generated pictures, shuffled, so that the first part of them is a fair sample."""

    photos: list[Photo]
    pictures: list[NDArray[np.uint8]]
    embedded: NDArray[np.int64]
    """Row of each photo in the order of `read_index`, -1 for generated pictures."""

    @property
    def labels(self) -> NDArray[np.int64]:
        """Index into LABELS of each picture, -1 for none."""
        return np.array([LABELS.index(photo.label) if photo.label else -1 for photo in self.photos])

    @property
    def sources(self) -> NDArray[np.str_]:
        """Source of each picture."""
        return np.array([photo.source for photo in self.photos])


def load(folder: Path, seed: int, not_pasted: frozenset[str]) -> Collection:
    """Read all photos below `folder`; those of the sources `not_pasted` are not pasted into adverts and collages."""
    photos = read_index(folder)
    pictures = [read_small(photo.file) for photo in photos]
    embedded = list(range(len(photos)))
    pasted = [picture for picture, photo in zip(pictures, photos, strict=True) if photo.source not in not_pasted][::37]
    for label in MAKERS:
        for index, picture in enumerate(generate(label, _MADE_COUNTS[label], pasted, seed)):
            photos.append(Photo(Path(), label, MADE, f"{label}-{index}"))
            pictures.append(shrink(picture))
            embedded.append(-1)
    order = np.random.default_rng(0).permutation(len(photos))
    return Collection([photos[at] for at in order], [pictures[at] for at in order], np.array(embedded)[order])


def _softmax(scores: NDArray[np.float32]) -> NDArray[np.float32]:
    raised = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=1, keepdims=True), np.float32)


@dataclass(frozen=True, slots=True)
class Lesson:
    """What is to be learnt of a collection, a source left out or none."""

    learnt: NDArray[np.bool_]
    """False for the source left out."""
    targets: NDArray[np.float32]
    """Label probabilities: pictures x labels."""
    shares: NDArray[np.float32]
    """Weight of each picture: rare labels count more, by the square root."""
    teacher: NDArray[np.float32]
    """Scores of the probe on the teacher's embeddings, for comparison; zero for generated pictures."""


def lesson(collection: Collection, embeddings: NDArray[np.uint8], held_out: str) -> Lesson:
    """Labels and the teacher's second opinion (embeddings in the order of `read_index`), of `held_out` nothing."""
    labels = collection.labels
    real = collection.embedded >= 0
    learnt = collection.sources != held_out
    targets = np.zeros((len(labels), len(LABELS)), np.float32)
    targets[np.flatnonzero(~real), labels[~real]] = 1

    features = embeddings[collection.embedded[real]].astype(np.float32)
    seen = learnt[real]
    features = (features - features[seen].mean(axis=0)) / (features[seen].std(axis=0) + 1)
    houses = [photo.house for photo, is_real in zip(collection.photos, real, strict=True) if is_real]
    teacher = np.zeros_like(targets)
    teacher[real] = soft_labels(features, labels[real], houses, len(LABELS), seen)
    targets[real] = _softmax(teacher[real] / _TEMPERATURE)
    sure = _softmax(teacher)
    for row in np.flatnonzero(real & (labels >= 0)):
        doubted = collection.photos[row].source in _NOISY and sure[row, labels[row]] < _DISBELIEF
        if not doubted:
            targets[row] *= 1 - _TRUST
            targets[row, labels[row]] += _TRUST
    counts = np.bincount(labels[learnt] + 1, minlength=len(LABELS) + 1)
    shares = (1 / np.sqrt(np.maximum(counts, 40)))[labels + 1].astype(np.float32)
    return Lesson(learnt, targets, shares, teacher)
