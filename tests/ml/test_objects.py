"""Things that a listing names, from a detector and from a segmentation."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ml.models.label_lists import LABEL_LISTS
from ml.objects import LISTED, SEEN_BY_SEGMENTATION, listed, objects_of, regions_of
from ml.segmentation import Segmentation
from schemas.photo import Box, FoundObject
from tests.ml.conftest import Other
from tests.ml.models.canned import canned
from tests.ml.objects_found import count, marked_photos
from tests.ml.others import SHARED, photo

ADE = LABEL_LISTS["ade32"]
COCO = LABEL_LISTS["coco80"]
BLANK = np.zeros((200, 300, 3), np.uint8)


def segmentation(*parts: tuple[str, slice, slice, float]) -> Segmentation:
    """A wall of 100 x 100 places, with parts of classes at rows and columns, each so sure."""
    chances = np.zeros((32, 100, 100), np.float32)
    chances[ADE.index("wall")] = 1
    for label, rows, columns, chance in parts:
        chances[:, rows, columns] = (1 - chance) / 31
        chances[ADE.index(label), rows, columns] = chance
    return Segmentation(ADE, chances)


def yolo(*rows: tuple[float, float, float, float, float, str]) -> object:
    boxes = np.array([[*row[:5], COCO.index(row[5])] for row in rows], np.float32).reshape(1, -1, 6)
    return canned("yolo11n", {"boxes": boxes})


def test_each_region_of_a_listed_class_is_a_thing_with_its_box() -> None:
    found = regions_of(
        segmentation(
            ("bed", slice(50, 90), slice(10, 60), 0.9),
            ("chair", slice(60, 90), slice(70, 80), 0.6),
            ("chair", slice(60, 90), slice(85, 95), 0.7),
            ("painting", slice(10, 30), slice(10, 40), 0.9),
        )
    )
    assert [(thing.label, thing.confidence) for thing in found] == [("bed", 0.9), ("chair", 0.7), ("chair", 0.6)]
    assert found[0].box == Box(x=0.1, y=0.5, width=0.5, height=0.4)


def test_specks_are_no_things_and_small_regions_less_sure() -> None:
    speck = segmentation(("plant", slice(0, 4), slice(0, 4), 0.9))
    small = segmentation(("plant", slice(0, 10), slice(0, 5), 0.9))
    assert regions_of(speck) == []
    (plant,) = regions_of(small)
    assert plant.confidence == pytest.approx(0.45, abs=1e-3)


def test_without_detector_and_segmentation_nothing_is_found() -> None:
    assert objects_of(BLANK, None, None) == []


def test_a_detectors_names_become_those_of_listings_and_what_none_names_is_left_out() -> None:
    box = Box(x=0, y=0, width=0.5, height=0.5)
    names = ["couch", "refrigerator", "dining table", "potted plant", "person", "dog"]
    found = listed([FoundObject(label=name, confidence=0.9, box=box) for name in names])
    assert [thing.label for thing in found] == ["sofa", "fridge", "table", "plant"]


def test_every_listed_thing_can_be_named_by_a_coco_detector() -> None:
    box = Box(x=0, y=0, width=0.5, height=0.5)
    named = {thing.label for thing in listed([FoundObject(label=name, confidence=1, box=box) for name in COCO])}
    assert named == set(LISTED)


def test_a_segmentation_cannot_see_appliances_and_sanitary_ware() -> None:
    assert set(LISTED) - set(SEEN_BY_SEGMENTATION) == {"fridge", "oven", "microwave", "sink", "toilet", "tv"}


def test_the_segmentation_adds_the_kinds_that_the_detector_found_none_of() -> None:
    parts = segmentation(("bed", slice(50, 90), slice(10, 60), 0.8), ("chair", slice(60, 90), slice(70, 80), 0.6))
    detector = yolo((0.7, 0.6, 0.8, 0.9, 0.9, "chair"), (0.0, 0.0, 0.2, 0.2, 0.7, "tv"))
    found = objects_of(BLANK, detector, parts)  # type: ignore[arg-type]
    assert [(thing.label, thing.confidence) for thing in found] == [("chair", 0.9), ("bed", 0.8), ("tv", 0.7)]


@settings(deadline=None, max_examples=50)
@given(st.integers(0, 2**32 - 1))
def test_things_are_within_the_photo_and_come_the_surest_first(seed: int) -> None:
    scores = np.random.default_rng(seed).normal(0, 2, (32, 6, 8)).astype(np.float32)
    chances = np.exp(scores) / np.exp(scores).sum(axis=0)
    found = regions_of(Segmentation(ADE, np.asarray(np.repeat(np.repeat(chances, 8, 1), 8, 2), np.float32)))
    confidences = [thing.confidence for thing in found]
    assert confidences == sorted(confidences, reverse=True)
    for thing in found:
        assert thing.label in SEEN_BY_SEGMENTATION
        assert thing.box.x + thing.box.width <= 1.0001
        assert thing.box.y + thing.box.height <= 1.0001


def test_every_mark_is_a_listed_thing_or_a_person() -> None:
    photos = marked_photos()
    assert len(photos) >= 100
    for marked in photos:
        assert marked.there <= {*LISTED, "person"}
        assert marked.unsure <= set(LISTED)
        assert not marked.there & marked.unsure


@pytest.mark.skipif(not (SHARED / "photos" / "rooms").is_dir(), reason="../shared/photos/rooms is not there")
def test_every_marked_photo_is_there() -> None:
    assert all((SHARED / "photos" / "rooms" / marked.file).is_file() for marked in marked_photos())


def test_picodet_finds_most_of_what_a_person_marked(other: Other) -> None:
    """Every sixth of the marked photos: the whole table is `python -m tests.ml.objects_found`."""
    detector = other("picodet")
    photo("bedroom/house_0123.jpg")
    some = marked_photos()[::6]
    counts = count(some, LISTED, lambda pixels: {thing.label for thing in objects_of(pixels, detector, None)})
    found, missed = (sum(getattr(each, name) for each in counts.values()) for name in ("found", "missed"))
    assert found / (found + missed) > 0.75
