"""The student: a small residual network of plain 3x3 convolutions, faster on CPUs than depthwise ones."""

import torch
from torch import Tensor, nn

from ml.training.labels import LABELS
from ml.training.teacher import WIDTH

MEAN = (0.485, 0.456, 0.406)
STD = (0.229, 0.224, 0.225)
"""Normalisation of RGB in 0 to 1."""

_WIDTHS = (48, 96, 192, 384)
_DEPTHS = (1, 2, 2, 1)


def _convolution(inputs: int, outputs: int, size: int, stride: int) -> nn.Sequential:
    convolution = nn.Conv2d(inputs, outputs, size, stride, size // 2, bias=False)
    return nn.Sequential(convolution, nn.BatchNorm2d(outputs))


class Block(nn.Module):  # type: ignore[misc, unused-ignore]
    """Two convolutions and a shortcut (He et al., 2016)."""

    def __init__(self, inputs: int, outputs: int, stride: int) -> None:
        super().__init__()
        self.first = _convolution(inputs, outputs, 3, stride)
        self.second = _convolution(outputs, outputs, 3, 1)
        # Average pooling before the 1x1 shortcut keeps what a strided one would skip (He et al., 2019, ResNet-D).
        self.shortcut: nn.Module = nn.Identity()
        if stride > 1 or inputs != outputs:
            pool: nn.Module = nn.AvgPool2d(stride) if stride > 1 else nn.Identity()
            self.shortcut = nn.Sequential(pool, _convolution(inputs, outputs, 1, 1))

    def forward(self, features: Tensor) -> Tensor:
        """Features in, features out: batch x channels x height x width."""
        inner = torch.relu(self.first(features))
        return torch.relu(self.second(inner) + self.shortcut(features))


class Student(nn.Module):  # type: ignore[misc, unused-ignore]
    """Pictures to label scores, and to the teacher's embedding while it learns."""

    def __init__(self) -> None:
        super().__init__()
        layers: list[nn.Module] = [_convolution(3, _WIDTHS[0], 3, 2), nn.ReLU(), nn.MaxPool2d(3, 2, 1)]
        width = _WIDTHS[0]
        for stage, (outputs, depth) in enumerate(zip(_WIDTHS, _DEPTHS, strict=True)):
            for index in range(depth):
                layers.append(Block(width, outputs, 2 if stage and index == 0 else 1))
                width = outputs
        self.features = nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten())
        self.labels = nn.Linear(width, len(LABELS))
        self.embedding = nn.Linear(width, WIDTH)
        for module in self.modules():
            if isinstance(module, Block):
                # Each block starts as its shortcut: the first steps are calmer (Goyal et al., 2017).
                nn.init.zeros_(module.second[1].weight)

    def forward(self, pictures: Tensor) -> tuple[Tensor, Tensor]:
        """Normalised pictures (batch x 3 x side x side) to scores (batch x labels) and embedding (batch x WIDTH)."""
        features = self.features(pictures)
        return self.labels(features), self.embedding(features)
