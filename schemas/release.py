"""Release a record's schema: keep every version for ever, and refuse a change that readers cannot live with."""

import json
from pathlib import Path
from typing import Any

from schemas.avro import avro_schema, shape
from schemas.avro_types import parse_type
from schemas.compatibility import breaks
from schemas.record import Record
from schemas.released import RELEASED_DIR, released
from schemas.topics import Topics, load_topics


class IncompatibleError(ValueError):
    """A schema may not follow the released versions; the message names the record and every reason."""


def incompatibilities(record: type[Record], schema: Any = None, folder: Path = RELEASED_DIR) -> list[str]:
    """Why the schema of `record` (or `schema` in its place) may not follow the released versions; empty when it may."""
    new = parse_type(avro_schema(record) if schema is None else schema)
    old = [(version, parse_type(text)) for version, text in released(record.__name__, folder)]
    return breaks(new, old, compatibility_of(record))


def compatibility_of(record: type[Record], topics: Topics | None = None) -> Any:
    """What the topics that carry the record ask for; the stricter one where they differ."""
    asked = {spec.compatibility for spec in (topics or load_topics()).of_record(record)}
    return "FULL_TRANSITIVE" if "FULL_TRANSITIVE" in asked else "BACKWARD_TRANSITIVE"


def is_released(record: type[Record], folder: Path = RELEASED_DIR) -> bool:
    """Whether the newest released version is what the model says now, documentation aside."""
    versions = released(record.__name__, folder)
    return bool(versions) and shape(versions[-1][1]) == shape(avro_schema(record))


def release(record: type[Record], folder: Path = RELEASED_DIR) -> Path | None:
    """Write the next version of the record's schema; None when nothing changed. Raises IncompatibleError."""
    if is_released(record, folder):
        return None
    if reasons := incompatibilities(record, folder=folder):
        raise IncompatibleError(f"{record.__name__}: {'; '.join(reasons)}")
    path = folder / record.__name__ / f"v{len(released(record.__name__, folder)) + 1}.avsc"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(as_text(avro_schema(record)), encoding="utf-8")
    released.cache_clear()
    return path


def as_text(schema: Any) -> str:
    """A schema as it is committed."""
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"
