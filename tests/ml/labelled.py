"""Listings and photos that a person has labelled, and how far an answer is from the labels."""

import hashlib
import itertools
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from PIL import Image

from ml.inspect import inspect_photo
from schemas.photo import Box, LabelScore, PhotoRecord, Point, Scene

DATA = Path(__file__).resolve().parent / "data"
SHARED = Path(__file__).resolve().parents[2].parent / "shared"

needs_photos = pytest.mark.skipif(
    not (SHARED / "photos").is_dir() or not (SHARED / "listings").is_dir(),
    reason="needs ../shared/photos and ../shared/listings",
)


@dataclass(frozen=True, slots=True)
class LabelledListing:
    """A listing as a person sees it; tests/ml/data/listings.yaml explains the fields."""

    name: str
    photos: Mapping[str, str]
    rooms: Sequence[Sequence[str]]
    heroes: Sequence[str]
    order: Sequence[Sequence[str]]
    left_out: Sequence[str]
    duplicates: Sequence[Sequence[str]]


@cache
def labelled_listings() -> tuple[LabelledListing, ...]:
    rows: list[dict[str, Any]] = yaml.safe_load((DATA / "listings.yaml").read_text())
    return tuple(LabelledListing(**row) for row in rows)


@cache
def further_listings() -> tuple[LabelledListing, ...]:
    """The listings of tests/ml/data/rooms.yaml: their rooms alone."""
    rows: dict[str, list[list[int]]] = yaml.safe_load((DATA / "rooms.yaml").read_text())
    folders = SHARED / "photos" / "rooms"
    found = []
    for name, rooms in rows.items():
        photos = {path.name: path.parent.name for path in sorted(folders.glob(f"*/ph_{name}.*.jpg"))}
        groups = [[f"ph_{name}.{number}.jpg" for number in room] for room in rooms]
        found.append(LabelledListing(name, dict(sorted(photos.items())), groups, [], [], [], []))
    return tuple(found)


def photo_path(name: str) -> Path:
    """Where a photo of a labelled listing lies."""
    if name.startswith("ph_"):
        return next((SHARED / "photos" / "rooms").glob(f"*/{name}"))
    return SHARED / "listings" / "listing_1" / name


@cache
def record(name: str) -> PhotoRecord:
    """The record of a photo of a labelled listing, its room signature included."""
    return inspect_photo(photo_path(name))


def told(record: PhotoRecord, label: str) -> PhotoRecord:
    """The record with the label that a person gave, as a model that is right would give it."""
    top = [LabelScore(label=label, confidence=0.95), LabelScore(label="other", confidence=0.05)]
    return record.model_copy(update={"scene": Scene(label=label, confidence=0.95, top=top, abstained=False)})


def shuffled(names: Iterable[str]) -> list[str]:
    """The photos in an order that tells nothing, the same each time."""
    return sorted(names, key=lambda name: hashlib.sha256(name.encode()).hexdigest())


def pairs(groups: Iterable[Sequence[str]]) -> set[frozenset[str]]:
    """The pairs of photos that stand in one group."""
    return {frozenset(pair) for group in groups for pair in itertools.combinations(group, 2)}


def moved(order: Sequence[str], wanted: Sequence[Sequence[str]]) -> int:
    """How many photos a person would move, add or take out to get from `order` to one that follows the steps `wanted`.

    What stays is the longest part of `order` that passes the steps forwards.
    """
    steps: dict[str, list[int]] = {}
    for at, names in enumerate(wanted):
        for name in names:
            steps.setdefault(name, []).append(at)
    longest = [0] * len(wanted)
    """The longest part so far that ends at each step."""
    for name in order:
        before = [max(longest[: at + 1]) for at in range(len(wanted))]
        for at in steps.get(name, []):
            longest[at] = before[at] + 1
    return len(set(order) | set(steps)) - max(longest, default=0)


@dataclass(frozen=True, slots=True)
class LabelledCrop:
    """Where a person looks first in a photo, and its best crops; tests/ml/data/crops.yaml explains the fields."""

    file: str
    focus: tuple[float, float]
    centres: Mapping[str, float]

    @property
    def path(self) -> Path:
        listing = self.file.startswith(("listing_1/", "portfolio_4k/"))
        return SHARED / ("listings" if listing else "photos/rooms") / self.file


@cache
def labelled_crops() -> tuple[LabelledCrop, ...]:
    rows: list[dict[str, Any]] = yaml.safe_load((DATA / "crops.yaml").read_text())
    return tuple(
        LabelledCrop(row["file"], tuple(row["focus"]), {ratio: row[ratio] for ratio in ("9:16", "1:1")}) for row in rows
    )


def crop_overlap(labelled: LabelledCrop, ratio: str, box: Box | None) -> float:
    """Intersection over union of a crop, or of the one from the middle, with the marked one of the same size."""
    with Image.open(labelled.path) as image:
        shape = image.width / image.height
    wide, high = map(int, ratio.split(":"))
    across = shape > wide / high
    share = wide / high / shape if across else shape / (wide / high)
    marked = min(max(labelled.centres[ratio], share / 2), 1 - share / 2)
    centre = 0.5
    if box is not None:
        centre = box.x + box.width / 2 if across else box.y + box.height / 2
    common = max(0.0, share - abs(centre - marked))
    return common / (2 * share - common)


def focus_distance(labelled: LabelledCrop, focus: Point | None) -> float:
    """How far a focus point, or the middle, is from the marked one, in shares of width and height."""
    x, y = (focus.x, focus.y) if focus is not None else (0.5, 0.5)
    return math.hypot(x - labelled.focus[0], y - labelled.focus[1])
