"""The in-memory broker under the behavioural suite. Nothing waits: settling is polling a fixed number of times."""

from collections.abc import Callable

import pytest

from processors.engine.broker import (
    CommitUnknownError,
    ConsumedRecord,
    Consumer,
    PlainProducer,
    Position,
    TopicPartition,
    TransactionalProducer,
)
from processors.engine.memory_broker import Action, MemoryBroker, MemoryConsumer
from tests.behaviour.harness import Member

_ROUNDS = 50


class _LoseOneCommitAnswer:
    def __init__(self) -> None:
        self.armed = False

    def at(self, point: str, client: str) -> Action | None:
        if self.armed and point == "commit.after":
            self.armed = False
            return Action.LOSE_ANSWER
        return None


class MemoryHarness:
    """Fulfils BrokerHarness."""

    def __init__(self) -> None:
        self.now_ms = 0
        self._faults = _LoseOneCommitAnswer()
        self.broker = MemoryBroker(lambda: self.now_ms, faults=self._faults)
        self._names = 0

    def new_topic(self, partitions: int = 1) -> str:
        topic = self.new_name("topic")
        self.broker.create_topic(topic, partitions)
        return topic

    def recreate_topic(self, topic: str) -> None:
        partitions = len(self.broker.partitions(topic))
        self.broker.delete_topic(topic)
        self.broker.create_topic(topic, partitions)

    def new_name(self, kind: str) -> str:
        self._names += 1
        return f"{kind}-{self._names}"

    def consumer(self, group: str) -> Consumer:
        return self.broker.consumer(group, self.new_name("member"))

    def member(self, group: str, *topics: str) -> Member:
        member = Member(self.consumer(group))
        member.consumer.subscribe(topics, member)
        return member

    def transactional_producer(self, transactional_id: str) -> TransactionalProducer:
        return self.broker.transactional_producer(transactional_id)

    def plain_producer(self) -> PlainProducer:
        return self.broker.plain_producer(self.new_name("producer"))

    def visible(self, topic: str) -> list[ConsumedRecord]:
        return self.broker.read(topic)

    def written(self, topic: str) -> list[ConsumedRecord]:
        return self.broker.read(topic, read_committed=False)

    def committed(self, group: str, topic: str) -> dict[TopicPartition, Position]:
        return {p: position for p, position in self.broker.committed(group).items() if p.topic == topic}

    def truncate_before(self, partition: TopicPartition, offset: int) -> None:
        self.broker.truncate_before(partition, offset)

    def commit_without_answer(self, producer: TransactionalProducer) -> None:
        self._faults.armed = True
        with pytest.raises(CommitUnknownError):
            producer.commit(0.0)

    def zombify(self, member: Member) -> None:
        assert isinstance(member.consumer, MemoryConsumer)
        self.broker.expire_member(member.consumer)

    def settle(self, predicate: Callable[[], bool], *members: Member) -> None:
        for _ in range(_ROUNDS):
            if predicate():
                return
            for member in members:
                member.pump()
        pytest.fail(f"not settled after {_ROUNDS} rounds: {[member.callbacks for member in members]}")

    def stays(self, predicate: Callable[[], bool], *members: Member) -> None:
        for _ in range(_ROUNDS):
            assert predicate()
            for member in members:
                member.pump()
        assert predicate()

    def close(self) -> None:
        """Nothing is held."""
