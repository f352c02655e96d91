"""Groups in memory: what the behavioural suite cannot force on a real broker."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from processors.engine.broker import (
    BrokerUnavailableError,
    Message,
    Position,
    TopicPartition,
    TransactionAbortedError,
)
from processors.engine.memory_broker import MemberToken, MemoryBroker, MemoryConsumer, MisuseError, Timeouts

TOPIC = "topic"
FIRST = TopicPartition(TOPIC, 0)


@dataclass(eq=False)
class App:
    consumer: MemoryConsumer
    held: set[TopicPartition] = field(default_factory=set)
    callbacks: list[str] = field(default_factory=list)
    kept: MemberToken | None = None
    crash_in: str = ""

    def on_assign(self, positions: Mapping[TopicPartition, Position | None]) -> None:
        assert not self.held & positions.keys()
        self.note("assign")
        self.held |= positions.keys()

    def on_revoke(self, partitions: Sequence[TopicPartition]) -> None:
        self.note("revoke")
        self.held -= set(partitions)

    def on_lost(self, partitions: Sequence[TopicPartition]) -> None:
        self.note("lost")
        self.held -= set(partitions)

    def note(self, callback: str) -> None:
        if self.crash_in == callback:
            raise KeyboardInterrupt
        self.callbacks.append(callback)
        self.kept = self.consumer.group_token()

    @property
    def token(self) -> MemberToken:
        assert self.kept is not None
        return self.kept


class World:
    """A broker with one topic of four partitions, and the clock."""

    def __init__(self, timeouts: Timeouts | None = None) -> None:
        self.now_ms = 0
        self.broker = MemoryBroker(lambda: self.now_ms, timeouts=timeouts or Timeouts())
        self.broker.create_topic(TOPIC, 4)
        self.producer = self.broker.transactional_producer("slot")

    def app(self, name: str) -> App:
        app = App(self.broker.consumer("group", name))
        app.consumer.subscribe([TOPIC], app)
        return app

    def commits(self, token: MemberToken, offset: int = 1) -> bool:
        self.producer.begin()
        try:
            self.producer.send_positions({FIRST: Position(offset, "")}, token)
            self.producer.commit(1.0)
        except TransactionAbortedError:
            self.producer.abort()
            return False
        return True


def poll(*apps: App, rounds: int = 6) -> None:
    for _ in range(rounds):
        for app in apps:
            app.consumer.poll(0.0, 10)


def test_fresh_metadata_of_a_returning_zombie_defeats_fencing() -> None:
    world = World()
    zombie, owner = world.app("zombie"), world.app("owner")
    poll(zombie, owner)
    kept = zombie.token
    world.broker.expire_member(zombie.consumer)
    poll(owner)
    assert owner.held == set(world.broker.partitions(TOPIC))
    assert not world.commits(zombie.consumer.group_token())  # its client has not noticed yet

    world.broker.rejoin_in_background(zombie.consumer)
    assert zombie.held  # no callback has run
    assert world.commits(zombie.consumer.group_token(), offset=3)  # the hazard: what an engine must not send
    assert not world.commits(kept)


def test_a_client_that_is_between_memberships_has_a_token_that_nobody_checks() -> None:
    world = World()
    zombie, slow = world.app("zombie"), world.app("slow")
    poll(zombie, slow)
    world.broker.expire_member(zombie.consumer)  # `slow` has a callback outstanding, so no rebalance can complete
    world.broker.rejoin_in_background(zombie.consumer)
    token = zombie.consumer.group_token()
    assert token == MemberToken("group", "", -1)
    assert world.commits(token)
    with pytest.raises(TransactionAbortedError, match="UNKNOWN_MEMBER_ID"):
        zombie.consumer.commit({FIRST: Position(2, "")})


def test_an_expired_member_is_refused_also_while_the_generation_has_not_moved_on() -> None:
    world = World()
    zombie, _slow = world.app("zombie"), world.app("slow")
    poll(zombie)  # `_slow` has not run its callback: the next rebalance cannot complete
    assert world.commits(zombie.token)
    world.broker.expire_member(zombie.consumer)
    assert world.broker.group("group").generation == zombie.token.generation
    assert not world.commits(zombie.token)


def test_a_member_that_does_not_poll_holds_the_rebalance_up_until_it_is_expired() -> None:
    world = World()
    stuck, second = world.app("stuck"), world.app("second")
    poll(second)
    third = world.app("third")
    poll(second, third)
    assert (second.held, third.held) == (set(), set())
    world.broker.expire_member(stuck.consumer)
    poll(second, third)
    assert len(second.held) == len(third.held) == 2


def test_a_dead_member_keeps_its_partitions_until_its_session_ends() -> None:
    world = World(Timeouts(session_ms=10_000))
    dead, other = world.app("dead"), world.app("other")
    poll(dead, other)
    world.broker.kill_consumer(dead.consumer)
    world.now_ms = 9_999
    poll(other)
    assert len(other.held) == 2
    world.now_ms = 10_000
    poll(other)
    assert len(other.held) == 4
    assert dead.callbacks.count("lost") == 0


def test_a_member_that_polls_too_seldom_is_expired_by_the_clock() -> None:
    world = World(Timeouts(max_poll_interval_ms=1_000))
    slow, other = world.app("slow"), world.app("other")
    poll(slow, other)
    for world.now_ms in range(0, 2_000, 500):
        poll(other)
    assert len(other.held) == 4
    poll(slow, other)
    assert (slow.callbacks.count("lost"), len(slow.held), len(other.held)) == (1, 2, 2)


def test_calls_of_a_dead_process_are_a_defect() -> None:
    world = World()
    dead = world.app("dead")
    world.broker.kill_consumer(dead.consumer)
    with pytest.raises(MisuseError):
        dead.consumer.poll(0.0, 1)


@pytest.mark.parametrize("callback", ["revoke", "assign"])
def test_a_crash_in_a_callback_passes_through_and_gives_nothing_away(callback: str) -> None:
    world = World()
    first = world.app("first")
    if callback == "revoke":
        poll(first)
    first.crash_in = callback
    second = world.app("second")
    with pytest.raises(KeyboardInterrupt):
        poll(first)
    world.broker.kill_consumer(first.consumer)
    poll(second)
    assert second.held == set()
    world.broker.expire_member(first.consumer)
    poll(second)
    assert len(second.held) == 4


def test_closing_while_the_broker_is_away_leaves_the_session_to_its_end() -> None:
    world = World(Timeouts(session_ms=5_000))
    leaver, other = world.app("leaver"), world.app("other")
    poll(leaver, other)
    world.broker.available = False
    leaver.consumer.close()
    world.broker.available = True
    poll(other)
    assert len(other.held) == 2
    world.now_ms = 5_000
    poll(other)
    assert len(other.held) == 4


def test_a_zombie_that_closes_hears_that_it_lost_everything() -> None:
    world = World()
    zombie = world.app("zombie")
    poll(zombie)
    world.broker.expire_member(zombie.consumer)
    zombie.consumer.close()
    assert zombie.callbacks[-1] == "lost"


def test_subscribing_while_the_broker_is_away_joins_with_the_first_poll_that_reaches_it() -> None:
    world = World()
    world.broker.available = False
    app = world.app("app")
    with pytest.raises(BrokerUnavailableError):
        app.consumer.poll(0.0, 1)
    world.broker.available = True
    poll(app)
    assert len(app.held) == 4


def test_a_topic_made_later_is_given_to_its_subscribers() -> None:
    world = World()
    app = App(world.broker.consumer("group", "app"))
    app.consumer.subscribe([TOPIC, "later"], app)
    poll(app)
    world.broker.create_topic("later", 2)
    poll(app)
    assert {p for p in app.held if p.topic == "later"} == set(world.broker.partitions("later"))


def test_a_recreated_topic_is_read_from_its_start_without_the_old_positions() -> None:
    world = World()
    app = world.app("app")
    plain = world.broker.plain_producer("plain")
    plain.send([Message(TOPIC, b"21", str(n).encode()) for n in range(5)])
    poll(app)
    app.consumer.commit(dict.fromkeys(world.broker.partitions(TOPIC), Position(5, "")))
    world.broker.delete_topic(TOPIC)
    world.broker.create_topic(TOPIC, 4)
    plain.send([Message(TOPIC, b"21", b"new")])
    assert world.broker.committed("group") == {}
    found = [record.value for _ in range(4) for record in app.consumer.poll(0.0, 10)]
    assert found == [b"new"]
    assert app.callbacks.count("revoke") == 1


def test_metadata_that_is_too_long_is_refused() -> None:
    world = World()
    app = world.app("app")
    poll(app)
    app.consumer.commit({FIRST: Position(1, "x" * 4095)})
    with pytest.raises(TransactionAbortedError, match="OFFSET_METADATA_TOO_LARGE"):
        app.consumer.commit({FIRST: Position(2, "x" * 4096)})


def test_pausing_what_is_not_held_is_a_defect() -> None:
    world = World()
    app = world.app("app")
    with pytest.raises(MisuseError):
        app.consumer.pause([FIRST])


def test_reading_takes_turns_over_the_partitions() -> None:
    world = World()
    app = world.app("app")
    world.broker.plain_producer("plain").send([Message(TOPIC, None, b"v") for _ in range(40)])
    assert sorted(r.partition for r in app.consumer.poll(0.0, 8)) == [0, 0, 1, 1, 2, 2, 3, 3]
    assert [r.partition for r in app.consumer.poll(0.0, 2)] == [0, 1]
    assert [r.partition for r in app.consumer.poll(0.0, 2)] == [2, 3]


moves = st.lists(
    st.tuples(
        st.sampled_from(["join", "close", "kill", "expire", "rejoin", "poll", "poll", "poll"]), st.integers(0, 4)
    ),
    max_size=40,
)


@given(moves)
@settings(deadline=None)
def test_no_partition_is_ever_held_by_two_members_that_the_group_knows(script: list[tuple[str, int]]) -> None:
    world = World(Timeouts(session_ms=None))
    apps: dict[int, App] = {}
    zombies: set[int] = set()  # expired, and not polled since
    rejoined: set[int] = set()  # those of them whose client thread knows
    dead: list[App] = []
    for number, (move, who) in enumerate(script):
        app = apps.get(who)
        if move == "join" and app is None:
            apps[who] = world.app(f"app-{who}-{number}")
        elif app is not None and move in {"close", "kill"}:
            if move == "close":
                app.consumer.close()
            else:
                world.broker.kill_consumer(app.consumer)
                dead.append(app)
            del apps[who]
            zombies.discard(who)
            rejoined.discard(who)
        elif app is not None and move == "expire":
            world.broker.expire_member(app.consumer)
            zombies.add(who)
            rejoined.discard(who)
        elif app is not None and move == "rejoin" and who in zombies - rejoined:
            believed = set(app.held)
            world.broker.rejoin_in_background(app.consumer)
            rejoined.add(who)
            assert app.held == believed
        elif app is not None and move == "poll":
            app.consumer.poll(0.0, 3)
            zombies.discard(who)
            rejoined.discard(who)
        held = [p for n, a in apps.items() if n not in zombies for p in a.held]
        assert len(held) == len(set(held))

    for app in dead:
        world.broker.expire_member(app.consumer)
    poll(*apps.values(), rounds=12)
    held = sorted(p for app in apps.values() for p in app.held)
    assert held == (world.broker.partitions(TOPIC) if apps else [])
    sizes = [len(app.held) for app in apps.values()]
    assert max(sizes, default=0) - min(sizes, default=0) <= 1
    for app in apps.values():
        assert world.commits(app.token)
