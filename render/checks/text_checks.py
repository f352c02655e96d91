"""Checks of what is written on the picture: inside the safe area, legible, and labels on everything that is staged."""

from render.checks.expectation import Expectation, PlannedText
from render.checks.facts import NO_PLAN, Facts, held, not_applicable
from render.checks.text import LEAST_LETTERS, TextWatch
from schemas.quality import CheckResult

SAFE_MARGIN = 0.05  # of each side's length, all around: EBU R 95's graphics safe area
LEAST_CONTRAST = 4.5  # WCAG 2.2, success criterion 1.4.3
LEAST_PRESENCE = 0.5  # correlation with the letters as drawn; photos without them stay below 0.2, with them above 0.9
_ROUNDING = 1  # pixels


def check_safe_area(facts: Facts) -> CheckResult:
    """Every text lies inside the safe area: 5 % of the width and height from each edge."""
    expected = facts.expected
    if expected is None:
        return not_applicable("text_safe_area", NO_PLAN)
    if not expected.texts:
        return not_applicable("text_safe_area", "There is no text in it.")
    margins = [(_margin(text, expected), text.name) for text in expected.texts]
    least, name = min(margins)
    limit = SAFE_MARGIN
    message = (
        f"The text nearest to an edge ({name}) is {100 * least:.1f} % of the side away; {100 * limit:g} % is the least."
    )
    rounding = _ROUNDING / min(expected.width, expected.height)
    return held("text_safe_area", message, least, limit, "of the side", passed=least >= limit - rounding)


def check_text_shown(facts: Facts) -> CheckResult:
    """Every text is there on every frame of its span; labels of staged photos are `staged_labels`' business."""
    if facts.expected is None:
        return not_applicable("text_shown", NO_PLAN)
    labels = {index for staged in facts.expected.staged for index in staged.labels}
    watched = [watch for index, watch in enumerate(facts.texts) if index not in labels]
    if not watched:
        return not_applicable("text_shown", "There is no text in it but labels.")
    missing, where = 0, ""
    for watch in watched:
        span = watch.planned.span
        absent = [place for place in range(span.frames) if not _shown(watch, place)]
        if absent and not where:
            where = f" (the first: {watch.planned.name} on frame {span.first + absent[0]})"
        missing += len(absent)
    message = f"On {missing} frames a text that was planned is not there{where}."
    return held("text_shown", message, float(missing), 0.0, "frames", passed=missing == 0)


def check_contrast(facts: Facts) -> CheckResult:
    """Every text stands out from what is behind it by at least 4.5 : 1, on every frame that has it."""
    if facts.expected is None:
        return not_applicable("text_contrast", NO_PLAN)
    if not facts.texts:
        return not_applicable("text_contrast", "There is no text in it.")
    measurable = [watch for watch in facts.texts if watch.planned.letters >= LEAST_LETTERS]
    if not measurable:
        return not_applicable(
            "text_contrast", f"Its letters have less than {LEAST_LETTERS} pixels: too thin to measure."
        )
    found = [
        (contrast, watch.planned.name)
        for watch in measurable
        for place, contrast in enumerate(watch.contrast)
        if _shown(watch, place)
    ]
    if not found:
        return held("text_contrast", "Not one of its texts can be read.", 1.0, LEAST_CONTRAST, ": 1", passed=False)
    least, name = min(found)
    message = f"The text that stands out least ({name}) does so by {least:.1f} : 1; {LEAST_CONTRAST:g} : 1 is needed."
    return held("text_contrast", message, least, LEAST_CONTRAST, ": 1", passed=least >= LEAST_CONTRAST)


def check_staged_labels(facts: Facts) -> CheckResult:
    """A staged photo's label is seen on every frame that shows any of the photo."""
    expected = facts.expected
    if expected is None:
        return not_applicable("staged_labels", NO_PLAN)
    if not expected.staged:
        return not_applicable("staged_labels", "No staged photo is in it.")
    unlabelled, where = 0, ""
    for staged in expected.staged:
        seen: set[int] = set()
        for index in staged.labels:
            watch = facts.texts[index]
            first = watch.planned.span.first
            seen |= {first + place for place in range(watch.planned.span.frames) if _shown(watch, place)}
        missing = [frame for frame in range(staged.span.first, staged.span.stop) if frame not in seen]
        if missing and not where:
            where = f" (the first: frame {missing[0]}, {staged.photo_id})"
        unlabelled += len(missing)
    message = f"{unlabelled} frames show a staged photo without its label{where}."
    return held("staged_labels", message, float(unlabelled), 0.0, "frames", passed=unlabelled == 0)


def _margin(text: PlannedText, expected: Expectation) -> float:
    high, wide = text.coverage.shape
    across = min(text.left, expected.width - text.left - int(wide)) / expected.width
    down = min(text.top, expected.height - text.top - int(high)) / expected.height
    return float(min(across, down))


def _shown(watch: TextWatch, place: int) -> bool:
    """Whether a text can be made out on a frame of its span."""
    return place < len(watch.presence) and watch.presence[place] >= LEAST_PRESENCE
