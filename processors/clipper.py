"""The clipper: one clip for each photo, the camera moving over it by parts of a pixel."""

from collections.abc import Callable, Sequence

from processors.engine.stage import Ending, Event, Phase, Plan, RunContext, Stage, TaskSpec
from processors.engine.wire import derived_id
from processors.engine.work import InvalidInputError, OutputFile, WorkDone, WorkItem
from processors.media_failures import one_by_one
from processors.settings import Settings
from processors.video_versions import label_of
from render.clip import ClipQualityError, make_clip
from render.errors import PlanError
from render.ffmpeg import encoder_build
from render.framing import choose_motion
from render.ramp import check_ramp
from schemas.commands import GenerateClips
from schemas.edit import NarrowFraming
from schemas.events import ClipGenerated
from schemas.jobs import Stage as StageName
from schemas.jobs import TaskInput, TaskOutcome, TaskRecord, TaskStatus
from schemas.photo import Crop, Point
from schemas.quality import CheckStatus
from schemas.video import ClipReport, Motion, SpeedRamp

CLIP_REVISION = 4
"""Raised by hand when the same photo and parameters give another clip."""


class Clipper(Stage[GenerateClips]):
    """GenerateClips: photos -> clips."""

    name = StageName.CLIP
    command_type = GenerateClips
    run = "processors.clipper:run"

    def plan(self, command: GenerateClips) -> Plan:
        """One task a photo. What auto means is settled here, by the photo's place.

        Raises InvalidInputError for a speed ramp that is none, and for a parallax without a depth map.
        """
        for photo in command.photos:
            try:
                check_ramp(photo.ramp)
            except PlanError as error:
                raise InvalidInputError(error.code, f"photo {photo.photo_id}: {error.message}") from error
            if photo.motion is Motion.PARALLAX and photo.depth is None:
                message = f"photo {photo.photo_id} has no depth map, which a parallax needs"
                raise InvalidInputError("plan_failed", message)
        tasks = tuple(
            TaskSpec(
                task_id=f"clip:{place:04d}",
                kind="clip",
                revision=CLIP_REVISION,
                params={
                    "motion": choose_motion(photo.motion, place, focused=photo.focus is not None).value,
                    "frames": round(command.seconds * command.fps),
                    "width": command.width,
                    "height": command.height,
                    "fps": command.fps,
                    "scene": photo.scene,
                    "ramp": photo.ramp.model_dump(mode="json"),
                    "focus": None if photo.focus is None else photo.focus.model_dump(mode="json"),
                    "crops": [crop.model_dump(mode="json") for crop in photo.crops],
                    "narrow": command.narrow.value,
                    "matte": command.matte,
                    "strict": command.strict_resolution,
                    "label": label_of(photo.disclosure),
                },
                inputs=(
                    TaskInput(name="photo", uri=photo.uri),
                    *((TaskInput(name="depth", uri=photo.depth),) if photo.depth is not None else ()),
                ),
                item=photo.photo_id,
                versions={"encoder": encoder_build()},
            )
            for place, photo in enumerate(command.photos)
        )
        return Plan(Phase("clips", tasks), {"clips": 1.0})

    def finish(self, command: GenerateClips, outcomes: Sequence[TaskOutcome]) -> Ending:  # noqa: ARG002
        """The clips are the result; without one there is none.

        Raises InvalidInputError quality_check_failed when clips were made and not one passes its checks; the reports
        are among the artifacts of the tasks.
        """
        done = [outcome for outcome in outcomes if outcome.status is TaskStatus.SUCCEEDED]
        made = [outcome for outcome in done if _published(outcome)]
        refused = [outcome for outcome in done if not _published(outcome)]
        if refused and not made:
            raise InvalidInputError("quality_check_failed", f"The clip is not as planned: {_wrong(refused[0])}")
        result: dict[str, object] = {"clips": len(made)}
        if refused:
            result["quality_check_failed"] = {outcome.task_id: _wrong(outcome) for outcome in refused}
        return Ending(
            has_result=bool(made),
            result=result,
            artifacts=tuple(artifact for outcome in made for artifact in outcome.artifacts),
        )

    def events(self, run: RunContext, task: TaskRecord, outcome: TaskOutcome) -> Sequence[Event]:
        """ClipGenerated, for each clip that was made."""
        if outcome.status is not TaskStatus.SUCCEEDED or not _published(outcome):
            return ()
        event = ClipGenerated(
            event_id=derived_id(run.run_id, "clip", task.task_id),
            job_id=run.job_id,
            run_id=run.run_id,
            listing_id=run.listing_id,
            cached=outcome.cached,
            photo_id=task.item or "",
            clip=next(artifact for artifact in outcome.artifacts if artifact.role == "clip"),
            report=ClipReport.model_validate_json(outcome.result),
            source=outcome.inputs[0] if outcome.inputs else None,
        )
        return (Event("media.clip.generated", run.job_id, event),)


def _published(outcome: TaskOutcome) -> bool:
    """Whether a task came to a clip: one that fails its quality checks leaves its report alone."""
    return any(artifact.role == "clip" for artifact in outcome.artifacts)


def _wrong(outcome: TaskOutcome) -> str:
    quality = ClipReport.model_validate_json(outcome.result).quality
    checks = quality.checks if quality is not None else []
    return "; ".join(f"{check.check}: {check.message}" for check in checks if check.status is CheckStatus.FAILED)


def _make(item: WorkItem, report: Callable[[float], None]) -> WorkDone:
    params = item.params
    out = item.out_dir / "clip.mp4"
    checks = OutputFile(out.with_suffix(".quality.json"), "quality", "application/json", "quality.json")
    try:
        made = make_clip(
            item.inputs["photo"],
            out,
            Motion(params["motion"]),
            frames=params["frames"],
            width=params["width"],
            height=params["height"],
            fps=params["fps"],
            scene=params["scene"],
            ramp=SpeedRamp.model_validate(params["ramp"]),
            focus=None if params["focus"] is None else Point.model_validate(params["focus"]),
            crops=tuple(Crop.model_validate(crop) for crop in params["crops"]),
            depth=item.inputs.get("depth"),
            narrow=NarrowFraming(params["narrow"]),
            matte=params["matte"],
            strict=params["strict"],
            label=params["label"],
            report=report,
        )
    except ClipQualityError as error:
        # The report must outlive the clip: it is this task's result, and no clip is announced.
        return WorkDone(error.clip.model_dump(mode="json"), (checks,))
    file = OutputFile(
        out, "clip", "video/mp4", "clip.mp4", params["width"], params["height"], duration_frames=params["frames"]
    )
    return WorkDone(made.model_dump(mode="json"), (file, checks))


run = one_by_one(_make)


def make_stage(settings: Settings) -> Clipper:  # noqa: ARG001  every stage is made from the settings
    """The stage as `vls-media run clipper` runs it."""
    return Clipper()
