"""Waiting for jobs, on the screen."""

from collections.abc import Callable, Sequence

import typer

from processors.cli.screen import Screen
from processors.cli.tables import show_runs
from processors.reference.backend import ReferenceBackend
from processors.reference.jobs import Job
from processors.reference.listing import why_failed


def wait_for(
    backend: ReferenceBackend, jobs: Sequence[Job], screen: Screen, idle: Callable[[], None] | None = None
) -> None:
    """Show how these jobs advance, until each has ended and its events are in."""
    with screen.following(backend.watch(jobs)):
        for update in backend.follow(jobs, idle=idle or (lambda: None)):
            screen.show(update.view)


def follow_jobs(backend: ReferenceBackend, jobs: Sequence[Job]) -> None:
    """Follow these jobs and say how they ended; exit status 1 where one has no result."""
    screen = Screen()
    wait_for(backend, jobs, screen)
    views = backend.watch(jobs)
    show_runs(screen.console, views)
    reasons = [f"{view.job.stage} {view.job.job_id}: {why}" for view in views if (why := why_failed(view)) is not None]
    for reason in reasons:
        screen.say(f"error: {reason}", "bold red")
    if reasons:
        raise typer.Exit(1)
