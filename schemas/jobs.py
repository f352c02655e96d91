"""What the engine itself puts on the wire: tasks, outcomes, ticks, progress, completions, cancels, dead letters."""

from pydantic import Field

from schemas.artifacts import ArtifactRef, ErrorInfo, InputSnapshot
from schemas.record import Command, Record, Symbol, Uuid


class Stage(Symbol):
    """The consumer groups that do work."""

    UNKNOWN = "unknown"
    CLASSIFY = "classify"
    STAGE = "stage"
    CLIP = "clip"
    RENDER = "render"


class TaskStatus(Symbol):
    """How a task ended."""

    UNKNOWN = "unknown"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"


class JobStatus(Symbol):
    """How a run ended."""

    UNKNOWN = "unknown"
    SUCCEEDED = "succeeded"
    PARTIAL = "partial"
    FAILED = "failed"
    CANCELLED = "cancelled"


class RunKind(Symbol):
    """Why a run exists."""

    UNKNOWN = "unknown"
    LIVE = "live"
    REPLAY = "replay"


class TaskInput(Record):
    """One file that a task reads."""

    name: str = Field(description="What the task calls it, such as `photo` or `music`.")
    uri: str = Field(description="Where it lies: an allowed source of the command, or an artifact of this run.")
    sha256: str | None = Field(
        default=None, description="SHA-256 of the bytes when already known (artifacts of an earlier phase)."
    )


class TaskRecord(Record):
    """One unit of work of a run: retried, cached and scaled by itself."""

    job_id: str = Field(description="UUID of the job, chosen by the backend.")
    run_id: str = Field(description="UUID of this execution of the job.")
    listing_id: str = Field(description="The backend's id of the listing.")
    stage: Stage = Field(description="The consumer group that runs it.")
    task_id: str = Field(description="Unique within the run and the same for every run of the command.")
    phase: str = Field(description="Name of the phase of the plan that it belongs to.")
    kind: str = Field(description="Which step of the stage it is, such as `clip` or `segment`.")
    revision: int = Field(description="Revision of that step; raised when its output changes.", ge=1)
    item: str | None = Field(default=None, description="What it is about, such as a photo_id.")
    params: str = Field(description="Parameters of the step, canonical JSON.")
    inputs: list[TaskInput] = Field(default_factory=list, description="The files that it reads.")
    versions: dict[str, str] = Field(
        default_factory=dict, description="What the plan pinned: model digests, kit versions, encoder build."
    )
    labels: dict[str, str] = Field(
        default_factory=dict, description="What its result event says besides; not part of the work."
    )
    attempt: int = Field(default=1, description="Which attempt this record asks for, from 1.", ge=1)
    deadline_seconds: float = Field(default=600.0, description="Longest time that one attempt may take, in seconds.")
    not_before_ms: int | None = Field(
        default=None, description="Broker time before which it must not start, ms since the epoch (retries)."
    )


class TaskOutcome(Record):
    """How one task ended, with what it made."""

    task_id: str = Field(description="The task's id within the run.")
    phase: str = Field(description="Name of the phase.")
    kind: str = Field(description="Which step of the stage it was.")
    item: str | None = Field(default=None, description="What it was about, such as a photo_id.")
    status: TaskStatus = Field(description="succeeded, failed or cancelled.")
    error: ErrorInfo | None = Field(default=None, description="Why it failed.")
    result: str = Field(default="{}", description="What it found, canonical JSON; its form depends on the step.")
    artifacts: list[ArtifactRef] = Field(default_factory=list, description="The files that it made.")
    inputs: list[InputSnapshot] = Field(default_factory=list, description="The inputs as they were read.")
    cached: bool = Field(default=False, description="True when the result came from the cache and no work was done.")
    attempts: int = Field(default=1, description="How many attempts it took.", ge=0)
    cpu_seconds: float = Field(default=0.0, description="CPU seconds used by the child and its ffmpeg.")
    bytes_read: int = Field(default=0, description="Bytes of input read.")
    bytes_written: int = Field(default=0, description="Bytes of artifacts written.")


class OutcomeKind(Symbol):
    """What a record on an outcomes topic tells the joiner."""

    UNKNOWN = "unknown"
    TASK = "task"
    CANCEL = "cancel"
    DUPLICATE = "duplicate"
    DEADLINE = "deadline"


class OutcomeRecord(Record):
    """A record for the joiner of a run: everything that can end or change it."""

    job_id: str = Field(description="UUID of the job.")
    run_id: str = Field(description="UUID of the run that it is about.")
    kind: OutcomeKind = Field(description="What happened.")
    outcome: TaskOutcome | None = Field(default=None, description="The task's outcome, when kind is task.")
    reason: str | None = Field(default=None, description="Why, for cancels and deadlines.")


class Cancel(Command):
    """The backend asks to end a job."""

    job_id: Uuid = Field(description="UUID of the job, in lower case; it may not have been seen yet.")
    stage: Stage = Field(description="The group that the command went to.")
    reason: str = Field(default="", description="Why, for the completion's message.")


class JobCompleted(Record):
    """The end of a run: exactly one event_id for each run."""

    event_id: str = Field(description="UUIDv5 of the run's end; the same whenever this completion is published again.")
    job_id: str = Field(description="UUID of the job.")
    run_id: str = Field(description="UUID of the run.")
    run_kind: RunKind = Field(description="live or replay.")
    listing_id: str = Field(description="The backend's id of the listing.")
    stage: Stage = Field(description="The group that did it.")
    status: JobStatus = Field(
        description="succeeded: all tasks; partial: a result in spite of failed tasks; failed: no result; cancelled."
    )
    error: ErrorInfo | None = Field(
        default=None, description="Why the run failed or was cancelled, or its first failed task."
    )
    tasks: list[TaskOutcome] = Field(default_factory=list, description="Every task's outcome, sorted by task_id.")
    manifest: ArtifactRef | None = Field(
        default=None, description="Where `tasks` lies as a JSON file instead, when it would exceed 500 kB here."
    )
    result: str = Field(default="{}", description="What the run found as a whole, canonical JSON.")
    artifacts: list[ArtifactRef] = Field(default_factory=list, description="The files that the run as a whole made.")
    tasks_total: int = Field(default=0, description="Tasks planned.")
    tasks_failed: int = Field(default=0, description="Tasks that failed.")
    cache_hits: int = Field(default=0, description="Tasks answered from the cache.")
    cpu_seconds: float = Field(default=0.0, description="CPU seconds of all tasks (measured, not billed).")
    bytes_read: int = Field(default=0, description="Bytes of input read by all tasks.")
    bytes_written: int = Field(default=0, description="Bytes of artifacts written by all tasks.")
    started_ms: int = Field(default=0, description="When the command was accepted, ms since the epoch.")
    ended_ms: int = Field(default=0, description="When the run was closed, ms since the epoch.")


class CommandRejected(Record):
    """A command that was not accepted; no run exists for it."""

    event_id: str = Field(description="UUIDv5 of the refused record's place on its topic.")
    job_id: str = Field(description="UUID of the job, or the record's key when the value gives none.")
    stage: Stage = Field(description="The group that refused it.")
    error: ErrorInfo = Field(description="Why.")
    accepted_digest: str | None = Field(
        default=None, description="Digest of the content accepted earlier under this job_id, when they differ."
    )
    rejected_digest: str | None = Field(default=None, description="Digest of the refused content.")


class Tick(Record):
    """A worker's note of progress: lossy, merged by maximum."""

    job_id: str = Field(description="UUID of the job.")
    run_id: str = Field(description="UUID of the run.")
    stage: Stage = Field(description="The group that does it.")
    phase: str = Field(description="Name of the phase.")
    phases: dict[str, float] = Field(
        default_factory=dict, description="Every phase of the plan and its share of the whole, summing to 1."
    )
    phase_tasks: int | None = Field(default=None, description="Tasks of this phase, once known.")
    task_id: str | None = Field(default=None, description="The task that advanced, if one did.")
    fraction: float = Field(default=0.0, description="How far that task is, 0 to 1.")
    failed: bool = Field(default=False, description="True when that task ended in failure.")
    at_ms: int = Field(description="Worker time, ms since the epoch.")


class Progress(Record):
    """How far a run is."""

    job_id: str = Field(description="UUID of the job.")
    run_id: str = Field(description="UUID of the run.")
    stage: Stage = Field(description="The group that does it.")
    phase: str = Field(description="Name of the phase now running.")
    percent: float = Field(description="0 to 100, never falling.")
    items_done: int = Field(description="Tasks ended, of those known.")
    items_failed: int = Field(description="Tasks ended in failure.")
    items_total: int = Field(description="Tasks known so far.")
    eta_seconds: float | None = Field(default=None, description="Seconds left by the pace so far; null when unknown.")
    ended: bool = Field(default=False, description="True on the last record of the run.")
    at_ms: int = Field(description="When this was computed, ms since the epoch.")


class DeadLetter(Record):
    """A record that could not be processed, kept whole."""

    event_id: str = Field(description="UUIDv5 of the record's place on its topic.")
    stage: Stage = Field(description="The group that parked it.")
    topic: str = Field(description="Where it came from.")
    partition: int = Field(description="Its partition.")
    offset: int = Field(description="Its offset.")
    key: bytes | None = Field(default=None, description="Its key, as it was.")
    value: bytes | None = Field(default=None, description="Its value, as it was.")
    headers: dict[str, bytes] = Field(default_factory=dict, description="Its headers, as they were.")
    error: ErrorInfo = Field(description="Why.")
    job_id: str | None = Field(default=None, description="The job it belongs to, when that is known.")
    run_id: str | None = Field(default=None, description="The run it belongs to, when that is known.")
    task_id: str | None = Field(default=None, description="The task it belongs to, when that is known.")
