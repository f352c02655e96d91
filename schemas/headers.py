"""Headers of every record we write: CloudEvents 1.0 (Kafka binding, binary mode), W3C trace context, plain ids.

Everything follows from the arguments, so a record that is published again has the same headers.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import TypeAlias

from schemas.avro import NAMESPACE

Headers: TypeAlias = tuple[tuple[str, bytes], ...]

CONTENT_TYPE = b"application/avro"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# https://www.w3.org/TR/trace-context/#traceparent-header: versions after 00 may append fields, ff is forbidden.
_TRACEPARENT = re.compile(r"(?!ff)([0-9a-f]{2})-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})(-.*)?")


@dataclass(frozen=True, slots=True)
class Envelope:
    """What the headers of a received record say. Nothing in it is trusted: each field is None when absent or broken."""

    job_id: str | None
    run_id: str | None
    task_id: str | None
    traceparent: str | None
    event_id: str | None
    record_type: str | None


def output_headers(
    *,
    event_id: str,
    record_type: str,
    source: str,
    time_ms: int,
    subject: str,
    job_id: str,
    run_id: str | None = None,
    task_id: str | None = None,
    traceparent: str | None = None,
) -> Headers:
    """The headers of one output. The same arguments give the same headers.

    `record_type` is the record's class name, `source` a URI reference such as `vls-media/clip`, `time_ms` when it
    happened (ms since the epoch, decided by the caller), `subject` what it is about. The trace of `traceparent` (the
    input's) goes on with a span of this event's own; without a valid one a trace begins that follows from the job's id.
    The plain ids let a reader fail the right job even when the value cannot be read; empty ones are left out.
    """
    headers = [
        ("ce_specversion", b"1.0"),
        ("ce_id", event_id.encode()),
        ("ce_type", f"{NAMESPACE}.{record_type}".encode()),
        ("ce_source", source.encode()),
        ("ce_time", rfc3339(time_ms).encode()),
        ("ce_subject", subject.encode()),
        ("content-type", CONTENT_TYPE),
        ("traceparent", child_traceparent(traceparent_of(traceparent, job_id), event_id).encode()),
    ]
    for name, value in (("job_id", job_id), ("run_id", run_id), ("task_id", task_id)):
        if value:
            headers.append((name, value.encode()))
    return tuple(headers)


def read_headers(headers: Iterable[tuple[str, bytes | None]] | None) -> Envelope:
    """What the headers say; of two with one name the last counts, and what is not UTF-8 counts as absent."""
    found: dict[str, str] = {}
    for name, value in headers or ():
        try:
            found[name] = (value or b"").decode()
        except UnicodeDecodeError:
            found.pop(name, None)
    trace = found.get("traceparent", "")
    return Envelope(
        job_id=found.get("job_id") or None,
        run_id=found.get("run_id") or None,
        task_id=found.get("task_id") or None,
        traceparent=trace if is_traceparent(trace) else None,
        event_id=found.get("ce_id") or None,
        record_type=found.get("ce_type", "").removeprefix(f"{NAMESPACE}.") or None,
    )


def is_traceparent(text: str) -> bool:
    """Whether a W3C trace context can be continued from this."""
    found = _TRACEPARENT.fullmatch(text)
    return found is not None and not (found[1] == "00" and found[5])


def traceparent_of(traceparent: str | None, job_id: str) -> str:
    """The trace to carry on: the given one when it is valid, else a new one that follows from the job's id."""
    if traceparent is not None and is_traceparent(traceparent):
        return traceparent
    digest = sha256(f"trace:{job_id}".encode()).hexdigest()
    return f"00-{digest[:32]}-{digest[32:48]}-01"


def child_traceparent(parent: str, event_id: str) -> str:
    """The parent's trace with a span of the event's own, version 00. `parent` must be valid (see `traceparent_of`)."""
    span = sha256(f"span:{event_id}".encode()).hexdigest()[:16]
    return f"00-{parent[3:35]}-{span}-{parent[53:55]}"


def rfc3339(time_ms: int) -> str:
    """The moment in UTC with milliseconds, such as 2026-01-31T23:59:59.250Z. OverflowError past the year 9999."""
    return (_EPOCH + timedelta(milliseconds=time_ms)).isoformat(timespec="milliseconds")[:-6] + "Z"
