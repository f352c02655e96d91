"""From records to messages: topics, keys, headers, and ids that are the same whenever they are made again."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Protocol
from uuid import UUID, uuid5

from processors.engine.broker import ConsumedRecord, Headers, Message
from schemas.headers import output_headers
from schemas.jobs import Stage as StageName
from schemas.record import Record

_NAMESPACE = UUID("6f1d5b8e-0c57-5b0a-9a41-3f0f6a3d2c11")  # of every id that this service derives

RUN_ID_HEADER = "run_id"
RUN_KIND_HEADER = "run_kind"
JOB_ID_HEADER = "job_id"
TASK_ID_HEADER = "task_id"
ATTEMPT_HEADER = "attempt"
NOT_BEFORE_HEADER = "not_before_ms"
REPUBLISHED_HEADER = "republished"


class Codec(Protocol):
    """Turns records into the bytes of a topic and back."""

    def encode(self, topic: str, record: Record) -> bytes:
        """The record in the wire format of the topic. Raises RegistryUnavailableError when ids cannot be had now."""

    def decode(self, topic: str, value: bytes | None) -> Record:
        """The record on the wire.

        Raises schemas.codec.BadMessageError for bytes that are not a message of this topic, and
        RegistryUnavailableError when that cannot be told now.
        """


@dataclass(frozen=True, slots=True)
class RetryTopic:
    """A topic of tasks that wait: one delay a topic, so that its order is the order in which they fall due."""

    topic: str
    delay_ms: int


@dataclass(frozen=True, slots=True)
class StageTopics:
    """The topics of one consumer group."""

    commands: str
    tasks: str
    retries: tuple[RetryTopic, ...]
    outcomes: str
    cancels: str = "media.job.cancels"
    completed: str = "media.job.completed"
    rejected: str = "media.command.rejected"
    dead_letters: str = "media.dead-letters"
    ticks: str = "media.job.ticks"

    @property
    def read(self) -> list[str]:
        """What the group subscribes to."""
        return [self.commands, self.tasks, *(retry.topic for retry in self.retries), self.outcomes, self.cancels]


def topics_of(stage: StageName) -> StageTopics:
    """The topics of a stage, by the names of topics.yaml."""
    root = f"media.{stage}"
    delays = {"5s": 5_000, "1m": 60_000, "10m": 600_000}
    return StageTopics(
        commands=f"{root}.commands",
        tasks=f"{root}.tasks",
        retries=tuple(RetryTopic(f"{root}.retry.{name}", delay) for name, delay in delays.items()),
        outcomes=f"{root}.outcomes",
    )


def derived_id(*parts: str | int) -> str:
    """A UUIDv5 that is the same whenever it is derived from the same parts."""
    return str(uuid5(_NAMESPACE, "/".join(str(part) for part in parts)))


def live_run_id(stage: StageName, job_id: str) -> str:
    """The run that a job's command starts. Replays bring a run id of their own."""
    return derived_id("run", stage, job_id)


def header(record: ConsumedRecord, name: str) -> str | None:
    """A header's text, or None when it is missing or not text."""
    for key, value in record.headers:
        if key == name:
            try:
                return value.decode()
            except UnicodeDecodeError:
                return None
    return None


@dataclass(frozen=True, slots=True)
class Origin:
    """Whose message it is: the ids in its headers and the trace that it belongs to."""

    job_id: str
    run_id: str | None = None
    task_id: str | None = None
    traceparent: str | None = None


class Outbox:
    """Makes the messages of one stage."""

    def __init__(self, stage: StageName, codec: Codec) -> None:
        self._source = f"vls-media/{stage}"
        self._codec = codec

    def message(
        self,
        topic: str,
        key: str,
        record: Record,
        event_id: str,
        origin: Origin,
        time_ms: int,
        extra: Mapping[str, str] | None = None,
        partition_key: str | None = None,
    ) -> Message:
        """A message with CloudEvents headers, trace and ids. `partition_key` decides the partition, else the key."""
        headers = output_headers(
            event_id=event_id,
            record_type=type(record).__name__,
            source=self._source,
            time_ms=time_ms,
            subject=key,
            job_id=origin.job_id,
            run_id=origin.run_id,
            task_id=origin.task_id,
            traceparent=origin.traceparent,
        )
        if extra:
            headers = (*headers, *((name, value.encode()) for name, value in extra.items()))
        value = self._codec.encode(topic, record)
        return Message(topic, key.encode(), value, headers, partition_key.encode() if partition_key else None)


def with_header(message: Message, name: str, value: str) -> Message:
    """The same message with one more header."""
    headers: Headers = (*message.headers, (name, value.encode()))
    return replace(message, headers=headers)
