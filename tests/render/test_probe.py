"""Probing: what is broken is found, and said where."""

from pathlib import Path

import pytest

from render.clip import make_clip
from render.errors import VideoError
from render.ffmpeg import run_ffmpeg
from render.probe import index_comes_first, probe_video
from schemas.video import Motion
from tests.render.pictures import make_music, make_photo


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("clip")
    make_clip(make_photo(folder / "a.jpg"), folder / "a.mp4", Motion.PUSH_IN, frames=60, width=320, height=180)
    return folder / "a.mp4"


def test_a_truncated_file_does_not_decode_to_its_end(clip: Path, tmp_path: Path) -> None:
    data = clip.read_bytes()
    (tmp_path / "cut.mp4").write_bytes(data[: len(data) * 2 // 3])
    report = probe_video(tmp_path / "cut.mp4")
    assert not report.decodes
    assert 0 < report.frames < 60
    assert "60" in report.fault or "frame" in report.fault


def test_damage_in_the_middle_is_found(clip: Path, tmp_path: Path) -> None:
    data = bytearray(clip.read_bytes())
    middle = len(data) // 2
    data[middle : middle + 400] = bytes(value ^ 0x5A for value in data[middle : middle + 400])
    (tmp_path / "bad.mp4").write_bytes(bytes(data))
    report = probe_video(tmp_path / "bad.mp4")
    assert not report.decodes
    assert report.fault


@pytest.mark.parametrize("content", [b"", b"no video", b"\0\0\0\x20ftypisom\0\0\2\0isomiso2avc1mp41"])
def test_what_is_no_video_is_unreadable(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.mp4").write_bytes(content)
    with pytest.raises(VideoError) as caught:
        probe_video(tmp_path / "a.mp4")
    assert caught.value.code == "video_unreadable"


def test_a_missing_file_a_folder_and_a_song_are_unreadable(tmp_path: Path) -> None:
    for path in (tmp_path / "nowhere.mp4", tmp_path, make_music(tmp_path / "m.wav", 1)):
        with pytest.raises(VideoError) as caught:
            probe_video(path)
        assert caught.value.code == "video_unreadable"


def test_an_uneven_frame_rate_is_found(clip: Path, tmp_path: Path) -> None:
    uneven = tmp_path / "a.mkv"
    run_ffmpeg(["-i", str(clip), "-vf", "select='not(eq(n,20))'", "-fps_mode", "vfr", str(uneven)])
    report = probe_video(uneven)
    assert report.decodes
    assert not report.constant_frame_rate


def test_an_index_at_the_end_is_found(clip: Path, tmp_path: Path) -> None:
    run_ffmpeg(["-i", str(clip), "-c", "copy", str(tmp_path / "a.mp4")])
    assert not probe_video(tmp_path / "a.mp4").faststart
    assert index_comes_first(clip)


def test_sound_is_measured_in_seconds(clip: Path, tmp_path: Path) -> None:
    music = make_music(tmp_path / "m.wav", 1.5)
    run_ffmpeg(["-i", str(clip), "-i", str(music), "-c:v", "copy", "-c:a", "aac", str(tmp_path / "a.mp4")])
    report = probe_video(tmp_path / "a.mp4")
    assert (report.audio_codec, report.audio_rate_hz, report.audio_channels) == ("aac", 44_100, 2)
    assert report.audio_duration_s == pytest.approx(1.5, abs=0.025)
