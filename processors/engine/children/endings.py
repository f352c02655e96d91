"""What the end of a batch means for each of its items. Pure."""

import signal
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import Enum, auto

from processors.engine.children import ChildDied, Finished, PoolEvent
from processors.engine.work import FailureKind, WorkFailed, WorkResult


class Verdict(Enum):
    """Why a child process ended."""

    DIED = auto()  # by itself, or killed by somebody else
    OVERRAN = auto()  # killed by the pool: deadline
    MEMORY = auto()  # killed by the pool: too much resident memory
    CANCELLED = auto()  # killed by the pool: did not answer to a cancel in time


@dataclass(slots=True)
class Batch:
    """What a child works on. Times are monotonic seconds."""

    number: int
    refs: tuple[str, ...]
    deadline_s: float
    due: float  # when it has overrun
    cancelled: set[str] = field(default_factory=set)
    kill_at: float | None = None  # when it is killed, once it is cancelled
    ask_at: float = 0.0  # when it is asked again to abandon its work, once it is cancelled
    unread: bool = False  # the child died before it had read the batch


def after_results(batch: Batch, results: Sequence[WorkResult]) -> list[PoolEvent]:
    """The batch ran to its end. A failure of a cancelled item is what cancelling led to, whatever it says."""
    return [
        Finished(ref, _cancelled(result.cpu_seconds))
        if ref in batch.cancelled and isinstance(result, WorkFailed)
        else Finished(ref, result)
        for ref, result in zip(batch.refs, results, strict=True)
    ]


def after_cancel(batch: Batch, cpu_seconds: float) -> list[PoolEvent]:
    """The batch was abandoned: by `cancel`, or because somebody else sent SIGTERM."""
    why = "another item of its batch was cancelled" if batch.cancelled else "somebody sent its child process SIGTERM"
    return _split(batch, cpu_seconds, lambda rest: [ChildDied(rest, alone=False, message=f"stopped because {why}")])


def after_death(batch: Batch, verdict: Verdict, exit_code: int, remark: str) -> list[PoolEvent]:
    """The child ended in the middle of the batch, with this return code (negative: the signal)."""
    if verdict is Verdict.CANCELLED:
        return after_cancel(batch, 0.0)
    if verdict is Verdict.MEMORY:
        failed = WorkFailed(FailureKind.RESOURCE_EXHAUSTED, "out_of_memory", remark)
        return _split(batch, 0.0, lambda rest: [Finished(ref, failed) for ref in rest])
    if verdict is Verdict.OVERRAN:
        what = f"overran its deadline of {batch.deadline_s:g} s"
    else:
        what = "; ".join(filter(None, [describe_exit(exit_code), remark]))
    alone = len(batch.refs) == 1 and not batch.unread
    when = "before the item started" if batch.unread else "while the item ran " + _company(batch)
    message = f"the child process {what} {when}"
    return _split(batch, 0.0, lambda rest: [ChildDied(rest, alone=alone, message=message)])


def describe_exit(code: int) -> str:
    """A process's return code in words."""
    if code >= 0:
        return f"exited with status {code}"
    try:
        name = signal.Signals(-code).name
    except ValueError:
        name = f"signal {-code}"
    return f"was killed by {name}"


def _split(
    batch: Batch, cpu_seconds: float, others: Callable[[tuple[str, ...]], Sequence[PoolEvent]]
) -> list[PoolEvent]:
    events: list[PoolEvent] = [Finished(ref, _cancelled(cpu_seconds)) for ref in batch.refs if ref in batch.cancelled]
    rest = tuple(ref for ref in batch.refs if ref not in batch.cancelled)
    return [*events, *others(rest)] if rest else events


def _company(batch: Batch) -> str:
    return "alone" if len(batch.refs) == 1 else f"in a batch of {len(batch.refs)}"


def _cancelled(cpu_seconds: float) -> WorkFailed:
    return WorkFailed(FailureKind.CANCELLED, "cancelled", "the item was cancelled while it ran", cpu_seconds)
