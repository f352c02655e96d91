"""The last layer: a logistic regression from Fisher vectors to label probabilities, by all pictures at once."""

import numpy as np
import torch
from numpy.typing import NDArray


def fit_last_layer(
    vectors: NDArray[np.floating],
    targets: NDArray[np.float32],
    shares: NDArray[np.floating],
    decay: float,
    *,
    iterations: int = 40,
    history: int = 8,
) -> torch.nn.Linear:
    """Fit scores to `targets` (pictures x labels, each row a probability) by cross-entropy and L-BFGS.

    `shares` (pictures) weighs the rows; `decay` is the weight of the squared coefficients. `history`: of L-BFGS.
    """
    inputs, wanted = torch.from_numpy(vectors.astype(np.float32, copy=False)), torch.from_numpy(targets)
    weights = torch.from_numpy((shares / shares.sum()).astype(np.float32, copy=False))
    layer = torch.nn.Linear(inputs.shape[1], wanted.shape[1])
    torch.nn.init.zeros_(layer.weight)
    torch.nn.init.zeros_(layer.bias)
    optimiser = torch.optim.LBFGS(
        layer.parameters(), max_iter=iterations, history_size=history, line_search_fn="strong_wolfe"
    )

    def loss() -> torch.Tensor:
        optimiser.zero_grad()
        misfit = torch.nn.functional.cross_entropy(layer(inputs), wanted, reduction="none")
        value = (misfit * weights).sum() + decay * layer.weight.square().sum()
        value.backward()  # type: ignore[no-untyped-call, unused-ignore]
        return value

    optimiser.step(loss)
    return layer
