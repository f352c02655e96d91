"""The stager's tasks: what each of them is given, and so what its result depends on."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from ml.inspect import REVISION as PHOTO_REVISION
from ml.staging.disclosure import REVISION as DISCLOSURE_REVISION
from ml.staging.disclosure import Terms
from ml.staging.furniture.store import REVISION as FURNITURE_REVISION
from ml.staging.gate import REVISION as GATE_REVISION
from ml.staging.hand import REVISION as HAND_REVISION
from ml.staging.layout import REVISION as LAYOUT_REVISION
from ml.staging.room.understand import REVISION as ROOM_REVISION
from ml.staging.staging import REVISION as STAGING_REVISION
from ml.staging.survey import REVISION as SURVEY_REVISION
from ml.staging.views.registration import REVISION as REGISTRATION_REVISION
from ml.staging.views.staging import REVISION as VIEWS_REVISION
from processors.engine.stage import TaskSpec
from processors.stager_views import HAND, RoomViews, View, register_id, survey_id
from schemas.artifacts import ArtifactRef
from schemas.commands import StagePhotos, StagingPhoto
from schemas.jobs import TaskInput, TaskOutcome
from schemas.staging import RoomUse

REVISIONS = {
    "hand": HAND_REVISION,
    "survey": 2,
    "register": 1,
    "stage": 1,
    "decline": 1,
    "publish": 1,
    "summary": HAND_REVISION,
}
"""Raised by hand, each when the same inputs and parameters give another output of that step."""

_BEGINNING_S = 120.0
"""Seconds that a photo takes beside rendering: decoding, models, layout, gate, files."""

SUMMARY = "summary"


def hand_task(pinned: Mapping[str, Any]) -> TaskSpec:
    """The kit as all rooms share it. Its result carries what the plan pinned to the phases that follow."""
    return TaskSpec(HAND, "hand", REVISIONS["hand"], pinned)


def survey_task(
    place: int,
    photo: StagingPhoto,
    models: Mapping[str, Any],
    versions: Mapping[str, str],
    *,
    removes_furniture: bool,
) -> TaskSpec:
    """Look at a photo before anything is rendered."""
    return TaskSpec(
        task_id=survey_id(place),
        kind="survey",
        revision=REVISIONS["survey"],
        params={
            "models": models,
            "ceiling_cm": photo.ceiling_cm,
            "scene": photo.scene,
            "furnish_as": str(photo.furnish_as),
            "removes_furniture": removes_furniture,
        },
        inputs=(TaskInput(name="photo", uri=photo.uri), *_mask(photo)),
        item=photo.photo_id,
        versions={
            **versions,
            "survey": str(SURVEY_REVISION),
            "photo": str(PHOTO_REVISION),
            "gate": str(GATE_REVISION),
            "room": str(ROOM_REVISION),
        },
    )


def register_task(command: StagePhotos, room: RoomViews, hand: Mapping[str, Any]) -> TaskSpec:
    """Hold the other views of a room against the best one."""
    members = [(view, command.photos[view.place]) for view in room.views]
    return TaskSpec(
        task_id=register_id(room),
        kind="register",
        revision=REVISIONS["register"],
        params={
            "models": hand["models"],
            "views": [
                {"input": view_input(view.place), "photo_id": view.photo_id, "ceiling_cm": photo.ceiling_cm}
                for view, photo in members
            ],
        },
        inputs=tuple(TaskInput(name=view_input(view.place), uri=photo.uri) for view, photo in members),
        item=room.views[0].photo_id,
        versions={**hand["versions"], "room": str(ROOM_REVISION), "registration": str(REGISTRATION_REVISION)},
        deadline_s=_BEGINNING_S * (1 + len(members)),
    )


def view_input(place: int) -> str:
    """Name of the input that is the photo at this place. It sorts before `photo`, which is a task's own."""
    return f"also-{place:04d}"


def stage_task(
    command: StagePhotos,
    place: int,
    hand: Mapping[str, Any],
    *,
    room: str,
    independent: bool,
    sharing: Sequence[tuple[int, Mapping[str, Any] | None]] = (),
) -> TaskSpec:
    """Furnish a photo: all of its variations, for they share what is understood of the room.

    `sharing`: the places of all views that share its layout, the reference first, each with its pose (None: the
    reference's); empty for a photo that is furnished by itself.
    """
    photo = command.photos[place]
    return TaskSpec(
        task_id=f"stage:{place:04d}",
        kind="stage",
        revision=REVISIONS["stage"],
        params={
            "kit": hand["kit"],
            "engine": hand["engine"]["name"],
            "threads": int(hand["engine"]["threads"]),
            "models": hand["models"],
            "scene": photo.scene,
            "furnish_as": _use([command.photos[number] for number, _ in sharing] or [photo]),
            "seed": command.seed,
            "variations": command.variations,
            "ceiling_cm": photo.ceiling_cm,
            "keep_out": _polygons(photo),
            "remove_furniture": str(command.remove_furniture),
            "views": [
                {
                    "input": "photo" if number == place else view_input(number),
                    "pose": None if pose is None else dict(pose),
                    "scene": command.photos[number].scene,
                    "ceiling_cm": command.photos[number].ceiling_cm,
                    "keep_out": _polygons(command.photos[number]),
                }
                for number, pose in sharing
            ],
        },
        inputs=(
            TaskInput(name="photo", uri=photo.uri),
            *_mask(photo),
            *(TaskInput(name=view_input(n), uri=command.photos[n].uri) for n, _ in sharing if n != place),
        ),
        item=photo.photo_id,
        versions={
            **hand["versions"],
            "views": str(VIEWS_REVISION) if sharing else "",
            "engine": hand["engine"]["identity"],
            "hand": str(HAND_REVISION),
            "furniture": str(FURNITURE_REVISION),
            "staging": str(STAGING_REVISION),
            "layout": str(LAYOUT_REVISION),
            "gate": str(GATE_REVISION),
            "room": str(ROOM_REVISION),
        },
        labels={"room": room, "independent": "yes" if independent else ""},
        deadline_s=_BEGINNING_S * (1 + len(sharing)) + command.variations * hand["render_s"],
    )


def decline_task(command: StagePhotos, view: View, reasons: Sequence[Mapping[str, str]], room: str) -> TaskSpec:
    """Give a photo back as it is, with the reasons."""
    photo = command.photos[view.place]
    return TaskSpec(
        task_id=f"decline:{view.place:04d}",
        kind="decline",
        revision=REVISIONS["decline"],
        params={"reasons": [dict(reason) for reason in reasons], **format_of(view)},
        inputs=(TaskInput(name="photo", uri=photo.uri),),
        item=view.photo_id,
        labels={"room": room},
    )


def format_of(view: View) -> dict[str, Any]:
    """What an original's artifact says of it."""
    return {"format": str(view.record.format), "width": view.record.width, "height": view.record.height}


def publish_task(outcome: TaskOutcome, number: int, terms: Terms, labels: Mapping[str, str]) -> TaskSpec:
    """Disclose one variation of a staged photo."""
    said = json.loads(outcome.result)
    made = said["variations"][number]
    variation = made["variation"]
    master, original = artifact(outcome, "master", variation), artifact(outcome, "original")
    place = outcome.task_id.removeprefix("stage:")
    return TaskSpec(
        task_id=f"publish:{place}:{variation}",
        kind="publish",
        revision=REVISIONS["publish"],
        params={
            "policy": terms.policy.model_dump(mode="json"),
            "wording": terms.wording,
            "original_url": terms.original_url,
            "original_uri": outcome.inputs[-1].uri if outcome.inputs else "",
            "making": {
                "kit": said["kit"],
                "engine": said["engine"],
                "seed": said["seed"],
                "variation": variation,
            },
            "items": [item["kind"] for item in made["items"]],
            "generative": said["generative"],
            "removed": said["removed"],
        },
        inputs=(
            TaskInput(name="master", uri=master.uri, sha256=master.sha256),
            TaskInput(name="original", uri=original.uri, sha256=original.sha256),
        ),
        item=outcome.item,
        versions={"disclosure": str(DISCLOSURE_REVISION)},
        labels=labels,
    )


def summary_task(works: Mapping[int, Sequence[Any]], event: Mapping[str, Any], listing_id: str) -> TaskSpec:
    """How much one hand shows; `works` holds what each staged photo shows of it, by variation."""
    params = {"variations": [{"variation": number, "photos": list(works[number])} for number in sorted(works)]}
    return TaskSpec(
        SUMMARY, "summary", REVISIONS["summary"], params, item=listing_id, labels={"event": json.dumps(event)}
    )


def artifact(outcome: TaskOutcome, role: str, variation: int | None = None) -> ArtifactRef:
    """A file of a task by its role, and by the variation where there is one of each. Raises LookupError."""
    for found in outcome.artifacts:
        if found.role == role and (variation is None or found.file_name.endswith(file_name(role, variation))):
            return found
    raise LookupError(f"{outcome.task_id} has no {role} of variation {variation}")


def file_name(role: str, variation: int) -> str:
    """Of a picture that a photo's task makes."""
    return f"v{variation}-{role}.png"


def room_use(text: str) -> RoomUse:
    """What a room was furnished as."""
    return RoomUse(text) if text in set(RoomUse) else RoomUse.UNKNOWN


def _use(photos: Sequence[StagingPhoto]) -> str:
    """What one room is furnished as: as the first of its photos says that says anything."""
    said = [str(photo.furnish_as) for photo in photos if photo.furnish_as is not RoomUse.AUTO]
    return said[0] if said else str(RoomUse.AUTO)


def _polygons(photo: StagingPhoto) -> list[list[list[float]]]:
    return [[[point.x, point.y] for point in polygon.points] for polygon in photo.keep_out]


def _mask(photo: StagingPhoto) -> tuple[TaskInput, ...]:
    return (TaskInput(name="mask", uri=photo.mask),) if photo.mask is not None else ()
