"""The renderer: a listing video, cut on the beats of its music.

prepare   look at every photo and listen to the music, side by side
segments  encode every part of the timeline, side by side
assemble  join the parts by stream copy, mix the music once, check the file
"""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from processors.engine.stage import Ending, Event, Phase, Plan, RunContext, Stage, TaskSpec
from processors.engine.wire import derived_id
from processors.engine.work import InvalidInputError, OutputFile, WorkDone, WorkItem
from processors.media_failures import one_by_one
from processors.settings import Settings
from processors.video_versions import (
    SEGMENT_REVISION,
    Laid,
    check_command,
    encoding_of,
    needs_original,
    segment_tasks,
    versions_of,
)
from render.assemble import assemble
from render.audio import analyse
from render.checks import failures
from render.encoders import X264, Encoding
from render.errors import QualityError
from render.ffmpeg import encoder_build
from render.photo import load_photo
from render.segment import render_segment
from render.slot import ratio_of
from render.stamp import load_logo
from schemas.artifacts import ArtifactRef
from schemas.commands import RenderVideo
from schemas.events import AudioAnalyzed, ResultEvent, SegmentRendered, VideoRendered
from schemas.jobs import Stage as StageName
from schemas.jobs import TaskInput, TaskOutcome, TaskRecord, TaskStatus
from schemas.video import SegmentKind, Timeline, VideoReport

REVISIONS = {"check": 1, "music": 2, "segment": SEGMENT_REVISION, "assemble": 4}
"""Raised by hand, each when the same inputs and parameters give another output of that step."""

_CHECK_SIZE = (64, 64)  # enough to have decoded every row


class Renderer(Stage[RenderVideo]):
    """RenderVideo: photos and music -> a video."""

    name = StageName.RENDER
    command_type = RenderVideo
    run = "processors.renderer:run"

    def __init__(self, encoder: str = X264) -> None:
        """`encoder` is one of render.encoders. Raises EncoderError for another."""
        self._encoder = Encoding(encoder).encoder

    def plan(self, command: RenderVideo) -> Plan:
        """Every file is looked at first, so that a broken one is left out of the timeline and not found in the middle.

        Raises InvalidInputError for what cannot be had: a shape, a template's field or slot, a text too long.
        """
        check_command(command)
        looks = []
        for place, photo in enumerate(command.photos):
            looks.append(_look(f"check:{place:04d}", photo.uri, photo.photo_id))
            if photo.depth is not None:
                looks.append(_look(f"depth:{place:04d}", photo.depth, photo.photo_id))
            if photo.disclosure is not None and needs_original(command, photo):
                looks.append(_look(f"original:{place:04d}", photo.disclosure.original.uri, photo.photo_id))
        if command.brand is not None and command.brand.logo is not None:
            looks.append(_look("logo", command.brand.logo, "logo", kind="logo"))
        music: tuple[TaskSpec, ...] = ()
        if command.music is not None:
            listen = TaskSpec(
                task_id="music",
                kind="music",
                revision=REVISIONS["music"],
                params={},
                inputs=(TaskInput(name="music", uri=command.music),),
                item="music",
            )
            music = (listen,)
        return Plan(Phase("prepare", (*music, *looks)), {"prepare": 0.08, "segments": 0.84, "assemble": 0.08})

    def next_phase(self, command: RenderVideo, phase: str, outcomes: Sequence[TaskOutcome]) -> Phase | None:
        """Segments once everything was looked at; the assembly of each version once every segment is there."""
        by_id = {outcome.task_id: outcome for outcome in outcomes}
        encoding = encoding_of(command, self._encoder)
        if phase == "prepare":
            return Phase("segments", tuple(segment_tasks(command, versions_of(command, by_id), encoding)[0]))
        if phase == "segments":
            if any(o.kind == "segment" and o.status is not TaskStatus.SUCCEEDED for o in outcomes):
                return None
            laid = segment_tasks(command, versions_of(command, by_id), encoding)[1]
            return Phase("assemble", tuple(_assemble_task(command, version, by_id, encoding) for version in laid))
        return None

    def finish(self, command: RenderVideo, outcomes: Sequence[TaskOutcome]) -> Ending:  # noqa: ARG002
        """The assembled videos are the result; what is said of the file is of the first version.

        Raises InvalidInputError quality_check_failed when not one version passes its checks; the reports are among the
        artifacts of the tasks.
        """
        assembled = [o for o in outcomes if o.kind == "assemble" and o.status is TaskStatus.SUCCEEDED]
        made = [outcome for outcome in assembled if _published(outcome)]
        if assembled and not made:
            wrong = "; ".join(failures(VideoReport.model_validate_json(assembled[0].result)))
            raise InvalidInputError("quality_check_failed", f"The video is not as planned: {wrong}")
        if not made:
            return Ending(has_result=False)
        first = next((outcome for outcome in made if outcome.task_id == "video"), made[0])
        others = [outcome for outcome in made if outcome is not first]
        artifacts: list[ArtifactRef] = [artifact for outcome in (first, *others) for artifact in outcome.artifacts]
        return Ending(has_result=True, result=json.loads(first.result), artifacts=tuple(artifacts))

    def events(self, run: RunContext, task: TaskRecord, outcome: TaskOutcome) -> Sequence[Event]:
        """AudioAnalyzed, SegmentRendered, VideoRendered."""
        if outcome.status is not TaskStatus.SUCCEEDED or task.kind not in _EVENTS:
            return ()
        if task.kind == "assemble" and not _published(outcome):
            return ()
        topic, make = _EVENTS[task.kind]
        whose = {
            "event_id": derived_id(run.run_id, task.kind, task.task_id),
            "job_id": run.job_id,
            "run_id": run.run_id,
            "listing_id": run.listing_id,
            "cached": outcome.cached,
        }
        return (Event(topic, run.job_id, make(whose, task, outcome)),)


def _published(outcome: TaskOutcome) -> bool:
    """Whether an assembly came to a video: one that fails its quality checks leaves its report alone."""
    return any(artifact.role == "video" for artifact in outcome.artifacts)


def _look(task_id: str, uri: str, item: str, kind: str = "check") -> TaskSpec:
    return TaskSpec(
        task_id=task_id,
        kind=kind,
        revision=REVISIONS["check"],
        params={},
        inputs=(TaskInput(name="photo", uri=uri),),
        item=item,
    )


def _assemble_task(command: RenderVideo, laid: Laid, by_id: Mapping[str, TaskOutcome], encoding: Encoding) -> TaskSpec:
    version = laid.version
    timeline = version.timeline
    parts = []
    for index, task_id in enumerate(laid.task_ids):
        artifact = by_id[task_id].artifacts[0]
        parts.append(TaskInput(name=f"segment-{index:04d}", uri=artifact.uri, sha256=artifact.sha256))
    if timeline.music is not None and command.music is not None:
        parts.append(TaskInput(name="music", uri=command.music))
    suffix = f"-{version.name}" if version.name else ""
    return TaskSpec(
        task_id=f"video{suffix}",
        kind="assemble",
        revision=REVISIONS["assemble"],
        params={"timeline": timeline.model_dump(mode="json")} | ({"name": version.name} if version.name else {}),
        labels={
            "tempo_bpm": _tempo(timeline, by_id),
            "branded": str(version.branded).lower(),
            "encoder": encoding.encoder,
            "reproducible": str(encoding.reproducible).lower(),
            "preview": str(command.preview).lower(),
        },
        inputs=tuple(parts),
        item=command.listing_id,
        versions={"encoder": encoder_build()},
    )


def _tempo(timeline: Timeline, by_id: Mapping[str, TaskOutcome]) -> str:
    """The tempo that the cuts keep to, or nothing."""
    heard = by_id.get("music")
    if timeline.music is None or heard is None or all(cut.beat_s is None for cut in timeline.cuts):
        return ""
    return str(json.loads(heard.result).get("tempo_bpm") or "")


def _audio_event(whose: dict[str, Any], task: TaskRecord, outcome: TaskOutcome) -> ResultEvent:  # noqa: ARG001
    return AudioAnalyzed.model_validate({**json.loads(outcome.result), **whose, "source": _source(outcome)})


def _segment_event(whose: dict[str, Any], task: TaskRecord, outcome: TaskOutcome) -> ResultEvent:
    params = json.loads(task.params)
    return SegmentRendered(
        **whose,
        segment=outcome.artifacts[0],
        index=int(task.labels["index"]),
        kind=SegmentKind(params["kind"]),
        first_frame=int(task.labels["first_frame"]),
        duration_frames=params["frames"],
        photo_ids=json.loads(task.labels["photo_ids"]),
    )


def _video_event(whose: dict[str, Any], task: TaskRecord, outcome: TaskOutcome) -> ResultEvent:
    timeline = Timeline.model_validate(json.loads(task.params)["timeline"])
    return VideoRendered(
        **whose,
        video=next(artifact for artifact in outcome.artifacts if artifact.role == "video"),
        timeline=next(artifact for artifact in outcome.artifacts if artifact.role == "timeline"),
        report=VideoReport.model_validate_json(outcome.result),
        photo_ids=[shot.photo_id for shot in timeline.shots],
        left_out=timeline.left_out,
        tempo_bpm=float(task.labels["tempo_bpm"]) if task.labels["tempo_bpm"] else None,
        notes=timeline.notes,
        plan=timeline,
        branded=task.labels["branded"] == "true",
        credit=timeline.music.credit if timeline.music is not None else None,
        quality=next((artifact for artifact in outcome.artifacts if artifact.role == "quality"), None),
        encoder=task.labels["encoder"],
        reproducible=task.labels["reproducible"] == "true",
        preview=task.labels["preview"] == "true",
        ratio=ratio_of(timeline.width, timeline.height),
    )


def _source(outcome: TaskOutcome) -> dict[str, Any] | None:
    return outcome.inputs[0].model_dump(mode="json") if outcome.inputs else None


_EVENTS: dict[str, tuple[str, Callable[[dict[str, Any], TaskRecord, TaskOutcome], ResultEvent]]] = {
    "music": ("media.audio.analyzed", _audio_event),
    "segment": ("media.segment.rendered", _segment_event),
    "assemble": ("media.video.rendered", _video_event),
}


def _check(item: WorkItem) -> WorkDone:
    photo = load_photo(item.inputs["photo"], _CHECK_SIZE)
    return WorkDone({"width": photo.width, "height": photo.height})


def _check_logo(item: WorkItem) -> WorkDone:
    logo = load_logo(item.inputs["photo"])
    return WorkDone({"width": logo.width, "height": logo.height})


def _listen(item: WorkItem) -> WorkDone:
    return WorkDone(analyse(item.inputs["music"]).model_dump(mode="json"))


def _encode(item: WorkItem, report: Callable[[float], None]) -> WorkDone:
    out = item.out_dir / "segment.mp4"
    size = render_segment(item.params, item.inputs, out, report)
    width, height, frames = item.params["width"], item.params["height"], item.params["frames"]
    return WorkDone({"bytes": size}, (OutputFile(out, "segment", "video/mp4", "segment.mp4", width, height, frames),))


def _assemble(item: WorkItem, report: Callable[[float], None]) -> WorkDone:
    timeline = Timeline.model_validate(item.params["timeline"])
    segments = [item.inputs[name] for name in sorted(item.inputs) if name.startswith("segment-")]
    suffix = f"-{item.params['name']}" if "name" in item.params else ""
    out, plan = item.out_dir / "video.mp4", item.out_dir / "timeline.json"
    try:
        made = assemble(segments, timeline, item.inputs.get("music"), out, report)
    except QualityError as error:
        # The report must outlive the video: it is this task's result, and `finish` ends the run for it.
        return WorkDone(error.report.model_dump(mode="json"), (_quality_file(item, error.report, suffix),))
    plan.write_text(timeline.model_dump_json(indent=2) + "\n", encoding="utf-8")
    files = (
        OutputFile(out, "video", "video/mp4", f"video{suffix}.mp4", timeline.width, timeline.height, timeline.frames),
        OutputFile(plan, "timeline", "application/json", f"timeline{suffix}.json"),
    )
    return WorkDone(made.model_dump(mode="json"), (*files, _quality_file(item, made, suffix)))


def _quality_file(item: WorkItem, made: VideoReport, suffix: str) -> OutputFile:
    if made.quality is None:
        raise ValueError("a video was assembled and not checked")
    checks = item.out_dir / "quality.json"
    checks.write_text(made.quality.model_dump_json(indent=2) + "\n", encoding="utf-8")
    return OutputFile(checks, "quality", "application/json", f"quality{suffix}.json")


def _work(item: WorkItem, report: Callable[[float], None]) -> WorkDone:
    match item.kind:
        case "check":
            return _check(item)
        case "logo":
            return _check_logo(item)
        case "music":
            return _listen(item)
        case "segment":
            return _encode(item, report)
        case "assemble":
            return _assemble(item, report)
    raise InvalidInputError("internal_error", f"The renderer has no step {item.kind!r}.")


run = one_by_one(_work)


def make_stage(settings: Settings) -> Renderer:
    """The stage as `vls-media run renderer` runs it."""
    return Renderer(settings.encoder)
