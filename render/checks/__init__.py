"""Quality checks of a video file, each a function with its number and its limit. Start at `inspect_video`."""

from render.checks.expectation import (
    Expectation,
    PlannedCamera,
    PlannedCut,
    PlannedText,
    Span,
    StagedSpan,
)
from render.checks.facts import Facts
from render.checks.inspection import CHECKS, failures, inspect_video

__all__ = [
    "CHECKS",
    "Expectation",
    "Facts",
    "PlannedCamera",
    "PlannedCut",
    "PlannedText",
    "Span",
    "StagedSpan",
    "failures",
    "inspect_video",
]
