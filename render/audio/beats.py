"""From onset curves to tempo and beats: which tempo to count at, and how sure that is."""

from dataclasses import dataclass

import numpy as np

from render.audio.decode import ANALYSIS_RATE_HZ
from render.audio.loops import Loop, find_loop, loop_tempo
from render.audio.novelty import BANDS_HZ, Curve, Novelty, activation, normalise, smooth
from render.audio.phase import on_the_beat
from render.audio.pulse import pulse_bpm
from render.audio.sections import tempo_stretches
from render.audio.spectrogram import FRAME_RATE_HZ, Floats
from render.audio.tempo import FASTEST_BPM, SLOWEST_BPM, TempoCurve, line_tempo, tempo_curve
from render.audio.tracking import track_beats
from schemas.audio import TempoCandidate

_TEMPO_MAY_DRIFT = 1.12
_STEADY_MAY_DRIFT = 1.015
_STEADY = 3.0
_AGREE_WITHIN_S = 0.07
_LEAST_BEATS = 4
_SEAM_SHARE = 0.6  # of a beat, between the last beat of a tempo and the first of the next
_ALTERNATIVES = 5
_UNCLEAR = 0.4
_NOISE_RISE, _MUSIC_RISE = 2.0, 3.5
_CLEAR_MARGIN = 0.6
# The flux of an onset peaks while the analysis window still reaches into it: measured on clicks and on rendered scores.
_FLUX_LEADS_S = 0.004


@dataclass(frozen=True, slots=True, eq=False)
class Beats:
    """The beats of a piece; `tempo_bpm` is None and the lists are empty where nothing repeats."""

    times_s: Curve
    tempo_bpm: float | None
    confidence: float
    alternatives: tuple[TempoCandidate, ...]
    loop: Loop | None
    bare_pulse: bool = False  # nothing but the beats sounds, as of a metronome


def find_beats(samples: Floats, onsets: Novelty) -> Beats:
    """Tempo and beats of a levelled signal and its onset curves; no beat lies past the end of the signal.

    The tempo comes from the first that holds: a bare pulse, an exact loop, the periodicity of the onsets.
    """
    nothing = Beats(np.zeros(0), None, 0.0, (), None)
    if not onsets.has_onsets:
        return nothing
    curve = tempo_curve(onsets.mixed)
    loop = find_loop(onsets.spectrum)
    bare_bpm = pulse_bpm(samples, onsets)
    certain_bpm = bare_bpm
    if certain_bpm is None and loop is not None:
        certain_bpm = loop_tempo(loop, curve)
    strength = activation(onsets.mixed)
    if certain_bpm is None:
        times = _track_by_tempo(onsets.mixed, strength, curve.best_bpm)
        times = on_the_beat(times, onsets, strength, len(samples) / ANALYSIS_RATE_HZ)
    else:
        times = track_beats(strength, _range(certain_bpm, _STEADY_MAY_DRIFT), steadiness=_STEADY)
    times = times[times + _FLUX_LEADS_S < len(samples) / ANALYSIS_RATE_HZ]
    if len(times) < _LEAST_BEATS:
        return nothing
    tempo_bpm = line_tempo(times) if certain_bpm is None else certain_bpm
    readings = alternatives(curve, tempo_bpm)
    clearness = 1.0 if certain_bpm is not None else _clearness(readings)
    return Beats(
        times_s=times + _FLUX_LEADS_S,
        tempo_bpm=tempo_bpm,
        confidence=agreement(times, second_opinion(onsets)) * clearness * prominence(strength, times),
        alternatives=readings,
        loop=loop,
        bare_pulse=bare_bpm is not None,
    )


def _track_by_tempo(mixed: Curve, strength: Curve, best_bpm: float) -> Curve:
    """Beats at the piece's tempo; where its tempo changes for good, each stretch at its own."""
    stretches = tempo_stretches(mixed)
    if len(stretches) < 2:
        return track_beats(strength, _range(best_bpm, _TEMPO_MAY_DRIFT))
    times = np.zeros(0)
    for first, last, bpm in stretches:
        found = track_beats(strength[first:last], _range(bpm, _TEMPO_MAY_DRIFT)) + first / FRAME_RATE_HZ
        if len(times):
            found = found[found > times[-1] + _SEAM_SHARE * 60 / bpm]
        times = np.concatenate([times, found])
    return times


def second_opinion(onsets: Novelty) -> Curve:
    """Beats of another tracker, in seconds: the loudest rise in any range alone, any tempo, no prior."""
    curve = smooth(sum((normalise(band) for band in onsets.bands), np.zeros(onsets.bands.shape[1])) / len(BANDS_HZ))
    return track_beats(activation(curve))


def agreement(ours_s: Curve, theirs_s: Curve) -> float:
    """F-measure of two lists of beats at 70 ms: 1 when they are the same, about 2/3 when one has twice the tempo."""
    if len(ours_s) == 0 or len(theirs_s) == 0:
        return 0.0
    nearest = np.abs(theirs_s[:, None] - ours_s[None, :]).min(axis=1)
    found = np.abs(ours_s[:, None] - theirs_s[None, :]).min(axis=1)
    precision = float((nearest <= _AGREE_WITHIN_S).mean())
    recall = float((found <= _AGREE_WITHIN_S).mean())
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def prominence(strength: Curve, times_s: Curve) -> float:
    """How far onsets at the beats rise out of the rest: 0 at twice the mean, as in noise, 1 from 3.5 times on."""
    frames = np.clip(np.round(times_s * FRAME_RATE_HZ).astype(int), 1, len(strength) - 2)
    at_beats = np.maximum(np.maximum(strength[frames - 1], strength[frames]), strength[frames + 1]).mean()
    return float(np.clip((at_beats / strength.mean() - _NOISE_RISE) / (_MUSIC_RISE - _NOISE_RISE), 0.0, 1.0))


def _clearness(readings: tuple[TempoCandidate, ...]) -> float:
    """How far the chosen tempo stands out: 1 when no other scores above 0.4 of it, 0.4 when another scores as well."""
    runner_up = max((reading.score for reading in readings), default=0.0)
    return _UNCLEAR + (1 - _UNCLEAR) * min(1.0, (1 - runner_up) / _CLEAR_MARGIN)


def alternatives(curve: TempoCurve, tempo_bpm: float) -> tuple[TempoCandidate, ...]:
    """Half, double and the other peaks of the tempo curve, scored relative to the tempo that was chosen, best first."""
    inner = curve.weighted[1:-1]
    peaks = np.flatnonzero((inner > curve.weighted[:-2]) & (inner >= curve.weighted[2:])) + 1
    strongest = peaks[np.argsort(-curve.weighted[peaks], kind="stable")]
    readings = [tempo_bpm / 2, tempo_bpm * 2, *(float(bpm) for bpm in curve.bpm[strongest])]
    reference = max(curve.at(tempo_bpm), 1e-9)
    found: list[TempoCandidate] = []
    for bpm in readings:
        known = [tempo_bpm, *(candidate.bpm for candidate in found)]
        if SLOWEST_BPM <= bpm <= FASTEST_BPM and all(abs(np.log(bpm / other)) > 0.04 for other in known):
            found.append(TempoCandidate(bpm=round(bpm, 3), score=round(min(1.0, curve.at(bpm) / reference), 4)))
    octaves = [candidate for candidate in found if _is_octave(candidate.bpm, tempo_bpm)]
    others = [candidate for candidate in found if not _is_octave(candidate.bpm, tempo_bpm)]
    kept = octaves + others[: _ALTERNATIVES - len(octaves)]
    return tuple(sorted(kept, key=lambda candidate: -candidate.score))


def _is_octave(bpm: float, tempo_bpm: float) -> bool:
    return any(abs(np.log(bpm / (tempo_bpm * factor))) < 0.01 for factor in (0.5, 2.0))


def _range(bpm: float, factor: float) -> tuple[float, float]:
    return bpm / factor, bpm * factor
