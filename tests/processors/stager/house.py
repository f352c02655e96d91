"""A run of the stager without a broker: task after task, files kept by content, events collected."""

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from processors.engine.cache import cache_key
from processors.engine.stage import Ending, Event, Phase, RunContext, TaskSpec
from processors.engine.work import InvalidInputError, WorkDone, WorkItem
from processors.stager import Stager
from processors.stager_work import run as run_work
from schemas.artifacts import ArtifactRef, ErrorInfo, InputSnapshot
from schemas.canonical import canonical_json
from schemas.commands import StagePhotos
from schemas.events import ListingStaged, PhotoStaged
from schemas.jobs import Stage, TaskOutcome, TaskRecord, TaskStatus

RUN = RunContext("0b6a5c1e-8f0d-4b51-9a35-6f2d7c9b8a10", "5f3c1d52-6c1f-5d0a-8a44-2f9b1f0e7d33", "listing")


@dataclass
class House:
    """What stays between runs: files by content, results by cache key."""

    folder: Path
    results: dict[str, tuple[str, list[ArtifactRef]]] = field(default_factory=dict)
    worked: list[str] = field(default_factory=list)
    """Task ids that were worked on, in their order: not those from the cache."""
    ticks: list[tuple[str, float]] = field(default_factory=list)

    def keep(self, data: bytes) -> str:
        digest = hashlib.sha256(data).hexdigest()
        (self.folder / digest).write_bytes(data)
        return digest


@dataclass
class Came:
    """What a run came to."""

    outcomes: list[TaskOutcome]
    events: list[Event]
    ending: Ending | None
    error: InvalidInputError | None
    phases: list[str]

    @property
    def photos(self) -> list[PhotoStaged]:
        return [event.record for event in self.events if isinstance(event.record, PhotoStaged)]

    @property
    def listing(self) -> ListingStaged:
        [found] = [event.record for event in self.events if isinstance(event.record, ListingStaged)]
        return found

    def photo(self, photo_id: str, variation: int = 0) -> PhotoStaged:
        [found] = [event for event in self.photos if (event.photo_id, event.variation) == (photo_id, variation)]
        return found

    def outcome(self, task_id: str) -> TaskOutcome:
        return next(outcome for outcome in self.outcomes if outcome.task_id == task_id)


def go(house: House, stage: Stager, command: StagePhotos, during: Callable[[TaskSpec], None] | None = None) -> Came:
    """Run a command to its end; `during` is called before each task that is worked on."""
    outcomes: list[TaskOutcome] = []
    events: list[Event] = []
    phases: list[str] = []
    phase: Phase | None = stage.plan(command).first
    error = None
    while phase is not None:
        phases.append(phase.name)
        for spec in phase.tasks:
            outcome, task = _do(house, spec, phase.name, during)
            outcomes.append(outcome)
            events += stage.events(RUN, task, outcome)
        outcomes.sort(key=lambda outcome: outcome.task_id)
        try:
            phase = stage.next_phase(command, phase.name, outcomes)
        except InvalidInputError as refused:
            error, phase = refused, None
    return Came(outcomes, events, None if error else stage.finish(command, outcomes), error, phases)


def _do(
    house: House, spec: TaskSpec, phase: str, during: Callable[[TaskSpec], None] | None
) -> tuple[TaskOutcome, TaskRecord]:
    record = TaskRecord(
        job_id=RUN.job_id,
        run_id=RUN.run_id,
        listing_id=RUN.listing_id,
        stage=Stage.STAGE,
        task_id=spec.task_id,
        phase=phase,
        kind=spec.kind,
        revision=spec.revision,
        item=spec.item,
        params=canonical_json(spec.params),
        inputs=list(spec.inputs),
        versions=dict(spec.versions),
        labels=dict(spec.labels),
        deadline_seconds=spec.deadline_s,
    )
    digests, files, snapshots = {}, {}, {}
    for source in spec.inputs:
        if source.sha256 is None:
            path = Path(source.uri.removeprefix("file://"))
            data = path.read_bytes()
            digests[source.name] = house.keep(data)
            snapshots[source.name] = InputSnapshot(uri=source.uri, sha256=digests[source.name], bytes=len(data))
            files[source.name] = path
        else:
            digests[source.name] = source.sha256
            files[source.name] = house.folder / source.sha256
    inputs = [snapshots[name] for name in sorted(snapshots)]
    base: dict[str, Any] = {"task_id": spec.task_id, "phase": phase, "kind": spec.kind, "item": spec.item}
    key = cache_key(record, digests)
    if key in house.results:
        result, artifacts = house.results[key]
        return TaskOutcome(
            **base, status=TaskStatus.SUCCEEDED, result=result, artifacts=artifacts, inputs=inputs, cached=True
        ), record
    if during is not None:
        during(spec)
    house.worked.append(spec.task_id)
    number = len(house.worked)
    item = WorkItem(
        spec.task_id,
        spec.kind,
        json.loads(record.params),
        files,
        house.folder / f"out-{number}",
        dict(spec.versions),
        spec.item,
    )
    [done] = run_work([item], lambda ref, share: house.ticks.append((ref, share)))
    if not isinstance(done, WorkDone):
        error = ErrorInfo(code=done.code, message=done.message, item=spec.item)
        return TaskOutcome(**base, status=TaskStatus.FAILED, error=error, inputs=inputs), record
    refs = [_stored(house, file, spec.item) for file in done.files]
    result = canonical_json(done.result)
    house.results[key] = (result, refs)
    return TaskOutcome(**base, status=TaskStatus.SUCCEEDED, result=result, artifacts=refs, inputs=inputs), record


def _stored(house: House, file: Any, item: str | None) -> ArtifactRef:
    data = file.path.read_bytes()
    digest = house.keep(data)
    return ArtifactRef(
        uri=f"file://{house.folder}/{digest}",
        sha256=digest,
        bytes=len(data),
        media_type=file.media_type,
        file_name=f"{item}-{file.file_name}" if item else file.file_name,
        role=file.role,
        width=file.width,
        height=file.height,
    )


def digests(came: Came) -> Sequence[tuple[str, str]]:
    """What was made, by content."""
    return [(outcome.task_id, ref.sha256) for outcome in came.outcomes for ref in outcome.artifacts]
