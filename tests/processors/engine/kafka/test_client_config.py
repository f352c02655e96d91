import pytest
from confluent_kafka import Consumer, Producer

from processors.engine.kafka.client_config import (
    client_config,
    consumer_config,
    lossy_config,
    reliable_config,
    transactional_config,
)
from processors.engine.kafka.settings import KafkaSettings

CLASSIC_ONLY = {"session.timeout.ms", "heartbeat.interval.ms", "partition.assignment.strategy"}


def settings(**changes: object) -> KafkaSettings:
    return KafkaSettings.model_validate({"bootstrap_servers": "127.0.0.1:1"} | changes)


def test_consumers_read_committed_records_from_the_start_and_commit_only_by_themselves() -> None:
    config = consumer_config(settings(), "group", "slot-0")
    assert config["isolation.level"] == "read_committed"
    assert config["auto.offset.reset"] == "earliest"
    assert config["enable.auto.commit"] is False
    assert config["enable.auto.offset.store"] is False


def test_a_small_read_ahead_is_refilled_at_once() -> None:
    config = consumer_config(settings(queued_min_messages=7), "group", None)
    assert config["queued.min.messages"] == 7
    assert config["fetch.queue.backoff.ms"] == 10


def test_classic_consumers_are_cooperative_static_members() -> None:
    config = consumer_config(settings(), "group", "slot-0")
    assert config["partition.assignment.strategy"] == "cooperative-sticky"
    assert config["group.instance.id"] == "slot-0"
    assert config.keys() >= CLASSIC_ONLY


def test_kip_848_consumers_leave_out_what_the_broker_decides() -> None:
    config = consumer_config(settings(group_protocol="consumer"), "group", "slot-0")
    assert config["group.protocol"] == "consumer"
    assert not config.keys() & CLASSIC_ONLY
    assert "group.instance.id" not in config


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, True),
        ({"group_protocol": "consumer"}, False),
        ({"group_protocol": "consumer", "static_membership": True}, True),
        ({"static_membership": False}, False),
        ({"embedded_cluster": "abc"}, False),
    ],
)
def test_static_membership_follows_the_protocol_unless_it_is_set(changes: dict[str, object], expected: bool) -> None:
    assert ("group.instance.id" in consumer_config(settings(**changes), "group", "slot-0")) is expected


def test_every_producer_places_keys_as_java_does() -> None:
    chosen = settings()
    for config in (transactional_config(chosen, "slot-0"), reliable_config(chosen), lossy_config(chosen)):
        assert config["partitioner"] == "murmur2_random"


def test_transactional_producers_ask_the_coordinator_again_quickly() -> None:
    config = transactional_config(settings(transaction_timeout_ms=7_000), "slot-0")
    assert config["transactional.id"] == "slot-0"
    assert config["transaction.timeout.ms"] == 7_000
    assert config["retry.backoff.ms"] == 1


def test_reliable_producers_wait_for_every_replica_and_lossy_ones_do_not() -> None:
    reliable, lossy = reliable_config(settings()), lossy_config(settings())
    assert (reliable["enable.idempotence"], reliable["acks"]) == (True, "all")
    assert ("enable.idempotence" in lossy, lossy["acks"]) == (False, 1)


def test_security_properties_reach_every_client_in_the_clear() -> None:
    secured = settings(security={"security.protocol": "SASL_SSL", "sasl.password": "hush"})
    for config in (client_config(secured), consumer_config(secured, "g", None), transactional_config(secured, "t")):
        assert (config["security.protocol"], config["sasl.password"]) == ("SASL_SSL", "hush")


@pytest.mark.parametrize("changes", [{}, {"group_protocol": "consumer"}, {"embedded_cluster": "abc"}])
def test_librdkafka_accepts_every_configuration(changes: dict[str, object]) -> None:
    chosen = settings(**changes)
    Consumer(dict(consumer_config(chosen, "group", "slot-0"))).close()
    for config in (transactional_config(chosen, "slot-0"), reliable_config(chosen), lossy_config(chosen)):
        Producer(dict(config))
