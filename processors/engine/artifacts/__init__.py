"""What the engine asks of an artifact store: files named by the SHA-256 of their content, written once."""

import re
from pathlib import Path
from typing import NamedTuple, Protocol

_SHA256 = re.compile(r"[0-9a-f]{64}")
DEFAULT_MEDIA_TYPE = "application/octet-stream"


class Stored(NamedTuple):
    """A file as the store holds it."""

    uri: str
    sha256: str
    bytes: int


class StoreUnavailableError(Exception):
    """The store, or the network to it, does not answer or refuses us. Never a task's failure: pause and try again."""


class ArtifactMissingError(Exception):
    """The store answers and has no such artifact, or holds other bytes than its name says."""


class ArtifactStore(Protocol):
    """A content-addressed store. Calls block, and may come from any thread.

    Every call raises StoreUnavailableError when the store cannot be reached; calls that write raise
    ResourceExhaustedError (`disk_full`) when the disk written to is full, and leave nothing half-written.
    """

    def put(self, path: Path, media_type: str = DEFAULT_MEDIA_TYPE) -> Stored:
        """Store a file. Writes nothing when its content is there already."""

    def put_bytes(self, data: bytes, media_type: str = DEFAULT_MEDIA_TYPE) -> Stored:
        """Store these bytes. Writes nothing when they are there already."""

    def fetch(self, which: str, to: Path) -> None:
        """Copy the artifact with this URI or SHA-256 to `to`, which appears only whole and with its hash checked.

        Raises ArtifactMissingError, also when the bytes are not those that the name promises.
        """

    def exists(self, sha256: str) -> bool:
        """Whether an artifact of this name is there. Its bytes are not read."""

    def uri(self, sha256: str) -> str:
        """The address that an artifact of this name has, or would have, in this store."""

    def open_url(self, sha256: str, file_name: str, expires_s: int) -> str:
        """An address under which a person's browser gets the artifact, for at least this many seconds."""


def sha256_in(which: str) -> str:
    """The SHA-256 that a URI of an artifact ends in, or that `which` is. Raises ValueError.

    The place before it is not looked at: the name says all that matters, also after a store has moved.
    """
    name = which.rpartition("/")[2]
    if not _SHA256.fullmatch(name):
        raise ValueError(f"{which!r:.300} does not end in a SHA-256 of 64 lower-case hex digits")
    return name
