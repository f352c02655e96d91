"""What the manifest says about a model: strict, so that a misspelt field is an error and not a silent default."""

import hashlib
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Literal, Self

import yaml
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from ml.errors import ModelError, ModelMissingError
from ml.models.label_lists import LABEL_LISTS
from schemas.photo import ModelRef

MANIFEST = "manifest.yaml"
"""The name of a model folder's manifest."""

FileName = Annotated[str, Field(pattern=r"^[0-9A-Za-z_-][0-9A-Za-z._-]*$", max_length=120)]
Digest = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]


class Task(StrEnum):
    """What a model is for."""

    SCENE = "scene"
    SEGMENTATION = "segmentation"
    ROOM = "room"
    """Scene, segmentation and signature in one network."""
    EMBEDDING = "embedding"
    CLASSIFICATION = "classification"
    """Labels that are none of ours, as those of ImageNet."""
    DETECTION = "detection"
    DEPTH = "depth"
    LINES = "lines"
    MARKS = "marks"
    """What was laid over a photo."""


class Format(StrEnum):
    """Which runtime opens a model's file."""

    ONNX = "onnx"
    TORCH = "torch"
    TFLITE = "tflite"
    NCNN = "ncnn"
    ULTRALYTICS = "ultralytics"


class Reading(StrEnum):
    """How a third party's outputs become an answer; each has its code in the module of its task."""

    CLASS_IDS = "class_ids"
    CLASS_SCORES = "class_scores"
    PICODET = "picodet"
    BOXES = "boxes"
    VECTOR = "vector"
    CHANCES = "chances"
    METRES = "metres"
    MLSD = "mlsd"


READINGS = {
    Task.SEGMENTATION: frozenset({Reading.CLASS_IDS, Reading.CLASS_SCORES}),
    Task.DETECTION: frozenset({Reading.PICODET, Reading.BOXES}),
    Task.EMBEDDING: frozenset({Reading.VECTOR}),
    Task.CLASSIFICATION: frozenset({Reading.CHANCES}),
    Task.DEPTH: frozenset({Reading.METRES}),
    Task.LINES: frozenset({Reading.MLSD}),
    Task.SCENE: frozenset({None}),
    Task.ROOM: frozenset({None}),
    Task.MARKS: frozenset({None}),
}
"""The readings that make sense for a task; None: the task's outputs are our own and need none."""


class _Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class PictureInput(_Entry):
    """How a model wants its pictures: the whole photo squashed to width x height, RGB.

    float32: values of 0 to 1, or to 255 as `range` says, less the mean, over the deviation. uint8: values as they are.
    """

    width: int = Field(gt=0, le=4096)
    height: int = Field(gt=0, le=4096)
    mean: tuple[float, float, float] = (0.0, 0.0, 0.0)
    std: tuple[Annotated[float, Field(gt=0)], Annotated[float, Field(gt=0)], Annotated[float, Field(gt=0)]] = (
        1.0,
        1.0,
        1.0,
    )
    layout: Literal["nchw", "nhwc"] = "nchw"
    dtype: Literal["float32", "uint8"] = "float32"
    range: Literal[1, 255] = 1
    """Value of white before mean and deviation."""
    ones_channel: bool = False
    """Whether a fourth channel of ones follows the colours."""
    batch: int | None = Field(default=None, gt=0)
    """Pictures at a time, where the file fixes their number; null: any number."""

    @model_validator(mode="after")
    def _bytes_stay_bytes(self) -> Self:
        if self.dtype == "uint8" and (self.mean, self.std) != ((0.0,) * 3, (1.0,) * 3):
            raise ValueError("uint8 input takes the picture's own values: give no mean and no std")
        return self


class ModelFile(_Entry):
    """One file of a model."""

    file: FileName
    sha256: Digest
    bytes: int = Field(gt=0)


class FurnishingThresholds(_Entry):
    """Shares of furniture (`ml.furnishing.share`) that part empty, partly furnished and furnished rooms."""

    empty_below: float = Field(ge=0, le=1)
    furnished_from: float = Field(ge=0, le=1)


def _resolved(labels: object) -> object:
    """The list that a name stands for; raises ValueError for a name that is none."""
    if not isinstance(labels, str):
        return labels
    if labels not in LABEL_LISTS:
        raise ValueError(f"no list of labels is called {labels}; there are: {', '.join(LABEL_LISTS)}")
    return LABEL_LISTS[labels]


def _distinct(labels: tuple[str, ...]) -> tuple[str, ...]:
    if len(set(labels)) < len(labels):
        raise ValueError("a label stands twice in its list")
    return labels


Labels = Annotated[tuple[str, ...], BeforeValidator(_resolved), AfterValidator(_distinct)]


class ModelSpec(ModelFile):
    """An entry of the manifest: one version of a model, whose first file stands in the entry itself."""

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9_-]*$", max_length=80)
    version: str = Field(pattern=r"^[0-9A-Za-z][0-9A-Za-z._-]*$", max_length=40)
    task: Task
    format: Format
    shipped: bool = True
    """Whether the files lie in the package; else `vls-media models pull` brings them."""
    parts: tuple[ModelFile, ...] = ()
    """Further files without which the first is no use."""
    licence: str = Field(min_length=2)
    source: str = Field(min_length=2)
    """Where it comes from."""
    note: str = ""
    """What whoever chooses it should know."""
    card: str | None = None
    """The model card, in the same folder."""
    base: str | None = None
    """For scene models that read another model's vector: `name@version` of that one; `input` is then the base's."""
    architecture: str | None = None
    """For checkpoints: timm's name of the network that the weights belong to."""
    input: PictureInput
    reading: Reading | None = None
    """How the outputs become an answer."""
    outputs: dict[str, str] = Field(default_factory=dict)
    """What `reading` asks for -> the name of the output tensor that has it."""
    temperature: float = Field(default=1.0, gt=0)
    """Divisor of the scores before the softmax."""
    threshold: float = Field(default=0.0, ge=0, le=1)
    """Confidence below which the model abstains, or does not report what it found."""
    label_thresholds: dict[str, Annotated[float, Field(ge=0, le=1)]] = Field(default_factory=dict)
    """For single labels, in place of `threshold`: a detector's scores for some run lower than for others."""
    labels: Labels = ()
    """Of the scores, in their order: a list, or the name of one in `ml.models.label_lists`."""
    labels_file: str | None = None
    """Of `parts`: a text file with one label a line, instead of `labels`."""
    classes: Labels = ()
    """What the segmentation tells apart, in the order of its planes: written like `labels`."""
    furnishing: FurnishingThresholds | None = None

    @model_validator(mode="after")
    def _complete(self) -> Self:
        names = [part.file for part in self.files]
        if len(set(names)) < len(names):
            raise ValueError("a file stands twice in the entry")
        if self.reading not in READINGS[self.task]:
            known = ", ".join(str(reading) for reading in READINGS[self.task])
            raise ValueError(f"a model for {self.task} has one of these readings: {known}")
        if self.task in {Task.SEGMENTATION, Task.ROOM} and len(self.classes) < 2:
            raise ValueError(f"a model for {self.task} names its classes")
        labelled = len(self.labels) >= 2 or self.labels_file is not None
        if self.task in {Task.SCENE, Task.ROOM, Task.MARKS, Task.CLASSIFICATION, Task.DETECTION} and not labelled:
            raise ValueError(f"a model for {self.task} names its labels")
        if self.labels_file is not None and (self.labels or self.labels_file not in names[1:]):
            raise ValueError("labels_file is one of the entry's parts, and takes the place of labels")
        unknown = sorted(self.label_thresholds.keys() - set(self.labels))
        if unknown and self.labels_file is None:
            raise ValueError(f"label_thresholds names labels that the model does not have: {', '.join(unknown)}")
        if self.base is not None and self.task is not Task.SCENE:
            raise ValueError("only a model for scene has a base")
        if (self.format is Format.TORCH) != (self.architecture is not None):
            raise ValueError("a checkpoint of torch, and only that, names its architecture")
        return self

    @property
    def files(self) -> tuple[ModelFile, ...]:
        """All its files, the one that the entry itself describes first."""
        return (ModelFile(file=self.file, sha256=self.sha256, bytes=self.bytes), *self.parts)

    @property
    def title(self) -> str:
        """`name@version`."""
        return f"{self.name}@{self.version}"

    @property
    def digest(self) -> str:
        """The sha256 that names the model: of its file, or, where it has several, of their digests in a list."""
        if not self.parts:
            return self.sha256
        listing = "".join(f"{part.sha256}  {part.file}\n" for part in self.files)
        return hashlib.sha256(listing.encode()).hexdigest()

    @property
    def ref(self) -> ModelRef:
        """How answers name the model."""
        return ModelRef(name=self.name, version=self.version, sha256=self.digest)


class Manifest(_Entry):
    """All models of a folder."""

    models: tuple[ModelSpec, ...]

    @model_validator(mode="after")
    def _each_version_once(self) -> Self:
        titles = [spec.title for spec in self.models]
        twice = sorted({title for title in titles if titles.count(title) > 1})
        if twice:
            raise ValueError(f"these versions stand twice: {', '.join(twice)}")
        return self


def read_manifest(folder: Path) -> tuple[ModelSpec, ...]:
    """The entries of a folder's manifest, in their order.

    Raises ModelMissingError without a manifest, ModelError where it breaks the format.
    """
    path = folder / MANIFEST
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise ModelMissingError(f"There is no {MANIFEST} in the model folder {folder}.") from error
    try:
        return Manifest.model_validate(yaml.safe_load(text)).models
    except (yaml.YAMLError, UnicodeDecodeError, ValidationError) as error:
        raise ModelError(f"{path} breaks the manifest's format: {error}") from error
