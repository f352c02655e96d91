"""Photos made worse in known ways: the numbers find what was done, and the worse photo ranks lower."""

import math
from collections.abc import Callable
from functools import cache
from pathlib import Path

import cv2
import numpy as np
import pytest

from ml.picture import picture_of_pixels
from ml.quality import Measures, assess, measure
from ml.srgb import gamma_coded, linear_light
from tests.ml.scenes import Pixels, box_room
from tests.ml.test_lines import turned
from tests.ml.test_neutral import GAINS, tinted

LISTING = Path(__file__).resolve().parents[2].parent / "shared" / "listings" / "listing_1"

Degradation = Callable[[Pixels, float], Pixels]


def blurred(pixels: Pixels, sigma: float) -> Pixels:
    return np.asarray(cv2.GaussianBlur(pixels, (0, 0), sigma), np.uint8)


def noisy(pixels: Pixels, sigma: float) -> Pixels:
    noise = np.random.default_rng(0).normal(0, sigma, pixels.shape[:2])[:, :, None]
    return np.clip(np.rint(pixels + noise), 0, 255).astype(np.uint8)


def exposed(pixels: Pixels, stops: float) -> Pixels:
    """Exposed longer or shorter: a gain in linear light."""
    levels = linear_light(np.arange(256, dtype=np.float32) / np.float32(255)) * np.float32(2**stops)
    return np.asarray(cv2.LUT(pixels, np.rint(gamma_coded(levels) * 255).astype(np.uint8)), np.uint8)


def compressed(pixels: Pixels, quality: float) -> Pixels:
    coded = cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, int(quality)])[1]
    return np.asarray(cv2.imdecode(coded, cv2.IMREAD_COLOR), np.uint8)


def smaller(pixels: Pixels, share: float) -> Pixels:
    return np.asarray(cv2.resize(pixels, None, fx=share, fy=share, interpolation=cv2.INTER_AREA), np.uint8)


STEPS: dict[str, tuple[Degradation, tuple[float, ...]]] = {
    "blur": (blurred, (1, 2, 4)),
    "noise": (noisy, (4, 8, 16)),
    "tilt": (turned, (4, 8, 12)),
    "darker": (exposed, (-1, -2, -3)),
    "brighter": (exposed, (1.5, 2.5)),
    "green": (lambda pixels, stops: tinted(pixels, GAINS["green"], stops), (0.2, 0.4)),
    "blue": (lambda pixels, stops: tinted(pixels, GAINS["cold"], stops), (0.4, 0.6)),
    "compression": (compressed, (35, 15)),
    "size": (smaller, (0.6, 0.3)),
}


@cache
def measured(seed: int) -> Measures:
    return measure(picture_of_pixels(box_room(seed)))


def worth(pixels: Pixels) -> float:
    return assess(measure(picture_of_pixels(pixels))).overall


@pytest.mark.parametrize("name", [name for name in STEPS if name != "compression"])
@pytest.mark.parametrize("seed", [1, 3])
def test_quality_falls_with_every_step(seed: int, name: str) -> None:
    change, steps = STEPS[name]
    values = [assess(measured(seed)).overall, *(worth(change(box_room(seed), step)) for step in steps)]
    assert values == sorted(values, reverse=True)
    assert values[-1] < 0.9 * values[0]


@pytest.mark.parametrize("sigma", [1.5, 2.0, 3.0])
@pytest.mark.parametrize("seed", [1, 3])
def test_the_blur_that_was_added_is_found(seed: int, sigma: float) -> None:
    before = measured(seed).sharpness
    after = measure(picture_of_pixels(blurred(box_room(seed), sigma))).sharpness
    found = math.sqrt((1 / after**2 - 1 / before**2) / (2 * math.pi))
    assert found == pytest.approx(sigma, rel=0.25)


@pytest.mark.parametrize("sigma", [3.0, 6.0, 12.0])
@pytest.mark.parametrize("seed", [1, 3])
def test_the_noise_that_was_added_is_found(seed: int, sigma: float) -> None:
    wanted = math.hypot(measured(seed).noise_sigma, sigma)
    found = measure(picture_of_pixels(noisy(box_room(seed), sigma))).noise_sigma
    assert found == pytest.approx(wanted, rel=0.15)


@pytest.mark.parametrize("stops", [-2, -1, 1])
def test_the_cast_does_not_hang_on_the_exposure(stops: float) -> None:
    warm = tinted((box_room(2) * 0.7).astype(np.uint8), GAINS["warm"], 0.2)
    one, other = (measure(picture_of_pixels(exposed(warm, shift))).cast_delta_e for shift in (0, stops))
    assert one is not None
    assert other == pytest.approx(one, abs=2)


def _listing(every: int) -> list[Pixels]:
    if not LISTING.is_dir():
        pytest.skip("needs ../shared/listings/listing_1")
    paths = sorted(LISTING.glob("*.jpg"))[::every]
    return [np.ascontiguousarray(np.asarray(cv2.imread(str(path)), np.uint8)[:, :, ::-1]) for path in paths]


def test_nearly_every_real_photo_ranks_above_what_was_made_of_it() -> None:
    pairs = [
        (worth(photo), worth(change(photo, steps[-1]))) for photo in _listing(6) for change, steps in STEPS.values()
    ]
    assert np.mean([before > after for before, after in pairs]) >= 0.95


@pytest.mark.parametrize("sigma", [3.0, 10.0])
def test_the_noise_added_to_real_photos_is_found(sigma: float) -> None:
    ratios = []
    for photo in _listing(6):
        own = measure(picture_of_pixels(photo)).noise_sigma
        ratios.append(measure(picture_of_pixels(noisy(photo, sigma))).noise_sigma / math.hypot(own, sigma))
    assert np.median(ratios) == pytest.approx(1, abs=0.08)
    assert max(abs(ratio - 1) for ratio in ratios) < 0.25
