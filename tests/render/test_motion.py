"""The camera's way: always inside the photo, never past the zoom limit or the photo's own pixels, as its name says."""

import math
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from render.framing import choose_motion
from render.motion import (
    PANS,
    ZOOM_LIMIT,
    ZOOMS,
    Move,
    framed_view,
    lay_path,
    move_for,
    settle_motion,
    source_px_per_output_px,
    widest_view,
)
from schemas.photo import Box, Point
from schemas.video import Motion, Ramp, SpeedRamp

MOTIONS = [motion for motion in Motion if motion not in {Motion.UNKNOWN, Motion.AUTO}]
sides = st.integers(16, 8000)
shares = st.floats(0, 1)
frames_of = st.sampled_from([(1920, 1080), (1080, 1920), (1080, 1080), (864, 1080), (160, 90), (1000, 2)])
RAMPS = [SpeedRamp(kind=kind) for kind in Ramp if kind not in {Ramp.UNKNOWN, Ramp.CUSTOM}]


def test_there_are_fourteen_motions() -> None:
    assert len(MOTIONS) == 14


@settings(max_examples=400, deadline=None)
@given(
    width=sides,
    height=sides,
    frame=frames_of,
    motion=st.sampled_from(MOTIONS),
    frames=st.integers(1, 900),
    ramp=st.sampled_from(RAMPS),
    focus=st.one_of(st.none(), st.builds(Point, x=shares, y=shares)),
    crop=st.one_of(st.none(), st.builds(Box, x=shares, y=shares, width=shares, height=shares)),
)
def test_no_view_ever_leaves_the_photo_or_zooms_too_far(
    width: int,
    height: int,
    frame: tuple[int, int],
    motion: Motion,
    frames: int,
    ramp: SpeedRamp,
    focus: Point | None,
    crop: Box | None,
) -> None:
    path = lay_path((width, height), frame, move_for(motion, frames, 30, ramp, focus, crop))
    base = framed_view((width, height), frame, focus, crop)
    for number in {0, 1 % frames, frames // 3, frames // 2, frames - 1}:
        view = path.view(number)
        slack = 1e-6 * max(width, height)
        assert view.left >= -slack
        assert view.top >= -slack
        assert view.right <= width + slack
        assert view.bottom <= height + slack
        zoom = base.width / view.width
        assert zoom <= ZOOM_LIMIT + 1e-9
        # Zoom for motion's sake never goes past the photo's own pixels.
        assert zoom <= 1 + 1e-9 or view.width >= frame[0] * (1 - 1e-9)
        assert math.isclose(view.width / view.height, frame[0] / frame[1], rel_tol=1e-9)


@settings(max_examples=100, deadline=None)
@given(motion=st.sampled_from(MOTIONS), frames=st.integers(3, 600), frame=frames_of)
def test_at_constant_speed_the_picture_hardly_accelerates(motion: Motion, frames: int, frame: tuple[int, int]) -> None:
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


@pytest.mark.parametrize(
    ("motion", "way", "narrower"),
    [
        (Motion.PUSH_IN, 0, True),
        (Motion.PUSH_IN_LEFT, -1, True),
        (Motion.PUSH_IN_RIGHT, 1, True),
        (Motion.PULL_OUT, 0, False),
        (Motion.PULL_OUT_LEFT, -1, False),
        (Motion.PULL_OUT_RIGHT, 1, False),
    ],
)
def test_pushes_narrow_and_pulls_widen_the_view_on_the_way_that_they_name(
    motion: Motion, way: int, narrower: bool
) -> None:
    path = lay_path((3000, 2000), (1920, 1080), move_for(motion, 90, 30))
    views = [path.view(number) for number in range(90)]
    for before, after in pairwise(views):
        assert (after.width < before.width) is narrower
        moved = (after.left + after.width / 2) - (before.left + before.width / 2)
        assert moved * way > 0 if way else abs(moved) < 1e-9
    wide = views[-1] if not narrower else views[0]
    assert wide == widest_view((3000, 2000), (1920, 1080))
    assert math.isclose(max(v.width for v in views) / min(v.width for v in views), 1.135, rel_tol=1e-6)


def test_a_focus_push_ends_with_the_focus_nearer_to_the_middle() -> None:
    focus = Point(x=0.7, y=0.6)
    path = lay_path((4000, 2250), (1920, 1080), move_for(Motion.FOCUS_PUSH, 150, 30, focus=focus))

    def off(number: int) -> float:
        view = path.view(number)
        return math.hypot((0.7 * 4000 - view.left) / view.width - 0.5, (0.6 * 2250 - view.top) / view.height - 0.5)

    assert off(149) < off(75) < off(0)


def test_a_reframing_pan_goes_along_the_side_that_is_cut_towards_the_focus() -> None:
    left = lay_path((3000, 2000), (1080, 1920), move_for(Motion.REFRAME_PAN, 90, 30, focus=Point(x=0.3, y=0.5)))
    right = lay_path((3000, 2000), (1080, 1920), move_for(Motion.REFRAME_PAN, 90, 30, focus=Point(x=0.8, y=0.5)))
    down = lay_path((2000, 3000), (1920, 1080), move_for(Motion.REFRAME_PAN, 90, 30))
    assert left.end.left < left.start.left
    assert right.end.left > right.start.left
    assert down.end.top > down.start.top
    assert right.start.top == right.end.top == 0
    assert (right.end.left - right.start.left) / right.start.width > 0.5  # it shows half a frame more


def test_the_widest_view_keeps_to_the_focus_and_to_a_crop() -> None:
    assert framed_view((3000, 2000), (1080, 1080), Point(x=0.9, y=0.5)).right == 3000
    assert framed_view((3000, 2000), (1080, 1080), Point(x=0.4, y=0.5)).left == pytest.approx(200)
    crop = framed_view((3000, 2000), (1080, 1080), None, Box(x=0.1, y=0.2, width=0.5, height=0.75))
    assert (crop.left, crop.top, crop.width) == pytest.approx((300, 400, 1500))


def test_a_photo_short_of_pixels_is_not_zoomed_for_motion() -> None:
    for motion in ZOOMS:
        small = lay_path((800, 450), (1920, 1080), move_for(motion, 180, 30, focus=Point(x=0.2, y=0.2)))
        assert small.start == small.end
    exact = lay_path((2208, 1242), (1920, 1080), Move(Motion.PUSH_IN, 180, 1.25, 0.1))
    assert math.isclose(exact.end.width, 1920)  # zoomed to its own pixels and no further
    assert source_px_per_output_px(exact, (1920, 1080)) == pytest.approx(1)


def test_where_there_is_nothing_to_zoom_into_the_camera_goes_along_the_room_that_is_left() -> None:
    move = move_for(Motion.PUSH_IN, 90, 30)
    assert settle_motion((1024, 682), (1920, 1080), move) is Motion.PAN_DOWN
    assert settle_motion((1024, 576), (1920, 1080), move) is Motion.HOLD
    assert settle_motion((1024, 500), (1920, 1080), move_for(Motion.PULL_OUT_LEFT, 90, 30)) is Motion.PAN_LEFT
    assert settle_motion((6000, 4000), (1920, 1080), move) is Motion.PUSH_IN
    for motion in PANS:
        assert settle_motion((1024, 576), (1920, 1080), move_for(motion, 90, 30)) is Motion.HOLD


def test_a_pan_over_a_panorama_needs_no_zoom_and_keeps_its_pace() -> None:
    path = lay_path((9000, 2000), (1920, 1080), Move(Motion.PAN_RIGHT, 90, 1.135, 0.09))
    assert path.start.height == 2000
    pixels = (path.end.left - path.start.left) / path.start.width * 1920 / 89  # a frame
    assert pixels == pytest.approx(2)  # the step next to 0.09 * 1920 / 89 = 1.94


@settings(max_examples=100, deadline=None)
@given(
    motion=st.sampled_from([*sorted(PANS), Motion.REFRAME_PAN]),
    frames=st.integers(2, 400),
    frame=frames_of,
    photo=st.tuples(st.integers(300, 6000), st.integers(300, 6000)),
)
def test_a_steady_pan_goes_by_halves_of_a_pixel(
    motion: Motion, frames: int, frame: tuple[int, int], photo: tuple[int, int]
) -> None:
    path = lay_path(photo, frame, move_for(motion, frames, 30))
    per_pixel = path.start.width / frame[0]
    for way in (path.end.left - path.start.left, path.end.top - path.start.top):
        halves = 2 * way / per_pixel / (frames - 1)
        assert halves == pytest.approx(round(halves), abs=1e-6)


def test_under_a_ramp_a_pan_keeps_its_length() -> None:
    ramp = SpeedRamp(kind=Ramp.EASE_IN)
    path = lay_path((9000, 2000), (1920, 1080), Move(Motion.PAN_RIGHT, 90, 1.135, 0.09, ramp))
    assert (path.end.left - path.start.left) / path.start.width == pytest.approx(0.09)


def test_long_and_short_shots_go_at_one_pace() -> None:
    short, long = move_for(Motion.PUSH_IN, 30, 30), move_for(Motion.PUSH_IN, 90, 30)
    assert math.isclose((long.zoom - 1) / (short.zoom - 1), 3, rel_tol=1e-3)


def test_a_ramp_changes_when_the_camera_is_where_but_not_its_ends() -> None:
    even, slow = (
        lay_path((6000, 4000), (1920, 1080), move_for(Motion.PUSH_IN, 91, 30, ramp))
        for ramp in (SpeedRamp(), SpeedRamp(kind=Ramp.EASE_IN))
    )
    assert even.view(0) == slow.view(0)
    assert even.view(90).width == pytest.approx(slow.view(90).width)
    assert slow.view(45).width > even.view(45).width


def test_auto_follows_from_the_place_alone_and_neighbours_differ() -> None:
    chosen = [choose_motion(Motion.AUTO, place) for place in range(12)]
    assert all(one != other for one, other in pairwise(chosen))
    assert set(chosen) <= set(MOTIONS)
    assert choose_motion(Motion.HOLD, 3) is Motion.HOLD
    assert choose_motion(Motion.AUTO, 0, focused=True) is Motion.FOCUS_PUSH


def test_auto_is_no_motion_that_a_path_can_be_laid_for() -> None:
    with pytest.raises(ValueError, match="auto"):
        lay_path((300, 200), (160, 90), move_for(Motion.AUTO, 30, 30))
