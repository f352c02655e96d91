"""`vls-media replay`: sends commands again as new runs, and says whether the same came out."""

import json
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from processors.cli.failing import plain_failures
from processors.cli.following import wait_for
from processors.cli.ledger_access import usable_ledger
from processors.cli.screen import Screen, wide_console
from processors.cli.stages import StageOption
from processors.coding import open_codec
from processors.engine.artifacts import ArtifactStore
from processors.engine.artifacts.opening import open_store
from processors.engine.ledger import Ledger
from processors.engine.wire import Codec
from processors.reference.backend import ReferenceBackend
from processors.reference.jobs import Job, JobView
from processors.reference.listing import why_failed
from processors.reference.outcomes import outcomes_of
from processors.reference.reading import TopicReader
from processors.reference.replaying import (
    Difference,
    Selection,
    compare,
    original_completion,
    select_records,
    select_runs,
)
from processors.reference.stack import EmbeddedStack
from processors.settings import Settings
from schemas.jobs import Stage
from schemas.topics import Role, UnknownTopicError, load_topics

app = typer.Typer()


@app.command()
def replay(
    *,
    job: Annotated[list[str] | None, typer.Option(help="A job of the ledger; may be given more than once.")] = None,
    listing: Annotated[str | None, typer.Option(help="Every job of a listing, from the ledger.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="Every job of the ledger.")] = False,
    topic: Annotated[str | None, typer.Option(help="The commands on this topic, from --from on.")] = None,
    since: Annotated[str | None, typer.Option("--from", help="Moment, such as 2026-01-31T12:00 (UTC), or ms.")] = None,
    stage: Annotated[StageOption | None, typer.Option(help="Of this stage alone.")] = None,
    embedded: Annotated[
        bool, typer.Option("--embedded", help="On what the demo left, with a broker of its own.")
    ] = False,
    state: Annotated[Path, typer.Option(help="With --embedded: the demo's folder.")] = Path(".demo"),
    as_json: Annotated[bool, typer.Option("--json", help="One JSON line a run instead of the table.")] = False,
) -> None:
    """Do jobs again as new runs: the same command bytes, in the same trace; what has not changed comes from the cache.

    Says for each run how many tasks came from the cache, the work done, and whether every artifact has the same bytes.
    The exit status is 1 when something came out otherwise.
    """
    _check_choice(job, listing, topic, since, everything=everything, embedded=embedded)
    if embedded and not (state / "ledger.db").is_file():
        raise typer.BadParameter(f"{state} has no ledger: run `vls-media demo` first", param_hint="--state")
    chosen = Stage(stage) if stage is not None else None
    with plain_failures(), ExitStack() as stack:
        embedded_stack = stack.enter_context(EmbeddedStack(state)) if embedded else None
        settings = embedded_stack.settings if embedded_stack is not None else Settings()
        codec = open_codec(settings)
        of_topic = _from_topic(settings, codec, topic, _moment_ms(since or "0")) if topic is not None else None
        ledger = stack.enter_context(usable_ledger(settings.ledger_url))
        with ledger.transaction() as connection:
            selection = of_topic or select_runs(connection, job_ids=job or (), listing_id=listing, stage=chosen)
        for reason in selection.skipped:
            typer.echo(f"skipped: {reason}", err=True)
        if not selection.commands:
            typer.secho("error: there is nothing to replay", fg=typer.colors.RED, err=True)
            raise typer.Exit(1)
        backend = stack.enter_context(ReferenceBackend(settings))
        if embedded_stack is not None:
            embedded_stack.wait_ready()
        views = _run_again(backend, selection, embedded_stack, quiet=as_json)
        rows = list(_compared(views, ledger, codec, open_store(settings.artifacts_url, settings.s3())))
    _report(rows, as_json=as_json)
    if any(why_failed(view) is not None and difference is None for view, difference in rows) or any(
        difference is not None and not difference.same for _, difference in rows
    ):
        raise typer.Exit(1)


Rows = list[tuple[JobView, Difference | None]]


def _run_again(
    backend: ReferenceBackend, selection: Selection, stack: EmbeddedStack | None, *, quiet: bool
) -> list[JobView]:
    jobs: Sequence[Job] = [
        backend.send_again(command.stage, command.job_id, command.value, command.traceparent)
        for command in selection.commands
    ]
    screen = Screen(Console(quiet=True) if quiet else None)
    wait_for(backend, jobs, screen, stack.check if stack is not None else None)
    return backend.watch(jobs)


def _compared(
    views: Sequence[JobView], ledger: Ledger, codec: Codec, store: ArtifactStore
) -> Iterator[tuple[JobView, Difference | None]]:
    """Each run beside the job's own; None where there is nothing to put beside it."""
    for view in views:
        with ledger.transaction() as connection:
            before = original_completion(connection, codec, view.job.stage, view.job.job_id)
        if before is None or view.completion is None:
            yield view, None
        else:
            yield view, compare(outcomes_of(before, store), outcomes_of(view.completion, store))


def _from_topic(settings: Settings, codec: Codec, topic: str, since_ms: int) -> Selection:
    """The commands between a moment and the topic's end as it is now: what we send ourselves lies beyond it."""
    try:
        spec = load_topics()[topic]
    except UnknownTopicError as error:
        raise typer.BadParameter(str(error.args[0]), param_hint="--topic") from error
    if spec.role is not Role.COMMANDS or spec.stage is None:
        raise typer.BadParameter(f"{topic} is not a topic of commands", param_hint="--topic")
    reader = TopicReader(settings.kafka(), [topic], since_ms)
    try:
        ends = reader.ends()
        records = [r for r in reader.until(ends, timeout_s=600.0) if r.offset < ends[r.source]]
    finally:
        reader.close()
    return select_records(records, spec.stage, codec)


def _check_choice(
    job: list[str] | None,
    listing: str | None,
    topic: str | None,
    since: str | None,
    *,
    everything: bool,
    embedded: bool,
) -> None:
    ways = sum((bool(job), listing is not None, topic is not None, everything))
    if ways != 1:
        raise typer.BadParameter("give one of --job, --listing, --all and --topic")
    if (topic is None) != (since is None):
        raise typer.BadParameter("--topic and --from go together")
    if topic is not None and embedded:
        raise typer.BadParameter("the embedded broker keeps no topics between runs: use --job, --listing or --all")
    if since is not None:
        _moment_ms(since)


def _moment_ms(text: str) -> int:
    if text.isdecimal():
        return int(text)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise typer.BadParameter(f"{text!r} is no moment; write 2026-01-31T12:00", param_hint="--from") from error
    return round((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp() * 1000)


def _report(rows: Rows, *, as_json: bool) -> None:
    if as_json:
        for view, difference in rows:
            typer.echo(json.dumps(_as_json(view, difference)))
        return
    table = Table(box=None, pad_edge=False)
    for name in ("stage", "job", "ended", "tasks", "cache hits", "failed", "CPU s", "written", "compared"):
        table.add_column(
            name, overflow="fold", justify="right" if name in {"tasks", "cache hits", "failed"} else "left"
        )
    for view, difference in rows:
        completion = view.completion
        ended = why_failed(view) or (str(completion.status) if completion is not None else "open")
        if difference is None or completion is None:
            table.add_row(str(view.job.stage), view.job.job_id, ended, "", "", "", "", "", "nothing to compare with")
            continue
        told = f"{difference.alike} tasks alike, {difference.identical} artifacts identical"
        if difference.differing:
            told += "; " + "; ".join(difference.differing[:5]) + (" ..." if len(difference.differing) > 5 else "")
        table.add_row(
            str(view.job.stage),
            view.job.job_id,
            ended,
            str(difference.tasks),
            str(difference.cache_hits),
            str(difference.failed),
            f"{difference.cpu_seconds:.1f}",
            f"{difference.bytes_written} B",
            told,
        )
    wide_console().print(table)


def _as_json(view: JobView, difference: Difference | None) -> dict[str, object]:
    document: dict[str, object] = {
        "stage": str(view.job.stage),
        "job_id": view.job.job_id,
        "run_id": view.job.run_id,
        "status": str(view.completion.status) if view.completion is not None else "rejected",
    }
    if difference is not None:
        document |= {
            "tasks": difference.tasks,
            "cache_hits": difference.cache_hits,
            "failed": difference.failed,
            "cpu_seconds": difference.cpu_seconds,
            "bytes_written": difference.bytes_written,
            "tasks_alike": difference.alike,
            "artifacts_identical": difference.identical,
            "differing": list(difference.differing),
        }
    return document
