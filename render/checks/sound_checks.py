"""Checks of the sound: there if planned, as long as the picture, as loud as it should be."""

from render.checks.facts import Facts, held, not_applicable
from schemas.quality import CheckResult

LOUDNESS_LUFS = -14.0
LOUDNESS_TOLERANCE_LU = 1.0
TRUE_PEAK_DBTP = -1.0


def check_sound(facts: Facts) -> CheckResult:
    """Sound where it is planned, and none where none is."""
    has = facts.report.audio_codec is not None
    said = f"It has {facts.report.audio_codec or 'no'} sound"
    if facts.expected is None:
        return not_applicable("sound", f"{said}; there is no plan to hold that against.")
    planned = facts.expected.has_music
    message = f"{said}; {'music' if planned else 'none'} was planned."
    return held("sound", message, passed=has == planned)


def check_audio_length(facts: Facts) -> CheckResult:
    """Sound and picture differ by no more than a frame in length."""
    report = facts.report
    if report.audio_duration_s is None:
        return not_applicable("audio_length", "It has no sound.")
    if not facts.fps:
        return held("audio_length", "The file does not say how many frames a second it has.", passed=False)
    apart = abs(report.audio_duration_s - report.duration_s) * facts.fps
    message = f"Sound and picture differ by {apart:.2f} frames in length; 1 is the most."
    return held("audio_length", message, apart, 1.0, "frames", passed=apart <= 1)


def check_loudness(facts: Facts) -> CheckResult:
    """Integrated loudness (ITU-R BS.1770) within 1 LU of what was planned, -14 LUFS without a plan."""
    report, expected = facts.report, facts.expected
    if report.audio_codec is None:
        return not_applicable("loudness", "It has no sound.", unit="LUFS")
    wanted = LOUDNESS_LUFS if expected is None else expected.loudness_lufs
    found = report.loudness_lufs
    heard = "Its sound is silent" if found is None else f"Its loudness is {found:.1f} LUFS"
    right = found is not None and abs(found - wanted) <= LOUDNESS_TOLERANCE_LU
    if not right and expected is not None and expected.loudness_excuse:
        return not_applicable("loudness", f"{heard}. {expected.loudness_excuse}", found, "LUFS")
    message = f"{heard}; {wanted:g} LUFS, give or take {LOUDNESS_TOLERANCE_LU:g}, is wanted."
    return held("loudness", message, found, wanted, "LUFS", passed=right)


def check_true_peak(facts: Facts) -> CheckResult:
    """No true peak (4 times oversampled) above the ceiling, -1 dBTP without a plan."""
    if facts.report.audio_codec is None:
        return not_applicable("true_peak", "It has no sound.", unit="dBTP")
    if facts.report.true_peak_dbtp is None:
        return not_applicable("true_peak", "Its sound is silent: it has no peak.", unit="dBTP")
    most = TRUE_PEAK_DBTP if facts.expected is None else facts.expected.true_peak_dbtp
    found = facts.report.true_peak_dbtp
    message = f"Its true peak is {found:.2f} dBTP; {most:g} is the most."
    return held("true_peak", message, found, most, "dBTP", passed=found <= most)
