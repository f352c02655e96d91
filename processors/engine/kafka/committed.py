"""Reading committed offsets and their metadata, which a pending transaction or an outage can hold up."""

import logging
import time
from collections.abc import Sequence

from confluent_kafka import Consumer, KafkaException
from confluent_kafka import TopicPartition as KafkaPartition

from processors.engine.broker import BrokerUnavailableError, Position, TopicPartition
from processors.engine.kafka.faults import describe, kafka_error
from processors.engine.kafka.records import bare

_log = logging.getLogger(__name__)
_PAUSE_S = 0.05  # between attempts that failed at once


def committed_positions(
    client: Consumer, partitions: Sequence[TopicPartition], timeout_s: float
) -> dict[TopicPartition, Position | None]:
    """Offset and metadata of each partition by one request, asked again until `timeout_s` is over.

    A transaction that is still open or being ended makes the coordinator answer UNSTABLE_OFFSET_COMMIT; the offsets
    before it must not be used, for what it published may become visible. Raises BrokerUnavailableError.
    """
    deadline = time.monotonic() + timeout_s
    while True:
        remaining = deadline - time.monotonic()
        try:
            answers = client.committed(bare(partitions), timeout=max(remaining, 0.1))
            failed = next((answer.error for answer in answers if answer.error), None)
            if failed is None:
                return {TopicPartition(a.topic, a.partition): _position(a) for a in answers}
        except KafkaException as exception:
            failed = kafka_error(exception)
            if failed is None:
                raise
        reason = describe(failed)
        if time.monotonic() + _PAUSE_S >= deadline:
            raise BrokerUnavailableError(f"committed offsets cannot be read: {reason}")
        _log.info("committed offsets not readable yet", extra={"reason": reason, "partitions": len(partitions)})
        time.sleep(_PAUSE_S)


def _position(answer: KafkaPartition) -> Position | None:
    return Position(answer.offset, answer.metadata or "") if answer.offset >= 0 else None
