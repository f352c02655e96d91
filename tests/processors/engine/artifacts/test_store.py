"""What every artifact store does: one suite, run on each of them."""

import hashlib
import threading
from pathlib import Path

import httpx
import pytest

from processors.engine.artifacts import ArtifactMissingError, ArtifactStore, sha256_in

DATA = b"a clip " * 1000
SHA = hashlib.sha256(DATA).hexdigest()
ABSENT = "0" * 64


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    path = tmp_path / "clip.mp4"
    path.write_bytes(DATA)
    return path


def test_a_file_is_named_by_its_content(store: ArtifactStore, clip: Path) -> None:
    stored = store.put(clip, "video/mp4")
    assert stored.sha256 == SHA
    assert stored.bytes == len(DATA)
    assert stored.uri == store.uri(SHA)
    assert stored.uri.endswith(f"/artifacts/{SHA}")
    assert clip.read_bytes() == DATA


def test_bytes_and_a_file_of_the_same_content_are_the_same_artifact(store: ArtifactStore, clip: Path) -> None:
    assert store.put_bytes(DATA, "video/mp4") == store.put(clip, "video/mp4") == store.put_bytes(DATA, "video/mp4")


@pytest.mark.parametrize("size", [0, 1, 3 * 2**20 + 1, 40 * 2**20])
def test_what_is_fetched_is_what_was_put(store: ArtifactStore, tmp_path: Path, size: int) -> None:
    path, to = tmp_path / "in", tmp_path / "out"
    path.write_bytes(bytes(range(256)) * (size // 256) + b"x" * (size % 256))
    stored = store.put(path)
    assert stored.bytes == size
    store.fetch(stored.uri, to)
    assert to.read_bytes() == path.read_bytes()


def test_an_artifact_is_fetched_by_its_hash_or_its_address(store: ArtifactStore, clip: Path, tmp_path: Path) -> None:
    stored = store.put(clip)
    for which in (stored.uri, stored.sha256, f"s3://a-store-that-was-moved/artifacts/{SHA}"):
        to = tmp_path / "out"
        store.fetch(which, to)
        assert to.read_bytes() == DATA
        to.unlink()


def test_fetching_replaces_what_is_there(store: ArtifactStore, clip: Path, tmp_path: Path) -> None:
    store.put(clip)
    to = tmp_path / "out"
    to.write_bytes(b"something longer or older")
    store.fetch(SHA, to)
    assert to.read_bytes() == DATA


def test_what_is_there_exists_and_what_is_not_does_not(store: ArtifactStore, clip: Path) -> None:
    assert not store.exists(SHA)
    store.put(clip)
    assert store.exists(SHA)
    assert not store.exists(ABSENT)


def test_fetching_what_is_not_there_says_so_and_leaves_no_file(store: ArtifactStore, tmp_path: Path) -> None:
    folder = tmp_path / "empty"
    folder.mkdir()
    with pytest.raises(ArtifactMissingError, match=ABSENT):
        store.fetch(ABSENT, folder / "out")
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize(
    "which", ["", "artifacts", "../../etc/passwd", f"{'0' * 63}", f"{'0' * 64}/", f"{'A' * 64}", f"x{'0' * 64}"]
)
def test_a_name_that_is_no_sha256_is_refused(store: ArtifactStore, tmp_path: Path, which: str) -> None:
    for call in (lambda: store.fetch(which, tmp_path / "out"), lambda: store.exists(which), lambda: store.uri(which)):
        with pytest.raises(ValueError, match="64 lower-case hex digits"):
            call()


def test_a_file_that_is_not_there_cannot_be_put(store: ArtifactStore, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        store.put(tmp_path / "none")


def test_many_writers_of_the_same_content_agree(store: ArtifactStore, clip: Path, tmp_path: Path) -> None:
    results, start = [], threading.Barrier(6)

    def write() -> None:
        start.wait()
        results.append(store.put(clip))

    threads = [threading.Thread(target=write) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == 6
    assert set(results) == {store.put(clip)}
    store.fetch(SHA, tmp_path / "out")
    assert (tmp_path / "out").read_bytes() == DATA


def test_an_artifact_has_an_address_that_opens_it(store: ArtifactStore, clip: Path) -> None:
    store.put(clip, "video/mp4")
    url = store.open_url(SHA, "Küche 1.mp4", 60)
    if url.startswith("file:"):
        assert url == store.uri(SHA)
        return
    response = httpx.get(url)
    assert response.content == DATA
    assert response.headers["content-type"] == "video/mp4"


def test_the_hash_is_what_an_address_ends_in() -> None:
    assert sha256_in(f"file:///store/artifacts/{SHA}") == sha256_in(SHA) == SHA
