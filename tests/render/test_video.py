"""A whole video from files, as a person makes it."""

import dataclasses
import hashlib
from pathlib import Path

import psutil
import pytest

from render.checks import Expectation, inspect_video
from render.errors import PhotoError, PlanError, QualityError
from render.probe import probe_video
from render.timeline import PhotoSlot, plan_timeline
from render.video import make_video, render_segments
from schemas.audio import MusicCredit
from schemas.quality import QualityReport
from schemas.video import Ratio, Timeline, VideoReport
from tests.render.pictures import Beats, listing_photos, make_music, make_photos


def test_photos_and_music_become_a_video_and_its_timeline(tmp_path: Path) -> None:
    photos = make_photos(tmp_path, 4)
    music = make_music(tmp_path / "m.wav", 9)
    told: list[float] = []
    digests = set()
    for name, workers in (("one.mp4", 1), ("two.mp4", 2)):
        made = make_video(
            photos,
            music,
            tmp_path / name,
            analyse=lambda _: Beats(9, 112),
            seconds=7,
            ratio=Ratio.PORTRAIT_4_5,
            height=96,
            fps=24,
            workers=workers,
            report=told.append,
        )
        digests.add(hashlib.sha256((tmp_path / name).read_bytes()).digest())
    assert len(digests) == 1  # the same bytes, in two runs, from one worker and from two
    assert Timeline.model_validate_json((tmp_path / "two.json").read_text()) == made.timeline
    quality = QualityReport.model_validate_json((tmp_path / "two.quality.json").read_text())
    assert quality.passed
    assert quality == made.report.quality
    assert (made.report.width, made.report.height) == (96, 120)
    assert made.report.frames == made.timeline.frames
    assert max(abs(cut.error_frames or 0) for cut in made.timeline.cuts) <= 0.5
    assert told[-1] == 1.0
    assert {path.suffix for path in tmp_path.iterdir()} == {".jpg", ".wav", ".mp4", ".json"}


def test_a_broken_photo_is_left_out_with_its_code(tmp_path: Path) -> None:
    photos = make_photos(tmp_path, 3)
    photos[1].write_bytes(photos[1].read_bytes()[:3000])
    made = make_video(photos, None, tmp_path / "out.mp4", seconds=3, height=90)
    assert [(photo.photo_id, photo.code) for photo in made.timeline.left_out] == [("photo1.jpg", "image_truncated")]
    assert [shot.photo_id for shot in made.timeline.shots] == ["photo0.jpg", "photo2.jpg"]


def test_a_photo_may_be_named_twice(tmp_path: Path) -> None:
    photos = make_photos(tmp_path, 1)
    made = make_video(photos * 2, None, tmp_path / "out.mp4", seconds=3, height=90)
    assert len(made.timeline.shots) == 2


def test_the_credit_of_the_music_is_in_the_timeline_and_a_preview_is_the_same_but_small(tmp_path: Path) -> None:
    photos, music = make_photos(tmp_path, 2), make_music(tmp_path / "m.wav", 5)
    credit = MusicCredit(track_id="t-7", licence="CC-BY-4.0", attribution="A Song by Somebody")
    made = make_video(
        photos,
        music,
        tmp_path / "out.mp4",
        analyse=lambda _: Beats(5),
        seconds=3,
        height=720,
        credit=credit,
        preview=True,
    )
    assert (made.report.width, made.report.height) == (640, 360)
    assert made.timeline.music is not None
    assert made.timeline.music.credit == credit
    assert '"licence": "CC-BY-4.0"' in (tmp_path / "out.json").read_text()


def test_a_video_refused_by_a_check_leaves_its_report_and_no_video(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    photos = make_photos(tmp_path, 2)

    def one_frame_short(path: Path, expected: Expectation | None = None) -> VideoReport:
        assert expected is not None
        return inspect_video(path, dataclasses.replace(expected, frames=expected.frames + 1))

    monkeypatch.setattr("render.assemble.inspect_video", one_frame_short)
    with pytest.raises(QualityError, match="frame_count"):
        make_video(photos, None, tmp_path / "out.mp4", seconds=2, height=90)
    quality = QualityReport.model_validate_json((tmp_path / "out.quality.json").read_text())
    assert not quality.passed
    assert not (tmp_path / "out.mp4").exists()


def test_an_interrupt_ends_every_encoder_at_once(tmp_path: Path) -> None:
    class InterruptedByPersonError(Exception):
        pass

    def interrupt(done: float) -> None:
        if done > 0:
            raise InterruptedByPersonError

    with pytest.raises(InterruptedByPersonError):
        make_video(
            make_photos(tmp_path, 4), None, tmp_path / "out.mp4", seconds=40, height=240, workers=2, report=interrupt
        )
    assert not [child for child in psutil.Process().children(recursive=True) if "ffmpeg" in child.name()]
    assert not (tmp_path / "out.mp4").exists()


def test_without_a_usable_photo_there_is_no_video(tmp_path: Path) -> None:
    with pytest.raises(PlanError) as caught:
        make_video([tmp_path / "nowhere.jpg"], None, tmp_path / "out.mp4")
    assert caught.value.code == "no_usable_photo"
    assert list(tmp_path.iterdir()) == []


def test_an_error_in_one_segment_ends_all_of_them(tmp_path: Path) -> None:
    photos = make_photos(tmp_path, 6)
    timeline = plan_timeline([PhotoSlot(f"{i}") for i in range(6)], None, seconds=8, height=90)
    files = {f"{i}": photo for i, photo in enumerate(photos)} | {"2": tmp_path / "nowhere.jpg"}
    (tmp_path / "segments").mkdir()
    with pytest.raises(PhotoError):
        render_segments(timeline, files, tmp_path / "segments", 1)


def test_real_photos_become_a_video(tmp_path: Path) -> None:
    made = make_video(listing_photos(3), None, tmp_path / "out.mp4", seconds=4, height=180)
    assert probe_video(tmp_path / "out.mp4").frames == made.report.frames
    assert made.report.frames == 120
