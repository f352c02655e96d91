"""The released versions of each record's schema: what is on topics, in ledgers and at the backend already."""

import json
from functools import cache
from pathlib import Path
from typing import Any

RELEASED_DIR = Path(__file__).resolve().parent / "released"


@cache
def released(record: str, folder: Path = RELEASED_DIR) -> tuple[tuple[int, Any], ...]:
    """(version, schema) of every released version of `record`, oldest first; versions count from 1."""
    found = [(int(path.stem.removeprefix("v")), path) for path in (folder / record).glob("v*.avsc")]
    return tuple((version, json.loads(path.read_text(encoding="utf-8"))) for version, path in sorted(found))
