"""The broker itself: topics, and the coordinators behind the clients that it hands out. Time is an injected clock."""

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from processors.engine.broker import ConsumedRecord, Message, Position, TopicPartition
from processors.engine.memory_broker.consumer import MemoryConsumer
from processors.engine.memory_broker.faults import Faults, MisuseError, NoFaults
from processors.engine.memory_broker.groups import Group
from processors.engine.memory_broker.log import PartitionLog, Transaction
from processors.engine.memory_broker.producers import MemoryPlainProducer, MemoryTransactionalProducer
from processors.engine.memory_broker.transactions import TransactionCoordinator
from processors.engine.murmur2 import partition_for_key

MAX_MESSAGE_BYTES = 1_000_000  # message.max.bytes, about
_INCARNATIONS = uuid.UUID("5b0d9c52-6d0c-4f0b-8d0e-6c1f2a9f7d31")


@dataclass(slots=True)
class _Topic:
    incarnation: str
    logs: list[PartitionLog]
    keyless: int = 0  # messages without key so far


@dataclass(frozen=True, slots=True)
class Appearance:
    """A record becoming readable for read_committed readers; equal steps mean at once."""

    step: int
    record: ConsumedRecord


@dataclass(frozen=True, slots=True)
class Timeouts:
    """After how long the coordinators give a client up; None: only when told to."""

    transaction_ms: int | None = 60_000
    session_ms: int | None = 45_000  # counted from `kill_consumer`: the heartbeats of a live process never stop
    max_poll_interval_ms: int | None = None


@dataclass(slots=True)
class MemoryBroker:
    """Kafka in one object. Single-threaded; nothing waits; the same calls give the same answers.

    `available`: while False, every client reports what it would without a connection: BrokerUnavailableError from
    subscribe-by-poll, poll, begin, abort, a consumer's commit, incarnation and flush; TransactionAbortedError from
    send and send_positions; CommitUnknownError from a transactional commit.
    """

    clock_ms: Callable[[], int]
    faults: Faults = field(default_factory=NoFaults)
    timeouts: Timeouts = field(default_factory=Timeouts)
    available: bool = True
    appearances: list[Appearance] = field(default_factory=list)  # in the order in which readers can see them
    coordinator: TransactionCoordinator = field(init=False)
    _topics: dict[str, _Topic] = field(default_factory=dict)
    _groups: dict[str, Group] = field(default_factory=dict)
    _consumers: list[MemoryConsumer] = field(default_factory=list)
    _incarnations: int = 0
    _steps: int = 0

    def __post_init__(self) -> None:
        self.coordinator = TransactionCoordinator(self.clock_ms, self.log, self.group, self._note_visible)

    # -- topics

    def create_topic(self, name: str, partitions: int) -> str:
        """Create a topic; its incarnation. Members that subscribe to it get its partitions."""
        if name in self._topics or partitions < 1:
            raise MisuseError(f"topic {name} exists, or {partitions} is no number of partitions")
        self._incarnations += 1
        incarnation = str(uuid.uuid5(_INCARNATIONS, str(self._incarnations)))
        self._topics[name] = _Topic(incarnation, [PartitionLog() for _ in range(partitions)])
        self._rebalance_readers_of(name)
        return incarnation

    def delete_topic(self, name: str) -> None:
        """Delete a topic with its records and every group's positions in it."""
        partitions = self.partitions(name)
        del self._topics[name]
        for group in self._groups.values():
            group.partitions_deleted(partitions)

    def partitions(self, topic: str) -> list[TopicPartition]:
        """The partitions of a topic; none when it does not exist."""
        known = self._topics.get(topic)
        return [TopicPartition(topic, number) for number in range(len(known.logs))] if known else []

    def incarnation(self, topic: str) -> str:
        """The identity of the topic's present life."""
        return self._topic(topic).incarnation

    def log(self, partition: TopicPartition) -> PartitionLog | None:
        """The log of a partition, or None when there is no such partition."""
        topic = self._topics.get(partition.topic)
        if topic is None or not 0 <= partition.partition < len(topic.logs):
            return None
        return topic.logs[partition.partition]

    def append(self, messages: Sequence[Message], transaction: Transaction | None) -> None:
        """Write messages; what is in no transaction is visible unless an open one lies before it."""
        touched: dict[TopicPartition, None] = {}
        for message in messages:
            topic = self._topic(message.topic)
            if len(message.key or b"") + len(message.value or b"") > MAX_MESSAGE_BYTES:
                raise MisuseError(f"a message for {message.topic} is larger than {MAX_MESSAGE_BYTES} bytes")
            key = message.partition_key or message.key
            if key is None:
                number = topic.keyless % len(topic.logs)
                topic.keyless += 1
            else:
                number = partition_for_key(key, len(topic.logs))
            log = topic.logs[number]
            log.append(
                ConsumedRecord(
                    message.topic, number, log.end, message.key, message.value, message.headers, self.clock_ms()
                ),
                transaction,
            )
            touched[TopicPartition(message.topic, number)] = None
        if transaction is not None:
            transaction.partitions.update(touched)
        else:
            self._note_visible(touched)

    # -- clients

    def consumer(self, group: str, name: str) -> MemoryConsumer:
        """A member-to-be of a group; `name` tells it apart in member ids and faults."""
        consumer = MemoryConsumer(self, self.group(group), name)
        self._consumers.append(consumer)
        return consumer

    def transactional_producer(self, transactional_id: str) -> MemoryTransactionalProducer:
        """The slot's next instance: fences the one before and aborts what that left open."""
        return MemoryTransactionalProducer(self, transactional_id)

    def plain_producer(self, name: str) -> MemoryPlainProducer:
        """A producer without transactions."""
        return MemoryPlainProducer(self, name)

    def group(self, name: str) -> Group:
        """The coordinator's state of a group."""
        return self._groups.setdefault(name, Group(name, self.partitions))

    # -- what happens to clients

    def kill_consumer(self, consumer: MemoryConsumer) -> None:
        """Its process died: no callback runs, its partitions stay with it until its session is expired."""
        consumer.die()

    def expire_member(self, consumer: MemoryConsumer) -> None:
        """The coordinator gives the member up. If it lives it is a zombie: it learns of it in its next poll."""
        consumer.expire()

    def rejoin_in_background(self, consumer: MemoryConsumer) -> None:
        """The zombie's client thread finds out and joins anew, before the application polls.

        From here `group_token()` is one that the coordinator accepts, while the partitions are another's.
        """
        consumer.rejoin_in_background()

    def expire_transactions(self, older_than_ms: int = 0) -> list[str]:
        """Abort transactions that have been open for this long and fence their producers; their transactional ids."""
        return self.coordinator.expire(older_than_ms)

    def deliver_delayed(self) -> None:
        """Let the commits arrive that Action.DELAY kept on their way, if nobody has been faster."""
        self.coordinator.deliver_delayed()

    def hold_markers(self, *, hold: bool) -> None:
        """Whether markers of ended transactions wait for `write_markers`, as they may on several broker nodes.

        A commit is answered once it is decided; the partitions and groups that it touched learn of it one by one, and
        show it from then on. The same producer's next transaction waits for all of them.
        """
        self.coordinator.hold_markers = hold

    def write_markers(self, count: int | None = None, pick: Callable[[int], int] = lambda _n: 0) -> int:
        """Write up to `count` held markers, all if None, in the order that `pick(how_many)` chooses; how many wait."""
        return self.coordinator.write_markers(count, pick)

    def advance(self) -> None:
        """Do what the coordinators do by the clock. Every call of a client does this first."""
        if self.timeouts.transaction_ms is not None:
            self.coordinator.expire(self.timeouts.transaction_ms)
        for consumer in self._consumers:
            consumer.expire_by(self.clock_ms(), self.timeouts.session_ms, self.timeouts.max_poll_interval_ms)
        self._consumers = [consumer for consumer in self._consumers if not consumer.gone]

    def truncate_before(self, partition: TopicPartition, offset: int) -> None:
        """Retention: what lies before `offset` is gone, and readers go on at `offset`."""
        log = self.log(partition)
        if log is None:
            raise MisuseError(f"there is no {partition}")
        log.truncate_before(offset)

    # -- what a test looks at

    def read(self, topic: str, *, read_committed: bool = True) -> list[ConsumedRecord]:
        """All records of a topic that a reader can see now, by partition and offset."""
        return [r for log in self._topic(topic).logs for r in log.records(read_committed=read_committed)]

    def committed(self, group: str) -> dict[TopicPartition, Position]:
        """The positions in force. Those of open transactions are not."""
        return dict(self.group(group).positions)

    def lag(self, group: str) -> dict[TopicPartition, int]:
        """Visible records from the committed position on, for each partition of the topics that members read."""
        known = self.group(group)
        topics = {t for member in known.members for t in member.topics} | {p.topic for p in known.positions}
        lags = {}
        for partition in sorted(p for topic in topics for p in self.partitions(topic)):
            position = known.positions.get(partition)
            first = position.offset if position else 0
            log = self._topic(partition.topic).logs[partition.partition]
            lags[partition] = sum(r.offset >= first for r in log.records(read_committed=True))
        return lags

    def last_stable_offset(self, partition: TopicPartition) -> int:
        """How far read_committed readers may read."""
        return self._topic(partition.topic).logs[partition.partition].last_stable_offset

    def _topic(self, name: str) -> _Topic:
        if name not in self._topics:
            raise MisuseError(f"there is no topic {name}: create it first")
        return self._topics[name]

    def _note_visible(self, partitions: Mapping[TopicPartition, None]) -> None:
        self._steps += 1
        for partition in partitions:
            log = self.log(partition)
            if log is not None:
                self.appearances.extend(Appearance(self._steps, record) for record in log.newly_visible())

    def _rebalance_readers_of(self, topic: str) -> None:
        for group in self._groups.values():
            if any(topic in member.topics for member in group.members):
                group.rebalance()
