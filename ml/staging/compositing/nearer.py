"""Things of the photo that stand before the furniture: they stay in front of it."""

import cv2
import numpy as np
from numpy.typing import NDArray

from ml.staging.rendering.scene import Crop
from ml.staging.room import Camera, Room
from ml.staging.room.geometry import Grid

BACKGROUND = frozenset(
    {
        "wall",
        "building",
        "sky",
        "floor",
        "tree",
        "ceiling",
        "road",
        "window",
        "grass",
        "earth",
        "door",
        "curtain",
        "painting",
        "mirror",
        "rug",
        "other",
        "sidewalk",
        "mountain",
        "water",
        "sea",
        "field",
        "house",
        "car",
        "person",
    }
)
"""Classes that are behind furniture, or have no foot on the floor that tells how far they are."""

_MARGIN_M = 0.25
_LEAST_SHARE = 0.0015
"""Of the picture, below which a region of a class is an error of the segmentation and no thing."""


def standing_before(room: Room, camera: Camera, crop: Crop, depth_m: NDArray[np.float32]) -> Grid:
    """Pixels of the crop that show something nearer than the furniture there, which is `depth_m` away (h x w).

    How far a thing is, its lowest pixels say: there it meets the floor.
    """
    size = (camera.width, camera.height)
    classes = cv2.resize(room.classes, size, interpolation=cv2.INTER_NEAREST)
    things = ~np.isin(classes, [number for number, label in enumerate(room.labels) if label in BACKGROUND])
    count, parts, stats, _ = cv2.connectedComponentsWithStats(things.astype(np.uint8))
    before = np.zeros(classes.shape, bool)
    distance = np.full(classes.shape, np.inf, np.float32)
    for number in range(1, count):
        if stats[number, cv2.CC_STAT_AREA] < _LEAST_SHARE * classes.size:
            continue
        thing = parts == number
        columns = np.flatnonzero(thing.any(axis=0))
        foot = classes.shape[0] - 1 - np.argmax(thing[::-1, columns], axis=0)
        points = camera.floor_point(np.stack([columns + 0.5, foot + 1.0], 1))
        known = np.isfinite(points).all(axis=1)
        if not known.any():
            continue
        # A thing is as near as its nearest foot: legs stand before what they carry.
        far = np.hypot(points[known, 0], points[known, 1])
        nearest = float(np.percentile(far, 20))
        distance[thing] = np.hypot(nearest, camera.height_m)
        before |= thing
    here = distance[crop.rows, crop.columns]
    return np.asarray(before[crop.rows, crop.columns] & (here + _MARGIN_M < depth_m))
