"""Servers that stay for a person."""

import subprocess
from pathlib import Path

import pytest

from deploy.local import standing
from deploy.local.layout import Layout


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(standing, "HOME", tmp_path)
    monkeypatch.setattr(standing, "ROOT", tmp_path / "servers")


def test_a_shell_reads_the_settings_back_as_they_were() -> None:
    script = standing.exports({"A": "two words", "B": "it's $HOME"}) + 'printf "%s|%s" "$A" "$B"'
    said = subprocess.run(["sh", "-c", script], capture_output=True, text=True, check=True)
    assert said.stdout == "two words|it's $HOME"


def test_down_without_servers_does_nothing() -> None:
    assert not standing.down()


def test_down_never_signals_a_process_that_only_has_the_same_pid(tmp_path: Path) -> None:
    (tmp_path / "servers").mkdir()
    Layout.choose(tmp_path / "servers", durable=True).save()
    stranger = subprocess.Popen(["sleep", "60"])
    try:
        stale = f'{{"pid": {stranger.pid}, "start_ticks": 1, "boot_id": "earlier"}}'
        (tmp_path / "servers" / "kafka.pid").write_text(stale)
        assert standing.down()
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()
    assert not (tmp_path / "servers").exists()
