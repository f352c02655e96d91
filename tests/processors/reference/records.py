"""Records as the service would send them, small, for tests of the reference backend."""

from pathlib import Path
from typing import Any

from processors.reference.jobs import Job, JobView
from processors.reference.listing import ListingRun
from processors.reference.photos import PhotoFolder, VideoWish
from schemas.artifacts import ArtifactRef, ErrorInfo
from schemas.audio import AudioAnalysis
from schemas.events import (
    AudioAnalyzed,
    ClipGenerated,
    Disclosure,
    Lineage,
    ListingSummarized,
    MediaAlteration,
    PhotoClassified,
    PhotoStaged,
    VideoRendered,
)
from schemas.jobs import JobCompleted, JobStatus, Progress, RunKind, Stage, TaskOutcome, TaskStatus
from schemas.photo import (
    CoverageItem,
    Covered,
    DuplicateGroup,
    Hero,
    LeftOut,
    QualityReason,
)
from schemas.staging import GateCheck, RoomUse, StagedItem, StagingReason, StagingStatus
from schemas.video import (
    BeatKind,
    ClipReport,
    Cut,
    Framing,
    Motion,
    MusicCue,
    Ratio,
    Segment,
    SegmentKind,
    Shot,
    Timeline,
    TransitionKind,
    VideoReport,
)
from tests.photo_records import photo_fields, quality

JOB_ID = "0b6a5c1e-8f0d-4b51-9a35-6f2d7c9b8a10"


def digest(number: int) -> str:
    return f"{number:064x}"


def job(stage: Stage = Stage.CLASSIFY) -> Job:
    return Job.live(stage, JOB_ID, "digest")


def artifact(number: int, role: str = "clip", file_name: str = "clip.mp4") -> ArtifactRef:
    return ArtifactRef(
        uri=f"file:///artifacts/{digest(number)}",
        sha256=digest(number),
        bytes=10,
        media_type="video/mp4",
        file_name=file_name,
        role=role,
    )


def outcome(task_id: str, **changes: Any) -> TaskOutcome:
    values = {"task_id": task_id, "phase": "photos", "kind": "photo", "status": TaskStatus.SUCCEEDED}
    return TaskOutcome(**{**values, **changes})


def completion(about: Job, **changes: Any) -> JobCompleted:
    values = {
        "event_id": f"end-{about.run_id}",
        "job_id": about.job_id,
        "run_id": about.run_id,
        "run_kind": RunKind.LIVE,
        "listing_id": "listing",
        "stage": about.stage,
        "status": JobStatus.SUCCEEDED,
        "started_ms": 1_000,
        "ended_ms": 3_500,
    }
    return JobCompleted(**{**values, **changes})


def progress(about: Job, percent: float, phase: str = "photos") -> Progress:
    return Progress(
        job_id=about.job_id,
        run_id=about.run_id,
        stage=about.stage,
        phase=phase,
        percent=percent,
        items_done=1,
        items_failed=0,
        items_total=4,
        eta_seconds=3.0,
        at_ms=0,
    )


def _envelope(about: Job, event_id: str) -> dict[str, Any]:
    return {"event_id": event_id, "job_id": about.job_id, "run_id": about.run_id, "listing_id": "listing"}


def classified(about: Job, photo_id: str) -> PhotoClassified:
    return PhotoClassified(
        **_envelope(about, f"photo-{photo_id}"),
        photo_id=photo_id,
        **photo_fields(
            "kitchen",
            reso_image_of="Kitchen",
            quality=quality(81.0, reasons=[QualityReason.TOO_DARK], hints=["Open the curtains."]),
        ),
    )


def summarized(about: Job, order: list[str]) -> ListingSummarized:
    return ListingSummarized(
        **_envelope(about, "summary"),
        order=order,
        hero=Hero(photo_id=order[0], reason="It is the best.") if order else None,
        duplicates=[DuplicateGroup(keep="a.jpg", drop=["copy of a.jpg"])],
        left_out=[LeftOut(photo_id="copy of a.jpg", reason="It shows the same as a.jpg.")],
        coverage=[Covered(item=CoverageItem.KITCHEN, photo_ids=order), Covered(item=CoverageItem.FRONT, photo_ids=[])],
        rooms=[],
        repeated_marks=[],
    )


def clip(about: Job, photo_id: str, number: int) -> ClipGenerated:
    report = ClipReport(
        motion=Motion.PUSH_IN,
        framing=Framing.COVER,
        photo_width=1200,
        photo_height=800,
        width=640,
        height=360,
        fps=30,
        frames=90,
        enlargement=1.0,
        kept=0.9,
        bytes=1000,
    )
    return ClipGenerated(
        **_envelope(about, f"clip-{photo_id}"), photo_id=photo_id, clip=artifact(number), report=report
    )


def timeline() -> Timeline:
    shot = {"motion": Motion.PUSH_IN, "zoom": 1.1, "travel": 0.1}
    return Timeline(
        width=640,
        height=360,
        fps=30,
        frames=120,
        seconds_wanted=4.0,
        shots=[
            Shot(photo_id="a.jpg", first_frame=0, frames=63, **shot),
            Shot(photo_id="<b>.jpg", first_frame=57, frames=63, **shot),
        ],
        cuts=[
            Cut(
                frame=60,
                transition=TransitionKind.DISSOLVE,
                transition_frames=6,
                beat=BeatKind.DOWNBEAT,
                beat_s=1.99,
                error_frames=0.3,
                error_s=0.01,
            )
        ],
        segments=[Segment(kind=SegmentKind.BODY, shot=0, first_frame=0, frames=120)],
        music=MusicCue(start_s=0.5, fade_in_frames=0, fade_out_frames=30),
    )


def analysis() -> AudioAnalysis:
    return AudioAnalysis(
        duration_s=60.0,
        sample_rate=44_100,
        channels=2,
        codec="vorbis",
        silent=False,
        tempo_bpm=120.0,
        tempo_confidence=0.9,
        beats_s=[0.5 + 0.5 * n for n in range(40)],
        downbeats_s=[0.5 + 2.0 * n for n in range(10)],
    )


def rendered(about: Job) -> VideoRendered:
    report = VideoReport(
        bytes=1_000_000,
        container="mp4",
        codec="h264",
        pixel_format="yuv420p",
        width=640,
        height=360,
        fps_numerator=30,
        fps_denominator=1,
        frames=120,
        duration_s=4.0,
        decodes=True,
        constant_frame_rate=True,
        sample_aspect="1:1",
        color_range="tv",
        color_primaries="bt709",
        color_transfer="bt709",
        color_matrix="bt709",
        faststart=True,
        loudness_lufs=-14.0,
        true_peak_dbtp=-1.2,
    )
    return VideoRendered(
        **_envelope(about, "video"),
        video=artifact(9, "video", "video.mp4"),
        timeline=artifact(10, "timeline", "video.json"),
        report=report,
        photo_ids=["a.jpg", "<b>.jpg"],
        tempo_bpm=120.0,
    )


def listing_run() -> ListingRun:
    """A listing of two good photos, a duplicate and a broken one, as it looks when everything has ended."""
    jobs = {stage: job(stage) for stage in (Stage.CLASSIFY, Stage.CLIP, Stage.RENDER)}
    views = {stage: JobView(about) for stage, about in jobs.items()}
    photos = {name: Path("/photos", name) for name in ("a.jpg", "<b>.jpg", "copy of a.jpg", "broken.jpg")}
    run = ListingRun(
        "Elm <Street> 5",
        PhotoFolder(photos, ("notes.txt",)),
        Path("/music/track.ogg"),
        VideoWish(4.0, Ratio.WIDE_16_9, 30, 360),
        views[Stage.CLASSIFY],
        views[Stage.CLIP],
        views[Stage.RENDER],
    )
    error = ErrorInfo(code="image_truncated", message="The data ends at row 10 of 800.", item="broken.jpg")
    outcomes = [
        outcome("photo:0"),
        outcome("photo:3", status=TaskStatus.FAILED, error=error, item="broken.jpg"),
    ]
    run.classify.completion = completion(
        jobs[Stage.CLASSIFY], status=JobStatus.PARTIAL, tasks=outcomes, tasks_total=2, tasks_failed=1, cache_hits=1
    )
    views[Stage.CLIP].completion = completion(jobs[Stage.CLIP])
    views[Stage.RENDER].completion = completion(jobs[Stage.RENDER])
    run.outcomes[run.classify.job.job_id] = outcomes
    good = ["a.jpg", "<b>.jpg"]
    run.classify.events = [
        *(classified(jobs[Stage.CLASSIFY], name) for name in [*good, "copy of a.jpg"]),
        summarized(jobs[Stage.CLASSIFY], good),
    ]
    views[Stage.CLIP].events = [clip(jobs[Stage.CLIP], name, n) for n, name in enumerate(good, 20)]
    audio = AudioAnalyzed(**_envelope(jobs[Stage.RENDER], "audio"), **analysis().model_dump())
    views[Stage.RENDER].events = [audio, rendered(jobs[Stage.RENDER])]
    return run


def add_staging(run: ListingRun) -> None:
    """One room furnished, and one that stays as it is."""
    about = job(Stage.STAGE)
    run.staging = JobView(about, completion=completion(about))
    run.staging.events = [staged_photo(about, "a.jpg"), staged_photo(about, "<b>.jpg", staged=False)]


def staged_photo(about: Job, photo_id: str, *, staged: bool = True) -> PhotoStaged:
    alteration = MediaAlteration.VIRTUAL_STAGING_ITEM_ADDITION if staged else MediaAlteration.NONE
    original = artifact(77, "original", "original.jpg")
    return PhotoStaged(
        event_id=f"staged {photo_id}",
        job_id=about.job_id,
        run_id=about.run_id,
        listing_id="Elm <Street> 5",
        cached=False,
        photo_id=photo_id,
        variation=0,
        staged=artifact(78, "staged", "v0-staged.jpg") if staged else original,
        disclosure=Disclosure(alterations=[alteration], original=original, label="Virtually staged" if staged else ""),
        lineage=Lineage(seed=3, kit="contemporary@2"),
        status=StagingStatus.STAGED if staged else StagingStatus.UNSTAGED,
        reasons=[] if staged else [StagingReason(code="no_floor", detail="No floor is seen.")],
        furnished_as=RoomUse.LIVING,
        items=[_item("sofa", anchor=number == 0) for number in range(2)] if staged else [],
        left_out=["left out: no room"] if staged else [],
        gate=[
            GateCheck(check="stray", found=0.1, limit=0.2, side="at_most", passed=True),
            GateCheck(check="noise", found=None, limit=0.2, side="at_most", passed=False),
        ],
    )


def _item(kind: str, *, anchor: bool) -> StagedItem:
    numbers = {name: 1.0 for name in StagedItem.model_fields if name.endswith(("_m", "_px", "_deg"))}
    return StagedItem(slot=kind, kind=kind, design="track", anchor=anchor, **numbers)
