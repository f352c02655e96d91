"""Half a beat late: loud off-beats do not take the beat away from kick and bass."""

import numpy as np

from render.audio import analyse_decoded
from render.audio.decode import ANALYSIS_RATE_HZ
from tests.render.audio.sounds import Samples, beat_times, decoded, lay


def four_on_the_floor(bpm: float, seconds: float, start_s: float, off_beat: float) -> Samples:
    """A kick on every beat, and on every off-beat a burst of noise of a given level with a chord in it."""
    rng = np.random.default_rng(5)
    samples = np.zeros(int(seconds * ANALYSIS_RATE_HZ), dtype=np.float32)
    time = np.arange(int(0.2 * ANALYSIS_RATE_HZ)) / ANALYSIS_RATE_HZ
    kick = 0.5 * np.sin(2 * np.pi * (50 * time + 3 * (1 - np.exp(-time / 0.02)))) * np.exp(-time / 0.08)
    chord = sum((np.sin(2 * np.pi * hz * time) for hz in (262, 330, 392, 523)), np.zeros(len(time)))
    bright = np.diff(rng.normal(size=len(time)), n=2, prepend=[0.0, 0.0])
    hat = off_beat * (bright + 0.5 * chord) * np.exp(-time / 0.05) * np.minimum(1, time / 0.004)
    for at_s in beat_times(bpm, seconds, start_s):
        lay(samples, at_s, kick.astype(np.float32))
        lay(samples, at_s + 30 / bpm, hat.astype(np.float32))
    return np.asarray(samples / np.abs(samples).max(), np.float32)


def test_beats_are_where_the_kick_is_also_under_loud_off_beats() -> None:
    for off_beat in (0.1, 0.5):
        found = analyse_decoded(decoded(four_on_the_floor(124, 24, 0.4, off_beat)))
        truth = beat_times(124, 24, 0.4)
        nearest = np.abs(np.array(found.beats_s)[:, None] - truth[None, :]).min(axis=1)
        assert (nearest < 0.07).mean() > 0.9, off_beat
