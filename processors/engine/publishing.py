"""Publishing what is decided: messages and the offsets they answer, as one.

Order of effects in transactional mode:
    1. begin, only when results are ready
    2. the messages of every finished record that is still ours
    3. the positions after them, with the group token of the last rebalance callback
    4. commit; when it is not answered in time, only this same commit follows until it answers
    5. the records are finished in their trackers
After an abort nothing is rewound: finished records wait here and go into the next transaction, minus those of lost
partitions.

In at_least_once mode (brokers without transactions): produce, every acknowledgement good, then commit the positions.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from processors.engine import metrics
from processors.engine.broker import (
    BrokerUnavailableError,
    CommitUnknownError,
    Consumer,
    GroupToken,
    Message,
    PlainProducer,
    Position,
    TopicPartition,
    TransactionAbortedError,
    TransactionalProducer,
)
from processors.engine.offsets import OffsetTracker
from processors.engine.services import Handled


@dataclass(slots=True)
class Assigned:
    """A partition that is ours now."""

    tracker: OffsetTracker
    epoch: int  # raised whenever the partition is given to us: what belongs to an earlier epoch is dropped
    paused: bool = False


@dataclass(slots=True)
class Assignment:
    """The partitions that are ours, and the group token of the last rebalance callback."""

    partitions: dict[TopicPartition, Assigned] = field(default_factory=dict)
    token: GroupToken | None = None

    def owns(self, handled: Handled) -> bool:
        """Whether a record is still ours to publish."""
        assigned = self.partitions.get(handled.arrival.record.source)
        return assigned is not None and assigned.epoch == handled.arrival.epoch

    def positions(self, batch: list[Handled]) -> dict[TopicPartition, Position]:
        """What to commit when the batch is done."""
        done: dict[TopicPartition, list[int]] = {}
        for handled in batch:
            done.setdefault(handled.arrival.record.source, []).append(handled.arrival.record.offset)
        return {source: self.partitions[source].tracker.position(offsets) for source, offsets in done.items()}

    def finish(self, batch: list[Handled]) -> None:
        """The batch is committed."""
        for handled in batch:
            if self.owns(handled):
                self.partitions[handled.arrival.record.source].tracker.finish([handled.arrival.record.offset])


class Delivery(Protocol):
    """One way of putting messages and positions onto the broker together."""

    unknown: bool  # the fate of the last batch is not known yet

    def deliver(self, messages: list[Message], positions: Mapping[TopicPartition, Position], token: GroupToken) -> None:
        """Publish. Raises TransactionAbortedError, CommitUnknownError, BrokerUnavailableError, SlotFencedError."""

    def settle(self) -> None:
        """Ask again for the fate of the last batch: returns when it is committed. Raises as `deliver` does."""

    def give_up(self) -> None:
        """Abort what is open, if anything. Raises BrokerUnavailableError, SlotFencedError."""


class TransactionalDelivery:
    """Messages and positions in one Kafka transaction."""

    def __init__(self, producer: TransactionalProducer, commit_timeout_s: float = 5.0) -> None:
        self._producer = producer
        self._commit_timeout_s = commit_timeout_s
        self.unknown = False

    def deliver(self, messages: list[Message], positions: Mapping[TopicPartition, Position], token: GroupToken) -> None:
        """See Delivery."""
        self._producer.begin()
        self._producer.send(messages)
        if positions:
            self._producer.send_positions(positions, token)
        self._commit()

    def settle(self) -> None:
        """See Delivery."""
        self._commit()

    def give_up(self) -> None:
        """See Delivery."""
        self._producer.abort()

    def _commit(self) -> None:
        self.unknown = True
        try:
            self._producer.commit(self._commit_timeout_s)
        except CommitUnknownError:
            raise
        except Exception:
            self.unknown = False
            raise
        self.unknown = False


class AtLeastOnceDelivery:
    """Messages first, positions when all of them are acknowledged: duplicates are possible, losses are not."""

    def __init__(self, producer: PlainProducer, consumer: Consumer, flush_timeout_s: float = 10.0) -> None:
        self._producer = producer
        self._consumer = consumer
        self._flush_timeout_s = flush_timeout_s
        self.unknown = False

    def deliver(
        self,
        messages: list[Message],
        positions: Mapping[TopicPartition, Position],
        token: GroupToken,  # noqa: ARG002  the client checks membership itself outside of transactions
    ) -> None:
        """See Delivery."""
        if messages:
            self._producer.send(messages)
            self._producer.flush(self._flush_timeout_s)
        if positions:
            self._consumer.commit(positions)

    def settle(self) -> None:
        """Nothing is ever left unknown: what failed is sent again."""

    def give_up(self) -> None:
        """Nothing is open."""


class Publisher:
    """Finished records on their way out. Owned by the loop's thread."""

    def __init__(self, delivery: Delivery, assignment: Assignment, max_messages: int = 1_000) -> None:
        self._delivery = delivery
        self._assignment = assignment
        self._max_messages = max_messages
        self._ready: list[Handled] = []
        self._extra: list[Message] = []  # of no record: the sweeper's
        self._unknown: list[Handled] = []  # in a commit whose fate is not known
        self._unknown_extra: list[Message] = []  # the same, of no record
        self._must_give_up = False
        self.trouble: str | None = None  # why the last attempt did not go through

    def add(self, handled: Handled) -> None:
        """A record is done with."""
        self._ready.append(handled)

    def add_messages(self, messages: tuple[Message, ...]) -> None:
        """Messages that answer no record."""
        self._extra.extend(messages)

    def waiting(self) -> int:
        """How many finished records are not published yet."""
        return len(self._ready) + len(self._unknown)

    def publish(self) -> list[Handled]:
        """Publish what is ready, as far as the broker lets us; return the records that are committed now.

        Raises SlotFencedError. Anything passing is kept for the next call and told in `trouble`.
        """
        self.trouble = None
        try:
            if self._must_give_up:
                self._give_up()
            if self._delivery.unknown:
                return self._settle()
            return self._publish_ready()
        except CommitUnknownError as error:
            self.trouble = str(error)
        except (TransactionAbortedError, BrokerUnavailableError) as error:
            self.trouble = str(error)
            self._ready = [*self._unknown, *self._ready]
            self._extra = [*self._unknown_extra, *self._extra]
            self._unknown, self._unknown_extra = [], []
            self._must_give_up = True
            metrics.ABORTS.inc()
            self._on_abort()
        return []

    def drop_lost(self) -> list[Handled]:
        """Forget finished records of partitions that are not ours any more; return them."""
        lost = [handled for handled in self._ready if not self._assignment.owns(handled)]
        self._ready = [handled for handled in self._ready if self._assignment.owns(handled)]
        return lost

    def _publish_ready(self) -> list[Handled]:
        self.drop_lost()
        batch: list[Handled] = []
        count = len(self._extra)
        for handled in self._ready:
            if batch and count + len(handled.messages) > self._max_messages:
                break
            batch.append(handled)
            count += len(handled.messages)
        token = self._assignment.token
        if token is None or not (batch or self._extra):
            return []
        messages = [*self._extra, *(message for handled in batch for message in handled.messages)]
        self._ready = self._ready[len(batch) :]
        self._unknown = batch  # until `deliver` answers
        self._unknown_extra, self._extra = self._extra, []
        self._delivery.deliver(messages, self._assignment.positions(batch), token)
        return self._committed()

    def _settle(self) -> list[Handled]:
        self._delivery.settle()
        return self._committed()

    def _committed(self) -> list[Handled]:
        batch, self._unknown, self._unknown_extra = self._unknown, [], []
        self._assignment.finish(batch)
        for topic, count in Counter(message.topic for handled in batch for message in handled.messages).items():
            metrics.PUBLISHED.labels(topic).inc(count)
        return batch

    def _give_up(self) -> None:
        self._delivery.give_up()
        self._must_give_up = False

    def _on_abort(self) -> None:
        """Nothing is rewound: what is finished stays finished."""
