"""A timeline that comes back: executed as it was edited, or refused with one sentence."""

from collections.abc import Callable
from typing import Any

import pytest

from render.errors import PlanError
from render.planning import Edit, plan_video
from render.slot import PhotoSlot
from render.timeline import plan_timeline
from schemas.edit import AutoEdit
from schemas.video import BeatKind, Motion, Ratio, SegmentKind, Timeline, TransitionKind
from tests.render.pictures import Beats

PHOTOS = [PhotoSlot(f"p{i}", size=(3000, 2000), scene=f"room{i}") for i in range(5)]
MUSIC = Beats(60, 118)


def laid() -> Timeline:
    return plan_timeline(PHOTOS, MUSIC, seconds=12, auto=AutoEdit())


def send(
    timeline: Timeline, photos: list[PhotoSlot] | None = None, analysis: Beats | None = MUSIC, **more: Any
) -> Timeline:
    return plan_video(Edit(timeline=timeline, **more), PHOTOS if photos is None else photos, analysis)[0].timeline


def changed(**fields: Any) -> Timeline:
    return laid().model_copy(update=fields)


def shot(index: int, **fields: Any) -> Timeline:
    made = laid()
    shots = [one.model_copy(update=fields) if i == index else one for i, one in enumerate(made.shots)]
    return made.model_copy(update={"shots": shots})


def cut(index: int, **fields: Any) -> Timeline:
    made = laid()
    cuts = [one.model_copy(update=fields) if i == index else one for i, one in enumerate(made.cuts)]
    return made.model_copy(update={"cuts": cuts})


def test_what_was_planned_comes_back_the_same() -> None:
    made = laid()
    assert send(Timeline.model_validate_json(made.model_dump_json())) == made


def test_segments_follow_from_the_cuts_whatever_was_sent() -> None:
    made = laid()
    assert send(made.model_copy(update={"segments": []})).segments == made.segments


def test_another_transition_is_taken_over() -> None:
    made = send(cut(0, transition=TransitionKind.RADIAL))
    change = next(segment for segment in made.segments if segment.kind is SegmentKind.TRANSITION)
    assert change.transition is TransitionKind.RADIAL


def test_a_cut_that_was_moved_off_the_beat_says_so() -> None:
    made = laid()
    first = made.cuts[0]
    shots = list(made.shots)
    shots[0] = shots[0].model_copy(update={"frames": shots[0].frames + 7})
    shots[1] = shots[1].model_copy(update={"first_frame": shots[1].first_frame + 7, "frames": shots[1].frames - 7})
    cuts = [first.model_copy(update={"frame": first.frame + 7}), *made.cuts[1:]]
    sent = send(made.model_copy(update={"shots": shots, "cuts": cuts}))
    assert sent.cuts[0].beat is BeatKind.NONE
    assert sent.cuts[0].error_frames is None
    assert sent.cuts[1].beat is not BeatKind.NONE


def test_the_label_of_a_staged_photo_cannot_be_edited_away() -> None:
    photos = [PhotoSlot("p0", size=(3000, 2000), label="Virtually staged"), *PHOTOS[1:]]
    assert send(shot(0, label=""), photos).shots[0].label == "Virtually staged"


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        (lambda: changed(fps=29), "29 frames a second; there are 24, 25, 30, 60"),
        (lambda: changed(width=1000), "none of the shapes"),
        (lambda: changed(cuts=laid().cuts[1:]), "one cut fewer than shots"),
        (lambda: shot(1, first_frame=3), "shot 2 goes from frame 3"),
        (lambda: shot(1, photo_id="other"), "photo other, which is not among"),
        (lambda: shot(1, motion=Motion.AUTO), "the motion auto; a timeline names one"),
        (lambda: shot(1, motion=Motion.PARALLAX), "no depth map"),
        (lambda: cut(0, transition_frames=7), "an even number of frames"),
        (lambda: cut(0, transition=TransitionKind.CUT), "a cut none"),
        (lambda: cut(0, transition=TransitionKind.UNKNOWN), "not known"),
        (lambda: changed(frames=9999), "by its cuts"),
        (lambda: changed(music=None), "no cue for the music"),
    ],
)
def test_what_does_not_fit_together_is_refused(sent: Callable[[], Timeline], sentence: str) -> None:
    with pytest.raises(PlanError, match=sentence):
        send(sent())


def test_a_cue_without_music_and_one_outside_it_are_refused() -> None:
    with pytest.raises(PlanError, match="there is none"):
        send(laid(), analysis=None)
    cue = laid().music
    assert cue is not None
    with pytest.raises(PlanError, match="it lasts 60"):
        send(changed(music=cue.model_copy(update={"start_s": 90.0})))
    with pytest.raises(PlanError, match="loop"):
        send(changed(music=cue.model_copy(update={"loop_from_s": 9.0, "loop_to_s": 2.0})))


def test_a_misspelled_field_is_an_error() -> None:
    with pytest.raises(ValueError, match="colour"):
        Timeline.model_validate(laid().model_dump() | {"colour": "red"})


def test_the_same_timeline_in_another_shape_keeps_its_photos_and_cuts() -> None:
    versions = plan_video(Edit(timeline=laid(), more_ratios=(Ratio.TALL_9_16,)), PHOTOS, MUSIC)
    wide, tall = (version.timeline for version in versions)
    assert (tall.width, tall.height) == (1080, 1920)
    assert [one.frame for one in wide.cuts] == [one.frame for one in tall.cuts]
    assert {one.motion for one in tall.shots} <= {Motion.REFRAME_PAN, Motion.PAN_LEFT, Motion.PAN_RIGHT}


def test_strict_resolution_holds_for_a_sent_timeline_too() -> None:
    small = [PhotoSlot(f"p{i}", size=(900, 600)) for i in range(5)]
    with pytest.raises(PlanError, match="strict resolution"):
        send(laid(), small, strict=True)
