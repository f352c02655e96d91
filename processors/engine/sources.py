"""Inputs from outside: read once, within the allowed prefixes and limits, and copied into the artifact store."""

import errno
import os
import stat
from collections.abc import Generator, Sequence
from contextlib import ExitStack, closing
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, NamedTuple
from urllib.parse import parse_qs

from processors.engine.addresses import (
    Address,
    AddressError,
    allowed_by,
    parse_address,
    parse_prefix,
    shown,
    without_query,
)
from processors.engine.artifacts import ArtifactMissingError, ArtifactStore, StoreUnavailableError, sha256_in
from processors.engine.artifacts.s3_client import S3RefusedError, S3Settings, s3_answers, s3_client
from processors.engine.artifacts.whole_file import CHUNK_BYTES, chunks, whole_file
from processors.engine.web_source import WebSource
from processors.engine.work import InvalidInputError

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

# What the file system says about the file that was asked for, and not about itself.
_ABOUT_THE_FILE = frozenset(
    {
        errno.ENOENT,
        errno.ENOTDIR,
        errno.EISDIR,
        errno.EACCES,
        errno.EPERM,
        errno.ELOOP,
        errno.ENAMETOOLONG,
        errno.ENXIO,
    }
)


class Fetched(NamedTuple):
    """An input as it was read."""

    uri: str  # without its query
    sha256: str
    bytes: int


class Sources:
    """Reads inputs. Calls block, and may come from any thread.

    `allowed` are prefixes such as `file:///data/photos` and `s3://bucket/photos`: what lies below one may be read,
    and artifacts of `store`. `https://host/folder` must be listed like any other; redirects stay within the list.
    """

    def __init__(
        self, allowed: Sequence[str], store: ArtifactStore, max_bytes: int, s3: S3Settings | None = None
    ) -> None:
        """Raises ValueError for a prefix that is none."""
        try:
            self._allowed = [parse_prefix(prefix) for prefix in allowed]
        except AddressError as error:
            raise ValueError(f"the allowed prefixes {list(allowed)} cannot be used: {error}") from error
        self._store = store
        self._max_bytes = max_bytes
        self._s3: S3Client | None = None
        if any(prefix.scheme == "s3" for prefix in self._allowed):
            self._s3 = s3_client(s3 or S3Settings())
        self._web = WebSource(self._allowed)

    def fetch(self, uri: str, to: Path) -> Fetched:
        """Copy an input to `to` and into the store. `to` appears only whole.

        Raises InvalidInputError with the code `uri_not_allowed`, `input_not_found` or `input_too_large`;
        StoreUnavailableError when the place it lies at, or the store, does not answer; ResourceExhaustedError when a
        disk is full.
        """
        try:
            address = parse_address(uri)
        except AddressError as error:
            raise InvalidInputError("uri_not_allowed", f"{shown(uri)} cannot be read: {error}") from error
        if self._is_artifact(address):
            return self._fetch_artifact(uri, address.segments[-1], to)
        if not self._may_read(address):
            raise not_allowed(uri)
        with whole_file(to.parent) as copy:
            with closing(self._read(uri, address)) as parts:
                for data in parts:
                    if copy.size + len(data) > self._max_bytes:
                        raise self._too_large(uri, copy.size + len(data))
                    copy.write(data)
            copy.commit(to, durable=False)
        self._store.put(to)
        return Fetched(without_query(uri), copy.sha256, copy.size)

    def close(self) -> None:
        """Give up connections."""
        self._web.close()
        if self._s3 is not None:
            self._s3.close()

    def _may_read(self, address: Address) -> bool:
        if allowed_by(address, self._allowed):
            return True
        # An allowed folder that is reached through a symbolic link may be named by its real path as well.
        real = [
            Address("file", "", tuple(root.parts[1:]), "", "")
            for root in (_real_folder(prefix) for prefix in self._allowed if prefix.scheme == "file")
        ]
        return allowed_by(address, real)

    def _read(self, uri: str, address: Address) -> Generator[bytes]:
        if address.scheme == "file":
            return self._read_file(uri, address)
        if address.scheme == "s3":
            return self._read_s3(uri, address)
        return self._web.read(uri, address, self._max_bytes, self._too_large)

    def _read_file(self, uri: str, address: Address) -> Generator[bytes]:
        path = Path("/", *address.segments)
        roots = [_real_folder(prefix) for prefix in self._allowed if prefix.scheme == "file"]
        try:
            with _open_inside(uri, path, roots) as file:
                size = os.fstat(file.fileno()).st_size
                if size > self._max_bytes:
                    raise self._too_large(uri, size)
                yield from chunks(file)
        except OSError as error:
            if error.errno in _ABOUT_THE_FILE:
                reason = (error.strerror or str(error)).lower()
                raise not_found(uri, reason) from error
            raise StoreUnavailableError(f"{shown(uri)} cannot be read: {error.strerror or error}") from error
        except ValueError as error:  # a name that the file system's encoding cannot express
            raise not_found(uri, str(error)) from error

    def _read_s3(self, uri: str, address: Address) -> Generator[bytes]:
        assert self._s3 is not None
        key = "/".join(address.segments)
        versions = parse_qs(address.query).get("versionId")
        if not key or len(key.encode("utf-8", "surrogateescape")) > 1024 or not _is_text(key):
            raise not_found(uri, "it names no object")
        try:
            with s3_answers(shown(uri)):
                if versions:
                    found = self._s3.get_object(Bucket=address.host, Key=key, VersionId=versions[0])
                else:
                    found = self._s3.get_object(Bucket=address.host, Key=key)
                with closing(found["Body"]) as body:
                    if found["ContentLength"] > self._max_bytes:
                        raise self._too_large(uri, found["ContentLength"])
                    yield from body.iter_chunks(CHUNK_BYTES)
        except S3RefusedError as refused:
            raise not_found(uri, f"the server says {refused.code} ({refused.status})") from refused

    def _is_artifact(self, address: Address) -> bool:
        try:
            return parse_address(self._store.uri(sha256_in("/".join(address.segments)))).place == address.place
        except ValueError:
            return False

    def _fetch_artifact(self, uri: str, sha256: str, to: Path) -> Fetched:
        try:
            self._store.fetch(sha256, to)
        except ArtifactMissingError as error:
            raise not_found(uri, "the artifact is gone") from error
        size = to.stat().st_size
        if size > self._max_bytes:
            to.unlink()
            raise self._too_large(uri, size)
        return Fetched(without_query(uri), sha256, size)

    def _too_large(self, uri: str, size: int) -> InvalidInputError:
        message = f"{shown(uri)} has {size} bytes or more, at most {self._max_bytes} are taken"
        return InvalidInputError("input_too_large", message)


def not_allowed(uri: str) -> InvalidInputError:
    """The failure for an address outside of the allowed prefixes."""
    return InvalidInputError("uri_not_allowed", f"{shown(uri)} lies outside of the stores that may be read")


def not_found(uri: str, reason: str) -> InvalidInputError:
    """The failure for an address with no file that can be read."""
    return InvalidInputError("input_not_found", f"there is no file to read at {shown(uri)}: {reason}")


def _real_folder(prefix: Address) -> Path:
    return Path(os.path.realpath(Path("/", *prefix.segments)))


def _is_text(key: str) -> bool:
    return not any("\ud800" <= character <= "\udfff" for character in key)


def _inside(path: Path, roots: Sequence[Path]) -> bool:
    return any(path.is_relative_to(root) for root in roots)


def _open_inside(uri: str, path: Path, roots: Sequence[Path]) -> BinaryIO:
    """Open a regular file whose real place is inside of the roots, never waiting for a pipe or a device.

    The place is judged before anything is touched, and once more on the open file, for a folder on the way may have
    become a symbolic link in between.
    """
    real = Path(os.path.realpath(path))
    if not _inside(real, roots):
        raise not_allowed(uri)
    if not stat.S_ISREG(real.stat(follow_symlinks=False).st_mode):
        raise not_found(uri, "it is not a regular file")
    descriptor = os.open(real, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_NOCTTY | os.O_CLOEXEC)
    with ExitStack() as unless_good:
        unless_good.callback(os.close, descriptor)
        own = Path(f"/proc/self/fd/{descriptor}")
        if own.is_symlink() and not _inside(own.readlink(), roots):
            raise not_allowed(uri)
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise not_found(uri, "it is not a regular file")
        unless_good.pop_all()
    return os.fdopen(descriptor, "rb")
