"""Photos and music that the tests make themselves."""

import wave
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image

from schemas.audio import PhraseEnd

LISTING = Path(__file__).parents[2].parent / "shared" / "listings" / "listing_1"


def listing_photos(count: int) -> list[Path]:
    if not LISTING.is_dir():
        pytest.skip(f"the real photos are not at {LISTING}")
    return sorted(LISTING.glob("*.jpg"))[:count]


def texture(width: int, height: int, seed: int = 0, grain: int = 10) -> npt.NDArray[np.uint8]:
    """Smooth coloured blobs, `grain` pixels wide: something to hold on to everywhere."""
    rng = np.random.default_rng(seed)
    small = rng.integers(30, 225, (max(height // grain, 2), max(width // grain, 2), 3), dtype=np.uint8)
    return np.asarray(cv2.resize(small, (width, height), interpolation=cv2.INTER_CUBIC), np.uint8)


def make_photo(path: Path, width: int = 480, height: int = 320, seed: int = 0, grain: int = 10) -> Path:
    Image.fromarray(texture(width, height, seed, grain)).save(path, quality=95)
    return path


def make_photos(folder: Path, count: int, grain: int = 10) -> list[Path]:
    return [make_photo(folder / f"photo{index}.jpg", seed=index, grain=grain) for index in range(count)]


def make_music(path: Path, seconds: float, level: float = 0.2, rate: int = 44_100, hertz: float = 330.0) -> Path:
    """A stereo WAV: a tone that swells twice a second, so that it is neither steady nor silent."""
    t = np.arange(round(seconds * rate)) / rate
    tone = level * np.sin(2 * np.pi * hertz * t) * (0.6 + 0.4 * np.cos(2 * np.pi * 2 * t))
    samples = np.repeat((tone * 32767).astype("<i2")[:, None], 2, axis=1)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(samples.tobytes())
    return path


class Beats:
    """An analysis of music with beats at equal distances."""

    def __init__(self, duration_s: float, bpm: float = 120.0, first_s: float = 0.0, per_bar: int = 4) -> None:
        period = 60 / bpm
        self.duration_s = duration_s
        self.beats_s = [first_s + k * period for k in range(int((duration_s - first_s) / period + 1)) if duration_s > 0]
        self.beats_s = [beat for beat in self.beats_s if beat < duration_s]
        self.downbeats_s = self.beats_s[::per_bar]
        self.phrase_ends = [PhraseEnd(at_s=beat, strength=0.5) for beat in self.downbeats_s[4::4]]


class NoBeats:
    """An analysis of music in which no beat was found."""

    def __init__(self, duration_s: float) -> None:
        self.duration_s = duration_s
        self.beats_s: list[float] = []
        self.downbeats_s: list[float] = []
        self.phrase_ends: list[PhraseEnd] = []
