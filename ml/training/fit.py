"""The training loop: seeded by step, so that a run that was stopped goes on as if it had not been."""

import logging
import math
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ml.training.augmentation import augment
from ml.training.collection import Collection
from ml.training.network import MEAN, STD, Student

_BATCH = 64
_AVERAGING = 0.998
_DISTILLATION = 2.0
_SAVE_EVERY = 100

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Phase:
    """A stretch of training at one picture size."""

    pictures: int
    side: int


@dataclass(frozen=True, slots=True)
class Schedule:
    """How long, at which sizes, and how fast a run learns: the rate falls from `rate` to 0 along a cosine."""

    name: str
    phases: tuple[Phase, ...]
    rate: float
    seed: int

    @property
    def steps(self) -> int:
        """Batches in the whole run."""
        return sum(phase.pictures // _BATCH for phase in self.phases)

    def side(self, step: int) -> int:
        """Picture size of a step, in pixels."""
        for phase in self.phases:
            if step < phase.pictures // _BATCH:
                return phase.side
            step -= phase.pictures // _BATCH
        return self.phases[-1].side

    def rate_at(self, step: int) -> float:
        """Learning rate of a step: 100 steps of warm-up, then the cosine."""
        return self.rate * min(1.0, (step + 1) / 100) * 0.5 * (1 + math.cos(math.pi * step / self.steps))


def normalise(pictures: NDArray[np.uint8]) -> Tensor:
    """Batch x side x side x 3 in 0-255 to batch x 3 x side x side, normalised."""
    values = torch.from_numpy(pictures).permute(0, 3, 1, 2).float().div_(255)
    return (values - torch.tensor(MEAN)[None, :, None, None]) / torch.tensor(STD)[None, :, None, None]


def _chances(collection: Collection) -> NDArray[np.float64]:
    """How likely each row is drawn: rare labels more often (square root of their share), held-out photos never."""
    counts = np.bincount(collection.labels[collection.learnt] + 1, minlength=len(collection.targets[0]) + 1)
    chances = np.where(collection.learnt, 1 / np.sqrt(np.maximum(counts, 60)[collection.labels + 1]), 0)
    return np.asarray(chances / chances.sum())


def _batches(
    collection: Collection, schedule: Schedule, first: int
) -> Iterator[tuple[NDArray[np.int64], NDArray[np.uint8]]]:
    chances = _chances(collection)

    def make(step: int) -> tuple[NDArray[np.int64], NDArray[np.uint8]]:
        draw = np.random.default_rng((schedule.seed, step))
        rows = draw.choice(len(chances), _BATCH, p=chances)
        side = schedule.side(step)
        return rows, np.stack([augment(draw, collection.pixels[row], side) for row in rows])

    with ThreadPoolExecutor(1) as pool:
        waiting: list[Future[tuple[NDArray[np.int64], NDArray[np.uint8]]]] = []
        for step in range(first, schedule.steps + 3):
            if step < schedule.steps:
                waiting.append(pool.submit(make, step))
            if len(waiting) > 3 or step >= schedule.steps:
                if not waiting:
                    return
                yield waiting.pop(0).result()


def _loss(student: Student, pictures: Tensor, targets: Tensor, embeddings: Tensor) -> Tensor:
    scores, guess = student(pictures)
    labels = torch.nn.functional.cross_entropy(scores, targets)
    # Generated pictures have no embedding: their row is zero, and so is their cosine's weight.
    seen = embeddings.square().sum(dim=1)
    alike = torch.nn.functional.cosine_similarity(guess, embeddings, dim=1)
    return labels + _DISTILLATION * ((1 - alike) * seen).mean()


def fit(collection: Collection, schedule: Schedule, start: Student, cache: Path) -> Student:
    """Train from `start` and return the averaged weights; checkpoints go to `cache` and are resumed from."""
    student, average = start, deepcopy(start)
    optimiser = torch.optim.AdamW(student.parameters(), lr=schedule.rate, weight_decay=0.05)
    checkpoint = cache / f"{schedule.name}.pt"
    first = 0
    if checkpoint.exists():
        state = torch.load(checkpoint, weights_only=True)
        student.load_state_dict(state["student"])
        average.load_state_dict(state["average"])
        optimiser.load_state_dict(state["optimiser"])
        first = state["step"]
    targets = torch.from_numpy(collection.targets)
    embeddings = torch.from_numpy(collection.embeddings)
    student.train()
    since, losses = time.monotonic(), []
    for step, (rows, pictures) in enumerate(_batches(collection, schedule, first), start=first):
        optimiser.param_groups[0]["lr"] = schedule.rate_at(step)
        loss = _loss(student, normalise(pictures), targets[rows], embeddings[rows])
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call, unused-ignore]
        torch.nn.utils.clip_grad_norm_(student.parameters(), 5.0)
        optimiser.step()
        losses.append(loss.item())
        with torch.no_grad():
            keep = min(_AVERAGING, (step + 1) / (step + 10))
            for mean, now in zip(average.state_dict().values(), student.state_dict().values(), strict=True):
                if mean.is_floating_point():
                    mean.lerp_(now, 1 - keep)
        if (step + 1) % _SAVE_EVERY == 0 or step + 1 == schedule.steps:
            speed = len(losses) * _BATCH / (time.monotonic() - since)
            log.info(
                "%s step %d of %d, loss %.3f, %.0f pictures/s",
                schedule.name,
                step + 1,
                schedule.steps,
                np.mean(losses),
                speed,
            )
            since, losses = time.monotonic(), []
            partial = checkpoint.with_suffix(".partial")
            torch.save(
                {
                    "student": student.state_dict(),
                    "average": average.state_dict(),
                    "optimiser": optimiser.state_dict(),
                    "step": step + 1,
                },
                partial,
            )
            partial.rename(checkpoint)
    average.eval()
    return average
