"""The sweeper: posts again what got lost (retention passed, offsets reset), and tells joiners of runs out of time.

Everything that it posts is harmless when nothing was lost: a task is decided once, and joined once.
"""

from sqlalchemy import Connection, select, update

from processors.engine.broker import Message
from processors.engine.ledger import decisions, tables
from processors.engine.services import Services
from processors.engine.wire import REPUBLISHED_HEADER, Origin, derived_id, with_header
from schemas.jobs import OutcomeKind, OutcomeRecord

_RUNS_A_SWEEP = 200
_TASKS_A_RUN = 64


class Sweeper:
    """Looks through the open runs of a stage."""

    def __init__(self, services: Services, patience_ms: int = 15 * 60 * 1000) -> None:
        self._services = services
        self._patience_ms = patience_ms

    def sweep(self) -> tuple[Message, ...]:
        """What to post: deadlines that passed, tasks of which nothing was heard. Raises DependencyDownError."""
        services = self._services
        now_ms = services.now_ms()
        runs = tables.runs
        messages: list[Message] = []
        with services.ledger.transaction() as connection:
            query = select(runs.c.run_id, runs.c.job_id, runs.c.deadline_ms, runs.c.traceparent)
            query = query.where(runs.c.stage == str(services.stage.name), runs.c.ended_ms.is_(None))
            for run in connection.execute(query.order_by(runs.c.accepted_ms).limit(_RUNS_A_SWEEP)).all():
                if run.deadline_ms <= now_ms:
                    messages.append(self._deadline(run.job_id, run.run_id, run.traceparent))
                else:
                    messages += self._lost(connection, run.run_id, now_ms)
        return tuple(messages)

    def _deadline(self, job_id: str, run_id: str, traceparent: str) -> Message:
        services = self._services
        note = OutcomeRecord(job_id=job_id, run_id=run_id, kind=OutcomeKind.DEADLINE)
        return services.outbox.message(
            services.topics.outcomes,
            job_id,
            note,
            derived_id(run_id, "deadline"),
            Origin(job_id, run_id, traceparent=traceparent),
            services.now_ms(),
        )

    def _lost(self, connection: Connection, run_id: str, now_ms: int) -> list[Message]:
        """The newest decided message of each silent task (its outcome, or its retry), or its first record."""
        table = tables.tasks
        silent = (
            (table.c.run_id == run_id)
            & table.c.released
            & ~table.c.joined
            & (table.c.posted_ms <= now_ms - self._patience_ms)
        )
        rows = connection.execute(select(table.c.task_id, table.c.record).where(silent).limit(_TASKS_A_RUN)).all()
        if not rows:
            return []
        connection.execute(
            update(table)
            .where(table.c.run_id == run_id, table.c.task_id.in_([row.task_id for row in rows]))
            .values(posted_ms=now_ms)
        )
        messages: list[Message] = []
        for row in rows:
            decided = self._last_decision(connection, run_id, row.task_id)
            messages += decided or decisions.unpack_messages(row.record)
        return [with_header(message, REPUBLISHED_HEADER, "true") for message in messages]

    def _last_decision(self, connection: Connection, run_id: str, task_id: str) -> tuple[Message, ...]:
        attempts = len(self._services.topics.retries) + 1
        found = decisions.find(connection, [f"task:{run_id}:{task_id}:{n}" for n in range(1, attempts + 1)])
        last = max(found, default=None)
        return found[last].messages if last is not None else ()
