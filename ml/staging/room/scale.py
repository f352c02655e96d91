"""How high above the floor the camera was, from what has a usual height: cameras, ceilings, doors."""

import math

import numpy as np

from ml.staging.room.baselines import Baseline
from ml.staging.room.camera import Floats
from ml.staging.room.estimate import CameraFit
from ml.staging.room.geometry import Scale, ScaleCue
from ml.staging.room.jambs import frame_tops
from ml.staging.room.scan import HEIGHTS, NOT_SEEN, Scan

USUAL_CAMERA_M = 1.32
USUAL_CEILING_M = 2.6
USUAL_DOOR_M = 2.05
"""Of the leaf and a part of the casing, as segmentations take it."""

_CAMERA_SD, _CEILING_SD, _DOOR_SD = 0.15, 0.085, 0.055
"""Of the logarithms, over rooms."""

_ODD_CAMERAS = (0.15, 0.32)
"""Share, and standard deviation of the logarithm, of cameras held low or high: other cues that agree outweigh it."""

_TALL = (0.15, 3.1, 0.12)
"""Share, mean and standard deviation (of the logarithm) of ceilings that are not the usual ones."""
_CEILINGS_M, _DOORS_M = (2.4, 3.2), (1.98, 2.44)
"""Heights that are nothing unusual: a ceiling or a door disagrees with other cues by what it is beyond them."""
_STRAY = 0.08
"""Share of cues that measured something else."""

_DOOR_OF_CEILING = (0.62, 0.93)
"""A door's height as a share of the ceiling's: beyond, its top or its foot is not what was seen."""

_FRAME_SPREAD, _FRAME_STRAY, _FRAME_RANGE = 0.03, 0.35, 0.35
"""Of frames that no class confirms: spread, share that is something else, and over what range (of the logarithm)."""

_HEIGHTS_M = np.exp(np.linspace(math.log(0.75), math.log(2.3), 160))
"""Camera heights that are weighed."""

_LEAST_DIRECTIONS = 10
_LEAST_DOOR_DIRECTIONS = 5
_WIDEST_SPREAD = 0.12
"""Median deviation of a cue over its directions, as a share: beyond, it is no cue."""

_Ratio = tuple[float, float] | None
"""A height in camera heights, and the standard error of its logarithm; None where it is not seen."""


def scale_of(
    scan: Scan,
    baselines: tuple[Baseline, ...],
    labels: tuple[str, ...],
    fit: CameraFit,
    *,
    ceiling_m: float | None = None,
) -> tuple[Scale, float]:
    """The scale, and the standard deviation of its logarithm. A given ceiling wins where the photo shows one."""
    ceiling = _ratio(_ceilings(scan, baselines, labels), _LEAST_DIRECTIONS)
    door = _ratio(_doors(scan, labels), _LEAST_DOOR_DIRECTIONS)
    if ceiling is not None and not 1.2 < ceiling[0] < 3.6:
        ceiling = None
    if door is not None and not 1.05 < door[0] < 2.5:
        door = None
    if door is not None and ceiling is not None:
        low, high = _DOOR_OF_CEILING
        door = door if low < door[0] / ceiling[0] < high else None
    frame = None
    if door is None:
        tops = frame_tops(baselines, fit.camera, fit.lines, ceiling[0] if ceiling is not None else None)
        if len(tops):
            frame = (float(np.median(tops)), _FRAME_SPREAD)
    if ceiling_m is not None and ceiling is not None:
        height = ceiling_m / ceiling[0]
        given = (ScaleCue("given_ceiling", height, 1.0),)
        return Scale(height, given, ceiling_m, True, door[0] * height if door else None), max(0.02, ceiling[1])
    mean, spread = _weighed(ceiling, door, frame, ceiling_m)
    height = math.exp(mean)
    ceiling_height = ceiling[0] * height if ceiling is not None else (ceiling_m or USUAL_CEILING_M)
    told = _cues(height, ceiling, door, frame, ceiling_m)
    return Scale(height, told, ceiling_height, ceiling is not None, door[0] * height if door else None), spread


def _weighed(ceiling: _Ratio, door: _Ratio, frame: _Ratio, ceiling_m: float | None) -> tuple[float, float]:
    """Mean and standard deviation of the logarithm of the camera's height."""
    logs = np.log(_HEIGHTS_M)
    off = logs - math.log(USUAL_CAMERA_M)
    share, wide = _ODD_CAMERAS
    weighed = np.logaddexp(
        math.log((1 - share) / _CAMERA_SD) - 0.5 * (off / _CAMERA_SD) ** 2,
        math.log(share / wide) - 0.5 * (off / wide) ** 2,
    )
    if ceiling is not None:
        weighed = weighed + _ceiling_log(logs + math.log(ceiling[0]), ceiling[1], ceiling_m)
    if door is not None:
        sd = math.hypot(_DOOR_SD, door[1])
        off = (logs + math.log(door[0] / USUAL_DOOR_M)) / sd
        weighed = weighed + np.logaddexp(math.log(1 - _STRAY) - 0.5 * off**2 - math.log(sd), math.log(_STRAY))
    if frame is not None:
        sd = math.hypot(_DOOR_SD, frame[1])
        off = (logs + math.log(frame[0] / USUAL_DOOR_M)) / sd
        weighed = weighed + np.logaddexp(
            math.log(1 - _FRAME_STRAY) - 0.5 * off**2 - math.log(sd), math.log(_FRAME_STRAY / _FRAME_RANGE)
        )
    chance = np.exp(weighed - weighed.max())
    chance /= chance.sum()
    mean = float(chance @ logs)
    return mean, math.sqrt(float(chance @ (logs - mean) ** 2))


def _cues(height: float, ceiling: _Ratio, door: _Ratio, frame: _Ratio, ceiling_m: float | None) -> tuple[ScaleCue, ...]:
    """What each cue says where the camera was at `height`: of the usual sizes of a thing, the nearest counts."""
    cues = [ScaleCue("camera", USUAL_CAMERA_M, 1 / _CAMERA_SD**2)]
    if ceiling is not None:
        usual = ceiling_m or float(np.clip(ceiling[0] * height, *_CEILINGS_M))
        cues.append(ScaleCue("ceiling", usual / ceiling[0], 1 / math.hypot(_CEILING_SD, ceiling[1]) ** 2))
    for name, found, trust in (("door", door, 1.0), ("door_frame", frame, 1 - _FRAME_STRAY)):
        if found is not None:
            usual = float(np.clip(found[0] * height, *_DOORS_M))
            cues.append(ScaleCue(name, usual / found[0], trust / math.hypot(_DOOR_SD, found[1]) ** 2))
    total = sum(cue.weight for cue in cues)
    return tuple(ScaleCue(cue.name, cue.camera_height_m, cue.weight / total) for cue in cues)


def _ceiling_log(logs: Floats, sd: float, given: float | None) -> Floats:
    """Log density of ceiling heights: the usual ones, those of old and of grand houses, and measurements gone wrong."""
    if given is not None:
        return np.asarray(-0.5 * ((logs - math.log(given)) / math.hypot(0.02, sd)) ** 2)
    share, tall, tall_sd = _TALL
    usual_sd, tall_sd = math.hypot(_CEILING_SD, sd), math.hypot(tall_sd, sd)
    off = (logs - math.log(USUAL_CEILING_M)) / usual_sd
    usual = math.log(1 - share - _STRAY) - 0.5 * off**2 - math.log(usual_sd)
    other = math.log(share) - 0.5 * ((logs - math.log(tall)) / tall_sd) ** 2 - math.log(tall_sd)
    return np.asarray(np.logaddexp(np.logaddexp(usual, other), math.log(_STRAY)))


def _ratio(found: Floats, least: int) -> tuple[float, float] | None:
    """Median and standard error (of the logarithm) of a height over its directions; None where they do not agree."""
    if len(found) < least:
        return None
    middle = float(np.median(found))
    spread = float(np.median(np.abs(found - middle))) / middle
    return None if spread > _WIDEST_SPREAD else (middle, max(0.015, spread))


def _ceilings(scan: Scan, baselines: tuple[Baseline, ...], labels: tuple[str, ...]) -> Floats:
    """Height of the ceiling above the floor's end, in each direction that shows both with a wall between them."""
    if "ceiling" not in labels:
        return np.zeros(0)
    ceiling = labels.index("ceiling")
    kinds = ("wall", "window", "door", "curtain", "painting")
    between = [index for index, label in enumerate(labels) if label in kinds]
    found = []
    for run in baselines:
        for row in scan.above[run.first : run.last + 1]:
            at = int((row == ceiling).argmax())
            if row[at] != ceiling or HEIGHTS[at] < 1.1:
                continue
            below = row[3:at]
            if np.isin(below, between).mean() > 0.85 and (row[at : at + 6] == ceiling).mean() > 0.6:
                found.append(float(HEIGHTS[at]))
    return np.array(found)


def _doors(scan: Scan, labels: tuple[str, ...]) -> Floats:
    """Height of doors whose foot is a floor's end and whose top is seen with something else above."""
    if "door" not in labels:
        return np.zeros(0)
    door = labels.index("door")
    found = []
    for row in scan.above:
        here = np.flatnonzero(row == door)
        if not len(here) or HEIGHTS[here[0]] > 0.25:
            continue
        # Panes and shadows break a door up: its top is where nothing of it follows within a third of a camera height.
        gaps = np.flatnonzero(np.diff(here) > 16)
        top = int(here[gaps[0]] if len(gaps) else here[-1])
        share = float((row[here[0] : top + 1] == door).mean())
        if top + 2 < len(row) and row[top + 2] != NOT_SEEN and share > 0.7 and HEIGHTS[top] > 0.9:
            found.append(float(HEIGHTS[top]))
    return np.array(found)
