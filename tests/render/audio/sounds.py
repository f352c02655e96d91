"""Sounds that the tests make: click tracks and drum grooves with known beats, and files of them."""

import subprocess
import wave
from pathlib import Path

import imageio_ffmpeg
import numpy as np
from numpy.typing import NDArray

from render.audio.decode import ANALYSIS_RATE_HZ, DecodedAudio

Samples = NDArray[np.float32]


def decoded(samples: Samples) -> DecodedAudio:
    return DecodedAudio(samples.astype(np.float32), ANALYSIS_RATE_HZ, 1, "pcm_s16le")


def beat_times(bpm: float, seconds: float, start_s: float) -> NDArray[np.float64]:
    return np.arange(start_s, seconds - 0.2, 60 / bpm)


def lay(samples: Samples, at_s: float, sound: Samples) -> None:
    start = round(at_s * ANALYSIS_RATE_HZ)
    room = samples[start : start + len(sound)]
    room += sound[: len(room)]


def click_track(bpm: float, beats_per_bar: int = 4, seconds: float = 20.0, start_s: float = 0.5) -> Samples:
    """A metronome: a high click on the first beat of each bar, a softer, lower one on the others."""
    samples = np.zeros(int(seconds * ANALYSIS_RATE_HZ), dtype=np.float32)
    time = np.arange(int(0.05 * ANALYSIS_RATE_HZ)) / ANALYSIS_RATE_HZ
    for index, at_s in enumerate(beat_times(bpm, seconds, start_s)):
        hz, size = (1600, 0.9) if index % beats_per_bar == 0 else (1000, 0.5)
        lay(samples, at_s, (size * np.sin(2 * np.pi * hz * time) * np.exp(-time / 0.01)).astype(np.float32))
    return samples


def groove(bpm: float, beats_per_bar: int = 4, seconds: float = 20.0, start_s: float = 0.5) -> Samples:
    """Kick on the first beat, snare on the others (on two and four in four), hats in eighths, a bass note a bar."""
    rng = np.random.default_rng(7)
    samples = np.zeros(int(seconds * ANALYSIS_RATE_HZ), dtype=np.float32)
    time = np.arange(int(0.25 * ANALYSIS_RATE_HZ)) / ANALYSIS_RATE_HZ
    kick = 0.9 * np.sin(2 * np.pi * (50 * time + 5 * (1 - np.exp(-time / 0.03)))) * np.exp(-time / 0.1)
    noise = rng.normal(size=len(time))
    snare = 0.3 * noise * np.exp(-time / 0.06)
    hat = 0.15 * np.diff(noise, prepend=0.0) * np.exp(-time / 0.015)
    long = np.arange(int(0.9 * beats_per_bar * 60 / bpm * ANALYSIS_RATE_HZ)) / ANALYSIS_RATE_HZ
    for index, at_s in enumerate(beat_times(bpm, seconds, start_s)):
        position = index % beats_per_bar
        lay(samples, at_s, hat.astype(np.float32))
        lay(samples, at_s + 30 / bpm, (0.6 * hat).astype(np.float32))
        if position == 0:
            note_hz = (65.4, 87.3, 98.0, 73.4)[index // beats_per_bar % 4]
            lay(samples, at_s, kick.astype(np.float32))
            lay(samples, at_s, (0.3 * np.sin(2 * np.pi * note_hz * long) * np.exp(-long)).astype(np.float32))
        elif beats_per_bar == 3 or position in (1, 3):
            lay(samples, at_s, snare.astype(np.float32))
        else:
            lay(samples, at_s, (0.8 * kick).astype(np.float32))
    return samples


def write_wav(path: Path, samples: NDArray[np.floating], rate_hz: int = ANALYSIS_RATE_HZ) -> Path:
    """A 16-bit wav file of samples of shape (frames,) or (frames, channels)."""
    columns = samples.reshape(len(samples), -1)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(columns.shape[1])
        file.setsampwidth(2)
        file.setframerate(rate_hz)
        file.writeframes(np.round(np.clip(columns, -1, 1) * 32767).astype("<i2").tobytes())
    return path


def ffmpeg(*arguments: str | Path) -> None:
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-nostdin", "-loglevel", "error", "-y", *map(str, arguments)]
    subprocess.run(command, check=True)
