"""The program of a child process: import a stage's `run`, warm up, then work off batches until the worker is gone."""

import errno
import importlib
import json
import logging
import math
import os
import signal
import socket
import sys
import threading
import time
import traceback
from collections.abc import Callable, Sequence
from types import FrameType
from typing import Any

from processors.engine.children import WorkCancelled
from processors.engine.children.isolation import cpu_seconds, descendants, end_leftovers, limit, tie_to_worker
from processors.engine.children.wire import FrameReader, encode_frame, pack_result, unpack_item
from processors.engine.work import FailureKind, Run, StageError, WorkDone, WorkFailed, WorkItem, WorkResult

TICK_INTERVAL_S = 0.1
# How C++ libraries report that an allocation was refused: an exception of their own, with one of these in its text.
_ALLOCATION_REFUSED = ("bad_alloc", "Insufficient memory", "Cannot allocate memory")

_log = logging.getLogger("processors.engine.children")


class JsonLines(logging.Formatter):
    """A log record, traceback included, as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        """The line, without its end."""
        line: dict[str, Any] = {"level": record.levelname.lower(), "logger": record.name, "event": record.getMessage()}
        line["pid"] = record.process
        refs = getattr(record, "refs", None)
        if refs is not None:
            line["refs"] = refs
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line)


class CancelSwitch:
    """Turns SIGTERM into WorkCancelled, but only inside of a stage's `run` and never in the middle of a message."""

    def __init__(self) -> None:
        self.armed = False
        self._shields = 0
        self._pending = False
        signal.signal(signal.SIGTERM, self._on_signal)

    def _on_signal(self, _number: int, _frame: FrameType | None) -> None:
        if not self.armed:
            return  # between two batches: the worker has its answer already, or asks again
        if self._shields:
            self._pending = True
            return
        self.armed = False  # once is enough: what cleans up after it must not be interrupted again
        raise WorkCancelled

    def shielded(self, action: Callable[[], None]) -> None:
        """Run `action` to its end, then raise WorkCancelled if it was asked for meanwhile."""
        if threading.current_thread() is not threading.main_thread():
            action()  # signal handlers run in the main thread alone
            return
        self._shields += 1
        try:
            action()
        finally:
            self._shields -= 1
        if self._pending:
            self._pending = False
            if self.armed:
                self.armed = False
                raise WorkCancelled

    def reset(self) -> None:
        """Forget a request that belonged to the batch that has just ended."""
        self.armed = False
        self._pending = False


class Channel:
    """The child's end of its socket; may be written to from any thread."""

    def __init__(self, fd: int) -> None:
        os.set_inheritable(fd, False)  # an ffmpeg that holds it would hide this process's death from the worker
        self._socket = socket.socket(fileno=fd)
        self._reader = FrameReader()
        self._messages: list[Any] = []
        self._lock = threading.Lock()

    def send(self, message: object) -> None:
        """Send one message. Raises TypeError or ValueError when it is not JSON-able: nothing is sent then."""
        frame = encode_frame(message)
        with self._lock:
            self._socket.sendall(frame)

    def receive(self) -> Any:
        """The next message; ends the process when the worker has closed its end."""
        while not self._messages:
            data = self._socket.recv(1 << 18)
            if not data:
                sys.stderr.flush()
                os._exit(0)
            self._messages.extend(self._reader.feed(data))
        return self._messages.pop(0)


def load(name: str) -> tuple[Run, Callable[[], None] | None]:
    """The function that "package.module:function" names, and the `warm_up` beside it if there is one."""
    module_name, _, function_name = name.partition(":")
    module = importlib.import_module(module_name)
    return getattr(module, function_name), getattr(module, "warm_up", None)


class Reporter:
    """What a stage gets as `report`: thins out ticks and sends them."""

    def __init__(self, channel: Channel, switch: CancelSwitch, batch: int, refs: Sequence[str]) -> None:
        self._channel = channel
        self._switch = switch
        self._batch = batch
        self._due = dict.fromkeys(refs, 0.0)

    def __call__(self, ref: str, fraction: float) -> None:
        """Send a tick unless this item had one just now. Raises KeyError for a ref that is not in the batch."""
        now = time.monotonic()
        if now < self._due[ref]:
            return
        self._due[ref] = now + TICK_INTERVAL_S
        clamped = 0.0 if math.isnan(fraction) else min(1.0, max(0.0, float(fraction)))
        self._switch.shielded(lambda: self._channel.send(["tick", self._batch, ref, clamped]))


def failure_of(error: BaseException) -> WorkFailed:
    """The failure that an exception from a stage's `run` stands for."""
    text = f"{type(error).__name__}: {error}"
    if isinstance(error, StageError):
        return WorkFailed(error.kind, error.code, error.message)
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        return WorkFailed(FailureKind.RESOURCE_EXHAUSTED, "disk_full", text)
    out_of_memory = isinstance(error, OSError) and error.errno == errno.ENOMEM
    if out_of_memory or isinstance(error, MemoryError) or any(sign in text for sign in _ALLOCATION_REFUSED):
        return WorkFailed(FailureKind.RESOURCE_EXHAUSTED, "out_of_memory", f"an allocation was refused ({text})")
    return WorkFailed(FailureKind.CRASHED, "internal_error", text)


def _checked(results: object, items: Sequence[WorkItem]) -> list[WorkResult]:
    if not isinstance(results, list | tuple) or len(results) != len(items):
        raise TypeError(f"run must return one result for each of {len(items)} items, it returned {results!r:.200}")
    for item, result in zip(items, results, strict=True):
        if isinstance(result, WorkDone):
            for file in result.files:
                if not file.path.is_relative_to(item.folder) or not file.path.is_file():
                    raise ValueError(f"run names {file.path} as its output, which is not a file below {item.folder}")
        elif not isinstance(result, WorkFailed):
            raise TypeError(f"run must return WorkDone or WorkFailed, it returned {result!r:.200}")
    return list(results)


class Server:
    """Works off batches."""

    def __init__(self, channel: Channel, switch: CancelSwitch, run: Run) -> None:
        self._channel = channel
        self._switch = switch
        self._run = run
        self._kept = descendants()  # what warming up started is not a leftover of a batch

    def serve(self) -> None:
        """Work until the worker closes the channel."""
        while True:
            number, packed = self._channel.receive()
            items = [unpack_item(one) for one in packed]
            before = cpu_seconds()
            results = self._work(number, items)
            end_leftovers(self._kept)
            share = (cpu_seconds() - before) / len(items)
            if results is None:
                self._channel.send(["cancelled", number, share])
                continue
            self._send_results(number, results, share)

    def _work(self, number: int, items: list[WorkItem]) -> list[WorkResult] | None:
        """The results, or None when the batch was cancelled."""
        refs = [item.ref for item in items]
        report = Reporter(self._channel, self._switch, number, refs)
        try:
            try:
                self._switch.armed = True
                return _checked(self._run(items, report), items)
            finally:
                self._switch.reset()
        except WorkCancelled:
            return None
        except BaseException as error:  # noqa: BLE001 - the edge of foreign code: even SystemExit must end as a result
            failure = failure_of(error)
            if not isinstance(error, StageError):
                _log.error(failure.message, exc_info=True, extra={"refs": refs})
            return [failure] * len(items)

    def _send_results(self, number: int, results: list[WorkResult], share: float) -> None:
        # A process that was refused memory may have leaked it, and may hold half-made state: it is to be replaced.
        worn = any(isinstance(result, WorkFailed) and result.code == "out_of_memory" for result in results)
        try:
            self._channel.send(["done", number, [pack_result(result, share) for result in results], worn])
        except (TypeError, ValueError):
            self._channel.send(["done", number, [self._sendable(result, share) for result in results], worn])

    def _sendable(self, result: WorkResult, share: float) -> list[Any]:
        packed = pack_result(result, share)
        try:
            encode_frame(packed)
        except (TypeError, ValueError) as error:
            text = f"the result cannot be sent ({type(error).__name__}: {error})"
            return pack_result(WorkFailed(FailureKind.CRASHED, "internal_error", text), share)
        return packed


def main(channel_fd: int, worker_pid: int) -> None:
    """Run as a child of the worker with this process id, which holds the other end of `channel_fd`."""
    tie_to_worker(worker_pid)
    signal.pthread_sigmask(signal.SIG_SETMASK, ())
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C in a terminal: the worker decides what becomes of it
    switch = CancelSwitch()
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    logging.basicConfig(handlers=[handler], level=logging.INFO)
    channel = Channel(channel_fd)
    name, memory_bytes = channel.receive()
    try:
        limit(memory_bytes)
        run, warm_up = load(name)
        if warm_up is not None:
            warm_up()
    except BaseException:  # noqa: BLE001 - told to the worker, which says it and gives up in the end
        channel.send(["broken", traceback.format_exc()])
        os._exit(1)
    server = Server(channel, switch, run)
    channel.send(["ready"])
    server.serve()
