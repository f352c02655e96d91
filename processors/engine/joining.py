"""The joiner: the one writer of a run. All that can end or change it comes as a record of its outcomes partition.

It counts the outcome records that it has consumed, never what runners wrote: when a completion becomes visible, so has
every result of its run. It keeps nothing in memory between records.
"""

import json
from collections.abc import Sequence
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, bindparam, func, select, update

from processors.engine.broker import Message
from processors.engine.failing import dead_letter, index_dead_letter
from processors.engine.ledger import decisions, tables
from processors.engine.ledger.decisions import Decision
from processors.engine.runs import RunRow, close_run, enter_phase, joined_outcomes, lock_jobs, lock_runs, release
from processors.engine.services import Arrival, Handled, Services
from processors.engine.stage import Ending
from processors.engine.wire import REPUBLISHED_HEADER, live_run_id, with_header
from processors.engine.work import StageError
from schemas.artifacts import ErrorInfo
from schemas.codec_errors import BadMessageError, UndecodableError
from schemas.jobs import JobStatus, OutcomeKind, OutcomeRecord, Tick
from schemas.record import Record

_Item = tuple[Arrival, OutcomeRecord]


class Joiner:
    """Handles the records of an outcomes topic, in their order."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def handle(self, arrivals: Sequence[Arrival]) -> list[Handled]:
        """Apply these records in one database transaction.

        Raises DependencyDownError; anything else that it raises is the fault of one of the records.
        """
        services = self._services
        handled: list[Handled] = []
        items: list[_Item] = []
        for arrival in arrivals:
            try:
                record = services.codec.decode(arrival.record.topic, arrival.record.value)
                items.append((arrival, _outcome_record(record)))
            except BadMessageError as error:
                handled.append(self._park(arrival, ErrorInfo(code=error.code, message=error.message)))
        if not items:
            return handled
        with services.ledger.transaction() as connection:
            cancelled = [item.job_id for _, item in items if item.kind is OutcomeKind.CANCEL]
            if cancelled:
                lock_jobs(connection, services.stage.name, cancelled, services.now_ms())
            lock_runs(connection, [item.run_id for _, item in items])
            for (run_id, is_task), group in groupby(items, lambda i: (i[1].run_id, i[1].kind is OutcomeKind.TASK)):
                if is_task:
                    handled += self._join(connection, run_id, list(group))
                else:
                    handled += [self._change(connection, arrival, item) for arrival, item in group]
        return handled

    def handle_poison(self, arrival: Arrival, error: Exception) -> Handled:
        """End the run of a record whose handling fails, and park the record."""
        services = self._services
        info = ErrorInfo(code="internal_error", message=f"Joining failed: {type(error).__name__}: {error}")
        record = _outcome_record(services.codec.decode(arrival.record.topic, arrival.record.value))
        letter, parked = dead_letter(services, arrival, info)
        with services.ledger.transaction() as connection:
            index_dead_letter(connection, letter, services.now_ms())
            run = lock_runs(connection, [record.run_id]).get(record.run_id)
            ended = self._end(connection, run, arrival, JobStatus.FAILED, info) if run is not None else ()
        return Handled(arrival, (parked, *ended))

    def _join(self, connection: Connection, run_id: str, group: Sequence[_Item]) -> list[Handled]:
        """Outcomes of one run, in order. What they bring about belongs to the last record that brought anything new."""
        keys = {arrival.owner: f"join:{run_id}:{item.outcome.task_id}" for arrival, item in group if item.outcome}
        decided = decisions.find(connection, list(keys.values()))
        stored = {
            decision.owner: decision.messages
            for decision in decided.values()
            if keys.get(decision.owner) == decision.key
        }
        # Locked at the head of the transaction; read again because an earlier record of this batch may have changed it.
        run = lock_runs(connection, [run_id]).get(run_id)
        messages: tuple[Message, ...] = ()
        ticks: tuple[Tick, ...] = ()
        last: Arrival | None = None
        if run is not None and run.ended_ms is None:
            new = self._mark_joined(connection, run_id, group)
            if new:
                last = new[-1]
                messages, ticks = self._advance(connection, run, last)
        if last is not None and messages:
            decision = Decision(keys[last.owner], run_id, last.owner, messages)
            decisions.decide(connection, [decision], self._services.now_ms())
        return [
            Handled(arrival, messages, ticks) if arrival is last else Handled(arrival, stored.get(arrival.owner, ()))
            for arrival, _ in group
        ]

    def _mark_joined(self, connection: Connection, run_id: str, group: Sequence[_Item]) -> list[Arrival]:
        """Store outcomes not joined before; return their records, in order."""
        table = tables.tasks
        outcomes = {item.outcome.task_id: item.outcome for _, item in group if item.outcome}
        waiting: set[str] = set()
        for chunk in decisions.chunks(sorted(outcomes)):
            query = select(table.c.task_id).where(table.c.run_id == run_id, table.c.task_id.in_(chunk), ~table.c.joined)
            waiting.update(connection.execute(query).scalars())
        fresh: list[Arrival] = []
        rows: list[dict[str, str]] = []
        for arrival, item in group:
            if item.outcome is None or item.outcome.task_id not in waiting:
                continue
            waiting.discard(item.outcome.task_id)
            fresh.append(arrival)
            rows.append({"which": item.outcome.task_id, "found": item.outcome.model_dump_json()})
        if rows:
            connection.execute(
                update(table)
                .where(table.c.run_id == run_id, table.c.task_id == bindparam("which"))
                .values(joined=True, outcome=bindparam("found")),
                rows,
            )
        return fresh

    def _advance(
        self, connection: Connection, run: RunRow, arrival: Arrival
    ) -> tuple[tuple[Message, ...], tuple[Tick, ...]]:
        """Release the next tasks, or enter the next phase, or end the run."""
        services = self._services
        messages = release(connection, services, run.run_id, run.phase_index)
        if messages or self._open_tasks(connection, run):
            return messages, ()
        command = services.stage.command_type.model_validate_json(run.command_json)
        outcomes = joined_outcomes(connection, run.run_id)
        try:
            phase = services.stage.next_phase(command, run.phase, outcomes)
            while phase is not None and not phase.tasks:
                phase = services.stage.next_phase(command, phase.name, outcomes)
            if phase is not None:
                tick = _phase_tick(services, run, phase.name, len(phase.tasks))
                return enter_phase(connection, services, run, phase), (tick,)
            ending = services.stage.finish(command, outcomes)
        except StageError as failure:
            error = ErrorInfo(code=failure.code, message=failure.message)
            return self._end(connection, run, arrival, JobStatus.FAILED, error), ()
        return close_run(connection, services, run, arrival.owner, ending), ()

    def _open_tasks(self, connection: Connection, run: RunRow) -> bool:
        """Whether a task of the current phase has no joined outcome yet."""
        table = tables.tasks
        query = select(func.count()).select_from(table)
        query = query.where(table.c.run_id == run.run_id, table.c.phase_index == run.phase_index, ~table.c.joined)
        return bool(connection.execute(query).scalar_one())

    def _change(self, connection: Connection, arrival: Arrival, record: OutcomeRecord) -> Handled:
        """A cancel, a deadline or a duplicate."""
        if record.kind is OutcomeKind.CANCEL:
            return Handled(arrival, self._cancel(connection, arrival, record))
        run = lock_runs(connection, [record.run_id]).get(record.run_id)
        if run is None:
            return Handled(arrival)
        if record.kind is OutcomeKind.DEADLINE:
            message = record.reason or "The run was not done by its deadline."
            error = ErrorInfo(code="deadline_exceeded", message=message)
            return Handled(arrival, self._end(connection, run, arrival, JobStatus.FAILED, error))
        if record.kind is OutcomeKind.DUPLICATE and run.completion is not None:
            stored = decisions.unpack_messages(run.completion)
            return Handled(arrival, tuple(with_header(message, REPUBLISHED_HEADER, "true") for message in stored))
        return Handled(arrival)

    def _cancel(self, connection: Connection, arrival: Arrival, record: OutcomeRecord) -> tuple[Message, ...]:
        """End every open run of the job; keep the cancel when its command has not come yet."""
        stage = self._services.stage.name
        table = tables.runs
        of_job = (table.c.job_id == record.job_id) & (table.c.stage == str(stage))
        run_ids = connection.execute(select(table.c.run_id).where(of_job)).scalars().all()
        runs = lock_runs(connection, list(run_ids))
        if live_run_id(stage, record.job_id) not in runs:
            jobs = tables.jobs
            connection.execute(
                update(jobs)
                .where(jobs.c.stage == str(stage), jobs.c.job_id == record.job_id, jobs.c.cancel_reason.is_(None))
                .values(cancel_reason=record.reason or "")
            )
        error = ErrorInfo(code="cancelled", message=record.reason or "Cancelled by the backend.")
        return tuple(
            message
            for run_id in sorted(runs)
            for message in self._end(connection, runs[run_id], arrival, JobStatus.CANCELLED, error)
        )

    def _end(
        self, connection: Connection, run: Any, arrival: Arrival, status: JobStatus, error: ErrorInfo
    ) -> tuple[Message, ...]:
        """Close the run if it is open; give back what was stored if this very record closed it before."""
        if run.ended_ms is None:
            ending = Ending(has_result=False)
            return close_run(connection, self._services, run, arrival.owner, ending, status=status, error=error)
        key = f"end:{run.run_id}"
        stands = decisions.find(connection, [key]).get(key)
        return stands.messages if stands is not None and stands.owner == arrival.owner else ()

    def _park(self, arrival: Arrival, error: ErrorInfo) -> Handled:
        letter, parked = dead_letter(self._services, arrival, error)
        with self._services.ledger.transaction() as connection:
            index_dead_letter(connection, letter, self._services.now_ms())
        return Handled(arrival, (parked,))


def _outcome_record(record: Record) -> OutcomeRecord:
    if not isinstance(record, OutcomeRecord):
        raise UndecodableError(f"Expected an OutcomeRecord, found a {type(record).__name__}.")
    return record


def _phase_tick(services: Services, run: Any, phase: str, tasks: int) -> Tick:
    return Tick(
        job_id=run.job_id,
        run_id=run.run_id,
        stage=services.stage.name,
        phase=phase,
        phases=json.loads(run.shares),
        phase_tasks=tasks,
        at_ms=services.now_ms(),
    )
