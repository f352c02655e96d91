"""Training of the network's trunk: by labels, and by what two teachers see in each place of each photo."""

import copy
import logging
import multiprocessing
import os
import time
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from ml.training.lessons import LOCAL, Batch, Material, batches
from ml.training.network import RoomNetwork
from ml.training.teachers import CLASSES, FEATURES

BATCH = 64
RATE = 2e-3
DECAY = 0.05
_WARM = 0.04
"""Share of the steps in which the rate rises."""
_AVERAGED = 0.985
_MIXED = 0.25
"""Share of the batches that are blended."""

_APART = 8
"""Steps that each process takes alone before the weights are averaged: none waits for another in between."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Phase:
    """Epochs at one size of the views."""

    side: int
    epochs: int


def losses(network: RoomNetwork, batch: Batch) -> dict[str, Tensor]:
    """What is to become less, part by part; the network computes in bfloat16, the losses in float32."""
    with torch.autocast("cpu", torch.bfloat16):
        answer = network.look(batch.pictures)
        scores = network.scene(answer.features)
        embedded, places = network.embed(answer.pooled), network.embed_places(answer.places)
    seen = batch.seen.float()
    many = seen.sum().clamp(min=1)
    guesses = functional.log_softmax(scores.float(), dim=1)
    painted = functional.log_softmax(answer.segmentation.float(), dim=1)
    near = 1 - functional.cosine_similarity(embedded.float(), batch.embedding)
    near_places = 1 - functional.cosine_similarity(places.float(), batch.local).mean(dim=(1, 2))
    return {
        "labels": -(batch.targets * guesses).sum(dim=1).mean(),
        "segmentation": -((batch.segmentation * painted).sum(dim=1).mean(dim=(1, 2)) * seen).sum() / many,
        "embedding": 2 * (near * seen).sum() / many,
        "places": (near_places * seen).sum() / many,
    }


def rate_at(progress: float) -> float:
    """Share of RATE after `progress` (0 to 1) of the steps: a short rise, then half a cosine."""
    if progress < _WARM:
        return progress / _WARM
    return 0.5 * (1 + float(np.cos(np.pi * (progress - _WARM) / (1 - _WARM))))


class _Average:
    """The running average of a network's weights, which answers better than the last ones."""

    def __init__(self, network: RoomNetwork) -> None:
        self.network = copy.deepcopy(network).eval()
        self._steps = 0

    def load(self, state: dict[str, Tensor], steps: int) -> None:
        """Go on from a saved average."""
        self.network.load_state_dict(state)
        self._steps = steps

    def follow(self, network: RoomNetwork) -> None:
        self._steps += 1
        share = 1 - min(_AVERAGED, (1 + self._steps) / (10 + self._steps))
        with torch.no_grad():
            theirs = network.state_dict()
            for name, value in self.network.state_dict().items():
                if value.dtype.is_floating_point:
                    value.lerp_(theirs[name], share)
                else:
                    value.copy_(theirs[name])


class _Exchange:
    """Weights of several processes, averaged in shared memory (local SGD, Stich, 2018)."""

    def __init__(self, count: int, workers: int) -> None:
        self._shared = torch.zeros(workers, count).share_memory_()
        self._turn = multiprocessing.get_context("fork").Barrier(workers)
        self.workers = workers

    def average(self, worker: int, weights: list[Tensor]) -> None:
        """Replace `weights` by their mean over the processes."""
        if self.workers == 1:
            return
        with torch.no_grad():
            torch.cat([value.reshape(-1) for value in weights], out=self._shared[worker])
            self._turn.wait()
            mean = self._shared.mean(dim=0)
            self._turn.wait()
            at = 0
            for value in weights:
                value.copy_(mean[at : at + value.numel()].view(value.shape))
                at += value.numel()


def new_network(labels: int) -> RoomNetwork:
    """An untrained network."""
    network = RoomNetwork(labels, CLASSES, FEATURES, LOCAL)
    return cast("RoomNetwork", network.to(memory_format=torch.channels_last))


def _learn(
    worker: int,
    exchange: _Exchange,
    material: Material,
    shares: NDArray[np.float64],
    sides: list[int],
    seed: int,
    kept: Path,
) -> None:
    """One process's part of `train`: its share of each batch."""
    if worker:
        # Linux shares the cores among sessions first: in one session the workers would share one part.
        os.setsid()
    torch.set_num_threads(1)
    torch.manual_seed(seed)
    network = new_network(material.targets.shape[1])
    average = _Average(network)
    weights = list(network.parameters())
    groups = [
        {"params": [value for value in weights if value.ndim >= 2], "weight_decay": DECAY},
        {"params": [value for value in weights if value.ndim < 2], "weight_decay": 0.0},
    ]
    optimiser = torch.optim.AdamW(groups, lr=RATE, fused=True)
    size = BATCH // exchange.workers
    steps = int((shares > 0).sum()) // BATCH
    for epoch in range(_resume(kept, network, average, optimiser, steps), len(sides)):
        network.train()
        totals: dict[str, float] = {}
        started = time.monotonic()
        mixing = np.random.default_rng((seed, epoch, worker, 1))
        for step, given in enumerate(batches(material, shares, size, sides[epoch], steps, (seed, epoch, worker))):
            for group in optimiser.param_groups:
                group["lr"] = RATE * rate_at((epoch + step / steps) / len(sides))
            parts = losses(network, _sometimes_mixed(given, mixing))
            optimiser.zero_grad(set_to_none=True)
            torch.stack(list(parts.values())).sum().backward()
            torch.nn.utils.clip_grad_norm_(weights, 5.0)
            optimiser.step()
            if step % _APART == _APART - 1 or step == steps - 1:
                exchange.average(worker, weights)
                if worker == 0:
                    average.follow(network)
            for name, value in parts.items():
                totals[name] = totals.get(name, 0.0) + value.item() / steps
        if worker == 0:
            told = " ".join(f"{name} {value:.3f}" for name, value in totals.items())
            speed = steps * BATCH / (time.monotonic() - started)
            log.info("epoch %d of %d at %d: %s; %.0f views/s", epoch + 1, len(sides), sides[epoch], told, speed)
            _keep(kept, network, average, optimiser, epoch + 1)


def _sometimes_mixed(batch: Batch, chance: np.random.Generator) -> Batch:
    return batch.mixed(float(chance.beta(0.4, 0.4))) if chance.random() < _MIXED else batch


def _resume(kept: Path, network: RoomNetwork, average: _Average, optimiser: torch.optim.Optimizer, steps: int) -> int:
    """Read the state that `_keep` saved, if any; returns the epochs that are done, of `steps` each."""
    if not kept.exists():
        return 0
    state = torch.load(kept, weights_only=True)
    network.load_state_dict(state["network"])
    average.load(state["average"], state["epochs"] * steps // _APART)
    optimiser.load_state_dict(state["optimiser"])
    return int(state["epochs"])


def _keep(kept: Path, network: RoomNetwork, average: _Average, optimiser: torch.optim.Optimizer, epochs: int) -> None:
    """Save the state after `epochs`; a file that is there is whole."""
    state = {
        "network": network.state_dict(),
        "average": average.network.state_dict(),
        "optimiser": optimiser.state_dict(),
        "epochs": epochs,
    }
    partial = kept.with_suffix(".partial")
    torch.save(state, partial)
    partial.rename(kept)


def train(
    material: Material,
    shares: NDArray[np.float64],
    phases: list[Phase],
    seed: int,
    kept: Path,
    workers: int,
) -> RoomNetwork:
    """Train on pictures drawn by their `shares` (sum 1); one epoch is as many views as there are pictures.

    Each of `workers` processes takes its part of a batch on one thread, and their weights are averaged now and then: on
    cores that others use too this is faster than several threads, which wait for each other in every layer. Resumes
    from `kept`, where the state is saved after each epoch. Returns the averaged network.
    """
    torch.set_num_threads(1)
    sides = [phase.side for phase in phases for _ in range(phase.epochs)]
    network = new_network(material.targets.shape[1])
    exchange = _Exchange(sum(value.numel() for value in network.parameters()), workers)
    context = multiprocessing.get_context("fork")
    arguments = (exchange, material, shares, sides, seed, kept)
    others = [context.Process(target=_learn, args=(worker, *arguments), daemon=True) for worker in range(1, workers)]
    for process in others:
        process.start()
    _learn(0, *arguments)
    for process in others:
        process.join()
    network.load_state_dict(torch.load(kept, weights_only=True)["average"])
    return network
