"""What the engine needs of files: a content-addressed store, the sources of inputs, and a scratch disk."""

from pathlib import Path
from typing import Protocol


class Stored(Protocol):
    """A file in the store."""

    @property
    def uri(self) -> str:
        """Where it lies."""

    @property
    def sha256(self) -> str:
        """Its digest, which is its name."""

    @property
    def bytes(self) -> int:
        """Its size."""


class Store(Protocol):
    """A content-addressed store. Every call may raise DependencyDownError, or ResourceExhaustedError (disk full)."""

    def put(self, path: Path) -> Stored:
        """Store a file; the same bytes always lie under the same name."""

    def put_bytes(self, data: bytes) -> Stored:
        """Store bytes."""

    def fetch(self, sha256: str, to: Path) -> None:
        """Copy a stored file to a local path, its digest checked."""

    def exists(self, sha256: str) -> bool:
        """Whether the file is there."""


class Fetched(Protocol):
    """An input as it was when it was read."""

    @property
    def sha256(self) -> str:
        """Its digest."""

    @property
    def bytes(self) -> int:
        """Its size."""


class InputSources(Protocol):
    """Reads what commands name, from the allowed stores."""

    def fetch(self, uri: str, to: Path) -> Fetched:
        """Copy an input to a local path. Raises InvalidInputError (its fault) or DependencyDownError (wait)."""


class ScratchDisk(Protocol):
    """Folders for tasks on the local disk."""

    def new(self, ref: str) -> Path:
        """A new, empty folder. Raises ResourceExhaustedError."""

    def remove(self, path: Path) -> None:
        """Remove a folder that `new` made."""
