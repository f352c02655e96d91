"""Faults: at each point the client says what a real one would, and what happened is what the point says."""

from collections.abc import Callable

import pytest

from processors.engine.broker import (
    BrokerError,
    BrokerUnavailableError,
    CommitUnknownError,
    Message,
    Position,
    TopicPartition,
    TransactionAbortedError,
)
from processors.engine.memory_broker import (
    Action,
    MemoryBroker,
    MemoryConsumer,
    MemoryPlainProducer,
    MemoryTransactionalProducer,
    MisuseError,
)

FIRST = TopicPartition("in", 0)


class Crash(BaseException):
    """The process dies here."""


class Script:
    """Does what it was told at one point, and keeps all points that were passed."""

    def __init__(self) -> None:
        self.point = ""
        self.action: Action | type[Crash] | None = None
        self.passed: list[tuple[str, str]] = []

    def at(self, point: str, client: str) -> Action | None:
        self.passed.append((point, client))
        if point != self.point or self.action is None:
            return None
        if isinstance(self.action, Action):
            return self.action
        raise self.action

    def arm(self, point: str, action: Action | type[Crash]) -> None:
        self.point, self.action = point, action

    def disarm(self) -> None:
        self.point = ""


class Setting:
    """One client of each kind, an open transaction with one message, and one message kept in the plain buffer."""

    def __init__(self) -> None:
        self.script = Script()
        self.broker = MemoryBroker(lambda: 0, faults=self.script)
        for topic in ("in", "out", "plain"):
            self.broker.create_topic(topic, 1)
        self.consumer: MemoryConsumer = self.broker.consumer("group", "member")
        self.consumer.subscribe(["in"], self)
        self.consumer.poll(0.0, 1)
        self.plain: MemoryPlainProducer = self.broker.plain_producer("ticks")
        self.script.arm("plain_send.before", Action.FAIL)
        self.plain.send([Message("plain", b"k", b"kept back")])
        self.script.disarm()
        self.producer: MemoryTransactionalProducer = self.broker.transactional_producer("slot")
        self.producer.begin()
        self.producer.send([Message("out", b"k", b"first")])

    def on_assign(self, positions: object) -> None: ...

    def on_revoke(self, partitions: object) -> None: ...

    def on_lost(self, partitions: object) -> None: ...

    def effect(self, point: str) -> bool:
        """Whether the effect of this point has happened."""
        sent = len(self.broker.read("out", read_committed=False))
        return {
            "send": sent == 2,
            "send_positions": not self.broker.group("group").is_stable(FIRST),
            "commit": len(self.broker.read("out")) == 1,
            "abort": self.broker.last_stable_offset(TopicPartition("out", 0)) == 2,
            "offset_commit": self.broker.committed("group") == {FIRST: Position(1, "")},
            "flush": len(self.broker.read("plain")) == 1,
        }[point]


CALLS: dict[str, Callable[[Setting], None]] = {
    "send": lambda s: s.producer.send([Message("out", b"k", b"second")]),
    "send_positions": lambda s: s.producer.send_positions({FIRST: Position(1, "")}, s.consumer.group_token()),
    "commit": lambda s: s.producer.commit(1.0),
    "abort": lambda s: s.producer.abort(),
    "offset_commit": lambda s: s.consumer.commit({FIRST: Position(1, "")}),
    "flush": lambda s: s.plain.flush(1.0),
}
REPORTS: dict[str, type[BrokerError]] = {
    "send": TransactionAbortedError,
    "send_positions": TransactionAbortedError,
    "commit": CommitUnknownError,
    "abort": BrokerUnavailableError,
    "offset_commit": BrokerUnavailableError,
    "flush": BrokerUnavailableError,
}


@pytest.fixture
def setting() -> Setting:
    return Setting()


@pytest.mark.parametrize("point", CALLS)
def test_without_a_fault_the_effect_happens(setting: Setting, point: str) -> None:
    assert not setting.effect(point)
    CALLS[point](setting)
    assert setting.effect(point)


@pytest.mark.parametrize("point", CALLS)
def test_a_failure_before_the_effect_prevents_it(setting: Setting, point: str) -> None:
    setting.script.arm(f"{point}.before", Action.FAIL)
    with pytest.raises(REPORTS[point]):
        CALLS[point](setting)
    assert not setting.effect(point)


@pytest.mark.parametrize("point", CALLS)
def test_an_answer_lost_leaves_the_effect(setting: Setting, point: str) -> None:
    setting.script.arm(f"{point}.after", Action.LOSE_ANSWER)
    with pytest.raises(REPORTS[point]):
        CALLS[point](setting)
    assert setting.effect(point)


@pytest.mark.parametrize("point", CALLS)
def test_an_unreachable_broker_is_reported_as_each_call_can(setting: Setting, point: str) -> None:
    setting.broker.available = False
    with pytest.raises(REPORTS[point]):
        CALLS[point](setting)
    setting.broker.available = True
    assert not setting.effect(point)


@pytest.mark.parametrize("point", CALLS)
@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_crash_passes_through_untouched(setting: Setting, point: str, moment: str) -> None:
    setting.script.arm(f"{point}.{moment}", Crash)
    with pytest.raises(Crash):
        CALLS[point](setting)
    assert setting.effect(point) == (moment == "after")


@pytest.mark.parametrize("action", [Action.FAIL, Action.LOSE_ANSWER])
@pytest.mark.parametrize("call", ["commit", "abort"])
def test_the_same_call_again_gives_the_true_fate(setting: Setting, call: str, action: Action) -> None:
    setting.script.arm(f"{call}.{'before' if action is Action.FAIL else 'after'}", action)
    with pytest.raises(REPORTS[call]):
        CALLS[call](setting)
    setting.script.disarm()
    CALLS[call](setting)
    assert setting.effect(call)
    assert len(setting.broker.read("out")) == (1 if call == "commit" else 0)


def test_a_commit_can_fail_so_that_it_must_be_aborted(setting: Setting) -> None:
    setting.script.arm("commit.before", Action.ABORT)
    with pytest.raises(TransactionAbortedError):
        setting.producer.commit(1.0)
    setting.script.disarm()
    setting.producer.abort()
    assert setting.broker.read("out") == []


def test_a_flush_that_failed_has_given_its_messages_up(setting: Setting) -> None:
    setting.script.arm("flush.before", Action.FAIL)
    with pytest.raises(BrokerUnavailableError):
        setting.plain.flush(1.0)
    setting.script.disarm()
    setting.plain.flush(1.0)
    assert setting.broker.read("plain") == []


def test_messages_behind_one_that_waits_keep_their_order(setting: Setting) -> None:
    setting.plain.send([Message("plain", b"k", b"second")])
    assert setting.broker.read("plain") == []
    setting.plain.flush(1.0)
    assert [record.value for record in setting.broker.read("plain")] == [b"kept back", b"second"]


def test_each_effect_is_framed_by_its_points_with_the_clients_name(setting: Setting) -> None:
    setting.script.passed.clear()
    for point in ("send", "send_positions", "commit"):
        CALLS[point](setting)
    points = ["send", "send_positions", "commit"]
    assert setting.script.passed == [(f"{p}.{moment}", "slot") for p in points for moment in ("before", "after")]


@pytest.mark.parametrize("point", ["poll", "begin"])
def test_polls_and_begins_fail_as_unavailable(setting: Setting, point: str) -> None:
    setting.producer.abort()
    setting.script.arm(f"{point}.before", Action.FAIL)
    call: Callable[[], object] = setting.producer.begin if point == "begin" else lambda: setting.consumer.poll(0.0, 1)
    with pytest.raises(BrokerUnavailableError):
        call()


@pytest.mark.parametrize(
    ("point", "action"),
    [
        ("send.before", Action.LOSE_ANSWER),
        ("send.before", Action.DELAY),
        ("send.after", Action.FAIL),
        ("abort.before", Action.ABORT),
    ],
)
def test_an_action_that_cannot_happen_at_its_point_is_a_defect(setting: Setting, point: str, action: Action) -> None:
    setting.script.arm(point, action)
    with pytest.raises(MisuseError):
        CALLS[point.partition(".")[0]](setting)
