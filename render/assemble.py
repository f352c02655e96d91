"""Segments and music to the finished video: pictures joined by stream copy, audio encoded once, everything checked."""

import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from render.checks import Expectation, failures, inspect_video
from render.checks.planned import expectation_of
from render.encode import BITEXACT, Report, track_timescale
from render.errors import QualityError
from render.ffmpeg import run_ffmpeg
from render.loudness import measure, raw_input
from render.mix import mix_music
from schemas.video import Timeline, VideoReport

AUDIO_BITRATE = "192k"
CODEC_HEADROOM_DB = 0.5
_ATTEMPTS = 4


def assemble(
    segments: Sequence[Path], timeline: Timeline, music: Path | None, out: Path, report: Report | None = None
) -> VideoReport:
    """Join `segments`, in the timeline's order, lay the music under them, write an MP4 to `out` and check it.

    `out` appears when it has passed every quality check, or not at all. `report` gets the fraction that is done, 0 to
    1. Raises QualityError with all that is wrong and the report of the checks, MusicError, EncoderError, and ValueError
    when segments or music are not what the timeline asks for.
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
        expected = expectation_of(timeline)
        if music is not None:
            excuse = _with_music(joined, expected, timeline, _Files(music, scratch / "mix.f32", made), tell)
            expected = replace(expected, loudness_excuse=excuse)
        else:
            _write(joined, timeline, None, made)
        tell(0.8)
        found = inspect_video(made, expected)
        problems = failures(found)
        if problems:
            raise QualityError("the video is not as planned: " + "; ".join(problems), found)
        made.replace(out)
    tell(1.0)
    return found


class _Files(NamedTuple):
    """Where the music lies, and where its mix and the video go."""

    music: Path
    samples: Path
    out: Path


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


def _write(joined: list[str], timeline: Timeline, audio: Path | None, out: Path) -> None:
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


def _with_music(joined: list[str], expected: Expectation, timeline: Timeline, files: _Files, tell: Report) -> str:
    """Mix, encode, measure what comes out; return why the loudness cannot be what was wanted, or nothing.

    AAC moves peaks by some tenths of a decibel, so the ceiling is lowered by what was too much and the mix encoded
    again, from the same samples, until it holds.
    """
    ceiling = expected.true_peak_dbtp - CODEC_HEADROOM_DB
    notes: list[str] = []
    for attempt in range(_ATTEMPTS):
        notes = mix_music(files.music, timeline, files.samples, ceiling)
        tell(0.3 + 0.1 * attempt)
        _write(joined, timeline, files.samples, files.out)
        over = measure(["-i", str(files.out)]).true_peak_dbtp - expected.true_peak_dbtp
        if over <= 0:
            break
        ceiling -= over + 0.1
    return " ".join(notes)
