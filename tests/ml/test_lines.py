import math
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from ml.lines import posture_of
from ml.srgb import luma_of
from tests.ml.degraded import turned
from tests.ml.scenes import Pixels, box_room

LISTING = Path(__file__).resolve().parents[2].parent / "shared" / "listings" / "listing_1"


def convergence(pitch: float, width: int = 900, view: float = 70) -> float:
    """Degrees between the verticals at the middles of the left and right edges, by the geometry of a pinhole camera."""
    half = math.radians(view / 2)
    return 2 * math.degrees(math.atan(math.tan(half) * math.tan(math.radians(pitch))))


@settings(max_examples=25, deadline=None, derandomize=True)
@given(seed=st.integers(0, 500), roll=st.floats(-12, 12), pitch=st.floats(-6, 6), yaw=st.floats(-30, 30))
def test_the_roll_and_the_convergence_of_a_room_are_those_of_its_camera(
    seed: int, roll: float, pitch: float, yaw: float
) -> None:
    found = posture_of(luma_of(box_room(seed, roll=roll, pitch=pitch, yaw=yaw, width=600, height=400)))
    assume(found.roll_degrees is not None and found.vertical_convergence_degrees is not None)
    assert found.roll_degrees == pytest.approx(roll, abs=0.5)
    assert found.vertical_convergence_degrees == pytest.approx(convergence(pitch), abs=1.2)


def test_nearly_every_room_tells_how_the_camera_was_held() -> None:
    found = [posture_of(luma_of(box_room(seed, roll=seed / 2 - 5, width=450, height=300))) for seed in range(20)]
    assert sum(posture.roll_degrees is None for posture in found) <= 1


@pytest.mark.parametrize("pitch", [4, 8])
def test_looking_up_lets_verticals_meet_above(pitch: float) -> None:
    up, down = (posture_of(luma_of(box_room(3, pitch=sign * pitch))) for sign in (1, -1))
    assert up.vertical_convergence_degrees is not None
    assert down.vertical_convergence_degrees is not None
    assert up.vertical_convergence_degrees > 2 > -2 > down.vertical_convergence_degrees


@pytest.mark.parametrize("size", [(300, 200), (600, 900), (2400, 1600)])
def test_the_size_of_a_photo_does_not_matter(size: tuple[int, int]) -> None:
    found = posture_of(luma_of(box_room(8, roll=4, width=size[0], height=size[1])))
    assert found.roll_degrees == pytest.approx(4, abs=0.8)


@pytest.mark.parametrize("share", [0.06, 0.08, 0.1, 0.2])
def test_a_dark_room_has_its_lines_too(share: float) -> None:
    dark = (box_room(6, roll=-5) * share).astype(np.uint8)
    assert posture_of(luma_of(dark)).roll_degrees == pytest.approx(-5, abs=0.7)


@pytest.mark.parametrize("sigma", [8, 16])
def test_noise_does_not_tilt_a_photo(sigma: float) -> None:
    room = box_room(7, roll=3)
    noisy = np.clip(room + np.random.default_rng(1).normal(0, sigma, room.shape), 0, 255).astype(np.uint8)
    assert posture_of(luma_of(noisy)).roll_degrees == pytest.approx(3, abs=0.8)


def test_a_mirrored_photo_rolls_the_other_way() -> None:
    luma = luma_of(box_room(8, roll=6, pitch=3))
    one, other = posture_of(luma), posture_of(np.ascontiguousarray(luma[:, ::-1]))
    assert one.roll_degrees is not None
    assert other.roll_degrees == pytest.approx(-one.roll_degrees, abs=0.3)
    assert other.vertical_convergence_degrees == pytest.approx(one.vertical_convergence_degrees, abs=0.6)


def _grass() -> Pixels:
    return np.asarray(np.random.default_rng(2).integers(0, 255, (300, 400)), np.uint8)


@pytest.mark.parametrize(
    "luma",
    [np.full((300, 400), 127, np.uint8), _grass(), np.full((32, 32), 0, np.uint8)],
    ids=["a wall", "grass", "black"],
)
def test_without_upright_lines_nothing_is_told(luma: Pixels) -> None:
    found = posture_of(luma)
    assert found.roll_degrees is None
    assert found.vertical_convergence_degrees is None


def test_one_pole_is_too_little() -> None:
    pole = np.full((300, 400), 220, np.uint8)
    cv2.line(pole, (190, 20), (215, 280), 40, 5, cv2.LINE_AA)
    assert posture_of(pole).roll_degrees is None


def test_segments_are_given_in_shares_of_the_picture() -> None:
    segments = posture_of(luma_of(box_room(9))).segments
    assert segments.shape[1] == 4
    assert len(segments) > 10
    assert segments.min() >= -0.01
    assert segments.max() <= 1.01


@pytest.mark.parametrize("degrees", [-12, 3, 7])
def test_real_photos_turned_by_known_degrees_are_found_turned_by_as_much(degrees: float) -> None:
    if not LISTING.is_dir():
        pytest.skip("needs ../shared/listings/listing_1")
    errors = []
    paths = sorted(LISTING.glob("*.jpg"))
    for path in paths:
        luma = np.asarray(cv2.imread(str(path), cv2.IMREAD_GRAYSCALE), np.uint8)
        before, after = posture_of(luma).roll_degrees, posture_of(turned(luma, degrees)).roll_degrees
        if before is not None and after is not None:
            errors.append(abs(after - before - degrees))
    assert len(errors) >= 0.85 * len(paths)
    assert np.median(errors) < 0.15
    assert np.mean(np.array(errors) < 1) >= 0.95
