"""Frames: the right pixels at the right place, luma and chroma alike."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from render.frames import Shot, planes_of
from render.motion import Move, move_for
from render.plate import to_planes
from schemas.video import Motion
from tests.render.pictures import make_photo, texture


def luma(shot: Shot, frame: int) -> np.ndarray[tuple[int, int], np.dtype[np.uint8]]:
    buffer = next(shot.sequence(frame, 1))
    return planes_of(buffer.copy(), shot.width, shot.height)[0]


def test_a_held_photo_of_the_frames_size_comes_out_as_it_is(tmp_path: Path) -> None:
    picture = texture(160, 90)
    Image.fromarray(picture).save(tmp_path / "a.png")
    shot = Shot(tmp_path / "a.png", 160, 90, move_for(Motion.HOLD, 10, 30))
    expected = to_planes(picture)
    y, cb, _ = planes_of(next(shot.sequence(4, 1)), 160, 90)
    assert np.array_equal(y, expected.y)
    assert np.abs(cb.astype(int) - expected.cb).mean() < 2  # moved by a quarter of a sample, to where H.264 expects it


def test_chroma_stays_on_the_luma_that_it_belongs_to(tmp_path: Path) -> None:
    # A vertical edge between grey and red of equal luma position: its middle must be at one place in Y and in Cr.
    picture = np.full((180, 320, 3), 60, np.uint8)
    picture[:, 160:] = (220, 30, 30)
    Image.fromarray(picture).save(tmp_path / "a.png")
    shot = Shot(tmp_path / "a.png", 160, 90, Move(Motion.PUSH_IN, 50, 1.2, 0.1))
    for frame in (0, 17, 49):
        y, _, cr = planes_of(next(shot.sequence(frame, 1)), 160, 90)
        low, high = int(y[45, 10]), int(y[45, 150])
        edge_y = ((high - y[45].astype(float)) / (high - low)).sum()  # pixels left of the edge
        low_c, high_c = int(cr[22, 5]), int(cr[22, 75])
        # Chroma sample i lies at luma index 2i, that is half a luma pixel left of the middle of its pair.
        edge_c = ((high_c - cr[22].astype(float)) / (high_c - low_c)).sum() * 2 - 0.5
        assert edge_y == pytest.approx(80, abs=0.15)
        assert edge_c == pytest.approx(80, abs=0.3)


@pytest.mark.parametrize("motion", [m for m in Motion if m not in {Motion.UNKNOWN, Motion.AUTO, Motion.PARALLAX}])
@pytest.mark.parametrize("size", [(333, 217), (217, 333), (1200, 210), (40, 30)])
def test_no_frame_has_a_black_border(tmp_path: Path, motion: Motion, size: tuple[int, int]) -> None:
    photo = tmp_path / "a.png"
    Image.new("RGB", size, (255, 255, 255)).save(photo)
    shot = Shot(photo, 160, 90, move_for(motion, 30, 30))
    for frame in (0, 15, 29):
        y = luma(shot, frame)
        assert y.min() > 100
        assert y[45, 80] == 235  # the photo itself is as white as it was


def test_frames_of_a_shot_can_be_made_in_pieces(tmp_path: Path) -> None:
    shot = Shot(make_photo(tmp_path / "a.jpg"), 160, 90, move_for(Motion.PAN_LEFT, 40, 30))
    whole = [frame.copy() for frame in shot.sequence(0, 40)]
    pieces = [frame.copy() for frame in shot.sequence(0, 13)] + [frame.copy() for frame in shot.sequence(13, 27)]
    assert all(np.array_equal(one, other) for one, other in zip(whole, pieces, strict=True))
