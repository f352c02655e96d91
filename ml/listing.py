"""What the photos of a listing are together: copies, rooms, order, hero, and what they leave unshown."""

from collections.abc import Mapping, Sequence

from ml.duplicates import PerceptualHash, groups
from ml.hero import FRONT, choose_hero, quality_of
from ml.repeated_marks import repeated_marks
from ml.rooms import room_groups, view_step
from schemas.photo import (
    CoverageItem,
    Covered,
    DuplicateGroup,
    LeftOut,
    ListedPhoto,
    ListingSummary,
    PhotoRecord,
    RoomGroup,
    Space,
)

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
_OUTSIDE = ("patio", "yard_garden", FRONT, "garage_driveway", "pool", "aerial")

_PLACE = {label: place for place, label in enumerate((*_ROOMS, "", *_OUTSIDE, "not_a_photo", "floor_plan"))}
"""Where a label stands in a listing, behind the front; "" is a photo inside whose room is not known."""

_COVERAGE = {
    CoverageItem.FRONT: (FRONT,),
    CoverageItem.KITCHEN: ("kitchen",),
    CoverageItem.BATHROOM: ("bathroom",),
    CoverageItem.LIVING: ("living_room",),
    CoverageItem.OUTSIDE: ("yard_garden", "patio", "pool", "aerial"),
}

_OWN_SHARE = 0.5
"""What a photo's own probabilities count in what it is taken for; the rest is the mean over the views of its room."""

_FAIR_GUESS = 0.25
"""Probability from which a photo is sorted by a label: being wrong costs a place in the order, and nothing else."""


def _label(photo: PhotoRecord) -> str:
    """The label to act on: empty where the model abstained, or where the label is not one that has a place."""
    if photo.scene is None or photo.scene.abstained or photo.scene.label not in _PLACE:
        return ""
    return photo.scene.label


def _chances(photos: Sequence[ListedPhoto], rooms: Sequence[RoomGroup]) -> dict[str, dict[str, float]]:
    """For each photo_id the probabilities of what it shows: its own, and those of the other views of its room."""
    own = {
        listed.photo_id: {guess.label: guess.confidence for guess in listed.photo.scene.top}
        if listed.photo.scene is not None
        else {}
        for listed in photos
    }
    found = dict(own)
    for room in rooms:
        views = [own[photo_id] for photo_id in room.photo_ids]
        labels = sorted({label for view in views for label in view})
        shared = {label: sum(view.get(label, 0.0) for view in views) / len(views) for label in labels}
        for photo_id in room.photo_ids:
            found[photo_id] = {
                label: _OWN_SHARE * own[photo_id].get(label, 0.0) + (1 - _OWN_SHARE) * shared[label] for label in labels
            }
    return found


def _likely(photo: PhotoRecord, chances: Mapping[str, float]) -> str:
    """The label to sort by, where being wrong costs little: also of a fair guess."""
    known = [label for label in chances if label in _PLACE and chances[label] >= _FAIR_GUESS]
    if known:
        return max(known, key=lambda label: (chances[label], -_PLACE[label]))
    by_space = {Space.EXTERIOR: "yard_garden", Space.AERIAL: "aerial", Space.NOT_A_PHOTO: "not_a_photo"}
    return by_space.get(photo.space, "")


def _ordered(photos: Sequence[ListedPhoto], rooms: Sequence[RoomGroup], likely: Mapping[str, str]) -> list[ListedPhoto]:
    """As one walks: by what a photo shows; then the best view of every room before any second view."""
    views: dict[tuple[int, str], int] = {}
    room_of = {photo_id: at for at, room in enumerate(rooms) for photo_id in room.photo_ids}
    rank: dict[str, int] = {}
    for listed in sorted(photos, key=lambda listed: -view_step(listed.photo)):
        label = likely[listed.photo_id]
        room = (room_of.get(listed.photo_id, -1), label)
        rank[listed.photo_id] = views.get(room, 0) if room[0] >= 0 else 0
        views[room] = rank[listed.photo_id] + 1
    return sorted(
        photos,
        key=lambda listed: (_PLACE[likely[listed.photo_id]], rank[listed.photo_id], -view_step(listed.photo)),
    )


def _duplicates(photos: Sequence[ListedPhoto]) -> list[DuplicateGroup]:
    found = []
    hashed = [listed for listed in photos if listed.photo.perceptual_hash is not None]
    hashes = [PerceptualHash.parse(listed.photo.perceptual_hash or "") for listed in hashed]
    drawings = {at for at, listed in enumerate(hashed) if listed.photo.space in (Space.NOT_A_PHOTO, Space.UNKNOWN)}
    for group in groups(hashes, drawings):
        # More pixels first: a preview and its original are otherwise equally good.
        best = min(group, key=lambda at: (-_pixels(hashed[at].photo), -quality_of(hashed[at].photo), at))
        drop = [hashed[at].photo_id for at in group if at != best]
        found.append(DuplicateGroup(keep=hashed[best].photo_id, drop=drop))
    return found


def _pixels(photo: PhotoRecord) -> int:
    return photo.width * photo.height


def summarise(photos: Sequence[ListedPhoto]) -> ListingSummary:
    """Summarise a listing from its photos in the agent's order; the same photos in that order give the same summary.

    Copies and pictures that are no photos are left out of the order. The hero comes first if it shows the front, then
    the rooms as one walks through a house, what lies outside, and plans; within a kind one view of each room before
    any second one, the better photo first, then the agent's order. Rooms have only photos of the order.

    Raises ValueError for a perceptual hash or a room signature that is none.
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
    rooms = room_groups(shown)
    chances = _chances(shown, rooms)
    likely = {listed.photo_id: _likely(listed.photo, chances[listed.photo_id]) for listed in shown}
    hero = choose_hero(shown, chances)
    ordered = _ordered(shown, rooms, likely)
    if hero is not None and likely[hero.photo_id] == FRONT:
        # False sorts first, and the sort keeps the rest as it is.
        ordered.sort(key=lambda listed: listed.photo_id != hero.photo_id)
    place = {listed.photo_id: at for at, listed in enumerate(ordered)}
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
        rooms=sorted(rooms, key=lambda room: min(place[photo_id] for photo_id in room.photo_ids)),
        repeated_marks=repeated_marks(photos, kept_for),
    )
