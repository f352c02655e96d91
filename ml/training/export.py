"""A trained network as an ONNX file with small weights, and its entry in the manifest."""

import hashlib
from pathlib import Path

import numpy as np
import onnx
import torch
import yaml
from onnx import TensorProto, helper, numpy_helper
from torch import Tensor, nn

from ml.training.network import MEAN, STD, RoomNetwork

_SMALL = 10_000
"""Weights of fewer numbers stay as they are: they are hardly worth shrinking."""


class Shipped(nn.Module):  # type: ignore[misc, unused-ignore]
    """What the file answers: scene scores, class probabilities, signature."""

    def __init__(self, network: RoomNetwork, scene: nn.Linear, signature: nn.Linear) -> None:
        super().__init__()
        self.network, self.scene, self.signature = network, scene, signature

    def forward(self, pictures: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Normalised pictures, batch x 3 x height x width."""
        answer = self.network.look(pictures)
        signature = nn.functional.normalize(self.signature(answer.pooled), dim=1)
        return self.scene(answer.features), answer.segmentation.softmax(dim=1), signature


def _shrink_weights(model: onnx.ModelProto) -> None:
    """Store weights as whole numbers of 8 bits with a scale for each output; the arithmetic stays float32.

    The runtime computes the float32 weights once, when it opens the file.
    """
    graph = model.graph
    added = []
    for tensor in list(graph.initializer):
        values = numpy_helper.to_array(tensor)
        if values.dtype != np.float32 or values.size < _SMALL:
            continue
        rows = values.reshape(values.shape[0], -1)
        scale = np.maximum(np.abs(rows).max(axis=1), 1e-12) / 127
        whole = np.rint(rows / scale[:, None]).astype(np.int8).reshape(values.shape)
        scales = scale.astype(np.float32).reshape(-1, *[1] * (values.ndim - 1))
        graph.initializer.remove(tensor)
        graph.initializer.append(numpy_helper.from_array(whole, tensor.name + "_whole"))
        graph.initializer.append(numpy_helper.from_array(scales, tensor.name + "_scale"))
        added.append(helper.make_node("Cast", [tensor.name + "_whole"], [tensor.name + "_cast"], to=TensorProto.FLOAT))
        added.append(helper.make_node("Mul", [tensor.name + "_cast", tensor.name + "_scale"], [tensor.name]))
    for node in reversed(added):
        graph.node.insert(0, node)


def write_onnx(shipped: Shipped, side: int, target: Path) -> None:
    """Write a model from `pictures` (batch x 3 x side x side) to `scores`, `segmentation` and `signature`."""
    target.parent.mkdir(parents=True, exist_ok=True)
    names = ["scores", "segmentation", "signature"]
    torch.onnx.export(
        shipped.eval(),
        (torch.zeros(2, 3, side, side),),
        str(target),
        input_names=["pictures"],
        output_names=names,
        dynamic_axes={name: {0: "batch"} for name in ["pictures", *names]},
        opset_version=17,
        dynamo=False,
    )
    model = onnx.load(str(target))
    _shrink_weights(model)
    onnx.checker.check_model(model)
    onnx.save(model, str(target))


def manifest_entry(
    name: str,
    version: str,
    file: Path,
    *,
    side: int,
    temperature: float,
    threshold: float,
    labels: tuple[str, ...],
    classes: tuple[str, ...],
    furnishing: dict[str, float],
) -> dict[str, object]:
    """What models/manifest.yaml says about the room model."""
    content = file.read_bytes()
    return {
        "name": name,
        "version": version,
        "task": "room",
        "format": "onnx",
        "file": file.name,
        "sha256": hashlib.sha256(content).hexdigest(),
        "bytes": len(content),
        "licence": "the project's own",
        "source": "trained from scratch by ml/training/train_room.py; see the model card",
        "card": f"{name}.md",
        "input": {"width": side, "height": side, "mean": [MEAN] * 3, "std": [STD] * 3},
        "temperature": temperature,
        "threshold": threshold,
        "labels": list(labels),
        "classes": list(classes),
        "furnishing": furnishing,
    }


def put_in_manifest(manifest: Path, entry: dict[str, object]) -> None:
    """Add or replace the entry of the same name and version."""
    models: list[dict[str, object]] = yaml.safe_load(manifest.read_text())["models"] if manifest.exists() else []
    kept = [model for model in models if (model["name"], model["version"]) != (entry["name"], entry["version"])]
    manifest.write_text(yaml.safe_dump({"models": [*kept, entry]}, sort_keys=False, width=120))
