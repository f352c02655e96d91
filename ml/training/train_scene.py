r"""Train the scene model: measure the recipe on a source it has not seen, then learn from all, calibrate and export.

    OMP_WAIT_POLICY=passive GOMP_SPINCOUNT=0 python -m ml.training.train_scene \
        --photos DIR --teacher FILE.tflite --cache DIR --models models

Runs on two shared CPU cores in about an hour, and goes on where it was stopped. On shared cores threads that spin while
they wait cost three quarters of the speed, so they are told to sleep. The numbers for the model card are written to
`report.md` in the cache folder.
"""

import argparse
import logging
from copy import deepcopy
from pathlib import Path

import numpy as np
import torch

from ml.training.collection import load, taught
from ml.training.evaluation import calibration_error, per_label, scores, table, temperature
from ml.training.export import manifest_entry, put_in_manifest, write_onnx
from ml.training.fit import Phase, Schedule, fit
from ml.training.labels import LABELS
from ml.training.network import Student
from ml.training.teacher import embeddings

NAME, VERSION = "scene", "1.0.0"
HELD_OUT = frozenset({"ph"})
"""The source that the measurement does not see: listings of another country, labelled by hand."""

MEASURED = Schedule("measured", (Phase(46_000, 64),), rate=2e-3, seed=1)
FINAL = Schedule("final", (Phase(26_000, 64), Phase(6_000, 96)), rate=1e-3, seed=2)
SIDE = 96
"""Pixels at inference: more than in training, where random crops make things look larger (Touvron et al., 2019)."""

WANTED_PRECISION = 0.85
"""Share of the answers at or above the threshold that must be right, on the source held out."""


log = logging.getLogger(__name__)


def _threshold(confidences: np.ndarray, right: np.ndarray) -> float:
    """The lowest confidence from which on WANTED_PRECISION of the answers are right."""
    for candidate in np.arange(0.3, 0.95, 0.01):
        sure = confidences >= candidate
        if sure.any() and right[sure].mean() >= WANTED_PRECISION:
            return round(float(candidate), 2)
    return 0.95


def main() -> None:
    """Parse the command line and run all of it."""
    arguments = argparse.ArgumentParser(description=__doc__)
    for option in ("photos", "teacher", "cache", "models"):
        arguments.add_argument(f"--{option}", type=Path, required=True)
    given = arguments.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    torch.set_num_threads(2)
    torch.manual_seed(0)

    collection = load(given.photos, given.teacher, given.cache, HELD_OUT, seed=1)
    log.info("%d photos, %d pictures", len(collection.photos), len(collection.pixels))
    student = fit(collection, MEASURED, Student(), given.cache)
    unseen = np.flatnonzero(~collection.learnt)
    labels = collection.labels[unseen]
    answers = scores(student, [collection.pixels[row] for row in unseen], SIDE)
    divisor = temperature(answers, labels)
    known = labels >= 0
    raised = np.exp((answers - answers.max(axis=1, keepdims=True)) / divisor)[known]
    chances = raised / raised.sum(axis=1, keepdims=True)
    right = chances.argmax(axis=1) == labels[known]
    confidences = chances.max(axis=1)
    threshold = _threshold(confidences, right)
    sure = confidences >= threshold
    report = [
        table("student", per_label(answers, labels)),
        table("teacher's probe", per_label(collection.teacher_scores[unseen], labels)),
        (
            f"temperature {divisor}, expected calibration error {calibration_error(confidences, right):.3f}, "
            f"threshold {threshold}: answers {sure.mean():.3f} of the photos, {right[sure].mean():.3f} of them right"
        ),
    ]
    (given.cache / "report.md").write_text("\n\n".join(report) + "\n")
    log.info("\n%s", "\n\n".join(report))

    features = embeddings(collection.photos, given.teacher, given.cache / "teacher").astype(np.float32)
    collection = taught(collection, features, frozenset())
    final = fit(collection, FINAL, deepcopy(student), given.cache)
    file = given.models / f"{NAME}-{VERSION}.onnx"
    write_onnx(final, SIDE, file)
    put_in_manifest(
        given.models / "manifest.yaml",
        manifest_entry(NAME, VERSION, file, side=SIDE, temperature=divisor, threshold=threshold),
    )
    log.info("%s: %d labels, %d bytes", file, len(LABELS), file.stat().st_size)


if __name__ == "__main__":
    main()
