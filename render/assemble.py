"""Segments and music to the finished video: pictures joined by stream copy, audio encoded once, everything checked."""

import tempfile
from collections.abc import Sequence
from pathlib import Path

from render.check import check_video, loudness_problem
from render.encode import BITEXACT, Report, track_timescale
from render.errors import VideoError
from render.ffmpeg import run_ffmpeg
from render.loudness import measure, raw_input
from render.mix import mix_music
from render.probe import probe_video
from schemas.video import Timeline, VideoReport

AUDIO_BITRATE = "192k"
CODEC_HEADROOM_DB = 0.5
_ATTEMPTS = 4


def assemble(
    segments: Sequence[Path], timeline: Timeline, music: Path | None, out: Path, report: Report | None = None
) -> VideoReport:
    """Join `segments`, in the timeline's order, lay the music under them, write an MP4 to `out` and check it.

    `out` appears when it has passed, or not at all. `report` gets the fraction that is done, 0 to 1. Raises VideoError
    quality_check_failed with all that is wrong, MusicError, EncoderError, and ValueError when segments or music are
    not what the timeline asks for.
    """
    if len(segments) != len(timeline.segments):
        raise ValueError(f"{len(segments)} segments where the timeline has {len(timeline.segments)}")
    if (music is None) != (timeline.music is None):
        raise ValueError("music must be there if, and only if, the timeline has a cue for it")
    tell = report or (lambda _: None)
    with tempfile.TemporaryDirectory(prefix=".assemble-", dir=out.parent) as folder:
        scratch = Path(folder)
        made = scratch / "video.mp4"
        joined = _list(segments, scratch)
        found = (
            _with_music(joined, timeline, music, made, tell)
            if music is not None
            else _without_music(joined, timeline, made)
        )
        tell(0.95)
        made.replace(out)
    tell(1.0)
    return found


def _list(segments: Sequence[Path], scratch: Path) -> list[str]:
    """The concat input. Links with plain names keep every character of a path out of the list's syntax."""
    lines = ["ffconcat version 1.0"]
    for index, segment in enumerate(segments):
        link = scratch / f"{index:04d}.mp4"
        link.symlink_to(segment.resolve())
        lines.append(f"file {link.name}")
    listing = scratch / "segments.ffconcat"
    listing.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return ["-f", "concat", "-i", str(listing)]


def _write(joined: list[str], timeline: Timeline, audio: Path | None, out: Path) -> VideoReport:
    sound = [*raw_input(audio)] if audio is not None else []
    maps = ["-map", "0:v:0", *(("-map", "1:a:0") if audio is not None else ())]
    coded = ["-c:a", "aac", "-b:a", AUDIO_BITRATE, "-threads", "1"] if audio is not None else []
    # The demuxer adds up lengths in microseconds; every time stamp is put back on its frame.
    ticks = track_timescale(timeline.fps) // timeline.fps
    exact = ["-bsf:v", f"setts=pts=round(PTS/{ticks})*{ticks}:dts=round(DTS/{ticks})*{ticks}:duration={ticks}"]
    timescale = ["-video_track_timescale", str(track_timescale(timeline.fps))]
    run_ffmpeg(
        [
            *joined,
            *sound,
            *maps,
            "-c:v",
            "copy",
            *exact,
            *coded,
            *timescale,
            *BITEXACT,
            "-movflags",
            "+faststart",
            str(out),
        ]
    )
    return probe_video(out)


def _without_music(joined: list[str], timeline: Timeline, out: Path) -> VideoReport:
    found = _write(joined, timeline, None, out)
    _insist(check_video(found, timeline))
    return found


def _with_music(joined: list[str], timeline: Timeline, music: Path, out: Path, tell: Report) -> VideoReport:
    """Mix, encode, measure what comes out.

    AAC moves peaks by some tenths of a decibel, so the ceiling is lowered by what was too much and the mix encoded
    again, from the same samples, until it holds.
    """
    cue = timeline.music
    if cue is None:
        raise ValueError("the timeline has no cue for its music")
    audio = out.with_suffix(".f32")
    ceiling = cue.true_peak_dbtp - CODEC_HEADROOM_DB
    for attempt in range(_ATTEMPTS):
        notes = mix_music(music, timeline, audio, ceiling)
        tell(0.3 + 0.1 * attempt)
        found = _write(joined, timeline, audio, out)
        heard = measure(["-i", str(out)])
        found = found.model_copy(update={"loudness_lufs": heard.lufs, "true_peak_dbtp": heard.true_peak_dbtp})
        over = heard.true_peak_dbtp - cue.true_peak_dbtp
        if over <= 0:
            break
        ceiling -= over + 0.1
    problems = check_video(found, timeline)
    wrong = loudness_problem(found, cue.loudness_lufs)
    if wrong and not notes:  # a note says that the music itself cannot be brought there
        problems.append(wrong)
    _insist(problems)
    return found


def _insist(problems: Sequence[str]) -> None:
    if problems:
        raise VideoError("quality_check_failed", "the video is not as planned: " + "; ".join(problems))
