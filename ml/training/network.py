"""The room network: one convolutional trunk that answers scene scores, segmentation and a signature of the room."""

from dataclasses import dataclass
from typing import cast

import torch
from torch import Tensor, nn
from torch.nn import functional

WIDTHS = (48, 96, 192, 384)
BLOCKS = (1, 2, 2, 1)
POOLED = WIDTHS[2] + WIDTHS[3]
"""Numbers of a photo that are averages over its places."""
DECODED = 64
GRID = 2
"""The shares of the classes are taken of GRID x GRID parts of the photo."""
MEAN, STD = 0.5, 0.25
"""Pixels in 0 to 1 are given less MEAN, over STD."""
STRIDE = 4
"""Pixels of the photo to a place of the segmentation."""


def _convolution(inputs: int, outputs: int, size: int, stride: int = 1) -> nn.Sequential:
    layer = nn.Conv2d(inputs, outputs, size, stride, size // 2, bias=False)
    return nn.Sequential(layer, nn.BatchNorm2d(outputs))


class _Block(nn.Module):  # type: ignore[misc, unused-ignore]
    """Two 3 x 3 convolutions around which the input is added again (He et al., 2015)."""

    def __init__(self, inputs: int, outputs: int, stride: int) -> None:
        super().__init__()
        self.first = _convolution(inputs, outputs, 3, stride)
        self.second = _convolution(outputs, outputs, 3)
        self.aside = _convolution(inputs, outputs, 1, stride) if inputs != outputs or stride > 1 else nn.Identity()
        nn.init.zeros_(cast("nn.BatchNorm2d", self.second[1]).weight)

    def forward(self, inputs: Tensor) -> Tensor:
        return functional.relu(self.second(functional.relu(self.first(inputs))) + self.aside(inputs))


@dataclass(frozen=True, slots=True)
class Answer:
    """What the network says of a batch of photos."""

    segmentation: Tensor
    """Class scores: batch x classes x height / STRIDE x width / STRIDE."""
    pooled: Tensor
    """batch x POOLED."""
    features: Tensor
    """What the scene layer sees: batch x `RoomNetwork.width`."""
    places: Tensor
    """Maps of the third stage: batch x WIDTHS[2] x height / 16 x width / 16."""


class RoomNetwork(nn.Module):  # type: ignore[misc, unused-ignore]
    """A ResNet of 14 layers with a light feature pyramid (Lin et al., 2017) for the segmentation."""

    def __init__(self, labels: int, classes: int, embedding: int, local: int) -> None:
        super().__init__()
        self.classes = classes
        self.width = POOLED + GRID * GRID * classes
        self.stem = _convolution(3, 32, 5, 2)
        stages, before = [], 32
        for width, blocks in zip(WIDTHS, BLOCKS, strict=True):
            stride = 1 if width == WIDTHS[0] else 2
            parts = [
                _Block(before if index == 0 else width, width, stride if index == 0 else 1) for index in range(blocks)
            ]
            stages.append(nn.Sequential(*parts))
            before = width
        self.stages = nn.ModuleList(stages)
        self.laterals = nn.ModuleList([nn.Conv2d(width, DECODED, 1) for width in WIDTHS])
        self.smooth = _convolution(DECODED, DECODED, 3)
        self.mix = _convolution(DECODED, DECODED, 1)
        self.paint = nn.Conv2d(DECODED, classes, 1)
        self.scene = nn.Linear(self.width, labels)
        self.embed = nn.Linear(POOLED, embedding)
        self.embed_places = nn.Conv2d(WIDTHS[2], local, 1)

    def look(self, pictures: Tensor) -> Answer:
        """Everything but the scene scores of normalised pictures, batch x 3 x height x width."""
        found = functional.max_pool2d(functional.relu(self.stem(pictures)), 3, 2, 1)
        maps = []
        for stage in self.stages:
            found = stage(found)
            maps.append(found)
        merged = self.laterals[3](maps[3])
        for level in (2, 1):
            merged = functional.interpolate(merged, scale_factor=2.0, mode="nearest") + self.laterals[level](
                maps[level]
            )
        merged = functional.relu(self.smooth(merged))
        merged = functional.interpolate(merged, scale_factor=2.0, mode="bilinear", align_corners=False)
        merged = functional.relu(self.mix(functional.relu(merged + self.laterals[0](maps[0]))))
        segmentation = self.paint(merged)
        pooled = torch.cat([maps[2].mean(dim=(2, 3)), maps[3].mean(dim=(2, 3))], dim=1)
        side = segmentation.shape[-1] // GRID
        shares = functional.avg_pool2d(segmentation.softmax(dim=1), side, side).flatten(1)
        return Answer(segmentation, pooled, torch.cat([pooled, shares], dim=1), maps[2])

    def forward(self, pictures: Tensor) -> tuple[Tensor, Tensor]:
        """Scene scores and class scores."""
        answer = self.look(pictures)
        return self.scene(answer.features), answer.segmentation
