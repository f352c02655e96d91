"""Transactions: outputs and positions together or not at all, and one producer for each id."""

from collections.abc import Callable

import pytest

from processors.engine.broker import (
    Message,
    Position,
    SlotFencedError,
    TopicPartition,
    TransactionAbortedError,
    TransactionalProducer,
)
from tests.behaviour.harness import BrokerHarness, publish, publish_in_one_transaction, publish_when_current


def values(harness: BrokerHarness, topic: str) -> list[bytes | None]:
    return [record.value for record in harness.visible(topic)]


def test_outputs_and_positions_appear_together(harness: BrokerHarness) -> None:
    source, target, group = harness.new_topic(), harness.new_topic(), harness.new_name("group")
    publish(harness, source, b"a", b"b")
    member = harness.member(group, source)
    harness.settle(lambda: len(member.records) == 2, member)
    producer = harness.transactional_producer(harness.new_name("slot"))

    producer.begin()
    producer.send([Message(target, b"k", b"out")])
    producer.send_positions({TopicPartition(source, 0): Position(2, "done")}, member.token)
    harness.settle(lambda: len(harness.written(target)) == 1)
    assert (values(harness, target), harness.committed(group, source)) == ([], {})

    producer.commit(10.0)
    harness.settle(lambda: values(harness, target) == [b"out"])
    harness.settle(lambda: harness.committed(group, source) == {TopicPartition(source, 0): Position(2, "done")})


def test_the_outputs_of_one_transaction_reach_every_topic(harness: BrokerHarness) -> None:
    topics = [harness.new_topic(partitions=3) for _ in range(3)]
    producer = harness.transactional_producer(harness.new_name("slot"))
    producer.begin()
    sent = {str(n).encode() for n in range(10)}
    producer.send([Message(topic, value, value) for topic in topics for value in sorted(sent)])
    producer.commit(10.0)
    harness.settle(lambda: all(set(values(harness, topic)) == sent for topic in topics))
    assert [len(values(harness, topic)) for topic in topics] == [10, 10, 10]


def test_aborted_outputs_are_never_seen(harness: BrokerHarness) -> None:
    topic = harness.new_topic()
    producer = harness.transactional_producer(harness.new_name("slot"))
    producer.begin()
    producer.send([Message(topic, b"k", b"aborted")])
    harness.settle(lambda: len(harness.written(topic)) == 1)
    producer.abort()
    publish_in_one_transaction(harness, producer, Message(topic, b"k", b"kept"))
    assert values(harness, topic) == [b"kept"]


def test_aborted_positions_are_never_committed(harness: BrokerHarness) -> None:
    source, target, group = harness.new_topic(), harness.new_topic(), harness.new_name("group")
    member = harness.member(group, source)
    harness.settle(lambda: bool(member.held), member)
    producer = harness.transactional_producer(harness.new_name("slot"))
    producer.begin()
    producer.send_positions({TopicPartition(source, 0): Position(7, "")}, member.token)
    producer.abort()
    publish_in_one_transaction(harness, producer, Message(target, b"k", b"later"))
    assert harness.committed(group, source) == {}


def test_an_abort_with_nothing_open_does_nothing(harness: BrokerHarness) -> None:
    topic = harness.new_topic()
    producer = harness.transactional_producer(harness.new_name("slot"))
    producer.abort()
    publish_in_one_transaction(harness, producer, Message(topic, b"k", b"v"))
    producer.abort()
    assert values(harness, topic) == [b"v"]


def test_a_commit_called_again_after_no_answer_takes_effect_once(harness: BrokerHarness) -> None:
    topic = harness.new_topic()
    producer = harness.transactional_producer(harness.new_name("slot"))
    producer.begin()
    producer.send([Message(topic, b"k", b"once")])
    harness.commit_without_answer(producer)
    producer.commit(30.0)
    publish_in_one_transaction(harness, producer, Message(topic, b"k", b"next"))
    assert values(harness, topic) == [b"once", b"next"]


def call_begin(producer: TransactionalProducer, topic: str) -> None:
    producer.begin()
    producer.send([Message(topic, b"k", b"from the fenced one")])
    producer.commit(10.0)


def call_commit(producer: TransactionalProducer, topic: str) -> None:
    producer.commit(10.0)


@pytest.mark.parametrize(("open_first", "call"), [(False, call_begin), (True, call_commit)])
def test_a_second_producer_of_the_same_id_fences_the_first(
    harness: BrokerHarness, open_first: bool, call: Callable[[TransactionalProducer, str], None]
) -> None:
    topic, slot = harness.new_topic(), harness.new_name("slot")
    first = harness.transactional_producer(slot)
    if open_first:
        first.begin()
        first.send([Message(topic, b"k", b"from the fenced one")])
        harness.settle(lambda: len(harness.written(topic)) == 1)
    second = harness.transactional_producer(slot)
    with pytest.raises(SlotFencedError):
        call(first, topic)
    publish_in_one_transaction(harness, second, Message(topic, b"k", b"from the second"))
    assert values(harness, topic) == [b"from the second"]


def test_what_a_dead_producer_left_open_is_aborted_by_its_next_instance(harness: BrokerHarness) -> None:
    topic, slot = harness.new_topic(), harness.new_name("slot")
    dead = harness.transactional_producer(slot)
    dead.begin()
    dead.send([Message(topic, b"k", b"half done")])
    harness.settle(lambda: len(harness.written(topic)) == 1)
    publish(harness, topic, b"behind it")
    assert values(harness, topic) == []
    harness.transactional_producer(slot)
    harness.settle(lambda: values(harness, topic) == [b"behind it"])


def test_a_read_committed_reader_waits_for_open_transactions(harness: BrokerHarness) -> None:
    topic, group = harness.new_topic(), harness.new_name("group")
    slow, quick = (harness.transactional_producer(harness.new_name("slot")) for _ in range(2))
    slow.begin()
    slow.send([Message(topic, b"k", b"slow")])
    harness.settle(lambda: len(harness.written(topic)) == 1)
    quick.begin()
    quick.send([Message(topic, b"k", b"quick")])
    quick.commit(10.0)
    member = harness.member(group, topic)
    harness.settle(lambda: bool(member.held), member)
    harness.stays(lambda: member.records == [], member)
    slow.commit(10.0)
    harness.settle(lambda: len(member.records) == 2, member)
    assert member.values == [b"slow", b"quick"]


def test_gaps_from_markers_are_skipped(harness: BrokerHarness) -> None:
    topic, group = harness.new_topic(), harness.new_name("group")
    producer = harness.transactional_producer(harness.new_name("slot"))
    for value in (b"a", b"b", b"c"):
        publish_in_one_transaction(harness, producer, Message(topic, b"k", value))
    first = harness.member(group, topic)
    harness.settle(lambda: len(first.records) == 3, first)
    offsets = [record.offset for record in first.records]
    assert offsets == [0, 2, 4]

    # A position just behind a record points at the marker; reading goes on with the record after it.
    producer.begin()
    producer.send_positions({TopicPartition(topic, 0): Position(1, "")}, first.token)
    producer.commit(10.0)
    first.consumer.close()
    second = harness.member(group, topic)
    harness.settle(lambda: len(second.records) == 2, second)
    assert second.values == [b"b", b"c"]


def test_a_refused_position_takes_the_whole_transaction_with_it(harness: BrokerHarness) -> None:
    source, target, group = harness.new_topic(partitions=2), harness.new_topic(), harness.new_name("group")
    member = harness.member(group, source)
    harness.settle(lambda: len(member.held) == 2, member)
    stale = member.token
    other = harness.member(group, source)
    harness.settle(lambda: len(member.held) == len(other.held) == 1, member, other)
    producer = harness.transactional_producer(harness.new_name("slot"))
    producer.begin()
    producer.send([Message(target, b"k", b"refused")])
    with pytest.raises(TransactionAbortedError):
        producer.send_positions({next(iter(member.held)): Position(1, "")}, stale)
    with pytest.raises(TransactionAbortedError):
        producer.commit(10.0)
    producer.abort()

    publish_when_current(harness, producer, member, Position(1, ""), Message(target, b"k", b"again"))
    harness.settle(lambda: values(harness, target) == [b"again"])
