"""The renderer's planning: refused before work, versions that share segments, the timeline in the event."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

import pytest

from processors.engine.stage import Phase, RunContext
from processors.engine.work import InvalidInputError
from processors.renderer import Renderer
from schemas.artifacts import ArtifactRef, ErrorInfo
from schemas.canonical import canonical_digest
from schemas.commands import RenderVideo
from schemas.jobs import TaskOutcome, TaskStatus
from schemas.video import Ratio

JOB = "0b6a5c1e-8f0d-4b51-9a35-6f2d7c9b8a10"
SHA = "a" * 64


def artifact(role: str, name: str = "x") -> dict[str, Any]:
    return {
        "uri": f"file:///store/{SHA}", "sha256": SHA, "bytes": 1, "media_type": "video/mp4", "file_name": name,
        "role": role,
    }  # fmt: skip


def photo(name: str, **more: Any) -> dict[str, Any]:
    return {"photo_id": name, "uri": f"file:///{name}.jpg", **more}


def command(*photos: dict[str, Any], **more: Any) -> RenderVideo:
    given = list(photos) or [photo(f"p{i}", scene=f"room{i}") for i in range(5)]
    return RenderVideo.model_validate(
        {"job_id": JOB, "listing_id": "l", "photos": given, "seconds": 12, "height": 180, **more}
    )


def disclosure() -> dict[str, Any]:
    return {
        "alterations": ["VirtualStagingItemAddition"], "original": artifact("original"), "label": "Virtually staged",
    }  # fmt: skip


def outcome(task: Any, result: dict[str, Any], failed: str = "") -> TaskOutcome:
    return TaskOutcome(
        task_id=task.task_id,
        kind=task.kind,
        phase="x",
        item=task.item,
        status=TaskStatus.FAILED if failed else TaskStatus.SUCCEEDED,
        error=ErrorInfo(code=failed, message="It is broken.") if failed else None,
        result=json.dumps(result),
        artifacts=[ArtifactRef.model_validate(artifact(task.kind, task.task_id))],
    )


def looked(renderer: Renderer, asked: RenderVideo, broken: str = "") -> list[TaskOutcome]:
    tasks = renderer.plan(asked).first.tasks
    return sorted(
        (
            outcome(task, {"width": 900, "height": 600}, "image_truncated" if task.task_id == broken else "")
            for task in tasks
        ),
        key=lambda found: found.task_id,
    )


def segments(asked: RenderVideo, broken: str = "") -> Phase:
    renderer = Renderer()
    phase = renderer.next_phase(asked, "prepare", looked(renderer, asked, broken))
    assert phase is not None
    return phase


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"texts": {"title": "house " * 100}}, "the title is too long"),
        ({"texts": {"title": "☃"}}, "SNOWMAN"),
        (
            {"template": {"template_id": "t", "slots": [{"name": "a", "rooms": ["pool"], "seconds": 2}]}},
            "slot 'a' stays",
        ),
        ({"brand": {"color": "#888888", "text_color": "#777777"}}, "contrast"),
    ],
)
def test_what_cannot_be_is_refused_before_any_task(more: dict[str, Any], sentence: str) -> None:
    with pytest.raises(InvalidInputError, match=sentence):
        Renderer().plan(command(**more))


def test_one_edit_at_a_time() -> None:
    with pytest.raises(ValueError, match="one of auto, template and timeline"):
        command(auto={}, template={"template_id": "t", "slots": [{"name": "a", "seconds": 2}]})


def test_depth_maps_originals_and_the_logo_are_looked_at_too() -> None:
    asked = command(
        photo("a", depth="file:///d.png"),
        photo("b", disclosure=disclosure(), reveal=True),
        photo("c", disclosure=disclosure()),
        brand={"logo": "file:///logo.png"},
    )
    ids = [task.task_id for task in Renderer().plan(asked).first.tasks]
    assert ids == ["check:0000", "depth:0000", "check:0001", "original:0001", "check:0002", "logo"]


def test_a_pair_in_two_shapes_makes_shared_segments_once() -> None:
    asked = command(branding="pair", more_ratios=["r9_16"], brand={"agent": "Ann"})
    tasks = segments(asked).tasks
    assert len({task.task_id for task in tasks}) == len(tasks)
    plain = segments(command()).tasks
    assert len(plain) == 9
    assert len(tasks) == 2 * (9 + 1)
    renderer = Renderer()
    outcomes = looked(renderer, asked) + [outcome(task, {"bytes": 1}) for task in tasks]
    outcomes.sort(key=lambda found: found.task_id)
    phase = renderer.next_phase(asked, "segments", outcomes)
    assert phase is not None
    assert [task.task_id for task in phase.tasks] == [
        "video", "video-unbranded", "video-r9_16", "video-r9_16-unbranded",
    ]  # fmt: skip
    assert all(len(task.inputs) == 9 for task in phase.tasks)


def test_a_photo_that_cannot_be_used_is_left_out_and_its_reason_is_kept() -> None:
    asked = command()
    tasks = segments(asked, broken="check:0002").tasks
    assert not any("p2" in task.labels["photo_ids"] for task in tasks)


def test_a_broken_logo_ends_it_with_its_reason() -> None:
    with pytest.raises(InvalidInputError, match="broken") as caught:
        segments(command(brand={"logo": "file:///logo.png"}), broken="logo")
    assert caught.value.code == "image_truncated"


def test_a_broken_original_cannot_be_revealed() -> None:
    asked = command(photo("b", disclosure=disclosure(), reveal=True))
    with pytest.raises(InvalidInputError, match="no usable original"):
        segments(asked, broken="original:0000")


def test_a_staged_photo_brings_its_label_into_every_segment_that_shows_it() -> None:
    asked = command(photo("a"), photo("b", disclosure=disclosure()), photo("c"), photo("d"))
    for task in segments(asked).tasks:
        shown = "b" in json.loads(task.labels["photo_ids"])
        said = [over["drawing"]["kind"] for over in task.params.get("overlays", [])]
        assert ("alteration_label" in said) is shown


def test_the_timeline_comes_back_in_the_event_and_can_be_sent_again() -> None:
    asked = command(auto={})
    renderer = Renderer()
    tasks = segments(asked).tasks
    outcomes = looked(renderer, asked) + [outcome(task, {"bytes": 1}) for task in tasks]
    phase = renderer.next_phase(asked, "segments", sorted(outcomes, key=lambda found: found.task_id))
    assert phase is not None
    timeline = phase.tasks[0].params["timeline"]
    again = command(timeline=timeline)
    assert [task.params for task in segments(again).tasks] == [task.params for task in tasks]
    assert RunContext(JOB, "r", "l").listing_id == "l"


def test_an_encoder_that_there_is_not_is_refused_at_the_start() -> None:
    with pytest.raises(Exception, match="wishful"):
        Renderer("wishful")


def test_every_shape_is_planned_from_one_choice() -> None:
    asked = command(more_ratios=[ratio.value for ratio in (Ratio.SQUARE, Ratio.TALL_9_16, Ratio.PORTRAIT_4_5)])
    seen: dict[tuple[int, int], list[str]] = {}
    for task in segments(asked).tasks:
        shape = (task.params["width"], task.params["height"])
        seen.setdefault(shape, []).append(task.labels["photo_ids"])
    assert set(seen) == {(320, 180), (180, 180), (180, 320), (180, 226)} or len(seen) == 4
    assert len({tuple(ids) for ids in seen.values()}) == 1


def keys_of(asked: RenderVideo, sizes: Mapping[str, tuple[int, int]]) -> list[str]:
    """The cache keys of the segments of `asked`, every address standing for its own bytes."""
    renderer = Renderer()
    looks = [
        outcome(task, dict(zip(("width", "height"), sizes.get(str(task.item), (3000, 2000)), strict=True)))
        for task in renderer.plan(asked).first.tasks
    ]
    phase = renderer.next_phase(asked, "prepare", sorted(looks, key=lambda found: found.task_id))
    assert phase is not None
    keys = []
    for task in phase.tasks:
        digests = {given.name: hashlib.sha256(given.uri.encode()).hexdigest() for given in task.inputs}
        keys.append(canonical_digest([task.kind, task.revision, dict(task.params), dict(task.versions), digests]))
    return keys


@pytest.mark.parametrize("ratio", ["r16_9", "r9_16", "r1_1", "r4_5"])
def test_one_changed_photo_of_a_video_costs_three_encoded_segments_at_most(ratio: str) -> None:
    rooms = ["front", "entry", "living_room", "kitchen", "dining_room", "bedroom", "bathroom", "pool"]
    photos = [photo(f"p{i}", scene=rooms[i // 3], caption=f"Room {i}") for i in range(24)]
    photos[9] |= {"disclosure": disclosure()}
    whole = {"seconds": 60, "ratio": ratio, "texts": {"title": "1 Main St"}, "brand": {"agent": "Ann"}}
    before = keys_of(command(*photos, **whole), {})
    assert len(set(before)) == len(before) == 24 + 7
    for place in range(24):
        edited = photos[place] | {"uri": "file:///edited.jpg"}  # the same photo with other bytes
        other = edited | {"photo_id": "other"}  # and another photo of that room, of another shape
        for changed, sizes in ((edited, {}), (other, {"other": (1900, 1700)})):
            after = keys_of(command(*photos[:place], changed, *photos[place + 1 :], **whole), sizes)
            assert 1 <= len(set(after) - set(before)) <= 3, (place, changed["photo_id"])
            assert len(after) == len(before)


def test_a_photo_that_becomes_a_staged_one_costs_three_encoded_segments_at_most() -> None:
    photos = [photo(f"p{i}", scene=f"room{i}", disclosure=disclosure() if i in {3, 5} else None) for i in range(9)]
    before = keys_of(command(*photos, seconds=30), {})
    staged = photos[4] | {"uri": "file:///staged.jpg", "disclosure": disclosure()}
    after = keys_of(command(*photos[:4], staged, *photos[5:], seconds=30), {})
    assert len(set(after) - set(before)) == 3  # though one label now goes on over three photos
