"""Integration tests without servers fail and say what to do; they are never skipped."""

import os
import subprocess
import sys
from pathlib import Path

from deploy.local.lending import CHECKOUT


def _integration_tests(**added: str) -> "subprocess.CompletedProcess[str]":
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("VLS_TEST", "PYTEST"))}
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "tests/deploy/test_real_servers.py"],
        cwd=CHECKOUT,
        env=environment | added,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_an_integration_test_without_servers_fails_with_the_way_to_run_it() -> None:
    done = _integration_tests()
    assert done.returncode == 1
    assert "make integration" in done.stdout
    assert "passed" not in done.stdout
    assert "skipped" not in done.stdout


def test_an_integration_test_whose_servers_cannot_be_had_fails_with_what_is_missing() -> None:
    done = _integration_tests(VLS_TEST_MISSING="Java is not installed")
    assert done.returncode == 1
    assert "could not be started: Java is not installed" in done.stdout
    assert "passed" not in done.stdout


def test_a_command_that_is_run_anyway_learns_the_reason_and_counts_as_failed(tmp_path: Path) -> None:
    nothing_there = {"PATH": str(tmp_path), "JAVA_HOME": str(tmp_path), "VLS_CACHE": str(tmp_path)}
    reason = 'import os; print(os.environ["VLS_TEST_MISSING"])'
    done = subprocess.run(
        [sys.executable, "-m", "deploy.local", "run", "--anyway", "--", sys.executable, "-c", reason],
        cwd=CHECKOUT,
        env=nothing_there,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 1
    assert "Java 17 or newer is not installed" in done.stdout
    assert "apt-get install openjdk-17-jre-headless" in done.stdout
