import errno
import hashlib
import logging
import os
import socket
import threading
import uuid
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from processors.engine.artifacts import StoreUnavailableError
from processors.engine.artifacts.folder import FolderStore
from processors.engine.artifacts.s3_client import S3Settings, s3_client
from processors.engine.artifacts.whole_file import HashingWriter
from processors.engine.sources import Fetched, Sources
from processors.engine.work import InvalidInputError, ResourceExhaustedError
from tests.processors.engine.artifacts.conftest import BUCKET, s3_test_settings

PHOTO = b"\xff\xd8 a photo " * 100
SHA = hashlib.sha256(PHOTO).hexdigest()


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    folder = tmp_path / "photos"
    folder.mkdir()
    (folder / "a.jpg").write_bytes(PHOTO)
    return folder


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    path = tmp_path / "photos-secret" / "key.pem"
    path.parent.mkdir()
    path.write_bytes(b"secret")
    return path


@pytest.fixture
def store(tmp_path: Path) -> FolderStore:
    return FolderStore(tmp_path / "store")


@pytest.fixture
def sources(photos: Path, store: FolderStore) -> Iterator[Sources]:
    made = Sources([photos.as_uri()], store, max_bytes=10_000)
    yield made
    made.close()


@pytest.fixture
def to(tmp_path: Path) -> Path:
    folder = tmp_path / "scratch"
    folder.mkdir()
    return folder / "photo"


def refusal(sources: Sources, uri: str, to: Path) -> InvalidInputError:
    """Why this input is not taken; nothing of it may be left."""
    with pytest.raises(InvalidInputError) as caught:
        sources.fetch(uri, to)
    assert list(to.parent.iterdir()) == []
    return caught.value


# -- files


def test_a_photo_is_copied_in_and_into_the_store(sources: Sources, photos: Path, store: FolderStore, to: Path) -> None:
    uri = (photos / "a.jpg").as_uri()
    assert sources.fetch(f"{uri}?version=2", to) == Fetched(uri, SHA, len(PHOTO))
    assert to.read_bytes() == PHOTO
    assert store.exists(SHA)


def test_the_copy_in_the_store_outlives_the_photo(sources: Sources, photos: Path, store: FolderStore, to: Path) -> None:
    sources.fetch((photos / "a.jpg").as_uri(), to)
    (photos / "a.jpg").write_bytes(b"another photo")
    to.unlink()
    assert sources.fetch(store.uri(SHA), to) == Fetched(store.uri(SHA), SHA, len(PHOTO))
    assert to.read_bytes() == PHOTO


@pytest.mark.parametrize("name", ["IMG #3.jpg", "Küche.jpg", "50%.jpg", "a b.jpg", "photos\\kitchen.jpg"])
def test_a_photo_with_any_name_is_found_by_its_address(sources: Sources, photos: Path, to: Path, name: str) -> None:
    (photos / name).write_bytes(PHOTO)
    assert sources.fetch((photos / name).as_uri(), to).sha256 == SHA


def test_a_photo_whose_name_is_no_utf8_is_found(sources: Sources, photos: Path, to: Path) -> None:
    path = photos / os.fsdecode(b"K\xfcche.jpg")
    path.write_bytes(PHOTO)
    assert sources.fetch(path.as_uri(), to).sha256 == SHA


def test_an_empty_file_is_an_input_like_any_other(sources: Sources, photos: Path, to: Path) -> None:
    (photos / "empty.jpg").touch()
    assert sources.fetch((photos / "empty.jpg").as_uri(), to).bytes == 0


def test_a_missing_photo_is_named_without_its_signature(sources: Sources, photos: Path, to: Path) -> None:
    error = refusal(sources, f"{(photos / 'none.jpg').as_uri()}?signature=hidden", to)
    assert error.code == "input_not_found"
    assert (photos / "none.jpg").as_uri() in error.message
    assert "hidden" not in error.message


@pytest.mark.parametrize(
    "way",
    [
        "{root}-secret/key.pem",
        "{root}/../photos-secret/key.pem",
        "{root}/%2e%2e/photos-secret/key.pem",
        "{root}/%252e%252e/photos-secret/key.pem",
        "{root}%2f..%2fphotos-secret/key.pem",
        "{root}/..%2fphotos-secret%2fkey.pem",
        "{root}/./a.jpg",
        "{parent}",
        "file://evil{path}/a.jpg",
        "file://evil@localhost{path}/a.jpg",
        "{path}/a.jpg",
        "s3://bucket{path}/a.jpg",
        "https://host{path}/a.jpg",
        "file:///etc/passwd",
        "file:///proc/self/environ",
        "file:///dev/zero",
        "",
    ],
)
def test_what_lies_outside_is_refused_whether_it_exists_or_not(
    sources: Sources, photos: Path, secret: Path, to: Path, way: str
) -> None:
    uri = way.format(root=photos.as_uri(), path=photos, parent=photos.parent.as_uri())
    assert refusal(sources, uri, to).code == "uri_not_allowed"
    secret.unlink()
    assert refusal(sources, uri, to).code == "uri_not_allowed"


@pytest.mark.parametrize("link", ["file", "folder", "chain", "dangling", "relative"])
def test_a_symbolic_link_that_leads_outside_is_refused(
    sources: Sources, photos: Path, secret: Path, to: Path, link: str
) -> None:
    (photos / "file").symlink_to(secret)
    (photos / "folder").symlink_to(secret.parent)
    (photos / "chain").symlink_to(photos / "file")
    (photos / "dangling").symlink_to(secret.parent / "none")
    (photos / "relative").symlink_to("../photos-secret/key.pem")
    uri = (photos / link).as_uri() + ("/key.pem" if link == "folder" else "")
    assert refusal(sources, uri, to).code == "uri_not_allowed"


def test_a_symbolic_link_that_stays_inside_is_followed(sources: Sources, photos: Path, to: Path) -> None:
    (photos / "hero.jpg").symlink_to("a.jpg")
    assert sources.fetch((photos / "hero.jpg").as_uri(), to).sha256 == SHA


def test_an_allowed_folder_may_itself_be_a_link(photos: Path, store: FolderStore, tmp_path: Path, to: Path) -> None:
    (tmp_path / "current").symlink_to(photos)
    sources = Sources([(tmp_path / "current").as_uri()], store, 10_000)
    assert sources.fetch((tmp_path / "current" / "a.jpg").as_uri(), to).sha256 == SHA
    assert sources.fetch((photos / "a.jpg").as_uri(), to).sha256 == SHA


def test_a_link_from_outside_to_the_inside_is_not_a_way_in(
    sources: Sources, photos: Path, tmp_path: Path, to: Path
) -> None:
    (tmp_path / "link").symlink_to(photos / "a.jpg")
    assert refusal(sources, (tmp_path / "link").as_uri(), to).code == "uri_not_allowed"


def test_a_folder_that_becomes_a_link_in_the_last_moment_is_refused(
    sources: Sources, photos: Path, secret: Path, to: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inner = photos / "inner"
    inner.mkdir()
    (inner / "key.pem").write_bytes(PHOTO)
    real_open = os.open

    def swap_and_open(path: Any, flags: int, *rest: Any) -> int:
        if str(path).endswith("key.pem"):
            inner.rename(photos / "moved")
            inner.symlink_to(secret.parent)
        return real_open(path, flags, *rest)

    monkeypatch.setattr(os, "open", swap_and_open)
    with pytest.raises(InvalidInputError) as caught:
        sources.fetch((inner / "key.pem").as_uri(), to)
    assert caught.value.code == "uri_not_allowed"


def make_fifo(path: Path) -> None:
    os.mkfifo(path)


def make_socket(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(os.path.relpath(path))


def make_loop(path: Path) -> None:
    path.symlink_to(path)


@pytest.mark.parametrize("make", [Path.mkdir, make_fifo, make_socket, make_loop])
def test_what_is_no_regular_file_is_no_input_and_never_waited_for(
    sources: Sources, photos: Path, to: Path, make: Callable[[Path], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(photos)  # a socket's path must be short
    make(photos / "odd")
    opened: list[str] = []
    real_open = os.open

    def noting_open(path: Any, flags: int, *rest: Any) -> int:
        opened.append(str(path))
        return real_open(path, flags, *rest)

    monkeypatch.setattr(os, "open", noting_open)
    assert refusal(sources, (photos / "odd").as_uri(), to).code == "input_not_found"
    assert str(photos / "odd") not in opened


@pytest.mark.parametrize("way", ["a.jpg/inside", "x" * 300, "none/a.jpg", ""])
def test_a_path_that_cannot_be_a_file_is_not_found(sources: Sources, photos: Path, to: Path, way: str) -> None:
    assert refusal(sources, f"{photos.as_uri()}/{way}", to).code == "input_not_found"


def test_too_large_a_file_is_refused(sources: Sources, photos: Path, to: Path) -> None:
    (photos / "huge.jpg").write_bytes(b"x" * 10_001)
    error = refusal(sources, (photos / "huge.jpg").as_uri(), to)
    assert error.code == "input_too_large"
    assert "10001 bytes" in error.message
    (photos / "limit.jpg").write_bytes(b"x" * 10_000)
    assert sources.fetch((photos / "limit.jpg").as_uri(), to).bytes == 10_000


def test_a_file_that_says_less_than_it_has_is_refused_while_it_is_read(store: FolderStore, to: Path) -> None:
    sources = Sources([f"file:///proc/{os.getpid()}"], store, max_bytes=10)
    assert refusal(sources, f"file:///proc/{os.getpid()}/status", to).code == "input_too_large"


def test_a_file_without_permission_is_not_found(
    sources: Sources, photos: Path, to: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fail_to_open(monkeypatch, errno.EACCES)
    assert refusal(sources, (photos / "a.jpg").as_uri(), to).code == "input_not_found"


@pytest.mark.parametrize("code", [errno.EIO, errno.ESTALE, errno.ETIMEDOUT])
def test_a_disk_that_fails_is_an_outage_and_not_the_photos_fault(
    sources: Sources, photos: Path, to: Path, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    fail_to_open(monkeypatch, code)
    with pytest.raises(StoreUnavailableError, match=r"a\.jpg"):
        sources.fetch((photos / "a.jpg").as_uri(), to)


def fail_to_open(monkeypatch: pytest.MonkeyPatch, code: int) -> None:
    real_open = os.open

    def fail(path: Any, flags: int, *rest: Any) -> int:
        if str(path).endswith("a.jpg"):
            raise OSError(code, os.strerror(code), str(path))
        return real_open(path, flags, *rest)

    monkeypatch.setattr(os, "open", fail)


def test_a_full_scratch_disk_is_exhaustion(
    sources: Sources, photos: Path, to: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(HashingWriter, "write", full)
    with pytest.raises(ResourceExhaustedError):
        sources.fetch((photos / "a.jpg").as_uri(), to)
    assert list(to.parent.iterdir()) == []


# -- artifacts of our own


def test_an_artifact_that_is_gone_is_not_found(sources: Sources, store: FolderStore, to: Path) -> None:
    assert refusal(sources, store.uri("0" * 64), to).code == "input_not_found"


def test_an_artifact_too_large_for_an_input_is_refused(sources: Sources, store: FolderStore, to: Path) -> None:
    stored = store.put_bytes(b"x" * 10_001)
    assert refusal(sources, stored.uri, to).code == "input_too_large"


def test_a_hash_in_another_place_is_no_artifact(sources: Sources, store: FolderStore, to: Path) -> None:
    stored = store.put_bytes(PHOTO)
    uri = f"file:///elsewhere/artifacts/{stored.sha256}"
    assert refusal(sources, uri, to).code == "uri_not_allowed"


@pytest.mark.parametrize("prefix", ["/data", "file://host/data", "file:///data/../x", "ftp://host/"])
def test_a_prefix_that_is_none_is_refused_at_once(store: FolderStore, prefix: str) -> None:
    with pytest.raises(ValueError, match="allowed prefixes"):
        Sources([prefix], store, 10)


# -- S3


@pytest.fixture(scope="module")
def s3() -> S3Settings:
    settings = s3_test_settings()
    client = s3_client(settings)
    if BUCKET not in [bucket["Name"] for bucket in client.list_buckets()["Buckets"]]:
        client.create_bucket(Bucket=BUCKET)
    return settings


@pytest.mark.integration
@pytest.mark.parametrize("name", ["a.jpg", "a b #1.jpg", "Küche.jpg"])
def test_a_photo_in_s3_is_copied_in(s3: S3Settings, store: FolderStore, to: Path, name: str) -> None:
    prefix = f"s3://{BUCKET}/{uuid.uuid4().hex}"
    s3_client(s3).put_object(Bucket=BUCKET, Key=f"{prefix.rpartition('/')[2]}/{name}", Body=PHOTO)
    sources = Sources([prefix], store, 10_000, s3)
    assert sources.fetch(f"{prefix}/{name}?x=1", to) == Fetched(f"{prefix}/{name}", SHA, len(PHOTO))
    assert store.exists(SHA)
    to.unlink()
    assert sources.fetch(f"{prefix}/{name.replace(' ', '%20')}", to).sha256 == SHA


@pytest.mark.integration
def test_s3_refuses_as_files_do(s3: S3Settings, store: FolderStore, to: Path) -> None:
    folder = uuid.uuid4().hex
    client = s3_client(s3)
    client.put_object(Bucket=BUCKET, Key=f"{folder}/huge.jpg", Body=b"x" * 10_001)
    client.put_object(Bucket=BUCKET, Key=f"{folder}-secret/key", Body=b"secret")
    sources = Sources([f"s3://{BUCKET}/{folder}"], store, 10_000, s3)
    assert refusal(sources, f"s3://{BUCKET}/{folder}/none.jpg", to).code == "input_not_found"
    assert refusal(sources, f"s3://{BUCKET}/{folder}/huge.jpg", to).code == "input_too_large"
    assert refusal(sources, f"s3://{BUCKET}/{folder}-secret/key", to).code == "uri_not_allowed"
    assert refusal(sources, f"s3://{BUCKET}/{folder}/../{folder}-secret/key", to).code == "uri_not_allowed"
    assert refusal(sources, f"s3://another-bucket/{folder}/a.jpg", to).code == "uri_not_allowed"
    assert refusal(sources, f"s3://{BUCKET}/{folder}/{'x' * 2000}", to).code == "input_not_found"


@pytest.mark.integration
def test_a_wrong_key_for_s3_is_an_outage(s3: S3Settings, store: FolderStore, to: Path) -> None:
    wrong = S3Settings(s3.endpoint_url, access_key="nobody-at-all", secret_key="wrong-secret", addressing="path")
    with pytest.raises(StoreUnavailableError):
        Sources([f"s3://{BUCKET}"], store, 10_000, wrong).fetch(f"s3://{BUCKET}/a.jpg", to)


def test_an_s3_server_that_is_not_there_is_an_outage(store: FolderStore, to: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        endpoint = f"http://127.0.0.1:{free.getsockname()[1]}"
    settings = S3Settings(endpoint, access_key="key-for-test", secret_key="x", attempts=1, connect_timeout_s=1)
    with pytest.raises(StoreUnavailableError):
        Sources(["s3://bucket"], store, 10_000, settings).fetch("s3://bucket/a.jpg?signature=hidden", to)


# -- the web


class Site(ThreadingHTTPServer):
    """Serves what each path of `answers` says: a status, headers and a body."""

    answers: dict[str, tuple[int, dict[str, str], bytes]]
    asked: list[str]


class SiteHandler(BaseHTTPRequestHandler):
    server: Site

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        status, headers, body = self.server.answers[self.path.partition("?")[0]]
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            if value:
                self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)
        self.close_connection = True

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        return


@pytest.fixture
def site() -> Iterator[Site]:
    with Site(("127.0.0.1", 0), SiteHandler) as server:
        server.answers, server.asked = {}, []
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def web(site: Site, store: FolderStore) -> Iterator[Sources]:
    made = Sources([f"http://127.0.0.1:{site.server_port}/photos"], store, 10_000)
    yield made
    made.close()


def at(site: Site, path: str) -> str:
    return f"http://127.0.0.1:{site.server_port}{path}"


def test_a_photo_on_the_web_is_fetched_with_its_signature_which_is_then_forgotten(
    site: Site, web: Sources, to: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    site.answers["/photos/a.jpg"] = (200, {}, PHOTO)
    fetched = web.fetch(at(site, "/photos/a.jpg?sig=hidden"), to)
    assert fetched == Fetched(at(site, "/photos/a.jpg"), SHA, len(PHOTO))
    assert site.asked == ["/photos/a.jpg?sig=hidden"]
    assert "hidden" not in caplog.text


def test_the_web_is_not_read_unless_it_is_listed(sources: Sources, site: Site, to: Path) -> None:
    assert refusal(sources, at(site, "/photos/a.jpg"), to).code == "uri_not_allowed"
    assert site.asked == []


def test_a_redirect_within_the_allowed_place_is_followed(site: Site, web: Sources, to: Path) -> None:
    site.answers["/photos/a.jpg"] = (302, {"Location": "b.jpg?sig=2"}, b"")
    site.answers["/photos/b.jpg"] = (200, {}, PHOTO)
    assert web.fetch(at(site, "/photos/a.jpg"), to).sha256 == SHA
    assert site.asked[-1] == "/photos/b.jpg?sig=2"


@pytest.mark.parametrize(
    "location", ["/secret", "http://127.0.0.1:1/photos/x", "file:///etc/passwd", "//evil/photos/x"]
)
def test_a_redirect_that_leads_out_is_not_followed(site: Site, web: Sources, to: Path, location: str) -> None:
    site.answers["/photos/a.jpg"] = (302, {"Location": location}, b"")
    site.answers["/secret"] = (200, {}, b"secret")
    assert refusal(web, at(site, "/photos/a.jpg"), to).code == "uri_not_allowed"
    assert len(site.asked) == 1


def test_endless_redirects_are_given_up(site: Site, web: Sources, to: Path) -> None:
    site.answers["/photos/a.jpg"] = (302, {"Location": "a.jpg"}, b"")
    assert refusal(web, at(site, "/photos/a.jpg"), to).code == "input_not_found"
    assert len(site.asked) == 6


@pytest.mark.parametrize("status", [204, 401, 403, 404, 410])
def test_an_answer_without_a_photo_is_not_found(site: Site, web: Sources, to: Path, status: int) -> None:
    site.answers["/photos/a.jpg"] = (status, {}, b"")
    assert refusal(web, at(site, "/photos/a.jpg?sig=hidden"), to).code == "input_not_found"


@pytest.mark.parametrize("status", [408, 429, 500, 503])
def test_a_server_in_trouble_is_an_outage(site: Site, web: Sources, to: Path, status: int) -> None:
    site.answers["/photos/a.jpg"] = (status, {}, b"")
    with pytest.raises(StoreUnavailableError):
        web.fetch(at(site, "/photos/a.jpg"), to)


@pytest.mark.parametrize("announced", ["10001", ""])
def test_too_large_a_download_is_refused_announced_or_not(site: Site, web: Sources, to: Path, announced: str) -> None:
    site.answers["/photos/a.jpg"] = (200, {"Content-Length": announced}, b"x" * 10_001)
    assert refusal(web, at(site, "/photos/a.jpg"), to).code == "input_too_large"


def test_a_download_that_breaks_off_is_an_outage(site: Site, web: Sources, to: Path) -> None:
    site.answers["/photos/a.jpg"] = (200, {"Content-Length": "5000"}, b"x" * 100)
    with pytest.raises(StoreUnavailableError):
        web.fetch(at(site, "/photos/a.jpg"), to)
    assert list(to.parent.iterdir()) == []


def test_a_compressed_bomb_is_refused_by_what_it_unpacks_to(site: Site, web: Sources, to: Path) -> None:
    import gzip

    body = gzip.compress(b"\0" * 1_000_000)
    assert len(body) < 10_000
    site.answers["/photos/a.jpg"] = (200, {"Content-Encoding": "gzip"}, body)
    assert refusal(web, at(site, "/photos/a.jpg"), to).code == "input_too_large"


def test_a_server_that_is_not_there_is_an_outage(store: FolderStore, to: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        place = f"http://127.0.0.1:{free.getsockname()[1]}/photos"
    with pytest.raises(StoreUnavailableError, match="cannot be reached"):
        Sources([place], store, 10_000).fetch(f"{place}/a.jpg", to)
