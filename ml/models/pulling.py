"""Putting a model's files in place: each is checked against the manifest before it gets its name."""

import contextlib
import errno
import hashlib
import os
import re
import socket
import time
import uuid
from collections.abc import Callable, Generator
from contextlib import closing
from pathlib import Path
from typing import BinaryIO

import psutil

from ml.errors import ModelDigestError, ModelError
from ml.models.manifest import ModelFile, ModelSpec
from ml.store import ModelStore

Read = Callable[[ModelFile], Generator[bytes]]
"""The bytes of a file from its source, piece by piece; raises ModelError where it has none."""

_TEMPORARY = ".incoming-"

_TRIES = 20
"""So often a folder is made again for a file, where others remove it."""

_FORSAKEN_SECONDS = 24 * 3600
"""A fetch writes every few seconds, or has ended."""


def is_in_place(store: ModelStore, spec: ModelSpec, file: ModelFile) -> bool:
    """Whether a file lies where it belongs and is the one that the manifest names."""
    path = store.path(spec, file)
    return path.is_file() and path.stat().st_size == file.bytes and _digest(path) == file.sha256


def pull(store: ModelStore, name: str, read: Read) -> list[Path]:
    """Bring the files of a model that are not in place yet; returns them.

    A file appears under its name only whole and checked, and one that is there is never replaced by a wrong one. All
    of a model's files are fetched and checked before the first is put in place, so a model is never half there.
    Raises ModelError, ModelDigestError among them, and leaves nothing behind.
    """
    spec = store.spec(name)
    if spec.shipped:
        raise ModelError(f"The model {spec.title} ships with the package: there is nothing to pull.")
    wanted = [file for file in spec.files if not is_in_place(store, spec, file)]
    fetched: list[tuple[Path, Path]] = []
    try:
        for file in wanted:
            target = store.path(spec, file)
            target.parent.mkdir(parents=True, exist_ok=True)
            _sweep(target.parent)
            temporary = target.with_name(f"{_TEMPORARY}{os.getpid()}-{_host()}-{uuid.uuid4().hex}")
            fetched.append((temporary, target))
            _fetch(spec, file, read, temporary)
        for temporary, target in fetched:
            temporary.replace(target)
    except OSError as error:
        full = error.errno in {errno.ENOSPC, errno.EDQUOT}
        what = "the disk is full" if full else f"{error.strerror or error}"
        raise ModelError(f"The model {spec.title} cannot be put into {store.pulled}: {what}.") from error
    finally:
        for temporary, _ in fetched:
            temporary.unlink(missing_ok=True)
        if wanted:
            _leave_no_empty_folder(store.path(spec, wanted[0]).parent)
    return [target for _, target in fetched]


def _fetch(spec: ModelSpec, file: ModelFile, read: Read, temporary: Path) -> None:
    """Copy one file, never more of it than the manifest says, and compare its digest."""
    digest, size = hashlib.sha256(), 0
    with closing(read(file)) as parts, _created(temporary) as copy:
        for part in parts:
            size += len(part)
            if size > file.bytes:
                raise ModelDigestError(
                    f"The source's {file.file} for {spec.title} is larger than the {file.bytes} bytes of the manifest: "
                    "it is another file, and was not taken."
                )
            copy.write(part)
            digest.update(part)
        copy.flush()
        os.fsync(copy.fileno())
    if size < file.bytes:
        raise ModelError(
            f"Only {size} of {file.bytes} bytes of {file.file} for {spec.title} arrived: it was not taken, try again."
        )
    if digest.hexdigest() != file.sha256:
        raise ModelDigestError(
            f"The source's {file.file} for {spec.title} has the sha256 {digest.hexdigest()}, and the manifest names "
            f"{file.sha256}: it was not taken."
        )


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _created(temporary: Path) -> BinaryIO:
    """The file, new, in a folder that is made for it."""
    for _ in range(_TRIES):
        temporary.parent.mkdir(parents=True, exist_ok=True)
        with contextlib.suppress(FileNotFoundError):
            return temporary.open("xb")
        # Another host, on the same volume, found the folder empty and removed it in between.
    raise FileNotFoundError(errno.ENOENT, "the folder is removed again and again", str(temporary.parent))


def _host() -> str:
    """This host's name, in letters and digits: several hosts may pull into one volume."""
    return re.sub(r"[^0-9A-Za-z]", "", socket.gethostname()) or "host"


def _sweep(folder: Path) -> None:
    """Remove what processes left that were killed while they fetched.

    Whether a process lives can only be known of this host; what another one left goes once nobody wrote to it for a
    day.
    """
    for temporary in folder.glob(f"{_TEMPORARY}[0-9]*-*-*"):
        pid, host, _ = temporary.name.removeprefix(_TEMPORARY).split("-", 2)
        try:
            idle_seconds = time.time() - temporary.stat().st_mtime
        except FileNotFoundError:
            continue
        if (host == _host() and not psutil.pid_exists(int(pid))) or idle_seconds > _FORSAKEN_SECONDS:
            temporary.unlink(missing_ok=True)


def _leave_no_empty_folder(folder: Path) -> None:
    """Remove a model's folders again where nothing came to lie in them."""
    for empty in (folder, folder.parent):
        try:
            empty.rmdir()
        except FileNotFoundError:
            continue
        except OSError:
            return
