"""The whole analysis of a piece of music: decode, find onsets, tempo, beats and bars, and write the record."""

from pathlib import Path

import numpy as np

from render.audio.bars import find_bars
from render.audio.beats import find_beats
from render.audio.decode import DEFAULT_LIMITS, DecodedAudio, DecodeLimits, decode
from render.audio.loudness import energy_curve, is_silent, level
from render.audio.novelty import novelty
from render.audio.sections import tempo_sections
from render.audio.structure import find_structure
from schemas.audio import AudioAnalysis


def analyse(path: Path, limits: DecodeLimits = DEFAULT_LIMITS) -> AudioAnalysis:
    """Tempo, beats, bars and energy of an audio file, or of the first audio stream of a video file.

    The same bytes give the same record. Silence and sound without onsets are no errors: there are no beats in them and
    the confidence is 0. Raises the errors of render/audio/errors.py.
    """
    return analyse_decoded(decode(path, limits))


def analyse_decoded(audio: DecodedAudio) -> AudioAnalysis:
    """The analysis of audio that is decoded already."""
    record = AudioAnalysis(
        duration_s=round(audio.duration_s, 4),
        sample_rate=audio.sample_rate_hz,
        channels=audio.channels,
        codec=audio.codec,
        silent=is_silent(audio.samples),
        tempo_confidence=0.0,
        energy=energy_curve(audio.samples),
    )
    if record.silent:
        return record
    samples = level(audio.samples)
    onsets = novelty(samples)
    beats = find_beats(samples, onsets)
    if beats.tempo_bpm is None:
        return record
    bars = find_bars(samples, onsets, beats.times_s, bare_pulse=beats.bare_pulse)
    times_s = [round(float(time), 4) for time in beats.times_s]
    downbeats_s = [time for time, position in zip(times_s, bars.positions, strict=True) if position == 1]
    structure = find_structure(onsets.spectrum, np.array(downbeats_s))
    return record.model_copy(
        update={
            "tempo_bpm": round(beats.tempo_bpm, 3),
            "tempo_confidence": round(beats.confidence, 3),
            "tempo_alternatives": list(beats.alternatives),
            "beats_s": times_s,
            "beat_positions": list(bars.positions),
            "downbeats_s": downbeats_s,
            "beats_per_bar": bars.beats_per_bar,
            "metre_confidence": round(bars.metre_confidence, 3),
            "loop_period_s": None if beats.loop is None else round(beats.loop.period_s, 5),
            "tempo_sections": tempo_sections(beats.times_s),
            "phrase_ends": list(structure.phrase_ends),
            "strong_cuts": list(structure.strong_cuts),
        }
    )
