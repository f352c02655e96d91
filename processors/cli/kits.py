"""`vls-media kits`: the design kits that ship. A sheet shows a kit's rooms and materials; no photo is needed.

With --json one line a kit (list), or the whole kit as JSON (show).
"""

import json
import os
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from processors.cli.console import bar, fail, printable, stdout
from processors.cli.failures import Failure, attempt

if TYPE_CHECKING:
    from ml.staging.kits import Kit
    from ml.staging.room import Room

app = typer.Typer(no_args_is_help=True, help="List design kits, show one, draw a sheet of its rooms and materials.")

AsJson = Annotated[bool, typer.Option("--json", help="JSON.")]
Name = Annotated[str, typer.Argument(metavar="KIT", help="name, name@version, or a YAML file of your own.")]
T = TypeVar("T")


@app.command("list")
def list_kits(*, as_json: AsJson = False) -> None:
    """Every kit: name, version, the rooms that it furnishes, and what tells it from the others."""
    from ml.staging import kits

    for name in kits.list_kits():
        kit = _or_fail(attempt(partial(kits.load_kit, name)))
        rooms = _rooms(kit)
        if as_json:
            fields = {"name": kit.name, "version": kit.version, "title": kit.title, "about": kit.about, "rooms": rooms}
            typer.echo(json.dumps(fields))
            continue
        stdout().print(printable(f"{kit.title_with_version:<18} {kit.about}"), markup=False)
        stdout().print(printable(f"{'':<18} {', '.join(rooms)}"), markup=False)


@app.command()
def show(kit: Name, *, as_json: AsJson = False) -> None:
    """A kit in full: palette, materials, textiles, light, decor, and the slots of each room."""
    import yaml

    found = _kit(kit)
    content = found.model_dump(mode="json", exclude_none=True)
    typer.echo(json.dumps(content) if as_json else yaml.safe_dump(content, sort_keys=False, width=120).rstrip())


@app.command()
def sheet(
    kit: Annotated[
        str | None, typer.Argument(metavar="[KIT]", help="name, name@version, or a YAML file of your own.")
    ] = None,
    *,
    out: Annotated[Path, typer.Option("-o", "--out", metavar="PNG", help="The picture to write.")],
    every: Annotated[bool, typer.Option("--all", help="All kits below one another, three rooms each.")] = False,
    width: Annotated[int, typer.Option(min=600, max=4096, help="Of the sheet, in pixels.")] = 1440,
    samples: Annotated[int, typer.Option(min=1, max=256, help="A pixel.")] = 8,
) -> None:
    """Draw six rooms of a kit in a made room, with its colours and materials. Needs the renderer, and no photo."""
    from ml.staging import sheets
    from ml.staging.kits import list_kits as names
    from ml.staging.kits import load_kit

    if every == (kit is not None):
        fail("name one kit, or --all")
    if out.suffix.lower() != ".png":
        fail(f"a sheet is a PNG; found {out.name!r}")
    threads = max(1, min(2, os.cpu_count() or 1))
    if kit is not None:
        chosen = _kit(kit)
        with bar("sheet") as report:
            draw = partial(sheets.kit_sheet, chosen, width, samples=samples, threads=threads, progress=report)
            picture = _or_fail(attempt(draw))
    else:
        all_kits = [_or_fail(attempt(partial(load_kit, name))) for name in names()]
        with bar("sheet") as report:
            draw = partial(sheets.kits_sheet, all_kits, width, samples=samples, threads=threads, progress=report)
            picture = _or_fail(attempt(draw))
    _or_fail(attempt(partial(_write, picture, out)))
    typer.echo(json.dumps({"file": str(out), "width": picture.shape[1], "height": picture.shape[0]}))


@app.command()
def pieces(
    kit: Name,
    *,
    photo: Annotated[Path, typer.Option(metavar="PHOTO", help="Of an empty room with much free floor.")],
    out: Annotated[Path, typer.Option("-o", "--out", metavar="DIR", help="Folder for a PNG a design.")],
    kind: Annotated[
        list[str] | None, typer.Option(help="Of furniture; again for more. Unset: the ten that fill the frame.")
    ] = None,
    samples: Annotated[int, typer.Option(min=1, max=256, help="A pixel.")] = 8,
) -> None:
    """Show pieces of a kit inside a real photo, each from three sides. One JSON line a design."""
    from ml.staging.engines import engine_named
    from ml.staging.sheets import three_sides

    chosen = _kit(kit)
    pixels, room = _or_fail(attempt(partial(_room_of, photo)))
    out.mkdir(parents=True, exist_ok=True)
    threads = max(1, min(2, os.cpu_count() or 1))
    engine = _or_fail(attempt(partial(engine_named, "cpu")))
    well = True
    for option in three_sides.options_of(chosen, tuple(kind) if kind else three_sides.FIRST_KINDS):
        show = partial(three_sides.shown_in, pixels, room, chosen, option, engine, samples=samples, threads=threads)
        answer = attempt(show)
        line: dict[str, Any] = {"kind": option.kind, "design": option.design}
        if isinstance(answer, Failure):
            well = False
            typer.echo(json.dumps({**line, "error": answer.as_json()}))
            continue
        path = out / f"{option.kind}.{option.design}.png"
        _or_fail(attempt(partial(_write, answer, path)))
        typer.echo(json.dumps({**line, "file": path.name}))
    if not well:
        raise typer.Exit(1)


def _room_of(photo: Path) -> tuple[Any, "Room"]:
    from ml.decode import decode_photo
    from ml.staging.looking import look_at
    from ml.staging.room.understand import understand
    from processors.cli.make_staging import _models

    pixels = decode_photo(photo).pixels
    look = look_at(pixels, _models())
    return pixels, understand(pixels, look.segmentation, lines=look.lines)


def _write(picture: Any, out: Path) -> None:
    from PIL import Image

    Image.fromarray(picture).save(out, "PNG")


def _kit(text: str) -> "Kit":
    from processors.cli.staging_options import kit_of

    return _or_fail(attempt(partial(kit_of, text)))


def _rooms(kit: "Kit") -> list[str]:
    """What may be asked for with --room."""
    from ml.staging.sheets import rooms_of

    return [room.value for room in rooms_of(kit)]


def _or_fail(answer: T | Failure) -> T:
    if isinstance(answer, Failure):
        fail(str(answer))
    return answer
