"""TFLite files in ai-edge-litert (the extra `tflite`), on the CPU."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from ml.errors import ModelError
from ml.models.backends import Device, cpu_only, runtime
from ml.models.manifest import ModelSpec
from ml.models.memory import Outputs, Tensor, is_out_of_memory


class TfliteModel:
    """An interpreter. It holds on to the file's content, which it reads in place."""

    def __init__(self, interpreter: Any) -> None:
        self._interpreter = interpreter
        interpreter.allocate_tensors()
        self._input = interpreter.get_input_details()[0]["index"]
        self._outputs = interpreter.get_output_details()

    def run(self, pictures: Tensor) -> Outputs:
        """Every output by its name; quantised ones as float32: scale x (value - zero point)."""
        self._interpreter.set_tensor(self._input, pictures)
        self._interpreter.invoke()
        return {output["name"]: self._real(output) for output in self._outputs}

    def _real(self, output: Mapping[str, Any]) -> Tensor:
        # A copy: the interpreter writes the next answer into the same place.
        values: Tensor = np.array(self._interpreter.get_tensor(output["index"]))
        scale, zero = output["quantization"]
        if scale == 0 or values.dtype not in (np.uint8, np.int8):
            return values
        return (values.astype(np.float32) - np.float32(zero)) * np.float32(scale)


def open_model(spec: ModelSpec, content: Mapping[str, bytes], device: Device) -> TfliteModel:
    """Open an interpreter of one thread. Raises ModelError."""
    cpu_only(spec, device)
    litert = runtime("ai_edge_litert.interpreter", spec)
    try:
        return TfliteModel(litert.Interpreter(model_content=content[spec.file], num_threads=1))
    except (ValueError, RuntimeError) as error:
        if is_out_of_memory(error):
            raise
        raise ModelError(f"ai-edge-litert cannot open the model {spec.title}: {error}") from error
