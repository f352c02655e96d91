import subprocess
import sys

import pytest
from typer.testing import CliRunner

from processors.cli.main import COMMANDS, app

RUN = CliRunner()


def test_help_names_every_command_with_its_sentence() -> None:
    shown = RUN.invoke(app, ["--help"], env={"COLUMNS": "200"})
    assert shown.exit_code == 0
    for name, entry in COMMANDS.items():
        assert name in shown.output
        assert entry.about in " ".join(shown.output.split())


def test_an_unknown_command_is_a_usage_error() -> None:
    assert RUN.invoke(app, ["nonsense"]).exit_code == 2


def test_help_imports_nothing_heavy() -> None:
    code = (
        "import sys; from typer.testing import CliRunner; from processors.cli.main import app; "
        "CliRunner().invoke(app, ['--help']); "
        "print([m for m in ('numpy', 'sqlalchemy', 'confluent_kafka', 'pydantic') if m in sys.modules])"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "[]"


@pytest.mark.parametrize("command", ["demo", "submit", "follow", "cancel", "jobs", "replay"])
def test_every_operator_command_explains_itself(command: str) -> None:
    assert RUN.invoke(app, [command, "--help"]).exit_code == 0
