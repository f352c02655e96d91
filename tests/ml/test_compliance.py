import functools
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from ml.compliance import marks_in, marks_of, marks_view, sure_and_faint
from ml.inspect import MODELS
from ml.picture import picture_of_pixels
from ml.srgb import luma_of
from ml.store import LoadedModel, store_of
from ml.training.mark_report import alarms, common_share, held_out_photos, interval, tried
from ml.training.mark_samples import marked_photos, read
from ml.training.mark_styles import HELD_OUT_STYLES, LEARNT_STYLES, as_file, mark
from ml.training.overlays import KINDS, Marked, Truth, lay, plated, text_patch
from ml.training.typefaces import Typeface, carried_faces
from schemas.photo import Box, Mark, MarkKind

Pixels = NDArray[np.uint8]

SHARED = Path(__file__).resolve().parents[2].parent / "shared"
PHOTOS = SHARED / "photos"

needs_photos = pytest.mark.skipif(not PHOTOS.exists(), reason="needs the photos beside the repository")


@functools.cache
def model() -> LoadedModel:
    return store_of(MODELS).load("marks")


def find(pixels: Pixels) -> list[Mark]:
    """As for a photo's record."""
    return marks_of(marks_view(picture_of_pixels(pixels), model()), model())


def wall(width: int = 1024, height: int = 768) -> Pixels:
    """A wall in uneven light above a floor, and nothing else."""
    across, down = np.linspace(0, 1, width)[None, :], np.linspace(0, 1, height)[:, None]
    light = 150 + 50 * across - 40 * down
    light = np.where(down > 0.7, light - 45, light)
    return np.asarray(np.clip(light[:, :, None] * np.array([1.0, 0.97, 0.92]), 0, 255), np.uint8)


def said(text: str, at: tuple[int, int], height: int = 40, opacity: float = 1.0) -> tuple[Pixels, Truth]:
    """The wall with white words on a blue plate, and where they stand."""
    marked = Marked(wall().astype(np.float32))
    patch = plated(text_patch(Typeface("pillow"), text, height, (255, 255, 255)), (20, 12), (20, 50, 120), 1.0, 0)
    box = lay(marked, patch, at, opacity, "text")
    return as_file(marked.pixels, 90), Truth("text", "plate", opacity, height, box)


def scores(rows: int, columns: int, spots: dict[tuple[int, int, int, int], tuple[float, int]]) -> NDArray[np.float32]:
    """A network's answers with these boxes (left, top, right, bottom) of log odds and kind, and -8 elsewhere."""
    answers = np.full((1 + len(KINDS), rows, columns), 0, np.float32)
    answers[0] = -8
    for (left, top, right, bottom), (odds, kind) in spots.items():
        answers[0, top:bottom, left:right] = odds
        answers[1 + kind, top:bottom, left:right] = 5
    return answers


def found_in(answers: NDArray[np.float32], threshold: float = 0.5) -> list[Mark]:
    return marks_in(answers, KINDS, temperature=1.0, threshold=threshold)


def test_a_group_of_sure_cells_is_a_mark_with_its_box_its_kind_and_its_confidence() -> None:
    (mark_,) = found_in(scores(96, 128, {(64, 48, 96, 60): (3.0, 1)}))
    assert mark_.kind is MarkKind.PHONE_NUMBER
    assert mark_.box == Box(x=0.5, y=0.5, width=0.25, height=0.125)
    assert mark_.confidence == pytest.approx(1 / (1 + np.exp(-3.0)))


def test_what_is_less_sure_than_the_threshold_is_left_out() -> None:
    answers = scores(96, 128, {(0, 0, 20, 20): (1.0, 0), (60, 60, 90, 80): (4.0, 0)})
    assert len(found_in(answers, 0.5)) == 2
    assert [mark_.box.x for mark_ in found_in(answers, 0.9)] == [60 / 128]


def test_a_few_sure_cells_are_no_mark() -> None:
    assert found_in(scores(96, 128, {(10, 10, 12, 11): (4.0, 0)}), 0.7) == []


def test_marks_come_the_surest_first() -> None:
    answers = scores(96, 128, {(0, 0, 20, 20): (1.0, 0), (40, 0, 60, 20): (5.0, 0), (80, 0, 99, 20): (3.0, 0)})
    confidences = [mark_.confidence for mark_ in found_in(answers)]
    assert confidences == sorted(confidences, reverse=True)


def test_watermarks_all_over_a_photo_are_one() -> None:
    tiles = {(x, y, x + 20, y + 6): (4.0, 3) for x in (5, 45, 90) for y in (10, 40, 80)}
    (mark_,) = found_in(scores(96, 128, tiles))
    assert mark_.kind is MarkKind.WATERMARK
    assert (mark_.box.width, mark_.box.height) == (105 / 128, 76 / 96)


def test_lines_of_text_all_over_a_photo_stay_apart() -> None:
    lines = {(x, y, x + 20, y + 6): (4.0, 0) for x in (5, 45, 90) for y in (10, 40, 80)}
    assert len(found_in(scores(96, 128, lines))) == 9


@given(st.integers(0, 255), st.integers(1, 90), st.integers(1, 90))
@settings(deadline=None, max_examples=15)
def test_a_blank_picture_of_any_size_has_no_mark(level: int, width: int, height: int) -> None:
    assert find(np.full((height, width, 3), level, np.uint8)) == []


def test_the_model_sees_a_large_photo_finer_than_its_draft_with_the_photo_s_own_colours() -> None:
    pixels, _ = said("Harbor Realty", (560, 680))
    picture = picture_of_pixels(pixels)
    view = marks_view(picture, model())
    most = max(model().spec.input.width, model().spec.input.height)
    assert max(picture.draft.shape) < most == max(view.shape)
    size = (view.shape[1], view.shape[0])
    wanted = np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), np.uint8)
    assert np.abs(luma_of(view).astype(int) - luma_of(wanted)).max() <= 6
    assert np.abs(view.astype(int) - wanted).mean() < 2


def test_the_model_sees_a_small_photo_as_it_is() -> None:
    picture = picture_of_pixels(wall(300, 200))
    assert marks_view(picture, model()) is picture.draft


def test_what_is_not_sure_enough_is_kept_apart() -> None:
    pixels, _ = said("Harbor Realty", (560, 680))
    sure, faint = sure_and_faint(pixels, model())
    assert sure == marks_of(pixels, model())
    assert all(mark_.confidence >= model().spec.threshold for mark_ in sure)
    assert all(mark_.confidence < model().spec.threshold for mark_ in faint)


def test_a_large_blank_picture_has_no_mark() -> None:
    assert find(np.full((3000, 4000, 3), 200, np.uint8)) == []


def test_a_wall_and_a_floor_have_no_mark() -> None:
    assert find(wall()) == []


@pytest.mark.parametrize("at", [(30, 30), (600, 30), (560, 680), (200, 360)])
def test_words_on_a_plate_are_found_where_they_stand(at: tuple[int, int]) -> None:
    pixels, truth = said("Harbor Realty", at)
    best = find(pixels)[0]
    assert common_share(best, truth, 1024, 768) >= 0.7
    assert best.confidence >= 0.7


def test_the_same_picture_gets_the_same_marks_again() -> None:
    pixels, _ = said("Harbor Realty", (560, 680))
    assert find(pixels) == find(pixels.copy())


def test_a_mark_is_at_the_same_place_whatever_the_size_of_the_photo() -> None:
    pixels, _ = said("Harbor Realty", (560, 680))
    large = np.repeat(np.repeat(pixels, 3, axis=0), 3, axis=1)
    one, other = find(pixels)[0].box, find(large)[0].box
    assert (one.x, one.y, one.width, one.height) == pytest.approx(
        (other.x, other.y, other.width, other.height), abs=0.02
    )


@pytest.mark.parametrize("seed", range(4))
def test_boxes_lie_within_the_picture(seed: int) -> None:
    marked = mark(np.random.default_rng(seed), wall(701, 333), carried_faces(), LEARNT_STYLES, smallest=18, largest=60)
    for one in find(as_file(marked.pixels, 90)):
        assert one.box.x + one.box.width <= 1 + 1e-9
        assert one.box.y + one.box.height <= 1 + 1e-9


@functools.cache
def some_of(source: str, count: int) -> tuple[tuple[str, Path], ...]:
    """Held-out photos without marks, evenly over the source."""
    files = [pair for pair in held_out_photos(PHOTOS) if pair[0] == source]
    return tuple(files[:: max(1, len(files) // count)][:count])


@needs_photos
@pytest.mark.parametrize("source", ["ph", "house"])
def test_marks_are_found_on_photos_and_in_typefaces_that_were_not_learnt(source: str) -> None:
    answers = tried(some_of(source, 60), carried_faces(), LEARNT_STYLES, find, seed=3)
    hits = sum(one.hit(model().spec.threshold) is not None for one in answers)
    # The bound holds what version 1.1.0 reaches, less the spread of a sample of 60; the card has the share over all.
    assert hits / len(answers) >= 0.53


@needs_photos
def test_some_marks_of_styles_that_were_not_learnt_are_found_too() -> None:
    answers = tried(some_of("ph", 60), carried_faces(), HELD_OUT_STYLES, find, seed=4)
    hits = sum(one.hit(model().spec.threshold) is not None for one in answers)
    assert hits / len(answers) >= 0.5


@needs_photos
@pytest.mark.parametrize("source", ["ph", "house", "large"])
def test_photos_without_marks_raise_hardly_an_alarm(source: str) -> None:
    found = [one for alarms_of in alarms(some_of(source, 100), find).values() for one in alarms_of]
    assert sum(one > 0 for one in found) <= 5


@needs_photos
def test_the_mark_of_a_listing_is_found_at_the_same_place_in_most_of_its_photos() -> None:
    files = sorted((SHARED / "listings" / "listing_1").glob("*.jpg"))
    standing = 0
    for file in files:
        marks = find(read(file))
        standing += any(mark_.box.x > 0.75 and mark_.box.y > 0.9 and mark_.box.width > 0.08 for mark_ in marks)
    # One of the 23 photos carries none, another only its left edge; the faint finds of the others count where marks are
    # looked for over the listing.
    assert standing >= 18


@needs_photos
def test_marks_that_photos_of_listings_carried_already_are_found_too() -> None:
    carrying = [name for name, said_ in marked_photos().items() if said_ == "mark" and "/ph_" in name][::2]
    found = sum(bool(find(read(PHOTOS / "rooms" / name))) for name in carrying)
    assert found / len(carrying) >= 0.75


def test_an_interval_is_wide_for_few_and_narrow_for_many() -> None:
    assert interval(9, 10) == pytest.approx((0.596, 0.982), abs=0.001)
    low, high = interval(900, 1000)
    assert (low, high) == pytest.approx((0.88, 0.917), abs=0.001)
