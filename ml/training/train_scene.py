r"""Train the scene model: measure the recipe on each source left out, then learn from all, calibrate and export.

    OMP_WAIT_POLICY=passive GOMP_SPINCOUNT=0 python -m ml.training.train_scene \
        --photos DIR --teacher FILE.tflite --cache DIR --models models

Takes about 20 minutes on two quiet cores, most of it for the teacher's embeddings and the Fisher vectors, which are
kept in the cache folder and resumed from. On shared cores threads that spin while they wait cost three quarters of the
speed, so they are told to sleep. The numbers for the model card are written to `report.md` in the cache folder.
"""

import argparse
import logging
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from ml.training.collection import Collection, lesson, load
from ml.training.evaluation import calibration_error, per_label, softmax, table, temperature, threshold
from ml.training.export import manifest_entry, put_in_manifest, write_onnx
from ml.training.fisher import SceneNetwork, fit_vocabulary
from ml.training.labels import LABELS
from ml.training.last_layer import fit_last_layer
from ml.training.photos import read_index
from ml.training.teacher import embeddings
from ml.training.vectors import tensor, vectors

NAME, VERSION = "scene", "1.0.0"

CALIBRATED_ON = "ph"
"""The source whose answers, given without having seen it, set temperature and threshold: listings, labelled by hand."""

LEFT_OUT = (CALIBRATED_ON, "house", "places", "web")
"""Sources that are left out, one at a time, to measure."""

SIDE = 128
"""Pixels: the smallest photos have no more, and sharper ones would give their source away."""

DECAY = 2e-5

_VOCABULARY_PICTURES = 260

log = logging.getLogger(__name__)


def _network(collection: Collection, cache: Path) -> SceneNetwork:
    """The network with its vocabulary, fitted to pictures of other sources than CALIBRATED_ON."""
    network = SceneNetwork(len(LABELS))
    kept = cache / "vocabulary.pt"
    if not kept.exists():
        rows = np.flatnonzero((collection.sources != CALIBRATED_ON) & (collection.embedded >= 0))[:_VOCABULARY_PICTURES]
        pictures = tensor([collection.pictures[row] for row in rows], SIDE)
        for part in (network.gradients, network.colours):
            fit_vocabulary(part, pictures, seed=1)
        torch.save(network.state_dict(), kept)
    network.load_state_dict(torch.load(kept, weights_only=True))
    return network


def _measure(
    collection: Collection, found: NDArray[np.float16], embedded: NDArray[np.uint8], source: str
) -> tuple[list[str], float, float]:
    """Learn without a source, answer its photos: paragraphs for the report, temperature, threshold."""
    given = lesson(collection, embedded, source)
    layer = fit_last_layer(found[given.learnt], given.targets[given.learnt], given.shares[given.learnt], DECAY)
    asked = ~given.learnt & (collection.labels >= 0)
    with torch.no_grad():
        answers = layer(torch.from_numpy(found[asked].astype(np.float32))).numpy()
    labels = collection.labels[asked]
    divisor = temperature(answers, labels)
    chances = softmax(answers / divisor)
    right, confidences = chances.argmax(axis=1) == labels, chances.max(axis=1)
    least = threshold(confidences, right)
    sure = confidences >= least
    paragraphs = [
        f"### {source} left out",
        table("model", per_label(answers, labels)),
        table("linear probe on the teacher", per_label(given.teacher[asked], labels)),
        (
            f"Temperature {divisor}, expected calibration error {calibration_error(confidences, right):.3f}; "
            f"from a confidence of {least} on: {sure.mean():.3f} of the photos, {right[sure].mean():.3f} of them right."
        ),
    ]
    return paragraphs, divisor, least


def main() -> None:
    """Parse the command line and run all of it."""
    arguments = argparse.ArgumentParser(description=__doc__)
    for option in ("photos", "teacher", "cache", "models"):
        arguments.add_argument(f"--{option}", type=Path, required=True)
    given = arguments.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    torch.set_num_threads(2)
    torch.manual_seed(0)

    embedded = embeddings(read_index(given.photos), given.teacher, given.cache / "teacher")
    collection = load(given.photos, seed=1, not_pasted=frozenset({CALIBRATED_ON}))
    network = _network(collection, given.cache)
    found = vectors(network, collection.pictures, SIDE, given.cache / "vectors")

    report, divisor, least = _measure(collection, found, embedded, CALIBRATED_ON)
    for source in LEFT_OUT[1:]:
        report += _measure(collection, found, embedded, source)[0]
    (given.cache / "report.md").write_text("\n\n".join(report) + "\n")

    everything = lesson(collection, embedded, held_out="")
    layer = fit_last_layer(found, everything.targets, everything.shares, DECAY)
    network.last.load_state_dict(layer.state_dict())
    file = given.models / f"{NAME}-{VERSION}.onnx"
    write_onnx(network, SIDE, file)
    entry = manifest_entry(NAME, VERSION, file, side=SIDE, temperature=divisor, threshold=least)
    put_in_manifest(given.models / "manifest.yaml", entry)
    log.info("%s: %d labels, %d bytes", file, len(LABELS), file.stat().st_size)


if __name__ == "__main__":
    main()
