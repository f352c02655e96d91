"""The network that finds marks: a small fully convolutional one, answers on a grid of every fourth pixel."""

from collections.abc import Sequence

import torch
from torch import nn

from ml.training.overlays import KINDS

GRID = 4
"""Pixels of the picture to one cell of the answer."""


def _layer(given: int, made: int, side: int, stride: int = 1, dilation: int = 1) -> nn.Sequential:
    around = dilation * (side // 2)
    return nn.Sequential(
        nn.Conv2d(given, made, side, stride, around, dilation=dilation, bias=False), nn.BatchNorm2d(made), nn.ReLU()
    )


class _Block(nn.Module):  # type: ignore[misc]
    """A bottleneck with a residual: looks around at a distance for few multiplications."""

    def __init__(self, width: int, inner: int, dilation: int) -> None:
        super().__init__()
        self.path = nn.Sequential(
            _layer(width, inner, 1),
            _layer(inner, inner, 3, dilation=dilation),
            nn.Conv2d(inner, width, 1, bias=False),
            nn.BatchNorm2d(width),
        )

    def forward(self, given: torch.Tensor) -> torch.Tensor:
        """Keep the shape."""
        return torch.relu(given + self.path(given))


class MarkNetwork(nn.Module):  # type: ignore[misc]
    """Pictures (batch x 3 x height x width, 0 to 1, sides divisible by 8) to scores (batch x 5 x height/4 x width/4).

    Score 0 is the log odds that a mark covers the cell; the others are those of its kind, in the order of KINDS.
    """

    def __init__(self, dilations: Sequence[int] = (1, 2, 4, 8, 2, 4, 1)) -> None:
        super().__init__()
        self.near = nn.Sequential(_layer(3, 16, 5, stride=2), _layer(16, 32, 3, stride=2), _layer(32, 32, 3))
        self.far = nn.Sequential(_layer(32, 64, 3, stride=2), *(_Block(64, 32, dilation) for dilation in dilations))
        self.from_far = nn.ConvTranspose2d(64, 32, 2, stride=2)
        self.joined = nn.Sequential(_layer(64, 32, 3))
        self.last = nn.Conv2d(32, 1 + len(KINDS), 1)

    def forward(self, pictures: torch.Tensor) -> torch.Tensor:
        """Scores of every cell."""
        near = self.near(pictures * 4 - 2)
        return self.last(self.joined(torch.cat([near, torch.relu(self.from_far(self.far(near)))], dim=1)))
