"""Networks of ncnn (the extra `ncnn`), on the CPU: a .bin with the weights and a .param with the graph."""

import os
from collections.abc import Mapping
from typing import Any

import numpy as np

from ml.errors import ModelError
from ml.models.backends import Device, cpu_only, runtime
from ml.models.manifest import ModelSpec
from ml.models.memory import Outputs, Tensor


class NcnnModel:
    """A network; it sees one picture at a time."""

    def __init__(self, ncnn: Any, net: Any) -> None:
        self._ncnn = ncnn
        self._net = net
        self._input = net.input_names()[0]
        self._names = net.output_names()

    def run(self, pictures: Tensor) -> Outputs:
        """Every output by its name, for one picture (1 x 3 x height x width). Raises MemoryError."""
        extractor = self._net.create_extractor()
        extractor.input(self._input, self._ncnn.Mat(np.ascontiguousarray(pictures[0])))
        found: Outputs = {}
        for name in self._names:
            status, values = extractor.extract(name)
            if status == -100:  # how ncnn says that an allocation was refused
                raise MemoryError(f"ncnn had no memory for {name}")
            if status != 0:
                raise RuntimeError(f"ncnn cannot compute {name} (status {status})")
            found[name] = np.array(values)[None]  # a copy: the extractor's memory goes with it
        return found


def open_model(spec: ModelSpec, content: Mapping[str, bytes], device: Device) -> NcnnModel:
    """Load the network with one thread and plain float32, so that an answer is the same on any x86.

    Raises ModelError.
    """
    cpu_only(spec, device)
    graphs = [part.file for part in spec.files if part.file.endswith(".param")]
    if len(graphs) != 1:
        raise ModelError(f"The model {spec.title} needs one .param file beside its weights in the manifest.")
    ncnn = runtime("ncnn", spec)
    net = ncnn.Net()
    net.opt.num_threads = 1
    net.opt.use_vulkan_compute = False
    for short in ("use_fp16_packed", "use_fp16_storage", "use_fp16_arithmetic", "use_bf16_storage"):
        setattr(net.opt, short, False)
    if net.load_param_mem(flat_layers(content[graphs[0]].decode("ascii"))) != 0:
        raise ModelError(f"ncnn cannot read the graph of the model {spec.title}.")
    # ncnn loads weights from a path alone; a nameless file in memory is one that nobody else can change in between.
    descriptor = os.memfd_create(spec.name, os.MFD_CLOEXEC)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content[spec.file])
        file.flush()
        if net.load_model(f"/proc/self/fd/{descriptor}") != 0:
            raise ModelError(f"ncnn cannot read the weights of the model {spec.title}.")
    return NcnnModel(ncnn, net)


def flat_layers(graph: str) -> str:
    """A graph's text with 1 x 1 convolutions of a globally pooled vector as what they are, inner products.

    ncnn computes the same for both, and complains on stderr at each run about the first.
    """
    flat: set[str] = set()
    return "".join(f"{_flat_layer(line, flat)}\n" for line in graph.splitlines())


def _flat_layer(line: str, flat: set[str]) -> str:
    """One line of a graph; `flat` holds the blobs that are vectors, and gains those that this layer makes."""
    words = line.split()
    if len(words) < 4:
        return line
    kind, inputs, outputs = words[0], int(words[2]), int(words[3])
    end = 4 + inputs + outputs
    blobs, options = words[4:end], dict(word.split("=", 1) for word in words[end:])
    if kind == "Pooling" and options.get("4") == "1":
        flat.update(blobs[inputs:])
    if inputs != 1 or blobs[0] not in flat or kind not in {"ReLU", "HardSigmoid", "HardSwish", "Convolution"}:
        return line
    flat.update(blobs[inputs:])
    if kind != "Convolution":
        return line
    bare = {"0": options["0"], "1": options.get("5", "0"), "2": options["6"]}
    activation = {key: options[key] for key in ("9", "-23310") if key in options}
    return " ".join(["InnerProduct", *words[1:end], *(f"{key}={value}" for key, value in (bare | activation).items())])
