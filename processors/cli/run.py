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
    from processors.service import Service

    stage = importlib.import_module(f"processors.{processor}").make_stage(settings)
    raise typer.Exit(Service(stage, settings).run())
