"""The stager: empty rooms furnished by one hand over a whole listing, and disclosed.

survey   look at every photo; one kit for all rooms
register where a room has several views: how they lie to its best one, checked
photos   furnish the best view of each room, and those registered to it; give back what cannot be furnished
views    where none of those of a room could be furnished, the next best view by itself; the others go back
publish  label, metadata and sidecars of each variation, by the disclosure policy
summary  what the listing came to, and how much one hand shows in it
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ml.errors import MediaError
from ml.staging.disclosure import Policy, Terms, load_policy, settle
from ml.staging.engines import engine_named
from ml.staging.kits import Kit, load_kit
from ml.store import store_of
from processors.engine.stage import Ending, Event, Phase, Plan, RunContext, Stage, TaskSpec
from processors.engine.work import InvalidInputError
from processors.settings import Settings
from processors.stager_events import declined_event, listing_event, photo_labels, published_event, refused_event
from processors.stager_tasks import (
    SUMMARY,
    decline_task,
    hand_task,
    publish_task,
    register_task,
    stage_task,
    summary_task,
    survey_task,
)
from processors.stager_views import HAND, Registered, RoomViews, View, registered_of, rooms_of, views_of
from schemas.commands import FurnitureRemoval, StagePhotos, StagingPhoto
from schemas.jobs import Stage as StageName
from schemas.jobs import TaskOutcome, TaskRecord, TaskStatus

_SHARES = {"survey": 0.10, "register": 0.04, "photos": 0.74, "views": 0.06, "publish": 0.05, "summary": 0.01}


@dataclass(frozen=True, slots=True)
class Pins:
    """What a plan pins, so that every worker does the same."""

    engine: Mapping[str, str]
    """name, identity and threads."""
    removes_furniture: bool
    models: Mapping[str, str]
    """name@version by place."""
    versions: Mapping[str, str]
    """Digests by name@version."""
    policies: Path | None
    render_s: float


class Stager(Stage[StagePhotos]):
    """StagePhotos: photos -> furnished photos, or the reasons why they stay as they are."""

    name = StageName.STAGE
    command_type = StagePhotos
    run = "processors.stager_work:run"

    def __init__(self, pins: Pins) -> None:
        """`pins`: engine, models and policies of this group's workers."""
        self._pins = pins

    def plan(self, command: StagePhotos) -> Plan:
        """Look at every photo. Raises InvalidInputError for what can be refused before that: kit, policy, wording."""
        kit, policy = self._kit(command), self._policy(command)
        for photo in command.photos:
            _terms(policy, command, photo)
        if command.remove_furniture is FurnitureRemoval.ON and not self._pins.removes_furniture:
            raise InvalidInputError(
                "not_supported", f"The engine {self._pins.engine['name']!r} cannot take furniture out: ask without."
            )
        removes = self._pins.removes_furniture and command.remove_furniture is not FurnitureRemoval.OFF
        surveys = (
            survey_task(place, photo, self._pins.models, self._pins.versions, removes_furniture=removes)
            for place, photo in enumerate(command.photos)
        )
        pinned = {
            "kit": kit.model_dump(mode="json"),
            "policy": policy.model_dump(mode="json"),
            "engine": dict(self._pins.engine),
            "models": dict(self._pins.models),
            "versions": dict(self._pins.versions),
            "render_s": self._pins.render_s,
            "seed": command.seed,
        }
        return Plan(Phase("survey", (hand_task(pinned), *surveys)), dict(_SHARES))

    def next_phase(self, command: StagePhotos, phase: str, outcomes: Sequence[TaskOutcome]) -> Phase | None:
        """Raises InvalidInputError where no photo can be used, or none be furnished."""
        if phase == "survey":
            comparisons = self._comparisons(command, outcomes)
            if comparisons:
                return Phase("register", comparisons)
        if phase in ("survey", "register"):
            return Phase("photos", self._first_views(command, outcomes))
        if phase == "photos":
            further = self._further_views(command, outcomes)
            if further:
                return Phase("views", further)
        if phase in ("photos", "views"):
            return Phase("publish", self._publications(command, outcomes))
        if phase == "publish":
            return Phase("summary", (self._summary(command, outcomes),))
        return None

    def finish(self, command: StagePhotos, outcomes: Sequence[TaskOutcome]) -> Ending:  # noqa: ARG002
        """The published photos are the result; without one there is none."""
        published = [found for found in outcomes if found.kind == "publish" and _done(found)]
        said: dict[str, Any] = {"staged": len({found.item for found in published}), "files": len(published)}
        for outcome in outcomes:
            if outcome.task_id == SUMMARY and _done(outcome):
                said |= json.loads(outcome.result)
        artifacts = tuple(artifact for found in published for artifact in found.artifacts)
        return Ending(has_result=bool(published), result=said, artifacts=artifacts)

    def events(self, run: RunContext, task: TaskRecord, outcome: TaskOutcome) -> Sequence[Event]:
        """PhotoStaged for each variation, and for each photo that goes back; ListingStaged once."""
        if not _done(outcome):
            return ()
        if task.kind == "publish":
            return (published_event(run, task, outcome),)
        if task.kind == "decline":
            return (declined_event(run, task, outcome),)
        if task.kind == "stage":
            refused = refused_event(run, task, outcome)
            return () if refused is None else (refused,)
        if task.kind == "summary":
            return (listing_event(run, task, outcome),)
        return ()

    def _comparisons(self, command: StagePhotos, outcomes: Sequence[TaskOutcome]) -> tuple[TaskSpec, ...]:
        """One task a room of several views; none where the command lets each be furnished by itself."""
        if command.independent_views:
            return ()
        rooms = [room for room in rooms_of(views_of(command, outcomes)) if len(room.views) > 1]
        return tuple(register_task(command, room, _hand_of(outcomes)) for room in rooms)

    def _first_views(self, command: StagePhotos, outcomes: Sequence[TaskOutcome]) -> tuple[TaskSpec, ...]:
        """Furnish the best view of each room and those registered to it, or every one; give back what is refused."""
        views = views_of(command, outcomes)
        if not views:
            message = f"Not one of the {len(command.photos)} photos could be used."
            raise InvalidInputError("no_usable_photo", message)
        hand = _hand_of(outcomes)
        tasks: list[TaskSpec] = []
        for room in rooms_of(views):
            if command.independent_views:
                tasks += [self._staged(command, hand, view, room) for view in room.views if not view.reasons]
                continue
            found = registered_of(room, outcomes)
            taken = _together(room, found)
            sharing = [(view.place, found.pose(view)) for view in taken] if len(taken) > 1 else []
            tasks += [self._staged(command, hand, view, room, sharing) for view in taken]
        begun = {task.item for task in tasks}
        tasks += [
            self._declined(command, hand, view, view.reasons, view.room)
            for view in views
            if view.reasons and view.photo_id not in begun
        ]
        return tuple(tasks)

    def _further_views(self, command: StagePhotos, outcomes: Sequence[TaskOutcome]) -> tuple[TaskSpec, ...]:
        """For rooms of several views: one by itself where none was furnished, and what goes back."""
        if command.independent_views:
            return ()
        hand, staged = _hand_of(outcomes), _staged_variations(outcomes)
        tasks: list[TaskSpec] = []
        for room in rooms_of(views_of(command, outcomes)):
            found = registered_of(room, outcomes)
            taken = _together(room, found)
            others = [view for view in room.views if view not in taken and not view.reasons]
            shown = taken[0]
            if others and not any(view.photo_id in staged for view in taken):
                shown = others.pop(0)
                tasks.append(self._staged(command, hand, shown, room))
            tasks += [
                self._declined(command, hand, view, (_unregistered(shown, taken[0], view, found),), room.name)
                for view in others
            ]
        return tuple(tasks)

    def _publications(self, command: StagePhotos, outcomes: Sequence[TaskOutcome]) -> tuple[TaskSpec, ...]:
        """One task a variation that passed the gate. Raises InvalidInputError where none did."""
        hand, rooms = _hand_of(outcomes), rooms_of(views_of(command, outcomes))
        policy, staged = Policy.model_validate(hand["policy"]), _staged_variations(outcomes)
        tasks = []
        for outcome in outcomes:
            if outcome.kind != "stage" or not _done(outcome):
                continue
            photo = next(photo for photo in command.photos if photo.photo_id == outcome.item)
            room = _room_of(rooms, photo.photo_id)
            labels = {"room": room.name if room is not None and len(room.views) > 1 else ""}
            labels["independent"] = "yes" if command.independent_views and labels["room"] else ""
            together = _companions(command, room, photo.photo_id, outcomes)
            for number, made in enumerate(json.loads(outcome.result)["variations"]):
                if made["staged"]:
                    sharing = [other for other in together if made["variation"] in staged.get(other, ())]
                    labels["shared_with"] = json.dumps(sharing)
                    said = photo_labels(labels, outcome, number, hand["versions"])
                    tasks.append(publish_task(outcome, number, _terms(policy, command, photo), said))
        if not tasks:
            raise InvalidInputError("no_stageable_photo", _why_none(command, outcomes))
        return tuple(tasks)

    def _summary(self, command: StagePhotos, outcomes: Sequence[TaskOutcome]) -> TaskSpec:
        works: dict[int, list[Any]] = {}
        left: dict[str, list[dict[str, str]]] = {}
        for outcome in outcomes:
            if outcome.kind not in ("stage", "decline") or not _done(outcome):
                continue
            said = json.loads(outcome.result)
            made = [variation for variation in said.get("variations", ()) if variation["staged"]]
            for variation in made:
                works.setdefault(variation["variation"], []).append(variation["handiwork"])
            if not made:
                left[outcome.item or ""] = said["reasons"] if "reasons" in said else said["variations"][0]["reasons"]
        staged, hand = _staged_variations(outcomes), _hand_of(outcomes)
        event = {
            "kit": _title(hand["kit"]),
            "policy": _title(hand["policy"]),
            "engine": hand["engine"]["identity"],
            "photos": len(command.photos),
            "staged_photos": len(staged),
            "independent_views": command.independent_views,
            "rooms": [
                {
                    "room": room.name,
                    "photo_ids": [view.photo_id for view in sorted(room.views, key=lambda view: view.place)],
                    "staged_photo_ids": [view.photo_id for view in room.views if view.photo_id in staged],
                    "registrations": _registrations(room, registered_of(room, outcomes)),
                }
                for room in rooms_of(views_of(command, outcomes))
                if len(room.views) > 1
            ],
            "left": [
                {"photo_id": photo.photo_id, "reasons": left[photo.photo_id]}
                for photo in command.photos
                if photo.photo_id in left
            ],
        }
        return summary_task(works, event, command.listing_id)

    def _staged(
        self,
        command: StagePhotos,
        hand: Mapping[str, Any],
        view: View,
        room: RoomViews,
        sharing: Sequence[tuple[int, Mapping[str, Any] | None]] = (),
    ) -> TaskSpec:
        several = len(room.views) > 1
        return stage_task(
            command,
            view.place,
            hand,
            room=room.name if several else "",
            independent=several and command.independent_views,
            sharing=sharing,
        )

    def _declined(
        self,
        command: StagePhotos,
        hand: Mapping[str, Any],
        view: View,
        reasons: Sequence[Mapping[str, str]],
        room: str,
    ) -> TaskSpec:
        task = decline_task(command, view, reasons, room)
        return replace(task, labels={**task.labels, "kit": _title(hand["kit"]), "seed": str(command.seed)})

    def _kit(self, command: StagePhotos) -> Kit:
        try:
            return load_kit(command.kit)
        except MediaError as error:
            raise InvalidInputError(error.code, str(error)) from error

    def _policy(self, command: StagePhotos) -> Policy:
        try:
            return load_policy(command.policy, self._pins.policies)
        except MediaError as error:
            raise InvalidInputError(error.code, str(error)) from error


def _terms(policy: Policy, command: StagePhotos, photo: StagingPhoto) -> Terms:
    try:
        return settle(policy, command.wording, photo.original_url)
    except MediaError as error:
        raise InvalidInputError(error.code, f"{photo.photo_id}: {error}") from error


def _hand_of(outcomes: Sequence[TaskOutcome]) -> dict[str, Any]:
    """What the plan pinned. Raises InvalidInputError where its task failed."""
    for outcome in outcomes:
        if outcome.task_id == HAND and _done(outcome):
            found: dict[str, Any] = json.loads(outcome.result)
            return found
    raise InvalidInputError("plan_failed", "The kit could not be prepared for the listing.")


def _staged_variations(outcomes: Sequence[TaskOutcome]) -> dict[str, set[int]]:
    """The photos of which a variation passed the gate, each with those that did."""
    found: dict[str, set[int]] = {}
    for outcome in outcomes:
        if outcome.kind == "stage" and _done(outcome):
            for made in json.loads(outcome.result)["variations"]:
                if made["staged"]:
                    found.setdefault(outcome.item or "", set()).add(made["variation"])
    return found


def _together(room: RoomViews, found: Registered) -> list[View]:
    """The best view, and those registered to it."""
    best, *others = room.views
    return [best, *(view for view in others if found.pose(view) is not None)]


def _companions(
    command: StagePhotos, room: RoomViews | None, photo_id: str, outcomes: Sequence[TaskOutcome]
) -> list[str]:
    """The photos that share this one's layout; none for one that is furnished by itself."""
    if room is None or command.independent_views:
        return []
    together = [view.photo_id for view in _together(room, registered_of(room, outcomes))]
    return [other for other in together if other != photo_id] if photo_id in together else []


def _unregistered(shown: View, reference: View, view: View, found: Registered) -> dict[str, str]:
    return {
        "code": "view_not_registered",
        "detail": f"It shows the room of {shown.photo_id}, and it is not sure how it lies to {reference.photo_id}: "
        f"{found.why_not(view)}. The command can allow independent views.",
    }


def _registrations(room: RoomViews, found: Registered) -> list[dict[str, Any]]:
    return [
        {
            "photo_id": photo_id,
            "reference_photo_id": room.views[0].photo_id,
            "registered": said["passed"],
            "checks": said["checks"],
            **(said["pose"] or {}),
        }
        for photo_id, said in sorted(found.said.items())
    ]


def _room_of(rooms: Sequence[RoomViews], photo_id: str) -> RoomViews | None:
    return next((room for room in rooms if any(view.photo_id == photo_id for view in room.views)), None)


def _why_none(command: StagePhotos, outcomes: Sequence[TaskOutcome]) -> str:
    """One sentence with each photo's first reason, the first ten of them."""
    said = []
    for outcome in outcomes:
        if outcome.kind in ("stage", "decline") and _done(outcome):
            result = json.loads(outcome.result)
            reasons = result["reasons"] if "reasons" in result else result["variations"][0]["reasons"]
            said.append(f"{outcome.item}: {reasons[0]['code']}")
        elif outcome.kind in ("stage", "survey") and outcome.error is not None:
            said.append(f"{outcome.item}: {outcome.error.code}")
    more = f" and {len(said) - 10} more" if len(said) > 10 else ""
    return f"Not one of the {len(command.photos)} photos can be staged: {'; '.join(said[:10])}{more}."


def _title(pinned: Mapping[str, Any]) -> str:
    """`name@version` of a kit or a policy."""
    return f"{pinned['name']}@{pinned['version']}"


def _done(outcome: TaskOutcome) -> bool:
    return outcome.status is TaskStatus.SUCCEEDED


def make_stage(settings: Settings) -> Stager:
    """The stage as `vls-media run stager` runs it.

    Raises EngineMissingError without the engine, ModelError when a model is not what it should be, PolicyError.
    """
    engine = engine_named(settings.staging_engine)
    chosen = store_of(settings.models, settings.models_pulled, settings.model_device).chosen(settings.model_choice())
    refs = {place: spec.ref for place, spec in chosen.items()}
    return Stager(
        Pins(
            engine={
                "name": settings.staging_engine,
                "identity": engine.identity(),
                "threads": str(settings.staging_threads),
            },
            removes_furniture=engine.removes_furniture,
            models={place: f"{ref.name}@{ref.version}" for place, ref in refs.items()},
            versions={f"{ref.name}@{ref.version}": ref.sha256 for ref in refs.values()},
            policies=settings.staging_policies,
            render_s=settings.staging_render_s,
        )
    )
