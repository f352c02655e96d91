import re
from dataclasses import replace
from html.parser import HTMLParser

from processors.reference.report import ReportFacts, page
from tests.processors.reference import records

VOID = {"meta", "img", "br", "input", "hr"}
PIXEL = "data:image/jpeg;base64,AA=="


class Balance(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.links: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.links += [value for name, value in attrs if name in {"src", "href", "poster"} and value]
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.links += [value for name, value in attrs if name in {"src", "href"} and value]

    def handle_data(self, data: str) -> None:
        self.text += data


def facts(*, with_video: bool = True) -> ReportFacts:
    run = records.listing_run()
    if not with_video and run.video is not None:
        run.video.events = []
    names = {"a.jpg": "a.jpg-clip.mp4", "<b>.jpg": "b 1#.mp4"}
    timeline = records.timeline() if with_video else None
    return ReportFacts(run, timeline, names, {"a.jpg": PIXEL}, PIXEL, 12.0, {"Python": "3.11"})


def test_a_furnished_room_is_shown_before_and_after_with_kit_pieces_and_gate() -> None:
    shown = facts()
    records.add_staging(shown.run)
    text = page(replace(shown, staged={"a.jpg": ("a.jpg", "v0 staged.jpg")}))
    found = parsed(text)
    assert {"staged/a.jpg", "staged/v0%20staged.jpg"} <= set(found.links)
    assert 'type="range"' in text
    for said in ("contemporary@2", "sofa × 2", "Gate: 1 of 2 checks passed", "Virtually staged", "left out: no room"):
        assert said in found.text, said
    assert "<b>.jpg stays as it is" in found.text
    assert "no_floor" in found.text


def test_a_machine_that_cannot_furnish_says_what_it_lacks() -> None:
    shown = facts()
    shown.run.not_staged = "no libLLVM that the renderer can use was found: apt-get install libllvm19"
    assert "apt-get install libllvm19" in parsed(page(shown)).text


def parsed(text: str) -> Balance:
    parser = Balance()
    parser.feed(text)
    assert parser.open == []
    return parser


def test_every_element_is_closed() -> None:
    parsed(page(facts()))


def test_nothing_is_loaded_but_the_files_beside_the_page() -> None:
    links = {link for link in parsed(page(facts())).links if not link.startswith("data:")}
    assert links == {"video.mp4", "clips/a.jpg-clip.mp4", "clips/b%201%23.mp4"}


def test_names_cannot_become_markup() -> None:
    text = page(facts())
    assert "<b>.jpg" not in text
    assert "Elm &lt;Street&gt; 5" in text


def test_a_photo_that_failed_is_shown_with_its_code_and_reason() -> None:
    text = parsed(page(facts())).text
    assert "broken.jpg" in text
    assert "image_truncated" in text
    assert "The data ends at row 10 of 800." in text


def test_duplicates_and_places_are_told() -> None:
    text = parsed(page(facts())).text
    assert "duplicate of a.jpg" in text
    assert "place 1" in text
    assert "hero" in text


def test_the_distance_of_a_cut_from_its_beat_is_drawn() -> None:
    text = page(facts())
    assert re.search(r'<g class="cut on"><title>[^<]*downbeat, \+10 ms</title>', text)


def test_a_listing_without_a_video_says_so() -> None:
    text = parsed(page(facts(with_video=False))).text
    assert "There is no video" in text


def test_the_same_facts_give_the_same_page() -> None:
    assert page(facts()) == page(facts())
