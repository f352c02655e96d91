"""Random scores with known beats, as standard MIDI files that FluidSynth renders with a General MIDI sound font.

Usage: python -m render.audio.training.scores OUT --first-seed 90000 --clips 60 [--sound-font FILE.sf2]

The styles are those of rendered_styles.py and go round; writes STYLE_SEED.ogg beside STYLE_SEED.beats, as
`render.audio.evaluate` reads them. Needs the program fluidsynth (Debian: fluidsynth, fluid-soundfont-gm).
"""

import argparse
import struct
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from render.audio.novelty import Curve
from render.audio.training.rendered_styles import DRUMS, SCORE_STYLES, ScoreStyle
from render.ffmpeg import run_ffmpeg

CLIP_SECONDS = 30.0
SOUND_FONT = Path("/usr/share/sounds/sf2/FluidR3_GM.sf2")
_TICKS_A_SECOND = 960  # division 480 at 120 beats a minute; the notes' own times carry the tempo
_DRUM_CHANNEL = 9
_PROGRESSIONS = ((0, 5, 3, 4), (0, 3, 4, 3), (0, 4, 5, 3), (1, 4, 0, 5), (0, 2, 3, 4), (0, 6, 3, 0), (5, 3, 0, 4))
_SCALES = ((0, 2, 4, 5, 7, 9, 11), (0, 2, 3, 5, 7, 8, 10), (0, 2, 3, 5, 7, 9, 10))

Rng = np.random.Generator


@dataclass(frozen=True, slots=True)
class Note:
    """A sounding note: channel, MIDI key, start and length in seconds, velocity."""

    channel: int
    key: int
    start_s: float
    length_s: float
    velocity: int


@dataclass(slots=True)
class Score:
    """A piece: its notes, its programs by channel, and its true beats with their positions from 1."""

    style: str
    beats_s: Curve
    positions: tuple[int, ...]
    programs: dict[int, int]
    notes: list[Note] = field(default_factory=list)


def make_score(style_name: str, seed: int) -> Score:
    """A score of about 30 s that hangs on style and seed alone."""
    style, rng = SCORE_STYLES[style_name], np.random.default_rng(seed)
    beats_s = _beat_times(style, rng)
    pickup = int(rng.integers(1, style.beats_per_bar)) if rng.random() < 0.3 else 0
    positions = (np.arange(len(beats_s)) - pickup) % style.beats_per_bar + 1
    programs = {0: int(rng.choice(style.chords)), 1: style.bass_program, 2: style.lead or 0}
    score = Score(style_name, beats_s, tuple(int(p) for p in positions), programs)
    player = _Player(score, style, rng)
    _drums(player, style, pickup, rng)
    _harmony(player, style, pickup, rng)
    return score


class _Player:
    """Puts notes at positions in beats, with the swing and the hands of the style."""

    def __init__(self, score: Score, style: ScoreStyle, rng: Rng) -> None:
        self.score, self.style, self.rng = score, style, rng
        self.jitter_s = float(rng.uniform(0.003, 0.012)) if style.live else 0.001

    def at(self, beat: float) -> float:
        fraction = beat % 1
        late = self.style.swing * (1 - 2 * abs(fraction - 0.5)) if fraction else 0.0
        return float(np.interp(beat + late, np.arange(len(self.score.beats_s)), self.score.beats_s))

    def play(self, channel: int, key: int, beat: float, beats: float, velocity: float) -> None:
        last = len(self.score.beats_s) - 1
        if not 0 <= beat < last:
            return
        start = max(0.0, self.at(beat) + float(self.rng.normal(0, self.jitter_s)))
        length = max(0.05, self.at(min(beat + beats, last)) - self.at(beat))
        loud = int(np.clip(velocity * self.rng.uniform(0.9, 1.08), 1, 127))
        self.score.notes.append(Note(channel, int(np.clip(key, 0, 127)), start, length, loud))


def _beat_times(style: ScoreStyle, rng: Rng) -> Curve:
    bpm = float(np.exp(rng.uniform(*np.log(style.bpm))))
    count = int(CLIP_SECONDS * bpm / 60) + 1
    intervals = np.full(count, 60 / bpm)
    if style.live:
        drift = np.cumsum(rng.normal(0, rng.uniform(0.001, 0.006), count))
        intervals *= np.exp(drift - np.linspace(0, drift[-1] / 2, count))
    return float(rng.uniform(0, 0.6)) + np.concatenate([[0.0], np.cumsum(intervals)])


def _drums(player: _Player, style: ScoreStyle, pickup: int, rng: Rng) -> None:
    if not style.grooves:
        return
    words = style.grooves[int(rng.integers(len(style.grooves)))].split()
    enters = int(rng.choice([0, 0, 0, 2, 4]))  # bars without drums at the beginning
    gain = {name: float(rng.uniform(70, 110)) for name in words[::2]}
    bars = len(player.score.beats_s) // style.beats_per_bar + 2
    for bar in range(enters, bars):
        start = bar * style.beats_per_bar + pickup - style.beats_per_bar
        for name, line in zip(words[::2], words[1::2], strict=True):
            for step, mark in enumerate(line):
                if mark != "." and rng.random() > 0.03:
                    strength = gain[name] * (0.6 if mark == "o" else 1.0)
                    player.play(_DRUM_CHANNEL, DRUMS[name], start + step / 4, 0.2, strength)
        if bar % 4 == 3 and rng.random() < 0.5:
            for step in range(4):
                player.play(_DRUM_CHANNEL, DRUMS["tom"], start + style.beats_per_bar - 1 + step / 4, 0.2, 85)


def _harmony(player: _Player, style: ScoreStyle, pickup: int, rng: Rng) -> None:
    metre = style.beats_per_bar
    root_key, scale = int(rng.integers(0, 12)), _SCALES[int(rng.integers(len(_SCALES)))]
    progression = _PROGRESSIONS[int(rng.integers(len(_PROGRESSIONS)))]
    stabs = [float(place) for place in rng.choice([0.0, 0.5, 1.5, 2.5, 3.5], 2, replace=False)]
    degree = 7
    for beat in range(len(player.score.beats_s)):
        bar, place = divmod(beat - pickup, metre)
        degree_of_bar = progression[bar % len(progression)]

        def key(step: int, octave: int) -> int:
            return root_key + 12 * octave + scale[step % 7] + 12 * (step // 7)

        chord = [key(degree_of_bar + third, 4) for third in (0, 2, 4)]
        for offset, tones, length, strength in comp(style.comping, place, metre, chord, stabs):
            for tone in tones:
                player.play(0, tone, beat + offset, length, strength)
        for offset, step, length in _bass(style.bass, place, metre, rng):
            player.play(1, key(degree_of_bar + step, 2), beat + offset, length, 95 if place == 0 else 84)
        if style.lead is not None and rng.random() < (0.75 if place == 0 else 0.5):
            degree = int(np.clip(degree + rng.integers(-2, 3), 3, 13))
            player.play(2, key(degree, 5), beat, float(rng.choice([0.5, 1.0, 1.0, 2.0])), 88)
            if rng.random() < 0.35:
                player.play(2, key(degree + 1, 5), beat + 0.5, 0.5, 78)


def comp(
    comping: str, place: int, metre: int, chord: list[int], stabs: list[float]
) -> list[tuple[float, list[int], float, float]]:
    """What the chords play in one beat: (offset in beats, keys, length in beats, velocity)."""
    low, strong = [chord[0] - 12], place == 0
    tones = [chord[0], chord[1], chord[2], chord[0] + 12]
    hits = [stab - place for stab in stabs if place <= stab < place + 1]
    return {
        "pad": [(0.0, chord, float(metre), 70.0)] if strong else [],
        "block": [(0.0, chord, metre / 2, 80.0)] if place in (0, metre // 2) else [],
        "pulse": [(0.0, chord, 0.45, 82.0 if strong else 72.0), (0.5, chord, 0.45, 62.0)],
        "offbeats": [(0.5, chord, 0.35, 80.0)],
        "stabs": [(hit, chord, 0.4, 84.0) for hit in hits],
        "oompah": [(0.0, low, 0.8, 88.0)] if strong else [(0.0, chord, 0.5, 72.0)],
        "marcato": [(0.0, chord, 0.4, 92.0 if strong else 78.0)],
        "walk3": [(0.0, [tones[place % 4]], 0.9, 84.0), (0.5, [tones[(place + 1) % 4]], 0.45, 68.0)],
        "bossa": [(0.0, chord, 0.9, 78.0)] if place in (0, 3) else [(0.5, chord, 0.9, 76.0)],
        "arpeggio": [
            (0.0, [tones[2 * place % 4]], 0.6, 80.0 if strong else 70.0),
            (0.5, [tones[(2 * place + 1) % 4]], 0.6, 64.0),
        ],
    }[comping]


def _bass(kind: str, place: int, metre: int, rng: Rng) -> list[tuple[float, int, float]]:
    """What the bass plays in one beat: (offset in beats, scale steps over the chord's root, length in beats)."""
    if kind == "roots":
        return [(0.0, 0, metre * 0.9)] if place == 0 else []
    if kind == "fifths":
        return [(0.0, 0 if place == 0 else 4, 1.6)] if place % 2 == 0 else []
    if kind == "walking":
        return [(0.0, 0 if place == 0 else int(rng.choice([1, 2, 3, 4, 5])), 0.9)]
    if kind == "eighths":
        return [(0.0, 0, 0.45), (0.5, 0, 0.45)]
    return []


def midi_bytes(score: Score) -> bytes:
    """The score as a standard MIDI file of format 0 (MIDI 1.0, RP-001)."""
    events: list[tuple[int, int, bytes]] = []
    for channel, program in score.programs.items():
        events.append((0, 0, bytes([0xC0 | channel, program])))
    for note in score.notes:
        start = round(note.start_s * _TICKS_A_SECOND)
        stop = max(start + 1, round((note.start_s + note.length_s) * _TICKS_A_SECOND))
        events.append((start, 2, bytes([0x90 | note.channel, note.key, note.velocity])))
        events.append((stop, 1, bytes([0x80 | note.channel, note.key, 0])))
    track, now = bytearray(b"\x00\xff\x51\x03" + (500_000).to_bytes(3, "big")), 0
    for tick, _, message in sorted(events):
        track += _variable_length(tick - now) + message
        now = tick
    track += b"\x00\xff\x2f\x00"
    header = struct.pack(">4sIHHH", b"MThd", 6, 0, 1, _TICKS_A_SECOND // 2)
    return header + struct.pack(">4sI", b"MTrk", len(track)) + bytes(track)


def _variable_length(value: int) -> bytes:
    parts = [value & 0x7F]
    while value := value >> 7:
        parts.append(0x80 | value & 0x7F)
    return bytes(reversed(parts))


def render_score(score: Score, out: Path, sound_font: Path = SOUND_FONT) -> None:
    """Write `out` (.ogg) and its .beats. Raises FileNotFoundError, CalledProcessError, EncoderError."""
    midi, wav = out.with_suffix(".mid"), out.with_suffix(".wav")
    try:
        midi.write_bytes(midi_bytes(score))
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        command = ["fluidsynth", "-ni", "-g", "0.5", "-r", "44100", "-F", str(wav), str(sound_font), str(midi)]
        subprocess.run(command, check=True, **quiet)  # type: ignore[call-overload]
        run_ffmpeg(["-i", str(wav), "-t", f"{CLIP_SECONDS}", "-ac", "2", "-c:a", "libvorbis", "-q:a", "4", str(out)])
    finally:
        midi.unlink(missing_ok=True)
        wav.unlink(missing_ok=True)
    rows = zip(score.beats_s, score.positions, strict=True)
    kept = [f"{second:.4f}\t{position}\n" for second, position in rows if second < CLIP_SECONDS - 0.05]
    out.with_suffix(".beats").write_text("".join(kept), encoding="utf-8")


def main() -> None:
    """Command line: see the module."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--first-seed", type=int, default=90_000)
    parser.add_argument("--clips", type=int, default=60)
    parser.add_argument("--sound-font", type=Path, default=SOUND_FONT)
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    names = list(SCORE_STYLES)
    for index in range(arguments.clips):
        style, seed = names[index % len(names)], arguments.first_seed + index
        render_score(make_score(style, seed), arguments.out / f"{style}_{seed}.ogg", arguments.sound_font)


if __name__ == "__main__":
    main()
