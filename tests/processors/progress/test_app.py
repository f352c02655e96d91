"""Tests of the processor as a process of its own, on the embedded broker and on Kafka."""

import os
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from urllib.request import urlopen

import pytest
from confluent_kafka import Consumer, Producer

from processors.engine.admin import KafkaCluster, apply
from processors.engine.kafka.embedded import EmbeddedBroker
from processors.progress.topics import COMPLETED, PROGRESS, TICKS, UPDATES
from processors.reference.processes import free_port
from schemas.codec import Codec
from schemas.jobs import JobCompleted, JobStatus, Progress, RunKind, Stage, Tick
from schemas.record import Record
from schemas.static_ids import StaticIds
from schemas.topics import load_topics

ROOT = Path(__file__).resolve().parents[3]
CODEC = Codec(StaticIds())
PATIENCE_S = 120.0


class Line:
    """A client on the broker: what workers write, what the backend reads."""

    def __init__(self, servers: str) -> None:
        self.job_id, self.run_id = str(uuid.uuid4()), str(uuid.uuid4())
        self._producer = Producer({"bootstrap.servers": servers, "partitioner": "murmur2_random"})
        self._consumer = Consumer(
            {"bootstrap.servers": servers, "group.id": uuid.uuid4().hex, "auto.offset.reset": "earliest"}
        )
        self._consumer.subscribe([PROGRESS])

    def send(self, topic: str, key: str | None, value: Record | bytes | None) -> None:
        data = CODEC.encode(topic, value) if isinstance(value, Record) else value
        self._producer.produce(topic, key=key, value=data)
        self._producer.flush()

    def tick(self, phase: str, **fields: object) -> None:
        whose = {"job_id": self.job_id, "run_id": self.run_id, "stage": Stage.CLIP, "at_ms": _now_ms()}
        self.send(TICKS, self.run_id, Tick.model_validate({**whose, "phase": phase, **fields}))

    def complete(self) -> None:
        completion = JobCompleted(
            event_id=str(uuid.uuid4()),
            job_id=self.job_id,
            run_id=self.run_id,
            run_kind=RunKind.LIVE,
            listing_id="listing",
            stage=Stage.CLIP,
            status=JobStatus.SUCCEEDED,
            tasks_total=3,
            ended_ms=_now_ms(),
        )
        self.send(COMPLETED, f"{self.job_id}/{self.run_id}", completion)

    def next(self) -> Progress:
        deadline = time.monotonic() + PATIENCE_S
        while time.monotonic() < deadline:
            message = self._consumer.poll(0.2)
            if message is None or message.error() is not None:
                continue
            record = CODEC.decode(PROGRESS, message.value())
            if isinstance(record, Progress) and record.run_id == self.run_id:
                assert message.key() == self.run_id.encode()
                assert dict(message.headers() or [])["run_id"] == self.run_id.encode()
                return record
        pytest.fail(f"no progress within {PATIENCE_S} s")

    def close(self) -> None:
        self._consumer.close()


@pytest.fixture
def embedded(tmp_path: Path) -> Iterator[tuple[str, "subprocess.Popen[bytes]"]]:
    with EmbeddedBroker() as broker:
        broker.create_topics(load_topics())
        with RunningProcessor(tmp_path, broker.bootstrap_servers, VLS_EMBEDDED_CLUSTER=broker.cluster) as process:
            yield broker.bootstrap_servers, process


def test_ticks_and_a_completion_become_progress_in_spite_of_junk(
    embedded: tuple[str, "subprocess.Popen[bytes]"],
) -> None:
    servers, process = embedded
    _tell_a_run(servers)
    assert process.poll() is None
    process.send_signal(signal.SIGTERM)
    assert process.wait(PATIENCE_S) == 0


@pytest.mark.integration
def test_ticks_and_a_completion_become_progress_on_kafka(tmp_path: Path, kafka_bootstrap: str) -> None:
    apply(load_topics().values(), KafkaCluster({"bootstrap.servers": kafka_bootstrap}), lambda _line: None)
    with RunningProcessor(tmp_path, kafka_bootstrap) as process:
        _tell_a_run(kafka_bootstrap)
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE_S) == 0


def _tell_a_run(servers: str) -> None:
    line = Line(servers)
    try:
        for topic in (TICKS, COMPLETED, UPDATES):
            for value in (b"junk", b"", None, b"\0\0\0\x08\xfcx", b"[1]", b'{"ended": 3}', b'{"due": [3]}'):
                line.send(topic, line.run_id, value)
                line.send(topic, None, value)
        line.tick("first", phases={"first": 0.5, "second": 0.5}, phase_tasks=2)
        shown = [line.next()]
        assert (shown[0].phase, shown[0].percent, shown[0].items_total) == ("first", 0.0, 2)
        line.tick("first", task_id="a", fraction=1.0)
        shown.append(line.next())
        assert (shown[1].percent, shown[1].items_done) == (25.0, 1)
        line.tick("second", phase_tasks=1)
        shown.append(line.next())
        assert (shown[2].phase, shown[2].percent, shown[2].items_total) == ("second", 50.0, 3)
        line.complete()
        shown.append(line.next())
        assert (shown[3].percent, shown[3].ended, shown[3].items_done) == (100.0, True, 3)
    finally:
        line.close()


class RunningProcessor:
    """The processor as a process, from when it is ready; killed at the end if it still runs."""

    def __init__(self, folder: Path, servers: str, **env: str) -> None:
        self._port = free_port()
        self._log = folder / "progress.log"
        self._env = {
            **os.environ,
            **env,
            "VLS_BOOTSTRAP_SERVERS": servers,
            "VLS_HTTP_PORT": str(self._port),
            "VLS_SCRATCH": str(folder / "scratch"),
        }

    def __enter__(self) -> "subprocess.Popen[bytes]":
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "processors.cli.main", "run", "progress"], cwd=ROOT, env=self._env, stderr=log
            )
        deadline = time.monotonic() + PATIENCE_S
        while not self._ready():
            if self._process.poll() is not None or time.monotonic() > deadline:
                self._process.kill()
                pytest.fail(f"the processor does not become ready:\n{self._log.read_text()[-3000:]}")
            time.sleep(0.1)
        return self._process

    def __exit__(self, *_error: object) -> None:
        if self._process.poll() is None:
            self._process.kill()
            self._process.wait()

    def _ready(self) -> bool:
        try:
            with urlopen(f"http://127.0.0.1:{self._port}/readyz", timeout=5) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False


def _now_ms() -> int:
    return time.time_ns() // 1_000_000
