"""The mark network as an ONNX file with half-precision weights, and its entry in the manifest."""

import hashlib
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper

from ml.training.mark_network import MarkNetwork
from ml.training.mark_samples import LONG_SIDE
from ml.training.overlays import KINDS

NAME, VERSION = "marks", "1.1.0"


def write_onnx(network: MarkNetwork, target: Path, *, shift: float = 0.0) -> None:
    """Write a model from `pictures` (batch x 3 x height x width) to `scores` (batch x 5 x height/4 x width/4).

    `shift` is added to the log odds of a mark, so that what is computed from them is calibrated. The weights are
    stored as float16 and cast back when the file is opened; the arithmetic stays float32.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    with torch.no_grad():
        network.last.bias[0] += shift
    sides = {0: "batch", 2: "height", 3: "width"}
    torch.onnx.export(
        network.eval(),
        (torch.zeros(1, 3, 64, 64),),
        str(target),
        input_names=["pictures"],
        output_names=["scores"],
        dynamic_axes={"pictures": sides, "scores": sides},
        opset_version=17,
        dynamo=False,
    )
    with torch.no_grad():
        network.last.bias[0] -= shift
    model = onnx.load(str(target))
    graph = model.graph
    for tensor in list(graph.initializer):
        values = numpy_helper.to_array(tensor)
        if values.dtype == np.float32 and values.size >= 512:
            graph.initializer.remove(tensor)
            graph.initializer.append(numpy_helper.from_array(values.astype(np.float16), tensor.name + "_half"))
            graph.node.insert(0, helper.make_node("Cast", [tensor.name + "_half"], [tensor.name], to=TensorProto.FLOAT))
    onnx.checker.check_model(model)
    onnx.save(model, str(target))


def manifest_entry(file: Path, *, temperature: float, threshold: float) -> dict[str, object]:
    """What models/manifest.yaml says about the model."""
    content = file.read_bytes()
    return {
        "name": NAME,
        "version": VERSION,
        "task": "marks",
        "format": "onnx",
        "file": file.name,
        "sha256": hashlib.sha256(content).hexdigest(),
        "bytes": len(content),
        "licence": "the project's own",
        "source": "trained from scratch by ml/training/train_marks.py; see the model card",
        "card": f"{NAME}.md",
        "input": {"width": LONG_SIDE, "height": LONG_SIDE, "mean": [0.0, 0.0, 0.0], "std": [1.0, 1.0, 1.0]},
        "temperature": temperature,
        "threshold": threshold,
        "labels": list(KINDS),
    }
