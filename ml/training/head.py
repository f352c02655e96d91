"""The scene layer: fitted to the features of trained networks, by all pictures at once."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from ml.room_net import VIEWS, views_of
from ml.training.last_layer import fit_last_layer
from ml.training.lessons import normalised
from ml.training.material import squashed
from ml.training.network import RoomNetwork
from ml.training.photos import read_pixels

_ITERATIONS = 150
_BATCH = 32
Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Looks:
    """What a network says of whole pictures, with nothing cut away."""

    features: Floats
    """pictures x network.width."""
    chances: NDArray[np.float16]
    """Class probabilities: pictures x classes x side / 4 x side / 4."""


def work_features(network: RoomNetwork, files: list[Path], side: int) -> list[Floats]:
    """Features of photos as they are looked at when at work: for each of the views of `ml.room_net`, files x width."""
    network.eval()
    features: list[list[Floats]] = [[] for _ in range(VIEWS)]
    with torch.inference_mode():
        for file in files:
            shown = [squashed(np.ascontiguousarray(view), side) for view in views_of(read_pixels(file))]
            found = network.look(normalised(np.stack(shown))).features.numpy()
            for view, row in zip(features, found, strict=True):
                view.append(row)
    return [np.stack(rows) for rows in features]


def whole_looks(network: RoomNetwork, pictures: NDArray[np.uint8], side: int) -> Looks:
    """Look at whole pictures (uint8, pictures x height x width x 3), squashed to side x side; in bfloat16."""
    network.eval()
    features, chances = [], []
    with torch.inference_mode(), torch.autocast("cpu", torch.bfloat16):
        for start in range(0, len(pictures), _BATCH):
            small = np.stack([squashed(picture, side) for picture in pictures[start : start + _BATCH]])
            answer = network.look(normalised(small))
            features.append(answer.features.float())
            chances.append(answer.segmentation.float().softmax(dim=1).half())
    return Looks(torch.cat(features).numpy(), torch.cat(chances).numpy())


def fit(features: Floats, targets: Floats, shares: NDArray[np.float64], decay: float) -> torch.nn.Linear:
    """Fit scores to `targets` (pictures x labels, probabilities) by cross-entropy and L-BFGS.

    `features` are pictures x width. `shares` (pictures) weighs the pictures, those of weight 0 are left out; `decay` is
    the weight of the squared coefficients of standardised features.
    """
    used = shares > 0
    inputs = features[used]
    mean, spread = inputs.mean(axis=0), inputs.std(axis=0, ddof=1) + np.float32(0.02)
    standard = (inputs - mean) / spread
    layer = fit_last_layer(standard, targets[used], shares[used], decay, iterations=_ITERATIONS, history=10)
    with torch.no_grad():
        layer.weight /= torch.from_numpy(spread)
        layer.bias -= layer.weight @ torch.from_numpy(mean)
    return layer


def scores(layer: torch.nn.Linear, *views: Floats) -> Floats:
    """Scores averaged over views of the same pictures: pictures x labels."""
    with torch.no_grad():
        answers = torch.stack([layer(torch.from_numpy(view)) for view in views]).mean(dim=0)
    return np.asarray(answers.numpy(), np.float32)
