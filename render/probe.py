"""What a video file is: every frame decoded, every time stamp looked at."""

from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import NamedTuple

import av
import numpy as np
import numpy.typing as npt
from av.container import InputContainer
from av.error import FFmpegError
from av.video.stream import VideoStream

from render.errors import VideoError
from schemas.video import VideoReport

# ITU-T H.273 code points that a video of ours or of a phone may have.
_PRIMARIES = {1: "bt709", 2: "unknown", 5: "bt470bg", 6: "smpte170m", 9: "bt2020", 12: "smpte432"}
_TRANSFERS = {1: "bt709", 2: "unknown", 6: "smpte170m", 13: "iec61966-2-1", 16: "smpte2084", 18: "arib-std-b67"}
_MATRICES = {0: "gbr", 1: "bt709", 2: "unknown", 5: "bt470bg", 6: "smpte170m", 9: "bt2020nc"}
_RANGES = {0: "unknown", 1: "tv", 2: "pc"}


# Without a list, a text file that names other files (a playlist) would be followed to them.
_OPENING = {"protocol_whitelist": "file", "format_whitelist": "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,mpegts"}


_FOUR_TWO_ZERO = {"yuv420p", "yuvj420p"}
Plane = npt.NDArray[np.uint8]


class Planes(NamedTuple):
    """A frame as yuv420p: Y is (height, width), Cb and Cr half of both, rounded up; valid until the next frame."""

    y: Plane
    cb: Plane
    cr: Plane


Look = Callable[[Planes, float], None]
"""Gets each frame in turn, and the frames a second (0: unknown)."""


@dataclass(slots=True)
class _Pictures:
    frames: int = 0
    times: list[int] = field(default_factory=list)
    fault: str = ""


def probe_video(path: Path, look: Look | None = None) -> VideoReport:
    """Decode all of the video at `path` and say what it is; `look` is shown every frame that decodes.

    A file that opens but does not decode to its end is reported, with `decodes` false and the fault; one that does not
    open, or has no video, raises VideoError video_unreadable.
    """
    try:
        size = path.stat().st_size
        with av.open(str(path), container_options=_OPENING) as container:
            if not container.streams.video:
                raise VideoError("video_unreadable", f"{path.name} has no video stream")
            stream = container.streams.video[0]
            pictures = _decode(container, stream, look)
            announced = stream.frames
            if not pictures.fault and announced and pictures.frames != announced:
                pictures.fault = f"{pictures.frames} frames decode where the file announces {announced}"
            report = _describe(path, size, container, stream, pictures)
    except FileNotFoundError as error:
        raise VideoError("video_unreadable", f"there is no file {path.name}") from error
    except (FFmpegError, OSError, ValueError) as error:
        raise VideoError("video_unreadable", f"{path.name} cannot be opened as a video: {error}") from error
    if report.audio_codec is None:
        return report
    rate, samples, fault = _decode_audio(path)
    return report.model_copy(
        update={
            "audio_duration_s": samples / rate if rate else 0.0,
            "fault": report.fault or fault,
            "decodes": report.decodes and not fault,
        }
    )


def _decode(container: InputContainer, stream: VideoStream, look: Look | None) -> _Pictures:
    """Decode every picture; a fault ends it, and what was found so far is kept."""
    stream.codec_context.options = {"err_detect": "explode"}
    stream.codec_context.thread_count = 1
    found = _Pictures()
    fps = float(stream.average_rate or stream.guessed_rate or 0)
    try:
        for frame in container.decode(stream):
            if frame.is_corrupt:
                found.fault = f"frame {found.frames} is damaged"
                break
            found.times.append(frame.pts if frame.pts is not None else -1)
            found.frames += 1
            if look is not None:
                look(_planes(frame), fps)
    except FFmpegError as error:
        found.fault = f"frame {found.frames} does not decode: {error.strerror}"
    if not found.frames and not found.fault:
        found.fault = "there is not one frame"
    return found


def _planes(frame: av.VideoFrame) -> Planes:
    """The planes of a frame; of other formats than 8-bit 4:2:0, as libswscale turns them into it."""
    if frame.format.name not in _FOUR_TWO_ZERO:
        frame = frame.reformat(format="yuv420p")
    sizes = ((frame.height, frame.width), *(2 * (((frame.height + 1) // 2, (frame.width + 1) // 2),)))
    found = []
    for plane, (height, width) in zip(frame.planes, sizes, strict=True):
        rows = np.frombuffer(memoryview(plane), np.uint8).reshape(-1, plane.line_size)
        found.append(rows[:height, :width])
    return Planes(*found)


def _decode_audio(path: Path) -> tuple[int, int, str]:
    """Rate in hertz, number of samples that are heard, and what went wrong."""
    samples, rate = 0, 0
    try:
        with av.open(str(path), container_options=_OPENING) as container:
            for frame in container.decode(audio=0):
                samples, rate = samples + frame.samples, frame.sample_rate
    except FFmpegError as error:
        return rate, samples, f"the audio does not decode after {samples} samples: {error.strerror}"
    return rate, samples, ""


def _describe(
    path: Path, size: int, container: InputContainer, stream: VideoStream, pictures: _Pictures
) -> VideoReport:
    context = stream.codec_context
    rate = stream.average_rate or stream.guessed_rate or Fraction(0)
    steps = {later - sooner for sooner, later in zip(pictures.times, pictures.times[1:], strict=False)}
    base = stream.time_base or Fraction(0)
    even = len(steps) <= 1 and (not steps or not rate or next(iter(steps)) * base * rate == 1)
    duration = pictures.frames / rate if rate and even else (stream.duration or 0) * base
    # The container and the pictures may disagree, and players differ in which they follow.
    aspects = [found for found in (stream.sample_aspect_ratio, context.sample_aspect_ratio) if found]
    aspect = next((found for found in aspects if found != 1), Fraction(1))
    audio = container.streams.audio[0] if container.streams.audio else None
    return VideoReport(
        bytes=size,
        container=container.format.name,
        codec=context.name,
        pixel_format=context.pix_fmt or "unknown",
        width=context.width,
        height=context.height,
        fps_numerator=rate.numerator,
        fps_denominator=rate.denominator,
        frames=pictures.frames,
        duration_s=float(duration),
        decodes=not pictures.fault,
        fault=pictures.fault,
        constant_frame_rate=even,
        sample_aspect=f"{aspect.numerator}:{aspect.denominator}",
        color_range=_RANGES.get(int(context.color_range), "unknown"),
        color_primaries=_PRIMARIES.get(int(context.color_primaries), "other"),
        color_transfer=_TRANSFERS.get(int(context.color_trc), "other"),
        color_matrix=_MATRICES.get(int(context.colorspace), "other"),
        faststart=index_comes_first(path),
        audio_codec=audio.codec_context.name if audio else None,
        audio_rate_hz=audio.codec_context.sample_rate if audio else None,
        audio_channels=audio.codec_context.channels if audio else None,
    )


def index_comes_first(path: Path) -> bool:
    """Whether an MP4's `moov` box comes before its `mdat` box (ISO/IEC 14496-12); false for what has no such boxes."""
    with path.open("rb") as file:
        size = path.stat().st_size
        at = 0
        while at + 8 <= size:
            file.seek(at)
            head = file.read(16)
            kind, length = head[4:8], int.from_bytes(head[:4])
            if kind in {b"moov", b"mdat"}:
                return kind == b"moov"
            if length == 1:
                length = int.from_bytes(head[8:16])
            if length < 8:
                return False
            at += length
    return False
