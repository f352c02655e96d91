from pathlib import Path

import pytest

from processors.engine.artifacts.folder import FolderStore
from processors.engine.artifacts.opening import open_store
from processors.engine.artifacts.s3 import S3Store
from processors.engine.artifacts.s3_client import S3Settings

SHA = "0" * 64


def test_a_file_url_opens_a_folder(tmp_path: Path) -> None:
    folder = tmp_path / "a folder, 50%"
    store = open_store(folder.as_uri())
    assert isinstance(store, FolderStore)
    assert folder.is_dir()


def test_an_s3_url_opens_a_bucket_below_a_prefix() -> None:
    settings = S3Settings("http://127.0.0.1:1", access_key="key-for-test", secret_key="x")
    for url, uri in (("s3://bucket/a/b/", "s3://bucket/a/b/artifacts/"), ("s3://bucket", "s3://bucket/artifacts/")):
        store = open_store(url, settings)
        assert isinstance(store, S3Store)
        assert store.uri(SHA) == uri + SHA


@pytest.mark.parametrize(
    "url", ["", "/a/folder", "file://host/folder", "file:folder", "s3://", "s3:bucket", "https://host/x"]
)
def test_any_other_url_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="artifact store is"):
        open_store(url)
