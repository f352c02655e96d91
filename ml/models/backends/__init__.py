"""The runtimes that open models. Each is imported only when a model needs it: most come with an extra of their own."""

import importlib
from collections.abc import Mapping
from types import ModuleType
from typing import Literal, Protocol

from ml.errors import ModelError
from ml.models.manifest import Format, ModelSpec
from ml.models.memory import Outputs, Tensor

Device = Literal["cpu", "cuda"]


class Backend(Protocol):
    """An opened model."""

    def run(self, pictures: Tensor) -> Outputs:
        """Pictures as the entry's `input` wants them to every output by its name; quantised ones as real numbers."""


_OPENERS = {
    Format.ONNX: "onnx_runtime",
    Format.TORCH: "timm_checkpoint",
    Format.TFLITE: "litert",
    Format.NCNN: "ncnn_net",
    Format.ULTRALYTICS: "ultralytics_yolo",
}

EXTRAS = {Format.TORCH: "torch", Format.TFLITE: "tflite", Format.NCNN: "ncnn", Format.ULTRALYTICS: "ultralytics"}
"""The extra of the package that brings a format's runtime."""


def open_model(spec: ModelSpec, content: Mapping[str, bytes], device: Device = "cpu") -> Backend:
    """Open a model from its files' content, which has been checked.

    Raises ModelError where the runtime is not installed, the device is not there, or the content is no such model.
    """
    module = importlib.import_module(f"ml.models.backends.{_OPENERS[spec.format]}")
    backend: Backend = module.open_model(spec, content, device)
    return backend


def runtime(name: str, spec: ModelSpec) -> ModuleType:
    """A runtime's module; raises ModelError, which names the extra, where it is not installed."""
    try:
        return importlib.import_module(name)
    except ImportError as error:
        extra = EXTRAS[spec.format]
        raise ModelError(
            f"The model {spec.title} needs {name.partition('.')[0]}, which cannot be imported ({error}): "
            f"install the extra `{extra}` (pip install 'vls-media[{extra}]')."
        ) from error


def cpu_only(spec: ModelSpec, device: Device) -> None:
    """Refuse a device that a runtime does not have here. Raises ModelError."""
    if device != "cpu":
        raise ModelError(f"The model {spec.title} runs on the CPU alone, not on {device}: set VLS_MODEL_DEVICE=cpu.")
