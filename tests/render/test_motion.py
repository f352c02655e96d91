"""The camera's way: always inside the photo, never past the zoom limit, smooth."""

import math
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from render.motion import ZOOM_LIMIT, ZOOM_SHORT_OF_PIXELS, Move, choose_motion, lay_path, move_for, widest_view
from schemas.video import Motion

MOTIONS = [motion for motion in Motion if motion not in {Motion.UNKNOWN, Motion.AUTO}]
sides = st.integers(16, 8000)
frames_of = st.sampled_from([(1920, 1080), (1080, 1920), (1080, 1080), (864, 1080), (160, 90), (1000, 2)])


@settings(max_examples=300, deadline=None)
@given(width=sides, height=sides, frame=frames_of, motion=st.sampled_from(MOTIONS), frames=st.integers(1, 900))
def test_no_view_ever_leaves_the_photo_or_zooms_too_far(
    width: int, height: int, frame: tuple[int, int], motion: Motion, frames: int
) -> None:
    path = lay_path((width, height), frame, move_for(motion, frames, 30))
    widest = widest_view((width, height), frame)
    for number in {0, 1, frames // 3, frames // 2, frames - 1}:
        view = path.view(number)
        slack = 1e-6 * max(width, height)
        assert view.left >= -slack
        assert view.top >= -slack
        assert view.right <= width + slack
        assert view.bottom <= height + slack
        assert widest.width / view.width <= ZOOM_LIMIT + 1e-9
        assert math.isclose(view.width / view.height, frame[0] / frame[1], rel_tol=1e-9)


@settings(max_examples=100, deadline=None)
@given(motion=st.sampled_from(MOTIONS), frames=st.integers(3, 600), frame=frames_of)
def test_acceleration_stays_far_below_what_the_eye_sees_as_jitter(
    motion: Motion, frames: int, frame: tuple[int, int]
) -> None:
    path = lay_path((6000, 4000), frame, move_for(motion, frames, 30))
    edges = []
    first = path.view(0)
    for number in range(frames):
        view = path.view(number)
        scale = frame[0] / view.width
        edges.append(((first.left - view.left) * scale, (first.right - view.left) * scale))
    for (a, b), (c, d), (e, f) in zip(edges, edges[1:], edges[2:], strict=False):
        assert max(abs(a - 2 * c + e), abs(b - 2 * d + f)) <= 0.05


@pytest.mark.parametrize(
    ("motion", "direction"),
    [
        (Motion.PAN_LEFT, (-1, 0)),
        (Motion.PAN_RIGHT, (1, 0)),
        (Motion.PAN_UP, (0, -1)),
        (Motion.PAN_DOWN, (0, 1)),
    ],
)
def test_a_pan_goes_where_its_name_says_and_nowhere_else(motion: Motion, direction: tuple[int, int]) -> None:
    path = lay_path((3000, 2000), (1920, 1080), move_for(motion, 90, 30))
    for before, after in pairwise(path.view(number) for number in range(90)):
        assert (after.left - before.left) * direction[0] >= 0
        assert (after.top - before.top) * direction[1] >= 0
        assert (after.left == before.left) is (direction[0] == 0)
        assert (after.top == before.top) is (direction[1] == 0)


def test_a_push_in_narrows_the_view_around_a_still_middle() -> None:
    path = lay_path((3000, 2000), (1920, 1080), move_for(Motion.PUSH_IN, 90, 30))
    views = [path.view(number) for number in range(90)]
    assert all(after.width < before.width for before, after in pairwise(views))
    assert all(math.isclose(view.left + view.width / 2, 1500) for view in views)
    assert math.isclose(views[0].width / views[-1].width, 1.135, rel_tol=1e-6)


def test_a_pull_out_ends_on_the_widest_view() -> None:
    path = lay_path((3000, 2000), (1920, 1080), move_for(Motion.PULL_OUT, 90, 30))
    assert path.view(89) == widest_view((3000, 2000), (1920, 1080))


def test_a_photo_short_of_pixels_is_zoomed_less() -> None:
    move = Move(Motion.PUSH_IN, 180, 1.25, 0.1)
    small, exact = lay_path((800, 450), (1920, 1080), move), lay_path((2208, 1242), (1920, 1080), move)
    assert math.isclose(small.start.width / small.end.width, ZOOM_SHORT_OF_PIXELS)
    assert math.isclose(exact.end.width, 1920)  # zoomed to its own pixels and no further


def test_a_pan_over_a_panorama_needs_no_zoom_and_keeps_its_pace() -> None:
    path = lay_path((9000, 2000), (1920, 1080), Move(Motion.PAN_RIGHT, 90, 1.135, 0.09))
    assert path.start.height == 2000
    assert math.isclose((path.end.left - path.start.left) / path.start.width, 0.09)


def test_long_and_short_shots_go_at_one_pace() -> None:
    short, long = move_for(Motion.PUSH_IN, 30, 30), move_for(Motion.PUSH_IN, 90, 30)
    assert math.isclose((long.zoom - 1) / (short.zoom - 1), 3, rel_tol=1e-3)


def test_auto_follows_from_the_place_alone_and_neighbours_differ() -> None:
    chosen = [choose_motion(Motion.AUTO, place) for place in range(12)]
    assert all(one != other for one, other in pairwise(chosen))
    assert set(chosen) <= set(MOTIONS)
    assert choose_motion(Motion.HOLD, 3) is Motion.HOLD


def test_auto_is_no_motion_that_a_path_can_be_laid_for() -> None:
    with pytest.raises(ValueError, match="auto"):
        lay_path((300, 200), (160, 90), move_for(Motion.AUTO, 30, 30))
