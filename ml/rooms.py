"""Which photos of a listing show the same room, or the same side of the house."""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml.duplicates import PerceptualHash, same_picture
from ml.room_signature import (
    RoomSignature,
    colour_likeness,
    details_in_common,
    embedding_likeness,
    room_signature,
)
from schemas.photo import ListedPhoto, PhotoRecord, RoomGroup, Scene, Space

UNKNOWN_AFFINITY = 0.3
"""How well the labels of two photos agree where one of them has none: the mean over pairs of a listing."""

_SEVERAL = dict.fromkeys(("bedroom", "bathroom", "home_office", "hallway"), 0.6)
"""What the agreement of two photos on a kind of room counts that a home has several of; on any other it counts 1."""

DETAILS_AT_MOST = 36
"""More details in common than this say no more."""

_PHOTOS = 5
"""Photos of the listings that the weights were fitted on."""

_SURE = 20.0
"""Logit of two copies of a picture."""


_SURENESS = 20.0
"""Points of quality that a sure label is worth: a view that shows what room it is beats a sharper one of its corner."""

_VIEW_STEP = 5.0
"""Differences below this leave the agent's order as it is."""


@dataclass(frozen=True, slots=True)
class Likeness:
    """What two photos have in common."""

    labels: float
    """How well their labels agree, 0 to 1."""
    colours: float | None
    """0 to 1; None where a photo has no signature."""
    details: int | None
    """Details found in both; None where a photo has no signature."""
    embedding: float | None
    """Cosine, -1 to 1; None where a photo has no embedding."""


@dataclass(frozen=True, slots=True)
class Weights:
    """A logistic regression: above zero two photos are of the same room."""

    bias: float
    labels: float
    colours: float = 0.0
    details: float = 0.0
    embedding: float = 0.0

    def logit(self, likeness: Likeness) -> float:
        """The evidence for the same room; what is not known counts nothing."""
        details = min(likeness.details or 0, DETAILS_AT_MOST)
        return (
            self.bias
            + self.labels * likeness.labels
            + self.colours * (likeness.colours or 0.0)
            + self.details * float(np.sqrt(details))
            + self.embedding * (likeness.embedding or 0.0)
        )


# From `python -m ml.training.fit_rooms`, on the listings of tests/ml/data/rooms.yaml.
LABELS_ALONE = Weights(bias=-4.34, labels=7.12)
WITH_SIGNATURE = Weights(bias=-8.77, labels=6.65, colours=2.89, details=0.86)
WITH_EMBEDDING = Weights(bias=-9.28, labels=6.22, colours=1.57, details=0.94, embedding=2.89)


def signature(pixels: NDArray[np.uint8], embedding: NDArray[np.float32] | None = None) -> str:
    """The hex digits of `PhotoRecord.room_signature`, of a photo (sRGB, height x width x 3, any size).

    `embedding` is a vector of unit length from the room network, where one is configured.
    """
    return str(room_signature(pixels, embedding))


def label_affinity(one: Scene | None, other: Scene | None) -> float:
    """How well the labels of two photos agree, 0 to 1; UNKNOWN_AFFINITY where one has none.

    The Bhattacharyya coefficient of their probabilities. A home has one kitchen and several bedrooms: agreement on a
    bedroom counts less.
    """
    if one is None or other is None:
        return UNKNOWN_AFFINITY
    chances = {guess.label: guess.confidence for guess in other.top}
    shared = ((guess.label, float(np.sqrt(guess.confidence * chances.get(guess.label, 0.0)))) for guess in one.top)
    return sum(_SEVERAL.get(label, 1.0) * agreement for label, agreement in shared)


def likeness(one: PhotoRecord, other: PhotoRecord) -> Likeness:
    """What two photos have in common; raises ValueError for a signature that is none."""
    return _likeness(one, other, _signature(one), _signature(other))


def _signature(photo: PhotoRecord) -> RoomSignature | None:
    return RoomSignature.parse(photo.room_signature) if photo.room_signature is not None else None


def _likeness(
    one: PhotoRecord, other: PhotoRecord, first: RoomSignature | None, second: RoomSignature | None
) -> Likeness:
    labels = label_affinity(one.scene, other.scene)
    if first is None or second is None:
        return Likeness(labels, None, None, None)
    return Likeness(
        labels, colour_likeness(first, second), details_in_common(first, second), embedding_likeness(first, second)
    )


def weights_for(likeness: Likeness) -> Weights:
    """The weights that fit what is known."""
    if likeness.colours is None:
        return LABELS_ALONE
    return WITH_SIGNATURE if likeness.embedding is None else WITH_EMBEDDING


def group_by(photos: Sequence[PhotoRecord], weights: Weights | None = None) -> list[list[int]]:
    """Indices of the photos of each room, ascending; with the weights that fit each pair where none are given.

    The pairs of a listing grow with the square of its photos, those of the same room only with their number: the odds
    of a pair fall as the listing grows. Copies of a picture always stand together.

    Raises ValueError for a signature or a hash that is none.
    """
    signatures = [_signature(photo) for photo in photos]
    hashes = [PerceptualHash.parse(photo.perceptual_hash) if photo.perceptual_hash else None for photo in photos]
    logits = np.zeros((len(photos), len(photos)))
    rarer = math.log(max(len(photos), _PHOTOS) / _PHOTOS)
    for first, one in enumerate(photos):
        for second in range(first):
            alike = _likeness(photos[second], one, signatures[second], signatures[first])
            logit = (weights or weights_for(alike)).logit(alike) - rarer
            these, those = hashes[first], hashes[second]
            if these is not None and those is not None and same_picture(these, those):
                logit = _SURE
            logits[first, second] = logits[second, first] = logit
    return _clusters(logits)


def _clusters(logits: NDArray[np.float64]) -> list[list[int]]:
    """Groups by average linkage: the two groups with the most evidence on average are joined while it is above zero."""
    clusters = [[at] for at in range(len(logits))]
    evidence = logits.copy()
    np.fill_diagonal(evidence, -np.inf)
    while len(clusters) > 1:
        one, other = divmod(int(evidence.argmax()), len(clusters))
        if evidence[one, other] <= 0:
            break
        one, other = min(one, other), max(one, other)
        sizes = len(clusters[one]), len(clusters[other])
        joined = (evidence[one] * sizes[0] + evidence[other] * sizes[1]) / sum(sizes)
        joined[one] = -np.inf
        evidence[one, :], evidence[:, one] = joined, joined
        evidence = np.delete(np.delete(evidence, other, axis=0), other, axis=1)
        clusters[one] = sorted(clusters[one] + clusters.pop(other))
    return sorted(clusters)


def room_label(photos: Sequence[PhotoRecord]) -> str:
    """The label that the views of one room speak for together; empty where the model abstained on all of them."""
    chances: Counter[str] = Counter()
    for photo in photos:
        if photo.scene is not None and not photo.scene.abstained:
            chances.update({guess.label: guess.confidence for guess in photo.scene.top})
    # `most_common` keeps the order of arrival for equals, and the photos' order is given.
    return chances.most_common(1)[0][0] if chances else ""


def view_step(photo: PhotoRecord) -> int:
    """How well a photo shows its room, in steps that a person would notice: its quality, and how sure its label is."""
    quality = photo.quality.overall if photo.quality is not None else 0.0
    sureness = photo.scene.confidence if photo.scene is not None else 0.0
    return int(quality // _VIEW_STEP) + int(_SURENESS * sureness // _VIEW_STEP)


def room_groups(photos: Sequence[ListedPhoto]) -> list[RoomGroup]:
    """The rooms of a listing in the order of their first photos; each photo stands in one, often alone.

    Plans and what is no photo show no room and are left out. Raises ValueError for a signature or a hash that is none.
    """
    shown = [listed for listed in photos if listed.photo.space is not Space.NOT_A_PHOTO]
    groups = []
    for members in group_by([listed.photo for listed in shown]):
        views = [shown[at] for at in members]
        ordered = sorted(views, key=lambda listed: -view_step(listed.photo))
        label = room_label([listed.photo for listed in views])
        groups.append(RoomGroup(label=label, photo_ids=[listed.photo_id for listed in ordered]))
    return groups
