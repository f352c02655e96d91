"""From a trained trunk to what ships: scene layer, calibration, furnishing thresholds, signature, and the report."""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from ml.segmentation import FURNITURE
from ml.training.evaluation import (
    COUNTED,
    SEVEN,
    calibration_error,
    confusion,
    mean_share,
    per_label,
    softmax,
    table,
    temperature,
    threshold,
)
from ml.training.furnishing import Rooms, furnishing_report, furnishing_thresholds
from ml.training.head import Floats, fit, scores, whole_looks, work_features
from ml.training.labels import LABELS
from ml.training.material import MADE, Collection, label_targets, probe_features, second_opinion, shares_of
from ml.training.network import POOLED, RoomNetwork
from ml.training.segmentation_report import segmentation_report
from ml.training.teachers import Views
from ml.training.views import poor_copies

SIGNATURE = 64

_DECAY = 1e-3
_FOLDS = 5
_OTHERS = ("house", "places", "web")
"""Sources that the trunk has seen, and that a scene layer is measured on without."""
_COPIED = ("house", "places", "web")
"""Sources of which poor copies are learnt too, of every second photo. Stairs, hallways, yards and pools come from small
web photos alone: without the copies whatever is blurred looks like one of them, and a sharp yard like a front."""
_COPIES = 0.3
"""Weight of a poor copy beside its photo."""

_SELDOM = ("home_office", "entry_foyer", "patio", "garage_driveway")
"""Labels that have hundreds of web photos to learn from, and hardly any among those of listings."""
_LESS = 1.0
"""What the log odds of these lose, for the shares of the labels differ (Saerens et al., 2002)."""

_LISTINGS = 6.0
"""Weight of the photos of listings among the others, in the layer that ships: they are labelled by hand."""


@dataclass(frozen=True)
class Finished:
    """Everything that ships beside the trunk."""

    scene: torch.nn.Linear
    signature: torch.nn.Linear
    temperature: float
    threshold: float
    furnishing: dict[str, float]
    report: str


@dataclass(frozen=True)
class _Bench:
    """A trunk's features of a collection, and how scene layers are fitted to them."""

    collection: Collection
    seen: Floats
    """What the probe on the teachers sees of the photos."""
    features: Floats
    """Of whole pictures, by the network."""
    copied: NDArray[np.int64]
    """Pictures that there are poor copies of."""
    copies: Floats
    """Features of those copies."""
    views: list[Floats]
    """Of the listings' photos, one array for each view that is looked at when at work."""
    listings: str

    def opinion(self, learnt: NDArray[np.bool_]) -> Floats:
        return second_opinion(self.collection, self.seen, learnt)

    def layer(self, learnt: NDArray[np.bool_], opinion: Floats) -> torch.nn.Linear:
        shares = shares_of(self.collection, learnt)
        shares = shares * np.where(self.collection.sources == self.listings, _LISTINGS, 1.0)
        targets = label_targets(self.collection, opinion)
        layer = fit(
            np.concatenate([self.features, self.copies]),
            np.concatenate([targets, targets[self.copied]]),
            np.concatenate([shares, _COPIES * shares[self.copied]]),
            _DECAY,
        )
        with torch.no_grad():
            layer.bias[[LABELS.index(label) for label in _SELDOM]] -= _LESS
        return layer

    def answers(self, layer: torch.nn.Linear) -> Floats:
        """To the listings as at work, from all views; to the others from the whole picture."""
        found = scores(layer, self.features)
        rows = self.collection.sources == self.listings
        found[rows] = scores(layer, *self.views)
        return found


def _by_listing(bench: _Bench, opinion: Floats) -> Floats:
    """Answers to the listings by layers that learnt from the other folds' listings."""
    collection = bench.collection
    rows = np.flatnonzero(collection.sources == bench.listings)
    names = sorted({collection.photos[row].house for row in rows})
    order = np.random.default_rng(0).permutation(len(names)) % _FOLDS
    fold_of = {name: int(order[index]) for index, name in enumerate(names)}
    answers = np.zeros((len(collection.labels), len(LABELS)), np.float32)
    for fold in range(_FOLDS):
        asked = rows[[fold_of[collection.photos[row].house] == fold for row in rows]]
        learnt = np.ones(len(collection.labels), bool)
        learnt[asked] = False
        answers[asked] = bench.answers(bench.layer(learnt, opinion))[asked]
    return answers[rows]


def _calibrated(answers: Floats, labels: NDArray[np.int64], divisor: float, least: float) -> str:
    chances = softmax(answers / divisor)
    right, confidences = chances.argmax(axis=1) == labels, chances.max(axis=1)
    sure = confidences >= least
    return (
        f"Temperature {divisor}, expected calibration error {calibration_error(confidences, right):.3f}; from a "
        f"confidence of {least} on: {sure.mean():.3f} of the photos, {right[sure].mean():.3f} of them right."
    )


def _confusion_table(answers: Floats, labels: NDArray[np.int64]) -> str:
    counts = confusion(answers, labels)
    rows = [index for index in range(len(LABELS)) if counts[index].any()]
    columns = [index for index in range(len(LABELS)) if counts[:, index].any()]
    lines = [
        "| label, answer | " + " | ".join(LABELS[index] for index in columns) + " |",
        "|---" * (len(columns) + 1) + "|",
    ]
    lines += [
        f"| {LABELS[row]} | " + " | ".join(str(counts[row, index] or "") for index in columns) + " |" for row in rows
    ]
    return "\n".join(lines)


def _signature(network: RoomNetwork, features: Floats, learnt: NDArray[np.bool_]) -> torch.nn.Linear:
    """The main components of the network's guess of the classifier's features, whitened half way."""
    with torch.no_grad():
        guessed = network.embed(torch.from_numpy(features[learnt, :POOLED])).numpy().astype(np.float64)
        middle = guessed.mean(axis=0)
        values, vectors = np.linalg.eigh(np.cov(guessed - middle, rowvar=False))
        axes = vectors[:, -SIGNATURE:] / np.maximum(values[-SIGNATURE:], 1e-9) ** 0.25
        layer = torch.nn.Linear(POOLED, SIGNATURE)
        layer.weight.copy_(torch.from_numpy(axes.T).float() @ network.embed.weight)
        layer.bias.copy_(torch.from_numpy(axes.T).float() @ (network.embed.bias - torch.from_numpy(middle).float()))
    return layer


def finish(
    network: RoomNetwork,
    collection: Collection,
    views: Views,
    side: int,
    left_out: str,
    classes: tuple[str, ...],
) -> Finished:
    """Measure and fit everything that follows the network, which has not seen the listings of `left_out`."""
    labels, sources = collection.labels, collection.sources
    rows = np.flatnonzero(sources == left_out)
    backwards = collection.pictures[rows][:, :, ::-1]
    looks, mirrored = (whole_looks(network, pictures, side) for pictures in (collection.pictures, backwards))
    at_work = work_features(network, [collection.photos[row].file for row in rows], side)
    copied = np.flatnonzero(np.isin(sources, _COPIED))[::2]
    copies = whole_looks(network, poor_copies(collection.pictures[copied], 1), side).features
    bench = _Bench(collection, probe_features(views), looks.features, copied, copies, at_work, left_out)
    chances = (looks.chances[rows] + mirrored.chances[:, :, :, ::-1]) / np.float16(2)
    report = []

    asked = (sources == left_out) & (labels >= 0)
    stranger = opinion = bench.opinion(sources != left_out)
    answers = bench.answers(bench.layer(sources != left_out, opinion))[asked]
    divisor = temperature(answers, labels[asked])
    likely = softmax(answers / divisor)
    least = threshold(likely.max(axis=1), likely.argmax(axis=1) == labels[asked])
    unseen, probed = per_label(answers, labels[asked]), per_label(opinion[asked[: collection.real]], labels[asked])
    report += [
        f"### {left_out}: neither trunk nor scene layer has seen a photo of it",
        table("network (probe on the teachers)", unseen, probed),
        _calibrated(answers, labels[asked], divisor, least),
        _confusion_table(answers, labels[asked]),
    ]

    known = labels[rows] >= 0
    folded = _by_listing(bench, stranger)
    within, wanted = per_label(folded[known], labels[rows][known]), labels[rows][known]
    report += [
        f"### {left_out}, by listing: the scene layer learnt from four fifths of its listings, asked about the others",
        table("network", within),
        _calibrated(folded[known], wanted, divisor, least),
        _confusion_table(folded[known], wanted),
        f"Mean of the counted labels {mean_share(within, COUNTED):.3f}, of the seven {mean_share(within, SEVEN):.3f}.",
    ]

    for source in _OTHERS:
        asked = (sources == source) & (labels >= 0)
        opinion = bench.opinion(sources != source)
        answers = bench.answers(bench.layer(sources != source, opinion))[asked]
        beside = per_label(opinion[asked[: collection.real]], labels[asked])
        report += [
            f"### {source}: the trunk has seen it, the scene layer has not",
            table("network (probe on the teachers)", per_label(answers, labels[asked]), beside),
        ]

    planes = [classes.index(label) for label in FURNITURE]
    furniture = chances[:, planes].astype(np.float32).sum(axis=1).mean(axis=(1, 2))
    rooms = Rooms(
        furniture,
        np.array([collection.photos[row].file.parent.name for row in rows]),
        np.array([collection.photos[row].house for row in rows]),
        np.array([LABELS[best] for best in folded.argmax(axis=1)]),
    )
    thresholds = furnishing_thresholds(rooms)
    report += [furnishing_report(rooms)]
    report += [segmentation_report(chances, views.segmentation[rows], classes)]

    everything = np.ones(len(labels), bool)
    scene = bench.layer(everything, stranger)
    signature = _signature(network, looks.features, (sources != left_out) & (sources != MADE))
    return Finished(scene, signature, divisor, least, thresholds, "\n\n".join(report) + "\n")
