"""A static member of a group that ends, as if killed, in the middle of its first revocation."""

import os
import sys
from collections.abc import Mapping, Sequence

from processors.engine.broker import Position, TopicPartition
from processors.engine.kafka.consumer import KafkaConsumer
from processors.engine.kafka.settings import KafkaSettings
from processors.engine.kafka.watchdog import Watchdog


class Dying:
    """A listener that does not outlive its first revocation."""

    def on_assign(self, positions: Mapping[TopicPartition, Position | None]) -> None:
        print(len(positions), flush=True)  # noqa: T201 - the test reads it

    def on_revoke(self, partitions: Sequence[TopicPartition]) -> None:
        os._exit(9)

    def on_lost(self, partitions: Sequence[TopicPartition]) -> None:
        os._exit(10)


def main() -> None:
    settings, group, instance, topic, spare = sys.argv[1:]
    consumer = KafkaConsumer(
        KafkaSettings.model_validate_json(settings), group, instance, Watchdog(60.0), spare_topic=spare
    )
    consumer.subscribe([topic], Dying())
    while True:
        consumer.poll(0.05, 1)


if __name__ == "__main__":
    main()
