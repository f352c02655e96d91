"""One simulated world: a broker, a ledger, a store, workers that die and come back, and a backend that sends jobs."""

import uuid
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from random import Random

from sqlalchemy import Engine

from processors.engine.artifacts import StoreUnavailableError
from processors.engine.broker import Message, SlotFencedError
from processors.engine.children import PoolBrokenError
from processors.engine.ledger import Ledger, LedgerDownError, open_ledger, tables
from processors.engine.memory_broker import Action, MemoryBroker, MisuseError, Timeouts
from processors.engine.publishing import Assignment, Publisher, TransactionalDelivery
from processors.engine.services import Limits, Services
from processors.engine.wire import Outbox, StageTopics, derived_id, topics_of
from processors.engine.worker import Worker, WorkerSettings
from schemas.jobs import (
    Cancel,
    CommandRejected,
    DeadLetter,
    JobCompleted,
    OutcomeRecord,
    TaskRecord,
    Tick,
)
from schemas.jobs import Stage as StageName
from schemas.record import Record
from tests.simulation.fakes import ChangingSources, Disk, MemoryStore, NoTicks, StepBackground, StepPool
from tests.simulation.toy import EVENTS, JsonCodec, ToyCommand, ToyMade, ToyStage

TOPICS = topics_of(StageName.CLASSIFY)
GROUP = "media-classify"


def record_types(topics: StageTopics = TOPICS, events: str = EVENTS) -> dict[str, type[Record]]:
    """What each topic of the toy stage carries."""
    return {
        topics.commands: ToyCommand,
        topics.tasks: TaskRecord,
        **{retry.topic: TaskRecord for retry in topics.retries},
        topics.outcomes: OutcomeRecord,
        topics.cancels: Cancel,
        topics.completed: JobCompleted,
        topics.rejected: CommandRejected,
        topics.dead_letters: DeadLetter,
        topics.ticks: Tick,
        events: ToyMade,
    }


class Crash(BaseException):
    """The process of a worker ends here, between two effects."""


@dataclass
class Odds:
    """How likely each fault is, at each point where it can happen."""

    crash: float = 0.004
    broker: float = 0.02
    ledger: float = 0.02
    store: float = 0.02
    trouble: bool = True  # workers killed, paused, thrown out of their group or started in a slot that is taken


class Faults:
    """Draws faults for the broker, the ledger and the store; knows which worker is running."""

    def __init__(self, random: Random, odds: Odds) -> None:
        self._random = random
        self._odds = odds
        self.on = True

    def at(self, point: str, client: str) -> Action | None:
        """A fault of the broker's clients. See memory_broker.Faults."""
        if not self.on or client.startswith("backend"):
            return None
        if self._random.random() < self._odds.crash:
            raise Crash(point)
        if self._random.random() >= self._odds.broker or point.startswith(("poll.after", "plain_send")):
            return None
        if point == "commit.before":
            return self._random.choice([Action.FAIL, Action.ABORT, Action.DELAY])
        if point.endswith(".after"):
            return Action.LOSE_ANSWER if point in {"commit.after", "abort.after"} else None
        return Action.FAIL

    def ledger(self, point: str) -> None:
        """A fault around a commit of the ledger."""
        if not self.on:
            return
        if self._random.random() < self._odds.crash:
            raise Crash(point)
        if self._random.random() < self._odds.ledger:
            raise LedgerDownError(point)

    def store(self, point: str) -> None:
        """A fault around an effect on the store."""
        if not self.on:
            return
        if self._random.random() < self._odds.crash:
            raise Crash(point)
        if self._random.random() < self._odds.store:
            raise StoreUnavailableError(point)


@dataclass
class Process:
    """A worker with its outside. `stopped`: it gets no processor time (a pause), though its background jobs may."""

    slot: int
    worker: Worker
    consumer: object
    background: StepBackground
    pool: StepPool
    stopped: bool = False
    zombie: bool = False  # its session ended while it was stopped


@dataclass
class World:
    """Everything of one seed."""

    seed: int
    engine: Engine
    slots: int = 3
    odds: Odds = field(default_factory=Odds)
    make_worker: Callable[..., Worker] = Worker

    def __post_init__(self) -> None:
        self.random = Random(self.seed)
        self.now = 1_000_000
        self.faults = Faults(self.random, self.odds)
        self.broker = MemoryBroker(
            lambda: self.now, self.faults, Timeouts(transaction_ms=20_000, session_ms=30_000, max_poll_interval_ms=None)
        )
        self.codec = JsonCodec(record_types())
        for topic in record_types():
            self.broker.create_topic(topic, 3)
        self.ledger = Ledger(self.engine, faults=self.faults.ledger)
        self.files: dict[str, bytes] = {}
        self.photo_counter = [0]
        self.attempt_of: dict[str, int] = {}
        self.processes: list[Process] = []
        self.version = 1
        self.deaths = 0
        self.jobs: list[ToyCommand] = []
        self.backend = self.broker.plain_producer("backend")
        self.names = 0

    # -- workers

    def start_worker(self, slot: int) -> None:
        """Start a process in a slot. One that runs there already is fenced when this one first publishes."""
        self.names += 1
        name = f"slot{slot}-{self.names}"
        disk = Disk()
        store = MemoryStore(self.files, disk, self.faults.store)
        stage = ToyStage(self.version)
        services = Services(
            stage=stage,
            topics=TOPICS,
            codec=self.codec,
            outbox=Outbox(stage.name, self.codec),
            ledger=self.ledger,
            store=store,
            sources=ChangingSources(disk, self.photo_counter, store),
            scratch=disk,
            now_ms=lambda: self.now,
            worker=name,
            limits=Limits(window=3),
        )
        consumer = self.broker.consumer(GROUP, name)
        assignment = Assignment()
        publisher = Publisher(
            TransactionalDelivery(self.broker.transactional_producer(f"slot{slot}")), assignment, max_messages=6
        )
        background = StepBackground(self.random)
        pool = StepPool(self.random, 2, self.attempt_of)
        settings = WorkerSettings(tasks_in_hand=4, records_a_poll=5, closed_check_ms=400, sweep_ms=300_000)
        worker = self.make_worker(services, consumer, publisher, assignment, pool, background, NoTicks(), settings)
        worker.start()
        self.processes.append(Process(slot, worker, consumer, background, pool))

    def guarded(self, process: Process, action: Callable[[], object]) -> None:
        """Let a process do something; when that kills it, it is gone with everything it had in memory."""
        try:
            action()
        except (Crash, SlotFencedError, PoolBrokenError):
            self.kill(process)

    def kill(self, process: Process) -> None:
        """The process ends at once; its session and its open transaction end by time-out."""
        self.deaths += 1
        if process in self.processes:
            self.processes.remove(process)
        self.broker.kill_consumer(process.consumer)  # type: ignore[arg-type]

    # -- the backend

    def submit(self, command: ToyCommand) -> None:
        """Put a command on its topic."""
        value = self.codec.encode(TOPICS.commands, command)
        self.backend.send([Message(TOPICS.commands, command.job_id.encode(), value)])
        self.backend.flush(1)

    def cancel(self, job_id: str) -> None:
        """Ask for the end of a job."""
        record = Cancel(job_id=job_id, stage=StageName.CLASSIFY, reason="changed my mind")
        self.backend.send([Message(TOPICS.cancels, job_id.encode(), self.codec.encode(TOPICS.cancels, record))])
        self.backend.flush(1)

    def new_job(self) -> ToyCommand:
        """A job of a few items, some of them bad."""
        what = ["ok", "ok", "ok", "same", "read", "invalid", "flaky", "crash"]
        items = [self.random.choice(what) for _ in range(self.random.randint(1, 6))]
        if self.random.random() < 0.04:
            items = ["unplannable"]
        job = ToyCommand(
            job_id=str(uuid.UUID(int=self.random.getrandbits(128), version=4)), listing_id="L", items=items
        )
        self.jobs.append(job)
        return job

    # -- time

    def step(self) -> None:
        """Something happens somewhere."""
        self.now += self.random.randint(1, 60)
        chance = self.random.random()
        if not self.processes or chance < 0.01:
            self._start_somewhere()
            return
        process = self.random.choice(self.processes)
        if chance < 0.50:
            if process.zombie and self.random.random() < 0.08:
                self._wake_zombie(process)
            if not process.stopped:
                self.guarded(process, lambda: process.worker.step(0.0))
        elif chance < 0.80:
            self.guarded(process, process.background.run_one)
        elif chance < 0.93:
            process.pool.finish_one()
        elif self.faults.on and self.odds.trouble:
            self._trouble(process)

    def _start_somewhere(self) -> None:
        free = [slot for slot in range(self.slots) if slot not in {process.slot for process in self.processes}]
        if free:
            self.start_worker(self.random.choice(free))
        elif self.faults.on and self.odds.trouble and self.random.random() < 0.3:
            self.start_worker(self.random.randrange(self.slots))  # a second process in a slot: the first is a zombie

    def _trouble(self, process: Process) -> None:
        chance = self.random.random()
        if chance < 0.10:
            self.kill(process)
        elif chance < 0.25:
            process.stopped = not process.stopped
        elif chance < 0.45:
            self.broker.expire_member(process.consumer)  # type: ignore[arg-type]
            process.zombie = process.stopped = True
        elif chance < 0.75:
            self.version = 3 - self.version
        elif chance < 0.85:
            self.broker.deliver_delayed()
        elif chance < 0.90:
            self.now += self.random.choice([1_000, 8_000, 70_000])

    def _wake_zombie(self, process: Process) -> None:
        """It goes on where it was; its client may have joined anew before the application hears of anything."""
        process.zombie = process.stopped = False
        if self.random.random() < 0.7:
            with suppress(MisuseError):  # it found out already
                self.broker.rejoin_in_background(process.consumer)  # type: ignore[arg-type]

    def finished(self) -> bool:
        """Every record that a group has to read is read, and nothing is in hand."""
        lag = self.broker.lag(GROUP)
        return not any(lag.values()) and all(process.worker.idle() for process in self.processes)

    def settle(self, max_steps: int = 60_000) -> None:
        """No more faults: everything must come to its end. Raises AssertionError when it does not."""
        self.faults.on = False
        self.broker.deliver_delayed()
        for process in self.processes:
            process.stopped = process.zombie = False
        for count in range(max_steps):
            if count % 25 == 24 and not any(p.background.outstanding() or p.pool.busy() for p in self.processes):
                self.now += 70_000  # nobody works: they wait for a retry, a time-out or the sweeper
                if self.finished():
                    return
            self.step()
        raise AssertionError(f"seed {self.seed}: not at rest after {max_steps} steps: {self.broker.lag(GROUP)}")


def fresh_engine() -> Engine:
    """An empty ledger in memory."""
    ledger = open_ledger("sqlite://")
    tables.metadata.create_all(ledger.engine)
    return ledger.engine


def clear(engine: Engine) -> None:
    """Empty a ledger for the next seed: quicker than a new one."""
    with engine.begin() as connection:
        for table in reversed(tables.metadata.sorted_tables):
            connection.execute(table.delete())


def play(
    seed: int,
    engine: Engine,
    *,
    steps: int = 900,
    make_worker: Callable[..., Worker] = Worker,
    odds: Odds | None = None,
) -> World:
    """Run one seed: trouble for a while, then rest."""
    clear(engine)
    world = World(seed, engine, make_worker=make_worker, odds=odds or Odds())
    world.start_worker(0)
    world.start_worker(1)
    script: list[Callable[[], None]] = []
    for _ in range(world.random.randint(1, 3)):
        job = world.new_job()
        script.append(lambda job=job: world.submit(job))  # type: ignore[misc]
        if world.random.random() < 0.4:
            script.append(lambda job=job: world.submit(job))  # type: ignore[misc]
        if world.random.random() < 0.25:
            script.append(lambda job=job: world.cancel(job.job_id))  # type: ignore[misc]
        if world.random.random() < 0.15:
            other = job.model_copy(update={"items": [*job.items, "ok"]})
            script.append(lambda other=other: world.submit(other))  # type: ignore[misc]
    world.random.shuffle(script)
    when = sorted(world.random.randrange(steps // 2) for _ in script)
    for count in range(steps):
        while when and when[0] <= count:
            when.pop(0)
            script.pop(0)()
        world.step()
    world.settle()
    return world


__all__ = ["GROUP", "TOPICS", "Odds", "World", "clear", "derived_id", "fresh_engine", "play"]
