"""Reading and writing: order, pauses, keys, retention, and topics that are made anew."""

import pytest

from processors.engine.broker import Message, Position, TopicPartition
from tests.behaviour.harness import BrokerHarness, publish


def test_a_record_comes_back_as_it_was_sent(harness: BrokerHarness) -> None:
    topic = harness.new_topic()
    headers = (("ce_id", b"1"), ("ce_type", b""), ("ce_id", b"again"))
    producer = harness.plain_producer()
    producer.send(
        [Message(topic, b"key", b"value", headers), Message(topic, b"key", None), Message(topic, b"key", b"")]
    )
    producer.flush(10.0)
    member = harness.member(harness.new_name("group"), topic)
    harness.settle(lambda: len(member.records) == 3, member)
    assert [(r.topic, r.partition, r.offset, r.key, r.value, r.headers) for r in member.records] == [
        (topic, 0, 0, b"key", b"value", headers),
        (topic, 0, 1, b"key", None, ()),
        (topic, 0, 2, b"key", b"", ()),
    ]


def test_records_of_one_partition_come_in_order_and_once(harness: BrokerHarness) -> None:
    topic = harness.new_topic(partitions=3)
    keys = [b"a", b"b", b"c", b"d"]
    for key in keys:
        publish(harness, topic, *(str(n).encode() for n in range(25)), key=key)
    member = harness.member(harness.new_name("group"), topic)
    harness.settle(lambda: len(member.records) >= 100, member)
    harness.stays(lambda: len(member.records) == 100, member)
    for key in keys:
        assert [r.value for r in member.records if r.key == key] == [str(n).encode() for n in range(25)]


def test_a_poll_returns_no_more_than_it_was_asked_for(harness: BrokerHarness) -> None:
    topic = harness.new_topic()
    publish(harness, topic, *(str(n).encode() for n in range(20)))
    member = harness.member(harness.new_name("group"), topic)
    sizes: list[int] = []

    def all_read() -> bool:
        before = len(member.records)
        member.pump(max_records=3)
        sizes.append(len(member.records) - before)
        return len(member.records) == 20

    harness.settle(all_read)
    assert max(sizes) <= 3


def test_a_busy_partition_does_not_starve_the_others(harness: BrokerHarness) -> None:
    topic = harness.new_topic(partitions=2)
    member = harness.member(harness.new_name("group"), topic)
    harness.settle(lambda: len(member.held) == 2, member)
    publish(harness, topic, *[b"busy"] * 200, key=b"21")
    publish(harness, topic, b"lonely", key=b"abc")

    def lonely_came() -> bool:
        member.pump(max_records=10)
        return b"lonely" in member.values

    harness.settle(lonely_came)
    assert {r.partition for r in member.records if r.value == b"lonely"} != {
        r.partition for r in member.records if r.value == b"busy"
    }


def test_paused_partitions_stay_quiet(harness: BrokerHarness) -> None:
    topic, other = harness.new_topic(), harness.new_topic()
    member = harness.member(harness.new_name("group"), topic, other)
    harness.settle(lambda: len(member.held) == 2, member)
    member.consumer.pause([TopicPartition(topic, 0)])
    publish(harness, topic, b"waits")
    publish(harness, other, b"comes")
    harness.settle(lambda: bool(member.records), member)
    harness.stays(lambda: member.values == [b"comes"], member)
    member.consumer.resume([TopicPartition(topic, 0)])
    harness.settle(lambda: member.values == [b"comes", b"waits"], member)


def test_a_resumed_partition_goes_on_where_reading_stopped(harness: BrokerHarness) -> None:
    topic = harness.new_topic()
    publish(harness, topic, *(str(n).encode() for n in range(10)))
    member = harness.member(harness.new_name("group"), topic)

    def some_read() -> bool:
        member.pump(max_records=3)
        return bool(member.records)

    harness.settle(some_read)
    member.consumer.pause([TopicPartition(topic, 0)])
    read = len(member.records)
    harness.stays(lambda: len(member.records) == read, member)
    member.consumer.resume([TopicPartition(topic, 0)])
    harness.settle(lambda: len(member.records) >= 10, member)
    assert member.values == [str(n).encode() for n in range(10)]


def test_a_pause_outlives_a_rebalance(harness: BrokerHarness) -> None:
    topic, group = harness.new_topic(partitions=2), harness.new_name("group")
    first = harness.member(group, topic)
    harness.settle(lambda: len(first.held) == 2, first)
    first.consumer.pause(list(first.held))
    second = harness.member(group, topic)
    harness.settle(lambda: len(first.held) == len(second.held) == 1, first, second)
    publish(harness, topic, b"x", key=b"21")
    publish(harness, topic, b"x", key=b"abc")
    harness.settle(lambda: len(second.records) == 1, first, second)
    harness.stays(lambda: first.records == [], first, second)


def test_a_partition_that_comes_back_starts_unpaused(harness: BrokerHarness) -> None:
    topic, group = harness.new_topic(partitions=2), harness.new_name("group")
    first = harness.member(group, topic)
    harness.settle(lambda: len(first.held) == 2, first)
    first.consumer.pause(list(first.held))
    second = harness.member(group, topic)
    harness.settle(lambda: len(first.held) == len(second.held) == 1, first, second)
    (away,) = second.held
    second.consumer.close()
    harness.settle(lambda: len(first.held) == 2, first)
    publish(harness, topic, b"x", key=b"21")
    publish(harness, topic, b"x", key=b"abc")
    harness.settle(lambda: bool(first.records), first)
    harness.stays(lambda: [record.source for record in first.records] == [away], first)


def test_a_position_beyond_the_log_starts_at_the_earliest_record(harness: BrokerHarness) -> None:
    topic, group = harness.new_topic(), harness.new_name("group")
    publish(harness, topic, b"a", b"b")
    first = harness.member(group, topic)
    harness.settle(lambda: bool(first.held), first)
    first.consumer.commit({TopicPartition(topic, 0): Position(1000, "")})
    first.consumer.close()
    second = harness.member(group, topic)
    harness.settle(lambda: second.values == [b"a", b"b"], second)


# The hashes that Kafka's own tests of Utils.murmur2 state, made positive and taken modulo 12.
JAVA_PARTITIONS = {b"21": 0, b"foobar": 6, b"a-little-bit-long-string": 8, b"a-little-bit-longer-string": 11}


@pytest.mark.parametrize("transactional", [False, True])
def test_equal_keys_land_in_one_partition_as_java_places_them(harness: BrokerHarness, transactional: bool) -> None:
    topic = harness.new_topic(partitions=12)
    messages = [Message(topic, key, b"v") for key in JAVA_PARTITIONS for _ in range(3)]
    if transactional:
        producer = harness.transactional_producer(harness.new_name("slot"))
        producer.begin()
        producer.send(messages)
        producer.commit(10.0)
    else:
        plain = harness.plain_producer()
        plain.send(messages)
        plain.flush(10.0)
    harness.settle(lambda: len(harness.visible(topic)) == len(messages))
    placed = {(record.key, record.partition) for record in harness.visible(topic)}
    assert placed == set(JAVA_PARTITIONS.items())


def test_incarnation_changes_when_a_topic_is_recreated(harness: BrokerHarness) -> None:
    topic, other = harness.new_topic(), harness.new_topic()
    before = harness.consumer(harness.new_name("group"))
    first = before.incarnation(topic)
    assert first == before.incarnation(topic) != before.incarnation(other)
    harness.recreate_topic(topic)
    after = harness.consumer(harness.new_name("group"))
    assert after.incarnation(topic) not in {first, ""}


def test_a_reader_goes_on_where_retention_left_the_log(harness: BrokerHarness) -> None:
    topic = harness.new_topic()
    publish(harness, topic, *(str(n).encode() for n in range(8)))
    harness.truncate_before(TopicPartition(topic, 0), 5)
    member = harness.member(harness.new_name("group"), topic)
    harness.settle(lambda: len(member.records) == 3, member)
    assert [record.offset for record in member.records] == [5, 6, 7]


def test_a_closed_plain_producer_has_delivered_what_was_sent(harness: BrokerHarness) -> None:
    topic = harness.new_topic()
    producer = harness.plain_producer()
    producer.send([Message(topic, b"k", b"sent")])
    producer.close()
    harness.settle(lambda: [record.value for record in harness.visible(topic)] == [b"sent"])
