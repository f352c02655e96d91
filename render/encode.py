"""Raw frames to H.264 in MP4: the same frames give the same bytes, and files of one format join by stream copy."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from render.encoders import DELIVERY, Encoding
from render.errors import EncoderError
from render.ffmpeg import STALL_S, FramePipe

PRESET = DELIVERY.preset
CRF = DELIVERY.crf
KEYFRAME_SECONDS = 2
BITEXACT = ("-fflags", "+bitexact", "-flags:v", "+bitexact", "-flags:a", "+bitexact", "-map_metadata", "-1")
Report = Callable[[float], None]


@dataclass(frozen=True, slots=True)
class VideoFormat:
    """What every segment of a video has in common: width and height in pixels, both even, and frames a second."""

    width: int
    height: int
    fps: int

    def __post_init__(self) -> None:
        if self.width < 2 or self.height < 2 or self.width % 2 or self.height % 2:
            raise ValueError(f"{self.width}x{self.height}: width and height must be even")
        if not 1 <= self.fps <= 240:
            raise ValueError(f"{self.fps} frames a second: 1 to 240 are possible")


def encode_frames(
    frames: Iterable[npt.NDArray[np.uint8]],
    count: int,
    out: Path,
    video: VideoFormat,
    report: Report | None = None,
    *,
    encoding: Encoding = DELIVERY,
    ffmpeg: Path | None = None,
    stall_s: float = STALL_S,
) -> int:
    """Encode `count` yuv420p frames (width * height * 3 / 2 bytes each) to an MP4 at `out`; return its size in bytes.

    `out` appears when it is whole, or not at all. `report` gets the fraction that the encoder has done, 0 to 1, after
    each frame and while the last ones are encoded; to raise in it, or in `frames`, kills the encoder at once. Raises
    EncoderError (encoder_failed, disk_full), and whatever `frames` and `report` raise.
    """
    part = out.with_name(f".{out.name}.part.mp4")
    size = video.width * video.height * 3 // 2
    done = 0

    def heard(encoded: int) -> None:
        if report is not None:
            report(min(encoded / count, 1.0))

    try:
        with FramePipe(arguments(video, part, encoding), ffmpeg=ffmpeg, stall_s=stall_s, heard=heard) as pipe:
            for frame in frames:
                if frame.nbytes != size:
                    raise EncoderError("encoder_failed", f"a frame has {frame.nbytes} bytes where {size} were expected")
                pipe.write(frame.data)
                done += 1
                heard(pipe.encoded)
            if done != count:
                raise EncoderError("encoder_failed", f"{done} frames came where {count} were expected")
        part.replace(out)
        if report is not None:
            report(1.0)
    finally:
        part.unlink(missing_ok=True)
    return out.stat().st_size


def arguments(video: VideoFormat, out: Path, encoding: Encoding = DELIVERY) -> list[str]:
    """The command line of ffmpeg, without its name: raw frames on stdin to `out`, so that segments join by stream copy.

    With x264 the same frames give the same bytes; see encoders.py for the others.
    """
    raw = ("-f", "rawvideo", "-pix_fmt", "yuv420p", "-s", f"{video.width}x{video.height}", "-r", str(video.fps))
    tags = "setparams=range=tv:color_primaries=bt709:color_trc=bt709:colorspace=bt709,setsar=1"
    return [
        *encoding.before_input(), *raw, "-threads", "1", "-i", "pipe:0",
        "-filter_threads", "1", "-vf", ",".join([tags, *encoding.filters()]),
        *encoding.arguments(video.fps, KEYFRAME_SECONDS),
        "-color_range", "tv", "-colorspace", "bt709", "-color_primaries", "bt709", "-color_trc", "bt709",
        "-chroma_sample_location", "left", "-video_track_timescale", str(track_timescale(video.fps)),
        *BITEXACT, "-movflags", "+faststart", str(out),
    ]  # fmt: skip


def track_timescale(fps: int) -> int:
    """Ticks a second of the video track: a whole number for each frame."""
    return fps * 512
