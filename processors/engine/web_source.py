"""Inputs fetched by HTTP: only from listed places, also after redirects, with a limit on bytes and on time."""

import logging
import time
from collections.abc import Callable, Generator, Sequence
from urllib.parse import urljoin

import httpx

from processors.engine.addresses import Address, AddressError, allowed_by, parse_address, shown
from processors.engine.artifacts import StoreUnavailableError
from processors.engine.work import InvalidInputError

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_MAX_REDIRECTS = 5
# Answers that may be another one soon.
_PASSING = frozenset({408, 425, 429})


class WebSource:
    """Reads `https://` (and, where listed, `http://`) addresses below the allowed prefixes."""

    def __init__(self, allowed: Sequence[Address], timeout_s: float = 20.0, total_s: float = 300.0) -> None:
        self._allowed = [prefix for prefix in allowed if prefix.is_web]
        self._total_s = total_s
        logging.getLogger("httpx").setLevel(logging.WARNING)  # at INFO it writes whole addresses, signatures too
        # Only what is listed costs a client (and its certificates).
        self._client = httpx.Client(timeout=timeout_s, follow_redirects=False) if self._allowed else None

    def read(
        self, uri: str, address: Address, max_bytes: int, too_large: Callable[[str, int], InvalidInputError]
    ) -> Generator[bytes]:
        """The bytes at the address, which was parsed from `uri`, piece by piece.

        Raises InvalidInputError (`uri_not_allowed`, also for a redirect that leads out; `input_not_found`), what
        `too_large` makes when the server announces too much, and StoreUnavailableError.
        """
        assert self._client is not None
        until = time.monotonic() + self._total_s
        try:
            for _ in range(1 + _MAX_REDIRECTS):
                url = _request_url(address)
                with self._client.stream("GET", url, headers={"Accept-Encoding": "identity"}) as response:
                    if response.status_code in _REDIRECTS:
                        address = self._redirected(uri, urljoin(url, response.headers.get("location", "")))
                        continue
                    _require_success(uri, response)
                    announced = response.headers.get("content-length", "")
                    if announced.isdigit() and int(announced) > max_bytes:
                        raise too_large(uri, int(announced))
                    for data in response.iter_bytes():
                        if time.monotonic() > until:
                            raise StoreUnavailableError(f"{shown(uri)} did not arrive within {self._total_s:g} s")
                        yield data
                    return
        except httpx.InvalidURL as error:
            raise InvalidInputError("uri_not_allowed", f"{shown(uri)} is no address: {error}") from error
        except httpx.DecodingError as error:
            raise _not_found(uri, "its content encoding is broken") from error
        except httpx.HTTPError as error:
            raise StoreUnavailableError(f"{shown(uri)} cannot be reached: {type(error).__name__}") from error
        raise _not_found(uri, f"it redirects more than {_MAX_REDIRECTS} times")

    def close(self) -> None:
        """Give up connections."""
        if self._client is not None:
            self._client.close()

    def _redirected(self, uri: str, url: str) -> Address:
        try:
            address = parse_address(url)
        except AddressError as error:
            raise InvalidInputError("uri_not_allowed", f"{shown(uri)} redirects to {shown(url)}: {error}") from error
        if not allowed_by(address, self._allowed):
            message = f"{shown(uri)} redirects to {shown(url)}, which lies outside of the stores that may be read"
            raise InvalidInputError("uri_not_allowed", message)
        return address


def _request_url(address: Address) -> str:
    """The URL from the parts that were judged, so that no other parser's reading of the original counts."""
    query = f"?{address.query}" if address.query else ""
    return f"{address.scheme}://{address.host}{address.path or '/'}{query}"


def _require_success(uri: str, response: httpx.Response) -> None:
    status = response.status_code
    if status >= 500 or status in _PASSING:
        raise StoreUnavailableError(f"{shown(uri)} cannot be read now: the server answers {status}")
    if status != 200:
        raise _not_found(uri, f"the server answers {status}")


def _not_found(uri: str, reason: str) -> InvalidInputError:
    return InvalidInputError("input_not_found", f"there is no file to read at {shown(uri)}: {reason}")
