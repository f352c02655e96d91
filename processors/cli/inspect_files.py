"""`vls-media inspect`: what photos, rooms, music and videos are, from the files alone.

With --json one line a file, in the order given: `file` as it was given, then the record's fields, or `error`.
"""

import json
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from processors.cli.console import fail, printable, stdout
from processors.cli.failures import Failure, attempt
from processors.cli.summaries import audio_summary, photo_summary, room_summary, video_summary

if TYPE_CHECKING:  # the libraries are heavy, and each command needs but one
    from render.checks import Expectation

app = typer.Typer(no_args_is_help=True, help="Say what photos, music and videos are: no Kafka needed.")

# Text and not Path: a path is echoed as it was given, and Path would tidy it up.
Files = Annotated[list[str], typer.Argument(metavar="FILE...", help="The files.")]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object a line for each file.")]
Record = dict[str, Any]


@app.command()
def photo(
    files: Files,
    *,
    as_json: AsJson = False,
    models: Annotated[
        Path | None, typer.Option(envvar="VLS_MODELS", help="Folder of the models; unset: those that ship.")
    ] = None,
) -> None:
    """What each photo shows and how good it is: the record of the event media.photo.classified.

    The settings VLS_MODEL_... choose the models, as for the classifier.
    """
    from ml.inspect import MODELS, inspect_photo
    from ml.store import store_of
    from processors.cli.environment import settings as environment

    settings = environment()

    def record(path: Path) -> Record:
        store = store_of(models or MODELS, settings.models_pulled, settings.model_device)
        return inspect_photo(path, store.load_chosen(settings.model_choice())).model_dump(mode="json")

    _inspect(files, record, photo_summary, as_json=as_json)


@app.command()
def audio(files: Files, *, as_json: AsJson = False) -> None:
    """Duration, tempo with alternatives and confidence, beats and downbeats in seconds."""
    from render.audio import analyse

    _inspect(files, lambda path: analyse(path).model_dump(mode="json"), audio_summary, as_json=as_json)


@app.command()
def video(
    files: Files,
    *,
    as_json: AsJson = False,
    timeline: Annotated[
        Path | None,
        typer.Option(
            help="The timeline that the video was made by (OUT.json): the checks that need a plan apply then."
        ),
    ] = None,
    strict: Annotated[bool, typer.Option("--strict", help="Exit with status 1 when a quality check fails.")] = False,
) -> None:
    """Streams, frame count, and every quality check with its number and limit: the whole file is decoded for it.

    Any video will do, also one that was made elsewhere. Without its timeline, checks that need a plan say
    not_applicable.
    """
    plan = _timeline(timeline) if timeline is not None else None
    passed = True

    def record(path: Path) -> Record:
        nonlocal passed
        found = _video_record(path, plan)
        passed &= found["quality"]["passed"]
        return found

    _inspect(files, record, video_summary, as_json=as_json)
    if strict and not passed:
        raise typer.Exit(1)


@app.command()
def room(
    files: Files,
    *,
    as_json: AsJson = False,
    overlay: Annotated[
        Path | None,
        typer.Option(help="Draw a 1 m grid, walls and openings on the photo, and its plan; several: OUT-NAME.png."),
    ] = None,
    ceiling_cm: Annotated[
        float | None, typer.Option(min=180, max=600, help="Height of the ceiling, where it is known.")
    ] = None,
    one_shoot: Annotated[
        bool,
        typer.Option(
            "--one-shoot",
            help="The photos share a focal length; unset: those that their files say one camera took on one day.",
        ),
    ] = False,
    keep_out: Annotated[
        Path | None,
        typer.Option(help="JSON: polygons in pixels of floor to leave free, for all photos or by name."),
    ] = None,
    models: Annotated[
        Path | None, typer.Option(envvar="VLS_MODELS", help="Folder of the models; unset: those that ship.")
    ] = None,
) -> None:
    """The room in each photo, in metres: camera, scale, floor, walls, openings, and how sure each of them is.

    The settings VLS_MODEL_SEGMENTATION and VLS_MODEL_LINES choose the models.
    """
    from processors.cli.inspect_rooms import RoomInspector
    from processors.cli.staging_options import keep_outs_of

    given = attempt(partial(keep_outs_of, keep_out))
    if isinstance(given, Failure):
        fail(str(given))
    if overlay is not None and overlay.suffix.lower() != ".png":
        raise typer.BadParameter("the picture is a PNG: name it so", param_hint="--overlay")
    inspector = RoomInspector(
        [Path(file) for file in files],
        overlay,
        None if ceiling_cm is None else ceiling_cm / 100,
        given,
        models,
        one_shoot=one_shoot,
    )
    _inspect(files, inspector.record, room_summary, as_json=as_json)


def _timeline(path: Path) -> "Expectation":
    from pydantic import ValidationError

    from render.checks.planned import expectation_of
    from schemas.video import Timeline

    try:
        return expectation_of(Timeline.model_validate_json(path.read_bytes()))
    except OSError as error:
        fail(f"{path}: {error.strerror}")
    except ValidationError as error:
        first = error.errors()[0]
        fail(f"{path} is no timeline: {'.'.join(map(str, first['loc'])) or 'it'}: {first['msg']}")


def _video_record(path: Path, plan: "Expectation | None") -> Record:
    """The report and its streams; frames that do not decode are the report's content and an error as well."""
    from render.checks import inspect_video

    report = inspect_video(path, plan)
    streams: list[Record] = [
        {
            "kind": "video",
            "codec": report.codec,
            "width": report.width,
            "height": report.height,
            "pixel_format": report.pixel_format,
            "fps": f"{report.fps_numerator}/{report.fps_denominator}",
            "frames": report.frames,
            "duration_s": report.duration_s,
        }
    ]
    if report.audio_codec is not None:
        streams.append(
            {
                "kind": "audio",
                "codec": report.audio_codec,
                "rate_hz": report.audio_rate_hz,
                "channels": report.audio_channels,
                "duration_s": report.audio_duration_s,
            }
        )
    record = {**report.model_dump(mode="json"), "streams": streams}
    if not report.decodes:
        record["error"] = Failure("video_unreadable", f"{path.name}: {report.fault}").as_json()
    return record


def _inspect(
    files: Sequence[str], work: Callable[[Path], Record], summary: Callable[[Record], list[str]], *, as_json: bool
) -> None:
    """Each file by itself, its answer printed as soon as it is there; status 1 when any failed."""
    failed = False
    for file in files:
        answer = attempt(partial(work, Path(file)))
        record = {"error": answer.as_json()} if isinstance(answer, Failure) else answer
        failed |= "error" in record
        if as_json:
            # ASCII alone, so that names in any encoding survive the pipe.
            typer.echo(json.dumps({"file": file, **record}))
        else:
            _show(file, record, [] if isinstance(answer, Failure) else summary(record))
    if failed:
        raise typer.Exit(1)


def _show(file: str, record: Record, lines: Sequence[str]) -> None:
    console = stdout()
    console.print(printable(file), style="bold", markup=False)
    for line in lines:
        console.print(f"  {printable(line)}", markup=False)
    if "error" in record:
        console.print(
            printable(f"  {record['error']['code']}: {record['error']['message']}"), style="red", markup=False
        )
