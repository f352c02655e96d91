"""Checks on pixels: outside of furniture and its shadow the photo is untouched, and both are where they may be."""

import cv2
import numpy as np
from numpy.typing import NDArray

from ml.staging.compositing.surfaces import REACH_M, Ground
from ml.staging.gate.checks import Check, at_least, at_most
from ml.staging.gate.reasons import UnstagedReason
from ml.staging.layout.items import Placed
from ml.staging.layout.sight import box_points
from ml.staging.room import Camera
from ml.staging.room.geometry import Grid

Photo = NDArray[np.uint8]

SHADOW_LARGEST = 1.5
"""Of the furniture's own pixels."""

OUTSIDE_LARGEST = 0.004
"""Of the furniture's mask, the share that may lie outside of where its boxes are: rounding at edges."""

COVERED_LEAST = 0.15
"""Of the boxes around the furniture, as the picture shows them, the share that its mask covers: legs, air, leaves."""

STRAY_PX = 32
"""A changed patch that touches no furniture is a shadow only from this size on."""

ROUGHEST_LEVELS = 60.0
"""By which a shadow may jump between neighbours, in levels."""

NOISIEST = 14.0
"""Levels of noise on furniture beyond the photo's own: weaves and leaves have some."""

BURNT_LARGEST = 0.12
"""Of the furniture's pixels, those at the photo's white: light that no lamp or window in the photo explains."""

SHADOW_LEAST = 0.005
"""Of the furniture's pixels: what stands without any shadow floats."""

_SLACK = 0.004


def structure_checks(
    before: Photo, after: Photo, furniture: Grid, ground: Ground, camera: Camera, items: tuple[Placed, ...]
) -> list[Check]:
    """What changed between two pictures (H x W x 3), held against the furniture's mask, the room and the layout."""
    reason = UnstagedReason.STRUCTURE_CHANGED
    if before.shape != after.shape:
        return [at_most("size_changed", 1, 0, reason)]
    changed = (before != after).any(axis=2)
    shadow = changed & ~furniture
    pixels = max(1, int(furniture.sum()))
    boxes = projected(camera, items, before.shape[:2])
    far = ground.distance_m[shadow]
    reach = float(far[np.isfinite(far)].max()) if np.isfinite(far).any() else 0.0
    return [
        at_most("mask_outside_layout", float((furniture & ~boxes).sum()) / pixels, OUTSIDE_LARGEST, reason),
        at_least("mask_of_layout", pixels / max(1, int(boxes.sum())), COVERED_LEAST, reason),
        at_most("changed_off_floor_and_wall_px", int((shadow & ~(ground.floor | ground.wall)).sum()), 0, reason),
        at_most("shadow_reach_m", reach, REACH_M, reason),
        at_most("shadow_of_furniture", float(shadow.sum()) / pixels, SHADOW_LARGEST, reason),
        at_least("shadow_there", float(shadow.sum()) / pixels, SHADOW_LEAST, UnstagedReason.DOES_NOT_STAND),
        at_most("stray_px", stray_pixels(shadow, furniture), 0, reason),
        at_most("shadow_jump_levels", _roughness(before, after, shadow), ROUGHEST_LEVELS, reason),
        at_most("furniture_burnt_out", _burnt(after, furniture), BURNT_LARGEST, UnstagedReason.IMPLAUSIBLE),
        at_most(
            "noise_on_furniture",
            _noise(after, furniture) - _noise(before, furniture),
            NOISIEST,
            UnstagedReason.IMPLAUSIBLE,
        ),
    ]


def projected(camera: Camera, items: tuple[Placed, ...], shape: tuple[int, ...]) -> Grid:
    """Pixels in which the boxes around the pieces are, a little wider: H x W."""
    height, width = shape[:2]
    mask = np.zeros((height, width), np.uint8)
    for item in items:
        points = box_points(item, across=2)
        pixels, depth = camera.project(points)
        if float(depth.min()) < 0.1:
            # A box around the camera is anywhere; its points ahead at least are somewhere.
            points = box_points(item, across=12)
            pixels, depth = camera.project(points)
            pixels = pixels[depth > 0.1]
        if len(pixels) < 3:
            continue
        hull = cv2.convexHull(np.clip(pixels, -10 * width, 10 * width).astype(np.float32))
        cv2.fillConvexPoly(mask, np.rint(hull).astype(np.int32), 1)
    grown = max(3, round(_SLACK * width) * 2 + 1)
    return np.asarray(cv2.dilate(mask, np.ones((grown, grown), np.uint8)) > 0)


def stray_pixels(shadow: Grid, furniture: Grid) -> int:
    """Changed pixels in patches that are too small for a shadow and touch no furniture."""
    both = (shadow | furniture).astype(np.uint8)
    count, parts, stats, _ = cv2.connectedComponentsWithStats(both, connectivity=8)
    touching = np.zeros(count, bool)
    touching[np.unique(parts[furniture])] = True
    small = ~touching & (stats[:, cv2.CC_STAT_AREA] < STRAY_PX)
    small[0] = False
    return int(stats[small, cv2.CC_STAT_AREA].sum())


def _roughness(before: Photo, after: Photo, shadow: Grid) -> float:
    """The 99.9th percentile of how far a shadow's factor is from that of its neighbours, in levels.

    A shadow is a factor on the photo that changes slowly, whatever the floor's texture.
    """
    if not shadow.any():
        return 0.0
    rows, columns = np.nonzero(shadow)
    window = (slice(rows.min(), rows.max() + 1), slice(columns.min(), columns.max() + 1))
    old, new = (picture[window].astype(np.float32).mean(axis=2) for picture in (before, after))
    factor = (new + 8) / (old + 8)
    inside = shadow[window]
    around = cv2.medianBlur(np.ascontiguousarray(np.where(inside, factor, 1), np.float32), 5)
    jump = np.abs(factor - around) * (old + 8)
    core = cv2.erode(inside.astype(np.uint8), np.ones((5, 5), np.uint8)) > 0
    return float(np.percentile(jump[core], 99.9)) if core.any() else 0.0


def _burnt(picture: Photo, mask: Grid) -> float:
    """Share of a mask's pixels whose darkest channel is at white."""
    found = picture[mask]
    return float((found.min(axis=1) >= 250).mean()) if len(found) else 0.0


def _noise(picture: Photo, mask: Grid) -> float:
    """Median absolute response to Immerkaer's mask (1996) within a mask, as a standard deviation in levels."""
    kernel = np.array([[1, -2, 1], [-2, 4, -2], [1, -2, 1]], np.float32)
    luma = picture.astype(np.float32).mean(axis=2)
    inside = cv2.erode(mask.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    if not inside.any():
        return 0.0
    return float(np.median(np.abs(cv2.filter2D(luma, -1, kernel))[inside])) * 1.4826 / 6
