"""Where models are pulled from: a folder, an S3 server, or https. What arrives is checked by `ml.models.pulling`."""

import logging
import ssl
import time
from collections.abc import Generator
from contextlib import closing
from pathlib import Path
from urllib.parse import urljoin

import httpx

from ml.errors import ModelError, ModelMissingError
from ml.models.manifest import ModelFile
from ml.models.pulling import Read
from processors.engine.addresses import Address, AddressError, parse_address, shown
from processors.engine.artifacts import StoreUnavailableError
from processors.engine.artifacts.s3_client import S3RefusedError, S3Settings, s3_answers, s3_client

_CHUNK_BYTES = 1 << 20
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_MAX_REDIRECTS = 5
_TOTAL_S = 1800.0


def read_from(place: str, s3: S3Settings, tls: ssl.SSLContext | None = None) -> Read:
    """A reader of model files at `place`: a path, `file:///folder`, `s3://bucket/prefix` or `https://host/folder`.

    A place that ends like the file that is asked for (`.tflite`) is the file itself, under whatever name; any other is
    the folder that the file lies in. `tls`: in place of the system's certificates.
    Raises ModelError for another scheme, http too: whoever sits on the way could read and cut it.
    """
    if "://" not in place and not place.startswith("file:"):
        return lambda file: _read_folder(Path(place).expanduser(), file)
    try:
        address = parse_address(place)
    except AddressError as error:
        raise ModelError(f"Models cannot be pulled from {shown(place)}: {error}.") from error
    if address.scheme == "file":
        return lambda file: _read_folder(Path("/", *address.segments), file)
    if address.scheme == "s3":
        return lambda file: _read_s3(address, file, s3)
    if address.scheme == "http":
        raise ModelError(f"Models are not pulled over http: {shown(place)}. Use https, s3 or a folder.")
    return lambda file: _read_web(address, file, tls)


def _read_folder(place: Path, file: ModelFile) -> Generator[bytes]:
    path = place / file.file if place.is_dir() else place
    try:
        with path.open("rb") as opened:
            while part := opened.read(_CHUNK_BYTES):
                yield part
    except OSError as error:
        raise ModelMissingError(f"{file.file} cannot be read from {path}: {error.strerror or error}.") from error


def _is_the_file(last: str, file: ModelFile) -> bool:
    return bool(last) and Path(last).suffix.lower() == Path(file.file).suffix.lower()


def _read_s3(place: Address, file: ModelFile, settings: S3Settings) -> Generator[bytes]:
    segments = tuple(filter(None, place.segments))
    if not segments or not _is_the_file(segments[-1], file):
        segments = (*segments, file.file)
    key = "/".join(segments)
    what = f"s3://{place.host}/{key}"
    client = s3_client(settings)
    try:
        with s3_answers(what), closing(client.get_object(Bucket=place.host, Key=key)["Body"]) as body:
            yield from body.iter_chunks(_CHUNK_BYTES)
    except S3RefusedError as error:
        raise ModelMissingError(f"{what} cannot be read: the server says {error.code} ({error.status}).") from error
    except StoreUnavailableError as error:
        raise ModelError(f"{what} cannot be read now: {error}.") from error
    finally:
        client.close()


def _read_web(place: Address, file: ModelFile, tls: ssl.SSLContext | None) -> Generator[bytes]:
    """Follows redirects, to any host but to https alone: the manifest's sha256 judges what arrives."""
    logging.getLogger("httpx").setLevel(logging.WARNING)  # at INFO it writes whole addresses, signatures too
    path = place.path
    if not _is_the_file(path.rpartition("/")[2], file):
        path = f"{path.rstrip('/')}/{file.file}"
    url = f"https://{place.host}{path}{'?' if place.query else ''}{place.query}"
    until = time.monotonic() + _TOTAL_S
    try:
        with httpx.Client(timeout=20.0, follow_redirects=False, verify=tls if tls is not None else True) as client:
            for _ in range(1 + _MAX_REDIRECTS):
                with client.stream("GET", url, headers={"Accept-Encoding": "identity"}) as response:
                    if response.status_code in _REDIRECTS:
                        url = _redirected(url, response.headers.get("location", ""))
                        continue
                    if response.status_code != 200:
                        raise ModelMissingError(f"{shown(url)}: the server answers {response.status_code}.")
                    for part in response.iter_bytes():
                        if time.monotonic() > until:
                            raise ModelError(f"{shown(url)} did not arrive within {_TOTAL_S:g} s.")
                        yield part
                    return
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise ModelError(f"{shown(url)} cannot be read: {type(error).__name__}: {error}.") from error
    raise ModelError(f"{shown(url)} redirects more than {_MAX_REDIRECTS} times.")


def _redirected(url: str, location: str) -> str:
    onward = urljoin(url, location)
    try:
        scheme = parse_address(onward).scheme
    except AddressError as error:
        raise ModelError(f"{shown(url)} redirects to {shown(onward)}: {error}.") from error
    if scheme != "https":
        raise ModelError(f"{shown(url)} redirects to {shown(onward)}, which is not https: it was not followed.")
    return onward
