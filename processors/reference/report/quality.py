"""The quality checks of the video as a table, failures first; also of a video that was refused for them."""

import json
from html import escape

from processors.reference.listing import ListingRun
from schemas.jobs import TaskStatus
from schemas.quality import CheckResult, CheckStatus, QualityReport

_ORDER = {CheckStatus.FAILED: 0, CheckStatus.PASSED: 1, CheckStatus.NOT_APPLICABLE: 2}
_SAID = {
    CheckStatus.FAILED: '<span class="bad">failed</span>',
    CheckStatus.PASSED: '<span class="chip good">passed</span>',
    CheckStatus.NOT_APPLICABLE: '<span class="soft">not applicable</span>',
}


def quality_of(run: ListingRun) -> QualityReport | None:
    """The quality report of the video, also where the video was not published because of it; None: none was made."""
    if run.rendered is not None:
        return run.rendered.report.quality
    for outcome in run.outcomes.get(run.video.job.job_id, []) if run.video is not None else []:
        if outcome.kind == "assemble" and outcome.status is TaskStatus.SUCCEEDED:
            found = json.loads(outcome.result).get("quality")
            return QualityReport.model_validate(found) if found is not None else None
    return None


def quality_section(quality: QualityReport | None) -> str:
    """The section of the page, or nothing."""
    if quality is None:
        return ""
    failed = sum(check.status is CheckStatus.FAILED for check in quality.checks)
    applied = sum(check.status is not CheckStatus.NOT_APPLICABLE for check in quality.checks)
    lead = (
        f"All {applied} checks that apply have passed." if not failed else f"{failed} of {applied} checks have failed."
    )
    rows = "".join(_row(check) for check in sorted(quality.checks, key=lambda check: _ORDER.get(check.status, 1)))
    heads = '<th></th><th>check</th><th class="n">measured</th><th class="n">limit</th><th>unit</th><th>found</th>'
    table = f"<table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>"
    state = " open" if failed else ""
    return (
        f'<section><h2>Quality</h2><p class="{"bad" if failed else "soft"}">{lead}</p>'
        f'<details{state}><summary>All {len(quality.checks)} checks</summary><div class="card scroll">{table}</div>'
        "</details></section>"
    )


def _row(check: CheckResult) -> str:
    return (
        f"<tr{' class=failed' if check.status is CheckStatus.FAILED else ''}><td>{_SAID.get(check.status, '')}</td>"
        f'<td>{escape(check.check.replace("_", " "))}</td><td class="n">{_number(check.measured)}</td>'
        f'<td class="n">{_number(check.limit)}</td><td>{escape(check.unit)}</td><td>{escape(check.message)}</td></tr>'
    )


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.4g}"
