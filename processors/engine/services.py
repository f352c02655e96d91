"""What the handlers of a stage share: the stage itself, its topics, the ledger, the stores and the limits."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from processors.engine.artifacts import ArtifactStore
from processors.engine.broker import ConsumedRecord, Message
from processors.engine.ledger import Ledger
from processors.engine.ports import InputSources, ScratchDisk
from processors.engine.stage import Stage
from processors.engine.wire import Codec, Outbox, StageTopics
from schemas.jobs import Tick


@dataclass(frozen=True, slots=True)
class Limits:
    """Numbers that bound a run and a worker."""

    window: int = 64  # tasks of one run that are out at once
    run_deadline_ms: int = 6 * 3600 * 1000
    attempts: int = 4  # of a task that fails for passing reasons: the first and one for each retry topic
    crashes: int = 3  # attempts of a task whose child dies
    worker_deaths: int = 8  # workers that may die while a task runs, before the task is blamed
    completion_bytes: int = 500_000  # above this the outcomes go into a manifest artifact


@dataclass(frozen=True, slots=True)
class Services:
    """Everything that handling a record needs. All of it may be used from several threads."""

    stage: Stage[Any]
    topics: StageTopics
    codec: Codec
    outbox: Outbox
    ledger: Ledger
    store: ArtifactStore
    sources: InputSources
    scratch: ScratchDisk
    now_ms: Callable[[], int]
    worker: str
    limits: Limits = field(default_factory=Limits)


@dataclass(frozen=True, slots=True)
class Arrival:
    """A record as this worker took it in."""

    record: ConsumedRecord
    owner: str  # the record's identity, see decisions.owner_of
    epoch: int  # of its partition's assignment to this worker

    @property
    def place(self) -> tuple[str, int]:
        """The record as read under this assignment: the same record may come again under a later one."""
        return self.owner, self.epoch


@dataclass(frozen=True, slots=True)
class Handled:
    """A record that is done with: what to publish together with its offset, and ticks that may get lost."""

    arrival: Arrival
    messages: tuple[Message, ...] = ()
    ticks: tuple[Tick, ...] = ()
