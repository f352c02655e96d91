"""Assembly: joined frame by frame, one sound as long as the picture, the same bytes; faults are refused."""

import hashlib
import pickle
from collections.abc import Callable
from pathlib import Path

import av
import pytest

from render.assemble import assemble
from render.checks import failures
from render.errors import EncoderError, QualityError, VideoError
from render.soundtrack import Analysis
from render.timeline import PhotoSlot, plan_timeline
from render.video import render_segments
from schemas.video import Ratio, Timeline
from tests.render.pictures import Beats, make_music, make_photos

Made = tuple[Timeline, list[Path]]


@pytest.fixture(scope="module")
def segments(tmp_path_factory: pytest.TempPathFactory) -> Callable[[int, Analysis | None], Made]:
    folder = tmp_path_factory.mktemp("segments")
    photos = dict(zip("abc", make_photos(folder, 3), strict=True))
    made: dict[tuple[int, bool], Made] = {}

    def make(fps: int, analysis: Analysis | None) -> Made:
        key = (fps, analysis is None)
        if key not in made:
            here = folder / f"{key}"
            here.mkdir()
            slots = [PhotoSlot("a", scene="x"), PhotoSlot("b", scene="x"), PhotoSlot("c")]
            timeline = plan_timeline(slots, analysis, seconds=5, ratio=Ratio.SQUARE, height=96, fps=fps)
            made[key] = (timeline, render_segments(timeline, photos, here, 1))
        return made[key]

    return make


@pytest.mark.parametrize("fps", [24, 25, 30, 60])
def test_the_video_has_every_planned_frame_at_an_even_pace(
    segments: Callable[[int, Analysis | None], Made], tmp_path: Path, fps: int
) -> None:
    timeline, files = segments(fps, None)
    report = assemble(files, timeline, None, tmp_path / "out.mp4")
    assert report.frames == timeline.frames
    assert report.constant_frame_rate
    assert report.audio_codec is None
    assert failures(report) == []
    assert report.quality is not None
    assert report.quality.planned
    with av.open(str(tmp_path / "out.mp4")) as container:
        stream = container.streams.video[0]
        assert stream.start_time == 0
        assert stream.time_base is not None
        assert (stream.duration or 0) * stream.time_base * fps == timeline.frames


def test_pictures_are_copied_not_encoded_again(
    segments: Callable[[int, Analysis | None], Made], tmp_path: Path
) -> None:
    timeline, files = segments(30, None)
    assemble(files, timeline, None, tmp_path / "out.mp4")

    def pictures(path: Path) -> list[bytes]:
        with av.open(str(path)) as container:
            return [frame.to_ndarray(format="yuv420p").tobytes() for frame in container.decode(video=0)]

    assert pictures(tmp_path / "out.mp4") == [picture for path in files for picture in pictures(path)]


def test_sound_and_picture_are_equally_long_and_as_loud_as_planned(
    segments: Callable[[int, Analysis | None], Made], tmp_path: Path
) -> None:
    timeline, files = segments(30, Beats(20))
    told: list[float] = []
    report = assemble(files, timeline, make_music(tmp_path / "m.wav", 20, 0.9), tmp_path / "out.mp4", told.append)
    assert report.audio_duration_s == pytest.approx(timeline.frames / 30, abs=512 / 48_000)
    assert report.loudness_lufs == pytest.approx(-14, abs=1)
    assert report.true_peak_dbtp is not None
    assert report.true_peak_dbtp <= -1
    assert told == sorted(told)
    assert told[-1] == 1.0


def test_the_same_parts_give_the_same_bytes_in_another_place(
    segments: Callable[[int, Analysis | None], Made], tmp_path: Path
) -> None:
    timeline, files = segments(30, Beats(20))
    music = make_music(tmp_path / "m.wav", 20)
    digests = set()
    for name in ("one", "it's another; 'place'"):
        (tmp_path / name).mkdir()
        assemble(files, timeline, music, tmp_path / name / "out.mp4")
        assert [path.name for path in (tmp_path / name).iterdir()] == ["out.mp4"]
        digests.add(hashlib.sha256((tmp_path / name / "out.mp4").read_bytes()).digest())
    assert len(digests) == 1


def test_segments_that_are_not_the_plan_fail_the_check_and_leave_no_file(
    segments: Callable[[int, Analysis | None], Made], tmp_path: Path
) -> None:
    timeline, files = segments(30, None)
    with pytest.raises(VideoError) as caught:
        assemble([files[0], files[0], *files[2:]], timeline, None, tmp_path / "out.mp4")
    assert caught.value.code == "quality_check_failed"
    assert str(timeline.frames) in caught.value.message
    assert list(tmp_path.iterdir()) == []


def test_a_missing_segment_is_told(segments: Callable[[int, Analysis | None], Made], tmp_path: Path) -> None:
    timeline, files = segments(30, None)
    with pytest.raises((EncoderError, VideoError)):
        assemble([*files[:-1], tmp_path / "nowhere.mp4"], timeline, None, tmp_path / "out.mp4")
    assert list(tmp_path.iterdir()) == []


def test_a_damaged_segment_is_told(segments: Callable[[int, Analysis | None], Made], tmp_path: Path) -> None:
    timeline, files = segments(30, None)
    data = bytearray(files[0].read_bytes())
    half = len(data) * 2 // 3
    data[half : half + 200] = bytes(value ^ 0xA5 for value in data[half : half + 200])
    (tmp_path / "bad.mp4").write_bytes(bytes(data))
    with pytest.raises((EncoderError, VideoError)):
        assemble([tmp_path / "bad.mp4", *files[1:]], timeline, None, tmp_path / "out.mp4")
    assert [path.name for path in tmp_path.iterdir()] == ["bad.mp4"]


def test_what_does_not_belong_together_is_refused(
    segments: Callable[[int, Analysis | None], Made], tmp_path: Path
) -> None:
    timeline, files = segments(30, None)
    with pytest.raises(ValueError, match="segments"):
        assemble(files[1:], timeline, None, tmp_path / "out.mp4")
    with pytest.raises(ValueError, match="music"):
        assemble(files, timeline, make_music(tmp_path / "m.wav", 8), tmp_path / "out.mp4")


def test_silent_music_is_no_fault_of_the_video(
    segments: Callable[[int, Analysis | None], Made], tmp_path: Path
) -> None:
    timeline, files = segments(30, Beats(20))
    report = assemble(files, timeline, make_music(tmp_path / "m.wav", 20, 0.0), tmp_path / "out.mp4")
    assert report.loudness_lufs is None
    assert report.true_peak_dbtp is None
    assert report.quality is not None
    assert "Infinity" not in report.quality.model_dump_json()  # which is no JSON


def test_a_video_that_is_not_as_planned_is_refused_with_the_report_kept(
    segments: Callable[[int, Analysis | None], Made], tmp_path: Path
) -> None:
    timeline, files = segments(30, None)
    other = timeline.model_copy(update={"frames": timeline.frames + 1})
    with pytest.raises(QualityError) as caught:
        assemble(files, other, None, tmp_path / "out.mp4")
    assert caught.value.code == "quality_check_failed"
    assert "frame_count" in caught.value.message
    assert caught.value.report.quality is not None
    assert not caught.value.report.quality.passed
    assert pickle.loads(pickle.dumps(caught.value)).report == caught.value.report
    assert list(tmp_path.iterdir()) == []
