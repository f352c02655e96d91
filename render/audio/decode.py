"""Decode any audio file to mono samples at the rate of the analysis, within limits of bytes and seconds."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import av
import av.container
import numpy as np
from numpy.typing import NDArray

from render.audio.declared import declared_seconds
from render.audio.errors import AudioNotFoundError, AudioTooLargeError, AudioTooShortError, AudioUnreadableError

ANALYSIS_RATE_HZ = 22_050

# Containers that hold sound by themselves. Playlists (hls, concat, dash) are left out: they name other files.
_CONTAINERS = (
    "aac,ac3,aiff,amr,ape,asf,au,avi,caf,dts,eac3,flac,matroska,webm,mov,mp4,m4a,mp3,mpeg,mpegts,ogg,tta,w64,wav,wv"
)
_MISSING_SHARE_ALLOWED = 0.05
_BROKEN_SHARE_ALLOWED = 0.05


@dataclass(frozen=True, slots=True)
class DecodeLimits:
    """The most and the least that is decoded."""

    max_bytes: int = 512 * 2**20
    max_seconds: float = 30 * 60.0
    min_seconds: float = 2.0


@dataclass(frozen=True, slots=True, eq=False)
class DecodedAudio:
    """Mono samples, float32 at `ANALYSIS_RATE_HZ` with full scale at 1, and what the file's stream was."""

    samples: NDArray[np.float32]
    sample_rate_hz: int
    channels: int
    codec: str

    @property
    def duration_s(self) -> float:
        """Length in seconds."""
        return len(self.samples) / ANALYSIS_RATE_HZ


DEFAULT_LIMITS = DecodeLimits()


def decode(path: Path, limits: DecodeLimits = DEFAULT_LIMITS) -> DecodedAudio:
    """Decode the first audio stream of a file, mixed down to one channel.

    Raises AudioNotFoundError, AudioTooLargeError (bytes or seconds), AudioTooShortError, or AudioUnreadableError for
    everything that is not intact audio.
    """
    if not path.is_file():
        raise AudioNotFoundError(f"{path.name}: there is no such file")
    size_bytes = path.stat().st_size
    if size_bytes == 0:
        raise AudioUnreadableError(f"{path.name} is empty (0 bytes)")
    if size_bytes > limits.max_bytes:
        raise AudioTooLargeError(f"{path.name} has {size_bytes} bytes; at most {limits.max_bytes} are taken")
    with path.open("rb") as file:
        decoded = _decode_open_file(file, path.name, size_bytes, limits)
    if decoded.duration_s < limits.min_seconds:
        raise AudioTooShortError(
            f"{path.name} plays for {decoded.duration_s:.2f} s; beats need at least {limits.min_seconds:g} s"
        )
    if not np.isfinite(decoded.samples).all():
        raise AudioUnreadableError(f"{path.name} holds samples that are not finite numbers")
    return decoded


def _decode_open_file(file: BinaryIO, name: str, size_bytes: int, limits: DecodeLimits) -> DecodedAudio:
    options = {"protocol_whitelist": "file", "format_whitelist": _CONTAINERS}
    try:
        # A file object keeps the demuxer away from the file system; metadata in an odd encoding is of no interest.
        container = av.open(file, mode="r", container_options=options, metadata_errors="replace")
    except av.error.FFmpegError as error:
        raise AudioUnreadableError(f"{name} is not an audio file that can be opened: {error.strerror}") from error
    with container:
        if not container.streams.audio:
            raise AudioUnreadableError(f"{name} has no audio stream")
        stream = container.streams.audio[0]
        declared_s = declared_seconds(container, stream, file, size_bytes)
        # Known before decoding in most formats; the loop below checks what really comes out.
        if declared_s is not None and declared_s > limits.max_seconds:
            raise _too_long(name, limits)
        sample_rate_hz, channels, codec = stream.rate, stream.channels, stream.codec_context.name
        samples = _read_mono(container, stream, name, limits)
    seconds = len(samples) / ANALYSIS_RATE_HZ
    if declared_s is not None and seconds < declared_s * (1 - _MISSING_SHARE_ALLOWED) - 0.1:
        raise AudioUnreadableError(
            f"{name} is cut off: {seconds:.1f} s can be decoded of the {declared_s:.1f} s it declares"
        )
    return DecodedAudio(samples, sample_rate_hz, channels, codec)


def _too_long(name: str, limits: DecodeLimits) -> AudioTooLargeError:
    return AudioTooLargeError(f"{name} plays for more than the {limits.max_seconds:g} s that are taken")


def _read_mono(
    container: av.container.InputContainer, stream: av.AudioStream, name: str, limits: DecodeLimits
) -> NDArray[np.float32]:
    """Every frame through one resampler; a new one where a chained stream changes its layout or rate."""
    blocks: list[NDArray[np.float32]] = []
    total = 0
    resampler: av.AudioResampler | None = None
    source: tuple[str, str, int] | None = None

    def keep(frames: list[av.AudioFrame]) -> None:
        nonlocal total
        for frame in frames:
            block = frame.to_ndarray()[0].astype(np.float32, copy=False)
            blocks.append(block)
            total += len(block)
        if total > limits.max_seconds * ANALYSIS_RATE_HZ:
            raise _too_long(name, limits)

    for frame in _frames(container, stream, name):
        found = (frame.format.name, frame.layout.name, frame.sample_rate)
        if found != source:
            if resampler is not None:
                keep(resampler.resample(None))
            resampler, source = av.AudioResampler("flt", "mono", ANALYSIS_RATE_HZ), found
        assert resampler is not None
        frame.pts = None  # the samples are laid end to end; gaps in time stamps would make the resampler stumble
        keep(resampler.resample(frame))
    if resampler is None:
        raise AudioUnreadableError(f"{name} has an audio stream, but not one frame of it can be decoded")
    keep(resampler.resample(None))
    return np.concatenate(blocks)


def _frames(container: av.container.InputContainer, stream: av.AudioStream, name: str) -> Iterator[av.AudioFrame]:
    """Decoded frames. Single broken packets are passed over as players do (tags and padding look like them)."""
    packets = broken = 0
    reason = ""
    try:
        for packet in container.demux(stream):
            packets += 1
            try:
                yield from packet.decode()
            except av.error.InvalidDataError as error:
                broken += 1
                reason = str(error.strerror)
    except av.error.FFmpegError as error:
        raise AudioUnreadableError(f"{name} cannot be decoded to its end: {error.strerror}") from error
    if broken > max(1, packets * _BROKEN_SHARE_ALLOWED):
        raise AudioUnreadableError(f"{name} is broken: {broken} of its {packets} packets cannot be decoded ({reason})")
