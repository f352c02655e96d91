"""How steady a camera is, measured on the pictures themselves: where a still photo's corners are in each frame."""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from render.plate import Plane

_STOP = (cv2.TERM_CRITERIA_EPS | cv2.TERM_CRITERIA_COUNT, 60, 1e-7)
_SMOOTHING = 5  # pixels, odd: what ECC blurs away before it compares


@dataclass(frozen=True, slots=True)
class Steadiness:
    """Jitter in pixels per frame squared (length of the second difference of the corners' positions), and reversals."""

    mean: float
    largest: float
    backward_steps: int  # frames in which a corner went against the way that it goes on the whole


def track(frames: Sequence[Plane]) -> npt.NDArray[np.float64]:
    """Where the four corners of the first frame's picture are in each frame: (frames, 4, 2), pixels, x then y.

    Each luma plane (height, width) is registered to the first by enhanced correlation (Evangelidis and Psarakis, 2008)
    with an affine map, starting from the map before, so that errors do not add up. Raises cv2.error when a picture has
    nothing to hold on to.
    """
    height, width = frames[0].shape
    corners = np.array([[0, 0, 1], [width, 0, 1], [0, height, 1], [width, height, 1]], np.float64)
    warp = np.eye(2, 3, dtype=np.float32)
    everywhere = np.ones((height, width), np.uint8)
    places = [corners[:, :2]]
    for frame in frames[1:]:
        _, found = cv2.findTransformECC(frames[0], frame, warp, cv2.MOTION_AFFINE, _STOP, everywhere, _SMOOTHING)
        warp = np.asarray(found, np.float32)
        places.append(corners @ warp.astype(np.float64).T)
    return np.stack(places)


def steadiness(places: npt.NDArray[np.float64], still: float = 0.02) -> Steadiness:
    """Judge tracked corners (frames, 4, 2), at least three frames. Steps below `still` pixels count as no step."""
    steps = np.diff(places, axis=0)
    jumps = np.linalg.norm(np.diff(steps, axis=0), axis=2)
    way = places[-1] - places[0]
    forward = (steps * way).sum(axis=2) / np.maximum(np.linalg.norm(way, axis=1), 1e-9)
    moved = np.linalg.norm(way, axis=1) > still
    backward = int(((forward < -still) & moved).any(axis=1).sum())
    return Steadiness(float(jumps.mean()), float(jumps.max()), backward)
