"""Marks that stand at the same place in many photos of a listing, as an agency's logo or a watermark does."""

from collections import Counter
from collections.abc import Mapping, Sequence
from statistics import median

import numpy as np
from numpy.typing import NDArray

from ml.boxes import corners_of, intersection_over_union
from schemas.photo import Box, ListedPhoto, Mark, RepeatedMark

_SAME_PLACE = 0.5
"""Intersection over union of two boxes from which they are at the same place."""

_PICTURES = 3
"""Different pictures in which a mark must stand."""

_SHARE = 0.5
"""Share of the pictures in which it must stand."""


def repeated_marks(photos: Sequence[ListedPhoto], copy_of: Mapping[str, str]) -> list[RepeatedMark]:
    """The marks that repeat over a listing, the most frequent first.

    A mark repeats where it stands in three different pictures and in half of those that were looked at, copies counted
    once: `copy_of` has the photo_id that is kept for each copy. Finds that are too faint to be told of one photo count
    here: what is no mark does not stand at one place in half of the photos. The kind is the one it was taken for most
    often.
    """
    looked = {
        listed.photo_id: [*listed.photo.compliance.marks, *listed.photo.compliance.faint_marks]
        for listed in photos
        if listed.photo.compliance is not None
    }
    pictures = {copy_of.get(photo_id, photo_id) for photo_id in looked}
    marks = [(photo_id, mark) for photo_id, own in looked.items() for mark in own]
    corners = np.array([corners_of(mark.box) for _, mark in marks]).reshape(-1, 4)
    together = intersection_over_union(corners[:, None], corners[None]) >= _SAME_PLACE
    free = np.ones(len(marks), bool)
    found: list[RepeatedMark] = []
    while free.any():
        candidates = [np.flatnonzero(row & free) for row in together[free]]
        best = max(candidates, key=lambda places: len(_pictures_of(_at(marks, places), copy_of)))
        standing = _at(marks, best)
        if len(_pictures_of(standing, copy_of)) < max(_PICTURES, _SHARE * len(pictures)):
            break
        found.append(_joined(standing, list(looked)))
        free[best] = False
    return found


def _at(marks: Sequence[tuple[str, Mark]], places: NDArray[np.intp]) -> list[tuple[str, Mark]]:
    return [marks[place] for place in places]


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
