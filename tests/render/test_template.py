"""Templates: executed as they are, or refused with one sentence before any work."""

from typing import Any

import pytest

from render.errors import PlanError
from render.planning import Edit, check_edit, plan_video
from render.slot import PhotoSlot
from render.template import merge_template
from schemas.edit import Brand, Branding, Template, TemplateSlot, TemplateText
from schemas.video import BeatKind, Motion, OverlayKind, Ratio, Timeline, TransitionKind
from tests.render.pictures import Beats

PHOTOS = [
    PhotoSlot("bath", scene="bathroom", size=(3000, 2000), quality=70),
    PhotoSlot("front", scene="exterior_front", size=(3000, 2000), quality=80),
    PhotoSlot("kitchen", scene="kitchen", size=(3000, 2000), quality=60),
    PhotoSlot("kitchen2", scene="kitchen", size=(3000, 2000), quality=90),
]


def slot(name: str, *rooms: str, **more: Any) -> TemplateSlot:
    length = {} if "beats" in more else {"seconds": 2.0}
    return TemplateSlot.model_validate({"name": name, "rooms": list(rooms), **length, **more})


def template(*slots: TemplateSlot, texts: tuple[TemplateText, ...] = ()) -> Template:
    return Template(template_id="t", slots=list(slots), texts=list(texts))


def planned(made: Template, analysis: Beats | None = None, **more: Any) -> Timeline:
    edit = Edit(template=made, **more)
    check_edit(edit, PHOTOS)
    return plan_video(edit, PHOTOS, analysis)[0].timeline


def refused(made: Template, analysis: Beats | None = None, **more: Any) -> str:
    with pytest.raises(PlanError) as caught:
        planned(made, analysis, **more)
    assert caught.value.code == "plan_failed"
    return caught.value.message


def test_slots_take_the_best_photo_of_their_room_and_the_rest_is_left_out_with_a_reason() -> None:
    made = planned(template(slot("a", "exterior_front"), slot("b", "kitchen"), slot("c", "bathroom", motion="hold")))
    assert [shot.photo_id for shot in made.shots] == ["front", "kitchen2", "bath"]
    assert made.shots[2].motion is Motion.HOLD
    assert [(photo.photo_id, photo.code) for photo in made.left_out] == [("kitchen", "no_slot")]
    assert made.frames == 180


def test_a_slot_for_any_photo_leaves_others_what_they_need() -> None:
    made = planned(template(slot("any"), slot("k", "kitchen"), slot("k2", "kitchen"), slot("b", "bathroom")))
    assert [shot.photo_id for shot in made.shots[:1]] == ["front"]
    assert made.shots[3].photo_id == "bath"


def test_rooms_are_taken_in_the_order_of_the_slot() -> None:
    made = planned(template(slot("a", "bathroom", "kitchen")))
    assert made.shots[0].photo_id == "bath"


def test_an_empty_slot_is_refused_by_name_before_any_photo_is_looked_at() -> None:
    made = template(slot("a", "kitchen"), slot("view", "pool", "patio"))
    with pytest.raises(PlanError, match="slot 'view' stays empty: there is no photo of pool or patio"):
        check_edit(Edit(template=made), [PhotoSlot("k", scene="kitchen")])


@pytest.mark.parametrize(
    ("caption", "fields", "sentence"),
    [
        ("{adress}", {"address": "1 Main St"}, "needs field 'adress', which has no value"),
        ("{address}", {}, "needs field 'address'"),
        ("{address}", {"address": "  "}, "needs field 'address'"),
        ("Plain", {"address": "1 Main St"}, "field 'address' has a value, but no text"),
        ("{address", {"address": "1 Main St"}, "cannot be read"),
        ("{address.upper}", {"address": "x"}, "no plain name"),
        ("{address!r}", {"address": "x"}, "no plain name"),
        ("{}", {"address": "x"}, "no plain name"),
    ],
)
def test_fields_are_merged_or_refused(caption: str, fields: dict[str, str], sentence: str) -> None:
    assert sentence in refused(template(slot("a", caption=caption)), fields=fields)


def test_merged_texts_lie_over_their_slots() -> None:
    texts = (
        TemplateText(kind="title", text="{address}", from_slot="a", to_slot="b"),
        TemplateText(kind="agent", text="{{{agent}}}", from_slot="c", to_slot="c"),
    )
    made = planned(
        template(slot("a"), slot("b"), slot("c", caption="The {room}"), texts=texts),
        fields={"address": "1 Main St", "agent": "Ann", "room": "bath"},
        brand=Brand(color="#0a5c46"),
    )
    found = [(overlay.kind, overlay.text, overlay.first_frame, overlay.frames) for overlay in made.overlays]
    assert found == [
        (OverlayKind.TITLE, "1 Main St", 0, 120),
        (OverlayKind.AGENT, "{Ann}", 120, 60),
        (OverlayKind.CAPTION, "The bath", 120, 60),
    ]
    assert made.overlays[0].background == "#0a5c46"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ({"kind": "headline", "from_slot": "a", "to_slot": "a"}, "of kind 'headline'"),
        ({"kind": "title", "text": "x", "from_slot": "z", "to_slot": "a"}, "slot 'z'"),
        ({"kind": "logo", "from_slot": "a", "to_slot": "a"}, "logo, and the brand has none"),
        ({"kind": "title", "text": "x", "from_slot": "b", "to_slot": "a"}, "before it begins"),
        ({"kind": "title", "text": "house " * 90, "from_slot": "a", "to_slot": "b"}, "too long"),
    ],
)
def test_texts_that_cannot_be_are_refused(text: dict[str, str], sentence: str) -> None:
    made = template(slot("a"), slot("b"), texts=(TemplateText.model_validate(text),))
    assert sentence in refused(made)


def test_beats_are_counted_and_seconds_end_on_a_beat() -> None:
    made = planned(
        template(slot("a", beats=4), slot("b", beats=8), slot("c", seconds=2.1, transition="fade")), Beats(60, 120)
    )
    assert [cut.frame for cut in made.cuts] == [60, 180]
    assert made.frames == 240  # 6 s + 2.1 s, on the beat at 8 s
    assert all(cut.beat is not BeatKind.NONE and abs(cut.error_frames or 0) <= 0.5 for cut in made.cuts)


def test_beats_without_music_are_refused() -> None:
    assert "there is no music" in refused(template(slot("a", beats=4)))


def test_strong_transitions_go_to_downbeats_or_become_a_fade_with_a_note() -> None:
    on = planned(template(slot("a", beats=4), slot("b", beats=4, transition="slide_left")), Beats(60, 120))
    off = planned(template(slot("a", beats=3), slot("b", beats=4, transition="slide_left")), Beats(60, 120))
    near = planned(template(slot("a", seconds=2.4), slot("b", transition="slide_left")), Beats(60, 120))
    assert on.cuts[0].transition is near.cuts[0].transition is TransitionKind.SLIDE_LEFT
    assert near.cuts[0].beat is BeatKind.DOWNBEAT
    assert off.cuts[0].transition is TransitionKind.FADE
    assert any("no downbeat" in note for note in off.notes)


def test_the_first_slot_has_nothing_to_come_from() -> None:
    assert "nothing comes before it" in refused(template(slot("a", transition="fade")))


@pytest.mark.parametrize("lengths", [{}, {"seconds": 2.0, "beats": 4}])
def test_a_slot_has_one_length(lengths: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="one of seconds and beats"):
        Template.model_validate({"template_id": "t", "slots": [{"name": "a", **lengths}]})


def test_a_misspelled_option_is_an_error() -> None:
    with pytest.raises(ValueError, match="secnds"):
        Template.model_validate({"template_id": "t", "slots": [{"name": "a", "secnds": 2}]})


def test_an_unbranded_version_drops_branding_alone_and_shares_the_rest() -> None:
    texts = (
        TemplateText(kind="title", text="1 Main St", from_slot="a", to_slot="a"),
        TemplateText(kind="phone", text="555 0100", from_slot="b", to_slot="b"),
    )
    edit = Edit(
        template=template(slot("a"), slot("b"), texts=texts), branding=Branding.PAIR, more_ratios=(Ratio.SQUARE,)
    )
    versions = plan_video(edit, PHOTOS, None)
    assert [(version.name, version.branded) for version in versions] == [
        ("", True),
        ("unbranded", False),
        ("r1_1", True),
        ("r1_1-unbranded", False),
    ]
    assert [overlay.kind for overlay in versions[1].timeline.overlays] == [OverlayKind.TITLE]
    assert [overlay.kind for overlay in versions[0].timeline.overlays] == [OverlayKind.TITLE, OverlayKind.PHONE]


def test_merging_leaves_the_template_as_it_was() -> None:
    made = template(slot("a", caption="{x}"))
    assert merge_template(made, {"x": "1"}).slots[0].caption == "1"
    assert made.slots[0].caption == "{x}"
