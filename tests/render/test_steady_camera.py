"""Frames before they are encoded: the picture is where the camera's path has it, to a hundredth of a pixel."""

from pathlib import Path

import numpy as np
import pytest

from render.checks.camera import CameraWatch
from render.checks.expectation import PlannedCamera, Span
from render.frames import Shot, planes_of
from render.motion import Move, move_for
from render.probe import Planes
from schemas.photo import Point
from schemas.video import Motion, Ramp, SpeedRamp
from tests.render.pictures import make_photo

RIGID = [motion for motion in Motion if motion not in {Motion.UNKNOWN, Motion.AUTO, Motion.PARALLAX}]
LIMIT = 0.01  # pixels per frame squared
W, H, FRAMES = 960, 540, 24


def jitter(photo: Path, motion: Motion, ramp: SpeedRamp, width: int = W, height: int = H) -> float:
    shot = Shot(photo, width, height, move_for(motion, FRAMES, 30, ramp, Point(x=0.6, y=0.45)))
    views = [shot.layout.path.view(number) for number in range(FRAMES)]
    planned = np.array([[view.left, view.top, view.width, view.height] for view in views])
    watch = CameraWatch(PlannedCamera(Span(0, FRAMES), planned))
    for number, frame in enumerate(shot.sequence(0, FRAMES)):
        watch.watch(number, Planes(*planes_of(frame, width, height)))
    found = watch.jitter()
    assert found is not None
    return found


@pytest.fixture(scope="module")
def photo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_photo(tmp_path_factory.mktemp("steady") / "a.png", 1800, 1200, grain=14)


@pytest.mark.parametrize("motion", RIGID)
def test_every_motion_is_steady(photo: Path, motion: Motion) -> None:
    assert jitter(photo, motion, SpeedRamp()) <= LIMIT


@pytest.mark.parametrize("kind", [Ramp.BULLET, Ramp.FLASH_IN, Ramp.MONTAGE])
def test_so_it_is_under_a_ramp(photo: Path, kind: Ramp) -> None:
    assert jitter(photo, Motion.PUSH_IN, SpeedRamp(kind=kind)) <= LIMIT


def test_so_it_is_along_the_side_that_a_tall_frame_cuts_off(photo: Path) -> None:
    assert jitter(photo, Motion.REFRAME_PAN, SpeedRamp(), 304, 540) <= LIMIT


def test_whole_pixels_would_not_pass(photo: Path) -> None:
    """The measure tells: a camera that goes by whole pixels of the plate is far above the limit."""
    shot = Shot(photo, W, H, Move(Motion.PAN_RIGHT, FRAMES, 1.1, 0.0162))
    views = [shot.layout.path.view(number) for number in range(FRAMES)]
    planned = np.array([[view.left, view.top, view.width, view.height] for view in views])
    watch = CameraWatch(PlannedCamera(Span(0, FRAMES), planned))
    y, cb, cr = (plane.copy() for plane in planes_of(next(shot.sequence(0, 1)), W, H))
    for number in range(FRAMES):
        steps = round((views[number].left - views[0].left) / views[0].width * W)
        watch.watch(number, Planes(np.roll(y, -steps, 1), cb, cr))
    found = watch.jitter()
    assert found is not None
    assert found > 10 * LIMIT
