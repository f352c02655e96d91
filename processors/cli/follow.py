"""`vls-media follow`: watches a job until it ends."""

from typing import Annotated

import typer

from processors.cli.failing import plain_failures
from processors.cli.following import follow_jobs
from processors.cli.stages import StageOption

app = typer.Typer()


@app.command()
def follow(
    job_id: Annotated[str, typer.Argument(help="The job's id.")],
    stage: Annotated[
        StageOption | None, typer.Option(help="The stage it went to; unset: the one that knows it.")
    ] = None,
) -> None:
    """Show how far a job is until it ends, or how it ended. A job that nobody has heard of is waited for."""
    from processors.reference.backend import ReferenceBackend
    from processors.reference.jobs import Job
    from processors.settings import Settings
    from schemas.jobs import Stage

    with plain_failures(), ReferenceBackend(Settings(), start="beginning") as backend:
        chosen = [Stage(stage)] if stage is not None else [Stage(name) for name in StageOption]
        jobs = [Job.live(name, job_id) for name in chosen]
        views = backend.watch(jobs)
        backend.catch_up()
        known = [view.job for view in views if view.ended or view.progress is not None or view.events]
        if not known:
            typer.echo(f"nothing has been heard of {job_id} yet; waiting for {' or '.join(chosen)}", err=True)
            known = [backend.first_heard(jobs)]
        follow_jobs(backend, known)
