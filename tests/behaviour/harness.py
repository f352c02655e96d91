"""What a behaviour needs of a broker to be shown on it: the clients of the engine's protocol, and a way to wait."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from processors.engine.broker import (
    BrokerUnavailableError,
    ConsumedRecord,
    Consumer,
    GroupToken,
    Message,
    PlainProducer,
    Position,
    TopicPartition,
    TransactionAbortedError,
    TransactionalProducer,
)


@dataclass(eq=False)
class Member:
    """A small application around a consumer. It keeps the token of its last callback, as the engine does."""

    consumer: Consumer
    poll_s: float = 0.0
    records: list[ConsumedRecord] = field(default_factory=list)
    held: dict[TopicPartition, Position | None] = field(default_factory=dict)  # with what on_assign gave
    callbacks: list[tuple[str, tuple[TopicPartition, ...]]] = field(default_factory=list)
    kept_token: GroupToken | None = None
    while_revoking: Callable[[Sequence[TopicPartition]], None] = lambda _partitions: None
    keeps_tokens: bool = True

    def on_assign(self, positions: Mapping[TopicPartition, Position | None]) -> None:
        self._note("assign", tuple(sorted(positions)))
        self.held.update(positions)

    def on_revoke(self, partitions: Sequence[TopicPartition]) -> None:
        self._note("revoke", tuple(sorted(partitions)))
        self.while_revoking(partitions)
        for partition in partitions:
            del self.held[partition]

    def on_lost(self, partitions: Sequence[TopicPartition]) -> None:
        self._note("lost", tuple(sorted(partitions)))
        for partition in partitions:
            del self.held[partition]

    def pump(self, max_records: int = 100) -> None:
        """One poll. A broker that is away for now is what polling again is for."""
        try:
            self.records += self.consumer.poll(self.poll_s, max_records)
        except BrokerUnavailableError:
            return

    @property
    def token(self) -> GroupToken:
        """The token of the last callback."""
        assert self.kept_token is not None, "no callback has run yet"
        return self.kept_token

    @property
    def values(self) -> list[bytes | None]:
        """The values read so far, in the order in which they came."""
        return [record.value for record in self.records]

    def heard(self, callback: str) -> list[tuple[TopicPartition, ...]]:
        """The partitions of each callback of this name (assign, revoke, lost)."""
        return [partitions for name, partitions in self.callbacks if name == callback]

    def _note(self, callback: str, partitions: tuple[TopicPartition, ...]) -> None:
        self.callbacks.append((callback, partitions))
        if self.keeps_tokens:
            self.kept_token = self.consumer.group_token()


class BrokerHarness(Protocol):
    """One broker under test. Names that it makes are unused, so that tests can share a real server."""

    def new_topic(self, partitions: int = 1) -> str:
        """Create a topic with a name of its own."""

    def recreate_topic(self, topic: str) -> None:
        """Delete the topic and create it again; returns when clients can see the new one."""

    def new_name(self, kind: str) -> str:
        """An unused group, transactional id or client name."""

    def consumer(self, group: str) -> Consumer:
        """A consumer that is not subscribed yet; short session, `earliest`, read_committed."""

    def member(self, group: str, *topics: str) -> Member:
        """An application that has subscribed."""

    def transactional_producer(self, transactional_id: str) -> TransactionalProducer:
        """The next instance of this id, initialised."""

    def plain_producer(self) -> PlainProducer:
        """A producer without transactions."""

    def visible(self, topic: str) -> list[ConsumedRecord]:
        """What a read_committed reader sees now, from the first offset to the last stable one."""

    def written(self, topic: str) -> list[ConsumedRecord]:
        """What a read_uncommitted reader sees now."""

    def committed(self, group: str, topic: str) -> dict[TopicPartition, Position]:
        """The group's committed positions in this topic; partitions without one are left out. Need not be stable."""

    def truncate_before(self, partition: TopicPartition, offset: int) -> None:
        """Delete the records before this offset, as retention does."""

    def commit_without_answer(self, producer: TransactionalProducer) -> None:
        """Call `commit` so that it raises CommitUnknownError; the commit may or may not have arrived."""

    def zombify(self, member: Member) -> None:
        """The group gives this member up while its application does not poll, and does not know it."""

    def settle(self, predicate: Callable[[], bool], *members: Member) -> None:
        """Poll for these members until the predicate holds; fails when it has not for long."""

    def stays(self, predicate: Callable[[], bool], *members: Member) -> None:
        """Poll for these members for a while; fails as soon as the predicate does not hold."""

    def close(self) -> None:
        """Close every client that was handed out."""


def publish(harness: BrokerHarness, topic: str, *values: bytes, key: bytes = b"k") -> None:
    """Write values with one key, outside of transactions, and wait for them."""
    producer = harness.plain_producer()
    producer.send([Message(topic, key, value) for value in values])
    producer.flush(10.0)


def publish_in_one_transaction(harness: BrokerHarness, producer: TransactionalProducer, *messages: Message) -> None:
    """Write messages as one committed transaction, and wait until readers can see the last."""
    producer.begin()
    producer.send(messages)
    producer.commit(10.0)
    last = messages[-1]
    harness.settle(lambda: last.value in [record.value for record in harness.visible(last.topic)])


def publish_when_current(
    harness: BrokerHarness, producer: TransactionalProducer, member: Member, position: Position, *messages: Message
) -> None:
    """Commit messages and a position in what the member holds; after a refusal abort, poll and do it again."""

    def accepted() -> bool:
        producer.begin()
        try:
            producer.send(messages)
            producer.send_positions({next(iter(member.held)): position}, member.token)
            producer.commit(10.0)
        except TransactionAbortedError:
            producer.abort()
            return False
        return True

    harness.settle(accepted, member)
