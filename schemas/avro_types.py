"""An Avro schema as a tree of types, with names resolved and what we cannot bound refused.

Schemas of writers come from outside. A type that contains itself could nest without end, and an array of items that
take no bytes could claim any length: both are refused here, before a byte of data is read.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

_PRIMITIVES = frozenset({"null", "boolean", "int", "long", "float", "double", "bytes", "string"})
_MAX_TYPES = 10_000
_FEWEST_BYTES = {"null": 0, "float": 4, "double": 8}


class SchemaError(ValueError):
    """This is no Avro schema, or one whose data cannot be bounded; the message says where and why."""


@dataclass(frozen=True, slots=True)
class Primitive:
    """A primitive type."""

    name: str


@dataclass(frozen=True, slots=True)
class Fixed:
    """Bytes of a fixed length."""

    name: str
    size: int


@dataclass(frozen=True, slots=True)
class EnumType:
    """An enum; `default` is what readers take for symbols that they do not know."""

    name: str
    symbols: tuple[str, ...]
    default: str | None
    doc: str = ""


@dataclass(frozen=True, slots=True)
class ArrayType:
    """An array."""

    items: "AvroType"


@dataclass(frozen=True, slots=True)
class MapType:
    """A map from strings."""

    values: "AvroType"


@dataclass(frozen=True, slots=True)
class UnionType:
    """A union of types."""

    branches: tuple["AvroType", ...]


@dataclass(frozen=True, slots=True)
class FieldType:
    """A field of a record."""

    name: str
    type: "AvroType"
    has_default: bool
    doc: str = ""
    default: Any = None


@dataclass(frozen=True, slots=True)
class RecordType:
    """A record; its name is the full one."""

    name: str
    fields: tuple[FieldType, ...]
    doc: str = ""

    def field(self, name: str) -> FieldType | None:
        """The field of that name."""
        return next((field for field in self.fields if field.name == name), None)


AvroType: TypeAlias = Primitive | Fixed | EnumType | ArrayType | MapType | UnionType | RecordType


def parse_type(schema: Any) -> AvroType:
    """The tree of a JSON-able schema. Raises SchemaError."""
    try:
        return _Parser().type(schema, "")
    except (KeyError, TypeError, AttributeError, RecursionError) as error:
        raise SchemaError(f"the schema is malformed: {error!r}") from error


def short_name(name: str) -> str:
    """The name without its namespace: what Avro compares when it resolves one schema against another."""
    return name.rpartition(".")[2]


def without_logical_types(schema: Any) -> Any:
    """The schema with only its plain types, so that values are read as the contract writes them."""
    if isinstance(schema, dict):
        return {key: without_logical_types(value) for key, value in schema.items() if key != "logicalType"}
    return [without_logical_types(part) for part in schema] if isinstance(schema, list) else schema


def fewest_bytes(avro_type: AvroType) -> int:
    """A lower bound of the bytes that one value takes; 0 only for values that can take none."""
    match avro_type:
        case Primitive(name):
            return _FEWEST_BYTES.get(name, 1)
        case Fixed(_, size):
            return size
        case RecordType(_, fields):
            return sum(fewest_bytes(field.type) for field in fields)
        case _:
            return 1


class _Parser:
    def __init__(self) -> None:
        self._named: dict[str, AvroType | None] = {}  # None while it is being read
        self._types = 0

    def type(self, schema: Any, namespace: str) -> AvroType:
        self._types += 1
        if self._types > _MAX_TYPES:
            raise SchemaError(f"the schema has more than {_MAX_TYPES} types")
        if isinstance(schema, str):
            return self._by_name(schema, namespace)
        if isinstance(schema, list):
            return self._union(schema, namespace)
        if schema["type"] in ("record", "error"):
            return self._record(schema, namespace)
        if schema["type"] in ("enum", "fixed"):
            return self._enum_or_fixed(schema, namespace)
        return self._container(schema, namespace)

    def _container(self, schema: dict[str, Any], namespace: str) -> AvroType:
        kind = schema["type"]
        if kind == "array":
            items = self.type(schema["items"], namespace)
            if fewest_bytes(items) == 0:
                raise SchemaError("an array's items can take no bytes, so its length has no bound")
            return ArrayType(items)
        if kind == "map":
            return MapType(self.type(schema["values"], namespace))
        return self.type(kind, namespace)

    def _by_name(self, name: str, namespace: str) -> AvroType:
        if name in _PRIMITIVES:
            return Primitive(name)
        for full in _candidates(name, namespace):
            if full in self._named:
                found = self._named[full]
                if found is None:
                    raise SchemaError(f"{full} contains itself, so its depth has no bound")
                return found
        raise SchemaError(f"{name} is not defined in the schema")

    def _union(self, branches: list[Any], namespace: str) -> AvroType:
        if any(isinstance(branch, list) for branch in branches) or not branches:
            raise SchemaError("a union is empty or holds a union")
        return UnionType(tuple(self.type(branch, namespace) for branch in branches))

    def _record(self, schema: dict[str, Any], namespace: str) -> AvroType:
        name = self._name(schema, namespace)
        if name in self._named:
            raise SchemaError(f"{name} is defined twice")
        self._named[name] = None
        inner = name.rpartition(".")[0]
        fields = tuple(
            FieldType(
                field["name"],
                self.type(field["type"], inner),
                "default" in field,
                field.get("doc", ""),
                field.get("default"),
            )
            for field in schema["fields"]
        )
        if len({field.name for field in fields}) != len(fields):
            raise SchemaError(f"{name} has two fields of one name")
        built = RecordType(name, fields, schema.get("doc", ""))
        self._named[name] = built
        return built

    def _enum_or_fixed(self, schema: dict[str, Any], namespace: str) -> AvroType:
        name = self._name(schema, namespace)
        if name in self._named:
            raise SchemaError(f"{name} is defined twice")
        built: AvroType
        if schema["type"] == "enum":
            built = EnumType(name, tuple(schema["symbols"]), schema.get("default"), schema.get("doc", ""))
        else:
            built = Fixed(name, schema["size"])
        self._named[name] = built
        return built

    @staticmethod
    def _name(schema: dict[str, Any], namespace: str) -> str:
        name, own = schema["name"], schema.get("namespace", namespace)
        return name if "." in name or not own else f"{own}.{name}"


def _candidates(name: str, namespace: str) -> Iterator[str]:
    if "." not in name and namespace:
        yield f"{namespace}.{name}"
    yield name
