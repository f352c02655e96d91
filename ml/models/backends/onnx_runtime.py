"""ONNX files in onnxruntime, on the CPU or on CUDA."""

from collections.abc import Mapping

import numpy as np
import onnxruntime

from ml.errors import ModelError
from ml.models.backends import Device
from ml.models.manifest import ModelSpec
from ml.models.memory import Outputs, Tensor, is_out_of_memory

_ARENAS = {"cpu": "cpu", "cuda": "gpu"}
_PROVIDERS = {"cpu": ["CPUExecutionProvider"], "cuda": ["CUDAExecutionProvider", "CPUExecutionProvider"]}


class OnnxModel:
    """A session with its outputs' names.

    onnxruntime keeps what it once allocated for the next run, which is faster; after memory ran out, it gives it back
    at the end of each run, or the answer itself would find no room.
    """

    def __init__(self, session: onnxruntime.InferenceSession, device: Device) -> None:
        self.session = session
        self._thrift = onnxruntime.RunOptions()
        self._thrift.log_severity_level = 4
        self._thrift.add_run_config_entry("memory.enable_memory_arena_shrinkage", f"{_ARENAS[device]}:0")
        self._thrifty = False
        self._input = session.get_inputs()[0].name
        self._names = [output.name for output in session.get_outputs()]

    def run(self, pictures: Tensor) -> Outputs:
        """Every output by its name."""
        try:
            found = self.session.run(self._names, {self._input: pictures}, self._thrift if self._thrifty else None)
        except Exception as error:
            self._thrifty |= is_out_of_memory(error)
            raise
        return {name: np.asarray(values) for name, values in zip(self._names, found, strict=True)}


def open_model(spec: ModelSpec, content: Mapping[str, bytes], device: Device) -> OnnxModel:
    """Open a session.

    One thread and no spinning: children run side by side, and the order of additions, so the last bit of an answer,
    must not hang on the number of cores. Raises ModelError.
    """
    wanted = _PROVIDERS[device][0]
    if wanted not in onnxruntime.get_available_providers():
        raise ModelError(
            f"The model {spec.title} is to run on {device}, and this onnxruntime has no {wanted}: "
            "install onnxruntime-gpu in its place, or set VLS_MODEL_DEVICE=cpu."
        )
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.execution_mode = onnxruntime.ExecutionMode.ORT_SEQUENTIAL
    options.log_severity_level = 3
    try:
        session = onnxruntime.InferenceSession(content[spec.file], options, providers=_PROVIDERS[device])
    except Exception as error:
        if is_out_of_memory(error):
            raise
        raise ModelError(f"onnxruntime cannot open the model {spec.title}: {error}") from error
    if session.get_providers()[0] != wanted:  # it goes on with the CPU by itself, without an error
        raise ModelError(
            f"The model {spec.title} is to run on {device}, and onnxruntime found no device that works: "
            "look at the driver and CUDA's libraries, or set VLS_MODEL_DEVICE=cpu."
        )
    return OnnxModel(session, device)
