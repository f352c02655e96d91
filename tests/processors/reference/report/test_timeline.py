import xml.etree.ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from processors.reference.report.timeline import draw_timeline, moments_heard, worst_error_ms
from schemas.video import MusicCue
from tests.processors.reference import records


def cue(start: float, loop: tuple[float, float] | None = None) -> MusicCue:
    first, last = loop or (None, None)
    return MusicCue(start_s=start, loop_from_s=first, loop_to_s=last, fade_in_frames=0, fade_out_frames=0)


def test_without_a_loop_moments_are_counted_from_the_cue() -> None:
    assert moments_heard([0.5, 1.5, 2.5, 9.0], cue(1.0), 3.0) == [0.5, 1.5]


def test_a_loop_is_heard_again_and_again() -> None:
    assert moments_heard([0.0, 1.0, 2.0, 3.0], cue(0.0, (1.0, 3.0)), 7.5) == pytest.approx(
        [0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0]
    )


@given(
    st.lists(st.floats(0, 60), max_size=30),
    st.floats(0, 20),
    st.floats(0.5, 10),
    st.floats(1, 40),
)
def test_what_is_heard_lies_in_the_video_in_ascending_order(
    moments: list[float], start: float, length: float, seconds: float
) -> None:
    heard = moments_heard(moments, cue(start, (start, start + length)), seconds)
    assert all(0 <= moment < seconds for moment in heard)
    assert heard == sorted(heard)


def test_the_drawing_is_well_formed_and_has_every_shot_and_cut() -> None:
    timeline = records.timeline()
    root = ET.fromstring(draw_timeline(timeline, records.analysis(), {}))
    kinds = [element.get("class", "") for element in root.iter()]
    assert kinds.count("shot") == 2
    assert sum(kind.startswith("cut") for kind in kinds) == 1


def test_a_silent_video_is_drawn_without_beats() -> None:
    timeline = records.timeline().model_copy(update={"music": None})
    assert 'class="beat"' not in draw_timeline(timeline, None, {})


def test_the_worst_cut_is_told_in_milliseconds_whichever_way_it_is_off() -> None:
    (cut,) = records.timeline().cuts
    early = cut.model_copy(update={"error_s": -0.02})
    assert worst_error_ms([cut, early]) == pytest.approx(20.0)
    assert worst_error_ms([]) is None
