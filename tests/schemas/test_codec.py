"""Records to bytes and back, whatever the bytes are."""

import struct
from io import BytesIO
from typing import Any

import pytest
from fastavro import parse_schema, schemaless_reader, schemaless_writer
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.avro import avro_schema
from schemas.codec import (
    MAX_COMMAND_BYTES,
    BadMessageError,
    Codec,
    InvalidRecordError,
    RegistryUnavailableError,
    UndecodableError,
    UnknownSchemaError,
    schema_id,
)
from schemas.commands import ClassifyPhotos, ClipPhoto, GenerateClips, PhotoInput
from schemas.errors import CATALOGUE
from schemas.jobs import Cancel, DeadLetter, Stage, TaskRecord, Tick
from schemas.record import Record
from schemas.recorded import example_record
from schemas.records import RECORDS
from schemas.video import Motion
from tests.schemas.wire import (
    OTHER_ID,
    TOPICS,
    Nothing,
    OneMore,
    changed,
    field,
    static_codec,
    with_field,
    without,
)

CODEC = static_codec()
JOB_ID = "0b6a5c1e-8f0d-4b51-9a35-6f2d7c9b8a10"
CLASSIFY = ClassifyPhotos(job_id=JOB_ID, listing_id="l", photos=[PhotoInput(photo_id="p", uri="file:///p.jpg")])
CLIPS = GenerateClips(job_id=JOB_ID, listing_id="l", photos=[ClipPhoto(photo_id="p", uri="file:///p.jpg")])
TICK = Tick(job_id="j", run_id="r", stage=Stage.CLIP, phase="clips", at_ms=1)
TEXT = st.text(st.characters(exclude_categories=["Cs"]))
TOPIC_NAMES = st.sampled_from(sorted(TOPICS))


def written(schema: dict[str, Any], value: dict[str, Any]) -> bytes:
    """A message as another program writes it, with its own schema."""
    buffer = BytesIO()
    buffer.write(struct.pack(">bI", 0, OTHER_ID))
    schemaless_writer(buffer, parse_schema(schema), value)
    return buffer.getvalue()


def read_as(record: type[Record], schema: dict[str, Any], value: dict[str, Any]) -> Record:
    return Codec(OneMore(schema), TOPICS).decode_as(record, written(schema, value))


@pytest.mark.parametrize("topic", sorted(TOPICS))
def test_what_is_encoded_for_a_topic_is_decoded_from_it(topic: str) -> None:
    record = example_record(TOPICS[topic])
    assert CODEC.decode(topic, CODEC.encode(topic, record)) == record


@given(
    st.builds(
        TaskRecord,
        job_id=TEXT,
        run_id=TEXT,
        listing_id=TEXT,
        stage=st.sampled_from(Stage),
        task_id=TEXT,
        phase=TEXT,
        kind=TEXT,
        revision=st.integers(1, 2**63 - 1),
        item=st.none() | TEXT,
        params=TEXT,
        versions=st.dictionaries(TEXT, TEXT),
        attempt=st.integers(1, 100),
        not_before_ms=st.none() | st.integers(-(2**63), 2**63 - 1),
    )
)
@settings(deadline=None)
def test_any_task_comes_back_as_it_was(task: TaskRecord) -> None:
    assert CODEC.decode("media.clip.tasks", CODEC.encode("media.clip.tasks", task)) == task


@given(st.none() | st.binary(), st.dictionaries(TEXT, st.binary()))
@settings(deadline=None)
def test_any_bytes_come_back_from_a_dead_letter_as_they_were(value: bytes | None, headers: dict[str, bytes]) -> None:
    example = example_record(TOPICS["media.dead-letters"])
    letter = example.model_copy(update={"value": value, "headers": headers})
    assert CODEC.decode_as(DeadLetter, CODEC.encode("media.dead-letters", letter)) == letter


def test_a_message_begins_with_zero_and_the_schema_id() -> None:
    value = CODEC.encode("media.job.ticks", TICK)
    assert value[:5] == struct.pack(">bI", 0, 2301)
    assert schema_id(value) == 2301


def test_a_record_of_another_topic_is_refused_when_writing() -> None:
    with pytest.raises(TypeError, match=r"media\.job\.progress carries Progress, not Tick"):
        CODEC.encode("media.job.progress", TICK)


@pytest.mark.parametrize("bad", [{"at_ms": 2**63}, {"phase": "\ud800"}])
def test_a_value_that_avro_cannot_hold_is_the_writers_fault(bad: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="Tick has a value that Avro cannot hold"):
        CODEC.encode("media.job.ticks", TICK.model_copy(update=bad))


# What is no message


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (None, "no value"),
        (b"", "0 bytes"),
        (b"\x00\x00\x00", "3 bytes"),
        (b'{"job_id": 1}', "byte 0x7b"),
        (b"\x00\xff\xff\xff\xff", "negative"),
        (CODEC.encode("media.clip.commands", CLIPS)[:-1], "not a whole GenerateClips"),
        (CODEC.encode("media.clip.commands", CLIPS)[:5], "not a whole GenerateClips"),
        (CODEC.encode("media.clip.commands", CLIPS) + b"\x00", "1 bytes follow"),
        (b"\x00" * (MAX_COMMAND_BYTES + 1), "at most"),
        (CODEC.encode("media.job.ticks", TICK), "The message is Tick, expected GenerateClips"),
    ],
)
def test_bytes_that_are_no_message_are_undecodable(value: bytes | None, reason: str) -> None:
    with pytest.raises(UndecodableError, match=reason) as caught:
        CODEC.decode("media.clip.commands", value)
    assert caught.value.code == "undecodable"


def test_an_unknown_schema_id_is_named() -> None:
    with pytest.raises(UnknownSchemaError, match="schema id 77") as caught:
        Codec(Nothing(), TOPICS).decode("media.job.ticks", struct.pack(">bI", 0, 77) + b"rest")
    assert caught.value.code == "unknown_schema"


def test_the_codes_are_in_the_catalogue() -> None:
    assert {UndecodableError("").code, UnknownSchemaError("").code, InvalidRecordError("").code} <= CATALOGUE.keys()


def test_a_registry_that_is_down_says_nothing_about_the_message() -> None:
    class Down(Nothing):
        calls = 0

        def schema_of(self, schema_id: int) -> Any:
            self.calls += 1
            if self.calls == 1:
                raise RegistryUnavailableError(str(schema_id))
            return avro_schema(Tick)

    codec = Codec(Down(), TOPICS)
    value = CODEC.encode("media.job.ticks", TICK)
    with pytest.raises(RegistryUnavailableError):
        codec.decode("media.job.ticks", value)
    assert not codec.knows("media.job.ticks", value)
    assert codec.decode("media.job.ticks", value) == TICK
    assert codec.knows("media.job.ticks", value)


def test_a_writers_schema_is_looked_up_once() -> None:
    asked: list[int] = []

    class Counting(Nothing):
        def schema_of(self, schema_id: int) -> Any:
            asked.append(schema_id)
            return avro_schema(Tick)

    codec = Codec(Counting(), TOPICS)
    for _ in range(3):
        codec.decode("media.job.ticks", CODEC.encode("media.job.ticks", TICK))
    assert asked == [2301]


def test_prepared_topics_are_encoded_without_asking() -> None:
    asked: list[str] = []

    class Counting(Nothing):
        def id_of(self, topic: str, record: type[Record]) -> int:
            asked.append(f"{topic} {record.__name__}")
            return 5

    codec = Codec(Counting(), TOPICS)
    codec.prepare(["media.job.ticks"])
    codec.encode("media.job.ticks", TICK)
    assert asked == ["media.job.ticks Tick"]


# Commands are read strictly


def test_a_field_that_we_do_not_know_refuses_the_command() -> None:
    schema = changed(ClassifyPhotos, with_field(name="style", type=["null", "string"], default=None))
    with pytest.raises(InvalidRecordError, match="ClassifyPhotos has no field style") as caught:
        read_as(ClassifyPhotos, schema, CLASSIFY.model_dump() | {"style": None})
    assert caught.value.code == "invalid_command"


def test_an_unknown_field_of_a_nested_record_is_named_with_its_path() -> None:
    def change(schema: dict[str, Any]) -> None:
        field(schema, "photos")["type"]["items"]["fields"].append({"name": "crop", "type": "string"})

    value = CLASSIFY.model_dump()
    value["photos"][0]["crop"] = "square"
    with pytest.raises(InvalidRecordError, match=r"no field photos\[\]\.crop"):
        read_as(ClassifyPhotos, changed(ClassifyPhotos, change), value)


def with_symbol(schema: dict[str, Any]) -> None:
    motion = field(field(schema, "photos")["type"]["items"], "motion")
    motion["type"]["symbols"].append("spiral")


def test_a_symbol_that_we_do_not_know_is_named_with_its_field() -> None:
    value = CLIPS.model_dump()
    value["photos"][0]["motion"] = "spiral"
    with pytest.raises(InvalidRecordError, match=r"photos\[0\]\.motion: .*'push_in'.*got 'spiral'"):
        read_as(GenerateClips, changed(GenerateClips, with_symbol), value)


def test_a_newer_schema_whose_new_symbol_is_not_used_is_read() -> None:
    assert read_as(GenerateClips, changed(GenerateClips, with_symbol), CLIPS.model_dump()) == CLIPS


def test_unknown_is_no_choice_in_a_command() -> None:
    value = CLIPS.model_dump()
    value["photos"][0]["motion"] = Motion.UNKNOWN
    with pytest.raises(InvalidRecordError, match=r"photos\[0\]\.motion: 'unknown' is not a choice"):
        read_as(GenerateClips, avro_schema(GenerateClips), value)


def test_unknown_is_no_choice_in_a_cancel() -> None:
    schema = avro_schema(Cancel)
    with pytest.raises(InvalidRecordError, match="stage: 'unknown' is not a choice"):
        read_as(Cancel, schema, {"job_id": JOB_ID, "stage": "unknown", "reason": ""})


def test_a_missing_field_without_default_is_named() -> None:
    def change(schema: dict[str, Any]) -> None:
        without("uri")(field(schema, "photos")["type"]["items"])

    value = CLASSIFY.model_dump()
    with pytest.raises(InvalidRecordError, match=r"photos\[\]\.uri is missing"):
        read_as(ClassifyPhotos, changed(ClassifyPhotos, change), value)


def test_an_older_command_without_a_newer_field_gets_its_default() -> None:
    value = CLIPS.model_dump()
    del value["seconds"]
    assert read_as(GenerateClips, changed(GenerateClips, without("seconds")), value) == CLIPS


def test_all_that_is_wrong_with_the_values_is_said_in_one_sentence() -> None:
    value = CLIPS.model_dump() | {"job_id": "42", "fps": 23, "seconds": float("nan")}
    with pytest.raises(InvalidRecordError) as caught:
        read_as(GenerateClips, avro_schema(GenerateClips), value)
    message = caught.value.message
    assert message.startswith("GenerateClips breaks the contract: job_id: ")
    assert "fps: must be 24, 25, 30 or 60" in message
    assert "seconds: " in message
    assert "\n" not in message


def test_a_thousand_wrong_values_make_a_short_sentence_without_the_values() -> None:
    value = CLASSIFY.model_dump()
    value["photos"] = [{"photo_id": "", "uri": "s3://x?signature=secret\n"}] * 400
    with pytest.raises(InvalidRecordError) as caught:
        read_as(ClassifyPhotos, avro_schema(ClassifyPhotos), value)
    assert len(caught.value.message) < 1_000
    assert "secret" not in caught.value.message
    assert "and 795 more" in caught.value.message


def test_a_command_of_another_program_with_its_own_namespace_is_read() -> None:
    def change(schema: dict[str, Any]) -> None:
        schema["namespace"] = "com.example.studio"
        field(schema, "job_id")["type"] = {"type": "string", "avro.java.string": "String", "logicalType": "uuid"}

    assert read_as(ClassifyPhotos, changed(ClassifyPhotos, change), CLASSIFY.model_dump()) == CLASSIFY


# What we produce is read leniently


def test_an_unknown_field_of_ours_is_dropped() -> None:
    schema = changed(Tick, with_field(name="colour", type="string", default=""))
    assert read_as(Tick, schema, TICK.model_dump() | {"colour": "red"}) == TICK


def test_an_unknown_symbol_of_ours_is_read_as_unknown() -> None:
    schema = changed(Tick, lambda s: field(s, "stage")["type"]["symbols"].append("print"))
    assert read_as(Tick, schema, TICK.model_dump() | {"stage": "print"}) == TICK.model_copy(
        update={"stage": Stage.UNKNOWN}
    )


def test_nested_unknowns_inside_lists_maps_and_nulls_are_resolved() -> None:
    topic = "media.job.completed"
    record = RECORDS["JobCompleted"]
    example = example_record(TOPICS[topic])

    def change(schema: dict[str, Any]) -> None:
        outcome = field(schema, "tasks")["type"]["items"]
        field(outcome, "status")["type"]["symbols"].append("skipped")
        field(schema, "error")["type"][1]["fields"].append({"name": "hint", "type": "string", "default": ""})

    value = example.model_dump()
    value["tasks"][0]["status"] = "skipped"
    value["error"]["hint"] = "try again"
    found = read_as(record, changed(record, change), value).model_dump()
    assert found["tasks"][0]["status"] == "unknown"
    assert found["error"] == example.model_dump()["error"]
    assert found["tasks"][1] == example.model_dump()["tasks"][1]


def test_a_schema_of_ours_that_cannot_be_read_is_undecodable_with_the_reason() -> None:
    schema = changed(Tick, without("at_ms"))
    with pytest.raises(UndecodableError, match="at_ms is missing and has no default"):
        read_as(Tick, schema, TICK.model_dump())


@given(
    dropped=st.sets(st.sampled_from(["phases", "phase_tasks", "task_id", "fraction", "failed"])),
    more=st.booleans(),
    stage=st.sampled_from(["clip", "print", "render"]),
    symbols=st.permutations(["unknown", "render", "print", "clip"]),
    nulls_last=st.booleans(),
)
@settings(deadline=None)
def test_reading_agrees_with_avros_own_schema_resolution(
    dropped: set[str], more: bool, stage: str, symbols: list[str], nulls_last: bool
) -> None:
    def change(schema: dict[str, Any]) -> None:
        for name in dropped:
            without(name)(schema)
        if more:
            with_field(name="colour", type="string", default="")(schema)
        field(schema, "stage")["type"]["symbols"] = symbols
        if nulls_last and "task_id" not in dropped:
            field(schema, "task_id").update(type=["string", "null"], default="")

    writer = changed(Tick, change)
    value = TICK.model_dump() | {"stage": stage, "task_id": "t", "colour": "red"}
    message = written(writer, {key: value[key] for key in (f["name"] for f in writer["fields"])})
    body = BytesIO(message[5:])
    resolved = schemaless_reader(body, parse_schema(writer), parse_schema(avro_schema(Tick)))
    assert Codec(OneMore(writer), TOPICS).decode_as(Tick, message) == Tick.model_validate(resolved)


# Hostile bytes


def survives(codec: Codec, topic: str, value: bytes) -> None:
    """The only ways out are a record and an error of ours."""
    try:
        record = codec.decode(topic, value)
    except BadMessageError as error:
        reason = error.message
    else:
        reason = f"{type(record).__name__} is a {TOPICS[topic].record}"
    assert 0 < len(reason) < 4_000


@given(TOPIC_NAMES, st.binary(max_size=300))
@settings(deadline=None, max_examples=300)
def test_any_bytes_behind_a_good_prefix_end_in_a_record_or_our_error(topic: str, body: bytes) -> None:
    record = TOPICS[topic].record_type
    prefix = struct.pack(">bI", 0, TOPICS.static_id(record.__name__, 1))
    survives(CODEC, topic, prefix + body)


@given(TOPIC_NAMES, st.data())
@settings(deadline=None, max_examples=300)
def test_a_message_that_was_damaged_ends_in_a_record_or_our_error(topic: str, data: st.DataObject) -> None:
    value = bytearray(CODEC.encode(topic, example_record(TOPICS[topic])))
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(value) - 1))
        value[at : at + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=4))
    survives(CODEC, topic, bytes(value))


@given(st.binary())
def test_any_bytes_at_all_end_in_a_record_or_our_error(value: bytes) -> None:
    survives(CODEC, "media.clip.commands", value)


def varint(number: int) -> bytes:
    """A number as Avro writes a long."""
    buffer = BytesIO()
    schemaless_writer(buffer, parse_schema("long"), number)
    return buffer.getvalue()


def prefix_of(topic: str) -> bytes:
    return CODEC.encode(topic, example_record(TOPICS[topic]))[:5]


@pytest.mark.parametrize("length", [2**40, 2**62, 2**63 - 1, -1, -(2**63)])
def test_a_huge_length_is_refused_without_the_memory_for_it(length: int) -> None:
    topic = "media.classify.commands"
    with pytest.raises(UndecodableError):
        CODEC.decode(topic, prefix_of(topic) + varint(length) + b"x" * 40)


@pytest.mark.parametrize("count", [2**40, 2**63 - 1, -(2**62)])
def test_a_huge_count_of_items_is_refused_when_the_bytes_end(count: int) -> None:
    topic = "media.classify.commands"
    body = varint(36) + JOB_ID.encode() + varint(1) + b"l" + varint(count)
    with pytest.raises(UndecodableError):
        CODEC.decode(topic, prefix_of(topic) + body + varint(1) + b"p" + varint(1) + b"u")


def test_a_command_full_of_empty_items_is_refused_for_their_number() -> None:
    topic = "media.classify.commands"
    body = varint(36) + JOB_ID.encode() + varint(1) + b"l" + varint(200_000) + b"\x00" * 400_000 + varint(0)
    with pytest.raises(InvalidRecordError, match="photos: "):
        CODEC.decode(topic, prefix_of(topic) + body)


def test_ten_megabytes_of_garbage_are_refused_by_their_size() -> None:
    with pytest.raises(UndecodableError, match="at most"):
        CODEC.decode("media.job.completed", prefix_of("media.job.completed") + b"\xa5" * 10_000_000)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (with_field(name="x", type={"type": "array", "items": "null"}), "no bytes"),
        (with_field(name="x", type={"type": "array", "items": {"type": "record", "name": "E", "fields": []}}), "bytes"),
        (with_field(name="x", type=["null", "Tick"]), "contains itself"),
        (with_field(name="x", type="Missing"), "not defined"),
        (with_field(name="x"), "malformed"),
        (with_field(name="phase", type="string"), "two fields"),
    ],
)
def test_a_writers_schema_without_bounds_is_refused_before_a_byte_is_read(change: Any, reason: str) -> None:
    codec = Codec(OneMore(changed(Tick, change)), TOPICS)
    with pytest.raises(UndecodableError, match=reason):
        codec.decode("media.job.ticks", struct.pack(">bI", 0, OTHER_ID) + b"\x02" * 100)


@given(
    st.recursive(
        st.none()
        | st.booleans()
        | st.integers()
        | st.text(max_size=8)
        | st.sampled_from(["record", "string", "array"]),
        lambda inner: (
            st.lists(inner, max_size=4)
            | st.dictionaries(st.sampled_from(["type", "name", "fields", "items", "symbols", "size", "values"]), inner)
        ),
        max_leaves=6,
    )
)
@settings(deadline=None)
def test_any_json_as_a_writers_schema_ends_in_our_error(schema: Any) -> None:
    codec = Codec(OneMore(schema), TOPICS)
    with pytest.raises(BadMessageError):
        codec.decode("media.job.ticks", struct.pack(">bI", 0, OTHER_ID) + b"\x02" * 20)


def test_a_writers_schema_nested_thousands_deep_is_refused() -> None:
    schema: Any = "string"
    for _ in range(5_000):
        schema = {"type": "array", "items": schema}
    codec = Codec(OneMore(changed(Tick, with_field(name="x", type=schema))), TOPICS)
    with pytest.raises(UndecodableError, match="schema"):
        codec.decode("media.job.ticks", struct.pack(">bI", 0, OTHER_ID) + b"\x02" * 20)
