"""A video that fails its quality checks: the render fails, the report stays, nothing is published."""

import json
from pathlib import Path

import pytest

from processors.engine.stage import RunContext
from processors.engine.work import InvalidInputError, WorkDone, WorkItem
from processors.renderer import Renderer, run
from render.errors import QualityError
from render.slot import PhotoSlot
from render.timeline import plan_timeline
from schemas.artifacts import ArtifactRef
from schemas.commands import RenderPhoto, RenderVideo
from schemas.jobs import Stage as StageName
from schemas.jobs import TaskOutcome, TaskRecord, TaskStatus
from schemas.quality import CheckResult, CheckStatus, QualityReport
from schemas.video import VideoReport
from tests.processors.reference.records import job as some_job
from tests.processors.reference.records import rendered

JOB = "11111111-2222-4333-8444-555555555555"
PEAK = CheckResult(
    check="true_peak", status=CheckStatus.FAILED, measured=0.2, limit=-1.0, unit="dBTP", message="Its true peak is 0.2."
)


def refused() -> VideoReport:
    quality = QualityReport(passed=False, planned=True, checks=[PEAK])
    return rendered(some_job(StageName.RENDER)).report.model_copy(update={"quality": quality})


def artifact(role: str) -> ArtifactRef:
    return ArtifactRef(
        uri=f"file:///artifacts/{'a' * 64}", sha256="a" * 64, bytes=1, media_type="x/y", file_name=role, role=role
    )


def assembled(report: VideoReport, *roles: str) -> TaskOutcome:
    return TaskOutcome(
        task_id="video",
        phase="assemble",
        kind="assemble",
        status=TaskStatus.SUCCEEDED,
        result=report.model_dump_json(),
        artifacts=[artifact(role) for role in roles],
    )


def command() -> RenderVideo:
    return RenderVideo(job_id=JOB, listing_id="l", photos=[RenderPhoto(photo_id="a", uri="file:///a.jpg")])


def test_the_work_hands_back_the_report_and_no_video(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> VideoReport:
        raise QualityError("the video is not as planned", refused())

    monkeypatch.setattr("processors.renderer.assemble", fail)
    timeline = plan_timeline([PhotoSlot("a")], None, seconds=2, height=90)
    item = WorkItem("1", "assemble", {"timeline": timeline.model_dump(mode="json")}, {}, tmp_path / "out")
    (done,) = run([item], lambda *_: None)
    assert isinstance(done, WorkDone)
    assert [file.role for file in done.files] == ["quality"]
    assert not QualityReport.model_validate_json(done.files[0].path.read_text()).passed
    assert not done.result["quality"]["passed"]


def test_the_run_fails_with_what_is_wrong() -> None:
    with pytest.raises(InvalidInputError) as caught:
        Renderer().finish(command(), [assembled(refused(), "quality")])
    assert caught.value.code == "quality_check_failed"
    assert "true_peak: Its true peak is 0.2." in caught.value.message


def test_no_video_is_announced() -> None:
    timeline = plan_timeline([PhotoSlot("a")], None, seconds=2, height=90)
    task = TaskRecord(
        job_id=JOB, run_id=JOB, listing_id="l", stage=StageName.RENDER, task_id="video", phase="assemble",
        kind="assemble", revision=1, params=json.dumps({"timeline": timeline.model_dump(mode="json")}),
    )  # fmt: skip
    assert Renderer().events(RunContext(JOB, JOB, "l"), task, assembled(refused(), "quality")) == ()


def test_of_two_versions_the_one_that_passes_is_the_result() -> None:
    good = refused().model_copy(update={"quality": None})
    ending = Renderer().finish(
        command(),
        [
            assembled(refused(), "quality"),
            assembled(good, "video", "timeline", "quality").model_copy(update={"task_id": "video-r1_1"}),
        ],
    )
    assert ending.has_result
    assert [file.role for file in ending.artifacts] == ["video", "timeline", "quality"]
