"""Checkpoints of torch for networks of timm (the extra `torch`), read with weights_only: no code in them runs."""

import io
from collections.abc import Mapping
from typing import Any

import numpy as np

from ml.errors import ModelError
from ml.models.backends import Device, runtime
from ml.models.manifest import ModelSpec, Task
from ml.models.memory import Outputs, Tensor, is_out_of_memory

_INSIDE = ("state_dict_ema", "state_dict", "model")
"""Where checkpoints of trainers keep the weights."""


class TimmModel:
    """A network in evaluation mode."""

    def __init__(self, torch: Any, network: Any, device: Device, output: str) -> None:
        self._torch = torch
        self._network = network
        self._device = device
        self._output = output

    def run(self, pictures: Tensor) -> Outputs:
        """The network's one output: `scores`, or `embedding` for that task."""
        with self._torch.inference_mode():
            batch = self._torch.from_numpy(np.ascontiguousarray(pictures)).to(self._device)
            answer = self._network(batch).float().cpu().numpy()
        return {self._output: np.asarray(answer)}


def open_model(spec: ModelSpec, content: Mapping[str, bytes], device: Device) -> TimmModel:
    """Build the network, without fetching anything, and give it the checkpoint's weights. Raises ModelError."""
    torch = runtime("torch", spec)
    timm = runtime("timm", spec)
    if device == "cuda" and not torch.cuda.is_available():
        raise ModelError(
            f"The model {spec.title} is to run on cuda, and torch finds no CUDA device: set VLS_MODEL_DEVICE=cpu."
        )
    torch.set_num_threads(1)  # children run side by side
    embeds = spec.task is Task.EMBEDDING
    try:
        weights = _weights(torch.load(io.BytesIO(content[spec.file]), map_location="cpu", weights_only=True))
        network = timm.create_model(spec.architecture, pretrained=False, num_classes=len(spec.labels))
        if embeds:  # a classifier's last layer in the file is no part of an embedding
            own = network.state_dict().keys()
            weights = {name: values for name, values in weights.items() if name in own}
        network.load_state_dict(weights)
    except Exception as error:
        if is_out_of_memory(error):
            raise
        raise ModelError(
            f"The checkpoint of {spec.title} holds no weights for timm's {spec.architecture}: "
            f"{str(error).splitlines()[0] if str(error) else type(error).__name__}"
        ) from error
    return TimmModel(torch, network.eval().to(device), device, "embedding" if embeds else "scores")


def _weights(checkpoint: Any) -> dict[str, Any]:
    """The weights in a checkpoint, without the prefix that parallel training leaves. Raises TypeError."""
    for key in _INSIDE:
        if isinstance(checkpoint, dict) and isinstance(checkpoint.get(key), dict):
            checkpoint = checkpoint[key]
            break
    if not isinstance(checkpoint, dict):
        raise TypeError(f"a dictionary of weights was expected, found {type(checkpoint).__name__}")
    return {str(name).removeprefix("module."): values for name, values in checkpoint.items()}
