"""The toy stage on real Kafka and a real ledger: workers as processes, started, killed and started again."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from confluent_kafka import Producer

from processors.engine.broker import ConsumedRecord, Headers
from processors.engine.ledger import open_ledger
from processors.engine.ledger.migrating import upgrade
from schemas.jobs import JobCompleted
from tests.integration.topic_reader import PATIENCE_S, TopicReader, create_topics
from tests.integration.toy_topics import PARTITIONS, toy_events, toy_topics
from tests.simulation.invariants import AtRest
from tests.simulation.toy import JsonCodec, ToyCommand
from tests.simulation.world import record_types

_BEGUN_AT_MOST = 216  # tasks that one worker has begun: a whole poll of them, on top of those in hand
ROOT = Path(__file__).resolve().parents[2]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class WorkerProcess:
    """A worker in its slot. Leads a process group of its own."""

    slot: str
    process: subprocess.Popen[bytes]
    port: int
    log: Path

    def running(self) -> bool:
        return self.process.poll() is None

    def kill(self) -> None:
        """End the whole process group at once."""
        if self.running():
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(20)

    def stop(self) -> int:
        """Ask it to end, and wait."""
        if self.running():
            self.process.terminate()
        try:
            return self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.kill()
            raise

    def ready(self) -> bool:
        """What /readyz says."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/readyz", timeout=2) as answer:
                return int(answer.status) == 200
        except (urllib.error.URLError, OSError):
            return False

    def partitions(self) -> int:
        """How many partitions it has, by /readyz."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/readyz", timeout=2) as answer:
                return int(json.load(answer)["partitions"])
        except (urllib.error.URLError, OSError):
            return 0

    def last_words(self) -> str:
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-12:]) if self.log.exists() else ""


class ToyHouse:
    """Topics, a ledger and workers of one test module."""

    def __init__(self, bootstrap: str, ledger_url: str, folder: Path, **settings: str) -> None:
        self.prefix = f"toy-{uuid.uuid4().hex[:10]}"
        self.topics = toy_topics(self.prefix)
        self.events = toy_events(self.prefix)
        types = record_types(self.topics, self.events)
        self.codec = JsonCodec(types)
        self.folder = folder
        self._bootstrap = bootstrap
        self._names = list(types)
        create_topics(bootstrap, self._names, PARTITIONS)
        upgrade(ledger_url)
        self._ledger = open_ledger(ledger_url)
        self.engine = self._ledger.engine
        (folder / "sources").mkdir()
        self._environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("VLS_")},
            "VLS_TOY_PREFIX": self.prefix,
            "VLS_BOOTSTRAP_SERVERS": bootstrap,
            "VLS_LEDGER_URL": ledger_url,
            "VLS_ARTIFACTS_URL": f"file://{folder / 'artifacts'}",
            "VLS_ALLOWED_SOURCES": f'["file://{folder / "sources"}"]',
            "VLS_SCRATCH": str(folder / "scratch"),
            "VLS_SESSION_TIMEOUT_MS": "6000",
            "VLS_STOP_GRACE_S": "3",
            **settings,
        }
        self._producer = Producer({"bootstrap.servers": bootstrap, "linger.ms": 1})
        self._reader = TopicReader(bootstrap, self._names)
        self.workers: dict[str, WorkerProcess] = {}
        self.deaths = 0

    # -- workers

    def start(self, slot: str, kill: str | None = None) -> WorkerProcess:
        """Start a worker in a slot. `kill`: the moment at which it ends itself, see toy_worker."""
        port = free_port()
        log = self.folder / f"worker-{slot}.log"
        environment = {**self._environment, "VLS_SLOT": f"{self.prefix}-{slot}", "VLS_HTTP_PORT": str(port)}
        if kill is not None:
            environment["VLS_TOY_KILL"] = kill
        with log.open("ab") as out:
            process = subprocess.Popen(
                [sys.executable, "-m", "tests.integration.toy_worker"],
                cwd=ROOT,
                env=environment,
                stdout=out,
                stderr=out,
                start_new_session=True,
            )
        self.workers[slot] = WorkerProcess(slot, process, port, log)
        return self.workers[slot]

    def close(self) -> None:
        """Stop what runs."""
        for worker in self.workers.values():
            if worker.running():
                worker.process.terminate()
        try:
            for worker in self.workers.values():
                worker.stop()
        finally:
            for worker in self.workers.values():
                worker.kill()
            self._reader.close()
            self._ledger.close()

    # -- records

    def send(self, topic: str, key: bytes | None, value: bytes | None, headers: Headers = ()) -> None:
        """Put a record onto a topic, and wait until it is there."""
        failures: list[object] = []
        self._producer.produce(
            topic, value, key, headers=list(headers), on_delivery=lambda error, _message: failures.append(error)
        )
        assert self._producer.flush(60) == 0
        assert failures == [None], failures

    def submit(self, *items: str, job_id: str | None = None) -> str:
        """Put a command onto its topic; the job's id."""
        command = ToyCommand(job_id=job_id or str(uuid.uuid4()), listing_id="L", items=list(items))
        self.send(self.topics.commands, command.job_id.encode(), self.codec.encode(self.topics.commands, command))
        return command.job_id

    def read(self, topic: str) -> list[ConsumedRecord]:
        """What a reader of committed records has found so far."""
        return self._reader.read(topic)

    def completions(self) -> dict[str, JobCompleted]:
        """Completions so far, by job."""
        found: dict[str, JobCompleted] = {}
        for record in self.read(self.topics.completed):
            completed = self.codec.decode(record.topic, record.value)
            assert isinstance(completed, JobCompleted)
            found[completed.job_id] = completed
        return found

    # -- time

    def settle(self, predicate: Callable[[], bool], patience_s: float = PATIENCE_S) -> None:
        """Wait until it holds. Raises AssertionError when it does not, or when a worker ended that nobody killed."""
        deadline = time.monotonic() + patience_s
        while not predicate():
            self._reader.pump()
            words = {worker.slot: worker.last_words() for worker in self.workers.values()}
            assert time.monotonic() < deadline, f"not settled after {patience_s} s: {words}"

    def at_rest(self) -> AtRest:
        """All that is there, read anew."""
        reader = TopicReader(self._bootstrap, self._names)
        try:
            reader.to_the_end()
        finally:
            reader.close()
        return AtRest(self.topics, self.events, self.codec, self.engine, reader.read, self.deaths * _BEGUN_AT_MOST)
