"""Running ffmpeg: its failures are told, nothing hangs and nothing stays behind."""

import os
import stat
from pathlib import Path

import pytest

from render.errors import EncoderError
from render.ffmpeg import FramePipe, encoder_build, failure, ffmpeg_path, run_ffmpeg

FRAME = memoryview(bytes(1 << 20))


def script(folder: Path, body: str) -> Path:
    """A program that stands in for an ffmpeg that misbehaves."""
    path = folder / "ffmpeg-stand-in"
    path.write_text(f"#!/bin/sh\n{body}\n", encoding="utf-8")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


def push(program: Path, frames: int, stall_s: float) -> None:
    with FramePipe([], ffmpeg=program, stall_s=stall_s) as pipe:
        for _ in range(frames):
            pipe.write(FRAME)


def feed(program: Path, frames: int = 20, stall_s: float = 20.0) -> EncoderError:
    with pytest.raises(EncoderError) as caught:
        push(program, frames, stall_s)
    return caught.value


def test_the_binary_is_the_pinned_one_and_is_named_by_version_and_hash() -> None:
    assert "imageio_ffmpeg" in str(ffmpeg_path())
    version, digest = encoder_build().split()[1:]
    assert version
    assert len(digest.removeprefix("sha256:")) == 64


def test_an_ffmpeg_that_dies_in_the_middle_is_told_with_its_last_words(tmp_path: Path) -> None:
    error = feed(
        script(tmp_path, "head -c 3000000 >/dev/null; echo 'first' >&2; echo 'Conversion failed!' >&2; exit 69")
    )
    assert error.code == "encoder_failed"
    assert "status 69" in error.message
    assert "Conversion failed!" in error.message


def test_an_ffmpeg_that_is_killed_is_told_by_its_signal(tmp_path: Path) -> None:
    assert "signal 9" in feed(script(tmp_path, "head -c 3000000 >/dev/null; kill -9 $$")).message


def test_a_failure_after_the_last_frame_is_told(tmp_path: Path) -> None:
    assert "status 3" in feed(script(tmp_path, "cat >/dev/null; exit 3")).message


def test_no_room_on_the_disk_has_its_own_code(tmp_path: Path) -> None:
    error = feed(
        script(tmp_path, "head -c 100 >/dev/null; echo 'av_interleaved: No space left on device' >&2; exit 228")
    )
    assert error.code == "disk_full"


def test_an_ffmpeg_that_stops_reading_is_given_up_and_ended(tmp_path: Path) -> None:
    error = feed(script(tmp_path, f"echo $$ >{tmp_path}/pid; exec sleep 600"), stall_s=0.3)
    assert "taken no frame" in error.message
    with pytest.raises(ProcessLookupError):
        os.kill(int((tmp_path / "pid").read_text()), 0)


def test_an_ffmpeg_that_never_ends_is_given_up_and_ended(tmp_path: Path) -> None:
    error = feed(script(tmp_path, "cat >/dev/null; exec sleep 600"), frames=1, stall_s=0.5)
    assert "did not end" in error.message


def test_an_ffmpeg_that_talks_without_end_cannot_block(tmp_path: Path) -> None:
    talk = script(tmp_path, "head -c 2000000 /dev/zero | tr '\\0' 'x' >&2; cat >/dev/null")
    with FramePipe([], ffmpeg=talk) as pipe:
        for _ in range(5):
            pipe.write(FRAME)


def test_a_missing_ffmpeg_is_told(tmp_path: Path) -> None:
    error = feed(tmp_path / "nowhere")
    assert error.code == "encoder_failed"
    assert "cannot be started" in error.message


def test_an_error_of_the_caller_ends_ffmpeg_and_goes_on(tmp_path: Path) -> None:
    pid = tmp_path / "pid"

    def stumble() -> None:
        with FramePipe(
            [], ffmpeg=script(tmp_path, f"echo $$ >{pid}.new; mv {pid}.new {pid}; exec cat >/dev/null")
        ) as pipe:
            while not pid.exists():
                pipe.write(FRAME)
            raise KeyError

    with pytest.raises(KeyError):
        stumble()
    with pytest.raises(ProcessLookupError):
        os.kill(int(pid.read_text()), 0)


def test_a_run_that_fails_names_what_ffmpeg_said() -> None:
    with pytest.raises(EncoderError, match="No such file"):
        run_ffmpeg(["-i", "/nowhere/at/all.mp4", "-f", "null", "-"])


def test_only_the_last_lines_are_kept() -> None:
    said = "\n".join(f"line {number}" for number in range(50))
    message = failure(1, said).message
    assert "line 49" in message
    assert "line 40" not in message
