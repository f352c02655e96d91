"""From a photo's file to its record: decoded once, then classified, measured and hashed."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from ml.analyses import Analyses
from ml.colours import dominant_colours
from ml.decode import DecodedPhoto, decode_photo
from ml.duplicates import perceptual_hash
from ml.errors import PhotoError
from ml.lighting import lighting_of
from ml.opening import Limits
from ml.picture import picture_of
from ml.quality import assess, measure
from ml.scene import classify, reso_image_of, space_of_scene
from ml.store import LoadedModel, store_of
from schemas.photo import AnalysisName, Colour, Furnishing, PhotoRecord, Space

SCENE_MODEL = "room"
"""The model asked for where nothing else is configured, in its last version."""

REVISION = 2
"""Raise by hand whenever a record's content changes for the same photo and the same model: it is part of cache keys."""

MODELS = Path(__file__).resolve().parent.parent / "models"
"""The models that ship."""


def record_of(photo: DecodedPhoto, model: LoadedModel) -> PhotoRecord:
    """Everything that is known about a decoded photo. Raises PhotoError where only its draft can be decoded."""
    analyses = Analyses()
    scene = analyses.run(AnalysisName.SCENE, lambda: classify([photo.draft], model)[0], None, model=model.spec.ref)
    space = space_of_scene(scene) if scene is not None else Space.UNKNOWN
    picture = picture_of(photo, space=space)
    quality = analyses.run(AnalysisName.QUALITY, lambda: assess(measure(picture)), None)
    nothing: list[Colour] = []
    colours = analyses.run(AnalysisName.COLOURS, lambda: dominant_colours(picture.draft), nothing)
    lighting = analyses.run(AnalysisName.LIGHTING, lambda: lighting_of(picture), None)
    fingerprint = analyses.run(AnalysisName.FINGERPRINT, lambda: str(perceptual_hash(picture.draft)), None)
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
        furnishing=Furnishing.UNKNOWN,
        quality=quality,
        colours=colours,
        lighting=lighting,
        regions=[],
        objects=[],
        focus_point=None,
        crops=[],
        compliance=None,
        perceptual_hash=fingerprint,
        room_signature=None,
    )


def inspect_photo(
    path: Path, models_dir: Path = MODELS, *, model: str = SCENE_MODEL, limits: Limits | None = None
) -> PhotoRecord:
    """The record of one photo.

    Raises PhotoError where the photo cannot be used, ModelError where the model cannot.
    """
    return record_of(decode_photo(path, limits), store_of(models_dir).load(model))


def inspect_photos(
    paths: Iterable[Path], models_dir: Path = MODELS, *, model: str = SCENE_MODEL, limits: Limits | None = None
) -> Iterator[tuple[Path, PhotoRecord | PhotoError]]:
    """Each photo with its record, or with the error that names what is wrong with it; one photo in memory at a time.

    Raises ModelError where the model cannot be used: that is no photo's fault.
    """
    loaded = store_of(models_dir).load(model)
    for path in paths:
        try:
            answer: PhotoRecord | PhotoError = record_of(decode_photo(path, limits), loaded)
        except PhotoError as error:
            answer = error
        yield path, answer


def records_for(
    paths: Iterable[Path], models_dir: Path = MODELS, *, model: str = SCENE_MODEL, limits: Limits | None = None
) -> list[PhotoRecord | PhotoError]:
    """The records of a batch, in its order; each is what the photo would get alone."""
    return [answer for _, answer in inspect_photos(paths, models_dir, model=model, limits=limits)]
