"""The life of a run in the ledger: opened with its plan, released task by task, closed once with its completion.

Everything here happens inside a database transaction that holds the run's row (or, before there is one, the job's).
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import Connection, Row, func, insert, select, update

from processors.engine.broker import Message
from processors.engine.completion import completion_of
from processors.engine.ledger import decisions, insert_once, tables
from processors.engine.ledger.decisions import Decision, pack_messages
from processors.engine.services import Services
from processors.engine.stage import Ending, Phase, Plan
from processors.engine.wire import ATTEMPT_HEADER, NOT_BEFORE_HEADER, Origin, derived_id
from schemas.artifacts import ErrorInfo
from schemas.canonical import canonical_json
from schemas.jobs import JobStatus, RunKind, TaskOutcome, TaskRecord, TaskStatus
from schemas.record import Record


@dataclass(frozen=True, slots=True)
class NewRun:
    """A run about to be opened."""

    run_id: str
    job_id: str
    kind: RunKind
    listing_id: str
    digest: str
    command: Record
    wire: bytes
    traceparent: str
    deadline_ms: int


RunRow = Row[Any]


def lock_jobs(connection: Connection, stage: str, job_ids: Sequence[str], now_ms: int) -> dict[str, str | None]:
    """Lock the jobs' rows, made where missing, in one order; return job_id -> reason of a waiting cancel."""
    ordered = sorted(set(job_ids))
    table = tables.jobs
    insert_once(connection, table, [{"stage": stage, "job_id": job, "created_ms": now_ms} for job in ordered])
    query = (
        select(table.c.job_id, table.c.cancel_reason)
        .where(table.c.stage == stage, table.c.job_id.in_(ordered))
        .order_by(table.c.job_id)
        .with_for_update()
    )
    return {row.job_id: row.cancel_reason for row in connection.execute(query)}


def lock_runs(connection: Connection, run_ids: Sequence[str]) -> dict[str, RunRow]:
    """Lock the runs that exist, in one order, and return their rows by run_id."""
    table = tables.runs
    query = select(table).where(table.c.run_id.in_(sorted(set(run_ids)))).order_by(table.c.run_id).with_for_update()
    return {str(row.run_id): row for row in connection.execute(query)}


def open_run(connection: Connection, services: Services, new: NewRun, plan: Plan, owner: str) -> tuple[Message, ...]:
    """Insert the run with its plan and the decision to accept it; return the first window of task messages."""
    now_ms = services.now_ms()
    _insert_run(connection, services, new, plan.first.name, dict(plan.shares), now_ms)
    _insert_tasks(connection, services, new.run_id, new.job_id, new.listing_id, new.traceparent, plan.first, 0)
    messages = release(connection, services, new.run_id, 0)
    return _decide(connection, f"accept:{new.run_id}", new.run_id, owner, messages, now_ms)


def open_closed_run(
    connection: Connection, services: Services, new: NewRun, status: JobStatus, error: ErrorInfo, owner: str
) -> tuple[Message, ...]:
    """Insert a run that ends as it begins (cancelled before it came, or impossible to plan)."""
    now_ms = services.now_ms()
    _insert_run(connection, services, new, "", {}, now_ms)
    run = lock_runs(connection, [new.run_id])[new.run_id]
    messages = close_run(connection, services, run, owner, Ending(has_result=False), status=status, error=error)
    return _decide(connection, f"accept:{new.run_id}", new.run_id, owner, messages, now_ms)


def release(connection: Connection, services: Services, run_id: str, phase_index: int) -> tuple[Message, ...]:
    """Mark the next tasks of the phase as out, up to the run's window, and return their messages."""
    table = tables.tasks
    in_phase = (table.c.run_id == run_id) & (table.c.phase_index == phase_index)
    outstanding = connection.execute(
        select(func.count()).select_from(table).where(in_phase, table.c.released, ~table.c.joined)
    ).scalar_one()
    room = services.limits.window - outstanding
    if room <= 0:
        return ()
    rows = connection.execute(
        select(table.c.task_id, table.c.record).where(in_phase, ~table.c.released).order_by(table.c.seq).limit(room)
    ).all()
    if not rows:
        return ()
    connection.execute(
        update(table)
        .where(table.c.run_id == run_id, table.c.task_id.in_([row.task_id for row in rows]))
        .values(released=True, posted_ms=services.now_ms())
    )
    return tuple(message for row in rows for message in decisions.unpack_messages(row.record))


def enter_phase(connection: Connection, services: Services, run: RunRow, phase: Phase) -> tuple[Message, ...]:
    """Insert the next phase's tasks and return its first window of messages."""
    index = run.phase_index + 1
    _insert_tasks(connection, services, run.run_id, run.job_id, run.listing_id, run.traceparent, phase, index)
    connection.execute(
        update(tables.runs).where(tables.runs.c.run_id == run.run_id).values(phase=phase.name, phase_index=index)
    )
    return release(connection, services, run.run_id, index)


def joined_outcomes(connection: Connection, run_id: str) -> list[TaskOutcome]:
    """The outcomes that the joiner has consumed, sorted by task_id."""
    table = tables.tasks
    rows = connection.execute(select(table.c.task_id, table.c.outcome).where(table.c.run_id == run_id, table.c.joined))
    return [TaskOutcome.model_validate_json(row.outcome) for row in sorted(rows, key=lambda row: str(row.task_id))]


def close_run(
    connection: Connection,
    services: Services,
    run: RunRow,
    owner: str,
    ending: Ending,
    *,
    status: JobStatus | None = None,
    error: ErrorInfo | None = None,
) -> tuple[Message, ...]:
    """End the run: every planned task accounted for, the completion stored and returned as the message to publish.

    `status` and `error` are given when something other than the last outcome ends it; tasks without an outcome are then
    recorded as cancelled, for that reason.
    """
    now_ms = services.now_ms()
    outcomes = _all_outcomes(connection, services, run.run_id, error)
    completion = completion_of(services, run, outcomes, ending, status, error, now_ms)
    origin = Origin(run.job_id, run.run_id, traceparent=run.traceparent)
    message = services.outbox.message(
        services.topics.completed,
        f"{run.job_id}/{run.run_id}",
        completion,
        completion.event_id,
        origin,
        now_ms,
        partition_key=run.job_id,
    )
    messages = _decide(connection, f"end:{run.run_id}", run.run_id, owner, (message,), now_ms)
    connection.execute(
        update(tables.runs)
        .where(tables.runs.c.run_id == run.run_id)
        .values(ended_ms=now_ms, status=str(completion.status), completion=pack_messages(messages))
    )
    return messages


def _all_outcomes(
    connection: Connection, services: Services, run_id: str, error: ErrorInfo | None
) -> list[TaskOutcome]:
    outcomes = {outcome.task_id: outcome for outcome in joined_outcomes(connection, run_id)}
    table = tables.tasks
    rows = connection.execute(select(table.c.task_id, table.c.record).where(table.c.run_id == run_id, ~table.c.joined))
    for row in rows:
        (message,) = decisions.unpack_messages(row.record)
        task = services.codec.decode(message.topic, message.value)
        outcomes[row.task_id] = _without_outcome(cast("TaskRecord", task), error)
    return [outcomes[task_id] for task_id in sorted(outcomes)]


def _without_outcome(task: TaskRecord, error: ErrorInfo | None) -> TaskOutcome:
    return TaskOutcome(
        task_id=task.task_id,
        phase=task.phase,
        kind=task.kind,
        item=task.item,
        status=TaskStatus.CANCELLED,
        error=error,
        attempts=0,
    )


def _decide(
    connection: Connection, key: str, run_id: str, owner: str, messages: tuple[Message, ...], now_ms: int
) -> tuple[Message, ...]:
    stands = decisions.decide(connection, [Decision(key, run_id, owner, messages)], now_ms)[key]
    return stands.messages if stands.owner == owner else ()


def _insert_run(
    connection: Connection, services: Services, new: NewRun, phase: str, shares: dict[str, float], now_ms: int
) -> None:
    connection.execute(
        insert(tables.runs).values(
            run_id=new.run_id,
            stage=str(services.stage.name),
            job_id=new.job_id,
            kind=str(new.kind),
            listing_id=new.listing_id,
            digest=new.digest,
            command=new.wire,
            command_json=new.command.model_dump_json(),
            traceparent=new.traceparent,
            shares=json.dumps(shares),
            phase=phase,
            phase_index=0,
            accepted_ms=now_ms,
            deadline_ms=new.deadline_ms,
        )
    )


def _insert_tasks(
    connection: Connection,
    services: Services,
    run_id: str,
    job_id: str,
    listing_id: str,
    traceparent: str,
    phase: Phase,
    phase_index: int,
) -> None:
    rows = []
    for seq, spec in enumerate(phase.tasks):
        task = TaskRecord(
            job_id=job_id,
            run_id=run_id,
            listing_id=listing_id,
            stage=services.stage.name,
            task_id=spec.task_id,
            phase=phase.name,
            kind=spec.kind,
            revision=spec.revision,
            item=spec.item,
            params=canonical_json(dict(spec.params)),
            inputs=list(spec.inputs),
            versions=dict(spec.versions),
            labels=dict(spec.labels),
            deadline_seconds=spec.deadline_s,
        )
        message = task_message(services, task, services.topics.tasks, traceparent)
        rows.append(
            {
                "run_id": run_id,
                "task_id": spec.task_id,
                "phase": phase.name,
                "phase_index": phase_index,
                "seq": seq,
                "record": pack_messages((message,)),
                "released": False,
                "joined": False,
            }
        )
    if rows:
        connection.execute(insert(tables.tasks), rows)


def task_message(services: Services, task: TaskRecord, topic: str, traceparent: str | None) -> Message:
    """The message that asks for one attempt of a task."""
    extra = {ATTEMPT_HEADER: str(task.attempt)}
    if task.not_before_ms is not None:
        extra[NOT_BEFORE_HEADER] = str(task.not_before_ms)
    return services.outbox.message(
        topic,
        f"{task.run_id}/{task.task_id}",
        task,
        derived_id(task.run_id, "task", task.task_id, task.attempt),
        Origin(task.job_id, task.run_id, task.task_id, traceparent),
        services.now_ms(),
        extra,
    )
