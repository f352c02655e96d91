"""Clips: one photo, one file, the photo's own colours."""

import hashlib
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image

from render.clip import make_clip
from render.errors import PhotoError
from render.frames import planes_of
from render.probe import probe_video
from schemas.video import Framing, Motion
from tests.render.pictures import listing_photos, make_photo


def test_a_clip_is_as_long_and_large_as_asked(tmp_path: Path) -> None:
    report = make_clip(
        make_photo(tmp_path / "a.jpg"), tmp_path / "a.mp4", Motion.PUSH_IN, seconds=1.5, width=160, height=90, fps=24
    )
    found = probe_video(tmp_path / "a.mp4")
    assert (found.frames, found.width, found.height, found.fps_numerator) == (36, 160, 90, 24)
    assert (report.frames, report.bytes, report.framing) == (36, found.bytes, Framing.COVER)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.jpg", "a.mp4"]


def test_the_same_photo_gives_the_same_bytes(tmp_path: Path) -> None:
    photo = make_photo(tmp_path / "a.jpg")
    for name in ("one.mp4", "two.mp4"):
        make_clip(photo, tmp_path / name, Motion.PAN_LEFT, seconds=1, width=160, height=90)
    one, two = (hashlib.sha256((tmp_path / name).read_bytes()).digest() for name in ("one.mp4", "two.mp4"))
    assert one == two


@pytest.mark.parametrize("color", [(255, 255, 255), (200, 30, 40), (20, 120, 60), (0, 0, 0)])
def test_colours_are_those_of_the_photo(tmp_path: Path, color: tuple[int, int, int]) -> None:
    Image.new("RGB", (320, 180), color).save(tmp_path / "a.png")
    make_clip(tmp_path / "a.png", tmp_path / "a.mp4", Motion.HOLD, frames=3, width=160, height=90)
    with av.open(str(tmp_path / "a.mp4")) as container:
        frame = next(container.decode(video=0))
        y, cb, cr = (int(plane) for plane in frame.to_ndarray(format="yuv420p").ravel()[[0, 160 * 90, 160 * 90 + 3600]])
    # BT.709 back, independent of the matrix that was used forth.
    luma, blue, red = (y - 16) / 219, (cb - 128) / 224, (cr - 128) / 224
    back = (luma + 1.5748 * red, luma - 0.1873 * blue - 0.4681 * red, luma + 1.8556 * blue)
    assert np.abs(np.array(back) * 255 - color).max() < 3


def test_a_real_photo_keeps_its_colours_and_its_place(tmp_path: Path) -> None:
    photo = listing_photos(1)[0]
    make_clip(photo, tmp_path / "a.mp4", Motion.HOLD, frames=2, width=640, height=360)
    with Image.open(photo) as image:
        width, height = image.size
        cut = (height - width * 9 / 16) / 2
        expected = np.asarray(image.resize((640, 360), Image.Resampling.LANCZOS, (0, cut, width, height - cut)))
    with av.open(str(tmp_path / "a.mp4")) as container:
        planes = planes_of(
            np.asarray(next(container.decode(video=0)).to_ndarray(format="yuv420p"), np.uint8).ravel(), 640, 360
        )
    y = (planes[0].astype(float) - 16) / 219
    cb, cr = (np.repeat(np.repeat((plane.astype(float) - 128) / 224, 2, 0), 2, 1) for plane in planes[1:])
    found = np.stack([y + 1.5748 * cr, y - 0.1873 * cb - 0.4681 * cr, y + 1.8556 * cb], axis=2).clip(0, 1) * 255
    difference = found - expected
    assert np.abs(difference.mean(axis=(0, 1))).max() < 0.6
    assert np.abs(difference).mean() < 5.0


def test_a_bad_photo_leaves_no_file(tmp_path: Path) -> None:
    (tmp_path / "a.jpg").write_bytes(b"no picture")
    with pytest.raises(PhotoError):
        make_clip(tmp_path / "a.jpg", tmp_path / "a.mp4", width=160, height=90)
    assert not (tmp_path / "a.mp4").exists()


def test_a_small_photo_is_reported_as_soft(tmp_path: Path) -> None:
    report = make_clip(
        make_photo(tmp_path / "a.jpg", 60, 40), tmp_path / "a.mp4", Motion.PULL_OUT, frames=2, width=160, height=90
    )
    assert report.enlargement > 2.6
    assert "soft" in report.notes[0]


def test_auto_is_reported_as_what_it_became(tmp_path: Path) -> None:
    photo = make_photo(tmp_path / "a.jpg")
    made = [make_clip(photo, tmp_path / "a.mp4", frames=1, width=160, height=90, place=place) for place in (0, 1)]
    assert Motion.AUTO not in {report.motion for report in made}
    assert made[0].motion != made[1].motion


def test_a_clip_without_a_frame_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="at least 1"):
        make_clip(make_photo(tmp_path / "a.jpg"), tmp_path / "a.mp4", seconds=0.001, width=160, height=90)
