import hashlib
import socket
import uuid
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest

from processors.engine.artifacts import StoreUnavailableError
from processors.engine.artifacts.s3 import MULTIPART_BYTES, S3Store
from processors.engine.artifacts.s3_client import S3Settings, s3_client
from processors.engine.work import ResourceExhaustedError
from tests.processors.engine.artifacts.conftest import BUCKET

DATA = b"a clip " * 1000
SHA = hashlib.sha256(DATA).hexdigest()


@pytest.fixture
def prefix() -> str:
    return f"run-{uuid.uuid4().hex}"


@pytest.mark.integration
def test_media_type_and_hash_are_stored_with_the_object(s3_settings: S3Settings, prefix: str, tmp_path: Path) -> None:
    store = S3Store(s3_settings, BUCKET, prefix)
    (tmp_path / "large").write_bytes(b"x" * (2 * MULTIPART_BYTES + 7))
    for stored in (store.put_bytes(DATA, "video/mp4"), store.put(tmp_path / "large", "video/mp4")):
        head = s3_client(s3_settings).head_object(Bucket=BUCKET, Key=f"{prefix}/artifacts/{stored.sha256}")
        assert head["ContentType"] == "video/mp4"
        assert list(head["Metadata"].values()) == [stored.sha256]
        assert head["ContentLength"] == stored.bytes


@pytest.mark.integration
def test_what_is_there_already_is_not_uploaded_again(s3_settings: S3Settings, prefix: str) -> None:
    store, client = S3Store(s3_settings, BUCKET, prefix), s3_client(s3_settings)
    store.put_bytes(DATA, "video/mp4")
    store.put_bytes(DATA, "video/webm")
    assert client.head_object(Bucket=BUCKET, Key=f"{prefix}/artifacts/{SHA}")["ContentType"] == "video/mp4"


@pytest.mark.integration
@pytest.mark.parametrize("data", [DATA[:-1] + b"x", b""])
def test_an_object_that_somebody_else_wrote_is_replaced(s3_settings: S3Settings, prefix: str, data: bytes) -> None:
    store, client = S3Store(s3_settings, BUCKET, prefix), s3_client(s3_settings)
    key = f"{prefix}/artifacts/{SHA}"
    client.put_object(Bucket=BUCKET, Key=key, Body=data)
    store.put_bytes(DATA)
    assert client.get_object(Bucket=BUCKET, Key=key)["Body"].read() == DATA


@pytest.mark.integration
def test_a_wrong_key_or_a_missing_bucket_is_an_outage(s3_settings: S3Settings, tmp_path: Path) -> None:
    wrong = S3Settings(
        s3_settings.endpoint_url, access_key="nobody-at-all", secret_key="wrong-secret", addressing="path"
    )
    with pytest.raises(StoreUnavailableError):
        S3Store(wrong, BUCKET).put_bytes(DATA)
    with pytest.raises(StoreUnavailableError):
        S3Store(s3_settings, "no-such-bucket-here").put_bytes(DATA)
    with pytest.raises(StoreUnavailableError):
        S3Store(s3_settings, "no-such-bucket-here").fetch(SHA, tmp_path / "out")


def settings_of(endpoint: str) -> S3Settings:
    return S3Settings(
        endpoint, access_key="key-for-test", secret_key="hidden-secret", addressing="path", attempts=1,
        connect_timeout_s=1, read_timeout_s=0.2,
    )  # fmt: skip


def test_a_server_that_is_not_there_is_an_outage(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    store = S3Store(settings_of(f"http://127.0.0.1:{port}"), BUCKET)
    for call in (lambda: store.put_bytes(DATA), lambda: store.exists(SHA), lambda: store.fetch(SHA, tmp_path / "o")):
        with pytest.raises(StoreUnavailableError, match="cannot be reached"):
            call()
    assert list(tmp_path.iterdir()) == []


def test_a_server_that_never_answers_is_an_outage() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        store = S3Store(settings_of(f"http://127.0.0.1:{silent.getsockname()[1]}"), BUCKET)
        with pytest.raises(StoreUnavailableError):
            store.exists(SHA)


class ScriptedServer(HTTPServer):
    """Answers every request with one status, and a body that may end too early."""

    status = 500
    body = b""
    announced: int | None = None


class ScriptedHandler(BaseHTTPRequestHandler):
    server: ScriptedServer

    def answer(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.send_response(self.server.status)
        self.send_header("Content-Length", str(self.server.announced or len(self.server.body)))
        self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(self.server.body)
        self.close_connection = True

    def do_GET(self) -> None:
        self.answer()

    def do_HEAD(self) -> None:
        self.answer()

    def do_PUT(self) -> None:
        self.answer()

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        return


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with ScriptedServer(("127.0.0.1", 0), ScriptedHandler) as scripted:
        thread = Thread(target=scripted.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield scripted
        scripted.shutdown()
        thread.join()


@pytest.mark.parametrize("status", [401, 403, 429, 500, 503])
def test_a_server_that_refuses_us_is_an_outage(server: ScriptedServer, tmp_path: Path, status: int) -> None:
    server.status = status
    store = S3Store(settings_of(f"http://127.0.0.1:{server.server_port}"), BUCKET)
    for call in (lambda: store.exists(SHA), lambda: store.fetch(SHA, tmp_path / "out"), lambda: store.put_bytes(DATA)):
        with pytest.raises(StoreUnavailableError):
            call()


def test_a_download_that_breaks_off_is_an_outage_and_leaves_nothing(server: ScriptedServer, tmp_path: Path) -> None:
    server.status, server.body, server.announced = 200, DATA[:100], len(DATA)
    store = S3Store(settings_of(f"http://127.0.0.1:{server.server_port}"), BUCKET)
    with pytest.raises(StoreUnavailableError):
        store.fetch(SHA, tmp_path / "out")
    assert list(tmp_path.iterdir()) == []


def test_a_server_without_room_is_a_full_disk(server: ScriptedServer, tmp_path: Path) -> None:
    server.status = 507
    store = S3Store(settings_of(f"http://127.0.0.1:{server.server_port}"), BUCKET)
    with pytest.raises(ResourceExhaustedError):
        store.put_bytes(DATA)


def test_the_secret_is_not_in_what_is_printed() -> None:
    assert "hidden-secret" not in repr(settings_of("http://127.0.0.1:1"))
