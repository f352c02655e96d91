"""The scratch disk: a folder for each task, swept when its process is gone."""

import errno
import fcntl
import itertools
import logging
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from processors.engine.work import ResourceExhaustedError

_LOCK_NAME = ".lock"
_LIVE = ".live"
_SWEPT = ".swept"
_REMOVE_ATTEMPTS = 3

_log = logging.getLogger(__name__)


def disk_full(error: OSError, path: Path) -> ResourceExhaustedError | None:
    """The failure that an error of writing `path` stands for when it says that the disk is full, else None."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return ResourceExhaustedError(
            "disk_full", f"{path} cannot be written ({error.strerror}): make room on that disk"
        )
    return None


class Scratch:
    """One process's part of the scratch disk: `root/<worker>.<pid>.<n>/`, a folder for each task below it.

    Who owns a folder is told by a lock on the file `<folder>.live` beside it, which the kernel gives up with the
    process, however that ended. A process id would not do: it is taken again after a restart, and says nothing to
    another container that shares the disk. Methods may be called from any thread.
    """

    def __init__(self, root: Path, worker_id: str) -> None:
        self._root = root.absolute()
        self._root.mkdir(parents=True, exist_ok=True)
        stem = f"{_slug(worker_id)}.{os.getpid()}"
        with self._locked():
            number = 0
            while (self._root / f"{stem}.{number}").exists() or (self._root / f"{stem}.{number}{_LIVE}").exists():
                number += 1
            self.path = self._root / f"{stem}.{number}"
            self._live = os.open(self._live_file(self.path), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
            fcntl.flock(self._live, fcntl.LOCK_EX)
            self.path.mkdir()
        self._numbers = itertools.count(1)

    def sweep(self) -> list[str]:
        """Remove what processes that are gone have left. Returns the names of the folders removed."""
        with self._locked():
            for live in sorted(self._root.glob(f"*{_LIVE}")):
                folder = live.with_name(live.name.removesuffix(_LIVE))
                if self._alive(live):
                    continue
                if folder.is_dir() and not folder.is_symlink():
                    folder.rename(folder.with_name(folder.name + _SWEPT))
                live.unlink()
            dead = sorted(self._root.glob(f"*{_SWEPT}"))  # with those of a sweep that did not come to its end
        for folder in dead:
            _delete(folder)
        return [folder.name.removesuffix(_SWEPT) for folder in dead]

    def name(self, ref: str) -> Path:
        """Where a folder for a task may be made; nobody else gets this name."""
        return self.path / f"{next(self._numbers):06d}-{_slug(ref)}"

    def new(self, ref: str) -> Path:
        """A new, empty folder for a task. Raises ResourceExhaustedError when the disk is full."""
        path = self.name(ref)
        try:
            path.mkdir()
        except OSError as error:
            full = disk_full(error, path)
            if full is None:
                raise
            raise full from error
        return path

    def remove(self, path: Path) -> None:
        """Remove a task's folder; one that is gone already is fine.

        What cannot be removed now, because a dying child still writes into it, is left to the sweep and logged.
        Raises ValueError for a path that `name` did not give.
        """
        if path.parent != self.path:
            raise ValueError(f"{path} is not a task's folder of {self.path}")
        _delete(path)

    def free_bytes(self) -> int:
        """Bytes that this process may still write to the disk."""
        stat = os.statvfs(self._root)
        return stat.f_bavail * stat.f_frsize

    def require_free(self, wanted: int) -> None:
        """Raise ResourceExhaustedError unless `wanted` bytes are free."""
        free = self.free_bytes()
        if free < wanted:
            raise ResourceExhaustedError(
                "disk_full", f"the scratch disk has {free} bytes free, {wanted} are needed: make room in {self._root}"
            )

    def close(self) -> None:
        """Remove this process's part."""
        with self._locked():
            _delete(self.path)
            self._live_file(self.path).unlink(missing_ok=True)
            os.close(self._live)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """Nobody else makes or judges folders in this root meanwhile."""
        with (self._root / _LOCK_NAME).open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _alive(self, live: Path) -> bool:
        descriptor = os.open(live, os.O_RDWR | os.O_CLOEXEC)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        finally:
            os.close(descriptor)
        return False

    def _live_file(self, folder: Path) -> Path:
        return folder.with_name(folder.name + _LIVE)


def _slug(text: str) -> str:
    return re.sub(r"[^A-Za-z0-9_-]+", "_", text)[:60]


def _delete(folder: Path) -> None:
    for attempt in range(1, _REMOVE_ATTEMPTS + 1):
        try:
            shutil.rmtree(folder)
        except FileNotFoundError:
            return
        except OSError as error:
            if attempt == _REMOVE_ATTEMPTS:
                _log.warning("scratch folder %s could not be removed and is left to the next sweep: %s", folder, error)
                return
            _make_writable(folder)
        else:
            return


def _make_writable(folder: Path) -> None:
    """Take back a write protection that a task put on its folders."""
    for parent, _, _ in os.walk(folder):
        with suppress(FileNotFoundError):
            os.chmod(parent, 0o700)  # noqa: PTH101 - the walk gives strings
