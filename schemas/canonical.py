"""Canonical JSON and digests over it: what cache keys, duplicates and ledger rows are compared by."""

import hashlib
import json
from collections.abc import Set as AbstractSet
from typing import Any

from schemas.record import Record


def canonical_json(value: Any) -> str:
    """One spelling for one value: sorted keys, no white space, text as UTF-8 rather than escapes.

    Raises ValueError for NaN and infinities, TypeError for what JSON does not have.
    """
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def canonical_digest(value: Any) -> str:
    """SHA-256 of the canonical JSON of `value`, 64 lower-case hex digits. Raises as `canonical_json` does."""
    return hashlib.sha256(canonical_json(value).encode()).hexdigest()


def content_digest(record: Record, *, without: AbstractSet[str] = frozenset()) -> str:
    """SHA-256 of a record's content: its canonical JSON without the fields that have their default.

    A field that is added later with a default therefore changes no digest. `without` names top-level fields of the
    envelope to leave out. Raises ValueError for NaN and infinities.
    """
    return canonical_digest(record.model_dump(mode="json", exclude_defaults=True, exclude=set(without)))
