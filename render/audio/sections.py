"""Tempo over time: where a piece changes its tempo for good, and the sections of one tempo that its beats show."""

from itertools import pairwise

import numpy as np
from scipy import fft

from render.audio.novelty import Curve
from render.audio.spectrogram import FRAME_RATE_HZ
from render.audio.tempo import line_tempo, tempo_prior
from schemas.audio import TempoSection

_SLOWEST_BPM, _FASTEST_BPM, _GRID = 55.0, 215.0, 160
_WINDOW_S, _HOP_S = 10.0, 2.0
_LEAST_SECTION_S = 8.0
_LEAST_CHANGE = 0.045  # relative; below, the tracker follows by itself
_CHANGE_PENALTY = 0.9  # log salience that another tempo must gain over its whole stretch, and more the farther it is
# A window that hears half, double or dotted time hears the same tempo.
_SAME_PULSE = (1.0, 2.0, 0.5, 1.5, 2 / 3, 3.0, 1 / 3)
_SAME_WITHIN = 0.045
_LEAST_BEATS = 8
_SPLIT_GAIN = 12.0


def tempo_stretches(curve: Curve) -> list[tuple[int, int, float]]:
    """Stretches of a novelty curve with clearly different tempi: (first frame, last frame + 1, bpm); often just one.

    The path of most salience through the tempograms of windows of 10 s, where to change the tempo costs. Stretches
    shorter than 8 s, and such that count the same pulse at another level, join what is before them.
    """
    bpm = np.geomspace(_SLOWEST_BPM, _FASTEST_BPM, _GRID)
    windows = _window_salience(curve, bpm)
    if len(windows) < 2:
        return [(0, len(curve), float(bpm[windows[0].argmax()]) if len(windows) else 0.0)]
    distance = np.abs(np.log(bpm[:, None] / bpm[None, :]))
    cost = np.where(distance < 0.02, 8 * distance, _CHANGE_PENALTY + distance)
    score = np.log(windows[0] + 0.02)
    before = np.zeros((len(windows), _GRID), np.int16)
    for index in range(1, len(windows)):
        moved = score[:, None] - cost
        before[index] = moved.argmax(axis=0)
        score = moved.max(axis=0) + np.log(windows[index] + 0.02)
    path = np.zeros(len(windows), np.int64)
    path[-1] = score.argmax()
    for index in range(len(windows) - 1, 0, -1):
        path[index - 1] = before[index, path[index]]
    return _stretches(bpm[path], len(curve))


def _window_salience(curve: Curve, bpm: Curve) -> Curve:
    """Comb over each window's autocorrelation times the prior, scaled to 1, shape (windows, tempi)."""
    width, hop = int(_WINDOW_S * FRAME_RATE_HZ), int(_HOP_S * FRAME_RATE_HZ)
    if len(curve) < width:
        return np.zeros((0, len(bpm)))
    length = fft.next_fast_len(2 * width, real=True)
    views = np.lib.stride_tricks.sliding_window_view(curve, width)[::hop]
    centred = views - views.mean(axis=1, keepdims=True)
    correlations = fft.irfft(np.abs(fft.rfft(centred, length, axis=1)) ** 2, length, axis=1)[:, : width // 2]
    correlations /= correlations[:, :1] + 1e-9
    lags, grid = 60 / bpm * FRAME_RATE_HZ, np.arange(width // 2)
    found = np.zeros((len(views), len(bpm)))
    for row, correlation in enumerate(correlations):
        for multiple, weight in ((1, 1.0), (2, 0.5), (3, 0.25), (4, 0.33)):
            found[row] += weight * np.interp(multiple * lags, grid, correlation, right=0.0)
    found = np.maximum(found, 0) * tempo_prior(bpm)
    scaled: Curve = found / (found.max(axis=1, keepdims=True) + 1e-9)
    return scaled


def _stretches(tempi: Curve, frames: int) -> list[tuple[int, int, float]]:
    """Runs of windows of one tempo as stretches of frames; a change lies in the middle of the window that brings it."""
    runs: list[list[float]] = [[0, float(tempi[0])]]
    for index in range(1, len(tempi)):
        if not _same_pulse(float(tempi[index]), runs[-1][1]):
            runs.append([index, float(tempi[index])])
    stretches: list[tuple[int, int, float]] = []
    for number, (first, tempo) in enumerate(runs):
        last = runs[number + 1][0] if number + 1 < len(runs) else float(len(tempi))
        begin = _middle(int(first)) if number else 0
        end = _middle(int(last)) if number + 1 < len(runs) else frames
        short = end - begin < _LEAST_SECTION_S * FRAME_RATE_HZ
        if stretches and (short or _same_pulse(tempo, stretches[-1][2])):
            stretches[-1] = (stretches[-1][0], end, stretches[-1][2])
        else:
            stretches.append((begin, end, float(np.median(tempi[int(first) : int(last)]))))
    if len(stretches) > 1 and stretches[0][1] < _LEAST_SECTION_S * FRAME_RATE_HZ:
        stretches[:2] = [(0, stretches[1][1], stretches[1][2])]
    return stretches


def _middle(window: int) -> int:
    return int((window * _HOP_S + _WINDOW_S / 2 - _HOP_S / 2) * FRAME_RATE_HZ)


def _same_pulse(one: float, other: float) -> bool:
    return any(abs(np.log(one / other / ratio)) < _SAME_WITHIN for ratio in _SAME_PULSE)


def tempo_sections(beats_s: Curve) -> list[TempoSection]:
    """Stretches of one tempo among beats, as few as explain their intervals: two neighbours differ by 4 % or more.

    The beats are split where that takes most of the squared error of log intervals away, again and again, while each
    part keeps eight beats and the gain is clear against the piece's own unevenness.
    """
    if len(beats_s) < 2:
        return []
    logs = np.log(np.maximum(np.diff(beats_s), 1e-3))
    spread = 1.4826 * float(np.median(np.abs(np.diff(logs)))) / np.sqrt(2) + 0.004
    parts = _split(np.clip(logs, *np.percentile(logs, [2, 98])), 0, spread)
    edges = [0, *parts, len(beats_s) - 1]
    return [
        TempoSection(
            start_s=round(float(beats_s[first]), 4),
            end_s=round(float(beats_s[last]), 4),
            bpm=round(line_tempo(beats_s[first : last + 1]), 3),
        )
        for first, last in pairwise(edges)
    ]


def _split(logs: Curve, offset: int, spread: float) -> list[int]:
    count = len(logs)
    if count < 2 * _LEAST_BEATS:
        return []
    total = np.concatenate([[0.0], np.cumsum(logs)])
    places = np.arange(_LEAST_BEATS, count - _LEAST_BEATS + 1)
    left, right = total[places] / places, (total[-1] - total[places]) / (count - places)
    gain = places * (count - places) / count * (left - right) ** 2
    best = int(gain.argmax())
    if abs(left[best] - right[best]) < _LEAST_CHANGE or gain[best] < _SPLIT_GAIN * spread**2:
        return []
    place = int(places[best])
    return [*_split(logs[:place], offset, spread), offset + place, *_split(logs[place:], offset + place, spread)]
