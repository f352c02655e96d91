"""Pictures' embeddings by a model that does not ship, as the scene model on top of it sees them at work."""

import hashlib
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ml.models.readings.features import features
from ml.store import LoadedModel
from ml.training.photos import read_pixels

_CHUNK = 256


def embed_all(
    pictures: Sequence[Path | NDArray[np.uint8]],
    names: Sequence[str],
    model: LoadedModel,
    cache: Path,
    *,
    mirrored: bool = False,
) -> NDArray[np.float32]:
    """Features of files or pixels (sRGB, height x width x 3), or of their mirror images: pictures x width.

    Resumes from the chunks that `cache` holds; a chunk's name carries the model and the `names` of its pictures.
    """
    cache.mkdir(parents=True, exist_ok=True)
    starts = range(0, len(pictures), _CHUNK)
    return np.concatenate([_chunk_of(pictures, names, at, model, cache, mirrored=mirrored) for at in starts])


def chunk_file(names: Iterable[str], model: LoadedModel, cache: Path, *, mirrored: bool) -> Path:
    """Where the features of these pictures are kept."""
    digest = hashlib.sha256("\n".join(names).encode()).hexdigest()[:12]
    return cache / f"{model.spec.digest[:8]}-{digest}-{'mirrored' if mirrored else 'straight'}.npy"


def _chunk_of(
    pictures: Sequence[Path | NDArray[np.uint8]],
    names: Sequence[str],
    start: int,
    model: LoadedModel,
    cache: Path,
    *,
    mirrored: bool,
) -> NDArray[np.float32]:
    part = slice(start, start + _CHUNK)
    target = chunk_file(names[part], model, cache, mirrored=mirrored)
    if not target.exists():
        rows = []
        for picture in pictures[part]:
            pixels = read_pixels(picture) if isinstance(picture, Path) else picture
            rows.append(features(np.ascontiguousarray(pixels[:, ::-1]) if mirrored else pixels, model))
        partial = target.with_suffix(".partial.npy")
        np.save(partial, np.stack(rows))
        partial.rename(target)
    found: NDArray[np.float32] = np.load(target)
    return found
