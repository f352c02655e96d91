"""Training of the Fisher branch: vocabulary without labels, then its layer by labels and by the teachers."""

import logging
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn
from torch.nn import functional

from ml.training.fisher import HIDDEN, FisherBranch, fit_vocabulary
from ml.training.lessons import Material
from ml.training.material import class_shares, squashed
from ml.training.teachers import CLASSES, FEATURES

SIDE = 128
"""Pixels of the pictures that descriptors are taken of."""

_VOCABULARY_PICTURES = 260
_CHUNK = 64
_STEPS = 1200
_BATCH = 128
_RATE = 2e-3
_DECAY = 0.1
_DROPPED = 0.3
_GRID = 2

Vectors = NDArray[np.float16]

log = logging.getLogger(__name__)


def _pictures(pictures: NDArray[np.uint8]) -> torch.Tensor:
    small = np.stack([squashed(picture, SIDE) for picture in pictures])
    return torch.from_numpy(small).permute(0, 3, 1, 2).float().div_(255)


def with_vocabulary(pictures: NDArray[np.uint8], learnt: NDArray[np.bool_], kept: Path) -> FisherBranch:
    """A branch with its vocabulary, fitted to some of the pictures `learnt`, or read from `kept`."""
    branch = FisherBranch()
    branch.eval()
    if not kept.exists():
        rows = np.random.default_rng(0).permutation(np.flatnonzero(learnt))[:_VOCABULARY_PICTURES]
        for part in (branch.gradients, branch.colours):
            fit_vocabulary(part, _pictures(pictures[rows]), seed=1)
        torch.save(branch.state_dict(), kept)
    branch.load_state_dict(torch.load(kept, weights_only=True))
    return branch


def vectors(branch: FisherBranch, pictures: NDArray[np.uint8], cache: Path | None = None) -> Vectors:
    """Fisher vectors of pictures, in their order. Chunks that lie in `cache` are not computed again.

    Empty the cache when the pictures or the vocabulary change.
    """
    chunks = []
    for start in range(0, len(pictures), _CHUNK):
        target = cache / f"{start:06d}.npy" if cache else None
        if target and target.exists():
            chunks.append(np.load(target))
            continue
        with torch.no_grad():
            found = branch.vector(_pictures(pictures[start : start + _CHUNK])).half().numpy()
        chunks.append(found)
        if target:
            target.parent.mkdir(parents=True, exist_ok=True)
            partial = target.with_suffix(".partial.npy")
            np.save(partial, found)
            partial.rename(target)
            log.info("vectors: %d of %d pictures", start + len(found), len(pictures))
    return np.concatenate(chunks)


def features(branch: FisherBranch, found: Vectors) -> NDArray[np.float32]:
    """What the branch makes of Fisher vectors: pictures x HIDDEN."""
    with torch.no_grad():
        parts = [branch.features(torch.from_numpy(part.astype(np.float32))) for part in np.array_split(found, 40)]
    return np.asarray(torch.cat(parts).numpy(), np.float32)


def train_hidden(
    branch: FisherBranch, found: Vectors, material: Material, shares: NDArray[np.float64], seed: int, kept: Path
) -> None:
    """Learn the branch's layer, drawing pictures by their `shares`; saved to `kept`, and read from there next time."""
    if kept.exists():
        branch.load_state_dict(torch.load(kept, weights_only=True))
        return
    torch.manual_seed(seed)
    chance = np.random.default_rng(seed)
    seen_count = len(material.segmentation)
    whole = material.features.reshape(seen_count, -1, FEATURES).mean(axis=1, dtype=np.float32)
    embedding = (whole - material.mean) / material.deviation
    parts = np.sqrt(class_shares(material.segmentation, _GRID))
    parts = (parts - parts.mean(axis=0)) / (parts.std(axis=0) + 0.05)
    drawn = np.flatnonzero(shares > 0)
    sample = found[drawn[::5]].astype(np.float32)
    mean, spread = sample.mean(axis=0), float(sample.std(axis=0).mean())

    inside = nn.Linear(branch.width, HIDDEN, bias=False)
    norm = nn.BatchNorm1d(HIDDEN)
    heads = nn.ModuleList([nn.Linear(HIDDEN, n) for n in (material.targets.shape[1], FEATURES, _GRID**2 * CLASSES)])
    learner = nn.ModuleList([inside, norm, heads])
    optimiser = torch.optim.AdamW(learner.parameters(), lr=_RATE, weight_decay=_DECAY)
    for step in range(_STEPS):
        optimiser.param_groups[0]["lr"] = _RATE * min(1, step / 60) * (1 - step / _STEPS)
        rows = chance.choice(len(shares), _BATCH, p=shares)
        known = np.minimum(rows, seen_count - 1)
        values = [
            torch.from_numpy((found[rows].astype(np.float32) - mean) / spread),
            torch.from_numpy(material.targets[rows]),
            torch.from_numpy(embedding[known]),
            torch.from_numpy(parts[known]),
        ]
        seen = torch.from_numpy((rows < seen_count).astype(np.float32))
        if chance.random() < 0.5:
            share = float(chance.beta(0.4, 0.4))
            values = [value * share + value.flip(0) * (1 - share) for value in values]
            seen = seen * seen.flip(0)
        inputs, targets, wanted, wanted_parts = values
        told = functional.dropout(functional.relu(norm(inside(functional.dropout(inputs, _DROPPED)))), _DROPPED)
        scores, guess, guess_parts = (head(told) for head in heads)
        loss = (
            -(targets * functional.log_softmax(scores, dim=1)).sum(dim=1).mean()
            + 2 * ((1 - functional.cosine_similarity(guess, wanted)) * seen).mean()
            + 0.5 * ((guess_parts - wanted_parts).square().mean(dim=1) * seen).mean()
        )
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        if step % 100 == 0:
            log.info("Fisher branch: step %d of %d, loss %.3f", step, _STEPS, loss.item())
    with torch.no_grad():
        gain = norm.weight / (norm.running_var + norm.eps).sqrt()
        branch.hidden.weight.copy_(inside.weight * gain[:, None] / spread)
        shift = inside(torch.from_numpy(-mean / spread)[None])[0] - norm.running_mean
        branch.hidden.bias.copy_(norm.bias + gain * shift)
    torch.save(branch.state_dict(), kept)
