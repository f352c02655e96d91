"""Checks of what is seen over time: black, stillness, cuts on their beats, a steady camera."""

from collections.abc import Sequence

import numpy as np

from render.checks.changes import seen_at
from render.checks.expectation import Span
from render.checks.facts import NO_PLAN, Facts, held, not_applicable
from render.checks.pictures import STILL_BELOW
from schemas.quality import CheckResult

BLACK_FRAMES = 2  # as many black frames in a row are no stretch yet
CUT_ERROR_FRAMES = 1.0
CUT_PERCENTILE = 95.0
JITTER_LIMIT = 0.05
LEAST_TEXTURE = 0.5  # mean luma levels between neighbouring samples
_LEAST_STILL = 0.3  # seconds by which stillness must pass what was planned


def check_black(facts: Facts) -> CheckResult:
    """No stretch of black frames that was not planned; without a plan, none was."""
    planned = facts.expected.black if facts.expected is not None else ()
    longest = _longest(facts.pictures.black, planned)
    limit = float(BLACK_FRAMES)
    if longest.frames <= BLACK_FRAMES:
        message = "No stretch of it is black that should not be."
        return held("no_black", message, float(longest.frames), limit, "frames", passed=True)
    message = f"It is black for {longest.frames} frames from frame {longest.first} on, which was not planned."
    return held("no_black", message, float(longest.frames), limit, "frames", passed=False)


def check_frozen(facts: Facts) -> CheckResult:
    """No stretch in which the picture stands still that was not planned."""
    lag = facts.pictures.lag
    # A picture of one colour looks the same however the camera moves.
    still = [
        moved < STILL_BELOW and texture >= LEAST_TEXTURE
        for moved, texture in zip(facts.pictures.moved, facts.pictures.texture, strict=True)
    ]
    seconds = (lambda frames: frames / facts.fps) if facts.fps else float
    if facts.expected is None:
        longest = _longest(still, ())
        length = float(longest.frames + lag) if longest.frames else 0.0
        why = f"{NO_PLAN} The longest stretch without motion lasts {seconds(length):.2f} s."
        return not_applicable("no_frozen", why, length, "frames")
    # A frame is still when nothing moved since `lag` frames before: planned stillness is seen from then on.
    longest = _longest(still, facts.expected.still + facts.expected.black)
    limit = max(1.0, round(_LEAST_STILL * facts.expected.fps))
    if longest.frames <= limit:
        message = "No stretch of it stands still that should not."
        return held("no_frozen", message, float(longest.frames), limit, "frames", passed=True)
    first = max(0, longest.first - lag)
    message = f"The picture stands still from frame {first} to frame {longest.stop - 1}, which was not planned."
    return held("no_frozen", message, float(longest.frames + lag), limit, "frames", passed=False)


def check_cuts(facts: Facts) -> CheckResult:
    """95 % of the changes that were laid on beats are seen within one frame of their beat.

    Each is looked for in the file; one between pictures too much alike to be seen counts where it was planned.
    """
    expected = facts.expected
    if expected is None:
        return not_applicable("cuts_on_beats", NO_PLAN, unit="frames")
    on_beats = [cut for cut in expected.cuts if cut.beat_s is not None]
    if not on_beats:
        return not_applicable("cuts_on_beats", "No cut was laid on a beat.", unit="frames")
    seen = [seen_at(facts.pictures.change, cut) for cut in on_beats]
    errors = [
        abs((cut.frame if found is None else found) - (cut.beat_s or 0.0) * expected.fps)
        for cut, found in zip(on_beats, seen, strict=True)
    ]
    error = float(np.percentile(errors, CUT_PERCENTILE))
    count = sum(found is not None for found in seen)
    message = (
        f"95 % of {len(on_beats)} cuts ({count} of them found in the file) lie within {error:.2f} frames "
        f"of their beats; {CUT_ERROR_FRAMES:g} is the most."
    )
    return held("cuts_on_beats", message, error, CUT_ERROR_FRAMES, "frames", passed=error <= CUT_ERROR_FRAMES)


def check_jitter(facts: Facts) -> CheckResult:
    """The camera keeps to its way: second difference of measured minus planned positions, mean over all shots.

    A single shot of real photos reaches 0.055 through compression alone (x264, CRF 20), a camera in whole pixels 0.3.
    """
    if facts.expected is None:
        return not_applicable("camera_jitter", NO_PLAN, unit="px/frame^2")
    found = [(watch.jitter(), watch.planned.span.first) for watch in facts.cameras]
    known = [(jitter, first) for jitter, first in found if jitter is not None]
    if not known:
        return not_applicable(
            "camera_jitter",
            "No shot has a camera that can be followed: it is too small, or too plain.",
            unit="px/frame^2",
        )
    worst, first = max(known)
    whole = sum(watch.planned.span.frames for watch in facts.cameras if watch.jitter() is not None)
    mean = sum((watch.jitter() or 0.0) * watch.planned.span.frames for watch in facts.cameras) / max(1, whole)
    message = (
        f"The camera of {len(known)} shots jitters by {mean:.3f} px/frame^2; {JITTER_LIMIT:g} is the most. "
        f"The unsteadiest shot, with {worst:.3f}, starts on frame {first}."
    )
    return held("camera_jitter", message, mean, JITTER_LIMIT, "px/frame^2", passed=mean <= JITTER_LIMIT)


def _longest(flags: Sequence[bool], planned: Sequence[Span]) -> Span:
    """The longest run of flagged frames that lie in no planned span."""
    allowed = np.zeros(len(flags), bool)
    for span in planned:
        allowed[max(0, span.first) : max(0, span.stop)] = True
    best, first = Span(0, 0), 0
    for frame, flagged in enumerate([*(np.array(flags, bool) & ~allowed), False]):
        if flagged:
            continue
        if frame - first > best.frames:
            best = Span(first, frame - first)
        first = frame + 1
    return best
