"""The checks that every finished video must pass."""

from schemas.video import Timeline, VideoReport

LOUDNESS_TOLERANCE_LU = 1.0
_TAGS = ("color_primaries", "color_transfer", "color_matrix")


def check_video(report: VideoReport, timeline: Timeline) -> list[str]:
    """What is wrong with a video that should be `timeline`: a sentence each; none when it is as planned."""
    problems = []
    if not report.decodes:
        problems.append(f"it does not decode: {report.fault}")
    expected = (
        ("width", report.width, timeline.width),
        ("height", report.height, timeline.height),
        ("frames a second", report.fps_numerator / max(report.fps_denominator, 1), timeline.fps),
        ("frames", report.frames, timeline.frames),
        ("codec", report.codec, "h264"),
        ("pixel format", report.pixel_format, "yuv420p"),
        ("sample aspect ratio", report.sample_aspect, "1:1"),
        ("color range", report.color_range, "tv"),
        *((tag.replace("_", " "), getattr(report, tag), "bt709") for tag in _TAGS),
    )
    problems += [f"{what} is {found} where {wanted} was planned" for what, found, wanted in expected if found != wanted]
    if not report.constant_frame_rate:
        problems.append("its frames are not equally far apart")
    if not report.faststart:
        problems.append("its index comes after its media data")
    return problems + _audio_problems(report, timeline)


def _audio_problems(report: VideoReport, timeline: Timeline) -> list[str]:
    if timeline.music is None:
        return ["it has audio where none was planned"] if report.audio_codec is not None else []
    if report.audio_codec is None or report.audio_duration_s is None:
        return ["it has no audio where music was planned"]
    problems = []
    apart = abs(report.audio_duration_s - timeline.frames / timeline.fps)
    if apart > 1 / timeline.fps:
        problems.append(f"audio and video differ by {apart:.3f} s, more than a frame")
    peak, ceiling = report.true_peak_dbtp, timeline.music.true_peak_dbtp
    if peak is not None and peak > ceiling:
        problems.append(f"its true peak is {peak:.2f} dBTP where {ceiling:.1f} is the most")
    return problems


def loudness_problem(report: VideoReport, wanted_lufs: float) -> str:
    """What is wrong with the loudness of music that can be levelled, or nothing."""
    if report.loudness_lufs is None:
        return "its music is silent"
    if abs(report.loudness_lufs - wanted_lufs) > LOUDNESS_TOLERANCE_LU:
        return f"its loudness is {report.loudness_lufs:.1f} LUFS where {wanted_lufs:.1f} was planned"
    return ""
