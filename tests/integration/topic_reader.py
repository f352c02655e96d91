"""Reads topics as a consumer of committed records does."""

import time
from collections import defaultdict
from collections.abc import Sequence

from confluent_kafka import OFFSET_BEGINNING, Consumer, KafkaError, KafkaException, TopicPartition
from confluent_kafka.admin import AdminClient
from confluent_kafka.cimpl import NewTopic

from processors.engine.broker import ConsumedRecord
from processors.engine.kafka.records import consumed

PATIENCE_S = 90.0


def create_topics(bootstrap: str, topics: Sequence[str], partitions: int) -> None:
    """Make topics, and wait until each partition has a leader."""
    admin = AdminClient({"bootstrap.servers": bootstrap})
    for made in admin.create_topics([NewTopic(topic, partitions, 1) for topic in topics]).values():
        made.result(30)
    deadline = time.monotonic() + 30
    while True:
        known = admin.list_topics(timeout=10).topics
        led = [p.leader >= 0 for topic in topics if topic in known for p in known[topic].partitions.values()]
        if len(led) == partitions * len(topics) and all(led):
            return
        assert time.monotonic() < deadline, f"the topics were not made: {topics}"
        time.sleep(0.1)


class TopicReader:
    """Follows topics from their beginning; what it has read it keeps."""

    def __init__(self, bootstrap: str, topics: Sequence[str]) -> None:
        self._client = Consumer(
            {
                "bootstrap.servers": bootstrap,
                "group.id": "test-reader",
                "isolation.level": "read_committed",
                "enable.auto.commit": False,
                "enable.partition.eof": True,
                "auto.offset.reset": "earliest",
                "fetch.wait.max.ms": 50,
            }
        )
        known = self._client.list_topics(timeout=30).topics
        partitions = [TopicPartition(t, number, OFFSET_BEGINNING) for t in topics for number in known[t].partitions]
        self._left = {(partition.topic, partition.partition) for partition in partitions}
        self._records: dict[str, list[ConsumedRecord]] = defaultdict(list)
        self._client.assign(partitions)

    def pump(self, timeout_s: float = 0.1) -> None:
        """Take in what has come."""
        for message in self._client.consume(500, timeout_s):
            error = message.error()
            if error is None:
                record = consumed(message)
                self._records[record.topic].append(record)
            elif error.code() == KafkaError._PARTITION_EOF:
                self._left.discard((str(message.topic()), message.partition() or 0))
            elif not error.retriable() and error.code() != KafkaError._ALL_BROKERS_DOWN:
                raise KafkaException(error)

    def read(self, topic: str) -> list[ConsumedRecord]:
        """What has come of a topic, by partition and offset."""
        return sorted(self._records[topic], key=lambda record: (record.partition, record.offset))

    def to_the_end(self) -> None:
        """Read until the end of every partition was seen once: of a new reader, all that is there."""
        deadline = time.monotonic() + PATIENCE_S
        while self._left:
            assert time.monotonic() < deadline, f"not read to the end: {sorted(self._left)}"
            self.pump()

    def close(self) -> None:
        self._client.close()
