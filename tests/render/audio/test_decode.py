"""Decoding: every usual format comes out alike, and everything else fails with one clear error."""

from pathlib import Path

import numpy as np
import pytest

from render.audio import (
    AudioError,
    AudioNotFoundError,
    AudioTooLargeError,
    AudioTooShortError,
    AudioUnreadableError,
    DecodeLimits,
    decode,
)
from render.audio.decode import ANALYSIS_RATE_HZ
from schemas.errors import CATALOGUE
from tests.render.audio.sounds import click_track, ffmpeg, write_wav


@pytest.fixture(scope="module")
def clicks(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_wav(tmp_path_factory.mktemp("audio") / "clicks.wav", click_track(120, seconds=6))


def first_click_s(samples: np.ndarray) -> float:
    return float(np.flatnonzero(np.abs(samples) > 0.2 * np.abs(samples).max())[0] / ANALYSIS_RATE_HZ)


@pytest.mark.parametrize("name", ["a.wav", "a.mp3", "a.ogg", "a.flac", "a.m4a", "a.opus", "a.aiff", "a.mka"])
def test_formats_decode_to_the_same_length_and_time(name: str, clicks: Path, tmp_path: Path) -> None:
    path = tmp_path / name
    ffmpeg("-i", clicks, path)
    audio = decode(path)
    assert audio.duration_s == pytest.approx(6.0, abs=0.06)
    assert first_click_s(audio.samples) == pytest.approx(0.5, abs=0.01)


@pytest.mark.parametrize("rate_hz", [8000, 11_025, 37_123, 48_000, 96_000])
def test_odd_sample_rates_are_brought_to_the_rate_of_the_analysis(rate_hz: int, tmp_path: Path) -> None:
    time = np.arange(3 * rate_hz) / rate_hz
    audio = decode(write_wav(tmp_path / "tone.wav", 0.5 * np.sin(2 * np.pi * 440 * time), rate_hz))
    assert audio.sample_rate_hz == rate_hz
    spectrum = np.abs(np.fft.rfft(audio.samples))
    assert np.argmax(spectrum) * ANALYSIS_RATE_HZ / len(audio.samples) == pytest.approx(440, abs=1)


@pytest.mark.parametrize("channels", [1, 2, 6])
def test_channels_are_mixed_down_to_one(channels: int, tmp_path: Path) -> None:
    plain = click_track(100, seconds=3)
    path = write_wav(tmp_path / "many.wav", np.repeat(plain[:, None], channels, axis=1) * 0.3)
    audio = decode(path)
    assert audio.channels == channels
    assert audio.samples.ndim == 1
    assert first_click_s(audio.samples) == pytest.approx(0.5, abs=0.005)


def test_the_sound_of_a_video_is_read(clicks: Path, tmp_path: Path) -> None:
    path = tmp_path / "film.mp4"
    ffmpeg("-f", "lavfi", "-i", "testsrc=size=64x64:rate=10:duration=6", "-i", clicks, "-shortest", path)
    assert decode(path).codec == "aac"


def test_a_picture_inside_the_file_does_not_matter(clicks: Path, tmp_path: Path) -> None:
    cover, path = tmp_path / "cover.png", tmp_path / "song.mp3"
    ffmpeg("-f", "lavfi", "-i", "color=red:size=32x32", "-frames:v", "1", cover)
    ffmpeg("-i", clicks, "-i", cover, "-map", "0", "-map", "1", "-c:v", "copy", "-id3v2_version", "3", path)
    assert decode(path).duration_s == pytest.approx(6.0, abs=0.06)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(AudioNotFoundError, match=r"song\.mp3"):
        decode(tmp_path / "song.mp3")


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"this is a letter, not a song\n" * 200, id="text"),
        pytest.param(b"#EXTM3U\n#EXTINF:10,\nhttp://127.0.0.1:9/stream.ts\n", id="playlist"),
        pytest.param(b"ffconcat version 1.0\nfile '/etc/passwd'\n", id="concat-script"),
        pytest.param(bytes(range(256)) * 400, id="binary"),
        pytest.param(b"\x89PNG\r\n\x1a\n" + bytes(500), id="picture"),
        pytest.param(b"RIFF\x24\x00\x00\x00WAVE", id="header-alone"),
        pytest.param(b"ID3\x04\x00\x00\x00\x00\x00\x00" + bytes(4000), id="tag-alone"),
    ],
)
@pytest.mark.parametrize("name", ["song.mp3", "song.wav"])
def test_what_is_not_audio_is_unreadable(content: bytes, name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(AudioUnreadableError, match="song"):
        decode(path)


def test_a_video_without_sound_is_unreadable(tmp_path: Path) -> None:
    path = tmp_path / "silent.mp4"
    ffmpeg("-f", "lavfi", "-i", "testsrc=size=64x64:rate=10:duration=3", path)
    with pytest.raises(AudioUnreadableError, match="no audio stream"):
        decode(path)


@pytest.mark.parametrize("name", ["cut.wav", "cut.flac", "cut.m4a", "cut.mp3", "cut.mka", "cut.aiff"])
def test_a_file_that_ends_early_is_unreadable(name: str, clicks: Path, tmp_path: Path) -> None:
    path = tmp_path / name
    ffmpeg("-i", clicks, path)
    path.write_bytes(path.read_bytes()[: path.stat().st_size * 6 // 10])
    with pytest.raises(AudioUnreadableError):
        decode(path)


def test_a_streamed_wav_without_a_length_is_read(clicks: Path, tmp_path: Path) -> None:
    content = bytearray(clicks.read_bytes())
    content[40:44] = b"\xff\xff\xff\xff"
    path = tmp_path / "streamed.wav"
    path.write_bytes(content)
    assert decode(path).duration_s == pytest.approx(6.0, abs=0.01)


def test_an_mp3_that_counts_no_frames_is_as_long_as_what_is_there(clicks: Path, tmp_path: Path) -> None:
    path = tmp_path / "stream.mp3"
    ffmpeg("-i", clicks, "-write_xing", "0", path)
    path.write_bytes(path.read_bytes()[: path.stat().st_size * 6 // 10])
    assert decode(path).duration_s == pytest.approx(3.6, abs=0.1)


def test_noise_in_the_middle_of_a_file_is_unreadable(clicks: Path, tmp_path: Path) -> None:
    path = tmp_path / "broken.mp3"
    ffmpeg("-i", clicks, path)
    content = bytearray(path.read_bytes())
    third = len(content) // 3
    content[third : 2 * third] = np.random.default_rng(1).bytes(third)
    path.write_bytes(content)
    with pytest.raises(AudioUnreadableError, match="broken"):
        decode(path)


def test_less_than_two_seconds_is_too_short(tmp_path: Path) -> None:
    with pytest.raises(AudioTooShortError, match=r"1\.50 s"):
        decode(write_wav(tmp_path / "short.wav", click_track(120, seconds=1.5)))


def test_more_than_the_longest_is_refused_with_or_without_a_declared_length(clicks: Path, tmp_path: Path) -> None:
    for name in ("long.wav", "long.mp3", "long.aac"):
        path = tmp_path / name
        ffmpeg("-i", clicks, path)
        with pytest.raises(AudioTooLargeError, match="5 s"):
            decode(path, DecodeLimits(max_seconds=5))


def test_more_bytes_than_the_limit_are_refused(clicks: Path) -> None:
    with pytest.raises(AudioTooLargeError, match="1000"):
        decode(clicks, DecodeLimits(max_bytes=1000))


def test_samples_that_are_not_numbers_are_refused(clicks: Path, tmp_path: Path) -> None:
    path = tmp_path / "float.wav"
    ffmpeg("-i", clicks, "-c:a", "pcm_f32le", path)
    content = bytearray(path.read_bytes())
    content[-40_000:-36_000] = np.full(1000, np.nan, dtype="<f4").tobytes()
    path.write_bytes(content)
    with pytest.raises(AudioUnreadableError, match="finite"):
        decode(path)


def test_every_error_has_a_code_of_the_catalogue() -> None:
    errors: list[type[AudioError]] = [AudioError, *AudioError.__subclasses__()]
    assert {error.code for error in errors} <= set(CATALOGUE)
