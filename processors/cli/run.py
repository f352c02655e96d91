"""`vls-media run STAGE`: one process of a consumer group."""

import importlib
from enum import StrEnum
from typing import Annotated

import typer

app = typer.Typer()


class Processor(StrEnum):
    """What can be run."""

    CLASSIFIER = "classifier"
    CLIPPER = "clipper"
    RENDERER = "renderer"
    STAGER = "stager"
    PROGRESS = "progress"


@app.command()
def run(processor: Annotated[Processor, typer.Argument(help="Which processor.")]) -> None:
    """Run one processor until SIGTERM or Ctrl-C. Settings come from the environment, see processors/settings.py."""
    from processors.logs import set_up_logging
    from processors.settings import Settings

    settings = Settings()
    set_up_logging(settings.log_level)
    if processor is Processor.PROGRESS:
        progress = importlib.import_module("processors.progress.app")
        raise typer.Exit(progress.run(settings))
    from ml.errors import MediaError
    from processors.cli.console import fail
    from processors.service import Service

    try:
        stage = importlib.import_module(f"processors.{processor}").make_stage(settings)
    except MediaError as error:
        # A model or an engine that is not there: it is the operator's to mend, and a sentence says how.
        fail(f"{error.code}: {error}")
    raise typer.Exit(Service(stage, settings).run())
