"""Synthetic music with known beats: random scores in the styles, and their sound."""

from dataclasses import dataclass

import numpy as np
from scipy import signal

from render.audio.decode import ANALYSIS_RATE_HZ
from render.audio.novelty import Curve
from render.audio.spectrogram import Floats
from render.audio.training.instruments import Rng, Timbre, drum_kit, random_timbre, tone
from render.audio.training.styles import STYLES, Style

CLIP_SECONDS = 30.0


_LOOSE_SHARE = 0.5
_PROGRESSIONS = (
    (0, 3, 4, 0),
    (0, 5, 3, 4),
    (0, 4, 5, 3),
    (5, 3, 0, 4),
    (1, 4, 0, 0),
    (0, 6, 5, 4),
    (0, 2, 3, 4),
    (0, 0, 3, 4),
)
_MAJOR, _MINOR = (0, 2, 4, 5, 7, 9, 11), (0, 2, 3, 5, 7, 8, 10)


@dataclass(frozen=True, slots=True, eq=False)
class Clip:
    """A piece of synthetic music: samples at the analysis rate, true beats in seconds, their positions from 1."""

    style: str
    samples: Floats
    beats_s: Curve
    positions: list[int]
    beats_per_bar: int


class _Player:
    """Lays sounds into a clip at beat positions."""

    def __init__(self, beats_s: Curve, swing: float, jitter_s: float, rng: Rng) -> None:
        self.beats_s = beats_s
        self.swing = swing
        self.jitter_s = jitter_s
        self.rng = rng
        self.samples = np.zeros(int(CLIP_SECONDS * ANALYSIS_RATE_HZ), dtype=np.float32)
        self._tones: dict[tuple[int, float, float], Floats] = {}

    def seconds(self, beat: float) -> float:
        """Time of a position in beats; the second half of a beat comes later by the swing."""
        fraction = beat % 1
        late = self.swing * (1 - 2 * abs(fraction - 0.5)) if fraction else 0.0
        return float(np.interp(beat + late, np.arange(len(self.beats_s)), self.beats_s))

    def hit(self, beat: float, sound: Floats, gain: float) -> None:
        """A sound at a position in beats."""
        if not 0 <= beat < len(self.beats_s) - 1:
            return
        at_s = self.seconds(beat) + self.rng.normal(0, self.jitter_s)
        start = max(0, int(at_s * ANALYSIS_RATE_HZ))
        room = self.samples[start : start + len(sound)]
        room += np.float32(gain * self.rng.uniform(0.8, 1.1)) * sound[: len(room)]

    def note(self, beat: float, timbre: Timbre, midi: int, beats: float, gain: float) -> None:
        """A note of some length in beats."""
        last = len(self.beats_s) - 1
        if not 0 <= beat < last:
            return
        seconds = round(self.seconds(min(beat + beats, last)) - self.seconds(beat), 2)
        key = (midi, timbre.tilt, seconds)
        if key not in self._tones:
            self._tones[key] = tone(timbre, midi, max(seconds, 0.08))
        self.hit(beat, self._tones[key], gain)


def make_clip(seed: int) -> Clip:
    """A clip of 30 s whose style, tempo, score and sounds hang on the seed alone."""
    rng = np.random.default_rng(seed)
    names = list(STYLES)
    weights = np.array([style.weight for style in STYLES.values()])
    name = names[int(rng.choice(len(names), p=weights / weights.sum()))]
    style = STYLES[name]
    beats_s = _beat_times(style, rng)
    pickup = int(rng.integers(0, style.beats_per_bar)) if rng.random() < 0.5 else 0
    jitter_s = rng.uniform(0, 0.01) if style.live else rng.uniform(0, 0.003)
    player = _Player(beats_s, style.swing, float(jitter_s), rng)
    drums = rng.random() < style.drums_share
    if drums:
        _play_drums(player, style, pickup, rng)
    if rng.random() < style.harmony_share or not drums:
        _play_harmony(player, style, pickup, rng)
    kept = beats_s < CLIP_SECONDS - 0.05
    positions = (np.arange(len(beats_s)) + pickup) % style.beats_per_bar + 1
    return Clip(
        name, _master(player.samples, rng), beats_s[kept], [int(p) for p in positions[kept]], style.beats_per_bar
    )


def _beat_times(style: Style, rng: Rng) -> Curve:
    bpm = np.exp(rng.uniform(*np.log(style.bpm)))
    count = int(CLIP_SECONDS * bpm / 60) + 8
    intervals = np.full(count, 60 / bpm)
    if style.live:
        drift = np.cumsum(rng.normal(0, rng.uniform(0.002, 0.01), count))
        intervals = intervals * np.exp(drift - np.linspace(0, drift[-1] / 2, count)) + rng.normal(0, 0.003, count)
    return rng.uniform(0, 1.0) * (rng.random() < 0.7) + np.concatenate([[0.0], np.cumsum(intervals)])


def _play_drums(player: _Player, style: Style, pickup: int, rng: Rng) -> None:
    kit = drum_kit(rng)
    pattern = style.patterns(int(rng.integers(len(style.grooves))))
    if rng.random() < _LOOSE_SHARE and style.harmony_share > 0:
        pattern = [(drum, _loosened(line, rng)) for drum, line in pattern]
    gains = {drum: rng.uniform(0.3, 1.0) for drum, _ in pattern}
    gains |= {"kick": rng.uniform(0.6, 1.2)}
    fills = rng.random() < 0.6
    steps = 4 * style.beats_per_bar
    for bar in range(len(player.beats_s) // style.beats_per_bar + 2):
        start = bar * style.beats_per_bar - pickup
        for drum, line in pattern:
            for step, mark in enumerate(line):
                if mark != "." and rng.random() > 0.04:
                    player.hit(start + step / 4, kit[drum], gains[drum] * (1.0 if mark == "x" else 0.55))
        if fills and bar % 4 == 3 and "snare" in kit and pattern[0][0] == "kick":
            for step in range(steps - 4, steps):
                if rng.random() < 0.6:
                    player.hit(start + step / 4, kit[str(rng.choice(["snare", "tom"]))], 0.7)


def _loosened(line: str, rng: Rng) -> str:
    """A line with some of its marks moved in or out, strong places more often filled than weak ones."""
    marks = []
    for step, mark in enumerate(line):
        chance = 0.35 if step % 4 == 0 else 0.2 if step % 2 == 0 else 0.08
        if mark == "." and rng.random() < chance * 0.6:
            marks.append("o" if rng.random() < 0.5 else "x")
        elif mark != "." and rng.random() < (0.12 if step == 0 else 0.25):
            marks.append(".")
        else:
            marks.append(mark)
    return "".join(marks)


def _play_harmony(player: _Player, style: Style, pickup: int, rng: Rng) -> None:
    """Chords, a bass line and a melody over a progression that changes with the bar, every other bar or twice a bar."""
    metre = style.beats_per_bar
    key, scale = int(rng.integers(0, 12)), _MINOR if rng.random() < 0.4 else _MAJOR
    progression = _PROGRESSIONS[int(rng.integers(len(_PROGRESSIONS)))]
    bars_a_chord = float(rng.choice([1.0, 1.0, 1.0, 2.0, 0.5] if metre == 4 else [1.0, 1.0, 2.0]))
    comping = str(rng.choice(["block", "pad", "arpeggio", "offbeat", "oompah", "pulse", "strum", "stab"]))
    chord_timbre = random_timbre(rng, held=comping == "pad" or rng.random() < 0.2)
    bass_timbre, lead_timbre = random_timbre(rng, held=False), random_timbre(rng, held=bool(rng.random() < 0.5))
    chord_gain, bass_gain, lead_gain = rng.uniform(0.1, 0.3), rng.uniform(0.2, 0.7), rng.uniform(0.1, 0.45)
    stabs = [float(place) for place in rng.choice([0.0, 0.25, 0.5, 0.75], metre)]
    bass, melody = rng.random() < 0.85, rng.random() < 0.7
    bass_every = float(rng.choice([0.5, 1, 2, metre, metre]))
    walking = rng.random() < 0.3
    degree = 7

    def pitch(step: int, octave: int) -> int:
        return key + 12 * octave + scale[step % 7] + 12 * (step // 7)

    for beat in range(-pickup, len(player.beats_s)):
        in_bar = (beat + pickup) % metre
        root = progression[int((beat + pickup) / metre / bars_a_chord) % len(progression)]
        change = ((beat + pickup) / metre / bars_a_chord) % 1 == 0 or in_bar == 0
        chord = [pitch(root + third, 4) for third in (0, 2, 4)]
        for at, tones, length in _comp(comping, in_bar, metre, chord, stabs, change=change):
            for midi in tones:
                player.note(beat + at, chord_timbre, midi, length, chord_gain * (1.15 if in_bar == 0 else 1.0))
        if bass and (bass_every < 1 or in_bar % bass_every == 0):
            third = int(rng.choice([0, 2, 4, 5])) if walking else int(rng.choice([0, 0, 4]))
            midi = pitch(root if in_bar == 0 else root + third, 2)
            player.note(beat, bass_timbre, midi, min(bass_every, metre) * 0.9, bass_gain)
            if bass_every < 1 and rng.random() < 0.8:
                player.note(beat + 0.5, bass_timbre, midi, 0.45, bass_gain * 0.85)
        if melody and rng.random() < (0.85 if in_bar == 0 else 0.6):
            degree = int(np.clip(degree + rng.integers(-2, 3), 2, 14))
            player.note(beat, lead_timbre, pitch(degree, 4), float(rng.choice([0.5, 1.0, 1.0, 2.0])), lead_gain)
            if rng.random() < 0.35:
                player.note(beat + 0.5, lead_timbre, pitch(degree + 1, 4), 0.5, lead_gain * 0.8)


def _comp(
    comping: str, in_bar: int, metre: int, chord: list[int], stabs: list[float], *, change: bool
) -> list[tuple[float, list[int], float]]:
    """What the chords play in one beat: (offset in beats, pitches, length in beats)."""
    strong = in_bar == 0 or (metre == 4 and in_bar == 2)
    tones = [*chord, chord[0] + 12]
    return {
        "strum": [(0.0, chord, 0.5), (0.5, chord, 0.4)] if in_bar else [(0.0, chord, 0.9)],
        "stab": [(stabs[in_bar % len(stabs)], chord, 0.3)],
        "pad": [(0.0, chord, float(metre))] if change else [],
        "block": [(0.0, chord, 2.0)] if change or strong else [],
        "pulse": [(0.0, chord, 0.8)],
        "offbeat": [(0.5, chord, 0.3)],
        "oompah": [(0.0, [chord[0] - 12], 0.9)] if strong else [(0.0, chord, 0.5)],
        "arpeggio": [(0.0, [tones[2 * in_bar % 4]], 0.5), (0.5, [tones[(2 * in_bar + 1) % 4]], 0.5)],
    }[comping]


def _master(samples: Floats, rng: Rng) -> Floats:
    """Tone balance, saturation, a little room and noise, as recordings differ in them."""
    if rng.random() < 0.5:
        samples = signal.lfilter([1, -rng.uniform(-0.6, 0.6)], [1], samples)
    if rng.random() < 0.5:
        room_s = rng.uniform(0.1, 0.5)
        count = int(3 * room_s * ANALYSIS_RATE_HZ)
        echo = rng.normal(size=count) * np.exp(-np.arange(count) / ANALYSIS_RATE_HZ / room_s)
        wet = signal.fftconvolve(samples, echo)[: len(samples)]
        samples = samples + rng.uniform(0.05, 0.3) * wet * samples.std() / (wet.std() + 1e-9)
    samples = samples / (np.abs(samples).max() + 1e-9)
    if rng.random() < 0.4:
        samples = np.tanh(np.float32(rng.uniform(1, 5)) * samples)
    if rng.random() < 0.5:
        hiss = rng.standard_normal(len(samples), dtype=np.float32)
        samples = samples + np.float32(10 ** rng.uniform(-4, -2)) * hiss
    mastered: Floats = np.asarray(0.8 * samples / np.abs(samples).max(), dtype=np.float32)
    return mastered
