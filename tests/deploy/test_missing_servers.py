"""Integration tests without servers fail and say what to do; they are never skipped."""

import os
import subprocess
import sys

from deploy.local.lending import CHECKOUT


def test_an_integration_test_without_servers_fails_with_the_way_to_run_it() -> None:
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("VLS_TEST", "PYTEST"))}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "tests/deploy/test_real_servers.py"],
        cwd=CHECKOUT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 1
    assert "make integration" in done.stdout
    assert "passed" not in done.stdout
    assert "skipped" not in done.stdout
