"""Where to cut: shots of about equal length whose ends fall on beats. Pure; every position is a whole frame."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from schemas.video import BeatKind

# What a cut costs by what it falls on, on the scale of a shot's squared relative difference from the mean length:
# to reach a downbeat a shot may be 28 % longer or shorter than with a plain beat.
_COST = {BeatKind.DOWNBEAT: 0.0, BeatKind.BEAT: 0.08, BeatKind.NONE: 0.6}
_GAP_STEP_S = 0.5
_GAP_S = 1.5
_END_TOLERANCE = 0.05
_END_TOLERANCE_S = 1.0


@dataclass(frozen=True, slots=True)
class Beat:
    """A beat in the time of the video."""

    second: float
    kind: BeatKind  # BEAT or DOWNBEAT


@dataclass(frozen=True, slots=True)
class Place:
    """A frame at which a cut may be: the whole frame next to a beat, or a frame where there is no beat."""

    frame: int
    kind: BeatKind
    second: float | None = None  # the beat's exact time


def end_frame(beats: Sequence[Beat], seconds: float, fps: int, latest: int | None = None) -> int:
    """The video's length in frames: the downbeat next to `seconds`, else the beat, if one is within tolerance.

    The tolerance is 5 % of the length and at most a second. `latest` is a length that must not be passed: where the
    music ends.
    """
    tolerance = min(_END_TOLERANCE * seconds, _END_TOLERANCE_S)
    bound = latest if latest is not None else round((seconds + tolerance) * fps)
    for kind in (BeatKind.DOWNBEAT, BeatKind.BEAT):
        near = [
            beat.second
            for beat in beats
            if beat.kind is kind and abs(beat.second - seconds) <= tolerance and 0 < round(beat.second * fps) <= bound
        ]
        if near:
            return round(min(near, key=lambda second: abs(second - seconds)) * fps)
    return max(1, min(round(seconds * fps), bound))


def places(beats: Sequence[Beat], end: int, fps: int) -> list[Place]:
    """Every place for a cut before frame `end`, in order: all beats; where there are none, every half second."""
    found: dict[int, Place] = {}
    for beat in beats:
        frame = round(beat.second * fps)
        if 0 < frame < end and (frame not in found or beat.kind is BeatKind.DOWNBEAT):
            found[frame] = Place(frame, beat.kind, beat.second)
    known = [0, *sorted(found), end]
    step = max(1, round(_GAP_STEP_S * fps))
    for left, right in pairwise(known):
        if right - left > _GAP_S * fps:
            for frame in range(left + step, right - step // 2, step):
                found[frame] = Place(frame, BeatKind.NONE)
    return [found[frame] for frame in sorted(found)]


def most_shots(offered: Sequence[Place], end: int, shortest: int) -> int:
    """How many shots of at least `shortest` frames there can be at most."""
    count, last = 1, 0
    for place in offered:
        if place.frame - last >= shortest and end - place.frame >= shortest:
            count, last = count + 1, place.frame
    return count


def even_cuts(shots: int, end: int) -> list[Place]:
    """Cuts into equally long shots, to the frame, where there is no music to follow."""
    return [Place(round(end * index / shots), BeatKind.NONE) for index in range(1, shots)]


def choose_cuts(offered: Sequence[Place], shots: int, end: int, shortest: int) -> list[Place]:
    """The `shots - 1` cuts, each at an offered place, that cost least together. Ties go to the earlier place.

    Dynamic programming over (number of the cut, place). The cost of a shot is the square of its relative difference
    from the mean length; that of a cut follows from what it falls on. Raises ValueError when shots of `shortest` frames
    do not fit (see most_shots).
    """
    if shots == 1:
        return []
    mean = end / shots
    # Cut number k need not be looked for far from its even place; the whole is searched only where that finds nothing.
    for reach in (max(3 * mean, 0.2 * end), float(end)):
        chosen = _search(offered, shots, end, shortest, reach)
        if chosen is not None:
            return chosen
    raise ValueError(f"{shots} shots of at least {shortest} frames do not fit into {end} frames")


def _search(offered: Sequence[Place], shots: int, end: int, shortest: int, reach: float) -> list[Place] | None:
    frames = [place.frame for place in offered]
    mean = end / shots
    best: dict[int, float] = {-1: 0.0}  # place of the last cut (-1: the start) -> cost so far
    back: list[dict[int, int]] = []
    for cut in range(1, shots):
        low = bisect_left(frames, max(cut * mean - reach, shortest))
        high = bisect_right(frames, min(cut * mean + reach, end - shortest))
        costs: dict[int, float] = {}
        origin: dict[int, int] = {}
        for index in range(low, high):
            options = [
                (cost + ((frames[index] - _at(frames, before) - mean) / mean) ** 2, before)
                for before, cost in best.items()
                if frames[index] - _at(frames, before) >= shortest
            ]
            if options:
                cost, before = min(options)
                costs[index] = cost + _COST[offered[index].kind]
                origin[index] = before
        best = costs
        back.append(origin)
    endings = [
        (cost + ((end - frames[index] - mean) / mean) ** 2, index)
        for index, cost in best.items()
        if end - frames[index] >= shortest
    ]
    if not endings:
        return None
    index = min(endings)[1]
    chosen = []
    for origin in reversed(back):
        chosen.append(offered[index])
        index = origin[index]
    return chosen[::-1]


def _at(frames: Sequence[int], index: int) -> int:
    return 0 if index < 0 else frames[index]
