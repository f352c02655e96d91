"""The identity of a topic's life: another after it was deleted and created again."""

from typing import Protocol

from confluent_kafka import KafkaException, TopicCollection
from confluent_kafka.admin import AdminClient

from processors.engine.broker import BrokerUnavailableError
from processors.engine.kafka.client_config import client_config
from processors.engine.kafka.faults import describe, kafka_error
from processors.engine.kafka.settings import KafkaSettings


class Incarnations(Protocol):
    """Where a consumer asks for topics' identities."""

    def of(self, topic: str) -> str:
        """The topic's identity now. Raises BrokerUnavailableError, also while the topic does not exist."""


class TopicIds:
    """Kafka's topic ids (KIP-516), by one request for each question."""

    def __init__(self, settings: KafkaSettings, *, timeout_s: float = 10.0) -> None:
        self._settings = settings
        self._timeout_s = timeout_s
        self._admin: AdminClient | None = None

    def of(self, topic: str) -> str:
        """The topic's id, as Kafka prints it."""
        if self._admin is None:
            self._admin = AdminClient(client_config(self._settings))
        asked = self._admin.describe_topics(TopicCollection([topic]), request_timeout=self._timeout_s)
        try:
            return str(asked[topic].result(timeout=self._timeout_s + 1).topic_id)
        except (KafkaException, TimeoutError) as failure:
            error = kafka_error(failure)
            reason = describe(error) if error else repr(failure)
            raise BrokerUnavailableError(f"the id of topic {topic} cannot be read: {reason}") from failure


class EmbeddedIdentities:
    """The embedded broker knows no topic ids and never deletes a topic: its own identity and the name are enough."""

    def __init__(self, cluster: str) -> None:
        self._cluster = cluster

    def of(self, topic: str) -> str:
        """The cluster's identity and the topic's name."""
        return f"{self._cluster}/{topic}"


def incarnations(settings: KafkaSettings) -> Incarnations:
    """What fits the broker that the settings name."""
    if settings.embedded_cluster is not None:
        return EmbeddedIdentities(settings.embedded_cluster)
    return TopicIds(settings)
