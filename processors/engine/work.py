"""What passes between the engine and the child process that does a stage's work. Plain data that pickles."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any


class FailureKind(StrEnum):
    """What the engine does about a failure."""

    INVALID_INPUT = "invalid_input"  # permanent: the task fails with this reason
    TRANSIENT = "transient"  # retried later, on the retry topics
    RESOURCE_EXHAUSTED = "resource_exhausted"  # retried alone, then fails
    CRASHED = "crashed"  # the child died or overran its deadline
    CANCELLED = "cancelled"  # the engine asked for it


class StageError(Exception):
    """A failure that a stage's work reports, with a code of schemas/errors.py."""

    kind = FailureKind.INVALID_INPUT

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message


class InvalidInputError(StageError):
    """The input cannot be worked on, now or later."""


class TransientError(StageError):
    """It may work later."""

    kind = FailureKind.TRANSIENT


class ResourceExhaustedError(StageError):
    """Memory or disk ran out; alone or later it may work."""

    kind = FailureKind.RESOURCE_EXHAUSTED


@dataclass(frozen=True, slots=True)
class WorkItem:
    """One task as the child sees it: local files in, local files out."""

    ref: str  # the engine's handle: unique among the items that are out
    kind: str
    params: dict[str, Any]
    inputs: dict[str, Path]
    folder: Path  # where `out_dir` is made
    versions: dict[str, str] = field(default_factory=dict)
    item: str | None = None

    @property
    def out_dir(self) -> Path:
        """The folder for what the task makes: on the scratch disk, made when first asked for, deleted by the engine."""
        self.folder.mkdir(exist_ok=True)
        return self.folder


@dataclass(frozen=True, slots=True)
class OutputFile:
    """A file that the work made, below `out_dir`."""

    path: Path
    role: str
    media_type: str
    file_name: str
    width: int | None = None
    height: int | None = None
    duration_frames: int | None = None


@dataclass(frozen=True, slots=True)
class WorkDone:
    """The work's result: a JSON-able document and files."""

    result: dict[str, Any]
    files: tuple[OutputFile, ...] = ()
    cpu_seconds: float = 0.0  # filled in by the child's main loop


@dataclass(frozen=True, slots=True)
class WorkFailed:
    """Why one item failed; the others of its batch are not touched."""

    kind: FailureKind
    code: str
    message: str
    cpu_seconds: float = 0.0


WorkResult = WorkDone | WorkFailed
Report = Callable[[str, float], None]  # (ref, fraction 0..1)
# A stage names a function of this form as "package.module:function"; the child imports it once. It returns one result
# an item, in the items' order. A StageError that it raises counts for every item of the batch.
Run = Callable[[Sequence[WorkItem], Report], list[WorkResult]]
