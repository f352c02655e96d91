import math
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from numpy.typing import NDArray

from ml.segmentation import Segmentation
from ml.staging.room import FocalSource, OpeningKind, Reason, Room, understand
from ml.staging.room.estimate import FILM_DIAGONAL_MM, SharedFocal, shared_focal
from ml.staging.room.lines import at_analysis_size, lines_of
from ml.staging.room.overlay import overlay_of
from ml.staging.room.record import record_of_room
from ml.staging.room.scale import _cues
from ml.staging.room.understand import view_of
from tests.ml.staging.room.errors import MEASURES, by_confidence, errors_of_rooms
from tests.ml.staging.room.made_rooms import LABELS, Made, Panel, made_room, photograph

_FACING = 6
"""Seed of a room that is seen straight on."""


def plain_room() -> Made:
    """Seed 2 without its boxes: two walls and a corner, and one door and one window whose places are known."""
    room = made_room(2, size=(800, 600))
    door = Panel(LABELS.index("door"), -0.5, 0.35, 0.0, 2.04)
    panels = {**dict.fromkeys(room.panels, ()), (1, 1): (door,)}
    return replace(room, panels=panels, boxes=(), floor="boards")


@cache
def plain_photo() -> tuple[NDArray[np.uint8], Segmentation]:
    return photograph(plain_room())


@pytest.fixture(scope="module")
def seen() -> tuple[Made, Room]:
    return plain_room(), understand(*plain_photo())


def test_camera_and_scale_are_found(seen: tuple[Made, Room]) -> None:
    made, room = seen
    assert room.camera.horizontal_fov_deg == pytest.approx(made.camera.horizontal_fov_deg, abs=4)
    assert room.camera.pitch_rad == pytest.approx(made.camera.pitch_rad, abs=math.radians(2.5))
    assert room.camera.height_m == pytest.approx(made.camera.height_m, rel=0.1)
    assert not room.doubts


def test_the_wall_ahead_stands_where_it_is(seen: tuple[Made, Room]) -> None:
    made, room = seen
    scale = room.camera.height_m / made.camera.height_m
    ahead = [wall for wall in room.walls if wall.axis == 1 and wall.side == -1]
    assert ahead
    assert min(abs(wall.offset_m / scale - made.y[1]) for wall in ahead) < 0.04 * made.y[1]


def test_the_door_is_an_opening_and_its_approach_stays_free(seen: tuple[Made, Room]) -> None:
    made, room = seen
    scale = room.camera.height_m / made.camera.height_m
    doors = [opening for opening in room.openings if opening.kind is OpeningKind.DOOR]
    near = [door for door in doors if abs(door.u0 / scale + 0.5) < 0.2 and abs(door.u1 / scale - 0.35) < 0.2]
    assert near
    before = np.array([[0.0, (made.y[1] - 0.3) * scale]])
    row, column = room.floor.cells(before)[0]
    assert room.floor.approach[row, column]
    wall = room.walls[near[0].wall]
    assert not any(stretch.start_m < 0.0 < stretch.end_m for stretch in wall.free)


def test_every_cell_of_the_floor_is_one_thing(seen: tuple[Made, Room]) -> None:
    floor = seen[1].floor
    assert (floor.free.astype(int) + floor.keep_out + floor.unknown == 1).all()
    assert not (floor.approach & floor.keep_out).any()


def test_the_free_floor_lies_between_the_walls(seen: tuple[Made, Room]) -> None:
    made, room = seen
    scale = room.camera.height_m / made.camera.height_m
    x, y = room.floor.polygon_m.T / scale
    assert x.min() > made.x[0] - 0.15
    assert x.max() < made.x[1] + 0.15
    assert y.max() < made.y[1] + 0.2
    assert room.floor.free_m2 > 3


def test_a_given_ceiling_decides_the_scale() -> None:
    made = plain_room()
    room = understand(*plain_photo(), ceiling_m=made.ceiling_m)
    assert room.camera.height_m == pytest.approx(made.camera.height_m, rel=0.05)
    assert room.scale.cues[0].name == "given_ceiling"


def test_a_given_polygon_is_kept_out() -> None:
    pixels, segmentation = plain_photo()
    free = understand(pixels, segmentation)
    middle = free.floor.polygon_m.mean(axis=0)
    corners = middle + 0.4 * np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]])
    polygon, _ = free.camera.project(np.column_stack([corners, np.zeros(4)]))
    room = understand(pixels, segmentation, keep_out=[polygon])
    row, column = room.floor.cells(middle[None])[0]
    assert room.floor.keep_out[row, column]
    assert room.floor.free_m2 == pytest.approx(free.floor.free_m2 - 0.64, abs=0.15)
    assert "given" in [keep_out.reason for keep_out in room.keep_outs]


def test_a_box_on_the_floor_is_kept_out_without_being_named() -> None:
    made = made_room(2)
    assert made.boxes
    box = made.boxes[0]
    pixels, segmentation = photograph(made)
    room = understand(pixels, segmentation)
    scale = room.camera.height_m / made.camera.height_m
    foot = np.array([[(box.low[0] + box.high[0]) / 2, box.low[1] + 0.15]]) * scale
    row, column = room.floor.cells(foot)[0]
    inside = 0 <= row < room.floor.free.shape[0] and 0 <= column < room.floor.free.shape[1]
    assert not inside or not room.floor.free[row, column]


def test_a_photo_that_faces_a_wall_says_so_and_takes_the_focal_length_it_is_told() -> None:
    made = made_room(_FACING, facing=True)
    pixels, segmentation = photograph(made)
    blind = view_of(pixels, segmentation)
    assert blind.fit.camera.one_point
    assert blind.fit.camera.focal_from is FocalSource.PRIOR
    diagonal = math.hypot(made.camera.width, made.camera.height)
    told = view_of(pixels, segmentation, focal_35mm=made.camera.focal_px / diagonal * FILM_DIAGONAL_MM)
    assert told.fit.camera.focal_from is FocalSource.EXIF
    assert told.fit.camera.focal_px == pytest.approx(made.camera.focal_px, rel=0.06)
    shared = view_of(pixels, segmentation, shared_focal=SharedFocal(made.camera.focal_px / diagonal, 3))
    assert shared.fit.camera.focal_from is FocalSource.SHARED
    assert shared.fit.camera.focal_px == pytest.approx(made.camera.focal_px, rel=0.06)


def test_photos_of_a_shoot_share_the_focal_length_that_their_lines_tell() -> None:
    told = view_of(*plain_photo()).fit
    shared = shared_focal([told, told])
    assert shared is not None
    assert shared.photos == 2
    assert shared.per_diagonal == pytest.approx(told.camera.focal_px / math.hypot(1024, 768))
    assert shared_focal([told]) is None


def test_a_picture_of_nothing_is_doubted() -> None:
    noise = np.random.default_rng(0).integers(0, 255, (300, 400, 3)).astype(np.uint8)
    chances = np.full((len(LABELS), 32, 32), 1 / len(LABELS), np.float32)
    chances[0] += 0.5
    room = understand(noise, Segmentation(LABELS, chances / chances.sum(axis=0)))
    assert {Reason.NOT_A_ROOM, Reason.NO_FLOOR, Reason.NO_WALL} <= {doubt.reason for doubt in room.doubts}
    assert record_of_room(room)["floor"]["polygon_m"] == []


def test_the_same_photo_gives_the_same_room(seen: tuple[Made, Room]) -> None:
    again = understand(*plain_photo())
    assert record_of_room(again) == record_of_room(seen[1])
    assert (again.floor.free == seen[1].floor.free).all()


def test_the_overlay_shows_photo_and_plan(seen: tuple[Made, Room]) -> None:
    pixels, _ = plain_photo()
    picture = overlay_of(pixels, seen[1])
    assert picture.shape[0] == 960
    assert picture.shape[1] > 1280
    assert picture.dtype == np.uint8


def test_errors_fall_as_confidence_rises() -> None:
    """Over a few rooms; `python -m tests.bench.rooms` has the table over a hundred."""
    found = errors_of_rooms([1, 3, 5, 6, 10, 11, 13, 17])
    for measure, part in MEASURES[:2]:
        unsure, sure = by_confidence(found, measure, part, 2)
        assert sure[2] < unsure[2]


def test_a_shifted_lens_is_told_from_a_tilted_camera() -> None:
    """A lens that was moved, or a straightened photo: parallel uprights, and a horizon off the middle."""
    made = made_room(2, size=(800, 600))
    level = replace(made.camera, pitch_rad=0.0, roll_rad=0.0, cx=400.0, cy=300.0 - 0.12 * 600)
    found = view_of(*photograph(replace(made, camera=level, boxes=()))).fit.camera
    assert found.cy / found.height == pytest.approx(level.cy / 600, abs=0.03)
    assert abs(math.degrees(found.pitch_rad)) < 2


def test_lines_side_by_side_count_as_little_more_than_a_few() -> None:
    """Twenty louvres beside four edges that stand alone: each louvre counts less, all lines together as before."""
    picture = np.full((600, 800, 3), 230, np.uint8)
    for y in range(200, 400, 10):
        picture[y : y + 4, 500:700] = 60
    picture[100:104, 60:360] = picture[500:504, 60:360] = 60
    lines = lines_of(at_analysis_size(picture))
    louvre = lines.ends[:, [0, 2]].min(axis=1) > 600
    assert louvre.sum() > 20
    length = np.hypot(*(lines.ends[:, 2:] - lines.ends[:, :2]).T)
    per_pixel = lines.weight / np.minimum(length, 0.3 * 1024)
    assert per_pixel[louvre].mean() < 0.75 * per_pixel[~louvre].mean()


def test_an_old_house_with_high_ceilings_does_not_disagree_with_its_doors() -> None:
    """3.1 m and doors of 2.3 m, seen from 1.3 m."""
    cues = _cues(1.3, (3.1 / 1.3, 0.02), (2.3 / 1.3, 0.02), None, None)
    heights = [cue.camera_height_m for cue in cues]
    assert max(heights) / min(heights) < 1.05
    too_high = _cues(1.3, (4.6 / 1.3, 0.02), None, None, None)
    assert max(cue.camera_height_m for cue in too_high) / min(cue.camera_height_m for cue in too_high) > 1.4
