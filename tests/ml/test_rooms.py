from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from ml.duplicates import perceptual_hash
from ml.rooms import UNKNOWN_AFFINITY, Likeness, Weights, label_affinity, room_groups, signature, weights_for
from schemas.photo import LabelScore, ListedPhoto, Scene
from tests.ml.labelled import labelled_listings, needs_photos
from tests.ml.scenes import room
from tests.photo_records import photo_record, quality, scene

Pixels = NDArray[np.uint8]


@cache
def look_of(seed: int, turned: int) -> str:
    return signature(views(seed)[turned])


def listed(
    photo_id: str,
    label: str | None,
    pixels: Pixels | None = None,
    *,
    confidence: float = 0.9,
    overall: float = 80,
    copyable: bool = False,
) -> ListedPhoto:
    found = None if label is None else scene(label, confidence)
    record = photo_record(
        label or "kitchen",
        scene=found,
        quality=quality(overall),
        room_signature=None if pixels is None else signature(pixels),
        perceptual_hash=str(perceptual_hash(pixels)) if copyable and pixels is not None else None,
    )
    return ListedPhoto(photo_id=photo_id, photo=record)


def views(seed: int) -> tuple[Pixels, Pixels]:
    """Two views of one room, turned by a fifth."""
    whole = room(seed, 640, 400)
    return np.ascontiguousarray(whole[40:360, :480]), np.ascontiguousarray(whole[40:360, 120:600])


def groups(photos: list[ListedPhoto]) -> list[list[str]]:
    return [sorted(group.photo_ids) for group in room_groups(photos)]


def test_two_views_of_a_bedroom_are_one_room_and_another_bedroom_is_not() -> None:
    first, second = views(1)
    other, _ = views(60)
    photos = [listed("a", "bedroom", first), listed("b", "bedroom", other), listed("c", "bedroom", second)]
    assert groups(photos) == [["a", "c"], ["b"]]


def test_rooms_of_different_kinds_are_kept_apart() -> None:
    one, _ = views(1)
    _, other = views(2)
    assert groups([listed("a", "bedroom", one), listed("b", "kitchen", other)]) == [["a"], ["b"]]


def test_without_signatures_photos_with_the_same_sure_label_are_one_room() -> None:
    photos = [listed("a", "kitchen"), listed("b", "bedroom"), listed("c", "kitchen")]
    assert groups(photos) == [["a", "c"], ["b"]]


def test_photos_that_nothing_is_known_of_stand_alone() -> None:
    assert groups([listed("a", None), listed("b", None)]) == [["a"], ["b"]]


def test_copies_of_a_picture_are_one_room_whatever_they_are_labelled() -> None:
    pixels = room(5, 480, 320)
    photos = [listed("a", "bedroom", pixels, copyable=True), listed("b", "kitchen", pixels, copyable=True)]
    assert groups(photos) == [["a", "b"]]


def test_the_best_view_comes_first() -> None:
    first, second = views(1)
    photos = [listed("dull", "bedroom", first, overall=40), listed("bright", "bedroom", second, overall=85)]
    assert [group.photo_ids for group in room_groups(photos)] == [["bright", "dull"]]


def test_a_room_is_called_what_its_views_say_together() -> None:
    first, second = views(1)
    doubtful = Scene(
        label="hallway",
        confidence=0.5,
        top=[LabelScore(label="hallway", confidence=0.5), LabelScore(label="bedroom", confidence=0.45)],
        abstained=False,
    )
    one = listed("a", "bedroom", first)
    other = listed("b", "bedroom", second)
    other = other.model_copy(update={"photo": other.photo.model_copy(update={"scene": doubtful})})
    assert [(group.label, sorted(group.photo_ids)) for group in room_groups([other, one])] == [("bedroom", ["a", "b"])]


def test_a_room_that_the_model_abstained_on_has_no_name() -> None:
    unsure = listed("a", "bedroom")
    unsure = unsure.model_copy(
        update={"photo": unsure.photo.model_copy(update={"scene": scene("bedroom", 0.3, abstained=True)})}
    )
    assert [group.label for group in room_groups([unsure])] == [""]


def test_plans_and_adverts_are_no_rooms() -> None:
    assert room_groups([listed("plan", "floor_plan"), listed("ad", "not_a_photo")]) == []


def test_labels_agree_by_their_probabilities() -> None:
    assert label_affinity(scene("kitchen", 0.9), scene("kitchen", 0.9)) == pytest.approx(0.9 + 0.1 * 0.6)
    assert label_affinity(scene("kitchen", 0.9), scene("patio", 0.9)) == pytest.approx(0.1 * 0.6)
    assert label_affinity(None, scene("kitchen", 0.9)) == UNKNOWN_AFFINITY


def test_agreeing_on_a_bedroom_says_less_than_agreeing_on_a_kitchen() -> None:
    bedrooms, kitchens = [label_affinity(scene(label), scene(label)) for label in ("bedroom", "kitchen")]
    assert bedrooms < kitchens


def test_weights_fit_what_is_known() -> None:
    known = [Likeness(0.5, None, None, None), Likeness(0.5, 0.5, 3, None), Likeness(0.5, 0.5, 3, 0.5)]
    assert len({weights_for(likeness) for likeness in known}) == 3


@given(st.floats(0, 1), st.floats(0, 1), st.integers(0, 60), st.floats(-1, 1))
def test_more_in_common_is_never_less_evidence(labels: float, colours: float, details: int, embedding: float) -> None:
    likeness = Likeness(labels, colours, details, embedding)
    weights = weights_for(likeness)
    more = Likeness(min(1, labels + 0.1), min(1, colours + 0.1), details + 1, min(1.0, embedding + 0.1))
    assert weights.logit(more) >= weights.logit(likeness)


def test_evidence_is_the_weighted_sum() -> None:
    weights = Weights(bias=-1, labels=2, colours=3, details=4, embedding=5)
    assert weights.logit(Likeness(0.5, 0.5, 9, 0.2)) == pytest.approx(-1 + 1 + 1.5 + 12 + 1)


KINDS = st.lists(
    st.tuples(st.sampled_from(("bedroom", "kitchen", "exterior", None)), st.integers(0, 3), st.booleans()), max_size=7
)


@settings(max_examples=40)
@given(KINDS)
def test_every_photo_of_the_property_stands_in_exactly_one_room(rows: list[tuple[str | None, int, bool]]) -> None:
    photos = [
        listed(f"p{at}", label, views(seed)[at % 2] if signed else None)
        for at, (label, seed, signed) in enumerate(rows)
    ]
    found = room_groups(photos)
    assert sorted(photo_id for group in found for photo_id in group.photo_ids) == [p.photo_id for p in photos]
    assert found == room_groups(photos)


@needs_photos
def test_groups_come_nearer_to_a_persons_than_labels_alone() -> None:
    from tests.bench.listing import by_label, by_room, pair_scores

    listings = labelled_listings()
    ours, _, _ = pair_scores(listings, by_room)
    baseline, _, _ = pair_scores(listings, by_label)
    assert ours > baseline + 0.1
