"""Running the command line in this process."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from processors.cli.main import app

Run = Callable[..., Result]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Run:
    """`vls-media` with these arguments. An exception that escapes is the test's failure."""
    monkeypatch.setenv("COLUMNS", "200")

    def call(*arguments: object) -> Result:
        result = CliRunner().invoke(app, [str(argument) for argument in arguments])
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    return call


@pytest.fixture
def json_lines(run: Run) -> Callable[..., tuple[int, list[dict[str, Any]]]]:
    """The exit status and every line of stdout as an object."""

    def call(*arguments: object) -> tuple[int, list[dict[str, Any]]]:
        result = run(*arguments, "--json")
        return result.exit_code, [json.loads(line) for line in result.stdout.splitlines()]

    return call
