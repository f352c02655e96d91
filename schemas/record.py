"""The base of every record on the wire: frozen, strict about unknown fields, every field described."""

from enum import StrEnum

from pydantic import BaseModel, ConfigDict


class Symbol(StrEnum):
    """Base of every enum on the wire.

    Avro needs a default symbol for readers that are older than the writer, so each subclass has `UNKNOWN = "unknown"`
    as its first member. Commands refuse it; readers of what we produce may meet it.
    """


class Record(BaseModel):
    """Base of every record on the wire.

    Allowed field types: str, int (Avro long), float (double), bool, bytes, a `Symbol` enum, another `Record`,
    `list[...]`, `dict[str, ...]`, and `... | None`. Every field has a description that names its unit where it has one;
    every field added after the first release has a default.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", ser_json_inf_nan="constants", ser_json_bytes="base64", val_json_bytes="base64")
