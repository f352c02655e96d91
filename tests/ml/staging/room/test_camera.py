import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml.staging.room import Camera


def camera(pitch: float = 0.0, roll: float = 0.0, yaw: float = 0.0, height: float = 1.3) -> Camera:
    return Camera(1200, 800, 700.0, 600.0, 400.0, pitch, roll, yaw, height)


angles = st.floats(-0.4, 0.4)


@given(pitch=angles, roll=angles, yaw=st.floats(-0.78, 0.78), x=st.floats(-2, 2), y=st.floats(2, 8))
def test_a_floor_point_comes_back_from_its_pixel(pitch: float, roll: float, yaw: float, x: float, y: float) -> None:
    held = camera(pitch, roll, yaw)
    pixels, depth = held.project(np.array([[x, y, 0.0]]))
    if depth[0] > 0.2:
        assert held.floor_point(pixels)[0] == pytest.approx([x, y], abs=1e-6)


@given(pitch=angles, roll=angles, yaw=st.floats(-0.78, 0.78))
def test_the_rotation_is_one(pitch: float, roll: float, yaw: float) -> None:
    turned = camera(pitch, roll, yaw).rotation
    assert np.allclose(turned @ turned.T, np.eye(3))
    assert np.linalg.det(turned) == pytest.approx(1)


def test_looking_down_raises_the_horizon_and_hides_it_from_the_floor() -> None:
    far = np.array([[0.0, 1e7, 0.0]])
    (level,), (down,) = camera().project(far)[0], camera(pitch=0.1).project(far)[0]
    assert level[1] == pytest.approx(400, abs=0.01)
    assert down[1] == pytest.approx(400 - 700 * math.tan(0.1), abs=0.01)
    assert np.isnan(camera(pitch=0.1).floor_point(down[None] - [0, 5])).all()


def test_a_picture_turned_clockwise_has_uprights_that_lean_right() -> None:
    posts = np.array([[0.0, 4.0, 0.0], [0.0, 4.0, 2.0]])
    (foot, top), _ = camera(roll=0.05).project(posts)
    assert math.atan2(top[0] - foot[0], foot[1] - top[1]) == pytest.approx(0.05, abs=0.01)


def test_yaw_turns_to_the_right() -> None:
    ((x, _),), _ = camera(yaw=0.2).project(np.array([[0.0, 5.0, 1.3]]))
    assert x == pytest.approx(600 - 700 * math.tan(0.2))


def test_at_another_size_the_same_places_are_seen() -> None:
    points = np.array([[0.5, 3.0, 0.0], [-1.0, 4.0, 2.0]])
    large, _ = camera(0.1, 0.02, 0.3).project(points)
    small, _ = camera(0.1, 0.02, 0.3).at_size(600, 400).project(points)
    assert np.allclose(small * 2, large)


def test_a_wall_point_comes_back_from_its_pixel() -> None:
    held = camera(0.05, -0.01, 0.4)
    point = np.array([[2.0, 3.0, 1.1]])
    assert np.allclose(held.plane_point(held.project(point)[0], 0, 2.0), point)
