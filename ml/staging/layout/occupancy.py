"""What of the floor is taken: shares of a rectangle by kind of cell, and whether one can still walk through."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from ml.staging.layout.rectangles import Rectangle
from ml.staging.room import FloorMap
from ml.staging.room.geometry import Grid

WALKWAY_M = 0.6
"""What a person needs to pass."""


@dataclass(frozen=True, slots=True)
class Shares:
    """Of a rectangle on the floor, each 0 to 1."""

    blocked: float
    """Neither free nor unknown: keep-out, or off the map."""
    unknown: float
    approach: float
    taken: float
    """By furniture that was placed before."""


class Occupancy:
    """A floor map and the furniture on it. Answers come from summed-area tables (Crow 1984), in constant time."""

    def __init__(self, floor: FloorMap) -> None:
        self.floor = floor
        self._open = floor.free | floor.unknown
        self._taken = np.zeros_like(floor.free)
        self._free_sum, self._unknown_sum = _summed(floor.free), _summed(floor.unknown)
        self._approach_sum, self._taken_sum = _summed(floor.approach), _summed(self._taken)
        self._before = self._rooms(self._open)

    def shares(self, place: Rectangle) -> Shares:
        """Of this rectangle, what is what; a part that is off the map is blocked."""
        rows, columns, cells = self._window(place)
        free = _sum(self._free_sum, rows, columns)
        unknown = _sum(self._unknown_sum, rows, columns)
        return Shares(
            blocked=max(0.0, 1 - (free + unknown) / cells),
            unknown=unknown / cells,
            approach=_sum(self._approach_sum, rows, columns) / cells,
            taken=_sum(self._taken_sum, rows, columns) / cells,
        )

    def take(self, place: Rectangle) -> None:
        """Put something there."""
        rows, columns, _ = self._window(place)
        self._taken[rows[0] : rows[1], columns[0] : columns[1]] = True
        self._taken_sum = _summed(self._taken)

    def passable_with(self, place: Rectangle) -> bool:
        """Whether every two openings, and the camera, that were within reach of each other would still be."""
        rows, columns, _ = self._window(place)
        there = self._open & ~self._taken
        there[rows[0] : rows[1], columns[0] : columns[1]] = False
        return self._before_holds(self._rooms(there))

    def open_m2(self) -> float:
        """Area of free floor that is not taken."""
        return float((self.floor.free & ~self._taken).sum()) * self.floor.cell_m**2

    def roominess(self) -> NDArray[np.float32]:
        """Distance of each cell, metres, from the nearest that is not free or is taken."""
        there = (self._open & ~self._taken & ~self.floor.approach).astype(np.uint8)
        distance = cv2.distanceTransform(cv2.copyMakeBorder(there, 1, 1, 1, 1, cv2.BORDER_CONSTANT), cv2.DIST_L2, 5)
        return np.asarray(distance[1:-1, 1:-1] * self.floor.cell_m, np.float32)

    def _rooms(self, there: Grid) -> tuple[int, ...]:
        """Which connected part of the floor, as wide as a walkway, each opening reaches; 0 where it reaches none."""
        radius = round(WALKWAY_M / 2 / self.floor.cell_m)
        disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * radius + 1, 2 * radius + 1))
        # A little less than the walkway at the walls, whose place is known within a few centimetres.
        walkable = cv2.erode(np.asarray(there, np.uint8), disc)
        _, found = cv2.connectedComponents(walkable, connectivity=4)
        parts = np.asarray(found, np.int32)
        return tuple(self._reached(parts, mask, radius) for mask in self._doors())

    def _doors(self) -> list[Grid]:
        count, parts = cv2.connectedComponents(self.floor.approach.astype(np.uint8), connectivity=8)
        doors: list[Grid] = [parts == number for number in range(1, count)]
        camera = np.zeros_like(self.floor.free)
        row, column = self.floor.cells(np.zeros((1, 2)))[0]
        rows, columns = camera.shape
        if 0 <= row < rows and 0 <= column < columns:
            reach = round(1.0 / self.floor.cell_m)
            camera[max(0, row - reach) : row + reach, max(0, column - reach) : column + reach] = True
            doors.append(camera & self._open)
        return doors

    @staticmethod
    def _reached(parts: NDArray[np.int32], door: Grid, radius: int) -> int:
        near = cv2.dilate(door.astype(np.uint8), np.ones((2 * radius + 1, 2 * radius + 1), np.uint8)) > 0
        found = parts[near & (parts > 0)]
        return int(np.bincount(found).argmax()) if found.size else 0

    def _before_holds(self, after: tuple[int, ...]) -> bool:
        reached: dict[int, int] = {}
        for part_before, part_after in zip(self._before, after, strict=True):
            if part_before == 0:
                continue
            if part_after == 0 or reached.setdefault(part_before, part_after) != part_after:
                return False
        return True

    def _window(self, place: Rectangle) -> tuple[tuple[int, int], tuple[int, int], int]:
        """Rows and columns within the map, and how many cells the rectangle has with those off the map."""
        cell, (x, y) = self.floor.cell_m, self.floor.origin_m
        left, right = round((place.x0 - x) / cell), round((place.x1 - x) / cell)
        low, high = round((place.y0 - y) / cell), round((place.y1 - y) / cell)
        rows, columns = self.floor.free.shape
        cells = max(1, (right - left) * (high - low))
        within = (np.clip([low, high], 0, rows), np.clip([left, right], 0, columns))
        return (int(within[0][0]), int(within[0][1])), (int(within[1][0]), int(within[1][1])), cells


def _summed(grid: Grid) -> NDArray[np.int64]:
    return np.pad(grid.astype(np.int64).cumsum(0).cumsum(1), ((1, 0), (1, 0)))


def _sum(table: NDArray[np.int64], rows: tuple[int, int], columns: tuple[int, int]) -> int:
    (low, high), (left, right) = rows, columns
    return int(table[high, right] - table[low, right] - table[high, left] + table[low, left])
