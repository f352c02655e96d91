from pathlib import Path

import pytest
from typer.testing import CliRunner

from processors.cli.replay import app

RUN = CliRunner()


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ([], "give one of"),
        (["--job", "a", "--all"], "give one of"),
        (["--topic", "media.classify.commands"], "go together"),
        (["--all", "--from", "2026-01-01T00:00"], "go together"),
        (["--topic", "media.classify.commands", "--from", "yesterday"], "no moment"),
        (["--topic", "media.classify.commands", "--from", "0", "--embedded"], "keeps no topics"),
    ],
)
def test_arguments_that_contradict_each_other_are_refused(arguments: list[str], told: str) -> None:
    shown = RUN.invoke(app, arguments, env={"COLUMNS": "200"})
    assert shown.exit_code == 2
    assert told in shown.output


@pytest.mark.parametrize(("topic", "told"), [("media.nothing", "not in topics.yaml"), ("media.job.completed", "no")])
def test_only_a_topic_of_commands_can_be_replayed(topic: str, told: str, tmp_path: Path) -> None:
    shown = RUN.invoke(
        app,
        ["--topic", topic, "--from", "0"],
        env={"COLUMNS": "200", "VLS_LEDGER_URL": f"sqlite:///{tmp_path}/ledger.db"},
    )
    assert shown.exit_code == 2
    assert told in shown.output


def test_there_is_nothing_to_replay_where_no_demo_was(tmp_path: Path) -> None:
    shown = RUN.invoke(app, ["--all", "--embedded", "--state", str(tmp_path)], env={"COLUMNS": "200"})
    assert shown.exit_code == 2
    assert "no ledger" in shown.output
