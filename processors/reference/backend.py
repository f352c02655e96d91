"""The reference backend: sends commands and cancels, and follows jobs until they end."""

import logging
import time
import uuid
from collections.abc import Callable, Iterable, Iterator
from types import TracebackType
from typing import Literal, Self

from processors.coding import open_codec
from processors.engine.broker import Headers, Message
from processors.engine.kafka.plain_producer import KafkaPlainProducer
from processors.engine.kafka.watchdog import Watchdog
from processors.engine.wire import RUN_ID_HEADER, RUN_KIND_HEADER
from processors.reference.jobs import Inbox, Job, JobView, Update
from processors.reference.reading import TopicReader
from processors.settings import Settings
from schemas.canonical import content_digest
from schemas.codec_errors import BadMessageError
from schemas.headers import output_headers
from schemas.jobs import Cancel, RunKind, Stage
from schemas.record import Command
from schemas.topics import Role, TopicSpec, load_topics

_log = logging.getLogger(__name__)
_SEND_S = 30.0
_LATE_EVENTS_S = 30.0
_POLL_S = 0.25
_FOLLOWED = frozenset({Role.PROGRESS, Role.COMPLETED, Role.REJECTED, Role.DEAD_LETTERS, Role.EVENT})


def _nothing() -> None:
    """What `follow` does between polls when nobody asked for anything."""


class ReferenceBackend:
    """A client of the service. One thread uses it; what it hears of its jobs is kept in their views.

    Reading starts at `start` ("end" hears only what is said from now on), by assignment and read_committed; records
    that are delivered twice count once, by their event_id.
    """

    def __init__(self, settings: Settings, *, start: Literal["beginning", "end"] = "end") -> None:
        """Raises BrokerUnavailableError, and TopicMissingError where the topics have not been made."""
        self._topics = load_topics()
        self._codec = open_codec(settings)
        self._inbox = Inbox()
        self._reader = TopicReader(
            settings.kafka(), [spec.name for spec in self._topics.values() if spec.role in _FOLLOWED], start
        )
        self._watchdog = Watchdog(settings.kafka().call_limit_s).start()
        self._producer = KafkaPlainProducer(settings.kafka(), self._watchdog)

    def send(self, command: Command, traceparent: str | None = None) -> Job:
        """Put a command on its topic; the job that it starts, already watched.

        Raises BrokerUnavailableError when the broker did not acknowledge it; sending it again is harmless.
        """
        topic = self._commands_topic(command)
        stage, job_id = _stage_of(topic), str(getattr(command, "job_id", ""))
        job = Job.live(stage, job_id, content_digest(command))
        self._inbox.watch([job])
        headers = _headers(type(command).__name__, job_id, traceparent)
        self._publish(Message(topic.name, topic.key_of(command), self._codec.encode(topic.name, command), headers))
        return job

    def send_again(self, stage: Stage, job_id: str, value: bytes, traceparent: str | None) -> Job:
        """Put a stored command on its topic as a new run, byte for byte, in the trace that it belongs to."""
        topic = self._topics[self._topics.for_stage(stage).commands]
        job = Job(job_id, str(uuid.uuid4()), stage)
        self._inbox.watch([job])
        headers = _headers(topic.record, job_id, traceparent)
        replay = ((RUN_ID_HEADER, job.run_id.encode()), (RUN_KIND_HEADER, str(RunKind.REPLAY).encode()))
        self._publish(Message(topic.name, job_id.encode(), value, (*headers, *replay)))
        return job

    def cancel(self, job_id: str, stage: Stage, reason: str = "") -> None:
        """Ask to end a job, also one that was not seen yet. Raises BrokerUnavailableError."""
        name = self._topics.cancels
        cancel = Cancel(job_id=job_id, stage=stage, reason=reason)
        headers = _headers(Cancel.__name__, job_id, None)
        self._publish(Message(name, self._topics[name].key_of(cancel), self._codec.encode(name, cancel), headers))

    def watch(self, jobs: Iterable[Job]) -> list[JobView]:
        """Keep what is heard of these runs; their views."""
        return self._inbox.watch(jobs)

    def follow(
        self, jobs: Iterable[Job], *, idle: Callable[[], None] = _nothing, timeout_s: float | None = None
    ) -> Iterator[Update]:
        """What is new about these runs, until each has ended and all of its events are in.

        No order holds between topics, so events that a completion overtook are waited for. `idle` is called at least
        every quarter of a second, and may raise to end the waiting. Raises TimeoutError.
        """
        views = self._inbox.watch(jobs)
        deadline = None if timeout_s is None else time.monotonic() + timeout_s
        while not all(view.ended for view in views):
            idle()
            if deadline is not None and time.monotonic() > deadline:
                waiting = ", ".join(view.job.job_id for view in views if not view.ended)
                raise TimeoutError(f"not ended after {timeout_s:g} s: {waiting}")
            for record in self._reader.poll(_POLL_S):
                yield from self._take(record.topic, record.value)
        events = [spec.name for spec in self._topics.values() if spec.role is Role.EVENT]
        for record in self._reader.until(self._reader.ends(events), _LATE_EVENTS_S):
            yield from self._take(record.topic, record.value)

    def catch_up(self, timeout_s: float = 60.0) -> None:
        """Read everything that is there now into the views of the watched runs. Raises BrokerUnavailableError."""
        for record in self._reader.until(self._reader.ends(), timeout_s):
            for _update in self._take(record.topic, record.value):
                continue

    def first_heard(self, jobs: Iterable[Job]) -> Job:
        """Wait until anything is heard of one of these jobs, and return it."""
        self._inbox.watch(jobs)
        while True:
            for record in self._reader.poll(_POLL_S):
                for update in self._take(record.topic, record.value):
                    return update.view.job

    def close(self) -> None:
        """Give up the connections."""
        self._reader.close()
        self._producer.close()
        self._watchdog.stop()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def _take(self, topic: str, value: bytes | None) -> Iterator[Update]:
        if value is None:
            return  # a tombstone
        try:
            update = self._inbox.take(self._codec.decode(topic, value))
        except BadMessageError as error:
            _log.warning("a record cannot be read", extra={"topic": topic, "code": error.code, "reason": error.message})
            return
        if update is not None:
            yield update

    def _commands_topic(self, command: Command) -> TopicSpec:
        for spec in self._topics.of_record(type(command)):
            if spec.role is Role.COMMANDS:
                return spec
        raise TypeError(f"{type(command).__name__} is not a command of a stage")

    def _publish(self, message: Message) -> None:
        self._producer.send([message])
        self._producer.flush(_SEND_S)


def _stage_of(topic: TopicSpec) -> Stage:
    if topic.stage is None:
        raise TypeError(f"{topic.name} belongs to no stage")
    return topic.stage


def _headers(record_type: str, job_id: str, traceparent: str | None) -> Headers:
    return output_headers(
        event_id=str(uuid.uuid4()),
        record_type=record_type,
        source="vls-media/reference-backend",
        time_ms=time.time_ns() // 1_000_000,
        subject=job_id,
        job_id=job_id,
        traceparent=traceparent,
    )
