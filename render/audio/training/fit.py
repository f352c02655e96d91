"""Fit the downbeat model on synthetic music, print cross-validated numbers, and write downbeat_model.json."""

import argparse
import json
import logging
from dataclasses import dataclass

import numpy as np
from scipy import optimize

from render.audio.bar_features import CONTEXT_BEATS, FEATURES, Matrix, bar_similarity, beat_features, with_context
from render.audio.bars import METRES, MODEL_PATH, DownbeatModel, bar_path, bars_of, metre_evidence
from render.audio.beats import find_beats
from render.audio.loudness import level
from render.audio.novelty import Curve, novelty
from render.audio.training.music import make_clip

_MATCH_WITHIN_S = 0.07
_LEAST_MATCHED = 0.85
_FOLDS = 5
_BEAT_PENALTY = 2e-3
_METRE_PENALTY = 1e-3

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, eq=False)
class Example:
    """One clip as the tracker hears it, with the true position of each of its tracked beats (0 where none is near)."""

    features: Matrix
    sound: Matrix
    positions: np.ndarray[tuple[int], np.dtype[np.int64]]
    beats_per_bar: int


def example(seed: int) -> Example | None:
    """The clip of a seed, or None when the tracker misses its beats: nothing can be learnt about bars there."""
    clip = make_clip(seed)
    samples = level(clip.samples)
    onsets = novelty(samples)
    beats_s = find_beats(samples, onsets).times_s
    if len(beats_s) < 2 * CONTEXT_BEATS:
        return None
    distance = np.abs(beats_s[:, None] - clip.beats_s[None, :])
    near = distance.min(axis=1) <= _MATCH_WITHIN_S
    tempo_right = abs(len(beats_s) / len(clip.beats_s) - 1) < 1 - _LEAST_MATCHED
    if near.mean() < _LEAST_MATCHED or not tempo_right:
        return None
    positions = np.where(near, np.array(clip.positions)[distance.argmin(axis=1)], 0)
    features, sound = beat_features(samples, onsets, beats_s)
    return Example(features, sound, positions, clip.beats_per_bar)


def fit(examples: list[Example]) -> DownbeatModel:
    """Both regressions; pieces in three weigh as much as pieces in four."""
    rows = np.concatenate([with_context(item.features)[item.positions > 0] for item in examples])
    first = np.concatenate([item.positions[item.positions > 0] == 1 for item in examples])
    weight = np.concatenate([np.full((item.positions > 0).sum(), _balance(examples, item)) for item in examples])
    beat_weights, beat_bias = logistic_regression(rows, first, weight, _BEAT_PENALTY)
    evidence = np.array([_evidence(item, beat_weights, beat_bias) for item in examples])
    in_four = np.array([item.beats_per_bar == 4 for item in examples])
    balance = np.array([_balance(examples, item) for item in examples])
    metre_weights, metre_bias = logistic_regression(evidence, in_four, balance, _METRE_PENALTY)
    return DownbeatModel(beat_weights, beat_bias, metre_weights, metre_bias)


def _balance(examples: list[Example], item: Example) -> float:
    same = sum(other.beats_per_bar == item.beats_per_bar for other in examples)
    return len(examples) / (len(METRES) * same)


def _evidence(item: Example, weights: Curve, bias: float) -> Curve:
    probability = 1 / (1 + np.exp(-(with_context(item.features) @ weights + bias)))
    likelihood = {metre: bar_path(probability, metre)[1] for metre in METRES}
    return metre_evidence(likelihood[4] - likelihood[3], bar_similarity(item.sound))


def logistic_regression(
    rows: Matrix, labels: np.ndarray[tuple[int], np.dtype[np.bool_]], weight: Curve, penalty: float
) -> tuple[Curve, float]:
    """Weights and bias of least weighted log loss plus penalty * |weights|^2, by L-BFGS from zero."""
    target = labels.astype(float)
    share = weight / weight.sum()

    def loss(parameters: Curve) -> tuple[float, Curve]:
        logit = rows @ parameters[:-1] + parameters[-1]
        residual = share * (1 / (1 + np.exp(-logit)) - target)
        value = (share * (np.logaddexp(0, logit) - target * logit)).sum() + penalty * (parameters[:-1] ** 2).sum()
        return float(value), np.append(rows.T @ residual + 2 * penalty * parameters[:-1], residual.sum())

    found = optimize.minimize(loss, np.zeros(rows.shape[1] + 1), jac=True, method="L-BFGS-B").x
    return found[:-1], float(found[-1])


def cross_validate(examples: list[Example]) -> dict[str, float]:
    """Over clips that a fold has not seen: share of right metres, and of beats with the right position in their bar."""
    metre_right: list[bool] = []
    position_right: list[float] = []
    for fold in range(_FOLDS):
        model = fit([item for index, item in enumerate(examples) if index % _FOLDS != fold])
        for item in examples[fold::_FOLDS]:
            bars = bars_of(item.features, item.sound, model)
            metre_right.append(bars.beats_per_bar == item.beats_per_bar)
            known = item.positions > 0
            right = np.array(bars.positions)[known] == item.positions[known]
            position_right.append(float(right.mean()))
    return {"metre": float(np.mean(metre_right)), "positions": float(np.mean(position_right))}


def document(model: DownbeatModel, seeds: range, used: int, validation: dict[str, float]) -> dict[str, object]:
    """What downbeat_model.json holds."""
    return {
        "about": "Logistic regressions for downbeats and metre; made by python -m render.audio.training.fit",
        "features": list(FEATURES),
        "context_beats": CONTEXT_BEATS,
        "training": {"first_seed": seeds.start, "clips": len(seeds), "clips_with_tracked_beats": used},
        "cross_validation": {name: round(value, 4) for name, value in validation.items()},
        "beat_weights": [round(float(value), 5) for value in model.beat_weights],
        "beat_bias": round(model.beat_bias, 5),
        "metre_weights": [round(float(value), 5) for value in model.metre_weights],
        "metre_bias": round(model.metre_bias, 5),
    }


def main() -> None:
    """Command line: python -m render.audio.training.fit [--clips N] [--first-seed N]."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clips", type=int, default=700)
    parser.add_argument("--first-seed", type=int, default=10_000)
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    seeds = range(arguments.first_seed, arguments.first_seed + arguments.clips)
    examples = []
    for seed in seeds:
        item = example(seed)
        if item is not None:
            examples.append(item)
        if (seed - seeds.start) % 50 == 49:
            log.info("%d clips heard", seed - seeds.start + 1)
    log.info("%d of %d clips have tracked beats", len(examples), len(seeds))
    validation = cross_validate(examples)
    log.info("cross-validated: %s", validation)
    text = json.dumps(document(fit(examples), seeds, len(examples), validation), indent=1)
    MODEL_PATH.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
