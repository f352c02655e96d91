"""Conversions between the engine's records and confluent-kafka's. On the path of every message: keep them lean."""

from collections.abc import Iterable, Mapping
from typing import cast

from confluent_kafka import Message as KafkaMessage
from confluent_kafka import TopicPartition as KafkaPartition

from processors.engine.broker import ConsumedRecord, Headers, Position, TopicPartition


def consumed(message: KafkaMessage) -> ConsumedRecord:
    """The record of a message without error. A header without a value becomes an empty one."""
    raw = cast("list[tuple[str, bytes | None]] | None", message.headers())
    headers: Headers = tuple([(name, value or b"") for name, value in raw]) if raw else ()
    # Topic, partition and offset are None only in messages that carry an error.
    return ConsumedRecord(
        cast("str", message.topic()),
        cast("int", message.partition()),
        cast("int", message.offset()),
        message.key(),
        message.value(),
        headers,
        message.timestamp()[1],
    )


def with_positions(positions: Mapping[TopicPartition, Position]) -> list[KafkaPartition]:
    """Offsets and metadata as the client commits them."""
    return [
        KafkaPartition(source.topic, source.partition, position.offset, position.metadata)
        for source, position in positions.items()
    ]


def bare(partitions: Iterable[TopicPartition]) -> list[KafkaPartition]:
    """Partitions without offsets."""
    return [KafkaPartition(source.topic, source.partition) for source in partitions]


def named(partitions: Iterable[KafkaPartition]) -> list[TopicPartition]:
    """The client's partitions as the engine names them, in order."""
    return sorted(TopicPartition(partition.topic, partition.partition) for partition in partitions)
