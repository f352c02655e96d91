"""Reads topics from end to end or as they grow: by assignment, outside of any group, nothing is committed."""

import logging
import time
import uuid
from collections.abc import Iterable, Iterator, Mapping
from typing import Literal

from confluent_kafka import OFFSET_BEGINNING, Consumer, KafkaError, KafkaException
from confluent_kafka import TopicPartition as KafkaPartition

from processors.engine.broker import BrokerUnavailableError, ConsumedRecord, TopicPartition
from processors.engine.kafka.client_config import client_config
from processors.engine.kafka.faults import describe, kafka_error
from processors.engine.kafka.records import consumed
from processors.engine.kafka.settings import KafkaSettings

_log = logging.getLogger(__name__)
_ANSWER_S = 10.0
_BATCH = 500
Ends = Mapping[TopicPartition, int]


class TopicMissingError(BrokerUnavailableError):
    """A topic does not exist on this broker."""


class TopicReader:
    """Every committed record of some topics. One thread uses it.

    `start` is where reading begins: at the beginning, at the end as it is now, or at the first record that is not
    older than a moment (ms since the epoch).
    """

    def __init__(
        self, settings: KafkaSettings, topics: Iterable[str], start: Literal["beginning", "end"] | int
    ) -> None:
        """Raises TopicMissingError, BrokerUnavailableError."""
        config = dict(client_config(settings)) | {
            "group.id": f"vls-media-reader-{uuid.uuid4()}",  # asked for by the client, never joined
            "isolation.level": "read_committed",
            "enable.auto.commit": False,
            "enable.auto.offset.store": False,
            "enable.partition.eof": True,
            "auto.offset.reset": "earliest",
            "fetch.wait.max.ms": settings.fetch_wait_max_ms,
        }
        self._client = Consumer(config)
        self._position: dict[TopicPartition, int] = {}
        try:
            partitions = [part for topic in topics for part in self._partitions(topic)]
            self._client.assign(self._started(partitions, start))
        except KafkaException as failure:
            self._client.close()
            error = kafka_error(failure)
            raise BrokerUnavailableError(describe(error) if error else repr(failure)) from failure
        except BaseException:
            self._client.close()
            raise

    def poll(self, timeout_s: float) -> list[ConsumedRecord]:
        """What has come, after waiting at most `timeout_s` for the first. Outages are waited out."""
        records = []
        for message in self._client.consume(_BATCH, timeout_s):
            error = message.error()
            if error is None:
                record = consumed(message)
                records.append(record)
                self._position[record.source] = record.offset + 1
            elif error.code() == KafkaError._PARTITION_EOF:  # noqa: SLF001 - librdkafka's own codes begin so
                source = TopicPartition(message.topic() or "", message.partition() or 0)
                self._position[source] = max(self._position.get(source, 0), message.offset() or 0)
            elif not error.retriable() and error.fatal():
                raise BrokerUnavailableError(describe(error))
            else:
                _log.warning("reading is held up", extra={"reason": describe(error)})
        return records

    def ends(self, topics: Iterable[str] | None = None) -> dict[TopicPartition, int]:
        """Where the topics end now. Raises BrokerUnavailableError."""
        chosen = None if topics is None else set(topics)
        ends = {}
        for part in self._client.assignment():
            if chosen is None or part.topic in chosen:
                ends[TopicPartition(part.topic, part.partition)] = self._watermarks(part)[1]
        return ends

    def until(self, ends: Ends, timeout_s: float) -> Iterator[ConsumedRecord]:
        """Everything below `ends` that was not read yet (and what comes in between on other partitions).

        Raises BrokerUnavailableError when that takes longer than `timeout_s`.
        """
        deadline = time.monotonic() + timeout_s
        while any(self._position.get(source, 0) < end for source, end in ends.items()):
            if time.monotonic() > deadline:
                raise BrokerUnavailableError(f"topics could not be read to their ends in {timeout_s:g} s")
            yield from self.poll(0.2)

    def close(self) -> None:
        """Give up the connection."""
        self._client.close()

    def _partitions(self, topic: str) -> list[KafkaPartition]:
        found = self._client.list_topics(topic, timeout=_ANSWER_S).topics[topic]
        if found.error is not None or not found.partitions:
            raise TopicMissingError(f"topic {topic} does not exist on this broker: `vls-media topics apply` makes it")
        return [KafkaPartition(topic, number) for number in found.partitions]

    def _started(
        self, partitions: list[KafkaPartition], start: Literal["beginning", "end"] | int
    ) -> list[KafkaPartition]:
        if start == "beginning":
            found = [KafkaPartition(part.topic, part.partition, OFFSET_BEGINNING) for part in partitions]
            lows = {(part.topic, part.partition): self._watermarks(part)[0] for part in partitions}
        elif start == "end":
            lows = {(part.topic, part.partition): self._watermarks(part)[1] for part in partitions}
            found = [
                KafkaPartition(part.topic, part.partition, lows[part.topic, part.partition]) for part in partitions
            ]
        else:
            asked = [KafkaPartition(part.topic, part.partition, start) for part in partitions]
            answered = self._client.offsets_for_times(asked, timeout=_ANSWER_S)
            ends = {(part.topic, part.partition): self._watermarks(part)[1] for part in partitions}
            found = [
                KafkaPartition(p.topic, p.partition, p.offset if p.offset >= 0 else ends[p.topic, p.partition])
                for p in answered
            ]
            lows = {(part.topic, part.partition): part.offset for part in found}
        self._position = {TopicPartition(*source): offset for source, offset in lows.items()}
        return found

    def _watermarks(self, part: KafkaPartition) -> tuple[int, int]:
        answer = self._client.get_watermark_offsets(part, timeout=_ANSWER_S)
        if answer is None:
            raise BrokerUnavailableError(f"the broker did not say where {part.topic} {part.partition} ends")
        low, high = answer
        return int(low), int(high)
