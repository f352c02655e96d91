"""`vls-media make` on files that the tests make."""

from pathlib import Path

import pytest

from render.probe import probe_video
from schemas.video import Timeline
from tests.processors.cli import files
from tests.processors.cli.conftest import Run


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three photos whose names sort otherwise as text than as numbers, and a note."""
    made = tmp_path / "listing"
    made.mkdir()
    for number in (10, 2, 1):
        files.photo(made / f"photo {number}.png", seed=number)
    files.text(made / "notes.txt")
    return made


def test_a_clip_has_the_size_and_length_asked_for(tmp_path: Path, run: Run) -> None:
    out = tmp_path / "clip.mp4"

    result = run(
        "make", "clip", files.photo(tmp_path / "a.jpg"), "-o", out, "--motion", "push-in", "--seconds", "0.5",
        "--size", "96x64", "--fps", "24",
    )  # fmt: skip

    assert result.exit_code == 0, result.output
    report = probe_video(out)
    assert (report.width, report.height, report.frames, report.decodes) == (96, 64, 12, True)
    assert "push_in" in result.stdout


@pytest.mark.parametrize("broken", ["cut.jpg", "bomb.png", "letter.jpg", "missing.jpg"])
def test_a_photo_that_cannot_be_used_makes_no_clip(tmp_path: Path, run: Run, broken: str) -> None:
    files.truncated(tmp_path / "cut.jpg")
    files.bomb(tmp_path / "bomb.png")
    files.text(tmp_path / "letter.jpg")
    out = tmp_path / "clip.mp4"

    result = run("make", "clip", tmp_path / broken, "-o", out, "--size", "64x64", "--seconds", "0.5")

    assert result.exit_code == 1
    assert broken in result.stderr
    assert not list(tmp_path.glob("*.mp4"))


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("--motion", "zoom"),
        ("--motion", "unknown"),
        ("--fps", "29"),
        ("--size", "65x64"),
        ("--size", "0x0"),
        ("--size", "big"),
        ("--seconds", "0"),
        ("--seconds", "nan"),
        ("--seconds", "inf"),
        ("-o", "nowhere/clip.mp4"),
        ("-o", "clip.avi"),
    ],
)
def test_a_wrong_option_of_a_clip_is_refused_before_anything_is_done(
    tmp_path: Path, run: Run, option: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    result = run("make", "clip", files.photo(tmp_path / "a.jpg"), "-o", "clip.mp4", option, value)

    assert result.exit_code == 2
    assert option in result.stderr
    assert not list(tmp_path.glob("*.mp4"))


@pytest.mark.parametrize(
    ("option", "value"), [("--ratio", "4:3"), ("--fps", "23"), ("--height", "65"), ("--seconds", "nan")]
)
def test_a_wrong_option_of_a_video_is_refused(folder: Path, run: Run, option: str, value: str) -> None:
    result = run("make", "video", folder, "-o", folder / "out.mp4", option, value)

    assert result.exit_code == 2
    assert option in result.stderr


def test_a_folder_is_shown_in_the_order_of_its_numbers_with_the_timeline_beside(folder: Path, run: Run) -> None:
    out = folder.parent / "video.mp4"
    music = files.clicks(folder.parent / "clicks.wav")

    result = run(
        "make", "video", folder, "--music", music, "-o", out, "--seconds", "6", "--ratio", "1:1", "--height", "64",
        "--fps", "24",
    )  # fmt: skip

    assert result.exit_code == 0, result.output
    timeline = Timeline.model_validate_json((folder.parent / "video.json").read_text())
    assert [shot.photo_id for shot in timeline.shots] == ["photo 1.png", "photo 2.png", "photo 10.png"]
    report = probe_video(out)
    assert (report.frames, report.width, report.audio_codec) == (timeline.frames, 64, "aac")


def test_the_video_is_made_of_the_photos_that_can_be_used(folder: Path, run: Run) -> None:
    out = folder.parent / "video.mp4"
    cut = files.truncated(folder.parent / "cut.jpg")

    result = run("make", "video", folder, cut, "-o", out, "--seconds", "3", "--height", "64", "--fps", "24")

    assert result.exit_code == 1
    assert "cut.jpg: image_truncated" in result.stderr
    assert probe_video(out).decodes


def test_without_one_usable_photo_each_says_why(tmp_path: Path, run: Run) -> None:
    letter, bomb = files.text(tmp_path / "letter.jpg"), files.bomb(tmp_path / "bomb.png")

    result = run("make", "video", letter, bomb, "-o", tmp_path / "video.mp4")

    assert result.exit_code == 1
    for said in ("letter.jpg: image_unreadable", "bomb.png: image_too_large", "no_usable_photo"):
        assert said in result.stderr


def test_a_folder_without_photos_is_named(tmp_path: Path, run: Run) -> None:
    bare = tmp_path / "bare"
    bare.mkdir()

    result = run("make", "video", bare, "-o", tmp_path / "video.mp4")

    assert result.exit_code == 1
    assert "has no photos" in result.stderr


@pytest.mark.parametrize("music", ["letter.mp3", "missing.mp3"])
def test_music_that_cannot_be_used_is_named(folder: Path, run: Run, music: str) -> None:
    files.text(folder.parent / "letter.mp3")

    result = run("make", "video", folder, "--music", folder.parent / music, "-o", folder.parent / "video.mp4")

    assert result.exit_code == 1
    assert music in result.stderr
    assert not (folder.parent / "video.mp4").exists()


def test_an_output_that_would_be_written_over_an_input_is_refused(folder: Path, run: Run) -> None:
    song, template = folder.parent / "song.mp4", folder.parent / "wish.json"
    for given in (song, template):
        files.text(given)
    before = [song.read_bytes(), template.read_bytes()]

    for option, given, out in (("--music", song, song), ("--template", template, template.with_suffix(".mp4"))):
        result = run("make", "video", folder, option, given, "-o", out)

        assert result.exit_code == 2
        assert "written over" in result.stderr
    assert [song.read_bytes(), template.read_bytes()] == before
    assert sorted(path.name for path in folder.parent.iterdir()) == ["listing", "song.mp4", "wish.json"]


def test_a_further_shape_that_there_is_not_is_refused_by_its_option(folder: Path, run: Run) -> None:
    result = run("make", "video", folder, "--more-ratio", "2:1", "-o", folder.parent / "video.mp4")

    assert result.exit_code == 2
    assert "--more-ratio" in result.stderr
