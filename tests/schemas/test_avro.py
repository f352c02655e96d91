"""Avro schemas as they follow from the models."""

import re
from typing import Any

import pytest
from fastavro import parse_schema
from pydantic import Field

from schemas.avro import ModelError, avro_schema, shape
from schemas.record import Record, Symbol
from schemas.records import RECORDS


class Colour(Symbol):
    """A colour."""

    UNKNOWN = "unknown"
    RED = "red"


class Inner(Record):
    """An inner record."""

    n: int = Field(default=1, description="A number.")


class Everything(Record):
    """One field of each kind.

    In two paragraphs,
    over lines.
    """

    text: str = Field(description="Text.")
    number: int = Field(default=-3, description="A number.")
    fraction: float = Field(default=0.5, description="A fraction.")
    flag: bool = Field(default=True, description="A flag.")
    raw: bytes = Field(default=b"\xff\x00", description="Bytes.")
    maybe: str | None = Field(default=None, description="Text or nothing.")
    wanted: int | None = Field(description="A number or nothing, to be said.")
    colour: Colour = Field(default=Colour.RED, description="A colour.")
    inner: Inner = Field(default=Inner(n=7), description="A record.")
    again: Inner | None = Field(default=None, description="The same record.")
    many: list[Inner] = Field(default_factory=list, description="Records.")
    named: dict[str, float] = Field(default_factory=dict, description="Numbers by name.")


def field_of(schema: dict[str, Any], name: str) -> dict[str, Any]:
    found: dict[str, Any] = next(field for field in schema["fields"] if field["name"] == name)
    return found


EVERYTHING = avro_schema(Everything)


@pytest.mark.parametrize(
    ("name", "avro", "default"),
    [
        ("number", "long", -3),
        ("fraction", "double", 0.5),
        ("flag", "boolean", True),
        ("raw", "bytes", "\u00ff\u0000"),
        ("maybe", ["null", "string"], None),
        ("again", ["null", "Inner"], None),
        ("many", {"type": "array", "items": "Inner"}, []),
        ("named", {"type": "map", "values": "double"}, {}),
    ],
)
def test_a_field_has_its_avro_type_and_default(name: str, avro: Any, default: Any) -> None:
    field = field_of(EVERYTHING, name)
    assert (field["type"], field["default"]) == (avro, default)


def test_a_required_field_has_no_default() -> None:
    assert "default" not in field_of(EVERYTHING, "text")
    assert "default" not in field_of(EVERYTHING, "wanted")


def test_an_enum_lists_its_symbols_with_unknown_as_default() -> None:
    colour = field_of(EVERYTHING, "colour")
    assert colour["type"]["symbols"] == ["unknown", "red"]
    assert colour["type"]["default"] == "unknown"
    assert colour["default"] == "red"


def test_a_nested_record_is_defined_where_it_first_occurs_and_named_after_that() -> None:
    assert field_of(EVERYTHING, "inner")["type"]["name"] == "Inner"
    assert field_of(EVERYTHING, "inner")["default"] == {"n": 7}
    assert field_of(EVERYTHING, "again")["type"] == ["null", "Inner"]


def test_docs_come_from_docstrings_and_descriptions() -> None:
    assert EVERYTHING["doc"] == "One field of each kind.\n\nIn two paragraphs, over lines."
    assert field_of(EVERYTHING, "text")["doc"] == "Text."


def test_shape_is_the_schema_without_its_words() -> None:
    assert '"doc"' not in str(shape(EVERYTHING)).replace("'", '"')
    assert field_of(shape(EVERYTHING), "number") == {"name": "number", "type": "long", "default": -3}  # type: ignore[arg-type]


def test_a_field_called_doc_in_a_default_is_kept() -> None:
    assert shape({"type": "map", "values": "string", "default": {"doc": "x"}}) == {
        "type": "map",
        "values": "string",
        "default": {"doc": "x"},
    }


def made(
    annotation: Any, default: Any = ..., description: str | None = "Something.", doc: str | None = "A doc."
) -> Any:
    body = {"__annotations__": {"x": annotation}, "x": Field(default, description=description), "__module__": __name__}
    return type("Made", (Record,), body | ({"__doc__": doc} if doc else {}))


class NoUnknown(Symbol):
    """An enum that forgot its default."""

    RED = "red"


@pytest.mark.parametrize(
    ("model", "message"),
    [
        (made(str, description=None), "Made.x has no description"),
        (made(str, doc=None), "Made has no docstring"),
        (made(str | None, "a"), "Made.x is optional, so its default must be None"),
        (made(str | int), "the only union"),
        (made(str | int | None, None), "the only union"),
        (made(set[str]), "has no place on the wire"),
        (made(dict[int, str]), "has no place on the wire"),
        (made(complex), "complex has no place on the wire"),
        (made(NoUnknown), "must begin with UNKNOWN"),
    ],
)
def test_a_model_that_breaks_the_rules_is_refused_with_the_field_named(model: type[Record], message: str) -> None:
    with pytest.raises(ModelError, match=re.escape(message)):
        avro_schema(model)


def test_a_record_inside_itself_is_refused() -> None:
    class Nested(Record):
        """A record."""

        again: "list[Nested]" = Field(description="Itself.")

    Nested.model_rebuild(_types_namespace={"Nested": Nested})
    with pytest.raises(ModelError, match="contains itself"):
        avro_schema(Nested)


@pytest.mark.parametrize("name", RECORDS)
def test_every_record_has_a_schema_that_avro_accepts(name: str) -> None:
    parse_schema(avro_schema(RECORDS[name]))


def test_one_name_is_one_type_in_the_whole_contract() -> None:
    seen: dict[str, Any] = {}

    def visit(schema: Any) -> None:
        if isinstance(schema, list):
            for part in schema:
                visit(part)
        elif isinstance(schema, dict):
            if schema.get("type") == "enum":
                assert seen.setdefault(schema["name"], schema) == schema
            if schema.get("type") == "record":
                names = [field["name"] for field in schema["fields"]]
                assert seen.setdefault(schema["name"], names) == names
            for key in ("type", "items", "values", "fields"):
                visit(schema.get(key))

    for record in RECORDS.values():
        visit(avro_schema(record))
    assert {"ArtifactRef", "Stage"} <= seen.keys()
