"""What the engine asks of a pool of workers: the protocol, the events it yields, and the limits a child runs under."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from processors.engine.work import FailureKind, WorkFailed, WorkItem, WorkResult


@dataclass(frozen=True, slots=True)
class Finished:
    """One item ended, with what came of it. No other event for this item follows."""

    ref: str
    result: WorkResult


@dataclass(frozen=True, slots=True)
class Ticked:
    """One item advanced. Lossy: ticks of an item come at most a few times a second."""

    ref: str
    fraction: float  # 0..1


@dataclass(frozen=True, slots=True)
class ChildDied:
    """These items ended without a result because their child process did. No other event for them follows.

    `alone` is true only when the child died, or overran its deadline, while it had this one item: only then is the
    item to blame. Otherwise the items are to be run again, singly.
    """

    refs: tuple[str, ...]
    alone: bool
    message: str

    @property
    def failure(self) -> WorkFailed:
        """The failure that this death is, for an item that is to blame."""
        return WorkFailed(FailureKind.CRASHED, "task_crashed", self.message)


PoolEvent = Finished | Ticked | ChildDied


@dataclass(frozen=True, slots=True)
class ChildLimits:
    """What one child process may use, and how patient the pool is with it."""

    memory_bytes: int  # of the child's data, and of the resident memory of the child with its descendants
    kill_grace_s: float = 1.0  # between asking a child to cancel and killing it
    start_timeout_s: float = 120.0  # for importing the stage and warming up
    max_failed_starts: int = 3  # in a row, of one lane, before the pool is broken
    memory_check_s: float = 0.5  # between two looks at resident memory


class PoolBrokenError(Exception):
    """Children cannot be started; the message holds what the last one said. The worker must end."""


class WorkCancelled(BaseException):
    """Raised in the child's main thread, inside of a stage's `run`, when its batch is cancelled.

    Not an Exception, so that `except Exception` in a stage or a library does not swallow it.
    """


class WorkPool(Protocol):
    """Runs batches of items side by side. Owned by one thread, which no call but `close` and `wait` keeps waiting."""

    def ready(self) -> bool:
        """True when every lane has a warm child. Raises PoolBrokenError."""

    def free_lanes(self) -> int:
        """How many batches `submit` would take now."""

    def submit(self, items: Sequence[WorkItem], deadline_s: float) -> None:
        """Run these items as one call of `run`, for at most `deadline_s` seconds.

        Raises ValueError when no lane is free, the batch is empty, or an item's ref is out already.
        """

    def poll(self) -> list[PoolEvent]:
        """What happened since the last call, without waiting. Raises PoolBrokenError."""

    def wait(self, timeout_s: float) -> None:
        """Sleep until `poll` may have something to say or to do, `wakeup` was called, or the time is over."""

    def wakeup(self) -> None:
        """End a `wait` early. May be called from any thread."""

    def cancel(self, refs: Iterable[str]) -> None:
        """Stop these items; those that are not out are ignored. Each still ends with an event."""

    def close(self, grace_s: float) -> None:
        """End all children: those still busy after `grace_s` seconds are killed. Yields no more events."""
