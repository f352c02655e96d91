"""Loudness and true peaks of music (ITU-R BS.1770-4), and how they are brought to where they should be."""

import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy.ndimage import minimum_filter1d, uniform_filter1d
from scipy.signal import resample_poly

from render.errors import MusicError
from render.ffmpeg import run_ffmpeg

RATE_HZ = 48_000
SILENCE_LUFS = -70.0  # the absolute gate of BS.1770: nothing below it counts
MOST_GAIN_DB = 24.0
TOLERANCE_LU = 0.2
MOST_REDUCTION_DB = 3.0
_METER = "ebur128=peak=true:framelog=quiet"
_INTEGRATED = re.compile(r"^\s*I:\s+(\S+) LUFS", re.MULTILINE)
_PEAK = re.compile(r"^\s*Peak:\s+(\S+) dBFS", re.MULTILINE)
_OVERSAMPLING = 4
_WINDOW_S = 0.02
_CHUNK_S = 10

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
    """Measure an input (`-i` and what belongs to it) with ffmpeg's EBU R 128 meter. Raises EncoderError.

    The meter prints tenths; the peak is rounded up, so that what it says is not passed.
    """
    arguments = ["-hide_banner", "-nostdin", "-nostats", *source, "-map", "0:a:0", "-af", _METER, "-f", "null", "-"]
    said = run_ffmpeg(arguments, quiet=False)
    lufs, peak = (float(found[-1]) for found in (_INTEGRATED.findall(said), _PEAK.findall(said)))
    return Loudness(lufs if lufs > SILENCE_LUFS else None, peak + 0.05)


def level(mix: Path, out: Path, target_lufs: float, ceiling_dbtp: float) -> str:
    """Write the raw samples of `mix` to `out` at the loudness wanted, no true peak above the ceiling; return a note.

    One constant gain, and a look-ahead limiter where the gain would push peaks through the ceiling. Limiting takes
    loudness away, so the gain is found in a few rounds. Where the limiter would have to take more than
    MOST_REDUCTION_DB off the highest peak, which is heard, the gain stops there and the loudness is missed. The note
    says why the loudness is not reached, or is empty. Raises EncoderError.
    """
    before = measure(raw_input(mix))
    if before.lufs is None:
        _apply(mix, out, 0.0, ceiling_dbtp)
        return "The music is silent; its loudness was left as it is."
    most = ceiling_dbtp + MOST_REDUCTION_DB - before.true_peak_dbtp
    gain = target_lufs - before.lufs
    for _ in range(5):
        if gain > most and most <= MOST_GAIN_DB:
            _apply(mix, out, most, ceiling_dbtp)
            reached = measure(raw_input(out)).lufs
            if reached is not None and target_lufs - reached <= TOLERANCE_LU:
                return ""
            return (
                f"The music's peaks stand out: it is at {reached or SILENCE_LUFS:.1f} LUFS instead of {target_lufs:g}, "
                f"for more would take over {MOST_REDUCTION_DB:g} dB off its peaks."
            )
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
    if np.abs(samples).max() < 0.5 * ceiling:  # 6 dB: more than any music rises between two samples
        return samples
    between = np.abs(resample_poly(samples, _OVERSAMPLING, 1, axis=0)).max(axis=1).reshape(-1, _OVERSAMPLING)
    high = between.max(axis=1)
    high[:-1] = np.maximum(high[:-1], high[1:])  # a peak between two samples belongs to both
    wanted = np.minimum(1.0, ceiling / np.maximum(high, 1e-9))
    half = round(_WINDOW_S * RATE_HZ / 2)
    # The least within the window, then a triangle (two boxes) no wider than it: never above what is wanted.
    gain = minimum_filter1d(wanted, 2 * half + 1, mode="nearest")
    for _ in range(2):
        gain = uniform_filter1d(gain, half, mode="nearest")
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
