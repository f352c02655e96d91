"""The producers of the in-memory broker."""

from collections.abc import Mapping, Sequence
from enum import Enum

from processors.engine.broker import (
    BrokerUnavailableError,
    CommitUnknownError,
    GroupToken,
    Message,
    Position,
    TopicPartition,
    TransactionAbortedError,
)
from processors.engine.memory_broker.connection import Cluster, Connection
from processors.engine.memory_broker.faults import Action, MisuseError
from processors.engine.memory_broker.groups import MemberToken, RefusedCommitError


class _State(Enum):
    READY = "ready"
    OPEN = "open"
    BROKEN = "broken"  # only an abort may follow
    COMMITTING = "committing"  # only the same commit may follow
    CLOSED = "closed"


class MemoryTransactionalProducer:
    """One instance of a transactional id. Each call raises SlotFencedError once a later instance exists."""

    def __init__(self, cluster: Cluster, transactional_id: str) -> None:
        self._connection = Connection(cluster, transactional_id)
        self._coordinator = cluster.coordinator
        self._id = transactional_id
        if not cluster.available:
            raise BrokerUnavailableError(f"{transactional_id} cannot be initialised now")
        cluster.advance()
        self._epoch = self._coordinator.init(transactional_id)
        self._state = _State.READY

    def begin(self) -> None:
        """Open a transaction. Raises BrokerUnavailableError, SlotFencedError."""
        trouble = self._call("begin", {_State.READY})
        if trouble:
            raise BrokerUnavailableError("begin")
        self._state = _State.OPEN
        if self._connection.answer_lost("begin"):
            raise MisuseError("begin has no answer to lose")

    def send(self, messages: Sequence[Message]) -> None:
        """Add messages. Raises TransactionAbortedError, SlotFencedError."""
        if self._call("send", {_State.OPEN, _State.BROKEN}) or self._state is _State.BROKEN:
            raise self._broken("the messages were not delivered")
        if messages:
            transaction = self._coordinator.ongoing(self._id, self._epoch)
            self._connection.cluster.append(messages, transaction)
        if self._connection.answer_lost("send"):
            raise self._broken("the delivery was not acknowledged")

    def send_positions(self, positions: Mapping[TopicPartition, Position], token: GroupToken) -> None:
        """Add consumed positions. Raises TransactionAbortedError (a stale token too), SlotFencedError."""
        if not isinstance(token, MemberToken):
            raise TypeError(f"a token of another broker: {token!r}")
        if self._call("send_positions", {_State.OPEN, _State.BROKEN}) or self._state is _State.BROKEN:
            raise self._broken("the positions were not taken")
        if positions:
            try:
                self._connection.cluster.group(token.group).check(token, positions, transactional=True)
            except RefusedCommitError as refused:
                raise self._broken(str(refused)) from refused
            transaction = self._coordinator.ongoing(self._id, self._epoch)
            self._coordinator.add_positions(transaction, token.group, positions)
        if self._connection.answer_lost("send_positions"):
            raise self._broken("taking the positions was not acknowledged")

    def commit(self, timeout_s: float) -> None:  # noqa: ARG002  nothing waits here
        """Commit. Raises CommitUnknownError (call again), TransactionAbortedError, SlotFencedError."""
        trouble = self._call("commit", {_State.OPEN, _State.BROKEN, _State.COMMITTING})
        if self._state is _State.BROKEN:
            raise TransactionAbortedError("the transaction is broken: abort it")
        if trouble is Action.ABORT:
            raise self._broken("a message of the transaction was not delivered")
        self._state = _State.COMMITTING
        if trouble is Action.DELAY:
            self._coordinator.delay_commit(self._id, self._epoch)
        if trouble:
            raise CommitUnknownError("the commit was not answered")
        self._coordinator.end(self._id, self._epoch, commit=True)
        if self._connection.answer_lost("commit"):
            raise CommitUnknownError("the commit was not answered")
        self._state = _State.READY

    def abort(self) -> None:
        """Abort what is open, if anything. Raises BrokerUnavailableError, SlotFencedError."""
        if self._call("abort", {_State.READY, _State.OPEN, _State.BROKEN}):
            raise BrokerUnavailableError("abort")
        self._coordinator.end(self._id, self._epoch, commit=False)
        if self._connection.answer_lost("abort"):
            self._state = _State.BROKEN
            raise BrokerUnavailableError("the abort was not answered")
        self._state = _State.READY

    def close(self) -> None:
        """Give up the connection. What is open stays so until its time-out, or until the slot's next instance."""
        self._state = _State.CLOSED

    def _call(self, point: str, allowed: set[_State]) -> Action | None:
        if self._state not in allowed:
            raise MisuseError(f"{point} may not follow in the state {self._state.value} of {self._id}")
        trouble = self._connection.trouble_before(point)
        if self._connection.cluster.available:
            self._coordinator.check(self._id, self._epoch)
        return trouble

    def _broken(self, why: str) -> TransactionAbortedError:
        self._state = _State.BROKEN
        return TransactionAbortedError(why)


class MemoryPlainProducer:
    """A producer without transactions.

    Messages are written as they are sent; those that a fault or an outage keeps back wait for `flush`.
    """

    def __init__(self, cluster: Cluster, name: str) -> None:
        self._connection = Connection(cluster, name)
        self._waiting: list[Message] = []
        self._closed = False

    def send(self, messages: Sequence[Message]) -> None:
        """Hand messages over. Behind one that waits all wait, so that order is kept."""
        self._check_open()
        if self._connection.trouble_before("plain_send") or self._waiting:
            self._waiting.extend(messages)
        else:
            self._connection.cluster.append(messages, None)

    def flush(self, timeout_s: float) -> None:  # noqa: ARG002  nothing waits here
        """Deliver what waits. Raises BrokerUnavailableError; what was waiting is then given up, not kept."""
        self._check_open()
        waiting, self._waiting = self._waiting, []
        if self._connection.trouble_before("flush"):
            raise BrokerUnavailableError(f"{len(waiting)} messages were not delivered")
        self._connection.cluster.append(waiting, None)
        if self._connection.answer_lost("flush"):
            raise BrokerUnavailableError("deliveries were not acknowledged")

    def close(self) -> None:
        """Deliver what waits if that is possible now."""
        if self._connection.cluster.available and not self._closed:
            self._connection.cluster.append(self._waiting, None)
        self._waiting = []
        self._closed = True

    def _check_open(self) -> None:
        if self._closed:
            raise MisuseError(f"{self._connection.client} is closed")
