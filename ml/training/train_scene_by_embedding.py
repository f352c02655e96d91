r"""Fit the scene layer on a public network's embedding: measured without each source in turn, then fitted on all.

    python -m ml.training.train_scene_by_embedding --shared ../shared --cache DIR --models models

The network itself is not trained, and does not ship: its file is read from ../shared/weights. Embeddings are kept in
the cache folder; computing them takes about ten minutes on two CPU cores, the rest about five. The numbers for the
model card are written to `scene-by-embedding.md` in the cache folder.
"""

import argparse
import hashlib
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from ml.models.loaded import load_model
from ml.store import LoadedModel, ModelStore
from ml.training.embeddings import embed_all
from ml.training.evaluation import (
    COUNTED,
    SEVEN,
    calibration_error,
    mean_share,
    per_label,
    softmax,
    table,
    temperature,
    threshold,
)
from ml.training.export import put_in_manifest
from ml.training.generated import MAKERS, generate
from ml.training.labels import LABELS
from ml.training.last_layer import fit_last_layer
from ml.training.photos import read_index, read_pixels
from ml.training.probe import soft_labels

NAME, VERSION = "scene-by-embedding", "1.0.0"
BASE = "mobilenet-edgetpu-embedding@1.0"

LISTINGS = "ph"
"""Photos of whole listings, labelled by hand: like what the model will see, and asked about with mirror images."""
SOURCES = (LISTINGS, "house", "places", "web")
"""Sources that are left out in turn. The others hold labels that nobody else has."""

MADE = "generated"
_MADE_COUNTS = {"floor_plan": 300, "not_a_photo": 400, "aerial": 250}
_SEED = 1

_NOISY = frozenset({"places", "web", "mini"})
_DISBELIEF = 0.02
"""A label of a noisy source that a layer taught by other houses gives less than this is not learnt from."""
_FEWEST = 150
"""Labels with fewer pictures weigh as if they had as many; else each label weighs the same."""

Floats = NDArray[np.float32]
Flags = NDArray[np.bool_]

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Setting:
    """What is chosen by the sources that are not left out."""

    rooted: bool
    """Whether the layer sees the square roots of the features, which are never negative."""
    decay: float


SETTINGS = [Setting(rooted, decay) for rooted in (False, True) for decay in (1e-3, 3e-3, 1e-2)]


@dataclass(frozen=True)
class Layer:
    """Scores of pictures' features: `weights @ features + bias`, of their roots where `rooted`."""

    weights: Floats
    """Labels x width, standardisation folded in."""
    bias: Floats
    rooted: bool

    def scores(self, features: Floats) -> Floats:
        """Pictures x width to pictures x labels."""
        seen = np.sqrt(features) if self.rooted else features
        return np.asarray(seen @ self.weights.T + self.bias, np.float32)


@dataclass(frozen=True)
class Material:
    """Photos in the order of `read_index`, then pictures made by code."""

    features: Floats
    mirrored: Floats
    """Of the mirror images of the listings' photos, in their order."""
    labels: NDArray[np.int64]
    sources: NDArray[np.str_]
    houses: list[str]

    def learnt(self, left_out: frozenset[str]) -> Flags:
        """What may be learnt from without these sources: wrong labels of noisy sources are found without them too."""
        trusted = (self.labels >= 0) & ~np.isin(self.sources, list(left_out))
        mean, deviation = self.features[trusted].mean(axis=0), self.features[trusted].std(axis=0) + 1
        opinion = soft_labels(
            ((self.features - mean) / deviation).astype(np.float32), self.labels, self.houses, len(LABELS), trusted
        )
        believed = softmax(opinion)[np.arange(len(self.labels)), self.labels] >= _DISBELIEF
        return np.asarray(trusted & (believed | ~np.isin(self.sources, list(_NOISY))))

    def asked(self, source: str) -> NDArray[np.int64]:
        """The labelled pictures of a source."""
        return np.flatnonzero((self.sources == source) & (self.labels >= 0))

    def answers(self, layer: Layer, source: str, *, mirrors: bool = True) -> Floats:
        """Scores of the labelled pictures of a source; those of the listings with their mirror images, as at work."""
        rows = self.asked(source)
        found = layer.scores(self.features[rows])
        if source != LISTINGS or not mirrors:
            return found
        backwards = layer.scores(self.mirrored)[self.labels[self.sources == LISTINGS] >= 0]
        return np.asarray((found + backwards) / np.float32(2), np.float32)


def gather(folder: Path, model: LoadedModel, cache: Path) -> Material:
    """Read and embed all photos below `folder`, and make what there are too few photos of."""
    photos = read_index(folder)
    features = [embed_all([photo.file for photo in photos], [photo.file.name for photo in photos], model, cache)]
    listings = [photo.file for photo in photos if photo.source == LISTINGS]
    mirrored = embed_all(listings, [file.name for file in listings], model, cache, mirrored=True)
    labels = [LABELS.index(photo.label) if photo.label else -1 for photo in photos]
    sources, houses = [photo.source for photo in photos], [photo.house for photo in photos]
    pasted = [read_pixels(photo.file) for photo in [photo for photo in photos if photo.source != LISTINGS][::37]]
    for label in MAKERS:
        made = generate(label, _MADE_COUNTS[label], pasted, _SEED)
        names = [f"seed{_SEED}-{label}-{index}" for index in range(len(made))]
        features.append(embed_all(made, names, model, cache))
        labels += [LABELS.index(label)] * len(made)
        sources += [MADE] * len(made)
        houses += names
    return Material(np.concatenate(features), mirrored, np.array(labels), np.array(sources), houses)


def fit(material: Material, learnt: Flags, setting: Setting) -> Layer:
    """A logistic regression in which each label weighs the same."""
    seen = np.sqrt(material.features[learnt]) if setting.rooted else material.features[learnt]
    mean, deviation = seen.mean(axis=0), seen.std(axis=0) + (0.5 if setting.rooted else 1.0)
    labels = material.labels[learnt]
    weights = 1 / np.maximum(np.bincount(labels, minlength=len(LABELS)), _FEWEST)[labels]
    targets = np.eye(len(LABELS), dtype=np.float32)[labels]
    layer = fit_last_layer((seen - mean) / deviation, targets, weights.astype(np.float32), setting.decay)
    slopes = layer.weight.detach().numpy() / deviation
    bias = layer.bias.detach().numpy() - slopes @ mean
    return Layer(slopes.astype(np.float32), bias.astype(np.float32), setting.rooted)


@dataclass(frozen=True)
class Chosen:
    """The setting that is best on average over the sources left to choose with, and what it answered to each."""

    setting: Setting
    answers: Floats
    labels: NDArray[np.int64]


def choose(material: Material, learnt: Flags, sources: list[str]) -> Chosen:
    """Leave each of `sources` out in turn, of what may be `learnt`; the mean over the seven labels decides."""
    found: dict[Setting, list[Floats]] = {setting: [] for setting in SETTINGS}
    labels = [material.labels[material.asked(source)] for source in sources]
    for source in sources:
        without: Flags = np.asarray(learnt & (material.sources != source))
        for setting, answers in found.items():
            answers.append(material.answers(fit(material, without, setting), source))

    def worth(setting: Setting) -> float:
        pairs = zip(found[setting], labels, strict=True)
        return float(np.mean([mean_share(per_label(answers, wanted), SEVEN) for answers, wanted in pairs]))

    best = max(SETTINGS, key=worth)
    log.info("%s: %s, %.3f", sources, best, worth(best))
    return Chosen(best, np.concatenate(found[best]), np.concatenate(labels))


def calibration(answers: Floats, labels: NDArray[np.int64]) -> tuple[float, float]:
    """Temperature and threshold."""
    divisor = temperature(answers, labels)
    chances = softmax(answers / np.float32(divisor))
    return divisor, threshold(chances.max(axis=1), chances.argmax(axis=1) == labels)


def told(answers: Floats, labels: NDArray[np.int64], divisor: float, least: float) -> str:
    """A sentence on how honest the confidences are."""
    chances = softmax(answers / np.float32(divisor))
    right, confidences = chances.argmax(axis=1) == labels, chances.max(axis=1)
    sure = confidences >= least
    return (
        f"temperature {divisor}, expected calibration error {calibration_error(confidences, right):.3f}; from a "
        f"confidence of {least} on {sure.mean():.3f} of the photos are answered, {right[sure].mean():.3f} of these "
        "right."
    )


def levels(answers: Floats, labels: NDArray[np.int64], divisor: float) -> Iterator[str]:
    """Rows of a table: what other thresholds would answer."""
    chances = softmax(answers / np.float32(divisor))
    right, confidences = chances.argmax(axis=1) == labels, chances.max(axis=1)
    yield "| confidence from | answered | right among answered |\n|---|---|---|"
    for least in np.arange(0.3, 0.95, 0.1):
        sure = confidences >= least
        yield f"| {least:.1f} | {sure.mean():.3f} | {right[sure].mean():.3f} |"


def measured(material: Material, source: str) -> str:
    """A chapter of the report on a source that took no part in anything."""
    others = [other for other in SOURCES if other != source]
    learnt = material.learnt(frozenset({source}))
    chosen = choose(material, learnt, others)
    layer = fit(material, learnt, chosen.setting)
    answers, labels = material.answers(layer, source), material.labels[material.asked(source)]
    scores = per_label(answers, labels)
    counted = sum(score.label in COUNTED for score in scores)
    means = f"{mean_share(scores, COUNTED):.3f}, of the seven {mean_share(scores, SEVEN):.3f}"
    lines = [
        f"### {source} left out",
        table("label", scores),
        f"Mean of the {counted} counted labels it has {means}. {chosen.setting}.",
        "Calibrated by the other sources: " + told(answers, labels, *calibration(chosen.answers, chosen.labels)),
    ]
    if source == LISTINGS:
        alone = per_label(material.answers(layer, source, mirrors=False), labels)
        divisor, least = calibration(answers, labels)
        lines += [
            f"Without mirror images: counted {mean_share(alone, COUNTED):.3f}, seven {mean_share(alone, SEVEN):.3f}.",
            "Calibrated by these photos: " + told(answers, labels, divisor, least),
            "\n".join(levels(answers, labels, divisor)),
        ]
    return "\n\n".join(lines)


def shipped_calibration(material: Material, setting: Setting) -> tuple[tuple[float, float], str]:
    """Temperature and threshold of the setting that ships, by its answers to listings that it has not learnt from."""
    layer = fit(material, material.learnt(frozenset({LISTINGS})), setting)
    answers, labels = material.answers(layer, LISTINGS), material.labels[material.asked(LISTINGS)]
    found = calibration(answers, labels)
    return found, told(answers, labels, *found)


def write_onnx(layer: Layer, target: Path) -> None:
    """Write a model from `features` (batch x width) to `scores` (batch x labels)."""
    width = layer.weights.shape[1]
    seen = "rooted" if layer.rooted else "features"
    nodes = [helper.make_node("Sqrt", ["features"], ["rooted"])] if layer.rooted else []
    nodes.append(helper.make_node("Gemm", [seen, "weights", "bias"], ["scores"], transB=1))
    graph = helper.make_graph(
        nodes,
        NAME,
        [helper.make_tensor_value_info("features", TensorProto.FLOAT, ["batch", width])],
        [helper.make_tensor_value_info("scores", TensorProto.FLOAT, ["batch", len(LABELS)])],
        [numpy_helper.from_array(layer.weights, "weights"), numpy_helper.from_array(layer.bias, "bias")],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.checker.check_model(model)
    onnx.save(model, str(target))


def entry(model: LoadedModel, file: Path, divisor: float, least: float) -> dict[str, object]:
    """What models/manifest.yaml says about the model."""
    content = file.read_bytes()
    return {
        "name": NAME,
        "version": VERSION,
        "task": "scene",
        "format": "onnx",
        "file": file.name,
        "sha256": hashlib.sha256(content).hexdigest(),
        "bytes": len(content),
        "licence": "the project's own; its base, which does not ship, is Apache-2.0",
        "source": "fitted by ml/training/train_scene_by_embedding.py; see the model card",
        "note": f"Needs {BASE}, to be pulled.",
        "card": f"{NAME}.md",
        "base": BASE,
        "input": model.spec.input.model_dump(mode="json", exclude_defaults=True),
        "temperature": divisor,
        "threshold": least,
        "labels": list(LABELS),
    }


def main() -> None:
    """Parse the command line and run all of it."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--shared", type=Path, required=True, help="the folder with photos/ and weights/")
    arguments.add_argument("--cache", type=Path, required=True)
    arguments.add_argument("--models", type=Path, required=True)
    arguments.add_argument("--threads", type=int, default=2)
    given = arguments.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    torch.set_num_threads(given.threads)

    spec = ModelStore(given.models).spec(BASE)
    model = load_model(spec, {spec.file: (given.shared / "weights" / spec.file).read_bytes()})
    material = gather(given.shared / "photos", model, given.cache)
    chapters = [measured(material, source) for source in SOURCES]
    learnt = material.learnt(frozenset())
    setting = choose(material, learnt, list(SOURCES)).setting
    calibrated, sentence = shipped_calibration(material, setting)
    chapters.append(f"Shipped: {setting}, fitted on {int(learnt.sum())} pictures, {sentence}")
    (given.cache / f"{NAME}.md").write_text("\n\n".join(chapters) + "\n")
    file = given.models / f"{NAME}-{VERSION}.onnx"
    write_onnx(fit(material, learnt, setting), file)
    put_in_manifest(given.models / "manifest.yaml", entry(model, file, *calibrated))
    log.info("%s: %d bytes", file, file.stat().st_size)


if __name__ == "__main__":
    main()
