"""Groups: who holds which partition, where reading starts, and who may still commit."""

from collections.abc import Sequence

import pytest

from processors.engine.broker import Message, Position, TopicPartition, TransactionAbortedError
from tests.behaviour.harness import BrokerHarness, publish, publish_when_current


def test_every_partition_is_assigned_before_anything_was_committed(harness: BrokerHarness) -> None:
    topics, group = [harness.new_topic(partitions=3), harness.new_topic()], harness.new_name("group")
    member = harness.member(group, *topics)
    harness.settle(lambda: len(member.held) == 4, member)
    partitions = [*(TopicPartition(topics[0], n) for n in range(3)), TopicPartition(topics[1], 0)]
    assert member.held == dict.fromkeys(partitions)


def test_partitions_move_when_a_member_joins(harness: BrokerHarness) -> None:
    topic, group = harness.new_topic(partitions=4), harness.new_name("group")
    first = harness.member(group, topic)
    harness.settle(lambda: len(first.held) == 4, first)
    second = harness.member(group, topic)
    harness.settle(lambda: len(first.held) == len(second.held) == 2, first, second)
    assert not first.held.keys() & second.held.keys()
    # Cooperative: the first gave two up and was never without the others.
    assert [len(partitions) for partitions in first.heard("revoke")] == [2]
    assert first.heard("lost") == []


def test_partitions_move_when_a_member_leaves(harness: BrokerHarness) -> None:
    topic, group = harness.new_topic(partitions=4), harness.new_name("group")
    first, second = harness.member(group, topic), harness.member(group, topic)
    harness.settle(lambda: len(first.held) == len(second.held) == 2, first, second)
    left_with = set(first.held)
    first.consumer.close()
    assert set(first.heard("revoke")[-1]) == left_with
    harness.settle(lambda: len(second.held) == 4, second)


def test_a_partition_is_given_on_only_after_it_was_given_up(harness: BrokerHarness) -> None:
    topic, group = harness.new_topic(partitions=2), harness.new_name("group")
    first = harness.member(group, topic)
    harness.settle(lambda: len(first.held) == 2, first)
    second = harness.member(group, topic)
    harness.settle(lambda: bool(second.callbacks), second)
    harness.stays(lambda: not second.held, second)  # the first does not poll
    harness.settle(lambda: len(second.held) == 1, first, second)


def test_every_generation_is_told_to_members_that_keep_everything(harness: BrokerHarness) -> None:
    topic, group = harness.new_topic(), harness.new_name("group")
    first = harness.member(group, topic)
    harness.settle(lambda: bool(first.held), first)
    told = len(first.callbacks)
    second = harness.member(group, topic)
    harness.settle(lambda: bool(second.callbacks) and len(first.callbacks) > told, first, second)
    assert first.heard("revoke") == []
    assert first.callbacks[told] == ("assign", ())


def test_positions_are_given_on_assignment_exactly(harness: BrokerHarness) -> None:
    topic, group = harness.new_topic(partitions=2), harness.new_name("group")
    publish(harness, topic, *(str(n).encode() for n in range(6)))
    first = harness.member(group, topic)
    harness.settle(lambda: len(first.records) == 6, first)
    source = first.records[0].source
    producer = harness.transactional_producer(harness.new_name("slot"))
    producer.begin()
    producer.send_positions({source: Position(4, "")}, first.token)
    producer.commit(10.0)
    first.consumer.close()

    second = harness.member(group, topic)
    harness.settle(lambda: len(second.records) == 2, second)
    untouched = TopicPartition(topic, 1 - source.partition)
    assert second.held == {source: Position(4, ""), untouched: None}
    assert [(r.offset, r.value) for r in second.records] == [(4, b"4"), (5, b"5")]


@pytest.mark.parametrize("metadata", ["", "x" * 3000, "3:a/b+c="])
def test_metadata_comes_back_on_assignment(harness: BrokerHarness, metadata: str) -> None:
    topic, group = harness.new_topic(), harness.new_name("group")
    source = TopicPartition(topic, 0)
    publish(harness, topic, b"a")
    first = harness.member(group, topic)
    harness.settle(lambda: bool(first.held), first)
    first.consumer.commit({source: Position(1, metadata)})
    first.consumer.close()
    second = harness.member(group, topic)
    harness.settle(lambda: bool(second.held), second)
    assert second.held == {source: Position(1, metadata)}


def test_a_position_committed_while_revoking_is_where_the_next_owner_starts(harness: BrokerHarness) -> None:
    topic, group = harness.new_topic(partitions=2), harness.new_name("group")
    first = harness.member(group, topic)
    harness.settle(lambda: len(first.held) == 2, first)
    producer = harness.transactional_producer(harness.new_name("slot"))

    def finish(partitions: Sequence[TopicPartition]) -> None:
        producer.begin()
        producer.send_positions({p: Position(5, "finished") for p in partitions}, first.token)
        producer.commit(10.0)

    first.while_revoking = finish
    second = harness.member(group, topic)
    harness.settle(lambda: len(second.held) == 1, first, second)
    assert list(second.held.values()) == [Position(5, "finished")]


def test_the_next_owner_waits_for_positions_in_an_open_transaction(harness: BrokerHarness) -> None:
    topic, group = harness.new_topic(), harness.new_name("group")
    first = harness.member(group, topic)
    harness.settle(lambda: bool(first.held), first)
    producer = harness.transactional_producer(harness.new_name("slot"))
    producer.begin()
    producer.send_positions({TopicPartition(topic, 0): Position(9, "in flight")}, first.token)
    first.consumer.close()
    second = harness.member(group, topic)
    harness.stays(lambda: not second.held, second)
    producer.commit(10.0)
    harness.settle(lambda: bool(second.held), second)
    assert second.held == {TopicPartition(topic, 0): Position(9, "in flight")}


def test_a_zombie_with_a_kept_token_cannot_commit(harness: BrokerHarness) -> None:
    topic, target, group = harness.new_topic(), harness.new_topic(), harness.new_name("group")
    zombie = harness.member(group, topic)
    harness.settle(lambda: bool(zombie.held), zombie)
    kept = zombie.token
    harness.zombify(zombie)
    owner = harness.member(group, topic)
    harness.settle(lambda: bool(owner.held), owner)

    producer = harness.transactional_producer(harness.new_name("slot"))
    producer.begin()
    producer.send([Message(target, b"k", b"of the zombie")])
    with pytest.raises(TransactionAbortedError):
        producer.send_positions({TopicPartition(topic, 0): Position(3, "")}, kept)
    producer.abort()
    producer.begin()
    producer.send([Message(target, b"k", b"of the owner")])
    producer.send_positions({TopicPartition(topic, 0): Position(1, "")}, owner.token)
    producer.commit(10.0)
    harness.settle(lambda: [record.value for record in harness.visible(target)] == [b"of the owner"])
    assert harness.committed(group, topic) == {TopicPartition(topic, 0): Position(1, "")}


def test_a_zombie_cannot_commit_outside_of_transactions_either(harness: BrokerHarness) -> None:
    topic, group = harness.new_topic(), harness.new_name("group")
    zombie = harness.member(group, topic)
    harness.settle(lambda: bool(zombie.held), zombie)
    harness.zombify(zombie)
    owner = harness.member(group, topic)
    harness.settle(lambda: bool(owner.held), owner)
    with pytest.raises(TransactionAbortedError):
        zombie.consumer.commit({TopicPartition(topic, 0): Position(3, "")})
    assert harness.committed(group, topic) == {}


def test_a_zombie_that_polls_again_loses_everything_and_joins_anew(harness: BrokerHarness) -> None:
    topic, group = harness.new_topic(partitions=2), harness.new_name("group")
    zombie = harness.member(group, topic)
    harness.settle(lambda: len(zombie.held) == 2, zombie)
    harness.zombify(zombie)
    owner = harness.member(group, topic)
    harness.settle(lambda: len(owner.held) == 2, owner)
    harness.settle(lambda: len(zombie.held) == len(owner.held) == 1, zombie, owner)
    assert zombie.heard("lost") == [(TopicPartition(topic, 0), TopicPartition(topic, 1))]
    assert zombie.heard("revoke") == []


def test_the_token_of_an_earlier_generation_is_refused_before_the_callback_has_run(harness: BrokerHarness) -> None:
    topic, group = harness.new_topic(partitions=2), harness.new_name("group")
    first = harness.member(group, topic)
    harness.settle(lambda: len(first.held) == 2, first)
    second = harness.member(group, topic)
    harness.settle(lambda: bool(second.callbacks), second)  # a new generation; the first has not polled
    producer = harness.transactional_producer(harness.new_name("slot"))
    producer.begin()
    with pytest.raises(TransactionAbortedError):
        producer.send_positions({TopicPartition(topic, 0): Position(1, "")}, first.token)
    producer.abort()
    assert len(first.heard("assign")) == 1
    harness.settle(lambda: len(second.held) == 1, first, second)
    publish_when_current(harness, producer, first, Position(1, ""))
    harness.settle(lambda: list(harness.committed(group, topic).values()) == [Position(1, "")])


def test_groups_do_not_share_positions(harness: BrokerHarness) -> None:
    topic = harness.new_topic()
    publish(harness, topic, b"a", b"b")
    groups = [harness.new_name("group") for _ in range(2)]
    members = [harness.member(group, topic) for group in groups]
    harness.settle(lambda: all(len(member.records) == 2 for member in members), *members)
    members[0].consumer.commit({TopicPartition(topic, 0): Position(2, "")})
    assert harness.committed(groups[1], topic) == {}
