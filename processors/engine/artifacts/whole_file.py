"""Files that appear under their name only whole, and the hash of what went into them."""

import hashlib
import os
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from processors.engine.scratch import disk_full

CHUNK_BYTES = 1 << 20
TEMPORARY_PREFIX = ".incoming-"


class HashingWriter:
    """Passes bytes on to a file and hashes them."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._hash = hashlib.sha256()
        self.size = 0

    def write(self, data: bytes) -> None:
        """Write and hash these bytes."""
        self._file.write(data)
        self._hash.update(data)
        self.size += len(data)

    @property
    def sha256(self) -> str:
        """Hash of the bytes so far, 64 hex digits."""
        return self._hash.hexdigest()


class WholeFile(HashingWriter):
    """A file being written: `commit` gives it its name. Nothing remains of one that was not committed."""

    def __init__(self, file: BinaryIO, temporary: Path) -> None:
        super().__init__(file)
        self._binary = file
        self._temporary = temporary

    def commit(self, name: Path, *, durable: bool) -> None:
        """Give it this name, replacing what has it, in the folder that it was begun in.

        `durable`: name and content survive a power cut.
        """
        self._binary.flush()
        if durable:
            os.fsync(self._binary.fileno())
        self._temporary.replace(name)
        if durable:
            fsync_folder(name.parent)


@contextmanager
def whole_file(folder: Path) -> Iterator[WholeFile]:
    """A new file in this folder, to be written and committed.

    Raises ResourceExhaustedError when the disk is full, and other OSErrors as they are.
    """
    temporary = folder / f"{TEMPORARY_PREFIX}{os.getpid()}-{uuid.uuid4().hex}"
    try:
        try:
            with temporary.open("xb") as file:
                yield WholeFile(file, temporary)
        finally:
            temporary.unlink(missing_ok=True)
    except OSError as error:
        full = disk_full(error, folder)
        if full is None:
            raise
        raise full from error


def fsync_folder(folder: Path) -> None:
    """Make the names in a folder durable."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def chunks(file: BinaryIO) -> Iterator[bytes]:
    """The rest of a file, piece by piece."""
    while data := file.read(CHUNK_BYTES):
        yield data


def measure(parts: Iterable[bytes]) -> tuple[str, int]:
    """SHA-256 and number of these bytes."""
    digest, size = hashlib.sha256(), 0
    for part in parts:
        digest.update(part)
        size += len(part)
    return digest.hexdigest(), size


def measure_file(path: Path) -> tuple[str, int]:
    """SHA-256 and size of a file."""
    with path.open("rb") as file:
        return measure(chunks(file))
