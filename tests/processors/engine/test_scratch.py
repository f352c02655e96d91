import os
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from processors.engine.scratch import Scratch
from processors.engine.work import ResourceExhaustedError

REPOSITORY = Path(__file__).parents[3]
OWNER = """
import sys, time
from pathlib import Path
from processors.engine.scratch import Scratch
scratch = Scratch(Path(sys.argv[1]), "clip-0")
(scratch.new("task") / "frame.png").touch()
print(scratch.path, flush=True)
time.sleep(1000)
"""


@pytest.fixture
def owner(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[str], Path]]:
    """Another process with a part of the same scratch disk."""
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY)}
    process = subprocess.Popen(
        [sys.executable, "-c", OWNER, str(tmp_path)], stdout=subprocess.PIPE, text=True, env=environment
    )
    assert process.stdout is not None
    with process.stdout as output:
        path = Path(output.readline().strip())
    yield process, path
    process.kill()
    process.wait()


def test_each_task_gets_an_empty_folder_of_its_own(tmp_path: Path) -> None:
    scratch = Scratch(tmp_path, "clip-0")
    folders = [scratch.new(ref) for ref in ("a", "a", "../../etc", "", "x" * 500, "ä/ö\0")]
    assert len(set(folders)) == len(folders)
    for folder in folders:
        assert folder.parent == scratch.path
        assert list(folder.iterdir()) == []


def test_a_tasks_folder_is_removed_with_all_that_is_in_it(tmp_path: Path) -> None:
    scratch = Scratch(tmp_path, "clip-0")
    folder, outside = scratch.new("a"), tmp_path / "precious"
    outside.mkdir()
    (outside / "photo.jpg").touch()
    (folder / "deep" / "er").mkdir(parents=True)
    (folder / "deep" / "er" / "frame.png").touch()
    (folder / "link").symlink_to(outside)
    scratch.remove(folder)
    assert not folder.exists()
    assert (outside / "photo.jpg").exists()
    scratch.remove(folder)


def test_a_write_protected_folder_is_removed_as_well(tmp_path: Path) -> None:
    scratch = Scratch(tmp_path, "clip-0")
    folder = scratch.new("a")
    (folder / "kept").mkdir()
    (folder / "kept" / "file").touch()
    (folder / "kept").chmod(stat.S_IRUSR | stat.S_IXUSR)
    scratch.remove(folder)
    assert not folder.exists()


def test_nothing_but_a_tasks_folder_is_removed(tmp_path: Path) -> None:
    scratch = Scratch(tmp_path, "clip-0")
    for path in (tmp_path, scratch.path, scratch.new("a") / "deep", Path("/")):
        with pytest.raises(ValueError, match="not a task's folder"):
            scratch.remove(path)


def test_what_a_killed_process_left_is_swept(owner: tuple[subprocess.Popen[str], Path], tmp_path: Path) -> None:
    process, path = owner
    scratch = Scratch(tmp_path, "clip-0")
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert path.exists()
    assert scratch.sweep() == [path.name]
    assert not path.exists()
    assert scratch.path.exists()
    assert scratch.sweep() == []


def test_what_a_living_process_has_is_left_alone(owner: tuple[subprocess.Popen[str], Path], tmp_path: Path) -> None:
    _, path = owner
    scratch = Scratch(tmp_path, "clip-0")
    scratch.new("a")
    assert scratch.sweep() == []
    assert list(path.rglob("frame.png"))


def test_what_is_not_ours_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos.1.0").mkdir()
    (tmp_path / "notes.txt").touch()
    Scratch(tmp_path, "clip-0").sweep()
    assert (tmp_path / "photos").exists()
    assert (tmp_path / "photos.1.0").exists()
    assert (tmp_path / "notes.txt").exists()


def test_a_sweep_that_was_broken_off_is_finished_by_the_next(tmp_path: Path) -> None:
    (tmp_path / "clip-0.17.0.swept" / "task").mkdir(parents=True)
    (tmp_path / "clip-0.18.0.live").touch()
    assert Scratch(tmp_path, "clip-0").sweep() == ["clip-0.17.0"]
    left = {path.name for path in tmp_path.iterdir()}
    assert not left & {"clip-0.17.0", "clip-0.17.0.swept", "clip-0.17.0.live", "clip-0.18.0", "clip-0.18.0.live"}


def test_two_in_one_process_do_not_share_a_folder_and_do_not_sweep_each_other(tmp_path: Path) -> None:
    first, second = Scratch(tmp_path, "clip-0"), Scratch(tmp_path, "clip-0")
    assert first.path != second.path
    assert second.sweep() == []
    assert first.path.exists()


def test_closing_removes_everything_of_this_process(tmp_path: Path) -> None:
    scratch = Scratch(tmp_path, "clip-0")
    scratch.new("a")
    scratch.close()
    assert [path.name for path in tmp_path.iterdir()] == [".lock"]


def test_too_little_room_is_exhaustion(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    scratch = Scratch(tmp_path, "clip-0")
    assert scratch.free_bytes() > 0
    monkeypatch.setattr(os, "statvfs", lambda _: SimpleNamespace(f_bavail=10, f_frsize=100))
    scratch.require_free(1000)
    with pytest.raises(ResourceExhaustedError) as caught:
        scratch.require_free(1001)
    assert caught.value.code == "disk_full"
