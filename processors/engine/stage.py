"""What a stage is: a command type, `plan`, `next_phase`, `finish`, and a `run` that a child process imports.

`plan`, `next_phase` and `finish` are pure: the same arguments give the same answer, in any process, at any time.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from schemas.artifacts import ArtifactRef
from schemas.jobs import Stage as StageName
from schemas.jobs import TaskInput, TaskOutcome, TaskRecord
from schemas.record import Record

C = TypeVar("C", bound=Record)


@dataclass(frozen=True, slots=True)
class TaskSpec:
    """A task as planned."""

    task_id: str  # unique within the run, the same for every run of the command
    kind: str
    revision: int  # of that step; part of the cache key
    params: Mapping[str, Any]  # JSON-able; part of the cache key
    inputs: tuple[TaskInput, ...] = ()
    item: str | None = None  # what it is about, such as a photo_id; not part of the cache key
    versions: Mapping[str, str] = field(default_factory=dict)  # model digests, encoder build; part of the cache key
    labels: Mapping[str, str] = field(default_factory=dict)  # for its result event; not part of the cache key
    deadline_s: float = 600.0  # of one attempt


@dataclass(frozen=True, slots=True)
class Phase:
    """Tasks that may run side by side; the next phase starts when all of them have ended."""

    name: str
    tasks: tuple[TaskSpec, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """The first phase, and how much of the whole each phase is expected to be (for progress; sums to 1)."""

    first: Phase
    shares: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Event:
    """A result event: where it goes, its key, and its record."""

    topic: str
    key: str
    record: Record


@dataclass(frozen=True, slots=True)
class Ending:
    """What a run comes to. The status follows from the outcomes: no result means failed, a failed task partial."""

    has_result: bool
    result: Mapping[str, Any] = field(default_factory=dict)
    artifacts: tuple[ArtifactRef, ...] = ()


@dataclass(frozen=True, slots=True)
class RunContext:
    """Whose event it is."""

    job_id: str
    run_id: str
    listing_id: str


class Stage(ABC, Generic[C]):
    """One consumer group's work."""

    name: StageName
    command_type: type[C]
    run: str  # "package.module:function", see processors.engine.work.Run
    batch_size: int = 1  # how many items one call of `run` may get

    @abstractmethod
    def plan(self, command: C) -> Plan:
        """The first phase of the command. Raises InvalidInputError when it cannot be done; the job then fails."""

    def next_phase(self, command: C, phase: str, outcomes: Sequence[TaskOutcome]) -> Phase | None:  # noqa: ARG002
        """The phase after `phase`, given all outcomes so far sorted by task_id; None when the run is complete."""
        return None

    @abstractmethod
    def finish(self, command: C, outcomes: Sequence[TaskOutcome]) -> Ending:
        """What the run comes to, given all outcomes sorted by task_id."""

    def events(self, run: RunContext, task: TaskRecord, outcome: TaskOutcome) -> Sequence[Event]:  # noqa: ARG002
        """The result events of one ended task, published together with its outcome."""
        return ()
