"""Two photos of one room from known places: how they lie to each other is found, and two rooms are told apart."""

import math
from dataclasses import replace

import numpy as np
import pytest

from ml.staging.room import OpeningKind
from ml.staging.views.pose import Pose, scaled, turned_floor, turned_opening, turned_wall
from ml.staging.views.registration import Registration, inverse_of, register
from tests.ml.staging.scene.box_room import Box, Hole, box_room
from tests.ml.staging.views.stations import two_views

pytestmark = pytest.mark.timeout(600)

POSES = [Pose(turns, 1.25, -0.5, 1.1) for turns in range(4)]


@pytest.mark.parametrize("pose", POSES)
def test_points_go_there_and_back(pose: Pose) -> None:
    points = np.random.default_rng(1).normal(size=(20, 3))
    assert np.allclose(pose.to_other(pose.to_reference(points)), points)
    assert np.allclose(inverse_of(pose).to_reference(pose.to_reference(points)), points)


@pytest.mark.parametrize("pose", [replace(pose, scale=1.0) for pose in POSES])
def test_floor_and_walls_turn_with_the_points(pose: Pose) -> None:
    holes = (Hole(OpeningKind.WINDOW, 0, -1.0, 0.5, 0.9, 2.0), Hole(OpeningKind.DOOR, 1, 1.0, 1.9, 0.0, 2.0))
    room = box_room(Box(holes=holes))
    floor, moved = room.floor, turned_floor(room.floor, pose)
    points = np.random.default_rng(2).uniform((-3.5, -1.5), (3.5, 6.5), size=(400, 2))
    there = pose.to_other(points)
    for name in ("free", "keep_out", "approach"):
        before, after = (getattr(each, name)[tuple(each.cells(at).T)] for each, at in ((floor, points), (moved, there)))
        assert np.mean(before == after) > 0.99, name
    for opening in room.openings:
        wall = room.walls[opening.wall]
        other = turned_wall(wall, pose)
        own = turned_opening(opening, wall, pose, room.camera)
        corners = np.array([wall.point(u, z) for u in (opening.u0, opening.u1) for z in (opening.z0, opening.z1)])
        told = np.array([other.point(u, z) for u in (own.u0, own.u1) for z in (own.z0, own.z1)])
        apart = np.linalg.norm(pose.to_other(corners)[:, None] - told[None], axis=2)
        assert apart.min(axis=1).max() < 1e-6
        middle = (own.u0 + own.u1) / 2
        assert other.plain_share(middle - 0.1, middle + 0.1, own.z0 + 0.1, own.z1 - 0.1) == 0.0
        assert not any(part.start_m < middle < part.end_m for part in other.free)


def test_a_scaled_room_is_the_same_picture() -> None:
    room = box_room(Box(holes=(Hole(OpeningKind.WINDOW, 0, -1.0, 0.5, 0.9, 2.0),)))
    larger = scaled(room, 1.2)
    corners = np.array([room.walls[0].point(-1.0, 0.9)])
    before, _ = room.camera.project(corners)
    after, _ = larger.camera.project(corners * 1.2)
    assert np.allclose(before, after)
    assert math.isclose(larger.floor.free_m2, room.floor.free_m2 * 1.44)


def held(found: Registration) -> list[tuple[str, float, bool]]:
    return [(check.name, round(check.found, 2), check.passed) for check in found.checks]


def test_two_views_of_a_room_are_registered_where_they_are() -> None:
    _, one, two, truth = two_views(1)
    found = register(one, two)
    assert found.passed, held(found)
    assert found.pose is not None
    assert found.pose.quarter_turns == truth.quarter_turns
    assert math.hypot(found.pose.x_m - truth.x_m, found.pose.y_m - truth.y_m) < 0.15
    assert abs(found.pose.scale / truth.scale - 1) < 0.04


def test_two_rooms_are_not_taken_for_one() -> None:
    first, second = two_views(1), two_views(2)
    found = register(first[1], second[2])
    assert not found.passed, held(found)
    assert found.sentence
