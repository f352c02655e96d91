"""What must hold when a world is at rest, whatever happened before."""

from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import Engine, select

from processors.engine.broker import ConsumedRecord
from processors.engine.ledger import decisions, tables
from processors.engine.wire import REPUBLISHED_HEADER, StageTopics, header
from schemas.jobs import JobCompleted, JobStatus, OutcomeKind, OutcomeRecord, TaskRecord, TaskStatus
from tests.simulation.toy import EVENTS, JsonCodec, ToyMade
from tests.simulation.world import TOPICS, World


@dataclass(frozen=True)
class AtRest:
    """What is left when all is done: the topics as a read_committed reader finds them, and the ledger."""

    topics: StageTopics
    events: str  # the topic of the toy stage's events
    codec: JsonCodec
    engine: Engine
    read: Callable[[str], list[ConsumedRecord]]
    starts_allowed: int  # start rows that dead workers may have left


def check(world: World) -> None:
    """Raise AssertionError, with the seed, for the first thing that does not hold."""
    try:
        check_at_rest(AtRest(TOPICS, EVENTS, world.codec, world.engine, world.broker.read, world.deaths * 8))
        _results_come_before_the_completion(world)
    except AssertionError as error:
        raise AssertionError(f"seed {world.seed}: {error}") from error


def check_at_rest(rest: AtRest) -> None:
    """Raise AssertionError for the first thing that does not hold, on any broker."""
    _every_job_ends(rest)
    _one_completion_a_run(rest)
    _one_outcome_a_task(rest)
    _the_plan_was_published_once(rest)
    _ledger_equals_log(rest)


def _read(rest: AtRest, topic: str) -> list[ConsumedRecord]:
    """What was published for the first time: what the sweeper posts again is marked, and has the same event id."""
    return [record for record in rest.read(topic) if header(record, REPUBLISHED_HEADER) is None]


def _decode(rest: AtRest, record: ConsumedRecord) -> object:
    return rest.codec.decode(record.topic, record.value)


def _originals(rest: AtRest) -> list[tuple[ConsumedRecord, JobCompleted]]:
    found = [(record, _decode(rest, record)) for record in _read(rest, rest.topics.completed)]
    return [(record, completed) for record, completed in found if isinstance(completed, JobCompleted)]


def _every_job_ends(rest: AtRest) -> None:
    ended = {completed.job_id for _, completed in _originals(rest)}
    submitted = {record.key.decode() for record in _read(rest, rest.topics.commands) if record.key}
    assert submitted == ended, f"jobs without an end: {sorted(submitted - ended)}"


def _one_completion_a_run(rest: AtRest) -> None:
    count = Counter(completed.run_id for _, completed in _originals(rest))
    assert all(n == 1 for n in count.values()), f"completions: {count}"
    ids = defaultdict(set)
    for record in rest.read(rest.topics.completed):
        completed = _decode(rest, record)
        assert isinstance(completed, JobCompleted)
        ids[completed.run_id].add(completed.event_id)
    assert all(len(events) == 1 for events in ids.values()), "a run has two event ids"


def _planned(rest: AtRest) -> dict[str, set[str]]:
    planned: dict[str, set[str]] = defaultdict(set)
    with rest.engine.connect() as connection:
        for row in connection.execute(select(tables.tasks.c.run_id, tables.tasks.c.task_id)):
            planned[row.run_id].add(row.task_id)
    return planned


def _one_outcome_a_task(rest: AtRest) -> None:
    published: Counter[tuple[str, str]] = Counter()
    for record in _read(rest, rest.topics.outcomes):
        item = _decode(rest, record)
        assert isinstance(item, OutcomeRecord)
        if item.kind is OutcomeKind.TASK and item.outcome is not None:
            published[item.run_id, item.outcome.task_id] += 1
    twice = {key: n for key, n in published.items() if n > 1}
    assert not twice, f"outcomes published more than once: {twice}"
    events: Counter[tuple[str, str]] = Counter()
    for record in _read(rest, rest.events):
        made = _decode(rest, record)
        assert isinstance(made, ToyMade)
        events[made.run_id, made.task_id] += 1
    assert all(n == 1 for n in events.values()), f"events published more than once: {events}"
    planned = _planned(rest)
    for _, completed in _originals(rest):
        assert {task.task_id for task in completed.tasks} == planned[completed.run_id], "the completion misses tasks"
        for task in completed.tasks:
            if task.status is not TaskStatus.CANCELLED:
                assert published[completed.run_id, task.task_id] == 1, f"{task.task_id} has no published outcome"
            else:
                assert completed.status is JobStatus.CANCELLED, f"{task.task_id} has no outcome and nobody cancelled"
    for run_id, task_id in published:
        assert task_id in planned[run_id], f"an outcome of {task_id}, which nobody planned"


def _the_plan_was_published_once(rest: AtRest) -> None:
    planned = _planned(rest)
    seen: Counter[tuple[str, str]] = Counter()
    for record in _read(rest, rest.topics.tasks):
        task = _decode(rest, record)
        assert isinstance(task, TaskRecord)
        seen[task.run_id, task.task_id] += 1
        assert task.task_id in planned[task.run_id], f"{task.task_id} was published and is in no plan"
    assert all(n == 1 for n in seen.values()), f"tasks published more than once: {seen}"


def _results_come_before_the_completion(world: World) -> None:
    event_step: dict[tuple[str, str], int] = {}
    for appearance in world.broker.appearances:
        if appearance.record.topic == EVENTS:
            made = world.codec.decode(appearance.record.topic, appearance.record.value)
            assert isinstance(made, ToyMade)
            event_step.setdefault((made.run_id, made.task_id), appearance.step)
    for appearance in world.broker.appearances:
        if appearance.record.topic != TOPICS.completed:
            continue
        completed = world.codec.decode(appearance.record.topic, appearance.record.value)
        assert isinstance(completed, JobCompleted)
        for task in completed.tasks:
            if task.status is TaskStatus.CANCELLED:
                continue
            step = event_step.get((completed.run_id, task.task_id))
            assert step is not None, f"{task.task_id} has no event"
            assert step <= appearance.step, f"the completion was visible before the event of {task.task_id}"


def _ledger_equals_log(rest: AtRest) -> None:
    """Every decision's messages are in the log exactly once, to the byte, and nothing else is."""
    logged: Counter[tuple[object, ...]] = Counter()
    topics = [
        rest.topics.tasks,
        *(retry.topic for retry in rest.topics.retries),
        rest.topics.outcomes,
        rest.topics.completed,
        rest.events,
    ]
    for topic in topics:
        for record in _read(rest, topic):
            item = _decode(rest, record)
            if not (isinstance(item, OutcomeRecord) and item.kind is not OutcomeKind.TASK):
                logged[topic, record.key, record.value, record.headers] += 1
    decided: Counter[tuple[object, ...]] = Counter()
    seen_ends = set()
    runs = set()  # another test's may be in the same ledger
    with rest.engine.connect() as connection:
        for row in connection.execute(select(tables.decisions)):
            for message in decisions.unpack_messages(row.messages):
                if message.topic == rest.topics.completed and message.value in seen_ends:
                    continue  # a run's end stands under the end's own key and under that of what brought it about
                if message.topic == rest.topics.completed:
                    seen_ends.add(message.value)
                if message.topic in topics:
                    runs.add(row.run_id)
                    decided[message.topic, message.key, message.value, message.headers] += 1
        starts = [row for row in connection.execute(select(tables.starts)) if row.run_id in runs]
    missing, extra = decided - logged, logged - decided
    closed_by_cancel = {
        completed.run_id for _, completed in _originals(rest) if completed.status is JobStatus.CANCELLED
    }
    missing = Counter(
        {key: n for key, n in missing.items() if not any(run_id in str(key[2]) for run_id in closed_by_cancel)}
    )
    assert not missing, f"decided and not published: {list(missing)[:2]}"
    assert not extra, f"published and not decided: {list(extra)[:2]}"
    assert len(starts) <= rest.starts_allowed, "start rows of living workers are left"
