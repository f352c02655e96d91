"""An opened model: its entry of the manifest beside the runtime that answers."""

import logging
import time
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from ml.errors import ModelError
from ml.models.backends import Backend, Device, open_model
from ml.models.manifest import Format, ModelSpec, PictureInput, Reading, Task
from ml.models.memory import FittingBatches, Outputs, Tensor, is_out_of_memory
from schemas.photo import MarkKind

_log = logging.getLogger(__name__)

_ONE_AT_A_TIME = frozenset({Format.TFLITE, Format.NCNN, Format.ULTRALYTICS})
"""Formats whose files, or whose runtime, take a single picture."""

_ROOM_OUTPUTS = ("scores", "segmentation", "signature")
"""What `ml.room_net` reads, by these names."""


class LoadedModel:
    """An opened model. One instance answers for a whole process, one call at a time."""

    def __init__(self, spec: ModelSpec, backend: Backend, labels: tuple[str, ...] | None = None) -> None:
        """`labels`: where they do not stand in the entry itself."""
        self.spec = spec
        self.labels = spec.labels if labels is None else labels
        self.backend = backend
        size = 1 if spec.format in _ONE_AT_A_TIME else spec.input.batch
        self._fitting = FittingBatches(spec.title, backend.run, size)

    @property
    def batch_size(self) -> int | None:
        """Pictures that go through at a time; None while any number does. Shrinks when memory runs out."""
        return self._fitting.size

    def run(self, pictures: Tensor) -> dict[str, NDArray[np.float32]]:
        """Pictures as `spec.input` wants them (batch first) to every output by its name, as float32.

        Raises MemoryError when not even one picture fits.
        """
        return {name: np.asarray(values, np.float32) for name, values in self._fitting(pictures).items()}

    def raw(self, pictures: Tensor) -> Outputs:
        """The same, with each output in the type that the model gives it."""
        return self._fitting(pictures)

    def output(self, pictures: Tensor, role: str) -> Tensor:
        """The output that the manifest gives this role, or the only one. Raises ModelError where it has neither."""
        return self.output_among(self.raw(pictures), role)

    def output_among(self, found: Outputs, role: str) -> Tensor:
        """The same, among outputs that are there already."""
        name = self.spec.outputs.get(role)
        if name is None and len(found) == 1:
            return next(iter(found.values()))
        if name not in found:
            raise ModelError(
                f"The model {self.spec.title} has no output for {role}: the manifest says {name}, "
                f"the file has {', '.join(found)}."
            )
        return found[name]


class OnEmbedding:
    """A backend from pictures to scores: the base model's vector, read by a file of ours."""

    def __init__(self, head: Backend, base: LoadedModel) -> None:
        self._head = head
        self._base = base

    def run(self, pictures: Tensor) -> Outputs:
        """Every output of the head by its name, for pictures as the base wants them. Raises ModelError."""
        return self._head.run(self._base.output(pictures, "vector").reshape(len(pictures), -1))


def _on_embedding(spec: ModelSpec, head: Backend, base: LoadedModel) -> OnEmbedding:
    if base.spec.reading is not Reading.VECTOR:
        raise ModelError(f"The model {spec.title} reads a vector, and its base {base.spec.title} gives none.")
    if base.spec.input != spec.input:
        raise ModelError(f"The manifest's input of {spec.title} is not that of its base {base.spec.title}.")
    return OnEmbedding(head, base)


def blank_picture(wanted: PictureInput) -> Tensor:
    """A black picture as a model wants it, a batch of one: what warming up runs."""
    channels = 4 if wanted.ones_channel else 3
    size = (wanted.height, wanted.width)
    shape = (1, channels, *size) if wanted.layout == "nchw" else (1, *size, channels)
    return np.zeros(shape, wanted.dtype)


def labels_of(spec: ModelSpec, content: Mapping[str, bytes]) -> tuple[str, ...]:
    """The labels of an entry, from its file of labels where it has one. Raises ModelError where that is no list."""
    if spec.labels_file is None:
        return spec.labels
    try:
        labels = tuple(content[spec.labels_file].decode("utf-8").splitlines())
    except UnicodeDecodeError as error:
        raise ModelError(f"{spec.labels_file} of {spec.title} is not UTF-8: {error}.") from error
    if not all(labels) or len(set(labels)) < len(labels):
        raise ModelError(f"{spec.labels_file} of {spec.title} has an empty line, or a label twice.")
    unknown = sorted(spec.label_thresholds.keys() - set(labels))
    if unknown:
        raise ModelError(f"label_thresholds of {spec.title} names what is not in its labels: {', '.join(unknown)}.")
    return labels


def check_outputs(model: LoadedModel, found: Outputs) -> None:
    """Compare what a model gave for one picture with its entry, so that a wrong entry shows when a worker starts.

    Raises ModelError where an output that the manifest names is not there, or has another number of labels or classes.
    """
    spec, labels = model.spec, len(model.labels)
    wanted = set(spec.outputs.values()) | (set(_ROOM_OUTPUTS) if spec.task is Task.ROOM else set())
    missing = sorted(wanted - found.keys())
    if missing:
        raise ModelError(f"The model {spec.title} has no outputs {', '.join(missing)}: it has {', '.join(found)}.")
    if spec.task is Task.ROOM:
        _same_number(spec, "scores", found["scores"].shape[-1], labels)
        _same_number(spec, "planes", found["segmentation"].shape[1], len(spec.classes))
    elif spec.task is Task.SCENE:
        _same_number(spec, "scores", model.output_among(found, "scores").size, labels)
    elif spec.task is Task.MARKS:
        strangers = sorted(set(model.labels) - set(MarkKind))
        if strangers:
            raise ModelError(f"The model {spec.title} names kinds of marks that there are not: {', '.join(strangers)}.")
        _same_number(spec, "scores of a cell", model.output_among(found, "scores").shape[1], 1 + labels)


def _same_number(spec: ModelSpec, what: str, found: int, wanted: int) -> None:
    if found != wanted:
        raise ModelError(f"The model {spec.title} gives {found} {what}, and its entry wants {wanted}.")


def load_model(
    spec: ModelSpec, content: Mapping[str, bytes], device: Device = "cpu", base: LoadedModel | None = None
) -> LoadedModel:
    """Open a model from its files' checked content, on its base where it has one, and run it once.

    Raises ModelError and MemoryError.
    """
    started = time.monotonic()
    labels = labels_of(spec, content)
    backend = open_model(spec.model_copy(update={"labels": labels}), content, device)
    model = LoadedModel(spec, backend if base is None else _on_embedding(spec, backend, base), labels)
    try:
        found = model.raw(blank_picture(spec.input))
    except Exception as error:
        if is_out_of_memory(error):
            raise
        raise ModelError(f"The model {spec.title} does not run as the manifest describes it: {error}") from error
    check_outputs(model, found)
    _log.info("model loaded", extra={"model": spec.title, "seconds": round(time.monotonic() - started, 3)})
    return model
