"""A whole listing on the real servers: classified, made into clips and a video, and replayed by other processes."""

import os
import shutil
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from confluent_kafka import Producer

from processors.engine.admin import KafkaCluster
from processors.engine.admin import apply as apply_topics
from processors.engine.broker import Headers
from processors.engine.ledger.migrating import upgrade
from processors.engine.wire import RUN_ID_HEADER, RUN_KIND_HEADER
from schemas import registry
from schemas.codec import Codec
from schemas.commands import ClassifyPhotos, ClipPhoto, GenerateClips, PhotoInput, RenderPhoto, RenderVideo
from schemas.jobs import JobCompleted, JobStatus, RunKind, TaskStatus
from schemas.record import Command
from schemas.topics import load_topics
from tests.conftest import S3Bucket
from tests.integration.topic_reader import TopicReader

pytestmark = pytest.mark.integration

ROOT = Path(__file__).resolve().parents[2]
LISTING = ROOT.parent / "shared" / "listings" / "listing_1"
SAMPLE = ROOT / "deploy" / "demo" / "sample"
PHOTOS = 12
PROCESSORS = ("classifier", "clipper", "renderer")
COMPLETED = "media.job.completed"
_PATIENCE_S = 150.0


def _photos() -> list[Path]:
    for folder in (LISTING, SAMPLE, SAMPLE / "photos"):
        found = sorted(folder.glob("*.jpg")) if folder.is_dir() else []
        if len(found) >= PHOTOS:
            return found
    pytest.fail(f"neither {LISTING} nor {SAMPLE} has {PHOTOS} photos")


@dataclass
class Line:
    """The processors on the real servers, as an operator would run them, and a backend's view of them."""

    environment: dict[str, str]
    codec: Codec
    producer: Producer
    reader: TopicReader
    folder: Path
    running: list[subprocess.Popen[bytes]]

    def start(self, generation: str) -> None:
        """A process of each processor, in slots and with scratch of their own."""
        for name in PROCESSORS:
            environment = {
                **self.environment,
                "VLS_SLOT": f"{uuid.uuid4().hex[:8]}",
                "VLS_SCRATCH": str(self.folder / f"scratch-{generation}"),
            }
            with (self.folder / f"{name}-{generation}.log").open("wb") as log:
                self.running.append(
                    subprocess.Popen(
                        [sys.executable, "-m", "processors.cli.main", "run", name],
                        cwd=ROOT,
                        env=environment,
                        stdout=log,
                        stderr=log,
                        start_new_session=True,
                    )
                )

    def stop(self) -> list[int]:
        """End all processes; their exit statuses."""
        for process in self.running:
            if process.poll() is None:
                process.terminate()
        statuses = []
        for process in self.running:
            try:
                statuses.append(process.wait(40))
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                statuses.append(process.wait())
        self.running.clear()
        return statuses

    def send(self, topic: str, command: Command, job_id: str, run_id: str | None = None) -> None:
        """Put a command onto its topic; with a run id, as a replay."""
        headers: Headers = ()
        if run_id is not None:
            headers = ((RUN_KIND_HEADER, b"replay"), (RUN_ID_HEADER, run_id.encode()))
        self.producer.produce(topic, self.codec.encode(topic, command), job_id.encode(), headers=list(headers))
        assert self.producer.flush(60) == 0

    def completions(self) -> list[JobCompleted]:
        """All that were read."""
        found = [self.codec.decode(COMPLETED, record.value) for record in self.reader.read(COMPLETED)]
        return [item for item in found if isinstance(item, JobCompleted)]

    def await_one(self, wanted: Callable[[JobCompleted], bool]) -> JobCompleted:
        """The completion that is wanted. Raises AssertionError when it does not come."""
        deadline = time.monotonic() + _PATIENCE_S
        while True:
            found = [completed for completed in self.completions() if wanted(completed)]
            if found:
                assert len({completed.event_id for completed in found}) == len(found) == 1
                return found[0]
            ended = [process.args for process in self.running if process.poll() is not None]
            assert not ended, f"{ended} ended: {self._last_words()}"
            assert time.monotonic() < deadline, f"no completion: {self._last_words()}"
            self.reader.pump()

    def of_job(self, job_id: str) -> JobCompleted:
        return self.await_one(lambda c: c.job_id == job_id and c.run_kind is RunKind.LIVE)

    def of_run(self, run_id: str) -> JobCompleted:
        return self.await_one(lambda c: c.run_id == run_id)

    def _last_words(self) -> str:
        logs = sorted(self.folder.glob("*.log"))
        return "\n".join(log.name + ": " + log.read_text(errors="replace")[-1200:] for log in logs)


@pytest.fixture(scope="module")
def bucket() -> S3Bucket:
    """A bucket for the artifacts of this module."""
    import boto3

    given = {name: os.environ.get(f"VLS_TEST_S3_{name}", "") for name in ("ENDPOINT", "KEY", "SECRET")}
    assert all(given.values()), "VLS_TEST_S3_ENDPOINT, _KEY and _SECRET are needed: the real servers do not run"
    client = boto3.client(
        "s3",
        endpoint_url=given["ENDPOINT"],
        aws_access_key_id=given["KEY"],
        aws_secret_access_key=given["SECRET"],
        region_name="us-east-1",
    )
    name = f"listing-{uuid.uuid4().hex}"
    client.create_bucket(Bucket=name)
    return S3Bucket(given["ENDPOINT"], given["KEY"], given["SECRET"], name, client)


@pytest.fixture(scope="module")
def line(
    kafka_bootstrap: str,
    registry_url: str,
    postgres_url: str,
    bucket: S3Bucket,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Line]:
    """Topics, schemas, ledger and a bucket; every processor runs."""
    folder = tmp_path_factory.mktemp("listing")
    (folder / "photos").mkdir()
    for number, photo in enumerate(_photos()[:PHOTOS]):
        shutil.copyfile(photo, folder / "photos" / f"{number:02d}.jpg")
    shutil.copyfile(SAMPLE / "track.ogg", folder / "photos" / "track.ogg")
    upgrade(postgres_url)
    apply_topics(load_topics().values(), KafkaCluster({"bootstrap.servers": kafka_bootstrap}), lambda _text: None)
    registry.register(registry.connect(registry_url))
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("VLS_")},
        "AWS_ACCESS_KEY_ID": bucket.key,
        "AWS_SECRET_ACCESS_KEY": bucket.secret,
        "AWS_DEFAULT_REGION": "us-east-1",
        "VLS_BOOTSTRAP_SERVERS": kafka_bootstrap,
        "VLS_REGISTRY_URL": registry_url,
        "VLS_LEDGER_URL": postgres_url,
        "VLS_ARTIFACTS_URL": f"s3://{bucket.bucket}/artifacts",
        "VLS_S3_ENDPOINT": bucket.endpoint,
        "VLS_ALLOWED_SOURCES": f'["file://{folder / "photos"}"]',
        "VLS_SESSION_TIMEOUT_MS": "6000",
    }
    reader = TopicReader(kafka_bootstrap, [COMPLETED])
    producer = Producer({"bootstrap.servers": kafka_bootstrap})
    made = Line(environment, Codec(registry.open_registry(registry_url)), producer, reader, folder, [])
    try:
        made.start("first")
        yield made
    finally:
        made.stop()
        reader.close()


def _uris(line: Line) -> list[tuple[str, str]]:
    return [(path.stem, f"file://{path}") for path in sorted((line.folder / "photos").glob("*.jpg"))]


def _render(line: Line, job_id: str, photos: Sequence[tuple[str, str]]) -> RenderVideo:
    return RenderVideo(
        job_id=job_id,
        listing_id="listing-1",
        photos=[RenderPhoto(photo_id=name, uri=uri) for name, uri in photos],
        music=f"file://{line.folder / 'photos' / 'track.ogg'}",
        seconds=10,
        height=270,
    )


def _commands(line: Line, jobs: dict[str, str], photos: list[tuple[str, str]]) -> dict[str, Command]:
    """What makes a listing, by stage."""
    return {
        "classify": ClassifyPhotos(
            job_id=jobs["classify"],
            listing_id="listing-1",
            photos=[PhotoInput(photo_id=name, uri=uri) for name, uri in photos],
        ),
        "clip": GenerateClips(
            job_id=jobs["clip"],
            listing_id="listing-1",
            photos=[ClipPhoto(photo_id=name, uri=uri) for name, uri in photos],
            seconds=1,
            width=480,
            height=270,
        ),
        "render": _render(line, jobs["render"], photos),
    }


def _digests(completed: JobCompleted) -> set[tuple[str, str]]:
    return {(task.task_id, artifact.sha256) for task in completed.tasks for artifact in task.artifacts}


@pytest.mark.timeout(290)
def test_a_listing_is_made_and_replayed_to_the_same_bytes_without_work(line: Line) -> None:
    photos = _uris(line)
    jobs = {name: str(uuid.uuid4()) for name in ("classify", "clip", "render")}
    commands = _commands(line, jobs, photos)
    for stage, command in commands.items():
        line.send(f"media.{stage}.commands", command, jobs[stage])
    first = {stage: line.of_job(job_id) for stage, job_id in jobs.items()}
    for completed in first.values():
        assert completed.status is JobStatus.SUCCEEDED, completed.error
    assert len([task for task in first["clip"].tasks if task.artifacts]) == PHOTOS
    assert "video" in {artifact.role for artifact in first["render"].artifacts}

    assert line.stop() == [0, 0, 0]
    line.start("second")
    runs = {stage: str(uuid.uuid4()) for stage in jobs}
    for stage, command in commands.items():
        line.send(f"media.{stage}.commands", command, jobs[stage], runs[stage])
    for stage, run_id in runs.items():
        again = line.of_run(run_id)
        assert again.run_kind is RunKind.REPLAY
        assert again.status is JobStatus.SUCCEEDED, again.error
        assert again.cache_hits == again.tasks_total == first[stage].tasks_total
        assert (again.cpu_seconds, again.bytes_written) == (0, 0)
        assert _digests(again) == _digests(first[stage])

    changed = [*photos[:1], (photos[1][0], photos[-1][1]), *photos[2:]]  # the second photo has other content
    other = str(uuid.uuid4())
    line.send("media.render.commands", _render(line, other, changed), other)
    rendered = line.of_job(other)
    assert rendered.status is JobStatus.SUCCEEDED, rendered.error
    segments = [task for task in rendered.tasks if task.kind == "segment"]
    fresh = [task for task in segments if not task.cached]
    assert 1 <= len(fresh) <= 3, [task.task_id for task in fresh]  # its own, and the transitions beside it
    assert len(fresh) < len(segments)


@pytest.mark.timeout(200)
def test_one_truncated_photo_among_twelve_ends_partial_with_its_reason_and_all_else(line: Line) -> None:
    broken = line.folder / "photos" / "broken.bin.jpg"
    whole = (line.folder / "photos" / "03.jpg").read_bytes()
    photos = _uris(line)
    broken.write_bytes(whole[: len(whole) // 3])
    photos[3] = ("broken", f"file://{broken}")
    jobs = {name: str(uuid.uuid4()) for name in ("classify", "clip", "render")}
    commands = _commands(line, jobs, photos)
    for stage, command in commands.items():
        line.send(f"media.{stage}.commands", command, jobs[stage])
    for job_id in jobs.values():
        completed = line.of_job(job_id)
        assert completed.status is JobStatus.PARTIAL, completed.error
        [failed] = [task for task in completed.tasks if task.status is not TaskStatus.SUCCEEDED]
        assert failed.item == "broken"
        assert failed.error is not None
        assert failed.error.code == "image_truncated", failed.error
