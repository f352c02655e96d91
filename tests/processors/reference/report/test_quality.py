"""The quality checks on the report page."""

import json

from processors.reference.report.quality import quality_of, quality_section
from schemas.quality import CheckResult, CheckStatus, QualityReport
from tests.processors.reference.records import listing_run, outcome

PEAK = CheckResult(
    check="true_peak", status=CheckStatus.FAILED, measured=-0.3, limit=-1.0, unit="dBTP", message="It is <loud>."
)
FINE = CheckResult(check="decodes", status=CheckStatus.PASSED, message="All decode.")
FAILED = QualityReport(passed=False, planned=True, checks=[FINE, PEAK])


def test_a_failed_check_comes_first_with_its_number_and_its_limit() -> None:
    section = quality_section(FAILED)
    assert "1 of 2 checks have failed" in section
    assert section.index("true peak") < section.index("decodes")
    assert "-0.3" in section
    assert "&lt;loud&gt;" in section
    assert "<details open>" in section


def test_nothing_is_said_without_a_report() -> None:
    assert quality_section(None) == ""
    assert quality_of(listing_run()) is None


def test_the_report_of_a_video_that_was_refused_is_found() -> None:
    run = listing_run()
    assert run.video is not None
    run.video.events = []
    refused = outcome("video").model_copy(
        update={"kind": "assemble", "result": json.dumps({"quality": FAILED.model_dump(mode="json")})}
    )
    run.outcomes[run.video.job.job_id] = [refused]
    assert quality_of(run) == FAILED
