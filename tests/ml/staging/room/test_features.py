"""Fireplaces and built-ins are what differs from their wall; what a room looks at is the widest of them."""

import numpy as np

from ml.staging.room import FocalKind, Opening, OpeningKind, WallRun
from ml.staging.room.baselines import Baseline
from ml.staging.room.features import features_in, focal_points_of, unlike_wall
from ml.staging.room.openings import Hole, with_frames
from ml.staging.room.surfaces import CELL_M, Elevation


def elevation(*things: tuple[float, float, float]) -> Elevation:
    """A plain wall of 5 m with things from, to along it, and so high."""
    shape = (round(2.6 / CELL_M), round(5 / CELL_M))
    plain = np.ones(shape, bool)
    for u0, u1, height in things:
        plain[: round(height / CELL_M), round(u0 / CELL_M) : round(u1 / CELL_M)] = False
    base = Baseline(1, 4.0, 0.0, 5.0, 0, 99)
    light = np.ones(shape, np.float32)
    return Elevation(base, 2.6, np.ones(shape, bool), np.zeros(shape, np.uint8), plain, light, (0.8, 0.8, 0.8), 1.0)


def test_a_fireplace_is_a_feature_and_a_socket_is_none() -> None:
    ((u0, u1),) = features_in(elevation((1.6, 3.1, 1.3), (4.2, 4.4, 0.4)), [], 0)
    assert (round(u0, 2), round(u1, 2)) == (1.6, 3.1)


def test_an_opening_is_no_feature() -> None:
    door = Hole(OpeningKind.DOOR, 0, 1.6, 2.5, 0.0, 2.05)
    assert features_in(elevation((1.6, 2.5, 2.05)), [door], 0) == []
    assert features_in(elevation((1.6, 2.5, 2.05)), [door], 1) != []


def test_a_wall_that_is_nowhere_plain_tells_of_no_feature() -> None:
    assert features_in(elevation((0.0, 4.8, 2.6)), [], 0) == []


def test_a_wall_of_built_ins_is_what_the_room_looks_at() -> None:
    assert unlike_wall(elevation((0.0, 4.8, 2.6)), [], 0) == (0.0, 5.0)
    assert unlike_wall(elevation((1.6, 3.1, 1.3)), [], 0) is None
    glass = Hole(OpeningKind.WINDOW, 0, 0.4, 4.2, 0.2, 2.2)
    assert unlike_wall(elevation((0.0, 4.8, 2.6)), [glass], 0) is None


def test_windows_side_by_side_are_one_thing_to_look_at() -> None:
    wall = WallRun(1, 4.0, -1, 0.0, 5.0, 2.6, (), (0.8, 0.8, 0.8), np.ones((52, 100), bool), np.ones((52, 100), bool))
    panes = [Opening(OpeningKind.WINDOW, 0, u0, u0 + 0.9, 0.8, 2.1, np.zeros((4, 2))) for u0 in (0.3, 1.4, 3.9)]
    points = focal_points_of([wall], [(0, 2.6, 3.7)], panes)
    assert [(point.kind, point.u0, point.u1) for point in points] == [
        (FocalKind.WINDOW, 0.3, 2.3),
        (FocalKind.FEATURE, 2.6, 3.7),
    ]


def test_a_frame_around_a_pane_is_a_door_and_one_as_wide_as_a_window_is_the_window() -> None:
    frame = Hole(OpeningKind.DOOR, 0, 1.0, 1.9, 0.0, 2.05)
    pane, window = Hole(OpeningKind.WINDOW, 0, 1.3, 1.6, 1.4, 2.0), Hole(OpeningKind.WINDOW, 0, 1.0, 1.8, 0.7, 2.0)
    assert with_frames([pane], [frame]) == [frame]
    assert with_frames([window], [frame]) == [window]
    assert with_frames([], [frame]) == [frame]
