"""Results by content: the key of a task's work, and looking it up and storing it in the ledger."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select

from processors.engine.ledger import decisions, insert_new, tables
from schemas.artifacts import ArtifactRef
from schemas.canonical import canonical_json
from schemas.jobs import TaskRecord


@dataclass(frozen=True, slots=True)
class CacheEntry:
    """What a task's work came to."""

    key: str
    result: str  # canonical JSON
    artifacts: tuple[ArtifactRef, ...]
    cpu_seconds: float


def cache_key(task: TaskRecord, input_digests: Mapping[str, str]) -> str:
    """The identity of a task's work: what is done, by which revision and models, to which bytes. No ids, no addresses.

    `input_digests` maps every input's name to its sha256.
    """
    content = {
        "stage": str(task.stage),
        "kind": task.kind,
        "revision": task.revision,
        "params": task.params,
        "versions": task.versions,
        "inputs": dict(input_digests),
    }
    return hashlib.sha256(canonical_json(content).encode()).hexdigest()


def look_up(connection: Connection, keys: Sequence[str]) -> dict[str, CacheEntry]:
    """The entries stored under these keys."""
    table = tables.cache_entries
    found: dict[str, CacheEntry] = {}
    for chunk in decisions.chunks(keys):
        for row in connection.execute(select(table).where(table.c.key.in_(chunk))):
            artifacts = tuple(ArtifactRef.model_validate(item) for item in json.loads(row.artifacts))
            found[row.key] = CacheEntry(row.key, row.result, artifacts, row.cpu_seconds)
    return found


def store_once(connection: Connection, entries: Sequence[CacheEntry], now_ms: int) -> dict[str, CacheEntry]:
    """Store what is not there yet and return what stands: the loser of a race adopts the winner's result."""
    new = insert_new(
        connection,
        tables.cache_entries,
        [
            {
                "key": entry.key,
                "result": entry.result,
                "artifacts": json.dumps([artifact.model_dump(mode="json") for artifact in entry.artifacts]),
                "cpu_seconds": entry.cpu_seconds,
                "created_ms": now_ms,
            }
            for entry in entries
        ],
        "key",
    )
    stands = {entry.key: entry for entry in entries if entry.key in new}
    return stands | look_up(connection, [entry.key for entry in entries if entry.key not in new])


def forget(connection: Connection, key: str) -> None:
    """Remove an entry whose artifacts are gone, so that the redone work can be stored."""
    connection.execute(tables.cache_entries.delete().where(tables.cache_entries.c.key == key))
