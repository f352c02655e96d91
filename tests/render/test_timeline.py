"""Timelines: whole frames, cuts on beats, nothing lost, nothing that depends on what it should not."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from render.errors import PlanError
from render.segment import segment_parameters, segment_photos
from render.sent import heard_beats
from render.slot import SHAPES, PhotoSlot
from render.timeline import frame_size, plan_timeline
from render.transition import STRONG
from schemas.video import (
    BeatKind,
    LeftOutPhoto,
    Motion,
    Ramp,
    Ratio,
    SegmentKind,
    SpeedRamp,
    Timeline,
    TransitionKind,
)
from tests.render.pictures import Beats, NoBeats


def slots(count: int, scenes: int = 0) -> list[PhotoSlot]:
    return [PhotoSlot(f"p{i}", scene=f"room{i * scenes // count}" if scenes else "") for i in range(count)]


def heard(timeline: Timeline, analysis: Beats, kind: BeatKind | None = None) -> set[int]:
    """Frames of the video on which beats of the music are heard."""
    assert timeline.music is not None
    beats = heard_beats(analysis, timeline.music, timeline.frames / timeline.fps)
    return {round(second * timeline.fps) for second, found in beats if kind in {None, found}}


def check_whole(timeline: Timeline) -> None:
    """What holds for every timeline."""
    at = 0
    for segment in timeline.segments:
        assert segment.first_frame == at
        at += segment.frames
    assert at == timeline.frames
    assert len(timeline.cuts) == len(timeline.shots) - 1
    bodies = [segment for segment in timeline.segments if segment.kind is SegmentKind.BODY]
    assert [segment.shot for segment in bodies] == list(range(len(timeline.shots)))
    for segment in timeline.segments:
        for index in {segment.shot, segment.shot if segment.next_shot is None else segment.next_shot}:
            shot = timeline.shots[index]
            assert shot.first_frame <= segment.first_frame
            assert segment.first_frame + segment.frames <= shot.first_frame + shot.frames
    for cut, (before, after) in zip(timeline.cuts, pairwise(timeline.shots), strict=True):
        assert after.first_frame == cut.frame - cut.transition_frames // 2
        assert before.first_frame + before.frames == cut.frame + cut.transition_frames // 2


@settings(max_examples=120, deadline=None)
@given(
    photos=st.integers(1, 60),
    scenes=st.integers(0, 8),
    seconds=st.floats(2, 120),
    fps=st.sampled_from([24, 25, 30, 60]),
    bpm=st.one_of(st.none(), st.floats(55, 215)),
    duration=st.floats(1.5, 200),
)
def test_segments_fill_the_video_without_gap_or_overlap(
    photos: int, scenes: int, seconds: float, fps: int, bpm: float | None, duration: float
) -> None:
    analysis = None if bpm is None else Beats(duration, bpm)
    timeline = plan_timeline(slots(photos, scenes), analysis, seconds=seconds, fps=fps)
    check_whole(timeline)
    assert len(timeline.shots) + len(timeline.left_out) == photos
    assert abs(timeline.frames / fps - seconds) <= max(1.0, 0.151 * seconds) + 1 / fps
    for cut in timeline.cuts:
        if cut.error_frames is not None:
            assert abs(cut.error_frames) <= 0.5


def test_the_same_arguments_give_the_same_timeline() -> None:
    one, other = (plan_timeline(slots(12, 4), Beats(180, 96.5), seconds=30).model_dump_json() for _ in range(2))
    assert one == other


def test_every_cut_is_on_a_beat_where_there_are_beats() -> None:
    timeline = plan_timeline(slots(12), Beats(180, 104), seconds=30)
    assert len(timeline.shots) == 12
    assert BeatKind.NONE not in {cut.beat for cut in timeline.cuts}


def test_the_middle_of_a_transition_is_on_the_beat() -> None:
    timeline = plan_timeline(slots(10), Beats(180, 120), seconds=30)
    beats = heard(timeline, Beats(180, 120))
    for segment in timeline.segments:
        if segment.kind is SegmentKind.TRANSITION:
            assert segment.first_frame + segment.frames / 2 in beats


def test_the_same_room_cuts_and_another_room_fades() -> None:
    photos = [PhotoSlot("a", scene="kitchen"), PhotoSlot("b", scene="kitchen"), PhotoSlot("c", scene="bath")]
    timeline = plan_timeline(photos, None, seconds=9)
    assert [cut.transition for cut in timeline.cuts] == [TransitionKind.CUT, TransitionKind.FADE]


def test_without_music_shots_are_even() -> None:
    timeline = plan_timeline(slots(7), None, seconds=20)
    assert timeline.music is None
    frames = [0, *(cut.frame for cut in timeline.cuts), timeline.frames]
    assert {after - before for before, after in pairwise(frames)} <= {85, 86}
    assert {cut.beat for cut in timeline.cuts} == {BeatKind.NONE}


def test_music_without_beats_is_heard_all_the_same() -> None:
    timeline = plan_timeline(slots(5), NoBeats(60), seconds=20)
    assert timeline.music is not None
    assert timeline.frames == 600


def test_photos_that_do_not_fit_are_listed_with_a_reason() -> None:
    timeline = plan_timeline(slots(40), Beats(180, 120), seconds=15)
    assert len(timeline.shots) == 10
    assert [photo.code for photo in timeline.left_out] == ["does_not_fit"] * 30
    assert "10 fit" in timeline.left_out[0].reason
    assert timeline.shots[0].photo_id == "p0"


def test_the_room_with_the_most_photos_gives_first() -> None:
    scenes = ["front", "kitchen", "kitchen", "kitchen", "kitchen", "bath"]
    photos = [PhotoSlot(f"p{i}", scene=scene) for i, scene in enumerate(scenes)]
    timeline = plan_timeline(photos, None, seconds=4.8)
    assert [photo.photo_id for photo in timeline.left_out] == ["p4", "p3"]
    assert "3 other photos of kitchen" in timeline.left_out[0].reason


def test_photos_refused_before_stay_on_the_list() -> None:
    refused = LeftOutPhoto(photo_id="x", code="image_truncated", reason="x.jpg ends early")
    assert plan_timeline(slots(3), None, seconds=9, left_out=[refused]).left_out == [refused]


def test_few_photos_for_the_length_are_shown_longer_and_that_is_said() -> None:
    timeline = plan_timeline(slots(2), Beats(180), seconds=30)
    assert abs(timeline.frames - 900) <= 30
    assert "few photos" in timeline.notes[0]


def test_a_video_shorter_than_two_shots_shows_one_photo() -> None:
    timeline = plan_timeline(slots(5), Beats(180), seconds=2)
    assert len(timeline.shots) == 1
    assert len(timeline.segments) == 1


@pytest.mark.parametrize(
    ("ratio", "size"),
    [
        (Ratio.WIDE_16_9, (1920, 1080)),
        (Ratio.TALL_9_16, (1080, 1920)),
        (Ratio.SQUARE, (1080, 1080)),
        (Ratio.PORTRAIT_4_5, (1080, 1350)),
    ],
)
def test_the_height_of_a_command_is_the_shorter_side(ratio: Ratio, size: tuple[int, int]) -> None:
    assert frame_size(ratio, 1080) == size
    assert all(side % 2 == 0 for side in frame_size(ratio, 66))


def test_what_cannot_be_planned_is_refused_with_its_code() -> None:
    for photos, seconds, code in (
        ([], 30, "no_usable_photo"),
        ([PhotoSlot("a")] * 2, 30, "plan_failed"),
        (slots(2), 0, "plan_failed"),
    ):
        with pytest.raises(PlanError) as caught:
            plan_timeline(photos, None, seconds=seconds)
        assert caught.value.code == code
    with pytest.raises(PlanError):
        frame_size(Ratio.UNKNOWN, 1080)


def test_another_photo_in_one_place_touches_its_body_and_its_two_transitions_only() -> None:
    photos = slots(24)
    changed = [*photos[:7], PhotoSlot("new"), *photos[8:]]
    one, other = (plan_timeline(chosen, Beats(180, 118), seconds=45) for chosen in (photos, changed))
    assert len(one.segments) == len(other.segments) == 47
    keys = [
        [(segment_parameters(timeline, i), sorted(segment_photos(timeline, i).items())) for i in range(47)]
        for timeline in (one, other)
    ]
    different = [i for i in range(47) if keys[0][i] != keys[1][i]]
    assert different == [13, 14, 15]
    assert [key[0] for key in keys[0]] == [key[0] for key in keys[1]]


def test_parameters_name_no_photo() -> None:
    timeline = plan_timeline(slots(4), None, seconds=9)
    for index in range(len(timeline.segments)):
        assert not any(f"p{i}" in str(segment_parameters(timeline, index).values()) for i in range(4))


def test_a_timeline_survives_json() -> None:
    timeline = plan_timeline(slots(9, 3), Beats(20), seconds=30)
    assert Timeline.model_validate_json(timeline.model_dump_json()) == timeline


def test_a_motion_that_was_asked_for_is_kept() -> None:
    timeline = plan_timeline([PhotoSlot("a", Motion.HOLD), PhotoSlot("b")], None, seconds=6)
    assert timeline.shots[0].motion is Motion.HOLD
    assert timeline.shots[1].motion is not Motion.AUTO


def test_strong_transitions_come_only_on_downbeats_where_the_part_of_the_house_changes() -> None:
    scenes = ["exterior_front", "living_room", "kitchen", "bedroom", "bathroom", "patio_deck", "pool", "floor_plan"]
    photos = [PhotoSlot(f"p{i}", scene=scene) for i, scene in enumerate(scenes)]
    found = {}
    for bpm in (70, 96, 118, 131):
        timeline = plan_timeline(photos, Beats(180, bpm), seconds=24)
        for cut, (one, other) in zip(timeline.cuts, pairwise(timeline.shots), strict=True):
            if cut.transition in STRONG:
                assert cut.beat is BeatKind.DOWNBEAT
                assert {one.scene, other.scene} != {"living_room", "kitchen"}
                found[cut.transition] = True
    assert len(found) >= 2


def test_the_same_edit_in_every_shape() -> None:
    photos = [PhotoSlot(f"p{i}", size=(3000, 2000), scene=f"s{i}") for i in range(9)]
    made = {ratio: plan_timeline(photos, Beats(180, 110), seconds=20, ratio=ratio) for ratio in SHAPES}
    assert len({(tuple(s.photo_id for s in t.shots), tuple(c.frame for c in t.cuts)) for t in made.values()}) == 1
    tall = made[Ratio.TALL_9_16]
    assert {shot.motion for shot in tall.shots} <= {Motion.REFRAME_PAN, Motion.PAN_LEFT, Motion.PAN_RIGHT}
    assert Motion.REFRAME_PAN not in {shot.motion for shot in made[Ratio.WIDE_16_9].shots}


def test_the_peak_of_a_ramp_falls_on_a_beat() -> None:
    ramp = SpeedRamp(kind=Ramp.HERO)
    timeline = plan_timeline([PhotoSlot(f"p{i}", ramp=ramp) for i in range(8)], Beats(180, 112), seconds=24)
    beats = heard(timeline, Beats(180, 112))
    for shot in timeline.shots:
        assert round(shot.first_frame + shot.ramp.peak * (shot.frames - 1)) in beats


def test_a_reveal_wipes_on_a_downbeat_within_its_shot() -> None:
    staged = PhotoSlot("b", label="Virtually staged", reveal=True, size=(900, 600), original_size=(1800, 1200))
    timeline = plan_timeline([PhotoSlot("a"), staged, PhotoSlot("c")], Beats(180, 120), seconds=12)
    shot = timeline.shots[1]
    assert shot.reveal is not None
    downbeats = heard(timeline, Beats(180, 120), BeatKind.DOWNBEAT)
    assert shot.reveal.first_frame + shot.reveal.frames // 2 in downbeats
    assert shot.first_frame < shot.reveal.first_frame
    assert shot.reveal.first_frame + shot.reveal.frames < shot.first_frame + shot.frames


@pytest.mark.parametrize(
    ("photo", "sentence"),
    [
        (PhotoSlot("a", reveal=True), "no usable original"),
        (PhotoSlot("a", reveal=True, label="x", size=(300, 200), original_size=(200, 300)), "different shapes"),
        (PhotoSlot("a", Motion.PARALLAX), "depth map"),
        (PhotoSlot("a", ramp=SpeedRamp(kind=Ramp.CUSTOM)), "custom ramp"),
    ],
)
def test_a_shot_that_lacks_something_is_refused_by_name(photo: PhotoSlot, sentence: str) -> None:
    with pytest.raises(PlanError, match=sentence):
        plan_timeline([photo], None, seconds=4)


def test_with_strict_resolution_the_photo_and_its_pixels_are_named() -> None:
    photos = [PhotoSlot("good", size=(4000, 3000)), PhotoSlot("tiny", size=(640, 480))]
    with pytest.raises(PlanError, match=r"photo tiny has 640x480 pixels, 0\.33 for each") as caught:
        plan_timeline(photos, None, seconds=6, strict=True)
    assert caught.value.code == "image_too_small"
    made = plan_timeline(photos, None, seconds=6)
    assert made.shots[1].source_px_per_output_px == pytest.approx(1 / 3, abs=0.001)
    assert any("photo tiny" in note and "soft" in note for note in made.notes)
