"""Surfaces of a room laid flat: what a photo shows of a floor, a ceiling or a wall, in metres instead of pixels."""

from dataclasses import dataclass, replace
from functools import cached_property

import cv2
import numpy as np
from numpy.typing import NDArray

from ml.srgb import luma_of
from ml.staging.room import Room
from ml.staging.room.camera import Floats
from ml.staging.room.geometry import Grid
from ml.staging.views.pose import Pose

Luma = NDArray[np.float32]

_LEVELS = 4
_COARSEST_M = 0.12
"""Of a surface, what one pixel may cover in its worst direction."""

_LONGEST = 1024
"""Pixels of the longer side: surfaces are compared in centimetres, for which more are not needed."""

_FLOOR = frozenset({"floor", "rug", "carpet"})
_CEILING = frozenset({"ceiling"})
_NOT_WALL = frozenset({"floor", "rug", "carpet", "ceiling"})
_SEEN_THROUGH = frozenset({"window", "mirror", "sky", "tree"})
"""What lies behind these stands elsewhere in each view."""


@dataclass(frozen=True, slots=True)
class Surface:
    """A rectangle in the room: the floor, the ceiling, or a wall from one end to the other."""

    name: str
    """floor, ceiling or wall."""
    corner_m: tuple[float, float, float]
    across: tuple[float, float, float]
    """Unit vector of its columns."""
    along: tuple[float, float, float]
    """Unit vector of its rows."""
    width_m: float
    height_m: float

    def part(self, cell_m: float, rows: slice, columns: slice) -> "Surface":
        """The part of it that these cells are."""
        moved = np.multiply(self.across, columns.start * cell_m) + np.multiply(self.along, rows.start * cell_m)
        x, y, z = (float(value) for value in np.add(self.corner_m, moved))
        # Half a cell more, so that rounding loses none.
        wide, high = (part.stop - part.start + 0.5 for part in (columns, rows))
        return replace(self, corner_m=(x, y, z), width_m=wide * cell_m, height_m=high * cell_m)

    def points(self, cell_m: float) -> tuple[Floats, tuple[int, int]]:
        """World points of its cells' middles (n x 3), row by row, and how many rows and columns there are."""
        columns, rows = max(1, int(self.width_m / cell_m)), max(1, int(self.height_m / cell_m))
        u, v = np.meshgrid((np.arange(columns) + 0.5) * cell_m, (np.arange(rows) + 0.5) * cell_m)
        corner, across, along = (np.array(each) for each in (self.corner_m, self.across, self.along))
        return corner + u.reshape(-1, 1) * across + v.reshape(-1, 1) * along, (rows, columns)


@dataclass(frozen=True, slots=True, eq=False)
class Flat:
    """What a view shows of a surface: rows x columns."""

    luma: Luma
    seen: Grid
    """Where the view shows this surface, and finely enough."""


class View:
    """A photo and its room, for looking at surfaces."""

    def __init__(self, pixels: NDArray[np.uint8], room: Room) -> None:
        """`pixels`: H x W x 3, sRGB, of the room's own size."""
        self.room = room
        factor = min(1.0, _LONGEST / max(pixels.shape[:2]))
        size = (max(1, round(pixels.shape[1] * factor)), max(1, round(pixels.shape[0] * factor)))
        small = np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), np.uint8)
        self.camera = room.camera.at_size(*size)
        self._levels = [luma_of(small).astype(np.float32)]
        for _ in range(_LEVELS - 1):
            self._levels.append(np.asarray(cv2.pyrDown(self._levels[-1]), np.float32))
        self._classes = np.asarray(cv2.resize(room.classes, size, interpolation=cv2.INTER_NEAREST), np.uint8)
        self._floor = cv2.resize(room.floor_mask.astype(np.uint8), size, interpolation=cv2.INTER_NEAREST) > 0

    @cached_property
    def _shows(self) -> dict[str, Grid]:
        """Pixels by the surface that they may show. Classes end roughly: a few pixels of margin are the surface's."""
        around = np.ones((9, 9), np.uint8)
        floor = cv2.dilate((self._floor | self._of(_FLOOR)).astype(np.uint8), around) > 0
        glass = cv2.erode(self._of(_SEEN_THROUGH).astype(np.uint8), np.ones((5, 5), np.uint8)) > 0
        return {
            "floor": floor,
            "ceiling": self._of(_CEILING),
            "wall": ~(self._of(_NOT_WALL) | glass),
        }

    def _of(self, names: frozenset[str]) -> Grid:
        wanted = [number for number, label in enumerate(self.room.labels) if label in names]
        return np.asarray(np.isin(self._classes, wanted))

    def flat(self, surface: Surface, cell_m: float, pose: Pose | None = None) -> Flat:
        """The surface as this view shows it; with a pose the surface is the reference's, and this view the other."""
        points, shape = surface.points(cell_m)
        pixels, depth = self.camera.project(points if pose is None else pose.to_other(points))
        at = (pixels - 0.5).reshape(*shape, 2)
        fine, coarse = _pixels_a_cell(at)
        height, width = self._levels[0].shape
        inside = (depth.reshape(shape) > 0.2) & (at >= 0).all(axis=2)
        inside &= (at[..., 0] <= width - 1) & (at[..., 1] <= height - 1)
        seen = inside & (coarse * _COARSEST_M >= cell_m)
        column, row = (
            np.clip(np.nan_to_num(at[..., n]).round().astype(int), 0, top - 1) for n, top in ((0, width), (1, height))
        )
        seen &= self._shows[surface.name][row, column]
        return Flat(self._sampled(at, fine), seen)

    def _sampled(self, at: Floats, fine: Floats) -> Luma:
        """Bilinear, from the level of the pyramid whose pixels are about as large as the cells."""
        level = np.clip(np.floor(np.log2(np.maximum(fine, 1.0))), 0, _LEVELS - 1).astype(int)
        found = np.zeros(at.shape[:2], np.float32)
        for number, picture in enumerate(self._levels):
            here = level == number
            if not here.any():
                continue
            where = ((at + 0.5) / 2**number - 0.5).astype(np.float32)
            sampled = cv2.remap(
                picture, where[..., 0], where[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
            )
            found[here] = sampled[here]
        return found


def _pixels_a_cell(at: Floats) -> tuple[Floats, Floats]:
    """Pixels that a cell covers in its finest and in its coarsest direction: singular values of the Jacobian."""
    if min(at.shape[:2]) < 2:
        return np.zeros(at.shape[:2]), np.zeros(at.shape[:2])
    known = np.nan_to_num(at)
    down, across = (np.asarray(np.gradient(known, axis=axis), np.float64) for axis in (0, 1))
    a, b, c, d = across[..., 0], down[..., 0], across[..., 1], down[..., 1]
    mean = (a * a + b * b + c * c + d * d) / 2
    root = np.sqrt(np.maximum(mean**2 - (a * d - b * c) ** 2, 0))
    return np.sqrt(mean + root), np.sqrt(np.maximum(mean - root, 0))


def detail(flat: Flat, cell_m: float, finest_m: float = 0.03, coarsest_m: float = 0.15) -> Flat:
    """The texture alone, of even contrast: a band of sizes, without light that changes slowly or with the viewer."""
    weight = flat.seen.astype(np.float32)

    def around(values: Luma, sigma_m: float) -> Luma:
        sigma = sigma_m / cell_m
        known = cv2.GaussianBlur(weight, (0, 0), sigma)
        return np.asarray(cv2.GaussianBlur(values * weight, (0, 0), sigma) / np.maximum(known, 1e-3), np.float32)

    band = around(flat.luma, finest_m) - around(flat.luma, coarsest_m)
    side = 2 * round(_EVEN_OVER_M / cell_m) + 1
    known = cv2.blur(weight, (side, side))
    contrast = np.sqrt(np.maximum(cv2.blur(band**2 * weight, (side, side)), 0) / np.maximum(known, 1e-3))
    margin = max(1, round(coarsest_m / cell_m))
    kept = cv2.erode(flat.seen.astype(np.uint8), np.ones((3, 3), np.uint8), iterations=margin, borderValue=0) > 0
    even = np.where(kept, band / np.maximum(contrast, _FAINT), 0)
    return Flat(np.asarray(even, np.float32), np.asarray(kept))


_EVEN_OVER_M = 0.5

_FAINT = 1.2
"""Grey levels of contrast below which a texture is noise of the sensor and of JPEG."""
