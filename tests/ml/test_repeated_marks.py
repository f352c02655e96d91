from hypothesis import given
from hypothesis import strategies as st

from ml.boxes import corners_of, intersection_over_union
from ml.repeated_marks import repeated_marks
from schemas.photo import Box, Compliance, ListedPhoto, Mark, MarkKind
from tests.photo_records import photo_record

CORNER = Box(x=0.88, y=0.93, width=0.12, height=0.07)
MIDDLE = Box(x=0.4, y=0.4, width=0.2, height=0.1)


def mark(box: Box, kind: MarkKind = MarkKind.LOGO) -> Mark:
    return Mark(kind=kind, box=box, confidence=0.9)


def listed(photo_id: str, *marks: Mark, faint: tuple[Mark, ...] = ()) -> ListedPhoto:
    compliance = Compliance(marks=list(marks), people=None, vehicles=None, faint_marks=list(faint))
    return ListedPhoto(photo_id=photo_id, photo=photo_record(compliance=compliance))


def nudged(box: Box, by: float) -> Box:
    return box.model_copy(update={"x": box.x - by})


def test_a_logo_in_the_corner_of_most_photos_is_one_repeated_mark() -> None:
    photos = [listed(f"p{at}", mark(nudged(CORNER, at * 0.005))) for at in range(4)] + [listed("clean")]
    (found,) = repeated_marks(photos, {})
    assert found.kind is MarkKind.LOGO
    assert found.photo_ids == ["p0", "p1", "p2", "p3"]
    assert intersection_over_union(corners_of(found.box), corners_of(CORNER)) > 0.8


def test_a_mark_too_faint_to_be_told_of_one_photo_is_found_where_it_repeats() -> None:
    photos = [listed("sure", mark(CORNER)), *(listed(f"p{at}", faint=(mark(CORNER),)) for at in range(4))]
    (found,) = repeated_marks(photos, {})
    assert found.photo_ids == ["sure", "p0", "p1", "p2", "p3"]


def test_faint_finds_at_changing_places_are_no_mark() -> None:
    places = [Box(x=0.1 * at, y=0.15 * (at % 5), width=0.1, height=0.05) for at in range(9)]
    assert repeated_marks([listed(f"p{at}", faint=(mark(place),)) for at, place in enumerate(places)], {}) == []


def test_two_photos_make_no_repetition() -> None:
    assert repeated_marks([listed("a", mark(CORNER)), listed("b", mark(CORNER))], {}) == []


def test_three_photos_of_many_make_no_repetition() -> None:
    photos = [listed(f"p{at}", mark(CORNER)) for at in range(3)] + [listed(f"clean{at}") for at in range(4)]
    assert repeated_marks(photos, {}) == []


def test_photos_that_were_not_looked_at_do_not_count() -> None:
    photos = [listed(f"p{at}", mark(CORNER)) for at in range(3)]
    photos += [ListedPhoto(photo_id=f"q{at}", photo=photo_record(compliance=None)) for at in range(9)]
    assert len(repeated_marks(photos, {})) == 1


def test_copies_of_one_picture_are_one_picture() -> None:
    photos = [listed(f"p{at}", mark(MIDDLE)) for at in range(5)]
    assert repeated_marks(photos, {f"p{at}": "p0" for at in range(1, 5)}) == []


def test_the_copies_that_carry_a_repeated_mark_are_named() -> None:
    photos = [listed(f"p{at}", mark(CORNER)) for at in range(4)]
    (found,) = repeated_marks(photos, {"p3": "p0"})
    assert found.photo_ids == ["p0", "p1", "p2", "p3"]


def test_marks_at_two_places_are_two_repeated_marks_the_frequent_one_first() -> None:
    photos = [listed(f"p{at}", mark(MIDDLE), mark(CORNER)) for at in range(3)] + [listed("p3", mark(CORNER))]
    assert [len(found.photo_ids) for found in repeated_marks(photos, {})] == [4, 3]


def test_text_at_changing_places_is_not_repeated() -> None:
    photos = [listed(f"p{at}", mark(Box(x=0.2 * at, y=0.1, width=0.15, height=0.1), MarkKind.TEXT)) for at in range(5)]
    assert repeated_marks(photos, {}) == []


def test_the_kind_is_what_the_mark_was_taken_for_most_often() -> None:
    kinds = (MarkKind.TEXT, MarkKind.WATERMARK, MarkKind.WATERMARK, MarkKind.LOGO)
    (found,) = repeated_marks([listed(f"p{at}", mark(CORNER, kind)) for at, kind in enumerate(kinds)], {})
    assert found.kind is MarkKind.WATERMARK


BOXES = st.builds(
    lambda x, y, w, h: Box(x=x, y=y, width=w * (1 - x), height=h * (1 - y)),
    *(st.floats(0, 1) for _ in range(4)),
)


@given(st.lists(st.lists(BOXES, max_size=3), max_size=6))
def test_a_repeated_mark_names_photos_that_carry_marks(rows: list[list[Box]]) -> None:
    photos = [listed(f"p{at}", *(mark(box) for box in boxes)) for at, boxes in enumerate(rows)]
    carrying = {f"p{at}" for at, boxes in enumerate(rows) if boxes}
    for found in repeated_marks(photos, {}):
        assert set(found.photo_ids) <= carrying
        assert len(found.photo_ids) * 2 >= len(photos)
