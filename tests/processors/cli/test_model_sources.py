"""Where models are pulled from, and what is not followed or believed on the way."""

import hashlib
import ssl
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ml.errors import ModelDigestError, ModelError, ModelMissingError
from ml.models.manifest import ModelFile
from ml.models.pulling import pull
from ml.store import ModelStore
from processors.cli.model_sources import read_from
from processors.engine.artifacts.s3_client import S3Settings
from tests.ml.models.tiny import entry, onnx_mean, write_manifest
from tests.processors.cli.model_servers import Answer, Site, certificate, serving

CONTENT = onnx_mean()
FILE = ModelFile(file="tiny.onnx", sha256=hashlib.sha256(CONTENT).hexdigest(), bytes=len(CONTENT))
S3 = S3Settings(access_key="key-of-the-tests", secret_key="secret-of-the-tests", region="us-east-1")

Read = Callable[[str], bytes]


@pytest.fixture
def read() -> Read:
    return lambda place: b"".join(read_from(place, S3)(FILE))


@pytest.fixture(scope="module")
def pem(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return certificate(tmp_path_factory.mktemp("tls"))


@pytest.fixture
def site(pem: Path) -> Iterator[Site]:
    with serving(pem) as served:
        yield served


@pytest.fixture
def fetch(pem: Path) -> Read:
    trusted = ssl.create_default_context(cafile=str(pem))
    return lambda place: b"".join(read_from(place, S3, trusted)(FILE))


@pytest.mark.parametrize("named", [False, True], ids=["folder", "file"])
@pytest.mark.parametrize("url", [False, True], ids=["path", "url"])
def test_a_folder_has_the_file_and_a_file_is_it_under_any_name(
    tmp_path: Path, read: Read, *, named: bool, url: bool
) -> None:
    place = tmp_path / ("another name.onnx" if named else "tiny.onnx")
    place.write_bytes(CONTENT)
    source = place if named else tmp_path
    assert read(source.as_uri() if url else str(source)) == CONTENT


def test_a_folder_without_the_file_is_named(tmp_path: Path, read: Read) -> None:
    with pytest.raises(ModelMissingError, match=r"tiny\.onnx"):
        read(str(tmp_path))


@pytest.mark.parametrize("place", ["http://127.0.0.1/models", "HTTP://127.0.0.1/models"])
def test_plain_http_is_refused_before_anything_is_asked(place: str, read: Read) -> None:
    with pytest.raises(ModelError, match="not pulled over http"):
        read(place)


@pytest.mark.parametrize("place", ["ftp://host/models", "https://user:secret@host/models", "https://host/../models"])
def test_an_address_that_is_none_is_refused_without_its_secrets(place: str, read: Read) -> None:
    with pytest.raises(ModelError) as caught:
        read(place)
    assert "secret" not in str(caught.value)


def test_https_has_the_file_in_a_folder_or_at_an_address_of_its_own(site: Site, fetch: Read) -> None:
    site.answers = {"/models/tiny.onnx": Answer(CONTENT), "/v2/raw.onnx?signature=1": Answer(CONTENT)}
    assert fetch(f"{site.address}/models") == CONTENT
    assert fetch(f"{site.address}/models/") == CONTENT
    assert fetch(f"{site.address}/v2/raw.onnx?signature=1") == CONTENT


def test_a_server_that_nobody_vouches_for_is_not_read(site: Site, read: Read) -> None:
    site.answers = {"/models/tiny.onnx": Answer(CONTENT)}
    with pytest.raises(ModelError, match="ConnectError"):
        read(f"{site.address}/models")
    assert site.asked == []


def test_a_redirect_to_https_is_followed(site: Site, fetch: Read) -> None:
    site.answers = {
        "/models/tiny.onnx": Answer(status=302, location=f"{site.address}/stored/1"),
        "/stored/1": Answer(status=307, location="/stored/2"),
        "/stored/2": Answer(CONTENT),
    }
    assert fetch(f"{site.address}/models") == CONTENT


def test_a_redirect_to_http_is_refused_and_not_followed(site: Site, fetch: Read) -> None:
    with serving() as plain:
        plain.answers = {"/tiny.onnx": Answer(CONTENT)}
        site.answers = {"/models/tiny.onnx": Answer(status=301, location=f"{plain.address}/tiny.onnx")}
        with pytest.raises(ModelError, match="not https"):
            fetch(f"{site.address}/models")
        assert plain.asked == []


def test_a_redirect_to_a_local_file_is_refused(site: Site, fetch: Read) -> None:
    site.answers = {"/models/tiny.onnx": Answer(status=302, location="file:///etc/passwd")}
    with pytest.raises(ModelError, match="not https"):
        fetch(f"{site.address}/models")


def test_a_circle_of_redirects_ends(site: Site, fetch: Read) -> None:
    site.answers = {"/models/tiny.onnx": Answer(status=302, location="/models/tiny.onnx")}
    with pytest.raises(ModelError, match="redirects more than"):
        fetch(f"{site.address}/models")


@pytest.mark.parametrize("status", [404, 403, 500])
def test_a_server_that_has_it_not_says_so(site: Site, fetch: Read, status: int) -> None:
    site.answers = {"/models/tiny.onnx?token=secret": Answer(b"no", status)}
    with pytest.raises(ModelError, match=f"answers {status}") as caught:
        fetch(f"{site.address}/models?token=secret")
    assert "secret" not in str(caught.value)


def test_a_download_that_breaks_off_leaves_nothing_behind(tmp_path: Path, site: Site, pem: Path) -> None:
    folder = write_manifest(tmp_path / "models", entry(CONTENT, shipped=False))
    store = ModelStore(folder, tmp_path / "pulled")
    site.answers = {"/tiny.onnx": Answer(CONTENT[:30], announced=len(CONTENT))}
    trusted = ssl.create_default_context(cafile=str(pem))
    with pytest.raises(ModelError, match="RemoteProtocolError"):
        pull(store, "tiny", read_from(site.address, S3, trusted))
    assert list((tmp_path / "pulled").rglob("*")) == []
    site.answers = {"/tiny.onnx": Answer(CONTENT)}
    assert len(pull(store, "tiny", read_from(site.address, S3, trusted))) == 1


def test_another_file_than_the_manifests_is_not_taken_from_https(tmp_path: Path, site: Site, pem: Path) -> None:
    store = ModelStore(write_manifest(tmp_path / "models", entry(CONTENT, shipped=False)), tmp_path / "pulled")
    site.answers = {"/tiny.onnx": Answer(CONTENT[::-1])}
    with pytest.raises(ModelDigestError):
        pull(store, "tiny", read_from(site.address, S3, ssl.create_default_context(cafile=str(pem))))
    assert list((tmp_path / "pulled").rglob("*")) == []


def test_s3_has_the_file_below_a_prefix_or_under_a_key_of_its_own() -> None:
    with serving() as server:
        settings = S3Settings(
            server.address, "us-east-1", "key-of-the-tests", "secret-of-the-tests", addressing="path", attempts=1
        )
        server.answers = {
            "/bucket/models/tiny.onnx": Answer(CONTENT),
            "/bucket/tiny.onnx": Answer(CONTENT),
            "/bucket/other.onnx": Answer(CONTENT),
        }
        for place in ("s3://bucket/models", "s3://bucket/models/", "s3://bucket", "s3://bucket/other.onnx"):
            assert b"".join(read_from(place, settings)(FILE)) == CONTENT
        with pytest.raises(ModelMissingError, match=r"s3://bucket/elsewhere/tiny\.onnx"):
            b"".join(read_from("s3://bucket/elsewhere", settings)(FILE))
        server.answers = {"/bucket/tiny.onnx": Answer(b"busy", 503)}
        with pytest.raises(ModelError, match="cannot be read now"):
            b"".join(read_from("s3://bucket", settings)(FILE))
