"""Addresses of inputs: taken apart, normalised, and compared with the prefixes that this service may read. Pure."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import unquote

_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):(.*)", re.IGNORECASE | re.DOTALL)
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_BUCKET = re.compile(r"[a-z0-9][a-z0-9._-]{1,61}[a-z0-9]")
_HOST = re.compile(r"([a-z0-9][a-z0-9.-]*|\[[0-9a-f:.]+\])(:[0-9]{1,5})?")
_DEFAULT_PORTS = {"http": ":80", "https": ":443"}
_SHOWN_CHARACTERS = 300
MAX_URI_CHARACTERS = 8192


class AddressError(ValueError):
    """The text is no address that this service reads; the message says why, without the address."""


@dataclass(frozen=True, slots=True)
class Address:
    """An input's address, normalised: scheme and host in lower case, no percent-encoding and no dots in `segments`."""

    scheme: str  # file, s3, http or https
    host: str  # the bucket for s3, empty for file, with the port if it is not the default for http and https
    segments: tuple[str, ...]  # of the path
    path: str  # as it was written, for http and https
    query: str

    @property
    def place(self) -> tuple[str, str, tuple[str, ...]]:
        """What it points at, however it was written."""
        return self.scheme, self.host, self.segments

    @property
    def is_web(self) -> bool:
        """Whether it is fetched by HTTP."""
        return self.scheme in _DEFAULT_PORTS

    def is_below(self, prefix: "Address") -> bool:
        """Whether it lies in the folder that `prefix` names, or is what `prefix` names."""
        size = len(prefix.segments)
        return (self.scheme, self.host) == (prefix.scheme, prefix.host) and self.segments[:size] == prefix.segments


def without_query(uri: str) -> str:
    """The address without query, fragment, user and password: what may be stored and logged."""
    match = _SCHEME.match(uri)
    web = match is not None and match[1].lower() in _DEFAULT_PORTS
    bare = re.split(r"[?#]" if web else r"[?]", uri, maxsplit=1)[0]
    return re.sub(r"(?<=//)[^/]*@", "", bare, count=1)


def shown(uri: str) -> str:
    """The address for a message: without its secrets, control characters escaped, of bearable length."""
    text = _CONTROL.sub(lambda found: f"\\x{ord(found[0]):02x}", without_query(uri[: 2 * MAX_URI_CHARACTERS]))
    return text if len(text) <= _SHOWN_CHARACTERS else f"{text[:_SHOWN_CHARACTERS]}..."


def parse_address(uri: str) -> Address:
    """Take an address apart.

    Percent-encoding is undone once, for s3 too (a key with a literal `%41` must be written `%2541`); in file and s3
    addresses `#` is a character like any other, for photos are called `IMG #3.jpg`. Raises AddressError.
    """
    if len(uri) > MAX_URI_CHARACTERS:
        raise AddressError(f"it has {len(uri)} characters, at most {MAX_URI_CHARACTERS} are taken")
    if _CONTROL.search(uri):
        raise AddressError("it has control characters in it")
    match = _SCHEME.fullmatch(uri)
    scheme = match[1].lower() if match else ""
    if match is None or scheme not in ("file", "s3", "http", "https"):
        raise AddressError("it does not begin with file://, s3:// or https://")
    rest, _, query = match[2].partition("?")
    if scheme in _DEFAULT_PORTS:
        rest, query = rest.partition("#")[0], query.partition("#")[0]
    if rest.startswith("//"):
        authority, slash, path = rest[2:].partition("/")
        path = slash + path
    elif scheme == "file" and rest.startswith("/"):
        authority, path = "", rest  # file:/folder is the short form of file:///folder
    else:
        raise AddressError("it names no place after its scheme")
    host = _host(scheme, authority)
    segments = tuple(_segment(scheme, raw) for raw in path[1:].split("/")) if path else ()
    if scheme == "file":
        if not path:
            raise AddressError("it names no absolute path")
        segments = tuple(filter(None, segments))  # to a file system a//b is a/b; to S3 they are two objects
    return Address(scheme, host, segments, path, query)


def parse_prefix(uri: str) -> Address:
    """Take apart an allowed prefix: a folder, written with or without a slash at its end. Raises AddressError."""
    address = parse_address(uri)
    if address.query:
        raise AddressError("an allowed prefix has no query")
    segments = address.segments[:-1] if address.segments[-1:] == ("",) else address.segments
    return Address(address.scheme, address.host, segments, address.path, "")


def allowed_by(address: Address, prefixes: Iterable[Address]) -> bool:
    """Whether one of the prefixes holds the address."""
    return any(address.is_below(prefix) for prefix in prefixes)


def _host(scheme: str, authority: str) -> str:
    if scheme == "file":
        if authority.lower() not in ("", "localhost"):
            raise AddressError("it names a host, and files are read from this one alone")
        return ""
    if scheme == "s3":
        if not _BUCKET.fullmatch(authority):
            raise AddressError("it names no bucket")
        return authority
    host = authority.lower()
    if not _HOST.fullmatch(host):
        raise AddressError("it names no host, or a user and password")
    return host.removesuffix(_DEFAULT_PORTS[scheme])


def _segment(scheme: str, raw: str) -> str:
    """One part of a path, decoded. Refuses what could be read as another path by whoever decodes once more."""
    segment = decoded = unquote(raw, errors="surrogateescape")
    while True:
        if segment in (".", "..") or "/" in segment or _CONTROL.search(segment):
            raise AddressError("its path has dot segments, encoded slashes or control characters in it")
        if scheme in _DEFAULT_PORTS and "\\" in segment:
            raise AddressError("its path has backslashes in it")
        again = unquote(segment, errors="surrogateescape")
        if again == segment:
            return decoded
        segment = again
