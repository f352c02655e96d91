"""`vls-media models`: the models of the model store. What does not ship is pulled by name from a place of your choice.

With --json one line a model (list, pull, warm) or a file (verify).
"""

import json
import time
from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any

import typer

from processors.cli.console import complain, fail, printable, stdout
from processors.cli.environment import settings
from processors.cli.failures import Failure, attempt

if TYPE_CHECKING:
    from ml.models.manifest import ModelFile, ModelSpec
    from ml.store import ModelStore

app = typer.Typer(no_args_is_help=True, help="List, pull, verify and warm up the models of the model store.")

AsJson = Annotated[bool, typer.Option("--json", help="One JSON object a line.")]
Names = Annotated[list[str], typer.Argument(metavar="NAME...", help="name, or name@version.")]


def _store() -> "ModelStore":
    from ml.store import ModelStore

    chosen = settings()
    store = attempt(partial(ModelStore, chosen.models, chosen.models_pulled, chosen.model_device))
    return fail(str(store)) if isinstance(store, Failure) else store


@app.command("list")
def list_models(*, as_json: AsJson = False) -> None:
    """Every model of the manifest: what for, licence, source, whether it is here, and what it is chosen for."""
    store, choice = _store(), settings().model_choice()
    places: dict[str, list[str]] = {}
    for place, name in choice.chosen():
        spec = attempt(partial(store.spec, name))
        if isinstance(spec, Failure):
            complain(f"chosen for {place}: {spec}")
        else:
            places.setdefault(spec.title, []).append(place)
    for spec in store.specs:
        size = sum(file.bytes for file in spec.files)
        here = all(store.path(spec, file).is_file() for file in spec.files)
        state = "ships" if spec.shipped else "here" if here else "to pull"
        used = places.get(spec.title, [])
        fields = {
            "name": spec.name,
            "version": spec.version,
            "task": str(spec.task),
            "format": str(spec.format),
            "licence": spec.licence,
            "source": spec.source,
            "note": spec.note,
            "sha256": spec.digest,
            "bytes": size,
            "state": state,
            "chosen_for": used,
        }
        chosen = f"; chosen for {', '.join(used)}" if used else ""
        lines = [
            f"{spec.title}  {spec.task}, {spec.format}, {size / 1e6:.1f} MB, {state}{chosen}",
            f"  licence: {spec.licence}",
            f"  source: {spec.source}",
            *([f"  {spec.note}"] if spec.note else []),
        ]
        _tell(fields, lines, as_json=as_json)


@app.command()
def pull(
    names: Names,
    *,
    source: Annotated[
        str,
        typer.Option(
            "--from", envvar="VLS_MODELS_FROM", metavar="FOLDER_OR_URL", help="A folder, s3://..., or https://..."
        ),
    ],
    as_json: AsJson = False,
) -> None:
    """Bring models that do not ship: each file is checked against the manifest's sha256 before it is put in place."""
    from ml.models.pulling import pull as put_in_place
    from processors.cli.model_sources import read_from

    store = _store()
    read = attempt(partial(read_from, source, settings().s3()))
    if isinstance(read, Failure):
        fail(str(read))
    failed = False
    for name in names:
        brought = attempt(partial(put_in_place, store, name, read))
        if isinstance(brought, Failure):
            failed = True
            _tell({"model": name, "error": brought.as_json()}, [], as_json=as_json)
            complain(str(brought))
            continue
        spec = store.spec(name)
        fields = {"model": spec.title, "licence": spec.licence, "files": [str(path) for path in brought]}
        lines = [f"{spec.title}: {path}" for path in fields["files"]] or [f"{spec.title}: here already"]
        _tell(fields, [*lines, f"  licence: {spec.licence}"], as_json=as_json)
    if failed:
        raise typer.Exit(1)


@app.command()
def verify(*, as_json: AsJson = False) -> None:
    """Every file of every model beside the manifest: ok, missing, wrong, or not pulled.

    Status 1 when one is missing or wrong.
    """
    store = _store()
    bad = False
    for spec in store.specs:
        absent = not any(store.path(spec, file).exists() for file in spec.files)
        for file in spec.files:
            state = "not pulled" if absent and not spec.shipped else _state(store, spec, file)
            bad |= state not in {"ok", "not pulled"}
            path = store.path(spec, file)
            fields = {"model": spec.title, "file": str(path), "sha256": file.sha256, "state": state}
            _tell(fields, [f"{state:<10}  {spec.title}  {path}"], as_json=as_json)
    if bad:
        raise typer.Exit(1)


@app.command()
def warm(*, as_json: AsJson = False) -> None:
    """Open each configured model and run it once, as a worker does at its start. Status 1 when one does not run."""
    store, choice = _store(), settings().model_choice()
    specs = attempt(partial(store.chosen, choice))
    if isinstance(specs, Failure):
        fail(str(specs))
    failed = False
    for title in dict.fromkeys(spec.title for spec in specs.values()):
        started = time.monotonic()
        loaded = attempt(partial(store.load, title))
        seconds = round(time.monotonic() - started, 3)
        places = [place for place, spec in specs.items() if spec.title == title]
        fields: dict[str, Any] = {"model": title, "chosen_for": places, "seconds": seconds}
        if isinstance(loaded, Failure):
            failed = True
            _tell({**fields, "error": loaded.as_json()}, [], as_json=as_json)
            complain(str(loaded))
        else:
            _tell(fields, [f"{title}: opened and run in {seconds:.2f} s, for {', '.join(places)}"], as_json=as_json)
    if failed:
        raise typer.Exit(1)


def _state(store: "ModelStore", spec: "ModelSpec", file: "ModelFile") -> str:
    from ml.models.pulling import is_in_place

    if not store.path(spec, file).exists():
        return "missing"
    return "ok" if is_in_place(store, spec, file) else "wrong"


def _tell(fields: Mapping[str, Any], lines: list[str], *, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(fields))
        return
    for line in lines:
        stdout().print(printable(line), markup=False)
