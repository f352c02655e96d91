r"""Train the mark network on marks composed onto photos, measure it on held-out photos, typefaces and styles, export.

    python -m ml.training.train_marks --photos DIR --cache DIR --models models --fonts DIR [DIR ...]

Seeded, and resumed from the cache folder. About 15 minutes on one core. What the tables of the model card say is
written to `marks.md` in the cache folder.
"""

import argparse
import logging
import math
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from ml.compliance import marks_of
from ml.store import ModelStore
from ml.training.export import put_in_manifest
from ml.training.mark_export import NAME, VERSION, manifest_entry, write_onnx
from ml.training.mark_network import GRID, MarkNetwork
from ml.training.mark_report import alarms, calibration_photos, fit_logistic, report, tried
from ml.training.mark_samples import batch, is_kind, learnt_photos
from ml.training.mark_styles import LEARNT_STYLES
from ml.training.overlays import Pixels
from ml.training.typefaces import Typeface, held_out_faces, learnt_faces
from schemas.photo import Mark

STEPS = 860
BATCH = 16
RATE = 4e-3

ALARMS = 0.01
"""Share of photos without marks on which the threshold lets a false alarm pass, where it is set."""

_WARM_UP = 0.1

_KEPT_EVERY = 40

_COVERED, _TOUCHED = 0.5, 0.05
"""Share of a cell from which it belongs to a mark, and up to which it does not; between the two nothing is learnt."""

_HARDEST = 0.01
"""Share of a picture's cells, the worst answered ones without a mark, that count as much as all others together."""

log = logging.getLogger(__name__)


def loss_of(scores: torch.Tensor, regions: NDArray[np.uint8]) -> torch.Tensor:
    """How wrong the scores (batch x 5 x cells) are about the regions (batch x pixels)."""
    kinds = nn.functional.avg_pool2d(torch.from_numpy(is_kind(regions)), GRID)
    share = kinds.sum(dim=1)
    covered, free = share >= _COVERED, share <= _TOUCHED
    odds = scores[:, 0]
    missed = nn.functional.softplus(-odds)
    # A large mark must not count for more than a small one by its area.
    area = covered.float().sum(dim=(1, 2)).clamp(min=1)
    found_part = ((missed * covered).sum(dim=(1, 2)) / area).sum() / covered.any(dim=2).any(dim=1).sum().clamp(min=1)
    alarms = nn.functional.softplus(odds) * free
    hardest = alarms.flatten(1).topk(int(_HARDEST * alarms[0].numel()), dim=1).values
    alarm_part = alarms.sum() / free.sum() + hardest.mean()
    chosen = covered.unsqueeze(1).expand_as(kinds)
    labels = kinds.argmax(dim=1)[covered]
    if not bool(chosen.any()):
        return alarm_part
    weight = (1 / area.sqrt())[:, None, None].expand_as(share)[covered]
    told = nn.functional.cross_entropy(scores[:, 1:].permute(0, 2, 3, 1)[covered], labels, reduction="none")
    return found_part + alarm_part + 0.5 * (told * weight).sum() / weight.sum()


def rate_at(progress: float) -> float:
    """Share of the learning rate after a share of the steps: up in a straight line, down along a cosine."""
    if progress < _WARM_UP:
        return 0.05 + 0.95 * progress / _WARM_UP
    return 0.5 + 0.5 * math.cos(math.pi * (progress - _WARM_UP) / (1 - _WARM_UP))


def train(photos: Path, faces: list[Typeface], cache: Path, steps: int) -> MarkNetwork:
    """The trained network; resumed from the cache folder."""
    torch.manual_seed(0)
    network = MarkNetwork()
    network.to(memory_format=torch.channels_last)
    optimiser = torch.optim.AdamW(network.parameters(), lr=RATE, weight_decay=1e-3)
    kept = cache / f"marks-{steps}.pt"
    done = 0
    if kept.exists():
        state = torch.load(kept, weights_only=True)
        done = state["done"]
        network.load_state_dict(state["network"])
        optimiser.load_state_dict(state["optimiser"])
    pictures = learnt_photos(photos) if done < steps else []
    log.info("%d photos, %d typefaces", len(pictures), len(faces))
    network.train()
    mean = 0.0
    while done < steps:
        crops, regions = batch(done, BATCH, pictures, faces)
        given = torch.from_numpy(crops).contiguous(memory_format=torch.channels_last)
        for group in optimiser.param_groups:
            group["lr"] = RATE * rate_at(done / steps)
        loss = loss_of(network(given), regions)
        optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(network.parameters(), 5.0)
        optimiser.step()
        done += 1
        mean += loss.item() / 50
        if done % 50 == 0:
            log.info("step %d loss %.3f", done, mean)
            mean = 0.0
        if done % _KEPT_EVERY == 0 or done == steps:
            torch.save({"done": done, "network": network.state_dict(), "optimiser": optimiser.state_dict()}, kept)
    network.eval()
    return network


def _calibrated(network: MarkNetwork, photos: Path, faces: list[Typeface], cache: Path) -> tuple[float, float, float]:
    """Temperature, shift of the log odds, and the confidence from which a find counts, on the photos kept for them."""
    folder = cache / "uncalibrated"
    file = folder / f"{NAME}.onnx"
    write_onnx(network, file)
    (folder / "manifest.yaml").unlink(missing_ok=True)
    put_in_manifest(folder / "manifest.yaml", manifest_entry(file, temperature=1.0, threshold=0.0))
    model = ModelStore(folder).load(NAME)

    def find(pixels: Pixels) -> list[Mark]:
        return marks_of(pixels, model)

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
    given = arguments.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    torch.set_num_threads(1)
    given.cache.mkdir(parents=True, exist_ok=True)

    faces = learnt_faces(given.fonts)
    network = train(given.photos, faces, given.cache, given.steps)
    divisor, shift, least = _calibrated(network, given.photos, faces, given.cache)
    file = given.models / f"{NAME}-{VERSION}.onnx"
    write_onnx(network, file, shift=shift)
    put_in_manifest(given.models / "manifest.yaml", manifest_entry(file, temperature=divisor, threshold=least))
    log.info("%s: %d bytes", file, file.stat().st_size)
    tables = report(given.photos, held_out_faces(given.fonts), ModelStore(given.models).load(NAME))
    (given.cache / "marks.md").write_text(tables + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
