"""Outputs and consumed positions as one Kafka transaction, with every known way in which librdkafka can fail."""

import logging
import time
from collections.abc import Callable, Mapping, Sequence
from enum import Enum, auto
from typing import Any, Never

from confluent_kafka import KafkaError, KafkaException
from confluent_kafka import Message as KafkaMessage
from confluent_kafka import Producer as Client

from processors.engine.broker import (
    BrokerError,
    BrokerUnavailableError,
    CommitUnknownError,
    GroupToken,
    Message,
    Position,
    SlotFencedError,
    TopicPartition,
    TransactionAbortedError,
)
from processors.engine.kafka.client_config import transactional_config
from processors.engine.kafka.consumer import KafkaGroupToken
from processors.engine.kafka.faults import Fault, MessageTooLargeError, describe, kafka_error, transaction_fault
from processors.engine.kafka.partitions import Partitions
from processors.engine.kafka.records import with_positions
from processors.engine.kafka.settings import KafkaSettings
from processors.engine.kafka.split_consumer import SplitGroupToken
from processors.engine.kafka.watchdog import Watchdog

_log = logging.getLogger(__name__)
_TURN_S = 0.1  # how long to wait for room in a full buffer, or before asking a coordinator that is not ready again


class _State(Enum):
    IDLE = auto()  # no transaction
    OPEN = auto()
    COMMITTING = auto()  # a commit was not answered: only commit may follow
    DOOMED = auto()  # only abort may follow


class KafkaTransactionalProducer:
    """Fulfils `processors.engine.broker.TransactionalProducer`. Every call comes from the thread that owns it.

    The client is made at the first `begin`, and again after a fatal error that is no fencing; initialising aborts what
    an earlier one left open. After a fencing every call raises SlotFencedError: two processes that keep initialising
    one transactional id would fence each other for ever.

    `send_offsets_to_transaction` is never repeated: it can hang for ever when called again after its own "retriable"
    error. Any error of it dooms the transaction.
    """

    def __init__(
        self,
        settings: KafkaSettings,
        transactional_id: str,
        watchdog: Watchdog,
        *,
        client: Callable[[dict[str, Any]], Client] = Client,
    ) -> None:
        self._settings = settings
        self._transactional_id = transactional_id
        self._watchdog = watchdog
        self._make_client = client
        self._partitions = Partitions()
        self._client: Client | None = None
        self._state = _State.IDLE
        self._doom = ""
        self._undelivered: KafkaError | None = None
        self._fenced: str | None = None

    def begin(self) -> None:
        """Open a transaction. Raises BrokerUnavailableError, SlotFencedError."""
        self._raise_if_fenced()
        if self._state is not _State.IDLE:
            raise RuntimeError(f"begin in state {self._state.name}: commit or abort the transaction first")
        client = self._client or self._initialised()
        self._undelivered = None
        try:
            client.begin_transaction()
        except KafkaException as exception:
            if self._fault_of(exception) is not Fault.BROKEN:
                raise BrokerUnavailableError(f"no transaction can begin: {_reason(exception)}") from exception
            # A fatal error that came between two transactions.
            self._drop_client()
            self._initialised().begin_transaction()
        self._state = _State.OPEN

    def send(self, messages: Sequence[Message]) -> None:
        """Add messages. Raises TransactionAbortedError, SlotFencedError, MessageTooLargeError."""
        client = self._open_client()
        for message in messages:
            self._produce(client, message)

    def send_positions(self, positions: Mapping[TopicPartition, Position], token: GroupToken) -> None:
        """Add consumed positions. Raises TransactionAbortedError (a stale token too), SlotFencedError."""
        client = self._open_client()
        if not positions:
            return
        if isinstance(token, SplitGroupToken):
            for part, its_token in token.parts(positions):
                self.send_positions(part, its_token)
            return
        if not isinstance(token, KafkaGroupToken):
            raise TypeError(f"expected a KafkaGroupToken of KafkaConsumer.group_token, got {type(token).__name__}")
        try:
            with self._watchdog.call("send_offsets", self._settings.positions_limit_s):
                client.send_offsets_to_transaction(
                    with_positions(positions), token.metadata, self._settings.positions_timeout_s
                )
        except (KafkaException, SystemError) as exception:
            self._fail(exception, "positions were refused")

    def commit(self, timeout_s: float) -> None:
        """Commit. Raises CommitUnknownError (call again), TransactionAbortedError, SlotFencedError."""
        self._raise_if_fenced()
        if self._state is not _State.COMMITTING:
            client = self._open_client()
        elif self._client is not None:
            client = self._client
        try:
            with self._watchdog.call("commit_transaction"):
                _again_if_garbled(client.commit_transaction, timeout_s)
        except (KafkaException, SystemError) as exception:
            fault = self._fault_of(exception)
            if fault is Fault.AGAIN:
                self._state = _State.COMMITTING
                raise CommitUnknownError(f"the commit was not answered: {_reason(exception)}") from exception
            error = kafka_error(exception)
            if fault is Fault.BROKEN and (error is None or error.code() != KafkaError.INVALID_TXN_STATE):
                # INVALID_TXN_STATE says that nothing was committed; of the others an earlier attempt may have been.
                raise BrokerError(f"the commit's fate is unknown and stays so: {_reason(exception)}") from exception
            self._fail(exception, "the commit was refused")
        self._state = _State.IDLE

    def abort(self) -> None:
        """Abort what is open, if anything. Raises BrokerUnavailableError (call again), SlotFencedError."""
        self._raise_if_fenced()
        if self._state is _State.IDLE:
            return
        if self._state is _State.COMMITTING:
            raise CommitUnknownError("the last commit is not answered: it can only be committed again, not aborted")
        self._state = _State.DOOMED
        if self._client is not None:
            self._abort(self._client)
        self._state = _State.IDLE

    def close(self) -> None:
        """Give up the connection; what is open is aborted by the coordinator."""
        self._drop_client()
        self._state = _State.IDLE

    # -- the client's life -------------------------------------------------------------------------------------------

    def _initialised(self) -> Client:
        """A client that owns the transactional id, or an error; a half-made one is thrown away."""
        config: dict[str, Any] = dict(transactional_config(self._settings, self._transactional_id))
        client = self._make_client(config)
        deadline = time.monotonic() + self._settings.init_timeout_s
        while True:
            remaining = deadline - time.monotonic()
            try:
                with self._watchdog.call("init_transactions"):
                    _again_if_garbled(client.init_transactions, max(remaining, 0.1))
            except (KafkaException, SystemError) as exception:
                fault = self._fault_of(exception)
                if fault is Fault.AGAIN and remaining > 0:
                    time.sleep(_TURN_S)
                    continue
                raise BrokerUnavailableError(
                    f"transactional id {self._transactional_id} cannot be initialised: {_reason(exception)}"
                ) from exception
            self._client = client
            return client

    def _drop_client(self) -> None:
        # Not Client.close(): it aborts first, waits minutes for a broker that is away, and raises when fenced.
        # Without a reference the client ends at once; the coordinator, or the next initialisation, aborts for it.
        self._client = None

    def _abort(self, client: Client) -> None:
        deadline = time.monotonic() + self._settings.abort_timeout_s
        while True:
            remaining = deadline - time.monotonic()
            try:
                with self._watchdog.call("abort_transaction"):
                    _again_if_garbled(client.abort_transaction, max(remaining, 0.1))
            except (KafkaException, SystemError) as exception:
                fault = self._fault_of(exception)
                if fault is Fault.AGAIN and remaining > 0:
                    time.sleep(_TURN_S)
                    continue
                if fault is Fault.AGAIN:
                    raise BrokerUnavailableError(f"the abort was not answered: {_reason(exception)}") from exception
                # A client that cannot abort is given up: the next one's initialisation aborts for it.
                _log.warning("transactional client given up", extra={"reason": _reason(exception)})
                self._drop_client()
            return

    # -- one call ----------------------------------------------------------------------------------------------------

    def _produce(self, client: Client, message: Message) -> None:
        deadline = time.monotonic() + self._settings.buffer_timeout_s
        while True:
            self._raise_if_undelivered()
            try:
                client.produce(
                    message.topic,
                    key=message.key,
                    value=message.value,
                    headers=list(message.headers),
                    partition=self._partitions.partition_of(client, message),
                    on_delivery=self._on_delivery,
                )
            except BufferError as full:
                if time.monotonic() >= deadline:
                    self._doomed("the send buffer stayed full", full)
                with self._watchdog.call("poll"):
                    client.poll(_TURN_S)
            except (KafkaException, SystemError) as exception:
                error = kafka_error(exception)
                if error is not None and error.code() == KafkaError.MSG_SIZE_TOO_LARGE:
                    raise self._too_large(message) from exception
                self._fail(exception, f"a message to {message.topic} was refused")
            else:
                return

    def _too_large(self, message: Message) -> MessageTooLargeError:
        self._state = _State.DOOMED
        self._doom = "a message is too large"
        size = len(message.value or b"") + len(message.key or b"")
        limit = self._settings.message_max_bytes
        return MessageTooLargeError(f"a message of {size} bytes to {message.topic} is over the limit of {limit} bytes")

    def _on_delivery(self, error: KafkaError | None, _message: KafkaMessage) -> None:
        # Purged messages are the consequence of an abort, not a reason for one.
        purged = (KafkaError._PURGE_QUEUE, KafkaError._PURGE_INFLIGHT)  # noqa: SLF001 - librdkafka's own codes
        if error is not None and self._undelivered is None and error.code() not in purged:
            self._undelivered = error

    def _fault_of(self, exception: BaseException) -> Fault:
        """Classify, and remember a fencing: SlotFencedError then comes from this and every later call."""
        error = kafka_error(exception)
        if error is None:
            return Fault.ABORT
        fault = transaction_fault(error)
        if fault is Fault.FENCED:
            self._fenced = (
                f"transactional id {self._transactional_id} belongs to another process, or its transaction overran "
                f"{self._settings.transaction_timeout_ms} ms: {describe(error)}"
            )
            raise SlotFencedError(self._fenced) from exception
        return fault

    def _fail(self, exception: BaseException, what: str) -> Never:
        if self._fault_of(exception) is Fault.BROKEN:
            self._drop_client()
        self._doomed(f"{what}: {_reason(exception)}", exception)

    def _doomed(self, reason: str, cause: BaseException | None) -> Never:
        self._state = _State.DOOMED
        self._doom = reason
        raise TransactionAbortedError(reason) from cause

    def _open_client(self) -> Client:
        self._raise_if_fenced()
        if self._state is _State.DOOMED:
            raise TransactionAbortedError(self._doom)
        if self._state is not _State.OPEN or self._client is None:
            raise RuntimeError(f"no transaction is open (state {self._state.name}): begin one first")
        self._raise_if_undelivered()
        return self._client

    def _raise_if_undelivered(self) -> None:
        if self._undelivered is not None:
            self._doomed(f"a message was not delivered: {describe(self._undelivered)}", None)

    def _raise_if_fenced(self) -> None:
        if self._fenced is not None:
            raise SlotFencedError(self._fenced)


def _reason(exception: BaseException) -> str:
    error = kafka_error(exception)
    return describe(error) if error is not None else repr(exception)


def _again_if_garbled(call: Callable[[float], None], timeout_s: float) -> None:
    """Make a repeatable call once more where the binding garbled its outcome; the client then tells it plainly.

    A fatal error sets a Python exception inside the client's event loop, and a callback that runs after it in the same
    call turns it into a SystemError.
    """
    try:
        call(timeout_s)
    except SystemError as garbled:
        if kafka_error(garbled) is not None:
            raise
        _log.warning("client call garbled, making it again", extra={"reason": repr(garbled)})
        call(timeout_s)
