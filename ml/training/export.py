"""A trained network as an ONNX file with half-precision weights, and its entry in the manifest."""

import hashlib
from pathlib import Path

import numpy as np
import onnx
import torch
import yaml
from onnx import TensorProto, helper, numpy_helper

from ml.training.fisher import SceneNetwork
from ml.training.labels import LABELS


def _halve_weights(model: onnx.ModelProto) -> None:
    """Store the weights as float16 and cast them back at load; the arithmetic stays float32."""
    graph = model.graph
    casts = []
    for tensor in list(graph.initializer):
        values = numpy_helper.to_array(tensor)
        if values.dtype != np.float32 or values.size < 1024:
            continue
        stored = numpy_helper.from_array(values.astype(np.float16), tensor.name + "_half")
        graph.initializer.remove(tensor)
        graph.initializer.append(stored)
        casts.append(helper.make_node("Cast", [stored.name], [tensor.name], to=TensorProto.FLOAT))
    for cast in reversed(casts):
        graph.node.insert(0, cast)


def write_onnx(network: SceneNetwork, side: int, target: Path) -> None:
    """Write a model from `pictures` (batch x 3 x side x side, float32 in 0 to 1) to `scores` (batch x labels)."""
    target.parent.mkdir(parents=True, exist_ok=True)
    torch.onnx.export(
        network.eval(),
        (torch.zeros(1, 3, side, side),),
        str(target),
        input_names=["pictures"],
        output_names=["scores"],
        dynamic_axes={"pictures": {0: "batch"}, "scores": {0: "batch"}},
        opset_version=17,
        dynamo=False,
    )
    model = onnx.load(str(target))
    _halve_weights(model)
    onnx.checker.check_model(model)
    onnx.save(model, str(target))


def manifest_entry(
    name: str, version: str, file: Path, *, side: int, temperature: float, threshold: float
) -> dict[str, object]:
    """What models/manifest.yaml says about a scene model."""
    content = file.read_bytes()
    return {
        "name": name,
        "version": version,
        "task": "scene",
        "format": "onnx",
        "file": file.name,
        "sha256": hashlib.sha256(content).hexdigest(),
        "bytes": len(content),
        "licence": "the project's own",
        "source": "trained from scratch by ml/training/train_scene.py; see the model card",
        "card": f"{name}.md",
        "input": {"width": side, "height": side, "mean": [0.0, 0.0, 0.0], "std": [1.0, 1.0, 1.0]},
        "temperature": temperature,
        "threshold": threshold,
        "labels": list(LABELS),
    }


def put_in_manifest(manifest: Path, entry: dict[str, object]) -> None:
    """Add or replace the entry of the same name and version."""
    models: list[dict[str, object]] = yaml.safe_load(manifest.read_text())["models"] if manifest.exists() else []
    kept = [model for model in models if (model["name"], model["version"]) != (entry["name"], entry["version"])]
    manifest.write_text(yaml.safe_dump({"models": [*kept, entry]}, sort_keys=False, width=120))
