"""All that the checks of one file read, and how a result is put."""

from dataclasses import dataclass

from render.checks.camera import CameraWatch
from render.checks.expectation import Expectation
from render.checks.pictures import PictureTrack
from render.checks.text import TextWatch
from schemas.quality import CheckResult, CheckStatus
from schemas.video import VideoReport


@dataclass(frozen=True, slots=True)
class Facts:
    """What a file is, what was seen in it, and what it should be (None: there is no plan)."""

    report: VideoReport
    pictures: PictureTrack
    expected: Expectation | None = None
    texts: tuple[TextWatch, ...] = ()
    cameras: tuple[CameraWatch, ...] = ()

    @property
    def fps(self) -> float:
        """Frames a second; 0 where the file does not say."""
        return self.report.fps_numerator / max(1, self.report.fps_denominator)


def held(
    check: str, message: str, measured: float | None = None, limit: float | None = None, unit: str = "", *, passed: bool
) -> CheckResult:
    """A check that was made."""
    return CheckResult(
        check=check,
        status=CheckStatus.PASSED if passed else CheckStatus.FAILED,
        measured=None if measured is None else round(measured, 4),
        limit=limit,
        unit=unit,
        message=message,
    )


def not_applicable(check: str, why: str, measured: float | None = None, unit: str = "") -> CheckResult:
    """A check that has nothing to compare with."""
    return CheckResult(
        check=check,
        status=CheckStatus.NOT_APPLICABLE,
        measured=None if measured is None else round(measured, 4),
        unit=unit,
        message=why,
    )


NO_PLAN = "There is no plan to hold the file against."
