"""Photos made worse in known ways: the numbers find what was done, and the worse photo ranks lower."""

import math
from collections.abc import Callable
from functools import cache

import cv2
import numpy as np
import pytest

from ml.picture import picture_of_pixels
from ml.quality import Measures, assess, measure
from tests.ml.degraded import GAINS, blurred, compressed, exposed, noisy, smaller, tinted, turned
from tests.ml.labelled import SHARED
from tests.ml.scenes import Pixels, box_room

LISTING = SHARED / "listings" / "listing_1"

Degradation = Callable[[Pixels, float], Pixels]


STEPS: dict[str, tuple[Degradation, tuple[float, ...]]] = {
    "blur": (blurred, (1, 2, 4)),
    "noise": (noisy, (4, 8, 16)),
    "tilt": (turned, (4, 8, 12)),
    "darker": (exposed, (-1, -2, -3)),
    "brighter": (exposed, (1.5, 2.5)),
    "green": (lambda pixels, stops: tinted(pixels, GAINS["green"], stops), (0.2, 0.4)),
    "blue": (lambda pixels, stops: tinted(pixels, GAINS["cold"], stops), (0.4, 0.6)),
    "yellow": (lambda pixels, stops: tinted(pixels, GAINS["warm"], stops), (0.4, 0.6)),
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


@cache
def _from_everywhere() -> tuple[Pixels, ...]:
    """Eight small photos of each of three sources, and four large ones."""
    rooms = SHARED / "photos" / "rooms"
    if not rooms.is_dir():
        pytest.skip("needs ../shared/photos")
    small = [
        path for source in ("ph", "house", "places") for path in sorted(rooms.glob(f"*room/{source}_*"))[5::80][:8]
    ]
    return (
        *(np.ascontiguousarray(np.asarray(cv2.imread(str(path)), np.uint8)[:, :, ::-1]) for path in small),
        *(smaller(photo, 0.5) for photo in _listing(6)),
    )


@cache
def _own_worth() -> tuple[float, ...]:
    return tuple(worth(photo) for photo in _from_everywhere())


@pytest.mark.parametrize("name", STEPS)
def test_nearly_every_real_photo_ranks_above_what_was_made_of_it(name: str) -> None:
    change, steps = STEPS[name]
    after = [worth(change(photo, steps[-1])) for photo in _from_everywhere()]
    # `python -m tests.bench.degraded` counts over 109 photos, and by smaller steps too.
    assert np.mean([before > made for before, made in zip(_own_worth(), after, strict=True)]) >= 0.95


@pytest.mark.parametrize("sigma", [3.0, 10.0])
def test_the_noise_added_to_real_photos_is_found(sigma: float) -> None:
    ratios = []
    for photo in _listing(6):
        own = measure(picture_of_pixels(photo)).noise_sigma
        ratios.append(measure(picture_of_pixels(noisy(photo, sigma))).noise_sigma / math.hypot(own, sigma))
    assert np.median(ratios) == pytest.approx(1, abs=0.08)
    assert max(abs(ratio - 1) for ratio in ratios) < 0.25
