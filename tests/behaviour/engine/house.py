"""Where the engine's behaviours are shown: the toy stage, a broker, a ledger, and workers that run."""

from collections.abc import Callable
from typing import Protocol

from sqlalchemy import Engine

from processors.engine.broker import ConsumedRecord, Headers, Message
from processors.engine.wire import StageTopics
from tests.simulation.toy import EVENTS, JsonCodec
from tests.simulation.world import TOPICS, Odds, World, fresh_engine


class House(Protocol):
    """A place in which workers of the toy stage run."""

    topics: StageTopics
    events: str
    codec: JsonCodec
    engine: Engine

    def send(self, topic: str, key: bytes | None, value: bytes | None, headers: Headers = ()) -> None:
        """Put a record onto a topic."""

    def read(self, topic: str) -> list[ConsumedRecord]:
        """What a reader of committed records has found so far, by partition and offset."""

    def settle(self, predicate: Callable[[], bool]) -> None:
        """Let the workers work until it holds. Raises AssertionError when it never does."""

    def close(self) -> None:
        """End what runs."""


class MemoryHouse:
    """The simulation's world without faults."""

    def __init__(self) -> None:
        self._world = World(1, fresh_engine(), odds=Odds(0, 0, 0, 0))
        self._world.faults.on = False
        self.topics = TOPICS
        self.events = EVENTS
        self.codec = self._world.codec
        self.engine = self._world.engine
        self._world.start_worker(0)
        self._world.start_worker(1)

    def send(self, topic: str, key: bytes | None, value: bytes | None, headers: Headers = ()) -> None:
        self._world.backend.send([Message(topic, key, value, headers)])
        self._world.backend.flush(1)

    def read(self, topic: str) -> list[ConsumedRecord]:
        return self._world.broker.read(topic)

    def settle(self, predicate: Callable[[], bool]) -> None:
        for count in range(20_000):
            if count % 10 == 0 and predicate():
                return
            processes = self._world.processes
            if count % 25 == 24 and not any(p.background.outstanding() or p.pool.busy() for p in processes):
                self._world.now += 70_000  # nobody works: they wait for a retry
            self._world.step()
        raise AssertionError(f"not settled: {self._world.broker.lag('media-classify')}")

    def close(self) -> None:
        """Nothing runs by itself."""
