"""Colours and framing of the resampled photo."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from render.motion import move_for
from render.plate import FIT_KEPT, lay_out, make_plate, to_planes
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


@pytest.mark.parametrize(
    ("photo", "frame", "motion", "framing"),
    [
        ((3000, 2000), (1920, 1080), Motion.PUSH_IN, Framing.COVER),
        ((4000, 3000), (1920, 1080), Motion.PUSH_IN, Framing.COVER),
        ((2000, 3000), (1920, 1080), Motion.PUSH_IN, Framing.FIT),
        ((2000, 3000), (1920, 1080), Motion.PAN_DOWN, Framing.COVER),
        ((3000, 2000), (1080, 1920), Motion.PUSH_IN, Framing.FIT),
        ((3000, 2000), (1080, 1920), Motion.PAN_LEFT, Framing.COVER),
        ((9000, 1500), (1920, 1080), Motion.PULL_OUT, Framing.FIT),
        ((2000, 3000), (1080, 1920), Motion.HOLD, Framing.COVER),
    ],
)
def test_a_photo_is_cut_to_fill_unless_too_much_of_it_would_go(
    photo: tuple[int, int], frame: tuple[int, int], motion: Motion, framing: Framing
) -> None:
    layout = lay_out(photo, frame, move_for(motion, 90, 30))
    assert layout.framing is framing
    if framing is Framing.FIT:
        kept = layout.region.width * layout.region.height / (photo[0] * photo[1])
        assert kept == pytest.approx(FIT_KEPT)


@settings(max_examples=200, deadline=None)
@given(
    width=st.integers(16, 6000),
    height=st.integers(16, 6000),
    frame=st.sampled_from([(160, 90), (90, 160), (100, 100), (80, 100)]),
    motion=st.sampled_from([m for m in Motion if m not in {Motion.UNKNOWN, Motion.AUTO}]),
)
def test_a_plate_is_even_and_fine_enough_for_every_view(
    width: int, height: int, frame: tuple[int, int], motion: Motion
) -> None:
    layout = lay_out((width, height), frame, move_for(motion, 180, 30))
    assert layout.plate[0] % 2 == layout.plate[1] % 2 == 0
    seen = layout.seen()
    narrowest = min(layout.path.start.width, layout.path.end.width)
    assert layout.plate[0] / seen.width * narrowest >= frame[0] - 1e-6
    assert layout.plate[0] * layout.plate[1] < 12 * frame[0] * frame[1]


def test_a_portrait_photo_stands_before_its_own_blurred_picture(tmp_path: Path) -> None:
    photo = make_photo(tmp_path / "a.jpg", 300, 450, grain=12)
    layout = lay_out((300, 450), (160, 90), move_for(Motion.HOLD, 30, 30))
    plate, _ = make_plate(photo, layout)
    sharpness = np.abs(np.diff(plate.y.astype(int), axis=1)).mean(axis=0)
    assert sharpness[:14].mean() < sharpness[40:120].mean() / 4
    assert plate.y[:, :14].mean() < plate.y[:, 40:120].mean()
    assert plate.y[:, :14].mean() > 30  # darkened, not black


def test_a_jpeg_of_many_pixels_gives_the_same_plate_as_a_png_of_it(tmp_path: Path) -> None:
    photo = make_photo(tmp_path / "a.jpg", 1600, 1000, grain=40)
    with Image.open(photo) as image:
        image.save(tmp_path / "a.png")
    layout = lay_out((1600, 1000), (160, 90), move_for(Motion.PUSH_IN, 90, 30))
    shrunk, whole = (make_plate(tmp_path / name, layout)[0] for name in ("a.jpg", "a.png"))
    assert np.abs(shrunk.y.astype(int) - whole.y).mean() < 1.0
