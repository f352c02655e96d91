"""The classifier: what each photo shows and how good it is, then the listing as a whole.

photos     one task a photo
summarise  duplicates, order, hero and coverage, from all photos' records
"""

import functools
import json
from collections.abc import Callable, Mapping, Sequence

from ml.inspect import REVISION as PHOTO_REVISION
from ml.inspect import inspect_photo
from ml.listing import summarise
from ml.models.choice import ModelChoice
from ml.store import LoadedModel, ModelStore, store_of
from processors.engine.stage import Ending, Event, Phase, Plan, RunContext, Stage, TaskSpec
from processors.engine.wire import derived_id
from processors.engine.work import InvalidInputError, WorkDone, WorkItem
from processors.media_failures import one_by_one
from processors.settings import Settings
from schemas.commands import ClassifyPhotos
from schemas.events import ListingSummarized, PhotoClassified
from schemas.jobs import Stage as StageName
from schemas.jobs import TaskInput, TaskOutcome, TaskRecord, TaskStatus
from schemas.photo import ListedPhoto, ModelRef, PhotoRecord

SUMMARY_REVISION = 3
"""Raised by hand when the same records give another summary."""


class Classifier(Stage[ClassifyPhotos]):
    """ClassifyPhotos: photos -> records -> summary."""

    name = StageName.CLASSIFY
    command_type = ClassifyPhotos
    run = "processors.classifier:run"
    batch_size = 4

    def __init__(self, models: Mapping[str, ModelRef]) -> None:
        """`models`: what answers for the scene, the segmentation and so on."""
        self._models = {place: f"{ref.name}@{ref.version}" for place, ref in models.items()}
        self._versions = {f"{ref.name}@{ref.version}": ref.sha256 for ref in models.values()}

    def plan(self, command: ClassifyPhotos) -> Plan:
        """One task a photo, with its models pinned."""
        tasks = tuple(
            TaskSpec(
                task_id=f"photo:{place:04d}",
                kind="photo",
                revision=PHOTO_REVISION,
                params={"models": self._models},
                inputs=(TaskInput(name="photo", uri=photo.uri),),
                item=photo.photo_id,
                versions=self._versions,
            )
            for place, photo in enumerate(command.photos)
        )
        return Plan(Phase("photos", tasks), {"photos": 0.95, "summarise": 0.05})

    def next_phase(self, command: ClassifyPhotos, phase: str, outcomes: Sequence[TaskOutcome]) -> Phase | None:
        """The summary of the photos that could be read, in the agent's order.

        Raises InvalidInputError when there is none.
        """
        if phase != "photos":
            return None
        good = [outcome for outcome in outcomes if outcome.status is TaskStatus.SUCCEEDED]
        if not good:
            raise InvalidInputError("no_usable_photo", f"Not one of the {len(command.photos)} photos could be used.")
        photos = [{"photo_id": outcome.item, "photo": json.loads(outcome.result)} for outcome in good]
        return Phase("summarise", (TaskSpec("summary", "summarise", SUMMARY_REVISION, {"photos": photos}),))

    def finish(self, command: ClassifyPhotos, outcomes: Sequence[TaskOutcome]) -> Ending:  # noqa: ARG002
        """The summary is the result."""
        for outcome in outcomes:
            if outcome.kind == "summarise" and outcome.status is TaskStatus.SUCCEEDED:
                return Ending(has_result=True, result=json.loads(outcome.result))
        return Ending(has_result=False)

    def events(self, run: RunContext, task: TaskRecord, outcome: TaskOutcome) -> Sequence[Event]:
        """PhotoClassified for each photo, ListingSummarized once."""
        if outcome.status is not TaskStatus.SUCCEEDED:
            return ()
        whose = {
            "event_id": derived_id(run.run_id, task.kind, task.task_id),
            "job_id": run.job_id,
            "run_id": run.run_id,
            "listing_id": run.listing_id,
            "cached": outcome.cached,
        }
        found = json.loads(outcome.result)
        if task.kind == "summarise":
            return (
                Event("media.listing.summarized", run.job_id, ListingSummarized.model_validate({**found, **whose})),
            )
        source = outcome.inputs[0].model_dump(mode="json") if outcome.inputs else None
        fields = {**found, **whose, "photo_id": task.item, "source": source}
        return (Event("media.photo.classified", run.job_id, PhotoClassified.model_validate(fields)),)


def _work(item: WorkItem, report: Callable[[float], None]) -> WorkDone:  # noqa: ARG001  a photo takes a moment
    if item.kind == "summarise":
        photos = [ListedPhoto.model_validate(photo) for photo in item.params["photos"]]
        return WorkDone(summarise(photos).model_dump(mode="json"))
    record: PhotoRecord = inspect_photo(item.inputs["photo"], _models(**item.params["models"]))
    return WorkDone(record.model_dump(mode="json"))


run = one_by_one(_work)


@functools.cache
def _models(**chosen: str) -> Mapping[str, LoadedModel]:
    return _store(Settings()).load_chosen(ModelChoice(**chosen))


def _store(settings: Settings) -> ModelStore:
    return store_of(settings.models, settings.models_pulled, settings.model_device)


def warm_up() -> None:
    """Open each configured model and run it once when the child starts: one instance a child. Raises ModelError."""
    settings = Settings()
    _store(settings).load_chosen(settings.model_choice())


def make_stage(settings: Settings) -> Classifier:
    """The stage as `vls-media run classifier` runs it. Raises ModelError when a model is not what it should be."""
    chosen = _store(settings).chosen(settings.model_choice())
    return Classifier({place: spec.ref for place, spec in chosen.items()})
