"""The recorded example messages."""

import json
from pathlib import Path

import pytest

from schemas.recorded import EXAMPLES_DIR, ExampleError, example_record, read_example, record_example
from tests.schemas.wire import TOPICS, static_codec

CODEC = static_codec()
ALL = sorted(TOPICS)


@pytest.mark.parametrize("topic", ALL)
def test_the_recorded_bytes_decode_to_the_recorded_value(topic: str) -> None:
    example = read_example(topic)
    found = CODEC.decode(topic, bytes.fromhex(example["value_hex"]))
    assert json.loads(found.model_dump_json()) == example["value"]


@pytest.mark.parametrize("topic", ALL)
def test_the_recorded_value_encodes_to_the_recorded_bytes(topic: str) -> None:
    assert CODEC.encode(topic, example_record(TOPICS[topic])).hex() == read_example(topic)["value_hex"]


@pytest.mark.parametrize("topic", ALL)
def test_key_and_headers_are_as_they_would_be_written(topic: str) -> None:
    assert record_example(TOPICS[topic], CODEC) == read_example(topic)


def test_there_is_an_example_for_each_topic_and_no_other() -> None:
    assert sorted(path.name.removesuffix(".json") for path in EXAMPLES_DIR.iterdir()) == ALL


def test_a_missing_example_is_named(tmp_path: Path) -> None:
    with pytest.raises(ExampleError, match=r"media\.job\.ticks\.json is missing"):
        read_example("media.job.ticks", tmp_path)


@pytest.mark.parametrize(("text", "reason"), [("{", "no JSON"), ("[]", "no value"), ('{"key": ""}', "no value")])
def test_a_broken_example_is_named(tmp_path: Path, text: str, reason: str) -> None:
    (tmp_path / "media.job.ticks.json").write_text(text, encoding="utf-8")
    with pytest.raises(ExampleError, match=reason):
        read_example("media.job.ticks", tmp_path)


def test_a_value_that_is_no_record_is_named(tmp_path: Path) -> None:
    (tmp_path / "media.job.ticks.json").write_text('{"value": {"job_id": 3}}', encoding="utf-8")
    with pytest.raises(ExampleError, match=r"media\.job\.ticks\.json is not a Tick"):
        example_record(TOPICS["media.job.ticks"], tmp_path)
