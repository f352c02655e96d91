"""Compose and synthesise the sample listing's music: 40 s at 112 beats a minute, from sines and noise alone."""

import argparse
import subprocess
import tempfile
import wave
from pathlib import Path

import imageio_ffmpeg
import numpy as np
from numpy.typing import NDArray

RATE_HZ = 44_100
BPM = 112.0
SECONDS = 40.0
BARS = 18
SEED = 112
TRACK_PATH = Path(__file__).parent / "sample" / "track.ogg"

Sound = NDArray[np.float64]

_BEAT_S = 60 / BPM
_FIRST_BEAT_S = 0.25
# D major: Dmaj9, Bm7, Gmaj7, A6; each chord a bar, as MIDI pitches with the bass note first.
_CHORDS = ((38, 57, 61, 64, 66), (35, 57, 59, 62, 66), (31, 55, 59, 62, 66), (33, 57, 59, 64, 66))
# Two bars of melody and their answer: (beat, pitch, length in beats).
_CALL = ((0, 78, 1.0), (1.5, 76, 0.5), (2, 74, 1.5), (4, 73, 1.0), (5.5, 74, 0.5), (6, 69, 2.0))
_ANSWER = ((0, 71, 1.0), (1, 74, 0.5), (1.5, 78, 1.0), (3, 76, 1.0), (4, 76, 1.5), (6, 73, 1.0), (7, 74, 1.0))
_LAST_BAR = BARS - 1


class _Mix:
    """A stereo canvas that sounds are laid on at positions in beats."""

    def __init__(self) -> None:
        self.sound = np.zeros((int(SECONDS * RATE_HZ), 2))

    def add(self, beat: float, sound: Sound, gain: float, pan: float = 0.0) -> None:
        """A mono sound, panned from -1 (left) to 1 (right) at equal power."""
        start = int((_FIRST_BEAT_S + beat * _BEAT_S) * RATE_HZ)
        room = self.sound[start : start + len(sound)]
        angle = (pan + 1) * np.pi / 4
        room += gain * sound[: len(room), None] * np.array([np.cos(angle), np.sin(angle)])


def compose() -> Sound:
    """The whole track, shape (samples, 2), peak at -1 dB below full scale."""
    rng = np.random.default_rng(SEED)
    chords, drums, lead = _Mix(), _Mix(), _Mix()
    _play_chords(chords)
    _play_bass(chords)
    _play_drums(drums, rng)
    _play_melody(lead)
    ducked = chords.sound * _duck()[:, None]
    wet = _room(0.5 * ducked + 0.9 * lead.sound + 0.06 * drums.sound, rng)
    mix = np.tanh(1.1 * (ducked + lead.sound + drums.sound + 0.3 * wet))
    time = np.arange(len(mix)) / RATE_HZ
    mix *= np.clip((SECONDS - time) / 1.5, 0, 1)[:, None]
    peak: Sound = mix / np.abs(mix).max() * 10 ** (-1 / 20)
    return peak


def _bar_chord(bar: int) -> tuple[int, ...]:
    return _CHORDS[0] if bar >= _LAST_BAR else _CHORDS[bar % 4]


def _play_chords(mix: _Mix) -> None:
    """An electric piano that pushes the beat a little, over a soft pad from the fifth bar on."""
    for bar in range(BARS):
        chord = _bar_chord(bar)
        last = bar == _LAST_BAR
        for voice, midi in enumerate(chord[1:]):
            pan = (-0.5, 0.4, -0.2, 0.6)[voice]
            for beat, length, gain in ((0, 6.0 if last else 1.4, 0.13), (1.5, 1.0, 0.09), (3, 0.9, 0.10)):
                if beat == 0 or not last:
                    mix.add(4 * bar + beat, _electric_piano(midi, length * _BEAT_S), gain, pan)
            if bar >= 4:
                mix.add(4 * bar, _pad(midi - 12 * (voice % 2), 4.2 * _BEAT_S), 0.045, -pan)


def _play_bass(mix: _Mix) -> None:
    for bar in range(2, BARS):
        root = _bar_chord(bar)[0]
        notes = ((0, 0, 1.4), (1.5, 0, 0.5), (2, 12, 0.45), (2.5, 0, 0.9), (3.5, 7, 0.45))
        for beat, step, length in notes[:1] if bar == _LAST_BAR else notes:
            mix.add(4 * bar + beat, _bass(root + step, (5.0 if bar == _LAST_BAR else length) * _BEAT_S), 0.20)


def _play_drums(mix: _Mix, rng: np.random.Generator) -> None:
    """Hats from the first bar, kick from the third, clap from the fifth; a fill before each eighth bar."""
    kick, clap, tom = _kick(), _clap(rng), _tom()
    hats = [_noise(rng, 0.05, 0.012, 7000) for _ in range(4)]
    opened = _noise(rng, 0.3, 0.07, 6000)
    for bar in range(BARS):
        start = 4 * bar
        if bar == _LAST_BAR:
            mix.add(start, kick, 0.42)
            mix.add(start, opened, 0.12, 0.2)
            break
        for eighth in range(8):
            gain = (0.20 if eighth % 2 else 0.12) * rng.uniform(0.85, 1.1)
            mix.add(start + eighth / 2, hats[eighth % 4], gain, 0.25)
        if bar >= 2:
            for beat in range(4):
                mix.add(start + beat, kick, 0.42 if beat % 2 == 0 else 0.37)
            mix.add(start + 3.5, opened, 0.14, 0.2)
        if bar >= 4:
            for beat in (1, 3):
                mix.add(start + beat, clap, 0.26)
        if bar % 8 == 7:
            for step, pan in ((3.0, -0.4), (3.25, -0.1), (3.5, 0.1), (3.75, 0.4)):
                mix.add(start + step, tom, 0.22, pan)


def _play_melody(mix: _Mix) -> None:
    for bar, phrase in ((4, _CALL), (6, _ANSWER), (8, _CALL), (10, _ANSWER), (12, _CALL), (14, _ANSWER)):
        for beat, midi, length in phrase:
            mix.add(4 * bar + beat, _bell(midi, length * _BEAT_S), 0.15, 0.1)
            if bar >= 8:
                mix.add(4 * bar + beat + 0.75, _bell(midi, length * _BEAT_S), 0.05, -0.6)
    mix.add(4 * _LAST_BAR, _bell(78, 6 * _BEAT_S), 0.14)


def _time(seconds: float) -> Sound:
    return np.arange(int(seconds * RATE_HZ)) / RATE_HZ


def _hz(midi: float) -> float:
    return float(440 * 2 ** ((midi - 69) / 12))


def _gate(time: Sound, attack_s: float, held_s: float, release_s: float) -> Sound:
    gate: Sound = np.minimum(1, time / attack_s) * np.clip((held_s + release_s - time) / release_s, 0, 1)
    return gate


def _electric_piano(midi: int, seconds: float) -> Sound:
    """A sine bent by another of the same pitch, brighter when struck (frequency modulation)."""
    time = _time(seconds + 0.15)
    phase = 2 * np.pi * _hz(midi) * time
    strike = 0.25 * np.sin(14 * phase) * np.exp(-time / 0.02)
    body = np.sin(phase + (1.1 * np.exp(-time / 0.25) + 0.15) * np.sin(phase))
    sound: Sound = (body + strike) * np.exp(-time / 1.4) * _gate(time, 0.004, seconds, 0.15)
    return sound


def _pad(midi: int, seconds: float) -> Sound:
    """Three detuned voices of eight falling harmonics, swelling in."""
    time = _time(seconds + 0.4)
    sound = np.zeros(len(time))
    for detune in (0.997, 1.0, 1.0035):
        for harmonic in range(1, 9):
            sound += harmonic**-1.8 * np.sin(2 * np.pi * _hz(midi) * detune * harmonic * time + harmonic * detune * 40)
    return sound / 3 * _gate(time, 0.5, seconds, 0.4)


def _bass(midi: int, seconds: float) -> Sound:
    time = _time(seconds + 0.05)
    phase = 2 * np.pi * _hz(midi) * time
    sound: Sound = np.tanh(1.4 * (np.sin(phase) + 0.35 * np.sin(2 * phase) + 0.12 * np.sin(3 * phase)))
    sound *= np.exp(-time / 0.9) * _gate(time, 0.006, seconds, 0.05)
    return sound


def _bell(midi: int, seconds: float) -> Sound:
    time = _time(seconds + 0.6)
    phase = 2 * np.pi * _hz(midi) * time
    sound: Sound = (
        np.sin(phase) + 0.4 * np.sin(2 * phase) * np.exp(-time / 0.3) + 0.2 * np.sin(3.01 * phase) * np.exp(-time / 0.1)
    )
    sound *= np.exp(-time / 0.5) * _gate(time, 0.004, seconds, 0.6)
    return sound


def _kick() -> Sound:
    time = _time(0.35)
    phase = 2 * np.pi * (48 * time + 110 * 0.035 * (1 - np.exp(-time / 0.035)))
    sound: Sound = np.sin(phase) * np.exp(-time / 0.11)
    sound += 0.3 * np.exp(-time / 0.002) * np.sin(2 * np.pi * 1800 * time)
    return sound


def _tom() -> Sound:
    time = _time(0.4)
    sound: Sound = np.sin(2 * np.pi * (120 * time + 6 * (1 - np.exp(-time / 0.05)))) * np.exp(-time / 0.14)
    return sound


def _noise(rng: np.random.Generator, seconds: float, decay_s: float, above_hz: float) -> Sound:
    """Noise without what is below a frequency, dying away; peak 1."""
    time = _time(seconds)
    spectrum = np.fft.rfft(rng.normal(size=len(time)))
    hz = np.fft.rfftfreq(len(time), 1 / RATE_HZ)
    shaped = np.fft.irfft(spectrum / (1 + (above_hz / np.maximum(hz, 1)) ** 4) / (1 + (hz / 13_000) ** 4), len(time))
    sound: Sound = shaped * np.exp(-time / decay_s)
    sound /= np.abs(sound).max()
    return sound


def _clap(rng: np.random.Generator) -> Sound:
    burst = _noise(rng, 0.3, 0.07, 900)
    sound: Sound = burst.copy()
    for delay_s in (0.009, 0.018):
        shift = int(delay_s * RATE_HZ)
        sound[shift:] += 0.6 * burst[:-shift]
    sound /= np.abs(sound).max()
    return sound


def _duck() -> Sound:
    """The chords give way to each kick: down to 60 %, back within a quarter of a second."""
    time = np.arange(int(SECONDS * RATE_HZ)) / RATE_HZ
    beat = (time - _FIRST_BEAT_S) / _BEAT_S
    since_s = (beat % 1) * _BEAT_S
    playing = (beat >= 8) & (beat < 4 * _LAST_BAR)
    depth = np.where(playing, 0.4, 0.0)
    duck: Sound = 1 - depth * np.exp(-since_s / 0.09)
    return duck


def _room(dry: Sound, rng: np.random.Generator) -> Sound:
    """A hall of 1.6 s: convolution with noise that dies away, another one for each ear."""
    time = _time(1.6)
    length = len(dry) + len(time)
    wet: Sound = np.zeros(dry.shape)
    for ear in range(2):
        echo = rng.normal(size=len(time)) * np.exp(-time / 0.35) * np.minimum(1, time / 0.02)
        spectrum = np.fft.rfft(echo / np.linalg.norm(echo), length)
        wet[:, ear] = np.fft.irfft(np.fft.rfft(dry[:, ear], length) * spectrum, length)[: len(dry)]
    return wet


def write_track(path: Path) -> None:
    """Compose, and encode as Ogg Vorbis with the bundled ffmpeg, without time stamps or tags of its own."""
    samples = np.round(compose() * 32767).astype("<i2")
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        plain = Path(folder) / "track.wav"
        with wave.open(str(plain), "wb") as file:
            file.setnchannels(2)
            file.setsampwidth(2)
            file.setframerate(RATE_HZ)
            file.writeframes(samples.tobytes())
        command = [imageio_ffmpeg.get_ffmpeg_exe(), "-nostdin", "-loglevel", "error", "-y", "-i", str(plain)]
        command += ["-map_metadata", "-1", "-c:a", "libvorbis", "-q:a", "4", "-fflags", "+bitexact"]
        command += ["-flags:a", "+bitexact", "-threads", "1", str(path)]
        subprocess.run(command, check=True)


def main() -> None:
    """Command line: python -m deploy.demo.make_track [OUT.ogg]."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path, nargs="?", default=TRACK_PATH)
    write_track(parser.parse_args().out)


if __name__ == "__main__":
    main()
