"""Loudness: reached, with true peaks held, checked by a meter of the test's own."""

from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.signal import lfilter, resample_poly

from render.errors import MusicError
from render.loudness import RATE_HZ, level, limit, measure, open_samples, raw_input

# K-weighting of ITU-R BS.1770-4 at 48 kHz: a shelf, then a high pass.
_SHELF = ([1.53512485958697, -2.69169618940638, 1.19839281085285], [1.0, -1.69065929318241, 0.73248077421585])
_HIGH_PASS = ([1.0, -2.0, 1.0], [1.0, -1.99004745483398, 0.99007225036621])


def lufs(samples: npt.NDArray[np.floating]) -> float:
    """Integrated loudness with both gates, as the standard has it."""
    weighted = lfilter(*_HIGH_PASS, lfilter(*_SHELF, samples.astype(float), axis=0), axis=0)
    size, hop = int(0.4 * RATE_HZ), int(0.1 * RATE_HZ)
    power = np.array(
        [(weighted[i : i + size] ** 2).mean(axis=0).sum() for i in range(0, len(weighted) - size + 1, hop)]
    )
    power = power[-0.691 + 10 * np.log10(power + 1e-20) > -70]
    gate = -0.691 + 10 * np.log10(power.mean()) - 10
    return float(-0.691 + 10 * np.log10(power[-0.691 + 10 * np.log10(power) > gate].mean()))


def true_peak(samples: npt.NDArray[np.floating]) -> float:
    return float(20 * np.log10(np.abs(resample_poly(samples.astype(float), 8, 1, axis=0)).max() + 1e-12))


def music(seconds: float, peak: float, seed: int = 0) -> npt.NDArray[np.float32]:
    """Noise with hits on it: its mean lies some 15 dB below its peaks, as in music that was not mastered."""
    rng = np.random.default_rng(seed)
    count = round(seconds * RATE_HZ)
    bed = rng.normal(0, 0.08, (count, 2))
    for hit in range(0, count - 2000, RATE_HZ // 2):
        bed[hit : hit + 2000] += rng.normal(0, 0.2, (2000, 2)) * np.exp(-np.arange(2000) / 600)[:, None]
    return np.asarray(bed / np.abs(bed).max() * peak, np.float32)


def write(path: Path, samples: npt.NDArray[np.float32]) -> Path:
    path.write_bytes(samples.tobytes())
    return path


@pytest.mark.parametrize("peak", [1.0, 0.2, 0.1])
def test_music_is_brought_to_the_loudness_wanted_and_below_the_ceiling(tmp_path: Path, peak: float) -> None:
    mix = write(tmp_path / "mix", music(6, peak))
    assert level(mix, tmp_path / "out", -14, -1.5) == ""
    out = np.array(open_samples(tmp_path / "out"))
    assert len(out) == 6 * RATE_HZ
    assert lufs(out) == pytest.approx(-14, abs=0.5)
    assert true_peak(out) <= -1.2


def test_the_meter_agrees_with_the_standard(tmp_path: Path) -> None:
    samples = music(5, 0.5)
    found = measure(raw_input(write(tmp_path / "mix", samples)))
    assert found.lufs == pytest.approx(lufs(samples), abs=0.3)
    assert found.true_peak_dbtp == pytest.approx(true_peak(samples), abs=0.4)


def test_loud_music_is_only_turned_down(tmp_path: Path) -> None:
    samples = np.tanh(music(5, 8.0)).astype(np.float32)
    level(write(tmp_path / "mix", samples), tmp_path / "out", -30, -1.5)
    ratio = open_samples(tmp_path / "out")[1000:200_000] / samples[1000:200_000]
    assert float(np.ptp(ratio)) < 1e-4


def test_silence_stays_silence_and_is_said(tmp_path: Path) -> None:
    note = level(write(tmp_path / "mix", np.zeros((RATE_HZ * 2, 2), np.float32)), tmp_path / "out", -14, -1.5)
    assert "silent" in note
    assert not np.any(open_samples(tmp_path / "out"))


def test_music_that_is_hardly_there_is_not_blown_up_without_end(tmp_path: Path) -> None:
    note = level(write(tmp_path / "mix", music(4, 0.005)), tmp_path / "out", -14, -1.5)
    assert "very quiet" in note


def test_stretches_join_without_a_step(tmp_path: Path) -> None:
    samples = music(25, 0.9)
    level(write(tmp_path / "mix", samples), tmp_path / "out", -14, -1.5)
    gain = np.array(open_samples(tmp_path / "out"))[:, 0] / np.where(
        np.abs(samples[:, 0]) > 1e-4, samples[:, 0], np.nan
    )
    for seam in (10 * RATE_HZ, 20 * RATE_HZ):
        around = gain[seam - 50 : seam + 50]
        around = around[np.isfinite(around)]
        assert np.abs(np.diff(around)).max() < 0.02 * np.nanmax(gain)


@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 10_000), peak=st.floats(0.1, 8), ceiling_db=st.floats(-6, -0.5))
def test_no_true_peak_passes_the_limiter(seed: int, peak: float, ceiling_db: float) -> None:
    out = limit(music(0.5, peak, seed), 10 ** (ceiling_db / 20))
    assert true_peak(out) <= ceiling_db + 0.5  # white noise is the worst case: BS.1770 allows a 4x meter 0.6 dB


def test_no_samples_are_an_error(tmp_path: Path) -> None:
    with pytest.raises(MusicError):
        open_samples(write(tmp_path / "mix", np.zeros((0, 2), np.float32)))


def test_peaks_lose_no_more_than_three_decibels_and_the_missing_loudness_is_said(tmp_path: Path) -> None:
    samples = music(6, 0.9)
    samples[5 * RATE_HZ : 5 * RATE_HZ + 3] = 8.0  # far above the rest: 20 dB to be taken off, were it not for the rule
    note = level(write(tmp_path / "mix", samples), tmp_path / "out", -14, -1.5)
    out = np.array(open_samples(tmp_path / "out"))
    assert true_peak(out) <= -1.2
    assert lufs(out) < -15
    assert "3 dB off its peaks" in note
