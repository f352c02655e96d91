"""The dominant colours of a photo: clusters in CIELAB, told apart as a person would, the largest first."""

import cv2
import numpy as np
from numpy.typing import NDArray

from ml.sizes import within
from schemas.photo import Colour

_SIDE = 72
"""Pixels of the longer side that are clustered."""

_CELL = 10.0
"""Edge of the cells, in CIELAB units, whose commonest give the first centres."""

_CENTRES = 16
_ROUNDS = 20

_APART = 10.0
"""Delta E (CIE 1976) below which two colours are one: shades of a lit wall, not two paints."""

_LEAST_SHARE = 0.02
_MOST = 8


def dominant_colours(pixels: NDArray[np.uint8]) -> list[Colour]:
    """At most eight colours with their shares of the picture (sRGB, height x width x 3, any size), the largest first.

    Lloyd's k-means from the commonest cells of a CIELAB histogram, then the closest two are joined until all are ten
    delta E apart. Colours of less than a fiftieth are left out, so the shares need not add up to 1.
    """
    pixels = within(pixels, _SIDE)
    levels = pixels.astype(np.float32) / np.float32(255)
    lab = np.asarray(cv2.cvtColor(levels, cv2.COLOR_RGB2Lab), np.float32).reshape(-1, 3)
    centres, counts = _clusters(lab)
    centres, counts = _joined(centres, counts)
    order = [place for place in np.argsort(-counts, kind="stable")[:_MOST] if counts[place] >= _LEAST_SHARE * len(lab)]
    return [_colour(centres[place], float(counts[place]) / len(lab)) for place in order]


def _clusters(lab: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    cells, places, sizes = np.unique(np.rint(lab / _CELL), axis=0, return_inverse=True, return_counts=True)
    commonest = np.argsort(-sizes, kind="stable")[:_CENTRES]
    # A cell's own mean, not its middle: a picture of few flat colours is answered exactly.
    sums = np.stack([np.bincount(places.reshape(-1), lab[:, axis], minlength=len(cells)) for axis in range(3)], axis=1)
    centres = (sums[commonest] / sizes[commonest, None]).astype(np.float32)
    nearest = np.zeros(len(lab), np.int64)
    for turn in range(_ROUNDS):
        distance = (centres**2).sum(axis=1)[None, :] - 2 * lab @ centres.T
        before, nearest = nearest, np.argmin(distance, axis=1)
        if turn and np.array_equal(before, nearest):
            break
        counts = np.bincount(nearest, minlength=len(centres))
        sums = np.stack([np.bincount(nearest, lab[:, axis], minlength=len(centres)) for axis in range(3)], axis=1)
        full = counts > 0
        centres = (sums[full] / counts[full, None]).astype(np.float32)
        if not full.all():
            nearest = np.cumsum(full)[nearest] - 1
    return centres, np.bincount(nearest, minlength=len(centres))


def _joined(centres: NDArray[np.float32], counts: NDArray[np.int64]) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    while len(centres) > 1:
        apart = np.linalg.norm(centres[:, None] - centres[None], axis=2) + np.where(np.eye(len(centres)), np.inf, 0)
        one, other = sorted(np.unravel_index(int(np.argmin(apart)), apart.shape))
        if apart[one, other] >= _APART:
            break
        both = counts[one] + counts[other]
        centres[one] = (centres[one] * counts[one] + centres[other] * counts[other]) / both
        counts[one] = both
        centres, counts = np.delete(centres, other, axis=0), np.delete(counts, other)
    return centres, counts


def _colour(lab: NDArray[np.float32], share: float) -> Colour:
    rgb = np.asarray(cv2.cvtColor(lab.reshape(1, 1, 3), cv2.COLOR_Lab2RGB)).reshape(3)
    red, green, blue = (int(level) for level in np.clip(np.rint(rgb * 255), 0, 255))
    return Colour(
        lightness=round(float(np.clip(lab[0], 0, 100)), 1),
        a=round(float(lab[1]), 1),
        b=round(float(lab[2]), 1),
        hex=f"#{red:02x}{green:02x}{blue:02x}",
        share=round(share, 4),
    )
