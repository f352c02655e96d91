"""Replays: which commands are sent again, and whether what comes out is what came out before. Pure, but for reading."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select

from processors.engine.broker import ConsumedRecord
from processors.engine.ledger import tables
from processors.engine.ledger.decisions import unpack_messages
from processors.engine.wire import RUN_KIND_HEADER, Codec, header
from schemas.codec_errors import BadMessageError
from schemas.jobs import JobCompleted, RunKind, Stage, TaskOutcome, TaskStatus


@dataclass(frozen=True, slots=True)
class StoredCommand:
    """A command as it came, ready to be sent again."""

    stage: Stage
    job_id: str
    value: bytes
    traceparent: str | None


@dataclass(frozen=True, slots=True)
class Selection:
    """What is replayed, in order, and what is not, with the reason."""

    commands: tuple[StoredCommand, ...]
    skipped: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """One run beside an earlier run of the same job."""

    tasks: int
    cache_hits: int
    failed: int
    cpu_seconds: float
    bytes_written: int
    alike: int  # tasks that ended alike, with the same result and the same bytes
    identical: int  # artifacts of those
    differing: tuple[str, ...]  # a sentence for each task that came to something else

    @property
    def same(self) -> bool:
        """Whether everything came out as before."""
        return not self.differing


def select_records(records: Iterable[ConsumedRecord], stage: Stage, codec: Codec) -> Selection:
    """The commands among the records of a commands topic, oldest first, each job once.

    Replays themselves are skipped, else replaying a stretch twice would double it; so is what cannot be read.
    """
    chosen: dict[str, StoredCommand] = {}
    skipped = []
    for record in sorted(records, key=lambda r: (r.timestamp_ms, r.partition, r.offset)):
        place = f"{record.topic} {record.partition} @ {record.offset}"
        if header(record, RUN_KIND_HEADER) == RunKind.REPLAY:
            skipped.append(f"{place}: is a replay itself")
            continue
        try:
            job_id = str(getattr(codec.decode(record.topic, record.value), "job_id", ""))
        except BadMessageError as error:
            skipped.append(f"{place}: {error.code}: {error.message}")
            continue
        if job_id in chosen:
            skipped.append(f"{place}: job {job_id} is taken once")
        else:
            chosen[job_id] = StoredCommand(stage, job_id, record.value or b"", header(record, "traceparent"))
    return Selection(tuple(chosen.values()), tuple(skipped))


def select_runs(
    connection: Connection,
    *,
    job_ids: Sequence[str] = (),
    listing_id: str | None = None,
    stage: Stage | None = None,
) -> Selection:
    """The commands of live runs in the ledger, oldest first: of these jobs, of a listing, or all of them."""
    runs = tables.runs
    query = select(runs.c.stage, runs.c.job_id, runs.c.command, runs.c.traceparent).where(
        runs.c.kind == str(RunKind.LIVE)
    )
    if job_ids:
        query = query.where(runs.c.job_id.in_(list(job_ids)))
    if listing_id is not None:
        query = query.where(runs.c.listing_id == listing_id)
    if stage is not None:
        query = query.where(runs.c.stage == str(stage))
    rows = connection.execute(query.order_by(runs.c.accepted_ms, runs.c.run_id)).all()
    found = {row.job_id for row in rows}
    return Selection(
        tuple(StoredCommand(Stage(row.stage), row.job_id, bytes(row.command), row.traceparent) for row in rows),
        tuple(f"job {job_id} is not in the ledger" for job_id in job_ids if job_id not in found),
    )


def original_completion(connection: Connection, codec: Codec, stage: Stage, job_id: str) -> JobCompleted | None:
    """How the job's own run ended, from the ledger; None while it is open, or where the ledger does not know it."""
    runs = tables.runs
    query = select(runs.c.completion).where(
        runs.c.stage == str(stage), runs.c.job_id == job_id, runs.c.kind == str(RunKind.LIVE)
    )
    packed = connection.execute(query).scalar_one_or_none()
    for message in unpack_messages(packed) if packed is not None else ():
        record = codec.decode(message.topic, message.value)
        if isinstance(record, JobCompleted):
            return record
    return None


def compare(before: Sequence[TaskOutcome], after: Sequence[TaskOutcome]) -> Difference:
    """What a run came to beside the run before it: per task the same ending and the same bytes, or a sentence."""
    old = {outcome.task_id: outcome for outcome in before}
    new = {outcome.task_id: outcome for outcome in after}
    differing = [f"{task_id}: was not there before" for task_id in sorted(new.keys() - old.keys())]
    differing += [f"{task_id}: is not there any more" for task_id in sorted(old.keys() - new.keys())]
    alike = identical = 0
    for task_id in sorted(old.keys() & new.keys()):
        reason = _changed(old[task_id], new[task_id])
        if reason is not None:
            differing.append(f"{task_id}: {reason}")
        else:
            alike += 1
            identical += len(new[task_id].artifacts)
    return Difference(
        tasks=len(after),
        cache_hits=sum(outcome.cached for outcome in after),
        failed=sum(outcome.status is TaskStatus.FAILED for outcome in after),
        cpu_seconds=sum(outcome.cpu_seconds for outcome in after),
        bytes_written=sum(outcome.bytes_written for outcome in after),
        alike=alike,
        identical=identical,
        differing=tuple(differing),
    )


def _changed(old: TaskOutcome, new: TaskOutcome) -> str | None:
    if old.status is not new.status:
        return f"{old.status} before, {new.status} now"
    old_code, new_code = (outcome.error.code if outcome.error is not None else None for outcome in (old, new))
    if old_code != new_code:
        return f"failed with {old_code} before, {new_code} now"
    if sorted(a.sha256 for a in old.artifacts) != sorted(a.sha256 for a in new.artifacts):
        return "made other bytes"
    if old.result != new.result:
        return "found something else"
    return None
