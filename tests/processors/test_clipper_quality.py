"""Clips are held against their plan: one that fails its checks is not announced, its report stays."""

import json
from pathlib import Path

import pytest

from processors.clipper import Clipper, run
from processors.engine.stage import RunContext
from processors.engine.work import InvalidInputError, WorkDone, WorkItem
from render.checks.report import write_quality
from render.clip import ClipQualityError, make_clip
from schemas.artifacts import ArtifactRef
from schemas.commands import ClipPhoto, GenerateClips
from schemas.events import ClipGenerated
from schemas.jobs import Stage as StageName
from schemas.jobs import TaskOutcome, TaskRecord, TaskStatus
from schemas.quality import CheckStatus, QualityReport
from schemas.video import ClipReport, Motion, VideoReport
from tests.processors.reference.records import job as some_job
from tests.processors.reference.records import rendered
from tests.render.pictures import make_photo

JOB = "11111111-2222-4333-8444-555555555555"


def command() -> GenerateClips:
    photos = [ClipPhoto(photo_id=name, uri=f"file:///{name}.jpg") for name in ("a", "b")]
    return GenerateClips(job_id=JOB, listing_id="l", photos=photos, seconds=1, width=160, height=90)


def found_in(clip: ClipReport) -> VideoReport:
    return rendered(some_job(StageName.RENDER)).report.model_copy(update={"quality": clip.quality})


def outcome(place: int, report: ClipReport, *roles: str) -> TaskOutcome:
    refs = [
        ArtifactRef(uri="file:///x", sha256="a" * 64, bytes=1, media_type="x/y", file_name=role, role=role)
        for role in roles
    ]
    return TaskOutcome(
        task_id=f"clip:{place:04d}", phase="clips", kind="clip", status=TaskStatus.SUCCEEDED,
        result=report.model_dump_json(), artifacts=refs,
    )  # fmt: skip


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> ClipReport:
    folder = tmp_path_factory.mktemp("clip")
    photo = make_photo(folder / "a.png", 320, 180)
    return make_clip(photo, folder / "a.mp4", Motion.PUSH_IN, seconds=1, width=160, height=90)


@pytest.fixture
def bad(good: ClipReport) -> ClipReport:
    assert good.quality is not None
    first, *others = good.quality.checks
    wrong = first.model_copy(update={"status": CheckStatus.FAILED, "message": "Frame 3 does not decode."})
    quality = QualityReport(passed=False, planned=True, checks=[wrong, *others])
    return good.model_copy(update={"quality": quality})


def test_a_clip_is_held_against_its_plan(good: ClipReport) -> None:
    assert good.quality is not None
    assert good.quality.passed
    assert good.quality.planned
    found = {check.check: check.status for check in good.quality.checks}
    assert found["frame_count"] is found["colour_tags"] is found["no_frozen"] is CheckStatus.PASSED
    assert found["loudness"] is CheckStatus.NOT_APPLICABLE


def test_a_clip_that_fails_leaves_its_report_and_no_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, bad: ClipReport
) -> None:
    def inspected(path: Path, _: object) -> VideoReport:
        assert path.exists()
        return found_in(bad)

    monkeypatch.setattr("render.clip.inspect_video", inspected)
    photo = make_photo(tmp_path / "a.png", 320, 180)
    with pytest.raises(ClipQualityError, match="Frame 3") as caught:
        make_clip(photo, tmp_path / "a.mp4", Motion.HOLD, seconds=1, width=160, height=90)
    assert caught.value.code == "quality_check_failed"
    assert {path.name for path in tmp_path.iterdir()} == {"a.png", "a.quality.json"}


def test_the_work_hands_back_the_report_and_no_clip(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, bad: ClipReport
) -> None:
    def fail(_: Path, out: Path, *__: object, **___: object) -> ClipReport:
        found = found_in(bad)
        write_quality(out, found)
        raise ClipQualityError("the clip is not as planned", found, bad)

    monkeypatch.setattr("processors.clipper.make_clip", fail)
    params = json.loads(json.dumps(Clipper().plan(command()).first.tasks[0].params))
    (done,) = run([WorkItem("1", "clip", params, {"photo": tmp_path / "a.png"}, tmp_path / "out")], lambda *_: None)
    assert isinstance(done, WorkDone)
    assert [file.role for file in done.files] == ["quality"]
    assert not QualityReport.model_validate_json(done.files[0].path.read_text()).passed


def test_the_run_names_the_clips_that_failed_and_keeps_the_others(good: ClipReport, bad: ClipReport) -> None:
    ending = Clipper().finish(command(), [outcome(0, good, "clip", "quality"), outcome(1, bad, "quality")])
    assert ending.result["clips"] == 1
    assert ending.result["quality_check_failed"] == {"clip:0001": "decodes: Frame 3 does not decode."}
    assert [artifact.role for artifact in ending.artifacts] == ["clip", "quality"]
    with pytest.raises(InvalidInputError, match="quality_check_failed"):
        Clipper().finish(command(), [outcome(0, bad, "quality")])


def test_only_a_clip_that_passed_is_announced(good: ClipReport, bad: ClipReport) -> None:
    run_of = RunContext(JOB, JOB, "l")
    task = TaskRecord(
        job_id=JOB, run_id=JOB, listing_id="l", stage=StageName.CLIP, task_id="clip:0000", phase="clips", kind="clip",
        revision=1, item="a", params="{}",
    )  # fmt: skip
    assert Clipper().events(run_of, task, outcome(0, bad, "quality")) == ()
    (event,) = Clipper().events(run_of, task, outcome(0, good, "clip", "quality"))
    assert isinstance(event.record, ClipGenerated)
    assert event.record.clip.role == "clip"
    assert event.record.report.quality is not None
