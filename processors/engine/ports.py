"""What the engine needs of inputs and of the scratch disk, as protocols: the simulation has its own."""

from pathlib import Path
from typing import Protocol


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
        """Copy an input to a local path and into the store.

        Raises InvalidInputError (its fault) or StoreUnavailableError (wait).
        """


class ScratchDisk(Protocol):
    """Folders for tasks on the local disk."""

    def name(self, ref: str) -> Path:
        """Where a folder may be made, by nobody else."""

    def new(self, ref: str) -> Path:
        """A new, empty folder. Raises ResourceExhaustedError."""

    def remove(self, path: Path) -> None:
        """Remove a folder of such a name, if it was made."""
