"""The environment's set-up."""

import shutil
import subprocess
from pathlib import Path

from deploy.local.lending import CHECKOUT


def _setup(checkout: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    (checkout / "deploy").mkdir(exist_ok=True)
    shutil.copy(CHECKOUT / "deploy" / "setup", checkout / "deploy" / "setup")
    return subprocess.run(
        [checkout / "deploy" / "setup", *arguments], capture_output=True, text=True, timeout=60, check=False
    )


def test_an_environment_that_belongs_to_another_checkout_is_not_touched(tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    checkout = tmp_path / "checkout"
    checkout.mkdir()
    (checkout / ".venv").symlink_to(other)
    assert _setup(checkout, "dev").returncode == 0
    assert list(other.iterdir()) == []


def test_an_unknown_set_of_packages_is_refused_with_those_there_are(tmp_path: Path) -> None:
    done = _setup(tmp_path, "everything")
    assert done.returncode == 1
    assert "demo staging dev train" in done.stderr
