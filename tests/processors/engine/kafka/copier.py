"""A small exactly-once application over the adapters, which treats their errors as the protocol says."""

import time
from collections import defaultdict
from collections.abc import Mapping, Sequence

from processors.engine.broker import (
    BrokerUnavailableError,
    CommitUnknownError,
    ConsumedRecord,
    GroupToken,
    Message,
    Position,
    TopicPartition,
    TransactionAbortedError,
)
from processors.engine.kafka.consumer import KafkaConsumer
from processors.engine.kafka.settings import KafkaSettings
from processors.engine.kafka.transactional_producer import KafkaTransactionalProducer
from processors.engine.kafka.watchdog import Watchdog


class Copier:
    """Copies records from one topic to another, each batch with its positions in one transaction."""

    def __init__(self, settings: KafkaSettings, group: str, slot: str, source: str, target: str) -> None:
        watchdog = Watchdog(settings.call_limit_s)
        self.consumer = KafkaConsumer(settings, group, slot, watchdog)
        self.producer = KafkaTransactionalProducer(settings, f"{group}-{slot}", watchdog)
        self.held: dict[TopicPartition, Position | None] = {}
        self.copied = 0
        self.refused = 0
        self._target = target
        self._token: GroupToken | None = None
        self._ready: dict[TopicPartition, list[ConsumedRecord]] = defaultdict(list)
        self._must_abort = False
        self.consumer.subscribe([source], self)

    def on_assign(self, positions: Mapping[TopicPartition, Position | None]) -> None:
        self.held.update(positions)
        self._token = self.consumer.group_token()

    def on_revoke(self, partitions: Sequence[TopicPartition]) -> None:
        self._publish()
        self._drop(partitions)

    def on_lost(self, partitions: Sequence[TopicPartition]) -> None:
        self._drop(partitions)

    def step(self, max_records: int = 10) -> None:
        """Read a little and publish what is in hand, or leave it for the next step."""
        try:
            for record in self.consumer.poll(0.05, max_records):
                self._ready[record.source].append(record)
        except BrokerUnavailableError:
            return
        self._publish()

    def close(self) -> None:
        self.consumer.close()
        self.producer.close()

    def _drop(self, partitions: Sequence[TopicPartition]) -> None:
        for partition in partitions:
            del self.held[partition]
            self._ready.pop(partition, None)
        self._token = self.consumer.group_token()

    def _publish(self) -> None:
        ready = {source: records for source, records in self._ready.items() if records}
        if not ready or self._token is None:
            return
        messages = [Message(self._target, r.key, r.value, r.headers) for records in ready.values() for r in records]
        positions = {source: Position(records[-1].offset + 1, "copied") for source, records in ready.items()}
        try:
            if self._must_abort:
                self.producer.abort()
                self._must_abort = False
            self.producer.begin()
            self._must_abort = True
            self.producer.send(messages)
            self.producer.send_positions(positions, self._token)
            self._commit()
            self._must_abort = False
        except TransactionAbortedError:
            self.refused += 1
            return
        except BrokerUnavailableError:
            return
        self.copied += len(messages)
        for source in ready:
            self._ready[source].clear()

    def _commit(self) -> None:
        deadline = time.monotonic() + 60.0
        while True:
            try:
                return self.producer.commit(1.0)
            except CommitUnknownError:
                if time.monotonic() > deadline:
                    raise
