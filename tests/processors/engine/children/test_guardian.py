import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from processors.engine.children.guardian import Guardian
from processors.engine.work import WorkDone
from tests.processors.engine.children.conftest import MakePool, gone, pids_in, until

ROOT = Path(__file__).parents[4]
ALLOWED_S = 20.0  # it takes some hundredths of a second, on a busy machine more


@pytest.fixture
def worker(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[bytes], dict[str, Any]]]:
    """A worker in a session of its own, with a grandchild at work."""
    script = str(Path(__file__).with_name("worker_process.py"))
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    process = subprocess.Popen(
        [sys.executable, script, str(tmp_path), "deaf"],
        stdout=subprocess.PIPE,
        env=environment,
        start_new_session=True,
    )
    assert process.stdout is not None
    with process.stdout as output:
        facts = json.loads(output.readline())
    yield process, facts
    process.kill()
    process.wait()


def everyone(facts: dict[str, Any]) -> list[int]:
    return [*facts["children"], facts["grandchild"], facts["guardian"]]


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_everything_below_a_killed_worker_is_gone_soon(
    worker: tuple[subprocess.Popen[bytes], dict[str, Any]], number: signal.Signals
) -> None:
    process, facts = worker
    assert not any(gone(pid) for pid in everyone(facts))
    process.send_signal(number)
    assert until(lambda: all(gone(pid) for pid in everyone(facts)), ALLOWED_S)


def test_killing_the_workers_process_group_leaves_nothing(
    worker: tuple[subprocess.Popen[bytes], dict[str, Any]],
) -> None:
    process, facts = worker
    os.killpg(process.pid, signal.SIGKILL)
    assert until(lambda: all(gone(pid) for pid in everyone(facts)), ALLOWED_S)


def test_children_die_with_the_worker_even_while_stopped(
    worker: tuple[subprocess.Popen[bytes], dict[str, Any]],
) -> None:
    process, facts = worker
    for pid in [*facts["children"], facts["grandchild"]]:
        os.kill(pid, signal.SIGSTOP)
    process.kill()
    assert until(lambda: all(gone(pid) for pid in everyone(facts)), ALLOWED_S)


def test_worker_and_child_killed_together_leave_no_grandchild(
    worker: tuple[subprocess.Popen[bytes], dict[str, Any]],
) -> None:
    process, facts = worker
    process.send_signal(signal.SIGSTOP)
    for pid in facts["children"]:
        os.kill(pid, signal.SIGKILL)
    assert not gone(facts["grandchild"])
    process.kill()
    assert until(lambda: all(gone(pid) for pid in everyone(facts)), ALLOWED_S)


def test_the_children_die_with_the_worker_even_without_the_guardian(
    worker: tuple[subprocess.Popen[bytes], dict[str, Any]],
) -> None:
    process, facts = worker
    process.send_signal(signal.SIGSTOP)
    os.kill(facts["guardian"], signal.SIGKILL)
    process.kill()
    assert until(lambda: all(gone(pid) for pid in facts["children"]), ALLOWED_S)
    os.kill(facts["grandchild"], signal.SIGKILL)  # it alone needed the guardian


def test_a_killed_child_takes_its_grandchild_along_and_harms_no_other(make_pool: MakePool, tmp_path: Path) -> None:
    pool = make_pool(lanes=2)
    pool.warm()
    first, second = tmp_path / "first", tmp_path / "second"
    pool.pool.submit([pool.item("a", "grandchild", started=str(first))], 1000)
    pool.pool.submit([pool.item("b", "grandchild", started=str(second))], 1000)
    assert until(lambda: first.exists() and second.exists())
    child, grandchild = pids_in(first)
    os.kill(child, signal.SIGKILL)
    pool.finish("a")
    assert until(lambda: gone(grandchild), ALLOWED_S)
    assert not any(gone(pid) for pid in pids_in(second))


def test_the_pool_replaces_a_guardian_that_was_killed(make_pool: MakePool) -> None:
    pool = make_pool()
    pool.warm()
    before = pool.pool._guardian.pid
    os.kill(before, signal.SIGKILL)
    pool.pump_until(lambda: pool.pool._guardian.pid != before)
    assert isinstance(pool.result(pool.item("a")), WorkDone)


def test_the_guardian_that_replaces_a_dead_one_knows_the_groups() -> None:
    guardian, watched, later = Guardian(), sleeper(), sleeper()
    guardian.watch(watched.pid)
    before = guardian.pid
    os.kill(before, signal.SIGKILL)
    assert until(lambda: gone(before))
    guardian.watch(later.pid)
    assert guardian.pid != before
    guardian.close()
    assert watched.wait(10) == -signal.SIGKILL
    assert later.wait(10) == -signal.SIGKILL


def sleeper() -> subprocess.Popen[bytes]:
    return subprocess.Popen(["sleep", "1000"], start_new_session=True)


def test_a_group_that_was_forgotten_is_left_alone() -> None:
    guardian, kept, watched = Guardian(), sleeper(), sleeper()
    guardian.watch(kept.pid)
    guardian.watch(watched.pid)
    guardian.forget(kept.pid)
    guardian.close()
    assert watched.wait(10) == -signal.SIGKILL
    assert kept.poll() is None
    kept.kill()
    kept.wait()


def test_signals_meant_for_the_worker_do_not_end_the_guardian() -> None:
    guardian, watched = Guardian(), sleeper()
    guardian.watch(watched.pid)
    assert until(lambda: "SIGTERM" in ignored_signals(guardian.pid))
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        os.kill(guardian.pid, number)
    guardian.close()
    assert watched.wait(10) == -signal.SIGKILL


def ignored_signals(pid: int) -> set[str]:
    (line,) = [line for line in Path(f"/proc/{pid}/status").read_text().splitlines() if line.startswith("SigIgn")]
    mask = int(line.split()[1], 16)
    return {number.name for number in signal.Signals if mask >> (number - 1) & 1}
