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
from schemas.record import Record

Headers: TypeAlias = tuple[tuple[str, bytes], ...]

CONTENT_TYPE = b"application/avro"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# https://www.w3.org/TR/trace-context/#traceparent-header: versions after 00 may append fields, ff is forbidden.
_TRACEPARENT = re.compile(r"(?!ff)([0-9a-f]{2})-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})(-.*)?")


@dataclass(frozen=True, slots=True)
class Identity:
    """Whose record it is: enough to fail the right job even when the value cannot be read."""

    job_id: str | None = None
    run_id: str | None = None
    task_id: str | None = None


@dataclass(frozen=True, slots=True)
class Envelope:
    """What the headers of a received record say. Nothing in it is trusted: each field is None when absent or broken."""

    identity: Identity
    traceparent: str | None
    event_id: str | None
    type: str | None


def build_headers(
    *,
    event_id: str,
    record: type[Record],
    source: str,
    time_ms: int,
    subject: str,
    traceparent: str,
    identity: Identity,
) -> Headers:
    """The headers of one output.

    `source` names the processor (a URI reference such as `/classifier`), `time_ms` is when it happened (ms since the
    epoch; the caller's decision, so that a redo has the same), `subject` what it is about, and `traceparent` that of
    the input: its trace goes on, with a span of this event's own.
    """
    built = [
        ("ce_specversion", b"1.0"),
        ("ce_id", event_id.encode()),
        ("ce_type", f"{NAMESPACE}.{record.__name__}".encode()),
        ("ce_source", source.encode()),
        ("ce_time", rfc3339(time_ms).encode()),
        ("ce_subject", subject.encode()),
        ("content-type", CONTENT_TYPE),
        ("traceparent", child_traceparent(traceparent, event_id).encode()),
    ]
    for name, value in (("job_id", identity.job_id), ("run_id", identity.run_id), ("task_id", identity.task_id)):
        if value is not None:
            built.append((name, value.encode()))
    return tuple(built)


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
        Identity(found.get("job_id") or None, found.get("run_id") or None, found.get("task_id") or None),
        trace if is_traceparent(trace) else None,
        found.get("ce_id") or None,
        found.get("ce_type") or None,
    )


def is_traceparent(text: str) -> bool:
    """Whether a W3C trace context can be continued from this."""
    found = _TRACEPARENT.fullmatch(text)
    return found is not None and not (found[1] == "00" and found[5])


def trace_of(traceparent: str | None, job_id: str) -> str:
    """The trace to carry on: the given one when it is valid, else a new one that follows from the job's id."""
    if traceparent is not None and is_traceparent(traceparent):
        return traceparent
    digest = sha256(f"trace:{job_id}".encode()).hexdigest()
    return f"00-{digest[:32]}-{digest[32:48]}-01"


def child_traceparent(parent: str, event_id: str) -> str:
    """The parent's trace with a span of the event's own, version 00. `parent` must be valid (see `trace_of`)."""
    span = sha256(f"span:{event_id}".encode()).hexdigest()[:16]
    return f"00-{parent[3:35]}-{span}-{parent[53:55]}"


def rfc3339(time_ms: int) -> str:
    """The moment in UTC with milliseconds, such as 2026-01-31T23:59:59.250Z. OverflowError past the year 9999."""
    return (_EPOCH + timedelta(milliseconds=time_ms)).isoformat(timespec="milliseconds")[:-6] + "Z"
