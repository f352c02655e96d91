"""What there is to learn from: photos and pictures made by code, labels, and the second opinion of the teachers."""

from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from ml.training.generated import MAKERS, generate
from ml.training.labels import EMPTY, LABELS
from ml.training.lessons import LOCAL, Material
from ml.training.photos import Photo, read_index, read_pixels
from ml.training.probe import soft_labels
from ml.training.teachers import FEATURES, SEG_SCALE, Views
from ml.training.views import SIDE

MADE = "generated"
"""The source of pictures made by code."""

_MADE_COUNTS = {"floor_plan": 300, "not_a_photo": 400, "aerial": 250}

_TRUST = 0.6
"""Weight of a photo's label beside the teachers' guess."""

_BY_HAND = frozenset({"ph"})
_TRUST_BY_HAND = 0.9
"""The same for photos whose labels a person has looked through."""

_BARE = ("living_room", "bedroom", "dining_room")
"""What an empty room may be, each as likely: nothing in it tells."""

_DISBELIEF = 0.02
"""A label that the teachers give less than this is not learnt from, in the sources known to have wrong ones."""

_NOISY = frozenset({"places", "web", "mini"})

_TEMPERATURE = 2.0
"""Divisor of the teachers' scores: their second choices are worth learning."""

_FEWEST = 150
"""Labels with fewer pictures are drawn as if they had as many."""

_SHARE_GRID = 4


@dataclass(frozen=True)
class Collection:
    """Photos in the order of `read_index`, then pictures made by code."""

    photos: list[Photo]
    pictures: NDArray[np.uint8]
    """pictures x SIDE x SIDE x 3."""
    labels: NDArray[np.int64]
    """Index into LABELS of each picture, -1 for none."""

    @property
    def real(self) -> int:
        """How many are photos."""
        return sum(photo.source != MADE for photo in self.photos)

    @property
    def sources(self) -> NDArray[np.str_]:
        """Source of each picture."""
        return np.array([photo.source for photo in self.photos])

    @property
    def houses(self) -> list[str]:
        """House or listing of each picture."""
        return [photo.house for photo in self.photos]


def squashed(pixels: NDArray[np.uint8], side: int) -> NDArray[np.uint8]:
    """A picture as side x side pixels."""
    how = cv2.INTER_AREA if min(pixels.shape[:2]) > side else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(pixels, (side, side), interpolation=how), np.uint8)


def load(folder: Path, seed: int, not_pasted: frozenset[str]) -> Collection:
    """Read all photos below `folder`; those of the sources `not_pasted` are not pasted into adverts and collages."""
    photos = read_index(folder)
    pixels = [read_pixels(photo.file) for photo in photos]
    pasted = [picture for picture, photo in zip(pixels, photos, strict=True) if photo.source not in not_pasted][::37]
    pictures = [squashed(picture, SIDE) for picture in pixels]
    for label in MAKERS:
        for index, picture in enumerate(generate(label, _MADE_COUNTS[label], pasted, seed)):
            photos.append(Photo(Path(), label, MADE, f"{label}-{index}"))
            pictures.append(squashed(picture, SIDE))
    labels = np.array([LABELS.index(photo.label) if photo.label else -1 for photo in photos])
    return Collection(photos, np.stack(pictures), labels)


def _softmax(scores: NDArray[np.float32]) -> NDArray[np.float32]:
    raised = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=-1, keepdims=True), np.float32)


def class_shares(segmentation: NDArray[np.uint8], grid: int) -> NDArray[np.float32]:
    """Share of each class in grid x grid parts of photos, from the segmenter's maps: photos x grid * grid * classes."""
    sparse = segmentation[:, ::2, ::2]
    step = sparse.shape[1] // grid
    shares = []
    for scores in sparse:
        chances = _softmax(scores.astype(np.float32) * SEG_SCALE)
        parts = chances.reshape(grid, step, grid, step, -1).mean(axis=(1, 3))
        shares.append(parts.reshape(-1))
    return np.stack(shares)


def probe_features(views: Views) -> NDArray[np.float32]:
    """What a linear probe on the two teachers sees of whole photos: photos x numbers, not yet standardised."""
    shares = np.sqrt(class_shares(views.segmentation, _SHARE_GRID))
    return np.concatenate([views.features.mean(axis=(1, 2), dtype=np.float32), shares], axis=1)


def label_targets(collection: Collection, teacher: NDArray[np.float32]) -> NDArray[np.float32]:
    """Label probabilities of each picture from its label and the teachers' scores (photos x labels)."""
    targets = np.zeros((len(collection.labels), len(LABELS)), np.float32)
    real = collection.real
    targets[:real] = _softmax(teacher / _TEMPERATURE)
    sure = _softmax(teacher)
    for row in np.flatnonzero(collection.labels[:real] >= 0):
        label = collection.labels[row]
        if collection.photos[row].source not in _NOISY or sure[row, label] >= _DISBELIEF:
            trust = _TRUST_BY_HAND if collection.photos[row].source in _BY_HAND else _TRUST
            targets[row] *= 1 - trust
            targets[row, label] += trust
    bare = [row for row in range(real) if collection.photos[row].file.parent.name == EMPTY]
    targets[bare] = np.isin(LABELS, _BARE) / len(_BARE)
    targets[real:] = 0.05 / len(LABELS)
    targets[np.arange(real, len(targets)), collection.labels[real:]] += 0.95
    return targets


def shares_of(collection: Collection, learnt: NDArray[np.bool_]) -> NDArray[np.float64]:
    """How often each picture is drawn: rare labels more often, by the square root; sum 1, none but the `learnt`."""
    counts = np.bincount(collection.labels[learnt] + 1, minlength=len(LABELS) + 1)
    shares = (1 / np.sqrt(np.maximum(counts, _FEWEST)))[collection.labels + 1] * learnt
    return np.asarray(shares / shares.sum())


def second_opinion(collection: Collection, seen: NDArray[np.float32], learnt: NDArray[np.bool_]) -> NDArray[np.float32]:
    """Scores of every photo by a probe on the teachers that has not learnt from its house: photos x labels.

    `seen` are the `probe_features`; they are standardised over the photos `learnt`.
    """
    real = collection.real
    learnt = learnt[:real]
    floor = np.concatenate([np.full(FEATURES, 1.0), np.full(seen.shape[1] - FEATURES, 0.05)])
    features = ((seen - seen[learnt].mean(axis=0)) / (seen[learnt].std(axis=0) + floor)).astype(np.float32)
    return soft_labels(features, collection.labels[:real], collection.houses[:real], len(LABELS), learnt)


def gather(collection: Collection, views: Views, teacher: NDArray[np.float32], learnt: NDArray[np.bool_]) -> Material:
    """Everything that batches are made of; means and main components come from the photos `learnt`."""
    real = collection.real
    whole = views.features.mean(axis=(1, 2), dtype=np.float32)[learnt[:real]]
    mean, deviation = whole.mean(axis=0), whole.std(axis=0) + 0.5
    places = views.features.reshape(real, -1, FEATURES)
    sample = places[np.flatnonzero(learnt[:real])[::9]].reshape(-1, FEATURES).astype(np.float32)
    middle = sample.mean(axis=0)
    values, vectors = np.linalg.eigh(np.cov(sample - middle, rowvar=False))
    # whitened half way: the small components carry what the large ones leave out, and noise
    axes = (vectors[:, -LOCAL:] / np.maximum(values[-LOCAL:], 1e-6) ** 0.25).astype(np.float32)
    local = np.stack([((photo.astype(np.float32) - middle) @ axes).astype(np.float16) for photo in places])
    return Material(
        collection.pictures,
        label_targets(collection, teacher),
        views.segmentation,
        views.features,
        mean,
        deviation,
        local,
    )
