import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from ml.room_signature import (
    RoomSignature,
    colour_likeness,
    details_in_common,
    embedding_likeness,
    room_signature,
)
from tests.ml.scenes import room

Pixels = NDArray[np.uint8]


def seen_from(scene: Pixels, left: int, top: int = 40, width: int = 480, height: int = 320) -> Pixels:
    """A part of a scene, as a camera that turned would see it."""
    return np.ascontiguousarray(scene[top : top + height, left : left + width])


def stamped(pixels: Pixels) -> Pixels:
    """The picture with an agent's logo in its corner."""
    found = pixels.copy()
    logo = np.random.default_rng(5).integers(0, 2, (8, 12), dtype=np.uint8) * 255
    found[-60:-12, 20:92] = cv2.resize(logo, (72, 48), interpolation=cv2.INTER_NEAREST)[..., None]
    return found


def unit(seed: int) -> NDArray[np.float32]:
    vector = np.random.default_rng(seed).normal(size=64)
    return (vector / np.linalg.norm(vector)).astype(np.float32)


@settings(max_examples=15)
@given(st.integers(0, 50), st.booleans())
def test_a_signature_is_read_as_it_was_written(seed: int, sensed: bool) -> None:
    digits = str(room_signature(room(seed, 300, 200), unit(seed) if sensed else None))
    assert str(RoomSignature.parse(digits)) == digits
    assert int(digits, 16) >= 0
    assert len(digits) < 1700


def test_a_signature_keeps_what_it_tells() -> None:
    one, other = room_signature(room(1, 300, 200), unit(1)), room_signature(room(2, 300, 200), unit(2))
    written = [RoomSignature.parse(str(signature)) for signature in (one, other)]
    assert colour_likeness(*written) == pytest.approx(colour_likeness(one, other), abs=0.03)
    likeness, exact = embedding_likeness(*written), embedding_likeness(one, other)
    assert likeness is not None
    assert likeness == pytest.approx(exact, abs=0.03)


@pytest.mark.parametrize("digits", ["", "zz", "05", "00" + "0" * 244, "01" + "0" * 245])
def test_what_is_no_signature_is_refused(digits: str) -> None:
    with pytest.raises(ValueError):
        RoomSignature.parse(digits)


def test_a_camera_that_turned_finds_the_details_again_and_another_room_does_not() -> None:
    shared, foreign = [], []
    for seed in range(8):
        scene = room(seed, 640, 400)
        here = room_signature(seen_from(scene, 0))
        shared.append(details_in_common(here, room_signature(seen_from(scene, 120))))
        foreign.append(details_in_common(here, room_signature(seen_from(room(seed + 100, 640, 400), 120))))
    assert min(shared) > max(foreign)


def test_a_logo_at_the_same_place_makes_no_two_rooms_one() -> None:
    plain = np.full((320, 480, 3), 190, np.uint8)
    plain[200:] = (120, 90, 60)
    one = room_signature(stamped(plain))
    other = room_signature(stamped(seen_from(room(7), 50)))
    assert details_in_common(one, other) <= 2


def test_a_picture_that_stays_as_it_is_has_its_details_in_common() -> None:
    pixels = room(4, 480, 320)
    brighter = np.clip(pixels.astype(int) + 12, 0, 255).astype(np.uint8)
    assert details_in_common(room_signature(pixels), room_signature(brighter)) > 30


def test_a_picture_without_details_has_none_in_common() -> None:
    plain = room_signature(np.full((200, 300, 3), 128, np.uint8))
    assert len(plain.details) == 0
    assert details_in_common(plain, room_signature(room(1, 300, 200))) == 0
    assert RoomSignature.parse(str(plain)).details.shape == (0, 16)


def test_colours_are_as_alike_as_the_walls_are() -> None:
    def wall(*colour: int) -> RoomSignature:
        return room_signature(np.full((60, 80, 3), colour, np.uint8))

    assert colour_likeness(wall(180, 60, 50), wall(176, 64, 52)) > 0.9
    assert colour_likeness(wall(180, 60, 50), wall(60, 90, 180)) < 0.1


def test_embeddings_are_compared_only_where_both_photos_have_one() -> None:
    pixels = room(1, 300, 200)
    sensed = room_signature(pixels, unit(1))
    assert embedding_likeness(sensed, room_signature(pixels)) is None
    assert embedding_likeness(sensed, room_signature(pixels, unit(2)[:32])) is None
    assert embedding_likeness(sensed, sensed) == pytest.approx(1)


@pytest.mark.parametrize("size", [(1, 1), (3, 200), (200, 3)])
def test_tiny_pictures_have_a_signature(size: tuple[int, int]) -> None:
    signature = room_signature(np.full((size[1], size[0], 3), 77, np.uint8))
    assert str(RoomSignature.parse(str(signature))) == str(signature)
