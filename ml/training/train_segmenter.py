r"""Train the segmenter: the room network learns on, at twice the size, what is where in rooms alone.

    OMP_WAIT_POLICY=passive python -m ml.training.train_segmenter --shared ../shared --cache DIR --models models

It starts from the network that `train_room` leaves in the cache folder, and resumes from what it keeps there itself.
The numbers for the model card are written to `segmenter.md` in the cache folder: of photos that no network has seen.
"""

import argparse
import logging
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from ml.training import material, teachers
from ml.training.export import Segmenter, manifest_entry, put_in_manifest, write_onnx
from ml.training.head import whole_looks
from ml.training.labels import LABELS
from ml.training.lessons import Batch
from ml.training.network import RoomNetwork
from ml.training.photos import Photo, read_index, read_pixels
from ml.training.segmentation_report import segmentation_report
from ml.training.train_room import CLASSES, LEFT_OUT, trained
from ml.training.trunk import Phase, train

NAME, VERSION = "segmenter", "1.0.0"

SIDE = 256
"""Pixels of the network's input: a place of the segmentation is then one of the teacher's maps."""

PHASES = [Phase(SIDE, 2)]
_RATE = 8e-4

UNSEEN = ("photos/empty", "listings/listing_1")
"""Folders of photos that nothing here learns from."""

_OUTSIDE = ("exterior", "yard_garden", "patio", "pool", "garage_driveway", "aerial", "floor_plan", "not_a_photo")
"""Labels whose pictures are not learnt from: the room network segments those."""

_RAREST = 4.0
"""How much more a place of a rare class may count."""

log = logging.getLogger(__name__)


class Balanced(nn.Module):  # type: ignore[misc, unused-ignore]
    """The teacher's classes, place by place, rare ones weighing more: square root of median frequency (Eigen, 2015)."""

    def __init__(self, frequencies: NDArray[np.float64]) -> None:
        super().__init__()
        median = float(np.median(frequencies[frequencies > 0.001]))
        weights = np.clip(np.sqrt(median / np.maximum(frequencies, 1e-6)), 0.5, _RAREST)
        self.weights = torch.from_numpy(weights.astype(np.float32)).reshape(1, -1, 1, 1)

    def __call__(self, network: RoomNetwork, batch: Batch) -> dict[str, Tensor]:
        """The weighted cross-entropy of a batch of views."""
        with torch.autocast("cpu", torch.bfloat16):
            answer = network.look(batch.pictures)
        painted = functional.log_softmax(answer.segmentation.float(), dim=1)
        return {"segmentation": -(batch.segmentation * self.weights * painted).sum(dim=1).mean()}


def indoors(collection: material.Collection) -> NDArray[np.bool_]:
    """Which pictures are photos of rooms."""
    outside = [LABELS.index(label) for label in _OUTSIDE]
    real = np.arange(len(collection.labels)) < collection.real
    return np.asarray(real & ~np.isin(collection.labels, outside))


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
    _, everything = trained(collection, views, given.cache, given.threads)
    inside = indoors(collection)
    lesson = material.gather(collection, views, np.zeros((collection.real, len(LABELS)), np.float32), inside)
    counted = np.bincount(views.segmentation[::9].argmax(axis=3).reshape(-1), minlength=len(CLASSES))
    goal = Balanced(counted / counted.sum())
    shares, kept = inside / inside.sum(), given.cache / "segmenter.pt"
    network = train(lesson, shares, PHASES, 3, kept, given.threads, rate=_RATE, start=everything, goal=goal)

    files = sorted(file for folder in UNSEEN for file in (given.shared / folder).glob("*.jp*g"))
    unseen = [Photo(file, None, "unseen", file.stem) for file in files]
    theirs = teachers.look(unseen, given.shared / "weights", given.cache / "unseen", given.threads)
    pictures = np.stack([material.squashed(read_pixels(file), SIDE) for file in files])
    report = segmentation_report(whole_looks(network, pictures, SIDE).chances, theirs.segmentation, CLASSES)
    (given.cache / "segmenter.md").write_text(report)
    file = given.models / f"{NAME}-{VERSION}.onnx"
    write_onnx(Segmenter(network), SIDE, ("class_scores",), file)
    entry = manifest_entry(
        NAME,
        VERSION,
        file,
        task="segmentation",
        script="train_segmenter.py",
        side=SIDE,
        reading="class_scores",
        outputs={"class_scores": "class_scores"},
        classes=list(CLASSES),
    )
    put_in_manifest(given.models / "manifest.yaml", entry)
    log.info("%s: %d bytes", file, file.stat().st_size)


if __name__ == "__main__":
    main()
