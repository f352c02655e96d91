"""The models that may be used: named by the manifest, checked against their sha256, opened once in each process."""

import functools
import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import onnxruntime
import yaml
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ml.errors import ModelDigestError, ModelError, ModelMissingError
from schemas.photo import ModelRef

MANIFEST = "manifest.yaml"


class PictureInput(BaseModel):
    """How a model wants its pictures: squashed to width x height, RGB in 0 to 1, less the mean, over the deviation."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    width: int = Field(gt=0)
    height: int = Field(gt=0)
    mean: tuple[float, float, float]
    std: tuple[float, float, float]


class ModelSpec(BaseModel):
    """An entry of the manifest."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(pattern=r"^[a-z0-9_-]+$")
    version: str = Field(pattern=r"^[0-9A-Za-z._-]+$")
    task: Literal["scene", "marks"]
    format: Literal["onnx"]
    file: str = Field(pattern=r"^[0-9A-Za-z._-]+$")
    sha256: str = Field(pattern="^[0-9a-f]{64}$")
    bytes: int = Field(gt=0)
    licence: str
    source: str
    card: str
    input: PictureInput
    temperature: float = Field(gt=0)
    """Divisor of the scores before the softmax."""
    threshold: float = Field(ge=0, le=1)
    """Confidence below which the model abstains."""
    labels: tuple[str, ...] = Field(min_length=2)

    @property
    def ref(self) -> ModelRef:
        """How answers name the model."""
        return ModelRef(name=self.name, version=self.version, sha256=self.sha256)


class _Manifest(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    models: tuple[ModelSpec, ...]


@dataclass(frozen=True, slots=True, eq=False)
class LoadedModel:
    """An opened model."""

    spec: ModelSpec
    session: onnxruntime.InferenceSession

    def run(self, pictures: NDArray[np.float32]) -> NDArray[np.float32]:
        """Normalised pictures (batch x 3 x height x width) to scores (batch x labels)."""
        (scores,) = self.session.run(None, {self.session.get_inputs()[0].name: pictures})
        return np.asarray(scores, np.float32)


class ModelStore:
    """The models of one folder. Use `store_of` to share the opened ones within a process."""

    def __init__(self, folder: Path) -> None:
        """Read the manifest; raises ModelMissingError without one, ModelError where it breaks the format."""
        self._folder = folder
        self._opened: dict[tuple[str, str], LoadedModel] = {}
        try:
            text = (folder / MANIFEST).read_text(encoding="utf-8")
        except FileNotFoundError as error:
            raise ModelMissingError(f"There is no {MANIFEST} in the model folder {folder}.") from error
        try:
            self.specs = _Manifest.model_validate(yaml.safe_load(text)).models
        except (yaml.YAMLError, ValidationError) as error:
            raise ModelError(f"{folder / MANIFEST} breaks the manifest's format: {error}") from error
        if len({(spec.name, spec.version) for spec in self.specs}) < len(self.specs):
            raise ModelError(f"{folder / MANIFEST} names a version of a model twice.")

    def spec(self, name: str) -> ModelSpec:
        """The entry of `name@version`, or of the last version listed of a plain `name`; raises ModelMissingError."""
        wanted, _, version = name.partition("@")
        found = [spec for spec in self.specs if spec.name == wanted and version in ("", spec.version)]
        if not found:
            listed = ", ".join(f"{spec.name}@{spec.version}" for spec in self.specs) or "none"
            raise ModelMissingError(f"The model {name} is not in the manifest of {self._folder}; listed: {listed}.")
        return found[-1]

    def digest(self, name: str) -> str:
        """The sha256 that names the model in cache keys, from the manifest alone."""
        return self.spec(name).sha256

    def verified_bytes(self, name: str) -> bytes:
        """The model file's content, after its sha256 was found right; raises ModelMissingError or ModelDigestError."""
        spec = self.spec(name)
        path = self._folder / spec.file
        try:
            content = path.read_bytes()
        except FileNotFoundError as error:
            raise ModelMissingError(f"The model {spec.name}@{spec.version} has no file {path}.") from error
        found = hashlib.sha256(content).hexdigest()
        if found != spec.sha256:
            raise ModelDigestError(
                f"{path} has the sha256 {found}, and the manifest names {spec.sha256}: fetch it again."
            )
        return content

    def load(self, name: str) -> LoadedModel:
        """The model, opened and warmed up on the first call.

        What is opened are the bytes that were checked. One thread and no spinning: children run side by side, and
        the order of additions, so the last bit of an answer, must not hang on the number of cores.
        """
        spec = self.spec(name)
        key = (spec.name, spec.version)
        if key not in self._opened:
            content = self.verified_bytes(name)
            options = onnxruntime.SessionOptions()
            options.intra_op_num_threads = 1
            options.inter_op_num_threads = 1
            options.execution_mode = onnxruntime.ExecutionMode.ORT_SEQUENTIAL
            options.log_severity_level = 3
            session = onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])
            model = LoadedModel(spec, session)
            model.run(np.zeros((1, 3, spec.input.height, spec.input.width), np.float32))
            self._opened[key] = model
        return self._opened[key]


@functools.cache
def store_of(folder: Path) -> ModelStore:
    """The process's store for a folder: models are opened once in a process."""
    return ModelStore(folder)
