"""The stores that the behavioural suite runs on: a folder always, S3 where the integration servers are."""

import os
import uuid
from pathlib import Path

import pytest

from processors.engine.artifacts import ArtifactStore
from processors.engine.artifacts.folder import FolderStore
from processors.engine.artifacts.s3 import S3Store
from processors.engine.artifacts.s3_client import S3Settings, s3_client

BUCKET = "vls-test"


def s3_test_settings() -> S3Settings:
    """The S3 server of the integration tests; fails where there is none."""
    names = ("VLS_TEST_S3_ENDPOINT", "VLS_TEST_S3_KEY", "VLS_TEST_S3_SECRET")
    missing = [name for name in names if not os.environ.get(name)]
    if missing:
        pytest.fail(f"needs an S3 server: {', '.join(missing)} not set; `make up` starts one and prints the settings")
    endpoint, key, secret = (os.environ[name] for name in names)
    return S3Settings(endpoint, access_key=key, secret_key=secret, addressing="path")


@pytest.fixture(scope="session")
def s3_settings() -> S3Settings:
    settings = s3_test_settings()
    client = s3_client(settings)
    if BUCKET not in [bucket["Name"] for bucket in client.list_buckets()["Buckets"]]:
        client.create_bucket(Bucket=BUCKET)
    return settings


@pytest.fixture(params=["folder", pytest.param("s3", marks=pytest.mark.integration)])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> ArtifactStore:
    if request.param == "folder":
        return FolderStore(tmp_path / "a store, 50%")
    return S3Store(request.getfixturevalue("s3_settings"), BUCKET, f"run-{uuid.uuid4().hex}/a")
