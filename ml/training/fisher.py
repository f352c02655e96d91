"""Gradient and colour descriptors of a picture, a Fisher vector of each, one layer of weights on both.

What a convolutional network needs hours of a core to learn, the descriptors bring along; the mixture of Gaussians is
fitted to the photos without labels (Sanchez et al., IJCV 105, 2013). All of it is one graph of convolutions and
products, so that it ships within the network's ONNX file.
"""

import math

import torch
from torch import Tensor, nn

HIDDEN = 256
"""Features that the branch gives."""

_CELLS = 4
"""Cells along each side of a descriptor."""

_ORIENTATIONS = 8

_CELL_SIZES = (3, 4, 6)
"""Pixels of a cell, and between descriptors: descriptors of 12, 16 and 24 pixels, overlapping by three quarters."""

_PLACE_WEIGHT = 1.0
"""Weight of a descriptor's place in the picture beside its whitened components."""


class Descriptors(nn.Module):  # type: ignore[misc, unused-ignore]
    """Pictures to maps of local descriptors before projection; a subclass says which channels its cells hold."""

    channels: int

    def cells(self, pictures: Tensor, size: int) -> Tensor:
        """Batch x channels x rows x columns: what each cell of `size` pixels holds."""
        raise NotImplementedError

    def scale(self, cells: Tensor) -> Tensor:
        """Batch x 1 x rows x columns: what the descriptor on each place of the grid is divided by."""
        raise NotImplementedError


def _mean(values: Tensor, size: int) -> Tensor:
    return nn.functional.avg_pool2d(values, size)


class Gradients(Descriptors):
    """RootSIFT on a grid (Lowe, 2004; Arandjelovic and Zisserman, 2012), its cells unweighted."""

    channels = _ORIENTATIONS

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("luma", torch.tensor([0.2126, 0.7152, 0.0722])[None, :, None, None])
        across = torch.tensor([[0.0, 0, 0], [-1, 0, 1], [0, 0, 0]])
        self.register_buffer("slope", torch.stack([across, across.T])[:, None])
        turns = torch.arange(_ORIENTATIONS) * (2 * math.pi / _ORIENTATIONS)
        self.register_buffer("turns", torch.stack([turns.cos(), turns.sin()], 1)[:, :, None, None])

    def cells(self, pictures: Tensor, size: int) -> Tensor:
        """The mean gradient along each direction, square roots taken."""
        grey = (pictures * self.luma).sum(1, keepdim=True)
        slope = nn.functional.conv2d(grey, self.slope, padding=1)
        strength = slope.square().sum(1, keepdim=True)
        # The third power of the cosine stands for sharing a gradient between two neighbouring directions.
        along = torch.relu(nn.functional.conv2d(slope, self.turns))
        along = along * along * along / (strength + 1e-5)
        return _mean(along, size).clamp_min(1e-8).sqrt()

    def scale(self, cells: Tensor) -> Tensor:
        """The length of the descriptor; a floor keeps flat walls flat."""
        total = cells.square().sum(1, keepdim=True)
        ones = torch.ones(1, 1, _CELLS, _CELLS)
        return (nn.functional.conv2d(total, ones) + 0.02).sqrt()


class Colours(Descriptors):
    """Mean and spread of three opponent colours in each cell."""

    channels = 6

    def __init__(self) -> None:
        super().__init__()
        axes = torch.tensor([[0.3, 0.6, 0.1], [0.5, -0.5, 0.0], [0.25, 0.25, -0.5]])
        self.register_buffer("axes", axes[:, :, None, None])

    def cells(self, pictures: Tensor, size: int) -> Tensor:
        """Means, then deviations."""
        opponents = nn.functional.conv2d(pictures, self.axes)
        mean = _mean(opponents, size)
        spread = (_mean(opponents.square(), size) - mean.square()).clamp_min(1e-6).sqrt()
        return torch.cat([mean, spread], 1)

    def scale(self, cells: Tensor) -> Tensor:
        """Nothing is divided: brightness and colour are what is told apart."""
        return torch.ones(1, 1, cells.shape[2] - _CELLS + 1, cells.shape[3] - _CELLS + 1)


class FisherVector(nn.Module):  # type: ignore[misc, unused-ignore]
    """Pictures to the Fisher vector of their descriptors, power and length normalised: batch x 2 * words * width."""

    def __init__(self, descriptors: Descriptors, components: int, words: int) -> None:
        super().__init__()
        self.descriptors = descriptors
        self.components, self.words = components, words
        self.width = components + 2
        self.register_buffer("projection", torch.zeros(components, descriptors.channels, _CELLS, _CELLS))
        self.register_buffer("centre", torch.zeros(components))
        self.register_buffer("weights", torch.full((words,), 1 / words))
        self.register_buffer("means", torch.zeros(words, self.width))
        self.register_buffer("deviations", torch.ones(words, self.width))

    def raw(self, pictures: Tensor, size: int) -> Tensor:
        """Descriptors before projection: batch x channels * cells * cells x places. For fitting only."""
        cells = self.descriptors.cells(pictures, size)
        patches = nn.functional.unfold(cells, _CELLS)
        return patches / self.descriptors.scale(cells).flatten(2)

    def local(self, pictures: Tensor) -> Tensor:
        """Projected descriptors of all sizes with their places: batch x places x width."""
        found = []
        for size in _CELL_SIZES:
            cells = self.descriptors.cells(pictures, size)
            projected = nn.functional.conv2d(cells, self.projection)
            projected = projected / self.descriptors.scale(cells) - self.centre[None, :, None, None]
            rows, columns = projected.shape[2:]
            down = torch.linspace(-1, 1, rows)[None, None, :, None].expand(1, 1, rows, columns)
            right = torch.linspace(-1, 1, columns)[None, None, None, :].expand(1, 1, rows, columns)
            place = torch.cat([down, right], 1) * _PLACE_WEIGHT
            found.append(torch.cat([projected, place.expand(projected.shape[0], 2, rows, columns)], 1).flatten(2))
        return torch.cat(found, 2).transpose(1, 2)

    def posteriors(self, local: Tensor) -> Tensor:
        """How much each place belongs to each word: batch x places x words."""
        precision = self.deviations.pow(-2)
        constant = self.weights.log() - self.deviations.log().sum(1) - 0.5 * (self.means.square() * precision).sum(1)
        likely = local @ (self.means * precision).T - 0.5 * local.square() @ precision.T + constant
        return likely.softmax(2)

    def forward(self, pictures: Tensor) -> Tensor:
        """Gradients of the log-likelihood by means and deviations."""
        local = self.local(pictures)
        belongs = self.posteriors(local).transpose(1, 2) / local.shape[1]
        zeroth = belongs.sum(2, keepdim=True)
        first, second = belongs @ local, belongs @ local.square()
        by_mean = (first - self.means * zeroth) / self.deviations
        squares = self.means.square() - self.deviations.square()
        by_deviation = (second - 2 * self.means * first + squares * zeroth) / self.deviations.square() / math.sqrt(2)
        vector = torch.cat([by_mean, by_deviation], 2) / self.weights.sqrt()[None, :, None]
        vector = vector.flatten(1)
        vector = torch.sign(vector) * (vector.abs() + 1e-12).sqrt()
        return vector / vector.square().sum(1, keepdim=True).sqrt().clamp_min(1e-6)


def fit_vocabulary(vector: FisherVector, pictures: Tensor, seed: int, rounds: int = 12) -> None:
    """Fit projection (principal components, whitened) and mixture (expectation maximisation) to some pictures."""
    draw = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        raw = torch.cat([vector.raw(pictures, size).transpose(1, 2).flatten(0, 1)[::9] for size in _CELL_SIZES])
        centre = raw.mean(0)
        values, axes = torch.linalg.eigh((raw - centre).T @ (raw - centre) / len(raw))
        top = torch.arange(len(values) - 1, len(values) - 1 - vector.components, -1)
        whiten = axes[:, top] / (values[top] + 0.02 * values[top[0]]).sqrt()
        cells = (vector.descriptors.channels, _CELLS, _CELLS)
        vector.projection.copy_(whiten.T.reshape(-1, *cells))
        vector.centre.copy_(centre @ whiten)

        points = vector.local(pictures).flatten(0, 1)
        points = points[torch.randperm(len(points), generator=draw)[:60_000]]
        vector.means.copy_(points[torch.randperm(len(points), generator=draw)[: vector.words]])
        vector.deviations.copy_(points.std(0).expand_as(vector.means))
        for _ in range(rounds):
            belongs = vector.posteriors(points[None])[0]
            mass = belongs.sum(0).clamp_min(1e-3)
            vector.weights.copy_(mass / mass.sum())
            vector.means.copy_(belongs.T @ points / mass[:, None])
            spread = belongs.T @ points.square() / mass[:, None] - vector.means.square()
            vector.deviations.copy_(spread.clamp_min(1e-3).sqrt())


class FisherBranch(nn.Module):  # type: ignore[misc, unused-ignore]
    """Pictures (batch x 3 x side x side, 0 to 1) to HIDDEN features: Fisher vectors, then one layer of weights."""

    def __init__(self) -> None:
        super().__init__()
        self.gradients = FisherVector(Gradients(), components=64, words=64)
        self.colours = FisherVector(Colours(), components=32, words=32)
        self.width = sum(2 * part.words * part.width for part in (self.gradients, self.colours))
        self.hidden = nn.Linear(self.width, HIDDEN)

    def vector(self, pictures: Tensor) -> Tensor:
        """Both Fisher vectors, one behind the other: batch x width."""
        return torch.cat([self.gradients(pictures), self.colours(pictures)], 1)

    def features(self, vectors: Tensor) -> Tensor:
        """What is made of Fisher vectors: batch x HIDDEN."""
        found: Tensor = torch.relu(self.hidden(vectors))
        return found

    def forward(self, pictures: Tensor) -> Tensor:
        """Features of pictures."""
        return self.features(self.vector(pictures))
