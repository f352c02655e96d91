"""A linear classifier on the teacher's embeddings: the student's soft labels, and a second opinion on noisy labels."""

import numpy as np
import torch
from numpy.typing import NDArray

_FOLDS = 3
_DECAY = 3e-3


def _fit(features: torch.Tensor, labels: torch.Tensor, classes: int) -> torch.nn.Linear:
    probe = torch.nn.Linear(features.shape[1], classes)
    torch.nn.init.zeros_(probe.weight)
    torch.nn.init.zeros_(probe.bias)
    optimiser = torch.optim.LBFGS(probe.parameters(), max_iter=30, history_size=10, line_search_fn="strong_wolfe")

    def loss() -> torch.Tensor:
        optimiser.zero_grad()
        value = torch.nn.functional.cross_entropy(probe(features), labels) + _DECAY * probe.weight.square().sum() / 2
        value.backward()  # type: ignore[no-untyped-call, unused-ignore]
        return value

    optimiser.step(loss)
    return probe


def soft_labels(
    features: NDArray[np.float32],
    labels: NDArray[np.int64],
    houses: list[str],
    classes: int,
    learn: NDArray[np.bool_],
) -> NDArray[np.float32]:
    """Scores of every photo by probes that have not learnt from its house: photos x classes, before the softmax.

    `labels` is -1 where there is none. Only photos in `learn` are learnt from; all are scored. Embeddings are
    standardised (photos x width).
    """
    inputs = torch.from_numpy(features)
    targets = torch.from_numpy(labels)
    names = sorted(set(houses))
    order = np.random.default_rng(0).permutation(len(names))
    fold_of = {name: int(order[index]) % _FOLDS for index, name in enumerate(names)}
    folds = np.array([fold_of[house] for house in houses])
    scores = np.zeros((len(labels), classes), np.float32)
    for fold in range(_FOLDS):
        rows = torch.from_numpy(np.flatnonzero(learn & (labels >= 0) & (folds != fold)))
        probe = _fit(inputs[rows], targets[rows], classes)
        with torch.no_grad():
            scores[folds == fold] = probe(inputs[torch.from_numpy(folds == fold)]).numpy()
    return scores
