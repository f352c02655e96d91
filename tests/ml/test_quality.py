from dataclasses import replace

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ml.noise import blockiness, noise_sigma
from ml.picture import picture_of_pixels
from ml.quality import Measures, assess, factors, measure, sharpness
from ml.segmentation import Segmentation
from ml.srgb import luma_of
from schemas.photo import QualityReason
from tests.ml.scenes import Pixels, room

SEEDS = [1, 2, 3]
GOOD = Measures(
    sharpness=0.6,
    noise_sigma=0.5,
    shadows_clipped=0.001,
    highlights_clipped=0.001,
    mean_luma=150,
    contrast=180,
    blockiness=0.2,
    megapixels=12,
)


def blurred(pixels: Pixels, sigma: float) -> Pixels:
    return np.asarray(cv2.GaussianBlur(pixels, (0, 0), sigma), np.uint8)


def noisy(pixels: Pixels, sigma: float) -> Pixels:
    noise = np.random.default_rng(0).normal(0, sigma, pixels.shape[:2])[:, :, None]
    return np.asarray(np.clip(np.rint(pixels + noise), 0, 255), np.uint8)


def darkened(pixels: Pixels, stops: float) -> Pixels:
    return np.asarray(np.clip(np.rint(pixels * 2.0**-stops), 0, 255), np.uint8)


def compressed(pixels: Pixels, quality: int) -> Pixels:
    coded = cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
    return np.asarray(cv2.imdecode(coded, cv2.IMREAD_COLOR), np.uint8)


def measured(pixels: Pixels) -> Measures:
    return measure(picture_of_pixels(pixels))


def overall(pixels: Pixels) -> float:
    return assess(measured(pixels)).overall


@pytest.mark.parametrize("seed", SEEDS)
def test_quality_falls_with_every_step_of_blur(seed: int) -> None:
    values = [overall(room(seed)), *(overall(blurred(room(seed), sigma)) for sigma in (0.8, 1.5, 3, 6))]
    assert values == sorted(values, reverse=True)
    assert values[-1] < 0.8 * values[0]


@pytest.mark.parametrize("seed", SEEDS)
def test_quality_falls_with_every_step_of_noise(seed: int) -> None:
    values = [overall(room(seed)), *(overall(noisy(room(seed), sigma)) for sigma in (3, 6, 12, 24))]
    assert values == sorted(values, reverse=True)
    assert values[-1] < 0.6 * values[0]


@pytest.mark.parametrize("seed", SEEDS)
def test_quality_falls_with_every_stop_of_darkness(seed: int) -> None:
    values = [overall(room(seed)), *(overall(darkened(room(seed), stops)) for stops in (0.5, 1, 2, 3))]
    assert values == sorted(values, reverse=True)
    assert values[-1] < 0.3 * values[0]


@pytest.mark.parametrize("seed", SEEDS)
def test_quality_falls_with_every_step_of_compression(seed: int) -> None:
    # Without colours: hard compression greys them, and what was a cast is none any more.
    photo = np.repeat(luma_of(room(seed))[:, :, None], 3, axis=2)
    values = [overall(photo), *(overall(compressed(photo, quality)) for quality in (40, 20, 8))]
    assert values == sorted(values, reverse=True)


@pytest.mark.parametrize("sigma", [2.0, 4.0, 8.0, 16.0])
def test_the_noise_that_was_added_is_found(sigma: float) -> None:
    assert noise_sigma(luma_of(noisy(room(1), sigma))) == pytest.approx(sigma, rel=0.2)


def test_a_picture_without_noise_has_none() -> None:
    assert noise_sigma(luma_of(room(1))) < 0.1


@pytest.mark.parametrize("sigma", [1.0, 1.5, 2.0, 3.0])
def test_the_sharpness_of_a_blurred_edge_is_that_of_its_formula(sigma: float) -> None:
    edge = np.full((128, 128), 40, np.uint8)
    edge[:, 64:] = 200
    soft = np.asarray(cv2.GaussianBlur(edge, (0, 0), sigma), np.uint8)
    assert sharpness(soft) == pytest.approx(1 / (sigma * np.sqrt(2 * np.pi)), rel=0.2)


def test_a_step_from_one_pixel_to_the_next_is_as_sharp_as_can_be() -> None:
    edge = np.full((128, 128), 40, np.uint8)
    edge[:, 64:] = 200
    assert sharpness(edge) == 1.0


def test_a_picture_without_edges_has_no_sharpness() -> None:
    assert sharpness(np.full((128, 128), 90, np.uint8)) == 0.0


def test_noise_does_not_pass_for_sharpness() -> None:
    soft = blurred(room(1), 4)
    assert sharpness(luma_of(noisy(soft, 6))) < sharpness(luma_of(soft)) + 0.1


def test_hard_compression_shows_its_grid() -> None:
    assert blockiness(luma_of(compressed(blurred(room(1), 2), 8))) > 1
    assert blockiness(luma_of(room(1))) < 0.5


def test_clipped_shares_are_those_of_the_pixels() -> None:
    pixels = np.full((100, 100, 3), 128, np.uint8)
    pixels[:25] = 0
    pixels[90:] = 255
    found = measured(pixels)
    assert (found.shadows_clipped, found.highlights_clipped) == (0.25, 0.1)
    assert found.mean_luma == pytest.approx(0.65 * 128 + 0.1 * 255)


def test_resolution_counts_the_pixels_of_the_file() -> None:
    assert measured(room(1, 2000, 1500)).megapixels == 3.0


def test_the_same_pixels_give_the_same_numbers() -> None:
    assert measured(room(2)) == measured(room(2).copy())


@pytest.mark.parametrize("shape", [(32, 32), (33, 47), (32, 3000), (3000, 32)])
def test_any_shape_can_be_measured(shape: tuple[int, int]) -> None:
    assert 0 <= overall(room(1, *shape)) <= 100


@pytest.mark.parametrize("level", [0, 127, 255])
def test_an_empty_picture_is_worth_little(level: int) -> None:
    assert overall(np.full((200, 300, 3), level, np.uint8)) < 5


def test_a_good_photo_has_no_reasons() -> None:
    found = assess(GOOD)
    assert found.overall > 80
    assert found.reasons == []


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        (replace(GOOD, sharpness=0.1), QualityReason.BLURRED),
        (replace(GOOD, noise_sigma=12), QualityReason.NOISY),
        (replace(GOOD, mean_luma=50), QualityReason.TOO_DARK),
        (replace(GOOD, mean_luma=240), QualityReason.TOO_BRIGHT),
        (replace(GOOD, shadows_clipped=0.4), QualityReason.SHADOWS_CLIPPED),
        (replace(GOOD, highlights_clipped=0.4), QualityReason.HIGHLIGHTS_CLIPPED),
        (replace(GOOD, contrast=40), QualityReason.LOW_CONTRAST),
        (replace(GOOD, megapixels=0.2), QualityReason.LOW_RESOLUTION),
        (replace(GOOD, blockiness=6), QualityReason.COMPRESSION_BLOCKS),
        (replace(GOOD, window_blowout=0.9), QualityReason.WINDOWS_BLOWN_OUT),
        (replace(GOOD, cast_delta_e=20, cast_seen=12), QualityReason.COLOUR_CAST),
        (replace(GOOD, white_tint=10), QualityReason.COLOUR_CAST),
        (replace(GOOD, white_luma=180), QualityReason.TOO_DARK),
        (replace(GOOD, channels_clipped=0.3), QualityReason.HIGHLIGHTS_CLIPPED),
        (replace(GOOD, roll_degrees=-5), QualityReason.TILTED),
        (replace(GOOD, vertical_convergence_degrees=16), QualityReason.CONVERGING_VERTICALS),
    ],
)
def test_a_fault_is_named_with_what_to_do(fault: Measures, reason: QualityReason) -> None:
    found = assess(fault)
    assert found.reasons == [reason]
    assert len(found.hints) == 1


def test_the_hint_for_a_tilted_photo_says_how_far_to_turn_it_and_which_way() -> None:
    (hint,) = assess(replace(GOOD, roll_degrees=6.04)).hints
    assert hint == "Straighten it: turn it 6.0 degrees anticlockwise."


def test_the_blown_share_of_the_windows_is_counted_within_them_alone() -> None:
    pixels = np.full((100, 100, 3), 255, np.uint8)
    pixels[:, :50] = 90
    classes = np.zeros((10, 10), np.uint8)
    classes[2:6, 3:6] = 1
    chances = np.eye(2, dtype=np.float32)[classes].transpose(2, 0, 1)
    picture = picture_of_pixels(pixels, segmentation=Segmentation(("wall", "window"), chances))
    assert measure(picture).window_blowout == pytest.approx(1 / 3, abs=0.01)
    assert measured(pixels).window_blowout is None


def test_the_costliest_fault_is_named_first() -> None:
    found = assess(replace(GOOD, sharpness=0.05, mean_luma=70))
    assert found.reasons == [QualityReason.BLURRED, QualityReason.TOO_DARK]


MEASURES = st.builds(
    Measures,
    sharpness=st.floats(0, 1),
    noise_sigma=st.floats(0, 60),
    shadows_clipped=st.floats(0, 1),
    highlights_clipped=st.floats(0, 1),
    mean_luma=st.floats(0, 255),
    contrast=st.floats(0, 255),
    blockiness=st.floats(0, 40),
    megapixels=st.floats(0.001, 120),
    window_blowout=st.floats(0, 1),
    cast_seen=st.floats(0, 60),
    roll_degrees=st.floats(0, 24),
    vertical_convergence_degrees=st.floats(0, 60),
    blown=st.floats(0, 1),
    white_luma=st.floats(0, 255),
    white_tint=st.floats(0, 40),
    channels_clipped=st.floats(0, 1),
)
WORSE_WHEN_LARGER = (
    "window_blowout",
    "cast_seen",
    "roll_degrees",
    "vertical_convergence_degrees",
    "blown",
    "white_tint",
    "channels_clipped",
    "noise_sigma",
    "shadows_clipped",
    "highlights_clipped",
    "blockiness",
)
WORSE_WHEN_SMALLER = ("sharpness", "contrast", "megapixels", "white_luma")


@settings(max_examples=200, deadline=None, derandomize=True)
@given(measures=MEASURES, other=MEASURES, name=st.sampled_from(WORSE_WHEN_LARGER + WORSE_WHEN_SMALLER))
def test_no_number_that_gets_worse_makes_a_photo_better(measures: Measures, other: Measures, name: str) -> None:
    ends = sorted((getattr(measures, name), getattr(other, name)), reverse=name in WORSE_WHEN_SMALLER)
    better, worse = (replace(measures, **{name: end}) for end in ends)
    assert assess(better).overall >= assess(worse).overall


@settings(max_examples=200, deadline=None, derandomize=True)
@given(measures=MEASURES)
def test_every_factor_lies_between_nothing_and_all(measures: Measures) -> None:
    assert all(0 <= factor <= 1 for factor in factors(measures).values())
