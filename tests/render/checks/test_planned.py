"""A video of ours, with texts and a staged photo, against the expectation that its own timeline gives."""

from pathlib import Path

import pytest

from render.assemble import assemble
from render.checks import failures, inspect_video
from render.checks.planned import expectation_of
from render.slot import PhotoSlot
from render.timeline import plan_timeline
from render.video import render_segments
from schemas.quality import CheckStatus
from schemas.video import Motion, Overlay, OverlayKind, OverlayPlace, Ratio, Timeline
from tests.render.pictures import Beats, make_music, make_photo


def planned() -> Timeline:
    """Three photos, 960 x 640, the second one staged."""
    size = (960, 640)
    slots = [
        PhotoSlot("a", Motion.PUSH_IN, "kitchen", size=size),
        PhotoSlot("b", Motion.PAN_LEFT, "bedroom", size=size, label="Virtually staged"),
        PhotoSlot("c", Motion.HOLD, "patio_deck", size=size),
    ]
    timeline = plan_timeline(slots, Beats(20), seconds=5, ratio=Ratio.WIDE_16_9, height=360, fps=30)
    title = Overlay(
        kind=OverlayKind.TITLE,
        text="Elm Street 5",
        first_frame=3,
        frames=30,
        place=OverlayPlace.TOP_LEFT,
        fade_frames=5,
    )
    return timeline.model_copy(update={"overlays": [title]})


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Timeline, list[Path], Path]:
    folder = tmp_path_factory.mktemp("planned")
    photos = {
        name: make_photo(folder / f"{name}.jpg", 960, 640, seed=seed, grain=20) for seed, name in enumerate("abc")
    }
    timeline = planned()
    return timeline, render_segments(timeline, photos, folder, 1), make_music(folder / "m.wav", 20)


def test_a_video_of_ours_passes_every_check_that_its_plan_allows(
    made: tuple[Timeline, list[Path], Path], tmp_path: Path
) -> None:
    timeline, segments, music = made
    report = assemble(segments, timeline, music, tmp_path / "out.mp4")
    assert report.quality is not None
    assert failures(report) == []
    found = {result.check: result for result in report.quality.checks}
    assert {name for name, result in found.items() if result.status is not CheckStatus.PASSED} == set()


def test_a_staged_photo_whose_label_is_left_out_of_the_file_fails(
    made: tuple[Timeline, list[Path], Path], tmp_path: Path
) -> None:
    timeline, segments, music = made
    assemble(segments, timeline, music, tmp_path / "out.mp4")
    elsewhere = timeline.shots[0].model_copy(update={"label": "Virtually staged"})
    other = timeline.model_copy(update={"shots": [elsewhere, *timeline.shots[1:]]})
    report = inspect_video(tmp_path / "out.mp4", expectation_of(other))
    assert report.quality is not None
    failed = {result.check for result in report.quality.checks if result.status is CheckStatus.FAILED}
    assert failed == {"staged_labels"}


def test_stillness_is_planned_where_the_camera_holds() -> None:
    timeline = planned()
    expected = expectation_of(timeline)
    last = timeline.segments[-1]
    assert any(span.first <= last.first_frame + 5 and span.stop == timeline.frames for span in expected.still)
    assert len(expected.cameras) == len(timeline.shots) - 1  # on a preview zooms say nothing
    # On pictures smaller than a preview a steady camera and a resting one cannot be told apart.
    assert expectation_of(timeline.model_copy(update={"width": 320, "height": 180})).cameras == ()
    assert [text.name for text in expected.texts][:1] == ["label 'Virtually staged'"]


def test_a_logo_is_nothing_that_the_camera_moves() -> None:
    logo = Overlay(
        kind=OverlayKind.LOGO,
        first_frame=0,
        frames=30,
        place=OverlayPlace.TOP_RIGHT,
        picture_width=40,
        picture_height=20,
    )
    expected = expectation_of(planned().model_copy(update={"overlays": [logo]}))
    assert [(cover.span.first, cover.span.frames) for cover in expected.logos] == [(0, 30)]
    assert "logo" not in {text.name for text in expected.texts}
