"""Processes known by pid and start time."""

import signal
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from deploy.local import process
from deploy.local.process import Identity, PidFile


@pytest.fixture
def sleeper(tmp_path: Path) -> Iterator[Identity]:
    child = process.spawn(["sleep", "60"], cwd=tmp_path, log=tmp_path / "log")
    yield Identity.of(child.pid)
    child.kill()
    child.wait()


def test_a_process_is_alive_until_it_is_ended(sleeper: Identity) -> None:
    assert sleeper.alive()
    assert sleeper.send(signal.SIGKILL)
    assert sleeper.wait(10)
    assert not sleeper.send(signal.SIGKILL)


def test_a_stranger_that_got_the_pid_later_is_never_signalled(sleeper: Identity) -> None:
    predecessor = replace(sleeper, start_ticks=sleeper.start_ticks - 1)
    assert not predecessor.alive()
    assert not predecessor.send(signal.SIGKILL)
    assert sleeper.alive()


def test_a_pid_from_before_the_machine_was_started_anew_is_never_signalled(sleeper: Identity) -> None:
    earlier = replace(sleeper, boot_id="another boot")
    assert not earlier.send(signal.SIGKILL)
    assert sleeper.alive()


def test_waiting_for_a_process_that_goes_on_says_so(sleeper: Identity) -> None:
    assert not sleeper.wait(0.05)


def test_a_pid_file_gives_back_the_running_process(sleeper: Identity, tmp_path: Path) -> None:
    pid_file = PidFile(tmp_path / "server.pid")
    pid_file.write(sleeper)
    assert pid_file.running() == sleeper


def test_a_pid_file_of_an_ended_process_is_read_but_not_running(sleeper: Identity, tmp_path: Path) -> None:
    pid_file = PidFile(tmp_path / "server.pid")
    pid_file.write(sleeper)
    sleeper.send(signal.SIGKILL)
    sleeper.wait(10)
    assert pid_file.read() == sleeper
    assert pid_file.running() is None


@pytest.mark.parametrize("content", ["", "123", "[]", '{"pid": 1}', "not json"])
def test_an_unreadable_pid_file_names_no_process(tmp_path: Path, content: str) -> None:
    pid_file = PidFile(tmp_path / "server.pid")
    pid_file.path.write_text(content)
    assert pid_file.read() is None


def test_what_a_process_says_goes_to_its_log(tmp_path: Path) -> None:
    log = tmp_path / "log"
    child = process.spawn([sys.executable, "-c", "import sys; print(1); sys.stderr.write('2')"], cwd=tmp_path, log=log)
    assert child.wait(30) == 0
    assert sorted(log.read_text().split()) == ["1", "2"]
