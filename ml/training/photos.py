"""The photos to learn from: which file carries which label, from which source, and which photos show the same house."""

import csv
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from ml.training.labels import OF_FOLDER


@dataclass(frozen=True, slots=True)
class Photo:
    """One photo of the collection."""

    file: Path
    label: str | None
    """A label of `ml.training.labels.LABELS`; None where the folder's label is not one that a model learns."""
    source: str
    """Who collected it: `places`, `web`, `house`, `mini`, `ph`, `edp`."""
    house: str
    """Equal for photos of the same house or listing, so that a split can keep them together."""


def read_index(folder: Path) -> list[Photo]:
    """Read `rooms/index.csv` below `folder`, in the order of the file names."""
    photos = []
    with (folder / "rooms" / "index.csv").open(newline="") as lines:
        for row in csv.DictReader(lines):
            file = folder / "rooms" / row["file"]
            # house_0123.jpg and ph_A123.4.jpg: what stands before the last dot but one, or the number, is the house
            name = file.name.split(".")[0]
            photos.append(Photo(file, OF_FOLDER[row["label"]], row["source"], name))
    return sorted(photos, key=lambda photo: photo.file.as_posix())


def read_pixels(file: Path) -> NDArray[np.uint8]:
    """Decode a photo: uint8 RGB, height x width x 3. Raises ValueError where the file is not a picture."""
    pixels = cv2.imread(str(file), cv2.IMREAD_COLOR)
    if pixels is None:
        raise ValueError(f"{file} cannot be decoded")
    return np.ascontiguousarray(pixels[:, :, ::-1])
