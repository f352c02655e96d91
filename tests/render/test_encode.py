"""Encoding: same frames, same bytes; files that join; nothing half-written."""

import hashlib
import time
from collections.abc import Iterator
from pathlib import Path

import av
import numpy as np
import numpy.typing as npt
import psutil
import pytest

from render.encode import VideoFormat, encode_frames
from render.encoders import Encoding, Pace
from render.errors import EncoderError
from render.frames import frame_size
from render.probe import probe_video

VIDEO = VideoFormat(160, 90, 30)


def noise(count: int, seed: int = 0) -> Iterator[npt.NDArray[np.uint8]]:
    rng = np.random.default_rng(seed)
    for _ in range(count):
        yield rng.integers(16, 235, frame_size(160, 90), dtype=np.uint8)


def test_the_same_frames_give_the_same_bytes(tmp_path: Path) -> None:
    digests = set()
    for name in ("one.mp4", "two.mp4"):
        encode_frames(noise(40), 40, tmp_path / name, VIDEO)
        digests.add(hashlib.sha256((tmp_path / name).read_bytes()).hexdigest())
    assert len(digests) == 1


def test_the_file_is_what_players_expect(tmp_path: Path) -> None:
    encode_frames(noise(31), 31, tmp_path / "a.mp4", VIDEO)
    report = probe_video(tmp_path / "a.mp4")
    assert (report.frames, report.fps_numerator, report.fps_denominator) == (31, 30, 1)
    assert report.decodes
    assert report.constant_frame_rate
    assert report.faststart
    assert (report.codec, report.pixel_format, report.sample_aspect) == ("h264", "yuv420p", "1:1")
    tags = (report.color_range, report.color_primaries, report.color_transfer, report.color_matrix)
    assert tags == ("tv", "bt709", "bt709", "bt709")


@pytest.mark.parametrize("fps", [24, 25, 30, 60])
def test_files_of_any_length_and_content_have_the_same_parameter_sets(tmp_path: Path, fps: int) -> None:
    sets = set()
    for count in (1, 2, 5, 40):
        encode_frames(noise(count, count), count, tmp_path / "a.mp4", VideoFormat(160, 90, fps))
        with av.open(str(tmp_path / "a.mp4")) as container:
            sets.add(bytes(container.streams.video[0].codec_context.extradata or b""))
    for pace in Pace:
        encode_frames(noise(20), 20, tmp_path / "a.mp4", VideoFormat(160, 90, fps), encoding=Encoding(pace=pace))
        with av.open(str(tmp_path / "a.mp4")) as container:
            sets.add(bytes(container.streams.video[0].codec_context.extradata or b""))
    flat = np.full(frame_size(160, 90), 128, np.uint8)
    encode_frames((flat for _ in range(90)), 90, tmp_path / "a.mp4", VideoFormat(160, 90, fps))
    with av.open(str(tmp_path / "a.mp4")) as container:
        sets.add(bytes(container.streams.video[0].codec_context.extradata or b""))
    assert len(sets) == 1


def test_levels_come_back_as_they_went_in(tmp_path: Path) -> None:
    frame = np.concatenate([np.full(160 * 90, 81, np.uint8), np.full(3600, 90, np.uint8), np.full(3600, 240, np.uint8)])
    encode_frames((frame for _ in range(3)), 3, tmp_path / "a.mp4", VIDEO)
    with av.open(str(tmp_path / "a.mp4")) as container:
        decoded = next(container.decode(video=0)).to_ndarray(format="yuv420p").ravel()
    assert np.abs(decoded.astype(int) - frame).max() <= 1


def test_progress_rises_to_one(tmp_path: Path) -> None:
    told: list[float] = []
    encode_frames(noise(10), 10, tmp_path / "a.mp4", VIDEO, told.append)
    assert told == sorted(told)
    assert told[-1] == 1.0


def test_progress_is_what_the_encoder_has_done_and_not_what_it_was_given(tmp_path: Path) -> None:
    told: list[float] = []
    given: list[int] = []

    def counted() -> Iterator[npt.NDArray[np.uint8]]:
        for number, frame in enumerate(noise(80)):
            given.append(number)
            yield frame

    encode_frames(counted(), 80, tmp_path / "a.mp4", VIDEO, told.append)
    assert told[0] == 0.0
    assert all(done <= handed / 80 for done, handed in zip(told, given[1:], strict=False))
    assert told[-1] == 1.0


def test_progress_comes_steadily_and_goes_on_after_the_last_frame_was_handed_over(tmp_path: Path) -> None:
    told: list[float] = []
    handed_over: list[int] = []
    large = np.random.default_rng(1).integers(16, 235, (4, frame_size(640, 360)), dtype=np.uint8)

    def frames() -> Iterator[npt.NDArray[np.uint8]]:
        for number in range(160):
            yield large[number % 4]
        handed_over.append(len(told))

    slow = Encoding(preset="slower")  # so that it takes some seconds, on any machine
    encode_frames(frames(), 160, tmp_path / "a.mp4", VideoFormat(640, 360, 30), told.append, encoding=slow)
    steps = np.diff(sorted({0.0, *told}))
    assert told == sorted(told)
    assert len(steps) >= 6
    assert steps.max() <= 0.5
    after = told[handed_over[0] :]
    assert len({done for done in after if done < 1.0}) >= 2


def test_to_raise_in_the_report_ends_the_encoder_at_once(tmp_path: Path) -> None:
    class CancelledError(Exception):
        pass

    def cancel(_: float) -> None:
        raise CancelledError

    endless = (frame for _ in range(1_000_000) for frame in noise(1))
    started = time.monotonic()
    with pytest.raises(CancelledError):
        encode_frames(endless, 1_000_000, tmp_path / "a.mp4", VIDEO, cancel)
    assert time.monotonic() - started < 60
    assert list(tmp_path.iterdir()) == []
    assert not [child for child in psutil.Process().children(recursive=True) if "ffmpeg" in child.name()]


@pytest.mark.parametrize("count", [4, 12])
def test_too_few_or_too_many_frames_are_refused_and_leave_no_file(tmp_path: Path, count: int) -> None:
    with pytest.raises(EncoderError, match="8 were expected"):
        encode_frames(noise(count), 8, tmp_path / "a.mp4", VIDEO)
    assert list(tmp_path.iterdir()) == []


def test_an_error_among_the_frames_leaves_no_file(tmp_path: Path) -> None:
    def broken() -> Iterator[npt.NDArray[np.uint8]]:
        yield from noise(3)
        raise KeyError

    with pytest.raises(KeyError):
        encode_frames(broken(), 8, tmp_path / "a.mp4", VIDEO)
    assert list(tmp_path.iterdir()) == []


def test_a_frame_of_another_size_is_refused(tmp_path: Path) -> None:
    with pytest.raises(EncoderError, match="bytes"):
        encode_frames(iter([np.zeros(7, np.uint8)]), 1, tmp_path / "a.mp4", VIDEO)


def test_a_folder_that_is_not_there_is_told_by_ffmpeg(tmp_path: Path) -> None:
    with pytest.raises(EncoderError, match="No such file"):
        encode_frames(noise(8), 8, tmp_path / "nowhere" / "a.mp4", VIDEO)


@pytest.mark.parametrize(("width", "height", "fps"), [(161, 90, 30), (160, 0, 30), (160, 90, 0)])
def test_impossible_formats_are_refused(width: int, height: int, fps: int) -> None:
    with pytest.raises(ValueError, match=r"even|possible"):
        VideoFormat(width, height, fps)
