"""`vls-media inspect` on files that the tests make."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ml.inspect import MODELS
from render.clip import make_clip
from schemas.audio import AudioAnalysis
from schemas.photo import PhotoRecord
from schemas.video import Motion, VideoReport
from tests.processors.cli import files
from tests.processors.cli.conftest import Run

JsonLines = Callable[..., tuple[int, list[dict[str, Any]]]]
needs_models = pytest.mark.skipif(not (MODELS / "manifest.yaml").is_file(), reason="the models are not in models/")


@pytest.fixture
def small_clip(tmp_path: Path) -> Path:
    out = tmp_path / "clip.mp4"
    make_clip(files.photo(tmp_path / "of.png"), out, Motion.HOLD, frames=12, width=64, height=64, fps=24)
    return out


@needs_models
def test_a_photo_gets_the_fields_of_the_event_behind_its_name(tmp_path: Path, json_lines: JsonLines) -> None:
    status, (line,) = json_lines("inspect", "photo", files.photo(tmp_path / "room.jpg"))

    assert status == 0
    assert line.pop("file") == str(tmp_path / "room.jpg")
    assert (PhotoRecord.model_validate(line).width, PhotoRecord.model_validate(line).format) == (160, "jpeg")


@needs_models
def test_each_photo_that_fails_says_why_and_the_others_are_done(tmp_path: Path, json_lines: JsonLines) -> None:
    empty = tmp_path / "empty.jpg"
    empty.touch()
    given = [
        files.photo(tmp_path / "good.jpg"),
        files.truncated(tmp_path / "cut.jpg"),
        files.text(tmp_path / "letter.jpg"),
        tmp_path / "missing.jpg",
        empty,
        files.bomb(tmp_path / "bomb.png"),
        tmp_path,
        files.photo(tmp_path / "last.png", seed=1),
    ]

    status, lines = json_lines("inspect", "photo", *given)

    assert status == 1
    assert [line["file"] for line in lines] == [str(path) for path in given]
    assert [line["error"]["code"] if "error" in line else "fine" for line in lines] == [
        "fine",
        "image_truncated",
        "image_unreadable",
        "photo_not_found",
        "image_unreadable",
        "image_too_large",
        "image_unreadable",
        "fine",
    ]
    assert all(line["error"]["message"] for line in lines if "error" in line)


def test_without_its_model_a_photo_says_that_the_model_is_missing(tmp_path: Path, json_lines: JsonLines) -> None:
    room = files.photo(tmp_path / "room.jpg")

    status, (line,) = json_lines("inspect", "photo", room, "--models", tmp_path)

    assert (status, line["error"]["code"]) == (1, "model_missing")


def test_the_file_is_named_as_it_was_given(
    tmp_path: Path, json_lines: JsonLines, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    _, lines = json_lines("inspect", "audio", "./a//b.mp3", "ö.mp3")

    assert [line["file"] for line in lines] == ["./a//b.mp3", "ö.mp3"]


def test_music_has_tempo_beats_and_downbeats_in_seconds(tmp_path: Path, json_lines: JsonLines) -> None:
    status, (line,) = json_lines("inspect", "audio", files.clicks(tmp_path / "clicks.wav"))

    assert status == 0
    assert line.pop("file") == str(tmp_path / "clicks.wav")
    found = AudioAnalysis.model_validate(line)
    assert found.duration_s == pytest.approx(8.0, abs=0.05)
    assert found.tempo_bpm == pytest.approx(120, rel=0.02)
    assert found.beats_s[1] - found.beats_s[0] == pytest.approx(0.5, abs=0.03)
    assert set(line["downbeats_s"]) < set(line["beats_s"])
    assert line["tempo_alternatives"]


def test_what_is_no_music_fails_and_the_rest_is_done(tmp_path: Path, json_lines: JsonLines) -> None:
    empty = tmp_path / "empty.ogg"
    empty.touch()
    given = [
        files.text(tmp_path / "letter.mp3"),
        tmp_path / "missing.mp3",
        empty,
        files.photo(tmp_path / "cover.jpg"),
        files.clicks(tmp_path / "clicks.wav"),
    ]

    status, lines = json_lines("inspect", "audio", *given)

    assert status == 1
    codes = [line["error"]["code"] if "error" in line else "fine" for line in lines]
    assert codes == ["audio_unreadable", "input_not_found", "audio_unreadable", "audio_unreadable", "fine"]


def test_a_video_is_counted_frame_by_frame(small_clip: Path, json_lines: JsonLines) -> None:
    status, (line,) = json_lines("inspect", "video", small_clip)

    assert (status, line["file"], line["decodes"], line["frames"]) == (0, str(small_clip), True, 12)
    assert line["duration_s"] == pytest.approx(0.5)
    assert [stream["kind"] for stream in line["streams"]] == ["video"]
    assert VideoReport.model_validate({name: line[name] for name in VideoReport.model_fields}).width == 64


def test_a_video_that_ends_early_is_described_and_is_an_error(small_clip: Path, json_lines: JsonLines) -> None:
    whole = small_clip.read_bytes()
    small_clip.write_bytes(whole[: len(whole) * 3 // 4])

    status, (line,) = json_lines("inspect", "video", small_clip)

    assert (status, line["decodes"], line["error"]["code"]) == (1, False, "video_unreadable")
    assert line["frames"] < 12


def test_what_is_no_video_fails(tmp_path: Path, json_lines: JsonLines) -> None:
    empty = tmp_path / "empty.mp4"
    empty.touch()

    status, lines = json_lines(
        "inspect", "video", files.text(tmp_path / "letter.mp4"), tmp_path / "missing.mp4", empty, tmp_path
    )

    assert status == 1
    assert [line["error"]["code"] for line in lines] == ["video_unreadable"] * 4


def test_people_get_lines_instead_of_json(tmp_path: Path, small_clip: Path, run: Run) -> None:
    music = run("inspect", "audio", files.clicks(tmp_path / "clicks.wav"))
    video = run("inspect", "video", small_clip, tmp_path / "missing.mp4")

    assert "beats a minute" in music.stdout
    assert "12 frames" in video.stdout
    assert "video_unreadable" in video.stdout
    assert (music.exit_code, video.exit_code) == (0, 1)


def test_without_a_file_it_is_a_wrong_call(run: Run) -> None:
    assert run("inspect", "photo").exit_code == 2
