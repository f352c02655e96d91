"""Transactions in memory: what the coordinator does by itself, and at which moments it can be seen."""

from collections.abc import Callable

import pytest

from processors.engine.broker import (
    CommitUnknownError,
    Message,
    Position,
    SlotFencedError,
    TopicPartition,
    TransactionAbortedError,
)
from processors.engine.memory_broker import (
    Action,
    MemberToken,
    MemoryBroker,
    MemoryTransactionalProducer,
    MisuseError,
    Timeouts,
)

FIRST = TopicPartition("in", 0)
NOBODY = MemberToken("group", "", -1)  # passes while the group is empty


class Clock:
    def __init__(self) -> None:
        self.now_ms = 0

    def __call__(self) -> int:
        return self.now_ms


class OnceAt:
    """One action at one point, once."""

    def __init__(self, point: str, action: Action) -> None:
        self.point, self.action, self.done = point, action, False

    def at(self, point: str, client: str) -> Action | None:
        if point != self.point or self.done:
            return None
        self.done = True
        return self.action


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def broker(clock: Clock) -> MemoryBroker:
    broker = MemoryBroker(clock)
    for topic in ("in", "out", "other"):
        broker.create_topic(topic, 1)
    return broker


def open_transaction(broker: MemoryBroker, slot: str = "slot") -> MemoryTransactionalProducer:
    producer = broker.transactional_producer(slot)
    producer.begin()
    producer.send([Message("out", b"k", b"1"), Message("other", b"k", b"1")])
    producer.send_positions({FIRST: Position(1, "")}, NOBODY)
    return producer


def test_the_coordinator_ends_what_has_been_open_too_long_and_fences_its_producer(
    broker: MemoryBroker, clock: Clock
) -> None:
    producer = open_transaction(broker)
    broker.plain_producer("plain").send([Message("out", b"k", b"behind")])
    clock.now_ms = 59_999
    broker.advance()
    assert broker.read("out") == []
    clock.now_ms = 60_000
    broker.advance()
    assert [record.value for record in broker.read("out")] == [b"behind"]
    assert broker.last_stable_offset(TopicPartition("out", 0)) == 3
    with pytest.raises(SlotFencedError):
        producer.commit(1.0)
    assert broker.committed("group") == {}


def test_time_counts_from_the_first_effect_and_not_from_begin(broker: MemoryBroker, clock: Clock) -> None:
    producer = broker.transactional_producer("slot")
    producer.begin()
    clock.now_ms = 59_000
    producer.send([Message("out", b"k", b"v")])
    clock.now_ms = 100_000
    producer.commit(1.0)
    assert [record.value for record in broker.read("out")] == [b"v"]


def test_without_a_timeout_only_a_call_ends_open_transactions(clock: Clock) -> None:
    broker = MemoryBroker(clock, timeouts=Timeouts(transaction_ms=None))
    broker.create_topic("out", 1)
    producer = broker.transactional_producer("slot")
    producer.begin()
    producer.send([Message("out", b"k", b"v")])
    clock.now_ms = 10**9
    broker.advance()
    assert broker.expire_transactions(older_than_ms=10**9 + 1) == []
    assert broker.expire_transactions(older_than_ms=10**9) == ["slot"]


def test_a_fenced_producer_is_fenced_in_every_call(broker: MemoryBroker) -> None:
    producer = open_transaction(broker)
    broker.transactional_producer("slot")
    calls: list[Callable[[], None]] = [
        lambda: producer.send([]),
        lambda: producer.send_positions({}, NOBODY),
        lambda: producer.commit(1.0),
        producer.abort,
    ]
    for call in calls:
        with pytest.raises(SlotFencedError):
            call()
    producer.close()


def test_everything_of_a_transaction_appears_in_one_step(broker: MemoryBroker) -> None:
    producer = open_transaction(broker)
    broker.plain_producer("plain").send([Message("in", b"k", b"before")])
    producer.commit(1.0)
    seen = [(appearance.step, appearance.record.topic) for appearance in broker.appearances]
    assert [topic for _, topic in seen] == ["in", "out", "other"]
    assert seen[0][0] < seen[1][0] == seen[2][0]


def test_held_markers_show_one_transaction_place_by_place(broker: MemoryBroker) -> None:
    broker.hold_markers(hold=True)
    open_transaction(broker).commit(1.0)
    assert (broker.read("out"), broker.read("other"), broker.committed("group")) == ([], [], {})
    assert broker.write_markers(1, lambda waiting: waiting - 1) == 2
    assert (broker.read("out"), broker.read("other")) == ([], [])
    assert broker.committed("group") == {FIRST: Position(1, "")}
    assert broker.write_markers(1, lambda waiting: waiting - 1) == 1
    assert (len(broker.read("out")), len(broker.read("other"))) == (0, 1)
    assert broker.write_markers() == 0
    assert len(broker.read("out")) == 1


@pytest.mark.parametrize("restart", [False, True])
def test_the_next_transaction_of_an_id_waits_for_all_markers_of_the_one_before(
    broker: MemoryBroker, restart: bool
) -> None:
    broker.hold_markers(hold=True)
    producer = open_transaction(broker)
    producer.commit(1.0)
    open_transaction(broker, "another").commit(1.0)
    if restart:
        broker.transactional_producer("slot")
    else:
        producer.begin()
        producer.send([Message("out", b"k", b"2")])
    assert broker.write_markers(0) == 3  # those of the other id


def test_a_position_pending_behind_a_held_marker_is_not_given_out(broker: MemoryBroker) -> None:
    broker.hold_markers(hold=True)
    open_transaction(broker).commit(1.0)
    assert not broker.group("group").is_stable(FIRST)
    broker.write_markers()
    assert broker.group("group").is_stable(FIRST)


def test_a_delayed_commit_arrives_after_its_process_died(broker: MemoryBroker) -> None:
    producer = open_transaction(broker)
    broker.faults = OnceAt("commit.before", Action.DELAY)
    with pytest.raises(CommitUnknownError):
        producer.commit(1.0)
    assert broker.committed("group") == {}
    broker.deliver_delayed()
    assert broker.committed("group") == {FIRST: Position(1, "")}
    assert len(broker.read("out")) == 1


def test_a_delayed_commit_does_nothing_when_the_slot_was_taken_over(broker: MemoryBroker) -> None:
    producer = open_transaction(broker)
    broker.faults = OnceAt("commit.before", Action.DELAY)
    with pytest.raises(CommitUnknownError):
        producer.commit(1.0)
    successor = open_transaction(broker)
    broker.deliver_delayed()
    assert (broker.read("out"), broker.committed("group")) == ([], {})
    successor.commit(1.0)
    assert len(broker.read("out")) == 1


def test_a_delayed_commit_does_not_end_the_next_transaction_of_the_same_producer(broker: MemoryBroker) -> None:
    producer = open_transaction(broker)
    broker.faults = OnceAt("commit.before", Action.DELAY)
    with pytest.raises(CommitUnknownError):
        producer.commit(1.0)
    producer.commit(1.0)
    producer.begin()
    producer.send([Message("out", b"k", b"2")])
    broker.deliver_delayed()
    assert [record.value for record in broker.read("out")] == [b"1"]


def test_positions_of_a_deleted_topic_do_not_come_back_with_a_late_commit(broker: MemoryBroker) -> None:
    producer = open_transaction(broker)
    broker.delete_topic("in")
    broker.create_topic("in", 1)
    producer.commit(1.0)
    assert broker.committed("group") == {}


def test_a_transaction_whose_topic_was_deleted_still_ends(broker: MemoryBroker) -> None:
    producer = open_transaction(broker)
    broker.delete_topic("out")
    producer.commit(1.0)
    assert len(broker.read("other")) == 1


def test_only_the_same_commit_may_follow_an_unknown_one(broker: MemoryBroker) -> None:
    producer = open_transaction(broker)
    broker.faults = OnceAt("commit.after", Action.LOSE_ANSWER)
    with pytest.raises(CommitUnknownError):
        producer.commit(1.0)
    calls: list[Callable[[], None]] = [producer.abort, producer.begin, lambda: producer.send([])]
    for call in calls:
        with pytest.raises(MisuseError):
            call()
    producer.commit(1.0)
    producer.begin()


def test_a_broken_transaction_can_only_be_aborted(broker: MemoryBroker) -> None:
    producer = open_transaction(broker)
    broker.faults = OnceAt("send.after", Action.LOSE_ANSWER)
    with pytest.raises(TransactionAbortedError):
        producer.send([Message("out", b"k", b"2")])
    calls: list[Callable[[], None]] = [
        lambda: producer.send([]),
        lambda: producer.send_positions({}, NOBODY),
        lambda: producer.commit(1.0),
    ]
    for call in calls:
        with pytest.raises(TransactionAbortedError):
            call()
    producer.abort()
    producer.begin()
    producer.commit(1.0)
    assert broker.read("out") == []


def test_a_message_without_a_topic_or_beyond_the_limit_is_a_defect(broker: MemoryBroker) -> None:
    plain = broker.plain_producer("plain")
    with pytest.raises(MisuseError, match="no topic"):
        plain.send([Message("nowhere", None, b"v")])
    with pytest.raises(MisuseError, match="larger"):
        plain.send([Message("out", None, b"v" * 1_000_001)])
