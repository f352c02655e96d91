"""`vls-media submit`: puts a command on its topic."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import ValidationError

from processors.cli.failing import plain_failures
from processors.cli.following import follow_jobs
from processors.reference.photos import NoPhotosError, classify_command, find_photos, listing_id_of
from schemas.commands import ClassifyPhotos, GenerateClips, RenderVideo, StagePhotos
from schemas.record import Command

COMMANDS: dict[str, type[Command]] = {
    command.__name__: command for command in (ClassifyPhotos, StagePhotos, GenerateClips, RenderVideo)
}
app = typer.Typer()


class CommandFileError(ValueError):
    """A file that is not a command; the message names the field and the reason."""


@app.command()
def submit(
    *,
    file: Annotated[
        Path | None, typer.Argument(help='JSON: {"command": "ClassifyPhotos", ...fields}; - for standard input.')
    ] = None,
    classify: Annotated[
        Path | None, typer.Option(help="Instead of a file: classify the photos of this folder.")
    ] = None,
    listing: Annotated[str | None, typer.Option(help="With --classify: the listing's id; unset: the folder.")] = None,
    traceparent: Annotated[str | None, typer.Option(help="W3C trace that the job belongs to.")] = None,
    follow: Annotated[bool, typer.Option("--follow", help="Wait for the job's end.")] = False,
) -> None:
    """Send a command, checked against the contract, to the broker of the settings; prints the job's id.

    The processors must be allowed to read the places that it names (VLS_ALLOWED_SOURCES).
    """
    if (file is None) == (classify is None):
        raise typer.BadParameter("give either a FILE or --classify FOLDER")
    try:
        if classify is not None:
            command: Command = classify_command(listing or listing_id_of(classify), find_photos(classify))
        else:
            command = read_command(_text_of(file or Path("-")))
    except (CommandFileError, NoPhotosError) as error:
        raise typer.BadParameter(str(error)) from error
    with plain_failures():
        _send(command, traceparent, follow=follow)


def read_command(text: str) -> Command:
    """A command from JSON; `command` names its type, which otherwise follows from the fields where only one fits.

    Raises CommandFileError.
    """
    try:
        document: Any = json.loads(text)
    except ValueError as error:
        raise CommandFileError(f"this is not JSON: {error}") from error
    if not isinstance(document, dict):
        raise CommandFileError(f"a command is a JSON object, this is a {type(document).__name__}")
    fields = dict(document)
    name = fields.pop("command", None)
    if name not in COMMANDS:
        asked = "no type" if name is None else repr(name)
        raise CommandFileError(f'"command" must be one of {", ".join(COMMANDS)}; found {asked}')
    try:
        return COMMANDS[name].model_validate(fields)
    except ValidationError as error:
        problems = "; ".join(
            f"{'.'.join(map(str, problem['loc'])) or name}: {problem['msg']}"
            for problem in error.errors(include_url=False)
        )
        raise CommandFileError(f"{name} breaks the contract: {problems}") from error


def _send(command: Command, traceparent: str | None, *, follow: bool) -> None:
    from processors.reference.backend import ReferenceBackend
    from processors.settings import Settings

    with ReferenceBackend(Settings()) as backend:
        job = backend.send(command, traceparent)
        typer.echo(job.job_id)
        if follow:
            follow_jobs(backend, [job])


def _text_of(file: Path) -> str:
    try:
        return typer.get_text_stream("stdin").read() if str(file) == "-" else file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise CommandFileError(f"{file} cannot be read: {error}") from error
