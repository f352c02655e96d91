"""Whether each partition that a group reads has an owner: asked of the coordinator after a static member's start.

The coordinator gives a static member that comes back its last assignment, and rebalances nothing. Had its earlier
process died in a cooperative rebalance, between giving partitions back and joining again, these stay without an owner
for as long as the group stays as it is.
"""

import logging
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import Any

from confluent_kafka import ConsumerGroupState, KafkaException, TopicCollection
from confluent_kafka.admin import AdminClient

from processors.engine.broker import TopicPartition
from processors.engine.kafka.client_config import client_config
from processors.engine.kafka.settings import KafkaSettings

_log = logging.getLogger(__name__)
_EVERY_S = 2.0
_RARELY_S = 60.0  # at most so long between two questions of which the first had no answer
# Long: librdkafka can fail an assertion, and end the process, when such a request times out during an outage.
_TIMEOUT_S = 120.0
_SIGHTINGS = 2  # in a row: between a rebalance and the next the group looks stable for a moment


class OwnershipCheck:
    """Asks until the group is stable and either complete or surely not. Never blocks; belongs to one thread."""

    def __init__(
        self,
        settings: KafkaSettings,
        group_id: str,
        topics: Sequence[str],
        *,
        admin: Callable[[Any], AdminClient] = AdminClient,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._settings = settings
        self._make_admin = admin
        self._admin: AdminClient | None = None  # a new one for each question after one that failed
        self._group_id = group_id
        self._topics = list(topics)
        self._clock = clock
        self._wait_s = _EVERY_S
        self._ask_at = clock() + self._wait_s
        self._group: Future[Any] | None = None
        self._described: list[Future[Any]] = []
        self._sightings = 0
        self.done = False

    def ownerless(self) -> set[TopicPartition]:
        """Partitions that nobody owns, once that is sure; empty before, and for good when the group is complete."""
        if self.done or not self._answered():
            return set()
        missing = self._missing()
        self._group = None
        if missing is None:
            self._sightings = 0
            return set()
        if not missing:
            self.done = True
            return set()
        self._sightings += 1
        if self._sightings < _SIGHTINGS:
            return set()
        self.done = True
        return missing

    def _answered(self) -> bool:
        if self._group is None and self._clock() >= self._ask_at:
            self._ask_at = self._clock() + self._wait_s
            client = self._admin = self._admin or self._make_admin(dict(client_config(self._settings)))
            asked = client.describe_consumer_groups([self._group_id], request_timeout=_TIMEOUT_S)
            self._group = asked[self._group_id]
            topics = client.describe_topics(TopicCollection(self._topics), request_timeout=_TIMEOUT_S)
            self._described = list(topics.values())
        return self._group is not None and self._group.done() and all(topic.done() for topic in self._described)

    def _missing(self) -> set[TopicPartition] | None:
        """What nobody owns by the last answer, or None when that answer says nothing about it."""
        try:
            group = self._group.result() if self._group is not None else None
            topics = [topic.result() for topic in self._described]
        except KafkaException as error:
            _log.info("a group's assignment is not known", extra={"group": self._group_id, "reason": str(error)})
            self._admin = None
            self._wait_s = min(self._wait_s * 2, _RARELY_S)
            return None
        if group is None or group.state != ConsumerGroupState.STABLE:
            return None
        there = {TopicPartition(topic.name, part.id) for topic in topics for part in topic.partitions}
        owned = {
            TopicPartition(source.topic, source.partition)
            for member in group.members
            for source in member.assignment.topic_partitions
        }
        return there - owned
