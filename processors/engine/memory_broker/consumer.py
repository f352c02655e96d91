"""The consumer of the in-memory broker: callbacks inside `poll`, membership that changes behind the application."""

from collections.abc import Iterable, Mapping, Sequence

from processors.engine.broker import (
    BrokerUnavailableError,
    ConsumedRecord,
    Position,
    RebalanceListener,
    TopicPartition,
    TransactionAbortedError,
)
from processors.engine.memory_broker.connection import Cluster, Connection
from processors.engine.memory_broker.faults import MisuseError
from processors.engine.memory_broker.groups import Group, Member, MemberToken, Rebalance, RefusedCommitError


class MemoryConsumer:
    """One member of a group."""

    def __init__(self, cluster: Cluster, group: Group, name: str) -> None:
        self._connection = Connection(cluster, name)
        self._cluster = cluster
        self._group = group
        self._name = name
        self._topics: tuple[str, ...] = ()
        self._listener: RebalanceListener | None = None
        self._member: Member | None = None
        self._reading: dict[TopicPartition, int] = {}  # what the application holds, and the next offset of each
        self._paused: set[TopicPartition] = set()
        self._lost = False  # what the application holds is another's, and it has not been told
        self._last_served: TopicPartition | None = None
        self._last_poll_ms = cluster.clock_ms()
        self._died_ms: int | None = None
        self._closed = False

    @property
    def name(self) -> str:
        """What tells this consumer apart."""
        return self._name

    @property
    def assignment(self) -> tuple[TopicPartition, ...]:
        """What the application believes that it holds."""
        return tuple(sorted(self._reading))

    @property
    def gone(self) -> bool:
        """Whether it will neither call again nor be a member."""
        ended = self._closed or self._died_ms is not None
        return ended and (self._member is None or self._member.expired)

    def subscribe(self, topics: Sequence[str], listener: RebalanceListener) -> None:
        """Join the group for these topics; when the broker is away, the next `poll` does."""
        self._check_alive()
        if self._listener is not None:
            raise MisuseError(f"{self._name} has subscribed already")
        self._topics, self._listener = tuple(topics), listener
        if self._cluster.available:
            self._cluster.advance()
            self._member = self._group.join(self._name, self._topics)

    def poll(self, timeout_s: float, max_records: int) -> list[ConsumedRecord]:  # noqa: ARG002  nothing waits here
        """Run pending callbacks, then return up to `max_records`, in turns over the partitions. Never waits.

        Raises BrokerUnavailableError, and what the listener raises: its callback is then due again.
        """
        self._check_alive()
        if self._listener is None:
            raise MisuseError(f"{self._name} polls without a subscription")
        if self._connection.trouble_before("poll"):
            raise BrokerUnavailableError("poll")
        self._last_poll_ms = self._cluster.clock_ms()
        self._run_callbacks(self._listener)
        found = self._fetch(max_records)
        if self._connection.answer_lost("poll"):
            raise MisuseError("poll has no answer to lose: records that the client has are returned")
        return found

    def pause(self, partitions: Iterable[TopicPartition]) -> None:
        """Stop fetching these assigned partitions."""
        self._paused |= self._held(partitions)

    def resume(self, partitions: Iterable[TopicPartition]) -> None:
        """Fetch these assigned partitions again, from where reading stopped."""
        self._paused -= self._held(partitions)

    def group_token(self) -> MemberToken:
        """The membership as the client's own thread knows it now, which may be ahead of the callbacks."""
        self._check_alive()
        if self._member is None or self._member.generation < 0:
            return MemberToken(self._group.name, "", -1)
        return MemberToken(self._group.name, self._member.member_id, self._member.generation)

    def commit(self, positions: Mapping[TopicPartition, Position]) -> None:
        """Commit outside of a transaction. Raises BrokerUnavailableError, TransactionAbortedError (refused)."""
        self._check_alive()
        if self._connection.trouble_before("offset_commit"):
            raise BrokerUnavailableError("commit")
        try:
            self._group.check(self.group_token(), positions, transactional=False)
        except RefusedCommitError as refused:
            raise TransactionAbortedError(str(refused)) from refused
        self._group.positions.update(positions)
        if self._connection.answer_lost("offset_commit"):
            raise BrokerUnavailableError("the commit was not answered")

    def incarnation(self, topic: str) -> str:
        """The identity of this topic's life. Raises BrokerUnavailableError."""
        self._check_alive()
        if not self._cluster.available:
            raise BrokerUnavailableError("incarnation")
        return self._cluster.incarnation(topic)

    def close(self) -> None:
        """Leave the group; runs `on_revoke` for what is held (`on_lost` if it is another's already)."""
        if self._closed:
            return
        self._check_alive()
        if self._listener is not None and self._reading:
            if self._is_lost():
                self._listener.on_lost(sorted(self._reading))
            else:
                self._listener.on_revoke(sorted(self._reading))
        self._drop(list(self._reading))
        self._closed = True
        if self._member is not None:
            if self._cluster.available:
                self._group.remove(self._member)
            else:
                self._died_ms = self._cluster.clock_ms()  # it could not say goodbye: its session has to end

    # -- what happens to the client

    def die(self) -> None:
        """The process is gone: every later call is a defect of the test."""
        self._died_ms = self._cluster.clock_ms()

    def expire(self) -> None:
        """The coordinator removes the member; the client does not know."""
        if self._member is not None:
            self._group.remove(self._member)

    def expire_by(self, now_ms: int, session_ms: int | None, max_poll_interval_ms: int | None) -> None:
        """End the membership if the session of a dead process is over, or if a living one has not polled for long."""
        if self._member is None or self._member.expired:
            return
        if self._died_ms is not None:
            over = session_ms is not None and now_ms - self._died_ms >= session_ms
        else:
            over = max_poll_interval_ms is not None and now_ms - self._last_poll_ms > max_poll_interval_ms
        if over:
            self.expire()

    def rejoin_in_background(self) -> None:
        """The client's own thread finds that the member was expired, and joins again under a new id."""
        if self._member is None or not self._member.expired:
            raise MisuseError(f"{self._name} was not expired")
        self._lost = True
        self._member = self._group.join(self._name, self._topics)

    # -- inside poll

    def _run_callbacks(self, listener: RebalanceListener) -> None:
        if self._is_lost():
            if self._reading:
                listener.on_lost(sorted(self._reading))
                self._drop(list(self._reading))
            self._lost = False
        if self._member is None or self._member.expired:
            self._member = self._group.join(self._name, self._topics)
        rebalance = self._member.rebalance
        if rebalance is None:
            return
        leaving = sorted(rebalance.revoked & self._reading.keys())
        if leaving:
            listener.on_revoke(leaving)
            self._drop(leaving)
        if rebalance.assigned or not rebalance.revoked:
            self._assign_what_is_stable(rebalance, listener)
        if not rebalance.assigned:
            self._group.callbacks_ran(self._member)

    def _assign_what_is_stable(self, rebalance: Rebalance, listener: RebalanceListener) -> None:
        # A position in an open transaction may still change where reading starts: that partition has to wait for it.
        stable = sorted(p for p in rebalance.assigned if self._group.is_stable(p))
        if rebalance.answered and not stable:
            return
        positions = {p: self._group.positions.get(p) for p in stable}
        for partition, position in positions.items():
            log = self._cluster.log(partition)
            earliest = log.start if log is not None else 0
            self._reading[partition] = position.offset if position is not None else earliest
        listener.on_assign(positions)
        rebalance.assigned.difference_update(stable)
        rebalance.answered = True

    def _fetch(self, max_records: int) -> list[ConsumedRecord]:
        held = sorted(self._reading.keys() - self._paused)
        after = [p for p in held if self._last_served is not None and p > self._last_served]
        turn = after + held[: len(held) - len(after)]
        found: list[ConsumedRecord] = []
        while turn and len(found) < max_records:
            partition = turn.pop(0)
            record = self._next_record(partition)
            if record is not None:
                found.append(record)
                self._reading[partition] = record.offset + 1
                self._last_served = partition
                turn.append(partition)
        return found

    def _next_record(self, partition: TopicPartition) -> ConsumedRecord | None:
        log = self._cluster.log(partition)
        if log is None:
            return None
        if self._reading[partition] > log.end:  # the topic was created anew: auto.offset.reset=earliest
            self._reading[partition] = log.start
        return log.next_visible(self._reading[partition])

    def _is_lost(self) -> bool:
        return self._lost or (self._member is not None and self._member.expired)

    def _drop(self, partitions: Iterable[TopicPartition]) -> None:
        for partition in partitions:
            del self._reading[partition]
            self._paused.discard(partition)

    def _held(self, partitions: Iterable[TopicPartition]) -> set[TopicPartition]:
        self._check_alive()
        wanted = set(partitions)
        if not wanted <= self._reading.keys():
            raise MisuseError(f"{self._name} does not hold {sorted(wanted - self._reading.keys())}")
        return wanted

    def _check_alive(self) -> None:
        if self._closed or self._died_ms is not None:
            raise MisuseError(f"{self._name} is dead or closed")
