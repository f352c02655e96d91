"""Which partition a message goes to when something else than its key decides, by the hash that Java's client uses."""

from confluent_kafka import Producer as Client

from processors.engine.broker import Message
from processors.engine.murmur2 import partition_for_key

_ANY = -1  # the client's own partitioner chooses
_TIMEOUT_S = 10.0


class Partitions:
    """Partition counts of topics, asked for once. A topic that grows is noticed by the next process."""

    def __init__(self) -> None:
        self._counts: dict[str, int] = {}

    def partition_of(self, client: Client, message: Message) -> int:
        """The partition for a message with a partition key; for others, that the client chooses.

        Raises KafkaException when the broker does not say how many partitions there are.
        """
        if message.partition_key is None:
            return _ANY
        count = self._counts.get(message.topic)
        if count is None:
            count = len(client.list_topics(message.topic, timeout=_TIMEOUT_S).topics[message.topic].partitions)
            if not count:
                return _ANY
            self._counts[message.topic] = count
        return partition_for_key(message.partition_key, count)
