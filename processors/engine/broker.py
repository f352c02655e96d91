"""What the engine needs of a broker: the protocol that confluent-kafka, the embedded mock and the in-memory one fulfil.

All calls on a consumer or producer come from the one thread that owns it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

Headers = tuple[tuple[str, bytes], ...]


class TopicPartition(NamedTuple):
    """One partition of a topic."""

    topic: str
    partition: int


class Position(NamedTuple):
    """A committed offset (the next one to read) and the metadata committed with it."""

    offset: int
    metadata: str


@dataclass(frozen=True, slots=True)
class ConsumedRecord:
    """A record as it came from a topic."""

    topic: str
    partition: int
    offset: int
    key: bytes | None
    value: bytes | None
    headers: Headers
    timestamp_ms: int

    @property
    def source(self) -> TopicPartition:
        """The partition that it came from."""
        return TopicPartition(self.topic, self.partition)


@dataclass(frozen=True, slots=True)
class Message:
    """A record to be produced. The partition follows from the key (murmur2, as Java's client does)."""

    topic: str
    key: bytes | None
    value: bytes | None
    headers: Headers = ()
    partition_key: bytes | None = None  # decides the partition in place of the key


class BrokerError(Exception):
    """Base of what a broker client reports."""


class BrokerUnavailableError(BrokerError):
    """The broker cannot be reached now; nothing is known to have happened. Try again later."""


class TransactionAbortedError(BrokerError):
    """The transaction cannot be committed: abort it, poll, and publish again what is still owned."""


class CommitUnknownError(BrokerError):
    """The commit was not answered in time. Only the same commit may follow; its fate is unknown until it answers."""


class SlotFencedError(BrokerError):
    """Another process owns this worker's slot (transactional id or instance id): exit, never initialise again."""


class RebalanceListener(Protocol):
    """Called inside `Consumer.poll`, on the owner thread."""

    def on_assign(self, positions: Mapping[TopicPartition, Position | None]) -> None:
        """These partitions are ours now, read from these committed positions (None: nothing committed yet)."""

    def on_revoke(self, partitions: Sequence[TopicPartition]) -> None:
        """These partitions go to another member when this call returns; offsets may still be committed."""

    def on_lost(self, partitions: Sequence[TopicPartition]) -> None:
        """These partitions belong to another member already; nothing may be committed."""


class GroupToken(Protocol):
    """Membership of a consumer group at one generation, as the transaction coordinator checks it. Opaque."""


class Consumer(Protocol):
    """A member of a consumer group that reads only what is committed (read_committed)."""

    def subscribe(self, topics: Sequence[str], listener: RebalanceListener) -> None:
        """Join the group for these topics."""

    def poll(self, timeout_s: float, max_records: int) -> list[ConsumedRecord]:
        """Run pending rebalance callbacks, then return up to `max_records`, waiting at most `timeout_s` for the first.

        Raises BrokerUnavailableError, SlotFencedError.
        """

    def pause(self, partitions: Iterable[TopicPartition]) -> None:
        """Stop fetching these assigned partitions."""

    def resume(self, partitions: Iterable[TopicPartition]) -> None:
        """Fetch these assigned partitions again, from where reading stopped."""

    def group_token(self) -> GroupToken:
        """The membership as the client knows it now. Take it only when a rebalance callback has just run."""

    def commit(self, positions: Mapping[TopicPartition, Position]) -> None:
        """Commit outside of a transaction (at_least_once). Raises BrokerUnavailableError, TransactionAbortedError."""

    def incarnation(self, topic: str) -> str:
        """The identity of this topic's life: another after it was deleted and created again."""

    def close(self) -> None:
        """Leave the group; runs `on_revoke` for what is held."""


class TransactionalProducer(Protocol):
    """Publishes outputs and consumed positions as one."""

    def begin(self) -> None:
        """Open a transaction. Raises BrokerUnavailableError, SlotFencedError."""

    def send(self, messages: Sequence[Message]) -> None:
        """Add messages. Raises TransactionAbortedError, SlotFencedError."""

    def send_positions(self, positions: Mapping[TopicPartition, Position], token: GroupToken) -> None:
        """Add consumed positions. Raises TransactionAbortedError (a stale token too), SlotFencedError."""

    def commit(self, timeout_s: float) -> None:
        """Commit. Raises CommitUnknownError (call again), TransactionAbortedError, SlotFencedError."""

    def abort(self) -> None:
        """Abort what is open, if anything. Raises BrokerUnavailableError, SlotFencedError."""

    def close(self) -> None:
        """Give up the connection; what is open is aborted by the coordinator."""


class PlainProducer(Protocol):
    """Publishes without transactions: ticks, and everything in at_least_once mode."""

    def send(self, messages: Sequence[Message]) -> None:
        """Hand messages to the client's buffer, without waiting."""

    def flush(self, timeout_s: float) -> None:
        """Wait until every message is acknowledged. Raises BrokerUnavailableError when one was not."""

    def close(self) -> None:
        """Flush for a moment and give up the connection."""
