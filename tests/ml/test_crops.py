from dataclasses import dataclass

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from ml.crops import focus_and_crops
from ml.decode import decode_photo
from schemas.photo import Box, Crop
from tests.ml.labelled import LabelledCrop, crop_overlap, focus_distance, labelled_crops, needs_photos
from tests.ml.scenes import room

Pixels = NDArray[np.uint8]


@dataclass(frozen=True)
class Classes:
    labels: tuple[str, ...]
    class_map: NDArray[np.uint8]


def wall_with_a_shelf(width: int, height: int, left: int, top: int, side: int) -> Pixels:
    """A plain wall with one thing full of lines."""
    pixels = np.full((height, width, 3), 200, np.uint8)
    for row in range(top, top + side, 8):
        cv2.rectangle(pixels, (left, row), (left + side, row + 3), (60, 40, 30), -1)
    return pixels


def crop_of(crops: list[Crop], ratio: str) -> Box:
    return next(crop.box for crop in crops if crop.ratio == ratio)


@pytest.mark.parametrize("size", [(600, 400), (400, 600), (500, 500), (1600, 300), (90, 700), (1, 1), (3, 200)])
def test_every_ratio_has_the_largest_crop_that_fits(size: tuple[int, int]) -> None:
    width, height = size
    _, crops = focus_and_crops(np.asarray(cv2.resize(room(1, 200, 150), size), np.uint8), None)
    assert [crop.ratio for crop in crops] == ["16:9", "9:16", "1:1", "4:5"]
    for crop in crops:
        wide, high = map(int, crop.ratio.split(":"))
        assert crop.box.width * width / (crop.box.height * height) == pytest.approx(wide / high, rel=1e-6)
        assert max(crop.box.width, crop.box.height) == pytest.approx(1)
        assert crop.box.x + crop.box.width <= 1 + 1e-9
        assert crop.box.y + crop.box.height <= 1 + 1e-9


@pytest.mark.parametrize("left", [0, 480])
def test_a_crop_moves_towards_what_there_is_to_see(left: int) -> None:
    _, crops = focus_and_crops(wall_with_a_shelf(600, 400, left, 200, 100), None)
    box = crop_of(crops, "9:16")
    assert (box.x + box.width / 2 < 0.4) if left == 0 else (box.x + box.width / 2 > 0.6)


def test_the_focus_moves_towards_what_there_is_to_see() -> None:
    left, _ = focus_and_crops(wall_with_a_shelf(600, 400, 0, 200, 100), None)
    right, _ = focus_and_crops(wall_with_a_shelf(600, 400, 480, 200, 100), None)
    assert left.x < 0.45 < 0.55 < right.x


def test_what_stands_at_a_side_of_an_upright_photo_moves_the_crop_up_or_down() -> None:
    _, crops = focus_and_crops(wall_with_a_shelf(400, 800, 150, 650, 120), None)
    box = crop_of(crops, "1:1")
    assert box.y + box.height / 2 > 0.55
    assert box.x == 0


def test_a_bed_is_kept_before_a_ceiling_as_full_of_lines() -> None:
    pixels = np.maximum(wall_with_a_shelf(600, 400, 0, 150, 150), 0)
    pixels = np.minimum(pixels, wall_with_a_shelf(600, 400, 440, 150, 150))
    classes = np.zeros((40, 60), np.uint8)
    classes[:, :20], classes[:, 40:] = 1, 2
    for labels, towards_left in ((("wall", "bed", "ceiling"), True), (("wall", "ceiling", "bed"), False)):
        focus, crops = focus_and_crops(pixels, Classes(labels, classes))
        box = crop_of(crops, "9:16")
        assert (box.x + box.width / 2 < 0.5) == towards_left
        assert (focus.x < 0.5) == towards_left


def test_a_plain_picture_keeps_its_middle() -> None:
    focus, crops = focus_and_crops(np.full((400, 600, 3), 128, np.uint8), None)
    assert crop_of(crops, "9:16").x + crop_of(crops, "9:16").width / 2 == pytest.approx(0.5, abs=0.01)
    assert focus.x == pytest.approx(0.5, abs=0.02)


def test_a_crop_that_keeps_the_whole_photo_scores_one() -> None:
    _, crops = focus_and_crops(room(3, 320, 180), None)
    assert next(crop.score for crop in crops if crop.ratio == "16:9") == pytest.approx(1)


def test_a_mirrored_photo_has_its_crops_mirrored() -> None:
    pixels = wall_with_a_shelf(600, 400, 420, 200, 100)
    _, crops = focus_and_crops(pixels, None)
    _, mirrored = focus_and_crops(np.ascontiguousarray(pixels[:, ::-1]), None)
    box, other = crop_of(crops, "9:16"), crop_of(mirrored, "9:16")
    assert other.x == pytest.approx(1 - box.x - box.width, abs=0.02)


@settings(max_examples=30)
@given(st.integers(0, 1000), st.integers(8, 300), st.integers(8, 300), st.integers(0, 5))
def test_crops_lie_within_the_photo_and_repeat(seed: int, width: int, height: int, classes: int) -> None:
    draw = np.random.default_rng(seed)
    pixels = draw.integers(0, 255, (height, width, 3), dtype=np.uint8)
    found = Classes(("wall", "bed", "unheard of"), draw.integers(0, 3, (9, 7), dtype=np.uint8)) if classes else None
    focus, crops = focus_and_crops(pixels, found)
    assert (focus, crops) == focus_and_crops(pixels.copy(), found)
    for crop in crops:
        assert 0 <= crop.score <= 1
        assert crop.box.x + crop.box.width <= 1 + 1e-9
        assert crop.box.y + crop.box.height <= 1 + 1e-9


@needs_photos
def test_crops_and_focus_lie_nearer_to_the_marked_ones_than_the_middle() -> None:
    rows: list[tuple[LabelledCrop, list[Crop], float]] = []
    for labelled in labelled_crops():
        focus, crops = focus_and_crops(decode_photo(labelled.path).pixels, None)
        rows.append((labelled, crops, focus_distance(labelled, focus)))
    overlaps = [
        [crop_overlap(labelled, ratio, crop_of(crops, ratio)), crop_overlap(labelled, ratio, None)]
        for labelled, crops, _ in rows
        for ratio in ("9:16", "1:1")
    ]
    ours, middle = np.mean(overlaps, axis=0)
    assert ours > middle + 0.01
    assert np.mean([away for _, _, away in rows]) < np.mean([focus_distance(labelled, None) for labelled, _, _ in rows])
