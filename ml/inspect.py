"""From a photo's file to its record: decoded once, then every analysis, each by itself."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ml.analyses import Analyses
from ml.colours import dominant_colours
from ml.compliance import marks_view, sure_and_faint
from ml.crops import focus_and_crops
from ml.decode import DecodedPhoto, decode_photo
from ml.duplicates import perceptual_hash
from ml.errors import PhotoError
from ml.furnishing import furnishing_of
from ml.lighting import lighting_of
from ml.models.choice import SHIPPED
from ml.models.manifest import Task
from ml.models.readings.detection import detect
from ml.objects import objects_among, people_in, vehicles_in
from ml.opening import Limits
from ml.picture import Picture, picture_of
from ml.quality import assess, measure
from ml.room_net import RoomView, look
from ml.rooms import signature
from ml.scene import reso_image_of, scene_alone, scene_of, space_of_scene
from ml.segmentation import Segmentation, segment, segmentation_of
from ml.store import LoadedModel, store_of
from schemas.photo import (
    AnalysisName,
    Colour,
    Compliance,
    Crop,
    FoundObject,
    Furnishing,
    PhotoRecord,
    Point,
    Region,
    Scene,
    Space,
)

REVISION = 5
"""Raise by hand whenever a record's content changes for the same photo and the same model: it is part of cache keys."""

MODELS = Path(__file__).resolve().parent.parent / "models"
"""The models that ship."""

Models = Mapping[str, LoadedModel]
"""Opened models by the place of a `ModelChoice` that they fill: `store_of(folder).load_chosen(choice)`."""

_DECIMALS = 4


def shipped_models() -> Models:
    """The models that ship, opened. Raises ModelError."""
    return store_of(MODELS).load_chosen(SHIPPED)


def record_of(photo: DecodedPhoto, models: Models) -> PhotoRecord:
    """Everything that is known about a decoded photo. Raises PhotoError where only its draft can be decoded."""
    analyses = Analyses()
    draft = photo.draft
    scene, view = _scene(analyses, draft, models)
    space = space_of_scene(scene) if scene is not None else Space.UNKNOWN
    segmentation, view = _segmentation(analyses, draft, models, view)
    picture = picture_of(photo, space=space, segmentation=segmentation)
    quality = analyses.run(AnalysisName.QUALITY, lambda: assess(measure(picture)), None)
    no_colours: list[Colour] = []
    colours = analyses.run(AnalysisName.COLOURS, lambda: dominant_colours(draft), no_colours)
    lighting = analyses.run(AnalysisName.LIGHTING, lambda: lighting_of(picture), None)
    objects, detected = _things(analyses, draft, models, segmentation)
    nowhere: tuple[Point | None, list[Crop]] = (None, [])
    focus, crops = analyses.run(AnalysisName.CROPS, lambda: focus_and_crops(draft, segmentation), nowhere)
    unknown: tuple[str | None, str | None] = (None, None)
    perceptual, room = analyses.run(AnalysisName.FINGERPRINT, lambda: _fingerprint(draft, view), unknown)
    return PhotoRecord(
        width=photo.width,
        height=photo.height,
        bytes=photo.bytes,
        format=photo.format,
        sha256=photo.sha256,
        analyses=analyses.done,
        scene=scene,
        space=space,
        reso_image_of=reso_image_of(scene) if scene is not None else None,
        furnishing=_furnishing(scene, segmentation, models),
        quality=quality,
        colours=colours,
        lighting=lighting,
        regions=_regions(segmentation),
        objects=objects,
        focus_point=focus,
        crops=crops,
        compliance=_compliance(analyses, picture, models, detected),
        perceptual_hash=perceptual,
        room_signature=room,
    )


def _scene(analyses: Analyses, draft: NDArray[np.uint8], models: Models) -> tuple[Scene | None, RoomView | None]:
    model = models.get("scene")
    if model is None:
        analyses.not_configured(AnalysisName.SCENE, "No scene model is configured.")
        return None, None
    if model.spec.task is Task.SCENE:
        return analyses.run(AnalysisName.SCENE, lambda: scene_alone(draft, model), None, model=model.spec.ref), None

    def answer() -> tuple[Scene | None, RoomView | None]:
        (seen,) = look([draft], model)
        return scene_of(seen, model), seen

    nothing: tuple[Scene | None, RoomView | None] = (None, None)
    return analyses.run(AnalysisName.SCENE, answer, nothing, model=model.spec.ref)


def _segmentation(
    analyses: Analyses, draft: NDArray[np.uint8], models: Models, view: RoomView | None
) -> tuple[Segmentation | None, RoomView | None]:
    """What is where, and the view for the room's signature: that of the scene, or else the segmentation's own."""
    model = models.get("segmentation")
    if model is None:
        analyses.not_configured(AnalysisName.SEGMENTATION, "No segmentation model is configured.")
        return None, view

    def answer() -> tuple[Segmentation | None, RoomView | None]:
        if model.spec.task is not Task.ROOM:
            return segment(draft, model), view
        # One run of our network answers both; where something else answered the scene, it looks for itself.
        if view is not None and model is models.get("scene"):
            return segmentation_of(view, model), view
        own = look([draft], model)[0]
        return segmentation_of(own, model), own if view is None else view

    nowhere: tuple[Segmentation | None, RoomView | None] = (None, view)
    return analyses.run(AnalysisName.SEGMENTATION, answer, nowhere, model=model.spec.ref)


def _things(
    analyses: Analyses, draft: NDArray[np.uint8], models: Models, segmentation: Segmentation | None
) -> tuple[list[FoundObject], list[FoundObject] | None]:
    """What a listing names, and all that the detector found; None without one, or where it failed."""
    detector = models.get("detection")
    if detector is None and segmentation is None:
        analyses.not_configured(AnalysisName.OBJECTS, "Neither a detector nor a segmentation is configured.")
        return [], None

    def answer() -> tuple[list[FoundObject], list[FoundObject] | None]:
        detected = detect(draft, detector) if detector is not None else None
        return objects_among(detected or [], segmentation), detected

    nothing: tuple[list[FoundObject], list[FoundObject] | None] = ([], None)
    model = detector or models["segmentation"]
    return analyses.run(AnalysisName.OBJECTS, answer, nothing, model=model.spec.ref)


def _compliance(
    analyses: Analyses, picture: Picture, models: Models, detected: list[FoundObject] | None
) -> Compliance | None:
    model = models.get("marks")
    if model is None:
        analyses.not_configured(AnalysisName.COMPLIANCE, "No model of overlaid marks is configured.")
        return None

    def answer() -> Compliance:
        sure, faint = sure_and_faint(marks_view(picture, model), model)
        return Compliance(
            marks=sure,
            faint_marks=faint,
            people=people_in(detected) if detected is not None else None,
            vehicles=vehicles_in(detected) if detected is not None else None,
        )

    return analyses.run(AnalysisName.COMPLIANCE, answer, None, model=model.spec.ref)


def _furnishing(scene: Scene | None, segmentation: Segmentation | None, models: Models) -> Furnishing:
    if scene is None or scene.abstained or segmentation is None:
        return Furnishing.UNKNOWN
    return furnishing_of(scene.label, segmentation, models["segmentation"].spec.furnishing)


def _regions(segmentation: Segmentation | None) -> list[Region]:
    shares = segmentation.shares() if segmentation is not None else {}
    largest = sorted(shares.items(), key=lambda item: (-item[1], item[0]))
    return [Region(label=label, share=round(share, _DECIMALS)) for label, share in largest]


def _fingerprint(draft: NDArray[np.uint8], view: RoomView | None) -> tuple[str | None, str | None]:
    return str(perceptual_hash(draft)), signature(draft, view.signature if view is not None else None)


def inspect_photo(path: Path, models: Models | None = None, *, limits: Limits | None = None) -> PhotoRecord:
    """The record of one photo; without `models`, by those that ship.

    Raises PhotoError where the photo cannot be used, ModelError where a model cannot.
    """
    return record_of(decode_photo(path, limits), shipped_models() if models is None else models)


def inspect_photos(
    paths: Iterable[Path], models: Models | None = None, *, limits: Limits | None = None
) -> Iterator[tuple[Path, PhotoRecord | PhotoError]]:
    """Each photo with its record, or with the error that names what is wrong with it; one photo in memory at a time.

    Raises ModelError where a model cannot be used: that is no photo's fault.
    """
    opened = shipped_models() if models is None else models
    for path in paths:
        try:
            answer: PhotoRecord | PhotoError = inspect_photo(path, opened, limits=limits)
        except PhotoError as error:
            answer = error
        yield path, answer


def records_for(paths: Sequence[Path], models: Models | None = None) -> list[PhotoRecord | PhotoError]:
    """The records of a batch, in its order; each is what the photo would get alone."""
    return [answer for _, answer in inspect_photos(paths, models)]
