"""Listings and photos that a person has labelled, and how far an answer is from the labels."""

import hashlib
import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from ml.decode import decode_photo
from ml.inspect import MODELS, SCENE_MODEL, record_of
from ml.rooms import signature
from ml.store import store_of
from schemas.photo import LabelScore, ListedPhoto, PhotoRecord, Scene

DATA = Path(__file__).resolve().parent / "data"
SHARED = Path(__file__).resolve().parents[2].parent / "shared"

NO_ROOM = ("floor_plan", "not_a_photo")


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


def photo_path(name: str) -> Path:
    """Where a photo of a labelled listing lies."""
    if name.startswith("ph_"):
        return next((SHARED / "photos" / "rooms").glob(f"*/{name}"))
    return SHARED / "listings" / "listing_1" / name


@cache
def record(name: str) -> PhotoRecord:
    """The record of a photo of a labelled listing, its room signature included."""
    decoded = decode_photo(photo_path(name))
    found = record_of(decoded, store_of(MODELS).load(SCENE_MODEL))
    if found.room_signature is None:
        found = found.model_copy(update={"room_signature": signature(decoded.pixels)})
    return found


def told(record: PhotoRecord, label: str) -> PhotoRecord:
    """The record with the label that a person gave, as a model that is right would give it."""
    top = [LabelScore(label=label, confidence=0.95), LabelScore(label="other", confidence=0.05)]
    return record.model_copy(update={"scene": Scene(label=label, confidence=0.95, top=top, abstained=False)})


def shuffled(names: Iterable[str]) -> list[str]:
    """The photos in an order that tells nothing, the same each time."""
    return sorted(names, key=lambda name: hashlib.sha256(name.encode()).hexdigest())


def listed(listing: LabelledListing) -> list[ListedPhoto]:
    return [ListedPhoto(photo_id=name, photo=record(name)) for name in shuffled(listing.photos)]


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
