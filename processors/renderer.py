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
from render.assemble import assemble
from render.audio import analyse
from render.errors import PlanError
from render.ffmpeg import encoder_build
from render.photo import load_photo
from render.segment import render_segment, segment_parameters, segment_photos
from render.timeline import PhotoSlot, frame_size, plan_timeline
from schemas.artifacts import ErrorInfo
from schemas.audio import AudioAnalysis
from schemas.commands import RenderVideo
from schemas.events import AudioAnalyzed, ResultEvent, SegmentRendered, VideoRendered
from schemas.jobs import Stage as StageName
from schemas.jobs import TaskInput, TaskOutcome, TaskRecord, TaskStatus
from schemas.video import LeftOutPhoto, SegmentKind, Timeline, VideoReport

REVISIONS = {"check": 1, "music": 1, "segment": 1, "assemble": 1}
"""Raised by hand, each when the same inputs and parameters give another output of that step."""

_CHECK_SIZE = (64, 64)  # enough to have decoded every row


class Renderer(Stage[RenderVideo]):
    """RenderVideo: photos and music -> a video."""

    name = StageName.RENDER
    command_type = RenderVideo
    run = "processors.renderer:run"

    def plan(self, command: RenderVideo) -> Plan:
        """Every photo is looked at first, so that a broken one is left out of the timeline and not found in the middle.

        Raises InvalidInputError when the shape or length cannot be had.
        """
        try:
            frame_size(command.ratio, command.height)
        except PlanError as error:
            raise InvalidInputError(error.code, error.message) from error
        checks = tuple(
            TaskSpec(
                task_id=f"check:{place:04d}",
                kind="check",
                revision=REVISIONS["check"],
                params={},
                inputs=(TaskInput(name="photo", uri=photo.uri),),
                item=photo.photo_id,
            )
            for place, photo in enumerate(command.photos)
        )
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
        return Plan(Phase("prepare", (*music, *checks)), {"prepare": 0.08, "segments": 0.84, "assemble": 0.08})

    def next_phase(self, command: RenderVideo, phase: str, outcomes: Sequence[TaskOutcome]) -> Phase | None:
        """Segments once everything was looked at; the assembly once every segment is there."""
        by_id = {outcome.task_id: outcome for outcome in outcomes}
        if phase == "prepare":
            return Phase("segments", _segment_tasks(command, _timeline(command, by_id)))
        if phase == "segments":
            failed = [o for o in outcomes if o.kind == "segment" and o.status is not TaskStatus.SUCCEEDED]
            return None if failed else Phase("assemble", (_assemble_task(command, _timeline(command, by_id), by_id),))
        return None

    def finish(self, command: RenderVideo, outcomes: Sequence[TaskOutcome]) -> Ending:  # noqa: ARG002
        """The assembled video is the result."""
        for outcome in outcomes:
            if outcome.kind == "assemble" and outcome.status is TaskStatus.SUCCEEDED:
                return Ending(has_result=True, result=json.loads(outcome.result), artifacts=tuple(outcome.artifacts))
        return Ending(has_result=False)

    def events(self, run: RunContext, task: TaskRecord, outcome: TaskOutcome) -> Sequence[Event]:
        """AudioAnalyzed, SegmentRendered, VideoRendered."""
        if outcome.status is not TaskStatus.SUCCEEDED or task.kind not in _EVENTS:
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


def _timeline(command: RenderVideo, by_id: Mapping[str, TaskOutcome]) -> Timeline:
    """The timeline that follows from what was found. The same outcomes give the same timeline.

    Raises InvalidInputError when no photo can be used.
    """
    slots, left_out = [], []
    for place, photo in enumerate(command.photos):
        looked = by_id[f"check:{place:04d}"]
        if looked.status is TaskStatus.SUCCEEDED:
            slots.append(PhotoSlot(photo.photo_id, photo.motion, photo.scene))
        else:
            why = looked.error or ErrorInfo(code="internal_error", message="It could not be looked at.")
            left_out.append(LeftOutPhoto(photo_id=photo.photo_id, code=why.code, reason=why.message))
    heard = by_id.get("music")
    analysis = None
    if heard is not None and heard.status is TaskStatus.SUCCEEDED:
        analysis = AudioAnalysis.model_validate_json(heard.result)
    try:
        return plan_timeline(
            slots,
            analysis,
            seconds=command.seconds,
            ratio=command.ratio,
            height=command.height,
            fps=command.fps,
            left_out=left_out,
        )
    except PlanError as error:
        raise InvalidInputError(error.code, error.message) from error


def _segment_tasks(command: RenderVideo, timeline: Timeline) -> tuple[TaskSpec, ...]:
    uris = {photo.photo_id: photo.uri for photo in command.photos}
    return tuple(
        TaskSpec(
            task_id=f"segment:{index:04d}",
            kind="segment",
            revision=REVISIONS["segment"],
            params=segment_parameters(timeline, index),
            inputs=tuple(
                TaskInput(name=role, uri=uris[photo_id])
                for role, photo_id in sorted(segment_photos(timeline, index).items())
            ),
            item=f"segment-{index:04d}",
            versions={"encoder": encoder_build()},
            labels={
                "first_frame": str(timeline.segments[index].first_frame),
                "photo_ids": json.dumps(_photos_seen(timeline, index)),
            },
        )
        for index in range(len(timeline.segments))
    )


def _photos_seen(timeline: Timeline, index: int) -> list[str]:
    """The photos of a segment, the one that goes before the one that comes."""
    segment = timeline.segments[index]
    shots = [segment.shot] if segment.next_shot is None else [segment.shot, segment.next_shot]
    return [timeline.shots[shot].photo_id for shot in shots]


def _assemble_task(command: RenderVideo, timeline: Timeline, by_id: Mapping[str, TaskOutcome]) -> TaskSpec:
    parts = []
    for index in range(len(timeline.segments)):
        artifact = by_id[f"segment:{index:04d}"].artifacts[0]
        parts.append(TaskInput(name=f"segment-{index:04d}", uri=artifact.uri, sha256=artifact.sha256))
    if timeline.music is not None and command.music is not None:
        parts.append(TaskInput(name="music", uri=command.music))
    return TaskSpec(
        task_id="video",
        kind="assemble",
        revision=REVISIONS["assemble"],
        params={"timeline": timeline.model_dump(mode="json")},
        labels={"tempo_bpm": _tempo(timeline, by_id)},
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
        index=int(task.task_id.removeprefix("segment:")),
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
    out, plan = item.out_dir / "video.mp4", item.out_dir / "timeline.json"
    made = assemble(segments, timeline, item.inputs.get("music"), out, report)
    plan.write_text(timeline.model_dump_json(indent=2) + "\n", encoding="utf-8")
    files = (
        OutputFile(out, "video", "video/mp4", "video.mp4", timeline.width, timeline.height, timeline.frames),
        OutputFile(plan, "timeline", "application/json", "timeline.json"),
    )
    return WorkDone(made.model_dump(mode="json"), files)


def _work(item: WorkItem, report: Callable[[float], None]) -> WorkDone:
    match item.kind:
        case "check":
            return _check(item)
        case "music":
            return _listen(item)
        case "segment":
            return _encode(item, report)
        case "assemble":
            return _assemble(item, report)
    raise InvalidInputError("internal_error", f"The renderer has no step {item.kind!r}.")


run = one_by_one(_work)


def make_stage(settings: Settings) -> Renderer:  # noqa: ARG001  every stage is made from the settings
    """The stage as `vls-media run renderer` runs it."""
    return Renderer()
