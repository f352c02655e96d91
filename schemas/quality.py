"""What the quality checks of a video file found: one result a check, each with its number and its limit."""

from pydantic import Field

from schemas.record import Record, Symbol


class CheckStatus(Symbol):
    """How a check ended."""

    UNKNOWN = "unknown"
    PASSED = "passed"
    FAILED = "failed"
    NOT_APPLICABLE = "not_applicable"


class CheckResult(Record):
    """One check of a video file."""

    check: str = Field(description="Name of the check, such as `loudness`.")
    status: CheckStatus = Field(description="passed, failed, or not_applicable where there is nothing to compare with.")
    measured: float | None = Field(default=None, description="What was measured, in `unit`; null: nothing was.")
    limit: float | None = Field(default=None, description="The limit that it was held against, in `unit`.")
    unit: str = Field(default="", description="Unit of both numbers, such as `LUFS` or `frames`; empty for a count.")
    message: str = Field(description="What was found, in one sentence.")


class QualityReport(Record):
    """Every quality check of one video file. It has passed when no check has failed."""

    passed: bool = Field(description="Whether no check has failed.")
    planned: bool = Field(
        description="Whether the file was held against a plan; without one, some checks do not apply."
    )
    checks: list[CheckResult] = Field(description="One result a check, always in the same order.")
