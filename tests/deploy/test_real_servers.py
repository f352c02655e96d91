"""Every server really answers, and Kafka can be killed and started again in the middle."""

import uuid
from typing import TYPE_CHECKING

import pytest
from confluent_kafka import Consumer, Producer, TopicPartition
from confluent_kafka.admin import AdminClient
from confluent_kafka.cimpl import NewTopic
from confluent_kafka.schema_registry import Schema, SchemaRegistryClient, SchemaRegistryError
from sqlalchemy import create_engine, text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from deploy.local.kafka import Kafka
    from deploy.local.servers import Servers
    from tests.conftest import S3Bucket

pytestmark = pytest.mark.integration


@pytest.fixture
def topic(kafka_bootstrap: str) -> str:
    name = f"test.{uuid.uuid4().hex}"
    admin = AdminClient({"bootstrap.servers": kafka_bootstrap})
    admin.create_topics([NewTopic(name, num_partitions=1)])[name].result(30)
    return name


def _publish(bootstrap: str, topic: str, value: bytes, *, commit: bool = True) -> None:
    producer = Producer({"bootstrap.servers": bootstrap, "transactional.id": uuid.uuid4().hex})
    producer.init_transactions(60)
    producer.begin_transaction()
    producer.produce(topic, value)
    if commit:
        producer.commit_transaction(60)
    else:
        producer.flush(60)
        producer.abort_transaction(60)


def _read_committed(bootstrap: str, topic: str, wanted: int) -> list[bytes | None]:
    consumer = Consumer(
        {
            "bootstrap.servers": bootstrap,
            "group.id": uuid.uuid4().hex,
            "isolation.level": "read_committed",
        }
    )
    consumer.assign([TopicPartition(topic, 0, 0)])
    try:
        records = [consumer.poll(60) for _ in range(wanted)]
    finally:
        consumer.close()
    return [record.value() for record in records if record is not None]


def test_kafka_shows_what_was_committed_and_hides_what_was_aborted(kafka_bootstrap: str, topic: str) -> None:
    _publish(kafka_bootstrap, topic, b"aborted", commit=False)
    _publish(kafka_bootstrap, topic, b"committed")
    assert _read_committed(kafka_bootstrap, topic, 1) == [b"committed"]


def test_kafka_killed_and_started_again_keeps_its_address_and_its_records(
    servers: "Servers", kafka_bootstrap: str, topic: str
) -> None:
    _publish(kafka_bootstrap, topic, b"before")
    servers.kafka.kill()
    assert servers.kafka.running() is None
    servers.kafka.start()
    _publish(kafka_bootstrap, topic, b"after")
    assert _read_committed(kafka_bootstrap, topic, 2) == [b"before", b"after"]


def test_a_cluster_that_lost_a_node_still_takes_transactions(kafka_cluster: "Sequence[Kafka]") -> None:
    bootstrap = kafka_cluster[0].layout.bootstrap
    name = f"test.{uuid.uuid4().hex}"
    admin = AdminClient({"bootstrap.servers": bootstrap})
    admin.create_topics([NewTopic(name, num_partitions=1, replication_factor=3)])[name].result(30)
    _publish(bootstrap, name, b"before")
    kafka_cluster[0].kill()
    _publish(bootstrap, name, b"during")
    kafka_cluster[0].start()
    assert _read_committed(bootstrap, name, 2) == [b"before", b"during"]


def test_the_registry_refuses_an_incompatible_schema(registry_url: str) -> None:
    client = SchemaRegistryClient({"url": registry_url})
    subject = f"test-{uuid.uuid4().hex}"
    old = '{"type": "record", "name": "R", "fields": [{"name": "a", "type": "string"}]}'
    new = '{"type": "record", "name": "R", "fields": [{"name": "b", "type": "string"}]}'
    number = client.register_schema(subject, Schema(old, "AVRO"))
    client.set_compatibility(subject_name=subject, level="BACKWARD_TRANSITIVE")
    assert client.get_schema(number).schema_type == "AVRO"
    with pytest.raises(SchemaRegistryError) as refused:
        client.register_schema(subject, Schema(new, "AVRO"))
    assert refused.value.http_status_code == 409


def test_postgres_gives_an_empty_database(postgres_url: str) -> None:
    engine = create_engine(postgres_url)
    with engine.begin() as connection:
        tables = connection.execute(text("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")).scalar_one()
    engine.dispose()
    assert tables == 0


def test_s3_gives_back_what_was_put_with_its_type(s3: "S3Bucket") -> None:
    s3.client.put_object(Bucket=s3.bucket, Key="artifacts/ab", Body=b"bytes", ContentType="image/jpeg")
    answer = s3.client.get_object(Bucket=s3.bucket, Key="artifacts/ab")
    assert (answer["Body"].read(), answer["ContentType"]) == (b"bytes", "image/jpeg")
