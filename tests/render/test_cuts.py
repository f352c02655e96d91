"""Choosing cuts: on beats, downbeats first, in shots of about one length."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from render.cuts import Beat, choose_cuts, end_frame, even_cuts, most_shots, places
from schemas.video import BeatKind


def grid(bpm: float, seconds: float, per_bar: int = 4) -> list[Beat]:
    period = 60 / bpm
    return [
        Beat(k * period, BeatKind.BEAT if k % per_bar else BeatKind.DOWNBEAT) for k in range(int(seconds / period) + 1)
    ]


def test_the_video_ends_on_the_downbeat_next_to_the_length_wanted() -> None:
    assert end_frame(grid(120, 40), 30.3, 30) == 900


def test_without_a_beat_near_the_video_is_as_long_as_wanted() -> None:
    assert end_frame([], 30.3, 30) == 909


def test_the_video_never_outlasts_its_music() -> None:
    assert end_frame(grid(120, 40), 30.0, 30, latest=890) <= 890


def test_stretches_without_beats_offer_places_all_the_same() -> None:
    late = [Beat(10 + k * 0.5, BeatKind.BEAT) for k in range(20)]
    offered = places(late, 600, 30)
    assert all(after.frame - before.frame <= 30 for before, after in pairwise(offered))
    assert {place.kind for place in offered if place.frame < 280} == {BeatKind.NONE}


def test_downbeats_are_preferred_where_they_cost_little() -> None:
    offered = places(grid(120, 31), 900, 30)
    assert {place.kind for place in choose_cuts(offered, 15, 900, 35)} == {BeatKind.DOWNBEAT}
    down = sum(place.kind is BeatKind.DOWNBEAT for place in choose_cuts(offered, 13, 900, 35))
    assert down >= 6  # by chance it would be 3


@settings(max_examples=80, deadline=None)
@given(
    bpm=st.floats(55, 215),
    seconds=st.integers(4, 90),
    fps=st.sampled_from([24, 25, 30, 60]),
    wanted=st.integers(1, 60),
)
def test_every_shot_is_long_enough_and_every_cut_is_offered(bpm: float, seconds: int, fps: int, wanted: int) -> None:
    end, shortest = seconds * fps, round(1.2 * fps) - 1
    offered = places(grid(bpm, seconds), end, fps)
    shots = min(wanted, most_shots(offered, end, shortest))
    cuts = choose_cuts(offered, shots, end, shortest)
    assert len(cuts) == shots - 1
    assert set(cuts) <= set(offered)
    lengths = [after - before for before, after in pairwise([0, *(place.frame for place in cuts), end])]
    assert min(lengths) >= min(shortest, end)


def test_more_shots_than_fit_are_refused() -> None:
    with pytest.raises(ValueError, match="do not fit"):
        choose_cuts(places(grid(120, 5), 150, 30), 9, 150, 35)


def test_even_cuts_differ_by_a_frame_at_most() -> None:
    frames = [0, *(place.frame for place in even_cuts(7, 100)), 100]
    assert {after - before for before, after in pairwise(frames)} <= {14, 15}
