"""How many of the things that a person marked in photos are found, by pulled models, label by label.

python -m tests.ml.objects_found --detector picodet --segmenter mosaic

A kind of thing counts once a photo: found or missed, and false where a person saw none.
"""

import argparse
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import typer
import yaml
from numpy.typing import NDArray

from ml.inspect import MODELS
from ml.models.folders import pulled_by_default
from ml.models.readings.detection import detect
from ml.objects import LISTED, objects_of, people_in
from ml.segmentation import segment
from ml.store import store_of

MARKS = Path(__file__).parent / "data" / "objects.yaml"
PHOTOS = Path(__file__).resolve().parents[2] / ".." / "shared" / "photos" / "rooms"

Pixels = NDArray[np.uint8]


@dataclass(frozen=True)
class Marked:
    """A photo with what a person saw in it."""

    file: str
    there: frozenset[str]
    unsure: frozenset[str]


@dataclass
class Counts:
    """Of one label, over all photos."""

    found: int = 0
    missed: int = 0
    false: int = 0

    @property
    def recall(self) -> float:
        """Share of the marked that was found; nan where none was marked."""
        return self.found / (self.found + self.missed) if self.found + self.missed else float("nan")

    @property
    def precision(self) -> float:
        """Share of the found that was marked; nan where none was found."""
        return self.found / (self.found + self.false) if self.found + self.false else float("nan")


def marked_photos() -> list[Marked]:
    """All marks, in the file's order."""
    photos = []
    for file, text in yaml.safe_load(MARKS.read_text(encoding="utf-8")).items():
        there, _, unsure = text.partition("|")
        photos.append(Marked(file, frozenset(there.split()), frozenset(unsure.split())))
    return photos


def read(photo: Marked) -> Pixels:
    """A photo's pixels, sRGB."""
    pixels = cv2.imread(str(PHOTOS / photo.file), cv2.IMREAD_COLOR)
    assert pixels is not None, photo.file
    return np.ascontiguousarray(pixels[:, :, ::-1], np.uint8)


def count(photos: list[Marked], labels: tuple[str, ...], find: Callable[[Pixels], set[str]]) -> Mapping[str, Counts]:
    """What `find` finds beside what was marked, for each label."""
    counts = {label: Counts() for label in labels}
    for photo in photos:
        found = find(read(photo))
        for label in labels:
            if label in photo.there:
                counts[label].found += label in found
                counts[label].missed += label not in found
            elif label not in photo.unsure:
                counts[label].false += label in found
    return counts


def main() -> None:
    """Print a table for the models that were named."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--detector")
    parser.add_argument("--segmenter")
    chosen = parser.parse_args()
    store = store_of(MODELS, pulled_by_default())
    detector = store.load(chosen.detector) if chosen.detector else None
    segmenter = store.load(chosen.segmenter) if chosen.segmenter else None

    def find(pixels: Pixels) -> set[str]:
        segmentation = segment(pixels, segmenter) if segmenter is not None else None
        found = {thing.label for thing in objects_of(pixels, detector, segmentation)}
        return found | ({"person"} if detector is not None and people_in(detect(pixels, detector)) else set())

    photos = marked_photos()
    typer.echo("label, marked in photos, recall, precision")
    total = Counts()
    for label, counts in count(photos, (*LISTED, "person"), find).items():
        typer.echo(f"{label:10} {counts.found + counts.missed:4} {counts.recall:6.2f} {counts.precision:6.2f}")
        if label in LISTED:
            total = Counts(total.found + counts.found, total.missed + counts.missed, total.false + counts.false)
    typer.echo(f"{'listed':10} {total.found + total.missed:4} {total.recall:6.2f} {total.precision:6.2f}")


if __name__ == "__main__":
    main()
