"""Which photos are in a video and in which order: an editor's choice, with a reason for every photo left out. Pure.

The hero comes first, then the rooms in the order of a tour. What the length has no room for goes in this order: second
views of a room, further rooms of one kind, rooms that come late in a tour.
"""

from collections import Counter
from collections.abc import Sequence

from render.errors import PlanError
from render.framing import DRAWN_SCENES
from render.slot import PhotoSlot
from schemas.edit import AutoEdit
from schemas.video import LeftOutPhoto

_STOPS = (
    ("exterior_front", "exterior"),
    ("entry_foyer", "hallway", "stairs"),
    ("living_room", "family_great_room"),
    ("kitchen", "pantry"),
    ("dining_room",),
    ("primary_bedroom", "bedroom", "kids_room", "closet"),
    ("bathroom", "half_bath"),
    ("home_office", "media_room", "gym", "sunroom", "laundry", "basement", "attic"),
    (),  # what is not known
    ("patio_deck", "patio", "balcony", "yard_garden", "exterior_back", "pool", "garage_driveway", "outbuilding"),
    ("view", "amenity", "aerial"),
    tuple(DRAWN_SCENES),
)
_STOP = {label: stop for stop, labels in enumerate(_STOPS) for label in labels}
_UNKNOWN_STOP = _STOPS.index(())
_PLANS_STOP = len(_STOPS) - 1
_NO_QUALITY = 50.0
AREAS = (range(1), range(1, 5), range(5, 9), range(9, 11), range(11, 12))
"""Front, living area, private rooms, outside, plans: stops of a tour between which a video may change more strongly."""


def area_of(photo: PhotoSlot) -> int:
    """Which area of the house a photo shows."""
    return next(number for number, stops in enumerate(AREAS) if _stop(photo) in stops)


def eligible(photos: Sequence[PhotoSlot], auto: AutoEdit) -> tuple[list[PhotoSlot], list[LeftOutPhoto]]:
    """The photos that may be in the video, in the order that they would have there; and the others with the reason.

    Raises PlanError plan_failed when the edit names a photo that is not there.
    """
    must = _must(auto)
    known = {photo.photo_id for photo in photos}
    lacking = sorted(must - known)
    if lacking:
        raise PlanError(
            "plan_failed", f"the edit asks for photo {lacking[0]}, which is not among those that can be used"
        )
    good, left_out = [], []
    for photo in photos:
        reason = None if photo.photo_id in must else _unfit(photo, auto)
        if reason is None:
            good.append(photo)
        else:
            left_out.append(LeftOutPhoto(photo_id=photo.photo_id, code=reason[0], reason=reason[1]))
    kept, twice = _without_duplicates(good, must)
    if not kept:
        message = "no photo is good enough for the edit"
        raise PlanError("no_usable_photo", f"{message}: {left_out[0].reason}" if left_out else message)
    return _ordered(kept, auto), [*left_out, *twice]


def pick(photos: Sequence[PhotoSlot], count: int, auto: AutoEdit) -> tuple[list[PhotoSlot], list[LeftOutPhoto]]:
    """The `count` of the eligible photos (in their order) that are shown, and the others with the reason.

    The hero (the first of them) and what is pinned are among them, as far as there is room.
    """
    must = _must(auto)
    ranked = sorted(range(len(photos)), key=lambda index: _priority(photos, index, must))
    chosen = set(ranked[:count])
    shown = [photo for index, photo in enumerate(photos) if index in chosen]
    groups = Counter(_group(photo) for photo in shown)
    dropped = []
    for index in ranked[count:]:
        photo = photos[index]
        others = groups[_group(photo)]
        why = (
            f"{others} other view{'s' if others > 1 else ''} of its room {'are' if others > 1 else 'is'} shown"
            if others
            else "what comes before it on a tour of the house takes the time"
        )
        reason = f"Of {len(photos)} photos {count} fit into the video; {why}."
        dropped.append(LeftOutPhoto(photo_id=photo.photo_id, code="does_not_fit", reason=reason))
    return shown, dropped


def _must(auto: AutoEdit) -> set[str]:
    return {*auto.pinned, *auto.order, *([auto.hero] if auto.hero is not None else [])}


def _unfit(photo: PhotoSlot, auto: AutoEdit) -> tuple[str, str] | None:
    if photo.quality is not None and photo.quality < auto.quality_floor:
        return "below_quality", f"Its quality is {photo.quality:.0f} of 100; {auto.quality_floor:g} is the least."
    if not auto.plans and photo.scene in DRAWN_SCENES:
        return "no_slot", f"It shows a {photo.scene.replace('_', ' ')}, and plans were not wanted."
    return None


def _without_duplicates(photos: Sequence[PhotoSlot], must: set[str]) -> tuple[list[PhotoSlot], list[LeftOutPhoto]]:
    """One photo of each picture: the one that the others name, or the best of those that are left."""
    groups: dict[str, list[PhotoSlot]] = {}
    for photo in photos:
        groups.setdefault(photo.duplicate_of or photo.photo_id, []).append(photo)
    drop: dict[str, str] = {}
    for keep, members in groups.items():
        best = next((photo for photo in members if photo.photo_id == keep), None) or max(members, key=_quality)
        wanted = [photo for photo in members if photo.photo_id in must]
        stay = wanted or [best]
        drop |= {photo.photo_id: stay[0].photo_id for photo in members if photo not in stay}
    kept = [photo for photo in photos if photo.photo_id not in drop]
    reasons = [
        LeftOutPhoto(
            photo_id=photo.photo_id,
            code="near_duplicate",
            reason=f"It shows the same picture as {drop[photo.photo_id]}, which is in its place.",
        )
        for photo in photos
        if photo.photo_id in drop
    ]
    return kept, reasons


def _ordered(photos: Sequence[PhotoSlot], auto: AutoEdit) -> list[PhotoSlot]:
    place = {photo.photo_id: index for index, photo in enumerate(photos)}
    first: dict[str, int] = {}
    for photo in photos:
        first.setdefault(_group(photo), place[photo.photo_id])
    on_tour = (
        list(photos)
        if auto.keep_order
        else sorted(photos, key=lambda p: (_stop(p), first[_group(p)], -_quality(p), place[p.photo_id]))
    )
    hero = auto.hero
    if hero is None and not auto.order and not auto.keep_order:
        hero = _hero(photos).photo_id
    begin = [*auto.order]
    if hero is not None and hero not in begin:
        begin.insert(0, hero)
    by_id = {photo.photo_id: photo for photo in photos}
    return [*(by_id[photo_id] for photo_id in begin), *(p for p in on_tour if p.photo_id not in begin)]


def _hero(photos: Sequence[PhotoSlot]) -> PhotoSlot:
    """The one that classification found, else the best view of the front, of the air, of anything but a plan."""
    for photo in photos:
        if photo.hero:
            return photo
    for scenes in ({"exterior_front"}, {"exterior"}, {"aerial"}):
        fronts = [photo for photo in photos if photo.scene in scenes]
        if fronts:
            return max(fronts, key=_quality)
    return max(photos, key=lambda photo: (photo.scene not in DRAWN_SCENES, _quality(photo)))


def _priority(photos: Sequence[PhotoSlot], index: int, must: set[str]) -> tuple[bool, int, int, int, int]:
    """Smaller is shown sooner: what must be, first views of rooms, first rooms of a kind, early stops of the tour."""
    photo = photos[index]
    before = photos[:index]
    view = sum(1 for other in before if _group(other) == _group(photo))
    rooms = len({_group(other) for other in before if other.scene == photo.scene and _group(other) != _group(photo)})
    pinned = photo.photo_id in must or index == 0
    return (not pinned, view, rooms if photo.scene else 0, _stop(photo), index)


def _group(photo: PhotoSlot) -> str:
    """Photos of one group show one room. Without a room, a scene is one; without a scene each photo is its own."""
    if photo.room:
        return f"room {photo.room}"
    return f"scene {photo.scene}" if photo.scene else f"photo {photo.photo_id}"


def _stop(photo: PhotoSlot) -> int:
    return _STOP.get(photo.scene, _UNKNOWN_STOP)


def _quality(photo: PhotoSlot) -> float:
    return _NO_QUALITY if photo.quality is None else photo.quality
