"""Whether the broker answers, from what librdkafka reports about its connections."""

import logging
import time
from collections.abc import Callable

from confluent_kafka import KafkaError

_log = logging.getLogger(__name__)
_DOWN = frozenset(
    {
        KafkaError._ALL_BROKERS_DOWN,  # noqa: SLF001 - librdkafka's own codes begin with an underscore
        KafkaError._AUTHENTICATION,  # noqa: SLF001
        KafkaError._SSL,  # noqa: SLF001
    }
)
# Twice the slowest reconnect of `client_config`: while a broker is down, failed attempts follow each other faster.
_QUIET_S = 2.0


class Connectivity:
    """Remembers an outage from the first "all brokers down" until no attempt has failed for 2 s.

    librdkafka reports the outage once, then only each failed attempt, and never that it is over.
    """

    def __init__(self, client: str, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._client = client
        self._clock = clock
        self._reason: str | None = None
        self._failed_at = 0.0

    def on_error(self, error: KafkaError) -> None:
        """Take an error of the client; made to be its `error_cb`."""
        self._failed_at = self._clock()
        if self._reason is None and error.code() in _DOWN:
            self._reason = f"{error.name()}: {error.str()}"
            _log.warning("broker unreachable", extra={"client": self._client, "reason": self._reason})

    def works(self) -> None:
        """Something was received: the outage is over."""
        if self._reason is not None:
            _log.info("broker reachable again", extra={"client": self._client})
            self._reason = None

    def problem(self) -> str | None:
        """Why the broker cannot be reached, or None."""
        if self._reason is not None and self._clock() - self._failed_at >= _QUIET_S:
            self.works()
        return self._reason
