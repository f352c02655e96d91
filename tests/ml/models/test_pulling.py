import hashlib
import os
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

from ml.errors import ModelDigestError, ModelError, ModelMissingError
from ml.models.manifest import ModelFile
from ml.models.pulling import _host, is_in_place, pull
from ml.store import ModelStore
from tests.ml.models.tiny import entry, onnx_mean, write_manifest

CONTENT = onnx_mean()
LABELS = b"red\ngreen\nblue\n"


@pytest.fixture
def store(tmp_path: Path) -> ModelStore:
    part = {"file": "labels.txt", "sha256": hashlib.sha256(LABELS).hexdigest(), "bytes": len(LABELS)}
    entries = [
        entry(CONTENT, shipped=False),
        entry(CONTENT, name="two", shipped=False, labels=[], labels_file="labels.txt", parts=[part]),
        entry(CONTENT, name="ours"),
    ]
    return ModelStore(write_manifest(tmp_path / "models", *entries), tmp_path / "pulled")


def left(store: ModelStore) -> list[Path]:
    assert store.pulled is not None
    return sorted(store.pulled.rglob("*"))


class Source:
    """A source of files, told apart by their ending; a content that is an error is raised after the bytes before it."""

    def __init__(self, model: list[bytes | BaseException], labels: bytes = LABELS) -> None:
        self.contents: dict[str, list[bytes | BaseException]] = {"tiny.onnx": model, "labels.txt": [labels]}
        self.closed = 0

    def __call__(self, file: ModelFile) -> Generator[bytes]:
        try:
            for part in self.contents[file.file]:
                if isinstance(part, BaseException):
                    raise part
                yield part
        finally:
            self.closed += 1


def test_a_pulled_model_is_in_place_and_opens(store: ModelStore) -> None:
    brought = pull(store, "tiny", Source([CONTENT[:10], CONTENT[10:]]))
    assert [path.read_bytes() for path in brought] == [CONTENT]
    assert store.load("tiny").spec.ref.sha256 == hashlib.sha256(CONTENT).hexdigest()
    assert pull(store, "tiny", Source([])) == []


def test_a_model_of_several_files_is_pulled_whole(store: ModelStore) -> None:
    brought = pull(store, "two", Source([CONTENT]))
    assert [path.name for path in brought] == ["tiny.onnx", "labels.txt"]
    assert store.load("two").labels == ("red", "green", "blue")


def flipped() -> bytes:
    return bytes([CONTENT[0] ^ 1]) + CONTENT[1:]


@pytest.mark.parametrize(
    ("parts", "error", "says"),
    [
        ([flipped()], ModelDigestError, "has the sha256"),
        ([CONTENT, b"more"], ModelDigestError, "larger"),
        ([CONTENT[:-1]], ModelError, "arrived"),
        ([], ModelError, "arrived"),
        ([CONTENT[:20], ModelError("cut off")], ModelError, "cut off"),
        ([CONTENT[:20], KeyboardInterrupt()], KeyboardInterrupt, None),
    ],
    ids=["another file", "too large", "cut short", "empty", "broken off", "interrupted"],
)
def test_what_is_not_the_manifests_file_is_not_taken_and_leaves_nothing_behind(
    store: ModelStore, parts: list[bytes | BaseException], error: type[BaseException], says: str | None
) -> None:
    source = Source(parts)
    with pytest.raises(error, match=says):
        pull(store, "tiny", source)
    assert left(store) == []
    assert source.closed == 1


def test_a_source_without_end_is_left_once_it_is_too_large(store: ModelStore) -> None:
    sent = 0

    def endless(_file: ModelFile) -> Generator[bytes]:
        nonlocal sent
        while True:
            sent += 1
            yield b"\0" * 4096

    with pytest.raises(ModelDigestError, match="larger"):
        pull(store, "tiny", endless)
    assert sent == 1


def test_one_wrong_file_of_several_leaves_none(store: ModelStore) -> None:
    with pytest.raises(ModelDigestError):
        pull(store, "two", Source([CONTENT], labels=LABELS.upper()))
    assert left(store) == []


def test_a_wrong_file_in_place_is_replaced_by_the_right_one_alone(store: ModelStore) -> None:
    (path,) = pull(store, "tiny", Source([CONTENT]))
    path.write_bytes(b"fallen over")
    with pytest.raises(ModelDigestError):
        pull(store, "tiny", Source([flipped()]))
    assert path.read_bytes() == b"fallen over"
    pull(store, "tiny", Source([CONTENT]))
    assert is_in_place(store, store.spec("tiny"), store.spec("tiny").files[0])


def test_what_a_killed_process_left_is_swept_by_the_next(store: ModelStore) -> None:
    folder = store.path(store.spec("tiny"), store.spec("tiny").files[0]).parent
    folder.mkdir(parents=True)
    (folder / f".incoming-999999999-{_host()}-x").write_bytes(b"half")
    pull(store, "tiny", Source([CONTENT]))
    assert [path.name for path in folder.iterdir()] == ["tiny.onnx"]


def test_what_another_host_fetches_is_left_alone_until_nobody_wrote_to_it_for_a_day(store: ModelStore) -> None:
    folder = store.path(store.spec("tiny"), store.spec("tiny").files[0]).parent
    folder.mkdir(parents=True)
    new, old = folder / ".incoming-999999999-other-x", folder / ".incoming-999999998-other-x"
    for path in (new, old):
        path.write_bytes(b"half")
    os.utime(old, (0, 0))
    pull(store, "tiny", Source([CONTENT]))
    assert sorted(path.name for path in folder.iterdir()) == [new.name, "tiny.onnx"]


def test_a_folder_that_another_host_removes_in_between_is_made_again(
    store: ModelStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = Path.open
    removals = iter([True, True])

    def removed_before(path: Path, *args: Any, **options: Any) -> Any:
        if path.name.startswith(".incoming-") and next(removals, False):
            path.parent.rmdir()
        return opened(path, *args, **options)

    monkeypatch.setattr(Path, "open", removed_before)
    (path,) = pull(store, "tiny", Source([CONTENT]))
    assert path.read_bytes() == CONTENT


def test_a_model_that_ships_is_not_pulled(store: ModelStore) -> None:
    with pytest.raises(ModelError, match="ships with the package"):
        pull(store, "ours", Source([CONTENT]))


def test_without_a_folder_for_them_no_model_is_pulled(store: ModelStore, tmp_path: Path) -> None:
    with pytest.raises(ModelMissingError, match="no folder"):
        pull(ModelStore(tmp_path / "models"), "tiny", Source([CONTENT]))


def test_a_folder_that_cannot_be_written_is_one_sentence(store: ModelStore, tmp_path: Path) -> None:
    (tmp_path / "pulled").write_text("a file where the folder should be")
    with pytest.raises(ModelError, match="cannot be put into"):
        pull(store, "tiny", Source([CONTENT]))
