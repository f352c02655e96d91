import pytest

from ml.hero import APPEAL, choose_hero
from schemas.photo import ListedPhoto
from tests.photo_records import photo_record, quality


def listed(photo_id: str, overall: float | None = 80, *, upright: bool = False) -> ListedPhoto:
    width, height = (1200, 1600) if upright else (1600, 1200)
    measured = None if overall is None else quality(overall)
    return ListedPhoto(photo_id=photo_id, photo=photo_record(quality=measured, width=width, height=height))


def hero(photos: list[ListedPhoto], chances: dict[str, dict[str, float]]) -> str:
    found = choose_hero(photos, chances)
    assert found is not None
    return found.photo_id


def test_no_photo_no_hero() -> None:
    assert choose_hero([], {}) is None


def test_a_sure_living_room_stands_before_what_is_hardly_the_front() -> None:
    photos = [listed("perhaps"), listed("living")]
    assert hero(photos, {"perhaps": {"exterior": 0.3}, "living": {"living_room": 0.9}}) == "living"
    assert hero(photos, {"perhaps": {"exterior": 0.9}, "living": {"living_room": 0.9}}) == "perhaps"


def test_of_two_fronts_the_better_photo_is_the_hero() -> None:
    photos = [listed("dull", 50), listed("bright", 90)]
    assert hero(photos, {photo.photo_id: {"exterior": 0.8} for photo in photos}) == "bright"


def test_of_equal_photos_the_agents_first_is_the_hero() -> None:
    photos = [listed("b"), listed("a")]
    assert hero(photos, {photo.photo_id: {"exterior": 0.8} for photo in photos}) == "b"


def test_an_upright_photo_loses_against_one_that_fills_the_frame() -> None:
    photos = [listed("upright", 90, upright=True), listed("wide", 70)]
    assert hero(photos, {photo.photo_id: {"exterior": 0.8} for photo in photos}) == "wide"


def test_without_any_measured_quality_what_is_shown_decides() -> None:
    photos = [listed("hall", None), listed("kitchen", None)]
    assert hero(photos, {"hall": {"hallway": 0.9}, "kitchen": {"kitchen": 0.9}}) == "kitchen"


@pytest.mark.parametrize(
    ("label", "words"), [("exterior", "look for first"), ("kitchen", "labelled kitchen"), ("hallway", "main room")]
)
def test_the_reason_says_what_was_missing(label: str, words: str) -> None:
    found = choose_hero([listed("one")], {"one": {label: 0.9}})
    assert found is not None
    assert words in found.reason


def test_a_poor_photo_of_a_room_stands_before_a_good_plan() -> None:
    plans = [ListedPhoto(photo_id=f"plan{n}", photo=photo_record("floor_plan", quality=quality(80))) for n in range(3)]
    photos = [*plans, listed("room", 20)]
    chances = {plan.photo_id: {"floor_plan": 0.9} for plan in plans} | {"room": {"bedroom": 0.9}}
    assert hero(photos, chances) == "room"


def test_nothing_appeals_more_than_the_front() -> None:
    assert max(APPEAL, key=lambda label: APPEAL[label]) == "exterior"
    assert all(0 <= appeal <= 1 for appeal in APPEAL.values())
