"""Everything that a training run reads, in memory: small pictures, labels, the teacher's embeddings and soft labels."""

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ml.training.generated import MAKERS, generate
from ml.training.labels import LABELS
from ml.training.photos import Photo, read_index, read_small, shrink
from ml.training.probe import soft_labels
from ml.training.teacher import WIDTH, embeddings

GENERATED = {"floor_plan": 220, "not_a_photo": 280, "aerial": 150}
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
    """Read the photos below `folder`; nothing of the sources in `held_out` reaches what is learnt."""
    photos = read_index(folder)
    pixels = [read_small(photo.file) for photo in photos]
    pasted = [picture for picture, photo in zip(pixels, photos, strict=True) if photo.source not in held_out][::37]
    made = [(label, shrink(picture)) for label in MAKERS for picture in generate(label, GENERATED[label], pasted, seed)]
    made_labels = np.array([LABELS.index(label) for label, _ in made])

    empty = Collection(
        photos=photos,
        pixels=pixels + [picture for _, picture in made],
        labels=np.concatenate(
            [np.array([LABELS.index(photo.label) if photo.label else -1 for photo in photos]), made_labels]
        ),
        learnt=np.zeros(0, np.bool_),
        targets=np.zeros((0, len(LABELS)), np.float32),
        embeddings=np.zeros((0, WIDTH), np.float32),
        teacher_scores=np.zeros((0, len(LABELS)), np.float32),
    )
    return taught(empty, embeddings(photos, weights, cache / "teacher").astype(np.float32), held_out)


def taught(collection: Collection, features: NDArray[np.float32], held_out: frozenset[str]) -> Collection:
    """The same pictures with what is learnt of them: labels, embeddings (photos x WIDTH), of `held_out` nothing."""
    photos = collection.photos
    labels = collection.labels[: len(photos)]
    made_labels = collection.labels[len(photos) :]
    learnt = np.array([photo.source not in held_out for photo in photos])
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
    features = features / np.linalg.norm(features, axis=1, keepdims=True)
    return replace(
        collection,
        learnt=np.concatenate([learnt, np.ones(len(made_labels), np.bool_)]),
        targets=np.concatenate([targets, np.eye(len(LABELS), dtype=np.float32)[made_labels]]),
        embeddings=np.concatenate([features, np.zeros((len(made_labels), WIDTH), np.float32)]),
        teacher_scores=scores,
    )
