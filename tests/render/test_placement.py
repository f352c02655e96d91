"""Texts: in fonts that ship, inside the safe area, to be read over any picture, never one over another."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from render.contrast import LEAST_CONTRAST, contrast, plate_opacity, readable_on, rgb, worst_contrast
from render.errors import PlanError
from render.frames import planes_of
from render.placement import LABEL, Placed, labels, place_overlays, safe_area
from render.slot import PhotoSlot
from render.stamp import draw_text
from render.template import PLACES
from render.text import characters, clean_text, fit_text
from render.timeline import plan_timeline
from schemas.video import Overlay, OverlayKind, OverlayPlace, Ratio, Timeline

SHAPES = (Ratio.WIDE_16_9, Ratio.TALL_9_16, Ratio.SQUARE, Ratio.PORTRAIT_4_5)


def timeline(ratio: Ratio = Ratio.WIDE_16_9, staged: tuple[int, ...] = (), *overlays: Overlay) -> Timeline:
    photos = [PhotoSlot(f"p{i}", label="Virtually staged" if i in staged else "") for i in range(4)]
    laid = plan_timeline(photos, None, seconds=8, ratio=ratio, height=1080)
    return laid.model_copy(update={"overlays": list(overlays)})


def over(kind: OverlayKind, text: str, first: int = 0, frames: int = 60, **more: object) -> Overlay:
    fields = {"kind": kind, "text": text, "first_frame": first, "frames": frames, "place": PLACES[kind], **more}
    return Overlay.model_validate(fields)


def refusal(*overlays: Overlay, ratio: Ratio = Ratio.WIDE_16_9) -> str:
    with pytest.raises(PlanError) as caught:
        place_overlays(timeline(ratio, (), *overlays))
    assert caught.value.code == "plan_failed"
    return caught.value.message


def apart(one: Placed, other: Placed) -> bool:
    in_time = one.first_frame < other.end and other.first_frame < one.end
    across = one.left < other.left + other.width and other.left < one.left + one.width
    down = one.top < other.top + other.height and other.top < one.top + one.height
    return not (in_time and across and down)


@pytest.mark.parametrize("ratio", SHAPES)
def test_everything_at_once_stays_in_the_safe_area_and_apart(ratio: Ratio) -> None:
    texts = {
        OverlayKind.TITLE: "12 Harbour Street\nSpringfield",
        OverlayKind.CAPTION: "A kitchen with an island and a view of the garden",
        OverlayKind.PRICE_BADGE: "$1,250,000",
        OverlayKind.AGENT: "Anna Nguyễn, Realtor",
        OverlayKind.PHONE: "+1 555 010 0199",
        OverlayKind.WEBSITE: "www.example.com",
    }
    logo = over(OverlayKind.LOGO, "", picture_width=400, picture_height=100)
    plan = timeline(ratio, (0, 1), *(over(kind, text) for kind, text in texts.items()), logo)
    placed = place_overlays(plan)
    safe = safe_area(plan.width, plan.height)
    assert len(placed) == 8
    for text in placed:
        assert safe.left <= text.left < text.left + text.width <= safe.right
        assert safe.top <= text.top < text.top + text.height <= safe.bottom
        assert text.left % 2 == text.top % 2 == text.width % 2 == text.height % 2 == 0
        assert text.contrast >= LEAST_CONTRAST
    assert all(apart(one, other) for one, other in combinations(placed, 2))


def test_labels_come_first_and_keep_their_place() -> None:
    alone = place_overlays(timeline(Ratio.WIDE_16_9, (1,)))
    crowded = place_overlays(timeline(Ratio.WIDE_16_9, (1,), over(OverlayKind.CAPTION, "Kitchen", 0, 240)))
    assert alone[0].kind == crowded[0].kind == LABEL
    assert (alone[0].left, alone[0].top) == (crowded[0].left, crowded[0].top)
    assert crowded[1].top < crowded[0].top


def test_a_label_is_seen_from_the_first_frame_of_its_photo_to_the_last() -> None:
    plan = timeline(Ratio.WIDE_16_9, (1,))
    shot = plan.shots[1]
    found = labels(plan)
    assert found == [("Virtually staged", OverlayPlace.BOTTOM_LEFT, shot.first_frame, shot.first_frame + shot.frames)]
    assert shot.first_frame < plan.cuts[0].frame  # the transition before is part of it


def test_a_label_that_goes_on_from_shot_to_shot_is_one() -> None:
    plan = timeline(Ratio.WIDE_16_9, (0, 1, 3))
    found = labels(plan)
    assert len(found) == 2
    assert found[0][2:] == (0, plan.shots[1].first_frame + plan.shots[1].frames)


def test_a_reveal_labels_the_original_first_and_the_staged_photo_once_it_shows() -> None:
    photo = PhotoSlot("a", label="Virtually staged", reveal=True, size=(900, 600), original_size=(900, 600))
    plan = plan_timeline([photo], None, seconds=6)
    reveal = plan.shots[0].reveal
    assert reveal is not None
    assert labels(plan) == [
        ("Original photo", OverlayPlace.BOTTOM_RIGHT, 0, reveal.first_frame + reveal.frames),
        ("Virtually staged", OverlayPlace.BOTTOM_LEFT, reveal.first_frame, plan.frames),
    ]
    assert len(place_overlays(plan)) == 2


@pytest.mark.parametrize(
    ("text", "name"),
    [("Nice ☃ house", "SNOWMAN, U\\+2603"), ("家", "U\\+5BB6"), ("a\x07b", "U\\+0007"), ("🏡", "HOUSE WITH GARDEN")],
)
def test_a_character_that_no_font_has_is_refused_by_name(text: str, name: str) -> None:
    with pytest.raises(PlanError, match=name):
        clean_text(text, "the title")
    assert "the title" in refusal(over(OverlayKind.TITLE, text))


@pytest.mark.parametrize(
    "text",
    [
        "Straße, café, naïve, Łódź, Škoda, Þór, İstanbul",
        "Nguyễn Thị Hạnh — Đường Trần Hưng Đạo, phường Phạm Ngũ Lão",
        "Οδός Ερμού 12, Αθήνα",
        "улица Пушкина, дом 5, Київ, Ћуприја",
        "$ € £ ¥ ₩ ₫ ₹ ₽ ₺ ₴ ₪ ₱ ₦ ₿",
        "“Quoted” – 120 m² ½ acre № 5 • 3 bd",
    ],
)
def test_what_the_fonts_are_for_can_be_set(text: str) -> None:
    assert clean_text(text, "the title")
    assert {ord(c) for c in text} <= characters()


def test_a_letter_with_a_separate_accent_is_composed() -> None:
    assert clean_text("Nguye\u0302\u0303n", "the title") == "Nguyễn"
    with pytest.raises(PlanError, match="no such form"):
        clean_text("q\u0303", "the title")


def test_a_text_too_long_is_refused_with_what_it_is() -> None:
    message = refusal(over(OverlayKind.TITLE, "A very long title of a house " * 12))
    assert "the title is too long" in message
    assert "shorten it" in message
    assert "website is too long" in refusal(over(OverlayKind.WEBSITE, "w" * 80))


def test_a_long_text_is_broken_then_made_smaller() -> None:
    plain = fit_text("Kitchen", "it", size=40, width=400, lines=2)
    broken = fit_text("Kitchen with island and garden", "it", size=40, width=400, lines=2)
    smaller = fit_text("Kitchen with an island, oak floors and a garden", "it", size=40, width=400, lines=2)
    assert plain.lines == ("Kitchen",)
    assert len(broken.lines) == 2
    assert smaller.size < broken.size == 40
    assert smaller.width <= 400


def test_more_than_there_is_room_for_is_refused() -> None:
    many = [over(OverlayKind.TITLE, f"One\nTwo\nThree\nFour {i}") for i in range(5)]
    assert "no room" in refusal(*many)


def test_overlays_outside_the_video_or_without_text_are_refused() -> None:
    assert "lasts to frame" in refusal(over(OverlayKind.TITLE, "x", 200, 100))
    assert "no text" in refusal(over(OverlayKind.TITLE, "  "))
    assert "too few for its fades" in refusal(over(OverlayKind.TITLE, "x", fade_frames=40))
    assert "logo has no size" in refusal(over(OverlayKind.LOGO, ""))


@settings(max_examples=200, deadline=None)
@given(plate=st.from_regex("#[0-9a-f]{6}", fullmatch=True))
def test_on_any_brand_colour_a_text_can_be_read_over_any_picture(plate: str) -> None:
    color = readable_on(plate)
    opacity = plate_opacity(color, plate, "it")
    assert worst_contrast(color, plate, opacity) >= LEAST_CONTRAST


def test_contrast_is_that_of_the_standard() -> None:
    assert contrast((255, 255, 255), (0, 0, 0)) == pytest.approx(21)
    assert contrast(rgb("#777777"), (255, 255, 255)) == pytest.approx(4.48, abs=0.01)


def test_colours_that_cannot_be_read_are_refused_with_their_contrast() -> None:
    message = refusal(over(OverlayKind.TITLE, "x", color="#777777", background="#888888"))
    assert "contrast of 1." in message


@pytest.mark.parametrize("level", [16, 235])
def test_a_drawn_text_has_the_contrast_that_was_promised(level: int) -> None:
    placed = place_overlays(timeline(Ratio.WIDE_16_9, (), over(OverlayKind.CAPTION, "HIII HIII")))[0]
    width, height = 1920, 1080
    frame = np.full(width * height * 3 // 2, 128, np.uint8)
    y = planes_of(frame, width, height)[0]
    y[...] = level
    draw_text(placed.drawing()).draw(frame, width, height)
    box = y[placed.top : placed.top + placed.height, placed.left : placed.left + placed.width]
    grey = [(int(code) - 16) / 219 * 255 for code in (box.max(), np.median(box))]
    assert contrast((grey[0],) * 3, (grey[1],) * 3) >= LEAST_CONTRAST
    outside = y.copy()
    outside[placed.top : placed.top + placed.height, placed.left : placed.left + placed.width] = level
    assert (outside == level).all()


def test_a_label_has_letters_that_can_be_read_wherever_the_frame_has_room_for_them() -> None:
    photos = [PhotoSlot("a", label="Virtually staged")]
    sizes = {}
    for height in (64, 180, 360, 1080):
        plan = plan_timeline(photos, None, seconds=3, height=height)
        sizes[height] = next(text.size for text in place_overlays(plan) if text.kind == LABEL)
    assert sizes[180] == sizes[360] == 12
    assert 6 <= sizes[64] <= 12
    assert sizes[1080] == 37


def test_a_refusal_names_what_is_too_long_and_not_all_of_it() -> None:
    photos = [PhotoSlot("a", label="Virtually staged " * 60)]
    with pytest.raises(PlanError, match=r"the label .* is too long") as caught:
        place_overlays(plan_timeline(photos, None, seconds=3, height=180))
    assert len(caught.value.message) < 300
    assert "the price badge is too long" in refusal(over(OverlayKind.PRICE_BADGE, "9" * 200))
