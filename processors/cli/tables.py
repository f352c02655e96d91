"""Tables of runs for a person."""

from collections.abc import Iterable

from rich.console import Console
from rich.table import Table

from processors.reference.jobs import JobView


def show_runs(console: Console, views: Iterable[JobView]) -> None:
    """How each run ended: tasks, cache hits, work done, time."""
    table = Table(box=None, pad_edge=False)
    table.add_column("stage")
    table.add_column("job")
    table.add_column("ended")
    for name in ("tasks", "failed", "cache hits", "CPU s", "seconds"):
        table.add_column(name, justify="right")
    for view in views:
        completion = view.completion
        if completion is None:
            ended = "refused" if view.rejection is not None else "open"
            table.add_row(str(view.job.stage), view.job.job_id, ended, "", "", "", "", "")
            continue
        table.add_row(
            str(view.job.stage),
            view.job.job_id,
            str(completion.status),
            str(completion.tasks_total),
            str(completion.tasks_failed),
            str(completion.cache_hits),
            f"{completion.cpu_seconds:.1f}",
            f"{(completion.ended_ms - completion.started_ms) / 1000:.1f}",
        )
    console.print(table)
