import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, insert
from typer.testing import CliRunner

from processors.cli.jobs import app, list_runs
from processors.engine.ledger import open_ledger, tables
from processors.engine.ledger.migrating import upgrade

RUN = CliRunner()


@pytest.fixture
def url(tmp_path: Path) -> str:
    url = f"sqlite:///{tmp_path}/ledger.db"
    upgrade(url)
    return url


@pytest.fixture
def connection(url: str) -> Iterator[Connection]:
    ledger = open_ledger(url)
    with ledger.transaction() as connection:
        yield connection
    ledger.close()


def add_run(connection: Connection, run_id: str, **changes: Any) -> None:
    row: dict[str, Any] = {
        "run_id": run_id,
        "stage": "clip",
        "job_id": f"job-{run_id}",
        "kind": "live",
        "listing_id": "listing",
        "digest": "",
        "command": b"",
        "command_json": "{}",
        "traceparent": "",
        "shares": "{}",
        "phase": "clips",
        "phase_index": 0,
        "accepted_ms": 1_000,
        "deadline_ms": 1_000_000,
    }
    connection.execute(insert(tables.runs).values({**row, **changes}))


def names(rows: list[dict[str, Any]]) -> list[str]:
    return [row["run_id"] for row in rows]


def test_runs_are_listed_newest_first(connection: Connection) -> None:
    add_run(connection, "old")
    add_run(connection, "new", accepted_ms=2_000)
    assert names(list_runs(connection, stage=None, limit=10, stuck_ms=None)) == ["new", "old"]
    assert names(list_runs(connection, stage=None, limit=1, stuck_ms=None)) == ["new"]
    assert list_runs(connection, stage="render", limit=10, stuck_ms=None) == []


def test_a_run_is_stuck_when_it_is_open_and_nothing_was_heard_of_it(connection: Connection) -> None:
    add_run(connection, "silent")
    add_run(connection, "fresh", accepted_ms=99_500)
    add_run(connection, "ended", ended_ms=2_000, status="succeeded")
    add_run(connection, "late", accepted_ms=99_900, deadline_ms=99_950)
    rows = list_runs(connection, stage=None, limit=10, stuck_ms=10_000, now_ms=100_000)
    assert names(rows) == ["late", "silent"]
    assert [row["past_deadline"] for row in rows] == [True, False]


def test_tasks_that_were_posted_lately_are_news(connection: Connection) -> None:
    add_run(connection, "busy")
    connection.execute(
        insert(tables.tasks).values(
            run_id="busy",
            task_id="a",
            phase="clips",
            phase_index=0,
            seq=0,
            record=b"",
            released=True,
            posted_ms=99_000,
            joined=False,
        )
    )
    assert list_runs(connection, stage=None, limit=10, stuck_ms=10_000, now_ms=100_000) == []


def test_stuck_runs_are_printed_and_make_the_status_1(url: str) -> None:
    ledger = open_ledger(url)
    with ledger.transaction() as connection:
        add_run(connection, "silent")
    ledger.close()
    shown = RUN.invoke(app, ["--stuck", "--json"], env={"VLS_LEDGER_URL": url})
    assert shown.exit_code == 1
    assert json.loads(shown.output)["run_id"] == "silent"
    assert RUN.invoke(app, [], env={"VLS_LEDGER_URL": url}).exit_code == 0
