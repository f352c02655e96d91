"""The photo that stands for a listing: what people look for first, well shown."""

from collections.abc import Mapping, Sequence
from statistics import median

from schemas.photo import Hero, ListedPhoto, PhotoRecord, Space

FRONT = "exterior"

APPEAL: Mapping[str, float] = {
    FRONT: 1.0,
    "aerial": 0.8,
    "pool": 0.8,
    "living_room": 0.75,
    "kitchen": 0.65,
    "yard_garden": 0.6,
    "dining_room": 0.6,
    "patio": 0.55,
    "bedroom": 0.45,
    "entry_foyer": 0.4,
    "stairs": 0.35,
    "home_office": 0.3,
    "garage_driveway": 0.3,
    "hallway": 0.2,
    "bathroom": 0.15,
    "floor_plan": 0.0,
    "not_a_photo": 0.0,
}
"""How much a buyer wants to see a thing first, 0 to 1, as listing sites advise."""

_UNKNOWN_APPEAL = 0.25
"""The same for what no label is known of."""

_USABLE = 35.0
"""Overall quality from which a photo may be a hero in any listing."""

_USABLE_SHARE = 0.7
"""Share of the listing's median quality from which it may be one too: a listing of previews needs a hero as well."""

_QUALITY_WORTH = 0.3
"""What the whole scale of quality is worth, in appeal."""

_UPRIGHT_COST = 0.15
"""What a photo taller than wide loses: a hero is shown in a wide frame."""


def quality_of(photo: PhotoRecord) -> float:
    """Overall quality; 0 where it could not be measured."""
    return photo.quality.overall if photo.quality is not None else 0.0


def _appeal(chances: Mapping[str, float]) -> float:
    """Expected appeal of what a photo may show."""
    known = sum(APPEAL.get(label, _UNKNOWN_APPEAL) * chance for label, chance in chances.items())
    return known + _UNKNOWN_APPEAL * max(0.0, 1 - sum(chances.values()))


def _score(photo: PhotoRecord, chances: Mapping[str, float]) -> float:
    upright = _UPRIGHT_COST if photo.height > photo.width else 0.0
    return _appeal(chances) + _QUALITY_WORTH * quality_of(photo) / 100 - upright


def choose_hero(photos: Sequence[ListedPhoto], chances: Mapping[str, Mapping[str, float]]) -> Hero | None:
    """The photo to show first and alone; None where there is none.

    `chances` has for each photo_id the probabilities of what it shows. With everything else equal the better photo
    wins, and of equals the first in the agent's order.
    """
    if not photos:
        return None
    real = [listed for listed in photos if listed.photo.space is not Space.NOT_A_PHOTO] or photos
    floor = min(_USABLE, _USABLE_SHARE * median(quality_of(listed.photo) for listed in real))
    candidates = [listed for listed in real if quality_of(listed.photo) >= floor]
    best = max(candidates, key=lambda listed: _score(listed.photo, chances[listed.photo_id]))
    seen = chances[best.photo_id]
    label = max(seen, key=lambda label: seen[label], default="")
    if label == FRONT:
        reason = f"Shows the {FRONT}, which people look for first; the best of {len(candidates)} usable photo(s)."
    elif APPEAL.get(label, 0.0) > _UNKNOWN_APPEAL:
        reason = f"No usable photo of the front is sure enough; the best of {len(candidates)}, labelled {label}."
    else:
        reason = f"No usable photo of the front or of a main room; the best of {len(candidates)} photo(s)."
    return Hero(photo_id=best.photo_id, reason=reason)
