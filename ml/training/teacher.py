"""What the teacher sees: its embedding of every photo, computed once and kept in a cache folder."""

import hashlib
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from ml.training.photos import Photo

WIDTH = 1280
"""Length of an embedding."""

_SIDE = 224
_CHUNK = 256


class Teacher:
    """The MobileNet-EdgeTPU embedding, run by ai-edge-litert on one thread."""

    def __init__(self, weights: Path) -> None:
        from ai_edge_litert.interpreter import Interpreter

        self._interpreter = Interpreter(str(weights), num_threads=1)
        self._interpreter.allocate_tensors()
        self._input = self._interpreter.get_input_details()[0]["index"]
        self._output = self._interpreter.get_output_details()[0]["index"]

    def embed(self, pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """Embed uint8 RGB (height x width x 3, squashed to a square): WIDTH quantised numbers, zero point 0."""
        small = cv2.resize(pixels, (_SIDE, _SIDE), interpolation=cv2.INTER_AREA)
        self._interpreter.set_tensor(self._input, small[None])
        self._interpreter.invoke()
        answer: NDArray[np.uint8] = self._interpreter.get_tensor(self._output).reshape(-1)
        return answer


def _embed_chunk(weights: Path, photos: list[Photo], target: Path) -> None:
    teacher = Teacher(weights)
    rows = []
    for photo in photos:
        pixels = cv2.imread(str(photo.file), cv2.IMREAD_COLOR)
        if pixels is None:
            raise ValueError(f"{photo.file} cannot be decoded")
        rows.append(teacher.embed(np.ascontiguousarray(pixels[:, :, ::-1])))
    partial = target.with_suffix(".partial.npy")
    np.save(partial, np.stack(rows))
    partial.rename(target)


def embeddings(photos: list[Photo], weights: Path, cache: Path, processes: int = 2) -> NDArray[np.uint8]:
    """Embeddings of whole photos, squashed to a square: uint8, photos x WIDTH.

    Resumes from the chunks that `cache` holds; a chunk's name carries what it was computed from.
    """
    cache.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256(weights.read_bytes()).hexdigest()[:8]
    chunks = []
    for start in range(0, len(photos), _CHUNK):
        part = photos[start : start + _CHUNK]
        names = hashlib.sha256("\n".join(photo.file.name for photo in part).encode()).hexdigest()[:8]
        chunks.append((part, cache / f"{digest}-{names}-w0.npy"))
    with ProcessPoolExecutor(processes) as pool:
        for done in [pool.submit(_embed_chunk, weights, *chunk) for chunk in chunks if not chunk[1].exists()]:
            done.result()
    return np.concatenate([np.load(target) for _, target in chunks])
