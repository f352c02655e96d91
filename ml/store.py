"""The models that may be used: named by manifests, checked against their sha256, opened once in each process."""

import functools
import hashlib
from pathlib import Path

from ml.errors import ModelDigestError, ModelError, ModelMissingError
from ml.models.backends import Device
from ml.models.choice import TASKS, ModelChoice
from ml.models.loaded import LoadedModel, load_model
from ml.models.manifest import (
    MANIFEST,
    FurnishingThresholds,
    ModelFile,
    ModelSpec,
    PictureInput,
    read_manifest,
)
from schemas.photo import ModelRef

__all__ = [
    "MANIFEST",
    "FurnishingThresholds",
    "LoadedModel",
    "ModelChoice",
    "ModelSpec",
    "ModelStore",
    "PictureInput",
    "store_of",
]


_OPENED: dict[tuple[Path, ModelRef, Device], LoadedModel] = {}
"""The process's opened models, whichever store opened them."""


class ModelStore:
    """The models of a folder, and of a second one with what was pulled. `store_of` shares opened ones in a process."""

    def __init__(self, folder: Path, pulled: Path | None = None, device: Device = "cpu") -> None:
        """Read the manifests: the folder's, and, where there is one, that of `pulled`, with the operator's own models.

        Raises ModelMissingError without the first, ModelError where one breaks the format.
        """
        self._folder = folder
        self._device = device
        self.pulled = pulled
        self.specs = read_manifest(folder)
        if pulled is not None and (pulled / MANIFEST).exists():
            self.specs += self._of_the_operator(pulled)

    def _of_the_operator(self, pulled: Path) -> tuple[ModelSpec, ...]:
        own = read_manifest(pulled)
        titles = {spec.title for spec in self.specs}
        twice = sorted(spec.title for spec in own if spec.title in titles)
        if twice:
            raise ModelError(f"{pulled / MANIFEST} names versions that ship already: {', '.join(twice)}.")
        return tuple(spec.model_copy(update={"shipped": False}) for spec in own)

    def spec(self, name: str) -> ModelSpec:
        """The entry of `name@version`, or of the last version listed of a plain `name`; raises ModelMissingError."""
        wanted, _, version = name.partition("@")
        found = [spec for spec in self.specs if spec.name == wanted and version in ("", spec.version)]
        if not found:
            listed = ", ".join(spec.title for spec in self.specs) or "none"
            raise ModelMissingError(f"The model {name} is not in the manifest of {self._folder}; listed: {listed}.")
        return found[-1]

    def digest(self, name: str) -> str:
        """The sha256 that names the model in cache keys, from the manifest alone."""
        return self.spec(name).digest

    def path(self, spec: ModelSpec, file: ModelFile) -> Path:
        """Where one of a model's files lies or belongs; raises ModelMissingError where there is no folder for it."""
        if spec.shipped:
            return self._folder / file.file
        if self.pulled is None:
            raise ModelMissingError(f"The model {spec.title} does not ship, and no folder of pulled models is set.")
        return self.pulled / spec.name / spec.version / file.file

    def content(self, name: str) -> dict[str, bytes]:
        """All files of a model, after the sha256 of each was found right.

        Raises ModelMissingError or ModelDigestError.
        """
        spec = self.spec(name)
        return {file.file: self._checked(spec, file) for file in spec.files}

    def verified_bytes(self, name: str) -> bytes:
        """The content of a model's first file, after its sha256 was found right; raises as `content` does."""
        spec = self.spec(name)
        return self._checked(spec, spec.files[0])

    def _checked(self, spec: ModelSpec, file: ModelFile) -> bytes:
        path = self.path(spec, file)
        try:
            content = path.read_bytes()
        except (FileNotFoundError, NotADirectoryError) as error:
            remedy = "" if spec.shipped else f" It does not ship: `vls-media models pull {spec.title} --from ...`."
            raise ModelMissingError(f"The model {spec.title} has no file {path}.{remedy}") from error
        found = hashlib.sha256(content).hexdigest()
        if found != file.sha256:
            raise ModelDigestError(
                f"{path} has the sha256 {found}, and the manifest names {file.sha256}: fetch it again."
            )
        return content

    def load(self, name: str) -> LoadedModel:
        """The model, opened and run once on the first call: what is opened are the bytes that were checked.

        Raises ModelError.
        """
        spec = self.spec(name)
        base = self._base(spec)
        key = (self.path(spec, spec.files[0]), spec.ref, self._device)
        if key not in _OPENED:
            _OPENED[key] = load_model(spec, self.content(spec.title), self._device, base)
        return _OPENED[key]

    def _base(self, spec: ModelSpec) -> LoadedModel | None:
        """The opened model whose vector this one reads; asked for each time, so that a missing one always shows."""
        if spec.base is None:
            return None
        try:
            return self.load(spec.base)
        except ModelMissingError as error:
            raise ModelMissingError(
                f"The model {spec.title} reads what {spec.base} gives, which is not here and does not ship: "
                f"set VLS_MODELS_PULLED, then `vls-media models pull {spec.base} --from ...`."
            ) from error

    def chosen(self, choice: ModelChoice) -> dict[str, ModelSpec]:
        """The entry for each place of a choice; raises ModelError where a model cannot do what it was chosen for."""
        specs = {place: self.spec(name) for place, name in choice.chosen()}
        for place, spec in specs.items():
            if spec.task not in TASKS[place]:
                raise ModelError(f"The model {spec.title} is for {spec.task}: it cannot be chosen for {place}.")
        return specs

    def load_chosen(self, choice: ModelChoice) -> dict[str, LoadedModel]:
        """The opened model for each place of a choice that is filled. Raises ModelError."""
        return {place: self.load(spec.title) for place, spec in self.chosen(choice).items()}


@functools.cache
def store_of(folder: Path, pulled: Path | None = None, device: Device = "cpu") -> ModelStore:
    """The process's store for its folders: models are opened once in a process."""
    return ModelStore(folder, pulled, device)
