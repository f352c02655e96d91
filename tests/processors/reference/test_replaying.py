from processors.engine.broker import ConsumedRecord, Headers
from processors.reference.replaying import compare, select_records
from schemas.artifacts import ErrorInfo
from schemas.codec import Codec
from schemas.commands import ClassifyPhotos, PhotoInput
from schemas.jobs import Stage, TaskStatus
from schemas.static_ids import StaticIds
from tests.processors.reference import records
from tests.processors.reference.records import artifact, outcome

TOPIC = "media.classify.commands"
OTHER_JOB = "1b6a5c1e-8f0d-4b51-9a35-6f2d7c9b8a10"
CODEC = Codec(StaticIds())
REPLAY: Headers = (("run_kind", b"replay"),)


def command(job_id: str, listing_id: str = "listing") -> bytes:
    photos = [PhotoInput(photo_id="a.jpg", uri="file:///photos/a.jpg")]
    return CODEC.encode(TOPIC, ClassifyPhotos(job_id=job_id, listing_id=listing_id, photos=photos))


def record(value: bytes | None, at_ms: int, headers: Headers = (), partition: int = 0) -> ConsumedRecord:
    return ConsumedRecord(TOPIC, partition, at_ms, b"key", value, headers, at_ms)


def test_commands_are_taken_oldest_first_whatever_their_partition() -> None:
    found = select_records(
        [record(command(OTHER_JOB), 20), record(command(records.JOB_ID), 10, partition=1)], Stage.CLASSIFY, CODEC
    )
    assert [chosen.job_id for chosen in found.commands] == [records.JOB_ID, OTHER_JOB]


def test_the_bytes_and_the_trace_are_those_of_the_first_command_of_a_job() -> None:
    first, second = command(records.JOB_ID), command(records.JOB_ID, "another")
    found = select_records(
        [record(second, 2), record(first, 1, (("traceparent", b"00-trace"),))], Stage.CLASSIFY, CODEC
    )
    (chosen,) = found.commands
    assert (chosen.value, chosen.traceparent) == (first, "00-trace")
    assert "is taken once" in found.skipped[0]


def test_replays_are_not_replayed() -> None:
    found = select_records([record(command(records.JOB_ID), 1, REPLAY)], Stage.CLASSIFY, CODEC)
    assert found.commands == ()
    assert "replay itself" in found.skipped[0]


def test_what_cannot_be_read_is_skipped_with_its_reason() -> None:
    found = select_records([record(b"junk", 1), record(command(records.JOB_ID), 2)], Stage.CLASSIFY, CODEC)
    assert len(found.commands) == 1
    assert "undecodable" in found.skipped[0]


def test_the_same_outcomes_from_the_cache_are_the_same() -> None:
    before = [outcome("a", artifacts=[artifact(1)], cpu_seconds=2.0), outcome("b", artifacts=[artifact(2)])]
    after = [o.model_copy(update={"cached": True, "cpu_seconds": 0.0}) for o in before]
    found = compare(before, after)
    assert found.same
    assert (found.tasks, found.cache_hits, found.alike, found.identical, found.cpu_seconds) == (2, 2, 2, 2, 0.0)


def test_other_bytes_are_told_with_the_task_that_made_them() -> None:
    found = compare([outcome("a", artifacts=[artifact(1)])], [outcome("a", artifacts=[artifact(2)])])
    assert found.differing == ("a: made other bytes",)


def test_a_task_that_failed_alike_is_the_same_and_one_that_fails_now_is_not() -> None:
    failed = {"status": TaskStatus.FAILED, "error": ErrorInfo(code="image_truncated", message="Row 10.")}
    assert compare([outcome("a", **failed)], [outcome("a", **failed)]).same
    assert compare([outcome("a")], [outcome("a", **failed)]).differing == ("a: succeeded before, failed now",)


def test_a_task_more_or_less_is_a_difference() -> None:
    found = compare([outcome("a"), outcome("b")], [outcome("b"), outcome("c")])
    assert found.differing == ("c: was not there before", "a: is not there any more")


def test_another_finding_is_a_difference() -> None:
    assert compare([outcome("a", result='{"x":1}')], [outcome("a", result='{"x":2}')]).differing == (
        "a: found something else",
    )
