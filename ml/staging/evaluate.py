"""`python -m ml.staging.evaluate LIST --root DIR`: the gate held against a person's labels, photo by photo.

LIST is YAML: `file` below the root, `stageable`, and `reason` where it is not. Everything runs but the renderer, which
does with `--samples`; `--sketches DIR` draws each photo with its furniture as boxes, to look whether it was rightly
accepted. A photo labelled as not stageable that is furnished is a false accept; the reverse a false refusal.
"""

import argparse
import json
import sys
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from numpy.typing import NDArray
from PIL import Image
from rich.console import Console
from rich.table import Table

from ml.decode import decode_bytes, read_bytes
from ml.inspect import MODELS, Models
from ml.models.choice import SHIPPED
from ml.opening import Limits
from ml.staging.engines import engine_named
from ml.staging.kits import load_kit
from ml.staging.layout.sketch import sketch_of
from ml.staging.looking import look_at
from ml.staging.outputs import png_bytes
from ml.staging.room.exif import focal_35mm_of
from ml.staging.room.overlay import overlay_of
from ml.staging.staging import Order, Staged, furnish, prepare, reasons_of, standing
from ml.store import store_of


@dataclass(frozen=True, slots=True)
class Labelled:
    """A photo with what a person said of it."""

    file: str
    stageable: bool
    reason: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Judged:
    """What came of a labelled photo."""

    file: str
    stageable: bool
    accepted: bool
    reasons: tuple[str, ...]
    """Code and sentence of each, where it was refused."""
    label: str
    """The person's reason, or note."""
    room: str
    """What it would be, or is, furnished as."""
    items: tuple[str, ...]
    facts: dict[str, float]
    seconds: float

    @property
    def wrong(self) -> bool:
        """Whether the gate and the person differ."""
        return self.accepted != self.stageable


@dataclass(frozen=True, slots=True)
class Trial:
    """How photos are judged."""

    models: Models
    order: Order
    any_size: bool
    samples: int | None
    sketches: Path | None


def read_labels(path: Path) -> list[Labelled]:
    """The photos of a list. Raises OSError, TypeError, ValueError."""
    rows = yaml.safe_load(path.read_text(encoding="utf-8"))
    if not isinstance(rows, list):
        raise TypeError(f"{path} holds {type(rows).__name__}; a list of labelled photos is expected.")
    found = []
    for number, row in enumerate(rows, 1):
        if not isinstance(row, dict) or not isinstance(row.get("file"), str) or "stageable" not in row:
            raise ValueError(f"Entry {number} of {path} has no file or no stageable.")
        found.append(
            Labelled(row["file"], bool(row["stageable"]), str(row.get("reason", "")), str(row.get("note", "")))
        )
    return found


def judge_photo(labelled: Labelled, root: Path, trial: Trial) -> Judged:
    """One photo through everything. Raises PhotoError, ModelError, StagingError."""
    started = time.process_time()
    path, limits = root / labelled.file, Limits()
    data = read_bytes(path, limits)
    pixels = decode_bytes(data, path.name, limits).pixels
    look = look_at(pixels, trial.models)
    result = prepare(
        pixels, look, trial.order, any_size=trial.any_size, focal_35mm=focal_35mm_of(data, path.name, limits)
    )
    if not isinstance(result, Staged):
        room, layout = result.room, result.layouts[0]
        layout, _, verdict = standing(room, layout, trial.order.kit)
        kind = result.kind
        result = Staged(0, None, reasons_of(verdict), kind, room, layout, verdict)
        if verdict.passed and trial.samples is not None:
            result = furnish(pixels, room, layout, trial.order, engine_named("cpu"))
    accepted = not result.reasons
    if trial.sketches is not None:
        _draw(pixels, result, trial.sketches / f"{'yes' if accepted else 'no'}-{path.stem[:48]}.png")
    return Judged(
        file=labelled.file,
        stageable=labelled.stageable,
        accepted=accepted,
        reasons=tuple(f"{each.reason}: {each.detail}" for each in result.reasons),
        label=labelled.reason or labelled.note,
        room="" if result.kind is None else result.kind.value,
        items=tuple(item.slot for item in result.layout.items) if result.layout is not None else (),
        facts=_facts(result),
        seconds=round(time.process_time() - started, 2),
    )


def _facts(result: Staged) -> dict[str, float]:
    room = result.room
    if room is None:
        return {}
    return {
        "fov_deg": round(room.camera.horizontal_fov_deg, 1),
        "camera_m": round(room.camera.height_m, 2),
        "ceiling_m": round(room.scale.ceiling_m, 2),
        "free_m2": round(room.floor.free_m2, 1),
        "confidence": round(room.confidence.overall, 2),
        **{name: round(value, 2) for name, value in room.confidence.parts.items()},
    }


def _draw(pixels: NDArray[np.uint8], result: Staged, target: Path) -> None:
    if result.picture is not None:
        target.write_bytes(png_bytes(result.picture.pixels))
    elif result.room is not None and result.layout is not None:
        Image.fromarray(sketch_of(pixels, result.room, result.layout)).save(target)
    elif result.room is not None:
        Image.fromarray(overlay_of(pixels, result.room)).save(target)
    else:
        Image.fromarray(pixels).save(target)


def tables(judged: Sequence[Judged]) -> Iterable[Table]:
    """False accepts, false refusals, and the sums."""
    for title, accepted in (("false accepts", True), ("false refusals", False)):
        table = Table("photo", "a person says", "the gate says", title=title)
        for each in judged:
            if each.wrong and each.accepted is accepted:
                said = f"{each.room}: {', '.join(each.items)}" if accepted else " ".join(each.reasons)
                table.add_row(Path(each.file).stem[:40], each.label or "stageable", said)
        yield table
    good = [each for each in judged if each.stageable]
    bad = [each for each in judged if not each.stageable]
    refused = Counter(each.reasons[0].partition(":")[0] for each in good if not each.accepted)
    sums = Table("", "photos", "accepted", "refused")
    for name, group in (("stageable", good), ("not stageable", bad)):
        accepted_here = sum(each.accepted for each in group)
        sums.add_row(name, str(len(group)), str(accepted_here), str(len(group) - accepted_here))
    sums.caption = "stageable ones refused as " + ", ".join(f"{name} {count}" for name, count in refused.most_common())
    yield sums


def _known(keep: Path | None) -> dict[str, Judged]:
    if keep is None or not keep.exists():
        return {}
    rows = [json.loads(line) for line in keep.read_text(encoding="utf-8").splitlines()]
    return {row["file"]: _judged(row) for row in rows}


def _judged(row: dict[str, Any]) -> Judged:
    return Judged(**{**row, "reasons": tuple(row["reasons"]), "items": tuple(row["items"])})


def main(arguments: Sequence[str] | None = None) -> int:
    """Judge the list; exit status 1 where a photo that is not stageable was let through."""
    parser = argparse.ArgumentParser(prog="python -m ml.staging.evaluate", description=__doc__)
    parser.add_argument("list", type=Path)
    parser.add_argument("--root", type=Path, required=True, help="folder that the files of the list are below")
    parser.add_argument("--kit", default="contemporary")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--any-size", action="store_true", help="judge small photos by what they show")
    parser.add_argument("--samples", type=int, help="render as well, with so many samples a pixel")
    parser.add_argument("--sketches", type=Path, metavar="DIR", help="draw what was understood and placed")
    parser.add_argument("--keep", type=Path, help="file of one JSON line a photo; photos in it are not judged again")
    parser.add_argument("--only", nargs="*", default=[], help="photos whose name contains one of these")
    given = parser.parse_args(arguments)
    if given.sketches is not None:
        given.sketches.mkdir(parents=True, exist_ok=True)
    order = replace(Order(load_kit(given.kit)), seed=given.seed, samples=given.samples)
    trial = Trial(store_of(MODELS).load_chosen(SHIPPED), order, given.any_size, given.samples, given.sketches)
    known, judged = _known(given.keep), []
    labels = [each for each in read_labels(given.list) if not given.only or any(o in each.file for o in given.only)]
    for number, labelled in enumerate(labels, 1):
        found = known.get(labelled.file)
        if found is None:
            found = judge_photo(labelled, given.root, trial)
            if given.keep is not None:
                with given.keep.open("a", encoding="utf-8") as kept:
                    kept.write(json.dumps(asdict(found)) + "\n")
        sys.stderr.write(f"\r{number} of {len(labels)}")
        # The list is what counts: a label that was mended since holds for what was judged before.
        judged.append(replace(found, stageable=labelled.stageable, label=labelled.reason or labelled.note))
    console = Console(width=160)
    for table in tables(judged):
        console.print(table)
    return int(any(each.wrong and each.accepted for each in judged))


if __name__ == "__main__":
    raise SystemExit(main())
