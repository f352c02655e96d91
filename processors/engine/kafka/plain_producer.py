"""Publishing without transactions: reliably in at_least_once mode, or lossily for ticks."""

import logging
import time
from collections.abc import Callable, Sequence
from typing import Any

from confluent_kafka import KafkaError, KafkaException
from confluent_kafka import Message as KafkaMessage
from confluent_kafka import Producer as Client

from processors.engine.broker import BrokerUnavailableError, Message
from processors.engine.kafka.client_config import lossy_config, reliable_config
from processors.engine.kafka.faults import MessageTooLargeError, describe, kafka_error
from processors.engine.kafka.partitions import Partitions
from processors.engine.kafka.settings import KafkaSettings
from processors.engine.kafka.watchdog import Watchdog

_log = logging.getLogger(__name__)
_TURN_S = 0.1
_CLOSE_S = 5.0


class KafkaPlainProducer:
    """Fulfils `processors.engine.broker.PlainProducer`: idempotent, acknowledged by all replicas, never silent.

    A message whose delivery failed makes the next `flush` raise; the caller then publishes again.
    """

    def __init__(
        self,
        settings: KafkaSettings,
        watchdog: Watchdog,
        *,
        client: Callable[[dict[str, Any]], Client] = Client,
    ) -> None:
        self._settings = settings
        self._watchdog = watchdog
        self._make_client = client
        self._partitions = Partitions()
        self._client: Client | None = None
        self._undelivered: list[KafkaError] = []

    def send(self, messages: Sequence[Message]) -> None:
        """Hand messages to the client's buffer; waits only while it is full.

        Raises BrokerUnavailableError when it stays full, MessageTooLargeError.
        """
        for message in messages:
            self._produce(message)

    def flush(self, timeout_s: float) -> None:
        """Wait until every message is acknowledged. Raises BrokerUnavailableError when one was not.

        One that was only not acknowledged in time stays in the buffer and may still arrive.
        """
        if self._client is None:
            return
        waiting = 0
        try:
            with self._watchdog.call("flush"):
                waiting = self._client.flush(timeout_s)
        except (KafkaException, SystemError) as exception:
            self._give_up(exception)
        if self._undelivered:
            failed, self._undelivered = self._undelivered, []
            raise BrokerUnavailableError(f"{len(failed)} messages were not delivered, the first: {describe(failed[0])}")
        if waiting:
            raise BrokerUnavailableError(f"{waiting} messages are not acknowledged after {timeout_s} s")

    def close(self) -> None:
        """Flush for a moment and give up the connection. Raises BrokerUnavailableError when messages are lost by it."""
        try:
            self.flush(_CLOSE_S)
        finally:
            # Not Client.close(): it would wait again, without an end, for a broker that is away.
            self._client = None

    def _produce(self, message: Message) -> None:
        deadline = time.monotonic() + self._settings.buffer_timeout_s
        while True:
            if self._client is None:
                self._client = self._make_client(dict(reliable_config(self._settings)))
            try:
                self._client.produce(
                    message.topic,
                    key=message.key,
                    value=message.value,
                    headers=list(message.headers),
                    partition=self._partitions.partition_of(self._client, message),
                    on_delivery=self._on_delivery,
                )
                self._client.poll(0)
            except BufferError as full:
                if time.monotonic() >= deadline:
                    limit = self._settings.buffer_timeout_s
                    raise BrokerUnavailableError(f"the send buffer has been full for {limit} s") from full
                with self._watchdog.call("poll"):
                    self._client.poll(_TURN_S)
            except (KafkaException, SystemError) as exception:
                error = kafka_error(exception)
                if error is not None and error.code() == KafkaError.MSG_SIZE_TOO_LARGE:
                    raise _too_large(message, self._settings) from exception
                self._give_up(exception)
            else:
                return

    def _on_delivery(self, error: KafkaError | None, _message: KafkaMessage) -> None:
        if error is not None:
            self._undelivered.append(error)

    def _give_up(self, exception: BaseException) -> None:
        """After a fatal error (the idempotent sequence is broken) only a new client can publish."""
        error = kafka_error(exception)
        reason = describe(error) if error is not None else repr(exception)
        self._client = None
        self._undelivered.clear()
        raise BrokerUnavailableError(f"the producer was given up, publish again: {reason}") from exception


class LossyProducer:
    """Fulfils `processors.engine.broker.PlainProducer` for ticks: never waits, and counts what it drops."""

    def __init__(self, settings: KafkaSettings, *, client: Callable[[dict[str, Any]], Client] = Client) -> None:
        self._client = client(dict(lossy_config(settings)))
        self._dropped = 0

    @property
    def dropped(self) -> int:
        """How many messages were dropped: no room in the buffer, or not delivered in time."""
        return self._dropped

    def send(self, messages: Sequence[Message]) -> None:
        """Hand messages to the client's buffer, or drop them."""
        for message in messages:
            try:
                self._client.produce(
                    message.topic,
                    key=message.key,
                    value=message.value,
                    headers=list(message.headers),
                    on_delivery=self._on_delivery,
                )
            except (BufferError, KafkaException):
                self._dropped += 1
        self._client.poll(0)

    def flush(self, timeout_s: float) -> None:
        """Wait for acknowledgements, but not for their success: a tick that is lost is lost."""
        self._client.flush(timeout_s)

    def close(self) -> None:
        """Flush for a moment and give up the connection."""
        self._client.flush(1.0)
        self._client.purge()

    def _on_delivery(self, error: KafkaError | None, _message: KafkaMessage) -> None:
        if error is not None:
            self._dropped += 1


def _too_large(message: Message, settings: KafkaSettings) -> MessageTooLargeError:
    size = len(message.value or b"") + len(message.key or b"")
    return MessageTooLargeError(
        f"a message of {size} bytes to {message.topic} is over the limit of {settings.message_max_bytes} bytes"
    )
