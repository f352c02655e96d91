import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from processors.engine.children.isolation import descendants, end_leftovers, has_children
from tests.processors.engine.children.conftest import Harness, MakePool, gone, until


@pytest.fixture
def surroundings(make_pool: MakePool) -> dict[str, Any]:
    pool = make_pool(memory_bytes=512 * 2**20)
    found: dict[str, Any] = pool.result(pool.item("a", "surroundings")).result
    return found


def test_a_child_has_a_session_and_a_group_of_its_own(surroundings: dict[str, Any]) -> None:
    assert surroundings["sid"] == surroundings["pgid"]
    assert surroundings["pgid"] != os.getpgid(0)


def test_a_child_ignores_the_terminals_interrupt(surroundings: dict[str, Any]) -> None:
    assert surroundings["sigint_ignored"] is True


def test_a_child_is_limited_in_memory_and_writes_no_core(surroundings: dict[str, Any]) -> None:
    assert surroundings["data"] == 512 * 2**20
    assert surroundings["core"] == 0


def test_a_child_works_and_puts_its_temporary_files_on_the_scratch_disk(
    surroundings: dict[str, Any], tmp_path: Path
) -> None:
    assert surroundings["tmpdir"] == str(tmp_path)
    assert surroundings["cwd"] == str(tmp_path)


def test_a_child_has_nothing_to_read_on_standard_input(surroundings: dict[str, Any]) -> None:
    assert surroundings["stdin"] == ""


def test_a_child_holds_one_socket_and_none_of_the_workers_pipes(surroundings: dict[str, Any]) -> None:
    assert len([target for target in surroundings["fds"] if target.startswith("socket:")]) == 1


def test_the_socket_is_not_passed_on_to_what_the_work_starts(pool: Harness) -> None:
    assert "socket:" not in pool.result(pool.item("a", "passed_on")).result["fds"]


def test_leftovers_are_ended_but_those_to_keep() -> None:
    kept = subprocess.Popen(["sleep", "1000"])
    keep = descendants()
    assert kept.pid in keep
    left = subprocess.Popen([sys.executable, "-S", "-c", "import subprocess; subprocess.run(['sleep', '1000'])"])
    assert until(lambda: len(descendants() - keep) == 2)
    (deepest,) = descendants() - keep - {left.pid}
    assert has_children()
    end_leftovers(keep)
    assert gone(left.pid)
    assert until(lambda: gone(deepest))
    assert not gone(kept.pid)
    kept.kill()
    kept.wait()
    left.wait()
