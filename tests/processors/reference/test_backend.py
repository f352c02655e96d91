from collections.abc import Iterator

import pytest

from processors.engine.broker import Message
from processors.engine.kafka.embedded import EmbeddedBroker
from processors.engine.kafka.plain_producer import KafkaPlainProducer
from processors.engine.kafka.watchdog import Watchdog
from processors.reference.backend import ReferenceBackend
from processors.reference.jobs import Job
from processors.reference.reading import TopicReader
from processors.settings import Settings
from schemas.codec import Codec
from schemas.commands import ClassifyPhotos, PhotoInput
from schemas.headers import read_headers
from schemas.jobs import Cancel, Stage
from schemas.record import Record
from schemas.static_ids import StaticIds
from schemas.topics import load_topics
from tests.processors.reference import records

CODEC = Codec(StaticIds())
COMMANDS = "media.classify.commands"
TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"


@pytest.fixture(scope="module")
def settings() -> Iterator[Settings]:
    with EmbeddedBroker() as broker:
        broker.create_topics(load_topics())
        yield Settings(bootstrap_servers=broker.bootstrap_servers, embedded_cluster=broker.cluster)


def publish(settings: Settings, *messages: tuple[str, Record]) -> None:
    producer = KafkaPlainProducer(settings.kafka(), Watchdog())
    topics = load_topics()
    producer.send([Message(name, topics[name].key_of(value), CODEC.encode(name, value)) for name, value in messages])
    producer.close()


def command() -> ClassifyPhotos:
    return ClassifyPhotos(
        job_id=records.JOB_ID,
        listing_id="listing",
        photos=[PhotoInput(photo_id="a.jpg", uri="file:///photos/a.jpg")],
    )


def read_all(settings: Settings, topic: str) -> list[tuple[Record, tuple[tuple[str, bytes], ...]]]:
    reader = TopicReader(settings.kafka(), [topic], "beginning")
    found = [(CODEC.decode(topic, r.value), r.headers) for r in reader.until(reader.ends(), 10.0)]
    reader.close()
    return found


def test_a_command_arrives_whole_in_the_trace_that_it_was_sent_in(settings: Settings) -> None:
    with ReferenceBackend(settings) as backend:
        backend.send(command(), TRACE)
    sent, headers = read_all(settings, COMMANDS)[-1]
    assert sent == command()
    assert (read_headers(headers).traceparent or "")[3:35] == TRACE[3:35]
    assert read_headers(headers).job_id == records.JOB_ID


def test_a_replayed_command_is_the_same_bytes_marked_as_a_replay(settings: Settings) -> None:
    value = CODEC.encode(COMMANDS, command())
    with ReferenceBackend(settings) as backend:
        first = backend.send_again(Stage.CLASSIFY, records.JOB_ID, value, TRACE)
        second = backend.send_again(Stage.CLASSIFY, records.JOB_ID, value, TRACE)
    assert first.run_id != second.run_id
    sent, headers = read_all(settings, COMMANDS)[-1]
    assert sent == command()
    assert (dict(headers)["run_kind"], read_headers(headers).run_id) == (b"replay", second.run_id)


def test_a_cancel_names_its_job_and_stage(settings: Settings) -> None:
    with ReferenceBackend(settings) as backend:
        backend.cancel(records.JOB_ID, Stage.CLIP, "changed my mind")
    sent, _ = read_all(settings, "media.job.cancels")[-1]
    assert sent == Cancel(job_id=records.JOB_ID, stage=Stage.CLIP, reason="changed my mind")


def test_following_ends_with_the_completion_and_all_events_that_it_overtook(settings: Settings) -> None:
    job = Job.live(Stage.CLASSIFY, "2b6a5c1e-8f0d-4b51-9a35-6f2d7c9b8a10")
    with ReferenceBackend(settings) as backend:
        (view,) = backend.watch([job])
        publish(settings, ("media.job.completed", records.completion(job)))
        publish(
            settings,
            *(("media.photo.classified", records.classified(job, f"{n}.jpg")) for n in range(40)),
            ("media.photo.classified", records.classified(job, "0.jpg")),
        )
        list(backend.follow([job], timeout_s=20.0))
        assert view.completion is not None
        assert len(view.events) == 40


def test_a_backend_that_starts_at_the_beginning_hears_what_was_said_before(settings: Settings) -> None:
    job = Job.live(Stage.CLASSIFY, "3b6a5c1e-8f0d-4b51-9a35-6f2d7c9b8a10")
    publish(settings, ("media.job.completed", records.completion(job)))
    with ReferenceBackend(settings, start="beginning") as backend:
        (view,) = backend.watch([job])
        backend.catch_up()
        assert view.ended


def test_a_job_that_does_not_end_in_time_is_told_by_its_id(settings: Settings) -> None:
    job = Job.live(Stage.CLASSIFY, "4b6a5c1e-8f0d-4b51-9a35-6f2d7c9b8a10")
    with ReferenceBackend(settings) as backend, pytest.raises(TimeoutError, match=job.job_id):
        list(backend.follow([job], timeout_s=0.0))


def test_what_the_waiting_one_raises_ends_the_following(settings: Settings) -> None:
    job = Job.live(Stage.CLASSIFY, "5b6a5c1e-8f0d-4b51-9a35-6f2d7c9b8a10")

    def give_up() -> None:
        raise RuntimeError("a processor died")

    with ReferenceBackend(settings) as backend, pytest.raises(RuntimeError, match="a processor died"):
        list(backend.follow([job], idle=give_up))
