from collections.abc import Callable

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ml.duplicates import PerceptualHash, groups, perceptual_hash, same_picture, similarity
from tests.ml.scenes import Pixels, room

SEEDS = range(8)


def cropped(pixels: Pixels, share: float) -> Pixels:
    height, width = pixels.shape[:2]
    return pixels[int(height * share) :, : int(width * (1 - share))]


def compressed(pixels: Pixels, quality: int) -> Pixels:
    coded = cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
    return np.asarray(cv2.imdecode(coded, cv2.IMREAD_COLOR), np.uint8)


COPIES: dict[str, Callable[[Pixels], object]] = {
    "compressed": lambda pixels: compressed(pixels, 25),
    "half the size": lambda pixels: cv2.resize(pixels, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA),
    "twice the size": lambda pixels: cv2.resize(pixels, None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC),
    "brighter": lambda pixels: np.clip(pixels * 1.15 + 5, 0, 255).astype(np.uint8),
    "darker": lambda pixels: (pixels * 0.6).astype(np.uint8),
    "cropped by 5 %": lambda pixels: cropped(pixels, 0.05),
}


@pytest.mark.parametrize("change", COPIES)
@pytest.mark.parametrize("seed", SEEDS)
def test_a_changed_copy_is_the_same_picture(seed: int, change: str) -> None:
    copy = np.asarray(COPIES[change](room(seed)), np.uint8)
    assert same_picture(perceptual_hash(room(seed)), perceptual_hash(copy))


def test_different_rooms_are_not_the_same_picture() -> None:
    hashes = [perceptual_hash(room(seed)) for seed in range(40)]
    assert groups(hashes) == []


def test_a_mirrored_room_is_another_picture() -> None:
    mirrored = np.ascontiguousarray(room(1)[:, ::-1])
    assert not same_picture(perceptual_hash(room(1)), perceptual_hash(mirrored))


def test_copies_are_grouped_across_a_listing() -> None:
    pictures = [room(1), room(2), compressed(room(1), 40), room(3), cropped(room(1), 0.03), compressed(room(3), 40)]
    assert groups([perceptual_hash(picture) for picture in pictures]) == [[0, 2, 4], [3, 5]]


def test_drawings_must_match_more_closely_than_photos() -> None:
    pictures = [room(1), cropped(room(1), 0.05)]
    hashes = [perceptual_hash(picture) for picture in pictures]
    assert groups(hashes) == [[0, 1]]
    assert groups(hashes, drawings={0, 1}) == []


def test_a_blank_picture_is_its_own_copy() -> None:
    blank = perceptual_hash(np.full((100, 100, 3), 200, np.uint8))
    assert groups([blank, blank]) == [[0, 1]]


def test_a_blank_picture_has_a_hash() -> None:
    blank = perceptual_hash(np.full((100, 100, 3), 200, np.uint8))
    assert PerceptualHash.parse(str(blank)).bits == blank.bits


@settings(max_examples=25, deadline=None, derandomize=True)
@given(seed=st.integers(0, 10_000))
def test_a_hash_survives_being_written_and_read(seed: int) -> None:
    original = perceptual_hash(room(seed, 200, 150))
    read = PerceptualHash.parse(str(original))
    assert read.bits == original.bits
    assert np.array_equal(read.thumbnail, original.thumbnail)
    assert similarity(read, original) == pytest.approx(1)


@settings(max_examples=25, deadline=None, derandomize=True)
@given(one=st.integers(0, 10_000), other=st.integers(0, 10_000))
def test_likeness_does_not_depend_on_the_order(one: int, other: int) -> None:
    first, second = perceptual_hash(room(one, 200, 150)), perceptual_hash(room(other, 200, 150))
    assert same_picture(first, second) == same_picture(second, first)


@pytest.mark.parametrize("digits", ["", "0" * 16, "g" * 272])
def test_other_text_is_no_hash(digits: str) -> None:
    with pytest.raises(ValueError, match=r"hex|base 16"):
        PerceptualHash.parse(digits)
