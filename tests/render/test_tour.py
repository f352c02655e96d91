"""The editor's choice: hero, tour, one view of each room first, and a reason for every photo left out."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from render.errors import PlanError
from render.slot import PhotoSlot
from render.timeline import plan_timeline
from render.tour import eligible, pick
from schemas.edit import AutoEdit

SCENES = [
    "exterior_front", "entry_foyer", "living_room", "kitchen", "dining_room", "bedroom", "bathroom", "patio_deck",
    "pool", "floor_plan", "", "home_office",
]  # fmt: skip


def photos(*scenes: str) -> list[PhotoSlot]:
    return [PhotoSlot(f"{scene}-{i}", scene=scene, quality=60) for i, scene in enumerate(scenes)]


def order(given: list[PhotoSlot], auto: AutoEdit | None = None, count: int | None = None) -> list[str]:
    kept, _ = eligible(given, auto or AutoEdit())
    shown, _ = pick(kept, count or len(kept), auto or AutoEdit())
    return [photo.photo_id.rsplit("-", 1)[0] for photo in shown]


def test_the_order_is_that_of_a_tour_and_plans_are_last() -> None:
    mixed = photos(
        "floor_plan", "patio", "bathroom", "bedroom", "kitchen", "hallway", "dining_room", "living_room", "exterior"
    )
    assert order(mixed) == [
        "exterior", "hallway", "living_room", "kitchen", "dining_room", "bedroom", "bathroom", "patio", "floor_plan",
    ]  # fmt: skip


def test_the_best_front_is_the_hero_also_when_another_comes_first() -> None:
    given = [
        PhotoSlot("worse", scene="exterior_front", quality=50),
        PhotoSlot("kitchen", scene="kitchen", quality=99),
        PhotoSlot("better", scene="exterior_front", quality=80),
    ]
    assert [photo.photo_id for photo in eligible(given, AutoEdit())[0]] == ["better", "worse", "kitchen"]
    assert eligible(given, AutoEdit(hero="kitchen"))[0][0].photo_id == "kitchen"
    inside = [PhotoSlot("plan", scene="floor_plan", quality=100), PhotoSlot("bath", scene="bathroom", quality=40)]
    assert eligible(inside, AutoEdit())[0][0].photo_id == "bath"


def test_every_room_is_seen_once_before_any_is_seen_twice() -> None:
    given = photos("exterior_front", "kitchen", "kitchen", "kitchen", "living_room", "bathroom", "bedroom")
    assert order(given, count=5) == ["exterior_front", "living_room", "kitchen", "bedroom", "bathroom"]
    assert order(given, count=6).count("kitchen") == 2


def test_rooms_of_one_kind_are_told_apart_and_the_second_bedroom_waits_for_the_bath() -> None:
    given = [
        PhotoSlot("bed1", scene="bedroom", room="1"),
        PhotoSlot("bed1b", scene="bedroom", room="1"),
        PhotoSlot("bed2", scene="bedroom", room="2"),
        PhotoSlot("bath", scene="bathroom", room="3"),
        PhotoSlot("front", scene="exterior_front", room="4"),
    ]
    kept, _ = eligible(given, AutoEdit())
    assert [photo.photo_id for photo in kept] == ["front", "bed1", "bed1b", "bed2", "bath"]
    assert [photo.photo_id for photo in pick(kept, 3, AutoEdit())[0]] == ["front", "bed1", "bath"]
    assert [photo.photo_id for photo in pick(kept, 4, AutoEdit())[0]] == ["front", "bed1", "bed2", "bath"]


def test_near_duplicates_and_poor_photos_are_left_out_with_their_reason() -> None:
    given = [
        PhotoSlot("good", scene="kitchen", quality=80),
        PhotoSlot("copy", scene="kitchen", quality=70, duplicate_of="good"),
        PhotoSlot("dark", scene="bathroom", quality=20),
    ]
    kept, left = eligible(given, AutoEdit())
    assert [photo.photo_id for photo in kept] == ["good"]
    reasons = {photo.photo_id: (photo.code, photo.reason) for photo in left}
    assert reasons["copy"] == ("near_duplicate", "It shows the same picture as good, which is in its place.")
    assert reasons["dark"] == ("below_quality", "Its quality is 20 of 100; 35 is the least.")


def test_where_the_better_copy_cannot_be_used_the_other_takes_its_place() -> None:
    given = [PhotoSlot("copy", scene="kitchen", quality=70, duplicate_of="gone")]
    assert [photo.photo_id for photo in eligible(given, AutoEdit())[0]] == ["copy"]


def test_what_is_pinned_wins_over_quality_copies_and_length() -> None:
    given = [
        *photos("exterior_front", "living_room", "kitchen"),
        PhotoSlot("dark", scene="closet", quality=5),
        PhotoSlot("copy", scene="kitchen", quality=60, duplicate_of="kitchen-2"),
    ]
    auto = AutoEdit(pinned=["dark", "copy"])
    kept, left = eligible(given, auto)
    assert {"dark", "copy"} <= {photo.photo_id for photo in kept}
    assert [photo.photo_id for photo in left] == ["kitchen-2"]
    assert {"dark", "copy"} <= {photo.photo_id for photo in pick(kept, 3, auto)[0]}


def test_an_order_that_is_given_wins_over_the_tour() -> None:
    given = photos("kitchen", "bathroom", "exterior_front", "living_room")
    auto = AutoEdit(order=["bathroom-1", "kitchen-0"])
    assert order(given, auto) == ["bathroom", "kitchen", "exterior_front", "living_room"]
    assert order(given, AutoEdit(keep_order=True)) == ["kitchen", "bathroom", "exterior_front", "living_room"]


def test_a_photo_that_is_not_there_is_named() -> None:
    with pytest.raises(PlanError, match="photo nowhere"):
        eligible(photos("kitchen"), AutoEdit(pinned=["nowhere"]))


def test_when_nothing_is_good_enough_that_is_said() -> None:
    with pytest.raises(PlanError, match="good enough") as caught:
        eligible([PhotoSlot("a", quality=3)], AutoEdit())
    assert caught.value.code == "no_usable_photo"


def test_plans_can_be_unwanted() -> None:
    kept, left = eligible(photos("kitchen", "floor_plan"), AutoEdit(plans=False))
    assert [photo.scene for photo in kept] == ["kitchen"]
    assert left[0].code == "no_slot"


@settings(max_examples=100, deadline=None)
@given(
    given=st.lists(
        st.tuples(st.sampled_from(SCENES), st.floats(0, 100), st.sampled_from(["", "1", "2", "3"])),
        min_size=1,
        max_size=40,
    ),
    seconds=st.floats(4, 60),
)
def test_every_photo_is_either_shown_once_or_left_out_with_a_reason(
    given: list[tuple[str, float, str]], seconds: float
) -> None:
    slots = [
        PhotoSlot(f"p{i}", scene=scene, quality=quality, room=room and f"{scene}{room}")
        for i, (scene, quality, room) in enumerate(given)
    ]
    auto = AutoEdit(pinned=["p0"])
    timeline = plan_timeline(slots, None, seconds=seconds, auto=auto)
    shown = [shot.photo_id for shot in timeline.shots]
    left = [photo.photo_id for photo in timeline.left_out]
    assert sorted(shown + left) == sorted(slot.photo_id for slot in slots)
    assert "p0" in shown
    assert all(photo.reason and photo.code for photo in timeline.left_out)
    assert timeline == plan_timeline(slots, None, seconds=seconds, auto=auto)


def test_what_classification_would_open_with_opens_and_what_the_edit_names_still_wins() -> None:
    photos = [
        PhotoSlot("front", scene="exterior_front", quality=90),
        PhotoSlot("pool", scene="pool", quality=60, hero=True),
        PhotoSlot("kitchen", scene="kitchen", quality=80),
    ]
    assert eligible(photos, AutoEdit())[0][0].photo_id == "pool"
    assert eligible(photos, AutoEdit(hero="kitchen"))[0][0].photo_id == "kitchen"
