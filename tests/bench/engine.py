"""The engine's overhead for an empty task, beside a bare consume-transform-produce loop, in one run.

Both use Kafka transactions with their offsets. The engine besides: plans, decisions in PostgreSQL, child processes,
outcomes, joining, completions.
"""

import os
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from confluent_kafka import Consumer, Producer, TopicPartition
from confluent_kafka.admin import AdminClient, NewTopic

from processors.coding import open_codec
from processors.engine.broker import Message
from processors.engine.kafka.plain_producer import KafkaPlainProducer
from processors.engine.kafka.watchdog import Watchdog
from processors.engine.ledger.migrating import upgrade
from processors.engine.wire import topics_of
from processors.logs import set_up_logging
from processors.service import Service
from processors.settings import Settings
from schemas.commands import ClassifyPhotos, PhotoInput
from schemas.jobs import JobCompleted
from schemas.jobs import Stage as StageName
from schemas.topics import load_topics
from tests.bench.empty import EmptyStage

TASKS_A_JOB = 250
TOPICS = topics_of(StageName.CLASSIFY)


@dataclass(frozen=True)
class Figures:
    """Wall and CPU milliseconds for each message or task; CPU of all processes on our side."""

    count: int
    wall_ms: float


def bare_loop(settings: Settings, count: int, batch: int) -> Figures:
    """Read `count` small messages, and write one for each, in transactions of `batch` with the offsets."""
    source, target = f"bench.in.{uuid.uuid4().hex[:8]}", f"bench.out.{uuid.uuid4().hex[:8]}"
    admin = AdminClient({"bootstrap.servers": settings.bootstrap_servers})
    for future in admin.create_topics([NewTopic(source, 1, 1), NewTopic(target, 1, 1)]).values():
        future.result()
    filler = Producer({"bootstrap.servers": settings.bootstrap_servers, "linger.ms": 5})
    for number in range(count):
        filler.produce(source, key=str(number), value=b"x" * 400)
    filler.flush()
    consumer = Consumer(
        {
            "bootstrap.servers": settings.bootstrap_servers,
            "group.id": source,
            "enable.auto.commit": False,
            "isolation.level": "read_committed",
        }
    )
    producer = Producer(
        {"bootstrap.servers": settings.bootstrap_servers, "transactional.id": source, "retry.backoff.ms": 1}
    )
    producer.init_transactions(30)
    consumer.assign([TopicPartition(source, 0, 0)])
    done = 0
    started = time.perf_counter()
    while done < count:
        messages = [message for message in consumer.consume(batch, 0.2) if message.error() is None]
        if not messages:
            continue
        producer.begin_transaction()
        for message in messages:
            producer.produce(target, key=message.key(), value=(message.value() or b"").upper())
        position = TopicPartition(source, 0, (messages[-1].offset() or 0) + 1)
        producer.send_offsets_to_transaction([position], consumer.consumer_group_metadata(), 30)
        producer.commit_transaction(30)
        done += len(messages)
    elapsed = time.perf_counter() - started
    consumer.close()
    return Figures(count, elapsed * 1000 / count)


@contextmanager
def engine_worker(settings: Settings) -> Iterator[None]:
    """A worker of the empty stage as a process of its own."""
    environment = {**os.environ, **_environment(settings)}
    log = Path(settings.scratch).with_suffix(".log")
    with log.open("wb") as output:
        process = subprocess.Popen([sys.executable, "-m", "tests.bench.engine"], env=environment, stderr=output)
        try:
            yield
        finally:
            process.terminate()
            process.wait(30)


def _environment(settings: Settings) -> dict[str, str]:
    return {
        "VLS_BOOTSTRAP_SERVERS": settings.bootstrap_servers,
        "VLS_LEDGER_URL": settings.ledger_url,
        "VLS_ARTIFACTS_URL": settings.artifacts_url,
        "VLS_SCRATCH": str(settings.scratch),
        "VLS_TASKS_IN_HAND": "512",
        "VLS_WINDOW": "250",
        "VLS_LANES": "1",
        "VLS_LOG_LEVEL": "WARNING",
    }


def through_the_engine(settings: Settings, jobs: int) -> Figures:
    """Run `jobs` jobs of empty tasks through a worker, after one that warms it up."""
    upgrade(settings.ledger_url)
    specs = load_topics()
    admin = AdminClient({"bootstrap.servers": settings.bootstrap_servers})
    have = admin.list_topics().topics
    wanted = [NewTopic(spec.name, spec.partitions, 1) for spec in specs.values() if spec.name not in have]
    for future in (admin.create_topics(wanted) if wanted else {}).values():
        future.result()
    consumer = Consumer(
        {
            "bootstrap.servers": settings.bootstrap_servers,
            "group.id": f"bench-{uuid.uuid4()}",
            "auto.offset.reset": "earliest",
            "isolation.level": "read_committed",
        }
    )
    consumer.subscribe([TOPICS.completed])
    with engine_worker(settings):
        _run_jobs(settings, consumer, 1)
        started = time.perf_counter()
        _run_jobs(settings, consumer, jobs)
        elapsed = time.perf_counter() - started
    consumer.close()
    return Figures(jobs * TASKS_A_JOB, elapsed * 1000 / (jobs * TASKS_A_JOB))


def _run_jobs(settings: Settings, consumer: Consumer, jobs: int) -> None:
    codec = open_codec(settings)
    producer = KafkaPlainProducer(settings.kafka(), Watchdog())
    waiting = set()
    for _ in range(jobs):
        job_id = str(uuid.uuid4())
        photos = [PhotoInput(photo_id=str(place), uri="file:///none") for place in range(TASKS_A_JOB)]
        command = ClassifyPhotos(job_id=job_id, listing_id="bench", photos=photos)
        producer.send([Message(TOPICS.commands, job_id.encode(), codec.encode(TOPICS.commands, command))])
        waiting.add(job_id)
    producer.flush(30)
    deadline = time.monotonic() + 300
    while waiting:
        if time.monotonic() > deadline:
            raise TimeoutError(f"{len(waiting)} of {jobs} jobs did not end")
        message = consumer.poll(0.5)
        if message is not None and message.error() is None:
            completed = codec.decode(TOPICS.completed, message.value())
            if isinstance(completed, JobCompleted):
                waiting.discard(completed.job_id)


if __name__ == "__main__":
    own = Settings()
    set_up_logging(own.log_level)
    raise SystemExit(Service(EmptyStage(), own).run())
