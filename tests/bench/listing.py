"""How near listing summaries and crops come to what a person says: `python -m tests.bench.listing`.

Prints tables of ml/README.md. Needs ../shared/photos and ../shared/listings.
"""

import sys
from collections.abc import Callable, Iterable, Sequence

import numpy as np
from rich.console import Console
from rich.table import Table

from ml.crops import focus_and_crops
from ml.decode import decode_photo
from ml.hero import quality_of
from ml.inspect import inspect_photo
from ml.listing import summarise
from ml.rooms import room_groups
from schemas.photo import Crop, ListedPhoto, PhotoRecord, Point
from tests.ml.labelled import (
    SHARED,
    LabelledCrop,
    LabelledListing,
    crop_overlap,
    focus_distance,
    further_listings,
    labelled_crops,
    labelled_listings,
    moved,
    pairs,
    record,
    shuffled,
    told,
)

Grouping = Callable[[Sequence[ListedPhoto]], Iterable[Sequence[str]]]


def by_room(photos: Sequence[ListedPhoto]) -> list[Sequence[str]]:
    """The groups of ml.rooms."""
    return [room.photo_ids for room in room_groups(photos)]


def by_label(photos: Sequence[ListedPhoto]) -> list[Sequence[str]]:
    """The baseline: photos with the same label."""
    found: dict[str, list[str]] = {}
    for listed in photos:
        if listed.photo.scene is not None:
            found.setdefault(listed.photo.scene.label, []).append(listed.photo_id)
    return list(found.values())


def pair_scores(
    listings: Iterable[LabelledListing], group: Grouping, *, labels_told: bool = False
) -> tuple[float, float, float]:
    """F, precision and recall of the pairs of photos said to be of the same room, over all listings together."""
    right = said = true = 0
    for listing in listings:
        found, wanted = pairs(group(photos_of(listing, labels_told=labels_told))), pairs(listing.rooms)
        right, said, true = right + len(found & wanted), said + len(found), true + len(wanted)
    return 2 * right / max(said + true, 1), right / max(said, 1), right / max(true, 1)


def photos_of(listing: LabelledListing, *, labels_told: bool) -> list[ListedPhoto]:
    """The photos in an order that tells nothing; with the labels that a person gave, or with the model's."""

    def known(name: str) -> PhotoRecord:
        return told(record(name), listing.photos[name]) if labels_told else record(name)

    return [ListedPhoto(photo_id=name, photo=known(name)) for name in shuffled(listing.photos)]


def _rooms() -> Table:
    table = Table("photos of the same room", "F", "precision", "recall", title="Pairs of photos in one group")
    sets = (
        ("16 listings", labelled_listings(), False),
        ("16 listings, labels told", labelled_listings(), True),
        ("34 listings, used for thresholds", further_listings(), False),
    )
    for name, listings, labels_told in sets:
        for what, group in (("same label", by_label), ("ml.rooms", by_room)):
            scores = pair_scores(listings, group, labels_told=labels_told)
            table.add_row(f"{name}: {what}", *(f"{score:.2f}" for score in scores))
    return table


def _order() -> Table:
    table = Table("order", "photos to move", "of", "hero acceptable", title="What a person would change")
    listings = labelled_listings()
    count = sum(len(listing.photos) for listing in listings)
    for name, labels_told in (("model's labels", False), ("labels told", True)):
        moves = heroes = 0
        for listing in listings:
            summary = summarise(photos_of(listing, labels_told=labels_told))
            moves += moved(summary.order, listing.order)
            heroes += summary.hero is not None and summary.hero.photo_id in listing.heroes
        table.add_row(f"ml.listing, {name}", str(moves), str(count), f"{heroes}/{len(listings)}")
    moves = heroes = agents = 0
    for listing in listings:
        photos = photos_of(listing, labels_told=False)
        best = [listed.photo_id for listed in sorted(photos, key=lambda listed: -quality_of(listed.photo))]
        moves += moved(best, listing.order)
        heroes += best[0] in listing.heroes
        agents += moved(list(listing.photos), listing.order)
    table.add_row("by quality alone", str(moves), str(count), f"{heroes}/{len(listings)}")
    first = sum(next(iter(listing.photos)) in listing.heroes for listing in listings)
    table.add_row("the agent's own order", str(agents), str(count), f"{first}/{len(listings)}")
    return table


def _crops() -> Table:
    table = Table("60 photos", "IoU 9:16", "IoU 1:1", "focus off by", title="Crops against those marked by hand")
    table.add_row("middle", *_crop_scores(lambda _: (None, [])))
    table.add_row("ml.crops, without a segmentation", *_crop_scores(_by_lines))
    table.add_row("crops of the record", *_crop_scores(_of_record))
    return table


def _by_lines(labelled: LabelledCrop) -> tuple[Point | None, list[Crop]]:
    return focus_and_crops(decode_photo(labelled.path).pixels, None)


def _of_record(labelled: LabelledCrop) -> tuple[Point | None, list[Crop]]:
    found = inspect_photo(labelled.path)
    return found.focus_point, found.crops


def _crop_scores(answer: Callable[[LabelledCrop], tuple[Point | None, list[Crop]]]) -> list[str]:
    """Means over the photos; what is not answered counts as the middle."""
    rows = []
    for labelled in labelled_crops():
        focus, crops = answer(labelled)
        boxes = {crop.ratio: crop.box for crop in crops}
        overlaps = [crop_overlap(labelled, ratio, boxes.get(ratio)) for ratio in ("9:16", "1:1")]
        rows.append([*overlaps, focus_distance(labelled, focus)])
    return [f"{mean:.3f}" for mean in np.mean(rows, axis=0)]


def main() -> int:
    """Print the tables."""
    if not (SHARED / "photos").is_dir():
        sys.stderr.write(f"Needs the photos of {SHARED}.\n")
        return 1
    console = Console(width=110)
    for table in (_rooms(), _order(), _crops()):
        console.print(table)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
