"""Phrases and strong cuts: found where the music changes."""

import numpy as np

from render.audio.spectrogram import FRAME_RATE_HZ
from render.audio.structure import find_structure

BAR_S = 2.0


def music(parts: list[int], first_bar: float = 0.0) -> tuple[np.ndarray, np.ndarray]:
    """A spectrogram of parts, each so many bars of one sound with noise, and its downbeats."""
    rng = np.random.default_rng(1)
    bars = sum(parts)
    spectrum = rng.normal(0.5, 0.05, (int((first_bar + bars * BAR_S) * FRAME_RATE_HZ) + 1, 40)).astype(np.float32)
    at = first_bar
    for part in parts:
        sound = rng.uniform(0, 1, 40)
        spectrum[int(at * FRAME_RATE_HZ) : int((at + part * BAR_S) * FRAME_RATE_HZ)] += sound
        at += part * BAR_S
    return spectrum, first_bar + BAR_S * np.arange(bars)


def test_the_best_place_for_a_strong_cut_is_where_a_part_begins() -> None:
    found = find_structure(*music([8, 8, 8]))
    assert {place.at_s for place in found.strong_cuts[:2]} == {16.0, 32.0}
    scores = [place.score for place in found.strong_cuts]
    assert scores == sorted(scores, reverse=True)


def test_phrases_are_counted_from_where_the_music_changes() -> None:
    found = find_structure(*music([2, 4, 4, 8]))
    assert [end.at_s for end in found.phrase_ends] == [4.0, 12.0, 20.0, 28.0]


def test_phrases_of_music_that_does_not_change_are_counted_from_its_first_bar() -> None:
    found = find_structure(*music([16]))
    assert [end.at_s for end in found.phrase_ends] == [8.0, 16.0, 24.0]


def test_every_place_is_a_downbeat_and_none_is_the_first() -> None:
    spectrum, downbeats = music([4, 4, 4], first_bar=0.7)
    found = find_structure(spectrum, downbeats)
    times = {round(float(time), 4) for time in downbeats[1:]}
    assert {place.at_s for place in found.strong_cuts} <= times
    assert {end.at_s for end in found.phrase_ends} <= times


def test_two_bars_have_no_structure() -> None:
    found = find_structure(*music([2]))
    assert (found.phrase_ends, found.strong_cuts) == ((), ())
