"""CloudEvents headers and trace context."""

import re
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.headers import (
    child_traceparent,
    is_traceparent,
    output_headers,
    read_headers,
    rfc3339,
    traceparent_of,
)

PARENT = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"


def headers(**changes: str | int | None) -> dict[str, str]:
    arguments = {
        "event_id": "e-1",
        "record_type": "TaskRecord",
        "source": "vls-media/clip",
        "time_ms": 1_767_225_600_123,
        "subject": "photo-1",
        "job_id": "j-1",
        "run_id": "r-1",
        "task_id": "t-1",
        "traceparent": PARENT,
    }
    built = output_headers(**(arguments | changes))  # type: ignore[arg-type]
    assert len({name for name, _ in built}) == len(built)
    return {name: value.decode() for name, value in built}


def test_the_headers_follow_the_cloudevents_binding() -> None:
    found = headers()
    assert found["ce_specversion"] == "1.0"
    assert found["ce_id"] == "e-1"
    assert found["ce_type"] == "vls.media.TaskRecord"
    assert found["ce_source"] == "vls-media/clip"
    assert found["ce_time"] == "2026-01-01T00:00:00.123Z"
    assert found["ce_subject"] == "photo-1"
    assert found["content-type"] == "application/avro"


def test_the_ids_are_plain_headers_and_absent_ones_are_left_out() -> None:
    found = headers(run_id=None, task_id="")
    assert found["job_id"] == "j-1"
    assert not {"run_id", "task_id"} & found.keys()


def test_the_same_arguments_give_the_same_headers() -> None:
    assert headers() == headers()


def test_the_trace_goes_on_with_a_span_of_the_events_own() -> None:
    first, second = headers()["traceparent"], headers(event_id="e-2")["traceparent"]
    assert first[:36] == second[:36] == PARENT[:36]
    assert len({first[36:52], second[36:52], PARENT[36:52]}) == 3
    assert is_traceparent(first)


@pytest.mark.parametrize(
    "broken",
    [
        None,
        "",
        "junk",
        PARENT.upper(),
        "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
        "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        PARENT + "-more",
        PARENT + "\n",
    ],
)
def test_a_broken_trace_starts_one_that_follows_from_the_job(broken: str | None) -> None:
    assert traceparent_of(broken, "j-1") == traceparent_of(None, "j-1") != traceparent_of(None, "j-2")
    assert is_traceparent(traceparent_of(broken, "j-1"))
    assert headers(traceparent=broken)["traceparent"][:36] == traceparent_of(None, "j-1")[:36]


def test_a_trace_of_a_later_version_goes_on_as_ours() -> None:
    later = "01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00-more"
    assert traceparent_of(later, "j") == later
    assert re.fullmatch(r"00-4bf92f3577b34da6a3ce929d0e0e4736-[0-9a-f]{16}-00", child_traceparent(later, "e"))


ANY_TEXT = st.text(st.characters(exclude_categories=["Cs"]))


@given(ANY_TEXT, ANY_TEXT)
def test_whatever_the_ids_are_the_trace_is_valid(job_id: str, event_id: str) -> None:
    assert is_traceparent(child_traceparent(traceparent_of(None, job_id), event_id))


@given(st.integers(0, 253_402_300_799_999))
def test_the_time_is_that_moment_in_utc(time_ms: int) -> None:
    moment = datetime.fromisoformat(rfc3339(time_ms))
    assert moment.tzinfo == UTC
    assert round(moment.timestamp() * 1_000) == time_ms


def test_what_was_built_is_read_back() -> None:
    found = read_headers([(name, value.encode()) for name, value in headers().items()])
    assert (found.job_id, found.run_id, found.task_id, found.event_id) == ("j-1", "r-1", "t-1", "e-1")
    assert found.record_type == "TaskRecord"
    assert found.traceparent is not None


@given(st.lists(st.tuples(st.sampled_from(["job_id", "traceparent", "ce_id", "x"]), st.none() | st.binary())))
def test_any_headers_can_be_read(received: list[tuple[str, bytes | None]]) -> None:
    found = read_headers(received)
    assert found.traceparent is None or is_traceparent(found.traceparent)
    assert found.job_id != ""


def test_no_headers_at_all_say_nothing() -> None:
    assert read_headers(None).job_id is None
