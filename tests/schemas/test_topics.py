"""topics.yaml and what is read from it."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from schemas.jobs import Cancel, JobCompleted, Stage, TaskRecord, Tick
from schemas.recorded import example_record
from schemas.records import RECORDS
from schemas.topics import TOPICS_FILE, Role, TopicsError, UnknownTopicError, load_topics

TOPICS = load_topics()


def written(tmp_path: Path, **changes: Any) -> Path:
    """A copy of topics.yaml with its first topic changed; None takes an entry away."""
    document = yaml.safe_load(TOPICS_FILE.read_text(encoding="utf-8"))
    document["topics"][0] |= changes
    document["topics"][0] = {key: value for key, value in document["topics"][0].items() if value is not None}
    path = tmp_path / "topics.yaml"
    path.write_text(yaml.safe_dump(document), encoding="utf-8")
    return path


def test_every_stage_has_its_own_topics() -> None:
    clip = TOPICS.for_stage(Stage.CLIP)
    assert clip.commands == "media.clip.commands"
    assert clip.tasks == "media.clip.tasks"
    assert clip.retries == (("media.clip.retry.5s", 5), ("media.clip.retry.1m", 60), ("media.clip.retry.10m", 600))
    assert clip.outcomes == "media.clip.outcomes"
    assert len({TOPICS.for_stage(stage) for stage in Stage if stage is not Stage.UNKNOWN}) == 4


def test_shared_topics_have_names() -> None:
    assert TOPICS.cancels == "media.job.cancels"
    assert TOPICS.ticks == "media.job.ticks"
    assert TOPICS.progress == "media.job.progress"
    assert TOPICS.completed == "media.job.completed"
    assert TOPICS.rejected == "media.command.rejected"
    assert TOPICS.dead_letters == "media.dead-letters"


def test_a_result_event_has_one_topic() -> None:
    assert TOPICS.event(RECORDS["PhotoClassified"]).name == "media.photo.classified"
    with pytest.raises(UnknownTopicError, match="Tick is not a result event"):
        TOPICS.event(Tick)


def test_the_topics_of_a_record_are_found() -> None:
    assert [spec.name for spec in TOPICS.of_record(Cancel)] == ["media.job.cancels"]
    assert len(TOPICS.of_record(TaskRecord)) == 16


def test_a_topic_that_is_not_there_is_named() -> None:
    with pytest.raises(UnknownTopicError, match=r"media\.nothing is not in topics\.yaml"):
        TOPICS["media.nothing"]


def test_every_record_is_on_a_topic_and_every_topic_has_a_record() -> None:
    assert {spec.record for spec in TOPICS.values()} == RECORDS.keys()


def test_a_completion_has_its_own_key_and_its_jobs_partition() -> None:
    completion = JobCompleted.model_validate(example_record(TOPICS[TOPICS.completed]).model_dump())
    spec = TOPICS[TOPICS.completed]
    assert spec.key_of(completion) == f"{completion.job_id}/{completion.run_id}".encode()
    assert spec.partition_key_of(completion) == completion.job_id.encode()
    assert spec.config()["cleanup.policy"] == "compact"


def test_a_dead_letter_without_a_job_has_its_event_id_as_key() -> None:
    spec = TOPICS[TOPICS.dead_letters]
    letter = example_record(spec)
    assert spec.key_of(letter) == letter.job_id.encode()  # type: ignore[attr-defined]
    orphan = letter.model_copy(update={"job_id": None})
    assert spec.key_of(orphan) == orphan.event_id.encode()  # type: ignore[attr-defined]


def test_settings_have_kafkas_names() -> None:
    assert TOPICS["media.job.ticks"].config() == {
        "cleanup.policy": "delete",
        "max.message.bytes": "1048576",
        "retention.ms": "3600000",
    }


def test_what_the_backend_writes_is_commands_and_cancels() -> None:
    written_by_backend = {spec.role for spec in TOPICS.values() if "backend" in spec.writers}
    assert written_by_backend == {Role.COMMANDS, Role.CANCELS}


def test_static_ids_are_fixed() -> None:
    assert TOPICS.static_id("ClassifyPhotos", 1) == 1101
    assert TOPICS.static_id("VideoRendered", 12) == 3712
    with pytest.raises(TopicsError):
        TOPICS.static_id("Tick", 100)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"colour": "red"}, "colour"),
        ({"key": None}, "key"),
        ({"key": ["nobody"]}, "nobody, which ClassifyPhotos does not have"),
        ({"partitions": "6"}, "partitions"),
        ({"partitions": 0}, "partitions"),
        ({"retention": "a week"}, "a week.* is no duration"),
        ({"retention": None}, "no duration"),
        ({"role": "nothing"}, "nothing"),
        ({"record": "Nothing"}, "Nothing is not among the records"),
        ({"delay": "5s"}, "a retry topic, and no other, has a delay"),
        ({"max_message": "1 GB"}, "no size"),
        ({"compatibility": "NONE"}, "compatibility"),
        ({"name": "media.{stage}.Commands"}, "name"),
        ({"name": "media.photo.classified", "record": "Tick", "key": ["run_id"], "readers": ["a"]}, "the same name"),
    ],
)
def test_a_mistake_in_the_file_is_named_with_its_topic(tmp_path: Path, changes: dict[str, Any], message: str) -> None:
    with pytest.raises(TopicsError, match=message):
        load_topics(written(tmp_path, **changes))


def test_static_ids_must_name_the_records(tmp_path: Path) -> None:
    text = TOPICS_FILE.read_text(encoding="utf-8").replace("  Tick: 2300\n", "")
    path = tmp_path / "topics.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(TopicsError, match="static_ids and the topics' records differ by Tick"):
        load_topics(path)


def test_static_ids_must_not_overlap(tmp_path: Path) -> None:
    path = tmp_path / "topics.yaml"
    path.write_text(TOPICS_FILE.read_text(encoding="utf-8").replace("Tick: 2300", "Tick: 2250"), encoding="utf-8")
    with pytest.raises(TopicsError, match="must lie 100 apart"):
        load_topics(path)
