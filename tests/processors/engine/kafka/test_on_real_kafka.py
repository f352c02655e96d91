"""What only a real Kafka can show: fencing across processes, missing topics, both group protocols, late commits."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Literal

import pytest

from processors.engine.broker import (
    BrokerUnavailableError,
    Message,
    Position,
    SlotFencedError,
    TopicPartition,
)
from processors.engine.kafka.consumer import KafkaConsumer
from processors.engine.kafka.transactional_producer import KafkaTransactionalProducer
from processors.engine.kafka.watchdog import Watchdog
from tests.behaviour.harness import Member, publish
from tests.behaviour.harness_kafka import KafkaHarness, server_settings
from tests.processors.engine.kafka.copier import Copier

pytestmark = pytest.mark.integration
WATCHDOG = Watchdog(60.0)
ROOT = Path(__file__).parents[4]
HOLDER = "tests.processors.engine.kafka.hold_transaction"


@pytest.fixture
def kafka() -> Iterator[KafkaHarness]:
    harness = KafkaHarness()
    yield harness
    harness.close()


def test_a_worker_stopped_in_its_transaction_finds_its_slot_taken(kafka: KafkaHarness) -> None:
    topic, slot = kafka.new_topic(), kafka.new_name("slot")
    command = [sys.executable, "-m", HOLDER, kafka.settings.bootstrap_servers, slot, topic]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT) as worker:
        assert worker.stdin is not None
        assert worker.stdout is not None
        assert worker.stdout.readline() == "in transaction\n"
        os.kill(worker.pid, signal.SIGSTOP)
        successor = kafka.transactional_producer(slot)
        successor.begin()
        successor.send([Message(topic, b"k", b"of the successor")])
        successor.commit(10.0)
        os.kill(worker.pid, signal.SIGCONT)
        said, _ = worker.communicate("commit\n", timeout=60)
    assert said == "SlotFencedError\n"
    kafka.settle(lambda: bool(kafka.visible(topic)))
    assert [record.value for record in kafka.visible(topic)] == [b"of the successor"]


def test_a_second_process_with_the_same_instance_id_fences_the_first(kafka: KafkaHarness) -> None:
    topic, group = kafka.new_topic(), kafka.new_name("group")
    settings = server_settings(static_membership=True)
    first, second = (Member(KafkaConsumer(settings, group, "slot-0", WATCHDOG), poll_s=0.05) for _ in range(2))
    first.consumer.subscribe([topic], first)
    kafka.settle(lambda: bool(first.held), first)
    second.consumer.subscribe([topic], second)
    kafka.settle(lambda: bool(second.held), second)
    with pytest.raises(SlotFencedError, match="instance slot-0 of group"):
        kafka.settle(lambda: False, first, second)
    second.consumer.close()
    first.consumer.close()


def test_a_static_member_comes_back_to_its_partitions_and_none_move(kafka: KafkaHarness) -> None:
    topic, spare, group = kafka.new_topic(partitions=4), kafka.new_topic(), kafka.new_name("group")
    settings = server_settings(static_membership=True)

    def joined(slot: str) -> Member:
        member = Member(KafkaConsumer(settings, group, slot, WATCHDOG, spare_topic=spare), poll_s=0.05)
        member.consumer.subscribe([topic], member)
        return member

    stays, restarts = joined("slot-0"), joined("slot-1")
    kafka.settle(lambda: len(stays.held) == len(restarts.held) == 2, stays, restarts)
    before, told = set(restarts.held), len(stays.callbacks)
    restarts.consumer.close()
    restarted = joined("slot-1")
    kafka.settle(lambda: set(restarted.held) == before, stays, restarted)
    # A last empty generation of the first rebalance may still come; nothing moves.
    assert {partitions for _, partitions in stays.callbacks[told:]} <= {()}
    stays.consumer.close()
    restarted.consumer.close()


def test_partitions_of_a_static_member_that_died_giving_them_back_find_an_owner(kafka: KafkaHarness) -> None:
    topic, spare, group = kafka.new_topic(partitions=4), kafka.new_topic(), kafka.new_name("group")
    settings = server_settings(static_membership=True)
    arguments = [settings.model_dump_json(), group, "slot-0", topic, spare]
    command = [sys.executable, "-m", "tests.processors.engine.kafka.dies_revoking", *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as dying:
        assert dying.stdout is not None
        assert dying.stdout.readline() == "4\n"
        other = Member(KafkaConsumer(settings, group, "slot-1", WATCHDOG, spare_topic=spare), poll_s=0.05)
        other.consumer.subscribe([topic], other)
        kafka.settle(lambda: dying.poll() is not None, other)
    assert dying.returncode == 9
    back = Member(KafkaConsumer(settings, group, "slot-0", WATCHDOG, spare_topic=spare), poll_s=0.05)
    back.consumer.subscribe([topic], back)
    kafka.settle(lambda: len(back.held) == len(other.held) == 2, back, other)
    other.consumer.close()
    back.consumer.close()


def test_a_transaction_that_overruns_its_time_ends_the_slot(kafka: KafkaHarness) -> None:
    topic = kafka.new_topic()
    settings = server_settings(transaction_timeout_ms=1_000)
    producer = KafkaTransactionalProducer(settings, kafka.new_name("slot"), WATCHDOG)
    producer.begin()
    producer.send([Message(topic, b"k", b"too late")])
    kafka.settle(lambda: len(kafka.written(topic)) == 1)
    publish(kafka, topic, b"behind it")
    kafka.settle(lambda: len(kafka.visible(topic)) == 1)
    with pytest.raises(SlotFencedError, match="overran 1000 ms"):
        producer.commit(10.0)
    assert [record.value for record in kafka.visible(topic)] == [b"behind it"]


def test_a_topic_made_after_the_subscription_is_read(kafka: KafkaHarness) -> None:
    there, later, group = kafka.new_topic(), kafka.new_name("later"), kafka.new_name("group")
    publish(kafka, there, b"there")
    member = kafka.member(group, there, later)
    kafka.settle(lambda: bool(member.records), member)
    kafka._create(later, 1)
    publish(kafka, later, b"later")
    kafka.settle(lambda: member.values == [b"there", b"later"], member)


def test_the_incarnation_of_a_missing_topic_is_not_known_yet(kafka: KafkaHarness) -> None:
    consumer = kafka.consumer(kafka.new_name("group"))
    with pytest.raises(BrokerUnavailableError, match="UNKNOWN_TOPIC_OR_PART"):
        consumer.incarnation(kafka.new_name("missing"))


def test_a_member_that_closes_can_still_commit_while_revoking(kafka: KafkaHarness) -> None:
    topic, group = kafka.new_topic(), kafka.new_name("group")
    member = kafka.member(group, topic)
    kafka.settle(lambda: bool(member.held), member)
    producer = kafka.transactional_producer(kafka.new_name("slot"))

    def finish(partitions: object) -> None:
        producer.begin()
        producer.send_positions({TopicPartition(topic, 0): Position(7, "last words")}, member.token)
        producer.commit(10.0)

    member.while_revoking = finish
    member.consumer.close()
    member.while_revoking = lambda _partitions: None
    expected = {TopicPartition(topic, 0): Position(7, "last words")}
    kafka.settle(lambda: kafka.committed(group, topic) == expected)


@pytest.mark.parametrize("protocol", ["classic", "consumer"])
def test_partitions_move_between_members_without_loss_or_duplicates(
    kafka: KafkaHarness, protocol: Literal["classic", "consumer"]
) -> None:
    source, target, group = kafka.new_topic(partitions=6), kafka.new_topic(partitions=3), kafka.new_name("group")
    settings = server_settings(group_protocol=protocol)
    keys = [str(n).encode() for n in range(600)]
    feed = kafka.plain_producer()
    feed.send([Message(source, key, key) for key in keys[:200]])
    feed.flush(10.0)
    first = Copier(settings, group, "slot-0", source, target)
    members = [first]

    def stepping(predicate: Callable[[], bool]) -> Callable[[], bool]:
        def settled() -> bool:
            for member in members:
                member.step()
            return predicate()

        return settled

    kafka.settle(stepping(lambda: first.copied >= 100))
    second = Copier(settings, group, "slot-1", source, target)
    members.append(second)
    feed.send([Message(source, key, key) for key in keys[200:400]])
    feed.flush(10.0)
    kafka.settle(stepping(lambda: bool(second.held) and first.copied + second.copied == 400))
    members.remove(first)
    first.close()
    feed.send([Message(source, key, key) for key in keys[400:]])
    feed.flush(10.0)
    kafka.settle(stepping(lambda: first.copied + second.copied == 600))
    second.close()
    copied = [record.value for record in kafka.visible(target)]
    assert sorted(copied, key=lambda v: int(v or b"")) == keys
    assert second.copied >= 200
