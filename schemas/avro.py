"""Derive the Avro schema of a record from its pydantic model, so that the contract has one source."""

import inspect
import re
import types
from enum import Enum
from typing import Annotated, Any, TypeAlias, Union, get_args, get_origin

from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from schemas.record import Record, Symbol

NAMESPACE = "vls.media"
AvroSchema: TypeAlias = str | dict[str, Any] | list[Any]

_PRIMITIVES: dict[type, str] = {bool: "boolean", int: "long", float: "double", str: "string", bytes: "bytes"}
_NAME = re.compile(r"^[A-Za-z_][A-Za-z0-9_]*$")


class ModelError(TypeError):
    """A model cannot be written as Avro, or does not keep the contract's rules; the message names the field."""


def avro_schema(model: type[Record]) -> dict[str, Any]:
    """The Avro schema of `model`, JSON-able, with nested named types defined where they first occur.

    Raises ModelError when a record, enum or field has no description, an optional field defaults to anything but null,
    an enum does not begin with `unknown`, or a type has no place in the contract.
    """
    return _Builder().record(model, top=True)


def shape(schema: AvroSchema) -> AvroSchema:
    """The schema without its documentation: what readers and writers depend on."""
    if isinstance(schema, dict):
        return {key: value if key == "default" else shape(value) for key, value in schema.items() if key != "doc"}
    if isinstance(schema, list):
        return [shape(part) for part in schema]
    return schema


class _Builder:
    """One walk over a model; remembers which names are defined already."""

    def __init__(self) -> None:
        self._defined: dict[str, type] = {}
        self._open: list[type] = []

    def record(self, model: type[Record], *, top: bool = False) -> dict[str, Any]:
        if model in self._open:
            raise ModelError(f"{model.__name__} contains itself; records on the wire have a bounded depth")
        self._define(model)
        self._open.append(model)
        fields = [self._field(model, name, field) for name, field in model.model_fields.items()]
        self._open.pop()
        named: dict[str, Any] = {"type": "record", "name": model.__name__}
        if top:
            named["namespace"] = NAMESPACE
        return {**named, "doc": _doc(model), "fields": fields}

    def _define(self, named: type) -> None:
        if not _NAME.match(named.__name__):
            raise ModelError(f"{named.__name__} is no Avro name")
        self._defined[named.__name__] = named

    def _field(self, model: type[Record], name: str, field: FieldInfo) -> dict[str, Any]:
        where = f"{model.__name__}.{name}"
        if not field.description:
            raise ModelError(f"{where} has no description")
        if not _NAME.match(name):
            raise ModelError(f"{where} is no Avro name")
        built: dict[str, Any] = {"name": name, "type": self._type(field.annotation, where), "doc": field.description}
        default = field.get_default(call_default_factory=True, validated_data={})
        if isinstance(built["type"], list) and default not in {None, PydanticUndefined}:
            raise ModelError(f"{where} is optional, so its default must be None")
        if default is not PydanticUndefined:
            built["default"] = _default(default, where)
        return built

    def _type(self, annotation: Any, where: str) -> AvroSchema:
        origin, arguments = get_origin(annotation), get_args(annotation)
        if origin is Annotated:
            return self._type(arguments[0], where)
        if origin in {Union, types.UnionType}:
            inner = [part for part in arguments if part is not type(None)]
            if len(inner) != 1 or len(arguments) != 2:
                raise ModelError(f"{where}: the only union on the wire is `... | None`, this is {annotation}")
            return ["null", self._type(inner[0], where)]
        if origin is list:
            return {"type": "array", "items": self._type(arguments[0], where)}
        if origin is dict and arguments[0] is str:
            return {"type": "map", "values": self._type(arguments[1], where)}
        if isinstance(annotation, type):
            return self._named_or_primitive(annotation, where)
        raise ModelError(f"{where}: {annotation} has no place on the wire")

    def _named_or_primitive(self, annotation: type, where: str) -> AvroSchema:
        if annotation in _PRIMITIVES:
            return _PRIMITIVES[annotation]
        if not issubclass(annotation, Record | Symbol):
            raise ModelError(f"{where}: {annotation.__name__} has no place on the wire")
        known = self._defined.get(annotation.__name__)
        if known is not None and known is not annotation:
            raise ModelError(f"{where}: two types are named {annotation.__name__}")
        if known is not None and annotation not in self._open:
            return annotation.__name__
        return self.record(annotation) if issubclass(annotation, Record) else self._enum(annotation)

    def _enum(self, symbol: type[Symbol]) -> dict[str, Any]:
        self._define(symbol)
        symbols = [member.value for member in symbol]
        if symbols[:1] != ["unknown"]:
            raise ModelError(f'{symbol.__name__} must begin with UNKNOWN = "unknown"')
        for value in symbols:
            if not _NAME.match(value):
                raise ModelError(f"{symbol.__name__}.{value} is no Avro name")
        return {"type": "enum", "name": symbol.__name__, "doc": _doc(symbol), "symbols": symbols, "default": "unknown"}


def _doc(named: type) -> str:
    """The class's own docstring, each paragraph on one line."""
    doc = named.__dict__.get("__doc__")
    if not doc:
        raise ModelError(f"{named.__name__} has no docstring")
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in inspect.cleandoc(doc).split("\n\n"))


def _default(value: Any, where: str) -> Any:
    """A default as Avro writes it: bytes as text of code points 0 to 255, enums as their symbol."""
    if isinstance(value, Record):
        return {name: _default(getattr(value, name), where) for name in type(value).model_fields}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, bytes):
        return value.decode("latin-1")
    if isinstance(value, list | tuple):
        return [_default(item, where) for item in value]
    if isinstance(value, dict):
        return {key: _default(item, where) for key, item in value.items()}
    if value is None or isinstance(value, str | int | float):
        return value
    raise ModelError(f"{where}: a default of type {type(value).__name__} cannot be written")
