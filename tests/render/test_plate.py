"""Colours and framing of the resampled photo."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from render.motion import move_for
from render.plate import depth_plane, lay_out, make_plate, to_planes
from schemas.video import Framing, Motion
from tests.render.pictures import make_photo


def flat(color: tuple[int, int, int]) -> tuple[int, int, int]:
    planes = to_planes(np.full((4, 4, 3), color, np.uint8))
    return int(planes.y[0, 0]), int(planes.cb[0, 0]), int(planes.cr[0, 0])


@pytest.mark.parametrize(
    ("rgb", "ycbcr"),
    [
        # SMPTE RP 219 / BT.709 limited range, 100 % bars
        ((255, 255, 255), (235, 128, 128)),
        ((0, 0, 0), (16, 128, 128)),
        ((255, 0, 0), (63, 102, 240)),
        ((0, 255, 0), (173, 42, 26)),
        ((0, 0, 255), (32, 240, 118)),
        ((255, 255, 0), (219, 16, 138)),
    ],
)
def test_the_colour_bars_have_the_codes_of_the_standard(rgb: tuple[int, int, int], ycbcr: tuple[int, int, int]) -> None:
    assert flat(rgb) == ycbcr


@settings(max_examples=200, deadline=None)
@given(color=st.tuples(*[st.integers(0, 255)] * 3))
def test_every_colour_stays_in_the_limited_range(color: tuple[int, int, int]) -> None:
    y, cb, cr = flat(color)
    assert 16 <= y <= 235
    assert 16 <= min(cb, cr) <= max(cb, cr) <= 240


def test_chroma_is_the_mean_of_four_pixels() -> None:
    picture = np.zeros((2, 2, 3), np.uint8)
    picture[0] = (255, 0, 0)
    planes = to_planes(picture)
    assert planes.cr.shape == (1, 1)
    assert int(planes.cr[0, 0]) == 184  # midway between 240 and 128


def test_strips_of_a_tall_picture_join_without_a_seam() -> None:
    picture = np.random.default_rng(3).integers(0, 256, (300, 20, 3), dtype=np.uint8)
    whole = to_planes(picture)
    lower = to_planes(picture[100:])
    assert np.array_equal(whole.y[100:], lower.y)
    assert np.array_equal(whole.cr[50:], lower.cr)


@settings(max_examples=200, deadline=None)
@given(
    width=st.integers(16, 6000),
    height=st.integers(16, 6000),
    frame=st.sampled_from([(160, 90), (90, 160), (100, 100), (80, 100)]),
    motion=st.sampled_from([m for m in Motion if m not in {Motion.UNKNOWN, Motion.AUTO}]),
    framing=st.sampled_from([Framing.COVER, Framing.FIT, Framing.MATTE]),
)
def test_a_plate_is_even_and_fine_enough_for_every_view(
    width: int, height: int, frame: tuple[int, int], motion: Motion, framing: Framing
) -> None:
    layout = lay_out((width, height), frame, move_for(motion, 180, 30), framing)
    assert layout.plate[0] % 2 == layout.plate[1] % 2 == 0
    seen = layout.seen()
    narrowest = min(layout.path.start.width, layout.path.end.width)
    assert layout.plate[0] / seen.width * narrowest >= frame[0] * (1 - 1e-6)
    assert layout.plate[0] * layout.plate[1] < 12 * frame[0] * frame[1]


def test_a_portrait_photo_stands_before_its_own_blurred_picture(tmp_path: Path) -> None:
    photo = make_photo(tmp_path / "a.jpg", 300, 450, grain=12)
    layout = lay_out((300, 450), (160, 90), move_for(Motion.HOLD, 30, 30), Framing.FIT)
    plate, _ = make_plate(photo, layout)
    sharpness = np.abs(np.diff(plate.y.astype(int), axis=1)).mean(axis=0)
    assert sharpness[:14].mean() < sharpness[60:100].mean() / 4
    assert plate.y[:, :14].mean() < plate.y[:, 60:100].mean()
    assert plate.y[:, :14].mean() > 30  # darkened, not black


def test_a_jpeg_of_many_pixels_gives_the_same_plate_as_a_png_of_it(tmp_path: Path) -> None:
    photo = make_photo(tmp_path / "a.jpg", 1600, 1000, grain=40)
    with Image.open(photo) as image:
        image.save(tmp_path / "a.png")
    layout = lay_out((1600, 1000), (160, 90), move_for(Motion.PUSH_IN, 90, 30))
    shrunk, whole = (make_plate(tmp_path / name, layout)[0] for name in ("a.jpg", "a.png"))
    assert np.abs(shrunk.y.astype(int) - whole.y).mean() < 1.0


def test_a_plan_stands_whole_on_a_matte_of_one_colour(tmp_path: Path) -> None:
    Image.new("RGB", (200, 200), (255, 255, 255)).save(tmp_path / "plan.png")
    layout = lay_out((200, 200), (160, 90), move_for(Motion.HOLD, 30, 30), Framing.MATTE, "#ff0000")
    plate, _ = make_plate(tmp_path / "plan.png", layout)
    assert plate.y.shape == (90, 160)
    assert set(np.unique(plate.y[:, :34])) == {63}  # red by BT.709
    assert set(np.unique(plate.y[:, 36:124])) == {235}


def test_a_depth_map_lies_on_its_photo(tmp_path: Path) -> None:
    depth = np.zeros((200, 300), np.uint8)
    depth[:, 150:] = 255
    Image.fromarray(depth).save(tmp_path / "depth.png")
    layout = lay_out((600, 400), (160, 90), move_for(Motion.PARALLAX, 30, 30))
    seen = depth_plane(tmp_path / "depth.png", layout, (160, 90))
    assert seen.shape == (90, 160)
    assert seen[:, :78].max() < 0.01
    assert seen[:, 82:].min() > 0.99
