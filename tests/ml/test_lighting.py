import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ml.lighting import evenness, lighting_of
from ml.picture import picture_of_pixels
from ml.segmentation import Segmentation
from schemas.photo import Lighting, LightKind, Space
from tests.ml.scenes import Pixels, box_room


def light(pixels: Pixels, space: Space = Space.INTERIOR, segmentation: Segmentation | None = None) -> Lighting:
    return lighting_of(picture_of_pixels(pixels, space=space, segmentation=segmentation))


def two_classes(classes: Pixels) -> Segmentation:
    """A segmentation that is sure of a map of walls (0) and windows (1)."""
    return Segmentation(("wall", "window"), np.eye(2, dtype=np.float32)[classes].transpose(2, 0, 1))


def house(sky: tuple[int, int, int], wall: tuple[int, int, int], window: tuple[int, int, int]) -> Pixels:
    """A house under a sky with four windows."""
    canvas = np.full((300, 450, 3), sky, np.uint8)
    cv2.rectangle(canvas, (60, 110), (390, 299), wall, -1)
    for left in (90, 170, 250, 330):
        cv2.rectangle(canvas, (left, 150), (left + 40, 220), window, -1)
    return canvas


DAY = house((150, 190, 235), (190, 180, 165), (60, 70, 80))
DUSK = house((60, 62, 100), (70, 60, 55), (255, 214, 140))
NIGHT = house((8, 9, 16), (40, 34, 30), (250, 205, 130))


@pytest.mark.parametrize(("pixels", "kind"), [(DAY, LightKind.DAY), (DUSK, LightKind.DUSK), (NIGHT, LightKind.NIGHT)])
def test_the_sky_tells_day_dusk_and_night(pixels: Pixels, kind: LightKind) -> None:
    assert light(pixels, Space.EXTERIOR).kind is kind


def test_dark_windows_of_a_room_mean_lamps_and_bright_ones_day() -> None:
    room = box_room(1, width=450, height=300)
    classes = np.zeros((60, 90), np.uint8)
    classes[20:40, 30:60] = 1
    for level, kind in ((20, LightKind.ARTIFICIAL), (240, LightKind.DAY)):
        room[100:200, 150:300] = level
        assert (
            light(
                room,
                segmentation=two_classes(classes),
            ).kind
            is kind
        )


def test_a_warm_room_without_daylight_is_lit_by_lamps() -> None:
    warm = (box_room(2, width=450, height=300) * np.array([0.95, 0.72, 0.42])).astype(np.uint8)
    found = light(warm)
    assert found.kind is LightKind.ARTIFICIAL
    assert found.colour_temperature_k is not None
    assert found.colour_temperature_k < 4600


@pytest.mark.parametrize("space", [Space.NOT_A_PHOTO, Space.UNKNOWN])
def test_what_is_neither_a_room_nor_outside_has_no_kind_of_light(space: Space) -> None:
    assert light(DAY, space).kind is LightKind.UNKNOWN


def test_even_light_is_one_and_a_single_bright_part_is_its_share() -> None:
    assert evenness(np.full((160, 240), 90, np.uint8)) == pytest.approx(1)
    spot = np.zeros((160, 160), np.uint8)
    spot[:20, :20] = 255
    assert evenness(spot) == pytest.approx(1 / 64, abs=0.001)


def test_mean_luma_is_that_of_the_pixels() -> None:
    assert light(np.full((60, 90, 3), 77, np.uint8)).mean_luma == 77


@pytest.mark.parametrize("level", [0, 255])
def test_a_blank_picture_has_light_without_a_temperature(level: int) -> None:
    found = light(np.full((60, 90, 3), level, np.uint8))
    assert found.colour_temperature_k is None
    assert found.tint is None


@settings(max_examples=40, deadline=None, derandomize=True)
@given(seed=st.integers(0, 1000), share=st.floats(0.02, 1))
def test_evenness_is_a_share_and_does_not_hang_on_brightness_alone(seed: int, share: float) -> None:
    luma = np.random.default_rng(seed).integers(0, 255, (64, 96)).astype(np.uint8)
    assert 0 <= evenness((luma * share).astype(np.uint8)) <= 1
