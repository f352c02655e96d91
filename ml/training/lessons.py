"""Batches of views with all that is to be learnt of them: labels, the teachers' scores per place, their features."""

import queue
import threading
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ml.training import views
from ml.training.network import MEAN, STD, STRIDE
from ml.training.teachers import CLASSES, FEATURE_SIDE, FEATURES, SEG_SCALE

LOCAL = 128
"""Main components of the classifier's features that are learnt place by place."""

_AHEAD = 4


@dataclass(frozen=True)
class Material:
    """Pictures and what is known of each; rows of the same number belong together."""

    pictures: NDArray[np.uint8]
    """pictures x SIDE x SIDE x 3."""
    targets: NDArray[np.float32]
    """Label probabilities, pictures x labels; a row of zeros where nothing is known."""
    segmentation: NDArray[np.uint8]
    """Maps of the first `len(segmentation)` pictures, steps of SEG_SCALE; those that follow were made by code."""
    features: NDArray[np.uint8]
    """Likewise: pictures x 7 x 7 x FEATURES."""
    mean: NDArray[np.float32]
    """Of the features of whole photos."""
    deviation: NDArray[np.float32]
    local: NDArray[np.float16]
    """Main components of the features of each place: pictures x 49 x LOCAL, standardised."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Views and what is to be learnt of them."""

    pictures: Tensor
    targets: Tensor
    seen: Tensor
    """True where the teachers have seen the photo: the three that follow count for those alone."""
    segmentation: Tensor
    """Class probabilities: batch x CLASSES x side / 4 x side / 4."""
    embedding: Tensor
    local: Tensor
    """batch x LOCAL x side / 16 x side / 16."""

    def mixed(self, share: float) -> "Batch":
        """Each view blended with the one at its mirrored place in the batch, and the targets with it (mixup)."""

        def blend(values: Tensor) -> Tensor:
            return values * share + values.flip(0) * (1 - share)

        return Batch(
            blend(self.pictures),
            blend(self.targets),
            self.seen & self.seen.flip(0),
            blend(self.segmentation),
            blend(self.embedding),
            blend(self.local),
        )


def normalised(pictures: NDArray[np.uint8]) -> Tensor:
    """uint8 pictures, batch x height x width x 3, as the network wants them."""
    planes = torch.from_numpy(pictures).permute(0, 3, 1, 2).to(torch.float32, memory_format=torch.channels_last)
    return planes.mul_(1 / 255 / STD).sub_(MEAN / STD)


def make_batch(material: Material, rows: NDArray[np.int64], side: int, chance: np.random.Generator) -> Batch:
    """A batch of random views of the pictures `rows`, side x side pixels each."""
    frames = views.draw(len(rows), chance)
    pictures = np.stack(
        [
            views.spoil(views.cut(material.pictures[row], frames.centres[at], frames.axes[at], side), chance)
            for at, row in enumerate(rows)
        ]
    )
    seen = rows < len(material.segmentation)
    known = np.where(seen, rows, 0)
    coarse = side // STRIDE
    points = frames.at(coarse)
    scores = np.stack([views.pick(material.segmentation[row], points[at]) for at, row in enumerate(known)])
    segmentation = (torch.from_numpy(scores).float() * SEG_SCALE).softmax(dim=2)
    shares = torch.from_numpy(views.weights(frames.at(side // 16), FEATURE_SIDE))
    maps = torch.from_numpy(material.features[known].reshape(len(rows), -1, FEATURES))
    embedding = torch.bmm(shares.mean(dim=1, keepdim=True), maps.float())[:, 0]
    local = torch.bmm(shares, torch.from_numpy(material.local[known]).float())
    return Batch(
        normalised(pictures),
        torch.from_numpy(material.targets[rows]),
        torch.from_numpy(seen),
        segmentation.transpose(1, 2).reshape(len(rows), CLASSES, coarse, coarse),
        (embedding - torch.from_numpy(material.mean)) / torch.from_numpy(material.deviation),
        local.transpose(1, 2).reshape(len(rows), LOCAL, side // 16, side // 16),
    )


def batches(
    material: Material, shares: NDArray[np.float64], size: int, side: int, count: int, seed: tuple[int, ...]
) -> Iterator[Batch]:
    """`count` batches, made ahead by a thread: pictures are drawn by their `shares`, the same for the same seed."""
    waiting: queue.Queue[Batch | Exception | None] = queue.Queue(_AHEAD)

    def work() -> None:
        chance = np.random.default_rng(seed)
        try:
            for _ in range(count):
                rows = chance.choice(len(shares), size, p=shares, replace=False)
                waiting.put(make_batch(material, rows, side, chance))
            waiting.put(None)
        except Exception as error:  # noqa: BLE001 - raised again where the batches are used
            waiting.put(error)

    threading.Thread(target=work, daemon=True).start()
    while (batch := waiting.get()) is not None:
        if isinstance(batch, Exception):
            raise batch
        yield batch
