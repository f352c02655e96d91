"""What lies over the pictures: labels in every frame, reveals under one camera, versions that share their segments."""

import json
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image

from render.frames import planes_of
from render.placement import LABEL, place_overlays
from render.planning import Edit, plan_video
from render.segment import segment_frames, segment_parameters, segment_sources
from render.slot import SHAPES, PhotoSlot
from render.timeline import plan_timeline
from schemas.edit import Brand, Branding, VideoTexts
from schemas.video import Ratio, SegmentKind, Timeline
from tests.render.pictures import make_photo

HEIGHT = 180


def frames(timeline: Timeline, index: int, files: dict[str, Path]) -> list[npt.NDArray[np.uint8]]:
    """The luma planes of a segment."""
    sources = segment_sources(timeline, index)
    roles = {role: files[f"{source.kind.value}:{source.photo_id}"] for role, source in sources.items()}
    made = segment_frames(segment_parameters(timeline, index), roles)
    return [planes_of(frame.copy(), timeline.width, timeline.height)[0] for frame in made]


@pytest.mark.parametrize("ratio", sorted(SHAPES))
def test_the_label_is_in_every_frame_that_shows_any_of_a_staged_photo(tmp_path: Path, ratio: Ratio) -> None:
    files = {f"photo:{name}": make_photo(tmp_path / f"{name}.png", 900, 600, seed=ord(name)) for name in "abc"}
    photos = [PhotoSlot(name, size=(900, 600), label="Virtually staged" if name == "b" else "") for name in "abc"]
    labelled = plan_timeline(photos, None, seconds=3.9, ratio=ratio, height=HEIGHT, fps=24)
    bare = labelled.model_copy(update={"shots": [shot.model_copy(update={"label": ""}) for shot in labelled.shots]})
    label = next(text for text in place_overlays(labelled) if text.kind == LABEL)
    box = (slice(label.top, label.top + label.height), slice(label.left, label.left + label.width))
    shows = 0
    for index, segment in enumerate(labelled.segments):
        staged = 1 in {segment.shot, segment.next_shot}
        for with_label, without in zip(frames(labelled, index, files), frames(bare, index, files), strict=True):
            differs = with_label.astype(int) != without
            assert bool(differs[box].mean() > 0.8) is staged
            differs[box] = False
            assert not differs.any()
            shows += staged
    shot = labelled.shots[1]
    assert shows == shot.frames
    assert {segment.kind for segment in labelled.segments} == {SegmentKind.BODY, SegmentKind.TRANSITION}


def test_a_reveal_shows_the_original_then_the_staged_photo_under_one_camera(tmp_path: Path) -> None:
    staged = make_photo(tmp_path / "staged.png", 900, 600, seed=1, grain=20)
    with Image.open(staged) as image:
        image.resize((450, 300)).save(tmp_path / "original.png")
    files = {"photo:a": staged, "original:a": tmp_path / "original.png"}
    photo = PhotoSlot("a", label="Virtually staged", reveal=True, size=(900, 600), original_size=(450, 300))
    timeline = plan_timeline([photo], None, seconds=2, height=HEIGHT, fps=24)
    plain = plan_timeline([PhotoSlot("a", size=(900, 600))], None, seconds=2, height=HEIGHT, fps=24)
    # The original is the same picture here, so that with one camera nothing changes but for the labels.
    for found, expected in zip(frames(timeline, 0, files), frames(plain, 0, files), strict=True):
        assert np.abs(found[:140].astype(int) - expected[:140]).mean() < 2


def test_a_reveal_wipes_from_one_to_the_other(tmp_path: Path) -> None:
    for name, level in (("staged", 200), ("original", 60)):
        Image.new("RGB", (900, 600), (level,) * 3).save(tmp_path / f"{name}.png")
    files = {"photo:a": tmp_path / "staged.png", "original:a": tmp_path / "original.png"}
    photo = PhotoSlot("a", label="Virtually staged", reveal=True, size=(900, 600), original_size=(900, 600))
    timeline = plan_timeline([photo], None, seconds=2, height=HEIGHT, fps=24)
    reveal = timeline.shots[0].reveal
    assert reveal is not None
    shares = [float((plane[:100] > 120).mean()) for plane in frames(timeline, 0, files)]
    assert set(shares[: reveal.first_frame]) == {0.0}
    assert set(shares[reveal.first_frame + reveal.frames :]) == {1.0}
    assert shares[reveal.first_frame + reveal.frames // 2] == pytest.approx(0.5, abs=0.1)


def keys(timeline: Timeline) -> list[str]:
    return [
        json.dumps([segment_parameters(timeline, index), sorted(map(str, segment_sources(timeline, index).items()))])
        for index in range(len(timeline.segments))
    ]


def test_branded_and_unbranded_share_all_segments_but_those_with_branding() -> None:
    photos = [PhotoSlot(f"p{i}", size=(3000, 2000)) for i in range(8)]
    brand = Brand(agent="Ann", phone="555 0100", website="example.com")
    edit = Edit(seconds=20, branding=Branding.PAIR, brand=brand, texts=VideoTexts(title="1 Main St", price="$1"))
    branded, plain = (version.timeline for version in plan_video(edit, photos, None))
    different = set(keys(branded)) - set(keys(plain))
    assert len(keys(branded)) == 15
    assert len(different) == 1  # the agent's card is on the last body alone
    assert [overlay.kind.value for overlay in plain.overlays] == ["price_badge", "title"]


def test_another_photo_changes_at_most_three_segments_also_under_texts() -> None:
    photos = [PhotoSlot(f"p{i}", size=(3000, 2000), caption=f"Room {i}") for i in range(24)]
    edit = Edit(seconds=60, brand=Brand(agent="Ann"), texts=VideoTexts(title="1 Main St"))
    one = plan_video(edit, photos, None)[0].timeline
    for place in (0, 7, 23):
        new = [*photos[:place], PhotoSlot("new", size=(2500, 1700), caption=f"Room {place}"), *photos[place + 1 :]]
        other = plan_video(edit, new, None)[0].timeline
        assert len(set(keys(other)) - set(keys(one))) <= 3


def test_a_text_that_neither_begins_nor_ends_in_a_segment_leaves_its_key_alone() -> None:
    photos = [PhotoSlot(f"p{i}", size=(3000, 2000), label="Virtually staged") for i in range(6)]
    timeline = plan_timeline(photos, None, seconds=12)
    middle = segment_parameters(timeline, 4)["overlays"][0]
    assert (middle["first_frame"], middle["end"], middle["fade_frames"]) == (0, timeline.segments[4].frames, 0)
