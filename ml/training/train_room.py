r"""Train the room network: teachers look, the trunk learns without one source, the scene layer is measured and fitted.

    OMP_WAIT_POLICY=passive python -m ml.training.train_room --shared ../shared --cache DIR --models models

Every step keeps what it made in the cache folder and resumes from it. On two CPU cores the teachers take 15 minutes and
the trunk about an hour. The numbers for the model card are written to `report.md` in the cache folder.
"""

import argparse
import logging
from pathlib import Path

import torch

from ml.training import material, teachers
from ml.training.export import Shipped, manifest_entry, put_in_manifest, write_onnx
from ml.training.finish import Finished, finish
from ml.training.labels import LABELS
from ml.training.network import RoomNetwork
from ml.training.photos import read_index
from ml.training.trunk import Phase, train

NAME, VERSION = "room", "1.2.0"

LEFT_OUT = "ph"
"""The source that the trunk never sees: listings of another country, labelled by hand."""

PHASES = [Phase(96, 30), Phase(128, 20), Phase(160, 8)]
"""Sizes of the views, small ones first: they are cheap, and what they teach holds for large ones."""

SIDE = 160
"""Pixels of the network's input at work."""

CLASSES = (
    "other", "wall", "building", "sky", "floor", "tree", "ceiling", "road", "bed", "window", "grass", "cabinet",
    "sidewalk", "person", "earth", "door", "table", "mountain", "plant", "curtain", "chair", "car", "water", "painting",
    "sofa", "shelf", "house", "sea", "mirror", "rug", "field", "armchair",
)  # fmt: skip
"""Of ADE20K, in the order of the teacher's planes."""

log = logging.getLogger(__name__)


def trained(collection: material.Collection, views: teachers.Views, cache: Path, workers: int) -> RoomNetwork:
    """The network, trained on everything but LEFT_OUT."""
    learnt = collection.sources != LEFT_OUT
    teacher = material.second_opinion(collection, material.probe_features(views), learnt)
    given = material.gather(collection, views, teacher, learnt)
    return train(given, material.shares_of(collection, learnt), PHASES, 1, cache / "trunk.pt", workers)


def ship(finished: Finished, network: RoomNetwork, models: Path) -> Path:
    """Write the model's file and its entry in the manifest."""
    file = models / f"{NAME}-{VERSION}.onnx"
    write_onnx(Shipped(network, finished.scene, finished.signature), SIDE, file)
    entry = manifest_entry(
        NAME,
        VERSION,
        file,
        side=SIDE,
        temperature=finished.temperature,
        threshold=finished.threshold,
        labels=LABELS,
        classes=CLASSES,
        furnishing=finished.furnishing,
    )
    put_in_manifest(models / "manifest.yaml", entry)
    return file


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

    photos = read_index(given.shared / "photos")
    views = teachers.look(photos, given.shared / "weights", given.cache / "views", given.threads)
    collection = material.load(given.shared / "photos", seed=1, not_pasted=frozenset({LEFT_OUT}))
    network = trained(collection, views, given.cache, given.threads)
    finished = finish(network, collection, views, SIDE, LEFT_OUT, CLASSES)
    (given.cache / "report.md").write_text(finished.report)
    file = ship(finished, network, given.models)
    log.info("%s: %d bytes", file, file.stat().st_size)


if __name__ == "__main__":
    main()
