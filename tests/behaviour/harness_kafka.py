"""Apache Kafka under the behavioural suite: the server at VLS_TEST_KAFKA, through the engine's own adapters."""

import os
import time
import uuid
from collections.abc import Callable
from typing import Any, Literal

import pytest
from confluent_kafka import OFFSET_BEGINNING, KafkaError, KafkaException
from confluent_kafka import Consumer as Client
from confluent_kafka import TopicPartition as KafkaPartition
from confluent_kafka.admin import AdminClient
from confluent_kafka.cimpl import NewTopic

from processors.engine.broker import (
    CommitUnknownError,
    ConsumedRecord,
    Consumer,
    Position,
    TopicPartition,
    TransactionalProducer,
)
from processors.engine.kafka.client_config import client_config
from processors.engine.kafka.consumer import KafkaConsumer
from processors.engine.kafka.incarnation import TopicIds
from processors.engine.kafka.plain_producer import KafkaPlainProducer
from processors.engine.kafka.records import consumed
from processors.engine.kafka.settings import KafkaSettings
from processors.engine.kafka.transactional_producer import KafkaTransactionalProducer
from processors.engine.kafka.watchdog import Watchdog
from tests.behaviour.harness import Member

ADDRESS_VARIABLE = "VLS_TEST_KAFKA"
_PATIENCE_S = 40.0
_CALM_S = 1.0
_POLL_S = 0.02


def server_settings(**changes: Any) -> KafkaSettings:
    """Settings for the test server: sessions as short as a broker allows, dynamic members. Fails without a server."""
    address = os.environ.get(ADDRESS_VARIABLE)
    if not address:
        pytest.fail(
            f"{ADDRESS_VARIABLE} is not set: integration tests need the bootstrap address of a running Kafka, "
            "such as 127.0.0.1:9092 (`make test` and `make up` start one)",
            pytrace=False,
        )
    defaults: dict[str, Any] = {
        "bootstrap_servers": address,
        "static_membership": False,
        "session_timeout_ms": 6_000,
        "heartbeat_interval_ms": 200,
        "max_poll_interval_ms": 6_000,
        "metadata_refresh_ms": 1_000,
        "assign_timeout_s": 0.5,
        "abort_timeout_s": 4.0,
        "call_limit_s": 6.0,
    }
    return KafkaSettings(**(defaults | changes))


def settle(predicate: Callable[[], bool], *members: Member, patience_s: float = _PATIENCE_S) -> None:
    """Poll for these members until the predicate holds; fails when it has not for long."""
    deadline = time.monotonic() + patience_s
    while not predicate():
        if time.monotonic() > deadline:
            pytest.fail(f"not settled after {patience_s} s: {[member.callbacks for member in members]}")
        for member in members:
            member.pump()
        if not members:
            time.sleep(_POLL_S)


class KafkaHarness:
    """Fulfils BrokerHarness."""

    def __init__(self, protocol: Literal["classic", "consumer"] = "classic") -> None:
        self.settings = server_settings(group_protocol=protocol)
        self._admin = AdminClient(dict(client_config(self.settings)))
        # Hung calls are for pytest's own time limit: the process must not end under it.
        self._watchdog = Watchdog(self.settings.call_limit_s)
        self._closers: list[Callable[[], None]] = []
        self._members: list[Member] = []

    def new_topic(self, partitions: int = 1) -> str:
        topic = self.new_name("topic")
        self._create(topic, partitions)
        return topic

    def recreate_topic(self, topic: str) -> None:
        partitions = len(self._partitions(topic))
        ids = TopicIds(self.settings)
        before = ids.of(topic)
        self._admin.delete_topics([topic])[topic].result(30)
        self._create(topic, partitions)
        settle(lambda: ids.of(topic) != before)

    def new_name(self, kind: str) -> str:
        return f"{kind}-{uuid.uuid4().hex[:12]}"

    def consumer(self, group: str) -> Consumer:
        consumer = KafkaConsumer(self.settings, group, None, self._watchdog)
        self._closers.append(consumer.close)
        return consumer

    def member(self, group: str, *topics: str) -> Member:
        member = Member(self.consumer(group), poll_s=_POLL_S)
        self._members.append(member)
        member.consumer.subscribe(topics, member)
        return member

    def transactional_producer(self, transactional_id: str) -> TransactionalProducer:
        producer = KafkaTransactionalProducer(self.settings, transactional_id, self._watchdog)
        self._closers.append(producer.close)
        # The id is taken at the first transaction.
        producer.begin()
        producer.abort()
        return producer

    def plain_producer(self) -> KafkaPlainProducer:
        producer = KafkaPlainProducer(self.settings, self._watchdog)
        self._closers.append(producer.close)
        return producer

    def visible(self, topic: str) -> list[ConsumedRecord]:
        return self._read(topic, "read_committed")

    def written(self, topic: str) -> list[ConsumedRecord]:
        return self._read(topic, "read_uncommitted")

    def committed(self, group: str, topic: str) -> dict[TopicPartition, Position]:
        client = self._reader("read_uncommitted", group)
        try:
            answers = client.committed(self._partitions(topic), timeout=30)
        finally:
            client.close()
        return {
            TopicPartition(answer.topic, answer.partition): Position(answer.offset, answer.metadata or "")
            for answer in answers
            if answer.offset >= 0
        }

    def truncate_before(self, partition: TopicPartition, offset: int) -> None:
        target = KafkaPartition(partition.topic, partition.partition, offset)
        for deleted in self._admin.delete_records([target]).values():
            deleted.result(30)

    def commit_without_answer(self, producer: TransactionalProducer) -> None:
        with pytest.raises(CommitUnknownError):
            producer.commit(0.0)

    def zombify(self, member: Member) -> None:
        """Past max.poll.interval the client leaves the group by itself; its application hears of it when it polls."""
        assert isinstance(member.consumer, KafkaConsumer)
        time.sleep(self.settings.max_poll_interval_ms / 1000 + 1.0)

    def settle(self, predicate: Callable[[], bool], *members: Member) -> None:
        settle(predicate, *members)

    def stays(self, predicate: Callable[[], bool], *members: Member) -> None:
        deadline = time.monotonic() + _CALM_S
        while time.monotonic() < deadline:
            assert predicate()
            for member in members:
                member.pump()
        assert predicate()

    def close(self) -> None:
        # What a test does while revoking is no part of its tidying up, where every token may be stale.
        for member in self._members:
            member.while_revoking = lambda _partitions: None
            # A member that leaves may still be given partitions, when the client has no metadata any more.
            member.keeps_tokens = False
        for close in reversed(self._closers):
            close()

    def _create(self, topic: str, partitions: int) -> None:
        def created() -> bool:
            try:
                self._admin.create_topics([NewTopic(topic, partitions, 1)])[topic].result(30)
            except KafkaException as refused:
                # A deleted topic's name is free only when its deletion has come round.
                if refused.args[0].code() != KafkaError.TOPIC_ALREADY_EXISTS:
                    raise
                return False
            return True

        settle(created)
        settle(lambda: len(self._partitions(topic)) == partitions)

    def _partitions(self, topic: str) -> list[KafkaPartition]:
        known = self._admin.list_topics(topic, timeout=30).topics[topic].partitions
        return [KafkaPartition(topic, number, OFFSET_BEGINNING) for number in sorted(known)]

    def _reader(self, isolation: str, group: str = "reader") -> Client:
        config = client_config(self.settings) | {
            "group.id": group,
            "isolation.level": isolation,
            "enable.auto.commit": False,
            "enable.partition.eof": True,
            "auto.offset.reset": "earliest",
            "fetch.wait.max.ms": 10,
        }
        return Client(dict(config))

    def _read(self, topic: str, isolation: str) -> list[ConsumedRecord]:
        partitions = self._partitions(topic)
        reader = self._reader(isolation)
        records: list[ConsumedRecord] = []
        ended: set[int | None] = set()
        deadline = time.monotonic() + _PATIENCE_S
        try:
            reader.assign(partitions)
            while len(ended) < len(partitions):
                assert time.monotonic() < deadline, f"{topic} could not be read to its end: {ended} of {partitions}"
                for message in reader.consume(500, 0.05):
                    error = message.error()
                    if error is None:
                        records.append(consumed(message))
                    elif error.code() == KafkaError._PARTITION_EOF:
                        ended.add(message.partition())
                    elif not error.retriable():
                        raise KafkaException(error)
        finally:
            reader.close()
        return sorted(records, key=lambda record: (record.partition, record.offset))


def open_harness() -> KafkaHarness:
    """The harness on the server that VLS_TEST_KAFKA names; fails the test when it names none."""
    return KafkaHarness()
