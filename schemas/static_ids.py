"""Schema ids where there is no registry: fixed in topics.yaml, the same in every process and at every start."""

from pathlib import Path
from typing import Any

from schemas.avro import avro_schema, shape
from schemas.codec_errors import UnknownSchemaError
from schemas.record import Record
from schemas.records import RECORDS
from schemas.released import RELEASED_DIR, released
from schemas.topics import Topics, load_topics


class StaticIds:
    """Ids by released version. A schema that is not released yet has the number of the version that it will be."""

    def __init__(self, topics: Topics | None = None, folder: Path = RELEASED_DIR) -> None:
        topics = topics or load_topics()
        self._ids: dict[str, int] = {}
        self._schemas: dict[int, Any] = {}
        for name, record in RECORDS.items():
            current = avro_schema(record)
            versions = list(released(name, folder))
            if not versions or shape(versions[-1][1]) != shape(current):
                versions.append((len(versions) + 1, current))
            for version, schema in versions:
                self._schemas[topics.static_id(name, version)] = schema
            self._ids[name] = topics.static_id(name, versions[-1][0])

    def id_of(self, topic: str, record: type[Record]) -> int:  # noqa: ARG002 - the same on every topic
        """The id of our schema of `record`. Raises KeyError when no topic carries it."""
        return self._ids[record.__name__]

    def schema_of(self, schema_id: int) -> Any:
        """The schema with this id. Raises UnknownSchemaError."""
        if schema_id not in self._schemas:
            raise UnknownSchemaError(f"Schema id {schema_id} is none of the fixed ids in topics.yaml.")
        return self._schemas[schema_id]
