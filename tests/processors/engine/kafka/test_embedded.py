import multiprocessing
import time
from collections.abc import Callable, Mapping, Sequence
from multiprocessing.connection import Connection

import pytest

from processors.engine.broker import Message, Position, TopicPartition
from processors.engine.kafka.consumer import KafkaConsumer
from processors.engine.kafka.embedded import EMBEDDED_PARTITION_BYTES, EMBEDDED_PARTITIONS, EmbeddedBroker
from processors.engine.kafka.faults import MessageTooLargeError
from processors.engine.kafka.plain_producer import KafkaPlainProducer, LossyProducer
from processors.engine.kafka.settings import KafkaSettings
from processors.engine.kafka.watchdog import Watchdog

WATCHDOG = Watchdog(60.0)
GROUP = "group"


class Reader:
    """A member that remembers what it holds and has read."""

    def __init__(self, settings: KafkaSettings, *topics: str) -> None:
        self.consumer = KafkaConsumer(settings, GROUP, None, WATCHDOG)
        self.held: dict[TopicPartition, Position | None] = {}
        self.values: list[bytes | None] = []
        self.sources: list[TopicPartition] = []
        self.consumer.subscribe(topics, self)

    def on_assign(self, positions: Mapping[TopicPartition, Position | None]) -> None:
        self.held.update(positions)

    def on_revoke(self, partitions: Sequence[TopicPartition]) -> None:
        for partition in partitions:
            del self.held[partition]

    on_lost = on_revoke

    def until(self, predicate: Callable[[], bool]) -> None:
        deadline = time.monotonic() + 30.0
        while not predicate():
            assert time.monotonic() < deadline, (self.held, len(self.values))
            for record in self.consumer.poll(0.05, 100):
                self.values.append(record.value)
                self.sources.append(record.source)


def _another_process(settings: KafkaSettings, topic: str, to_parent: Connection) -> None:
    reader = Reader(settings, topic)
    reader.until(lambda: len(reader.held) == EMBEDDED_PARTITIONS // 2)
    to_parent.send({partition.partition for partition in reader.held})
    to_parent.recv()
    reader.consumer.close()


def test_another_process_shares_the_partitions() -> None:
    with EmbeddedBroker() as broker:
        broker.create_topics(["topic"])
        here = Reader(broker.settings(), "topic")
        here.until(lambda: len(here.held) == EMBEDDED_PARTITIONS)
        context = multiprocessing.get_context("spawn")
        connection, to_parent = context.Pipe()
        other = context.Process(target=_another_process, args=(broker.settings(), "topic", to_parent))
        other.start()
        here.until(connection.poll)
        there = connection.recv()
        assert len(there) == 2
        assert there | {partition.partition for partition in here.held} == set(range(EMBEDDED_PARTITIONS))
        connection.send("end")
        here.until(lambda: len(here.held) == EMBEDDED_PARTITIONS)
        other.join(30)
        assert other.exitcode == 0
        here.consumer.close()


def test_positions_and_metadata_survive_a_restart_of_the_member() -> None:
    with EmbeddedBroker() as broker:
        broker.create_topics(["topic"])
        producer = KafkaPlainProducer(broker.settings(), WATCHDOG)
        producer.send([Message("topic", b"k", str(n).encode()) for n in range(6)])
        producer.flush(10.0)
        first = Reader(broker.settings(), "topic")
        first.until(lambda: len(first.values) == 6)
        source = first.sources[0]
        first.consumer.commit({source: Position(4, "m" * 4_000)})
        first.consumer.close()
        second = Reader(broker.settings(), "topic")
        second.until(lambda: len(second.values) == 2)
        assert second.values == [b"4", b"5"]
        assert second.held[source] == Position(4, "m" * 4_000)
        second.consumer.close()
        producer.close()


def test_every_topic_it_makes_has_its_partitions_and_an_incarnation_of_this_cluster() -> None:
    with EmbeddedBroker() as one, EmbeddedBroker() as another:
        one.create_topics(["topic", "other"])
        reader = Reader(one.settings(), "topic", "other")
        reader.until(lambda: len(reader.held) == 2 * EMBEDDED_PARTITIONS)
        assert reader.consumer.incarnation("topic") != reader.consumer.incarnation("other")
        stranger = KafkaConsumer(another.settings(), GROUP, None, WATCHDOG)
        assert reader.consumer.incarnation("topic") != stranger.incarnation("topic")
        stranger.close()
        reader.consumer.close()


def test_the_largest_message_passes_and_a_larger_one_is_refused() -> None:
    with EmbeddedBroker() as broker:
        broker.create_topics(["topic"])
        settings = broker.settings()
        producer = KafkaPlainProducer(settings, WATCHDOG)
        largest = b"x" * (settings.message_max_bytes - 1_000)
        producer.send([Message("topic", b"k", largest)])
        producer.flush(10.0)
        with pytest.raises(MessageTooLargeError, match=f"{settings.message_max_bytes + 1} bytes to topic"):
            producer.send([Message("topic", b"k", b"x" * settings.message_max_bytes)])
        reader = Reader(settings, "topic")
        reader.until(lambda: reader.values == [largest])
        reader.consumer.close()
        producer.close()


def test_a_partition_forgets_its_oldest_records_beyond_its_limit() -> None:
    with EmbeddedBroker() as broker:
        broker.create_topics(["topic"])
        producer = KafkaPlainProducer(broker.settings(), WATCHDOG)
        size = 500_000
        for number in range(20):
            producer.send([Message("topic", b"k", str(number).encode().ljust(size))])
            producer.flush(10.0)
        reader = Reader(broker.settings(), "topic")
        reader.until(lambda: bool(reader.values) and (reader.values[-1] or b"").strip() == b"19")
        assert 0 < sum(len(value or b"") for value in reader.values) <= EMBEDDED_PARTITION_BYTES
        reader.consumer.close()
        producer.close()


def test_ticks_are_dropped_and_counted_when_there_is_no_room() -> None:
    # Nobody listens at this address, so the buffer of 10,000 messages fills up.
    ticks = LossyProducer(KafkaSettings(bootstrap_servers="127.0.0.1:1"))
    ticks.send([Message("ticks", b"k", b"v")] * 10_005)
    assert ticks.dropped == 5
