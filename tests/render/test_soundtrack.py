"""Fitting music to a video: trimmed, ended with, or looped by whole bars."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from render.errors import PlanError
from render.soundtrack import lay_music
from schemas.video import BeatKind
from tests.render.pictures import Beats, NoBeats


def test_long_music_is_heard_from_its_start_without_a_loop() -> None:
    music = lay_music(Beats(180), 32)
    assert (music.start_s, music.loop_from_s, music.seconds, music.note) == (0, None, 32, "")


def test_music_whose_beats_begin_late_starts_shortly_before_the_first_downbeat() -> None:
    music = lay_music(Beats(180, first_s=12.0), 32)
    assert music.start_s == pytest.approx(11.9)
    assert music.beats[0].second == pytest.approx(0.1)


def test_a_late_start_is_not_taken_when_the_rest_is_too_short() -> None:
    assert lay_music(Beats(35, first_s=12.0), 30).start_s == 0


def test_music_a_little_too_short_ends_the_video() -> None:
    music = lay_music(Beats(27), 30)
    assert music.seconds == 27
    assert music.loop_to_s is None
    assert "27.0 s" in music.note


def test_short_music_repeats_whole_bars_and_its_beats_go_on() -> None:
    music = lay_music(Beats(9.3, first_s=0.3), 30)
    assert music.loop_from_s == pytest.approx(0.3)
    assert music.loop_to_s == pytest.approx(8.3)
    gaps = [after.second - before.second for before, after in pairwise(music.beats)]
    assert gaps == pytest.approx([0.5] * len(gaps))
    bars = [beat.second for beat in music.beats if beat.kind is BeatKind.DOWNBEAT]
    assert [after - before for before, after in pairwise(bars)] == pytest.approx([2.0] * (len(bars) - 1))


def test_a_file_that_is_a_loop_is_repeated_whole() -> None:
    music = lay_music(Beats(8.0, first_s=0.02), 30)
    assert (music.loop_from_s, music.loop_to_s) == (0.0, 8.0)


def test_a_loop_whose_first_beat_was_missed_is_repeated_whole() -> None:
    analysis = Beats(8.0)
    analysis.beats_s = analysis.beats_s[1:]
    analysis.downbeats_s = analysis.downbeats_s[1:]
    music = lay_music(analysis, 30)
    assert (music.loop_from_s, music.loop_to_s) == (0.0, 8.0)


def test_a_song_that_lasts_no_whole_number_of_bars_is_no_loop() -> None:
    assert lay_music(Beats(9.5), 30).loop_to_s == pytest.approx(8.0)


def test_music_without_beats_is_repeated_whole() -> None:
    music = lay_music(NoBeats(5.0), 30)
    assert (music.loop_from_s, music.loop_to_s, music.beats) == (0.0, 5.0, ())


def test_hardly_any_music_is_too_short() -> None:
    with pytest.raises(PlanError) as caught:
        lay_music(NoBeats(0.4), 30)
    assert caught.value.code == "audio_too_short"


@settings(max_examples=100, deadline=None)
@given(duration=st.floats(1, 200), bpm=st.floats(55, 215), first=st.floats(0, 20), seconds=st.floats(2, 120))
def test_the_music_covers_the_video_and_beats_are_in_order(
    duration: float, bpm: float, first: float, seconds: float
) -> None:
    music = lay_music(Beats(duration, bpm, first), seconds)
    times = [beat.second for beat in music.beats]
    assert times == sorted(times)
    assert music.latest_s >= music.seconds - 1e-9
    assert music.seconds >= 0.85 * seconds - 1e-9


def test_music_is_trimmed_to_end_with_a_phrase() -> None:
    music = lay_music(Beats(180), 32.4)  # phrases end every eight seconds
    assert (music.start_s, music.seconds) == (0, 32.0)


def test_a_later_start_lets_the_music_end_with_a_phrase_where_its_beginning_does_not() -> None:
    music = lay_music(Beats(180), 30)
    assert music.start_s == pytest.approx(1.9)
    assert music.start_s + music.seconds == pytest.approx(32)
    assert music.seconds == pytest.approx(30.1)
    assert music.beats[0].kind is BeatKind.DOWNBEAT
    assert music.beats[0].second == pytest.approx(0.1)


def test_music_without_phrases_starts_at_its_beginning() -> None:
    analysis = Beats(180)
    analysis.phrase_ends = []
    music = lay_music(analysis, 30)
    assert (music.start_s, music.seconds) == (0, 30)
