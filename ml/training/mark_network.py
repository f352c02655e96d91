"""The network that finds marks: fully convolutional, coarse for the view of a whole mark, fine for its strokes."""

from collections.abc import Sequence

import torch
from torch import nn

from ml.training.overlays import KINDS

GRID = 4
"""Pixels of the picture to one cell of the answer."""

STEP = 16
"""Pixels of the picture to one cell of the coarsest layer: the sides of a picture are divisible by it."""


def _layer(given: int, made: int, side: int = 3, stride: int = 1, dilation: int = 1) -> nn.Sequential:
    around = dilation * (side // 2)
    return nn.Sequential(
        nn.Conv2d(given, made, side, stride, around, dilation=dilation, bias=False), nn.BatchNorm2d(made), nn.ReLU()
    )


class _Block(nn.Module):  # type: ignore[misc]
    """Two dense convolutions with a residual (He et al., 2016): on CPUs with AMX faster than what is separable."""

    def __init__(self, width: int, dilation: int = 1) -> None:
        super().__init__()
        self.path = nn.Sequential(
            _layer(width, width, dilation=dilation),
            nn.Conv2d(width, width, 3, 1, dilation, dilation=dilation, bias=False),
            nn.BatchNorm2d(width),
        )

    def forward(self, given: torch.Tensor) -> torch.Tensor:
        """Keep the shape."""
        return torch.relu(given + self.path(given))


class MarkNetwork(nn.Module):  # type: ignore[misc]
    """Pictures (batch x 3 x height x width, 0 to 1) to scores (batch x 5 x height/4 x width/4).

    Height and width are divisible by STEP. Score 0 is the log odds that a mark covers the cell; the others are those of
    its kind, in the order of KINDS.
    """

    def __init__(self, widths: tuple[int, int, int] = (32, 64, 80), dilations: Sequence[int] = (1, 2, 4, 1)) -> None:
        super().__init__()
        near, middle, far = widths
        self.near = nn.Sequential(_layer(3, 16, 5, stride=2), _layer(16, near, stride=2), _Block(near))
        self.middle = nn.Sequential(_layer(near, middle, stride=2), _Block(middle), _Block(middle))
        self.far = nn.Sequential(_layer(middle, far, stride=2), *(_Block(far, dilation) for dilation in dilations))
        self.from_far = nn.ConvTranspose2d(far, middle, 2, stride=2)
        self.from_middle = nn.ConvTranspose2d(middle, near, 2, stride=2)
        self.joined = nn.Sequential(_layer(near, near))
        self.last = nn.Conv2d(near, 1 + len(KINDS), 1)

    def forward(self, pictures: torch.Tensor) -> torch.Tensor:
        """Scores of every cell."""
        near = self.near(pictures * 4 - 2)
        middle = self.middle(near)
        seen = torch.relu(middle + self.from_far(self.far(middle)))
        return self.last(self.joined(torch.relu(near + self.from_middle(seen))))
