"""The recorded example messages in schemas/examples: one for each topic, readable, with the bytes of its value.

A person writes the value; key, headers and bytes follow from it (`python -m schemas.generate` fills them in).
"""

import json
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from schemas.codec import Codec
from schemas.headers import output_headers
from schemas.record import Record
from schemas.topics import TopicSpec

EXAMPLES_DIR = Path(__file__).resolve().parent / "examples"
_TIME_MS = 1_767_225_600_000  # 2026-01-01T00:00:00Z
_TRACEPARENT = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"


class ExampleError(ValueError):
    """A topic has no example, or its value is not a record of the topic; the message names the file and what to do."""


def read_example(topic: str, folder: Path = EXAMPLES_DIR) -> dict[str, Any]:
    """The example of a topic as it is recorded. Raises ExampleError."""
    path = folder / f"{topic}.json"
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ExampleError(f'{path.name} is missing: write {{"value": ...}} into it and generate') from None
    except json.JSONDecodeError as error:
        raise ExampleError(f"{path.name} is no JSON: {error}") from error
    if not isinstance(document, dict) or "value" not in document:
        raise ExampleError(f"{path.name} has no value")
    return document


def example_record(spec: TopicSpec, folder: Path = EXAMPLES_DIR) -> Record:
    """The record of a topic's example. Raises ExampleError."""
    value = read_example(spec.name, folder)["value"]
    try:
        return spec.record_type.model_validate_json(json.dumps(value), strict=True)
    except ValueError as error:
        raise ExampleError(f"{spec.name}.json is not a {spec.record}: {error}") from error


def record_example(spec: TopicSpec, codec: Codec, folder: Path = EXAMPLES_DIR) -> dict[str, Any]:
    """The example as it should be recorded, given its value. Raises ExampleError."""
    record = example_record(spec, folder)
    key = spec.key_of(record).decode()
    headers = output_headers(
        event_id=getattr(record, "event_id", None) or str(uuid5(NAMESPACE_URL, f"{spec.name}/{key}")),
        record_type=spec.record,
        source=f"vls-media/{spec.stage or spec.writers[0]}",
        time_ms=_TIME_MS,
        subject=key,
        job_id=getattr(record, "job_id", None) or "",
        run_id=getattr(record, "run_id", None),
        task_id=getattr(record, "task_id", None),
        traceparent=_TRACEPARENT,
    )
    return {
        "topic": spec.name,
        "record": spec.record,
        "key": key,
        "headers": {name: value.decode() for name, value in headers},
        "value": json.loads(record.model_dump_json()),
        "value_hex": codec.encode(spec.name, record).hex(),
    }
