import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from ml.duplicates import PerceptualHash, perceptual_hash
from ml.hero import quality_of
from ml.listing import summarise
from ml.room_signature import room_signature
from schemas.photo import (
    Box,
    Compliance,
    CoverageItem,
    LabelScore,
    ListedPhoto,
    ListingSummary,
    Mark,
    MarkKind,
    Scene,
)
from tests.ml.labelled import labelled_listings, moved, needs_photos
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
    hero = summarise([photo("a", "kitchen", look=0, quality=1), photo("b", "hallway", look=1, quality=9)]).hero
    assert hero is not None
    assert hero.photo_id == "b"


def test_a_listing_of_previews_has_its_front_as_hero() -> None:
    photos = [photo("living", "living_room", look=0, quality=29), photo("front", "exterior", look=1, quality=24)]
    hero = summarise(photos).hero
    assert hero is not None
    assert hero.photo_id == "front"


def test_what_is_no_photo_is_a_hero_only_where_there_is_nothing_else() -> None:
    plan, hall = photo("plan", "floor_plan", look=0, quality=95), photo("hall", "hallway", look=1, quality=70)
    hero = summarise([plan, hall]).hero
    assert hero is not None
    assert hero.photo_id == "hall"
    alone = summarise([plan]).hero
    assert alone is not None
    assert alone.photo_id == "plan"


def test_the_first_view_of_every_room_comes_before_any_second_view() -> None:
    rooms = {"a": 0, "a2": 0, "b": 1}
    embedded = {
        photo_id: str(room_signature(room(seed, 200, 150), np.eye(64, dtype=np.float32)[seed]))
        for photo_id, seed in rooms.items()
    }
    photos = []
    for look, photo_id in enumerate(rooms):
        one = photo(photo_id, "bedroom", look=look)
        known = one.photo.model_copy(update={"room_signature": embedded[photo_id]})
        photos.append(one.model_copy(update={"photo": known}))
    summary = summarise(photos)
    assert [sorted(group.photo_ids) for group in summary.rooms] == [["a", "a2"], ["b"]]
    assert summary.order == ["a", "b", "a2"]


def test_ten_copies_count_once() -> None:
    copies = [photo(f"copy{at}", "exterior", look=2) for at in range(10)]
    others = [photo("kitchen", "kitchen", look=0), photo("bath", "bathroom", look=1)]
    many, once = summarise([*copies, *others]), summarise([copies[0], *others])
    assert (many.order, many.hero, many.coverage, many.rooms) == (once.order, once.hero, once.coverage, once.rooms)


def test_a_doubtful_view_is_sorted_by_what_the_other_views_of_its_room_show() -> None:
    look = str(room_signature(room(5, 200, 150), np.eye(64, dtype=np.float32)[5]))
    split = Scene(
        label="dining_room",
        confidence=0.5,
        top=[LabelScore(label="dining_room", confidence=0.5), LabelScore(label="kitchen", confidence=0.45)],
        abstained=True,
    )
    doubtful, sure = photo("doubtful", "kitchen", look=0), photo("sure", "kitchen", look=1)
    doubtful = doubtful.model_copy(
        update={"photo": doubtful.photo.model_copy(update={"scene": split, "room_signature": look})}
    )
    sure = sure.model_copy(update={"photo": sure.photo.model_copy(update={"room_signature": look})})
    dining = photo("dining", "dining_room", look=2)
    summary = summarise([dining, doubtful, sure])
    assert set(summary.order[:2]) == {"doubtful", "sure"}


def test_a_mark_in_the_corner_of_most_photos_is_told() -> None:
    mark = Mark(kind=MarkKind.WATERMARK, box=Box(x=0.9, y=0.9, width=0.1, height=0.1), confidence=0.9)
    marked = Compliance(marks=[mark], people=None, vehicles=None)
    photos = []
    for look in range(4):
        one = photo(f"p{look}", "kitchen", look=look)
        photos.append(one.model_copy(update={"photo": one.photo.model_copy(update={"compliance": marked})}))
    (found,) = summarise(photos).repeated_marks
    assert found.kind is MarkKind.WATERMARK
    assert found.photo_ids == ["p0", "p1", "p2", "p3"]


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


MISSING = st.sets(st.sampled_from(("scene", "quality", "perceptual_hash")))


@settings(max_examples=40)
@given(st.lists(st.tuples(st.sampled_from(LABELS), MISSING), max_size=8))
def test_what_is_not_known_of_a_photo_loses_no_photo(rows: list[tuple[str, set[str]]]) -> None:
    photos = []
    for at, (label, missing) in enumerate(rows):
        one = photo(f"p{at}", label, look=at)
        photos.append(one.model_copy(update={"photo": one.photo.model_copy(update=dict.fromkeys(missing))}))
    summary = summarise(photos)
    assert sorted(summary.order + [left.photo_id for left in summary.left_out]) == [p.photo_id for p in photos]
    assert (summary.hero is None) == (summary.order == [])
    shown = [photo_id for group in summary.rooms for photo_id in group.photo_ids]
    assert len(shown) == len(set(shown))
    assert set(shown) <= set(summary.order)


@given(st.sampled_from(LABELS), st.floats(0, 99), st.floats(0, 1))
def test_a_hero_that_gets_better_stays_the_hero(label: str, quality: float, more: float) -> None:
    others = [photo("kitchen", "kitchen", look=0, quality=60), photo("pool", "pool", look=1, quality=70)]
    before = summarise([photo("one", label, look=2, quality=quality), *others]).hero
    after = summarise([photo("one", label, look=2, quality=quality + more * (100 - quality)), *others]).hero
    assert before is not None
    assert after is not None
    assert before.photo_id != "one" or after.photo_id == "one"


@needs_photos
def test_a_person_moves_fewer_photos_than_after_sorting_by_quality() -> None:
    from tests.bench.listing import photos_of

    ours = by_quality = heroes = 0
    for listing in labelled_listings():
        photos = photos_of(listing, labels_told=False)
        summary = summarise(photos)
        ours += moved(summary.order, listing.order)
        best = sorted(photos, key=lambda listed: -quality_of(listed.photo))
        by_quality += moved([listed.photo_id for listed in best], listing.order)
        heroes += summary.hero is not None and summary.hero.photo_id in listing.heroes
    assert ours < 0.85 * by_quality
    assert heroes >= 13


def test_photos_that_a_person_would_move_are_counted() -> None:
    steps = [["a"], ["b", "c"], ["d", "a"]]
    assert moved(["a", "c", "b", "d"], steps) == 0
    assert moved(["b", "c", "a", "d"], steps) == 0
    assert moved(["d", "a", "b", "c"], steps) == 1
    assert moved(["a", "b"], steps) == 2
    assert moved(["a", "b", "c", "d", "advert"], steps) == 1


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
