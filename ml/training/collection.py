"""Everything that a training run reads, in memory: small pictures, labels, the teacher's embeddings and soft labels."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ml.training.generated import MAKERS, generate
from ml.training.labels import LABELS
from ml.training.photos import Photo, read_index, read_small, shrink
from ml.training.probe import soft_labels
from ml.training.teacher import WIDTH, embeddings

GENERATED = {"floor_plan": 320, "not_a_photo": 400, "aerial": 320}
"""Pictures made by code for each label."""

_TRUST = 0.65
"""Weight of a photo's label beside the teacher's guess."""

_DISBELIEF = 0.02
"""A label that the teacher gives less than this is not learnt from, in the sources known to have wrong ones."""

_NOISY = frozenset({"places", "web", "mini"})

_TEMPERATURE = 1.5


@dataclass(frozen=True)
class Collection:
    """Photos of the training folder followed by the generated pictures; all arrays have one row for each."""

    photos: list[Photo]
    pixels: list[NDArray[np.uint8]]
    labels: NDArray[np.int64]
    """Index into LABELS, -1 for none."""
    learnt: NDArray[np.bool_]
    """False for photos of the sources held out."""
    targets: NDArray[np.float32]
    """Label probabilities to learn: rows x labels."""
    embeddings: NDArray[np.float32]
    """The teacher's embedding, standardised, unit length; zero for generated pictures: rows x WIDTH."""
    teacher_scores: NDArray[np.float32]
    """The probe's scores for the photos of the folder: photos x labels."""


def _softmax(scores: NDArray[np.float32]) -> NDArray[np.float32]:
    raised = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=1, keepdims=True), np.float32)


def load(folder: Path, weights: Path, cache: Path, held_out: frozenset[str], seed: int) -> Collection:
    """Read the photos below `folder`; nothing of the sources in `held_out` reaches the targets or the statistics."""
    photos = read_index(folder)
    pixels = [read_small(photo.file) for photo in photos]
    labels = np.array([LABELS.index(photo.label) if photo.label else -1 for photo in photos])
    learnt = np.array([photo.source not in held_out for photo in photos])

    features = embeddings(photos, weights, cache / "teacher").astype(np.float32)
    features = (features - features[learnt].mean(axis=0)) / (features[learnt].std(axis=0) + 1)
    scores = soft_labels(features, labels, [photo.house for photo in photos], len(LABELS), learnt)
    targets = _softmax(scores / _TEMPERATURE)
    sure = _softmax(scores)
    for row, photo in enumerate(photos):
        label = labels[row]
        if label < 0 or (photo.source in _NOISY and sure[row, label] < _DISBELIEF):
            continue
        targets[row] *= 1 - _TRUST
        targets[row, label] += _TRUST
    features /= np.linalg.norm(features, axis=1, keepdims=True)

    pasted = [picture for picture, use in zip(pixels, learnt, strict=True) if use][::37]
    made = [(label, picture) for label in MAKERS for picture in generate(label, GENERATED[label], pasted, seed)]
    made_labels = np.array([LABELS.index(label) for label, _ in made])
    return Collection(
        photos=photos,
        pixels=pixels + [shrink(picture) for _, picture in made],
        labels=np.concatenate([labels, made_labels]),
        learnt=np.concatenate([learnt, np.ones(len(made), np.bool_)]),
        targets=np.concatenate([targets, np.eye(len(LABELS), dtype=np.float32)[made_labels]]),
        embeddings=np.concatenate([features, np.zeros((len(made), WIDTH), np.float32)]),
        teacher_scores=scores,
    )
