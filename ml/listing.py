"""What the photos of a listing are together: copies, order, hero, and what they leave unshown."""

from collections.abc import Sequence

from ml.duplicates import PerceptualHash, groups
from schemas.photo import (
    CoverageItem,
    Covered,
    DuplicateGroup,
    Hero,
    LeftOut,
    ListedPhoto,
    ListingSummary,
    PhotoRecord,
    Space,
)

_FRONT = "exterior"

_ROOMS = (
    "entry_foyer",
    "living_room",
    "kitchen",
    "dining_room",
    "bedroom",
    "bathroom",
    "home_office",
    "hallway",
    "stairs",
)
_OUTSIDE = ("patio", "yard_garden", _FRONT, "garage_driveway", "pool", "aerial")

_PLACE = {label: place for place, label in enumerate((*_ROOMS, "", *_OUTSIDE, "not_a_photo", "floor_plan"))}
"""Where a label stands in a listing, behind the front; "" is a photo inside whose room is not known."""

_HERO_LABELS = (_FRONT, "pool", "living_room", "kitchen", "yard_garden", "patio", "dining_room", "bedroom")
"""What a hero may show, the most wanted first."""

_HERO_QUALITY = 35.0
"""Overall quality below which a photo is a hero only where there is nothing else."""

_COVERAGE = {
    CoverageItem.FRONT: (_FRONT,),
    CoverageItem.KITCHEN: ("kitchen",),
    CoverageItem.BATHROOM: ("bathroom",),
    CoverageItem.LIVING: ("living_room",),
    CoverageItem.OUTSIDE: ("yard_garden", "patio", "pool", "aerial"),
}

_FAIR_GUESS = 0.4
"""Confidence from which a photo is sorted by its label although the model abstained."""

_QUALITY_STEP = 5.0
"""Differences in overall quality below this leave the agent's order as it is."""


def _label(photo: PhotoRecord) -> str:
    """The label to act on: empty where the model abstained, or where the label is not one that has a place."""
    if photo.scene is None or photo.scene.abstained or photo.scene.label not in _PLACE:
        return ""
    return photo.scene.label


def _quality(photo: PhotoRecord) -> float:
    """Overall quality; 0 where it could not be measured."""
    return photo.quality.overall if photo.quality is not None else 0.0


def _confidence(photo: PhotoRecord) -> float:
    return photo.scene.confidence if photo.scene is not None else 0.0


def _likely(photo: PhotoRecord) -> str:
    """The label to sort by, where being wrong costs little: also of a fair guess."""
    if photo.scene is not None and photo.scene.label in _PLACE and photo.scene.confidence >= _FAIR_GUESS:
        return photo.scene.label
    return _label(photo)


def _place(photo: PhotoRecord) -> int:
    label = _likely(photo)
    if label == "" and photo.space is Space.EXTERIOR:
        return _PLACE["yard_garden"]
    if label == "" and photo.space is Space.NOT_A_PHOTO:
        return _PLACE["not_a_photo"]
    return _PLACE[label]


def _sort_key(photo: PhotoRecord) -> tuple[int, float]:
    return (_place(photo), -(_quality(photo) // _QUALITY_STEP))


def _duplicates(photos: Sequence[ListedPhoto]) -> list[DuplicateGroup]:
    found = []
    hashed = [listed for listed in photos if listed.photo.perceptual_hash is not None]
    hashes = [PerceptualHash.parse(listed.photo.perceptual_hash or "") for listed in hashed]
    drawings = {at for at, listed in enumerate(hashed) if listed.photo.space in (Space.NOT_A_PHOTO, Space.UNKNOWN)}
    for group in groups(hashes, drawings):
        # More pixels first: a preview and its original are otherwise equally good.
        best = min(group, key=lambda at: (-_pixels(hashed[at].photo), -_quality(hashed[at].photo), at))
        drop = [hashed[at].photo_id for at in group if at != best]
        found.append(DuplicateGroup(keep=hashed[best].photo_id, drop=drop))
    return found


def _pixels(photo: PhotoRecord) -> int:
    return photo.width * photo.height


def _hero(photos: Sequence[ListedPhoto]) -> Hero | None:
    good = [listed for listed in photos if _quality(listed.photo) >= _HERO_QUALITY]
    for label in _HERO_LABELS:
        candidates = [listed for listed in good if _likely(listed.photo) == label]
        if candidates:
            # A sharp picture of something that only may be the front must not stand before the front itself.
            best = max(candidates, key=lambda listed: _quality(listed.photo) * _confidence(listed.photo))
            reason = f"The best of {len(candidates)} photo(s) labelled {label}, and the front is what people look for."
            if label != _FRONT:
                reason = f"No usable photo of the front; the best of {len(candidates)} photo(s) labelled {label}."
            return Hero(photo_id=best.photo_id, reason=reason)
    if not photos:
        return None
    best = max(photos, key=lambda listed: _quality(listed.photo))
    return Hero(
        photo_id=best.photo_id, reason="No usable photo of the front or of a main room; the one with the best quality."
    )


def summarise(photos: Sequence[ListedPhoto]) -> ListingSummary:
    """Summarise a listing from its photos in the agent's order; the same photos in that order give the same summary.

    Copies and pictures that are no photos are left out of the order. The hero comes first if it shows the front, then
    the rooms as one walks through a house, what lies outside, and plans; quality decides within a kind, then the
    agent's order.
    """
    duplicates = _duplicates(photos)
    kept_for = {dropped: group.keep for group in duplicates for dropped in group.drop}
    left_out, shown = [], []
    for listed in photos:
        if listed.photo_id in kept_for:
            reason = f"Shows the same picture as {kept_for[listed.photo_id]}."
            left_out.append(LeftOut(photo_id=listed.photo_id, reason=reason))
        elif _label(listed.photo) == "not_a_photo":
            left_out.append(
                LeftOut(photo_id=listed.photo_id, reason="An advert, collage or map, and no photo of the property.")
            )
        else:
            shown.append(listed)
    hero = _hero(shown)
    ordered = sorted(shown, key=lambda listed: _sort_key(listed.photo))
    if hero is not None:
        lead = next(listed for listed in ordered if listed.photo_id == hero.photo_id)
        if _likely(lead.photo) == _FRONT:
            ordered.remove(lead)
            ordered.insert(0, lead)
    coverage = [
        Covered(item=item, photo_ids=[listed.photo_id for listed in ordered if _label(listed.photo) in labels])
        for item, labels in _COVERAGE.items()
    ]
    return ListingSummary(
        order=[listed.photo_id for listed in ordered],
        hero=hero,
        duplicates=duplicates,
        left_out=left_out,
        coverage=coverage,
        rooms=[],
        repeated_marks=[],
    )
