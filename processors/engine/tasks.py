"""Tasks: from a record to work, and from the work's result to the one outcome that is ever published for it.

begin    one ledger transaction for a batch: run still open? decided already? who died on it? inputs and cache known?
resolve  one task: copy its inputs in at first sight, look again in the cache, lay the files out for the child
upload   one task: put its files into the store
conclude one ledger transaction for a batch: cache entries, decisions, end of the start rows
"""

import hashlib
import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import unquote

from sqlalchemy import Connection, delete, func, select, tuple_

from processors.engine import metrics
from processors.engine.artifacts import ArtifactMissingError
from processors.engine.broker import Message
from processors.engine.cache import CacheEntry, cache_key, forget, look_up, store_once
from processors.engine.failing import dead_letter, index_dead_letter
from processors.engine.ledger import decisions, insert_once, tables
from processors.engine.ledger.decisions import Decision
from processors.engine.ports import ScratchDisk
from processors.engine.runs import task_message
from processors.engine.services import Arrival, Handled, Services
from processors.engine.stage import RunContext
from processors.engine.wire import (
    ATTEMPT_HEADER,
    JOB_ID_HEADER,
    RUN_ID_HEADER,
    TASK_ID_HEADER,
    Origin,
    derived_id,
    header,
)
from processors.engine.work import FailureKind, OutputFile, StageError, WorkDone, WorkFailed, WorkItem
from schemas.artifacts import ArtifactRef, ErrorInfo, InputSnapshot
from schemas.canonical import canonical_json
from schemas.codec_errors import BadMessageError, UndecodableError
from schemas.jobs import OutcomeKind, OutcomeRecord, TaskInput, TaskOutcome, TaskRecord, TaskStatus, Tick


@dataclass(slots=True)
class TaskInHand:
    """A task that this worker has begun."""

    arrival: Arrival
    task: TaskRecord
    token: str  # of its start row
    alone: bool = False  # must not share a batch: a worker or a child died with it before
    snapshots: dict[str, InputSnapshot] = field(default_factory=dict)  # by input name
    folder: Path | None = None  # its inputs, on the scratch disk
    out_dir: Path | None = None  # where its work puts what it makes, on the scratch disk
    files: dict[str, Path] = field(default_factory=dict)  # local copies of the inputs, by name
    hit: CacheEntry | None = None
    failure: WorkFailed | None = None
    entry: CacheEntry | None = None  # finished work, uploaded
    cpu_seconds: float = 0.0

    @property
    def resolved(self) -> bool:
        """Nothing is left to fetch or to look up: it can go to a child, or has its answer."""
        return (
            self.failure is not None
            or (not self.task.inputs and self.hit is None)
            or (self.hit is not None and not self.hit.artifacts)
        )

    def work_item(self, scratch: ScratchDisk) -> WorkItem:
        """The task as the child sees it, with a folder of its own for what it makes."""
        self.out_dir = self.out_dir or scratch.name(f"{self.token}-out")
        return WorkItem(
            ref=self.token,
            kind=self.task.kind,
            params=json.loads(self.task.params),
            inputs=dict(self.files),
            folder=self.out_dir,
            versions=dict(self.task.versions),
            item=self.task.item,
        )


class TaskHandler:
    """Handles the records of tasks and retry topics."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._token_prefix = f"{services.worker}:{secrets.token_hex(6)}"

    # -- begin ---------------------------------------------------------------------------------------------------------

    def begin(self, arrivals: Sequence[Arrival]) -> list[Handled | TaskInHand]:
        """Begin a batch of tasks in one database transaction.

        A record whose run is closed, or whose outcome is decided, is done at once. Raises DependencyDownError.
        """
        services = self._services
        readable: list[tuple[Arrival, TaskRecord]] = []
        begun: list[Handled | TaskInHand] = []
        for arrival in arrivals:
            try:
                task = services.codec.decode(arrival.record.topic, arrival.record.value)
                if not isinstance(task, TaskRecord):
                    raise UndecodableError(f"Expected a TaskRecord, found a {type(task).__name__}.")
                readable.append((arrival, task))
            except BadMessageError as error:
                begun.append(self.fail_unreadable(arrival, ErrorInfo(code=error.code, message=error.message)))
        if readable:
            with services.ledger.transaction() as connection:
                begun += self._begin(connection, readable)
        return begun

    def handle_poison(self, arrival: Arrival, error: Exception) -> Handled:
        """Park a task whose beginning fails, and end it."""
        return self.fail_unreadable(
            arrival, ErrorInfo(code="internal_error", message=f"{type(error).__name__}: {error}")
        )

    def _begin(
        self, connection: Connection, readable: Sequence[tuple[Arrival, TaskRecord]]
    ) -> list[Handled | TaskInHand]:
        run_ids = sorted({task.run_id for _, task in readable})
        runs = tables.runs
        query = select(runs.c.run_id).where(runs.c.run_id.in_(run_ids), runs.c.ended_ms.is_(None))
        open_runs = set(connection.execute(query).scalars())
        decided = decisions.find(connection, [_decision_key(task) for _, task in readable])
        deaths = self._deaths(connection, readable)
        begun: list[Handled | TaskInHand] = []
        hands: list[TaskInHand] = []
        for arrival, task in readable:
            decision = decided.get(_decision_key(task))
            if decision is not None:
                begun.append(Handled(arrival, decision.messages if decision.owner == arrival.owner else ()))
            elif task.run_id not in open_runs:
                begun.append(Handled(arrival))
            else:
                hands.append(self._take(arrival, task, deaths.get((task.run_id, task.task_id), 0)))
        self._note_known_inputs(connection, hands)
        self._note_hits(connection, hands)
        insert_once(connection, tables.starts, [self._start_row(hand) for hand in hands])
        # Of a beginning whose commit was not answered, and that finds its work done by another.
        self._forget_starts(connection, [self._token(handled.arrival) for handled in begun])
        return [*begun, *hands]

    def _take(self, arrival: Arrival, task: TaskRecord, deaths: int) -> TaskInHand:
        hand = TaskInHand(arrival, task, self._token(arrival), alone=deaths > 0)
        if deaths >= self._services.limits.worker_deaths:
            message = f"{deaths} workers died while this task ran."
            hand.failure = WorkFailed(FailureKind.INVALID_INPUT, "task_crashed", message)
        return hand

    def _token(self, arrival: Arrival) -> str:
        """The start row's key: the same when the beginning is done again, because its commit was not answered."""
        owner, epoch = arrival.place
        return f"{self._token_prefix}:{hashlib.sha256(f'{owner} {epoch}'.encode()).hexdigest()[:32]}"

    def _forget_starts(self, connection: Connection, tokens: Sequence[str]) -> None:
        for chunk in decisions.chunks(tokens):
            connection.execute(delete(tables.starts).where(tables.starts.c.token.in_(chunk)))

    def _deaths(
        self, connection: Connection, readable: Sequence[tuple[Arrival, TaskRecord]]
    ) -> dict[tuple[str, str], int]:
        """How often a worker ended while it had the task in hand: start rows of others than ourselves."""
        table = tables.starts
        ours = [self._token(arrival) for arrival, _ in readable]
        counts: dict[tuple[str, str], int] = {}
        by_run: dict[str, list[str]] = {}
        for _, task in readable:
            by_run.setdefault(task.run_id, []).append(task.task_id)
        for run_id, task_ids in by_run.items():
            query = (
                select(table.c.task_id, func.count())
                .where(table.c.run_id == run_id, table.c.task_id.in_(task_ids), table.c.token.not_in(ours))
                .group_by(table.c.task_id)
            )
            for task_id, count in connection.execute(query):
                counts[run_id, task_id] = count
        return counts

    def _start_row(self, hand: TaskInHand) -> dict[str, object]:
        return {
            "token": hand.token,
            "run_id": hand.task.run_id,
            "task_id": hand.task.task_id,
            "worker": self._services.worker,
            "started_ms": self._services.now_ms(),
        }

    def _note_known_inputs(self, connection: Connection, hands: Sequence[TaskInHand]) -> None:
        table = tables.inputs
        wanted: dict[tuple[str, str], list[tuple[TaskInHand, TaskInput]]] = {}
        for hand in hands:
            for source in hand.task.inputs:
                if source.sha256 is None:
                    wanted.setdefault((hand.task.job_id, _without_query(source.uri)), []).append((hand, source))
        for chunk in decisions.chunks([*wanted]):  # type: ignore[list-item]
            query = select(table.c.job_id, table.c.uri, table.c.sha256, table.c.bytes).where(
                table.c.stage == str(self._services.stage.name), tuple_(table.c.job_id, table.c.uri).in_(list(chunk))
            )
            for row in connection.execute(query):
                for hand, source in wanted[row.job_id, row.uri]:
                    hand.snapshots[source.name] = InputSnapshot(uri=row.uri, sha256=row.sha256, bytes=row.bytes)

    def _note_hits(self, connection: Connection, hands: Sequence[TaskInHand]) -> None:
        keys = {hand.token: key for hand in hands if hand.failure is None and (key := _key_of(hand)) is not None}
        entries = look_up(connection, list(keys.values()))
        for hand in hands:
            hand.hit = entries.get(keys.get(hand.token, ""))

    # -- resolve -------------------------------------------------------------------------------------------------------

    def resolve(self, hand: TaskInHand) -> TaskInHand:
        """Find the task's answer in the cache, or lay out its inputs on the scratch disk.

        Raises DependencyDownError (the ledger, the store or a source is away; call it again).
        """
        try:
            if hand.folder is None:
                hand.folder = self._services.scratch.new(hand.token)
            for number, source in enumerate(hand.task.inputs):
                if source.sha256 is None and source.name not in hand.snapshots:
                    self._copy_in(hand, source, hand.folder / _local_name(number, source.uri))
            key = _key_of(hand)
            if hand.hit is None and key is not None:
                with self._services.ledger.transaction() as connection:
                    hand.hit = look_up(connection, [key]).get(key)
            if hand.hit is not None:
                if all(self._services.store.exists(artifact.sha256) for artifact in hand.hit.artifacts):
                    return hand
                with self._services.ledger.transaction() as connection:
                    forget(connection, hand.hit.key)
                hand.hit = None
            self._lay_out(hand, hand.folder)
        except StageError as error:
            hand.failure = WorkFailed(error.kind, error.code, error.message)
        except ArtifactMissingError as error:
            hand.failure = WorkFailed(FailureKind.INVALID_INPUT, "input_not_found", str(error))
        return hand

    def _lay_out(self, hand: TaskInHand, folder: Path) -> None:
        """Local copies of the inputs that are not there yet."""
        for number, source in enumerate(hand.task.inputs):
            if source.name not in hand.files:
                path = folder / _local_name(number, source.uri)
                self._services.store.fetch(_digests(hand)[source.name], path)
                hand.files[source.name] = path

    def _copy_in(self, hand: TaskInHand, source: TaskInput, path: Path) -> None:
        """Copy an input into the store at first sight; adopt what another worker stored first."""
        services = self._services
        fetched = services.sources.fetch(source.uri, path)
        table = tables.inputs
        uri = _without_query(source.uri)
        row = {
            "stage": str(services.stage.name),
            "job_id": hand.task.job_id,
            "uri": uri,
            "sha256": fetched.sha256,
            "bytes": fetched.bytes,
        }
        with services.ledger.transaction() as connection:
            insert_once(connection, table, [row])
            stands = connection.execute(
                select(table.c.sha256, table.c.bytes).where(
                    table.c.stage == row["stage"], table.c.job_id == row["job_id"], table.c.uri == uri
                )
            ).one()
        hand.snapshots[source.name] = InputSnapshot(uri=uri, sha256=stands.sha256, bytes=stands.bytes)
        if stands.sha256 == fetched.sha256:
            hand.files[source.name] = path

    # -- upload --------------------------------------------------------------------------------------------------------

    def upload(self, hand: TaskInHand, done: WorkDone) -> TaskInHand:
        """Put the work's files into the store. Raises DependencyDownError."""
        artifacts = tuple(self._artifact(file) for file in done.files)
        hand.entry = CacheEntry(_key_of(hand) or "", canonical_json(done.result), artifacts, done.cpu_seconds)
        hand.cpu_seconds = done.cpu_seconds
        return hand

    def _artifact(self, file: OutputFile) -> ArtifactRef:
        stored = self._services.store.put(file.path, file.media_type)
        return ArtifactRef(
            uri=stored.uri,
            sha256=stored.sha256,
            bytes=stored.bytes,
            media_type=file.media_type,
            file_name=file.file_name,
            role=file.role,
            width=file.width,
            height=file.height,
            duration_frames=file.duration_frames,
        )

    # -- conclude ------------------------------------------------------------------------------------------------------

    def conclude(self, hands: Sequence[TaskInHand]) -> list[Handled]:
        """Decide the outcomes of a batch (or that it is tried again), once, in one database transaction."""
        services = self._services
        now_ms = services.now_ms()
        with services.ledger.transaction() as connection:
            stored = store_once(connection, [hand.entry for hand in hands if hand.entry is not None], now_ms)
            proposals: list[Decision] = []
            ended: dict[str, TaskOutcome] = {}
            for hand in hands:
                if hand.entry is not None:
                    hand.entry = stored[hand.entry.key]
                retry = self._retry(hand)
                if retry is not None:
                    messages: tuple[Message, ...] = (retry,)
                else:
                    ended[hand.token] = self._outcome(hand)
                    messages = self._outcome_messages(connection, hand, ended[hand.token])
                key = _decision_key(hand.task)
                proposals.append(Decision(key, hand.task.run_id, hand.arrival.owner, messages))
            stands = decisions.decide(connection, proposals, now_ms)
            self._note_artifacts(connection, hands, ended)
            self._forget_starts(connection, [hand.token for hand in hands])
        self._clear_scratch(hands)
        handled = []
        for hand in hands:
            decision = stands[_decision_key(hand.task)]
            messages = decision.messages if decision.owner == hand.arrival.owner else ()
            outcome = ended.get(hand.token)
            _count(outcome)
            ticks = (self._tick(hand.task, 1.0, failed=outcome.status is TaskStatus.FAILED),) if outcome else ()
            handled.append(Handled(hand.arrival, messages, ticks))
        return handled

    def drop(self, hands: Sequence[TaskInHand]) -> None:
        """Forget tasks that are not ours any more: their start rows would count as deaths."""
        self._clear_scratch(hands)
        with self._services.ledger.transaction() as connection:
            self._forget_starts(connection, [hand.token for hand in hands])

    def _clear_scratch(self, hands: Sequence[TaskInHand]) -> None:
        for hand in hands:
            for folder in (hand.folder, hand.out_dir):
                if folder is not None:
                    self._services.scratch.remove(folder)
            hand.folder = hand.out_dir = None

    def closed_runs(self, run_ids: Sequence[str]) -> set[str]:
        """Which of these runs have ended, so that their children can be stopped early."""
        table = tables.runs
        with self._services.ledger.transaction() as connection:
            query = select(table.c.run_id).where(table.c.run_id.in_(list(run_ids)), table.c.ended_ms.is_not(None))
            return set(connection.execute(query).scalars())

    def tick(self, hand: TaskInHand, fraction: float) -> Tick:
        """A note that the task has come this far."""
        return self._tick(hand.task, fraction)

    def _tick(self, task: TaskRecord, fraction: float, *, failed: bool = False) -> Tick:
        return Tick(
            job_id=task.job_id,
            run_id=task.run_id,
            stage=task.stage,
            phase=task.phase,
            task_id=task.task_id,
            fraction=round(fraction, 4),
            failed=failed,
            at_ms=self._services.now_ms(),
        )

    def _retry(self, hand: TaskInHand) -> Message | None:
        """The message that asks for the next attempt, or None when this one is the last word."""
        services, failure, task = self._services, hand.failure, hand.task
        if failure is None or failure.kind is FailureKind.INVALID_INPUT:
            return None
        limit = services.limits.crashes if failure.kind is FailureKind.CRASHED else services.limits.attempts
        if task.attempt >= min(limit, len(services.topics.retries) + 1):
            return None
        retry = services.topics.retries[task.attempt - 1]
        again = task.model_copy(
            update={"attempt": task.attempt + 1, "not_before_ms": services.now_ms() + retry.delay_ms}
        )
        return task_message(services, again, retry.topic, header(hand.arrival.record, "traceparent"))

    def _outcome(self, hand: TaskInHand) -> TaskOutcome:
        task, failure = hand.task, hand.failure
        entry = hand.entry or hand.hit
        if failure is not None or entry is None:
            if failure is None:
                raise AssertionError(f"task {task.task_id} has neither a result nor a failure")
            code, message = failure.code, failure.message
            if failure.kind is FailureKind.TRANSIENT:
                code, message = "retries_exhausted", f"{code}: {message} ({task.attempt} attempts)"
            return TaskOutcome(
                task_id=task.task_id,
                phase=task.phase,
                kind=task.kind,
                item=task.item,
                status=TaskStatus.FAILED,
                error=ErrorInfo(code=code, message=message, item=task.item),
                inputs=[hand.snapshots[name] for name in sorted(hand.snapshots)],
                attempts=task.attempt,
                cpu_seconds=failure.cpu_seconds,
            )
        cached = hand.entry is None
        named = [_named(artifact, task.item) for artifact in entry.artifacts]
        inputs = [hand.snapshots[name] for name in sorted(hand.snapshots)]
        return TaskOutcome(
            task_id=task.task_id,
            phase=task.phase,
            kind=task.kind,
            item=task.item,
            status=TaskStatus.SUCCEEDED,
            result=entry.result,
            artifacts=named,
            inputs=inputs,
            cached=cached,
            attempts=task.attempt,
            cpu_seconds=0.0 if cached else hand.cpu_seconds,
            bytes_read=0 if cached else sum(snapshot.bytes for snapshot in inputs),
            bytes_written=0 if cached else sum(artifact.bytes for artifact in named),
        )

    def _outcome_messages(self, connection: Connection, hand: TaskInHand, outcome: TaskOutcome) -> tuple[Message, ...]:
        services, task = self._services, hand.task
        origin = Origin(task.job_id, task.run_id, task.task_id, header(hand.arrival.record, "traceparent"))
        messages = []
        for event in services.stage.events(RunContext(task.job_id, task.run_id, task.listing_id), task, outcome):
            event_id = derived_id(task.run_id, "event", event.topic, task.task_id, event.key)
            messages.append(
                services.outbox.message(event.topic, event.key, event.record, event_id, origin, services.now_ms())
            )
        messages.append(self._outcome_message(task.job_id, task.run_id, outcome, origin))
        if hand.failure is not None and hand.failure.kind in {FailureKind.CRASHED, FailureKind.RESOURCE_EXHAUSTED}:
            error = ErrorInfo(code=hand.failure.code, message=hand.failure.message, item=task.item)
            letter, parked = dead_letter(services, hand.arrival, error)
            index_dead_letter(connection, letter, services.now_ms())
            messages.append(parked)
        return tuple(messages)

    def _outcome_message(self, job_id: str, run_id: str, outcome: TaskOutcome, origin: Origin) -> Message:
        services = self._services
        record = OutcomeRecord(job_id=job_id, run_id=run_id, kind=OutcomeKind.TASK, outcome=outcome)
        event_id = derived_id(run_id, "outcome", outcome.task_id)
        return services.outbox.message(services.topics.outcomes, job_id, record, event_id, origin, services.now_ms())

    def _note_artifacts(
        self, connection: Connection, hands: Sequence[TaskInHand], ended: dict[str, TaskOutcome]
    ) -> None:
        digests = {
            (hand.task.run_id, digest)
            for hand in hands
            if (outcome := ended.get(hand.token)) is not None
            for digest in (*(a.sha256 for a in outcome.artifacts), *(i.sha256 for i in outcome.inputs))
        }
        rows = [{"run_id": run_id, "sha256": digest} for run_id, digest in sorted(digests)]
        insert_once(connection, tables.artifact_refs, rows)

    def fail_unreadable(self, arrival: Arrival, error: ErrorInfo) -> Handled:
        """Park a task that cannot be read; its headers say whose it was, so that its job still ends."""
        services, record = self._services, arrival.record
        letter, parked = dead_letter(services, arrival, error)
        messages = [parked]
        job_id, run_id = header(record, JOB_ID_HEADER), header(record, RUN_ID_HEADER)
        task_id = header(record, TASK_ID_HEADER)
        with services.ledger.transaction() as connection:
            index_dead_letter(connection, letter, services.now_ms())
            if job_id and run_id and task_id:
                outcome = TaskOutcome(task_id=task_id, phase="", kind="", status=TaskStatus.FAILED, error=error)
                origin = Origin(job_id, run_id, task_id, header(record, "traceparent"))
                messages.append(self._outcome_message(job_id, run_id, outcome, origin))
                key = f"task:{run_id}:{task_id}:{header(record, ATTEMPT_HEADER) or '1'}"
                proposal = Decision(key, run_id, arrival.owner, tuple(messages))
                stands = decisions.decide(connection, [proposal], services.now_ms())[key]
                return Handled(arrival, stands.messages if stands.owner == arrival.owner else ())
        return Handled(arrival, tuple(messages))


def alone_again(hand: TaskInHand) -> TaskInHand:
    """The same task, to be run by itself because the child that ran its batch died."""
    return replace(hand, alone=True)


def _count(outcome: TaskOutcome | None) -> None:
    how = "retried" if outcome is None else "cached" if outcome.cached else str(outcome.status)
    metrics.TASKS.labels(how).inc()
    metrics.CPU.inc(outcome.cpu_seconds if outcome is not None else 0.0)


def _decision_key(task: TaskRecord) -> str:
    return f"task:{task.run_id}:{task.task_id}:{task.attempt}"


def _digests(hand: TaskInHand) -> dict[str, str]:
    """Input name -> sha256, of those that are known."""
    digests = {name: snapshot.sha256 for name, snapshot in hand.snapshots.items()}
    digests.update({source.name: source.sha256 for source in hand.task.inputs if source.sha256 is not None})
    return digests


def _key_of(hand: TaskInHand) -> str | None:
    digests = _digests(hand)
    if any(source.name not in digests for source in hand.task.inputs):
        return None
    return cache_key(hand.task, digests)


def _without_query(uri: str) -> str:
    """The address as it is kept: without query and fragment, shortened by digest when no column would take it."""
    bare = uri.split("?", 1)[0].split("#", 1)[0]
    return bare if len(bare) <= 2000 else f"{bare[:1900]}#{hashlib.sha256(bare.encode()).hexdigest()}"


def _local_name(number: int, uri: str) -> str:
    """A file name for an input: as it was called, since messages name it, and safe on any disk."""
    name = unquote(_without_query(uri)).rsplit("/", 1)[-1]
    safe = "".join(letter if letter.isalnum() or letter in "-_. " else "_" for letter in name)[-80:].strip(". ")
    return f"{number}-{safe}" if number or not safe else safe


def _named(artifact: ArtifactRef, item: str | None) -> ArtifactRef:
    """The artifact with a file name that says which item it is of; the cache knows no items."""
    if not item:
        return artifact
    safe = "".join(letter if letter.isalnum() or letter in "-_." else "_" for letter in item)[:80]
    return artifact.model_copy(update={"file_name": f"{safe}-{artifact.file_name}"})
