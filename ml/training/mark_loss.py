"""What the mark network is trained to: marks found whole, nothing found elsewhere, least of all with confidence."""

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from ml.training.mark_network import GRID
from ml.training.mark_samples import is_kind

_COVERED, _TOUCHED = 0.5, 0.05
"""Share of a cell from which it belongs to a mark, and up to which it does not; between the two nothing is learnt."""

_BESIDE = 5
"""Side, in cells, of the square around a cell in which a mark makes it one beside a mark."""

_BESIDE_WEIGHT = 0.25
"""Weight of the cells beside a mark. Where it ends is a matter of taste, so they are never among the worst."""

_WORST = 0.01
"""Share of a picture's cells, the worst answered ones away from any mark, that count as much as all others together:
they decide whether a photo without a mark is told to carry one."""

_BEST = 12
"""The cells of a mark that decide whether it is found, as in `ml.compliance`."""


def loss_of(scores: torch.Tensor, regions: NDArray[np.uint8]) -> torch.Tensor:
    """How wrong the scores (batch x 5 x cells) are about the regions (batch x pixels).

    Four parts, to be added up: marks missed, alarms, the worst alarms, kinds mistaken.
    """
    kinds = nn.functional.avg_pool2d(torch.from_numpy(is_kind(regions)), GRID)
    share = kinds.sum(dim=1)
    covered = share >= _COVERED
    near = nn.functional.max_pool2d(share.unsqueeze(1), _BESIDE, 1, _BESIDE // 2).squeeze(1)
    away = near <= _TOUCHED
    beside = (share <= _TOUCHED) & ~away
    odds = scores[:, 0]
    return torch.stack([
        _missed(odds, covered),
        _alarms(odds, away, beside),
        _worst(odds, away),
        _mistaken(scores[:, 1:], kinds, covered),
    ])  # fmt: skip


def _missed(odds: torch.Tensor, covered: torch.Tensor) -> torch.Tensor:
    """Over all cells of the marks, and over the best ones; a large mark does not count for more than a small one."""
    marked = covered.flatten(1).any(dim=1)
    if not bool(marked.any()):
        return odds.sum() * 0
    odds, covered = odds[marked].flatten(1), covered[marked].flatten(1)
    missed = nn.functional.softplus(-odds) * covered
    every = missed.sum(dim=1) / covered.sum(dim=1)
    best = odds.masked_fill(~covered, -torch.inf).topk(_BEST, dim=1).values
    # A mark of fewer cells than that has zeros for the rest, as where marks are read.
    best = torch.where(best.isinf(), torch.zeros_like(best), best).mean(dim=1)
    return (every + 0.5 * nn.functional.softplus(-best)).mean()


def _alarms(odds: torch.Tensor, away: torch.Tensor, beside: torch.Tensor) -> torch.Tensor:
    alarm = nn.functional.softplus(odds)
    return (alarm * away).sum() / away.sum().clamp(min=1) + _BESIDE_WEIGHT * (
        alarm * beside
    ).sum() / beside.sum().clamp(min=1)


def _worst(odds: torch.Tensor, away: torch.Tensor) -> torch.Tensor:
    alarm = (nn.functional.softplus(odds) * away).flatten(1)
    return alarm.topk(max(1, int(_WORST * alarm.shape[1])), dim=1).values.mean()


def _mistaken(scores: torch.Tensor, kinds: torch.Tensor, covered: torch.Tensor) -> torch.Tensor:
    if not bool(covered.any()):
        return scores.sum() * 0
    told = nn.functional.cross_entropy(
        scores.permute(0, 2, 3, 1)[covered], kinds.argmax(dim=1)[covered], reduction="none"
    )
    area = covered.sum(dim=(1, 2), keepdim=True).clamp(min=1).float()
    weight = (1 / area.sqrt()).expand_as(covered)[covered]
    return 0.5 * (told * weight).sum() / weight.sum()
