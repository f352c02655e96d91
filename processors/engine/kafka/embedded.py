"""librdkafka's own mock cluster as a broker for a demonstration on one machine: nothing to install, nothing kept.

It has groups, commit metadata and other processes as clients, but no transactions, no read_committed, no fencing and no
topic ids: use delivery mode at_least_once. It keeps at most 5 MiB or 100,000 messages of each partition and drops the
oldest beyond; a topic has four partitions. All is gone when it is closed or its process ends.
"""

import time
import uuid
from collections.abc import Iterable
from types import TracebackType
from typing import Self

from confluent_kafka import KafkaError, KafkaException, Producer

from processors.engine.broker import BrokerUnavailableError
from processors.engine.kafka.client_config import reliable_config
from processors.engine.kafka.settings import KafkaSettings

EMBEDDED_PARTITIONS = 4
EMBEDDED_PARTITION_BYTES = 5 * 1024 * 1024
_TURN_S = 0.05


class EmbeddedBroker:
    """A mock cluster of one broker inside this process, reached over TCP on the loopback address.

    `with EmbeddedBroker() as broker: broker.create_topics([...]); start_workers(broker.settings())`
    """

    def __init__(self, *, start_timeout_s: float = 10.0) -> None:
        self.cluster = uuid.uuid4().hex
        # The cluster lives as long as this client, which is otherwise unused; its own address is a placeholder.
        self._host: Producer | None = Producer(
            {"test.mock.num.brokers": 1, "bootstrap.servers": "embedded", "log_level": 2}
        )
        self.bootstrap_servers = self._address(start_timeout_s)

    def settings(self) -> KafkaSettings:
        """Settings for clients of this broker, in this process or another.

        KIP-848 groups: with them the mock assigns at once and moves partitions in 1-3 s. Its classic groups wait for
        3 s at the start, and for nearly a whole session at each change.
        """
        return KafkaSettings(
            bootstrap_servers=self.bootstrap_servers, embedded_cluster=self.cluster, group_protocol="consumer"
        )

    def create_topics(self, topics: Iterable[str], *, timeout_s: float = 10.0) -> None:
        """Make topics exist, each with four partitions: asking for their metadata creates them.

        Raises BrokerUnavailableError when one does not appear in time.
        """
        client = Producer(dict(reliable_config(self.settings())))
        deadline = time.monotonic() + timeout_s
        for topic in topics:
            while not _exists(client, topic):
                if time.monotonic() >= deadline:
                    raise BrokerUnavailableError(f"the embedded broker did not make topic {topic} in {timeout_s} s")
                time.sleep(_TURN_S)

    def close(self) -> None:
        """End the cluster, and all that was written to it."""
        self._host = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def _address(self, timeout_s: float) -> str:
        if self._host is None:
            raise RuntimeError("the embedded broker is closed")
        try:
            brokers = self._host.list_topics(timeout=timeout_s).brokers
        except KafkaException as failure:
            raise BrokerUnavailableError(f"the embedded broker did not start in {timeout_s} s") from failure
        return ",".join(f"{broker.host}:{broker.port}" for broker in brokers.values())


def _exists(client: Producer, topic: str) -> bool:
    """Whether the topic has its partitions and leaders; asking makes it."""
    try:
        found = client.list_topics(topic, timeout=5.0).topics[topic]
    except KafkaException as failure:
        if failure.args[0].code() not in (KafkaError._TIMED_OUT, KafkaError._TRANSPORT):  # noqa: SLF001 - its own codes
            raise
        return False
    return found.error is None and all(p.error is None and p.leader >= 0 for p in found.partitions.values())
