"""What all tests share: reproducible property tests, and the addresses of the real servers."""

import os
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

    from deploy.local.kafka import Kafka
    from deploy.local.servers import Servers

# The same examples on every run and on every machine, however slow it is.
settings.register_profile(
    "reproducible", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow], database=None
)
settings.load_profile("reproducible")


@dataclass(frozen=True)
class S3Bucket:
    """A fresh bucket on the S3 server."""

    endpoint: str
    key: str
    secret: str
    bucket: str
    client: "S3Client"


def _given(variable: str) -> str:
    if missing := os.environ.get("VLS_TEST_MISSING"):
        pytest.fail(f"the real servers could not be started: {missing}", pytrace=False)
    value = os.environ.get(variable)
    if not value:
        pytest.fail(
            f"{variable} is not set: this test needs the real servers. Start them for it with `make integration` or"
            " `.venv/bin/python -m deploy.local run -- .venv/bin/python -m pytest ...`; to keep them between runs,"
            " `make up`, then `source .local/test.env`.",
            pytrace=False,
        )
    return value


@pytest.fixture(scope="session")
def kafka_bootstrap() -> str:
    """Kafka's bootstrap servers."""
    return _given("VLS_TEST_KAFKA")


@pytest.fixture(scope="session")
def registry_url() -> str:
    """The schema registry's Confluent API."""
    return _given("VLS_TEST_REGISTRY")


@pytest.fixture(scope="module")
def postgres_url() -> Iterator[str]:
    """SQLAlchemy URL of an empty database that lasts for one test module."""
    from sqlalchemy import NullPool, create_engine, make_url, text

    superuser = make_url(_given("VLS_TEST_POSTGRES"))
    name = f"test_{uuid.uuid4().hex}"
    engine = create_engine(superuser, isolation_level="AUTOCOMMIT", poolclass=NullPool)  # a test may restart the server
    try:
        with engine.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name}"))
        yield superuser.set(database=name).render_as_string(hide_password=False)
        with engine.connect() as connection:
            # FORCE: workers that a test killed may have left connections behind.
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    finally:
        engine.dispose()


@pytest.fixture
def s3() -> S3Bucket:
    """An empty bucket."""
    import boto3

    endpoint = _given("VLS_TEST_S3_ENDPOINT")
    key, secret = _given("VLS_TEST_S3_KEY"), _given("VLS_TEST_S3_SECRET")
    client = boto3.client(
        "s3", endpoint_url=endpoint, aws_access_key_id=key, aws_secret_access_key=secret, region_name="us-east-1"
    )
    bucket = f"test-{uuid.uuid4().hex}"
    client.create_bucket(Bucket=bucket)
    return S3Bucket(endpoint, key, secret, bucket, client)


@pytest.fixture(scope="module")
def kafka_cluster() -> "Iterator[Sequence[Kafka]]":
    """Three Kafka nodes of their own (replication 3, two in sync), which a test may kill one after the other.

    A single node that is killed with -9 can itself break a transaction; a cluster that loses one node cannot.
    """
    from deploy.local.lending import lent_servers

    _given("VLS_TEST_KAFKA")
    with lent_servers(kafka_nodes=3, kafka_only=True) as lent:
        yield lent.kafka_nodes


@pytest.fixture
def servers() -> "Iterator[Servers]":
    """Handles that stop, kill and start the servers (`servers.kafka.kill()`); all of them run again after the test."""
    from deploy.local.servers import Servers

    attached = Servers.attach(Path(_given("VLS_TEST_SERVERS")))
    yield attached
    attached.start()
