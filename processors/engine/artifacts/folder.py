"""Artifacts in a local folder: `<root>/artifacts/<sha256>`."""

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from processors.engine.artifacts import (
    DEFAULT_MEDIA_TYPE,
    ArtifactMissingError,
    Stored,
    StoreUnavailableError,
    sha256_in,
)
from processors.engine.artifacts.whole_file import (
    TEMPORARY_PREFIX,
    chunks,
    fsync_folder,
    measure,
    measure_file,
    whole_file,
)

_ABANDONED_AFTER_S = 24 * 3600.0


class FolderStore:
    """Fulfils `ArtifactStore`. Makes its folder, and clears away what writers that were killed left a day ago.

    A file is complete and on the disk before it has its name: temporary file in the same folder, fsync, rename, fsync
    of the folder. The media type is not kept: a folder has no place for it.
    """

    def __init__(self, root: Path) -> None:
        self._root = root.absolute()
        self._folder = self._root / "artifacts"
        with self._answering():
            self._root.mkdir(parents=True, exist_ok=True)
            self._make_folder()
            self._clear_abandoned()

    def put(self, path: Path, media_type: str = DEFAULT_MEDIA_TYPE) -> Stored:  # noqa: ARG002
        """Store a file. Writes nothing when its content is there already."""
        with path.open("rb") as file:
            sha256, size = measure(chunks(file))

            def again() -> Iterator[bytes]:
                file.seek(0)
                return chunks(file)

            return self._put(sha256, size, again)

    def put_bytes(self, data: bytes, media_type: str = DEFAULT_MEDIA_TYPE) -> Stored:  # noqa: ARG002
        """Store these bytes. Writes nothing when they are there already."""
        return self._put(*measure([data]), lambda: [data])

    def fetch(self, which: str, to: Path) -> None:
        """Copy the artifact with this URI or SHA-256 to `to`, which appears only whole and with its hash checked.

        Raises ArtifactMissingError, also when the bytes are not those that the name promises.
        """
        sha256 = sha256_in(which)
        with whole_file(to.parent) as copy:
            for data in self._read(sha256):
                copy.write(data)
            if copy.sha256 != sha256:
                raise ArtifactMissingError(
                    f"{self._folder / sha256} holds other bytes than its name says: their SHA-256 is {copy.sha256}; "
                    "delete the file, what made it is run again"
                )
            copy.commit(to, durable=False)

    def exists(self, sha256: str) -> bool:
        """Whether an artifact of this name is there. Its bytes are not read."""
        self._require_root()
        with self._answering():
            return (self._folder / sha256_in(sha256)).is_file()

    def uri(self, sha256: str) -> str:
        """The address that an artifact of this name has, or would have, in this store."""
        return (self._folder / sha256_in(sha256)).as_uri()

    def open_url(self, sha256: str, file_name: str, expires_s: int) -> str:  # noqa: ARG002
        """An address under which a person's browser gets the artifact: the file's own."""
        return self.uri(sha256)

    def _put(self, sha256: str, size: int, parts: Callable[[], Iterable[bytes]]) -> Stored:
        with self._answering():
            if not self._holds(sha256, size):
                self._make_folder()
                with whole_file(self._folder) as copy:
                    for data in parts():
                        copy.write(data)
                    # Named by what was written: should the source have changed since it was measured, that counts.
                    sha256, size = copy.sha256, copy.size
                    copy.commit(self._folder / sha256, durable=True)
        return Stored(self.uri(sha256), sha256, size)

    def _holds(self, sha256: str, size: int) -> bool:
        """Whether the artifact is there and sound: one damaged on the disk is written anew."""
        path = self._folder / sha256
        try:
            return path.stat().st_size == size and measure_file(path) == (sha256, size)
        except FileNotFoundError:
            return False

    def _read(self, sha256: str) -> Iterator[bytes]:
        self._require_root()
        with self._answering():
            try:
                file = (self._folder / sha256).open("rb")
            except (FileNotFoundError, IsADirectoryError) as error:
                raise ArtifactMissingError(f"there is no artifact {sha256} in {self._folder}") from error
            with file:
                yield from chunks(file)

    def _require_root(self) -> None:
        """A root that is gone says nothing about what it held: the disk may not be mounted."""
        if not self._root.is_dir():
            raise StoreUnavailableError(f"the artifact folder {self._root} is not there")

    def _make_folder(self) -> None:
        if not self._folder.is_dir():
            self._folder.mkdir(exist_ok=True)
            fsync_folder(self._root)

    def _clear_abandoned(self) -> None:
        for path in self._folder.glob(f"{TEMPORARY_PREFIX}*"):
            if path.stat().st_mtime < time.time() - _ABANDONED_AFTER_S:
                path.unlink(missing_ok=True)

    @contextmanager
    def _answering(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise StoreUnavailableError(f"the artifact folder {self._root} does not work: {error}") from error
