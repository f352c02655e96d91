"""Whether beats were taken half a beat late: loud off-beats (open hats, guitars) can outweigh the beat itself.

What gives the beat away is the lowest register: where kick and bass come in more strongly half-way between the tracked
beats than on them, those places are the beats.
"""

import numpy as np

from render.audio.novelty import Curve, Novelty, normalise
from render.audio.spectrogram import FRAME_RATE_HZ

_AROUND_MIDDLE = 0.12  # of a beat: swung off-beats are not quite in the middle
_LEAST_LOW = 1.15  # times the low onsets on the beats
_LEAST_OF_ALL = 0.5  # of all onsets on the beats: something is played there
_NEAR_FRAMES = 2


def on_the_beat(times_s: Curve, onsets: Novelty, strength: Curve, seconds: float) -> Curve:
    """The beats, or the places half-way between them where those are the beats; in seconds, none past `seconds`."""
    if len(times_s) < 3:
        return times_s
    steps = np.diff(times_s)
    middles = (times_s[1:] + times_s[:-1]) / 2
    reach = np.maximum(_NEAR_FRAMES, _AROUND_MIDDLE * steps * FRAME_RATE_HZ).astype(int)
    low = normalise(onsets.bands[0])
    near = np.full(len(times_s), _NEAR_FRAMES)
    low_on, low_off = _peaks(low, times_s, near)[0], _peaks(low, middles, reach)[0]
    all_on, all_off = _peaks(onsets.mixed, times_s, near)[0], _peaks(onsets.mixed, middles, reach)[0]
    if low_off.mean() < _LEAST_LOW * low_on.mean() or all_off.mean() < _LEAST_OF_ALL * all_on.mean():
        return times_s
    moved = _peaks(strength, middles, reach)[1] / FRAME_RATE_HZ
    before, after = moved[0] - steps[0], moved[-1] + steps[-1]
    whole = np.concatenate([[before] if before >= 0 else [], moved, [after] if after < seconds else []])
    return np.asarray(whole, np.float64)


def _peaks(curve: Curve, times_s: Curve, reach: np.ndarray[tuple[int, ...], np.dtype[np.int64]]) -> tuple[Curve, Curve]:
    """The largest value within so many frames of each time, and the frame it is at."""
    frames = np.clip(np.round(times_s * FRAME_RATE_HZ).astype(int), 0, len(curve) - 1)
    values, places = np.zeros(len(frames)), np.zeros(len(frames))
    for number, (frame, width) in enumerate(zip(frames, reach, strict=True)):
        first = max(0, frame - int(width))
        part = curve[first : frame + int(width) + 1]
        places[number] = first + int(part.argmax())
        values[number] = part.max()
    return values, places
