"""The Fisher vectors of all pictures, computed once and kept in a cache folder."""

import logging
from pathlib import Path

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ml.training.fisher import SceneNetwork

_CHUNK = 64

log = logging.getLogger(__name__)


def tensor(pictures: list[NDArray[np.uint8]], side: int) -> Tensor:
    """Pictures of any size, squashed: batch x 3 x side x side, 0 to 1."""
    small = [cv2.resize(picture, (side, side), interpolation=cv2.INTER_AREA) for picture in pictures]
    return torch.from_numpy(np.stack(small)).permute(0, 3, 1, 2).float().div_(255)


def vectors(network: SceneNetwork, pictures: list[NDArray[np.uint8]], side: int, cache: Path) -> NDArray[np.float16]:
    """Vectors in the pictures' order: pictures x network.width. Chunks that lie in `cache` are not computed again.

    Empty the cache when the pictures or the vocabulary change.
    """
    cache.mkdir(parents=True, exist_ok=True)
    chunks = []
    for start in range(0, len(pictures), _CHUNK):
        target = cache / f"{start:06d}.npy"
        if not target.exists():
            with torch.no_grad():
                found = network.vector(tensor(pictures[start : start + _CHUNK], side)).half().numpy()
            partial = target.with_suffix(".partial.npy")
            np.save(partial, found)
            partial.rename(target)
            log.info("vectors: %d of %d pictures", start + len(found), len(pictures))
        chunks.append(np.load(target))
    return np.concatenate(chunks)
