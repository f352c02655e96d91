"""Detectors of ultralytics (the extra `ultralytics`).

Licence: ultralytics and its weights are AGPL-3.0. Whoever lets others use a service that runs them owes those users the
service's source under the same licence, or needs a licence from Ultralytics. So nothing here imports it unless a model
of this format is configured.

Its files are pickles that run code when opened: what was checked against the manifest's sha256 is opened, nothing else.
"""

import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from ml.errors import ModelError
from ml.models.backends import Device, runtime
from ml.models.manifest import ModelSpec
from ml.models.memory import Outputs, Tensor, is_out_of_memory

_QUIET = {"YOLO_OFFLINE": "true", "YOLO_AUTOINSTALL": "false", "YOLO_VERBOSE": "false"}
"""It asks servers for updates, installs packages and prints, unless it is told not to before it is imported."""


class UltralyticsModel:
    """A detector; boxes come out as x1, y1, x2, y2 in shares of the picture, then confidence and class."""

    def __init__(self, yolo: Any, device: Device, threshold: float) -> None:
        self._yolo = yolo
        self._device = device
        self._threshold = threshold

    def run(self, pictures: Tensor) -> Outputs:
        """`boxes`: 1 x found x 6, for one picture (1 x height x width x 3, uint8 RGB)."""
        picture = np.ascontiguousarray(pictures[0][:, :, ::-1])  # it takes BGR
        (found,) = self._yolo.predict(
            picture, imgsz=picture.shape[:2], conf=max(self._threshold, 0.001), device=self._device, verbose=False
        )
        boxes = found.boxes
        rows = [boxes.xyxyn.cpu().numpy(), boxes.conf.cpu().numpy()[:, None], boxes.cls.cpu().numpy()[:, None]]
        return {"boxes": np.concatenate(rows, axis=1).astype(np.float32)[None]}


def open_model(spec: ModelSpec, content: Mapping[str, bytes], device: Device) -> UltralyticsModel:
    """Open a detector. Raises ModelError."""
    os.environ.update(_QUIET)
    ultralytics = runtime("ultralytics", spec)
    runtime("torch", spec).set_num_threads(1)  # children run side by side
    with tempfile.TemporaryDirectory(prefix="vls-model-") as folder:
        path = Path(folder) / spec.file  # it opens paths alone, by their ending
        path.write_bytes(content[spec.file])
        try:
            yolo = ultralytics.YOLO(str(path), task="detect")
            names = tuple(yolo.names[index] for index in range(len(yolo.names)))
        except Exception as error:
            if is_out_of_memory(error):
                raise
            raise ModelError(f"ultralytics cannot open the model {spec.title}: {error}") from error
    if names != spec.labels:
        raise ModelError(f"The model {spec.title} has other labels than the manifest says: {', '.join(names[:5])}, ...")
    return UltralyticsModel(yolo, device, min([spec.threshold, *spec.label_thresholds.values()]))
