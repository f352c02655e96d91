"""Commands: accepted once with their plan, answered when they come again, refused with a reason when they cannot be.

Order of effects for one command, all in one database transaction: lock the job, insert the run with its plan and the
decision that names this record as its owner. What is published afterwards, with the record's offset, is the stored
content, so a redo never plans again.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from processors.engine.broker import Message
from processors.engine.failing import dead_letter, index_dead_letter
from processors.engine.ledger import decisions
from processors.engine.runs import NewRun, lock_jobs, lock_runs, open_closed_run, open_run
from processors.engine.services import Arrival, Handled, Services
from processors.engine.wire import (
    RUN_ID_HEADER,
    RUN_KIND_HEADER,
    Origin,
    derived_id,
    header,
    live_run_id,
)
from processors.engine.work import StageError
from schemas.artifacts import ErrorInfo
from schemas.canonical import content_digest
from schemas.codec_errors import BadMessageError, InvalidRecordError
from schemas.headers import traceparent_of
from schemas.jobs import CommandRejected, JobStatus, OutcomeKind, OutcomeRecord, RunKind, Tick


@dataclass(frozen=True, slots=True)
class _Command:
    arrival: Arrival
    record: Any  # a command: a Record with job_id and listing_id
    digest: str
    run_id: str
    kind: RunKind


class Acceptor:
    """Handles the records of a commands topic."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def handle(self, arrivals: Sequence[Arrival]) -> list[Handled]:
        """Accept, answer or refuse these commands in one database transaction.

        Raises DependencyDownError; anything else that it raises is the fault of one of the commands.
        """
        services = self._services
        handled: list[Handled] = []
        commands: list[_Command] = []
        for arrival in arrivals:
            try:
                commands.append(self._read(arrival))
            except BadMessageError as error:
                handled.append(self._refuse_unreadable(arrival, ErrorInfo(code=error.code, message=error.message)))
        if commands:
            with services.ledger.transaction() as connection:
                waiting = lock_jobs(
                    connection,
                    services.stage.name,
                    [command.record.job_id for command in commands],
                    services.now_ms(),
                )
                handled += [self._accept(connection, command, waiting[command.record.job_id]) for command in commands]
        return handled

    def handle_poison(self, arrival: Arrival, error: Exception) -> Handled:
        """Park a command whose handling fails, and end its job."""
        info = ErrorInfo(
            code="internal_error", message=f"Accepting the command failed: {type(error).__name__}: {error}"
        )
        return self._refuse_unreadable(arrival, info)

    def _read(self, arrival: Arrival) -> _Command:
        record = self._services.codec.decode(arrival.record.topic, arrival.record.value)
        job_id = str(getattr(record, "job_id", ""))
        kind = RunKind.REPLAY if header(arrival.record, RUN_KIND_HEADER) == RunKind.REPLAY else RunKind.LIVE
        run_id = live_run_id(self._services.stage.name, job_id)
        if kind is RunKind.REPLAY:
            try:
                run_id = str(UUID(header(arrival.record, RUN_ID_HEADER) or ""))
            except ValueError as error:
                raise InvalidRecordError("A replay needs a UUID in its run_id header.") from error
        return _Command(arrival, record, content_digest(record), run_id, kind)

    def _accept(self, connection: Connection, command: _Command, waiting_cancel: str | None) -> Handled:
        services, arrival = self._services, command.arrival
        run = lock_runs(connection, [command.run_id]).get(command.run_id)
        if run is None:
            return self._open(connection, command, waiting_cancel)
        accepted = decisions.find(connection, [f"accept:{command.run_id}"])[f"accept:{command.run_id}"]
        if accepted.owner == arrival.owner:
            return Handled(arrival, accepted.messages)
        if run.digest == command.digest:
            return Handled(arrival, (self._duplicate(command),))
        rejection = CommandRejected(
            event_id=derived_id("rejected", arrival.owner),
            job_id=command.record.job_id,
            stage=services.stage.name,
            error=ErrorInfo(
                code="job_id_reused",
                message=f"Job {command.record.job_id} was accepted before with other content; use a new job_id.",
            ),
            accepted_digest=run.digest,
            rejected_digest=command.digest,
        )
        return Handled(arrival, (self._rejection(arrival, rejection),))

    def _open(self, connection: Connection, command: _Command, waiting_cancel: str | None) -> Handled:
        services, record = self._services, command.record
        now_ms = services.now_ms()
        new = NewRun(
            run_id=command.run_id,
            job_id=record.job_id,
            kind=command.kind,
            listing_id=record.listing_id,
            digest=command.digest,
            command=record,
            wire=command.arrival.record.value or b"",
            traceparent=traceparent_of(header(command.arrival.record, "traceparent"), record.job_id),
            deadline_ms=now_ms + services.limits.run_deadline_ms,
        )
        owner = command.arrival.owner
        if waiting_cancel is not None and command.kind is RunKind.LIVE:
            error = ErrorInfo(code="cancelled", message=waiting_cancel or "Cancelled before it began.")
            return Handled(
                command.arrival, open_closed_run(connection, services, new, JobStatus.CANCELLED, error, owner)
            )
        try:
            plan = services.stage.plan(record)
        except StageError as failure:
            error = ErrorInfo(code=failure.code, message=failure.message)
            return Handled(command.arrival, open_closed_run(connection, services, new, JobStatus.FAILED, error, owner))
        messages = open_run(connection, services, new, plan, owner)
        tick = Tick(
            job_id=new.job_id,
            run_id=new.run_id,
            stage=services.stage.name,
            phase=plan.first.name,
            phases=dict(plan.shares),
            phase_tasks=len(plan.first.tasks),
            at_ms=now_ms,
        )
        return Handled(command.arrival, messages, (tick,))

    def _duplicate(self, command: _Command) -> Message:
        services = self._services
        note = OutcomeRecord(job_id=command.record.job_id, run_id=command.run_id, kind=OutcomeKind.DUPLICATE)
        return services.outbox.message(
            services.topics.outcomes,
            note.job_id,
            note,
            derived_id("duplicate", command.arrival.owner),
            Origin(note.job_id, note.run_id, traceparent=header(command.arrival.record, "traceparent")),
            services.now_ms(),
        )

    def _refuse_unreadable(self, arrival: Arrival, error: ErrorInfo) -> Handled:
        """A rejection for whoever waits for the job that the record's key names; else a dead letter, kept whole.

        A command that can be read but breaks the contract is the backend's to mend: the rejection says all. Of bytes
        that cannot be read the dead letter is kept as well.
        """
        services = self._services
        messages: list[Message] = []
        job_id = _uuid_text(arrival.record.key)
        if job_id is not None:
            rejection = CommandRejected(
                event_id=derived_id("rejected", arrival.owner), job_id=job_id, stage=services.stage.name, error=error
            )
            messages.append(self._rejection(arrival, rejection))
        if job_id is None or error.code != InvalidRecordError.code:
            letter, parked = dead_letter(services, arrival, error)
            messages.append(parked)
            with services.ledger.transaction() as connection:
                index_dead_letter(connection, letter, services.now_ms())
        return Handled(arrival, tuple(messages))

    def _rejection(self, arrival: Arrival, rejection: CommandRejected) -> Message:
        services = self._services
        return services.outbox.message(
            services.topics.rejected,
            rejection.job_id,
            rejection,
            rejection.event_id,
            Origin(rejection.job_id, traceparent=header(arrival.record, "traceparent")),
            services.now_ms(),
        )


def _uuid_text(key: bytes | None) -> str | None:
    try:
        return str(UUID((key or b"").decode()))
    except ValueError:
        return None
