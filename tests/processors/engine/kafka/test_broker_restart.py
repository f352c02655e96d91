"""Brokers that are killed in the middle of transactions and come back.

Three nodes, each partition on all of them: one broker alone, killed between the decision to commit and the markers,
can itself break exactly-once.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from typing import Protocol

import pytest
from confluent_kafka import Consumer as Client
from confluent_kafka.admin import AdminClient
from confluent_kafka.cimpl import NewTopic

from processors.engine.broker import Message
from processors.engine.kafka.client_config import client_config
from processors.engine.kafka.plain_producer import KafkaPlainProducer
from processors.engine.kafka.settings import KafkaSettings
from processors.engine.kafka.watchdog import Watchdog
from tests.behaviour.harness_kafka import server_settings
from tests.processors.engine.kafka.copier import Copier

pytestmark = pytest.mark.integration
PATIENCE_S = 120.0


class Node(Protocol):
    """A handle on one node, as the test servers give it."""

    @property
    def bootstrap(self) -> str: ...

    def kill(self) -> None: ...

    def start(self) -> None: ...


@pytest.fixture
def settings(kafka_cluster: Sequence[Node]) -> KafkaSettings:
    return server_settings(
        bootstrap_servers=",".join(node.bootstrap for node in kafka_cluster),
        session_timeout_ms=20_000,
        heartbeat_interval_ms=1_000,
        max_poll_interval_ms=60_000,
        call_limit_s=60.0,
        assign_timeout_s=10.0,
        abort_timeout_s=10.0,
    )


@pytest.fixture
def topics(settings: KafkaSettings) -> Iterator[tuple[str, str]]:
    admin = AdminClient(dict(client_config(settings)))
    made = admin.create_topics([NewTopic("source", 4, -1), NewTopic("target", 2, -1)], operation_timeout=30)
    for topic in made.values():
        topic.result(60)
    yield "source", "target"
    for deleted in admin.delete_topics(["source", "target"], operation_timeout=30).values():
        deleted.result(60)


def step_until(copier: Copier, predicate: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not predicate():
        assert time.monotonic() < deadline, (copier.held, copier.copied, copier.refused)
        copier.step()


def values(settings: KafkaSettings, topic: str, at_least: int) -> list[bytes | None]:
    """All committed values of the topic, read until nothing more comes for a while."""
    config = client_config(settings) | {"group.id": "reader", "auto.offset.reset": "earliest"}
    reader = Client(dict(config | {"isolation.level": "read_committed", "enable.auto.commit": False}))
    reader.subscribe([topic])
    read: list[bytes | None] = []
    deadline, quiet_since = time.monotonic() + PATIENCE_S, time.monotonic()
    while time.monotonic() < deadline and (len(read) < at_least or time.monotonic() - quiet_since < 3.0):
        message = reader.poll(0.2)
        if message is not None and message.error() is None:
            read.append(message.value())
            quiet_since = time.monotonic()
    reader.close()
    return read


@pytest.mark.timeout(600)
def test_what_is_copied_while_brokers_are_killed_arrives_once(
    kafka_cluster: Sequence[Node], settings: KafkaSettings, topics: tuple[str, str]
) -> None:
    source, target = topics
    expected = [str(n).encode() for n in range(900)]
    feed = KafkaPlainProducer(settings, Watchdog())
    feed.send([Message(source, value, value) for value in expected])
    feed.flush(60.0)
    copier = Copier(settings, "group", "slot-0", source, target)
    for number, node in enumerate(kafka_cluster, start=1):
        step_until(copier, lambda part=number: copier.copied >= part * 200)  # type: ignore[misc]
        node.kill()
        copier.step()
        node.start()
    step_until(copier, lambda: copier.copied >= len(expected))
    copier.close()
    feed.close()
    read = values(settings, target, len(expected))
    assert sorted(read, key=lambda value: int(value or b"")) == expected
