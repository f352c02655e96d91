"""The base of every record on the wire: frozen, strict about unknown fields, every field described."""

from enum import StrEnum
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, StringConstraints, field_validator
from pydantic_core import PydanticCustomError

# The canonical text of a UUID (RFC 9562): lower case, so that one id has one spelling as a key.
Uuid = Annotated[
    str, StringConstraints(pattern="^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$", max_length=36)
]


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

    model_config = ConfigDict(
        frozen=True, extra="forbid", ser_json_inf_nan="constants", ser_json_bytes="base64", val_json_bytes="base64"
    )


class CommandPart(Record):
    """Base of a command and of every record inside one: `unknown` is refused, for it is no choice."""

    @field_validator("*")
    @classmethod
    def _refuse_unknown(cls, value: Any) -> Any:
        if isinstance(value, Symbol) and value.value == "unknown":
            raise PydanticCustomError("unknown_symbol", "'unknown' is not a choice, it is for readers only")
        return value


class Command(CommandPart):
    """Base of what the backend sends. Decoded strictly: a field or symbol that we do not know is an error."""
