"""Models of third parties for tests, pulled from ../shared/weights; without it, or a runtime, the test is skipped."""

from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from ml.inspect import MODELS
from ml.models.loaded import LoadedModel
from ml.models.manifest import Format
from ml.models.pulling import pull
from ml.store import ModelStore
from processors.cli.model_sources import read_from
from processors.engine.artifacts.s3_client import S3Settings

SHARED = Path(__file__).resolve().parents[2] / ".." / "shared"
WEIGHTS = SHARED / "weights"
_MODULES = {Format.TFLITE: "ai_edge_litert.interpreter", Format.NCNN: "ncnn", Format.ULTRALYTICS: "ultralytics"}


def pulled(name: str, folder: Path) -> LoadedModel:
    """The opened model, pulled into a folder."""
    store = ModelStore(MODELS, folder)
    spec = store.spec(name)
    for file in spec.files:
        if not (WEIGHTS / file.file).is_file():
            pytest.skip(f"{file.file} is not in ../shared/weights")
    pytest.importorskip(_MODULES[spec.format], reason=f"the runtime of {spec.format} is not installed")
    pull(store, name, read_from(str(WEIGHTS), S3Settings()))
    return store.load(name)


def photo(file: str) -> NDArray[np.uint8]:
    """The pixels of a photo of ../shared/photos/rooms; skips the test without it."""
    pixels = cv2.imread(str(SHARED / "photos" / "rooms" / file), cv2.IMREAD_COLOR)
    if pixels is None:
        pytest.skip(f"{file} is not in ../shared/photos/rooms")
    return np.ascontiguousarray(pixels[:, :, ::-1], np.uint8)
