"""Schema ids from a registry with Confluent's API: looking up, checking and registering our schemas."""

import json
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

from authlib.deprecate import AuthlibDeprecationWarning

# The client's way of importing authlib, which it brings along, warns every process of ours about httpx.
warnings.filterwarnings("ignore", category=AuthlibDeprecationWarning)

from confluent_kafka.schema_registry import Schema, SchemaRegistryClient, SchemaRegistryError  # noqa: E402

# The registry client itself takes httpx from here: whichever of its two generations is installed.
from confluent_kafka.schema_registry.common._httpx_compat import httpx  # noqa: E402
from confluent_kafka.schema_registry.error import OAuthTokenError  # noqa: E402

from schemas.avro import avro_schema, shape  # noqa: E402
from schemas.avro_types import SchemaError, parse_type  # noqa: E402
from schemas.codec_errors import RegistryUnavailableError, UndecodableError, UnknownSchemaError  # noqa: E402
from schemas.compatibility import breaks  # noqa: E402
from schemas.record import Record  # noqa: E402
from schemas.topics import Topics, TopicSpec, load_topics  # noqa: E402

T = TypeVar("T")

_UNKNOWN_SUBJECT, _UNKNOWN_VERSION, _UNKNOWN_SCHEMA, _NO_OWN_COMPATIBILITY = 40401, 40402, 40403, 40408
_INCOMPATIBLE = 409


class RefusedError(Exception):
    """The registry refuses a schema; the message names the subject and the reason."""


@dataclass(frozen=True, slots=True)
class SubjectState:
    """What the registry has of one topic's schema, and what stands in the way of ours."""

    subject: str
    record: str
    compatibility: str
    schema_id: int | None  # of our schema; None: not registered yet
    versions: int  # how many are registered
    problems: tuple[str, ...]  # why ours may not follow them


class RegistryIds:
    """The ids of a registry (TopicNameStrategy). Safe to share by threads; the caller keeps what it looked up."""

    def __init__(self, client: SchemaRegistryClient) -> None:
        self._client = client

    def id_of(self, topic: str, record: type[Record]) -> int:
        """The id of our schema of `record` under the topic's subject.

        Raises RegistryUnavailableError, also when the schema is not registered: the remedy is to register it, and wait.
        """
        subject = f"{topic}-value"
        with _answered(f"The id of {subject}"):
            try:
                found = self._client.lookup_schema(subject, _ours(record)).schema_id
            except SchemaRegistryError as error:
                if error.error_code not in {_UNKNOWN_SUBJECT, _UNKNOWN_SCHEMA}:
                    raise
                found = None
        if found is not None:
            return int(found)
        raise RegistryUnavailableError(f"{record.__name__} is not registered for {topic}: run `schemas register`.")

    def schema_of(self, schema_id: int) -> Any:
        """The schema with this id. Raises UnknownSchemaError, RegistryUnavailableError, UndecodableError (not Avro)."""
        with _answered(f"Schema {schema_id}"):
            try:
                found = self._client.get_schema(schema_id)
            except SchemaRegistryError as error:
                if error.error_code != _UNKNOWN_SCHEMA:
                    raise
                raise UnknownSchemaError(f"The registry does not know schema id {schema_id}.") from error
        if (found.schema_type or "AVRO") != "AVRO" or found.references:
            raise UndecodableError(
                f"Schema {schema_id} is not a whole Avro schema: {found.schema_type}, or references."
            )
        return _parsed(found.schema_str, schema_id)


def open_registry(url: str) -> RegistryIds:
    """The ids of the registry at `url`. Asks nothing yet."""
    return RegistryIds(connect(url))


def connect(url: str, *, timeout_s: float = 5.0, retries: int = 1, **settings: Any) -> SchemaRegistryClient:
    """A client that gives up after `timeout_s` a try. `settings` are the client's own, such as basic.auth.user.info."""
    own = {"url": url, "timeout": timeout_s, "max.retries": retries, "retries.wait.ms": 200, **settings}
    return SchemaRegistryClient(own)


def check(client: SchemaRegistryClient, topics: Topics | None = None) -> list[SubjectState]:
    """The state of every topic's subject, ours compared with all registered versions, not the latest alone.

    Changes nothing. Raises RegistryUnavailableError.
    """
    return [_state(client, spec) for spec in (topics or load_topics()).values()]


def register(
    client: SchemaRegistryClient, topics: Topics | None = None, tell: Callable[[SubjectState], None] = lambda _: None
) -> list[SubjectState]:
    """Set every subject's compatibility and register our schema; the states afterwards. Running it again is harmless.

    Checks all subjects first, so that nothing is registered when one may not be. `tell` hears of each as it is done.
    Raises RefusedError, RegistryUnavailableError.
    """
    specs = list((topics or load_topics()).values())
    bad = [state for state in (_state(client, spec) for spec in specs) if state.problems]
    if bad:
        raise RefusedError("; ".join(f"{state.subject}: {', '.join(state.problems)}" for state in bad))
    done = []
    for spec in specs:
        with _answered(f"Registering {spec.subject}"):
            client.set_compatibility(spec.subject, spec.compatibility)
            register_schema(client, spec.subject, avro_schema(spec.record_type))
        done.append(_state(client, spec))
        tell(done[-1])
    return done


def register_schema(client: SchemaRegistryClient, subject: str, schema: Any) -> int:
    """Register one schema and return its id. Raises RefusedError, RegistryUnavailableError."""
    with _answered(f"Registering {subject}"):
        try:
            return int(client.register_schema(subject, Schema(json.dumps(schema), "AVRO")))
        except SchemaRegistryError as error:
            if error.http_status_code not in {_INCOMPATIBLE, 422}:
                raise
            raise RefusedError(f"{subject}: {error.error_message}") from error


def _state(client: SchemaRegistryClient, spec: TopicSpec) -> SubjectState:
    with _answered(f"The state of {spec.subject}"):
        numbers: list[int] = _unless_missing(lambda: client.get_versions(spec.subject), list)
        registered = [(number, client.get_version(spec.subject, number)) for number in numbers]
        compatibility = _unless_missing(lambda: client.get_compatibility(spec.subject), lambda: "not set")
    ours = avro_schema(spec.record_type)
    schemas = [(number, found.schema_id, _parsed(found.schema.schema_str, number)) for number, found in registered]
    same = [schema_id for _, schema_id, schema in schemas if shape(schema) == shape(ours)]
    return SubjectState(
        subject=spec.subject,
        record=spec.record,
        compatibility=compatibility,
        schema_id=same[-1] if same else None,
        versions=len(registered),
        problems=tuple(_problems(spec, ours, [(number, schema) for number, _, schema in schemas])),
    )


def _problems(spec: TopicSpec, ours: Any, registered: Sequence[tuple[int, Any]]) -> Iterator[str]:
    try:
        old = [(number, parse_type(schema)) for number, schema in registered]
    except SchemaError as error:
        yield f"a registered version cannot be used: {error}"
        return
    yield from breaks(parse_type(ours), old, spec.compatibility)


def _ours(record: type[Record]) -> Schema:
    return Schema(json.dumps(avro_schema(record)), "AVRO")


def _parsed(text: str | None, number: int) -> Any:
    try:
        return json.loads(text or "")
    except json.JSONDecodeError:
        return text  # a bare primitive such as `string` may be stored without its quotes; what reads it says so
    except RecursionError as error:
        raise UndecodableError(f"Schema {number} is nested too deeply.") from error


def _unless_missing(ask: Callable[[], T], otherwise: Callable[[], T]) -> T:
    try:
        return ask()
    except SchemaRegistryError as error:
        if error.error_code not in {_UNKNOWN_SUBJECT, _UNKNOWN_VERSION, _NO_OWN_COMPATIBILITY}:
            raise
        return otherwise()


@contextmanager
def _answered(what: str) -> Iterator[None]:
    """Whatever is no definite answer is a registry that cannot be asked now. No address in it: it may be secret."""
    try:
        yield
    except SchemaRegistryError as error:
        answer = f"HTTP {error.http_status_code}, code {error.error_code}"
        raise RegistryUnavailableError(f"{what}: the registry answered {answer}.") from error
    except (httpx.HTTPError, OAuthTokenError, ValueError, OSError) as error:
        raise RegistryUnavailableError(f"{what}: the registry cannot be asked, {type(error).__name__}.") from error
