"""Sounds of the synthetic music: drums from noise and sweeps, notes from sums of harmonics."""

from dataclasses import dataclass
from functools import partial

import numpy as np
from scipy import signal

from render.audio.decode import ANALYSIS_RATE_HZ
from render.audio.spectrogram import Floats

Rng = np.random.Generator


@dataclass(frozen=True, slots=True)
class Timbre:
    """How a note sounds: its spectrum and its envelope."""

    tilt: float  # harmonic k has amplitude k ** -tilt
    odd_only: bool
    attack_s: float
    decay_s: float  # time to fall to 1/e; long for held sounds
    detune: float  # relative width of the chorus, 0 for a single voice
    vibrato: float  # relative depth


def random_timbre(rng: Rng, *, held: bool) -> Timbre:
    """A held sound (strings, organ, pad) or a struck one (piano, guitar, harp)."""
    return Timbre(
        tilt=float(rng.uniform(0.7, 2.2)),
        odd_only=bool(rng.random() < 0.2),
        attack_s=float(rng.uniform(0.02, 0.15) if held else rng.uniform(0.002, 0.01)),
        decay_s=float(rng.uniform(2, 8) if held else rng.uniform(0.15, 1.2)),
        detune=float(rng.uniform(0.001, 0.006)) if rng.random() < 0.5 else 0.0,
        vibrato=float(rng.uniform(0.002, 0.01)) if held and rng.random() < 0.4 else 0.0,
    )


def tone(timbre: Timbre, midi: float, seconds: float) -> Floats:
    """A note of a MIDI pitch, held for some seconds and released over 60 ms; peak about 1."""
    release_s = 0.06
    count = int((seconds + release_s) * ANALYSIS_RATE_HZ)
    time = np.arange(count) / ANALYSIS_RATE_HZ
    base_hz = 440.0 * 2 ** ((midi - 69) / 12)
    voices = (1 - timbre.detune, 1 + timbre.detune) if timbre.detune else (1.0,)
    sound = np.zeros(count)
    for voice in voices:
        phase = 2 * np.pi * base_hz * voice * (time - timbre.vibrato / 35 * np.cos(35 * time))
        for harmonic in range(1, 13, 2 if timbre.odd_only else 1):
            if harmonic * base_hz > 8000:
                break
            fall = np.exp(-time * (1 + 0.3 * (harmonic - 1)) / timbre.decay_s)
            sound += harmonic**-timbre.tilt * np.sin(harmonic * phase + harmonic) * fall
    envelope = np.minimum(1, time / timbre.attack_s) * np.clip((seconds + release_s - time) / release_s, 0, 1)
    sound *= envelope
    note: Floats = (sound / (np.abs(sound).max() + 1e-9)).astype(np.float32)
    return note


def drum_kit(rng: Rng) -> dict[str, Floats]:
    """One sound a drum: kick, snare, rim, clap, hat, open hat, ride, shaker, tom, cowbell, low and high click."""
    noise = partial(_noise, rng)
    kick = _sweep(rng.uniform(100, 220), rng.uniform(40, 60), rng.uniform(0.08, 0.3))
    kick[: len(kick) // 8] += 0.3 * noise(1, 1000, 5000, 0.004)[: len(kick) // 8]
    body = _sweep(rng.uniform(180, 260), rng.uniform(150, 200), 0.08)
    snare = noise(0.3, rng.uniform(300, 1500), 9000, rng.uniform(0.04, 0.12))
    snare[: len(body)] += rng.uniform(0.3, 1.0) * body[: len(snare)]
    clap = noise(0.25, 800, 4000, 0.06)
    for delay_s in (0.01, 0.02):
        clap[int(delay_s * ANALYSIS_RATE_HZ) :] += 0.7 * clap[: -int(delay_s * ANALYSIS_RATE_HZ)]
    kit = {
        "kick": kick,
        "snare": snare,
        "rim": _ring((rng.uniform(1500, 2000), 2600), 0.012),
        "clap": clap,
        "hat": noise(0.12, rng.uniform(4000, 7000), 10_500, rng.uniform(0.01, 0.04)),
        "open": noise(0.5, rng.uniform(4000, 7000), 10_500, rng.uniform(0.12, 0.25)),
        "ride": 0.5 * noise(0.8, 5000, 10_500, 0.2) + 0.5 * _pad(_ring((3100, 4700), 0.15), 0.8),
        "shaker": noise(0.15, 3000, 9000, 0.05),
        "tom": _sweep(rng.uniform(140, 260), rng.uniform(80, 130), 0.2),
        "cowbell": _ring((540, 800), 0.08),
        "click": _ring((rng.uniform(700, 1300),), rng.uniform(0.005, 0.03)),
        "accent": _ring((rng.uniform(1400, 2200),), rng.uniform(0.005, 0.03)),
    }
    return {name: (sound / np.abs(sound).max()).astype(np.float32) for name, sound in kit.items()}


def _pad(sound: Floats, seconds: float) -> Floats:
    length = int(seconds * ANALYSIS_RATE_HZ)
    return np.pad(sound, (0, max(0, length - len(sound))))[:length]


def _noise(rng: Rng, seconds: float, low_hz: float, high_hz: float, decay_s: float) -> Floats:
    count = int(seconds * ANALYSIS_RATE_HZ)
    band = signal.butter(2, (low_hz, high_hz), "bandpass", fs=ANALYSIS_RATE_HZ, output="sos")
    sound = signal.sosfilt(band, rng.normal(size=count)) * np.exp(-np.arange(count) / ANALYSIS_RATE_HZ / decay_s)
    burst: Floats = (sound / np.abs(sound).max()).astype(np.float32)
    return burst


def _sweep(from_hz: float, to_hz: float, decay_s: float) -> Floats:
    time = np.arange(int(4 * decay_s * ANALYSIS_RATE_HZ)) / ANALYSIS_RATE_HZ
    hz = to_hz + (from_hz - to_hz) * np.exp(-time / 0.03)
    sound = np.sin(2 * np.pi * np.cumsum(hz) / ANALYSIS_RATE_HZ) * np.exp(-time / decay_s)
    return sound.astype(np.float32)


def _ring(tones_hz: tuple[float, ...], decay_s: float) -> Floats:
    time = np.arange(int(6 * decay_s * ANALYSIS_RATE_HZ)) / ANALYSIS_RATE_HZ
    sound = sum((np.sin(2 * np.pi * hz * time) for hz in tones_hz), np.zeros(len(time))) * np.exp(-time / decay_s)
    return sound.astype(np.float32)
