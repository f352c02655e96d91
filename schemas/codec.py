"""Records to bytes and back: Confluent's wire format around Avro's binary encoding.

A message is a zero byte, the writer's schema id (4 bytes, big-endian), and the record in Avro's binary encoding. It is
read with the schema that wrote it. Whatever the bytes are, reading ends in a record or in an error of codec_errors.
"""

import struct
from collections.abc import Iterable
from io import BytesIO
from typing import Any, Protocol, TypeVar

from fastavro import parse_schema, schemaless_reader, schemaless_writer
from pydantic import ValidationError

from schemas.avro import avro_schema
from schemas.codec_errors import (
    BadMessageError,
    CodecError,
    InvalidRecordError,
    RegistryUnavailableError,
    UndecodableError,
    UnknownSchemaError,
)
from schemas.reading import Reading, Refusal, plan_reading
from schemas.record import Command, Record
from schemas.topics import Topics, load_topics

__all__ = [
    "BadMessageError",
    "Codec",
    "CodecError",
    "InvalidRecordError",
    "RegistryUnavailableError",
    "SchemaIds",
    "UndecodableError",
    "UnknownSchemaError",
    "schema_id",
]

R = TypeVar("R", bound=Record)

# A byte of hostile input becomes about 100 bytes of Python objects, so the input's size bounds the memory. Commands are
# at most what their topics take by default; a dead letter holds another message whole.
MAX_COMMAND_BYTES = 1 << 20
MAX_MESSAGE_BYTES = 4 << 20
_PREFIX = struct.Struct(">bi")
_REASONS_SHOWN = 5
# What fastavro raises on bytes that it cannot read as the schema says.
_UNREADABLE = (EOFError, LookupError, ValueError, TypeError, ArithmeticError, RecursionError, MemoryError, struct.error)


class SchemaIds(Protocol):
    """Where schema ids come from: a registry, or the fixed ids of the embedded mode."""

    def id_of(self, topic: str, record: type[Record]) -> int:
        """The id of our schema of `record` as values of `topic`. Raises RegistryUnavailableError."""

    def schema_of(self, schema_id: int) -> Any:
        """The schema with this id, JSON-able. Raises UnknownSchemaError, RegistryUnavailableError, UndecodableError."""


class Codec:
    """Encodes and decodes the values of topics. What it looked up it keeps. Threads may share one."""

    def __init__(self, ids: SchemaIds, topics: Topics | None = None) -> None:
        self._ids = ids
        self._topics = topics or load_topics()
        self._schemas: dict[type[Record], Any] = {}
        self._prefixes: dict[tuple[str, type[Record]], bytes] = {}
        self._readings: dict[tuple[type[Record], int], Reading | Refusal] = {}

    def prepare(self, topics: Iterable[str]) -> None:
        """Look up the ids of these topics' values now, so that encoding them later asks nobody. Raises as `encode`."""
        for topic in topics:
            self._prefix_of(topic, self._topics[topic].record_type)

    def knows(self, topic: str, value: bytes | None) -> bool:
        """Whether `decode` would ask nobody for the writer's schema."""
        if value is None or len(value) < _PREFIX.size or value[0] != 0:
            return True
        return (self._topics[topic].record_type, schema_id(value)) in self._readings

    def encode(self, topic: str, record: Record) -> bytes:
        """The message of `record` for `topic`.

        Raises RegistryUnavailableError; TypeError for a record that is not the topic's, ValueError for a value that
        Avro cannot hold: faults of the caller.
        """
        prefix = self._prefix_of(topic, type(record))
        schema = self._schemas.get(type(record))
        if schema is None:
            schema = self._schemas[type(record)] = parse_schema(avro_schema(type(record)))
        buffer = BytesIO()
        buffer.write(prefix)
        try:
            schemaless_writer(buffer, schema, record.model_dump())
        except (ValueError, TypeError, OverflowError) as error:
            raise ValueError(f"{type(record).__name__} has a value that Avro cannot hold: {error}") from error
        return buffer.getvalue()

    def decode(self, topic: str, value: bytes | None) -> Record:
        """The record that a message of `topic` holds. Raises as `decode_as` does."""
        return self.decode_as(self._topics[topic].record_type, value)

    def decode_as(self, record: type[R], value: bytes | None) -> R:
        """The `record` that the message holds.

        Raises UndecodableError (not such a message), UnknownSchemaError, InvalidRecordError (a command that breaks the
        contract), and RegistryUnavailableError, which says nothing about the message: wait and try again.
        """
        if value is None:
            raise UndecodableError(f"The message has no value, expected {record.__name__}.")
        strict = issubclass(record, Command)
        limit = MAX_COMMAND_BYTES if strict else MAX_MESSAGE_BYTES
        if len(value) > limit:
            raise UndecodableError(f"The message has {len(value)} bytes, {record.__name__} has at most {limit}.")
        reading = self._reading_of(record, schema_id(value))
        if isinstance(reading, Refusal):
            raise reading.error(reading.message)
        fields = _read(record, reading.writer, value)
        if reading.adapt is not None:
            fields = reading.adapt(fields)
        try:
            return record.model_validate(fields)
        except ValidationError as error:
            sentence = _in_one_sentence(record, error)
            raise (InvalidRecordError(sentence) if strict else UndecodableError(sentence)) from error

    def _prefix_of(self, topic: str, record: type[Record]) -> bytes:
        found = self._prefixes.get((topic, record))
        if found is None:
            expected = self._topics[topic].record_type
            if record is not expected:
                raise TypeError(f"{topic} carries {expected.__name__}, not {record.__name__}")
            found = self._prefixes[topic, record] = _PREFIX.pack(0, self._ids.id_of(topic, record))
        return found

    def _reading_of(self, record: type[Record], writer_id: int) -> Reading | Refusal:
        found = self._readings.get((record, writer_id))
        if found is None:
            found = plan_reading(record, self._ids.schema_of(writer_id))
            self._readings[record, writer_id] = found
        return found


def schema_id(value: bytes) -> int:
    """The writer's schema id of a message. Raises UndecodableError when the bytes are no message at all."""
    if len(value) < _PREFIX.size:
        raise UndecodableError(f"The message has {len(value)} bytes, fewer than the {_PREFIX.size} of its prefix.")
    magic, found = _PREFIX.unpack_from(value)
    if magic != 0:
        raise UndecodableError(f"The message begins with byte {magic & 0xFF:#04x}, expected 0x00 and a schema id.")
    if found < 0:
        raise UndecodableError("The message's schema id is negative.")
    return int(found)


def _read(record: type[Record], writer: Any, value: bytes) -> Any:
    buffer = BytesIO(value)
    buffer.seek(_PREFIX.size)
    try:
        fields = schemaless_reader(buffer, writer, None)
    except _UNREADABLE as error:
        raise UndecodableError(
            f"The bytes are not a whole {record.__name__}: {type(error).__name__} {error}."
        ) from error
    left = len(value) - buffer.tell()
    if left:
        raise UndecodableError(f"{left} bytes follow the {record.__name__}; a message holds one record.")
    return fields


def _in_one_sentence(record: type[Record], error: ValidationError) -> str:
    """Every field that is wrong with its reason. Values are left out, for they may hold signatures; symbols are not."""
    problems = error.errors(include_url=False)
    reasons = []
    for problem in problems[:_REASONS_SHOWN]:
        path = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in problem["loc"]).lstrip(".")
        shown = f" (got {str(problem['input'])[:60]!r})" if problem["type"] == "enum" else ""
        reasons.append(f"{path or record.__name__}: {problem['msg']}{shown}")
    more = len(problems) - _REASONS_SHOWN
    tail = f"; and {more} more" if more > 0 else ""
    return f"{record.__name__} breaks the contract: {'; '.join(reasons)}{tail}."
