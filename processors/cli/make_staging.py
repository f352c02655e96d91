"""`vls-media make staging`: photos of empty rooms, furnished, by the code that the stage runs.

One JSON line a photo on stdout, in the order given: `file`, then `status` and what was written, or `error`.
"""

import json
import os
import time
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from processors.cli.console import bar, fail
from processors.cli.failures import Failure, attempt

if TYPE_CHECKING:
    from ml.inspect import Models
    from ml.staging.engines import Engine
    from ml.staging.staging import Order
    from processors.cli.staging_options import KeepOuts

Record = dict[str, Any]
T = TypeVar("T")


def staging(
    photos: Annotated[list[Path], typer.Argument(metavar="PHOTO...", help="Photos of empty rooms.")],
    *,
    kit: Annotated[str, typer.Option(help="A kit by name, name@version, or a YAML file of your own.")],
    out: Annotated[Path, typer.Option("-o", "--out", metavar="DIR", help="Folder for what is made.")],
    room: Annotated[
        str | None,
        typer.Option(help="living, bedroom, dining, home_office, kids, open_plan; unset: as the photo suggests."),
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="Another seed chooses other designs.")] = 0,
    variations: Annotated[int, typer.Option(min=1, max=4, help="How many different ones to make.")] = 1,
    ceiling_cm: Annotated[int | None, typer.Option(help="Height of the ceiling, where it is known.")] = None,
    keep_out: Annotated[
        Path | None,
        typer.Option(help="JSON: polygons in pixels of floor to leave free, for all photos or by name."),
    ] = None,
    mask: Annotated[Path | None, typer.Option(help="A picture, white where the photo may be changed.")] = None,
    engine: Annotated[str, typer.Option(help="Which engine makes the picture.")] = "cpu",
    remove_furniture: Annotated[str, typer.Option(help="off, auto or on, for engines that can.")] = "off",
    samples: Annotated[int | None, typer.Option(min=1, max=1024, help="A pixel; unset: as many as it needs.")] = None,
    memory_mb: Annotated[int, typer.Option(min=500, help="Memory that the renderer may use.")] = 3500,
    timeout_s: Annotated[float, typer.Option(min=5, help="Seconds that one picture may take.")] = 600.0,
) -> None:
    """Furnish photos of empty rooms; a photo that cannot be furnished well comes back with its reasons."""
    from ml.staging.engines import Bounds, engine_named
    from ml.staging.staging import Order
    from processors.cli import staging_options as options

    chosen, cleared = options.room_of(room), options.removal_of(remove_furniture)
    ceiling = options.ceiling_of(ceiling_cm)
    made_by = _or_fail(attempt(partial(engine_named, engine)))
    _or_fail(attempt(made_by.identity))
    order = Order(
        kit=_or_fail(attempt(partial(options.kit_of, kit))),
        room=chosen,
        seed=seed,
        variations=variations,
        ceiling_m=ceiling,
        mask=_or_fail(attempt(partial(options.mask_of, mask))),
        removal=cleared,
        samples=samples,
        bounds=Bounds(timeout_s, memory_mb * 1_000_000, max(1, min(2, os.cpu_count() or 1))),
    )
    keep_outs = _or_fail(attempt(partial(options.keep_outs_of, keep_out)))
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        fail(f"{out} cannot be written: {error.strerror}")
    models = _or_fail(attempt(_models))
    if not _stage_all(photos, out, order, made_by, models, keep_outs):
        raise typer.Exit(1)


def _stage_all(
    photos: Sequence[Path], out: Path, order: "Order", engine: "Engine", models: "Models", keep_outs: "KeepOuts"
) -> bool:
    """Each photo by itself, its line printed as soon as it is done; False when any failed."""
    from processors.cli.staging_options import for_photo, names_of

    well = True
    with bar("staging") as report:
        for number, (photo, name) in enumerate(zip(photos, names_of(photos), strict=True)):
            own = replace(order, keep_out=for_photo(keep_outs, photo))
            answer = attempt(partial(_stage_one, photo, name, out, own, engine, models))
            record = {"error": answer.as_json()} if isinstance(answer, Failure) else answer
            well &= "error" not in record
            # ASCII alone, so that names in any encoding survive the pipe.
            typer.echo(json.dumps({"file": str(photo), **record}))
            report((number + 1) / len(photos))
    return well


def _stage_one(photo: Path, name: str, out: Path, order: "Order", engine: "Engine", models: "Models") -> Record:
    from ml.decode import decode_bytes, read_bytes
    from ml.opening import Limits
    from ml.staging import outputs
    from ml.staging.looking import look_at
    from ml.staging.room.exif import focal_35mm_of
    from ml.staging.staging import stage
    from ml.staging.suitability import size_reason

    started = time.perf_counter()
    limits = Limits()
    data = read_bytes(photo, limits)
    decoded = decode_bytes(data, photo.name, limits)
    unfit = size_reason(decoded.width, decoded.height)
    if unfit is not None:
        # Before all pixels are decoded: there may be very many.
        return {"status": "unstaged", "reasons": [unfit.as_json()]}
    pixels = decoded.pixels
    results = stage(pixels, look_at(pixels, models), order, engine, focal_35mm=focal_35mm_of(data, photo.name, limits))
    variations: list[Record] = []
    for result in results:
        called = name if result.variation == 0 else f"{name}.v{result.variation + 1}"
        record = outputs.record_of(result, sha256=decoded.sha256, kit=order.kit, seed=order.seed, engine=engine)
        written = [*outputs.write(result, called, out), outputs.write_record(record, called, out)]
        line = {key: record[key] for key in ("status", "reasons", "room")}
        variations.append({**line, "items": len(record["items"]), "files": [path.name for path in written]})
    summary = (
        dict(variations[0]) if len(variations) == 1 else {"status": _together(variations), "variations": variations}
    )
    return {**summary, "seconds": round(time.perf_counter() - started, 2)}


def _together(variations: Sequence[Record]) -> str:
    return "staged" if any(each["status"] == "staged" for each in variations) else "unstaged"


def _models() -> "Models":
    """As the settings choose them, VLS_MODEL_..."""
    from ml.inspect import MODELS
    from ml.store import store_of
    from processors.cli.environment import settings as environment

    settings = environment()
    return store_of(MODELS, settings.models_pulled, settings.model_device).load_chosen(settings.model_choice())


def _or_fail(answer: T | Failure) -> T:
    if isinstance(answer, Failure):
        fail(str(answer))
    return answer
