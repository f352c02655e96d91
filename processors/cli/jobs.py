"""`vls-media jobs`: the runs that the ledger knows."""

import json
import time
from datetime import UTC, datetime
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table
from sqlalchemy import Connection, func, select

from processors.cli.failing import plain_failures
from processors.cli.ledger_access import usable_ledger
from processors.cli.stages import StageOption
from processors.engine.ledger import tables

app = typer.Typer()


@app.command()
def jobs(
    *,
    stage: Annotated[StageOption | None, typer.Option(help="Of this stage alone.")] = None,
    stuck: Annotated[bool, typer.Option("--stuck", help="Open runs without news, or past deadline.")] = False,
    minutes: Annotated[float, typer.Option(min=0, help="With --stuck: how long without news.")] = 10.0,
    limit: Annotated[int, typer.Option(min=1, help="At most so many, the newest.")] = 50,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON line a run.")] = False,
) -> None:
    """List runs from the ledger (VLS_LEDGER_URL), newest first. With --stuck, exit status 1 when there are any."""
    from processors.settings import Settings

    with plain_failures(), usable_ledger(Settings().ledger_url) as ledger, ledger.transaction() as connection:
        rows = list_runs(connection, stage=stage, limit=limit, stuck_ms=minutes * 60_000 if stuck else None)
    if as_json:
        for row in rows:
            typer.echo(json.dumps(row))
    else:
        _show(rows)
    if stuck and rows:
        raise typer.Exit(1)


def list_runs(
    connection: Connection, *, stage: str | None, limit: int, stuck_ms: float | None, now_ms: int | None = None
) -> list[dict[str, Any]]:
    """Runs with their counts of tasks, newest first.

    With `stuck_ms`, only open runs past their deadline, or of which no task was posted or ended for so many ms.
    """
    now = time.time_ns() // 1_000_000 if now_ms is None else now_ms
    runs, tasks = tables.runs, tables.tasks
    counts = (
        select(
            tasks.c.run_id,
            func.count().label("tasks"),
            func.count().filter(tasks.c.joined).label("joined"),
            func.max(tasks.c.posted_ms).label("posted_ms"),
        )
        .group_by(tasks.c.run_id)
        .subquery()
    )
    heard = select(tables.decisions.c.run_id, func.max(tables.decisions.c.decided_ms).label("decided_ms"))
    heard_of = heard.group_by(tables.decisions.c.run_id).subquery()
    query = (
        select(runs, counts.c.tasks, counts.c.joined, counts.c.posted_ms, heard_of.c.decided_ms)
        .outerjoin(counts, counts.c.run_id == runs.c.run_id)
        .outerjoin(heard_of, heard_of.c.run_id == runs.c.run_id)
        .order_by(runs.c.accepted_ms.desc(), runs.c.run_id)
    )
    if stage is not None:
        query = query.where(runs.c.stage == str(stage))
    if stuck_ms is not None:
        query = query.where(runs.c.ended_ms.is_(None))
    found = []
    for row in connection.execute(query):
        last = max(row.accepted_ms, row.posted_ms or 0, row.decided_ms or 0)
        if stuck_ms is not None and row.deadline_ms > now and now - last < stuck_ms:
            continue
        found.append(
            {
                "stage": row.stage,
                "job_id": row.job_id,
                "run_id": row.run_id,
                "kind": row.kind,
                "listing_id": row.listing_id,
                "status": row.status or "open",
                "phase": row.phase,
                "tasks": row.tasks or 0,
                "joined": row.joined or 0,
                "accepted_ms": row.accepted_ms,
                "ended_ms": row.ended_ms,
                "last_news_ms": last,
                "past_deadline": row.ended_ms is None and row.deadline_ms <= now,
            }
        )
        if len(found) == limit:
            break
    return found


def _show(rows: list[dict[str, Any]]) -> None:
    table = Table(box=None, pad_edge=False)
    for name in ("stage", "job", "kind", "listing", "state", "tasks", "accepted", "seconds"):
        table.add_column(name, overflow="fold")
    for row in rows:
        state = f"{row['status']} ({row['phase']})" if row["status"] == "open" else row["status"]
        accepted = datetime.fromtimestamp(row["accepted_ms"] / 1000, UTC)
        seconds = "" if row["ended_ms"] is None else f"{(row['ended_ms'] - row['accepted_ms']) / 1000:.1f}"
        table.add_row(
            row["stage"],
            row["job_id"],
            row["kind"],
            row["listing_id"],
            state + (", past its deadline" if row["past_deadline"] else ""),
            f"{row['joined']}/{row['tasks']}",
            f"{accepted:%Y-%m-%d %H:%M:%S}Z",
            seconds,
        )
    Console(soft_wrap=True).print(table if rows else "no runs")
