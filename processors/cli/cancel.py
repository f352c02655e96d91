"""`vls-media cancel`: asks to end a job."""

from typing import Annotated

import typer
from pydantic import ValidationError

from processors.cli.failing import plain_failures
from processors.cli.stages import StageOption

app = typer.Typer()


@app.command()
def cancel(
    job_id: Annotated[str, typer.Argument(help="The job's id; it may not have been seen yet.")],
    stage: Annotated[StageOption, typer.Option(help="The stage that its command goes to.")],
    reason: Annotated[str, typer.Option(help="Why, for the completion.")] = "",
) -> None:
    """Ask to end a job. It ends with a completion that says cancelled; `follow` shows it."""
    from processors.reference.backend import ReferenceBackend
    from processors.settings import Settings
    from schemas.jobs import Cancel, Stage

    try:
        Cancel(job_id=job_id, stage=Stage(stage), reason=reason)
    except ValidationError as error:
        raise typer.BadParameter(f"{job_id!r} is no UUID in lower case", param_hint="JOB_ID") from error
    with plain_failures(), ReferenceBackend(Settings()) as backend:
        backend.cancel(job_id, Stage(stage), reason)
    typer.echo(f"asked to end {job_id}")
