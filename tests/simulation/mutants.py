"""Defects that the simulation must find. Each is a way in which such an engine is commonly got wrong."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from sqlalchemy import Connection, select
from sqlalchemy.dialects import sqlite

from processors.engine import accepting, joining, publishing, runs
from processors.engine.ledger import decisions, tables
from processors.engine.offsets import OffsetTracker
from processors.engine.services import Handled
from processors.engine.worker import Worker
from schemas.jobs import OutcomeRecord, TaskOutcome


@contextmanager
def upsert_for_insert() -> Iterator[None]:
    """The last writer of a decision wins."""

    def upsert(connection: Connection, table: Any, rows: Sequence[Mapping[str, Any]], _key: str) -> set[str]:
        statement = sqlite.insert(table)
        for row in rows:
            connection.execute(statement.values(**row).on_conflict_do_update(set_=dict(row)))
        return set()

    with patch.object(decisions, "insert_new", upsert):
        yield


@contextmanager
def counting_the_runners_rows() -> Iterator[None]:
    """The joiner ends a phase when every task is decided, though their outcomes may not be published yet."""

    def decided(connection: Connection, run_id: str) -> dict[str, TaskOutcome]:
        found: dict[str, TaskOutcome] = {}
        query = select(tables.decisions.c.messages).where(
            tables.decisions.c.run_id == run_id, tables.decisions.c.key.like("task:%")
        )
        for packed in connection.execute(query).scalars():
            for message in decisions.unpack_messages(packed):
                if message.topic.endswith(".outcomes"):
                    record = OutcomeRecord.model_validate_json(message.value or b"")
                    if record.outcome is not None:
                        found[record.outcome.task_id] = record.outcome
        return found

    def open_tasks(_self: object, connection: Connection, run: Any) -> bool:
        table = tables.tasks
        query = select(table.c.task_id).where(table.c.run_id == run.run_id, table.c.phase_index == run.phase_index)
        return not set(connection.execute(query).scalars()) <= set(decided(connection, run.run_id))

    def outcomes(connection: Connection, run_id: str) -> list[TaskOutcome]:
        return sorted(decided(connection, run_id).values(), key=lambda outcome: outcome.task_id)

    with (
        patch.object(joining.Joiner, "_open_tasks", open_tasks),
        patch.object(joining, "joined_outcomes", outcomes),
        patch.object(runs, "joined_outcomes", outcomes),
    ):
        yield


@contextmanager
def planning_again_on_a_redo() -> Iterator[None]:
    """A command that is read again is planned again, by whatever planner runs now."""
    genuine = accepting.Acceptor._accept

    def accept(self: Any, connection: Connection, command: Any, waiting: str | None) -> Handled:
        handled = genuine(self, connection, command, waiting)
        services = self._services
        run = runs.lock_runs(connection, [command.run_id]).get(command.run_id)
        if run is None or run.ended_ms is not None or not handled.messages or "unplannable" in command.record.items:
            return handled
        if run.phase_index:
            return handled
        plan = services.stage.plan(command.record)
        connection.execute(tables.tasks.delete().where(tables.tasks.c.run_id == command.run_id))
        runs._insert_tasks(connection, services, run.run_id, run.job_id, run.listing_id, run.traceparent, plan.first, 0)
        return Handled(handled.arrival, runs.release(connection, services, run.run_id, 0), handled.ticks)

    with patch.object(accepting.Acceptor, "_accept", accept):
        yield


@contextmanager
def fresh_group_metadata() -> Iterator[None]:
    """The membership is asked for when a transaction commits, instead of when a rebalance callback runs."""

    class Fresh(publishing.Assignment):
        """An assignment that does not keep the token."""

        consumer: Any = None

        @property
        def token(self) -> Any:
            return self.consumer.group_token() if self.consumer is not None else None

        @token.setter
        def token(self, kept: Any) -> None:
            """What the callbacks bring is not kept."""

    def init(self: Worker, services: Any, consumer: Any, publisher: Any, assignment: Any, *rest: Any) -> None:
        assignment.consumer = consumer
        genuine_init(self, services, consumer, publisher, assignment, *rest)

    genuine_init = Worker.__init__
    with patch("tests.simulation.world.Assignment", Fresh), patch.object(Worker, "__init__", init):
        yield


@contextmanager
def rewinding_without_a_new_epoch() -> Iterator[None]:
    """After an abort the partitions are read again from their positions, while earlier results are still kept."""

    def init(self: Worker, services: Any, consumer: Any, publisher: Any, assignment: Any, *rest: Any) -> None:
        genuine_init(self, services, consumer, publisher, assignment, *rest)

        def rewind() -> None:
            for source, assigned in assignment.partitions.items():
                position = assigned.tracker.position()
                if source in consumer._reading:
                    consumer._reading[source] = position.offset
                    assigned.tracker = OffsetTracker(position)

        publisher._on_abort = rewind

    genuine_init = Worker.__init__
    with patch.object(Worker, "__init__", init):
        yield


MUTANTS = [
    upsert_for_insert,
    counting_the_runners_rows,
    planning_again_on_a_redo,
    fresh_group_metadata,
    rewinding_without_a_new_epoch,
]
