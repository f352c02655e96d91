"""Floor that a coarse segmentation misses is told by what this photo's floor looks like."""

import numpy as np
import pytest
from numpy.typing import NDArray

from ml.segmentation import Segmentation
from ml.staging.room import Camera
from ml.staging.room.floor_pixels import classes_with, floor_chance, floor_mask

LABELS = ("wall", "floor", "bed")
_WIDTH, _HEIGHT = 480, 320
_FOOT = 200
CAMERA = Camera(_WIDTH, _HEIGHT, 300.0, _WIDTH / 2, _HEIGHT / 2, 0.0, 0.0, 0.0, 1.3)


def photo() -> NDArray[np.uint8]:
    """A white wall above brown boards."""
    rng = np.random.default_rng(0)
    pixels = np.empty((_HEIGHT, _WIDTH, 3), np.float64)
    pixels[:_FOOT], pixels[_FOOT:] = (225, 222, 215), (150, 110, 75)
    return np.clip(pixels + rng.normal(0, 3, pixels.shape), 0, 255).astype(np.uint8)


def said(missed: int) -> Segmentation:
    """Sure of the right part of the floor; where the left `missed` of 24 columns are, a bed is likelier."""
    chances = np.full((3, 16, 24), 0.02, np.float32)
    foot = round(16 * _FOOT / _HEIGHT)
    chances[0, :foot], chances[1, foot:, missed:] = 0.96, 0.96
    chances[1, foot:, :missed], chances[2, foot:, :missed] = 0.16, 0.8
    return Segmentation(LABELS, chances / chances.sum(axis=0))


@pytest.mark.parametrize("missed", [0, 6, 12])
def test_floor_goes_on_where_it_looks_the_same(missed: int) -> None:
    chance = floor_chance(photo(), said(missed), CAMERA)
    assert (chance[_FOOT + 12 :] > 0.5).mean() > 0.97
    assert (chance[: _FOOT - 12] > 0.5).mean() < 0.01


def test_nothing_at_or_above_the_horizon_is_floor() -> None:
    wrong = Segmentation(LABELS, np.stack([np.full((16, 24), value, np.float32) for value in (0.05, 0.9, 0.05)]))
    chance = floor_chance(photo(), wrong, CAMERA)
    assert float(chance[: _HEIGHT // 2 - 8].max()) < 0.5


def test_classes_agree_with_the_floor() -> None:
    segmentation = said(12)
    chance = floor_chance(photo(), segmentation, CAMERA)
    mended = classes_with(segmentation.class_map_at(_WIDTH, _HEIGHT), segmentation, chance)
    assert (mended[_FOOT + 12 :, : _WIDTH // 3] == LABELS.index("floor")).mean() > 0.97
    assert not (mended[chance <= 0.5] == LABELS.index("floor")).any()


def test_the_floor_is_one_piece() -> None:
    chance = np.zeros((100, 200), np.float32)
    chance[60:, :90], chance[60:80, 110:140] = 1, 1
    mask = floor_mask(chance)
    assert mask[80, 40]
    assert not mask[:, 105:].any()
