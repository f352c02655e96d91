"""What the two teachers see in every photo: dense maps, computed once and kept in a cache folder.

The segmenter (MOSAIC R4, 32 classes of ADE20K) gives scores per class and place, the ImageNet classifier
(MobileNet-EdgeTPU) its last features per place. Both as maps rather than averages, so that a crop of a photo can be
given the part of the teachers' answer that belongs to it.
"""

import hashlib
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from ml.training.photos import Photo, read_pixels

CLASSES = 32
SEG_SIDE = 64
"""Cells of a segmentation map, in each direction."""
SEG_SCALE = 0.0962192565202713
"""Score of one step of a segmentation map."""

FEATURES = 1280
FEATURE_SIDE = 7

_SEGMENTER = "derived_mosaic_r4_logits.tflite"
_SEGMENTER_INPUT = 512
_SEGMENTER_OUTPUT = "decoder/add"
_CLASSIFIER = "derived_mobilenet_edgetpu_embed.tflite"
_CLASSIFIER_INPUT = 224
_CLASSIFIER_OUTPUT = "MobilenetEdgeTPU/Conv_1/Relu;"
_CHUNK = 128


@dataclass(frozen=True)
class Views:
    """The teachers' maps of photos, in the photos' order."""

    segmentation: NDArray[np.uint8]
    """photos x SEG_SIDE x SEG_SIDE x CLASSES, steps of SEG_SCALE."""
    features: NDArray[np.uint8]
    """photos x FEATURE_SIDE x FEATURE_SIDE x FEATURES, quantised, zero point 0."""


def with_output(weights: bytes, name: str) -> bytes:
    """A tflite model with the tensor whose name starts with `name` as its only output."""
    import flatbuffers  # type: ignore[import-untyped, unused-ignore]
    from ai_edge_litert import schema_py_generated as schema

    model: Any = schema.ModelT.InitFromObj(schema.Model.GetRootAs(weights, 0))
    graph = model.subgraphs[0]
    made = {int(index) for operator in graph.operators for index in operator.outputs}
    found = [index for index in sorted(made) if graph.tensors[index].name.decode().startswith(name)]
    if len(found) != 1:
        raise ValueError(f"{len(found)} tensors of the model are named {name}...; one was expected")
    graph.outputs = found
    model.signatureDefs = None
    builder = flatbuffers.Builder(len(weights) + 4096)
    builder.Finish(model.Pack(builder), b"TFL3")
    return bytes(builder.Output())


class _Teacher:
    """A tflite model that gives one inner map of a photo, on one thread."""

    def __init__(self, weights: Path, output: str, side: int) -> None:
        from ai_edge_litert.interpreter import Interpreter

        self._interpreter = Interpreter(model_content=with_output(weights.read_bytes(), output), num_threads=1)
        self._interpreter.allocate_tensors()
        self._input = self._interpreter.get_input_details()[0]["index"]
        self._output = self._interpreter.get_output_details()[0]["index"]
        self._side = side

    def __call__(self, pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """The map of uint8 RGB pixels (height x width x 3), squashed to a square."""
        shrinks = min(pixels.shape[:2]) > self._side
        how = cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR
        self._interpreter.set_tensor(self._input, cv2.resize(pixels, (self._side, self._side), interpolation=how)[None])
        self._interpreter.invoke()
        answer: NDArray[np.uint8] = self._interpreter.get_tensor(self._output)[0]
        return answer


def _look(weights: Path, photos: list[Photo], target: Path) -> None:
    cv2.setNumThreads(1)
    segmenter = _Teacher(weights / _SEGMENTER, _SEGMENTER_OUTPUT, _SEGMENTER_INPUT)
    classifier = _Teacher(weights / _CLASSIFIER, _CLASSIFIER_OUTPUT, _CLASSIFIER_INPUT)
    segmentation, features = [], []
    for photo in photos:
        pixels = read_pixels(photo.file)
        scores = segmenter(pixels)
        rows = scores.reshape(SEG_SIDE, scores.shape[0] // SEG_SIDE, SEG_SIDE, scores.shape[1] // SEG_SIDE, CLASSES)
        segmentation.append(np.rint(rows.mean(axis=(1, 3), dtype=np.float32)).astype(np.uint8))
        features.append(classifier(pixels))
    partial = target.with_suffix(".partial.npz")
    np.savez(partial, segmentation=np.stack(segmentation), features=np.stack(features))
    partial.rename(target)


def look(photos: list[Photo], weights: Path, cache: Path, processes: int = 2) -> Views:
    """Show whole photos, squashed to a square, to both teachers, whose files lie in the folder `weights`.

    Resumes from the chunks that `cache` holds; a chunk's name carries what it was computed from.
    """
    cache.mkdir(parents=True, exist_ok=True)
    files = b"".join((weights / name).read_bytes() for name in (_SEGMENTER, _CLASSIFIER))
    digest = hashlib.sha256(files).hexdigest()[:8]
    chunks = []
    for start in range(0, len(photos), _CHUNK):
        part = photos[start : start + _CHUNK]
        names = hashlib.sha256("\n".join(photo.file.name for photo in part).encode()).hexdigest()[:8]
        chunks.append((part, cache / f"{digest}-{names}.npz"))
    with ProcessPoolExecutor(processes) as pool:
        for done in [pool.submit(_look, weights, *chunk) for chunk in chunks if not chunk[1].exists()]:
            done.result()
    loaded = [np.load(target) for _, target in chunks]
    return Views(
        np.concatenate([part["segmentation"] for part in loaded]), np.concatenate([part["features"] for part in loaded])
    )
