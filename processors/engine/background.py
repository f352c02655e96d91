"""Slow calls (ledger, stores) away from the loop's thread, with their answers given back on it."""

import logging
import queue
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Protocol

Job = Callable[[], Any]
Then = Callable[[Any], None]
Failed = Callable[[Exception], None]

_log = logging.getLogger(__name__)


class Background(Protocol):
    """Runs jobs elsewhere. `submit`, `collect` and `wait` are called from the loop's thread."""

    def submit(self, job: Job, then: Then, failed: Failed) -> None:
        """Run `job`; a later `collect` calls `then` with its result or `failed` with its exception."""

    def collect(self) -> int:
        """Give back the answers of jobs that ended; how many there were."""

    def wait(self, timeout_s: float) -> bool:
        """Wait until an answer can be collected; False when none came in time, or none is to come."""

    def outstanding(self) -> int:
        """How many jobs have not been given back."""


class ThreadBackground:
    """Jobs on a few threads."""

    def __init__(self, threads: int = 6) -> None:
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="background")
        self._answers: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        self._held: list[Callable[[], None]] = []
        self._outstanding = 0

    def submit(self, job: Job, then: Then, failed: Failed) -> None:
        """See Background."""
        self._outstanding += 1

        def work() -> None:
            try:
                result = job()
            except Exception as error:  # noqa: BLE001  whatever it is, the loop's thread decides about it
                caught = error
                self._answers.put(lambda: failed(caught))
            else:
                self._answers.put(lambda: then(result))

        self._pool.submit(work)

    def collect(self) -> int:
        """See Background."""
        count = 0
        while self._held or not self._answers.empty():
            answer = self._held.pop() if self._held else self._answers.get_nowait()
            self._outstanding -= 1
            count += 1
            answer()
        return count

    def wait(self, timeout_s: float) -> bool:
        """See Background."""
        if self._held:
            return True
        if not self._outstanding:
            return False
        try:
            self._held.append(self._answers.get(timeout=timeout_s))
        except queue.Empty:
            return False
        return True

    def outstanding(self) -> int:
        """See Background."""
        return self._outstanding

    def close(self) -> None:
        """Let running jobs end, forget the others."""
        self._pool.shutdown(wait=False, cancel_futures=True)


class BatchLane:
    """Items of one kind, handled in batches, one batch at a time: their order is kept and transactions are few.

    A batch that fails for a reason of its own is taken apart and handled item by item; the item that fails alone goes
    to `poison`.
    """

    def __init__(
        self,
        name: str,
        run: Callable[[Job, Then, Failed], None],
        handle: Callable[[list[Any]], list[Any]],
        poison: Callable[[Any, Exception], Any],
        then: Then,
        wanted: Callable[[Any], bool],
        max_batch: int = 200,
    ) -> None:
        self.name = name
        self._run = run
        self._handle = handle
        self._poison = poison
        self._then = then
        self._wanted = wanted
        self._max_batch = max_batch
        self._queue: list[Any] = []
        self._singly = 0  # items at the head of the queue that are handled one by one
        self._busy = False

    def add(self, item: Any) -> None:
        """Put an item in line."""
        self._queue.append(item)

    def __len__(self) -> int:
        return len(self._queue)

    def pump(self) -> None:
        """Start the next batch, if none is out."""
        if self._busy or not self._queue:
            return
        if self._singly:
            self._singly -= 1
            batch, self._queue = self._queue[:1], self._queue[1:]
        else:
            batch, self._queue = self._queue[: self._max_batch], self._queue[self._max_batch :]
        batch = [item for item in batch if self._wanted(item)]
        if not batch:
            return
        self._busy = True
        self._run(lambda: self._handle(batch), self._done, lambda error: self._failed(batch, error))

    def _done(self, results: list[Any]) -> None:
        self._busy = False
        self._then(results)

    def _failed(self, batch: list[Any], error: Exception) -> None:
        self._busy = False
        if len(batch) > 1:
            self._queue = [*batch, *self._queue]
            self._singly += len(batch)
            return
        _log.error("poison", extra={"lane": self.name, "error": repr(error)}, exc_info=error)
        self._busy = True
        self._run(lambda: [self._poison(batch[0], error)], self._done, _fatal)


def _fatal(error: Exception) -> None:
    """Handling a record and parking it both failed: end the worker visibly rather than lose the record."""
    raise error
