"""Files that the tests make: small photos, music and broken things."""

import struct
import wave
import zlib
from pathlib import Path

import numpy as np
from PIL import Image


def photo(path: Path, seed: int = 0, width: int = 160, height: int = 120) -> Path:
    """A picture with something in it, in the format of its extension."""
    draw = np.random.default_rng(seed)
    small = draw.integers(40, 220, (height // 8, width // 8, 3), np.uint8)
    Image.fromarray(small).resize((width, height), Image.Resampling.BICUBIC).save(path)
    return path


def truncated(path: Path) -> Path:
    """A photo cut in its middle."""
    whole = photo(path).read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    return path


def bomb(path: Path) -> Path:
    """A PNG of a few bytes whose header announces ten thousand million pixels."""
    size = struct.pack(">IIBBBBB", 100_000, 100_000, 8, 2, 0, 0, 0)
    header = struct.pack(">I", len(size)) + b"IHDR" + size + struct.pack(">I", zlib.crc32(b"IHDR" + size))
    end = struct.pack(">I", 0) + b"IEND" + struct.pack(">I", zlib.crc32(b"IEND"))
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + header + end)
    return path


def text(path: Path) -> Path:
    """A text under another name."""
    path.write_text("this is a letter, whatever its name says\n" * 20)
    return path


def clicks(path: Path, bpm: float = 120.0, seconds: float = 8.0, rate: int = 22_050) -> Path:
    """A metronome as WAV, the first beat of four higher."""
    samples = np.zeros(int(seconds * rate))
    moments = np.arange(int(0.05 * rate)) / rate
    for beat in range(int((seconds - 0.5) * bpm / 60)):
        start = int((0.2 + beat * 60 / bpm) * rate)
        click = np.sin(2 * np.pi * (1600 if beat % 4 == 0 else 1000) * moments) * np.exp(-moments / 0.01)
        samples[start : start + len(click)] += click * (0.9 if beat % 4 == 0 else 0.5)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes((samples * 32_000).astype("<i2").tobytes())
    return path
