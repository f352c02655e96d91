import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from ml.training.mark_report import fit_logistic
from ml.training.mark_samples import SIDE, WIDE, LearntPhoto, batch, marked_photos, sample
from ml.training.mark_styles import HELD_OUT_STYLES, LEARNT_STYLES, as_file, mark
from ml.training.overlays import KINDS, LEAST_CONTRAST, Marked, Patch, lay, plated, text_patch, turned
from ml.training.typefaces import HELD_OUT, LEARNT, Typeface, carried_faces, learnt_faces
from tests.ml.scenes import room

FACES = carried_faces()
STYLES = {**LEARNT_STYLES, **HELD_OUT_STYLES}
PHOTO = room(5, 400, 300)


def marked_with(style: str, seed: int) -> Marked:
    return mark(np.random.default_rng(seed), PHOTO, FACES, {style: STYLES[style]}, smallest=10, largest=40)


@pytest.mark.parametrize("style", STYLES)
def test_the_same_seed_lays_the_same_marks(style: str) -> None:
    one, other = marked_with(style, 3), marked_with(style, 3)
    assert np.array_equal(one.pixels, other.pixels)
    assert one.truths == other.truths


@pytest.mark.parametrize("style", STYLES)
def test_only_the_pixels_of_a_mark_are_changed(style: str) -> None:
    for seed in range(4):
        marked = marked_with(style, seed)
        changed = np.abs(marked.pixels - PHOTO).max(axis=2) > 1
        left, top, right, bottom = marked.truths[0].box
        outside = changed.copy()
        outside[max(top - 6, 0) : bottom + 6, max(left - 6, 0) : right + 6] = False
        assert changed.any()
        # Shadows and outlines reach a few pixels beyond the words that the box is of.
        assert outside.sum() <= 0.02 * changed.sum()


@pytest.mark.parametrize("style", STYLES)
def test_a_mark_changes_what_it_covers_so_that_a_person_sees_it(style: str) -> None:
    for seed in range(4):
        marked = marked_with(style, seed)
        change = np.abs(marked.pixels - PHOTO).max(axis=2)[marked.regions > 0]
        assert np.quantile(change, 0.98) >= LEAST_CONTRAST / 2


@given(st.integers(0, 2**32 - 1))
@settings(deadline=None, max_examples=40)
def test_every_mark_has_a_kind_and_a_box_within_the_photo(seed: int) -> None:
    marked = mark(np.random.default_rng(seed), PHOTO, FACES, STYLES, smallest=7, largest=60)
    for truth in marked.truths:
        left, top, right, bottom = truth.box
        assert truth.kind in KINDS
        assert 0 <= left < right <= 400
        assert 0 <= top < bottom <= 300
        assert (marked.regions[top:bottom, left:right] == 1 + KINDS.index(truth.kind)).any()


def test_all_kinds_are_made() -> None:
    made = [
        mark(np.random.default_rng(seed), PHOTO, FACES, LEARNT_STYLES, smallest=9, largest=40) for seed in range(60)
    ]
    assert {truth.kind for marked in made for truth in marked.truths} == set(KINDS)


def test_no_style_and_no_family_is_both_learnt_and_held_out() -> None:
    assert not LEARNT_STYLES.keys() & HELD_OUT_STYLES.keys()
    assert not set(LEARNT) & set(HELD_OUT)


def test_training_without_its_typefaces_is_refused() -> None:
    with pytest.raises(ValueError, match="typefaces"):
        learnt_faces([])


def test_what_reaches_over_the_edge_is_cut_off() -> None:
    marked = Marked(np.zeros((50, 60, 3), np.float32))
    patch = Patch(np.full((20, 30, 3), 200, np.float32), np.ones((20, 30), np.float32), np.ones((20, 30), np.float32))
    assert lay(marked, patch, (-10, 40), 0.5, "logo") == (0, 40, 20, 50)
    assert marked.pixels[45, 10].tolist() == [100, 100, 100]
    assert lay(marked, patch, (70, 0), 0.5, "logo") == (0, 0, 0, 0)


def test_a_turned_patch_covers_as_much_as_before() -> None:
    patch = plated(text_patch(Typeface("pillow"), "Realty", 20, (255, 255, 255)), (6, 6), (0, 0, 0), 1.0, 0)
    assert turned(patch, 30).region.sum() == pytest.approx(patch.region.sum(), rel=0.05)


def encoded(pixels: NDArray[np.uint8], **cut: float) -> LearntPhoto:
    content = cv2.imencode(".png", np.ascontiguousarray(pixels[:, :, ::-1]))[1]
    return LearntPhoto(content.tobytes(), **cut)


def test_a_batch_is_the_same_for_the_same_seed_and_another_for_another() -> None:
    photos = [encoded(room(seed, 300, 224)) for seed in range(3)]
    pictures, regions = batch(4, 6, photos, [], FACES)
    again, _ = batch(4, 6, photos, [], FACES)
    assert pictures.shape == (6, 3, SIDE, SIDE)
    assert regions.shape == (6, SIDE, SIDE)
    assert np.array_equal(pictures, again)
    assert not np.array_equal(pictures, batch(6, 6, photos, [], FACES)[0])


def test_each_third_batch_is_half_as_many_wide_pictures_large_photos_among_them() -> None:
    pictures, regions = batch(5, 6, [encoded(room(1, 300, 224))], [encoded(room(2, 1000, 700))], FACES)
    assert pictures.shape == (3, 3, WIDE[1], WIDE[0])
    assert regions.shape == (3, WIDE[1], WIDE[0])


def test_a_learnt_photo_is_cut_where_its_source_lays_its_marks() -> None:
    pixels = room(1, 300, 200)
    assert np.array_equal(encoded(pixels, top=0.1, bottom=0.8).pixels(), pixels[20:160])


def test_small_photos_are_filled_up_to_a_crop() -> None:
    pixels, regions = sample(np.random.default_rng(1), [encoded(room(1, 120, 90))], FACES)
    assert pixels.shape == (SIDE, SIDE, 3)
    assert regions.shape == (SIDE, SIDE)


@pytest.mark.parametrize("size", [(SIDE, SIDE), WIDE])
def test_a_long_and_low_photo_is_enlarged_like_a_small_one(size: tuple[int, int]) -> None:
    pixels, _ = sample(np.random.default_rng(1), [encoded(room(1, 900, 130))], FACES, size)
    assert pixels.shape == (size[1], size[0], 3)


def test_a_file_of_full_quality_leaves_the_pixels() -> None:
    assert np.array_equal(as_file(PHOTO.astype(np.float32), 100), PHOTO)
    assert not np.array_equal(as_file(PHOTO.astype(np.float32), 50), PHOTO)


def test_the_list_of_photos_that_carry_marks_says_for_each_whether_it_is_sure() -> None:
    assert set(marked_photos().values()) == {"mark", "unsure"}


def test_the_logistic_fit_finds_the_odds_that_made_the_answers() -> None:
    draw = np.random.default_rng(0)
    scores = draw.normal(0, 3, 20_000)
    right = draw.random(20_000) < 1 / (1 + np.exp(-(scores + 1.0) / 2.0))
    divisor, shift = fit_logistic(scores, right)
    assert (divisor, shift) == pytest.approx((2.0, 1.0), abs=0.15)
