"""Place beats in a novelty curve: the bar-pointer model as a semi-Markov recursion over whole beat intervals."""

import numpy as np

from render.audio.novelty import Curve
from render.audio.spectrogram import FRAME_RATE_HZ

SLOWEST_BEAT_BPM = 55.0
FASTEST_BEAT_BPM = 215.0

_TEMPO_CHANGE_PENALTY = 100.0
_BEAT_SHARE = 16  # a beat's onset lies in the first sixteenth of its interval


def track_beats(
    strength: Curve, bpm_range: tuple[float, float] = (SLOWEST_BEAT_BPM, FASTEST_BEAT_BPM), steadiness: float = 1.0
) -> Curve:
    """Beat times in seconds that explain an activation curve best, shape (beats,).

    States and transitions are those of F. Krebs, S. Böck and G. Widmer, "An efficient state-space model for joint
    tempo and meter tracking" (ISMIR 2015): within a beat the tempo is constant, from beat to beat it may change with
    weight exp(-100 |ratio - 1|). Since nothing can change inside a beat, the search runs over whole intervals; and as
    none is shorter than the shortest, a block of that many frames depends on earlier frames alone and is one step.
    `steadiness` multiplies the penalty for a change of tempo.
    """
    strength = np.clip(strength, 1e-3, 1 - 1e-3)
    frames = len(strength)
    shortest = max(2, int(60 * FRAME_RATE_HZ / bpm_range[1]))
    longest = int(np.ceil(60 * FRAME_RATE_HZ / bpm_range[0]))
    if frames <= longest:
        return np.zeros(0)
    intervals = np.arange(shortest, longest + 1)
    onset_frames = np.maximum(1, np.round(intervals / _BEAT_SHARE).astype(int))
    on_beat = np.concatenate([[0.0], np.cumsum(np.log(strength))])
    off_beat = np.concatenate([[0.0], np.cumsum(np.log((1 - strength) / (_BEAT_SHARE - 1)))])
    change = -_TEMPO_CHANGE_PENALTY * steadiness * np.abs(intervals[None, :] / intervals[:, None] - 1)
    change -= np.log(np.exp(change).sum(axis=1, keepdims=True))

    # score[t, j]: the best explanation of frames 0..t-1 after which a beat of interval j starts at frame t.
    score = np.full((frames + 1, len(intervals)), -np.inf)
    previous = np.full((frames + 1, len(intervals)), -1, dtype=np.int16)
    column = np.arange(len(intervals))[None, :]
    for begin in range(0, frames + 1, shortest):
        ends = np.arange(begin, min(begin + shortest, frames + 1))[:, None]
        # The first beat may start anywhere within the longest interval; what lies before it is no beat.
        first = np.where(ends <= intervals, off_beat[ends], -np.inf)
        starts = ends - intervals
        source = np.maximum(starts, 0)
        after_onset = source + onset_frames
        arrival = (
            score[source, column] + on_beat[after_onset] - on_beat[source] + off_beat[ends] - off_beat[after_onset]
        )
        arrival[starts < 0] = -np.inf
        moved = arrival[:, :, None] + change
        best_before = moved.argmax(axis=1)
        reached = np.take_along_axis(moved, best_before[:, None, :], axis=1)[:, 0]
        score[ends[:, 0]] = np.maximum(first, reached)
        previous[ends[:, 0]] = np.where(reached > first, best_before, -1)

    # The end of the audio may cut the last beat short, so it may start anywhere in its interval before the end.
    starts = np.arange(frames + 1)[:, None]
    after_onset = np.minimum(starts + onset_frames, frames)
    total = score + on_beat[after_onset] - on_beat[starts] + off_beat[frames] - off_beat[after_onset]
    total[starts + intervals <= frames] = -np.inf
    frame, state = (int(index) for index in np.unravel_index(total.argmax(), total.shape))
    beats = []
    while state >= 0:
        beats.append((frame, int(onset_frames[state])))
        state = int(previous[frame, state])
        frame -= int(intervals[state])
    return _refine(beats[::-1], strength)


def _refine(beats: list[tuple[int, int]], strength: Curve) -> Curve:
    """Each beat at the peak of the activation inside its onset range, between frames by a parabola; in seconds."""
    times = []
    for start, width in beats:
        if start >= len(strength):
            continue
        peak = start + int(strength[start : start + width].argmax())
        times.append((peak + _parabola_offset(strength, peak)) / FRAME_RATE_HZ)
    return np.array(times)


def _parabola_offset(curve: Curve, peak: int) -> float:
    if not 0 < peak < len(curve) - 1:
        return 0.0
    left, centre, right = curve[peak - 1 : peak + 2]
    if not (centre > left and centre >= right):
        return 0.0
    return float(0.5 * (left - right) / (left - 2 * centre + right))
