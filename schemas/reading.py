"""How to read one writer's data as one of our records: decided once for each schema id, applied to each message."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

from fastavro import parse_schema
from fastavro.schema import SchemaParseException, UnknownType

from schemas.avro import avro_schema
from schemas.avro_types import (
    ArrayType,
    AvroType,
    EnumType,
    MapType,
    Primitive,
    RecordType,
    SchemaError,
    UnionType,
    parse_type,
    short_name,
    without_logical_types,
)
from schemas.codec_errors import InvalidRecordError, UndecodableError
from schemas.compatibility import unknown_fields, unreadable
from schemas.record import Command, Record

Adapter: TypeAlias = Callable[[Any], Any]
_NULL = Primitive("null")


@dataclass(frozen=True, slots=True)
class Reading:
    """What `schemaless_reader` needs, and how its answer becomes the fields of our model (None: as it is)."""

    writer: Any
    adapt: Adapter | None


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why nothing that was written with this schema can be this record."""

    error: type[UndecodableError | InvalidRecordError]
    message: str


def plan_reading(record: type[Record], schema: Any) -> Reading | Refusal:
    """How to read as `record` what was written with `schema` (JSON-able, from outside, not trusted).

    Commands are read strictly: a field that we do not know refuses them all, and symbols are left as they are, for the
    model to refuse. For our own records unknown fields are dropped and unknown symbols read as `unknown`.
    """
    ours = parse_type(avro_schema(record))
    try:
        theirs = parse_type(schema)
        writer = parse_schema(without_logical_types(schema))
    except (SchemaError, SchemaParseException, UnknownType, TypeError, ValueError, KeyError) as error:
        return Refusal(UndecodableError, f"The writer's schema cannot be used: {error}.")
    if not isinstance(theirs, RecordType) or short_name(theirs.name) != record.__name__:
        name = short_name(theirs.name) if isinstance(theirs, RecordType) else "not a record"
        return Refusal(UndecodableError, f"The message is {name}, expected {record.__name__}.")
    strict = issubclass(record, Command)
    if strict and (strange := unknown_fields(ours, theirs)):
        return Refusal(
            InvalidRecordError,
            f"{record.__name__} has no field {', '.join(strange)}: remove it, or wait until this service knows it.",
        )
    if reasons := unreadable(ours, theirs):
        error_type = InvalidRecordError if strict else UndecodableError
        return Refusal(error_type, f"{record.__name__} was written with another schema: {'; '.join(reasons[:5])}.")
    return Reading(writer, None if strict else _adapter(ours, theirs))


def _adapter(ours: AvroType, theirs: AvroType) -> Adapter | None:
    """What makes the writer's value ours; None where nothing differs, which is the common case."""
    ours, theirs = _unwrap(ours), _unwrap(theirs)
    match ours, theirs:
        case RecordType(), RecordType():
            return _record_adapter(ours, theirs)
        case EnumType(_, known), EnumType(_, symbols) if not set(symbols) <= set(known):
            return _nullable(lambda symbol: symbol if symbol in known else "unknown")
        case ArrayType(our_items), ArrayType(items):
            of_item = _adapter(our_items, items)
            return None if of_item is None else _nullable(lambda values: [of_item(value) for value in values])
        case MapType(our_values), MapType(values):
            of_value = _adapter(our_values, values)
            if of_value is None:
                return None
            return _nullable(lambda entries: {key: of_value(value) for key, value in entries.items()})
        case _:
            return None


def _record_adapter(ours: RecordType, theirs: RecordType) -> Adapter | None:
    kept = {field.name: known for field in theirs.fields if (known := ours.field(field.name))}
    adapters = {
        field.name: _adapter(kept[field.name].type, field.type) for field in theirs.fields if field.name in kept
    }
    if len(kept) == len(theirs.fields) and not any(adapters.values()):
        return None
    steps = [(name, adapter or _same) for name, adapter in adapters.items()]
    return _nullable(lambda value: {name: step(value[name]) for name, step in steps})


def _unwrap(avro_type: AvroType) -> AvroType:
    """The type without its null: the contract has no other unions."""
    if isinstance(avro_type, UnionType):
        others = [branch for branch in avro_type.branches if branch != _NULL]
        return others[0] if len(others) == 1 else avro_type
    return avro_type


def _nullable(adapter: Adapter) -> Adapter:
    return lambda value: None if value is None else adapter(value)


def _same(value: Any) -> Any:
    return value
