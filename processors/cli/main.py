"""`vls-media`: every command of the service. A command's module is imported only when that command is called."""

import importlib
from dataclasses import dataclass
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup


@dataclass(frozen=True, slots=True)
class Entry:
    """Where a command is: `module:attribute` names its typer app; an app of one command is that command."""

    app: str
    about: str


COMMANDS = {
    "demo": Entry(
        "processors.cli.demo:app", "Make a listing's clips and video with everything in one place, no servers."
    ),
    "inspect": Entry("processors.cli.inspect_files:app", "Say what photos, music and videos are: no Kafka needed."),
    "make": Entry(
        "processors.cli.make_files:app", "Make a clip, a video or furnished photos from files: no Kafka needed."
    ),
    "run": Entry("processors.cli.run:app", "Run one processor: classifier, stager, clipper, renderer or progress."),
    "submit": Entry("processors.cli.submit:app", "Send a command."),
    "follow": Entry("processors.cli.follow:app", "Watch a job until it ends."),
    "cancel": Entry("processors.cli.cancel:app", "Ask to end a job."),
    "jobs": Entry("processors.cli.jobs:app", "List runs from the ledger."),
    "replay": Entry("processors.cli.replay:app", "Do jobs again as new runs and compare what comes out."),
    "dead-letters": Entry("processors.cli.dead_letters:app", "List and show records that could not be processed."),
    "ledger": Entry("processors.cli.ledger:app", "Bring the ledger to the schema that this code expects."),
    "topics": Entry("processors.cli.topics:app", "Compare the broker's topics with topics.yaml, and apply it."),
    "schemas": Entry(
        "processors.cli.schema_registry:app", "Check the schemas against the released ones, register them."
    ),
    "models": Entry("processors.cli.models:app", "List, pull, verify and warm up the models of the model store."),
    "kits": Entry("processors.cli.kits:app", "List design kits, show one, draw a sheet of its rooms and materials."),
    "doctor": Entry("processors.cli.doctor:app", "Say what is missing on this machine and how to get it."),
}


class LazyGroup(TyperGroup):
    """A group that knows its commands' names and sentences, and imports one when it is called."""

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002  the base class's form
        """The names, in the order of help."""
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ARG002
        """A stand-in with name and sentence: enough for help, and nothing is imported."""
        entry = COMMANDS.get(cmd_name)
        return None if entry is None else TyperCommand(name=cmd_name, help=entry.about)

    def resolve_command(self, ctx: Any, args: list[str]) -> tuple[Any, Any, list[str]]:
        """The command itself, with its module imported."""
        name, _, rest = super().resolve_command(ctx, args)
        return name, load(COMMANDS[str(name)], str(name)), rest


def load(entry: Entry, name: str) -> Any:
    """Import a command. Raises ImportError when what it needs is not installed."""
    module, _, attribute = entry.app.partition(":")
    command = typer.main.get_command(getattr(importlib.import_module(module), attribute))
    command.name = name
    return command


app = typer.Typer(cls=LazyGroup, no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)


@app.callback()
def _root() -> None:
    """Media engine of Virtual Listing Studio."""


def main() -> None:
    """The entry point of the console script."""
    app()


if __name__ == "__main__":
    main()
