r"""Train the mark network on marks composed onto photos, measure it on held-out photos, typefaces and styles, export.

    python -m ml.training.train_marks --photos DIR --cache DIR --models models --fonts DIR [DIR ...]

Seeded, and resumed from the cache folder. About forty minutes on two cores that know bfloat16. What the tables of the
model card say is written to `marks.md` in the cache folder.
"""

import argparse
import logging
import math
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn
from torch.utils.data import DataLoader, Dataset

from ml.store import ModelStore
from ml.training.export import put_in_manifest
from ml.training.mark_export import NAME, VERSION, manifest_entry, write_onnx
from ml.training.mark_loss import loss_of
from ml.training.mark_network import MarkNetwork
from ml.training.mark_report import alarms, calibration_photos, finder, fit_logistic, report, tried
from ml.training.mark_samples import LearntPhoto, batch, large_learnt_photos, learnt_photos
from ml.training.mark_styles import LEARNT_STYLES
from ml.training.typefaces import Typeface, held_out_faces, learnt_faces

STEPS = 7000
BATCH = 16
RATE = 1.5e-3

ALARMS = 0.015
"""Share of photos without marks on which the threshold lets a false alarm pass, where it is set."""

_WARM_UP = 0.05

_KEPT_EVERY = 100

_FOLLOWS = 0.999
"""Share of itself that the mean of the weights keeps at each step; the mean is what ships."""

log = logging.getLogger(__name__)


class _Batches(Dataset):  # type: ignore[misc, type-arg, unused-ignore]
    """The batch of every step: pictures (batch x 3 x height x width) and regions (batch x height x width), uint8."""

    def __init__(self, folder: Path, faces: list[Typeface], first: int, steps: int) -> None:
        self._photos: list[LearntPhoto] = learnt_photos(folder)
        self._large = large_learnt_photos(folder)
        self._faces, self._first, self._steps = faces, first, steps
        log.info("%d photos, %d large ones, %d typefaces", len(self._photos), len(self._large), len(faces))

    def __len__(self) -> int:
        return self._steps - self._first

    def __getitem__(self, at: int) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
        return batch(self._first + at, BATCH, self._photos, self._large, self._faces)


def _alone(_worker: int) -> None:
    """A worker's libraries keep to the one core that it has."""
    cv2.setNumThreads(1)


def _made_beside(batches: _Batches, workers: int) -> Iterator[tuple[NDArray[np.uint8], NDArray[np.uint8]]]:
    """The batches in their order, made by processes beside the training."""
    # Spawned, not forked: a fork copies the locks of OpenCV's and torch's threads, and nobody to open them.
    yield from DataLoader(
        batches, batch_size=None, num_workers=workers, prefetch_factor=4, worker_init_fn=_alone,
        collate_fn=_as_it_is, multiprocessing_context="spawn",
    )  # fmt: skip


def _as_it_is(made: tuple[NDArray[np.uint8], NDArray[np.uint8]]) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    return made


def rate_at(progress: float) -> float:
    """Share of the learning rate after a share of the steps: up in a straight line, down along a cosine."""
    if progress < _WARM_UP:
        return 0.05 + 0.95 * progress / _WARM_UP
    return 0.5 + 0.5 * math.cos(math.pi * (progress - _WARM_UP) / (1 - _WARM_UP))


def _follow(mean: MarkNetwork, network: MarkNetwork, done: int) -> None:
    """Move the mean of the weights towards the network; at the beginning it follows faster."""
    keep = min(_FOLLOWS, (1 + done) / (10 + done))
    with torch.no_grad():
        for kept, new in zip(mean.state_dict().values(), network.state_dict().values(), strict=True):
            if kept.dtype.is_floating_point:
                kept.mul_(keep).add_(new, alpha=1 - keep)
            else:
                kept.copy_(new)


def train(photos: Path, faces: list[Typeface], cache: Path, steps: int, workers: int) -> MarkNetwork:
    """The trained network, the running mean of its weights; resumed from the cache folder."""
    torch.manual_seed(0)
    network, mean = MarkNetwork().to(memory_format=torch.channels_last), MarkNetwork()
    mean.load_state_dict(network.state_dict())
    optimiser = torch.optim.AdamW(network.parameters(), lr=RATE, weight_decay=1e-2)
    kept = cache / f"marks-{steps}.pt"
    done = 0
    if kept.exists():
        state = torch.load(kept, weights_only=True)
        done = state["done"]
        network.load_state_dict(state["network"])
        mean.load_state_dict(state["mean"])
        optimiser.load_state_dict(state["optimiser"])
    network.train()
    parts = torch.zeros(4)
    if done == steps:
        return _for_answers(mean)
    for crops, regions in _made_beside(_Batches(photos, faces, done, steps), workers):
        given = torch.from_numpy(crops).contiguous(memory_format=torch.channels_last)
        for group in optimiser.param_groups:
            group["lr"] = RATE * rate_at(done / steps)
        with torch.autocast("cpu", torch.bfloat16):
            scores = network(given.float() / 255)
        losses = loss_of(scores.float(), regions)
        optimiser.zero_grad()
        losses.sum().backward()
        nn.utils.clip_grad_norm_(network.parameters(), 5.0)
        optimiser.step()
        done += 1
        _follow(mean, network, done)
        parts += losses.detach() / 50
        if done % 50 == 0:
            log.info("step %d found %.3f alarms %.3f worst %.3f kinds %.3f", done, *parts.tolist())
            parts.zero_()
        if done % _KEPT_EVERY == 0 or done == steps:
            state = {"network": network.state_dict(), "mean": mean.state_dict(), "optimiser": optimiser.state_dict()}
            torch.save({"done": done, **state}, kept)
    return _for_answers(mean)


def _for_answers(network: MarkNetwork) -> MarkNetwork:
    network.eval()
    return network


def _calibrated(network: MarkNetwork, photos: Path, faces: list[Typeface], cache: Path) -> tuple[float, float, float]:
    """Temperature, shift of the log odds, and the confidence from which a find counts, on the photos kept for them."""
    folder = cache / "uncalibrated"
    file = folder / f"{NAME}.onnx"
    write_onnx(network, file)
    (folder / "manifest.yaml").unlink(missing_ok=True)
    put_in_manifest(folder / "manifest.yaml", manifest_entry(file, temperature=1.0, threshold=0.0))
    find = finder(ModelStore(folder).load(NAME))
    files = [("house", file) for file in calibration_photos(photos)]
    answers = tried(files, faces, LEARNT_STYLES, find, seed=5)
    clean = [one for found in alarms(files, find).values() for one in found]
    finds = [(find[0], find[1] >= 0.5) for one in answers for find in one.found]
    finds += [(confidence, False) for confidence in clean if confidence > 0]
    chances = np.clip(np.array([confidence for confidence, _ in finds]), 1e-9, 1 - 1e-9)
    scores = np.log(chances / (1 - chances))
    divisor, shift = fit_logistic(scores, np.array([right for _, right in finds]))
    # The temperature must do for the shifted score as well, and the network's odds are shifted cell by cell.
    kept = np.sort(np.clip(np.array(clean), 1e-9, 1 - 1e-9))[::-1]
    bound = kept[int(ALARMS * len(kept))]
    least = 1 / (1 + np.exp(-(np.log(bound / (1 - bound)) + shift) / divisor))
    log.info("divisor %.3f shift %.3f threshold %.3f", divisor, shift, least)
    return round(divisor, 3), shift, math.ceil(least * 100) / 100


def main() -> None:
    """Parse the command line and run all of it."""
    arguments = argparse.ArgumentParser(description=__doc__)
    for option in ("photos", "cache", "models"):
        arguments.add_argument(f"--{option}", type=Path, required=True)
    arguments.add_argument("--fonts", type=Path, nargs="+", required=True)
    arguments.add_argument("--steps", type=int, default=STEPS)
    arguments.add_argument("--threads", type=int, default=2, help="of the training")
    arguments.add_argument("--workers", type=int, default=2, help="processes that make the batches")
    given = arguments.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    torch.set_num_threads(given.threads)
    given.cache.mkdir(parents=True, exist_ok=True)

    faces = learnt_faces(given.fonts)
    network = train(given.photos, faces, given.cache, given.steps, given.workers)
    divisor, shift, least = _calibrated(network, given.photos, faces, given.cache)
    file = given.models / f"{NAME}-{VERSION}.onnx"
    write_onnx(network, file, shift=shift)
    put_in_manifest(given.models / "manifest.yaml", manifest_entry(file, temperature=divisor, threshold=least))
    log.info("%s: %d bytes", file, file.stat().st_size)
    tables = report(given.photos, held_out_faces(given.fonts), ModelStore(given.models).load(NAME))
    (given.cache / "marks.md").write_text(tables + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
