"""Downbeats and metre: which beats begin a bar, and whether a bar has three beats or four."""

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from render.audio.bar_features import CONTEXT_BEATS, FEATURES, Matrix, bar_similarity, beat_features, with_context
from render.audio.novelty import Curve, Novelty
from render.audio.spectrogram import Floats

METRES = (3, 4)
MODEL_PATH = Path(__file__).with_name("downbeat_model.json")

_LEAST_PROBABILITY = 0.02
_SLIP_LOG_WEIGHT = -6.0
# The model was fitted as if both metres were equally common; in music they are not, so doubt goes to four.
_THREE_BELOW = 0.35


@dataclass(frozen=True, slots=True, eq=False)
class DownbeatModel:
    """Two logistic regressions: beat -> first of a bar; piece -> four beats to the bar rather than three."""

    beat_weights: Curve  # shape (9 * 13,)
    beat_bias: float
    metre_weights: Curve  # of the path likelihoods' difference and of the bar similarity, shape (2,)
    metre_bias: float


@dataclass(frozen=True, slots=True)
class Bars:
    """The position of each beat in its bar, from 1, and the metre with its probability."""

    positions: tuple[int, ...]
    beats_per_bar: int
    metre_confidence: float


def find_bars(samples: Floats, onsets: Novelty, beats_s: Curve, *, bare_pulse: bool = False) -> Bars:
    """Bars over the beats of a levelled signal. Raises ValueError for fewer than two beats.

    The model knows music; where only the beats sound (`bare_pulse`), a bar begins with the beat that differs from most.
    """
    if len(beats_s) < 2:
        raise ValueError(f"bars need at least two beats, not {len(beats_s)}")
    features, sound = beat_features(samples, onsets, beats_s)
    model = downbeat_model()
    if bare_pulse:
        return _bars_along(accents(sound), sound, model)
    return bars_of(features, sound, model)


def accents(sound: Matrix) -> Curve:
    """Probability that each beat of a metronome is the accented one: the rarer of its sounds, shape (beats,)."""
    distance = np.linalg.norm(sound - np.median(sound, axis=0), axis=1)
    standard = (distance - distance.mean()) / (distance.std() + 1e-9)
    return _logistic(3 * (standard - 0.6))


def bars_of(features: Matrix, sound: Matrix, model: DownbeatModel) -> Bars:
    """Bars from the features of `beat_features`."""
    return _bars_along(_logistic(with_context(features) @ model.beat_weights + model.beat_bias), sound, model)


def _bars_along(probability: Curve, sound: Matrix, model: DownbeatModel) -> Bars:
    paths = {metre: bar_path(probability, metre) for metre in METRES}
    evidence = metre_evidence(paths[4][1] - paths[3][1], bar_similarity(sound))
    of_four = float(_logistic(evidence @ model.metre_weights + model.metre_bias))
    metre = 3 if of_four < _THREE_BELOW else 4
    return Bars(tuple(int(p) for p in paths[metre][0]), metre, abs(2 * of_four - 1))


def metre_evidence(likelihood_difference: float, similarity: float) -> Curve:
    """The two numbers that the metre is decided on, shape (2,)."""
    return np.array([likelihood_difference, similarity])


def bar_path(probability: Curve, metre: int) -> tuple[Curve, float]:
    """Most likely positions in the bar (from 1), shape (beats,), and their mean log likelihood.

    Positions follow one another; a slip to any other costs a factor exp(-6), so that a bar of odd length or a beat too
    many shifts the count and does not break it.
    """
    clipped = np.clip(probability, _LEAST_PROBABILITY, 1 - _LEAST_PROBABILITY)
    emission = np.repeat(np.log(1 - clipped)[:, None], metre, axis=1)
    emission[:, 0] = np.log(clipped)
    step = np.full((metre, metre), _SLIP_LOG_WEIGHT)
    step[np.arange(metre), (np.arange(metre) + 1) % metre] = 0.0
    score = emission[0]
    before = np.zeros((len(emission), metre), dtype=int)
    for beat in range(1, len(emission)):
        moved = score[:, None] + step
        before[beat] = moved.argmax(axis=0)
        score = moved.max(axis=0) + emission[beat]
    positions = np.zeros(len(emission), dtype=int)
    positions[-1] = score.argmax()
    for beat in range(len(emission) - 1, 0, -1):
        positions[beat - 1] = before[beat, positions[beat]]
    return positions + 1, float(score.max() / len(emission))


@lru_cache(maxsize=1)
def downbeat_model() -> DownbeatModel:
    """The model that ships with the package; render/audio/training/fit.py makes it."""
    document = json.loads(MODEL_PATH.read_text(encoding="utf-8"))
    if tuple(document["features"]) != FEATURES or document["context_beats"] != CONTEXT_BEATS:
        raise ValueError(f"{MODEL_PATH.name} was fitted to other features; run python -m render.audio.training.fit")
    return DownbeatModel(
        beat_weights=np.array(document["beat_weights"]),
        beat_bias=float(document["beat_bias"]),
        metre_weights=np.array(document["metre_weights"]),
        metre_bias=float(document["metre_bias"]),
    )


def _logistic(value: Curve) -> Curve:
    probability: Curve = 1 / (1 + np.exp(-np.asarray(value)))
    return probability
