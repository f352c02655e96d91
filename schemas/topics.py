"""Read topics.yaml: every topic with its record, key, partitions, retention, writers and readers."""

import re
from collections.abc import Iterator, Mapping
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any, Literal, NamedTuple, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from schemas.jobs import Stage
from schemas.record import Record
from schemas.records import RECORDS

TOPICS_FILE = Path(__file__).resolve().parent.parent / "topics.yaml"
_DURATION_MS = {"s": 1_000, "m": 60_000, "h": 3_600_000, "d": 86_400_000}
_STATIC_ID_STEP = 100


class TopicsError(ValueError):
    """topics.yaml breaks its own rules; the message names the topic and the reason."""


class UnknownTopicError(KeyError):
    """There is no topic of that name in topics.yaml."""


class Role(StrEnum):
    """What a topic is for."""

    COMMANDS = "commands"
    TASKS = "tasks"
    RETRY = "retry"
    OUTCOMES = "outcomes"
    CANCELS = "cancels"
    TICKS = "ticks"
    PROGRESS = "progress"
    COMPLETED = "completed"
    REJECTED = "rejected"
    DEAD_LETTERS = "dead_letters"
    EVENT = "event"


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class TopicSpec(_Strict):
    """One topic as topics.yaml declares it."""

    name: str = Field(pattern=r"^[a-z0-9]+([.-][a-z0-9]+)*$", max_length=249)
    about: str = Field(min_length=1)
    role: Role
    stage: Stage | None = None
    record: str
    key: tuple[str, ...] = Field(min_length=1)
    partition_key: tuple[str, ...] = ()
    partitions: int = Field(ge=1)
    cleanup: Literal["delete", "compact"] = "delete"
    retention_ms: int = Field(ge=-1)
    max_message_bytes: int = Field(ge=1_000)
    delay_s: int | None = None
    compatibility: Literal["BACKWARD_TRANSITIVE", "FULL_TRANSITIVE"] = "FULL_TRANSITIVE"
    writers: tuple[str, ...] = Field(min_length=1)
    readers: tuple[str, ...] = Field(min_length=1)

    @property
    def record_type(self) -> type[Record]:
        """The class of its values."""
        return RECORDS[self.record]

    @property
    def subject(self) -> str:
        """The subject of its values in a schema registry (TopicNameStrategy)."""
        return f"{self.name}-value"

    def key_of(self, record: Record) -> bytes:
        """The key under which `record` is written."""
        return _joined(record, self.key)

    def partition_key_of(self, record: Record) -> bytes:
        """The bytes whose murmur2 hash chooses the partition; the key itself unless the topic says otherwise."""
        return _joined(record, self.partition_key or self.key)

    def config(self) -> dict[str, str]:
        """The broker's settings of the topic, by Kafka's names."""
        settings = {"cleanup.policy": self.cleanup, "max.message.bytes": str(self.max_message_bytes)}
        return settings | {"retention.ms": str(self.retention_ms)}

    @model_validator(mode="after")
    def _keep_the_rules(self) -> Self:
        if self.record not in RECORDS:
            raise ValueError(f"{self.record} is not among the records of schemas/records.py")
        named = {name for part in (*self.key, *self.partition_key) for name in part.split("|")}
        missing = named - set(self.record_type.model_fields)
        if missing:
            raise ValueError(f"the key needs {', '.join(sorted(missing))}, which {self.record} does not have")
        if (self.role is Role.RETRY) != (self.delay_s is not None):
            raise ValueError("a retry topic, and no other, has a delay")
        return self


class StageTopics(NamedTuple):
    """The names of one consumer group's own topics."""

    commands: str
    tasks: str
    retries: tuple[tuple[str, int], ...]  # (name, delay in seconds), shortest delay first
    outcomes: str


class Topics(Mapping[str, TopicSpec]):
    """All topics by name, in the file's order."""

    def __init__(self, specs: list[TopicSpec], static_bases: dict[str, int]) -> None:
        self._specs = {spec.name: spec for spec in specs}
        self._static_bases = static_bases
        if len(self._specs) != len(specs):
            raise TopicsError("two topics have the same name")
        unnamed = {spec.record for spec in specs} ^ static_bases.keys()
        if unnamed:
            raise TopicsError(f"static_ids and the topics' records differ by {', '.join(sorted(unnamed))}")
        if len({base // _STATIC_ID_STEP for base in static_bases.values()}) != len(static_bases):
            raise TopicsError(f"static ids must lie {_STATIC_ID_STEP} apart, one range for each record")

    def __getitem__(self, name: str) -> TopicSpec:
        """The topic called `name`. Raises UnknownTopicError."""
        try:
            return self._specs[name]
        except KeyError:
            raise UnknownTopicError(f"{name} is not in topics.yaml") from None

    def __iter__(self) -> Iterator[str]:
        return iter(self._specs)

    def __len__(self) -> int:
        return len(self._specs)

    def for_stage(self, stage: Stage) -> StageTopics:
        """The commands, tasks, retry and outcomes topics of a stage. Raises UnknownTopicError."""
        retries = [(t.name, t.delay_s) for t in self.values() if t.stage is stage and t.delay_s is not None]
        return StageTopics(
            self._one(Role.COMMANDS, stage).name,
            self._one(Role.TASKS, stage).name,
            tuple(sorted(retries, key=lambda retry: retry[1])),
            self._one(Role.OUTCOMES, stage).name,
        )

    def of_record(self, record: type[Record]) -> tuple[TopicSpec, ...]:
        """The topics whose values are this record. Raises UnknownTopicError when there is none."""
        found = tuple(spec for spec in self.values() if spec.record == record.__name__)
        if not found:
            raise UnknownTopicError(f"no topic carries {record.__name__}")
        return found

    def event(self, record: type[Record]) -> TopicSpec:
        """The one topic of a result event. Raises UnknownTopicError when it is not a result event."""
        for spec in self.values():
            if spec.role is Role.EVENT and spec.record == record.__name__:
                return spec
        raise UnknownTopicError(f"{record.__name__} is not a result event")

    def static_id(self, record: str, version: int) -> int:
        """The schema id of a record's released version where there is no registry."""
        if not 1 <= version < _STATIC_ID_STEP:
            raise TopicsError(f"static ids know versions 1 to {_STATIC_ID_STEP - 1}, not {version}")
        return self._static_bases[record] + version

    @property
    def cancels(self) -> str:
        """Where the backend asks to end a job."""
        return self._one(Role.CANCELS).name

    @property
    def ticks(self) -> str:
        """Where workers note progress."""
        return self._one(Role.TICKS).name

    @property
    def progress(self) -> str:
        """Where the merged progress is."""
        return self._one(Role.PROGRESS).name

    @property
    def completed(self) -> str:
        """Where runs end."""
        return self._one(Role.COMPLETED).name

    @property
    def rejected(self) -> str:
        """Where refused commands are answered."""
        return self._one(Role.REJECTED).name

    @property
    def dead_letters(self) -> str:
        """Where records that cannot be processed are kept."""
        return self._one(Role.DEAD_LETTERS).name

    def _one(self, role: Role, stage: Stage | None = None) -> TopicSpec:
        for spec in self.values():
            if spec.role is role and spec.stage is stage:
                return spec
        raise UnknownTopicError(f"topics.yaml has no {role} topic{f' of {stage}' if stage else ''}")


@cache
def load_topics(path: Path = TOPICS_FILE) -> Topics:
    """All topics of the file. Raises TopicsError naming the topic and what is wrong with it."""
    document = yaml.safe_load(path.read_text(encoding="utf-8"))
    if not isinstance(document, dict) or document.keys() != {
        "version",
        "partitioner",
        "stages",
        "static_ids",
        "topics",
    }:
        raise TopicsError(f"{path.name} must have version, partitioner, stages, static_ids and topics, nothing else")
    if document["version"] != 1 or document["partitioner"] != "murmur2_random":
        raise TopicsError(f"{path.name} must have version 1 and the partitioner murmur2_random")
    specs = [spec for entry in document["topics"] for spec in _expand(entry, document["stages"])]
    return Topics(specs, document["static_ids"])


def _expand(entry: dict[str, Any], stages: dict[str, dict[str, str]]) -> Iterator[TopicSpec]:
    """One topic, or one for each stage when the name has `{stage}` in it."""
    if "{stage}" not in entry.get("name", ""):
        yield _spec(entry)
        return
    for stage, words in stages.items():
        yield _spec(_fill(entry, {"stage": stage, **words}) | {"stage": stage})


def _fill(value: Any, words: dict[str, str]) -> Any:
    if isinstance(value, str):
        return value.format_map(words)
    if isinstance(value, list):
        return [_fill(item, words) for item in value]
    return {key: _fill(item, words) for key, item in value.items()} if isinstance(value, dict) else value


def _spec(entry: dict[str, Any]) -> TopicSpec:
    name = entry.get("name", "a topic without a name")
    try:
        fields: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in entry.items()}
        fields["role"] = Role(fields.get("role", ""))
        fields["stage"] = Stage(fields["stage"]) if "stage" in fields else None
        fields["retention_ms"] = _milliseconds(fields.pop("retention", None))
        fields["max_message_bytes"] = _bytes(fields.pop("max_message", "1MiB"))
        if "delay" in fields:
            fields["delay_s"] = _milliseconds(fields.pop("delay")) // 1_000
        return TopicSpec(**fields)
    except ValidationError as error:
        problems = ((".".join(map(str, problem["loc"])), problem["msg"]) for problem in error.errors())
        reasons = "; ".join(f"{place}: {reason}" if place else reason for place, reason in problems)
        raise TopicsError(f"{name}: {reasons}") from error
    except (ValueError, TypeError) as error:
        raise TopicsError(f"{name}: {error}") from error


def _joined(record: Record, parts: tuple[str, ...]) -> bytes:
    """The parts as text with "/" between them; of `a|b` the first that is set."""
    values = (next((v for name in part.split("|") if (v := getattr(record, name))), "") for part in parts)
    return "/".join(str(value) for value in values).encode()


def _milliseconds(text: Any) -> int:
    if text == "forever":
        return -1
    found = re.fullmatch(r"(\d+)([smhd])", str(text))
    if not found:
        raise ValueError(f"{text!r} is no duration; write 5s, 1m, 1h, 7d or forever")
    return int(found[1]) * _DURATION_MS[found[2]]


def _bytes(text: Any) -> int:
    found = re.fullmatch(r"(\d+)MiB", str(text))
    if not found:
        raise ValueError(f"{text!r} is no size; write 1MiB")
    return int(found[1]) << 20
