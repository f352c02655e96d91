"""Clips: one photo, one file, the photo's own colours."""

import hashlib
from pathlib import Path

import av
import cv2
import numpy as np
import pytest
from PIL import Image

from render.checks import inspect_video
from render.checks.planned import expectation_of
from render.clip import make_clip
from render.errors import PhotoError, PlanError
from render.frames import PARALLAX_SHARE, Shot, planes_of
from render.motion import move_for
from render.probe import probe_video
from render.sequence import Look, lay_segments, lay_shots
from render.slot import PhotoSlot
from schemas.edit import NarrowFraming
from schemas.quality import CheckStatus
from schemas.video import Framing, Motion, Timeline
from tests.render.pictures import listing_photos, make_photo, texture


def test_a_clip_is_as_long_and_large_as_asked(tmp_path: Path) -> None:
    report = make_clip(
        make_photo(tmp_path / "a.jpg"), tmp_path / "a.mp4", Motion.PUSH_IN, seconds=1.5, width=160, height=90, fps=24
    )
    found = probe_video(tmp_path / "a.mp4")
    assert (found.frames, found.width, found.height, found.fps_numerator) == (36, 160, 90, 24)
    assert (report.frames, report.bytes, report.framing) == (36, found.bytes, Framing.COVER)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.jpg", "a.mp4", "a.quality.json"]


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
    assert report.source_px_per_output_px == pytest.approx(0.375)
    assert any("soft" in note for note in report.notes)
    assert report.motion is Motion.PAN_UP  # there is nothing to zoom into


def test_auto_is_reported_as_what_it_became(tmp_path: Path) -> None:
    photo = make_photo(tmp_path / "a.jpg")
    made = [make_clip(photo, tmp_path / "a.mp4", frames=1, width=160, height=90, place=place) for place in (0, 1)]
    assert Motion.AUTO not in {report.motion for report in made}
    assert made[0].motion != made[1].motion


def test_a_clip_without_a_frame_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="at least 1"):
        make_clip(make_photo(tmp_path / "a.jpg"), tmp_path / "a.mp4", seconds=0.001, width=160, height=90)


def test_with_strict_resolution_a_small_photo_is_refused_before_anything_is_encoded(tmp_path: Path) -> None:
    photo = make_photo(tmp_path / "a.jpg", 150, 100)
    with pytest.raises(PlanError, match=r"0\.94 for each") as caught:
        make_clip(photo, tmp_path / "a.mp4", Motion.HOLD, frames=2, width=160, height=90, strict=True)
    assert caught.value.code == "image_too_small"
    assert not (tmp_path / "a.mp4").exists()


def test_a_staged_photo_carries_its_label_in_every_frame(tmp_path: Path) -> None:
    photo = make_photo(tmp_path / "a.jpg", 900, 600)
    for name, label in (("plain.mp4", ""), ("staged.mp4", "Virtually staged")):
        make_clip(photo, tmp_path / name, Motion.PUSH_IN, frames=6, width=640, height=360, label=label)
    pairs = []
    for name in ("plain.mp4", "staged.mp4"):
        with av.open(str(tmp_path / name)) as container:
            pairs.append([frame.to_ndarray(format="gray") for frame in container.decode(video=0)])
    for plain, staged in zip(*pairs, strict=True):
        changed = np.abs(plain.astype(int) - staged) > 40
        assert changed[300:, :320].mean() > 0.05
        assert changed[:280].mean() < 0.01


def test_a_parallax_needs_a_depth_map_and_moves_the_near_more_than_the_far(tmp_path: Path) -> None:
    photo = make_photo(tmp_path / "a.png", 640, 360, grain=6)
    with pytest.raises(PlanError, match="depth map"):
        make_clip(photo, tmp_path / "a.mp4", Motion.PARALLAX, frames=4, width=640, height=360)
    depth = np.zeros((360, 640), np.uint8)
    depth[180:] = 255  # the floor is near
    Image.fromarray(depth).save(tmp_path / "depth.png")
    move = move_for(Motion.PARALLAX, 31, 30)
    shot = Shot(photo, 640, 360, move, depth=tmp_path / "depth.png")
    first, last = (planes_of(next(shot.sequence(frame, 1)).copy(), 640, 360)[0] for frame in (0, 30))
    shifts = [cv2.phaseCorrelate(first[rows, 100:540].astype(np.float32), last[rows, 100:540].astype(np.float32))[0][0]
              for rows in (slice(20, 140), slice(220, 340))]  # fmt: skip
    assert abs(shifts[1] - shifts[0]) == pytest.approx(640 * PARALLAX_SHARE, rel=0.15)


@pytest.mark.parametrize(
    ("size", "scene", "narrow", "framing", "motion"),
    [
        ((300, 200), "", NarrowFraming.REFRAME_PAN, Framing.COVER, Motion.REFRAME_PAN),
        ((300, 200), "", NarrowFraming.BLURRED, Framing.FIT, Motion.PUSH_IN),
        ((300, 200), "", NarrowFraming.BRAND, Framing.MATTE, Motion.PUSH_IN),
        ((300, 200), "floor_plan", NarrowFraming.REFRAME_PAN, Framing.MATTE, Motion.HOLD),
        ((200, 300), "", NarrowFraming.BLURRED, Framing.COVER, Motion.PUSH_IN),
        ((3000, 300), "", NarrowFraming.REFRAME_PAN, Framing.COVER, Motion.REFRAME_PAN),
    ],
)
def test_what_a_tall_clip_would_cut_too_much_of_is_shown_otherwise(
    tmp_path: Path, size: tuple[int, int], scene: str, narrow: NarrowFraming, framing: Framing, motion: Motion
) -> None:
    photo = make_photo(tmp_path / "a.jpg", *size)
    made = make_clip(
        photo, tmp_path / "a.mp4", Motion.PUSH_IN, frames=2, width=90, height=160, scene=scene, narrow=narrow
    )
    assert (made.framing, made.motion) == (framing, motion)
    assert made.kept == 1.0 or framing is Framing.COVER


@pytest.mark.parametrize("mode", ["L", "CMYK", "I;16", "RGBA", "P", "1"])
def test_photos_of_every_kind_become_clips(tmp_path: Path, mode: str) -> None:
    picture = Image.fromarray(texture(160, 120))
    if mode == "I;16":
        picture = Image.fromarray(np.asarray(picture.convert("L"), np.uint16) * 257)
    else:
        picture = picture.convert(mode)
    photo = tmp_path / ("a.tif" if mode == "CMYK" else "a.png")
    picture.save(photo)
    made = make_clip(photo, tmp_path / "a.mp4", Motion.HOLD, frames=2, width=160, height=90)
    assert probe_video(tmp_path / "a.mp4").frames == made.frames == 2


@pytest.mark.parametrize(("width", "height"), [(320, 180), (180, 320), (128, 72), (64, 64)])
def test_a_label_on_a_small_and_bright_clip_is_seen_and_its_absence_too(
    tmp_path: Path, width: int, height: int
) -> None:
    bright = np.maximum(texture(960, 640, seed=3, grain=20), 215)
    photo = tmp_path / "bright.jpg"
    Image.fromarray(bright).save(photo, quality=92)
    for name, label in (("plain.mp4", ""), ("staged.mp4", "Virtually staged")):
        make_clip(photo, tmp_path / name, Motion.HOLD, frames=12, width=width, height=height, fps=24, label=label)
    shots, _ = lay_shots(
        [PhotoSlot("bright", Motion.HOLD, size=(960, 640), label="Virtually staged")], [], 12, Look(width, height, 24)
    )
    plan = Timeline(
        width=width, height=height, fps=24, frames=12, seconds_wanted=0.5, shots=shots, cuts=[],
        segments=lay_segments([], 12),
    )  # fmt: skip
    statuses = {}
    for name in ("plain.mp4", "staged.mp4"):
        quality = inspect_video(tmp_path / name, expectation_of(plan)).quality
        assert quality is not None
        statuses[name] = next(found for found in quality.checks if found.check == "staged_labels")
    assert statuses["plain.mp4"].status is CheckStatus.FAILED
    assert statuses["plain.mp4"].measured == 12
    assert statuses["staged.mp4"].status is CheckStatus.PASSED
