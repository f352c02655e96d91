"""Marks that stand at the same place in many photos of a listing, as an agency's logo or a watermark does."""

from collections import Counter
from collections.abc import Mapping, Sequence
from statistics import median

from schemas.photo import Box, ListedPhoto, Mark, RepeatedMark

_SAME_PLACE = 0.5
"""Intersection over union of two boxes from which they are at the same place."""

_PICTURES = 3
"""Different pictures in which a mark must stand."""

_SHARE = 0.5
"""Share of the pictures in which it must stand."""


def overlap(one: Box, other: Box) -> float:
    """Intersection over union of two boxes, 0 to 1; 0 where both are empty."""
    width = min(one.x + one.width, other.x + other.width) - max(one.x, other.x)
    height = min(one.y + one.height, other.y + other.height) - max(one.y, other.y)
    shared = max(width, 0.0) * max(height, 0.0)
    union = one.width * one.height + other.width * other.height - shared
    return shared / union if union > 0 else 0.0


def repeated_marks(photos: Sequence[ListedPhoto], copy_of: Mapping[str, str]) -> list[RepeatedMark]:
    """The marks that repeat over a listing, the most frequent first.

    A mark repeats where it stands in three different pictures and in half of those that were looked at, copies counted
    once: `copy_of` has the photo_id that is kept for each copy. Its kind is the one it was taken for most often.
    """
    looked = {
        listed.photo_id: listed.photo.compliance.marks for listed in photos if listed.photo.compliance is not None
    }
    pictures = {copy_of.get(photo_id, photo_id) for photo_id in looked}
    open_marks = [(photo_id, mark) for photo_id, marks in looked.items() for mark in marks]
    found = []
    while open_marks:
        candidates = [_standing_at(seed.box, open_marks) for _, seed in open_marks]
        best = max(candidates, key=lambda marks: len(_pictures_of(marks, copy_of)))
        standing = _pictures_of(best, copy_of)
        if len(standing) < max(_PICTURES, _SHARE * len(pictures)):
            break
        found.append(_joined(best, list(looked)))
        taken = {id(mark) for _, mark in best}
        open_marks = [(photo_id, mark) for photo_id, mark in open_marks if id(mark) not in taken]
    return found


def _standing_at(box: Box, marks: Sequence[tuple[str, Mark]]) -> list[tuple[str, Mark]]:
    return [(photo_id, mark) for photo_id, mark in marks if overlap(box, mark.box) >= _SAME_PLACE]


def _pictures_of(marks: Sequence[tuple[str, Mark]], copy_of: Mapping[str, str]) -> set[str]:
    return {copy_of.get(photo_id, photo_id) for photo_id, _ in marks}


def _joined(marks: Sequence[tuple[str, Mark]], order: Sequence[str]) -> RepeatedMark:
    kinds = Counter(mark.kind for _, mark in marks)
    boxes = [mark.box for _, mark in marks]
    x, y = median(box.x for box in boxes), median(box.y for box in boxes)
    carried = {photo_id for photo_id, _ in marks}
    return RepeatedMark(
        kind=kinds.most_common(1)[0][0],
        box=Box(
            x=x,
            y=y,
            width=min(median(box.width for box in boxes), 1 - x),
            height=min(median(box.height for box in boxes), 1 - y),
        ),
        photo_ids=[photo_id for photo_id in order if photo_id in carried],
    )
