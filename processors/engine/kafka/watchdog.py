"""Ends the process when its owner thread has been inside one client call for too long.

librdkafka's `send_offsets_to_transaction` ignores its timeout and can hang for ever after an outage (issues 5456 and
5511 there). Nothing inside the process can free that thread; a new process can take the slot over.
"""

import faulthandler
import logging
import os
import threading
import time
from collections.abc import Callable
from types import TracebackType
from typing import Self

WATCHDOG_EXIT_CODE = 86

_log = logging.getLogger(__name__)


def _end_process(call: str, seconds: float) -> None:
    _log.critical("client call hangs, ending the process", extra={"client_call": call, "seconds": round(seconds, 1)})
    faulthandler.dump_traceback(all_threads=True)
    os._exit(WATCHDOG_EXIT_CODE)


class _Call:
    """One guarded call. Calls nest (a commit inside poll's callback); each end restarts the outer call's time."""

    __slots__ = ("_limit_s", "_name", "_watchdog")

    def __init__(self, watchdog: "Watchdog", name: str, limit_s: float) -> None:
        self._watchdog = watchdog
        self._name = name
        self._limit_s = limit_s

    def __enter__(self) -> None:
        self._watchdog.enter(self._name, self._limit_s)

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._watchdog.leave()


class Watchdog:
    """Watches the client calls of one owner thread: `with watchdog.call("send_offsets"): ...`."""

    def __init__(
        self,
        limit_s: float = 60.0,
        *,
        clock: Callable[[], float] = time.monotonic,
        on_expiry: Callable[[str, float], None] = _end_process,
    ) -> None:
        self._limit_s = limit_s
        self._clock = clock
        self._on_expiry = on_expiry
        self._calls: list[tuple[str, float]] = []
        # (name, limit, since) of the innermost call, replaced as one object: the watching thread takes no lock.
        self._current: tuple[str, float, float] | None = None
        self._stopped = threading.Event()
        self._thread: threading.Thread | None = None

    def call(self, name: str, limit_s: float | None = None) -> _Call:
        """A context in which the owner thread is inside the client, for `limit_s` at most (else the watchdog's)."""
        return _Call(self, name, self._limit_s if limit_s is None else limit_s)

    def enter(self, name: str, limit_s: float) -> None:
        """The owner thread goes into a client call."""
        self._calls.append((name, limit_s))
        self._current = (name, limit_s, self._clock())

    def leave(self) -> None:
        """The innermost client call has returned."""
        self._calls.pop()
        self._current = (*self._calls[-1], self._clock()) if self._calls else None

    def check(self) -> None:
        """Act when the innermost call is older than the limit."""
        current = self._current
        if current is None:
            return
        name, limit_s, since = current
        seconds = self._clock() - since
        if seconds >= limit_s:
            self._on_expiry(name, seconds)

    def start(self) -> Self:
        """Start the watching thread; it dies with the process."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._watch, name="kafka-watchdog", daemon=True)
            self._thread.start()
        return self

    def stop(self) -> None:
        """Stop watching."""
        self._stopped.set()
        if self._thread is not None:
            self._thread.join()

    def _watch(self) -> None:
        while not self._stopped.wait(min(1.0, self._limit_s / 4)):
            self.check()
