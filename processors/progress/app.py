"""The progress processor: a Faust app that turns ticks and completions into `media.job.progress`."""

import asyncio
import json
import logging
import signal
import time
from types import FrameType
from typing import Any

import faust

from processors.coding import open_codec
from processors.engine.metrics import DOWN, PARTITIONS, PUBLISHED, READY, RECORDS, REGISTRY
from processors.engine.serving import HealthServer
from processors.engine.wire import Codec, derived_id
from processors.progress.board import Board
from processors.progress.merge import RunEnd
from processors.progress.topics import (
    APP_ID,
    COMPLETED,
    PROGRESS,
    TABLE,
    TICKS,
    UPDATES,
    TopicsMissingError,
    ensure_topics,
)
from processors.progress.transport import CommittedTransport, credentials
from processors.settings import Settings
from schemas.codec_errors import BadMessageError, RegistryUnavailableError
from schemas.headers import output_headers
from schemas.jobs import JobCompleted, Progress, Tick
from schemas.record import Record

_log = logging.getLogger(__name__)
_TURN_S = 0.25
_SWEEP_S = 60.0
_RETRY_S = 1.0
_STUCK_S = 60.0
_REGISTRY_RETRY_S = 1.0


def run(settings: Settings) -> int:
    """Work until SIGTERM or SIGINT; the process's exit status."""
    for name in ("faust", "mode", "aiokafka", "processors.progress.transport"):
        logging.getLogger(name).setLevel(logging.WARNING)
    return ProgressService(settings).run()


class ProgressService:
    """The process around the Faust app: health, signals, and a new app whenever the old one crashed."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._codec = open_codec(settings)
        self._credentials = credentials(settings.kafka_security)
        self._health = HealthServer(settings.http_host, settings.http_port, REGISTRY, self._healthy, self._ready)
        self._signalled = False
        self._turned = time.monotonic()
        self._is_ready = False
        self._down: dict[str, str] = {}

    def run(self) -> int:
        """Work until SIGTERM or SIGINT; the process's exit status."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._on_signal)
        self._health.start()
        _log.info("started", extra={"stage": "progress", "slot": self._settings.slot, "port": self._health.port})
        try:
            while not self._signalled:
                self._attempt()
        finally:
            self._health.close()
        _log.info("stopped", extra={"stage": "progress"})
        return 0

    def _attempt(self) -> None:
        try:
            ensure_topics(self._settings.kafka())
            asyncio.run(self._serve())
        except TopicsMissingError as error:
            self._note_down(str(error))
        except Exception as error:  # noqa: BLE001  whatever ended the app, a new one goes on from its changelog
            _log.error("app_failed", extra={"error": repr(error)}, exc_info=error)
            self._note_down(repr(error))
        self._set_ready(is_ready=False)
        deadline = time.monotonic() + _RETRY_S
        while not self._signalled and time.monotonic() < deadline:
            self._turned = time.monotonic()
            time.sleep(0.05)

    async def _serve(self) -> None:
        """Run one app until a signal comes or it crashes. Raises what crashed it."""
        app = ProgressApp(self._settings, self._codec, self._credentials)
        try:
            await app.faust.start()
            while not self._signalled and not app.faust.crashed:
                self._turned = time.monotonic()
                self._set_ready(is_ready=app.ready())
                await asyncio.sleep(_TURN_S)
        finally:
            self._set_ready(is_ready=False)
            await app.faust.stop()
        if app.faust.crashed and not self._signalled:
            raise app.faust.crash_reason or RuntimeError("the Faust app crashed")

    def _set_ready(self, *, is_ready: bool) -> None:
        if is_ready and self._down:
            self._down = {}
        if is_ready != self._is_ready:
            _log.info("ready" if is_ready else "not_ready", extra={"stage": "progress"})
        self._is_ready = is_ready
        READY.set(is_ready)
        DOWN.labels("broker").set(bool(self._down))

    def _note_down(self, error: str) -> None:
        _log.warning("dependency_down", extra={"dependency": "broker", "error": error})
        self._down = {"broker": error}

    def _on_signal(self, number: int, _frame: FrameType | None) -> None:
        _log.info("signal", extra={"number": number})
        self._signalled = True

    def _healthy(self) -> tuple[bool, dict[str, Any]]:
        age = time.monotonic() - self._turned
        return age < _STUCK_S, {"stage": "progress", "seconds_since_last_turn": round(age, 1)}

    def _ready(self) -> tuple[bool, dict[str, Any]]:
        return self._is_ready and not self._signalled, {"stage": "progress", "down": self._down}


class ProgressApp:
    """The Faust app: which topics meet which part of the board.

    Ticks are keyed by run and completions partitioned by job. Each completion is therefore passed on, keyed by run, on
    a topic of our own, and meets the ticks of its run in the process that holds their partition. The clock's reminders
    take the same way, so that a run's state is only changed by the one agent that reads its partition.
    """

    def __init__(self, settings: Settings, codec: Codec, broker_credentials: faust.auth.Credentials | None) -> None:
        self._codec = codec
        data = settings.scratch / "progress"
        data.mkdir(parents=True, exist_ok=True)
        session_s = settings.session_timeout_ms / 1000
        self.faust: Any = faust.App(
            APP_ID,
            broker=[f"kafka://{address.strip()}" for address in settings.bootstrap_servers.split(",")],
            broker_credentials=broker_credentials,
            broker_client_id=f"{APP_ID}-{settings.slot}",
            broker_session_timeout=session_s,
            broker_heartbeat_interval=min(3.0, session_s / 3),
            broker_request_timeout=session_s + 30.0,
            broker_max_poll_interval=max(300.0, session_s),
            consumer_auto_offset_reset="earliest",
            processing_guarantee="at_least_once",
            store="memory://",
            datadir=data,
            topic_allow_declare=False,
            topic_disable_leader=True,
            stream_wait_empty=False,
            key_serializer="raw",
            value_serializer="json",
            autodiscover=False,
            web_enabled=False,
        )
        self.faust.transport = CommittedTransport([*self.faust.conf.broker_consumer], self.faust)
        self._table = self.faust.Table(TABLE, key_type=str)
        self._board = Board(self._table, silent_ms=settings.run_deadline_s * 1000 + 3_600_000)
        self._updates = self._raw_topic(UPDATES)
        self._progress = self._raw_topic(PROGRESS)
        self.faust.agent(self._raw_topic(TICKS, UPDATES), name="runs", concurrency=1)(self._on_runs)
        self.faust.agent(self._raw_topic(COMPLETED), name="ends", concurrency=1)(self._on_completions)
        self.faust.task(self._watch_clock)
        self.faust.on_partitions_revoked.connect(self._on_revoked)
        self._rebalanced = False
        self.faust.on_rebalance_complete.connect(self._on_rebalanced)

    def ready(self) -> bool:
        """Whether partitions are assigned and the table is recovered."""
        PARTITIONS.set(len(self.faust.consumer.assignment()) if self._rebalanced else 0)
        return self._rebalanced and not self.faust.rebalancing and self.faust.tables.recovery.completed.is_set()

    def _raw_topic(self, *names: str) -> Any:
        return self.faust.topic(*names, key_serializer="raw", value_serializer="raw", key_type=bytes, value_type=bytes)

    async def _on_runs(self, stream: Any) -> None:
        async for event in stream.events():
            try:
                await self._on_run_record(event.message.topic, event.value)
            except (BadMessageError, ValueError, TypeError, LookupError) as error:
                _log.warning("record_unusable", extra=_place(event) | {"error": str(error)})

    async def _on_completions(self, stream: Any) -> None:
        async for event in stream.events():
            RECORDS.labels(COMPLETED).inc()
            try:
                record = await self._decode(COMPLETED, event.value)
            except BadMessageError as error:
                _log.warning("record_unusable", extra=_place(event) | {"error": str(error)})
                continue
            if isinstance(record, JobCompleted):
                end = RunEnd.of(record)
                await self._send_update(end.run_id, {"ended": end.to_json()})

    async def _on_run_record(self, topic: str, value: bytes | None) -> None:
        RECORDS.labels(topic).inc()
        now_ms = _now_ms()
        if topic == TICKS:
            record = await self._decode(TICKS, value)
            if isinstance(record, Tick):
                await self._publish(self._board.on_tick(record, now_ms))
            return
        update = json.loads(value or b"")
        if "ended" in update:
            await self._publish(self._board.on_end(RunEnd.from_json(update["ended"]), now_ms))
        elif "due" in update:
            await self._publish(self._board.on_due(update["due"], now_ms))
        else:
            self._board.forget(update["stale"], now_ms)

    async def _decode(self, topic: str, value: bytes | None) -> Record:
        """The record. Waits while the registry is away. Raises BadMessageError."""
        while True:
            try:
                return self._codec.decode(topic, value)
            except RegistryUnavailableError as error:
                _log.warning("dependency_down", extra={"dependency": "registry", "error": str(error)})
                await asyncio.sleep(_REGISTRY_RETRY_S)

    async def _publish(self, progress: Progress | None) -> None:
        if progress is None:
            return
        moment = "end" if progress.ended else str(progress.at_ms)
        headers = output_headers(
            event_id=derived_id(progress.run_id, "progress", moment),
            record_type="Progress",
            source="vls-media/progress",
            time_ms=progress.at_ms,
            subject=progress.run_id,
            job_id=progress.job_id,
            run_id=progress.run_id,
        )
        while True:
            try:
                value = self._codec.encode(PROGRESS, progress)
                break
            except RegistryUnavailableError as error:
                _log.warning("dependency_down", extra={"dependency": "registry", "error": str(error)})
                await asyncio.sleep(_REGISTRY_RETRY_S)
        await self._progress.send(key=progress.run_id.encode(), value=value, headers=list(headers))
        PUBLISHED.labels(PROGRESS).inc()

    async def _send_update(self, run_id: str, update: dict[str, Any]) -> None:
        await self._updates.send(key=run_id.encode(), value=json.dumps(update).encode())

    async def _watch_clock(self) -> None:
        """Remind the board of runs that wait to be published or forgotten."""
        swept = time.monotonic()
        while not self.faust.should_stop:
            await self.faust.sleep(_TURN_S)
            if not self.ready():
                continue
            for run_id in self._board.due(_now_ms()):
                await self._send_update(run_id, {"due": run_id})
            if time.monotonic() - swept >= _SWEEP_S:
                swept = time.monotonic()
                for run_id in self._board.stale(_now_ms()):
                    await self._send_update(run_id, {"stale": run_id})

    async def _on_revoked(self, *_args: object, **_kwargs: object) -> None:
        self._rebalanced = False
        self._board.reload()

    async def _on_rebalanced(self, *_args: object, **_kwargs: object) -> None:
        self._rebalanced = True


def _now_ms() -> int:
    return time.time_ns() // 1_000_000


def _place(event: Any) -> dict[str, Any]:
    message = event.message
    return {"topic": message.topic, "partition": message.partition, "offset": message.offset}
