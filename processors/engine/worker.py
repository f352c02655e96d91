"""The loop of a worker: one thread that owns the consumer and does nothing slow.

collect   answers of background jobs and of children
dispatch  batches to the ledger, tasks to the children
publish   what is finished, with its offsets
pause     partitions whose records we cannot take now
poll      new records, and the rebalance callbacks
"""

import heapq
import logging
from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from processors.engine import metrics
from processors.engine.accepting import Acceptor
from processors.engine.artifacts import StoreUnavailableError
from processors.engine.background import Background, BatchLane, Failed, Job, Then
from processors.engine.broker import (
    BrokerUnavailableError,
    ConsumedRecord,
    Consumer,
    PlainProducer,
    Position,
    TopicPartition,
)
from processors.engine.children import ChildDied, Finished, PoolEvent, Ticked, WorkPool
from processors.engine.controlling import CancelForwarder
from processors.engine.dependencies import DependencyDownError
from processors.engine.joining import Joiner
from processors.engine.ledger.decisions import owner_of
from processors.engine.offsets import MAX_SPAN, OffsetTracker
from processors.engine.publishing import Assigned, Assignment, Publisher
from processors.engine.services import Arrival, Handled, Services
from processors.engine.sweeping import Sweeper
from processors.engine.tasks import TaskHandler, TaskInHand, alone_again
from processors.engine.wire import NOT_BEFORE_HEADER, Origin, derived_id, header
from processors.engine.work import FailureKind, WorkDone, WorkFailed
from schemas.artifacts import ErrorInfo
from schemas.codec_errors import RegistryUnavailableError
from schemas.jobs import Tick

_DOWN = (DependencyDownError, RegistryUnavailableError, StoreUnavailableError)
_BREAKER = "breaker"
_FIRST_BACKOFF_MS = 200
_LAST_BACKOFF_MS = 5_000

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class WorkerSettings:
    """How much one worker takes on, and how patient it is."""

    tasks_in_hand: int = 16  # begun and not published; more than this pauses the task partitions
    records_a_poll: int = 200
    records_a_partition: int = 2_000  # received and not finished; more than this pauses the partition
    revoke_budget_ms: int = 1_500  # for finishing what can be finished when partitions are taken away
    closed_check_ms: int = 500  # how often to look whether runs of tasks in hand have been closed
    breaker_dead_letters: int = 25  # in a row open the breaker
    breaker_ms: int = 30_000  # how long it stays open
    sweep_ms: int = 60_000  # how often to look for lost records and deadlines


class Worker:
    """One process of a consumer group. Everything is called from the thread that owns it."""

    def __init__(
        self,
        services: Services,
        consumer: Consumer,
        publisher: Publisher,
        assignment: Assignment,
        pool: WorkPool,
        background: Background,
        ticks: PlainProducer,
        settings: WorkerSettings | None = None,
    ) -> None:
        self._services = services
        self._settings = settings or WorkerSettings()
        self._consumer = consumer
        self._publisher = publisher
        self._assignment = assignment
        self._pool = pool
        self._background = background
        self._ticks = ticks
        self._tasks = TaskHandler(services)
        self._sweeper = Sweeper(services)
        self._hands: dict[str, TaskInHand] = {}  # by token, from begin to conclusion
        self._ready: list[TaskInHand] = []  # for a child
        self._running: dict[str, int] = {}  # token -> size of its batch, in a child
        self._held: list[tuple[int, int, Arrival]] = []  # retries that are not due, by due time
        self._later: list[tuple[int, int, Job, Then, Failed, int]] = []  # jobs whose dependency is down, by due time
        self._sequence = 0
        self._epochs = 0
        self._beginning: dict[tuple[str, int], Arrival] = {}  # task records taken in and not begun yet
        self._checked_ms = self._swept_ms = services.now_ms()
        self._stopping = False
        self._dead_letters = 0  # in a row
        self._closed_until_ms = 0  # the breaker is open: nothing new is taken in
        self.down: dict[str, str] = {}  # dependency -> what it said
        self._inbox: deque[ConsumedRecord] = deque()  # polled and not taken in yet
        self._lanes = self._make_lanes()

    # -- life ----------------------------------------------------------------------------------------------------------

    def start(self) -> None:
        """Join the group."""
        self._consumer.subscribe(self._services.topics.read, self)

    def step(self, timeout_s: float = 0.2) -> None:
        """One turn of the loop. Raises SlotFencedError, PoolBrokenError, and what nothing here can mend."""
        self._turn()
        busy = self._background.outstanding() or self._publisher.waiting()
        wait_s = 0.002 if busy else 0.02 if self._running else timeout_s
        try:
            self._inbox += self._consumer.poll(min(wait_s, timeout_s), self._settings.records_a_poll)
            while self._inbox:
                self._receive(self._inbox[0])
                self._inbox.popleft()
        except BrokerUnavailableError as error:
            self.down["broker"] = str(error)  # records that came stay in the inbox
        else:
            self.down.pop("broker", None)

    def stop(self) -> None:
        """Take no new tasks; `idle` tells when those in hand are done."""
        self._stopping = True

    def idle(self) -> bool:
        """Nothing is in hand, in line, or waiting to be published."""
        return not (
            self._hands
            or self._beginning
            or self._publisher.waiting()
            or self._background.outstanding()
            or any(len(lane) for lane in self._lanes.values())
        )

    def close(self) -> None:
        """Give back what is held and leave the group."""
        self._pool.cancel(list(self._running))
        self._consumer.close()

    def ready(self) -> bool:
        """Whether this worker can work now: its children are warm and nothing that it needs is away."""
        return not self.down and self._publisher.trouble is None and self._pool.ready()

    def tasks_in_hand(self) -> int:
        """How many tasks are begun and not concluded."""
        return len(self._hands)

    # -- the turn ------------------------------------------------------------------------------------------------------

    def _turn(self) -> None:
        self._background.collect()
        for event in self._pool.poll():
            self._on_pool_event(event)
        self._wake_held()
        self._look_after_runs()
        for name, lane in self._lanes.items():
            if name != "begin" or len(self._hands) < self._settings.tasks_in_hand:
                lane.pump()
        self._feed_children()
        self._publisher.publish()
        self._set_pauses()

    def _receive(self, record: ConsumedRecord) -> None:
        assigned = self._assignment.partitions.get(record.source)
        if assigned is None:
            return
        metrics.RECORDS.labels(record.topic).inc()
        owner = owner_of(record, self._consumer.incarnation(record.topic))
        arrival = Arrival(record, owner, assigned.epoch)
        topics = self._services.topics
        if not assigned.tracker.receive(record.offset):
            self._publisher.add(Handled(arrival))  # done by an earlier owner: only the position moves on
            return
        if record.topic == topics.commands:
            self._lanes["accept"].add(arrival)
        elif record.topic == topics.outcomes:
            self._lanes["join"].add(arrival)
        elif record.topic == topics.cancels:
            self._lanes["cancel"].add(arrival)
        else:
            self._beginning[arrival.place] = arrival
            due = header(record, NOT_BEFORE_HEADER)
            if due is not None and due.isdigit() and int(due) > self._services.now_ms():
                self._sequence += 1
                heapq.heappush(self._held, (int(due), self._sequence, arrival))
            else:
                self._lanes["begin"].add(arrival)

    def _wake_held(self) -> None:
        now_ms = self._services.now_ms()
        while self._held and self._held[0][0] <= now_ms:
            self._lanes["begin"].add(heapq.heappop(self._held)[2])
        while self._later and self._later[0][0] <= now_ms:
            _, _, job, then, failed, backoff_ms = heapq.heappop(self._later)
            self._run(job, then, failed, backoff_ms)

    # -- background jobs -----------------------------------------------------------------------------------------------

    def _run(self, job: Job, then: Then, failed: Failed, backoff_ms: int = _FIRST_BACKOFF_MS) -> None:
        """Run a job elsewhere; while what it needs is away, run it again later: that is no failure of its records."""

        def succeeded(result: Any) -> None:
            if backoff_ms > _FIRST_BACKOFF_MS:
                self.down = {name: said for name, said in self.down.items() if name in ("broker", _BREAKER)}
            then(result)

        def stumbled(error: Exception) -> None:
            if not isinstance(error, _DOWN):
                failed(error)
                return
            name = _dependency(error)
            if name not in self.down:
                _log.warning("dependency_down", extra={"dependency": name, "error": str(error)})
            self.down[name] = str(error)
            self._sequence += 1
            due = self._services.now_ms() + backoff_ms
            again = min(backoff_ms * 2, _LAST_BACKOFF_MS)
            heapq.heappush(self._later, (due, self._sequence, job, then, failed, again))

        self._background.submit(job, succeeded, stumbled)

    def _make_lanes(self) -> dict[str, BatchLane]:
        acceptor, joiner = Acceptor(self._services), Joiner(self._services)
        forwarder = CancelForwarder(self._services)

        def lane(name: str, handle: Any, poison: Any, then: Then) -> BatchLane:
            return BatchLane(name, self._run, handle, poison, then, self._is_ours)

        return {
            "accept": lane("accept", acceptor.handle, acceptor.handle_poison, self._on_handled),
            "cancel": lane("cancel", forwarder.handle, forwarder.handle_poison, self._on_handled),
            "join": lane("join", joiner.handle, joiner.handle_poison, self._on_handled),
            "begin": BatchLane(
                "begin",
                self._run,
                self._tasks.begin,
                self._tasks.handle_poison,
                self._on_begun,
                self._is_ours,
                self._settings.tasks_in_hand,  # what is begun and not concluded counts as a death when we die
            ),
            "conclude": lane("conclude", self._tasks.conclude, self._conclude_poison, self._on_concluded),
        }

    def _is_ours(self, item: Arrival | TaskInHand) -> bool:
        arrival = item.arrival if isinstance(item, TaskInHand) else item
        return self._assignment.owns(Handled(arrival))

    def _on_handled(self, results: list[Handled]) -> None:
        for handled in results:
            self._publisher.add(handled)
            self._tick(handled.ticks)
            self._watch_dead_letters(handled)

    def _watch_dead_letters(self, handled: Handled) -> None:
        """Many dead letters in a row mean that something else is wrong: stop taking records in for a while, visibly."""
        if not any(message.topic == self._services.topics.dead_letters for message in handled.messages):
            self._dead_letters = 0
            self.down.pop(_BREAKER, None)
            return
        self._dead_letters += 1
        if self._dead_letters >= self._settings.breaker_dead_letters:
            self._closed_until_ms = self._services.now_ms() + self._settings.breaker_ms
            self.down[_BREAKER] = f"{self._dead_letters} dead letters in a row"
            _log.error("breaker_open", extra={"dead_letters": self._dead_letters})

    def _tick(self, ticks: Sequence[Tick]) -> None:
        topic = self._services.topics.ticks
        self._ticks.send(
            [
                self._services.outbox.message(
                    topic,
                    tick.run_id,
                    tick,
                    derived_id(tick.run_id, "tick", tick.phase, tick.task_id or "", str(tick.fraction)),
                    Origin(tick.job_id, tick.run_id),
                    tick.at_ms,
                )
                for tick in ticks
            ]
        )

    # -- tasks ---------------------------------------------------------------------------------------------------------

    def _on_begun(self, begun: list[Handled | TaskInHand]) -> None:
        for item in begun:
            self._beginning.pop(item.arrival.place, None)
            if isinstance(item, Handled):
                self._publisher.add(item)
                continue
            if not self._is_ours(item):
                self._drop([item])
                continue
            self._hands[item.token] = item
            if item.resolved:
                self._go_on(item)
            else:
                self._run(partial(self._tasks.resolve, item), self._go_on, self._fail_hand(item))

    def _go_on(self, hand: TaskInHand) -> None:
        """A task whose inputs are there: to a child, or straight to its conclusion."""
        if hand.token not in self._hands:
            return
        if hand.failure is not None or hand.hit is not None:
            self._lanes["conclude"].add(hand)
        else:
            self._ready.append(hand)

    def _feed_children(self) -> None:
        while self._ready and self._pool.free_lanes():
            batch = self._next_batch()
            items = [hand.work_item(self._services.scratch) for hand in batch]
            self._running.update({item.ref: len(items) for item in items})
            self._pool.submit(items, max(hand.task.deadline_seconds for hand in batch))

    def _next_batch(self) -> list[TaskInHand]:
        """The longest waiting task, with others of its kind that may share a call with it."""
        first = self._ready[0]
        size = 1 if first.alone else self._services.stage.batch_size
        batch = [
            hand
            for hand in self._ready
            if hand is first
            or (not hand.alone and (hand.task.kind, hand.task.versions) == (first.task.kind, first.task.versions))
        ][:size]
        chosen = {hand.token for hand in batch}
        self._ready = [hand for hand in self._ready if hand.token not in chosen]
        return batch

    def _on_pool_event(self, event: PoolEvent) -> None:
        if isinstance(event, Ticked):
            hand = self._hands.get(event.ref)
            if hand is not None:
                self._tick([self._tasks.tick(hand, event.fraction)])
        elif isinstance(event, Finished):
            self._on_finished(event)
        else:
            for ref in event.refs:
                self._on_death(ref, event)

    def _on_finished(self, event: Finished) -> None:
        size = self._running.pop(event.ref, 1)
        hand = self._hands.get(event.ref)
        if hand is None:
            return
        result = event.result
        if isinstance(result, WorkDone) and not result.files:
            self._lanes["conclude"].add(self._tasks.upload(hand, result))
        elif isinstance(result, WorkDone):
            self._run(lambda: self._tasks.upload(hand, result), self._lanes["conclude"].add, self._fail_hand(hand))
        elif result.kind in {FailureKind.RESOURCE_EXHAUSTED, FailureKind.CRASHED} and size > 1:
            self._again_alone(hand)  # which of the batch it was is not known
        elif result.kind is FailureKind.CANCELLED:
            self._let_go(hand)
        else:
            hand.failure = result
            self._lanes["conclude"].add(hand)

    def _on_death(self, ref: str, event: ChildDied) -> None:
        self._running.pop(ref, None)
        hand = self._hands.get(ref)
        if hand is None:
            return
        if event.alone:
            hand.failure = event.failure
            self._lanes["conclude"].add(hand)
        else:
            self._again_alone(hand)

    def _again_alone(self, hand: TaskInHand) -> None:
        self._hands[hand.token] = again = alone_again(hand)
        self._ready.append(again)

    def _let_go(self, hand: TaskInHand) -> None:
        """The run of this task was closed: nothing is to be published for it."""
        self._publisher.add(Handled(hand.arrival))
        self._drop([hand])

    def _fail_hand(self, hand: TaskInHand) -> Failed:
        def failed(error: Exception) -> None:
            message = f"{type(error).__name__}: {error}"
            _log.error("task_failed", extra={"task_id": hand.task.task_id, "error": message}, exc_info=error)
            hand.failure = WorkFailed(FailureKind.CRASHED, "internal_error", message)
            self._lanes["conclude"].add(hand)

        return failed

    def _on_concluded(self, results: list[Handled]) -> None:
        self._on_handled(results)
        done = {handled.arrival.place for handled in results}
        for token in [token for token, hand in self._hands.items() if hand.arrival.place in done]:
            del self._hands[token]

    def _conclude_poison(self, hand: TaskInHand, error: Exception) -> Handled:
        info = ErrorInfo(code="internal_error", message=f"{type(error).__name__}: {error}", item=hand.task.item)
        self._tasks.drop([hand])
        return self._tasks.fail_unreadable(hand.arrival, info)

    def _drop(self, hands: Sequence[TaskInHand]) -> None:
        for hand in hands:
            self._hands.pop(hand.token, None)
        dropped = list(hands)
        if dropped:
            self._run(lambda: self._tasks.drop(dropped), lambda _: None, _ignore)

    # -- runs closed early, lost records -------------------------------------------------------------------------------

    def _look_after_runs(self) -> None:
        now_ms = self._services.now_ms()
        if now_ms - self._checked_ms >= self._settings.closed_check_ms and (self._running or self._ready):
            self._checked_ms = now_ms
            run_ids = sorted({hand.task.run_id for hand in self._hands.values()})
            self._run(lambda: self._tasks.closed_runs(run_ids), self._stop_closed, _ignore)
        if now_ms - self._swept_ms >= self._settings.sweep_ms and not self._stopping:
            self._swept_ms = now_ms
            self._run(self._sweeper.sweep, self._publisher.add_messages, _ignore)

    def _stop_closed(self, closed: set[str]) -> None:
        stopped = [hand for hand in self._hands.values() if hand.task.run_id in closed]
        self._pool.cancel([hand.token for hand in stopped if hand.token in self._running])
        waiting = {hand.token for hand in self._ready}
        self._ready = [hand for hand in self._ready if hand.task.run_id not in closed]
        for hand in stopped:
            if hand.token in waiting:
                self._let_go(hand)

    # -- partitions ----------------------------------------------------------------------------------------------------

    def _set_pauses(self) -> None:
        full = self._stopping or len(self._hands) + len(self._beginning) >= self._settings.tasks_in_hand
        closed = self._services.now_ms() < self._closed_until_ms
        topics = self._services.topics
        pause: list[TopicPartition] = []
        resume: list[TopicPartition] = []
        for source, assigned in self._assignment.partitions.items():
            is_task = source.topic == topics.tasks
            tracker = assigned.tracker
            crowded = tracker.span() >= MAX_SPAN or tracker.pending() >= self._settings.records_a_partition
            wanted = crowded or (is_task and full) or self._stopping or closed
            if wanted != assigned.paused:
                assigned.paused = wanted
                (pause if wanted else resume).append(source)
        if pause:
            self._consumer.pause(pause)
        if resume:
            self._consumer.resume(resume)

    def on_assign(self, positions: Mapping[TopicPartition, Position | None]) -> None:
        """See RebalanceListener."""
        self._assignment.token = self._consumer.group_token()
        self._forget_inbox(positions)
        for source, committed in positions.items():
            self._epochs += 1
            self._assignment.partitions[source] = Assigned(OffsetTracker(committed), self._epochs)
        self._forget_lost()

    def on_revoke(self, partitions: Sequence[TopicPartition]) -> None:
        """See RebalanceListener. Publishes what can be finished within the budget, then lets go."""
        self._assignment.token = self._consumer.group_token()
        deadline_ms = self._services.now_ms() + self._settings.revoke_budget_ms
        while self._services.now_ms() < deadline_ms:
            self._background.collect()
            self._lanes["conclude"].pump()
            self._publisher.publish()
            if not self._publisher.waiting() and not self._background.outstanding():
                break
            if not self._background.wait(0.02) and not self._publisher.waiting():
                break
        self._let_partitions_go(partitions)

    def on_lost(self, partitions: Sequence[TopicPartition]) -> None:
        """See RebalanceListener. Nothing may be committed any more."""
        self._let_partitions_go(partitions)

    def _let_partitions_go(self, partitions: Sequence[TopicPartition]) -> None:
        self._forget_inbox(partitions)
        for source in partitions:
            self._assignment.partitions.pop(source, None)
        self._forget_lost()

    def _forget_inbox(self, partitions: Iterable[TopicPartition]) -> None:
        gone = set(partitions)
        self._inbox = deque(record for record in self._inbox if record.source not in gone)

    def _forget_lost(self) -> None:
        """Drop what belongs to an assignment that is over."""
        self._publisher.drop_lost()
        lost = [hand for hand in self._hands.values() if not self._is_ours(hand)]
        self._pool.cancel([hand.token for hand in lost if hand.token in self._running])
        gone = {hand.token for hand in lost}
        self._ready = [hand for hand in self._ready if hand.token not in gone]
        self._beginning = {place: arrival for place, arrival in self._beginning.items() if self._is_ours(arrival)}
        self._held = [entry for entry in self._held if self._is_ours(entry[2])]
        heapq.heapify(self._held)
        self._drop(lost)


def _dependency(error: Exception) -> str:
    if isinstance(error, DependencyDownError):
        return error.dependency
    return "store" if isinstance(error, StoreUnavailableError) else "registry"


def _ignore(error: Exception) -> None:
    """A look that failed is taken again at the next turn of its clock; what failed is on record."""
    _log.error("look_failed", extra={"error": repr(error)}, exc_info=error)
