"""What the stager's child processes do: look at photos, furnish them, disclose them, and compare what was made."""

import functools
import math
import shutil
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml.decode import decode_photo
from ml.models.choice import ModelChoice
from ml.staging import outputs
from ml.staging.disclosure import DigitalSource, Making, Policy, Terms, publish
from ml.staging.engines import Answer, Bounds, Engine, Removal, Work, engine_named
from ml.staging.errors import MaskError
from ml.staging.furnishing import furnished
from ml.staging.hand import Handiwork, Swatch, consistency, handiwork_of, one_hand
from ml.staging.kits import Kit
from ml.staging.layout import RoomKind
from ml.staging.looking import Look, look_at
from ml.staging.room.exif import focal_35mm_of
from ml.staging.staging import KIND_OF_LABEL, Order, Staged, stage
from ml.staging.suitability import OF_ANOTHER_USE
from ml.staging.survey import read, survey
from ml.staging.views.pose import Pose
from ml.staging.views.registration import Registration, register
from ml.staging.views.staging import ViewPhoto, stage_view
from ml.store import LoadedModel, store_of
from processors.engine.work import OutputFile, TransientError, WorkDone, WorkItem
from processors.media_failures import one_by_one
from processors.settings import Settings
from processors.stager_tasks import file_name
from schemas.events import MediaAlteration
from schemas.photo import Space

Report = Callable[[float], None]

_OWN_MEMORY = 900_000_000
"""Bytes of the child's memory that are left to models and pictures; the rest is the renderer's."""

_LOOKED, _MADE = 0.12, 0.97
"""How far a photo is when its room is understood, and when its last variation is made."""

_RENDERED = 0.9
"""Of the time that a picture takes, the share until the engine has answered."""

_MEDIA_TYPES = {"jpeg": "image/jpeg", "png": "image/png", "webp": "image/webp", "tiff": "image/tiff"}
_MEDIA_TYPES |= {"bmp": "image/bmp", "gif": "image/gif", "heic": "image/heic"}


def _work(item: WorkItem, report: Report) -> WorkDone:
    return _KINDS[item.kind](item, report)


def _hand(item: WorkItem, report: Report) -> WorkDone:  # noqa: ARG001  it takes a moment
    kit = one_hand(Kit.model_validate(item.params["kit"]), item.params["seed"])
    return WorkDone({**item.params, "kit": kit.model_dump(mode="json")})


def _survey(item: WorkItem, report: Report) -> WorkDone:
    photo, data = read(item.inputs["photo"])
    report(0.1)
    params = item.params
    if "mask" in item.inputs:
        _mask(item.inputs["mask"], (photo.height, photo.width))
    found = survey(
        photo,
        data,
        item.inputs["photo"].name,
        _models(**params["models"]),
        ceiling_m=_metres(params["ceiling_cm"]),
        removes_furniture=params["removes_furniture"],
        use_given=params["furnish_as"] != "auto" or params["scene"] in KIND_OF_LABEL,
    )
    reasons = [reason.as_json() for reason in found.reasons]
    if params["scene"] in OF_ANOTHER_USE and params["furnish_as"] == "auto":
        detail = (
            f"The command says that the photo shows {OF_ANOTHER_USE[params['scene']]}; no kit has furniture for one."
        )
        reasons.insert(0, {"reason": "kit_room_unfit", "detail": detail})
    return WorkDone(
        {
            "reasons": [{"code": reason["reason"], "detail": reason["detail"]} for reason in reasons],
            "answerable": found.answerable and len(reasons) == len(found.reasons),
            "worth": round(0.0 if reasons else found.worth, 4),
            "confidence": round(found.confidence, 4),
            "floor_m2": round(found.floor_m2, 2),
            "photo": found.record.model_dump(mode="json"),
        }
    )


def _register(item: WorkItem, report: Report) -> WorkDone:
    views = item.params["views"]
    rooms = []
    for number, view in enumerate(views):
        photo = _view_photo(item, view)
        rooms.append((photo.pixels, photo.understood()))
        report(0.4 * (number + 1) / len(views))
    said = []
    for number, (view, other) in enumerate(zip(views[1:], rooms[1:], strict=True), start=1):
        found = register(rooms[0], other)
        said.append({"photo_id": view["photo_id"], **_registration(found)})
        report(0.4 + 0.6 * number / (len(views) - 1))
    return WorkDone({"reference": views[0]["photo_id"], "views": said})


def _registration(found: Registration) -> dict[str, Any]:
    pose = found.pose
    return {
        "passed": found.passed,
        "sentence": found.sentence,
        "checks": [_check(check.as_json()) for check in found.checks],
        "pose": None
        if pose is None
        else {
            "quarter_turns": pose.quarter_turns,
            "x_m": round(pose.x_m, 3),
            "y_m": round(pose.y_m, 3),
            "scale": round(pose.scale, 4),
        },
    }


def _view_photo(item: WorkItem, view: Mapping[str, Any]) -> ViewPhoto:
    path = item.inputs[view["input"]]
    photo, data = read(path)
    pixels = photo.pixels
    pose = view.get("pose")
    height, width = pixels.shape[:2]
    size = np.array([width, height], np.float64)
    return ViewPhoto(
        pixels,
        _labelled(look_at(pixels, _models(**item.params["models"])), view.get("scene", "")),
        None if pose is None else Pose(**pose),
        focal_35mm_of(data, path.name),
        _metres(view["ceiling_cm"]),
        tuple(np.array(points, np.float64) * size for points in view.get("keep_out", ())),
    )


def _labelled(look: Look, scene: str) -> Look:
    """What the command says of a room goes before what the models see in it."""
    return replace(look, label=scene, space=Space.INTERIOR) if scene in KIND_OF_LABEL else look


def _stage(item: WorkItem, report: Report) -> WorkDone:
    params = item.params
    engine = engine_named(params["engine"])
    identity = engine.identity()
    if identity != item.versions["engine"]:
        raise TransientError(
            "engine_differs",
            f"The task was planned for {item.versions['engine']}, and this worker has {identity}: let the workers of a "
            "group have one version and one kind of processor.",
        )
    photo, data = read(item.inputs["photo"])
    pixels = photo.pixels
    kit = Kit.model_validate(params["kit"])
    order = _order(item, kit, pixels)
    watched = _Watched(engine, report, params["variations"])
    if params["views"]:
        views = [_view_photo(item, view) for view in params["views"]]
        own = next(number for number, view in enumerate(params["views"]) if view["input"] == "photo")
        results = stage_view(views, own, order, watched)
    else:
        look = _labelled(look_at(pixels, _models(**params["models"])), params["scene"])
        results = stage(pixels, look, order, watched, focal_35mm=focal_35mm_of(data, item.inputs["photo"].name))
    report(_LOOKED / 2)
    variations: list[dict[str, Any]] = []
    files = [_original(item, str(photo.format), photo.width, photo.height)]
    for result in results:
        variations.append(_variation(result, kit, order, engine, photo.sha256))
        files += _pictures(result, item.out_dir)
        report(_LOOKED + (_MADE - _LOOKED) * len(variations) / params["variations"])
    return WorkDone(
        {
            "kit": kit.title_with_version,
            "engine": identity,
            "generative": bool(getattr(engine, "generative", False)),
            "removed": order.removal is Removal.ON,
            "seed": order.seed,
            "variations": variations,
        },
        tuple(files),
    )


def _order(item: WorkItem, kit: Kit, pixels: NDArray[np.uint8]) -> Order:
    params, settings = item.params, Settings()
    height, width = pixels.shape[:2]
    size = np.array([width, height], np.float64)
    return Order(
        kit=kit,
        room=None if params["furnish_as"] == "auto" else RoomKind(params["furnish_as"]),
        seed=params["seed"],
        variations=params["variations"],
        ceiling_m=_metres(params["ceiling_cm"]),
        keep_out=tuple(np.array(points, np.float64) * size for points in params["keep_out"]),
        mask=_mask(item.inputs["mask"], (height, width)) if "mask" in item.inputs else None,
        removal=Removal(params["remove_furniture"]),
        bounds=Bounds(
            settings.staging_render_s,
            max(_OWN_MEMORY, settings.child_memory_bytes - _OWN_MEMORY),
            params["threads"],
        ),
    )


def _variation(result: Staged, kit: Kit, order: Order, engine: Engine, sha256: str) -> dict[str, Any]:
    """What is said of a variation. How long it took is not: the same work gives the same result."""
    record = outputs.record_of(result, sha256=sha256, kit=kit, seed=order.seed, engine=engine)
    gate = record["gate"]
    said: dict[str, Any] = {
        "variation": result.variation,
        "furnished_as": record["room"] or "",
        "staged": result.picture is not None,
        "reasons": [{"code": reason.reason.value, "detail": reason.detail} for reason in result.reasons],
        "items": [_item(item) for item in record["items"]],
        "left_out": [str(note) for note in record["left_out"]],
        "gate": [] if gate is None else [_check(check) for check in gate["checks"]],
        "camera": record["camera"],
        "details": {name: value for name, value in result.details.items() if not name.startswith("seconds")},
        "handiwork": None,
    }
    if result.picture is not None and result.layout is not None:
        _, pieces = furnished(result.layout, kit)
        work = handiwork_of(result.picture.pixels, result.picture.furniture, pieces)
        said["handiwork"] = {
            "swatches": [{"lab": list(swatch.lab), "share": swatch.share} for swatch in work.swatches],
            "designs": {kind: list(designs) for kind, designs in work.designs.items()},
            "woods": list(work.woods),
            "metals": list(work.metals),
        }
    return said


def _item(item: Mapping[str, Any]) -> dict[str, Any]:
    left, top, right, bottom = item["box_px"]
    kept = {name: value for name, value in item.items() if name not in ("box_px", "seed")}
    return {**kept, "left_px": left, "top_px": top, "right_px": right, "bottom_px": bottom}


def _check(check: Mapping[str, Any]) -> dict[str, Any]:
    return {**check, "found": check["found"] if math.isfinite(check["found"]) else None}


def _pictures(result: Staged, folder: Path) -> list[OutputFile]:
    picture = result.picture
    if picture is None:
        return []
    height, width = picture.pixels.shape[:2]
    files = []
    for role, data in (
        ("master", outputs.png_bytes(picture.pixels)),
        ("furniture_mask", outputs.mask_bytes(picture.furniture)),
        ("shadow_mask", outputs.mask_bytes(picture.shadow)),
    ):
        name = file_name(role, result.variation)
        (folder / name).write_bytes(data)
        files.append(OutputFile(folder / name, role, "image/png", name, width, height))
    return files


def _decline(item: WorkItem, report: Report) -> WorkDone:  # noqa: ARG001  it takes a moment
    params = item.params
    return WorkDone(
        {"reasons": params["reasons"]}, (_original(item, params["format"], params["width"], params["height"]),)
    )


def _original(item: WorkItem, form: str, width: int, height: int) -> OutputFile:
    """The photo as it came, among what was made: it has to be reachable beside what became of it."""
    media_type = _MEDIA_TYPES.get(form, "application/octet-stream")
    name = f"original.{'jpg' if form == 'jpeg' else form}"
    shutil.copyfile(item.inputs["photo"], item.out_dir / name)
    return OutputFile(item.out_dir / name, "original", media_type, name, width, height)


def _publish(item: WorkItem, report: Report) -> WorkDone:  # noqa: ARG001  it takes a moment
    params = item.params
    terms = Terms(Policy.model_validate(params["policy"]), params["wording"], params["original_url"])
    alterations = [MediaAlteration.VIRTUAL_STAGING_ITEM_ADDITION]
    if params["removed"]:
        alterations.append(MediaAlteration.DECLUTTERED_ITEM_REMOVED)
    made = publish(
        item.inputs["master"],
        item.out_dir,
        terms,
        original=item.inputs["original"],
        original_uri=params["original_uri"],
        making=Making(**params["making"]),
        items=params["items"],
        alterations=alterations,
        source=DigitalSource.COMPOSITE_TRAINED if params["generative"] else DigitalSource.COMPOSITE_SYNTHETIC,
    )
    number = params["making"]["variation"]
    return WorkDone(
        made.record.model_dump(mode="json"),
        (
            OutputFile(made.picture, "staged", "image/jpeg", f"v{number}-staged.jpg", *made.size),
            OutputFile(made.sidecar, "disclosure", "application/json", f"v{number}-disclosure.json"),
            OutputFile(made.xmp, "xmp", "application/rdf+xml", f"v{number}-disclosure.xmp"),
        ),
    )


def _summary(item: WorkItem, report: Report) -> WorkDone:  # noqa: ARG001  it takes a moment
    scores = [
        consistency(each["variation"], [_handiwork(work) for work in each["photos"]])
        for each in item.params["variations"]
    ]
    return WorkDone({"consistency": [score.model_dump(mode="json") for score in scores]})


def _handiwork(work: Mapping[str, Any]) -> Handiwork:
    return Handiwork(
        tuple(Swatch((s["lab"][0], s["lab"][1], s["lab"][2]), s["share"]) for s in work["swatches"]),
        {kind: tuple(designs) for kind, designs in work["designs"].items()},
        tuple(work["woods"]),
        tuple(work["metals"]),
    )


class _Watched:
    """An engine that says when it begins and ends a picture, and how far it is with it."""

    def __init__(self, engine: Engine, report: Report, pictures: int) -> None:
        self.name, self.revision, self.removes_furniture = engine.name, engine.revision, engine.removes_furniture
        self._engine, self._report, self._pictures, self._begun = engine, report, pictures, 0

    def identity(self) -> str:
        return self._engine.identity()

    def furnish(self, work: Work) -> Answer:
        step = (_MADE - _LOOKED) / self._pictures
        start = _LOOKED + self._begun * step
        self._begun += 1
        self._report(start)
        answer = self._engine.furnish(replace(work, told=lambda share: self._report(start + _RENDERED * share * step)))
        self._report(start + _RENDERED * step)
        return answer


def _mask(path: Path, size: tuple[int, int]) -> NDArray[np.bool_]:
    """White where a photo of `size` (height, width) may be changed. Raises MaskError, PhotoError."""
    mask: NDArray[np.bool_] = decode_photo(path).pixels.mean(axis=2) > 127
    if mask.shape != size:
        raise MaskError(
            f"The mask has {mask.shape[1]} x {mask.shape[0]} pixels, the photo {size[1]} x {size[0]}; "
            "they must be of one size."
        )
    if not mask.any():
        raise MaskError("The mask is black all over: white is where the photo may be changed.")
    return mask


def _metres(centimetres: int | None) -> float | None:
    return None if centimetres is None else centimetres / 100


@functools.cache
def _models(**chosen: str) -> Mapping[str, LoadedModel]:
    settings = Settings()
    return store_of(settings.models, settings.models_pulled, settings.model_device).load_chosen(ModelChoice(**chosen))


_KINDS: dict[str, Callable[[WorkItem, Report], WorkDone]] = {
    "hand": _hand,
    "survey": _survey,
    "register": _register,
    "stage": _stage,
    "decline": _decline,
    "publish": _publish,
    "summary": _summary,
}

run = one_by_one(_work)


def warm_up() -> None:
    """Open each configured model and run it once when the child starts. Raises ModelError."""
    settings = Settings()
    store_of(settings.models, settings.models_pulled, settings.model_device).load_chosen(settings.model_choice())
