"""Options about an edit, from what a person writes to what the libraries take. Wrong ones end with status 2."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import typer
from pydantic import ValidationError

from processors.cli.console import complain
from processors.cli.video_options import branding_of, color_of, narrow_of, ratio_of
from schemas.edit import AutoEdit, Brand, Template, VideoTexts
from schemas.record import Record
from schemas.video import Ratio, Timeline

if TYPE_CHECKING:  # the libraries are heavy, and not every command needs them
    from render.planning import Edit
    from render.slot import PhotoSlot
    from render.video import Facts
    from schemas.photo import PhotoRecord

R = TypeVar("R", bound=Record)


@dataclass(frozen=True, slots=True)
class EditOptions:
    """The options as they were written."""

    seconds: float
    ratio: Ratio
    height: int
    fps: int
    auto: bool
    template: Path | None
    fields: Sequence[str]
    timeline: Path | None
    more_ratios: Sequence[str]
    branding: str
    title: str
    price: str
    agent: str
    phone: str
    website: str
    color: str
    narrow: str
    strict: bool


def edit_of(options: EditOptions) -> "Edit":
    """The edit that the options ask for. Raises typer.BadParameter."""
    from render.planning import Edit

    given = [name for name in ("auto", "template", "timeline") if getattr(options, name)]
    if len(given) > 1:
        raise typer.BadParameter(f"one of --auto, --template and --timeline, not {' and '.join(given)}")
    more = tuple(ratio_of(text, "--more-ratio") for text in options.more_ratios)
    if len({options.ratio, *more}) != 1 + len(more):
        raise typer.BadParameter("a ratio is asked for twice", param_hint="--more-ratio")
    return Edit(
        seconds=options.seconds,
        ratio=options.ratio,
        height=options.height,
        fps=options.fps,
        auto=AutoEdit() if options.auto else None,
        template=_read(options.template, Template, "--template"),
        fields=_fields(options.fields),
        timeline=_read(options.timeline, Timeline, "--timeline"),
        more_ratios=more,
        branding=branding_of(options.branding),
        brand=Brand(agent=options.agent, phone=options.phone, website=options.website, color=color_of(options.color)),
        texts=VideoTexts(title=options.title.replace("\\n", "\n"), price=options.price),
        narrow=narrow_of(options.narrow),
        strict=options.strict,
    )


def staged_pairs(texts: Sequence[str]) -> dict[Path, Path]:
    """Staged photos and their originals, from PHOTO=ORIGINAL. Raises typer.BadParameter."""
    pairs = {}
    for text in texts:
        photo, equals, original = text.partition("=")
        if not (equals and photo and original):
            raise typer.BadParameter(f"{text!r} is not PHOTO=ORIGINAL", param_hint="--staged")
        pairs[Path(photo).resolve()] = Path(original)
    return pairs


def facts_of_files(files: Sequence[Path], staged: Mapping[Path, Path], label: str, *, look: bool) -> "Facts":
    """What is known of the photos: with `look` what classification finds, and which of them are staged.

    Raises typer.BadParameter for a staged photo that is not among them.
    """
    from render.slot import PhotoSlot
    from render.video import Facts

    there = {file.resolve() for file in files}
    lacking = [photo for photo in staged if photo not in there]
    if lacking:
        raise typer.BadParameter(f"{lacking[0].name} is not among the photos", param_hint="--staged")
    slots = _looked(files) if look else {}
    originals = {}
    for file in files:
        if file.resolve() in staged:
            originals[file] = staged[file.resolve()]
            slots[file] = replace(slots.get(file, PhotoSlot(file.name)), label=label, reveal=True)
    return Facts(slots=slots, originals=originals)


def _looked(files: Sequence[Path]) -> dict[Path, "PhotoSlot"]:
    """What classification finds; a photo that cannot be used has its reason told when the video is made."""
    from ml.errors import MediaError
    from ml.inspect import inspect_photo
    from ml.listing import summarise
    from ml.store import store_of
    from processors.cli.environment import settings as environment
    from processors.photo_facts import slots_of
    from schemas.photo import ListedPhoto

    settings = environment()
    models = store_of(settings.models, settings.models_pulled, settings.model_device).load_chosen(
        settings.model_choice()
    )
    records: dict[str, PhotoRecord] = {}
    for file in files:
        try:
            records[str(file)] = inspect_photo(file, models)
        except MediaError as error:
            complain(f"{file.name}: not looked at: {error}", "yellow")
    summary = summarise([ListedPhoto(photo_id=name, photo=record) for name, record in records.items()])
    found = slots_of(records, summary)
    names = {str(file): file.name for file in files}
    return {Path(name): _renamed(slot, names) for name, slot in found.items()}


def _renamed(slot: "PhotoSlot", names: Mapping[str, str]) -> "PhotoSlot":
    return replace(slot, photo_id=names[slot.photo_id], duplicate_of=names.get(slot.duplicate_of, slot.duplicate_of))


def _read(path: Path | None, kind: type[R], option: str) -> R | None:
    if path is None:
        return None
    try:
        return kind.model_validate_json(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise typer.BadParameter(f"{path} cannot be read: {error}", param_hint=option) from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "it"
        raise typer.BadParameter(f"{path}: {where}: {first['msg']}", param_hint=option) from error


def _fields(texts: Sequence[str]) -> dict[str, str]:
    found = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not equals:
            raise typer.BadParameter(f"{text!r} is not NAME=VALUE", param_hint="--field")
        found[name] = value
    return found
