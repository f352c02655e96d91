"""Checks of the file itself: whether it decodes, has the length, size and tags that it should, and starts fast."""

from render.checks.facts import NO_PLAN, Facts, held, not_applicable
from schemas.quality import CheckResult

_TAGS = ("color_primaries", "color_transfer", "color_matrix")


def check_decodes(facts: Facts) -> CheckResult:
    """Every frame and every sound that the file announces decodes without an error."""
    report = facts.report
    message = f"All {report.frames} frames decode." if report.decodes else f"It does not decode: {report.fault}."
    return held("decodes", message, float(report.frames), unit="frames", passed=report.decodes)


def check_frame_count(facts: Facts) -> CheckResult:
    """Exactly as many frames as planned."""
    if facts.expected is None:
        return not_applicable("frame_count", NO_PLAN, float(facts.report.frames), "frames")
    found, planned = facts.report.frames, facts.expected.frames
    message = f"It has {found} frames; {planned} were planned."
    return held("frame_count", message, float(found), float(planned), "frames", passed=found == planned)


def check_picture_format(facts: Facts) -> CheckResult:
    """H.264, yuv420p, and the size and frame rate that were planned."""
    report, expected = facts.report, facts.expected
    found = f"{report.codec} {report.pixel_format}, {report.width}x{report.height}, {facts.fps:g} frames a second"
    if expected is None:
        return not_applicable("picture_format", f"It is {found}; {NO_PLAN[0].lower()}{NO_PLAN[1:]}")
    planned = (expected.width, expected.height, expected.fps)
    right = (report.codec, report.pixel_format) == ("h264", "yuv420p")
    right &= (report.width, report.height, facts.fps) == planned
    wanted = f"h264 yuv420p, {expected.width}x{expected.height}, {expected.fps} frames a second"
    return held("picture_format", f"It is {found}; planned: {wanted}.", passed=right)


def check_frame_rate(facts: Facts) -> CheckResult:
    """All frames are equally far apart."""
    even = facts.report.constant_frame_rate
    message = f"{'All' if even else 'Not all'} frames are equally far apart ({facts.fps:g} frames a second)."
    return held("constant_frame_rate", message, facts.fps, unit="frames/s", passed=even)


def check_sample_aspect(facts: Facts) -> CheckResult:
    """Pixels are square."""
    aspect = facts.report.sample_aspect
    return held("sample_aspect", f"The sample aspect ratio is {aspect}; it should be 1:1.", passed=aspect == "1:1")


def check_colour_tags(facts: Facts) -> CheckResult:
    """Tagged BT.709, limited range: what players assume of HD, so that colours are the same everywhere."""
    report = facts.report
    found = {name: getattr(report, name) for name in _TAGS}
    right = all(value == "bt709" for value in found.values()) and report.color_range == "tv"
    said = ", ".join(f"{name.removeprefix('color_')} {value}" for name, value in found.items())
    message = f"Tagged {said}, range {report.color_range}; it should be bt709 and tv."
    return held("colour_tags", message, passed=right)


def check_faststart(facts: Facts) -> CheckResult:
    """An MP4's index comes before its media data, so that it plays while it loads."""
    if "mp4" not in facts.report.container:
        return not_applicable("faststart", f"The container {facts.report.container} has no index to put in front.")
    first = facts.report.faststart
    return held("faststart", f"Its index comes {'before' if first else 'after'} its media data.", passed=first)
