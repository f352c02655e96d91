import errno
import hashlib
import os
import shutil
import stat
import time
from pathlib import Path
from typing import Any

import pytest

from processors.engine.artifacts import ArtifactMissingError, StoreUnavailableError
from processors.engine.artifacts.folder import FolderStore
from processors.engine.artifacts.whole_file import TEMPORARY_PREFIX, HashingWriter
from processors.engine.work import FailureKind, ResourceExhaustedError

DATA = b"a clip " * 1000
SHA = hashlib.sha256(DATA).hexdigest()


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "store"


@pytest.fixture
def store(root: Path) -> FolderStore:
    return FolderStore(root)


def names(root: Path) -> list[str]:
    return sorted(path.name for path in (root / "artifacts").iterdir())


def test_the_address_names_the_file(store: FolderStore, root: Path) -> None:
    assert store.put_bytes(DATA).uri == f"file://{root}/artifacts/{SHA}"
    assert (root / "artifacts" / SHA).read_bytes() == DATA


def test_what_is_there_already_is_not_written_again(store: FolderStore, root: Path) -> None:
    store.put_bytes(DATA)
    before = (root / "artifacts" / SHA).stat()
    store.put_bytes(DATA)
    after = (root / "artifacts" / SHA).stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


@pytest.mark.parametrize("damage", [b"", DATA[:-1], DATA[:-1] + b"x", DATA + b"x"])
def test_a_damaged_artifact_is_never_handed_out_and_is_mended_by_the_next_put(
    store: FolderStore, root: Path, tmp_path: Path, damage: bytes
) -> None:
    store.put_bytes(DATA)
    (root / "artifacts" / SHA).write_bytes(damage)
    with pytest.raises(ArtifactMissingError, match="other bytes"):
        store.fetch(SHA, tmp_path / "out")
    assert not (tmp_path / "out").exists()
    store.put_bytes(DATA)
    store.fetch(SHA, tmp_path / "out")
    assert (tmp_path / "out").read_bytes() == DATA


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT])
@pytest.mark.parametrize("when", ["write", "fsync", "rename"])
def test_a_full_disk_leaves_nothing_half_written(
    store: FolderStore, root: Path, monkeypatch: pytest.MonkeyPatch, code: int, when: str
) -> None:
    store.put_bytes(b"before")

    def full(*_: Any) -> None:
        raise OSError(code, os.strerror(code))

    if when == "write":
        monkeypatch.setattr(HashingWriter, "write", full)
    elif when == "fsync":
        monkeypatch.setattr(os, "fsync", full)
    else:
        monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(ResourceExhaustedError) as caught:
        store.put_bytes(DATA)
    assert caught.value.code == "disk_full"
    assert caught.value.kind is FailureKind.RESOURCE_EXHAUSTED
    assert names(root) == [hashlib.sha256(b"before").hexdigest()]
    monkeypatch.undo()
    assert store.put_bytes(DATA).sha256 == SHA


def test_a_full_scratch_disk_while_fetching_is_exhaustion_too(
    store: FolderStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.put_bytes(DATA)

    def full(*_: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(HashingWriter, "write", full)
    with pytest.raises(ResourceExhaustedError):
        store.fetch(SHA, tmp_path / "out")
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(TEMPORARY_PREFIX)]


def test_a_disk_that_fails_means_that_the_store_is_unavailable(
    store: FolderStore, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any) -> None:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(StoreUnavailableError, match="Input/output error"):
        store.put_bytes(DATA)
    assert names(root) == []


def test_a_root_that_is_gone_is_an_outage_and_no_missing_artifact(
    store: FolderStore, root: Path, tmp_path: Path
) -> None:
    store.put_bytes(DATA)
    shutil.rmtree(root)
    with pytest.raises(StoreUnavailableError):
        store.exists(SHA)
    with pytest.raises(StoreUnavailableError):
        store.fetch(SHA, tmp_path / "out")
    with pytest.raises(StoreUnavailableError):
        store.put_bytes(DATA)


def test_a_root_that_cannot_be_a_folder_is_an_outage(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StoreUnavailableError):
        FolderStore(tmp_path / "file" / "store")


def test_emptied_by_hand_it_is_filled_again(store: FolderStore, root: Path) -> None:
    store.put_bytes(DATA)
    shutil.rmtree(root / "artifacts")
    assert not store.exists(SHA)
    store.put_bytes(DATA)
    assert store.exists(SHA)


def test_the_file_and_its_name_are_on_the_disk_before_put_returns(
    store: FolderStore, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    order: list[str] = []
    fsync, replace = os.fsync, Path.replace

    def noting_fsync(descriptor: int) -> None:
        order.append("folder" if stat.S_ISDIR(os.fstat(descriptor).st_mode) else "file")
        fsync(descriptor)

    def noting_replace(self: Path, target: Path) -> Path:
        order.append("rename")
        return replace(self, target)

    monkeypatch.setattr(os, "fsync", noting_fsync)
    monkeypatch.setattr(Path, "replace", noting_replace)
    store.put_bytes(DATA)
    assert order == ["file", "rename", "folder"]


def test_what_killed_writers_left_is_cleared_away_but_not_what_is_being_written(root: Path) -> None:
    FolderStore(root)
    old, fresh = root / "artifacts" / f"{TEMPORARY_PREFIX}1-a", root / "artifacts" / f"{TEMPORARY_PREFIX}1-b"
    old.touch()
    fresh.touch()
    two_days_ago = time.time() - 2 * 86400
    os.utime(old, (two_days_ago, two_days_ago))
    FolderStore(root)
    assert names(root) == [fresh.name]


def test_a_source_that_changes_while_it_is_put_gets_the_name_of_what_was_written(
    store: FolderStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = tmp_path / "growing"
    source.write_bytes(b"first")
    held = store._holds

    def grow(sha256: str, size: int) -> bool:
        source.write_bytes(b"second and longer")
        return held(sha256, size)

    monkeypatch.setattr(store, "_holds", grow)
    stored = store.put(source)
    assert stored.sha256 == hashlib.sha256(b"second and longer").hexdigest()
    assert stored.bytes == len(b"second and longer")
