"""A video file through all checks: decoded once, its sound measured once."""

import math
from collections.abc import Callable
from pathlib import Path

from render.checks.camera import CameraWatch
from render.checks.expectation import Expectation
from render.checks.facts import Facts
from render.checks.file_checks import (
    check_colour_tags,
    check_decodes,
    check_faststart,
    check_frame_count,
    check_frame_rate,
    check_picture_format,
    check_sample_aspect,
)
from render.checks.picture_checks import check_black, check_cuts, check_frozen, check_jitter
from render.checks.pictures import PictureWatch
from render.checks.sound_checks import check_audio_length, check_loudness, check_sound, check_true_peak
from render.checks.text import TextWatch
from render.checks.text_checks import check_contrast, check_safe_area, check_staged_labels, check_text_shown
from render.loudness import measure
from render.probe import probe_video
from schemas.quality import CheckResult, CheckStatus, QualityReport
from schemas.video import VideoReport

CHECKS: tuple[Callable[[Facts], CheckResult], ...] = (
    check_decodes,
    check_frame_count,
    check_picture_format,
    check_frame_rate,
    check_sample_aspect,
    check_colour_tags,
    check_faststart,
    check_sound,
    check_audio_length,
    check_loudness,
    check_true_peak,
    check_black,
    check_frozen,
    check_cuts,
    check_jitter,
    check_safe_area,
    check_text_shown,
    check_contrast,
    check_staged_labels,
)
"""Every check, in the order of the report. Each takes what was seen of a file and says what it found."""


def inspect_video(path: Path, expected: Expectation | None = None) -> VideoReport:
    """What a video file is, with `quality`: every check of it, against a plan where there is one.

    A file that opens but is broken gets a report that says so. Raises VideoError video_unreadable for what does not
    open or has no picture, and EncoderError when ffmpeg, which measures the loudness, cannot be run.
    """
    texts = tuple(TextWatch(text) for text in (expected.texts if expected is not None else ()))
    cameras = tuple(
        CameraWatch(camera, (*expected.texts, *expected.logos) if expected is not None else ())
        for camera in (expected.cameras if expected is not None else ())
    )
    watchers = (*(text.watch for text in texts), *(camera.watch for camera in cameras))
    watch = PictureWatch(watchers)
    report = probe_video(path, watch.take)
    if report.audio_codec is not None and report.audio_duration_s:
        heard = measure(["-i", f"file:{path}"])
        # Silence has a peak of minus infinity, which is no number in JSON.
        peak = heard.true_peak_dbtp if math.isfinite(heard.true_peak_dbtp) else None
        report = report.model_copy(update={"loudness_lufs": heard.lufs, "true_peak_dbtp": peak})
    facts = Facts(report, watch.track, expected, texts, cameras)
    results = [check(facts) for check in CHECKS]
    quality = QualityReport(
        passed=all(result.status is not CheckStatus.FAILED for result in results),
        planned=expected is not None,
        checks=results,
    )
    return report.model_copy(update={"quality": quality})


def failures(report: VideoReport) -> list[str]:
    """What is wrong with an inspected video: name and sentence of each check that failed."""
    if report.quality is None:
        return []
    return [f"{c.check}: {c.message}" for c in report.quality.checks if c.status is CheckStatus.FAILED]
