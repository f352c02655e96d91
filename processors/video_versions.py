"""From a RenderVideo command and what was found to the timelines of all versions, and the tasks of their segments.

Pure: the same command and outcomes give the same versions and tasks.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from processors.engine.stage import TaskSpec
from processors.engine.work import InvalidInputError
from render.encoders import DELIVERY, PREVIEW, Encoding
from render.errors import PlanError
from render.ffmpeg import encoder_build
from render.placement import place_overlays
from render.planning import Edit, Version, check_edit, plan_video
from render.preview import as_asked
from render.segment import Source, SourceKind, segment_parameters, segment_sources
from render.slot import PhotoSlot
from schemas.artifacts import ErrorInfo
from schemas.audio import AudioAnalysis
from schemas.canonical import canonical_digest
from schemas.commands import RenderPhoto, RenderVideo
from schemas.events import Disclosure, MediaAlteration
from schemas.jobs import TaskInput, TaskOutcome, TaskStatus
from schemas.video import LeftOutPhoto, Timeline

SEGMENT_REVISION = 3
"""Raised by hand when the same photos and parameters give another segment."""

_PLAIN_LABEL = "Digitally altered photo"


@dataclass(frozen=True, slots=True)
class Laid:
    """A version, and the task of each of its segments; a task may serve many versions."""

    version: Version
    task_ids: tuple[str, ...]


def edit_of(command: RenderVideo) -> Edit:
    """What the command asks for."""
    return Edit(
        seconds=command.seconds,
        ratio=command.ratio,
        height=command.height,
        fps=command.fps,
        auto=command.auto,
        template=command.template,
        fields=command.fields,
        timeline=command.timeline,
        more_ratios=tuple(command.more_ratios),
        branding=command.branding,
        brand=command.brand,
        texts=command.texts,
        narrow=command.narrow,
        strict=command.strict_resolution,
    )


def label_of(disclosure: Disclosure | None) -> str:
    """What has to stand on a photo: nothing where nothing was altered."""
    if disclosure is None or all(alteration is MediaAlteration.NONE for alteration in disclosure.alterations):
        return ""
    return disclosure.label.strip() or _PLAIN_LABEL


def check_command(command: RenderVideo) -> None:
    """Refuse what can be refused before any work. Raises InvalidInputError."""
    try:
        check_edit(edit_of(command), [_slot(photo, reveals=True) for photo in command.photos])
    except PlanError as error:
        raise InvalidInputError(error.code, error.message) from error


def encoding_of(command: RenderVideo, encoder: str) -> Encoding:
    """How the command's segments are encoded, by the encoder of the configuration."""
    return replace(PREVIEW if command.preview else DELIVERY, encoder=encoder)


def needs_original(command: RenderVideo, photo: RenderPhoto) -> bool:
    """Whether the video may show what the photo was before its alteration."""
    if photo.disclosure is None:
        return False
    if command.timeline is not None:
        return any(shot.photo_id == photo.photo_id and shot.reveal for shot in command.timeline.shots)
    if command.template is not None:
        return any(slot.reveal for slot in command.template.slots)
    return photo.reveal


def versions_of(command: RenderVideo, by_id: Mapping[str, TaskOutcome]) -> list[Version]:
    """The versions that follow from what was found. Raises InvalidInputError when they cannot be planned."""
    slots, left_out = [], []
    for place, photo in enumerate(command.photos):
        looked = by_id[f"check:{place:04d}"]
        if looked.status is not TaskStatus.SUCCEEDED:
            why = looked.error or ErrorInfo(code="internal_error", message="It could not be looked at.")
            left_out.append(LeftOutPhoto(photo_id=photo.photo_id, code=why.code, reason=why.message))
            continue
        size = _size(looked)
        before, depth = by_id.get(f"original:{place:04d}"), by_id.get(f"depth:{place:04d}")
        slots.append(
            _slot(
                photo,
                reveals=photo.reveal,
                size=size,
                original=_size(before) if _done(before) else None,
                has_depth=_done(depth),
            )
        )
    heard = by_id.get("music")
    analysis = AudioAnalysis.model_validate_json(heard.result) if heard is not None and _done(heard) else None
    logo = by_id.get("logo")
    if logo is not None and not _done(logo):
        why = logo.error or ErrorInfo(code="image_unreadable", message="The logo could not be looked at.")
        raise InvalidInputError(why.code, why.message)
    try:
        planned = plan_video(
            edit_of(command), slots, analysis, left_out=left_out, logo=_size(logo) if logo is not None else None
        )
        asked = [replace(v, timeline=as_asked(v.timeline, command.credit, command.preview)) for v in planned]
        for version in asked:
            place_overlays(version.timeline)  # a preview sets its texts anew
    except PlanError as error:
        raise InvalidInputError(error.code, error.message) from error
    return asked


def segment_tasks(
    command: RenderVideo, versions: Sequence[Version], encoding: Encoding = DELIVERY
) -> tuple[list[TaskSpec], list[Laid]]:
    """One task for each segment that differs, and which of them each version is made of."""
    uris = _uris(command)
    tasks: list[TaskSpec] = []
    known: dict[str, str] = {}
    laid = []
    for version in versions:
        timeline = version.timeline
        placed = place_overlays(timeline)
        ids = []
        for index, segment in enumerate(timeline.segments):
            parameters = segment_parameters(timeline, index, placed, encoding)
            inputs = tuple(
                TaskInput(name=role, uri=uris[source])
                for role, source in sorted(segment_sources(timeline, index, placed).items())
            )
            key = canonical_digest([parameters, [[source.name, source.uri] for source in inputs]])
            if key not in known:
                name = f"{version.name}-{index:04d}" if version.name else f"{index:04d}"
                known[key] = f"segment:{name}"
                tasks.append(
                    TaskSpec(
                        task_id=known[key],
                        kind="segment",
                        revision=SEGMENT_REVISION,
                        params=parameters,
                        inputs=inputs,
                        item=f"segment-{name}",
                        versions={"encoder": encoder_build()},
                        labels={
                            "index": str(index),
                            "first_frame": str(segment.first_frame),
                            "photo_ids": json.dumps(photos_seen(timeline, index)),
                        },
                    )
                )
            ids.append(known[key])
        laid.append(Laid(version, tuple(ids)))
    return tasks, laid


def photos_seen(timeline: Timeline, index: int) -> list[str]:
    """The photos of a segment, the one that goes before the one that comes."""
    segment = timeline.segments[index]
    shots = [segment.shot] if segment.next_shot is None else [segment.shot, segment.next_shot]
    return [timeline.shots[shot].photo_id for shot in shots]


def _uris(command: RenderVideo) -> dict[Source, str]:
    found = {Source(SourceKind.PHOTO, photo.photo_id): photo.uri for photo in command.photos}
    for photo in command.photos:
        if photo.depth is not None:
            found[Source(SourceKind.DEPTH, photo.photo_id)] = photo.depth
        if photo.disclosure is not None:
            found[Source(SourceKind.ORIGINAL, photo.photo_id)] = photo.disclosure.original.uri
    if command.brand is not None and command.brand.logo is not None:
        found[Source(SourceKind.LOGO)] = command.brand.logo
    return found


def _slot(
    photo: RenderPhoto,
    *,
    reveals: bool,
    size: tuple[int, int] | None = None,
    original: tuple[int, int] | None = None,
    has_depth: bool = False,
) -> PhotoSlot:
    """The photo as planning knows it. Before it was looked at, its original is taken to be there."""
    known = original if size is not None else ((1, 1) if reveals and photo.disclosure is not None else None)
    return PhotoSlot(
        photo_id=photo.photo_id,
        motion=photo.motion,
        scene=photo.scene,
        size=size,
        room=photo.room,
        ramp=photo.ramp,
        quality=photo.quality,
        duplicate_of=photo.duplicate_of,
        focus=photo.focus,
        crops=tuple(photo.crops),
        has_depth=has_depth,
        caption=photo.caption,
        label=label_of(photo.disclosure),
        reveal=photo.reveal,
        original_size=known,
    )


def _done(outcome: TaskOutcome | None) -> bool:
    return outcome is not None and outcome.status is TaskStatus.SUCCEEDED


def _size(outcome: TaskOutcome | None) -> tuple[int, int]:
    if outcome is None:
        raise ValueError("it was not looked at")
    found = json.loads(outcome.result)
    return found["width"], found["height"]
