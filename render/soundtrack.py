"""Which part of the music is heard under a video, and where its beats fall in the video's time. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from render.cuts import Beat
from render.errors import PlanError
from schemas.video import BeatKind

SHORTEST_S = 1.0
LATE_BEATS_S = 4.0
ENOUGH = 0.85
PREROLL_S = 0.1
LEAST_LOOP_S = 2.0
LOOP_TOLERANCE = 0.06
END_TOLERANCE = 0.05
END_TOLERANCE_S = 1.0
# What it costs not to begin at the music's beginning, on the scale of missing the length by the whole tolerance.
_COST_OF_PHRASE_START, _COST_OF_BAR_START = 0.6, 1.2
_LATEST_START_S = 60.0
_LEAST_TRIMMED_S = 8.0  # shorter videos have no phrase, and few beats to lose


class PhraseEnd(Protocol):
    """Where a phrase of the music ends; schemas.audio.PhraseEnd has it."""

    @property
    def at_s(self) -> float:
        """The downbeat after its last bar, in seconds."""


class Analysis(Protocol):
    """What is asked of an analysis of the music; schemas.audio.AudioAnalysis has it. Times in seconds, ascending."""

    @property
    def duration_s(self) -> float:
        """Length of the music."""

    @property
    def beats_s(self) -> Sequence[float]:
        """Every beat, downbeats included."""

    @property
    def downbeats_s(self) -> Sequence[float]:
        """The first beat of each bar."""

    @property
    def phrase_ends(self) -> Sequence[PhraseEnd]:
        """Where phrases end: downbeats, ascending."""


@dataclass(frozen=True, slots=True)
class Soundtrack:
    """A part of the music, played from `start_s`; with a loop, [loop_from_s, loop_to_s) is played again and again."""

    start_s: float
    seconds: float  # the video's length that goes with it
    beats: tuple[Beat, ...]  # in the video's time
    latest_s: float  # where the music ends at the latest, in the video's time
    loop_from_s: float | None = None
    loop_to_s: float | None = None
    note: str = ""


def lay_music(analysis: Analysis, seconds: float) -> Soundtrack:
    """Fit the music to a video of about `seconds`.

    It is trimmed to end where a phrase ends, within a twentieth of the length and a second of it, and starts for that
    at its beginning, at the start of a phrase, or at a downbeat: the earlier in this list the better. Where no phrase
    ends fittingly it starts at its beginning, or shortly before its first downbeat when its beats begin late. When it
    is a little too short (at least ENOUGH of the length), the video ends with it; when it is much too short, whole bars
    of it are repeated, or all of it when it has no bars. Raises PlanError audio_too_short for less than SHORTEST_S.
    """
    if analysis.duration_s < SHORTEST_S:
        message = f"the music lasts {analysis.duration_s:.2f} s; at least {SHORTEST_S:.0f} s are needed"
        raise PlanError("audio_too_short", message)
    trimmed = _trim(analysis, seconds)
    if trimmed is not None:
        start, end = trimmed
        return Soundtrack(
            start, end - start, _beats(analysis, start, analysis.duration_s, -start), analysis.duration_s - start
        )
    start = _start(analysis, seconds)
    rest = analysis.duration_s - start
    if rest >= seconds:
        return Soundtrack(start, seconds, _beats(analysis, start, analysis.duration_s, -start), rest)
    if rest >= ENOUGH * seconds:
        note = f"The music lasts {rest:.1f} s; the video ends with it instead of after {seconds:.1f} s."
        return Soundtrack(start, rest, _beats(analysis, start, analysis.duration_s, -start), rest, note=note)
    first, last = _loop(analysis, start)
    period = last - first
    beats = list(_beats(analysis, start, last, -start))
    offset = last - start
    while offset < seconds + period:
        beats += _beats(analysis, first, last, offset - first)
        offset += period
    note = f"The music lasts {rest:.1f} s; {period:.2f} s of it are repeated."
    return Soundtrack(start, seconds, tuple(beats), offset, first, last, note)


def _trim(analysis: Analysis, seconds: float) -> tuple[float, float] | None:
    """Where in the music to start and where to end, so that it ends with a phrase; None where none does fittingly."""
    if seconds < _LEAST_TRIMMED_S:
        return None
    tolerance = min(END_TOLERANCE * seconds, END_TOLERANCE_S)
    ends = [end.at_s for end in analysis.phrase_ends]
    natural = _start(analysis, seconds)
    starts = [(natural, 0.0)]
    latest = min(_LATEST_START_S, analysis.duration_s - seconds)
    phrases = set(ends)
    for downbeat in analysis.downbeats_s:
        if natural < downbeat - PREROLL_S <= latest:
            cost = _COST_OF_PHRASE_START if downbeat in phrases else _COST_OF_BAR_START
            starts.append((round(downbeat - PREROLL_S, 6), cost))
    found = [
        (cost + abs(end - start - seconds) / tolerance, start, end)
        for start, cost in starts
        for end in ends
        if abs(end - start - seconds) <= tolerance
    ]
    if not found:
        return None
    _, start, end = min(found)
    return start, end


def _start(analysis: Analysis, seconds: float) -> float:
    if not analysis.beats_s or analysis.beats_s[0] < LATE_BEATS_S:
        return 0.0
    first = analysis.downbeats_s[0] if analysis.downbeats_s else analysis.beats_s[0]
    start = round(max(0.0, first - PREROLL_S), 6)
    return start if analysis.duration_s - start >= seconds else 0.0


def _loop(analysis: Analysis, start: float) -> tuple[float, float]:
    """The part that repeats: all of a file that is a loop by itself, else its whole bars, else all of it."""
    bars = [second for second in analysis.downbeats_s if second >= start]
    if len(bars) < 2 or bars[-1] - bars[0] < LEAST_LOOP_S or _is_loop(analysis, bars):
        return start, analysis.duration_s
    return bars[0], bars[-1]


def _is_loop(analysis: Analysis, bars: Sequence[float]) -> bool:
    """Whether the file lasts a whole number of bars, to LOOP_TOLERANCE of a beat, with beats from end to end."""
    beats = analysis.beats_s
    period = (beats[-1] - beats[0]) / (len(beats) - 1)
    per_bar = max(1, round((bars[-1] - bars[0]) / (len(bars) - 1) / period))
    count = analysis.duration_s / period
    whole = abs(count - round(count)) <= LOOP_TOLERANCE and round(count) % per_bar == 0
    reaching = beats[0] <= 1.1 * period and analysis.duration_s - beats[-1] <= 1.1 * period
    return whole and reaching


def _beats(analysis: Analysis, first: float, last: float, shift: float) -> tuple[Beat, ...]:
    """The beats of [first, last), shifted into the video's time."""
    down = set(analysis.downbeats_s)
    every = sorted({*analysis.beats_s, *down})
    return tuple(
        Beat(second + shift, BeatKind.DOWNBEAT if second in down else BeatKind.BEAT)
        for second in every
        if first <= second < last
    )
