"""A layout as a sketch: the boxes around its pieces on the photo and on the plan of the floor."""

import itertools

import cv2
import numpy as np
from numpy.typing import NDArray

from ml.staging.layout.items import Layout, Placed
from ml.staging.room import Room
from ml.staging.room.overlay import overlay_of, plan_point, plan_scale

Picture = NDArray[np.uint8]

_ANCHOR, _PIECE, _FLAT = (255, 40, 40), (255, 170, 30), (120, 210, 255)
_CORNERS = tuple(itertools.product((0, 1), repeat=3))
_EDGES = tuple(
    (a, b)
    for a, b in itertools.combinations(range(8), 2)
    if sum(p != q for p, q in zip(_CORNERS[a], _CORNERS[b], strict=True)) == 1
)
_STEPS = 12


def sketch_of(pixels: Picture, room: Room, layout: Layout) -> Picture:
    """The picture of a room (`overlay_of`) with its furniture as boxes; no renderer is needed."""
    picture = overlay_of(pixels, room)
    width, scale = plan_scale(pixels, room, picture.shape[0])
    camera = room.camera.at_size(width, round(width * pixels.shape[0] / pixels.shape[1]))
    for item in layout.items:
        colour = _ANCHOR if item.anchor else _FLAT if item.flat else _PIECE
        place, (low, high) = item.footprint, item.heights_m
        x, y, z = (place.x0, place.x1), (place.y0, place.y1), (low, max(high, low + 0.01))
        corners = np.array([[x[a], y[b], z[c]] for a, b, c in _CORNERS])
        for first, second in _EDGES:
            share = np.linspace(0, 1, _STEPS)[:, None]
            points = corners[first] + share * (corners[second] - corners[first])
            seen, depth = camera.project(points)
            for step in range(_STEPS - 1):
                if min(depth[step], depth[step + 1]) > 0.15 and max(seen[step, 0], seen[step + 1, 0]) < width:
                    a, b = (tuple(int(v) for v in np.clip(seen[at], -9999, 9999)) for at in (step, step + 1))
                    cv2.line(picture, a, b, colour, 2, cv2.LINE_AA)
        _on_plan(picture, room, item, colour, width, scale)
    return picture


def _on_plan(picture: Picture, room: Room, item: Placed, colour: tuple[int, int, int], left: int, scale: float) -> None:
    place = item.footprint
    ends = [plan_point(room.floor, np.array(at), scale) for at in ((place.x0, place.y0), (place.x1, place.y1))]
    (x0, y0), (x1, y1) = ends
    cv2.rectangle(picture, (left + x0, y0), (left + x1, y1), colour, 2)
