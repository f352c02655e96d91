"""Loudness and true peaks of music (ITU-R BS.1770-4), and how they are brought to where they should be."""

import json
import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy.ndimage import convolve1d, minimum_filter1d
from scipy.signal import resample_poly

from render.errors import MusicError
from render.ffmpeg import run_ffmpeg

RATE_HZ = 48_000
SILENCE_LUFS = -70.0  # the absolute gate of BS.1770: nothing below it counts
MOST_GAIN_DB = 24.0
TOLERANCE_LU = 0.2
_OVERSAMPLING = 4
_WINDOW_S = 0.02
_CHUNK_S = 20

Samples = npt.NDArray[np.float32]  # (samples, 2)


@dataclass(frozen=True, slots=True)
class Loudness:
    """What was measured: integrated loudness in LUFS (None: silence) and the highest true peak in dBTP."""

    lufs: float | None
    true_peak_dbtp: float


def raw_input(path: Path) -> list[str]:
    """How ffmpeg is told to read raw samples: 48 kHz, stereo, 32-bit float, little endian."""
    return ["-f", "f32le", "-ar", str(RATE_HZ), "-ac", "2", "-i", str(path)]


def measure(source: list[str]) -> Loudness:
    """Measure an input (`-i` and what belongs to it) with ffmpeg's EBU R 128 meter. Raises EncoderError."""
    meter = "loudnorm=print_format=json"
    arguments = ["-hide_banner", "-nostdin", "-nostats", *source, "-map", "0:a:0", "-af", meter, "-f", "null", "-"]
    said = run_ffmpeg(arguments, quiet=False)
    found = json.loads(said[said.rindex("{") : said.rindex("}") + 1])
    lufs, peak = float(found["input_i"]), float(found["input_tp"])
    return Loudness(lufs if math.isfinite(lufs) and lufs > SILENCE_LUFS else None, peak)


def level(mix: Path, out: Path, target_lufs: float, ceiling_dbtp: float) -> str:
    """Write the raw samples of `mix` to `out` at the loudness wanted, no true peak above the ceiling; return a note.

    One constant gain, and a look-ahead limiter where the gain would push peaks through the ceiling. Limiting takes
    loudness away, so the gain is found in a few rounds. The note says why the loudness is not reached, or is empty.
    Raises EncoderError.
    """
    before = measure(raw_input(mix))
    if before.lufs is None:
        _apply(mix, out, 0.0, ceiling_dbtp)
        return "The music is silent; its loudness was left as it is."
    gain = target_lufs - before.lufs
    for _ in range(5):
        if gain > MOST_GAIN_DB:
            _apply(mix, out, MOST_GAIN_DB, ceiling_dbtp)
            return f"The music is very quiet ({before.lufs:.0f} LUFS); it was raised by {MOST_GAIN_DB:.0f} dB, no more."
        _apply(mix, out, gain, ceiling_dbtp)
        after = measure(raw_input(out)).lufs
        if after is None or abs(target_lufs - after) <= TOLERANCE_LU:
            break
        gain += target_lufs - after
    return ""


def limit(samples: Samples, ceiling: float) -> Samples:
    """Keep true peaks of (n, 2) samples at or below `ceiling` (linear).

    The gain of each moment is the least that any moment within the window asks for, smoothed over that window: it is
    down before the peak comes, and both channels share it, so the picture of the sound stays where it is.
    """
    between = resample_poly(samples.astype(np.float64), _OVERSAMPLING, 1, axis=0)
    peaks = np.abs(between).max(axis=1).reshape(len(samples), _OVERSAMPLING)
    # A peak between two samples belongs to both.
    high = np.maximum(peaks.max(axis=1), np.append(peaks[1:].max(axis=1), 0.0) if len(samples) > 1 else 0.0)
    high = np.maximum(high, np.abs(samples).max(axis=1))
    wanted = np.minimum(1.0, ceiling / np.maximum(high, 1e-9))
    size = round(_WINDOW_S * RATE_HZ) | 1
    shape = np.hanning(size + 2)[1:-1]
    held = minimum_filter1d(wanted, size, mode="nearest")
    gain = convolve1d(held, shape / shape.sum(), mode="nearest")
    limited: Samples = (samples * gain[:, None]).astype(np.float32)
    return limited


def _apply(mix: Path, out: Path, gain_db: float, ceiling_dbtp: float) -> None:
    """Gain and limiter, in stretches that overlap by more than the limiter looks, so that memory does not grow."""
    factor = np.float32(10 ** (gain_db / 20))
    ceiling = 10 ** (ceiling_dbtp / 20)
    source = open_samples(mix)
    margin = 4 * round(_WINDOW_S * RATE_HZ)
    with out.open("wb") as file:
        for start in range(0, len(source), _CHUNK_S * RATE_HZ):
            stop = min(start + _CHUNK_S * RATE_HZ, len(source))
            left, right = max(0, start - margin), min(len(source), stop + margin)
            done = limit(np.asarray(source[left:right]) * factor, ceiling)
            file.write(np.ascontiguousarray(done[start - left : stop - left]).tobytes())


def open_samples(path: Path) -> Samples:
    """Raw samples as (n, 2) float32, mapped, not read. Raises MusicError when there are none."""
    count = path.stat().st_size // 8
    if count == 0:
        raise MusicError("audio_unreadable", "the music has no samples in the part that is wanted")
    return np.memmap(path, np.float32, "r", shape=(count, 2))
