from hypothesis import given, settings
from hypothesis import strategies as st

from ml.duplicates import PerceptualHash, perceptual_hash
from ml.listing import summarise
from schemas.photo import CoverageItem, ListedPhoto, ListingSummary
from tests.ml.scenes import room
from tests.photo_records import photo_record, scene
from tests.photo_records import quality as quality_record

HASHES = [str(perceptual_hash(room(seed, 200, 150))) for seed in range(16)]
LABELS = (
    "exterior",
    "kitchen",
    "bedroom",
    "bathroom",
    "living_room",
    "pool",
    "floor_plan",
    "not_a_photo",
    "yard_garden",
)


def photo(
    photo_id: str, label: str, *, quality: float = 80, look: int = 0, abstained: bool = False, megapixels: float = 4
) -> ListedPhoto:
    side = round((megapixels * 1e6) ** 0.5)
    record = photo_record(
        label,
        scene=scene(label, 0.2 if abstained else 0.9, abstained=abstained),
        quality=quality_record(quality, megapixels=megapixels),
        width=side,
        height=side,
        perceptual_hash=HASHES[look],
    )
    return ListedPhoto(photo_id=photo_id, photo=record)


def covered(summary: ListingSummary, item: CoverageItem) -> list[str]:
    return next(entry.photo_ids for entry in summary.coverage if entry.item is item)


def test_a_listing_is_walked_from_the_front_through_the_rooms_to_the_plan() -> None:
    labels = (
        "floor_plan",
        "pool",
        "bathroom",
        "bedroom",
        "kitchen",
        "living_room",
        "entry_foyer",
        "exterior",
        "dining_room",
    )
    photos = [photo(label, label, look=look) for look, label in enumerate(labels)]
    assert summarise(photos).order == [
        "exterior",
        "entry_foyer",
        "living_room",
        "kitchen",
        "dining_room",
        "bedroom",
        "bathroom",
        "pool",
        "floor_plan",
    ]


def test_only_the_best_front_stands_first_and_the_others_stand_outside() -> None:
    photos = [
        photo("kitchen", "kitchen", look=0),
        photo("side", "exterior", look=1, quality=60),
        photo("front", "exterior", look=2, quality=90),
    ]
    assert summarise(photos).order == ["front", "kitchen", "side"]


def test_the_better_photo_of_a_kind_comes_first() -> None:
    photos = [photo("dull", "kitchen", look=0, quality=50), photo("bright", "kitchen", look=1, quality=90)]
    assert summarise(photos).order == ["bright", "dull"]


def test_photos_of_like_quality_keep_the_agents_order() -> None:
    photos = [photo("a", "kitchen", look=0, quality=81), photo("b", "kitchen", look=1, quality=83)]
    assert summarise(photos).order == ["a", "b"]


def test_of_copies_the_largest_is_kept_and_the_others_say_why_they_are_left_out() -> None:
    photos = [
        photo("preview", "kitchen", look=3, megapixels=0.3),
        photo("bath", "bathroom", look=4),
        photo("original", "kitchen", look=3, megapixels=12),
    ]
    summary = summarise(photos)
    assert [(group.keep, group.drop) for group in summary.duplicates] == [("original", ["preview"])]
    assert summary.order == ["original", "bath"]
    assert [(left.photo_id, "original" in left.reason) for left in summary.left_out] == [("preview", True)]


def test_an_advert_is_left_out_with_a_reason() -> None:
    summary = summarise([photo("ad", "not_a_photo", look=0), photo("kitchen", "kitchen", look=1)])
    assert summary.order == ["kitchen"]
    assert summary.left_out[0].photo_id == "ad"


def test_a_doubtful_advert_stays() -> None:
    summary = summarise([photo("perhaps", "not_a_photo", abstained=True)])
    assert summary.order == ["perhaps"]


def test_the_hero_is_the_best_front() -> None:
    photos = [
        photo("pool", "pool", look=0, quality=99),
        photo("dusk", "exterior", look=1, quality=85),
        photo("day", "exterior", look=2, quality=70),
    ]
    hero = summarise(photos).hero
    assert hero is not None
    assert hero.photo_id == "dusk"
    assert "exterior" in hero.reason


def test_a_spoilt_front_is_no_hero() -> None:
    photos = [photo("front", "exterior", look=0, quality=12), photo("living", "living_room", look=1, quality=80)]
    hero = summarise(photos).hero
    assert hero is not None
    assert hero.photo_id == "living"


def test_a_listing_of_spoilt_photos_still_has_a_hero() -> None:
    hero = summarise([photo("a", "kitchen", look=0, quality=5), photo("b", "hallway", look=1, quality=9)]).hero
    assert hero is not None
    assert hero.photo_id == "b"


def test_a_listing_without_photos_has_an_empty_summary() -> None:
    summary = summarise([])
    assert summary.hero is None
    assert summary.order == []
    assert all(entry.photo_ids == [] for entry in summary.coverage)


def test_coverage_names_what_is_shown_and_what_is_not() -> None:
    photos = [
        photo("front", "exterior", look=0),
        photo("sink", "kitchen", look=1),
        photo("lawn", "yard_garden", look=2),
    ]
    summary = summarise(photos)
    assert [entry.item for entry in summary.coverage] == [
        item for item in CoverageItem if item is not CoverageItem.UNKNOWN
    ]
    assert covered(summary, CoverageItem.FRONT) == ["front"]
    assert covered(summary, CoverageItem.KITCHEN) == ["sink"]
    assert covered(summary, CoverageItem.OUTSIDE) == ["lawn"]
    assert covered(summary, CoverageItem.BATHROOM) == []


def test_a_fair_guess_is_sorted_by_but_covers_nothing() -> None:
    sure, fair = photo("bed", "bedroom", look=0), photo("perhaps", "kitchen", look=1, abstained=True)
    guess = scene("kitchen", 0.5, abstained=True)
    fair = fair.model_copy(update={"photo": fair.photo.model_copy(update={"scene": guess})})
    summary = summarise([sure, fair])
    assert summary.order == ["perhaps", "bed"]
    assert covered(summary, CoverageItem.KITCHEN) == []


def test_a_guess_covers_nothing() -> None:
    assert covered(summarise([photo("perhaps", "kitchen", abstained=True)]), CoverageItem.KITCHEN) == []


LISTED = st.lists(
    st.builds(
        lambda label, quality, look, abstained: (label, quality, look, abstained),
        st.sampled_from(LABELS),
        st.floats(0, 100),
        st.integers(0, 15),
        st.booleans(),
    ),
    max_size=12,
)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(LISTED)
def test_every_photo_is_either_in_the_order_or_left_out_once(rows: list[tuple[str, float, int, bool]]) -> None:
    photos = [
        photo(f"p{at}", label, quality=quality, look=look, abstained=abstained)
        for at, (label, quality, look, abstained) in enumerate(rows)
    ]
    summary = summarise(photos)
    assert sorted(summary.order + [left.photo_id for left in summary.left_out]) == sorted(p.photo_id for p in photos)
    assert summarise(photos) == summary
    if summary.hero is not None:
        assert summary.hero.photo_id in summary.order


def test_the_hashes_of_the_test_are_all_different() -> None:
    assert len({PerceptualHash.parse(digits).bits for digits in HASHES}) == len(HASHES)
