"""Which photos of a listing are staged: views of one room stand together, and the best of them goes first."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ml.rooms import WITH_EMBEDDING, WITH_SIGNATURE, group_by, likeness, weights_for
from schemas.commands import StagePhotos, StagingPhoto
from schemas.jobs import TaskOutcome, TaskStatus
from schemas.photo import PhotoRecord
from schemas.staging import RoomUse

HAND = "hand"
"""The task that prepares the kit for the listing."""

_SURER = 1.5
"""By which the odds of one room must be better than even: two rooms taken for one cost a staged photo."""


@dataclass(frozen=True, slots=True)
class View:
    """A photo that was looked at."""

    place: int
    """Of the photo in the command."""
    photo_id: str
    room: str
    """As the command names it, or empty."""
    reasons: tuple[Mapping[str, str], ...]
    answerable: bool
    """Whether registering it to a better view of its room answers its reasons."""
    worth: float
    record: PhotoRecord


def _unfit(photo: StagingPhoto, kit: Mapping[str, Any]) -> tuple[Mapping[str, str], ...]:
    """Why a photo cannot be furnished as the command says: the kit has nothing for such a room."""
    use, rooms = str(photo.furnish_as), kit["rooms"]
    if photo.furnish_as in (RoomUse.AUTO, RoomUse.UNKNOWN, RoomUse.OPEN_PLAN) or not rooms or use in rooms:
        return ()
    detail = (
        f"The kit {kit['name']}@{kit['version']} has no furniture for a {use} room; it has: {', '.join(sorted(rooms))}."
    )
    return ({"code": "kit_room_unfit", "detail": detail},)


@dataclass(frozen=True, slots=True)
class RoomViews:
    """The views of one room, the best first."""

    name: str
    views: tuple[View, ...]


def views_of(command: StagePhotos, outcomes: Sequence[TaskOutcome]) -> list[View]:
    """The photos whose survey succeeded, in the order of the command."""
    found = []
    by_id = {outcome.task_id: outcome for outcome in outcomes}
    kit = json.loads(by_id[HAND].result)["kit"] if HAND in by_id and by_id[HAND].result else {"rooms": {}}
    for place, photo in enumerate(command.photos):
        outcome = by_id.get(survey_id(place))
        if outcome is None or outcome.status is not TaskStatus.SUCCEEDED:
            continue
        said: dict[str, Any] = json.loads(outcome.result)
        record = PhotoRecord.model_validate(said["photo"])
        unfit = _unfit(photo, kit)
        answerable = not unfit and said["answerable"]
        reasons = (*unfit, *said["reasons"])
        found.append(View(place, photo.photo_id, photo.room, reasons, answerable, said["worth"], record))
    return found


def rooms_of(views: Sequence[View]) -> list[RoomViews]:
    """The rooms of the views that can be staged, in the order of their first views, each with its best view first.

    A view that is only unsure of its camera goes last, and is none by itself: registering it may answer that. Photos
    that the command names a room for belong to it; the others stand together by what they show.
    """
    fit = [view for view in views if view.answerable or not view.reasons]
    groups: dict[str, list[View]] = {}
    unnamed = [view for view in fit if not view.room]
    for view in fit:
        if view.room:
            groups.setdefault(f"named {view.room}", []).append(view)
    for number, members in enumerate(_alike(unnamed)):
        groups[f"found {number}"] = [unnamed[member] for member in members]
    rooms = []
    for members_of_room in sorted(groups.values(), key=lambda group: group[0].place):
        if all(view.reasons for view in members_of_room):
            continue
        first = members_of_room[0]
        # Of equals the agent's order decides.
        ranked = sorted(members_of_room, key=lambda view: (bool(view.reasons), -round(view.worth, 2), view.place))
        rooms.append(RoomViews(first.room or f"room-{first.place + 1}", tuple(ranked)))
    return rooms


def register_id(room: RoomViews) -> str:
    """The task that registers the views of a room to its best one."""
    return f"register:{room.views[0].place:04d}"


@dataclass(frozen=True, slots=True)
class Registered:
    """What registering a room's views came to."""

    said: Mapping[str, Mapping[str, Any]]
    """By photo id, of every view but the best."""

    def pose(self, view: View) -> Mapping[str, Any] | None:
        """Of a view that passed; None of one that did not, or was not compared."""
        found = self.said.get(view.photo_id)
        pose: Mapping[str, Any] | None = found["pose"] if found is not None and found["passed"] else None
        return pose

    def why_not(self, view: View) -> str:
        """What speaks against a view, for a person."""
        found = self.said.get(view.photo_id)
        return "they could not be compared" if found is None else str(found["sentence"])


def registered_of(room: RoomViews, outcomes: Sequence[TaskOutcome]) -> Registered:
    """What is known of how a room's views lie to its best one."""
    for outcome in outcomes:
        if outcome.task_id == register_id(room) and outcome.status is TaskStatus.SUCCEEDED:
            return Registered({said["photo_id"]: said for said in json.loads(outcome.result)["views"]})
    return Registered({})


def survey_id(place: int) -> str:
    """The survey task of the photo at that place."""
    return f"survey:{place:04d}"


def _alike(views: Sequence[View]) -> list[list[int]]:
    if len(views) < 2:
        return [[number] for number in range(len(views))]
    records = [view.record for view in views]
    weights = WITH_SIGNATURE
    if weights_for(likeness(records[0], records[1])) is WITH_EMBEDDING:
        weights = WITH_EMBEDDING
    return group_by(records, replace(weights, bias=weights.bias - _SURER))
