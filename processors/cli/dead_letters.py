"""`vls-media dead-letters`: what could not be processed, from the ledger's index."""

import json
import time
from collections.abc import Iterator
from typing import Annotated, Any

import typer
from rich.table import Table
from sqlalchemy import Row, select

from processors.cli.console import fail, printable, stdout
from processors.cli.environment import settings
from processors.cli.hexdump import hexdump
from processors.cli.ledger_access import LedgerUnusableError, usable_ledger
from processors.engine.ledger import tables
from processors.settings import Settings
from schemas.codec import Codec, CodecError
from schemas.jobs import DeadLetter, Stage
from schemas.static_ids import StaticIds
from schemas.topics import UnknownTopicError

app = typer.Typer(no_args_is_help=True, help="List and show records that could not be processed.")
_LETTERS = tables.dead_letters
_COLUMNS = ("event_id", "stage", "topic", "partition", "offset", "job_id", "task_id", "code", "message", "parked_ms")
AsJson = Annotated[bool, typer.Option("--json", help="As JSON.")]


@app.command("list")
def list_letters(
    *,
    stage: Annotated[Stage | None, typer.Option(help="Of this stage alone.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="The most to list, newest first.")] = 50,
    as_json: AsJson = False,
) -> None:
    """List dead letters, the newest first."""
    query = select(*(_LETTERS.c[name] for name in _COLUMNS))
    if stage is not None:
        query = query.where(_LETTERS.c.stage == str(stage))
    rows = _rows(query.order_by(_LETTERS.c.parked_ms.desc(), _LETTERS.c.event_id).limit(limit))
    if as_json:
        for row in rows:
            typer.echo(json.dumps(dict(row._mapping)))  # noqa: SLF001  SQLAlchemy's public name for a row as a mapping
        return
    if not rows:
        stdout().print("no dead letters")
        return
    table = Table(box=None, pad_edge=False)
    for name in ("parked", "event_id", "stage", "from", "job", "code", "reason"):
        table.add_column(name, overflow="fold")
    for row in rows:
        place = f"{row.topic}/{row.partition}/{row.offset}"
        cells = (_when(row.parked_ms), row.event_id, row.stage, place, row.job_id or "-", row.code, row.message)
        table.add_row(*(_plain(cell) for cell in cells))
    stdout().print(table)


@app.command()
def show(
    event_id: Annotated[str, typer.Argument(metavar="EVENT_ID", help="Its event_id, or the beginning of it.")],
    *,
    as_json: AsJson = False,
) -> None:
    """Show one dead letter whole: why, whose, headers, key and value, and the value decoded where that can be done."""
    letters = _LETTERS.c.event_id
    rows = _rows(select(_LETTERS).where(letters.startswith(event_id, autoescape=True)).order_by(letters).limit(2))
    exact = [row for row in rows if row.event_id == event_id] or rows
    if not event_id or not exact:
        fail(f"there is no dead letter {event_id}")
    if len(exact) > 1:
        fail(f"more than one dead letter begins with {event_id}: give more of its event_id")
    (row,) = exact
    letter = DeadLetter.model_validate_json(row.record)
    if as_json:
        typer.echo(json.dumps({**letter.model_dump(mode="json"), "parked_ms": row.parked_ms}))
        return
    for line in _lines(letter, row.parked_ms, settings()):
        typer.echo(printable(line))


def _lines(letter: DeadLetter, parked_ms: int, chosen: Settings) -> Iterator[str]:
    yield f"event_id  {letter.event_id}"
    yield f"reason    {letter.error.code}: {letter.error.message}"
    yield f"parked    {_when(parked_ms)} by {letter.stage}"
    yield f"from      {letter.topic}, partition {letter.partition}, offset {letter.offset}"
    yield f"job       {letter.job_id or '-'}"
    yield f"run       {letter.run_id or '-'}"
    yield f"task      {letter.task_id or '-'}"
    for name, value in sorted(letter.headers.items()):
        yield f"header    {name} = {value.decode('utf-8', 'replace')}"
    for name, content in (("key", letter.key), ("value", letter.value)):
        yield ""
        yield f"{name}: none" if content is None else f"{name}: {len(content)} bytes"
        yield from hexdump(content or b"")
    yield ""
    yield from _decoded(letter, chosen)


def _decoded(letter: DeadLetter, chosen: Settings) -> Iterator[str]:
    """The value as the topic's record, or why it is none."""
    if chosen.registry_url is None:
        codec = Codec(StaticIds())
    else:
        from schemas.registry import open_registry  # its HTTP client takes a second to import

        codec = Codec(open_registry(chosen.registry_url))
    try:
        record = codec.decode(letter.topic, letter.value)
    except (CodecError, UnknownTopicError) as error:
        yield f"decoded: not possible: {error}"
        return
    yield f"decoded: {type(record).__name__}"
    yield from record.model_dump_json(indent=2).splitlines()


def _rows(query: Any) -> list[Row[Any]]:
    try:
        with usable_ledger(settings().ledger_url) as ledger, ledger.transaction() as connection:
            return list(connection.execute(query))
    except LedgerUnusableError as error:
        fail(str(error))


def _when(milliseconds: int) -> str:
    return time.strftime("%Y-%m-%d %H:%M:%SZ", time.gmtime(milliseconds / 1000))


def _plain(cell: Any) -> str:
    return printable(str(cell)).replace("[", "\\[")
