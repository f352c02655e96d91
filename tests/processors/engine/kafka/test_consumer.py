"""The consumer's callbacks and its records in hand, on the embedded broker."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import pytest
from confluent_kafka import Consumer as Client
from confluent_kafka import TopicPartition as KafkaPartition

from processors.engine.broker import ConsumedRecord, Message, Position, TopicPartition
from processors.engine.kafka.consumer import KafkaConsumer
from processors.engine.kafka.embedded import EMBEDDED_PARTITIONS, EmbeddedBroker
from processors.engine.kafka.plain_producer import KafkaPlainProducer
from processors.engine.kafka.watchdog import Watchdog

WATCHDOG = Watchdog(60.0)


class ListenerBrokeError(Exception):
    """What a listener of these tests raises."""


class Listener:
    def __init__(self) -> None:
        self.held: dict[TopicPartition, Position | None] = {}
        self.breaks_on: set[str] = set()

    def _heard(self, callback: str) -> None:
        if callback in self.breaks_on:
            self.breaks_on.discard(callback)
            raise ListenerBrokeError(callback)

    def on_assign(self, positions: Mapping[TopicPartition, Position | None]) -> None:
        self.held.update(positions)
        self._heard("assign")

    def on_revoke(self, partitions: Sequence[TopicPartition]) -> None:
        for partition in partitions:
            del self.held[partition]
        self._heard("revoke")

    def on_lost(self, partitions: Sequence[TopicPartition]) -> None:
        self.on_revoke(partitions)


class Member:
    def __init__(self, broker: EmbeddedBroker, client: Callable[[dict[str, Any]], Client] = Client) -> None:
        self.listener = Listener()
        self.consumer = KafkaConsumer(broker.settings(), "group", None, WATCHDOG, client=client)
        self.records: list[ConsumedRecord] = []

    def subscribe(self) -> None:
        self.consumer.subscribe(["topic"], self.listener)

    def until(self, predicate: Callable[[], bool], *others: "Member") -> None:
        deadline = time.monotonic() + 30.0
        while not predicate():
            assert time.monotonic() < deadline, (self.listener.held, self.records)
            for member in (self, *others):
                member.records += member.consumer.poll(0.05, 100)


@pytest.fixture
def broker() -> Iterator[EmbeddedBroker]:
    with EmbeddedBroker() as embedded:
        embedded.create_topics(["topic"])
        yield embedded


@pytest.fixture
def member(broker: EmbeddedBroker) -> Iterator[Member]:
    joined = Member(broker)
    yield joined
    joined.consumer.close()


def publish(broker: EmbeddedBroker, *values: bytes) -> None:
    producer = KafkaPlainProducer(broker.settings(), WATCHDOG)
    producer.send([Message("topic", value, value) for value in values])
    producer.close()


def test_what_on_assign_raises_comes_out_of_poll_and_reading_goes_on(broker: EmbeddedBroker, member: Member) -> None:
    values = [str(n).encode() for n in range(50)]
    publish(broker, *values)
    member.listener.breaks_on = {"assign"}
    member.subscribe()
    with pytest.raises(ListenerBrokeError, match="assign"):
        member.until(lambda: len(member.records) == len(values))
    assert member.records == []
    member.until(lambda: len(member.records) == len(values))
    assert sorted(record.value or b"" for record in member.records) == sorted(values)


def test_what_on_revoke_raises_comes_out_of_poll_and_the_partitions_still_move(
    broker: EmbeddedBroker, member: Member
) -> None:
    member.subscribe()
    member.until(lambda: len(member.listener.held) == EMBEDDED_PARTITIONS)
    member.listener.breaks_on = {"revoke"}
    other = Member(broker)
    other.subscribe()
    with pytest.raises(ListenerBrokeError, match="revoke"):
        other.until(lambda: len(other.listener.held) == EMBEDDED_PARTITIONS // 2, member)
    other.until(lambda: len(other.listener.held) == EMBEDDED_PARTITIONS // 2, member)
    other.consumer.close()


def test_what_on_revoke_raises_while_closing_comes_out_of_close(broker: EmbeddedBroker) -> None:
    member = Member(broker)
    member.subscribe()
    member.until(lambda: bool(member.listener.held))
    member.listener.breaks_on = {"revoke"}
    with pytest.raises(ListenerBrokeError, match="revoke"):
        member.consumer.close()


def test_a_member_that_is_leaving_takes_no_assignment(broker: EmbeddedBroker) -> None:
    class AssignsAtTheEnd(Client):
        """A client whose last rebalance ends while it closes."""

        def subscribe(self, topics: list[str], on_assign: Any = None, *others: Any, **named: Any) -> None:
            self.assign_at_the_end = on_assign
            super().subscribe(topics, on_assign, *others, **named)

        def close(self) -> None:
            self.assign_at_the_end(self, [KafkaPartition("topic", 0)])
            super().close()

    member = Member(broker, AssignsAtTheEnd)
    member.subscribe()
    member.consumer.close()
    assert not member.listener.held


def test_an_interrupt_in_a_callback_is_not_swallowed(broker: EmbeddedBroker, member: Member) -> None:
    def interrupted(positions: Mapping[TopicPartition, Position | None]) -> None:
        member.listener.held.update(positions)
        raise KeyboardInterrupt

    member.listener.on_assign = interrupted  # type: ignore[method-assign]
    member.subscribe()
    with pytest.raises(KeyboardInterrupt):
        member.until(lambda: False)


def test_no_record_is_lost_however_few_a_poll_may_return(broker: EmbeddedBroker, member: Member) -> None:
    values = [str(n).encode() for n in range(40)]
    publish(broker, *values)
    member.subscribe()
    deadline = time.monotonic() + 30.0
    while len(member.records) < len(values) and time.monotonic() < deadline:
        got = member.consumer.poll(0.05, 3)
        assert len(got) <= 3
        member.records += got
    assert sorted(record.value or b"" for record in member.records) == sorted(values)


def test_records_come_with_their_headers_and_time(broker: EmbeddedBroker, member: Member) -> None:
    producer = KafkaPlainProducer(broker.settings(), WATCHDOG)
    before_ms = time.time_ns() // 1_000_000
    producer.send([Message("topic", None, b"v", (("ce_id", b"1"), ("ce_id", b"")))])
    producer.close()
    member.subscribe()
    member.until(lambda: bool(member.records))
    (record,) = member.records
    assert (record.key, record.value, record.headers) == (None, b"v", (("ce_id", b"1"), ("ce_id", b"")))
    assert record.timestamp_ms >= before_ms


def test_listening_comes_before_reading(member: Member) -> None:
    assert member.consumer.poll(0.01, 10) == []
