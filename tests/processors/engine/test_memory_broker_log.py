"""Several transactions side by side: a read_committed reader sees what was committed, in offset order, and no more."""

from dataclasses import dataclass, field

from hypothesis import given, settings
from hypothesis import strategies as st

from processors.engine.broker import ConsumedRecord, Message, Position, TopicPartition, TransactionalProducer
from processors.engine.memory_broker import MemoryBroker
from processors.engine.memory_broker.log import Fate, PartitionLog, Transaction

TOPIC = "topic"


class Silent:
    """A listener that has nothing to do."""

    def on_assign(self, positions: object) -> None: ...

    def on_revoke(self, partitions: object) -> None: ...

    def on_lost(self, partitions: object) -> None: ...


@dataclass
class Writer:
    """A producer and what its open transaction has sent so far."""

    producer: TransactionalProducer
    is_open: bool = False
    sent: list[bytes] = field(default_factory=list)


steps = st.lists(
    st.one_of(
        st.tuples(st.just("send"), st.integers(0, 3), st.integers(0, 7)),  # writer, key
        st.tuples(st.sampled_from(["commit", "abort", "restart"]), st.integers(0, 3), st.just(0)),
        st.tuples(st.just("plain"), st.just(0), st.integers(0, 7)),
        st.tuples(st.just("poll"), st.just(0), st.integers(1, 5)),  # at most so many
        st.tuples(st.just("markers"), st.integers(0, 3), st.integers(0, 5)),  # how many, which
    ),
    max_size=60,
)


def ends_up(broker: MemoryBroker, script: list[tuple[str, int, int]]) -> tuple[list[ConsumedRecord], set[bytes]]:
    """Play the script to its end: what a reader that polled all along has read, and what was committed."""
    broker.create_topic(TOPIC, 3)
    reader = broker.consumer("group", "reader")
    reader.subscribe([TOPIC], Silent())
    plain = broker.plain_producer("plain")
    writers = [Writer(broker.transactional_producer(f"slot-{n}")) for n in range(4)]
    read: list[ConsumedRecord] = []
    committed: set[bytes] = set()
    for number, (step, who, how) in enumerate(script):
        value, writer = str(number).encode(), writers[who]
        if step == "send":
            if not writer.is_open:
                writer.producer.begin()
                writer.is_open = True
            writer.producer.send([Message(TOPIC, str(how).encode(), value)])
            writer.sent.append(value)
        elif step == "commit" and writer.is_open:
            writer.producer.commit(1.0)
            committed.update(writer.sent)
            writer.is_open, writer.sent = False, []
        elif step == "abort":
            writer.producer.abort()
            writer.is_open, writer.sent = False, []
        elif step == "restart":
            writers[who] = Writer(broker.transactional_producer(f"slot-{who}"))
        elif step == "plain":
            plain.send([Message(TOPIC, str(how).encode(), value)])
            committed.add(value)
        elif step == "poll":
            found = reader.poll(0.0, how)
            assert len(found) <= how
            assert {record.value for record in found} <= committed
            read += found
        elif step == "markers":
            broker.write_markers(who, lambda waiting, how=how: how % waiting)  # type: ignore[misc]
    for writer in writers:
        writer.producer.abort()
    broker.write_markers()
    while found := reader.poll(0.0, 7):
        read += found
    return read, committed


@given(script=steps, hold=st.booleans())
@settings(deadline=None)
def test_a_reader_sees_exactly_what_was_committed_in_offset_order(
    script: list[tuple[str, int, int]], hold: bool
) -> None:
    broker = MemoryBroker(lambda: 0)
    broker.hold_markers(hold=hold)
    read, committed = ends_up(broker, script)
    assert sorted(record.value or b"" for record in read) == sorted(committed)
    for partition in range(3):
        offsets = [record.offset for record in read if record.partition == partition]
        assert offsets == sorted(set(offsets))
    assert sorted(read, key=lambda r: (r.partition, r.offset)) == broker.read(TOPIC)
    assert sorted((a.record for a in broker.appearances), key=lambda r: (r.partition, r.offset)) == broker.read(TOPIC)


@given(script=steps, hold=st.booleans())
@settings(deadline=None, max_examples=30)
def test_the_same_calls_give_the_same_log(script: list[tuple[str, int, int]], hold: bool) -> None:
    brokers = [MemoryBroker(lambda: 0) for _ in range(2)]
    for broker in brokers:
        broker.hold_markers(hold=hold)
        ends_up(broker, script)
    assert brokers[0].appearances == brokers[1].appearances
    assert brokers[0].read(TOPIC, read_committed=False) == brokers[1].read(TOPIC, read_committed=False)


def record(offset: int) -> ConsumedRecord:
    return ConsumedRecord(TOPIC, 0, offset, None, b"v", (), 0)


def test_the_last_stable_offset_is_the_first_of_the_oldest_open_transaction() -> None:
    log, older, newer = PartitionLog(), Transaction("older", 0), Transaction("newer", 0)
    log.append(record(0), None)
    log.append(record(1), older)
    log.append(record(2), newer)
    assert log.last_stable_offset == 1
    newer.fate = Fate.COMMITTED
    log.append_marker(newer)
    assert log.last_stable_offset == 1
    older.fate = Fate.ABORTED
    log.append_marker(older)
    assert (log.last_stable_offset, log.end) == (5, 5)
    assert [r.offset for r in log.records(read_committed=True)] == [0, 2]


def test_retention_stops_at_an_open_transaction() -> None:
    log = PartitionLog()
    log.append(record(0), None)
    log.append(record(1), Transaction("open", 0))
    log.truncate_before(2)
    assert (log.start, log.end) == (1, 2)


def test_a_reader_that_retention_overtook_goes_on_behind_the_gap() -> None:
    broker = MemoryBroker(lambda: 0)
    broker.create_topic(TOPIC, 1)
    broker.plain_producer("p").send([Message(TOPIC, None, str(n).encode()) for n in range(6)])
    reader = broker.consumer("group", "reader")
    reader.subscribe([TOPIC], Silent())
    assert [r.offset for r in reader.poll(0.0, 2)] == [0, 1]
    broker.truncate_before(TopicPartition(TOPIC, 0), 4)
    assert [r.offset for r in reader.poll(0.0, 9)] == [4, 5]


def test_lag_counts_records_and_not_markers() -> None:
    broker = MemoryBroker(lambda: 0)
    broker.create_topic(TOPIC, 1)
    producer = broker.transactional_producer("slot")
    for _ in range(3):
        producer.begin()
        producer.send([Message(TOPIC, None, b"v")])
        producer.commit(1.0)
    reader = broker.consumer("group", "reader")
    reader.subscribe([TOPIC], Silent())
    records = reader.poll(0.0, 9)
    assert broker.lag("group") == {TopicPartition(TOPIC, 0): 3}
    reader.commit({TopicPartition(TOPIC, 0): Position(records[-1].offset + 1, "")})
    assert broker.lag("group") == {TopicPartition(TOPIC, 0): 0}


def test_messages_without_a_key_go_round() -> None:
    broker = MemoryBroker(lambda: 0)
    broker.create_topic(TOPIC, 3)
    broker.plain_producer("p").send([Message(TOPIC, None, b"v") for _ in range(7)])
    assert [r.partition for r in broker.read(TOPIC)] == [0, 0, 0, 1, 1, 2, 2]
