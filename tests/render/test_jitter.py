"""Steadiness, measured on rendered frames."""

from pathlib import Path

import numpy as np
import pytest

from render.frames import Shot, planes_of
from render.jitter import steadiness, track
from render.motion import move_for
from schemas.video import Motion
from tests.render.pictures import make_photo


@pytest.mark.parametrize("motion", [Motion.PUSH_IN, Motion.PULL_OUT, Motion.PAN_LEFT, Motion.PAN_DOWN])
def test_rendered_motion_is_steady_and_never_goes_back(tmp_path: Path, motion: Motion) -> None:
    photo = make_photo(tmp_path / "a.png", 1280, 860, grain=24)
    shot = Shot(photo, 256, 144, move_for(motion, 40, 30))
    frames = [planes_of(frame, 256, 144)[0].copy() for frame in shot.sequence(0, 40)]
    found = steadiness(track(frames))
    assert found.mean <= 0.05
    assert found.backward_steps == 0


def test_motion_in_whole_pixels_is_found_out(tmp_path: Path) -> None:
    photo = make_photo(tmp_path / "a.png", 400, 260, grain=12)
    shot = Shot(photo, 256, 144, move_for(Motion.HOLD, 1, 30))
    plane = planes_of(next(shot.sequence(0, 1)), 256, 144)[0]
    frames = [np.ascontiguousarray(np.roll(plane, -round(0.4 * step), axis=1)) for step in range(12)]
    assert steadiness(track(frames)).mean > 0.2


def test_a_step_back_is_counted() -> None:
    ways = np.array([0.0, 1.0, 2.0, 1.5, 3.0])
    places = np.zeros((5, 4, 2))
    places[..., 0] = ways[:, None]
    assert steadiness(places).backward_steps == 1
