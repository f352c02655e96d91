"""The topics of the progress view: those that it reads and writes, and its own two, which it makes itself."""

import time

from confluent_kafka import KafkaException, Producer

from processors.engine.admin import AdminError, Create, Grow, KafkaCluster
from processors.engine.kafka.client_config import client_config, reliable_config
from processors.engine.kafka.settings import KafkaSettings

APP_ID = "media-progress"
TABLE = "runs"
TICKS = "media.job.ticks"
COMPLETED = "media.job.completed"
PROGRESS = "media.job.progress"
# Ends and reminders, keyed by run and in as many partitions as the ticks, so that they meet the run's ticks.
UPDATES = f"{APP_ID}-updates"
CHANGELOG = f"{APP_ID}-{TABLE}-changelog"  # Faust derives this name
_CONFIG = {
    UPDATES: {"cleanup.policy": "delete", "retention.ms": str(24 * 3_600_000)},
    CHANGELOG: {"cleanup.policy": "compact"},
}
_CALL_S = 5.0
_TURN_S = 0.05


class TopicsMissingError(Exception):
    """The contract's topics are not there, or the broker does not answer; the message says which."""


def ensure_topics(settings: KafkaSettings) -> None:
    """Make our own topics exist beside the contract's, for Faust passes over a topic that is missing when it starts.

    Raises TopicsMissingError: try again later.
    """
    if settings.embedded_cluster is not None:
        _ask_for_all(settings)
        return
    try:
        _create(KafkaCluster({k: str(v) for k, v in client_config(settings).items()}, timeout_s=_CALL_S))
    except AdminError as error:
        raise TopicsMissingError(str(error)) from error


def _create(cluster: KafkaCluster) -> None:
    found = cluster.topics()
    missing = [name for name in (TICKS, COMPLETED, PROGRESS) if name not in found]
    if missing:
        raise TopicsMissingError(f"{', '.join(missing)}: not on the broker yet")
    partitions = found[TICKS].partitions
    cluster.create([Create(name, partitions, config) for name, config in _CONFIG.items() if name not in found])
    for name in _CONFIG:
        if name in found and found[name].partitions < partitions:
            cluster.grow(Grow(name, found[name].partitions, partitions))


def _ask_for_all(settings: KafkaSettings) -> None:
    """The embedded broker cannot be told to create topics; asking for their metadata makes them."""
    client = Producer(dict(reliable_config(settings)))
    deadline = time.monotonic() + _CALL_S
    for name in (TICKS, COMPLETED, PROGRESS, UPDATES, CHANGELOG):
        while True:
            try:
                topic = client.list_topics(name, timeout=_CALL_S).topics[name]
            except KafkaException as failure:
                raise TopicsMissingError(f"the embedded broker does not answer: {failure}") from failure
            if topic.error is None and topic.partitions and all(p.leader >= 0 for p in topic.partitions.values()):
                break
            if time.monotonic() > deadline:
                raise TopicsMissingError(f"{name} does not appear on the embedded broker")
            time.sleep(_TURN_S)
