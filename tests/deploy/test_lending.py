"""The command that servers are lent to, and what is left of a loan whose owner was killed."""

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest

from deploy.local import lending
from deploy.local.layout import Layout
from deploy.local.process import Identity, PidFile

RUN = "import sys; from deploy.local.lending import run; sys.exit(run(sys.argv[1:], {'LENT': 'kafka'}))"


def _run(*command: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-c", RUN, *command], cwd=lending.CHECKOUT, stdout=subprocess.PIPE, text=True
    )


def test_the_command_gets_the_addresses_and_its_exit_status_is_handed_on() -> None:
    running = _run("sh", "-c", "echo $LENT; exit 7")
    assert running.communicate(timeout=60)[0] == "kafka\n"
    assert running.returncode == 7


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_the_command_and_shows_in_the_exit_status(number: signal.Signals) -> None:
    running = _run("sh", "-c", "echo $$; exec sleep 60")
    assert running.stdout is not None
    command = Identity.of(int(running.stdout.readline()))
    running.send_signal(number)
    running.communicate(timeout=60)
    assert running.returncode == 128 + number
    assert not command.alive()


def test_a_command_that_handles_the_signal_decides_how_it_ends() -> None:
    running = _run("sh", "-c", "trap 'exit 3' TERM; echo ready; while :; do sleep 0.05; done")
    assert running.stdout is not None
    running.stdout.readline()
    running.send_signal(signal.SIGTERM)
    running.communicate(timeout=60)
    assert running.returncode == 3


def test_the_command_dies_with_its_killed_owner() -> None:
    running = _run("sh", "-c", "echo $$; exec sleep 60")
    assert running.stdout is not None
    command = Identity.of(int(running.stdout.readline()))
    running.kill()
    running.communicate(timeout=60)
    assert command.wait(30)


@pytest.fixture
def loan(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[Identity], Path]:
    monkeypatch.setattr(tempfile, "gettempdir", lambda: str(tmp_path))

    def make(owner: Identity) -> Path:
        root = tmp_path / "vls-media-loan"
        root.mkdir()
        Layout.choose(root, durable=False).save()
        PidFile(root / "owner.pid").write(owner)
        return root

    return make


def test_what_a_dead_owner_left_behind_is_swept(loan: Callable[[Identity], Path]) -> None:
    child = subprocess.Popen(["sleep", "60"])
    owner = Identity.of(child.pid)
    child.kill()
    child.wait()
    root = loan(owner)
    lending.sweep()
    assert not root.exists()


def test_a_folder_whose_owner_died_before_it_started_anything_is_swept(loan: Callable[[Identity], Path]) -> None:
    root = loan(Identity(pid=1, start_ticks=-1, boot_id="earlier"))
    (root / "layout.json").unlink()
    lending.sweep()
    assert not root.exists()


def test_servers_of_a_living_owner_are_left_alone(loan: Callable[[Identity], Path]) -> None:
    root = loan(Identity.of(os.getpid()))
    lending.sweep()
    assert root.exists()


def test_a_folder_without_an_owner_is_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "gettempdir", lambda: str(tmp_path))
    (tmp_path / "vls-media-of-somebody").mkdir()
    lending.sweep()
    assert (tmp_path / "vls-media-of-somebody").exists()
