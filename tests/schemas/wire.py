"""What tests of the wire share: ids from a dictionary, and schemas changed in one place."""

import copy
from collections.abc import Callable
from typing import Any

from schemas.avro import avro_schema
from schemas.codec import Codec, UnknownSchemaError
from schemas.record import Record
from schemas.static_ids import StaticIds
from schemas.topics import load_topics

TOPICS = load_topics()
OTHER_ID = 99_999


class OneMore:
    """The fixed ids, and one schema more under OTHER_ID."""

    def __init__(self, schema: Any) -> None:
        self._static = StaticIds(TOPICS)
        self._schema = schema

    def id_of(self, topic: str, record: type[Record]) -> int:
        return self._static.id_of(topic, record)

    def schema_of(self, schema_id: int) -> Any:
        if schema_id == OTHER_ID:
            return self._schema
        return self._static.schema_of(schema_id)


class Nothing:
    """A registry that knows no schema."""

    def id_of(self, topic: str, record: type[Record]) -> int:
        raise AssertionError(f"{topic} {record}")

    def schema_of(self, schema_id: int) -> Any:
        raise UnknownSchemaError(f"The registry does not know schema id {schema_id}.")


def static_codec() -> Codec:
    return Codec(StaticIds(TOPICS), TOPICS)


def changed(record: type[Record], change: Callable[[dict[str, Any]], None]) -> dict[str, Any]:
    """The record's schema after `change` to a copy of it."""
    schema = copy.deepcopy(avro_schema(record))
    change(schema)
    return schema


def field(schema: dict[str, Any], name: str) -> dict[str, Any]:
    found: dict[str, Any] = next(field for field in schema["fields"] if field["name"] == name)
    return found


def without(name: str) -> Callable[[dict[str, Any]], None]:
    def change(schema: dict[str, Any]) -> None:
        schema["fields"] = [field for field in schema["fields"] if field["name"] != name]

    return change


def with_field(**added: Any) -> Callable[[dict[str, Any]], None]:
    return lambda schema: schema["fields"].append(added)
